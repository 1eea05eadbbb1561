//! Turns: of one library only one scan runs at a time.
//!
//! A scan compares what it saw with what is known, and decides at its end; a second
//! one that notes a move meanwhile would have the first take that file for gone.

use kphotos_domain::kernel::LibraryId;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Whose turn it is in each library.
#[derive(Default, Debug)]
pub struct Turns(Mutex<FxHashMap<LibraryId, Arc<Mutex<()>>>>);

impl Turns {
    /// What to hold while a library is scanned.
    #[must_use]
    pub fn of(&self, library: LibraryId) -> Arc<Mutex<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        turns.entry(library).or_default().clone()
    }
}
