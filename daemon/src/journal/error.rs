//! What can go wrong with the journal, one variant for each thing a caller can act on.
//!
//! The texts say what, which and how to recover, since `Corrupt` and `AlreadyLocked` are read by a person whose daemon did not start.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// How a corrupt journal is mended; the last resort loses only what is in neither the export nor the readable part of the journal.
const MEND: &str = "copy the journal directory first, then put this segment back from a backup, \
                    or move the directory aside and run `kphotos rebuild`";

/// Why a journal call failed.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another process has this journal open.
    #[error("journal {} is in use by {}; stop it, or use another state directory", .dir.display(), holder(*.pid))]
    AlreadyLocked {
        /// The journal's directory.
        dir: PathBuf,
        /// Who holds it, as far as the lock file tells.
        pid: Option<u32>,
    },
    /// Acknowledged lines are damaged; nothing was changed.
    #[error("journal segment {segment}, line {line}, is corrupt: {damage}; {mend}")]
    Corrupt {
        /// The segment's file name, such as `0003.jsonl`.
        segment: String,
        /// The first line that is wrong, from 1; 0 for the segment as a whole.
        line: u64,
        /// What is wrong with it.
        damage: Damage,
        /// What a person can do.
        mend: &'static str,
    },
    /// The disk or the quota is full; nothing was appended and the journal goes on.
    #[error("no space left for the journal: {what}; free some space and try again")]
    NoSpace {
        /// What was being done.
        what: String,
        /// The system's answer.
        #[source]
        source: io::Error,
    },
    /// A write could not be taken back or an fdatasync failed: what the disk holds is not known until the journal is opened anew.
    #[error("the journal has stopped after a failure ({cause}); check the disk and restart the daemon")]
    Poisoned {
        /// The first failure.
        cause: String,
    },
    /// The payload cannot be a line.
    #[error("a journal payload must be a json object on one line without `rev` and `sum`: {why}")]
    Payload {
        /// What is wrong with it.
        why: String,
    },
    /// The payload is too long for one line.
    #[error("a journal line of {bytes} bytes is over the limit of {limit}; split the change")]
    TooLarge {
        /// What the line would have had.
        bytes: usize,
        /// The most it may have.
        limit: usize,
    },
    /// A revision was to be synced that nobody has written.
    #[error(
        "revision {revision} is not written, the journal ends at {last}; sync a revision that append returned"
    )]
    NotWritten {
        /// The revision asked for.
        revision: u64,
        /// The last there is.
        last: u64,
    },
    /// The system refused an operation; the journal goes on.
    #[error("journal: {what}: {source}; see to the state directory and try again")]
    Io {
        /// What was being done.
        what: String,
        /// The system's answer.
        source: io::Error,
    },
}

impl JournalError {
    /// Sorts a full disk from other failures.
    pub(super) fn io(what: impl Into<String>, source: io::Error) -> Self {
        let what = what.into();
        if matches!(
            source.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
        ) {
            Self::NoSpace { what, source }
        } else {
            Self::Io { what, source }
        }
    }

    pub(super) fn corrupt(segment: String, line: u64, damage: Damage) -> Self {
        Self::Corrupt {
            segment,
            line,
            damage,
            mend: MEND,
        }
    }
}

/// What is wrong with a line or a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damage {
    /// It has not the form of a line.
    Form,
    /// Its sum does not follow from its bytes and the line before.
    Sum,
    /// Its sum is right, its revision does not follow the line before.
    Revision {
        /// One more than the line before.
        expected: u64,
        /// What the line says.
        found: u64,
    },
    /// It is whole, but another byte stands where its line feed was.
    LineFeed,
    /// It could be a torn write, but a whole line follows, so it had been written in full.
    Followed {
        /// The line that follows.
        by: u64,
    },
    /// The segment ends within a line, or before a line that had been there.
    Short,
    /// The segment's file is missing though a later one exists.
    SegmentMissing,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => f.write_str("it has not the form of a journal line"),
            Self::Sum => f.write_str("its sum does not match (bytes altered, or lines lost before it)"),
            Self::Revision { expected, found } => {
                write!(f, "it has revision {found} where {expected} must follow")
            }
            Self::LineFeed => f.write_str("the line feed after it is altered"),
            Self::Followed { by } => write!(f, "it is unreadable and line {by} follows"),
            Self::Short => f.write_str("it ends early"),
            Self::SegmentMissing => f.write_str("the file is missing though a later one exists"),
        }
    }
}

fn holder(pid: Option<u32>) -> String {
    pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"))
}
