//! What daemon and mounter say to each other: two closed enums, one JSON document a packet.
//! Paths travel as bytes, since a Unix path need not be UTF-8. A descriptor rides on the packet of
//! [`Reply::Mounted`] and [`Reply::Root`], on no other. Both ends are always the same build, so there
//! is no version and no compatibility: an unknown message is an error.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::error::MounterError;

/// A mount of this mounter process; never reused while it lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MountId(pub u64);

/// How the public path comes to show the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum MountMode {
    /// A private read-write mount, later bound read-only at the public path.
    System {
        /// Mount point of the private mount, 0700, such as `/run/kphotos/mnt/main`; made if missing, with its parents.
        #[serde(with = "path_bytes")]
        private: PathBuf,
        /// Whether the kernel checks who may enter (`default_permissions`), which it need not where all may.
        is_checked: bool,
    },
    /// One read-write mount at the public path; the file system itself refuses writes.
    User,
}

/// One mount to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MountSpec {
    /// Where people find it. Absolute; the folder above must exist, the last one is made if missing.
    #[serde(with = "path_bytes")]
    pub public: PathBuf,
    /// System or user, see [`MountMode`].
    pub mode: MountMode,
    /// Whether other users than the owner may enter (`allow_other`); Samba needs it.
    pub allow_other: bool,
    /// Owner of the mount: the uid the daemon runs as.
    pub owner_uid: u32,
    /// Its gid.
    pub owner_gid: u32,
}

/// How an unmount ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unmounted {
    /// The session has ended: fuser's `join` returns.
    Clean,
    /// Somebody is inside: gone from the tree, but the session lives until they leave.
    Detached,
    /// Somebody else had unmounted it already.
    AlreadyGone,
}

/// What a clean-up detached, in the order it was done; empty if nothing was mounted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cleaned {
    /// Mount points of dead K-Photos mounts and of their binds.
    #[serde(with = "path_bytes_list")]
    pub detached: Vec<PathBuf>,
}

/// What protects the originals below an opened root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RootHow {
    /// The kernel: a detached clone, read-only, noatime, nosuid, nodev, sub-mounts included.
    Clone,
    /// The daemon must add `O_NOATIME` to each open; the kernel allows it for its own files only.
    NoAtime,
    /// `O_NOATIME` is refused on the root itself: reading may change access times; `doctor` should say so.
    Plain,
}

/// What this process may do; see the table in [the module](super).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights {
    /// The best that is possible.
    pub kind: RightsKind,
    /// What stands in the way of the next better kind; `None` for [`RightsKind::System`].
    pub missing: Option<MounterError>,
    /// Whether this is the machine's own user namespace; passthrough needs it.
    pub initial_user_namespace: bool,
}

/// The three kinds of rights, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RightsKind {
    /// Mounts, binds and clones directly.
    System,
    /// Mounts through `fusermount3`.
    User,
    /// Mounts nothing.
    None,
}

/// Daemon to mounter.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Request {
    Rights,
    Mount(MountSpec),
    Publish(MountId),
    Unmount(MountId),
    CleanStale(#[serde(with = "path_bytes")] PathBuf),
    OpenRoot(#[serde(with = "path_bytes")] PathBuf),
}

/// Mounter to daemon, one for each request.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Reply {
    Rights(Rights),
    Mounted(MountId),
    Published,
    Unmounted(Unmounted),
    Cleaned(Cleaned),
    Root(RootHow),
    Failed(MounterError),
}

/// A path as a list of bytes.
pub(super) mod path_bytes {
    use std::ffi::OsString;
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    use std::path::{Path, PathBuf};

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(in crate::mounter) fn serialize<S: Serializer>(path: &Path, to: S) -> Result<S::Ok, S::Error> {
        path.as_os_str().as_bytes().serialize(to)
    }

    pub(in crate::mounter) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PathBuf, D::Error> {
        Vec::<u8>::deserialize(from).map(|bytes| OsString::from_vec(bytes).into())
    }
}

/// Several of them.
mod path_bytes_list {
    use std::ffi::OsString;
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    use std::path::PathBuf;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(paths: &[PathBuf], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(paths.iter().map(|path| path.as_os_str().as_bytes()))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<PathBuf>, D::Error> {
        let lists = Vec::<Vec<u8>>::deserialize(from)?;
        Ok(lists
            .into_iter()
            .map(|bytes| OsString::from_vec(bytes).into())
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    #[test]
    fn a_path_that_is_not_utf8_survives_the_wire() {
        let path = PathBuf::from(std::ffi::OsString::from_vec(b"/srv/caf\xe9".to_vec()));
        let sent = serde_json::to_vec(&Request::OpenRoot(path.clone())).unwrap();
        let got = serde_json::from_slice(&sent).unwrap();
        assert!(matches!(got, Request::OpenRoot(got) if got == path));
        let cleaned = Cleaned { detached: vec![path] };
        let sent = serde_json::to_vec(&cleaned).unwrap();
        assert_eq!(serde_json::from_slice::<Cleaned>(&sent).unwrap(), cleaned);
    }

    #[test]
    fn an_error_arrives_as_the_same_variant_with_its_cure() {
        let error = MounterError::DeviceRefused {
            mode: 0o600,
            uid: 1000,
        };
        let sent = serde_json::to_vec(&Reply::Failed(error.clone())).unwrap();
        let got = serde_json::from_slice(&sent).unwrap();
        assert!(matches!(got, Reply::Failed(got) if got == error));
        assert!(error.to_string().contains("mode 0600"));
        assert!(error.to_string().contains("chmod 666 /dev/fuse"));
    }
}
