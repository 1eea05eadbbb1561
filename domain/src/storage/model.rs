//! Libraries and sightings.

use crate::catalog::MediaKind;
use crate::kernel::{LibraryId, Owner};

/// A folder of originals.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Library {
    /// Its number.
    pub id: LibraryId,
    /// The world its photos live in.
    pub owner: Owner,
    /// Its name, unique in that world.
    pub name: Box<str>,
    /// Absolute path of its root, the bytes of the file system, no trailing slash.
    pub root: Box<[u8]>,
    /// IANA name of the zone in which a time without offset becomes an instant.
    pub timezone: Box<str>,
    /// Whether its root is there.
    pub state: LibraryState,
}

/// Whether a library's root is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LibraryState {
    /// Its files can be read.
    Online,
    /// Its root is absent or empty: nothing in it changes until it is back.
    Offline,
    /// A person removed it. It is no library any more: its row is kept for what its files
    /// and their edits still say of it. A library never comes back from that; the folder
    /// may be added again, as another one.
    Removed,
}

impl LibraryState {
    /// `online`, `offline`, `removed`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Offline => "offline",
            Self::Removed => "removed",
        }
    }
}

/// A library to be added.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewLibrary {
    /// Its name; `None`: the last part of the path, with a number if that is taken.
    pub name: Option<Box<str>>,
    /// Absolute path of its root.
    pub root: Box<[u8]>,
    /// IANA name of its zone.
    pub timezone: Box<str>,
}

/// One file as a scan saw it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileSighting {
    /// Path below the library's root: folder names and the file's name.
    pub path: Vec<Box<[u8]>>,
    /// Bytes.
    pub size: u64,
    /// Modification time, nanoseconds since 1970 UTC.
    pub mtime_ns: i64,
    /// Inode number: a hint, never identity.
    pub ino: u64,
    /// What its first bytes say, where its name does not.
    pub kind: Option<MediaKind>,
}

/// Where a file stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum FileState {
    /// It is there.
    Present,
    /// It is gone.
    Missing,
}
