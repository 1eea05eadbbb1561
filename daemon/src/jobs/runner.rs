//! The thread that decides which job runs, and waits for its turn to end.
//!
//! A turn has a thread of its own. A library may hang while a job reads it, and whoever waits for it then waits as long
//! as its file system likes: once the library counts as silent, such a turn is *left behind*. Its job stays pending, and is
//! *held* until the library answers and the turn has noticed that it is over; the jobs of others go on.

use super::progress::Pulse;
use super::schedule::{Schedule, pending};
use super::{Progress, Report, Turn, Work};
use crate::memory;
use crate::scan::Part;
use crate::system::end;
use jiff::Timestamp;
use kphotos_domain::app::{App, AppError, Committed};
use kphotos_domain::command::{Command, EnqueueJob, SettleJob};
use kphotos_domain::event::Event;
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::port::{Clock, Subscriber};
use kphotos_domain::kernel::{JobId, LibraryId};
use kphotos_domain::processing::{AskedBy, Job, JobKind, JobState, Outcome, ProcessingError};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// What the runner needs.
pub struct RunnerParts {
    /// Where jobs are and report.
    pub app: Arc<App>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// When jobs run.
    pub schedule: Schedule,
    /// What they do.
    pub work: Box<dyn Work>,
}

/// Runs jobs until it is dropped or stopped.
pub struct Runner {
    inner: Arc<Inner>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Inner {
    parts: RunnerParts,
    began: Timestamp,
    pulse: Arc<Pulse>,
    stopping: AtomicBool,
    state: Mutex<State>,
    changed: Condvar,
    /// Turns that libraries keep waiting. Locked after `state`.
    left: Mutex<Vec<LeftBehind>>,
}

/// A turn that was given up, and goes on until its library answers.
struct LeftBehind {
    library: LibraryId,
    thread: JoinHandle<()>,
}

/// Why a pending job does not run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// The job.
    pub job: JobId,
    /// Why, for a person.
    pub why: String,
    /// Whether nobody knows when that ends.
    pub is_held: bool,
}

#[derive(Default)]
struct State {
    running: Option<Arc<Progress>>,
    /// Whose turn it is.
    job: Option<JobId>,
    /// Something of jobs may have changed since the queue was last looked at.
    woken: bool,
    /// The running job has to stop; it was told so, and stays told.
    gives_way: bool,
}

/// How long the runner rests when it cannot write down how a job ended.
const REST: Duration = Duration::from_secs(30);
/// How long it sleeps at most while something is to come: the wall's clock may be
/// put, and the machine may sleep.
const NAP: Duration = Duration::from_secs(60);

/// How often it is looked whether a library that is in the way answers.
const GLANCE: Duration = Duration::from_secs(1);

/// Between two parts of what is made for searches while there is no job: others may want the view, and a job comes first.
const BREATH: Duration = Duration::from_millis(2);
/// After so much of that, memory is given back: a large library has little to spare.
const MADE: Duration = Duration::from_millis(200);
/// After so much work, in one turn or in many, there is memory that is worth giving back.
const LONG: Duration = Duration::from_secs(1);

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
            began: parts.clock.now(),
            parts,
            pulse: Arc::default(),
            stopping: AtomicBool::new(false),
            state: Mutex::new(state),
            changed: Condvar::new(),
            left: Mutex::default(),
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
    pub fn report(&self) -> Option<Report> {
        let running = self.inner.lock().running.clone();
        running?.report()
    }

    /// Which pending jobs wait for something that they do not say themselves, by number.
    #[must_use]
    pub fn waits(&self) -> Vec<Waiting> {
        let RunnerParts { app, schedule, .. } = &self.inner.parts;
        let (view, now) = (app.view(), self.inner.now());
        let waiting = |job: &Job| {
            let is_held = self.inner.is_held(job);
            let why = if is_held {
                let name = view
                    .library(job.library)
                    .map_or("its library", |library| &library.name);
                format!("{name} does not answer; this goes on when it does")
            } else {
                schedule.said(job, now)?
            };
            let job = job.id;
            Some(Waiting { job, why, is_held })
        };
        pending(&view).filter_map(waiting).collect()
    }

    /// Waits until a job starts, ends, changes or gets on: until the count is not
    /// `after` any more, at most this long; gives the count.
    #[must_use]
    pub fn watch(&self, after: u64, patience: Duration) -> u64 {
        self.inner.pulse.watch(after, patience)
    }

    /// Asks for a scan of a library, for a person.
    ///
    /// # Errors
    /// Whatever the domain refuses.
    pub fn scan(&self, library: LibraryId, accept_missing: bool) -> Result<JobId, AppError> {
        if accept_missing {
            self.inner.parts.work.accept_missing(library);
        }
        let RunnerParts { app, work, .. } = &self.inner.parts;
        work.ask_for_scan(app, library, None)
    }

    /// Asks for a scan of some folders of a library, for a person.
    ///
    /// # Errors
    /// Whatever the domain refuses.
    pub fn scan_folders(&self, library: LibraryId, folders: Vec<Part>) -> Result<JobId, AppError> {
        let RunnerParts { app, work, .. } = &self.inner.parts;
        work.ask_for_scan(app, library, Some(folders))
    }

    /// Waits until no job runs and none may run now; false if that took too long.
    pub fn wait_idle(&self, patience: Duration) -> bool {
        let until = Instant::now() + patience;
        let mut state = self.inner.lock();
        loop {
            if state.job.is_none() && !state.woken && self.inner.next_job().is_none() {
                return true;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = self.inner.wait(state, left);
        }
    }

    /// What wakes the runner when something of a job changes.
    #[must_use]
    pub fn subscriber(&self) -> Arc<dyn Subscriber> {
        self.inner.clone()
    }

    /// Looks at the queue anew, because the clock was put.
    #[cfg(test)]
    pub(super) fn wake(&self) {
        self.inner.wake();
    }

    /// Stops at the next batch, and breaks off what is being parsed; jobs that are not done stay pending.
    /// A job that a library keeps waiting is left behind.
    pub fn stop(&self) {
        self.inner.stopping.store(true, Ordering::SeqCst);
        self.inner.parts.work.break_off();
        self.inner.wake();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            end(thread, "the job thread");
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
        let is_of_jobs = |event: &Event| {
            matches!(
                event,
                Event::JobEnqueued { .. } | Event::JobUpdated { .. } | Event::JobSettled { .. }
            )
        };
        if committed.entry.events.iter().any(is_of_jobs) {
            self.wake();
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

    fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    fn wake(&self) {
        self.lock().woken = true;
        self.changed.notify_all();
        self.pulse.beat();
    }

    fn run(self: &Arc<Self>) {
        let mut worked = Duration::ZERO;
        while let Some(job) = self.next_turn() {
            let begun = Instant::now();
            let turn = self.turn(&job);
            self.lock().running = None;
            self.pulse.beat();
            let settled = self.settle(&job, turn);
            worked += begun.elapsed();
            if worked > LONG {
                memory::give_back();
                worked = Duration::ZERO;
            }
            let mut state = self.lock();
            state.job = None;
            self.changed.notify_all();
            if !settled && !self.stopping.load(Ordering::SeqCst) {
                // Disk full, say: the job is still pending, and nothing is won by haste.
                drop(self.wait(state, REST));
            } else {
                drop(state);
            }
            self.pulse.beat();
        }
    }

    /// Has another thread do a job's turn, and waits for its end, or until its library is silent.
    fn turn(self: &Arc<Self>, job: &Job) -> Turn {
        let progress = Arc::new(Progress::of(job, self.pulse.clone()));
        self.lock().running = Some(progress.clone());
        self.pulse.beat();
        let (tell, told) = sync_channel(1);
        let (inner, own) = (self.clone(), job.clone());
        let perform = move || {
            let quiet_from = inner.parts.schedule.quiet_from(&own, inner.now());
            let stop = || inner.gives_way(&own, quiet_from);
            // Nobody listens to one that was left behind.
            let _nobody = tell.send(inner.parts.work.perform(&own, &progress, &stop));
        };
        let thread = match std::thread::Builder::new().name("job".into()).spawn(perform) {
            Ok(thread) => thread,
            Err(error) => return Turn::broken(format!("the system has no thread to give: {error}")),
        };
        loop {
            match told.recv_timeout(GLANCE) {
                Ok(turn) => {
                    // What a turn has said was the last of it.
                    let _ended = thread.join();
                    return turn;
                }
                Err(RecvTimeoutError::Timeout) if !self.parts.work.is_silent(job.library) => {}
                Err(RecvTimeoutError::Timeout) => {
                    tracing::warn!(job = %job.id, kind = job.kind.as_str(), library = %job.library, "a job's library does not answer; it goes on when that does");
                    let library = job.library;
                    self.left().push(LeftBehind { library, thread });
                    return Turn::GaveWay;
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Turn::refused(
                        "it broke off for a fault of this program, which the log describes",
                    );
                }
            }
        }
    }

    fn left(&self) -> MutexGuard<'_, Vec<LeftBehind>> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a job would wait for a library that does not answer, or meet a turn that waits for it still.
    fn is_held(&self, job: &Job) -> bool {
        let mut left = self.left();
        left.retain(|left| !left.thread.is_finished());
        left.iter().any(|left| left.library == job.library) || self.parts.work.is_silent(job.library)
    }

    /// Waits for the next job to run; `None` at the end of the daemon.
    fn next_turn(&self) -> Option<Job> {
        let (mut has_prepared, mut made) = (false, Duration::ZERO);
        loop {
            self.ask_for_due_scans();
            let mut state = self.lock();
            if self.stopping.load(Ordering::SeqCst) {
                return None;
            }
            state.woken = false;
            if let Some(job) = self.next_job() {
                state.job = Some(job.id);
                state.gives_way = false;
                return Some(job);
            }
            self.changed.notify_all();
            if !has_prepared {
                drop(self.wait(state, BREATH));
                let begun = Instant::now();
                has_prepared = !self.parts.app.view().prepare_searches();
                made += begun.elapsed();
                // What is made of parts leaves what the smaller ones took.
                if made > if has_prepared { BREATH } else { MADE } {
                    memory::give_back();
                    made = Duration::ZERO;
                }
                continue;
            }
            let now = self.now();
            let look = self
                .parts
                .schedule
                .look_again(&self.parts.app.view(), self.began, now);
            // Nobody tells that a library answers again.
            let is_held = pending(&self.parts.app.view()).any(|job| self.is_held(job));
            let glance = is_held.then_some(GLANCE);
            let left = look.map(|at| {
                Duration::try_from(at.duration_since(now))
                    .unwrap_or_default()
                    .min(NAP)
            });
            match left.into_iter().chain(glance).min() {
                Some(left) => {
                    // A millisecond more, or it might be looked at a moment too early.
                    drop(self.wait(state, left + Duration::from_millis(1)));
                    // A wait that ended, ended quiet hours perhaps: those who watch read it again.
                    self.pulse.beat();
                }
                None => drop(self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)),
            }
        }
    }

    /// Asks for the scans whose time has come. One that cannot be written down is
    /// asked for again at the next look.
    fn ask_for_due_scans(&self) {
        let RunnerParts { app, schedule, .. } = &self.parts;
        let due = schedule.due(&app.view(), self.began, self.now());
        for library in due {
            if let Err(error) = enqueue(app, JobKind::Scan, library, AskedBy::Schedule) {
                tracing::error!(%error, %library, "a scan could not be asked for");
            }
        }
    }

    /// The most urgent job that may run.
    fn next_job(&self) -> Option<Job> {
        let RunnerParts { app, schedule, .. } = &self.parts;
        schedule
            .next(&app.view(), self.now(), |job| self.is_held(job))
            .cloned()
    }

    /// Whether the running job has to stop: the daemon ends, it is paused or over, a
    /// more urgent one came, its quiet hours began, or its turn was given up.
    fn gives_way(&self, job: &Job, quiet_from: Option<Timestamp>) -> bool {
        if self.stopping.load(Ordering::SeqCst) {
            return true;
        }
        let mut state = self.lock();
        if state.job != Some(job.id) {
            return true;
        }
        if !state.gives_way && quiet_from.is_some_and(|from| self.now() >= from) {
            state.gives_way = true;
        }
        // Taken before the view is read: what changes later wakes again.
        if !state.gives_way && std::mem::take(&mut state.woken) {
            let held = {
                let view = self.parts.app.view();
                view.job(job.id).is_none_or(|now| now.state != JobState::Pending)
            };
            let rank = |job: &Job| (job.urgency().0, job.kind);
            state.gives_way = held || self.next_job().is_some_and(|next| rank(&next) < rank(job));
        }
        state.gives_way
    }

    /// Writes down how a job ended; false if that could not be written.
    fn settle(&self, job: &Job, turn: Turn) -> bool {
        let outcome = match turn {
            Turn::GaveWay => return true,
            Turn::Done(summary) => Outcome::Done {
                summary: summary.into(),
            },
            Turn::Failed { reason, heals } => {
                tracing::warn!(job = %job.id, kind = job.kind.as_str(), reason, heals, "a job failed");
                let reason = reason.into();
                Outcome::Failed { reason, heals }
            }
        };
        let is_done = matches!(outcome, Outcome::Done { .. });
        let settle = Command::SettleJob(SettleJob { job: job.id, outcome });
        match self.parts.app.execute(Actor::System, &settle) {
            Ok(_) if is_done => {
                self.parts.work.settled(job);
                true
            }
            // Cancelled while it did the last of it.
            Ok(_)
            | Err(AppError::Processing(ProcessingError::Settled { .. } | ProcessingError::NoJob { .. })) => {
                true
            }
            Err(error) => {
                tracing::error!(%error, "how a job ended could not be recorded");
                false
            }
        }
    }
}

/// Asks for a job; the one that is not over already, if there is one.
pub(super) fn enqueue(
    app: &App,
    kind: JobKind,
    library: LibraryId,
    asked: AskedBy,
) -> Result<JobId, AppError> {
    let command = EnqueueJob {
        kind,
        library,
        asked,
        priority: None,
    };
    app.execute(Actor::System, &Command::EnqueueJob(command))?;
    let view = app.view();
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
