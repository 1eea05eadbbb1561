//! `tags/`: tags in tags, and the photos that carry a tag itself.
//!
//! Photos of the child tags are in the child tags' folders only. Where there are child tags,
//! `_all/` has the photos of them all, each once. A tag's folder
//! is called after the tag, in the style of the mount; the domain sees to it that no two
//! siblings are called alike.
//!
//! Somebody may call a tag `_all`. Its folder is `_all_`, that of a tag `_all_` is `_all__`,
//! and so on, everywhere: so each tag has a folder, names still differ, no name
//! changes because another tag comes or goes, and `_all` is what programs expect.

use super::{Entry, Tree, photos};
use crate::inode::Node;
use kphotos_domain::kernel::{TagId, name};
use kphotos_domain::view::{Dir, sibling_key};
use rustc_hash::FxHashSet;

/// The name of a tag's folder; `None` if there is no such tag in this world.
pub(super) fn name(tree: &Tree<'_>, tag: TagId) -> Option<String> {
    let row = tree.view.tag(tag).filter(|row| row.owner == tree.owner)?;
    Some(called(tree.options.names.of_text(&row.name)))
}

/// What shows the photos of a tag and of all tags below it.
pub(crate) const ALL: &str = "_all";

/// Whether a name is [`ALL`], with any number of `_` after it, in letters of any case.
fn is_like_all(shown: &str) -> bool {
    let folded = name::fold(shown);
    let rest = folded.strip_prefix(ALL);
    rest.is_some_and(|rest| rest.chars().all(|c| c == '_'))
}

/// What the folder of a tag is called whose name is this in the style of the mount.
pub(crate) fn called(mut shown: String) -> String {
    if is_like_all(&shown) {
        shown.push('_');
    }
    shown
}

/// Whether a tag has child tags, and so a folder with the photos of all of them.
pub(super) fn has_all(tree: &Tree<'_>, tag: TagId) -> bool {
    name(tree, tag).is_some() && tree.view.tag_children(tree.owner, Some(tag)).next().is_some()
}

/// The child tag (or the tag at the top) whose folder is called so, compared as siblings are.
fn child(tree: &Tree<'_>, parent: Option<TagId>, wanted: &str) -> Option<TagId> {
    let mut own_name = wanted;
    if is_like_all(wanted) {
        own_name = wanted.strip_suffix('_')?;
    }
    tree.view.tag_child(tree.owner, parent, own_name)
}

/// Whether a folder in a tag's has this name.
pub(super) fn has_child(tree: &Tree<'_>, tag: TagId, wanted: &str) -> bool {
    child(tree, Some(tag), wanted).is_some() || (has_all(tree, tag) && name::fold(wanted) == ALL)
}

/// The tags in a tag (or in `tags/`), then its photos.
pub(super) fn list(tree: &Tree<'_>, parent: Option<TagId>) -> Vec<Entry> {
    let children = tree.view.tag_children(tree.owner, parent);
    let mut entries: Vec<Entry> = children
        .filter_map(|child| Some(Entry::new(name(tree, child)?, Node::Tag(child))))
        .collect();
    if let Some(tag) = parent.filter(|_| !entries.is_empty()) {
        entries.push(Entry::new(ALL, Node::AllOf(tag)));
    }
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
    if let Some(child) = child(tree, parent, wanted)
        && name(tree, child).as_deref() == Some(wanted)
    {
        return Some(Node::Tag(child));
    }
    if let Some(tag) = parent.filter(|tag| wanted == ALL && has_all(tree, *tag)) {
        return Some(Node::AllOf(tag));
    }
    let tag = parent.filter(|tag| name(tree, *tag).is_some())?;
    let is_taken = |shown: &str| has_child(tree, tag, shown);
    photos::find(tree, Dir::Tag(tag), wanted, &is_taken).map(Node::File)
}
