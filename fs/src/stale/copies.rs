//! `duplicates/`: sets of equal files that come and go, and the files in them.
//!
//! The delta says how each set was and is, since such sets are looked at. The name of
//! a file may be another one without that: it was renamed, or another shot has its stem now.

use super::{Finder, Stale};
use crate::inode::{Node, Top};
use kphotos_domain::kernel::{AssetId, FileId};
use kphotos_domain::view::{Copies, CopiesDelta, Dir};
use std::collections::{BTreeMap, BTreeSet};

impl Finder<'_> {
    pub(super) fn copies(&mut self) {
        let delta = self.delta;
        let flipped = self.flipped_copies();
        let all = delta.copies.iter().chain(&flipped);
        let mine: Vec<(AssetId, &CopiesDelta)> = all
            .filter(|(asset, _)| self.is_mine(**asset))
            .map(|(asset, change)| (*asset, change))
            .collect();
        // One content may have been another photo's before: what went is told first.
        for is_there in [false, true] {
            for (asset, change) in &mine {
                self.set(*asset, change, is_there);
            }
        }
        let named = self.renamed_files();
        for node in self.held.dirs() {
            if let Node::Copies(asset) = node {
                self.files(asset, delta.copies.get(&asset), &named);
            }
        }
    }

    /// Whether a set is of this world; of a photo that is part of another by now, where that is.
    fn is_mine(&self, asset: AssetId) -> bool {
        self.view.owner_of(self.view.resolve(asset)) == Some(self.owner)
    }

    /// Sets that went away with their libraries or are back, and did not change otherwise.
    fn flipped_copies(&self) -> BTreeMap<AssetId, CopiesDelta> {
        let flipped = &self.flipped_photos() & self.view.duplicates();
        let unchanged = flipped
            .iter()
            .filter(|asset| !self.delta.copies.contains_key(asset));
        let same = |asset| {
            let before = self.view.shown_copies(asset);
            let after = before.clone();
            (asset, CopiesDelta { before, after })
        };
        unchanged.map(same).collect()
    }

    /// The folder of a set.
    fn set(&mut self, asset: AssetId, change: &CopiesDelta, is_there: bool) {
        let before = self.copies_before(change.before.as_ref()).map(Copies::name);
        let after = self.copies_now(change.after.as_ref()).map(Copies::name);
        if before == after {
            return;
        }
        if let Some(name) = if is_there { after } else { before } {
            self.directory(is_there, Node::Top(Top::Duplicates), name, Node::Copies(asset));
        }
    }

    /// Files that may be called otherwise in such a folder, each with its name before.
    fn renamed_files(&self) -> BTreeMap<FileId, String> {
        let style = self.tree.options().names;
        let mut named = BTreeMap::new();
        for (shot, was_plain) in &self.delta.restemmed {
            let files = self.view.shot(*shot).map_or(&[][..], |row| &row.files);
            for file in files {
                let before = self.view.query_name_before(*file, *was_plain, style);
                named.extend(before.map(|before| (*file, before)));
            }
        }
        for renamed in &self.delta.renamed {
            let mut places = renamed.places.iter();
            if let Some((_, before)) = places.find(|(dir, _)| matches!(dir, Dir::Copies(_))) {
                named.insert(renamed.file, before.styled(style).to_owned());
            }
        }
        named
    }

    /// The files of a set.
    fn files(&mut self, asset: AssetId, change: Option<&CopiesDelta>, named: &BTreeMap<FileId, String>) {
        let now = self.view.shown_copies(asset);
        let files = |copies: Option<&Copies>| -> BTreeSet<FileId> {
            copies
                .into_iter()
                .flat_map(|copies| copies.files.iter().copied())
                .collect()
        };
        let (before, after) = match change {
            Some(change) => (files(change.before.as_ref()), files(change.after.as_ref())),
            None if named.is_empty() => return,
            None => (files(now.as_ref()), files(now.as_ref())),
        };
        let (parent, style) = (Node::Copies(asset), self.tree.options().names);
        for file in before.union(&after) {
            let Some(label) = self.view.styled_name_in(Dir::Copies(asset), *file, style) else {
                continue;
            };
            let old = named.get(file).cloned().unwrap_or_else(|| label.clone());
            let node = Node::File(*file);
            match (before.contains(file), after.contains(file)) {
                (true, true) if old != label => self.found.push(Stale::Renamed {
                    from: (parent, old),
                    to: (parent, label),
                    node,
                }),
                (true, false) => self.found.push(Stale::Vanished {
                    parent,
                    name: old,
                    node,
                }),
                (false, true) => self.found.push(Stale::Appeared {
                    parent,
                    name: label,
                    node,
                }),
                (true, true) | (false, false) => {}
            }
        }
    }
}
