//! Names that are other ones: files that were renamed or moved, photos that are
//! shown by another file, and in query directories the other photos of a stem.

use super::{Finder, Stale, is_there};
use crate::inode::Node;
use kphotos_domain::kernel::{AssetId, FileId, ShareId};
use kphotos_domain::view::{Dir, Renamed};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

impl Finder<'_> {
    /// A photo with several files is shown by the lowest one that is present:
    /// it may have another name now in directories that it did not leave.
    pub(super) fn lead(&mut self, file: FileId) {
        let Some(asset) = self.view.file(file).map(|row| row.asset) else {
            return;
        };
        let files = self.view.asset(asset).map_or(&[][..], |row| &row.files);
        if files.len() < 2 {
            return;
        }
        let before = self.led_before(asset);
        let now = self
            .view
            .lead_file(asset)
            .filter(|lead| is_there(self.view, *lead));
        if let (Some(before), Some(now)) = (before, now)
            && before != now
        {
            for dir in self.view.dirs_of(asset) {
                if self.view.is_shown_in(dir, asset) {
                    self.led(dir, asset, before, now);
                }
            }
        }
    }

    /// The file that a photo was shown by before files of it came or went.
    fn led_before(&self, asset: AssetId) -> Option<FileId> {
        let was_there = |file: &&FileId| {
            let folder = self.view.file(**file).map(|row| row.folder);
            let change = folder.and_then(|folder| self.delta.folders.get(&folder));
            change.is_some_and(|c| c.left.contains(**file))
                || is_there(self.view, **file) && !change.is_some_and(|c| c.joined.contains(**file))
        };
        let files = self.view.asset(asset).map_or(&[][..], |row| &row.files);
        files.iter().find(was_there).copied()
    }

    /// Whether a photo is shown by this file, or was before.
    fn is_or_was_lead(&self, asset: AssetId, file: FileId) -> bool {
        self.view.lead_file(asset) == Some(file) || self.led_before(asset) == Some(file)
    }

    fn led(&mut self, dir: Dir, asset: AssetId, before: FileId, now: FileId) {
        let came_or_left = self
            .delta
            .dirs
            .get(&dir)
            .is_some_and(|change| change.joined.contains(asset) || change.left.contains(asset));
        if came_or_left {
            return;
        }
        let (Some(old), Some(new)) = (self.label_before(dir, before), self.tree.label(dir, now)) else {
            return;
        };
        for parent in self.nodes(dir) {
            self.found.push(Stale::Vanished {
                parent,
                name: old.clone(),
                node: Node::File(before),
            });
            self.found.push(Stale::Appeared {
                parent,
                name: new.clone(),
                node: Node::File(now),
            });
        }
    }

    /// What a file was called in a directory before another shot of its stem came or went.
    fn label_before(&self, dir: Dir, file: FileId) -> Option<String> {
        let shot = self.view.file(file)?.shot;
        match self
            .delta
            .restemmed
            .get(&shot)
            .filter(|_| self.view.is_query(dir))
        {
            Some(was_plain) => {
                let style = self.tree.options().names;
                self.view.query_name_before(file, *was_plain, style)
            }
            None => self.tree.label(dir, file),
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
            let style = self.tree.options().names;
            let (from, old) = (Dir::Folder(renamed.from.0), renamed.from.1.styled(style));
            self.place(renamed, from, old, Dir::Folder(folder));
            // The files of a set are told by `copies`.
            let places = renamed.places.iter();
            for (dir, old) in places.filter(|(dir, _)| !matches!(dir, Dir::Copies(_))) {
                self.place(renamed, *dir, old.styled(style), *dir);
            }
        }
    }

    /// A file has another name, in the same directory or from one folder to another:
    /// in its own view, and in each share that shows either.
    fn place(&mut self, renamed: &Renamed, before: Dir, old: &str, after: Dir) {
        let old = &self.tree.aside(before, old.to_owned(), renamed.shot);
        let held = |node: &Node| self.held.has(*node);
        let own = (
            self.own_node(before).filter(held),
            self.own_node(after).filter(held),
        );
        let mut shares: BTreeMap<ShareId, (Option<Node>, Option<Node>)> = BTreeMap::new();
        for (share, node) in self.shared.of(before) {
            shares.entry(share).or_default().0 = Some(node);
        }
        for (share, node) in self.shared.of(after) {
            shares.entry(share).or_default().1 = Some(node);
        }
        let there = match after {
            Dir::Folder(_) => is_there(self.view, renamed.file),
            Dir::Album(_)
            | Dir::Tag(_)
            | Dir::Date(_)
            | Dir::Undated
            | Dir::Favorites(_)
            | Dir::Recent
            | Dir::Person(_)
            | Dir::Share(_)
            | Dir::Collection(_)
            | Dir::AllOf(_)
            | Dir::Copies(_)
            | Dir::Search(_) => {
                self.view.lead_file(renamed.asset) == Some(renamed.file)
                    && self.view.is_shown_in(after, renamed.asset)
            }
        };
        let new = self.tree.label(after, renamed.file).filter(|_| there);
        self.moved(own, old, new.as_deref(), renamed.file);
        if self.is_hidden_file(renamed.file) {
            return;
        }
        for nodes in shares.into_values() {
            self.moved(nodes, old, new.as_deref(), renamed.file);
        }
    }

    /// A name is another one where both directories are held; gone or new where one is.
    pub(super) fn moved(
        &mut self,
        (from, to): (Option<Node>, Option<Node>),
        old: &str,
        new: Option<&str>,
        file: FileId,
    ) {
        let node = Node::File(file);
        let to = to.zip(new).map(|(to, new)| (to, new.to_owned()));
        let from = from.map(|from| (from, old.to_owned()));
        self.found.push(match (from, to) {
            (Some(from), Some(to)) if from == to => return,
            (Some(from), Some(to)) => Stale::Renamed { from, to, node },
            (Some((parent, name)), None) => Stale::Vanished { parent, name, node },
            (None, Some((parent, name))) => Stale::Appeared { parent, name, node },
            (None, None) => return,
        });
    }

    /// Other photos of a stem that is no longer, or now, one shot's: query
    /// directories call them otherwise.
    pub(super) fn restemmed(&mut self) {
        if self.delta.restemmed.is_empty() {
            return;
        }
        let dirs = self.held_dirs();
        let is_told = |dir: Dir| !matches!(dir, Dir::Copies(_));
        let dirs = dirs.filter(|(_, dir)| self.view.is_query(*dir) && is_told(*dir));
        let dirs: Vec<(Node, Dir)> = dirs.collect();
        if dirs.is_empty() {
            return;
        }
        let style = self.tree.options().names;
        let told: FxHashSet<FileId> = self.delta.renamed.iter().map(|renamed| renamed.file).collect();
        for (shot, was_plain) in &self.delta.restemmed {
            let files = self.view.shot(*shot).map_or(&[][..], |row| &row.files);
            for file in files {
                if let Some(row) = self.view.file(*file)
                    && !told.contains(file)
                    && self.is_or_was_lead(row.asset, *file)
                    && let Some(old) = self.view.query_name_before(*file, *was_plain, style)
                {
                    for (node, dir) in &dirs {
                        self.called_otherwise(*node, *dir, row.asset, *file, &old);
                    }
                }
            }
        }
    }

    fn called_otherwise(&mut self, parent: Node, dir: Dir, asset: AssetId, file: FileId, old: &str) {
        let change = self.delta.dirs.get(&dir);
        if change.is_some_and(|change| change.joined.contains(asset)) {
            return; // It was not there before, and is announced as new.
        }
        let left = change.is_some_and(|change| change.left.contains(asset));
        let stays = self.view.is_shown_in(dir, asset);
        if !left && !stays {
            return;
        }
        if !left && self.view.lead_file(asset) != Some(file) {
            return; // It is shown by another file now, which is told as that.
        }
        let Some(shot) = self.view.file(file).map(|row| row.shot) else {
            return;
        };
        let old = self.tree.aside(dir, old.to_owned(), shot);
        let new = self.tree.label(dir, file).filter(|_| stays && !left);
        self.moved((Some(parent), Some(parent)), &old, new.as_deref(), file);
    }
}
