//! How far a job is: in memory only, never journalled.

use super::pace::Pace;
use kphotos_domain::kernel::{JobId, LibraryId};
use kphotos_domain::processing::{Job, JobKind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The counters of one turn of a job.
#[derive(Default)]
pub struct Progress {
    done: AtomicU64,
    total: AtomicU64,
    running: Option<Running>,
    pulse: Arc<Pulse>,
}

/// The job whose turn it is, and how fast it is.
struct Running {
    job: JobId,
    kind: JobKind,
    library: LibraryId,
    began: Instant,
    pace: Mutex<Pace>,
}

/// Grows with every change of a count, and of a job's state, for those who watch.
pub(super) struct Pulse {
    changes: Mutex<u64>,
    changed: Condvar,
}

/// What the running job has done.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Report {
    /// The job.
    pub job: JobId,
    /// What it does.
    pub kind: JobKind,
    /// Where.
    pub library: LibraryId,
    /// Units done: files, or bytes for hashing.
    pub done: u64,
    /// Units in all; 0 while not known.
    pub total: u64,
    /// Units a second, smoothed; `None` while not known.
    pub rate: Option<f64>,
    /// How long it still takes; `None` while not known.
    pub left: Option<Duration>,
}

impl Default for Pulse {
    fn default() -> Self {
        Self {
            // 0 is "nothing seen yet" to those who watch.
            changes: Mutex::new(1),
            changed: Condvar::new(),
        }
    }
}

impl Pulse {
    /// Tells those who watch that something changed: a count, or a job's state.
    pub(super) fn beat(&self) {
        *self.changes.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.changed.notify_all();
    }

    /// Waits until the count of changes is not `after` any more, at most this long; gives it.
    pub(super) fn watch(&self, after: u64, patience: Duration) -> u64 {
        let changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        let (changes, _) = self
            .changed
            .wait_timeout_while(changes, patience, |changes| *changes == after)
            .unwrap_or_else(PoisonError::into_inner);
        *changes
    }
}

impl Progress {
    /// That of a turn that begins.
    pub(super) fn of(job: &Job, pulse: Arc<Pulse>) -> Self {
        let running = Running {
            job: job.id,
            kind: job.kind,
            library: job.library,
            began: Instant::now(),
            pace: Mutex::default(),
        };
        Self {
            running: Some(running),
            pulse,
            ..Self::default()
        }
    }

    /// Says how far it is.
    pub fn set(&self, done: u64, total: u64) {
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
        self.note(done);
    }

    /// Adds to what is done.
    pub fn add(&self, done: u64) {
        let before = self.done.fetch_add(done, Ordering::Relaxed);
        self.note(before.saturating_add(done));
    }

    fn note(&self, done: u64) {
        if let Some(Running { began, pace, .. }) = &self.running {
            pace.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .note(began.elapsed(), done);
        }
        self.pulse.beat();
    }

    /// What was done of the job; `None` where there is none.
    #[must_use]
    pub fn report(&self) -> Option<Report> {
        let (done, total) = (
            self.done.load(Ordering::Relaxed),
            self.total.load(Ordering::Relaxed),
        );
        let Running {
            job,
            kind,
            library,
            began: _,
            pace,
        } = self.running.as_ref()?;
        let pace = pace.lock().unwrap_or_else(PoisonError::into_inner);
        Some(Report {
            job: *job,
            kind: *kind,
            library: *library,
            done,
            total,
            rate: pace.rate(),
            left: pace.left(done, (total > 0).then_some(total)),
        })
    }
}
