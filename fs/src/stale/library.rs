//! Library folders: files that come and go, folders that appear with the first
//! file below them and vanish with the last, files that were renamed.
//!
//! A folder is shown if a file that is present lies in it or in a folder below.
//! What was shown before the entry is worked out backwards from the delta.

use super::{Finder, Members, Stale, Who, is_there, node_of};
use crate::inode::Node;
use kphotos_domain::kernel::{AssetId, FileId, FolderId};
use kphotos_domain::view::{Delta, Dir, Renamed, View};
use rustc_hash::{FxHashMap, FxHashSet};

impl Finder<'_> {
    pub(super) fn library(&mut self) {
        for (folder, change) in &self.delta.folders {
            let dir = Dir::Folder(*folder);
            if self.held.has(node_of(dir)) {
                self.members(dir, false, Who::Files(change.left.iter().collect()));
                self.members(dir, true, Who::Files(change.joined.iter().collect()));
            }
            for file in change.left.iter().chain(change.joined.iter()) {
                self.lead(file);
            }
        }
        self.folders();
    }

    fn folders(&mut self) {
        let moved = self.delta.renamed.iter().flat_map(|renamed| {
            let to = self.view.file(renamed.file).map(|row| row.folder);
            to.into_iter().chain([renamed.from.0])
        });
        let changed: Vec<FolderId> = self.delta.folders.keys().copied().chain(moved).collect();
        let mut past = Past::new(self.view, self.delta);
        let mut seen = FxHashSet::default();
        for start in changed {
            let mut at = Some(start);
            while let Some(folder) = at
                && seen.insert(folder)
            {
                let parent = self.view.folder(folder).and_then(|row| row.parent);
                let (now, before) = (
                    past.is_shown(folder, When::Now),
                    past.is_shown(folder, When::Before),
                );
                // A library's root is always there.
                if let Some(above) = parent
                    && now != before
                    && let Some(name) = self.tree.dir_name(Node::Folder(folder))
                {
                    self.directory(now, Node::Folder(above), name, Node::Folder(folder));
                }
                at = parent;
            }
        }
    }

    /// A photo with several files is shown by the lowest one that is present:
    /// it may have another name now in directories that it did not leave.
    fn lead(&mut self, file: FileId) {
        let Some(asset) = self.view.file(file).map(|row| row.asset) else {
            return;
        };
        let files = self.view.asset(asset).map_or(&[][..], |row| &row.files);
        if files.len() < 2 {
            return;
        }
        let was_there = |file: &&FileId| {
            let folder = self.view.file(**file).map(|row| row.folder);
            let change = folder.and_then(|folder| self.delta.folders.get(&folder));
            change.is_some_and(|c| c.left.contains(**file))
                || is_there(self.view, **file) && !change.is_some_and(|c| c.joined.contains(**file))
        };
        let before = files.iter().find(was_there).copied();
        let now = self
            .view
            .lead_file(asset)
            .filter(|lead| is_there(self.view, *lead));
        if let (Some(before), Some(now)) = (before, now)
            && before != now
            && self.view.is_shown(asset)
        {
            for dir in self.view.dirs_of(asset) {
                self.led(dir, asset, before, now);
            }
        }
    }

    fn led(&mut self, dir: Dir, asset: AssetId, before: FileId, now: FileId) {
        let parent = node_of(dir);
        let came_or_left = self
            .delta
            .dirs
            .get(&dir)
            .is_some_and(|change| change.joined.contains(asset) || change.left.contains(asset));
        if came_or_left || !self.held.has(parent) {
            return;
        }
        for (came, file) in [(false, before), (true, now)] {
            let who = Who::Files(vec![file]);
            let mut one = Members {
                parent,
                dir,
                came,
                who,
            };
            self.found.extend(one.take(&self.tree, 1));
        }
    }

    pub(super) fn renamed(&mut self) {
        for renamed in &self.delta.renamed {
            let Some(folder) = self.view.file(renamed.file).map(|row| row.folder) else {
                continue;
            };
            let returned = self.delta.folders.get(&folder);
            if returned.is_some_and(|change| change.joined.contains(renamed.file)) {
                continue; // It was not there before, and is announced as new.
            }
            let (from, old) = &renamed.from;
            let style = self.tree.options().names;
            self.place(
                renamed,
                Dir::Folder(*from),
                old.styled(style),
                Dir::Folder(folder),
            );
            for (dir, old) in &renamed.places {
                self.place(renamed, *dir, old.styled(style), *dir);
            }
        }
    }

    fn place(&mut self, renamed: &Renamed, before: Dir, old: &str, after: Dir) {
        let (from, to, node) = (node_of(before), node_of(after), Node::File(renamed.file));
        let there = match after {
            Dir::Folder(_) => is_there(self.view, renamed.file),
            Dir::Album(_) | Dir::Tag(_) | Dir::Date(_) | Dir::Undated => {
                self.view.is_shown(renamed.asset)
                    && self.view.lead_file(renamed.asset) == Some(renamed.file)
                    && self.view.is_in(after, renamed.asset)
            }
        };
        let new = self.tree.label(after, renamed.file).filter(|_| there);
        let new = new.filter(|_| self.held.has(to));
        let old = Some(old.to_owned()).filter(|_| self.held.has(from));
        match (old, new) {
            (Some(old), Some(new)) if from == to && old == new => {}
            (Some(old), Some(new)) => self.found.push(Stale::Renamed {
                from: (from, old),
                to: (to, new),
                node,
            }),
            (Some(name), None) => self.found.push(Stale::Vanished {
                parent: from,
                name,
                node,
            }),
            (None, Some(name)) => self.found.push(Stale::Appeared {
                parent: to,
                name,
                node,
            }),
            (None, None) => {}
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum When {
    Before,
    Now,
}

/// Which folders are shown, and were before the entry.
struct Past<'a> {
    view: &'a View,
    delta: &'a Delta,
    moved_out: FxHashSet<FolderId>,
    moved_in: FxHashSet<FileId>,
    known: FxHashMap<(FolderId, When), bool>,
}

impl<'a> Past<'a> {
    fn new(view: &'a View, delta: &'a Delta) -> Self {
        let mut past = Self {
            view,
            delta,
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
                if !returned && (left || is_there(view, renamed.file)) {
                    past.moved_out.insert(renamed.from.0);
                }
            }
        }
        past
    }

    fn is_shown(&mut self, folder: FolderId, when: When) -> bool {
        if let Some(known) = self.known.get(&(folder, when)) {
            return *known;
        }
        let view = self.view;
        let children = view.folder(folder).map_or(&[][..], |row| &row.children);
        let shown = self.has_files(folder, when) || children.iter().any(|child| self.is_shown(*child, when));
        self.known.insert((folder, when), shown);
        shown
    }

    fn has_files(&self, folder: FolderId, when: When) -> bool {
        let mut files = self.view.folder_files(folder);
        if when == When::Now {
            return files.next().is_some();
        }
        let change = self.delta.folders.get(&folder);
        let stayed = |left: &FileId| !self.moved_in.contains(left);
        self.moved_out.contains(&folder)
            || change.is_some_and(|change| change.left.iter().any(|file| stayed(&file)))
            || files.any(|file| stayed(&file) && !change.is_some_and(|change| change.joined.contains(file)))
    }
}
