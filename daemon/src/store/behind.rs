//! A store on a thread of its own, so that no command waits for it.
//!
//! The journal is the commit, and the store is behind it anyway: its rows are written down by and by, and a start replays what is
//! missing. So [`Behind::write`] only queues. Order is kept: one thread takes batch after batch.
//!
//! What is promised: the queue is bounded, and whoever writes faster than the disk takes it waits; nothing is written after a batch
//! that failed, the first failure is told by [`Store::failure`] and to whoever writes next; what is asked of the store
//! ([`Store::applied`], [`Store::load`]) is asked when the queue is empty; dropping it writes what is queued, and then drops the store.

use kphotos_domain::kernel::port::Store;
use kphotos_domain::kernel::{ErrorCode, PortError, Revision};
use kphotos_domain::view::Row;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// Rows that may wait; a batch of more waits alone. An edit of one photo has about five.
const ROWS_AHEAD: usize = 256;

/// The store behind; see the module.
pub struct Behind {
    inner: Arc<Inner>,
    thread: Option<JoinHandle<()>>,
}

struct Inner {
    store: Box<dyn Store>,
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    batches: VecDeque<(Revision, Vec<Row>)>,
    /// Rows in them.
    rows: usize,
    /// Whether one was taken out and is not written yet.
    writing: bool,
    failed: Option<PortError>,
    stopping: bool,
}

impl Behind {
    /// Takes a store over.
    #[must_use]
    pub fn new(store: Box<dyn Store>) -> Self {
        let inner = Arc::new(Inner {
            store,
            queue: Mutex::default(),
            changed: Condvar::new(),
        });
        let own = Arc::clone(&inner);
        let thread = std::thread::Builder::new()
            .name("store-write".to_owned())
            .spawn(move || own.run());
        if let Err(error) = &thread {
            let why =
                format!("the layer at rest has no thread ({error}); the next start replays the journal");
            inner.lock().failed = Some(PortError::new(ErrorCode::Unavailable, why));
        }
        Self {
            inner,
            thread: thread.ok(),
        }
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_while(&self, mut until: impl FnMut(&Queue) -> bool) -> MutexGuard<'_, Queue> {
        self.changed
            .wait_while(self.lock(), |queue| until(queue))
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes batch after batch, until there is none and none will come.
    fn run(&self) {
        loop {
            let mut queue = self.wait_while(|queue| queue.batches.is_empty() && !queue.stopping);
            let Some((revision, rows)) = queue.batches.pop_front() else {
                return;
            };
            queue.rows -= rows.len();
            queue.writing = true;
            drop(queue);
            self.changed.notify_all();
            let written = self.store.write(revision, rows);
            let mut queue = self.lock();
            queue.writing = false;
            if let Err(error) = written {
                // A later batch would claim that this one was applied.
                queue.failed = Some(error);
                queue.batches.clear();
                queue.rows = 0;
            }
            drop(queue);
            self.changed.notify_all();
        }
    }

    /// Returns when nothing waits to be written.
    fn settled(&self) {
        drop(self.wait_while(|queue| queue.writing || !queue.batches.is_empty()));
    }
}

impl Store for Behind {
    fn write(&self, revision: Revision, rows: Vec<Row>) -> Result<(), PortError> {
        let more = rows.len();
        let fits = |queue: &Queue| queue.batches.is_empty() || queue.rows + more <= ROWS_AHEAD;
        let mut queue = self
            .inner
            .wait_while(|queue| queue.failed.is_none() && !fits(queue));
        if let Some(error) = &queue.failed {
            return Err(error.clone());
        }
        queue.rows += more;
        queue.batches.push_back((revision, rows));
        drop(queue);
        self.inner.changed.notify_all();
        Ok(())
    }

    fn applied(&self) -> Result<Revision, PortError> {
        self.inner.settled();
        self.inner.store.applied()
    }

    fn failure(&self) -> Option<PortError> {
        let failed = self.inner.lock().failed.clone();
        failed.or_else(|| self.inner.store.failure())
    }

    fn load(&self, each: &(dyn Fn(Row) + Sync)) -> Result<(), PortError> {
        self.inner.settled();
        self.inner.store.load(each)
    }
}

impl Drop for Behind {
    fn drop(&mut self) {
        self.inner.lock().stopping = true;
        self.inner.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // Its store catches what it calls; a panic of its own has nobody to tell.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kphotos_domain::testing::{FakeStore, every_row, store_contract};
    use std::sync::mpsc::{Receiver, Sender, channel};

    /// Writes when it is told to, after it said that it was asked.
    struct Slow {
        store: Arc<FakeStore>,
        asked: Sender<Revision>,
        go_on: Mutex<Receiver<()>>,
    }

    impl Store for Slow {
        fn write(&self, revision: Revision, rows: Vec<Row>) -> Result<(), PortError> {
            self.asked.send(revision).unwrap();
            // Who hung up wants no more to wait.
            let _ = self.go_on.lock().unwrap().recv();
            self.store.write(revision, rows)
        }

        fn applied(&self) -> Result<Revision, PortError> {
            self.store.applied()
        }

        fn load(&self, each: &(dyn Fn(Row) + Sync)) -> Result<(), PortError> {
            self.store.load(each)
        }
    }

    fn slow() -> (Arc<FakeStore>, Behind, Receiver<Revision>, Sender<()>) {
        let store = Arc::<FakeStore>::default();
        let ((asked, was_asked), (go, go_on)) = (channel(), channel());
        let slow = Slow {
            store: Arc::clone(&store),
            asked,
            go_on: Mutex::new(go_on),
        };
        (store, Behind::new(Box::new(slow)), was_asked, go)
    }

    #[test]
    fn it_keeps_the_contract_of_the_store() {
        store_contract::check(&Behind::new(Box::<FakeStore>::default()));
    }

    #[test]
    fn a_write_does_not_wait_and_dropping_writes_all_in_order() {
        let (store, behind, was_asked, go) = slow();
        for number in 1..=9 {
            behind.write(Revision::new(number), Vec::new()).unwrap();
        }
        assert_eq!(was_asked.recv(), Ok(Revision::new(1)));
        assert_eq!(store.applied(), Ok(Revision::default()));
        drop(go);
        drop(behind);
        assert_eq!(store.applied(), Ok(Revision::new(9)));
        let order: Vec<u64> = was_asked.iter().map(Revision::number).collect();
        assert_eq!(order, [2, 3, 4, 5, 6, 7, 8, 9]);
    }

    #[test]
    fn who_writes_faster_than_the_store_waits() {
        let (store, behind, was_asked, go) = slow();
        let behind = Arc::new(behind);
        let writer = {
            let behind = Arc::clone(&behind);
            std::thread::spawn(move || {
                for number in 1..=40 {
                    behind.write(Revision::new(number), every_row()).unwrap();
                }
            })
        };
        assert_eq!(was_asked.recv(), Ok(Revision::new(1)));
        let waiting = behind
            .inner
            .wait_while(|queue| queue.rows + every_row().len() <= ROWS_AHEAD)
            .rows;
        assert!(waiting <= ROWS_AHEAD, "{waiting}");
        drop(go);
        writer.join().unwrap();
        assert_eq!(behind.applied(), Ok(Revision::new(40)));
        assert_eq!(store.applied(), Ok(Revision::new(40)));
    }

    #[test]
    fn after_a_failed_batch_nothing_is_written_and_the_failure_is_told() {
        let store = Arc::<FakeStore>::default();
        let (asked, _was_asked) = channel();
        let slow = Slow {
            store: Arc::clone(&store),
            asked,
            go_on: Mutex::new(channel().1),
        };
        let behind = Behind::new(Box::new(slow));
        behind.write(Revision::new(1), Vec::new()).unwrap();
        assert_eq!(behind.applied(), Ok(Revision::new(1)));
        store.set_broken(true);
        behind.write(Revision::new(2), Vec::new()).unwrap();
        assert_eq!(behind.applied(), Ok(Revision::new(1)));
        assert!(
            behind
                .failure()
                .is_some_and(|error| error.message.contains("disk full"))
        );
        store.set_broken(false);
        assert!(behind.write(Revision::new(3), Vec::new()).is_err());
        assert_eq!(behind.applied(), Ok(Revision::new(1)));
    }
}
