//! What a job does: scanning, reading, hashing a library, looking at its pictures.

use super::runner::enqueue;
use super::tried::Tried;
use super::{Narrowed, Progress, hash, metadata, near};
use crate::near::Near;
use crate::parse::{ParseError, Pool};
use crate::scan::{Part, SkipLists, Turns, looks_right};
use crate::storage::{LocalVolume, Volume, Volumes};
use crate::watch::Watcher;
use kphotos_domain::app::{App, AppError};
use kphotos_domain::command::{Command, SetLibraryState};
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::{ErrorCode, JobId, LibraryId};
use kphotos_domain::processing::{AskedBy, Job, JobKind};
use kphotos_domain::storage::{Library, LibraryState};
use kphotos_domain::view::ToDo;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Opens the root of a library.
pub type OpenRoot = Box<dyn Fn(&Library) -> Result<LocalVolume, String> + Send + Sync>;

/// Starts parsers that have the priority of the thread that calls.
pub type StartPool = Box<dyn Fn() -> Result<Pool, ParseError> + Send + Sync>;

/// What became of a job's turn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Turn {
    /// All was done: what, for a person.
    Done(String),
    /// Not all was done.
    Failed {
        /// Why, and how to mend it.
        reason: String,
        /// Whether it may mend itself, so that it is worth trying again.
        heals: bool,
    },
    /// It was told to stop, and is as it was but for what it has recorded.
    GaveWay,
}

impl Turn {
    /// What trying again does not mend.
    pub(super) fn refused(reason: impl Into<String>) -> Self {
        let (reason, heals) = (reason.into(), false);
        Self::Failed { reason, heals }
    }

    /// What may mend itself.
    pub(super) fn broken(reason: impl Into<String>) -> Self {
        let (reason, heals) = (reason.into(), true);
        Self::Failed { reason, heals }
    }

    /// A command that was refused heals where a port failed.
    pub(super) fn of(error: &AppError) -> Self {
        match error.code() {
            ErrorCode::Unavailable | ErrorCode::Busy => Self::broken(error.to_string()),
            ErrorCode::NotFound
            | ErrorCode::AlreadyExists
            | ErrorCode::Invalid
            | ErrorCode::Conflict
            | ErrorCode::NotPermitted
            | ErrorCode::ReadOnly
            | ErrorCode::Unsupported
            | ErrorCode::Corrupt
            | ErrorCode::Internal => Self::refused(error.to_string()),
        }
    }
}

/// Whether a file that was not read for this may be read another time without anybody's doing.
pub(super) fn may_heal(error: &io::Error) -> bool {
    !matches!(
        error.kind(),
        io::ErrorKind::NotFound
            | io::ErrorKind::PermissionDenied
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::IsADirectory
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::InvalidFilename
    )
}

/// What jobs do; the runner decides when.
pub trait Work: Send + Sync {
    /// Does the job until it is done or `stop` says true, which it asks at least
    /// once a batch; what it has recorded stays.
    fn perform(&self, job: &Job, progress: &Progress, stop: &(dyn Fn() -> bool + Sync)) -> Turn;

    /// A job is done, and was settled as such: who asked for it until then found it under way. Asks for it
    /// again, where what they asked it for came too late for it.
    fn settled(&self, job: &Job);

    /// Whether a library was asked and does not answer: what is to be done there waits until it does.
    fn is_silent(&self, library: LibraryId) -> bool;

    /// Asks for a scan, for a person: of these folders, or of all.
    ///
    /// # Errors
    /// Whatever the domain refuses.
    fn ask_for_scan(
        &self,
        app: &App,
        library: LibraryId,
        folders: Option<Vec<Part>>,
    ) -> Result<JobId, AppError>;

    /// A person says that what the next scan of this library does not find is gone on purpose.
    fn accept_missing(&self, library: LibraryId);

    /// Breaks off what may take long, for ever: the daemon ends.
    fn break_off(&self);
}

/// What is to be done, by library.
pub(crate) type ToDos = BTreeMap<LibraryId, ToDo>;

/// What the work on libraries needs.
pub struct WorkParts {
    /// Where it reports.
    pub app: Arc<App>,
    /// The parsers.
    pub pool: Pool,
    /// The libraries that are online.
    pub volumes: Arc<Volumes>,
    /// What scans left out.
    pub skipped: Arc<SkipLists>,
    /// Whose turn it is to scan.
    pub turns: Arc<Turns>,
    /// Which scans are of some folders only.
    pub narrowed: Arc<Narrowed>,
    /// Who watches what scans enter.
    pub watcher: Arc<Watcher>,
    /// Opens the roots of those that are not yet.
    pub open_root: OpenRoot,
    /// How many threads hand files to the parsers.
    pub feeders: usize,
    /// What pictures look like.
    pub near: Arc<Near>,
    /// Whether pictures are looked at without being asked.
    pub looks: bool,
    /// The parsers that look at them.
    pub start_pool: StartPool,
}

/// The work on libraries.
pub struct LibraryWork {
    pub(super) parts: WorkParts,
    accept_missing: Mutex<BTreeSet<LibraryId>>,
    /// The libraries of which it is known since the start whether there are pictures to look at.
    pub(super) seen: Mutex<BTreeSet<LibraryId>>,
    /// The parsers that hash pictures or look at them, while a job does.
    looking: near::Looking,
    /// What jobs tried in vain, until they are settled.
    tried: Mutex<BTreeMap<(JobKind, LibraryId), Tried>>,
}

impl LibraryWork {
    /// The work with these parts.
    #[must_use]
    pub fn new(parts: WorkParts) -> Self {
        Self {
            parts,
            accept_missing: Mutex::default(),
            seen: Mutex::default(),
            looking: near::Looking::default(),
            tried: Mutex::default(),
        }
    }

    fn tried(&self) -> MutexGuard<'_, BTreeMap<(JobKind, LibraryId), Tried>> {
        self.tried.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn accepted(&self) -> MutexGuard<'_, BTreeSet<LibraryId>> {
        self.accept_missing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Work for LibraryWork {
    fn perform(&self, job: &Job, progress: &Progress, stop: &(dyn Fn() -> bool + Sync)) -> Turn {
        let library = self.parts.app.view().library(job.library).cloned();
        let Some(library) = library else {
            return Turn::refused("its library is gone");
        };
        if job.kind == JobKind::Scan {
            return self.scan(job, &library, progress, stop);
        }
        let volume = match self.volume(&library) {
            Ok(volume) => volume,
            Err(why) => return Turn::broken(why),
        };
        match job.kind {
            JobKind::Near => self.near(job, &*volume, progress, stop),
            JobKind::Metadata => self.metadata(job, &*volume, progress, stop),
            JobKind::Scan | JobKind::Hash => self.hash(job, &*volume, progress, stop),
        }
    }

    fn settled(&self, job: &Job) {
        let (kind, library) = (job.kind, job.library);
        let Some(tried) = self.tried().remove(&(kind, library)) else {
            return;
        };
        let app = &self.parts.app;
        let is_all_tried = {
            let view = app.view();
            let open = match kind {
                JobKind::Metadata => view.without_facts(library),
                JobKind::Hash => view.without_checksum(library),
                JobKind::Scan | JobKind::Near => Vec::new(),
            };
            tried.has_all(&view, &open)
        };
        if !is_all_tried && let Err(error) = enqueue(app, kind, library, AskedBy::Daemon) {
            tracing::error!(%error, kind = kind.as_str(), "a job could not be asked for");
        }
    }

    fn is_silent(&self, library: LibraryId) -> bool {
        self.parts.watcher.is_silent(library)
    }

    fn ask_for_scan(
        &self,
        app: &App,
        library: LibraryId,
        folders: Option<Vec<Part>>,
    ) -> Result<JobId, AppError> {
        match folders {
            Some(folders) => self.parts.narrowed.ask_for_some(app, library, folders),
            None => self.parts.narrowed.ask_for_all(app, library, AskedBy::Person),
        }
    }

    fn accept_missing(&self, library: LibraryId) {
        self.accepted().insert(library);
    }

    fn break_off(&self) {
        self.parts.pool.close();
        self.looking.close();
    }
}

impl LibraryWork {
    /// The library's volume.
    fn volume(&self, library: &Library) -> Result<Arc<dyn Volume>, String> {
        if let Some(volume) = self.parts.volumes.get(library.id) {
            return Ok(volume);
        }
        let volume = self.open(library)?;
        if !looks_right(&self.parts.app, &*volume, library.id) {
            return Err(format!("{} is offline: its files are not there", library.name));
        }
        self.parts.volumes.attach(library.id, volume.clone());
        Ok(volume)
    }

    pub(super) fn open(&self, library: &Library) -> Result<Arc<dyn Volume>, String> {
        match (self.parts.open_root)(library) {
            Ok(volume) => Ok(Arc::new(volume)),
            Err(why) => {
                self.lost(library.id);
                let command = Command::SetLibraryState(SetLibraryState {
                    library: library.id,
                    state: LibraryState::Offline,
                });
                if let Err(error) = self.parts.app.execute(Actor::System, &command) {
                    tracing::error!(%error, "what a job found could not be recorded");
                }
                Err(format!("{} is offline: {why}", library.name))
            }
        }
    }

    fn metadata(
        &self,
        job: &Job,
        volume: &dyn Volume,
        progress: &Progress,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Turn {
        let metadata = metadata::Metadata {
            app: &self.parts.app,
            near: &self.parts.near,
            pool: &self.parts.pool,
            volume,
            library: job.library,
            feeders: self.parts.feeders,
            progress,
            stop,
        };
        let before = self.parts.app.view().to_do();
        let mut tried = Tried::default();
        let read = metadata.run(&mut tried);
        self.tried().insert((job.kind, job.library), tried);
        follow_up(&self.parts.app, &before);
        let unbound = self.parts.app.view().unbound_sidecars(job.library);
        if self.parts.skipped.get(job.library).is_some() {
            self.parts.skipped.put_sidecars(job.library, unbound, true);
        }
        match read {
            Ok(done) if done.stopped => Turn::GaveWay,
            Ok(done) => {
                let mut summary = format!("{} files read", done.read);
                if done.unreadable > 0 {
                    summary.push_str(&format!(", {} unreadable", done.unreadable));
                }
                if done.not_opened > 0 {
                    summary.push_str(&format!(", {} could not be opened", done.not_opened));
                }
                match done.trouble {
                    Some((count, why)) => Turn::broken(format!("{summary}, {count} left: {why}")),
                    None => Turn::Done(summary),
                }
            }
            Err(error) => Turn::of(&error),
        }
    }

    /// The hashing of a library's files.
    pub(super) fn hashing<'a>(
        &'a self,
        library: LibraryId,
        volume: &'a dyn Volume,
        progress: &'a Progress,
        stop: &'a (dyn Fn() -> bool + Sync),
    ) -> hash::Hash<'a> {
        hash::Hash {
            app: &self.parts.app,
            near: &self.parts.near,
            pool: &self.parts.pool,
            start_pool: &self.parts.start_pool,
            looking: &self.looking,
            volume,
            library,
            progress,
            stop,
        }
    }

    fn hash(
        &self,
        job: &Job,
        volume: &dyn Volume,
        progress: &Progress,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Turn {
        let before = self.parts.app.view().to_do();
        let mut tried = Tried::default();
        let done = self.hashing(job.library, volume, progress, stop).run(&mut tried);
        self.tried().insert((job.kind, job.library), tried);
        follow_up(&self.parts.app, &before);
        match done {
            Ok(done) if done.stopped => Turn::GaveWay,
            Ok(done) => {
                self.look_if_needed(job.library);
                let mut summary = format!("{} files hashed", done.hashed);
                if done.left > 0 {
                    summary.push_str(&format!(", {} left for the next scan", done.left));
                }
                match done.trouble {
                    Some((count, why)) => {
                        Turn::broken(format!("{summary}, {count} could not be read: {why}"))
                    }
                    None => Turn::Done(summary),
                }
            }
            Err(error) => Turn::of(&error),
        }
    }
}

/// Looking at pictures.
impl LibraryWork {
    fn near(
        &self,
        job: &Job,
        volume: &dyn Volume,
        progress: &Progress,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Turn {
        let look = near::Look {
            app: &self.parts.app,
            near: &self.parts.near,
            pool: &self.parts.pool,
            start_pool: &self.parts.start_pool,
            looking: &self.looking,
            volume,
            library: job.library,
            // Who asks again wants those tried again that could not be decoded.
            again: job.asked == AskedBy::Person,
            progress,
            stop,
        };
        match look.run() {
            Ok(done) if done.stopped => Turn::GaveWay,
            Ok(done) => match &done.trouble {
                Some((count, why)) => Turn::broken(format!("{done}, {count} could not be read: {why}")),
                None => Turn::Done(done.to_string()),
            },
            Err(near::LookError::Store(error)) => Turn::broken(error.to_string()),
            Err(near::LookError::Parsers(error)) => Turn::broken(error.to_string()),
        }
    }

    /// Asks for a look at pictures if there are any that nobody looked at.
    pub(super) fn look_if_needed(&self, library: LibraryId) {
        let WorkParts { app, near, looks, .. } = &self.parts;
        if !looks {
            return;
        }
        let enqueued = match near.unseen(app, library, false) {
            Ok(unseen) if unseen.is_empty() => return,
            Ok(_) => enqueue(app, JobKind::Near, library, AskedBy::Daemon).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = enqueued {
            tracing::error!(error, "no look at the pictures could be asked for");
        }
    }
}

/// What is to be done in other libraries than this. Of its own a scan asks for everything,
/// also for what a job that was cancelled, or failed, has left.
pub(crate) fn to_do_elsewhere(app: &App, library: LibraryId) -> ToDos {
    let mut to_do = app.view().to_do();
    to_do.remove(&library);
    to_do
}

/// Asks for what is to be done now and was not `before`. What a job itself left is not
/// asked for again, or two that cannot read a file would take turns for ever.
pub(crate) fn follow_up(app: &App, before: &ToDos) {
    let nothing = ToDo::default();
    let now = app.view().to_do();
    for (library, now) in now {
        let before = before.get(&library).unwrap_or(&nothing);
        let read = !(&now.read - &before.read).is_empty();
        let hash = !(&now.hash - &before.hash).is_empty();
        for (needed, kind) in [(read, JobKind::Metadata), (hash, JobKind::Hash)] {
            if needed && let Err(error) = enqueue(app, kind, library, AskedBy::Daemon) {
                tracing::error!(%error, kind = kind.as_str(), "a job could not be asked for");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_mend_itself_is_tried_again() {
        use io::ErrorKind::{NotFound, PermissionDenied, TimedOut};
        for (kind, heals) in [(NotFound, false), (PermissionDenied, false), (TimedOut, true)] {
            assert_eq!(may_heal(&kind.into()), heals, "{kind}");
        }
        for (errno, heals) in [(libc::EIO, true), (libc::ESTALE, true), (libc::ENOTDIR, false)] {
            assert_eq!(may_heal(&io::Error::from_raw_os_error(errno)), heals, "{errno}");
        }
    }
}
