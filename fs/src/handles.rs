//! What is open: directories and files, and how the bytes of each file travel.
//!
//! An open directory is a snapshot: it is taken when reading begins at the start,
//! and its places are inode numbers, so that a reader who comes back finds where
//! he was, whatever happened meanwhile, also in another's snapshot. It is not taken at the opening, and
//! not gone on with once the directory has changed, because the
//! kernel may fill its own cache from it, and what was read before a change
//! must not be cached after it.
//!
//! A file is *passed* to the kernel, which then reads the original by itself, or
//! served *plain* by `pread`. The kernel allows one way and one backing file an
//! inode while any handle of it is open, else the client gets EIO; so
//! [`Backings`] keeps the way of each inode in use, and decides anew only for
//! the first handle. Source: Linux, fs/fuse/iomode.c.

use crate::inode::Node;
use crate::tree::Entry;
use kphotos_domain::kernel::{AssetId, FileId, Revision};
use rustc_hash::FxHashMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Things that are open, by handle; a handle is never used twice.
#[derive(Debug)]
pub struct Handles<T> {
    next: AtomicU64,
    open: Mutex<FxHashMap<u64, Arc<T>>>,
}

impl<T> Default for Handles<T> {
    fn default() -> Self {
        Self {
            next: AtomicU64::new(1),
            open: Mutex::default(),
        }
    }
}

impl<T> Handles<T> {
    /// Keeps a thing and returns its handle.
    pub fn open(&self, thing: T) -> u64 {
        let handle = self.next.fetch_add(1, Ordering::Relaxed);
        lock(&self.open).insert(handle, Arc::new(thing));
        handle
    }

    /// The thing of a handle, while it is open.
    pub fn get(&self, handle: u64) -> Option<Arc<T>> {
        lock(&self.open).get(&handle).cloned()
    }

    /// Lets go of a thing.
    pub fn close(&self, handle: u64) -> Option<Arc<T>> {
        lock(&self.open).remove(&handle)
    }
}

/// An open directory.
#[derive(Debug)]
pub struct OpenDir {
    /// Which.
    pub node: Node,
    pub(crate) listing: Mutex<Option<Arc<Listing>>>,
    pub(crate) places: Mutex<Option<Places>>,
}

impl OpenDir {
    pub(crate) fn new(node: Node) -> Self {
        Self {
            node,
            listing: Mutex::default(),
            places: Mutex::default(),
        }
    }
}

/// What was in a directory when reading it began.
#[derive(Debug)]
pub(crate) struct Listing {
    pub(crate) revision: Revision,
    pub(crate) parent: Node,
    /// Sorted by inode number.
    pub(crate) entries: Vec<Entry>,
}

/// In how many albums and tags the photos of a part of a listing are.
#[derive(Debug)]
pub(crate) struct Places {
    pub(crate) revision: Revision,
    pub(crate) range: std::ops::Range<usize>,
    pub(crate) counts: FxHashMap<AssetId, u32>,
}

/// How the bytes of an open file travel.
#[derive(Debug)]
pub enum Way<B> {
    /// The kernel reads this backing file by itself.
    Passed(Arc<B>),
    /// The daemon reads.
    Plain,
}

impl<B> Clone for Way<B> {
    fn clone(&self) -> Self {
        match self {
            Self::Passed(backing) => Self::Passed(backing.clone()),
            Self::Plain => Self::Plain,
        }
    }
}

#[derive(Debug)]
struct InUse<B> {
    handles: u64,
    way: Way<B>,
}

/// The way of each inode in use; see the module.
#[derive(Debug)]
pub struct Backings<B> {
    inodes: Mutex<FxHashMap<FileId, InUse<B>>>,
    /// No new file is passed: the kernel would refuse.
    is_off: AtomicBool,
    was_too_deep: AtomicBool,
}

impl<B> Default for Backings<B> {
    fn default() -> Self {
        Self {
            inodes: Mutex::default(),
            is_off: AtomicBool::new(false),
            was_too_deep: AtomicBool::new(false),
        }
    }
}

impl<B> Backings<B> {
    /// Passes no file from now on; those that are open stay as they are.
    pub fn turn_off(&self) {
        self.is_off.store(true, Ordering::Relaxed);
    }

    /// Whether files are passed where the kernel takes them.
    pub fn is_on(&self) -> bool {
        !self.is_off.load(Ordering::Relaxed)
    }

    /// Whether a file is open.
    pub fn is_open(&self, file: FileId) -> bool {
        lock(&self.inodes).contains_key(&file)
    }

    /// One more handle of a file that is passed already, without opening the original.
    pub fn join(&self, file: FileId) -> Option<Arc<B>> {
        let mut inodes = lock(&self.inodes);
        let used = inodes.get_mut(&file)?;
        let Way::Passed(backing) = &used.way else {
            return None;
        };
        used.handles += 1;
        Some(backing.clone())
    }

    /// One more handle of a file; `register` makes a backing file of the original
    /// and is asked only for the first one.
    pub fn enter(&self, file: FileId, register: impl FnOnce() -> io::Result<B>) -> Way<B> {
        let mut inodes = lock(&self.inodes);
        if let Some(used) = inodes.get_mut(&file) {
            used.handles += 1;
            return used.way.clone();
        }
        let way = if self.is_on() {
            self.decide(register())
        } else {
            Way::Plain
        };
        let handles = 1;
        inodes.insert(
            file,
            InUse {
                handles,
                way: way.clone(),
            },
        );
        way
    }

    /// One more handle of a file that must not be passed; it is all the same if it is already.
    pub fn enter_plain(&self, file: FileId) -> Way<B> {
        let mut inodes = lock(&self.inodes);
        let (handles, way) = (0, Way::Plain);
        let used = inodes.entry(file).or_insert(InUse { handles, way });
        used.handles += 1;
        used.way.clone()
    }

    fn decide(&self, registered: io::Result<B>) -> Way<B> {
        let error = match registered {
            Ok(backing) => return Way::Passed(Arc::new(backing)),
            Err(error) => error,
        };
        match error.raw_os_error() {
            Some(libc::EPERM | libc::ENOTTY | libc::EOPNOTSUPP) => {
                tracing::info!("passthrough is off, files are read by the daemon: {error}");
                self.turn_off();
            }
            Some(libc::ELOOP) => {
                if !self.was_too_deep.swap(true, Ordering::Relaxed) {
                    tracing::warn!(
                        "an original lies on a file system that is stacked deeper than this mount takes: the daemon \
                         reads it; if its library is on an overlay and came after the mount, restart kphotosd"
                    );
                }
            }
            _ => tracing::debug!("an original is read by the daemon: {error}"),
        }
        Way::Plain
    }

    /// One handle less.
    pub fn leave(&self, file: FileId) {
        let mut inodes = lock(&self.inodes);
        if let Some(used) = inodes.get_mut(&file) {
            used.handles -= 1;
            if used.handles == 0 {
                inodes.remove(&file);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: FileId = FileId::new(1);

    fn refused(errno: i32) -> io::Result<u32> {
        Err(io::Error::from_raw_os_error(errno))
    }

    fn is_passed(way: &Way<u32>) -> bool {
        matches!(way, Way::Passed(_))
    }

    #[test]
    fn all_handles_of_a_file_share_one_backing_until_the_last_is_closed() {
        let backings = Backings::default();
        assert!(backings.join(FILE).is_none());
        assert!(is_passed(&backings.enter(FILE, || Ok(7))));
        assert!(matches!(backings.enter(FILE, || Ok(8)), Way::Passed(id) if *id == 7));
        assert_eq!(backings.join(FILE).as_deref(), Some(&7));
        for _ in 0..3 {
            backings.leave(FILE);
        }
        assert!(matches!(backings.enter(FILE, || Ok(9)), Way::Passed(id) if *id == 9));
    }

    #[test]
    fn a_file_that_is_read_plain_stays_so_while_open() {
        let backings = Backings::default();
        assert!(!is_passed(&backings.enter(FILE, || refused(libc::ELOOP))));
        assert!(!is_passed(&backings.enter(FILE, || Ok(1))), "never mixed");
        backings.leave(FILE);
        backings.leave(FILE);
        assert!(is_passed(&backings.enter(FILE, || Ok(1))), "asked anew");
    }

    #[test]
    fn a_kernel_that_forbids_passing_is_asked_once() {
        let backings = Backings::default();
        assert!(!is_passed(&backings.enter(FILE, || refused(libc::EPERM))));
        assert!(!backings.is_on());
        assert!(!is_passed(
            &backings.enter(FileId::new(2), || panic!("not asked"))
        ));
    }

    #[test]
    fn a_handle_is_never_given_twice() {
        let handles = Handles::default();
        let first = handles.open("a");
        assert_eq!(handles.close(first).as_deref(), Some(&"a"));
        assert_ne!(handles.open("b"), first);
        assert!(handles.get(first).is_none());
    }
}
