//! The photos below a folder, kept current for the folders that are asked for as a
//! whole: the root of each library, and what shares show.
//!
//! `share list`, `is:shared` and `library:` would else walk every file of a library:
//! 110 ms at a million, where the sets answer in 0.05 ms (`fs/tests/cost.rs`). A set is made when it is first asked for, so that a start does
//! not wait for it; from then on each entry asks the photos it touched, and those
//! alone. So whatever gives a photo a file, takes one from it, or changes where one
//! is or whether it is there, has to touch the photo ([`super::Delta::touched`]).
//!
//! Hidden photos are in the sets, missing ones are not.

use super::record::FileRow;
use super::{Dir, View};
use crate::kernel::{AssetSet, FolderId};
use crate::sharing::Scope;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::sync::OnceLock;

/// The folders that have a set, each with its set once somebody asked for it.
#[derive(Default)]
pub(super) struct Below(FxHashMap<FolderId, OnceLock<AssetSet>>);

impl View {
    /// The photos of which a file is present in a folder or below it, hidden ones too.
    #[must_use]
    pub fn photos_below(&self, folder: FolderId) -> Cow<'_, AssetSet> {
        match self.below.0.get(&folder) {
            Some(kept) => Cow::Borrowed(kept.get_or_init(|| self.walk_below(folder))),
            None => Cow::Owned(self.walk_below(folder)),
        }
    }

    fn walk_below(&self, folder: FolderId) -> AssetSet {
        let mut found = self.members(Dir::Folder(folder));
        for child in self.folder(folder).map_or(&[][..], |row| &row.children) {
            found |= &self.walk_below(*child);
        }
        found
    }

    /// Keeps a set for a folder from now on.
    pub(super) fn keep_below(&mut self, folder: FolderId) {
        self.below.0.entry(folder).or_default();
    }

    /// Forgets the set of a folder that a share showed, unless something else needs it.
    pub(super) fn forget_below(&mut self, folder: FolderId) {
        let is_root = self.folder(folder).is_some_and(|row| row.parent.is_none());
        let is_shared = self.shares().any(|share| share.scope == Scope::Folder(folder));
        if !is_root && !is_shared {
            self.below.0.remove(&folder);
        }
    }

    /// Asks these photos again below which folders they are.
    pub(super) fn renew_below(&mut self, touched: &AssetSet) {
        let mut known = std::mem::take(&mut self.below.0);
        let mut now: FxHashMap<FolderId, AssetSet> = known
            .iter()
            .filter(|(_, set)| set.get().is_some())
            .map(|(folder, _)| (*folder, AssetSet::new()))
            .collect();
        if !now.is_empty() {
            for asset in touched.iter() {
                let files = self.asset(asset).map_or(&[][..], |row| &row.files);
                let rows = files.iter().filter_map(|file| self.file(*file));
                for row in rows.filter(|row| FileRow::is_present(row)) {
                    let up = |folder: &FolderId| self.folder(*folder).and_then(|row| row.parent);
                    for folder in std::iter::successors(Some(row.folder), up) {
                        if let Some(set) = now.get_mut(&folder) {
                            set.insert(asset);
                        }
                    }
                }
            }
        }
        for (folder, set) in now {
            if let Some(kept) = known.get_mut(&folder).and_then(OnceLock::get_mut) {
                *kept -= touched;
                *kept |= &set;
            }
        }
        self.below.0 = known;
    }
}
