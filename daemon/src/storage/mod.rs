//! Storage: where the originals are, and the only way to them.
//!
//! A [`Volume`] lists folders and opens files below one library's root, and has
//! no call that could write. The local one works relative to a descriptor that
//! the mounter opened (a detached read-only clone where rights allow), follows
//! no symbolic link and never leaves the root: the kernel sees to that
//! (`openat2` with `RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS`).
//! [`Volumes`] knows the volume of each library that is online.

mod elsewhere;
mod local;
#[cfg(test)]
pub(crate) mod memory;

pub(crate) use elsewhere::elsewhere;
pub use local::LocalVolume;

use kphotos_domain::kernel::LibraryId;
use kphotos_fs::originals::{Originals, Space};
use rustc_hash::FxHashMap;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::{Arc, PoisonError, RwLock};

/// The files below a library's root.
///
/// Paths are the bytes of the file system, relative to the root, without a
/// slash at either end; the empty path is the root itself.
pub trait Volume: Send + Sync {
    /// What a folder holds, in no order that matters: folders, and those files
    /// whose name `wanted` accepts; links and special files are named, whatever their name.
    ///
    /// # Errors
    /// Whatever the file system says; nothing is listed then.
    fn list(&self, folder: &[u8], wanted: &dyn Fn(&[u8]) -> bool) -> io::Result<Vec<Item>>;

    /// A file, open for reading only.
    ///
    /// # Errors
    /// Whatever the file system says; `ELOOP` for a link on the way, `EXDEV` for
    /// a path that would leave the root.
    fn open(&self, path: &[u8]) -> io::Result<File>;

    /// Space and limits of the file system.
    ///
    /// # Errors
    /// Whatever the file system says.
    fn space(&self) -> io::Result<Space>;

    /// A descriptor of a folder, good for nothing but to be watched; `None` where
    /// there is nothing to watch.
    ///
    /// # Errors
    /// Whatever the file system says.
    fn folder(&self, _path: &[u8]) -> io::Result<Option<OwnedFd>> {
        Ok(None)
    }

    /// Which folder the root is, as long as it is mounted; `None` where there is none.
    fn root_id(&self) -> Option<RootId> {
        None
    }

    /// Whether its files lie elsewhere, so that who reads them may wait for ever.
    fn may_hang(&self) -> bool {
        false
    }

    /// Whether it lies on a file system that is stacked on another (an overlay).
    fn is_stacked(&self) -> bool {
        false
    }
}

/// A folder of this machine, as long as its file system is mounted: a hint, never identity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RootId {
    /// The device.
    pub dev: u64,
    /// The inode number.
    pub ino: u64,
}

/// One entry of a folder.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Item {
    /// Its name.
    pub name: Box<[u8]>,
    /// What it is.
    pub kind: ItemKind,
}

/// What an entry is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ItemKind {
    /// A folder.
    Folder,
    /// A regular file.
    File {
        /// Bytes.
        size: u64,
        /// Modification time, nanoseconds since 1970 UTC.
        mtime_ns: i64,
        /// Inode number.
        ino: u64,
    },
    /// A symbolic link: never followed.
    Link,
    /// A socket, a pipe, a device.
    Special,
}

/// The volumes of the libraries that are online.
#[derive(Default)]
pub struct Volumes {
    open: RwLock<FxHashMap<LibraryId, Arc<dyn Volume>>>,
}

impl Volumes {
    /// Notes a library's volume; one that was there before is replaced.
    pub fn attach(&self, library: LibraryId, volume: Arc<dyn Volume>) {
        self.open
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(library, volume);
    }

    /// Forgets a library's volume; files that are open stay open.
    pub fn detach(&self, library: LibraryId) {
        self.open
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&library);
    }

    /// The volume of a library, if it is online.
    #[must_use]
    pub fn get(&self, library: LibraryId) -> Option<Arc<dyn Volume>> {
        self.open
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&library)
            .cloned()
    }

    /// Whether any library that is online lies on a file system stacked on another.
    #[must_use]
    pub fn are_stacked(&self) -> bool {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        open.values().any(|volume| volume.is_stacked())
    }
}

impl Originals for Volumes {
    fn open(&self, library: LibraryId, path: &[u8]) -> io::Result<File> {
        self.get(library).ok_or_else(offline)?.open(path)
    }

    fn statfs(&self, library: LibraryId) -> io::Result<Space> {
        self.get(library).ok_or_else(offline)?.space()
    }

    fn may_hang(&self, library: LibraryId) -> bool {
        self.get(library).is_some_and(|volume| volume.may_hang())
    }
}

/// What reading in a library says that is not there: its files are known and stay in
/// sight, so it is not that they are none.
fn offline() -> io::Error {
    io::Error::from_raw_os_error(libc::ENODEV)
}
