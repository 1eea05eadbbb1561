//! What is known of sidecars: that they are there, and what they said.

use crate::catalog::Facts;
use crate::kernel::{FileId, FolderId};

/// A sidecar as a scan saw it. Of one folder's, no two have one name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SidecarStamp {
    /// Its name, the bytes of the file system.
    pub name: Box<[u8]>,
    /// Bytes.
    pub size: u64,
    /// Modification time, nanoseconds since 1970 UTC.
    pub mtime_ns: i64,
}

/// What a parser read of the sidecar that names a file best.
#[derive(Clone, PartialEq, Debug)]
pub struct SidecarRead {
    /// The sidecar, as it was known when it was read.
    pub stamp: SidecarStamp,
    /// Whose it says it is (photoshop:SidecarForExtension), without the dot.
    pub for_extension: Option<Box<str>>,
    /// What it says; `unreadable`, and nothing else, if it could not be read.
    pub facts: Box<Facts>,
}

/// The layer of a sidecar, and the file's own below it: kept apart only for
/// photos that have both.
#[derive(Clone, PartialEq, Debug)]
pub struct SidecarLayer {
    /// Whose sidecar it is.
    pub file: FileId,
    /// The folder it was last seen in.
    pub folder: FolderId,
    /// Its name there.
    pub name: Box<[u8]>,
    /// What the file itself says.
    pub embedded: Facts,
    /// What the sidecar says; `unreadable` is why it could not be read.
    pub sidecar: Facts,
    /// Whether the journal has that too.
    pub is_journalled: bool,
}

/// Why a sidecar says nothing of any photo.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Unbound {
    /// No photo or movie of its folder is called so.
    Orphan,
    /// It names several files, and says not whose it is, or says that it is of one that is not there.
    Ambiguous,
    /// Each file that it names has a sidecar that names it better.
    Overridden,
    /// It could not be read, for this reason.
    Unreadable(Box<str>),
}
