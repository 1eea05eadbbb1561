//! The hash job: BLAKE3 over whole files, on a thread of its own in the idle I/O
//! class and at the lowest CPU priority, which ends with the job: a thread without
//! rights cannot raise its priority again.
//!
//! A file whose size or time is not what it was when it was last seen, before
//! or after the reading, is left for the next scan: a hash is recorded of what
//! the scan saw, or not at all.
//!
//! Files that may be what is missing (of the size of a missing photo's file, or changed in
//! place) come first, and right after a scan without waiting for an idle moment: so edits
//! are back within seconds where a photo was moved to another library, or restored.

#![expect(
    unsafe_code,
    reason = "the I/O class and priority of a thread have no safe form in std"
)]

use super::Progress;
use super::work::may_heal;
use crate::storage::Volume;
use kphotos_domain::app::{App, AppError};
use kphotos_domain::command::{Command, RecordChecksums};
use kphotos_domain::event::FileStamp;
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::{Checksum, ErrorCode, FileId, FileSet, LibraryId, PortError};
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::time::{Duration, Instant};

/// Bytes read at once.
const BUFFER: usize = 1 << 20;
/// Files an entry, and how long they may wait for it.
const RECORD: usize = 1000;
const PATIENCE: Duration = Duration::from_secs(2);

/// How long files may be hashed right after a scan; the rest is the hash job's.
const AT_ONCE: Duration = Duration::from_secs(20);

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
    /// How many files failed that may be read another time, and why the last did.
    pub(super) trouble: Option<(u64, String)>,
}

impl Hash<'_> {
    /// Hashes files that may be what is missing, for as long as that takes few seconds.
    pub(super) fn recognise(&self) -> Result<Done, AppError> {
        let files = self.app.view().to_be_recognised(self.library);
        self.hash_all(&files, Some(Instant::now() + AT_ONCE))
    }

    /// Hashes every file of the library that was not hashed since it changed.
    pub(super) fn run(&self) -> Result<Done, AppError> {
        let no_thread = |why: &dyn std::fmt::Display| {
            AppError::Port(PortError::new(
                ErrorCode::Unavailable,
                format!("there is no thread to hash on: {why}"),
            ))
        };
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().name("hash".into());
            let hashing = thread
                .spawn_scoped(scope, || {
                    give_others_precedence();
                    self.hash_all(&self.in_order(), None)
                })
                .map_err(|error| no_thread(&error))?;
            hashing.join().unwrap_or_else(|_| Err(no_thread(&"it panicked")))
        })
    }

    /// What is to be hashed: first what may be missing.
    fn in_order(&self) -> Vec<FileId> {
        let view = self.app.view();
        let mut files = view.to_be_recognised(self.library);
        let first: FileSet = files.iter().copied().collect();
        let rest = view.without_checksum(self.library);
        files.extend(rest.into_iter().filter(|file| !first.contains(*file)));
        files
    }

    /// Hashes these, those that are left at the end of this time excepted.
    fn hash_all(&self, files: &[FileId], until: Option<Instant>) -> Result<Done, AppError> {
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
        for file in files.iter().copied() {
            if until.is_some_and(|until| Instant::now() > until) {
                break;
            }
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
                    tracing::warn!(file = %file, %error, "a file was not hashed; it is tried again");
                    if may_heal(&error) {
                        let before = done.trouble.take().map_or(0, |(count, _)| count);
                        done.trouble = Some((before + 1, error.to_string()));
                    } else {
                        done.skipped += 1;
                    }
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
            let command = Command::RecordChecksums(RecordChecksums {
                checksums,
                pictures: Vec::new(),
            });
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

pub(super) fn is_as(file: &File, stamp: &FileStamp) -> io::Result<bool> {
    let now = file.metadata()?;
    let mtime_ns = now
        .mtime()
        .saturating_mul(1_000_000_000)
        .saturating_add(now.mtime_nsec());
    Ok(now.len() == stamp.size && mtime_ns == stamp.mtime_ns)
}

const IOPRIO_WHO_PROCESS: libc::c_int = 1;
const IOPRIO_CLASS_IDLE: libc::c_int = 3 << 13;
const LOWEST_PRIORITY: libc::c_int = 19;

/// Puts the calling thread behind all others, for disk and processor. Where the
/// kernel refuses, it hashes all the same. Source: ioprio_set(2), setpriority(2):
/// on Linux both are a thread's own.
pub(super) fn give_others_precedence() {
    // SAFETY: the calls take numbers only; 0 names the calling thread.
    unsafe {
        libc::syscall(libc::SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_CLASS_IDLE);
        libc::setpriority(libc::PRIO_PROCESS, 0, LOWEST_PRIORITY);
    }
}
