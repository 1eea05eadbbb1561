//! `tags/`: tags in tags, and the photos that carry a tag itself.
//!
//! Photos of the child tags are in the child tags' folders only. A tag's folder
//! is called after the tag, in the style of the mount; the domain sees to it that no two
//! siblings are called alike.

use super::{Entry, Tree, photos};
use crate::inode::Node;
use kphotos_domain::kernel::TagId;
use kphotos_domain::view::{Dir, sibling_key};
use rustc_hash::FxHashSet;

/// The name of a tag's folder; `None` if there is no such tag in this world.
pub(super) fn name(tree: &Tree<'_>, tag: TagId) -> Option<String> {
    let row = tree.view.tag(tag).filter(|row| row.owner == tree.owner)?;
    Some(tree.options.names.of_text(&row.name))
}

/// Whether a tag has a child tag of this name.
pub(super) fn has_child(tree: &Tree<'_>, tag: TagId, wanted: &str) -> bool {
    tree.view.tag_child(tree.owner, Some(tag), wanted).is_some()
}

/// The tags in a tag (or in `tags/`), then its photos.
pub(super) fn list(tree: &Tree<'_>, parent: Option<TagId>) -> Vec<Entry> {
    let children = tree.view.tag_children(tree.owner, parent);
    let mut entries: Vec<Entry> = children
        .filter_map(|child| Some(Entry::new(name(tree, child)?, Node::Tag(child))))
        .collect();
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(tag) = parent {
        let taken: FxHashSet<String> = entries.iter().map(|child| sibling_key(&child.name)).collect();
        let is_taken = |shown: &str| !taken.is_empty() && taken.contains(&sibling_key(shown));
        photos::list(tree, Dir::Tag(tag), &is_taken, &mut entries);
    }
    entries
}

/// The tag or photo of this name in a tag (or in `tags/`).
pub(super) fn lookup(tree: &Tree<'_>, parent: Option<TagId>, wanted: &str) -> Option<Node> {
    if let Some(child) = tree.view.tag_child(tree.owner, parent, wanted)
        && name(tree, child).as_deref() == Some(wanted)
    {
        return Some(Node::Tag(child));
    }
    let tag = parent.filter(|tag| name(tree, *tag).is_some())?;
    let is_taken = |shown: &str| has_child(tree, tag, shown);
    photos::find(tree, Dir::Tag(tag), wanted, &is_taken).map(Node::File)
}
