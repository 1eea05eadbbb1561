//! How far a job is: in memory only, never journalled.

use super::pace::Pace;
use kphotos_domain::kernel::{JobId, LibraryId};
use kphotos_domain::processing::JobKind;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The counters of the job that runs.
pub struct Progress {
    done: AtomicU64,
    total: AtomicU64,
    running: Mutex<Option<Running>>,
    /// Grows with every change, for those who watch.
    changes: Mutex<u64>,
    changed: Condvar,
}

/// The job that runs, and how fast it is.
struct Running {
    job: JobId,
    kind: JobKind,
    library: LibraryId,
    began: Instant,
    pace: Pace,
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

impl Default for Progress {
    fn default() -> Self {
        Self {
            done: AtomicU64::new(0),
            total: AtomicU64::new(0),
            running: Mutex::new(None),
            // 0 is "nothing seen yet" to those who watch.
            changes: Mutex::new(1),
            changed: Condvar::new(),
        }
    }
}

impl Progress {
    /// A job begins.
    pub fn begin(&self, job: JobId, kind: JobKind, library: LibraryId) {
        *self.running() = Some(Running {
            job,
            kind,
            library,
            began: Instant::now(),
            pace: Pace::default(),
        });
        self.set(0, 0);
    }

    /// The job is over, or gave way.
    pub fn end(&self) {
        *self.running() = None;
        self.pulse();
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
        if let Some(running) = &mut *self.running() {
            running.pace.note(running.began.elapsed(), done);
        }
        self.pulse();
    }

    /// Tells those who watch that something changed: a count, or a job's state.
    pub fn pulse(&self) {
        *self.changes.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.changed.notify_all();
    }

    /// Waits until the count of changes is not `after` any more, at most this long; gives it.
    #[must_use]
    pub fn watch(&self, after: u64, patience: Duration) -> u64 {
        let changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        let (changes, _) = self
            .changed
            .wait_timeout_while(changes, patience, |changes| *changes == after)
            .unwrap_or_else(PoisonError::into_inner);
        *changes
    }

    /// What the running job has done; `None` while none runs.
    #[must_use]
    pub fn report(&self) -> Option<Report> {
        let (done, total) = (
            self.done.load(Ordering::Relaxed),
            self.total.load(Ordering::Relaxed),
        );
        let running = self.running();
        let Running {
            job,
            kind,
            library,
            began: _,
            pace,
        } = running.as_ref()?;
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

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
