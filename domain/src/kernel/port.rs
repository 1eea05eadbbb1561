//! The ports: what the domain asks of the world.
//!
//! A port exists where a fake and a real adapter both do; the feature `testing`
//! has the fakes and one contract suite a port. All are synchronous.

use super::{PortError, Revision};
use crate::event::Entry;
use crate::view::Row;

/// The commit: an append-only sequence of entries.
///
/// Atomic: an entry is there wholly or not at all. Ordered: revisions are
/// contiguous, from 1. Not idempotent: appending twice makes two entries.
pub trait Journal: Send + Sync {
    /// Adds an entry and returns its revision; not yet durable.
    ///
    /// # Errors
    /// `unavailable` if it could not be written (disk full, say); then the
    /// journal is as it was.
    fn append(&self, entry: &Entry) -> Result<Revision, PortError>;

    /// Returns when the entry of this revision and all before it are durable.
    /// One disk flush may serve many callers.
    ///
    /// # Errors
    /// `unavailable`, for ever: what the disk holds is unknown from then on.
    fn sync(&self, revision: Revision) -> Result<(), PortError>;

    /// The last revision appended; 0 if there is none.
    fn last(&self) -> Revision;

    /// The last revision known to be durable.
    fn durable(&self) -> Revision;

    /// Hands the entries after `after` to `each`, ascending, until it returns false.
    ///
    /// # Errors
    /// `corrupt` if an entry cannot be read, `unavailable` if the disk fails.
    fn replay(&self, after: Revision, each: &mut dyn FnMut(Revision, Entry) -> bool)
    -> Result<(), PortError>;
}

/// The layer at rest: rows of the view, behind the journal.
///
/// Atomic a batch. Durability is not asked: the journal has it. Idempotent: the
/// same batch twice is the same state.
pub trait Store: Send + Sync {
    /// Replaces rows and notes that the journal is applied up to `revision`.
    ///
    /// # Errors
    /// `unavailable` if it could not be written; the batch is not applied then.
    fn write(&self, revision: Revision, rows: Vec<Row>) -> Result<(), PortError>;

    /// The revision that the rows stand for; 0 if the store is new.
    ///
    /// # Errors
    /// `corrupt` if it cannot be read.
    fn applied(&self) -> Result<Revision, PortError>;

    /// Why it takes no more rows, where it found that out after it had taken some.
    fn failure(&self) -> Option<PortError> {
        None
    }

    /// Hands every row to `each`, in no order that matters: from several threads at the
    /// same time, while the store takes nothing else. A panic in it comes out of here.
    ///
    /// # Errors
    /// `corrupt` if a row cannot be read; `each` has had some of the others.
    fn load(&self, each: &(dyn Fn(Row) + Sync)) -> Result<(), PortError>;
}

/// The time of day.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> jiff::Timestamp;
}

/// Time zones by their IANA name.
pub trait Zones: Send + Sync {
    /// The zone of this name; `None` if the machine does not know it.
    fn zone(&self, name: &str) -> Option<jiff::tz::TimeZone>;
}

/// Told of every entry once it is durable, in journal order, before the
/// command that made it returns. May read the view; must not execute a command.
pub trait Subscriber: Send + Sync {
    /// An entry was committed, applied and handed to the store.
    fn committed(&self, committed: &crate::app::Committed);
}
