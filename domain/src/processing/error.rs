//! What processing refuses.

use crate::kernel::{ErrorCode, JobId, LibraryId};

/// A refusal of processing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProcessingError {
    /// No such job.
    #[error("there is no job {job}; `kphotos job list` lists them")]
    NoJob {
        /// The number given.
        job: JobId,
    },
    /// No such library.
    #[error("there is no library {library}; `kphotos library list` lists them")]
    NoLibrary {
        /// The number given.
        library: LibraryId,
    },
    /// The job is over.
    #[error("job {job} is over already; `kphotos job retry {job}` runs it again")]
    Settled {
        /// The job.
        job: JobId,
    },
    /// The job is paused.
    #[error("job {job} is paused; `kphotos job resume {job}` lets it go on")]
    Paused {
        /// The job.
        job: JobId,
    },
    /// Another job does the same.
    #[error(
        "job {other} does what job {job} did and is not over; follow it with `kphotos job watch {other}`"
    )]
    Replaced {
        /// The job given.
        job: JobId,
        /// The one that is not over.
        other: JobId,
    },
}

impl ProcessingError {
    /// The kind of refusal.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::NoJob { .. } | Self::NoLibrary { .. } => ErrorCode::NotFound,
            Self::Settled { .. } | Self::Paused { .. } | Self::Replaced { .. } => ErrorCode::Conflict,
        }
    }
}
