//! Library folders: files that come and go, folders that appear with the first
//! file below them and vanish with the last.
//!
//! A folder is shown if a file that is present lies in it or in a folder below;
//! in a share, if that file's photo is not hidden besides. What was shown before
//! the entry is worked out backwards from the delta.

use super::folders::Moves;
use super::left_out::was_away;
use super::shared::was_hidden;
use super::{Finder, Who, is_there};
use crate::inode::{Node, Part};
use crate::tree::Tree;
use kphotos_domain::kernel::{FileId, FolderId};
use kphotos_domain::storage::MountOffline;
use kphotos_domain::view::{Delta, Dir, View};
use rustc_hash::{FxHashMap, FxHashSet};

impl Finder<'_> {
    pub(super) fn library(&mut self) {
        for (folder, change) in &self.delta.folders {
            let (node, dir) = (Node::Folder(*folder), Dir::Folder(*folder));
            if self.held.has(node) {
                self.members(node, dir, false, Who::Files(change.left.iter().collect()));
                self.members(node, dir, true, Who::Files(change.joined.iter().collect()));
            }
            for file in change.left.iter().chain(change.joined.iter()) {
                self.lead(file);
            }
        }
        let moved = self.delta.renamed.iter().flat_map(|renamed| {
            let to = self.view.file(renamed.file).map(|row| row.folder);
            to.into_iter().chain([renamed.from.0])
        });
        let mut changed: Vec<FolderId> = self.delta.folders.keys().copied().chain(moved).collect();
        changed.extend(self.moves.parents());
        changed.extend(self.flipped_folders());
        self.gave_way();
        self.folders(&changed, false);
        if self.shared.has_folders() {
            let flipped = self.flipped();
            changed.extend(flipped.keys());
            self.shared_files(&flipped);
            self.folders(&changed, true);
        }
    }

    /// Folders that are in sight, where files went away with their libraries or are back.
    fn flipped_folders(&self) -> Vec<FolderId> {
        if self.flipped_files().is_empty() {
            return Vec::new();
        }
        let dirs = self.held.dirs().into_iter();
        let held = dirs.filter_map(|node| {
            let Dir::Folder(folder) = self.tree.stored(node)? else {
                return None;
            };
            self.view.folder(folder)
        });
        held.flat_map(|row| row.children.iter().copied()).collect()
    }

    /// The files of photos that were hidden, or are no longer, by folder.
    fn flipped(&self) -> FxHashMap<FolderId, Vec<FileId>> {
        let mut flipped: FxHashMap<FolderId, Vec<FileId>> = FxHashMap::default();
        for file in (&self.delta.hid | &self.delta.unhid).iter() {
            if let Some(row) = self.view.file(file) {
                flipped.entry(row.folder).or_default().push(file);
            }
        }
        flipped
    }

    /// Files that come into and leave folders in shares: hidden ones are not there.
    fn shared_files(&mut self, flipped: &FxHashMap<FolderId, Vec<FileId>>) {
        for dir in self.shared.dirs() {
            let Dir::Folder(folder) = dir else { continue };
            let change = self.delta.folders.get(&folder);
            let mut files = flipped.get(&folder).cloned().unwrap_or_default();
            if let Some(change) = change {
                files.extend(change.joined.iter().chain(change.left.iter()));
            }
            files.sort_unstable();
            files.dedup();
            let (mut came, mut left) = (Vec::new(), Vec::new());
            for file in files {
                let Some(row) = self.view.file(file) else { continue };
                let joined = change.is_some_and(|change| change.joined.contains(file));
                let gone = change.is_some_and(|change| change.left.contains(file));
                let now = row.is_present() && !self.view.hidden().contains(row.asset);
                let was_there = gone || (row.is_present() && !joined);
                let before = was_there && !self.was_hidden(file);
                match (before, now) {
                    (false, true) => came.push(file),
                    (true, false) => left.push(file),
                    (false, false) | (true, true) => {}
                }
            }
            for (_, node) in self.shared.of(dir) {
                self.members(node, dir, false, Who::Files(left.clone()));
                self.members(node, dir, true, Who::Files(came.clone()));
            }
        }
    }

    /// Folders that appear or vanish, in `library/` or (`shared`) in shares.
    fn folders(&mut self, changed: &[FolderId], shared: bool) {
        let moves = std::mem::take(&mut self.moves);
        let mut past = Past::new(&self.tree, self.delta, &moves, shared);
        self.moved_folders(&moves, &mut past, shared);
        let mut seen = FxHashSet::default();
        for start in changed {
            let mut at = Some(*start);
            while let Some(folder) = at
                && seen.insert(folder)
            {
                let parent = self.view.folder(folder).and_then(|row| row.parent);
                let (now, before) = (
                    past.is_shown(folder, When::Now),
                    past.is_shown(folder, When::Before),
                );
                // A library's root is always there; where folders moved, all are told by that.
                if let Some(above) = parent
                    && now != before
                    && !moves.concern(above)
                    && let Some(name) = self.tree.dir_name(Node::Folder(folder))
                {
                    if shared {
                        for (share, parent) in self.shared.of(Dir::Folder(above)) {
                            let node = Node::Shared(share, Part::Folder(folder));
                            self.directory(now, parent, name.clone(), node);
                        }
                    } else {
                        self.directory(now, Node::Folder(above), name, Node::Folder(folder));
                    }
                }
                at = parent;
            }
        }
        self.moves = moves;
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum When {
    Before,
    Now,
}

/// Which folders are shown, and were before the entry.
pub(super) struct Past<'a> {
    view: &'a View,
    delta: &'a Delta,
    moves: &'a Moves,
    /// Whether hidden photos do not count.
    hides: bool,
    /// Whether photos that are away do not count.
    hides_away: bool,
    moved_out: FxHashSet<FolderId>,
    moved_in: FxHashSet<FileId>,
    known: FxHashMap<(FolderId, When), bool>,
}

impl<'a> Past<'a> {
    fn new(tree: &Tree<'a>, delta: &'a Delta, moves: &'a Moves, hides: bool) -> Self {
        let view = tree.view();
        let mut past = Self {
            view,
            delta,
            moves,
            hides,
            hides_away: tree.options().offline == MountOffline::Hide,
            moved_out: FxHashSet::default(),
            moved_in: FxHashSet::default(),
            known: FxHashMap::default(),
        };
        for renamed in &delta.renamed {
            let Some(folder) = view.file(renamed.file).map(|row| row.folder) else {
                continue;
            };
            let change = delta.folders.get(&folder);
            let returned = change.is_some_and(|change| change.joined.contains(renamed.file));
            let left = change.is_some_and(|change| change.left.contains(renamed.file));
            if renamed.from.0 != folder {
                past.moved_in.insert(renamed.file);
                let counted = past.counts(renamed.file, When::Before);
                if counted && !returned && (left || is_there(view, renamed.file)) {
                    past.moved_out.insert(renamed.from.0);
                }
            }
        }
        past
    }

    pub(super) fn is_shown(&mut self, folder: FolderId, when: When) -> bool {
        if let Some(known) = self.known.get(&(folder, when)) {
            return *known;
        }
        let shown = self.has_files(folder, when)
            || match when {
                When::Now => {
                    let children = self.view.folder(folder).map_or(&[][..], |row| &row.children);
                    children.iter().any(|child| self.is_shown(*child, when))
                }
                When::Before => {
                    let children = self.moves.children_before(self.view, folder);
                    children.into_iter().any(|(child, _)| self.is_shown(child, when))
                }
            };
        self.known.insert((folder, when), shown);
        shown
    }

    fn counts(&self, file: FileId, when: When) -> bool {
        let Some(asset) = self.view.file(file).map(|row| row.asset) else {
            return false;
        };
        let is_hidden = || match when {
            When::Now => self.view.hidden().contains(asset),
            When::Before => was_hidden(self.view, self.delta, file),
        };
        let is_away = || match when {
            When::Now => self.view.away().contains(file),
            When::Before => was_away(self.view, self.delta, file),
        };
        !(self.hides && is_hidden() || self.hides_away && is_away())
    }

    fn has_files(&self, folder: FolderId, when: When) -> bool {
        let mut files = self
            .view
            .folder_files(folder)
            .filter(|file| self.counts(*file, when));
        if when == When::Now {
            return files.next().is_some();
        }
        let change = self.delta.folders.get(&folder);
        let stayed = |left: &FileId| !self.moved_in.contains(left);
        let was_here = |left: FileId| stayed(&left) && self.counts(left, when);
        self.moved_out.contains(&folder)
            || change.is_some_and(|change| change.left.iter().any(was_here))
            || files.any(|file| stayed(&file) && !change.is_some_and(|change| change.joined.contains(file)))
    }
}
