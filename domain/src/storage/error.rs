//! What storage refuses.

use crate::kernel::{ErrorCode, FolderId, LibraryId, MountId};

/// A refusal of storage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// No such library.
    #[error("there is no library {library}; `kphotos library list` lists them")]
    NoLibrary {
        /// The number given.
        library: LibraryId,
    },
    /// No such folder.
    #[error("folder {folder} is not known; scan its library")]
    NoFolder {
        /// The number given.
        folder: FolderId,
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
    /// No such mount among those that commands added.
    #[error("there is no mount {mount} that a command added; `kphotos mount list` lists them")]
    NoMount {
        /// The number given.
        mount: MountId,
    },
    /// The path is not absolute, or is the root of everything.
    #[error("nothing can be mounted at `{path}`: give the absolute path of an empty folder")]
    NoMountPoint {
        /// What was given.
        path: String,
    },
    /// There is one.
    #[error("`{path}` is a mount already; `kphotos mount list` says what it shows")]
    AlreadyAMount {
        /// What was given.
        path: String,
    },
    /// It lies in another mount, or holds one.
    #[error("`{path}` and the mount `{other}` lie in each other: give a folder beside it")]
    MountsOverlap {
        /// What was given.
        path: String,
        /// The other mount.
        other: String,
    },
    /// It lies in a library, or holds one.
    #[error(
        "`{path}` and the library `{name}` at `{root}` lie in each other: nothing is mounted among photos; give another folder"
    )]
    MountOverlapsLibrary {
        /// What was given.
        path: String,
        /// The library's name.
        name: Box<str>,
        /// Its root.
        root: String,
    },
    /// A library lies in a mount, or holds one.
    #[error(
        "`{root}` and the mount `{path}` lie in each other: give the folder of the originals, or take the mount away with `kphotos mount remove {mount}`"
    )]
    LibraryOverlapsMount {
        /// What was given.
        root: String,
        /// The mount's number.
        mount: MountId,
        /// Where it is.
        path: String,
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
            Self::NoLibrary { .. } | Self::NoFolder { .. } | Self::NoMount { .. } => ErrorCode::NotFound,
            Self::NotAFolder { .. } | Self::BadName { .. } | Self::EmptyPath | Self::NoMountPoint { .. } => {
                ErrorCode::Invalid
            }
            Self::AlreadyALibrary { .. } | Self::NameTaken { .. } | Self::AlreadyAMount { .. } => {
                ErrorCode::AlreadyExists
            }
            Self::Overlaps { .. }
            | Self::MountsOverlap { .. }
            | Self::MountOverlapsLibrary { .. }
            | Self::LibraryOverlapsMount { .. } => ErrorCode::Conflict,
        }
    }
}
