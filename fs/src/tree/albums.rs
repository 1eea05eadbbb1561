//! `albums/`: albums in albums, and their photos.
//!
//! An album's folder is called after the album, in the style of the mount; the domain sees
//! to it that no two siblings are called alike.

use super::{Entry, Tree, photos};
use crate::inode::Node;
use kphotos_domain::kernel::AlbumId;
use kphotos_domain::view::{Dir, sibling_key};
use rustc_hash::FxHashSet;

/// The name of an album's folder; `None` if there is no such album in this world.
pub(super) fn name(tree: &Tree<'_>, album: AlbumId) -> Option<String> {
    let row = tree.view.album(album).filter(|row| row.owner == tree.owner)?;
    Some(tree.options.names.of_text(&row.name))
}

/// Whether an album has a child album of this name.
pub(super) fn has_child(tree: &Tree<'_>, album: AlbumId, wanted: &str) -> bool {
    tree.view.album_child(tree.owner, Some(album), wanted).is_some()
}

/// The albums in an album (or in `albums/`), then its photos.
pub(super) fn list(tree: &Tree<'_>, parent: Option<AlbumId>) -> Vec<Entry> {
    let children = tree.view.album_children(tree.owner, parent);
    let mut entries: Vec<Entry> = children
        .filter_map(|child| Some(Entry::new(name(tree, child)?, Node::Album(child))))
        .collect();
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(album) = parent {
        let taken: FxHashSet<String> = entries.iter().map(|child| sibling_key(&child.name)).collect();
        let is_taken = |shown: &str| !taken.is_empty() && taken.contains(&sibling_key(shown));
        photos::list(tree, Dir::Album(album), &is_taken, &mut entries);
    }
    entries
}

/// The album or photo of this name in an album (or in `albums/`).
pub(super) fn lookup(tree: &Tree<'_>, parent: Option<AlbumId>, wanted: &str) -> Option<Node> {
    if let Some(child) = tree.view.album_child(tree.owner, parent, wanted)
        && name(tree, child).as_deref() == Some(wanted)
    {
        return Some(Node::Album(child));
    }
    let album = parent.filter(|album| name(tree, *album).is_some())?;
    let is_taken = |shown: &str| has_child(tree, album, shown);
    photos::find(tree, Dir::Album(album), wanted, &is_taken).map(Node::File)
}
