//! Why a scan ended early.

use kphotos_domain::app::AppError;
use kphotos_domain::kernel::LibraryId;

/// Why a scan ended early; what was known before stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The root is absent or empty.
    #[error("the library is offline: {why}; its photos keep everything, and are back when it is")]
    Offline {
        /// What was seen.
        why: String,
    },
    /// Too much is gone to be believed.
    #[error(
        "{gone} of {known} files are gone, which looks like a disk that is not there: none was taken for gone; if it is meant, run `kphotos library scan {library} --accept-missing`"
    )]
    Suspect {
        /// The library.
        library: LibraryId,
        /// Files that were not found.
        gone: u64,
        /// Files that were known to be present.
        known: u64,
    },
    /// It was told to stop.
    #[error("the scan was interrupted and goes on later")]
    Stopped,
    /// A command was refused.
    #[error(transparent)]
    Refused(#[from] AppError),
}
