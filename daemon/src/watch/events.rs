//! The thread that reads the queues.
//!
//! It does little, so that no queue overflows while a round scans: it notes what
//! happened where, and watches new folders before much can happen in them.

use super::Inner;
use super::library::WatchedLibrary;
use super::wake::Source;
use kphotos_domain::kernel::LibraryId;
use kphotos_domain::processing::AskedBy;
use std::sync::Arc;
use std::time::Duration;

/// How long it rests where waiting fails, which it never should.
const REST: Duration = Duration::from_secs(1);

impl Inner {
    pub(super) fn read_events(self: &Arc<Self>) {
        let [wake, _] = &self.wakes;
        while !self.is_stopping() {
            let libraries = self.all();
            let queues: Vec<_> = libraries
                .iter()
                .map(|library| Source::Readable(library.queue()))
                .collect();
            match wake.wait(&queues, None) {
                Ok(ready) => {
                    let told = libraries.iter().zip(ready).filter(|(_, ready)| *ready);
                    told.for_each(|(library, _)| self.take(library));
                }
                Err(error) => {
                    tracing::error!(%error, "waiting for events failed");
                    std::thread::sleep(REST);
                }
            }
        }
    }

    fn take(&self, library: &Arc<WatchedLibrary>) {
        let volume = self.parts.volumes.get(library.id);
        match library.take(volume.as_deref()) {
            Ok(orders) => {
                if orders.root_left {
                    let [_, roots] = &self.wakes;
                    roots.up();
                }
                if orders.overflowed {
                    tracing::info!(library = %library.id, "more happened than the system could tell: all is scanned");
                    self.ask_for_scan(library.id);
                }
                self.happened();
            }
            Err(error) => {
                tracing::error!(%error, library = %library.id, "what happened cannot be read: the library is watched no more");
                self.end(library.id);
            }
        }
    }

    /// Asks for a scan of all of a library.
    pub(super) fn ask_for_scan(&self, library: LibraryId) {
        self.ask(library, AskedBy::Daemon);
    }
}
