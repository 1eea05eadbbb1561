//! `collections/`: what saved queries find, each as a flat query directory.

use super::{Entry, Tree};
use crate::inode::Node;
use kphotos_domain::kernel::CollectionId;

/// The collections of this world.
pub(super) fn roots(tree: &Tree<'_>) -> Vec<Entry> {
    let mine = tree.view.collections().filter(|one| one.owner == tree.owner);
    let mut entries: Vec<Entry> = mine
        .map(|one| Entry::new(one.name.clone(), Node::Collection(one.id)))
        .collect();
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    entries
}

/// The collection of this name.
pub(super) fn root_named(tree: &Tree<'_>, wanted: &str) -> Option<Node> {
    let id = tree.view.collection_named(tree.owner, wanted)?;
    (name(tree, id)? == wanted).then_some(Node::Collection(id))
}

/// What a collection's folder is called; `None` if there is none in this world.
pub(super) fn name(tree: &Tree<'_>, id: CollectionId) -> Option<String> {
    let found = tree.view.collection(id).filter(|one| one.owner == tree.owner);
    found.map(|one| one.name.to_string())
}
