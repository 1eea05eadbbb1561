//! The one door for writes.
//!
//! ```text
//! execute(actor, command)
//!   authorize · decide (a handler returns a ChangeSet) · claims     ┐ writer lock
//!   Journal::append · View::apply · into the outbox                 ┘
//!   Journal::sync            durable: the commit; one flush serves all who wait
//!   publish, in journal order: Store::write · subscribers           ┐ publish lock
//!   receipt                                                         ┘
//! ```
//!
//! The view is applied before the flush so that commands at the same time are
//! flushed together; a reader may so see, for the milliseconds of one flush, a
//! change that nobody was told of yet. If the flush fails, the app refuses
//! every further command: what the disk holds is unknown.
//!
//! Locks, always taken in this order: writer, view; and: publisher, what a
//! subscriber takes, view. A subscriber may read the view and must not execute.

#[cfg(test)]
mod album_tests;
#[cfg(test)]
mod brought_tests;
#[cfg(test)]
mod date_tests;
mod decide;
#[cfg(test)]
mod doubt_tests;
mod edit;
mod error;
#[cfg(test)]
mod folder_tests;
#[cfg(test)]
mod identity_model;
#[cfg(test)]
mod identity_tests;
mod inverse;
mod led;
#[cfg(test)]
mod libraries;
#[cfg(test)]
mod model;
#[cfg(test)]
mod model_checks;
#[cfg(test)]
mod model_sets;
mod open;
#[cfg(test)]
mod parted_tests;
mod preview;
#[cfg(test)]
mod shares;
#[cfg(test)]
mod stack_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tree_tests;
mod undo;
#[cfg(test)]
mod undo_model;

pub use error::{AppError, OpenError};
pub use open::Opened;

use crate::command::Command;
use crate::event::{ChangeSet, Entry, EntryKind, Event};
use crate::identity::{Actor, authorize};
use crate::kernel::port::{Clock, Journal, Store, Subscriber};
use crate::kernel::{ErrorCode, PortError, Revision};
use crate::view::{Applied, Delta, Row, View, claims};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

/// The application: state behind one door; see the module.
pub struct App {
    journal: Arc<dyn Journal>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    view: RwLock<View>,
    writer: Mutex<()>,
    outbox: Mutex<VecDeque<Pending>>,
    publisher: Mutex<()>,
    subscribers: RwLock<Vec<Arc<dyn Subscriber>>>,
    store_failure: Mutex<Option<PortError>>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The entry's revision; `None` if nothing was to be done.
    pub revision: Option<Revision>,
    /// What kind of entry it is.
    pub kind: EntryKind,
    /// What was done, for a person.
    pub summary: String,
    /// How many assets it touched.
    pub touched: u64,
}

/// An entry that is durable, applied and handed to the store.
pub struct Committed {
    /// Its revision.
    pub revision: Revision,
    /// The entry.
    pub entry: Entry,
    /// What it made different.
    pub delta: Delta,
}

/// An entry that is applied and waits to be durable.
struct Pending {
    committed: Committed,
    rows: Vec<Row>,
}

impl App {
    /// Does a command, or refuses it. Returns when the change is durable, in
    /// the view and known to every subscriber.
    ///
    /// # Errors
    /// The refusal of the context it belongs to, or a failing port.
    pub fn execute(&self, actor: Actor, command: &Command) -> Result<Receipt, AppError> {
        authorize(actor, command)?;
        let (receipt, revision) = {
            let _writer = lock(&self.writer);
            let change = self.decide(actor, command)?;
            let receipt = |revision| Receipt {
                revision,
                kind: change.kind,
                summary: change.summary.clone(),
                touched: change.touched,
            };
            if change.events.is_empty() {
                // "It is so already" rests on what may not be durable yet.
                (receipt(None), self.journal.last())
            } else {
                let revision = self.commit(actor, &change)?;
                (receipt(Some(revision)), revision)
            }
        };
        self.journal.sync(revision)?;
        self.publish(revision)?;
        Ok(receipt)
    }

    /// Appends and applies; the caller holds the writer lock.
    fn commit(&self, actor: Actor, change: &ChangeSet) -> Result<Revision, AppError> {
        let mut events = change.events.clone();
        let claims = claims(&self.view(), change);
        if !claims.is_empty() {
            events.push(Event::NamesClaimed { claims });
        }
        let entry = Entry {
            at_ms: self.clock.now().as_millisecond(),
            actor: change.brought_by.map_or(actor, Actor::File),
            kind: change.kind,
            summary: change.summary.clone(),
            undoes: change.undoes,
            events,
        };
        let revision = self.journal.append(&entry)?;
        let Applied { delta, rows } = {
            let mut view = self.view.write().unwrap_or_else(PoisonError::into_inner);
            view.apply(revision, &entry, &change.facts, &change.layers)
        };
        let committed = Committed {
            revision,
            entry,
            delta,
        };
        lock(&self.outbox).push_back(Pending { committed, rows });
        Ok(revision)
    }

    /// Stores and announces what is durable, in order, at least up to `revision`.
    fn publish(&self, revision: Revision) -> Result<(), PortError> {
        let _publisher = lock(&self.publisher);
        let durable = self.journal.durable();
        if durable < revision {
            return Err(PortError::new(
                ErrorCode::Internal,
                "an entry was to be published before it was durable",
            ));
        }
        loop {
            let next = {
                let mut outbox = lock(&self.outbox);
                match outbox.front() {
                    Some(pending) if pending.committed.revision <= durable => outbox.pop_front(),
                    _ => None,
                }
            };
            let Some(Pending { committed, rows }) = next else {
                return Ok(());
            };
            self.store(committed.revision, rows);
            let subscribers = self
                .subscribers
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .clone();
            for subscriber in subscribers {
                subscriber.committed(&committed);
            }
        }
    }

    /// Hands rows to the store. The journal has the entry, so a store that fails
    /// fails no command: it is left behind, and caught up at the next start. It
    /// gets nothing more until then, or it would claim what it has missed.
    fn store(&self, revision: Revision, rows: Vec<Row>) {
        let mut failure = lock(&self.store_failure);
        if failure.is_none() {
            *failure = self.store.write(revision, rows).err();
        }
    }

    /// Why the store was left behind, if it was; a person should be told.
    pub fn store_failure(&self) -> Option<PortError> {
        let seen = lock(&self.store_failure).clone();
        seen.or_else(|| self.store.failure())
    }

    /// The read model. Hold it briefly: a command waits for it.
    pub fn view(&self) -> RwLockReadGuard<'_, View> {
        self.view.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The journal, for history.
    #[must_use]
    pub fn journal(&self) -> &dyn Journal {
        &*self.journal
    }

    /// Tells this subscriber of no further entry; one that is being announced may
    /// still reach it.
    pub fn unsubscribe(&self, subscriber: &Arc<dyn Subscriber>) {
        self.subscribers
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|other| !Arc::ptr_eq(other, subscriber));
    }

    /// Tells this subscriber of every entry from now on.
    pub fn subscribe(&self, subscriber: Arc<dyn Subscriber>) {
        self.subscribers
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(subscriber);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
