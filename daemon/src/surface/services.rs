//! What the surfaces need from the rest of the daemon, as they need it.
//!
//! A surface reads the view and executes commands itself; these ports are for
//! what only a running daemon knows: how far jobs are, and whether the mounts
//! answer. The composition root implements them; tests have fakes.
//!
//! Every method that waits takes a limit of time and is called from a thread
//! that may block. None may call back into a surface.

use super::Refusal;
use crate::jobs::Waiting;
use crate::near::Near;
use crate::scan::{Part, SkipLists};
use crate::storage::Volume;
use crate::watch::Watches;
use kphotos_domain::app::{App, AppError, Receipt};
use kphotos_domain::kernel::port::Zones;
use kphotos_domain::kernel::{JobId, LibraryId, MountId, PortError, UserId};
use kphotos_domain::storage::{Library, MountOptions, NewMount};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::net::SocketAddr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The daemon, as a surface sees it.
pub struct Services {
    /// The door, and the view.
    pub app: Arc<App>,
    /// Running jobs.
    pub jobs: Arc<dyn JobControl>,
    /// The mounts.
    pub mounts: Arc<dyn MountControl>,
    /// The opened roots of the libraries.
    pub roots: Arc<dyn RootControl>,
    /// The roots that the settings declare: those libraries are moved and removed there.
    pub declared: Vec<PathBuf>,
    /// The name of this daemon's state, for ever: what markers say.
    pub daemon_id: Box<str>,
    /// What the last scan of each library left out.
    pub skipped: Arc<SkipLists>,
    /// How libraries are watched.
    pub watches: Arc<Watches>,
    /// What pictures look like.
    pub near: Arc<Near>,
    /// The time zones of this machine.
    pub zones: Arc<dyn Zones>,
    /// IANA name of the host's zone: what a library gets that is added without one.
    pub default_timezone: Box<str>,
    /// The daemon's version, as `kphotosd --version` says it.
    pub version: Box<str>,
    /// What this daemon cannot do on this machine, each with its cure; shown by `status`.
    pub limits: Vec<String>,
    /// Where the HTTP interface listens, if it does.
    pub http: Option<SocketAddr>,
    /// The folders that the daemon writes in (state, cache, runtime, export): no library may hold one, or lie in one.
    pub own_folders: Vec<PathBuf>,
}

impl Services {
    /// Whether the settings declare this library.
    pub(crate) fn is_declared(&self, library: &Library) -> bool {
        let root = Path::new(OsStr::from_bytes(&library.root));
        self.declared.iter().any(|declared| declared == root)
    }
}

/// The roots of the libraries, opened so that nothing below them can be written.
pub trait RootControl: Send + Sync {
    /// Opens a folder as a library's root. Nothing is read from it yet.
    ///
    /// # Errors
    /// Why it cannot be opened, and how to mend it.
    fn open(&self, root: &[u8]) -> Result<Arc<dyn Volume>, String>;

    /// Has a library read from here from now on; what is open of it is read to its end.
    fn attach(&self, library: LibraryId, volume: Arc<dyn Volume>);

    /// Forgets a library that was removed.
    fn detach(&self, library: LibraryId);
}

/// Jobs that run.
pub trait JobControl: Send + Sync {
    /// How far the running jobs are, by number; pending jobs that wait are not in it.
    fn progress(&self) -> Vec<JobProgress>;

    /// Asks for a scan of a library; `accept_missing`: a person says that what is
    /// not found is gone on purpose. Returns the job that will do it, which may be
    /// one that is under way.
    ///
    /// # Errors
    /// `not-found` for an unknown library, or whatever the app refuses.
    fn request_scan(&self, library: LibraryId, accept_missing: bool) -> Result<JobId, AppError>;

    /// Asks for a scan of some folders of a library, which may be one of all that is
    /// under way.
    ///
    /// # Errors
    /// As [`JobControl::request_scan`].
    fn request_scan_of(&self, library: LibraryId, _folders: Vec<Part>) -> Result<JobId, AppError> {
        self.request_scan(library, false)
    }

    /// Which pending jobs wait for something that they do not say themselves, by number.
    fn waits(&self) -> Vec<Waiting> {
        Vec::new()
    }

    /// Waits until no job runs and none may run now (paused ones, and those that wait for
    /// their time or for a library that does not answer, do not count): false if the time was over first.
    fn wait_idle(&self, timeout: Duration) -> bool;

    /// Waits until the sequence number is not `after` any more, at most this
    /// long, and returns it. It is never 0, and grows when a job starts or ends (after its
    /// settlement is in the view), is held or let go, and when its progress changes.
    fn watch(&self, after: u64, timeout: Duration) -> u64;
}

/// How far a running job is.
#[derive(Clone, PartialEq, Debug)]
pub struct JobProgress {
    /// The job.
    pub job: JobId,
    /// How much is done.
    pub done: u64,
    /// How much there is to do, once known.
    pub total: Option<u64>,
    /// What is counted.
    pub unit: ProgressUnit,
    /// Units a second, smoothed, once known.
    pub rate: Option<f64>,
    /// How long it still takes, once known.
    pub left: Option<Duration>,
    /// What it is at, for a person; may be empty.
    pub message: String,
}

/// What progress is counted in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProgressUnit {
    /// Files, or folders' entries.
    Files,
    /// Bytes.
    Bytes,
}

impl ProgressUnit {
    /// `files`, `bytes`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Bytes => "bytes",
        }
    }
}

/// The mounts of this daemon.
pub trait MountControl: Send + Sync {
    /// The mounts: those that the settings declare, then those that commands added.
    fn mounts(&self) -> Vec<Mount>;

    /// The libraries that do not answer those who read in a mount.
    fn silent(&self) -> BTreeSet<LibraryId> {
        BTreeSet::new()
    }

    /// Waits until no mount is starting: false if the time was over first.
    /// Without mounts it is true at once.
    ///
    /// # Errors
    /// `unavailable` if a mount failed, with the reason and the cure.
    fn wait_ready(&self, timeout: Duration) -> Result<bool, PortError>;

    /// Mounts and writes it down, or does neither. Whether the place is fit is the
    /// caller's to ask before, as far as it is known without mounting.
    ///
    /// # Errors
    /// What the domain refuses; why nothing can be mounted there.
    fn add(&self, user: UserId, new: &NewMount) -> Result<AddedMount, Refusal>;

    /// Takes down a mount that a command added, for good, also one that failed.
    ///
    /// # Errors
    /// `not-found`; what the domain refuses.
    fn remove(&self, user: UserId, mount: MountId) -> Result<RemovedMount, Refusal>;
}

/// A mount that was added.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddedMount {
    /// Its number.
    pub number: MountId,
    /// The receipt of the command.
    pub receipt: Receipt,
    /// What is not as with other mounts until the next start.
    pub note: Option<String>,
}

/// A mount that was removed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RemovedMount {
    /// The receipt of the command.
    pub receipt: Receipt,
    /// What is left of it.
    pub note: Option<String>,
}

/// One mount.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mount {
    /// What its marker calls it: the same at every start, as long as the path is.
    pub id: String,
    /// Its number, if a command added it; `None`: the settings declare it.
    pub number: Option<MountId>,
    /// The public path, absolute, the bytes of the file system.
    pub path: Vec<u8>,
    /// Whose world it shows.
    pub viewer: UserId,
    /// What it shows, to whom.
    pub options: MountOptions,
    /// How it is.
    pub state: MountState,
    /// What is not as with other mounts, and until when.
    pub note: Option<String>,
    /// How often the kernel asked what since it was mounted, by the names of the FUSE protocol.
    pub requests: Vec<(&'static str, u64)>,
}

/// How a mount is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MountState {
    /// It is being added.
    Starting,
    /// It answers.
    Ready,
    /// It could not be mounted, or went away.
    Failed {
        /// Why, and how to mend it.
        reason: String,
    },
}

impl MountState {
    /// `starting`, `ready`, `failed`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Ready => "ready",
            Self::Failed { .. } => "failed",
        }
    }
}
