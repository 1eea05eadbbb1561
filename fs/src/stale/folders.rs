//! Library folders that were renamed or moved.
//!
//! A folder may take a name with it that another one had to give way to, and so may a
//! photo: in every folder that one left, came to, or is called otherwise in, the names of
//! all in it before the entry are made once more, and what differs is told.

use super::library::{Past, When};
use super::{Finder, Stale};
use crate::inode::{Node, Part};
use crate::tree::{folders_called, give_way_to};
use kphotos_domain::event::{Event, FolderPlace};
use kphotos_domain::kernel::name::NameStyle;
use kphotos_domain::kernel::{FolderId, ShareId};
use kphotos_domain::view::{Dir, View, sibling_key};
use rustc_hash::FxHashSet;
use std::collections::{BTreeMap, BTreeSet};

/// The folders that an entry moved, each with its place before, and those it brought.
#[derive(Default)]
pub(super) struct Moves {
    before: BTreeMap<FolderId, FolderPlace>,
    parents: BTreeSet<FolderId>,
    new: BTreeSet<FolderId>,
}

impl Moves {
    pub(super) fn of(events: &[Event]) -> Self {
        let mut moves = Self::default();
        for event in events {
            if let Event::FolderMoved {
                folder,
                before,
                after,
            } = event
            {
                moves.parents.extend([before.parent, after.parent]);
                moves.before.entry(*folder).or_insert_with(|| before.clone());
            }
            if let Event::FoldersSeen { folders } = event {
                moves.new.extend(folders.iter().map(|seen| seen.id));
            }
        }
        moves
    }

    /// The folders in which others came, went, or are called otherwise.
    pub(super) fn parents(&self) -> impl Iterator<Item = FolderId> {
        self.parents.iter().copied()
    }

    /// Whether a folder is one of these.
    pub(super) fn concern(&self, parent: FolderId) -> bool {
        self.parents.contains(&parent)
    }

    /// The folders that were in one, ascending, with their names on the disk then.
    pub(super) fn children_before<'a>(
        &'a self,
        view: &'a View,
        parent: FolderId,
    ) -> BTreeMap<FolderId, &'a [u8]> {
        let now = view.folder(parent).map_or(&[][..], |row| &row.children);
        let stayed = now
            .iter()
            .filter(|child| !self.before.contains_key(child) && !self.new.contains(child));
        let stayed = stayed.filter_map(|child| Some((*child, &*view.folder(*child)?.name)));
        let were = self.before.iter().filter(|(_, before)| before.parent == parent);
        stayed
            .chain(were.map(|(folder, before)| (*folder, &*before.name)))
            .collect()
    }
}

/// In which folder another one is shown, and what it is called there.
type Place = Option<(FolderId, String)>;

impl Finder<'_> {
    /// Folders that moved, and those that are called otherwise by that, in `library/` or
    /// (`shared`) in shares.
    pub(super) fn moved_folders(&mut self, moves: &Moves, past: &mut Past<'_>, shared: bool) {
        let style = self.tree.options().names;
        let mut places: BTreeMap<FolderId, (Place, Place)> = BTreeMap::new();
        for parent in moves.parents() {
            let before = moves.children_before(self.view, parent);
            for (folder, name) in folders_called(style, before.into_iter()) {
                if past.is_shown(folder, When::Before) {
                    places.entry(folder).or_default().0 = Some((parent, name));
                }
            }
            let now = self.view.folder(parent).map_or(&[][..], |row| &row.children);
            let now = now
                .iter()
                .filter_map(|child| Some((*child, &*self.view.folder(*child)?.name)));
            for (folder, name) in folders_called(style, now) {
                if past.is_shown(folder, When::Now) {
                    places.entry(folder).or_default().1 = Some((parent, name));
                }
            }
        }
        for (folder, (from, to)) in places {
            if from == to {
                continue;
            }
            if shared {
                self.moved_in_shares(folder, from.as_ref(), to.as_ref());
            } else {
                let own = |place: Place| place.map(|(parent, name)| (Node::Folder(parent), name));
                self.moved_folder(own(from), own(to), Node::Folder(folder));
            }
        }
    }

    fn moved_in_shares(
        &mut self,
        folder: FolderId,
        from: Option<&(FolderId, String)>,
        to: Option<&(FolderId, String)>,
    ) {
        type Places = (Option<(Node, String)>, Option<(Node, String)>);
        let mut shares: BTreeMap<ShareId, Places> = BTreeMap::new();
        let nodes = |parent: FolderId| self.shared.of(Dir::Folder(parent));
        if let Some((parent, name)) = from {
            for (share, node) in nodes(*parent) {
                shares.entry(share).or_default().0 = Some((node, name.clone()));
            }
        }
        if let Some((parent, name)) = to {
            for (share, node) in nodes(*parent) {
                shares.entry(share).or_default().1 = Some((node, name.clone()));
            }
        }
        for (share, (from, to)) in shares {
            self.moved_folder(from, to, Node::Shared(share, Part::Folder(folder)));
        }
    }

    /// A folder is elsewhere in one view, as far as it is held.
    fn moved_folder(&mut self, from: Option<(Node, String)>, to: Option<(Node, String)>, node: Node) {
        let from = from.filter(|(parent, _)| self.held.has(*parent));
        let to = to.filter(|(parent, _)| self.held.has(*parent));
        self.found.push(match (from, to) {
            (Some(from), Some(to)) => Stale::Renamed { from, to, node },
            (Some((parent, name)), None) => Stale::Vanished { parent, name, node },
            (None, Some((parent, name))) => Stale::Appeared { parent, name, node },
            (None, None) => return,
        });
    }

    /// Photos that give way to a folder that came to theirs, or no longer.
    pub(super) fn gave_way(&mut self) {
        let style = self.tree.options().names;
        if style != NameStyle::Portable {
            return;
        }
        let parents: Vec<FolderId> = self.moves.parents().collect();
        for parent in parents {
            let nodes = self.nodes(Dir::Folder(parent));
            if nodes.is_empty() {
                continue;
            }
            let keys = |called: Vec<(FolderId, String)>| -> FxHashSet<String> {
                called.iter().map(|(_, name)| sibling_key(name)).collect()
            };
            let before = self.moves.children_before(self.view, parent);
            let before = keys(folders_called(style, before.into_iter()));
            let now = self.view.folder(parent).map_or(&[][..], |row| &row.children);
            let now = now
                .iter()
                .filter_map(|child| Some((*child, &*self.view.folder(*child)?.name)));
            let now = keys(folders_called(style, now));
            let mut renamed = Vec::new();
            for file in self.view.folder_files(parent) {
                let plain = self.view.styled_name_in(Dir::Folder(parent), file, style);
                let (Some(plain), Some(row)) = (plain, self.view.file(file)) else {
                    continue;
                };
                let called = |taken: &FxHashSet<String>| {
                    give_way_to(plain.clone(), row.shot, &|name| {
                        taken.contains(&sibling_key(name))
                    })
                };
                let (old, new) = (called(&before), called(&now));
                if old != new {
                    renamed.push((file, old, new));
                }
            }
            for (file, old, new) in renamed {
                for node in &nodes {
                    if !node.is_shared() || !self.is_hidden_file(file) {
                        self.moved((Some(*node), Some(*node)), &old, Some(&new), file);
                    }
                }
            }
        }
    }
}
