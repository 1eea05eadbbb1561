//! The hash job: BLAKE3 over whole files, in the idle I/O class.
//!
//! A file whose size or time is not what it was when it was last seen, before
//! or after the reading, is left for the next scan: a hash is recorded of what
//! the scan saw, or not at all.

#![expect(unsafe_code, reason = "the I/O class of a thread has no safe form in std")]

use super::Progress;
use crate::storage::Volume;
use kphotos_domain::app::{App, AppError};
use kphotos_domain::command::{Command, RecordChecksums};
use kphotos_domain::event::FileStamp;
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::{Checksum, FileId, LibraryId};
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::time::{Duration, Instant};

/// Bytes read at once.
const BUFFER: usize = 1 << 20;
/// Files an entry, and how long they may wait for it.
const RECORD: usize = 1000;
const PATIENCE: Duration = Duration::from_secs(2);

/// What a hash job needs.
pub(super) struct Hash<'a> {
    pub(super) app: &'a App,
    pub(super) volume: &'a dyn Volume,
    pub(super) library: LibraryId,
    pub(super) progress: &'a Progress,
    pub(super) stop: &'a (dyn Fn() -> bool + Sync),
}

/// What it did.
#[derive(Default)]
pub(super) struct Done {
    pub(super) hashed: u64,
    pub(super) skipped: u64,
    pub(super) stopped: bool,
}

impl Hash<'_> {
    /// Hashes every file of the library that was not hashed since it changed.
    pub(super) fn run(&self) -> Result<Done, AppError> {
        let _idle = IdleClass::enter();
        let files = self.app.view().without_checksum(self.library);
        let bytes = {
            let view = self.app.view();
            files
                .iter()
                .filter_map(|file| view.file(*file))
                .map(|row| row.size)
                .sum()
        };
        self.progress.set(0, bytes);
        let mut done = Done::default();
        let mut buffer = vec![0; BUFFER];
        let mut waiting = Vec::new();
        let mut since = Instant::now();
        for file in files {
            if (self.stop)() {
                done.stopped = true;
                break;
            }
            match self.hash(file, &mut buffer) {
                Ok(Some(sum)) => waiting.push(sum),
                Ok(None) => done.skipped += 1,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                    done.stopped = true;
                    break;
                }
                Err(error) => {
                    tracing::warn!(file = %file, %error, "a file was not hashed; the next scan tries again");
                    done.skipped += 1;
                }
            }
            if waiting.len() >= RECORD || since.elapsed() > PATIENCE {
                self.record(&mut waiting, &mut done)?;
                since = Instant::now();
            }
        }
        self.record(&mut waiting, &mut done)?;
        Ok(done)
    }

    fn record(&self, waiting: &mut Vec<(FileStamp, Checksum)>, done: &mut Done) -> Result<(), AppError> {
        let checksums = std::mem::take(waiting);
        if !checksums.is_empty() {
            let command = Command::RecordChecksums(RecordChecksums { checksums });
            done.hashed += self.app.execute(Actor::System, &command)?.touched;
        }
        Ok(())
    }

    /// The hash of a file; `None` if it is not what was seen.
    fn hash(&self, id: FileId, buffer: &mut [u8]) -> io::Result<Option<(FileStamp, Checksum)>> {
        let seen = {
            let view = self.app.view();
            view.file(id).zip(view.file_path(id)).map(|(row, (_, path))| {
                let stamp = FileStamp {
                    id,
                    size: row.size,
                    mtime_ns: row.mtime_ns,
                    ino: row.ino,
                };
                (stamp, path)
            })
        };
        let Some((stamp, path)) = seen else {
            return Ok(None);
        };
        let mut file = self.volume.open(&path)?;
        if !is_as(&file, &stamp)? {
            return Ok(None);
        }
        let mut hasher = blake3::Hasher::new();
        loop {
            let read = file.read(buffer)?;
            if read == 0 {
                break;
            }
            hasher.update(buffer.get(..read).unwrap_or_default());
            self.progress.add(read as u64);
            if (self.stop)() {
                return Err(io::ErrorKind::Interrupted.into());
            }
        }
        let unchanged = is_as(&file, &stamp)?;
        Ok(unchanged.then(|| (stamp, Checksum::new(*hasher.finalize().as_bytes()))))
    }
}

fn is_as(file: &File, stamp: &FileStamp) -> io::Result<bool> {
    let now = file.metadata()?;
    let mtime_ns = now
        .mtime()
        .saturating_mul(1_000_000_000)
        .saturating_add(now.mtime_nsec());
    Ok(now.len() == stamp.size && mtime_ns == stamp.mtime_ns)
}

/// The idle I/O class, for as long as this lives. Source: ioprio_set(2).
struct IdleClass {
    before: libc::c_long,
}

const IOPRIO_WHO_PROCESS: libc::c_int = 1;
const IOPRIO_CLASS_IDLE: libc::c_int = 3 << 13;

impl IdleClass {
    fn enter() -> Self {
        // SAFETY: both calls take numbers only; 0 names the calling thread.
        let before = unsafe { libc::syscall(libc::SYS_ioprio_get, IOPRIO_WHO_PROCESS, 0) };
        // SAFETY: as above.
        unsafe { libc::syscall(libc::SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_CLASS_IDLE) };
        Self { before }
    }
}

impl Drop for IdleClass {
    fn drop(&mut self) {
        if self.before >= 0 {
            // SAFETY: as above.
            unsafe { libc::syscall(libc::SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, self.before) };
        }
    }
}
