//! When entries were made: the journal knows, and what it said is remembered.
//!
//! Many photos share an entry (those that one scan saw), so few are asked for, each once.

use kphotos_domain::kernel::Revision;
use kphotos_domain::kernel::port::Journal;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The most that are remembered, of 16 bytes and more each.
const MOST: usize = 65_536;

/// Seconds since 1970 UTC, by revision.
#[derive(Default)]
pub(super) struct Times(Mutex<BTreeMap<Revision, i64>>);

impl Times {
    /// When an entry was made; `None` if the journal does not know it any more.
    pub(super) fn of(&self, journal: &dyn Journal, revision: Revision) -> Option<i64> {
        if let Some(known) = self.known(revision) {
            return Some(known);
        }
        let before = Revision::new(revision.number().checked_sub(1)?);
        let mut found = None;
        let read = journal.replay(before, &mut |at, entry| {
            found = (at == revision).then(|| entry.at_ms.div_euclid(1000));
            false
        });
        if let Err(error) = read {
            tracing::debug!(%error, %revision, "the time of an entry cannot be read");
        }
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if times.len() >= MOST {
            times.pop_first();
        }
        times.insert(revision, found?);
        found
    }

    /// The same, if it was asked for before.
    pub(super) fn known(&self, revision: Revision) -> Option<i64> {
        let times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        times.get(&revision).copied()
    }
}
