//! What a job does: scanning, reading, hashing a library.

use super::runner::enqueue;
use super::{Narrowed, Progress, hash, metadata};
use crate::parse::Pool;
use crate::scan::{Found, Part, Scan, ScanError, Scope, SkipLists, Turns, looks_right};
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
    fn refused(reason: impl Into<String>) -> Self {
        let (reason, heals) = (reason.into(), false);
        Self::Failed { reason, heals }
    }

    /// What may mend itself.
    fn broken(reason: impl Into<String>) -> Self {
        let (reason, heals) = (reason.into(), true);
        Self::Failed { reason, heals }
    }

    /// A command that was refused heals where a port failed.
    fn of(error: &AppError) -> Self {
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
}

/// The work on libraries.
pub struct LibraryWork {
    parts: WorkParts,
    accept_missing: Mutex<BTreeSet<LibraryId>>,
}

impl LibraryWork {
    /// The work with these parts.
    #[must_use]
    pub fn new(parts: WorkParts) -> Self {
        Self {
            parts,
            accept_missing: Mutex::default(),
        }
    }

    fn accepted(&self) -> MutexGuard<'_, BTreeSet<LibraryId>> {
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
        if job.kind == JobKind::Metadata {
            self.metadata(job, &*volume, progress, stop)
        } else {
            self.hash(job, &*volume, progress, stop)
        }
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

    fn open(&self, library: &Library) -> Result<Arc<dyn Volume>, String> {
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

    /// A library is not there: nobody reads or watches in what is at its place.
    fn lost(&self, library: LibraryId) {
        self.parts.volumes.detach(library);
        self.parts.watcher.end(library);
    }

    /// Scans in the library's turn. The root is opened anew, so that a disk that was
    /// mounted meanwhile is seen; one of which nothing is known stays out of the tree
    /// until the scan says that it is the library.
    fn scan(
        &self,
        job: &Job,
        library: &Library,
        progress: &Progress,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Turn {
        let turn = self.parts.turns.of(library.id);
        let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
        let open_before = self
            .parts
            .volumes
            .get(library.id)
            .and_then(|volume| volume.root_id());
        let volume = match self.open(library) {
            Ok(volume) => volume,
            Err(why) => return Turn::broken(why),
        };
        let is_same_root = open_before.is_some() && volume.root_id() == open_before;
        if is_same_root || looks_right(&self.parts.app, &*volume, library.id) {
            self.parts.volumes.attach(library.id, volume.clone());
        } else {
            self.parts.volumes.detach(library.id);
        }
        let mut scope = self.parts.narrowed.begin(job.id);
        loop {
            let found = match self.scan_once(library, &volume, (&scope, is_same_root), progress, stop) {
                Ok(found) => found,
                Err(turn) => return turn,
            };
            match self.parts.narrowed.go_on(job.id, &scope) {
                Some(more) => scope = more,
                None => return Turn::Done(found.to_string()),
            }
        }
    }

    fn scan_once(
        &self,
        library: &Library,
        volume: &Arc<dyn Volume>,
        (scope, is_same_root): (&Scope, bool),
        progress: &Progress,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Found, Turn> {
        let WorkParts { app, watcher, .. } = &self.parts;
        if *scope == Scope::Library {
            watcher.begin(library, &**volume);
        }
        let scan = Scan {
            app,
            volume: &**volume,
            library: library.id,
            scope,
            is_same_root,
            watch: &watcher.of(library.id),
            accept_missing: self.accepted().contains(&library.id),
            skipped: &self.parts.skipped,
            progress,
            stop,
        };
        let before = to_do_elsewhere(app, library.id);
        match scan.run() {
            Ok(found) => {
                self.accepted().remove(&library.id);
                self.parts.volumes.attach(library.id, volume.clone());
                tracing::info!(library = %library.id, %found, "scanned");
                self.recognise(library.id, &**volume, progress, stop);
                follow_up(app, &before);
                Ok(found)
            }
            Err(ScanError::Stopped) => Err(Turn::GaveWay),
            Err(error @ ScanError::Offline { .. }) => {
                self.lost(library.id);
                Err(Turn::broken(error.to_string()))
            }
            Err(error @ ScanError::Suspect { .. }) => Err(Turn::refused(error.to_string())),
            Err(ScanError::Refused(error)) => Err(Turn::of(&error)),
        }
    }

    /// Looks at once whether what a scan found is what is missing elsewhere. What that
    /// fails to read is left to the hash job, which says why.
    fn recognise(
        &self,
        library: LibraryId,
        volume: &dyn Volume,
        progress: &Progress,
        stop: &(dyn Fn() -> bool + Sync),
    ) {
        let hash = hash::Hash {
            app: &self.parts.app,
            volume,
            library,
            progress,
            stop,
        };
        if let Err(error) = hash.recognise() {
            tracing::error!(%error, "what a scan found could not be compared with what is missing");
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
            pool: &self.parts.pool,
            volume,
            library: job.library,
            feeders: self.parts.feeders,
            progress,
            stop,
        };
        let before = self.parts.app.view().to_do();
        let read = metadata.run();
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

    fn hash(
        &self,
        job: &Job,
        volume: &dyn Volume,
        progress: &Progress,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Turn {
        let hash = hash::Hash {
            app: &self.parts.app,
            volume,
            library: job.library,
            progress,
            stop,
        };
        let before = self.parts.app.view().to_do();
        let done = hash.run();
        follow_up(&self.parts.app, &before);
        match done {
            Ok(done) if done.stopped => Turn::GaveWay,
            Ok(done) => {
                let mut summary = format!("{} files hashed", done.hashed);
                if done.skipped > 0 {
                    summary.push_str(&format!(", {} left for the next scan", done.skipped));
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
