//! A few threads, started as they are needed and gone when they were idle for a while.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// The most threads of one pool.
pub(super) const MOST_THREADS: usize = 8;

/// So long a thread waits for more.
const IDLE: std::time::Duration = std::time::Duration::from_secs(10);

type Work = Box<dyn FnOnce() + Send>;

/// Threads for what takes longer than a handler may.
#[derive(Clone, Default)]
pub(super) struct Pool(Arc<Desk>);

#[derive(Default)]
struct Desk {
    queue: Mutex<Queue>,
    came: Condvar,
}

#[derive(Default)]
struct Queue {
    work: VecDeque<Work>,
    threads: usize,
    idle: usize,
}

impl Pool {
    /// Has this done by another thread; at once by this one if there is none to be had.
    pub(super) fn run(&self, work: impl FnOnce() + Send + 'static) {
        let mut queue = self.0.lock();
        if queue.idle <= queue.work.len() && queue.threads < MOST_THREADS {
            let desk = self.0.clone();
            let thread = std::thread::Builder::new().name("kphotos-later".into());
            match thread.spawn(move || desk.serve()) {
                Ok(_) => queue.threads += 1,
                Err(error) if queue.threads == 0 => {
                    tracing::warn!(%error, "no thread to read originals: the mount waits for them");
                    drop(queue);
                    return work();
                }
                Err(_) => {}
            }
        }
        queue.work.push_back(Box::new(work));
        drop(queue);
        self.0.came.notify_one();
    }

    #[cfg(test)]
    pub(super) fn threads(&self) -> usize {
        self.0.lock().threads
    }
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self) {
        let mut queue = self.lock();
        loop {
            if let Some(work) = queue.work.pop_front() {
                drop(queue);
                // The hook has told of it; the thread goes on with what others asked.
                let _told = catch_unwind(AssertUnwindSafe(work));
                queue = self.lock();
                continue;
            }
            queue.idle += 1;
            let waited = self
                .came
                .wait_timeout_while(queue, IDLE, |queue| queue.work.is_empty());
            let (again, waited) = waited.unwrap_or_else(PoisonError::into_inner);
            queue = again;
            queue.idle -= 1;
            if waited.timed_out() && queue.work.is_empty() {
                queue.threads -= 1;
                return;
            }
        }
    }
}
