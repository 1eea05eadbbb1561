//! What a job does: scanning, reading, hashing a library.

use super::runner::enqueue;
use super::{Progress, hash, metadata};
use crate::parse::Pool;
use crate::scan::{Scan, ScanError, SkipLists};
use crate::storage::{LocalVolume, Volume, Volumes};
use kphotos_domain::app::{App, AppError};
use kphotos_domain::command::{Command, SetLibraryState};
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::{ErrorCode, LibraryId};
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

    /// A person says that what the next scan of this library does not find is gone on purpose.
    fn accept_missing(&self, library: LibraryId);

    /// Breaks off what may take long, for ever: the daemon ends.
    fn break_off(&self);
}

/// What is to be done, by library.
type ToDos = BTreeMap<LibraryId, ToDo>;

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
        let volume = match self.volume(&library, job.kind) {
            Ok(volume) => volume,
            Err(why) => return Turn::broken(why),
        };
        match job.kind {
            JobKind::Scan => self.scan(job, &*volume, progress, stop),
            JobKind::Metadata => self.metadata(job, &*volume, progress, stop),
            JobKind::Hash => self.hash(job, &*volume, progress, stop),
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
    /// The library's volume; a scan opens the root anew, so that a disk that was
    /// mounted meanwhile is seen.
    fn volume(&self, library: &Library, kind: JobKind) -> Result<Arc<dyn Volume>, String> {
        if kind != JobKind::Scan
            && let Some(volume) = self.parts.volumes.get(library.id)
        {
            return Ok(volume);
        }
        match (self.parts.open_root)(library) {
            Ok(volume) => {
                let volume: Arc<dyn Volume> = Arc::new(volume);
                self.parts.volumes.attach(library.id, volume.clone());
                Ok(volume)
            }
            Err(why) => {
                self.parts.volumes.detach(library.id);
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

    fn scan(
        &self,
        job: &Job,
        volume: &dyn Volume,
        progress: &Progress,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Turn {
        let accept_missing = self.accepted().contains(&job.library);
        let scan = Scan {
            app: &self.parts.app,
            volume,
            library: job.library,
            accept_missing,
            skipped: &self.parts.skipped,
            progress,
            stop,
        };
        // Of its own library everything is asked for.
        let mut before = self.to_do();
        before.remove(&job.library);
        match scan.run() {
            Ok(found) => {
                self.accepted().remove(&job.library);
                tracing::info!(library = %job.library, %found, "scanned");
                self.recognise(job, volume, progress, stop);
                self.follow_up(&before);
                Turn::Done(found.to_string())
            }
            Err(ScanError::Stopped) => Turn::GaveWay,
            Err(error @ ScanError::Offline { .. }) => Turn::broken(error.to_string()),
            Err(error @ ScanError::Suspect { .. }) => Turn::refused(error.to_string()),
            Err(ScanError::Refused(error)) => Turn::of(&error),
        }
    }

    /// Looks at once whether what a scan found is what is missing elsewhere. What that
    /// fails to read is left to the hash job, which says why.
    fn recognise(
        &self,
        job: &Job,
        volume: &dyn Volume,
        progress: &Progress,
        stop: &(dyn Fn() -> bool + Sync),
    ) {
        let hash = hash::Hash {
            app: &self.parts.app,
            volume,
            library: job.library,
            progress,
            stop,
        };
        if let Err(error) = hash.recognise() {
            tracing::error!(%error, "what a scan found could not be compared with what is missing");
        }
    }

    /// Asks for what is to be done now and was not `before`: of a scan everything is,
    /// also what a job that was cancelled, or failed, has left. What a job itself left
    /// is not asked for again, or two that cannot read a file would take turns for ever.
    fn follow_up(&self, before: &ToDos) {
        let nothing = ToDo::default();
        for (library, now) in self.to_do() {
            let before = before.get(&library).unwrap_or(&nothing);
            let read = !(&now.read - &before.read).is_empty();
            let hash = !(&now.hash - &before.hash).is_empty();
            for (needed, kind) in [(read, JobKind::Metadata), (hash, JobKind::Hash)] {
                if needed && let Err(error) = enqueue(&self.parts.app, kind, library, AskedBy::Daemon) {
                    tracing::error!(%error, kind = kind.as_str(), "a job could not be asked for");
                }
            }
        }
    }

    fn to_do(&self) -> ToDos {
        self.parts.app.view().to_do()
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
        let before = self.to_do();
        let read = metadata.run();
        self.follow_up(&before);
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
        let before = self.to_do();
        let done = hash.run();
        self.follow_up(&before);
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
