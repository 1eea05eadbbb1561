//! What this process may do, found out by trying: capabilities, namespaces, seccomp filters and security
//! modules all have a say, and only the system call knows the sum. Nothing tried leaves a trace.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use super::error::{MounterError, Step};
use super::fusermount;
use super::sys::{self, Reach};
use super::wire::{Rights, RightsKind};

const DEVICE: &str = "/dev/fuse";

/// Inode of the first user namespace in nsfs: `PROC_USER_INIT_INO` of the kernel's `proc_ns.h`.
const INITIAL_USER_NAMESPACE: u64 = 0xEFFF_FFFD;

/// Whether system mode is possible here and now: CAP_SYS_ADMIN in the machine's own user namespace.
///
/// It tries: makes and drops an unmounted FUSE context and a detached, read-only clone of `/`.
#[must_use]
pub fn can_mount_directly() -> bool {
    in_initial_user_namespace() && try_mount_api().is_ok()
}

/// All that is possible, and what is in the way of more.
pub(super) fn find() -> Rights {
    let initial_user_namespace = in_initial_user_namespace();
    let rights = |kind, missing| Rights {
        kind,
        missing,
        initial_user_namespace,
    };
    if let Err(e) = open_device() {
        return rights(RightsKind::None, Some(e));
    }
    if try_mount_api().is_ok() {
        return rights(RightsKind::System, None);
    }
    match fusermount::find() {
        Some(_) => rights(
            RightsKind::User,
            Some(MounterError::RightsMissing { path: "/".into() }),
        ),
        None => rights(RightsKind::None, Some(MounterError::FusermountMissing)),
    }
}

/// Opens `/dev/fuse`; the descriptor becomes a session when it is mounted.
pub(super) fn open_device() -> Result<File, MounterError> {
    let device = Path::new(DEVICE);
    OpenOptions::new()
        .read(true)
        .write(true)
        .open(device)
        .map_err(|e| match e.raw_os_error() {
            // ENODEV, ENXIO: a node without a module behind it.
            Some(libc::ENOENT | libc::ENODEV | libc::ENXIO) => MounterError::DeviceMissing,
            Some(libc::EACCES | libc::EPERM) => MounterError::DeviceRefused {
                mode: fs::metadata(device).map_or(0, |meta| meta.permissions().mode() & 0o7777),
                uid: sys::ids().0,
            },
            _ => MounterError::at(Step::OpenDevice, device)(e),
        })
}

fn try_mount_api() -> io::Result<()> {
    drop(sys::fs_open(c"fuse")?);
    let clone = sys::clone_tree_at(Path::new("/"), Reach::One)?;
    sys::set_flags(clone.as_fd(), sys::READ_ONLY, Reach::One)
}

fn in_initial_user_namespace() -> bool {
    fs::metadata("/proc/self/ns/user").is_ok_and(|meta| meta.ino() == INITIAL_USER_NAMESPACE)
}
