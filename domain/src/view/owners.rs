//! Who has which stem in a directory, kept from one change to the next.
//!
//! The photos of a first scan come in batches, and each of a batch asks who has its stem in the folders of its day, its month
//! and its year. Where cameras count to 9999 and begin again, a stem has a hundred shots, and a year ten thousands of
//! photos: neither is to be gone through with every batch. So what a batch found out is kept for the next, for a few
//! directories, and grows by who joined since. Whatever may give a file another shot, or a shot another stem, forgets all
//! of it ([`View::hear_of_shots`]); where somebody left a directory, that is found out anew.

use super::names::StemId;
use super::{Dir, View};
use crate::event::Event;
use crate::kernel::{AssetSet, ShotId};
use rustc_hash::FxHashMap;
use std::sync::{Mutex, PoisonError};

/// Directories that are kept: the days of a month, the month and the year, a folder, some tags.
const MOST: usize = 64;

/// The lowest shot of each stem among photos of a directory.
#[derive(Default)]
pub(super) struct StemOwners {
    photos: AssetSet,
    shots: FxHashMap<StemId, ShotId>,
}

impl StemOwners {
    /// The photos are these now: says of whom nothing is known yet, which is of all if one is gone.
    pub(super) fn grow(&mut self, now: AssetSet) -> AssetSet {
        if !self.photos.bitmap().is_subset(now.bitmap()) {
            *self = Self::default();
        }
        let new = &now - &self.photos;
        self.photos = now;
        new
    }

    pub(super) fn has(&mut self, stem: StemId, shot: ShotId) {
        let owner = self.shots.entry(stem).or_insert(shot);
        *owner = shot.min(*owner);
    }

    pub(super) fn of(&self, stem: StemId) -> Option<ShotId> {
        self.shots.get(&stem).copied()
    }
}

/// What is kept, the longest first.
#[derive(Default)]
pub(super) struct KeptOwners(Mutex<Vec<(Dir, StemOwners)>>);

impl KeptOwners {
    /// What was kept of a directory.
    pub(super) fn take(&self, dir: Dir) -> Option<StemOwners> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(known, _)| *known == dir)?;
        Some(kept.remove(at).1)
    }

    /// Whether anything is kept of a directory.
    pub(super) fn knows(&self, dir: Dir) -> bool {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().any(|(known, _)| *known == dir)
    }

    /// Keeps it for the next.
    pub(super) fn put(&self, dir: Dir, owners: StemOwners) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| *known != dir);
        kept.push((dir, owners));
        let over = kept.len().saturating_sub(MOST);
        kept.drain(..over);
    }
}

impl View {
    /// Forgets who has which stem, if what is about to happen may change it for photos that are known already.
    pub(super) fn hear_of_shots(&mut self, events: &[Event]) {
        let is_of_new = |event: &Event| {
            let Event::FilesRegistered { files } = event else {
                return false;
            };
            files.iter().all(|file| self.asset(file.asset).is_none())
        };
        let is_of_none = |event: &Event| {
            matches!(
                event,
                Event::FactsRecorded { .. }
                    | Event::ChecksumsRecorded { .. }
                    | Event::FoldersSeen { .. }
                    | Event::NamesClaimed { .. }
                    | Event::TagCreated { .. }
                    | Event::TagAssigned { .. }
                    | Event::TagBrought { .. }
                    | Event::FieldEdited { .. }
                    | Event::FieldsBrought { .. }
                    | Event::PersonCreated { .. }
                    | Event::JobEnqueued { .. }
                    | Event::JobSettled { .. }
                    | Event::JobUpdated { .. }
            )
        };
        if !events.iter().all(|event| is_of_none(event) || is_of_new(event)) {
            let kept = self.owners.0.get_mut().unwrap_or_else(PoisonError::into_inner);
            kept.clear();
        }
    }
}
