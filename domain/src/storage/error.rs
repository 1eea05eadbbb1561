//! What storage refuses.

use crate::kernel::{ErrorCode, LibraryId};

/// A refusal of storage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// No such library.
    #[error("there is no library {library}; `kphotos library list` lists them")]
    NoLibrary {
        /// The number given.
        library: LibraryId,
    },
    /// The path is not absolute, or is the root of everything.
    #[error("`{root}` cannot be a library: give the absolute path of a folder")]
    NotAFolder {
        /// What was given.
        root: String,
    },
    /// The folder is a library already.
    #[error("`{root}` is the library `{name}` already")]
    AlreadyALibrary {
        /// What was given.
        root: String,
        /// What it is called.
        name: Box<str>,
    },
    /// The folder lies within another library, or round it.
    #[error("`{root}` overlaps the library `{name}` at `{other}`: a photo may be in one library only")]
    Overlaps {
        /// What was given.
        root: String,
        /// The other's name.
        name: Box<str>,
        /// The other's root.
        other: String,
    },
    /// The name is taken.
    #[error("there is a library `{name}` already; choose another with --name")]
    NameTaken {
        /// The name.
        name: Box<str>,
    },
    /// The name cannot be a folder's.
    #[error("`{name}` cannot be a library's name: it must be a folder name that every system accepts")]
    BadName {
        /// The name.
        name: Box<str>,
    },
    /// A sighting without a file name.
    #[error("a scan reported a file without a name")]
    EmptyPath,
}

impl StorageError {
    /// The kind of refusal.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::NoLibrary { .. } => ErrorCode::NotFound,
            Self::NotAFolder { .. } | Self::BadName { .. } | Self::EmptyPath => ErrorCode::Invalid,
            Self::AlreadyALibrary { .. } | Self::NameTaken { .. } => ErrorCode::AlreadyExists,
            Self::Overlaps { .. } => ErrorCode::Conflict,
        }
    }
}
