//! Mounts that leave photos out: of a stack all but the cover, or what is away with its
//! library. What was worked out for all photos is left out for those, and who came out
//! of that, or went into it, appears or vanishes.
//!
//! A photo behind a cover is left out of most directories; one that is away of all, and
//! folders that showed nothing else go with it: `dates`, `library` and `copies` ask here
//! who was away before the entry.

use super::{Finder, Stale, Who};
use crate::inode::Node;
use kphotos_domain::kernel::{AssetId, AssetSet, FileId, FileSet};
use kphotos_domain::storage::{MountOffline, MountStacks};
use kphotos_domain::view::{Copies, Delta, Dir, View};

/// Whether a file was away with its library before an entry that gave this delta.
pub(super) fn was_away(view: &View, delta: &Delta, file: FileId) -> bool {
    delta.back.contains(file) || (view.away().contains(file) && !delta.away.contains(file))
}

impl Finder<'_> {
    pub(super) fn left_out(&mut self) {
        let shows_covers = self.tree.options().stacks == MountStacks::Cover;
        if !shows_covers && !self.hides_or_hid() {
            return;
        }
        let found = std::mem::take(&mut self.found);
        self.found = found.into_iter().filter_map(|one| self.of_shown(one)).collect();
        let mut flipped = self.flipped_photos();
        flipped |= &self.delta.covered;
        flipped |= &self.delta.uncovered;
        if flipped.is_empty() {
            return;
        }
        for node in self.held.dirs() {
            if let Some(dir) = self.tree.stored(node) {
                self.flipped_in(node, dir, &flipped);
            }
        }
    }

    /// Whether anything is left out because it is away, or was before the entry.
    pub(super) fn hides_or_hid(&self) -> bool {
        self.tree.hides_any() || (self.hides() && !self.delta.back.is_empty())
    }

    fn hides(&self) -> bool {
        self.tree.options().offline == MountOffline::Hide
    }

    /// Whether a file was left out before the entry because it was away.
    pub(super) fn was_away(&self, file: FileId) -> bool {
        self.hides() && was_away(self.view, self.delta, file)
    }

    /// The same of a photo, by the file that it was shown by.
    pub(super) fn was_photo_away(&self, asset: AssetId) -> bool {
        let recast = self.delta.recast.iter().find(|recast| recast.asset == asset);
        let lead = recast
            .map(|recast| recast.file)
            .or_else(|| self.view.lead_file(asset));
        if let Some(lead) = lead {
            return self.was_away(lead);
        }
        let files = self.view.asset(asset).map_or(&[][..], |row| &row.files);
        files.iter().any(|file| self.was_away(*file))
    }

    /// The files that went away with their libraries, or are back, where that is asked for.
    pub(super) fn flipped_files(&self) -> FileSet {
        if self.hides() {
            &self.delta.away | &self.delta.back
        } else {
            FileSet::new()
        }
    }

    /// Their photos.
    pub(super) fn flipped_photos(&self) -> AssetSet {
        let files = self.flipped_files();
        let rows = files.iter().filter_map(|file| self.view.file(file));
        rows.map(|row| row.asset).collect()
    }

    /// A set of equal files as it was before the entry, unless it was away.
    pub(super) fn copies_before<'a>(&self, copies: Option<&'a Copies>) -> Option<&'a Copies> {
        copies.filter(|copies| !copies.files.iter().any(|file| self.was_away(*file)))
    }

    /// The same as it is now.
    pub(super) fn copies_now<'a>(&self, copies: Option<&'a Copies>) -> Option<&'a Copies> {
        copies.filter(|copies| !copies.files.iter().any(|file| self.tree.is_away(*file)))
    }

    /// Whether a photo was left out of a directory before the entry, and whether it is now.
    pub(super) fn left_out_of(&self, dir: Node, node: Node) -> (bool, bool) {
        let Some(file) = node.file() else {
            return (false, false);
        };
        let (was_away, is_away) = (self.was_away(file), self.tree.is_away(file));
        if !self.tree.shows_covers_alone(dir) {
            return (was_away, is_away);
        }
        let (was_behind, is_behind) = self.behind(file);
        (was_away || was_behind, is_away || is_behind)
    }

    /// Whether a photo was behind a cover before the entry, and whether it is now.
    fn behind(&self, file: FileId) -> (bool, bool) {
        let Some(row) = self.view.file(file) else {
            return (false, false);
        };
        let (delta, covered) = (self.delta, self.view.covered());
        // The file may have been shown by another photo, which became one with its own.
        let recast = delta.recast.iter().find(|recast| recast.file == file);
        let before = recast.map_or(row.asset, |recast| recast.asset);
        let stayed = covered.contains(before) && !delta.covered.contains(before);
        let was = delta.uncovered.contains(before) || stayed;
        (was, covered.contains(row.asset))
    }

    /// What of this is so where photos are left out.
    fn of_shown(&self, one: Stale) -> Option<Stale> {
        Some(match one {
            Stale::Appeared { parent, node, .. } if self.left_out_of(parent, node).1 => return None,
            Stale::Vanished { parent, node, .. } if self.left_out_of(parent, node).0 => return None,
            Stale::Renamed { from, to, node } => {
                let (was, _) = self.left_out_of(from.0, node);
                let (_, is) = self.left_out_of(to.0, node);
                match (was, is) {
                    (false, false) => Stale::Renamed { from, to, node },
                    (false, true) => Stale::Vanished {
                        parent: from.0,
                        name: from.1,
                        node,
                    },
                    (true, false) => Stale::Appeared {
                        parent: to.0,
                        name: to.1,
                        node,
                    },
                    (true, true) => return None,
                }
            }
            Stale::Attributes { node, mut places } => {
                self.keep_shown(node, &mut places);
                Stale::Attributes { node, places }
            }
            Stale::Content { node, mut places } => {
                self.keep_shown(node, &mut places);
                Stale::Content { node, places }
            }
            other @ (Stale::Appeared { .. }
            | Stale::Vanished { .. }
            | Stale::Members(_)
            | Stale::Forgotten { .. }
            | Stale::Touched(_)) => other,
        })
    }

    fn keep_shown(&self, node: Node, places: &mut Vec<(Node, String)>) {
        places.retain(|(dir, _)| self.left_out_of(*dir, node) == (false, false));
    }

    /// Those in a directory that are left out now or were before, and were in it already.
    fn flipped_in(&mut self, parent: Node, dir: Dir, flipped: &AssetSet) {
        let (mut gone, mut came) = (Vec::new(), Vec::new());
        for file in self.stayed_in(parent, dir, flipped) {
            match self.left_out_of(parent, Node::File(file)) {
                (false, true) => gone.push(file),
                (true, false) => came.push(file),
                (false, false) | (true, true) => {}
            }
        }
        self.members(parent, dir, false, Who::Files(gone));
        self.members(parent, dir, true, Who::Files(came));
    }

    /// The files by which a directory has photos of these, and had them before.
    fn stayed_in(&self, parent: Node, dir: Dir, flipped: &AssetSet) -> Vec<FileId> {
        if let Dir::Folder(folder) = dir {
            let joined = self.delta.folders.get(&folder).map(|change| &change.joined);
            let files = self.flipped_files();
            let stayed = |file: &FileId| {
                files.contains(*file)
                    && !joined.is_some_and(|joined| joined.contains(*file))
                    && !(parent.is_shared() && self.is_hidden_file(*file))
            };
            return self.view.folder_files(folder).filter(stayed).collect();
        }
        if let Dir::Copies(asset) = dir {
            let copies = self.view.shown_copies(asset).filter(|_| flipped.contains(asset));
            return copies.map(|copies| copies.files.to_vec()).unwrap_or_default();
        }
        let mut stayed = &self.view.members(dir) & flipped;
        if let Some(change) = self.delta.dirs.get(&dir) {
            stayed -= &change.joined;
        }
        stayed
            .iter()
            .filter_map(|asset| self.view.lead_file(asset))
            .collect()
    }
}
