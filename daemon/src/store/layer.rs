//! The adapter: the store's port on sled.
//!
//! `open` reads the state row only; `load` is where everything is checked (`reading`), because everything is read there anyway. The sums
//! are explained in `check`, what is promised on the module's front page.

use super::check;
use super::error::StoreError;
use super::flusher::Flusher;
use super::guard::{Fault, guarded};
use super::keys::Key;
use super::records::{self, State};
use kphotos_domain::kernel::port::Store;
use kphotos_domain::kernel::{PortError, Revision};
use kphotos_domain::view::Row;
use std::collections::BTreeMap;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// Bytes of sled's page cache. The view answers all questions; what sled holds only spares a write the reading of a page.
const CACHE_BYTES: u64 = 8 << 20;
/// So many bytes are handed to sled before its buffers are waited for. Its write buffers (half a megabyte each) are as many as
/// there is to write, several times what was handed over; where a first index is faster than the disk they were a quarter of the
/// daemon's memory (heaptrack over 100,000 photos).
const UNFLUSHED_BYTES: u64 = 1 << 20;
/// How long a lock is waited for.
const LOCK_WAIT: Duration = Duration::from_secs(3);
const LOCK_RETRY: Duration = Duration::from_millis(5);

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
    pub(super) fn call<T>(&self, call: impl FnOnce(&sled::Db) -> sled::Result<T>) -> Result<T, Fault> {
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

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
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

pub(super) fn unreadable(fault: Fault) -> StoreError {
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
impl SledStore {
    /// What lies below it, for tests that tamper with it.
    pub(super) fn db(&self) -> &sled::Db {
        self.db.as_ref().unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kphotos_domain::kernel::ErrorCode;
    use kphotos_domain::testing::every_row;

    /// A store with every row, twice written, after this was done to it behind its back.
    fn tampered(with: impl FnOnce(&sled::Db)) -> Result<(), String> {
        let home = tempfile::tempdir().unwrap();
        let store = SledStore::open(home.path()).unwrap();
        store.write(Revision::new(1), every_row()).unwrap();
        with(store.db());
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
