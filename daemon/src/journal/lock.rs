//! One process at a time: an flock on `lock` in the journal's directory.
//!
//! flock and not a pid file, because the kernel drops it with the process however that ends. The pid inside is only for the message to the
//! second one. A process forked without exec shares the lock: fork before opening. The file is never removed: removing it would let two processes lock two files of one name.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::error::JournalError;

const NAME: &str = "lock";

/// Held until it is dropped.
pub(super) struct DirLock {
    file: File,
}

impl Drop for DirLock {
    /// Unlocks by name, not by closing: a child that is between fork and exec still has the descriptor, and with it the lock.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

impl DirLock {
    /// Locks `dir` or says who has it.
    pub(super) fn acquire(dir: &Path) -> Result<Self, JournalError> {
        let fail = |source| JournalError::io("cannot lock the directory", source);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(dir.join(NAME))
            .map_err(fail)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let pid = file
                    .read_to_string(&mut text)
                    .ok()
                    .and_then(|_| text.trim().parse().ok());
                return Err(JournalError::AlreadyLocked {
                    dir: dir.to_owned(),
                    pid,
                });
            }
            Err(TryLockError::Error(source)) => return Err(fail(source)),
        }
        // The pid is a courtesy: a full disk must not keep the daemon from opening.
        let _ = file
            .set_len(0)
            .and_then(|()| writeln!(file, "{}", std::process::id()));
        Ok(Self { file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_is_dropped_is_free_even_while_a_child_has_its_descriptor() {
        let dir = tempfile::tempdir().unwrap();
        let lock = DirLock::acquire(dir.path()).unwrap();
        let inherited = lock.file.try_clone().unwrap();
        assert!(DirLock::acquire(dir.path()).is_err());
        drop(lock);
        DirLock::acquire(dir.path()).unwrap();
        drop(inherited);
    }
}
