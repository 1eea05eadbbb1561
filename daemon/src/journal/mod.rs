//! The journal: the append-only file that *is* the commit. A change is made when its line is durable here, and not before.
//!
//! # Format
//!
//! `STATE/journal/` (0700) holds segments `0001.jsonl`, `0002.jsonl` … (0600), each a sequence of lines, each line one JSON object.
//! The first two lines of a new journal, literally:
//!
//! ```text
//! {"rev":1,"op":"tag.add","tag":"beach","sum":"1edb1b02cf7a786e"}
//! {"rev":2,"sum":"6c21e8f9f4406674"}
//! ```
//!
//! `rev` is the revision (+1 a line, no gaps), then come the members of the caller's object as the caller wrote them, last comes `sum`: the first
//! 8 bytes of BLAKE3 over the previous line's `sum` (its 16 characters; `0000000000000000` before the first line of all) and this line up to
//! `,"sum"`. So a line that is lost, repeated, moved or altered is found, across segments too. By hand:
//! `printf %s '0000000000000000{"rev":1,"op":"tag.add","tag":"beach"' | b3sum | cut -c1-16`.
//!
//! # Guarantees
//!
//! - What [`Journal::sync`] returned `Ok` for is there after a crash, a kill or a power cut, in order, whole.
//! - One fdatasync covers every line written before it began (group commit); one runs at a time.
//! - A failed fdatasync is final: the journal is poisoned until it is opened anew, and opening drops the page cache of the last segment and
//!   reads what the disk really has (the kernel marks pages clean after a failed write-back, so a second fdatasync would lie).
//! - A failed append leaves nothing: the file is cut back to where it was.
//! - Opening cuts off a *torn tail* (an append that was interrupted, so never acknowledged), having saved its bytes as `torn-REV-N.bin`.
//!   Anything else that is wrong is [`JournalError::Corrupt`]: acknowledged edits are never dropped to get going. `recover` draws the line.
//! - One process at a time: `lock` in the directory is held by flock, and holds the pid.
//!
//! # Limitations
//!
//! - A last line of which the disk later lost a part to zeros is taken for torn (and saved): zeros are what an interrupted append leaves too.
//! - Whole lines cut from the very end leave a valid, shorter journal: compare [`Recovery::last`] with what the store has applied.
//! - A file system that persists later pages of an *unacknowledged* batch before earlier ones (ext4 `data=ordered` does not) may leave whole
//!   lines after a hole. That cannot be told from damage, so it is refused and a person decides.
//! - Preallocation is not used: on ext4 (a virtual disk), 300-byte appends with fdatasync took 175–210 µs each plain and 180–205 µs after
//!   `fallocate(KEEP_SIZE)`. Overwriting zeros took 130–150 µs, not worth a file that never ends where its last line does.
//! - Nothing is removed: segments are kept from 0001 on. Opening reads and checks them all.

mod disk;
mod error;
mod file;
mod group;
mod index;
mod line;
mod lock;
mod payload;
mod port;
mod reader;
pub mod record;
mod recover;
mod replay;
mod segment;
#[cfg(test)]
mod tests;
mod writer;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

pub use error::{Damage, JournalError};
pub use line::Line;
pub use port::FileJournal;
pub use recover::Recovery;
pub use replay::Replay;

use disk::Disk;
use file::RealDisk;
use group::Group;
use index::Index;
use lock::DirLock;
use writer::Writer;

/// The longest line, in bytes with its line feed; a longer change has to be split by the caller.
pub const MAX_LINE_BYTES: usize = 64 << 20;

/// How a journal is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// A segment that would grow past this many bytes is ended and the next one begun. Default 64 MiB.
    pub segment_bytes: u64,
    /// The revision of the first line of a journal that has none yet (one begun after a rebuild goes on where the export ended). Default 1.
    pub first_revision: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            segment_bytes: 64 << 20,
            first_revision: 1,
        }
    }
}

/// An open journal. Shared by reference between threads; dropping it gives up the lock on the directory.
pub struct Journal {
    disk: Arc<dyn Disk>,
    writer: Mutex<Writer>,
    index: Mutex<Index>,
    group: Group,
    _lock: Option<DirLock>,
}

impl Journal {
    /// Opens the journal in `dir`, made with mode 0700 if it is not there. When this returns, all that was recovered is durable.
    ///
    /// # Errors
    ///
    /// `AlreadyLocked` for a second instance, `Corrupt` for damage that is not a torn tail (nothing has been changed then), `NoSpace` and `Io`.
    pub fn open(dir: &Path, options: Options) -> Result<(Self, Recovery), JournalError> {
        let disk =
            RealDisk::new(dir).map_err(|source| JournalError::io("cannot make the directory", source))?;
        let lock = DirLock::acquire(dir)?;
        Self::open_on(Arc::new(disk), &options, Some(lock))
    }

    fn open_on(
        disk: Arc<dyn Disk>,
        options: &Options,
        lock: Option<DirLock>,
    ) -> Result<(Self, Recovery), JournalError> {
        let found = recover::recover(disk.as_ref(), options)?;
        let journal = Self {
            group: Group::new(Arc::clone(&found.end.file), found.recovery.last),
            writer: Mutex::new(Writer::new(Arc::clone(&disk), options.segment_bytes, found.end)),
            index: Mutex::new(found.index),
            disk,
            _lock: lock,
        };
        Ok((journal, found.recovery))
    }

    /// Writes `payload`, a JSON object on one line without members `rev` and `sum`, as the next revision and returns that.
    /// Not durable until [`Journal::sync`] says so.
    ///
    /// # Errors
    ///
    /// `Payload` and `TooLarge` for what cannot be a line, `NoSpace` and `Io` (nothing was appended; it may be tried again), `Poisoned`.
    pub fn append(&self, payload: &[u8]) -> Result<u64, JournalError> {
        let members = payload::members(payload)?;
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let (revision, mark) = writer.append(members, &self.group)?;
        // The index before the group: a reader asks the group how far it may read, then the index where.
        self.index
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .note(mark);
        self.group.publish(revision);
        Ok(revision)
    }

    /// Returns when every line up to `revision` is durable. Cheap when it already is, also on a poisoned journal.
    ///
    /// # Errors
    ///
    /// `Poisoned` when an fdatasync failed, now or before; `NotWritten` for a revision beyond the last.
    pub fn sync(&self, revision: u64) -> Result<(), JournalError> {
        self.group.sync(revision)
    }

    /// The last revision written; one less than the first revision when the journal is empty.
    pub fn last(&self) -> u64 {
        self.group.written()
    }

    /// The last revision that is known to be durable.
    pub fn durable(&self) -> u64 {
        self.group.durable()
    }

    /// The lines after revision `after` up to [`Journal::last`] as of now, in order, streamed from the disk and checked again.
    /// Appends may go on meanwhile. It ends after its first error. Lines beyond [`Journal::durable`] may be among them.
    pub fn replay(&self, after: u64) -> Replay {
        let upto = match self.group.check() {
            Ok(()) => self.group.written(),
            Err(poisoned) => return Replay::failed(poisoned),
        };
        let start = self
            .index
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .seek(after.saturating_add(1));
        Replay::new(Arc::clone(&self.disk), start, after, upto)
    }
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal")
            .field("last", &self.last())
            .field("durable", &self.durable())
            .finish_non_exhaustive()
    }
}
