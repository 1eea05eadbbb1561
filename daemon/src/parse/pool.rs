//! The pool: lends a worker to each batch, replaces those that are lost or worn, and never loses an answer.
//!
//! [`Pool::read`] may be called from many threads; each call holds one worker at a time, and waits while all are lent.
//! Workers are started when they are needed, the first at once, so that a broken installation shows at start.

use std::net::Shutdown;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::launch::{Launch, Program};
use super::protocol::{MAX_BATCH, SandboxRecord, TaskRecord};
use super::wire::is_writable;
use super::worker::{Lost, Worker};
use super::{Hashed, Job, Looked, Outcome, ParseError, PoolOptions};

/// How often in a row workers may be lost without a file being to blame, before the rest of a batch is given up.
const MAX_BLAMELESS_LOSSES: usize = 3;

/// Asked between files, whether whoever has them read gives it up.
pub type Stop<'a> = &'a dyn Fn() -> bool;

/// Worker processes to read files with. Dropping it ends them.
pub struct Pool {
    launcher: Box<dyn Launch>,
    options: PoolOptions,
    sandbox: SandboxRecord,
    benches: Mutex<Bench>,
    returned: Condvar,
    closed: AtomicBool,
}

/// Who is free. `idle.len() + lent` never passes the number of workers.
struct Bench {
    idle: Vec<Worker>,
    lent: usize,
    /// The conversations that are under way, each with a number of its own.
    busy: Vec<(u64, UnixStream)>,
    next_busy: u64,
}

impl Pool {
    /// Starts the first worker of this program.
    ///
    /// # Errors
    /// It does not start, refuses, is of another build, or is not held by its sandbox.
    pub fn start(worker_program: &Path, options: PoolOptions) -> Result<Self, ParseError> {
        let launcher = Program::new(worker_program.to_owned(), &options);
        Self::with_launcher(Box::new(launcher), options)
    }

    pub(super) fn with_launcher(
        launcher: Box<dyn Launch>,
        mut options: PoolOptions,
    ) -> Result<Self, ParseError> {
        options.workers = options.workers.max(1);
        let first = Worker::greet(
            launcher.launch()?,
            options.start_timeout,
            options.best_effort_sandbox,
        )?;
        let sandbox = first.sandbox().clone();
        let benches = Mutex::new(Bench {
            idle: vec![first],
            lent: 0,
            busy: Vec::new(),
            next_busy: 0,
        });
        Ok(Self {
            launcher,
            options,
            sandbox,
            benches,
            returned: Condvar::new(),
            closed: AtomicBool::new(false),
        })
    }

    /// Breaks off what is being read: those who wait in [`Pool::read`] get [`Outcome::Unserved`] for the rest at once,
    /// and so does whoever calls it later. For the end of the daemon, which a file that hangs must not delay.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        for (_, socket) in &self.bench().busy {
            // A conversation that has ended by itself needs no ending.
            let _ = socket.shutdown(Shutdown::Both);
        }
    }

    /// How many workers there are at most, and so how many threads find one at once.
    pub const fn workers(&self) -> usize {
        self.options.workers
    }

    /// What the kernel enforces on the workers.
    pub fn sandbox(&self) -> &SandboxRecord {
        &self.sandbox
    }

    /// Reads these files and answers each exactly once, in the order given. Blocks; any number of files, in batches of
    /// 64, one worker at a time. For more speed call it from as many threads as there are workers.
    ///
    /// Once `stop` says true, no other file is begun, and one that took too long is not to blame: they are
    /// [`Outcome::Unserved`]. Its disk may be what hangs.
    pub fn read(&self, batch: Vec<Job>, stop: Stop<'_>) -> Vec<(u64, Outcome)> {
        self.work(&batch, TaskRecord::Facts, stop)
    }

    /// Hashes the pictures in these files without their metadata, in the order given, as [`Pool::read`] reads them. A
    /// file is read whole, and gets more time the longer it is.
    pub fn image_hash(&self, batch: Vec<Job>, stop: Stop<'_>) -> Vec<(u64, Hashed)> {
        let hashed = |(ticket, outcome)| (ticket, Hashed::of(outcome));
        self.work(&batch, TaskRecord::ImageHash, stop)
            .into_iter()
            .map(hashed)
            .collect()
    }

    /// Decodes the pictures in these files and tells what they look like, in the order given, as [`Pool::read`] reads
    /// them.
    pub fn look(&self, batch: Vec<Job>, stop: Stop<'_>) -> Vec<(u64, Looked)> {
        let looked = |(ticket, outcome)| (ticket, Looked::of(outcome));
        self.work(&batch, TaskRecord::Look, stop)
            .into_iter()
            .map(looked)
            .collect()
    }

    /// Tells where a sidecar says what, as [`Pool::read`] reads it.
    pub fn anatomy(&self, sidecar: Job) -> Outcome {
        let unanswered = || Outcome::Unserved {
            reason: "no answer".to_owned(),
        };
        let mut answers = self.work(&[sidecar], TaskRecord::Anatomy, &|| false);
        answers.pop().map_or_else(unanswered, |(_, outcome)| outcome)
    }

    fn work(&self, batch: &[Job], task: TaskRecord, stop: Stop<'_>) -> Vec<(u64, Outcome)> {
        let mut answers = Vec::with_capacity(batch.len());
        for jobs in batch.chunks(MAX_BATCH) {
            self.read_batch(jobs, task, stop, &mut answers);
        }
        answers
    }

    fn read_batch(&self, jobs: &[Job], task: TaskRecord, stop: Stop<'_>, answers: &mut Vec<(u64, Outcome)>) {
        let before = answers.len();
        let mut lease = self.lend();
        let mut blameless = 0usize;
        loop {
            let done = answers.len();
            let rest = jobs.get(done.saturating_sub(before)..).unwrap_or_default();
            let Some(next) = rest.first() else { return };
            if self.closed.load(Ordering::SeqCst) {
                answers.extend(rest.iter().map(|job| unserved(job, "the daemon is stopping")));
                return;
            }
            if stop() {
                answers.extend(rest.iter().map(|job| unserved(job, "its turn is over")));
                return;
            }
            if is_writable(next.file.as_fd()) {
                answers.push(unserved(
                    next,
                    "the descriptor could change the file; open it read-only",
                ));
                continue;
            }
            let worker = match lease.worker() {
                Ok(worker) => worker,
                Err(error) => {
                    answers.extend(rest.iter().map(|job| unserved(job, &error.to_string())));
                    return;
                }
            };
            let safe = rest
                .split(|job| is_writable(job.file.as_fd()))
                .next()
                .unwrap_or_default();
            let served = self.converse(worker, safe, task, answers);
            let Err(lost) = served else { continue };
            lease.worker = None;
            if self.closed.load(Ordering::SeqCst) {
                continue;
            }
            if answers.len() > done {
                blameless = 0;
            }
            // The file at which it was lost: it may have answered some before.
            let Some(current) = jobs.get(answers.len().saturating_sub(before)) else {
                return;
            };
            match lost {
                Lost::Guilty { .. } if stop() => {}
                Lost::Guilty { reason } => {
                    tracing::warn!(reason, ticket = current.ticket, "a file cost a worker");
                    answers.push((current.ticket, Outcome::Unreadable { reason }));
                    blameless = 0;
                }
                Lost::Idle | Lost::Doubtful if blameless < MAX_BLAMELESS_LOSSES => blameless += 1,
                Lost::Idle | Lost::Doubtful => answers.push(unserved(current, "workers keep going away")),
            }
        }
    }

    /// Has a worker read, so that [`Pool::close`] can break it off.
    fn converse(
        &self,
        worker: &mut Worker,
        jobs: &[Job],
        task: TaskRecord,
        answers: &mut Vec<(u64, Outcome)>,
    ) -> Result<(), Lost> {
        let socket = worker.socket().map_err(|_| Lost::Idle)?;
        let number = {
            let mut bench = self.bench();
            // Under the lock that `close` takes: it either finds this conversation, or was here first.
            if self.closed.load(Ordering::SeqCst) {
                return Err(Lost::Idle);
            }
            bench.next_busy += 1;
            let number = bench.next_busy;
            bench.busy.push((number, socket));
            number
        };
        let served = worker.serve(jobs, task, self.options.file_timeout, answers);
        self.bench().busy.retain(|(busy, _)| *busy != number);
        served
    }

    fn lend(&self) -> Lease<'_> {
        let mut bench = self.bench();
        loop {
            if let Some(worker) = bench.idle.pop() {
                bench.lent += 1;
                return Lease {
                    pool: self,
                    worker: Some(worker),
                };
            }
            if bench.lent < self.options.workers {
                bench.lent += 1;
                return Lease {
                    pool: self,
                    worker: None,
                };
            }
            bench = self.returned.wait(bench).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn bench(&self) -> MutexGuard<'_, Bench> {
        // Nothing that can panic runs under this lock, and a count is right whoever held it.
        self.benches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unserved(job: &Job, reason: &str) -> (u64, Outcome) {
    (
        job.ticket,
        Outcome::Unserved {
            reason: reason.to_owned(),
        },
    )
}

/// One place of the pool, with or without a worker on it; given back when dropped.
struct Lease<'a> {
    pool: &'a Pool,
    worker: Option<Worker>,
}

impl Lease<'_> {
    /// The worker of this place, started if there is none and replaced if it is worn.
    fn worker(&mut self) -> Result<&mut Worker, ParseError> {
        let options = &self.pool.options;
        match self
            .worker
            .take()
            .filter(|worker| worker.served() < options.recycle_after)
        {
            Some(worker) => Ok(self.worker.insert(worker)),
            None => {
                let launched = self.pool.launcher.launch()?;
                let worker = Worker::greet(launched, options.start_timeout, options.best_effort_sandbox)?;
                Ok(self.worker.insert(worker))
            }
        }
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let mut bench = self.pool.bench();
        bench.lent = bench.lent.saturating_sub(1);
        bench.idle.extend(self.worker.take());
        drop(bench);
        self.pool.returned.notify_one();
    }
}
