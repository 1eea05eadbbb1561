//! Group commit: who runs fdatasync, and for whom.
//!
//! The first thread that needs a revision durable becomes the leader; it covers every line published before it began. Those that come
//! meanwhile wait, and go with the next leader, one of them. Never two at once: two fdatasync calls on one descriptor share one error, so a
//! failure would be told to only one of them, and the other would acknowledge lost lines.
//!
//! Lock order: the writer's lock, then this one. A leader holds neither while it syncs, and takes only this one.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::disk::DiskFile;
use super::error::JournalError;

/// What is written, what is durable, and whether the journal is still to be trusted.
pub(super) struct Group {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// The segment with the lines that are not durable yet.
    file: Arc<dyn DiskFile>,
    written: u64,
    durable: u64,
    leading: bool,
    poison: Option<String>,
}

impl State {
    fn check(&self) -> Result<(), JournalError> {
        match &self.poison {
            Some(cause) => Err(JournalError::Poisoned { cause: cause.clone() }),
            None => Ok(()),
        }
    }
}

impl Group {
    /// All up to `last` is durable, `file` is the segment at the end.
    pub(super) fn new(file: Arc<dyn DiskFile>, last: u64) -> Self {
        let state = State {
            file,
            written: last,
            durable: last,
            leading: false,
            poison: None,
        };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    pub(super) fn written(&self) -> u64 {
        self.lock().written
    }

    pub(super) fn durable(&self) -> u64 {
        self.lock().durable
    }

    /// The error that stopped the journal, if one did.
    pub(super) fn check(&self) -> Result<(), JournalError> {
        self.lock().check()
    }

    /// Stops the journal for good; the first cause is kept.
    pub(super) fn poison(&self, cause: String) {
        self.lock().poison.get_or_insert(cause);
        self.changed.notify_all();
    }

    /// A line is in the file, whole.
    pub(super) fn publish(&self, revision: u64) {
        self.lock().written = revision;
    }

    /// Lines go to `file` from now on. All before it must be durable.
    pub(super) fn begin(&self, file: Arc<dyn DiskFile>) {
        self.lock().file = file;
    }

    /// Returns when all up to `revision` is durable.
    pub(super) fn sync(&self, revision: u64) -> Result<(), JournalError> {
        let mut state = self.lock();
        loop {
            // Before the poison: what is durable stays so, and saying otherwise would have a caller repeat an edit.
            if state.durable >= revision {
                return Ok(());
            }
            state.check()?;
            if state.written < revision {
                return Err(JournalError::NotWritten {
                    revision,
                    last: state.written,
                });
            }
            if !state.leading {
                return self.lead(state);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Returns when all that is written is durable. The caller holds the writer's lock, so nothing is added meanwhile.
    pub(super) fn flush(&self) -> Result<(), JournalError> {
        let written = self.written();
        self.sync(written)
    }

    fn lead(&self, mut state: MutexGuard<'_, State>) -> Result<(), JournalError> {
        state.leading = true;
        let (file, covered) = (Arc::clone(&state.file), state.written);
        drop(state);
        let outcome = file.sync_data();
        let mut state = self.lock();
        state.leading = false;
        let result = match outcome {
            Ok(()) => {
                state.durable = state.durable.max(covered);
                Ok(())
            }
            Err(source) => {
                state.poison.get_or_insert(format!("fdatasync failed: {source}"));
                state.check()
            }
        };
        drop(state);
        self.changed.notify_all();
        result
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
