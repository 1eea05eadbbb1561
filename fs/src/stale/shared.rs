//! Which nodes stand for a directory of photos: its own, and those of shares.
//!
//! Only nodes that the kernel holds are of interest, and few of them are of
//! shares: they are looked through once an entry.

use super::{Finder, Held};
use crate::inode::{Node, Top};
use crate::tree::Tree;
use kphotos_domain::kernel::{AssetSet, FileId, Owner, ShareId};
use kphotos_domain::view::Dir;
use std::collections::BTreeMap;

/// The held directories of shares, by what they show.
pub(super) struct Shared {
    nodes: BTreeMap<Dir, Vec<(ShareId, Node)>>,
}

impl Shared {
    pub(super) fn held(tree: &Tree<'_>, held: &dyn Held) -> Self {
        let mut nodes: BTreeMap<Dir, Vec<(ShareId, Node)>> = BTreeMap::new();
        for node in held.dirs() {
            if let Node::Share(share) | Node::Shared(share, _) = node
                && let Some(dir) = tree.stored(node)
            {
                nodes.entry(dir).or_default().push((share, node));
            }
        }
        Self { nodes }
    }

    /// Those that show this.
    pub(super) fn of(&self, dir: Dir) -> Vec<(ShareId, Node)> {
        self.nodes.get(&dir).cloned().unwrap_or_default()
    }

    /// What is shown by any.
    pub(super) fn dirs(&self) -> impl Iterator<Item = Dir> + use<> {
        let dirs: Vec<Dir> = self.nodes.keys().copied().collect();
        dirs.into_iter()
    }

    /// Whether any shows a folder of a library.
    pub(super) fn has_folders(&self) -> bool {
        self.nodes.keys().any(|dir| matches!(dir, Dir::Folder(_)))
    }
}

impl Finder<'_> {
    /// The node of a directory in its own view; that of a share is a share's.
    pub(super) fn own_node(&self, dir: Dir) -> Option<Node> {
        Some(match dir {
            Dir::Album(album) => Node::Album(album),
            Dir::Tag(tag) => Node::Tag(tag),
            Dir::Undated => Node::Top(Top::Undated),
            Dir::Folder(folder) => Node::Folder(folder),
            Dir::Date(key) if key.day() > 0 => Node::Day(key),
            Dir::Date(key) if key.month() > 0 => Node::Month(key),
            Dir::Date(key) => Node::Year(key),
            Dir::Favorites(user) if self.owner == Owner::User(user) => Node::Top(Top::Favorites),
            Dir::Recent => Node::Top(Top::Recent),
            Dir::Person(person) => Node::Person(person),
            Dir::Collection(collection) => Node::Collection(collection),
            Dir::Search(search) => Node::Search(search),
            Dir::AllOf(tag) => Node::AllOf(tag),
            Dir::Copies(asset) => Node::Copies(asset),
            Dir::Favorites(_) | Dir::Share(_) => return None,
        })
    }

    /// The held nodes that show a directory.
    pub(super) fn nodes(&self, dir: Dir) -> Vec<Node> {
        let own = self.own_node(dir).filter(|node| self.held.has(*node));
        let shared = self.shared.of(dir).into_iter().map(|(_, node)| node);
        own.into_iter().chain(shared).collect()
    }

    /// The held directories that show photos, each with what it shows; not those that
    /// are found when somebody looks, and nobody did.
    pub(super) fn held_dirs(&self) -> impl Iterator<Item = (Node, Dir)> {
        let dirs = self.held.dirs().into_iter();
        let dirs = dirs.filter_map(|node| Some((node, self.tree.stored(node)?)));
        dirs.filter(|(_, dir)| !dir.is_watched() || self.view.watched_set(*dir).is_some())
    }

    /// Whether the photo of a file was hidden before the entry.
    pub(super) fn was_hidden(&self, file: FileId) -> bool {
        was_hidden(self.view, self.delta, file)
    }

    /// Whether a share of folders shows a file, as far as hiding goes.
    pub(super) fn is_hidden_file(&self, file: FileId) -> bool {
        let asset = self.view.file(file).map(|row| row.asset);
        asset.is_some_and(|asset| self.view.hidden().contains(asset))
    }

    /// Photos that query directories call otherwise than before.
    pub(super) fn named_anew(&self) -> AssetSet {
        let mut assets: AssetSet = self.delta.renamed.iter().map(|renamed| renamed.asset).collect();
        for shot in self.delta.restemmed.keys() {
            let files = self.view.shot(*shot).map_or(&[][..], |row| &row.files);
            assets.extend(
                files
                    .iter()
                    .filter_map(|file| self.view.file(*file))
                    .map(|row| row.asset),
            );
        }
        assets
    }
}

/// Whether the photo of a file was hidden before an entry that gave this delta.
pub(super) fn was_hidden(
    view: &kphotos_domain::view::View,
    delta: &kphotos_domain::view::Delta,
    file: FileId,
) -> bool {
    let is_hidden = || {
        let asset = view.file(file).map(|row| row.asset);
        asset.is_some_and(|asset| view.hidden().contains(asset))
    };
    delta.unhid.contains(file) || (!delta.hid.contains(file) && is_hidden())
}
