//! What can go wrong between a mount and the kernel, one variant for each condition that has a cure of
//! its own. The values cross the socket, so they hold numbers and paths, never an `io::Error`.
//! [`MounterError::System`] is for what no administrator is expected to meet; it names the step.

use std::io;
use std::path::{Path, PathBuf};

use kphotos_domain::kernel::ErrorCode;
use serde::{Deserialize, Serialize};

use super::wire::path_bytes;

/// Why the mounter did not do as it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum MounterError {
    /// There is no `/dev/fuse`.
    #[error("/dev/fuse is missing: run `modprobe fuse`, or pass the device into the container")]
    DeviceMissing,
    /// `/dev/fuse` is there and may not be opened. `mode` holds the permission bits only.
    #[error(
        "/dev/fuse (mode {mode:04o}) may not be opened by uid {uid}: run `chmod 666 /dev/fuse`, or install udev, which sets that mode"
    )]
    DeviceRefused {
        /// Permission bits of the device node.
        mode: u32,
        /// Who tried.
        uid: u32,
    },
    /// System mode was asked for without CAP_SYS_ADMIN.
    #[error("mounting at {} in system mode needs CAP_SYS_ADMIN: start kphotosd as a system service, or use a user mount", path.display())]
    RightsMissing {
        /// Where it should have been mounted.
        #[serde(with = "path_bytes")]
        path: PathBuf,
    },
    /// No setuid helper for an unprivileged mount.
    #[error("fusermount3 was not found: install the package fuse3")]
    FusermountMissing,
    /// `fusermount3` does not let an unprivileged user open a mount to others.
    #[error(
        "others may not be let into a user mount: add the line user_allow_other to /etc/fuse.conf, or set access to private"
    )]
    AllowOtherRefused,
    /// `fusermount3` failed in its own words.
    #[error("fusermount3 failed at {}: {message}", path.display())]
    FusermountFailed {
        /// The mount point.
        #[serde(with = "path_bytes")]
        path: PathBuf,
        /// Its standard error, one line.
        message: String,
    },
    /// The folder that should hold the mount point cannot be used.
    #[error("the mount point {} cannot be reached ({}): create the folder above it", path.display(), text(*errno))]
    MountPointUnreachable {
        /// The mount point.
        #[serde(with = "path_bytes")]
        path: PathBuf,
        /// What the kernel said.
        errno: i32,
    },
    /// The mount point is a file or a symbolic link, or the path is relative.
    #[error("the mount point {} is not a folder with an absolute path: links are not followed here", path.display())]
    MountPointNotFolder {
        /// The mount point.
        #[serde(with = "path_bytes")]
        path: PathBuf,
    },
    /// A mount would hide files.
    #[error("the mount point {} is not empty: choose an empty folder", path.display())]
    MountPointNotEmpty {
        /// The mount point.
        #[serde(with = "path_bytes")]
        path: PathBuf,
    },
    /// The private mount point is open to others, who could write through it.
    #[error("the private mount point {} belongs to uid {uid} with mode {mode:04o}: it must be the daemon's own with mode 0700", path.display())]
    PrivateOpen {
        /// The private mount point.
        #[serde(with = "path_bytes")]
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
        /// Its owner.
        uid: u32,
    },
    /// A file system that is not K-Photos' is mounted there, dead or alive.
    #[error("something else is mounted at {} ({fs_type}, {source_name}): unmount it or choose another folder", path.display())]
    Occupied {
        /// The mount point.
        #[serde(with = "path_bytes")]
        path: PathBuf,
        /// Type as in mountinfo, such as `ext4` or `fuse.sshfs`.
        fs_type: String,
        /// Source as in mountinfo, such as `/dev/sda1`.
        source_name: String,
    },
    /// A K-Photos mount is there and its daemon answers, or at least holds it.
    #[error("a K-Photos mount is alive at {}: stop the daemon that serves it", path.display())]
    Alive {
        /// The mount point.
        #[serde(with = "path_bytes")]
        path: PathBuf,
    },
    /// A K-Photos mount whose daemon is gone is there.
    #[error("a dead K-Photos mount is at {}: clean it up, then mount", path.display())]
    Stale {
        /// The mount point.
        #[serde(with = "path_bytes")]
        path: PathBuf,
    },
    /// No such mount; it was unmounted, or never was.
    #[error("mount {id} is not known to the mounter: mount it again")]
    UnknownMount {
        /// The id asked for.
        id: u64,
    },
    /// Only a system mount that is not yet public can be published.
    #[error("mount {id} has nothing to publish: it is public already")]
    AlreadyPublic {
        /// The id asked for.
        id: u64,
    },
    /// A library root cannot be opened.
    #[error("the library folder {} cannot be opened: {}", path.display(), text(*errno))]
    RootUnreadable {
        /// The library root.
        #[serde(with = "path_bytes")]
        path: PathBuf,
        /// What the kernel said.
        errno: i32,
    },
    /// A library root inside a K-Photos mount would read itself.
    #[error("the library folder {} lies inside a K-Photos mount: name the folder of the originals", path.display())]
    RootInsideMount {
        /// The library root.
        #[serde(with = "path_bytes")]
        path: PathBuf,
    },
    /// A system call failed for a reason not listed above.
    #[error("{step} failed at {}: {}", path.display(), text(*errno))]
    System {
        /// Which one.
        step: Step,
        /// On what.
        #[serde(with = "path_bytes")]
        path: PathBuf,
        /// What the kernel said.
        errno: i32,
    },
    /// The mounter process could not be started.
    #[error("the mounter could not be started: {}", text(*errno))]
    NotStarted {
        /// What the kernel said.
        errno: i32,
    },
    /// The mounter process has ended; nothing can be mounted or unmounted by it.
    #[error("the mounter process has ended: restart kphotosd")]
    Gone,
    /// The two halves do not understand each other.
    #[error(
        "the mounter answered out of turn ({detail}): restart kphotosd, daemon and mounter are of different versions"
    )]
    Protocol {
        /// What was wrong with the message.
        detail: String,
    },
}

/// The system call behind a [`MounterError::System`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// Opening `/dev/fuse`.
    OpenDevice,
    /// Making the superblock (`fsopen`, `fsconfig`, `fsmount`).
    CreateMount,
    /// Attaching it to the tree (`move_mount`).
    AttachMount,
    /// Cloning a mount (`open_tree`).
    CloneTree,
    /// Changing its flags (`mount_setattr`).
    SetFlags,
    /// Making or reading a mount point.
    PrepareFolder,
    /// `umount2`.
    Unmount,
    /// Reading `/proc/self/mountinfo` or `fdinfo`.
    ReadMounts,
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::OpenDevice => "opening the device",
            Self::CreateMount => "making the file system",
            Self::AttachMount => "mounting",
            Self::CloneTree => "cloning the mount",
            Self::SetFlags => "setting the mount's flags",
            Self::PrepareFolder => "preparing the mount point",
            Self::Unmount => "unmounting",
            Self::ReadMounts => "reading the list of mounts",
        })
    }
}

impl MounterError {
    /// The word in which every surface reports it.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::DeviceRefused { .. } | Self::RightsMissing { .. } | Self::AllowOtherRefused => {
                ErrorCode::NotPermitted
            }
            Self::DeviceMissing
            | Self::FusermountMissing
            | Self::FusermountFailed { .. }
            | Self::RootUnreadable { .. }
            | Self::System { .. }
            | Self::NotStarted { .. }
            | Self::Gone => ErrorCode::Unavailable,
            Self::MountPointUnreachable { .. } | Self::UnknownMount { .. } => ErrorCode::NotFound,
            Self::MountPointNotFolder { .. } | Self::RootInsideMount { .. } => ErrorCode::Invalid,
            Self::MountPointNotEmpty { .. }
            | Self::PrivateOpen { .. }
            | Self::Occupied { .. }
            | Self::Stale { .. }
            | Self::AlreadyPublic { .. } => ErrorCode::Conflict,
            Self::Alive { .. } => ErrorCode::Busy,
            Self::Protocol { .. } => ErrorCode::Internal,
        }
    }

    /// For `map_err`: the step and the path, with the call's errno.
    pub(super) fn at(step: Step, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::System {
            step,
            path,
            errno: errno(&error),
        }
    }
}

/// The number in an `io::Error`; EIO for one that never came from the kernel.
pub(super) fn errno(error: &io::Error) -> i32 {
    error.raw_os_error().unwrap_or(libc::EIO)
}

fn text(errno: i32) -> io::Error {
    io::Error::from_raw_os_error(errno)
}
