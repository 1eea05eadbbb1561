//! Jobs.

use crate::kernel::{JobId, LibraryId};

/// What a job does, in the order in which a new library needs it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum JobKind {
    /// Walk the folders: what is there, what is new, what is gone.
    Scan,
    /// Read what the files say of themselves.
    Metadata,
    /// Hash whole files.
    Hash,
}

impl JobKind {
    /// `scan`, `metadata`, `hash`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scan => "scan",
            Self::Metadata => "metadata",
            Self::Hash => "hash",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Scan, Self::Metadata, Self::Hash]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// Where a job stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum JobState {
    /// Waiting or running.
    Pending,
    /// Finished.
    Done {
        /// What it did, for a person.
        summary: Box<str>,
    },
    /// Gave up.
    Failed {
        /// Why, and how to mend it.
        reason: Box<str>,
    },
    /// Ended by a person.
    Cancelled,
}

/// A job.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Job {
    /// The number.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// Where.
    pub library: LibraryId,
    /// When it was asked for, in seconds since 1970 UTC.
    pub enqueued: i64,
    /// Where it stands.
    pub state: JobState,
}
