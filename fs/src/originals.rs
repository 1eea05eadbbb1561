//! Where the bytes of originals come from.
//!
//! A port: the daemon opens files relative to read-only clones of the library
//! roots, so that the kernel itself refuses to change them. Files are opened for
//! reading only, by the path that the layer knows; a link at the end of the path
//! is not followed, since it could lead out of the library.

use kphotos_domain::kernel::LibraryId;
use rustc_hash::{FxHashMap, FxHashSet};
use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

/// How large the file system of a library is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Space {
    /// Bytes a block.
    pub block_size: u32,
    /// Blocks of the file system.
    pub blocks: u64,
    /// Blocks that are free there; nothing of them can be used through a mount.
    pub free_blocks: u64,
    /// Inodes of the file system.
    pub files: u64,
}

/// Opens originals; see the module.
pub trait Originals: Send + Sync {
    /// Opens a regular file for reading. `path` is relative to the library's
    /// root, without slashes at its ends, the bytes of the file system.
    ///
    /// # Errors
    /// Those of open(2); `ENOENT` also for a library that is not known.
    fn open(&self, library: LibraryId, path: &[u8]) -> io::Result<File>;

    /// How large the file system is that the library lies on.
    ///
    /// # Errors
    /// Those of statvfs(3); `ENOENT` also for a library that is not known.
    fn statfs(&self, library: LibraryId) -> io::Result<Space>;

    /// Whether the library lies on a file system that waits for others to answer, over the
    /// network or in FUSE. Such files are opened and read by threads of their own, and never
    /// passed to the kernel, since a read that the kernel makes can be given up by nobody.
    fn may_hang(&self, _library: LibraryId) -> bool {
        false
    }
}

/// Originals below plain directories: for tests, and where no clone can be had.
#[derive(Debug, Default)]
pub struct Directories {
    roots: FxHashMap<LibraryId, PathBuf>,
    far: FxHashSet<LibraryId>,
}

impl Directories {
    /// Libraries by their root directories.
    #[must_use]
    pub fn new(roots: impl IntoIterator<Item = (LibraryId, PathBuf)>) -> Self {
        Self {
            roots: roots.into_iter().collect(),
            far: FxHashSet::default(),
        }
    }

    /// The same, with a library that may hang.
    #[must_use]
    pub fn with_far(mut self, library: LibraryId) -> Self {
        self.far.insert(library);
        self
    }

    fn root(&self, library: LibraryId) -> io::Result<&PathBuf> {
        self.roots
            .get(&library)
            .ok_or_else(|| io::Error::from_raw_os_error(libc::ENOENT))
    }
}

impl Originals for Directories {
    fn open(&self, library: LibraryId, path: &[u8]) -> io::Result<File> {
        let path = self.root(library)?.join(OsStr::from_bytes(path));
        let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
        let open = |more| {
            OpenOptions::new()
                .read(true)
                .custom_flags(flags | more)
                .open(&path)
        };
        let file = match open(libc::O_NOATIME) {
            // Only a file's owner may keep its access time.
            Err(error) if error.raw_os_error() == Some(libc::EPERM) => open(0)?,
            opened => opened?,
        };
        if file.metadata()?.is_file() {
            Ok(file)
        } else {
            Err(io::Error::from_raw_os_error(libc::ENOENT))
        }
    }

    fn statfs(&self, library: LibraryId) -> io::Result<Space> {
        // Through a descriptor, so that no C string has to be made.
        space_of(&File::open(self.root(library)?)?)
    }

    fn may_hang(&self, library: LibraryId) -> bool {
        self.far.contains(&library)
    }
}

/// How large the file system is that an open file or directory lies on.
///
/// # Errors
/// Those of fstatvfs(3).
#[expect(unsafe_code, reason = "std has no fstatvfs")]
pub fn space_of(file: &impl std::os::fd::AsRawFd) -> io::Result<Space> {
    let mut stat = std::mem::MaybeUninit::<libc::statvfs>::zeroed();
    // SAFETY: the descriptor is open as long as `file` lives, and `stat` is large enough.
    if unsafe { libc::fstatvfs(file.as_raw_fd(), stat.as_mut_ptr()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call succeeded, and all bit patterns are valid anyway.
    let stat = unsafe { stat.assume_init() };
    Ok(Space {
        block_size: u32::try_from(stat.f_frsize).unwrap_or(4096),
        blocks: stat.f_blocks,
        free_blocks: stat.f_bfree,
        files: stat.f_files,
    })
}
