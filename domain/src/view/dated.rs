//! The index of dates: photos by the finest key that is known of their date.
//!
//! It follows the effective date, the edit's before the file's own; a photo that
//! was not read yet is in it only by an edit, and is not undated either.

use super::View;
use super::apply::Changes;
use super::record::AssetRow;
use crate::kernel::{AssetId, AssetSet, DateKey};

impl View {
    /// Runs a change that may alter the date, and moves the photo between date directories.
    pub(super) fn with_date(
        &mut self,
        asset: AssetId,
        changes: &mut Changes,
        change: impl FnOnce(&mut AssetRow),
    ) {
        let before = self.date_dirs(asset);
        self.unindex_date(asset);
        if let Some(row) = self.assets.get_mut(asset) {
            change(row);
        }
        self.index_date(asset);
        let after = self.date_dirs(asset);
        if before == after || !self.is_shown(asset) {
            return;
        }
        let one = AssetSet::one(asset);
        for dir in before.iter().filter(|dir| !after.contains(dir)) {
            changes.delta.leave(*dir, &one);
        }
        for dir in after.iter().filter(|dir| !before.contains(dir)) {
            changes.delta.join(*dir, &one);
        }
    }

    pub(super) fn unindex_date(&mut self, asset: AssetId) {
        self.undated.remove(asset);
        let Some(taken) = self.taken(asset) else { return };
        let key = taken.date_key();
        if let Some(set) = self.dates.get_mut(&key) {
            set.remove(asset);
            if set.is_empty() {
                self.dates.remove(&key);
            }
        }
    }

    pub(super) fn index_date(&mut self, asset: AssetId) {
        match self.place_in_time(asset) {
            Some(Some(key)) => {
                self.dates.entry(key).or_default().insert(asset);
            }
            Some(None) => {
                self.undated.insert(asset);
            }
            None => {}
        }
    }

    /// By which key a photo is in the index: by none with those that have no date, and
    /// not at all while nothing was read of it.
    pub(super) fn place_in_time(&self, asset: AssetId) -> Option<Option<DateKey>> {
        match self.taken(asset) {
            Some(taken) => Some(Some(taken.date_key())),
            None => self.facts(asset).map(|_| None),
        }
    }
}
