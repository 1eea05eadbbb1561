//! `duplicates/<hash>/`: for each content that several files have, all of them.
//!
//! A folder is called after the content: by the first 32 hex digits of its BLAKE3. What it shows are
//! files, not photos, as folders of a library do; they would often have one name, so
//! they are called as in query directories, by their plain name only where no other shot has
//! its stem. What is hidden is not there.

use super::{Entry, Tree};
use crate::inode::Node;
use kphotos_domain::kernel::{AssetId, FileId};
use kphotos_domain::view::{Copies, Dir};

/// The files of a photo of this world that are the same.
pub(super) fn copies(tree: &Tree<'_>, asset: AssetId) -> Option<Copies> {
    let is_mine = tree.view.owner_of(asset) == Some(tree.owner);
    let copies = tree.view.shown_copies(asset).filter(|_| is_mine);
    // They are away together, or one of them can be read.
    copies.filter(|copies| !copies.files.iter().any(|file| tree.is_away(*file)))
}

/// What the folder of a photo is called; `None` if it has none.
pub(super) fn name(tree: &Tree<'_>, asset: AssetId) -> Option<String> {
    copies(tree, asset).map(|copies| copies.name())
}

/// The photos that have a folder, ascending.
fn sets<'a>(tree: &Tree<'a>) -> impl Iterator<Item = AssetId> + use<'a> {
    let tree = *tree;
    let all = tree.view.duplicates().iter();
    all.filter(move |asset| tree.shows_photo(*asset) && tree.view.owner_of(*asset) == Some(tree.owner))
}

/// How many folders there are.
pub(super) fn count(tree: &Tree<'_>) -> usize {
    sets(tree).count()
}

/// The folders.
pub(super) fn roots(tree: &Tree<'_>) -> Vec<Entry> {
    let named = |asset| Some(Entry::new(name(tree, asset)?, Node::Copies(asset)));
    let mut entries: Vec<Entry> = sets(tree).filter_map(named).collect();
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    entries
}

/// The folder of this name.
pub(super) fn root_named(tree: &Tree<'_>, wanted: &str) -> Option<Node> {
    let mut called = tree.view.copies_called(wanted);
    let mine = called.find(|asset| copies(tree, *asset).is_some());
    mine.map(Node::Copies)
}

/// What a file of a photo is called in its folder.
fn label(tree: &Tree<'_>, asset: AssetId, file: FileId) -> Option<String> {
    let style = tree.options.names;
    tree.view.styled_name_in(Dir::Copies(asset), file, style)
}

/// The files in a folder, sorted by name.
pub(super) fn list(tree: &Tree<'_>, asset: AssetId) -> Vec<Entry> {
    let files = copies(tree, asset).map(|copies| copies.files);
    let named = |file: &FileId| Some(Entry::new(label(tree, asset, *file)?, Node::File(*file)));
    let files = files.iter().flat_map(|files| files.iter());
    let mut entries: Vec<Entry> = files.filter_map(named).collect();
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    entries
}

/// The file of this name in a folder: there are few.
pub(super) fn lookup(tree: &Tree<'_>, asset: AssetId, wanted: &str) -> Option<Node> {
    let files = copies(tree, asset)?.files;
    let is_called = |file: &&FileId| label(tree, asset, **file).as_deref() == Some(wanted);
    files.iter().find(is_called).map(|file| Node::File(*file))
}

/// Whether a folder shows a file.
pub(super) fn has(tree: &Tree<'_>, asset: AssetId, file: FileId) -> bool {
    copies(tree, asset).is_some_and(|copies| copies.files.contains(&file))
}
