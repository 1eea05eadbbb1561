//! How far a job is: in memory only, never journalled.

use kphotos_domain::kernel::{JobId, LibraryId};
use kphotos_domain::processing::JobKind;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The counters of the job that runs.
pub struct Progress {
    done: AtomicU64,
    total: AtomicU64,
    job: Mutex<Option<(JobId, JobKind, LibraryId, Instant)>>,
    /// Grows with every change, for those who watch.
    changes: Mutex<u64>,
    changed: Condvar,
}

/// What the running job has done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
    /// How long it has been doing that.
    pub elapsed: Duration,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            done: AtomicU64::new(0),
            total: AtomicU64::new(0),
            job: Mutex::new(None),
            // 0 is "nothing seen yet" to those who watch.
            changes: Mutex::new(1),
            changed: Condvar::new(),
        }
    }
}

impl Progress {
    /// A job begins.
    pub fn begin(&self, job: JobId, kind: JobKind, library: LibraryId) {
        self.set(0, 0);
        *self.job.lock().unwrap_or_else(PoisonError::into_inner) = Some((job, kind, library, Instant::now()));
        self.pulse();
    }

    /// The job is over, or gave way.
    pub fn end(&self) {
        *self.job.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.pulse();
    }

    /// Says how far it is.
    pub fn set(&self, done: u64, total: u64) {
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
        self.pulse();
    }

    /// Adds to what is done.
    pub fn add(&self, done: u64) {
        self.done.fetch_add(done, Ordering::Relaxed);
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
        let (job, kind, library, since) = (*self.job.lock().unwrap_or_else(PoisonError::into_inner))?;
        let (done, total) = (
            self.done.load(Ordering::Relaxed),
            self.total.load(Ordering::Relaxed),
        );
        Some(Report {
            job,
            kind,
            library,
            done,
            total,
            elapsed: since.elapsed(),
        })
    }
}
