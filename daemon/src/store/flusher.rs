//! The thread that tells sled to write down what it holds.
//!
//! Not sled's own (`flush_every_ms`): when that one panics, the drop of the database waits for it for ever. This one ends on its first
//! failure, having noted it, and is joined when the store is dropped. How often matters only for how much is replayed after a power cut.

use super::guard::guarded;
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

const EVERY: Duration = Duration::from_millis(500);

/// The running thread; ends when dropped.
pub(super) struct Flusher {
    stop: Arc<(Mutex<bool>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

impl Flusher {
    /// Starts flushing this database; a failure is put into `broken`.
    pub(super) fn start(db: sled::Db, broken: Arc<OnceLock<String>>) -> std::io::Result<Self> {
        let stop = Arc::new((Mutex::new(false), Condvar::new()));
        let told = Arc::clone(&stop);
        let thread = std::thread::Builder::new()
            .name("store-flush".to_owned())
            .spawn(move || {
                while !wait(&told) {
                    if let Err(fault) = guarded(|| flush(&db)) {
                        tracing::error!(%fault, "the layer at rest cannot be flushed");
                        // A failure that is noted already is the one that counts.
                        let _ = broken.set(fault.to_string());
                        // What panicked is not to be dropped either: that may panic or wait.
                        std::mem::forget(db);
                        return;
                    }
                }
            })?;
        Ok(Self {
            stop,
            thread: Some(thread),
        })
    }
}

/// Flushes, and hands over what sled set aside on this thread for it, to be freed when nobody reads it any more.
///
/// That is a log buffer of half a megabyte and little else, and a thread hands over by itself only when it has 64 things: this one
/// would keep up to 32 MB. The crate has to be the one that sled uses, which cargo sees to as long as both ask for 0.9.
fn flush(db: &sled::Db) -> sled::Result<usize> {
    let flushed = db.flush();
    crossbeam_epoch::pin().flush();
    flushed
}

/// Waits for the time of the next flush; true when it is time to stop.
fn wait(stop: &(Mutex<bool>, Condvar)) -> bool {
    let stopped = stop.0.lock().unwrap_or_else(PoisonError::into_inner);
    let waited = stop.1.wait_timeout_while(stopped, EVERY, |stopped| !*stopped);
    *waited.unwrap_or_else(PoisonError::into_inner).0
}

impl Drop for Flusher {
    fn drop(&mut self) {
        *self.stop.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.stop.1.notify_all();
        if let Some(thread) = self.thread.take() {
            // It catches what it calls; a panic of its own has nobody to tell.
            let _ = thread.join();
        }
    }
}
