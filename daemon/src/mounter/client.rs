//! The daemon's side: a handle that many threads may hold; each call is one request and blocks until the answer.
//!
//! Dropping it closes the lifeline: the mounter detaches what is left, and the drop waits until it has.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use super::error::{MounterError, errno};
use super::process::HIDDEN_ARGUMENT;
use super::socket::{Channel, Packet};
use super::wire::{Cleaned, MountId, MountSpec, Reply, Request, Rights, RootHow, Unmounted};

/// A mount whose session the daemon is to serve.
#[derive(Debug)]
pub struct MountedFd {
    /// Names the mount in later requests.
    pub id: MountId,
    /// The open `/dev/fuse`, for `fuser::Session::from_fd`.
    pub dev_fuse: OwnedFd,
}

/// A library root; see [`Mounter::open_root`].
#[derive(Debug)]
pub struct RootFd {
    /// An `O_PATH` descriptor of the root folder: originals are opened relative to it.
    pub fd: OwnedFd,
    /// What protects the originals, and what the daemon must add.
    pub how: RootHow,
}

/// The running mounter process.
#[derive(Debug)]
pub struct Mounter {
    /// `None` only while dropping.
    channel: Mutex<Option<Channel>>,
    child: Option<Child>,
    rights: Rights,
}

impl Mounter {
    /// Starts this very program again as the mounter. Call it before the first thread and before Landlock:
    /// the child inherits restrictions.
    ///
    /// # Errors
    /// [`MounterError::NotStarted`], or [`MounterError::Gone`] if `main` does not begin with
    /// [`super::run_if_asked`].
    pub fn start() -> Result<Self, MounterError> {
        // The link, not the path behind it: that may hold another version after an upgrade.
        let mut command = Command::new("/proc/self/exe");
        command.arg0("kphotos-mounter").arg(HIDDEN_ARGUMENT).env_clear();
        Self::start_with(command)
    }

    /// Starts another program that comes to [`super::serve`]. Its standard streams and process group are set here.
    ///
    /// # Errors
    /// As [`Mounter::start`].
    pub fn start_with(mut command: Command) -> Result<Self, MounterError> {
        let not_started = |e: io::Error| MounterError::NotStarted { errno: errno(&e) };
        let (ours, theirs) = Channel::pair().map_err(not_started)?;
        // A process group of its own: Ctrl-C in a terminal is for the daemon.
        command
            .stdin(Stdio::from(theirs.into_fd()))
            .stdout(Stdio::null())
            .process_group(0);
        let child = command.spawn().map_err(not_started)?;
        // The command still holds the child's end, which would hide the child's death.
        drop(command);
        Self::connect(ours, Some(child))
    }

    /// Speaks to a mounter that somebody else started, such as a service manager, over a `SOCK_SEQPACKET` socket.
    ///
    /// # Errors
    /// [`MounterError::NotStarted`] if it is no such socket, [`MounterError::Gone`] if nobody answers.
    pub fn from_socket(socket: OwnedFd) -> Result<Self, MounterError> {
        let channel = Channel::from_fd(socket).map_err(|e| MounterError::NotStarted { errno: errno(&e) })?;
        Self::connect(channel, None)
    }

    fn connect(channel: Channel, child: Option<Child>) -> Result<Self, MounterError> {
        let asked = exchange(&channel, &Request::Rights);
        let mut mounter = Self {
            channel: Mutex::new(Some(channel)),
            child,
            rights: Rights {
                kind: super::RightsKind::None,
                missing: None,
                initial_user_namespace: false,
            },
        };
        match asked? {
            (Reply::Rights(rights), _) => mounter.rights = rights,
            (other, _) => return Err(unexpected(&other)),
        }
        Ok(mounter)
    }

    /// What the mounter may do, as found when it started.
    #[must_use]
    pub fn rights(&self) -> &Rights {
        &self.rights
    }

    /// The mounter's process id, if it was started here.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Mounts. The kernel has queued FUSE_INIT: answer it (`Session::from_fd` does), then, in system mode,
    /// [`Mounter::publish`]. In user mode the mount is public at once.
    ///
    /// # Errors
    /// [`MounterError::Stale`] if [`Mounter::clean_stale`] is due, [`MounterError::Occupied`] and
    /// [`MounterError::Alive`] if something is mounted there, the `MountPoint…` and `Device…` variants,
    /// [`MounterError::RightsMissing`] in system mode, the `Fusermount…` variants in user mode.
    pub fn mount(&self, spec: MountSpec) -> Result<MountedFd, MounterError> {
        match self.ask(&Request::Mount(spec))? {
            (Reply::Mounted(id), Some(dev_fuse)) => Ok(MountedFd { id, dev_fuse }),
            (other, _) => Err(unexpected(&other)),
        }
    }

    /// Binds a system mount read-only at its public path.
    ///
    /// # Errors
    /// [`MounterError::AlreadyPublic`], [`MounterError::UnknownMount`], and what [`Mounter::mount`] says of
    /// mount points.
    pub fn publish(&self, id: MountId) -> Result<(), MounterError> {
        match self.ask(&Request::Publish(id))? {
            (Reply::Published, _) => Ok(()),
            (other, _) => Err(unexpected(&other)),
        }
    }

    /// Unmounts the public path, then the private one; whoever is inside keeps it alive until they leave.
    /// The session's `join` returns when the last one has.
    ///
    /// # Errors
    /// [`MounterError::UnknownMount`]; [`MounterError::System`] if the kernel refuses, the mount then stays known.
    pub fn unmount(&self, id: MountId) -> Result<Unmounted, MounterError> {
        match self.ask(&Request::Unmount(id))? {
            (Reply::Unmounted(how), _) => Ok(how),
            (other, _) => Err(unexpected(&other)),
        }
    }

    /// Detaches what a killed daemon left at `path`, and every bind of it elsewhere. Nothing there, or no such
    /// folder: nothing done. Call it for the public and for the private path of each mount.
    ///
    /// # Errors
    /// [`MounterError::Occupied`] if it is not K-Photos', [`MounterError::Alive`] if its daemon lives.
    pub fn clean_stale(&self, path: &Path) -> Result<Cleaned, MounterError> {
        match self.ask(&Request::CleanStale(path.to_owned()))? {
            (Reply::Cleaned(cleaned), _) => Ok(cleaned),
            (other, _) => Err(unexpected(&other)),
        }
    }

    /// Opens a library root; links in `path` are followed. Sub-mounts present now are part of it; open it again
    /// when a disk is mounted inside later.
    ///
    /// # Errors
    /// [`MounterError::RootUnreadable`], [`MounterError::RootInsideMount`].
    pub fn open_root(&self, path: &Path) -> Result<RootFd, MounterError> {
        match self.ask(&Request::OpenRoot(path.to_owned()))? {
            (Reply::Root(how), Some(fd)) => Ok(RootFd { fd, how }),
            (other, _) => Err(unexpected(&other)),
        }
    }

    fn ask(&self, request: &Request) -> Result<(Reply, Option<OwnedFd>), MounterError> {
        // A thread that panicked while waiting leaves its answer unread: the socket is out of step for good.
        let channel = self.channel.lock().map_err(|_| MounterError::Gone)?;
        exchange(channel.as_ref().ok_or(MounterError::Gone)?, request)
    }
}

impl Drop for Mounter {
    fn drop(&mut self) {
        drop(self.channel.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(child) = &mut self.child {
            // It ends because its socket has; there is nobody left to tell a failure to.
            drop(child.wait());
        }
    }
}

fn exchange(channel: &Channel, request: &Request) -> Result<(Reply, Option<OwnedFd>), MounterError> {
    let bytes = serde_json::to_vec(request).map_err(|e| MounterError::Protocol {
        detail: e.to_string(),
    })?;
    channel.send(&bytes, None).map_err(|_| MounterError::Gone)?;
    let Packet { bytes, fd } = channel.receive().ok().flatten().ok_or(MounterError::Gone)?;
    match serde_json::from_slice(&bytes) {
        Ok(Reply::Failed(e)) => Err(e),
        Ok(reply) => Ok((reply, fd)),
        Err(e) => Err(MounterError::Protocol {
            detail: e.to_string(),
        }),
    }
}

fn unexpected(reply: &Reply) -> MounterError {
    MounterError::Protocol {
        detail: format!("{reply:?}"),
    }
}
