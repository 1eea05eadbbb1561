//! Reading all rows: what a start waits for.
//!
//! Several threads do it, since at a million files decoding takes longer than reading. The keys are cut into pieces, and each thread
//! takes the next when it is done with one. Every row is checked, counted and summed up on the way; what was found in all
//! must be what the state row says.
//!
//! What is wrong with the rows is a [`StoreError`]. A panic in who takes them says nothing of the rows: it comes out of
//! [`SledStore::read`] as it was.

use super::SledStore;
use super::check;
use super::error::StoreError;
use super::keys::Key;
use super::layer::unreadable;
use super::records::{self, State};
use kphotos_domain::view::{Counters, ROW_PACK, Row};
use std::ops::Bound::{self, Excluded, Included, Unbounded};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

/// How often a scan looks at each row beside reading it; see [`SledStore::scan`].
const LOOKS: usize = 4;
/// Packs of files, or of facts, that one thread reads before it takes others. Few in tests, whose layers are small.
const PIECE_PACKS: usize = if cfg!(test) { 2 } else { 1024 };
/// Threads that read, at most: rows are taken by one at a time, and more would wait for that.
const MOST_READERS: usize = 4;

/// What reads the next piece, and the next, with what it found in them.
type Part<'a> = dyn Fn() -> std::thread::Result<Result<State, StoreError>> + Sync + 'a;

impl SledStore {
    /// Reads all; the state is locked meanwhile, so `each` must not write. The counters go first, so that who takes the rows knows
    /// how many come.
    pub(super) fn read(&self, each: &(dyn Fn(Row) + Sync)) -> Result<(), StoreError> {
        let state = self.state();
        let most = state.rows;
        let mut pieces = vec![(Unbounded, Unbounded)];
        if let Some(counters) = self.row(Key::Counters)? {
            if let Row::Counters(counters) = &counters {
                pieces = pieces_of(*counters);
            }
            each(counters);
        }
        let next = AtomicUsize::new(0);
        let read = || {
            let mut found = State::default();
            while let Some(piece) = pieces.get(next.fetch_add(1, Ordering::Relaxed)) {
                self.scan(piece, most, each, &mut found)?;
            }
            Ok(found)
        };
        let part = || {
            let found = catch_unwind(AssertUnwindSafe(read));
            if !matches!(found, Ok(Ok(_))) {
                // Nobody wants the rest.
                next.store(pieces.len(), Ordering::Relaxed);
            }
            found
        };
        let mut found = State {
            revision: state.revision,
            ..State::default()
        };
        for part in on_all_processors(&part) {
            let part = part.unwrap_or_else(|panic| resume_unwind(panic))?;
            found.rows += part.rows;
            found.sum = found.sum.wrapping_add(part.sum);
        }
        if found == *state {
            return Ok(());
        }
        Err(StoreError::unusable(format!(
            "rows are lost or old ({} found, {most} written)",
            found.rows
        )))
    }

    /// One row, if it is there.
    fn row(&self, key: Key) -> Result<Option<Row>, StoreError> {
        let bytes = key.bytes();
        match self.call(|db| db.get(&bytes)).map_err(unreadable)? {
            Some(stored) => Ok(Some(opened(key, &bytes, &stored)?.0)),
            None => Ok(None),
        }
    }

    /// Reads the rows of a piece; adds their number and sum to what was found.
    ///
    /// sled counts accesses of pages in 256 queues and lets go of pages only when 64 are in one: an iterator, which takes a page once,
    /// would leave the whole tree in memory, whatever the cache may hold. So each row is looked at a few times more.
    fn scan(
        &self,
        piece: &Piece,
        most: u64,
        each: &(dyn Fn(Row) + Sync),
        found: &mut State,
    ) -> Result<(), StoreError> {
        let mut rows = self
            .call(|db| Ok(db.range::<&[u8], _>(as_slices(piece))))
            .map_err(unreadable)?;
        let mut before = sled::IVec::default();
        while let Some((key, stored)) = self.call(|_| rows.next().transpose()).map_err(unreadable)? {
            // A scan of a damaged tree may go round in circles.
            if key <= before || found.rows > most {
                return Err(StoreError::unusable("its rows are not in order"));
            }
            let known = Key::parse(&key).ok_or_else(|| unknown(&key))?;
            if known != Key::State {
                let (row, check) = opened(known, &key, &stored)?;
                found.rows += 1;
                found.sum = found.sum.wrapping_add(check);
                if known != Key::Counters {
                    each(row);
                }
            }
            for _ in 0..LOOKS {
                self.call(|db| db.contains_key(&key)).map_err(unreadable)?;
            }
            before = key;
        }
        Ok(())
    }
}

/// Does this on a thread a processor, at least two and the calling one among them: that one does all of it where no other can be made.
fn on_all_processors(part: &Part<'_>) -> Vec<std::thread::Result<Result<State, StoreError>>> {
    let processors = std::thread::available_parallelism().map_or(2, |cpus| cpus.get().clamp(2, MOST_READERS));
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..processors)
            .filter_map(|_| {
                let other = std::thread::Builder::new().name("store-load".to_owned());
                other.spawn_scoped(scope, part).ok()
            })
            .collect();
        let own = part();
        let others = others
            .into_iter()
            .map(|other| other.join().and_then(|found| found));
        std::iter::once(own).chain(others).collect()
    })
}

/// From where and up to where a thread reads.
type Piece = (Bound<Vec<u8>>, Bound<Vec<u8>>);

/// All keys, those of files and of facts (one after the other, see `keys`) cut every [`PIECE_PACKS`]. What lies beyond the counters, in
/// a damaged layer, is in the last piece of its kind.
fn pieces_of(counters: Counters) -> Vec<Piece> {
    let files = (0..counters.file().number().div_ceil(ROW_PACK)).step_by(PIECE_PACKS);
    let assets = (0..counters.asset().number().div_ceil(ROW_PACK)).step_by(PIECE_PACKS);
    let cuts: Vec<Vec<u8>> = files
        .map(|pack| Key::Files(pack).bytes())
        .chain(assets.map(|pack| Key::Facts(pack).bytes()))
        .collect();
    let from = std::iter::once(Unbounded).chain(cuts.iter().cloned().map(Included));
    let to = cuts
        .iter()
        .cloned()
        .map(Excluded)
        .chain(std::iter::once(Unbounded));
    from.zip(to).collect()
}

fn as_slices((from, to): &Piece) -> (Bound<&[u8]>, Bound<&[u8]>) {
    (from.as_ref().map(Vec::as_slice), to.as_ref().map(Vec::as_slice))
}

/// What is stored under a key, and its check.
fn opened(known: Key, key: &[u8], stored: &[u8]) -> Result<(Row, u64), StoreError> {
    let altered = || StoreError::unusable(format!("the row {key:02x?} is altered"));
    let (value, check) = check::open(key, stored).ok_or_else(altered)?;
    // A value of a form that makes this panic is no reason not to start: the layer can be made again.
    let row = catch_unwind(|| records::decode(known, value)).ok().flatten();
    Ok((row.ok_or_else(|| unknown(key))?, check))
}

fn unknown(key: &[u8]) -> StoreError {
    StoreError::unusable(format!("the row {key:02x?} is of another version"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kphotos_domain::kernel::Revision;
    use kphotos_domain::kernel::port::Store as _;
    use kphotos_domain::testing::every_row;
    use std::ops::RangeBounds;
    use std::sync::atomic::AtomicUsize;

    fn counters(files: u32, assets: u32) -> Counters {
        let mut counters = Counters::default().numbers();
        (counters[2], counters[3]) = (files, assets);
        let counters = Counters::from_numbers(counters);
        assert_eq!(
            (counters.file().number(), counters.asset().number()),
            (files, assets)
        );
        counters
    }

    fn packs(packs: usize) -> u32 {
        u32::try_from(packs).unwrap() * ROW_PACK
    }

    #[test]
    fn every_key_is_in_one_piece() {
        let rows = every_row();
        let mut keys: Vec<Key> = rows.iter().map(Key::of).collect();
        for pack in [
            0,
            1,
            PIECE_PACKS - 1,
            PIECE_PACKS,
            PIECE_PACKS + 1,
            3 * PIECE_PACKS - 1,
            99 * PIECE_PACKS,
        ] {
            let pack = u32::try_from(pack).unwrap();
            keys.extend([Key::Files(pack), Key::Facts(pack)]);
        }
        keys.extend([Key::Files(u32::MAX), Key::Facts(u32::MAX)]);
        for (files, assets, count) in [
            (1, 1, 3),
            (packs(PIECE_PACKS) + 1, packs(3 * PIECE_PACKS), 1 + 2 + 3),
        ] {
            let pieces = pieces_of(counters(files, assets));
            assert_eq!(pieces.len(), count);
            for key in &keys {
                let bytes = key.bytes();
                let holds =
                    |piece: &&Piece| RangeBounds::<[u8]>::contains(&as_slices(piece), bytes.as_slice());
                assert_eq!(pieces.iter().filter(holds).count(), 1, "{key:?}");
            }
        }
    }

    /// A store of so many packs of files and facts, and what each is.
    fn many_packs(home: &std::path::Path, count: usize) -> SledStore {
        let store = SledStore::open(home).unwrap();
        let mut rows = vec![Row::Counters(counters(packs(count), packs(count)))];
        for pack in 0..u32::try_from(count).unwrap() {
            rows.extend([Row::Files(pack, Vec::new()), Row::Facts(pack, Vec::new())]);
        }
        store.write(Revision::new(1), rows).unwrap();
        store
    }

    #[test]
    fn rows_of_all_pieces_are_read_once_each() {
        let home = tempfile::tempdir().unwrap();
        let store = many_packs(home.path(), 9 * PIECE_PACKS + 1);
        let count = AtomicUsize::new(0);
        let counted = store.load(&|_| {
            count.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(counted, Ok(()));
        assert_eq!(count.into_inner(), 2 * (9 * PIECE_PACKS + 1) + 1);
    }

    #[test]
    fn a_row_that_is_lost_or_altered_in_a_later_piece_is_found() {
        let last = u32::try_from(4 * PIECE_PACKS - 1).unwrap();
        for key in [Key::Files(last), Key::Facts(last)] {
            let tampered = |with: &dyn Fn(&sled::Db, &[u8])| {
                let home = tempfile::tempdir().unwrap();
                let store = many_packs(home.path(), 4 * PIECE_PACKS);
                assert_eq!(store.load(&|_| ()), Ok(()));
                with(store.db(), &key.bytes());
                store.load(&|_| ()).unwrap_err().message
            };
            let lost = tampered(&|db, key| drop(db.remove(key).unwrap()));
            assert!(lost.contains("lost or old"), "{lost}");
            let altered = tampered(&|db, key| drop(db.insert(key, &b"another value"[..]).unwrap()));
            assert!(altered.contains("is altered"), "{altered}");
        }
    }

    #[test]
    fn a_panic_in_who_takes_the_rows_is_no_damage() {
        let home = tempfile::tempdir().unwrap();
        let store = many_packs(home.path(), 9 * PIECE_PACKS);
        let taken = AtomicUsize::new(0);
        let load = || {
            store.load(&|_| {
                let before = taken.fetch_add(1, Ordering::Relaxed);
                assert!(before < 5, "no more of these");
            })
        };
        let panic = catch_unwind(AssertUnwindSafe(load)).unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&"no more of these"));
        assert_eq!(store.load(&|_| ()), Ok(()), "the store is as good as before");
    }
}
