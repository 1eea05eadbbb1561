//! A few threads, started as they are needed and gone when they were idle for a while.

use std::collections::VecDeque;
use std::io;
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
    /// Has this done by another thread. False: there is none and none is to be had; whoever asks next tries again, and then
    /// this is done too.
    pub(super) fn run(&self, work: impl FnOnce() + Send + 'static) -> bool {
        self.run_by(work, |desk| {
            let thread = std::thread::Builder::new().name("kphotos-later".into());
            thread.spawn(move || desk.serve()).map(drop)
        })
    }

    fn run_by(
        &self,
        work: impl FnOnce() + Send + 'static,
        start: impl FnOnce(Arc<Desk>) -> io::Result<()>,
    ) -> bool {
        let mut queue = self.0.lock();
        if queue.idle <= queue.work.len() && queue.threads < MOST_THREADS {
            match start(self.0.clone()) {
                Ok(()) => queue.threads += 1,
                Err(error) if queue.threads == 0 => {
                    tracing::warn!(%error, "no thread to read originals with: who asks for one is refused");
                }
                // Those that are there come to it.
                Err(_) => {}
            }
        }
        queue.work.push_back(Box::new(work));
        let is_served = queue.threads > 0;
        drop(queue);
        self.0.came.notify_one();
        is_served
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn without_a_thread_nothing_is_done_here_and_all_of_it_once_there_is_one() {
        let (pool, here) = (Pool::default(), std::thread::current().id());
        let (tell, told) = channel();
        let work = |number: u32| {
            let tell = tell.clone();
            move || tell.send((number, std::thread::current().id())).unwrap()
        };
        let refused = |_| Err(io::Error::from_raw_os_error(libc::EAGAIN));
        assert!(!pool.run_by(work(1), refused));
        assert!(told.try_recv().is_err(), "done by whoever asked");
        assert!(pool.run(work(2)));
        let done = [told.recv().unwrap(), told.recv().unwrap()];
        assert_eq!(done.map(|(number, _)| number), [1, 2]);
        assert!(done.iter().all(|(_, thread)| *thread != here));
    }
}
