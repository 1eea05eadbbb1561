//! Why the store cannot be used, one variant for each thing a caller can act on.
//!
//! `Unusable` is mended by moving the store aside and rebuilding it; `Unwritable` by seeing to the disk and starting again.

use kphotos_domain::kernel::{ErrorCode, PortError};
use std::io;
use std::path::PathBuf;

/// Why a store call failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// What is on the disk is damaged, or of another version: move it aside and rebuild.
    #[error("the layer at rest is unusable: {why}; it is to be moved aside and rebuilt from the journal")]
    Unusable {
        /// What was found.
        why: String,
    },
    /// Another process has it open.
    #[error("the layer at rest in {} is in use by another process; stop it, or use another state directory", .dir.display())]
    Locked {
        /// The store's directory.
        dir: PathBuf,
    },
    /// A write failed, now or before; the rows on the disk stand as they were.
    #[error(
        "the layer at rest takes no more rows ({cause}); see to the disk and restart, the journal has every edit"
    )]
    Unwritable {
        /// The first failure.
        cause: String,
    },
    /// The system refused an operation, so that nothing is known of the store.
    #[error("the layer at rest in {}: {source}; see to the state directory and try again", .dir.display())]
    Io {
        /// The store's directory.
        dir: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
}

impl StoreError {
    pub(super) fn unusable(why: impl Into<String>) -> Self {
        Self::Unusable { why: why.into() }
    }
}

impl From<StoreError> for PortError {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::Unusable { .. } => ErrorCode::Corrupt,
            StoreError::Locked { .. } => ErrorCode::Busy,
            StoreError::Unwritable { .. } | StoreError::Io { .. } => ErrorCode::Unavailable,
        };
        Self::new(code, error.to_string())
    }
}
