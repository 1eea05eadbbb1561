//! The thread that runs jobs.

use super::{Progress, hash, metadata};
use crate::parse::Pool;
use crate::scan::{Found, Scan, ScanError, SkipLists};
use crate::storage::{LocalVolume, Volume, Volumes};
use kphotos_domain::app::{App, Committed};
use kphotos_domain::command::{Command, EnqueueJob, SetLibraryState, SettleJob};
use kphotos_domain::event::Event;
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::port::Subscriber;
use kphotos_domain::kernel::{JobId, LibraryId};
use kphotos_domain::processing::{Job, JobKind, JobState};
use kphotos_domain::storage::{Library, LibraryState};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Opens the root of a library.
pub type OpenRoot = Box<dyn Fn(&Library) -> Result<LocalVolume, String> + Send + Sync>;

/// What the runner needs.
pub struct RunnerParts {
    /// Where jobs are and report.
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

/// Runs jobs until it is dropped or stopped.
pub struct Runner {
    inner: Arc<Inner>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Inner {
    parts: RunnerParts,
    progress: Progress,
    stopping: AtomicBool,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    running: Option<(JobId, JobKind)>,
    /// A job may have been asked for since the queue was last looked at.
    woken: bool,
    accept_missing: BTreeSet<LibraryId>,
}

/// How long the runner rests when it cannot write down how a job ended.
const REST: Duration = Duration::from_secs(30);

/// What became of a job's turn.
enum Turn {
    Done(String),
    Failed(String),
    /// It gave way and is still pending.
    GaveWay,
}

impl Runner {
    /// Starts the thread.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub fn start(parts: RunnerParts) -> std::io::Result<Arc<Self>> {
        let state = State {
            woken: true,
            ..State::default()
        };
        let inner = Arc::new(Inner {
            parts,
            progress: Progress::default(),
            stopping: AtomicBool::new(false),
            state: Mutex::new(state),
            changed: Condvar::new(),
        });
        let own = inner.clone();
        let thread = std::thread::Builder::new()
            .name("jobs".into())
            .spawn(move || own.run())?;
        Ok(Arc::new(Self {
            inner,
            thread: Mutex::new(Some(thread)),
        }))
    }

    /// How far the running job is.
    #[must_use]
    pub fn report(&self) -> Option<super::Report> {
        self.inner.progress.report()
    }

    /// Waits until a job starts, ends or gets on: until the count is not `after`
    /// any more, at most this long; gives the count.
    #[must_use]
    pub fn watch(&self, after: u64, patience: Duration) -> u64 {
        self.inner.progress.watch(after, patience)
    }

    /// Asks for a scan of a library.
    ///
    /// # Errors
    /// Whatever the domain refuses.
    pub fn scan(
        &self,
        library: LibraryId,
        accept_missing: bool,
    ) -> Result<JobId, kphotos_domain::app::AppError> {
        if accept_missing {
            self.inner.lock().accept_missing.insert(library);
        }
        self.inner.enqueue(JobKind::Scan, library)
    }

    /// Waits until no job is pending; false if that took too long.
    pub fn wait_idle(&self, patience: Duration) -> bool {
        let until = Instant::now() + patience;
        let mut state = self.inner.lock();
        loop {
            if state.running.is_none() && !state.woken && self.inner.next_job().is_none() {
                return true;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = self.inner.wait(state, left);
        }
    }

    /// What wakes the runner when a job is asked for.
    #[must_use]
    pub fn subscriber(&self) -> Arc<dyn Subscriber> {
        self.inner.clone()
    }

    /// Stops at the next batch, and breaks off what is being parsed; jobs that are not done stay pending.
    pub fn stop(&self) {
        self.inner.stopping.store(true, Ordering::SeqCst);
        self.inner.parts.pool.close();
        self.inner.lock().woken = true;
        self.inner.changed.notify_all();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the job thread panicked");
        }
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Subscriber for Inner {
    fn committed(&self, committed: &Committed) {
        if committed
            .entry
            .events
            .iter()
            .any(|event| matches!(event, Event::JobEnqueued { .. }))
        {
            self.lock().woken = true;
            self.changed.notify_all();
        }
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>, patience: Duration) -> MutexGuard<'a, State> {
        self.changed
            .wait_timeout(state, patience)
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }

    fn run(&self) {
        loop {
            let job = {
                let mut state = self.lock();
                loop {
                    if self.stopping.load(Ordering::SeqCst) {
                        return;
                    }
                    state.woken = false;
                    if let Some(job) = self.next_job() {
                        state.running = Some((job.id, job.kind));
                        break job;
                    }
                    self.changed.notify_all();
                    state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
            };
            self.progress.begin(job.id, job.kind, job.library);
            let turn = self.turn(&job);
            self.progress.end();
            let settled = self.settle(&job, turn);
            let mut state = self.lock();
            state.running = None;
            self.changed.notify_all();
            if !settled && !self.stopping.load(Ordering::SeqCst) {
                // Disk full, say: the job is still pending, and nothing is won by haste.
                drop(self.wait(state, REST));
            } else {
                drop(state);
            }
            self.progress.pulse();
        }
    }

    /// The most urgent pending job.
    fn next_job(&self) -> Option<Job> {
        let view = self.parts.app.view();
        view.jobs()
            .filter(|job| job.state == JobState::Pending)
            .min_by_key(|job| (job.kind, job.id))
            .cloned()
    }

    /// Whether a job of this kind has to give way.
    fn gives_way(&self, kind: JobKind) -> bool {
        if self.stopping.load(Ordering::SeqCst) {
            return true;
        }
        self.lock().woken && self.next_job().is_some_and(|next| next.kind < kind)
    }

    fn turn(&self, job: &Job) -> Turn {
        let library = self.parts.app.view().library(job.library).cloned();
        let Some(library) = library else {
            return Turn::Failed("its library is gone".into());
        };
        let volume = match self.volume(&library, job.kind) {
            Ok(volume) => volume,
            Err(why) => return Turn::Failed(why),
        };
        let stop = || self.gives_way(job.kind);
        match job.kind {
            JobKind::Scan => self.scan(job, &*volume, &stop),
            JobKind::Metadata => self.metadata(job, &*volume, &stop),
            JobKind::Hash => self.hash(job, &*volume, &stop),
        }
    }

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
                let command = SetLibraryState {
                    library: library.id,
                    state: LibraryState::Offline,
                };
                self.execute(&Command::SetLibraryState(command));
                Err(format!("{} is offline: {why}", library.name))
            }
        }
    }

    fn scan(&self, job: &Job, volume: &dyn Volume, stop: &dyn Fn() -> bool) -> Turn {
        let accept_missing = self.lock().accept_missing.contains(&job.library);
        let scan = Scan {
            app: &self.parts.app,
            volume,
            library: job.library,
            accept_missing,
            skipped: &self.parts.skipped,
            progress: &self.progress,
            stop,
        };
        match scan.run() {
            Ok(found) => {
                self.lock().accept_missing.remove(&job.library);
                self.follow_up(job.library, &found);
                Turn::Done(found.to_string())
            }
            Err(ScanError::Stopped) => Turn::GaveWay,
            Err(error) => Turn::Failed(error.to_string()),
        }
    }

    /// Asks for what a scan makes necessary.
    fn follow_up(&self, library: LibraryId, found: &Found) {
        tracing::info!(%library, %found, "scanned");
        let (metadata, hash) = {
            let view = self.parts.app.view();
            (
                !view.without_facts(library).is_empty(),
                !view.without_checksum(library).is_empty(),
            )
        };
        for (needed, kind) in [(metadata, JobKind::Metadata), (hash, JobKind::Hash)] {
            if needed && let Err(error) = self.enqueue(kind, library) {
                tracing::error!(%error, kind = kind.as_str(), "a job could not be asked for");
            }
        }
    }

    fn metadata(&self, job: &Job, volume: &dyn Volume, stop: &(dyn Fn() -> bool + Sync)) -> Turn {
        let metadata = metadata::Metadata {
            app: &self.parts.app,
            pool: &self.parts.pool,
            volume,
            library: job.library,
            feeders: self.parts.feeders,
            progress: &self.progress,
            stop,
        };
        match metadata.run() {
            Ok(done) if done.stopped => Turn::GaveWay,
            Ok(done) => {
                let mut summary = format!("{} files read", done.read);
                if done.unreadable > 0 {
                    summary.push_str(&format!(", {} unreadable", done.unreadable));
                }
                if done.not_opened > 0 {
                    summary.push_str(&format!(", {} could not be opened", done.not_opened));
                }
                Turn::Done(summary)
            }
            Err(error) => Turn::Failed(error.to_string()),
        }
    }

    fn hash(&self, job: &Job, volume: &dyn Volume, stop: &(dyn Fn() -> bool + Sync)) -> Turn {
        let hash = hash::Hash {
            app: &self.parts.app,
            volume,
            library: job.library,
            progress: &self.progress,
            stop,
        };
        match hash.run() {
            Ok(done) if done.stopped => Turn::GaveWay,
            Ok(done) if done.skipped > 0 => Turn::Done(format!(
                "{} files hashed, {} left for the next scan",
                done.hashed, done.skipped
            )),
            Ok(done) => Turn::Done(format!("{} files hashed", done.hashed)),
            Err(error) => Turn::Failed(error.to_string()),
        }
    }

    /// Writes down how a job ended; false if that could not be written.
    fn settle(&self, job: &Job, turn: Turn) -> bool {
        let state = match turn {
            Turn::GaveWay => return true,
            Turn::Done(summary) => JobState::Done {
                summary: summary.into(),
            },
            Turn::Failed(reason) => {
                tracing::warn!(job = %job.id, kind = job.kind.as_str(), reason, "a job failed");
                JobState::Failed {
                    reason: reason.into(),
                }
            }
        };
        self.execute(&Command::SettleJob(SettleJob { job: job.id, state }))
    }

    fn execute(&self, command: &Command) -> bool {
        let done = self.parts.app.execute(Actor::System, command);
        if let Err(error) = &done {
            tracing::error!(%error, "what a job found could not be recorded");
        }
        done.is_ok()
    }

    /// Asks for a job; the one that is pending already, if there is one.
    fn enqueue(&self, kind: JobKind, library: LibraryId) -> Result<JobId, kphotos_domain::app::AppError> {
        self.parts
            .app
            .execute(Actor::System, &Command::EnqueueJob(EnqueueJob { kind, library }))?;
        let view = self.parts.app.view();
        let pending = view.pending_job(kind, library).map(|job| job.id);
        // It may have been settled since; then the last of its kind is the one.
        let last = || {
            view.jobs()
                .filter(|job| job.kind == kind && job.library == library)
                .map(|job| job.id)
                .last()
        };
        Ok(pending.or_else(last).unwrap_or_else(|| JobId::new(0)))
    }
}
