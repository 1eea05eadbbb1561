//! The mounter: the small privileged process that alone mounts, binds and unmounts.
//!
//! The daemon starts it ([`Mounter::start`]) before its first thread and before Landlock shuts the
//! door, by executing its own program again with [`HIDDEN_ARGUMENT`] and a `SOCK_SEQPACKET` socket
//! as standard input. `main` calls [`run_if_asked`] first. Executing, unlike a bare fork, leaves no
//! descriptor, lock or allocator state of the daemon behind. A closed set of requests goes over;
//! descriptors (`/dev/fuse`, library roots) come back by `SCM_RIGHTS`. The socket is the lifeline:
//! at its end, however the daemon died, all that was mounted is detached and the mounter exits.
//! If both were killed, the next start calls [`Mounter::clean_stale`].
//!
//! What the process may do decides what a user gets ([`Rights`]):
//!
//! | rights | mounts | originals |
//! |---|---|---|
//! | *system*: CAP_SYS_ADMIN | a private read-write mount, bound read-only at the public path: the kernel refuses every write there | opened below a detached clone of the root: read-only, access times kept, sub-mounts included |
//! | *user*: setuid `fusermount3`, `/dev/fuse` 0666 | one mount; the file system itself answers EROFS; others let in only with `user_allow_other` | `O_NOATIME`, which the kernel grants the owner of a file alone |
//! | *none* | none; [`MounterError`] names the cure | as *user* |
//!
//! With the rights of *system* it also lets the kernel read further ahead in its mounts (`/sys/class/bdi`).
//!
//! It refuses to mount over another mount or a folder with something in it, to follow a symbolic link
//! at a mount point, and to detach anything that is alive or not K-Photos'. Needs Linux 5.12.

mod client;
mod error;
mod fusermount;
mod mountinfo;
mod place;
mod process;
mod rights;
mod root;
mod server;
mod socket;
mod stale;
mod sys;
mod wire;

pub use client::{MountedFd, Mounter, RootFd};
pub use error::{MounterError, Step};
pub use mountinfo::MountTable;
pub use process::{HIDDEN_ARGUMENT, run_if_asked, serve};
pub use rights::can_mount_directly;
pub use wire::{Cleaned, MountId, MountMode, MountSpec, Rights, RightsKind, RootHow, Unmounted};

/// The source and the sub-type of every mount: `kphotos` and `fuse.kphotos` in `/proc/self/mountinfo`.
pub const FS_NAME: &str = "kphotos";
