//! `shares/`: what the viewer shares, each as its folder.
//!
//! A share of an album or a tag shows what `albums/…` or `tags/…` shows, under the
//! same names; one of a library or a folder the folders as they lie. But these
//! directories are other ones with other numbers, because the kernel has one
//! place for a directory. Files are the same files. Hidden photos are not shown,
//! whatever the scope; a folder with nothing to show is not there. A share of a
//! query, of a collection, of a person or of single photos is one flat query directory.

use super::{Entry, Tree, albums, library, photos, tags};
use crate::inode::{Node, Part};
use kphotos_domain::kernel::{AlbumId, ShareId, TagId};
use kphotos_domain::sharing::{Scope, Share};
use kphotos_domain::view::Dir;

/// A share of this world.
fn share<'a>(tree: &Tree<'a>, id: ShareId) -> Option<&'a Share> {
    tree.view.share(id).filter(|share| share.owner == tree.owner)
}

/// The shares of this world.
pub(super) fn roots(tree: &Tree<'_>) -> Vec<Entry> {
    let mine = tree.view.shares().filter(|share| share.owner == tree.owner);
    let mut entries: Vec<Entry> = mine
        .map(|share| Entry::new(share.name.clone(), Node::Share(share.id)))
        .collect();
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    entries
}

/// The share of this name.
pub(super) fn root_named(tree: &Tree<'_>, wanted: &str) -> Option<Node> {
    let id = tree.view.share_named(tree.owner, wanted)?;
    (name(tree, id)? == wanted).then_some(Node::Share(id))
}

/// What a share's folder is called; `None` if there is none in this world.
pub(super) fn name(tree: &Tree<'_>, id: ShareId) -> Option<String> {
    share(tree, id).map(|share| share.name.to_string())
}

/// The directory that a share itself shows.
pub(super) fn scope(tree: &Tree<'_>, id: ShareId) -> Option<Dir> {
    Some(match &share(tree, id)?.scope {
        Scope::Album(album) => Dir::Album(*album),
        Scope::Tag(tag) => Dir::Tag(*tag),
        Scope::Person(person) => Dir::Person(*person),
        Scope::Library(library) => Dir::Folder(tree.view.root_folder(*library)?),
        Scope::Folder(folder) => Dir::Folder(*folder),
        Scope::Collection(collection) => Dir::Collection(*collection),
        Scope::Query(_) | Scope::Assets(_) => Dir::Share(id),
    })
}

/// The directory that a part of a share shows; `None` if it is no part of it.
pub(super) fn part(tree: &Tree<'_>, id: ShareId, part: Part) -> Option<Dir> {
    let scope = scope(tree, id)?;
    let is_below = match (part, scope) {
        (Part::Album(album), Dir::Album(above)) => {
            let up = |id: &AlbumId| tree.view.album(*id).and_then(|row| row.parent);
            album != above && std::iter::successors(Some(album), up).any(|id| id == above)
        }
        (Part::Tag(tag), Dir::Tag(above)) => {
            let up = |id: &TagId| tree.view.tag(*id).and_then(|row| row.parent);
            tag != above && std::iter::successors(Some(tag), up).any(|id| id == above)
        }
        (Part::Folder(folder), Dir::Folder(above)) => folder != above && tree.view.is_below(folder, above),
        (Part::Album(_) | Part::Tag(_) | Part::Folder(_), _) => false,
    };
    is_below.then_some(part.dir())
}

/// Whether a part of a share is there: one of folders has something to show.
pub(super) fn has_part(tree: &Tree<'_>, id: ShareId, wanted: Part) -> bool {
    let shows = match wanted {
        Part::Album(_) | Part::Tag(_) => true,
        Part::Folder(folder) => library::shows(tree, folder),
    };
    shows && part(tree, id, wanted).is_some()
}

/// The node by which a share shows what another view shows as this node.
pub(super) fn within(id: ShareId, node: Node) -> Node {
    match Part::of(node) {
        Some(part) => Node::Shared(id, part),
        None => node,
    }
}

/// What is only in its own view: the photos of a tag and of all below it.
const fn is_no_part(node: Node) -> bool {
    matches!(node, Node::AllOf(_))
}

/// What a directory of a share shows.
pub(super) fn list(tree: &Tree<'_>, id: ShareId, dir: Dir) -> Vec<Entry> {
    let mut entries = match dir {
        Dir::Album(album) => albums::list(tree, Some(album)),
        Dir::Tag(tag) => tags::list(tree, Some(tag)),
        Dir::Folder(folder) => library::list_shown(tree, folder),
        Dir::Share(_)
        | Dir::Person(_)
        | Dir::Collection(_)
        | Dir::AllOf(_)
        | Dir::Copies(_)
        | Dir::Search(_)
        | Dir::Favorites(_)
        | Dir::Recent
        | Dir::Date(_)
        | Dir::Undated => {
            return photos::list_query(tree, dir);
        }
    };
    entries.retain(|entry| !is_no_part(entry.node));
    for entry in &mut entries {
        entry.node = within(id, entry.node);
    }
    entries
}

/// The folder or photo of this name in a directory of a share.
pub(super) fn lookup(tree: &Tree<'_>, id: ShareId, dir: Dir, wanted: &str) -> Option<Node> {
    let found = match dir {
        Dir::Album(album) => albums::lookup(tree, Some(album), wanted),
        Dir::Tag(tag) => tags::lookup(tree, Some(tag), wanted),
        Dir::Folder(folder) => library::lookup_shown(tree, folder, wanted),
        Dir::Share(_)
        | Dir::Person(_)
        | Dir::Collection(_)
        | Dir::AllOf(_)
        | Dir::Copies(_)
        | Dir::Search(_)
        | Dir::Favorites(_)
        | Dir::Recent
        | Dir::Date(_)
        | Dir::Undated => photos::find_query(tree, dir, wanted),
    };
    let found = found.filter(|node| !is_no_part(*node));
    found.map(|node| within(id, node))
}

/// How many folders are in a directory of a share.
pub(super) fn subdirectories(tree: &Tree<'_>, dir: Dir) -> usize {
    match dir {
        Dir::Album(album) => tree.view.album_children(tree.owner, Some(album)).count(),
        Dir::Tag(tag) => tree.view.tag_children(tree.owner, Some(tag)).count(),
        Dir::Folder(folder) => library::shown_subfolders(tree, folder),
        Dir::Share(_)
        | Dir::Person(_)
        | Dir::Collection(_)
        | Dir::AllOf(_)
        | Dir::Copies(_)
        | Dir::Search(_)
        | Dir::Favorites(_)
        | Dir::Recent
        | Dir::Date(_)
        | Dir::Undated => 0,
    }
}
