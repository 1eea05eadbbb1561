//! Exact duplicates as directories: a set of files of one content each.
//!
//! Which photos have several files that are the same to the byte is known anyway
//! ([`View::duplicates`]); so is which files. What is kept beside, while somebody may remember
//! it, is how that was before the next entry: then [`super::Delta::copies`] says which
//! sets came, went, or have other files. Where nobody looks, an entry costs nothing.

use super::View;
use super::apply::Changes;
use super::delta::CopiesDelta;
use crate::kernel::{AssetId, Checksum, FileId};
use std::collections::BTreeMap;

/// Digits of a checksum that name a set: 128 bits, which nobody finds two contents for.
const DIGITS: usize = 32;

/// Files that are the same to the byte.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Copies {
    /// Their content.
    pub checksum: Checksum,
    /// Two at least, ascending.
    pub files: Box<[FileId]>,
}

impl Copies {
    /// What the set is called: the beginning of its checksum, in hex.
    #[must_use]
    pub fn name(&self) -> String {
        let mut name = self.checksum.hex();
        name.truncate(DIGITS);
        name
    }
}

/// How it was; `None` while nobody may remember it.
pub(super) type Before = Option<BTreeMap<AssetId, Copies>>;

impl View {
    /// The set of a photo that is shown; `None` if fewer than two of its files are the same.
    #[must_use]
    pub fn shown_copies(&self, asset: AssetId) -> Option<Copies> {
        if !self.duplicates().contains(asset) || !self.is_shown(asset) {
            return None;
        }
        let files = self.copies(asset);
        let checksum = self.file(*files.first()?)?.checksum?;
        let files = files.into();
        Some(Copies { checksum, files })
    }

    /// The photos whose set is called so.
    pub fn copies_called(&self, name: &str) -> impl Iterator<Item = AssetId> {
        let mark = name
            .get(..8)
            .and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let found = mark.into_iter().flat_map(|mark| self.contents.marked(mark));
        let found = found.map(|asset| self.resolve(asset));
        found.filter(move |asset| {
            self.shown_copies(*asset)
                .is_some_and(|copies| copies.name() == name)
        })
    }

    /// Somebody may remember which sets there are, or what is in one: as [`View::hold`].
    pub fn hold_duplicates(&self) {
        let mut held = self.watched.duplicates();
        held.holders += 1;
        if held.before.is_none() {
            let all = self.duplicates().iter();
            let all = all.filter_map(|asset| Some((asset, self.shown_copies(asset)?)));
            held.before = Some(all.collect());
        }
    }

    /// As [`View::let_go`].
    pub fn let_go_duplicates(&self) {
        let mut held = self.watched.duplicates();
        held.holders = held.holders.saturating_sub(1);
        if held.holders == 0 {
            held.before = None;
        }
    }

    /// Notes what an entry made of the sets of photos that it touched.
    pub(super) fn renew_copies(&mut self, changes: &mut Changes) {
        let Some(mut before) = self.watched.duplicates().before.take() else {
            return;
        };
        for asset in changes.delta.touched.iter() {
            let after = self.shown_copies(asset);
            if before.get(&asset) == after.as_ref() {
                continue;
            }
            let was = match after.clone() {
                Some(after) => before.insert(asset, after),
                None => before.remove(&asset),
            };
            let change = CopiesDelta { before: was, after };
            changes.delta.copies.insert(asset, change);
        }
        self.watched.duplicates().before = Some(before);
    }
}
