//! Starting: the store's rows, then the journal after them.

use super::{App, OpenError};
use crate::kernel::port::{Clock, Journal, Store, Zones};
use crate::kernel::{ErrorCode, PortError, Revision};
use crate::view::{Applied, Loader};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, RwLock};

/// An app, and what opening it took.
pub struct Opened {
    /// The app.
    pub app: App,
    /// The revision that the store stood for.
    pub stored: Revision,
    /// How many entries were replayed after it.
    pub replayed: u64,
}

impl App {
    /// Loads the store and replays the journal after it.
    ///
    /// # Errors
    /// [`OpenError::StoreUnusable`] if the store cannot be read: then the caller
    /// moves it aside and opens again with an empty one.
    /// [`OpenError::JournalShort`] and [`OpenError::Journal`]: a person decides.
    pub fn open(
        journal: Arc<dyn Journal>,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        zones: Arc<dyn Zones>,
    ) -> Result<Opened, OpenError> {
        let unusable = |error: PortError| OpenError::StoreUnusable { why: error.message };
        let stored = store.applied().map_err(unusable)?;
        if stored > journal.last() {
            let last = journal.last();
            return Err(OpenError::JournalShort { stored, last });
        }
        let loader = Loader::new(zones);
        store.load(&|row| loader.row(row)).map_err(unusable)?;
        let mut view = loader.finish(stored);
        let mut replayed = 0;
        let mut failed = None;
        journal
            .replay(stored, &mut |revision, entry| {
                let Applied { rows, .. } = view.apply(revision, &entry, &[], &[]);
                replayed += 1;
                // A store that takes no more (disk full, say) is left behind, as while running.
                if failed.is_none() {
                    failed = store.write(revision, rows).err();
                }
                true
            })
            .map_err(OpenError::Journal)?;
        if view.revision() != journal.last() {
            let message = format!(
                "the journal ends at {} but gave only {}",
                journal.last(),
                view.revision()
            );
            return Err(OpenError::Journal(PortError::new(ErrorCode::Corrupt, message)));
        }
        view.number_searches_from(clock.now().as_millisecond());
        let app = Self {
            journal,
            store,
            clock,
            view: RwLock::new(view),
            writer: Mutex::new(()),
            outbox: Mutex::new(VecDeque::new()),
            publisher: Mutex::new(()),
            subscribers: RwLock::new(Vec::new()),
            store_failure: Mutex::new(failed),
        };
        Ok(Opened {
            app,
            stored,
            replayed,
        })
    }
}
