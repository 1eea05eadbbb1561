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
use kphotos_domain::view::Row;
use std::collections::BTreeMap;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// Bytes of sled's page cache.
const CACHE_BYTES: u64 = 64 << 20;
/// How long a lock is waited for.
const LOCK_WAIT: Duration = Duration::from_secs(3);
const LOCK_RETRY: Duration = Duration::from_millis(5);

/// The layer at rest; see the module. Dropping it flushes.
pub struct SledStore {
    /// `None` once it is being dropped.
    db: Option<sled::Db>,
    flusher: Option<Flusher>,
    state: Mutex<State>,
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
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .map_err(failed)?;
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
                let (batch, next) = batch(db, *state, revision, &rows)?;
                db.apply_batch(batch)?;
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
    fn read(&self, each: &mut dyn FnMut(Row)) -> Result<(), StoreError> {
        let state = self.state();
        let mut found = State {
            revision: state.revision,
            ..State::default()
        };
        let mut rows = self.call(|db| Ok(db.iter())).map_err(unreadable)?;
        let mut before = sled::IVec::default();
        while let Some((key, stored)) = self.call(|_| rows.next().transpose()).map_err(unreadable)? {
            // A scan of a damaged tree may go round in circles.
            if key <= before || found.rows > state.rows {
                return Err(StoreError::unusable("its rows are not in order"));
            }
            let (value, check) = check::open(&key, &stored)
                .ok_or_else(|| StoreError::unusable(format!("the row {key:02x?} is altered")))?;
            let unknown = || StoreError::unusable(format!("the row {key:02x?} is of another version"));
            match Key::parse(&key).ok_or_else(unknown)? {
                Key::State => {}
                known => {
                    found.rows += 1;
                    found.sum = found.sum.wrapping_add(check);
                    each(records::decode(known, value).ok_or_else(unknown)?);
                }
            }
            before = key;
        }
        if found == *state {
            Ok(())
        } else {
            let (found, stated) = (found.rows, state.rows);
            Err(StoreError::unusable(format!(
                "rows are lost or old ({found} found, {stated} written)"
            )))
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All rows and the state row that stands for them.
fn batch(
    db: &sled::Db,
    state: State,
    revision: Revision,
    rows: &[Row],
) -> sled::Result<(sled::Batch, State)> {
    let mut next = State { revision, ..state };
    let mut batch = sled::Batch::default();
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
        batch.insert(key, value);
    }
    let key = Key::State.bytes();
    let mut value = records::encode_state(&next);
    check::seal(&key, &mut value);
    batch.insert(key, value);
    Ok((batch, next))
}

impl Store for SledStore {
    fn write(&self, revision: Revision, rows: Vec<Row>) -> Result<(), PortError> {
        Ok(self.replace(revision, rows)?)
    }

    fn applied(&self) -> Result<Revision, PortError> {
        Ok(self.state().revision)
    }

    fn load(&self, each: &mut dyn FnMut(Row)) -> Result<(), PortError> {
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
    match fault {
        // Source: sled 0.34, config.rs, `try_lock`; it has no kind of its own.
        Fault::Error(sled::Error::Io(error)) if error.to_string().contains("could not acquire lock") => {
            StoreError::Locked { dir: dir.to_owned() }
        }
        Fault::Error(sled::Error::Io(source)) if is_of_the_system(&source) => StoreError::Io {
            dir: dir.to_owned(),
            source,
        },
        fault => unreadable(fault),
    }
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
