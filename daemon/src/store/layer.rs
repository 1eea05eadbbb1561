//! The adapter: the store's port on sled.
//!
//! `open` reads the state row only; `load` is where everything is checked, because everything is read there anyway. The sums are
//! explained in `check`, what is promised on the module's front page.

use super::check;
use super::error::StoreError;
use super::flusher::Flusher;
use super::guard::{Fault, guarded};
use super::keys::Key;
use super::records::{self, State};
use kphotos_domain::kernel::port::Store;
use kphotos_domain::kernel::{PortError, Revision};
use kphotos_domain::view::{Counters, ROW_PACK, Row};
use std::collections::BTreeMap;
use std::io;
use std::ops::Bound::{self, Excluded, Included, Unbounded};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// Bytes of sled's page cache. The view answers all questions; what sled holds only spares a write the reading of a page.
const CACHE_BYTES: u64 = 8 << 20;
/// So many bytes are handed to sled before its buffers are waited for. Its write buffers (half a megabyte each) are as many as
/// there is to write, several times what was handed over; where a first index is faster than the disk they were a quarter of the
/// daemon's memory (heaptrack over 100,000 photos).
const UNFLUSHED_BYTES: u64 = 1 << 20;
/// How often a scan looks at each row beside reading it; see [`SledStore::scan`].
const LOOKS: usize = 4;
/// How long a lock is waited for.
const LOCK_WAIT: Duration = Duration::from_secs(3);
const LOCK_RETRY: Duration = Duration::from_millis(5);

/// Packs of files, or of facts, that one thread reads of a start before it takes others.
const PIECE_PACKS: usize = 1024;

/// The layer at rest; see the module. Dropping it flushes.
pub struct SledStore {
    /// `None` once it is being dropped.
    db: Option<sled::Db>,
    flusher: Option<Flusher>,
    state: Mutex<State>,
    /// Bytes handed over since its buffers were last waited for.
    unflushed: AtomicU64,
    /// The first failure; sled is left alone from then on.
    broken: Arc<OnceLock<String>>,
}

impl SledStore {
    /// Opens the store in `dir`, made with mode 0700 if it is not there.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] for damage and for a store of another version, [`StoreError::Locked`] for a second process,
    /// [`StoreError::Io`] where the system refuses.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let failed = |source| StoreError::Io {
            dir: dir.to_owned(),
            source,
        };
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir);
        // Says so only where something else than a folder is in the way.
        if made
            .as_ref()
            .is_err_and(|error| error.kind() == std::io::ErrorKind::AlreadyExists)
        {
            return Err(StoreError::unusable("it is no folder"));
        }
        made.map_err(failed)?;
        let config = sled::Config::new()
            .path(dir)
            .cache_capacity(CACHE_BYTES)
            .flush_every_ms(None)
            .mode(sled::Mode::HighThroughput);
        let db = open_unlocked(dir, &config)?;
        let mut store = Self {
            db: Some(db.clone()),
            flusher: None,
            state: Mutex::default(),
            unflushed: AtomicU64::new(0),
            broken: Arc::default(),
        };
        let state = store.read_state()?;
        store.state = Mutex::new(state);
        store.flusher = Some(Flusher::start(db, Arc::clone(&store.broken)).map_err(failed)?);
        Ok(store)
    }

    fn read_state(&self) -> Result<State, StoreError> {
        let key = Key::State.bytes();
        let stored = self.call(|db| db.get(&key)).map_err(unreadable)?;
        let Some(stored) = stored else {
            let first = self.call(|db| db.first()).map_err(unreadable)?;
            return match first {
                None => Ok(State::default()),
                Some(_) => Err(StoreError::unusable("it has rows but no state")),
            };
        };
        let (value, _) =
            check::open(&key, &stored).ok_or_else(|| StoreError::unusable("its state row is altered"))?;
        records::decode_state(value)
            .ok_or_else(|| StoreError::unusable("its state row is of another version of K-Photos"))
    }

    /// Calls into sled; nothing is called after the first panic.
    fn call<T>(&self, call: impl FnOnce(&sled::Db) -> sled::Result<T>) -> Result<T, Fault> {
        let gone = || Fault::Panic("it failed before".to_owned());
        let db = self.db.as_ref().ok_or_else(gone)?;
        if let Some(cause) = self.broken.get() {
            return Err(Fault::Panic(cause.clone()));
        }
        let result = guarded(|| call(db));
        if let Err(Fault::Panic(text)) = &result {
            // A failure that is noted already is the one that counts.
            let _ = self.broken.set(text.clone());
        }
        result
    }

    fn replace(&self, revision: Revision, rows: Vec<Row>) -> Result<(), StoreError> {
        let mut state = self.state();
        if let Some(cause) = self.broken.get() {
            return Err(StoreError::Unwritable { cause: cause.clone() });
        }
        let next = self
            .call(|db| {
                let (batch, next, bytes) = batch(db, *state, revision, &rows)?;
                db.apply_batch(batch)?;
                // Nobody but the thread that writes waits for this, see `behind`.
                if self.unflushed.fetch_add(bytes, Ordering::Relaxed) + bytes > UNFLUSHED_BYTES {
                    self.unflushed.store(0, Ordering::Relaxed);
                    db.flush()?;
                }
                Ok(next)
            })
            .map_err(|fault| {
                let cause = fault.to_string();
                let _ = self.broken.set(cause.clone());
                StoreError::Unwritable { cause }
            })?;
        *state = next;
        Ok(())
    }

    /// Reads all; the state is locked meanwhile, so `each` must not write.
    ///
    /// Several threads scan: at a million files that is what a start waits for. Each takes the next of some pieces when it is done
    /// with one. The counters go first, so that who takes the rows knows how many come.
    fn read(&self, each: &(dyn Fn(Row) + Sync)) -> Result<(), StoreError> {
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
        let part = || {
            let mut found = State::default();
            while let Some(piece) = pieces.get(next.fetch_add(1, Ordering::Relaxed)) {
                self.scan(piece, most, each, &mut found)?;
            }
            Ok(found)
        };
        let found = std::thread::scope(|scope| {
            let mut scans = Vec::new();
            for _ in 0..readers() {
                let scan = std::thread::Builder::new().name("store-load".to_owned());
                scans.push(scan.spawn_scoped(scope, part));
            }
            let mut found = State {
                revision: state.revision,
                ..State::default()
            };
            for scan in scans {
                let scan =
                    scan.map_err(|error| StoreError::unusable(format!("no thread to read it: {error}")))?;
                let part: State = scan
                    .join()
                    .map_err(|_| StoreError::unusable("reading it stopped half way"))??;
                found.rows += part.rows;
                found.sum = found.sum.wrapping_add(part.sum);
            }
            Ok(found)
        })?;
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

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// From where and up to where a thread reads.
type Piece = (Bound<Vec<u8>>, Bound<Vec<u8>>);

/// All keys, cut so that no piece has more than [`PIECE_PACKS`] of files or facts.
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

/// A thread a processor; more than a few would wait for whoever takes the rows.
fn readers() -> usize {
    std::thread::available_parallelism().map_or(2, |cpus| cpus.get().clamp(2, 4))
}

/// What is stored under a key, and its check.
fn opened(known: Key, key: &[u8], stored: &[u8]) -> Result<(Row, u64), StoreError> {
    let altered = || StoreError::unusable(format!("the row {key:02x?} is altered"));
    let (value, check) = check::open(key, stored).ok_or_else(altered)?;
    let row = records::decode(known, value).ok_or_else(|| unknown(key))?;
    Ok((row, check))
}

fn unknown(key: &[u8]) -> StoreError {
    StoreError::unusable(format!("the row {key:02x?} is of another version"))
}

/// All rows and the state row that stands for them.
fn batch(
    db: &sled::Db,
    state: State,
    revision: Revision,
    rows: &[Row],
) -> sled::Result<(sled::Batch, State, u64)> {
    let mut next = State { revision, ..state };
    let mut batch = sled::Batch::default();
    let mut bytes = 0;
    // The last row of a key counts.
    let rows: BTreeMap<Vec<u8>, &Row> = rows.iter().map(|row| (Key::of(row).bytes(), row)).collect();
    for (key, row) in rows {
        let mut value = records::encode(row);
        let check = check::seal(&key, &mut value);
        next.sum = next.sum.wrapping_add(check);
        match db.get(&key)? {
            // A value that has no check was altered; the sum is then wrong, and the next load says so.
            Some(old) => {
                next.sum = next
                    .sum
                    .wrapping_sub(check::split(&old).map_or(0, |(_, check)| check))
            }
            None => next.rows += 1,
        }
        bytes += (key.len() + value.len()) as u64;
        batch.insert(key, value);
    }
    let key = Key::State.bytes();
    let mut value = records::encode_state(&next);
    check::seal(&key, &mut value);
    batch.insert(key, value);
    Ok((batch, next, bytes))
}

impl Store for SledStore {
    fn write(&self, revision: Revision, rows: Vec<Row>) -> Result<(), PortError> {
        Ok(self.replace(revision, rows)?)
    }

    fn applied(&self) -> Result<Revision, PortError> {
        Ok(self.state().revision)
    }

    fn load(&self, each: &(dyn Fn(Row) + Sync)) -> Result<(), PortError> {
        Ok(self.read(each)?)
    }
}

impl Drop for SledStore {
    fn drop(&mut self) {
        self.flusher = None;
        let Some(db) = self.db.take() else { return };
        if self.broken.get().is_some() {
            // What panicked may panic again or wait for ever when it is dropped.
            std::mem::forget(db);
        } else if let Err(fault) = guarded(|| {
            drop(db);
            Ok(())
        }) {
            tracing::error!(%fault, "the layer at rest could not be closed; the next start replays the journal");
        }
    }
}

impl std::fmt::Debug for SledStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SledStore")
            .field("state", &*self.state())
            .finish_non_exhaustive()
    }
}

/// Opens the database; one that is locked is tried again for a while, because sled's threads give up its file some time after it was
/// dropped, and a daemon that was just stopped may still be flushing.
fn open_unlocked(dir: &Path, config: &sled::Config) -> Result<sled::Db, StoreError> {
    let begun = Instant::now();
    loop {
        match guarded(|| config.open()).map_err(|fault| refused(dir, fault)) {
            Err(StoreError::Locked { .. }) if begun.elapsed() < LOCK_WAIT => std::thread::sleep(LOCK_RETRY),
            result => return result,
        }
    }
}

fn unreadable(fault: Fault) -> StoreError {
    StoreError::unusable(fault.to_string())
}

/// What sled's refusal to open means.
fn refused(dir: &Path, fault: Fault) -> StoreError {
    if let Fault::Error(sled::Error::Io(source)) = fault {
        let dir = dir.to_owned();
        // Source: sled 0.34, config.rs, `try_lock`; it has no kind of its own.
        if source.to_string().contains("could not acquire lock") {
            return StoreError::Locked { dir };
        }
        if is_of_the_system(&source) {
            return StoreError::Io { dir, source };
        }
        return StoreError::unusable(source.to_string());
    }
    unreadable(fault)
}

/// Whether an error says nothing of the bytes on the disk.
fn is_of_the_system(error: &io::Error) -> bool {
    let kind = error.kind();
    kind == io::ErrorKind::PermissionDenied
        || kind == io::ErrorKind::ReadOnlyFilesystem
        || kind == io::ErrorKind::StorageFull
        || kind == io::ErrorKind::QuotaExceeded
        || matches!(
            error.raw_os_error(),
            Some(libc::EMFILE | libc::ENFILE | libc::ENOMEM)
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use kphotos_domain::kernel::ErrorCode;
    use kphotos_domain::testing::every_row;
    use std::ops::RangeBounds;

    /// A store with every row, twice written, after this was done to it behind its back.
    fn tampered(with: impl FnOnce(&sled::Db)) -> Result<(), String> {
        let home = tempfile::tempdir().unwrap();
        let store = SledStore::open(home.path()).unwrap();
        store.write(Revision::new(1), every_row()).unwrap();
        with(store.db.as_ref().unwrap());
        drop(store);
        let store = SledStore::open(home.path()).map_err(|error| error.to_string())?;
        store.load(&|_| ()).map_err(|error| error.message)
    }

    #[test]
    fn rows_that_are_altered_lost_old_extra_or_unknown_make_it_unusable() {
        let key = Key::Files(1).bytes();
        let says = |with: &dyn Fn(&sled::Db), says: &str| {
            let error = tampered(with).unwrap_err();
            assert!(error.contains(says), "{error}");
        };
        assert_eq!(tampered(|_| ()), Ok(()));
        says(&|db| drop(db.remove(&key).unwrap()), "lost or old");
        let put = |db: &sled::Db, key: &[u8], mut value: Vec<u8>| {
            check::seal(key, &mut value);
            db.insert(key, value).unwrap();
        };
        says(&|db| put(db, &key, vec![0]), "another version");
        says(&|db| put(db, b"?", vec![0]), "another version");
        says(&|db| put(db, &[b'T', 0, 0, 9, 9], vec![0, 0]), "lost or old");
        says(
            &|db| {
                let mut value = db.get(&key).unwrap().unwrap().to_vec();
                value[3] ^= 1;
                db.insert(&key[..], value).unwrap();
            },
            "altered",
        );
        says(&|db| drop(db.remove(b"@").unwrap()), "no state");
        // The schema with a row a file, and one that is not known yet.
        says(&|db| put(db, b"@", vec![0, 1, 1, 1]), "another version");
        says(&|db| put(db, b"@", vec![u8::MAX, 1, 1, 1]), "another version");
        says(&|db| drop(db.insert(b"@", b"x").unwrap()), "altered");
    }

    #[test]
    fn every_key_is_in_one_piece() {
        let counters = |files, assets| {
            let mut counters = Counters::default().numbers();
            (counters[2], counters[3]) = (files, assets);
            Counters::from_numbers(counters)
        };
        let made = counters(1, 2);
        assert_eq!((made.file().number(), made.asset().number()), (1, 2));
        let packs = |packs: usize| u32::try_from(packs).unwrap() * ROW_PACK;
        let rows = every_row();
        let mut keys: Vec<Key> = rows.iter().map(Key::of).collect();
        for pack in [0, 1, 1023, 1024, 1025, 4095, 4096, u32::MAX] {
            keys.extend([Key::Files(pack), Key::Facts(pack)]);
        }
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

    #[test]
    fn after_a_failed_write_no_later_one_claims_to_be_applied() {
        let home = tempfile::tempdir().unwrap();
        let store = SledStore::open(home.path()).unwrap();
        store.write(Revision::new(1), every_row()).unwrap();
        store.broken.set("disk full".to_owned()).unwrap();
        let error = store.write(Revision::new(2), every_row()).unwrap_err();
        assert_eq!(error.code, ErrorCode::Unavailable);
        assert!(error.message.contains("disk full"));
        assert_eq!(store.applied(), Ok(Revision::new(1)));
    }

    #[test]
    fn an_open_store_is_refused_to_a_second() {
        let home = tempfile::tempdir().unwrap();
        let _first = SledStore::open(home.path()).unwrap();
        assert!(matches!(
            SledStore::open(home.path()),
            Err(StoreError::Locked { .. })
        ));
    }
}
