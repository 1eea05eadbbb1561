//! Library roots, opened so that the kernel keeps the originals as they are.
//!
//! A clone is a second, detached mount of the same files: read-only, without access times. It holds for every
//! file opened below it, through `/proc/self/fd` and in other processes too, and under FUSE passthrough, where
//! `O_NOATIME` does not [fuse-passthrough.rst]. Sub-mounts are cloned along (a second disk in `~/Pictures`)
//! and get the same flags; the clone passes on nothing and receives nothing, so a disk mounted later is not
//! seen in it, and never seen writable: open the root again then. K-Photos' own mounts are left out, or
//! a library of a whole home would contain itself and keep the mount from ever ending.

use std::fs::OpenOptions;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::error::{MounterError, errno};
use super::mountinfo;
use super::place::Place;
use super::sys::{self, Propagation, Reach};
use super::wire::RootHow;

/// Opens a root as well as the process's rights allow. `own` are the places of this mounter's mounts.
pub(super) fn open<'a>(
    path: &Path,
    own: impl Iterator<Item = &'a Place> + Clone,
) -> Result<(OwnedFd, RootHow), MounterError> {
    let unreadable = |e: io::Error| MounterError::RootUnreadable {
        path: path.to_owned(),
        errno: errno(&e),
    };
    let plain: OwnedFd = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_PATH | libc::O_DIRECTORY)
        .open(path)
        .map_err(unreadable)?
        .into();
    let id = mountinfo::mount_id(&plain).map_err(unreadable)?;
    if mountinfo::read()
        .map_err(unreadable)?
        .iter()
        .any(|entry| entry.id == id && entry.is_ours())
    {
        return Err(MounterError::RootInsideMount {
            path: path.to_owned(),
        });
    }
    match clone_without(path, own) {
        Ok(clone) => Ok((clone, RootHow::Clone)),
        // EPERM: no CAP_SYS_ADMIN, or a user namespace that may not change the flags. ENOSYS: a seccomp filter.
        Err(e) if matches!(e.raw_os_error(), Some(libc::EPERM | libc::ENOSYS)) => {
            let how = if noatime_allowed(path).map_err(unreadable)? {
                RootHow::NoAtime
            } else {
                RootHow::Plain
            };
            Ok((plain, how))
        }
        Err(e) => Err(unreadable(e)),
    }
}

/// A recursive clone with the given places' mounts left out.
fn clone_without<'a>(path: &Path, own: impl Iterator<Item = &'a Place> + Clone) -> io::Result<OwnedFd> {
    mark(own.clone(), Propagation::Unbindable);
    let clone = sys::clone_tree_at(path, Reach::Below);
    mark(own, Propagation::Private);
    let clone = clone?;
    sys::set_propagation(clone.as_fd(), Propagation::Private, Reach::Below)?;
    sys::set_flags(clone.as_fd(), sys::READ_ONLY, Reach::Below)?;
    Ok(clone)
}

/// A place that cannot be marked is no longer ours; then it is like any other mount.
fn mark<'a>(places: impl Iterator<Item = &'a Place>, propagation: Propagation) {
    for place in places {
        if let Ok(Some((root, entry))) = place.mount()
            && entry.is_ours()
        {
            drop(sys::set_propagation(root.as_fd(), propagation, Reach::One));
        }
    }
}

/// Whether the kernel lets this process keep the access time of the root itself; see open(2).
fn noatime_allowed(path: &Path) -> io::Result<bool> {
    let flags = libc::O_DIRECTORY | libc::O_NOATIME;
    match OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Ok(_) => Ok(true),
        Err(e) if e.raw_os_error() == Some(libc::EPERM) => Ok(false),
        Err(e) => Err(e),
    }
}
