//! `library/`: the original folders, as they lie, with their photos and movies.
//!
//! A folder is called as on disk, made portable unless the mount has posix names
//! (those on the disk differ by themselves). Where two folders get the same
//! name by that (or by letter case), the one seen first keeps it and the others
//! get a suffix made of their number; since folders are numbered as they are
//! seen and never forgotten, no name changes unless a folder is renamed or moved. Hidden photos are shown: this
//! is what lies on the disk. A folder with nothing present below is not there.
//! Shares show the same folders under the same names, without hidden photos
//! ([`list_shown`], [`lookup_shown`]) and without folders that have no other.

use super::{Entry, Tree, photos};
use crate::inode::Node;
use kphotos_domain::kernel::name::{self, NameStyle};
use kphotos_domain::kernel::{FileId, FolderId, ShotId};
use kphotos_domain::storage::Library;
use kphotos_domain::view::{Dir, sibling_key};
use rustc_hash::FxHashSet;

/// The libraries of this world.
pub(super) fn roots(tree: &Tree<'_>) -> Vec<Entry> {
    let libraries = tree
        .view
        .libraries()
        .filter(|library| library.owner == tree.owner);
    let mut entries: Vec<Entry> = libraries
        .filter_map(|library| {
            let root = tree.view.root_folder(library.id)?;
            Some(Entry::new(name_of(library), Node::Folder(root)))
        })
        .collect();
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    entries
}

/// What the folder of a library is called.
pub(crate) fn name_of(library: &Library) -> String {
    name::portable(library.name.as_bytes())
}

/// The library of this name.
pub(super) fn root_named(tree: &Tree<'_>, wanted: &str) -> Option<Node> {
    roots(tree)
        .into_iter()
        .find(|entry| *entry.name == *wanted)
        .map(|entry| entry.node)
}

/// Whether a folder's library is of this world.
pub(super) fn is_owned(tree: &Tree<'_>, folder: FolderId) -> bool {
    let library = tree.view.library(tree.view.library_of(folder));
    library.is_some_and(|library| library.owner == tree.owner)
}

/// Whether a folder is shown: a library's root, or something is present below.
pub(super) fn exists(tree: &Tree<'_>, folder: FolderId) -> bool {
    let Some(row) = tree.view.folder(folder) else {
        return false;
    };
    is_owned(tree, folder) && (row.parent.is_none() || has_present(tree, folder))
}

fn has_present(tree: &Tree<'_>, folder: FolderId) -> bool {
    let mut files = tree.view.folder_files(folder);
    files.any(|file| !tree.is_away(file))
        || tree
            .view
            .folder(folder)
            .is_some_and(|row| row.children.iter().any(|child| has_present(tree, *child)))
}

/// Whether a folder has something to show but hidden photos, in it or below.
pub(super) fn shows(tree: &Tree<'_>, folder: FolderId) -> bool {
    shown_files(tree, folder).next().is_some()
        || tree
            .view
            .folder(folder)
            .is_some_and(|row| row.children.iter().any(|child| shows(tree, *child)))
}

/// The files in a folder whose photos are not hidden.
fn shown_files<'a>(tree: &Tree<'a>, folder: FolderId) -> impl Iterator<Item = FileId> + use<'a> {
    let tree = *tree;
    let is_shown = move |file: &FileId| {
        let row = tree.view.file(*file);
        row.is_some_and(|row| tree.view.is_shown(row.asset)) && !tree.is_away(*file)
    };
    tree.view.folder_files(folder).filter(is_shown)
}

/// What a folder is called.
pub(super) fn name(tree: &Tree<'_>, folder: FolderId) -> Option<String> {
    let row = tree.view.folder(folder)?;
    let Some(parent) = row.parent else {
        return Some(name_of(tree.view.library(row.library)?));
    };
    if tree.options.names == NameStyle::Posix {
        return Some(posix(folder, &row.name));
    }
    let plain = name::portable(&row.name);
    let key = name::fold(&plain);
    let siblings = &tree.view.folder(parent)?.children;
    let is_first = siblings
        .iter()
        .take_while(|sibling| **sibling != folder)
        .all(|sibling| key_of(tree, *sibling).as_deref() != Some(&*key));
    Some(shown(folder, plain, &key, is_first))
}

/// The name on the disk; those of siblings differ by themselves.
fn posix(folder: FolderId, raw: &[u8]) -> String {
    match name::exact(raw) {
        Some(exact) => exact.to_owned(),
        None => name::marked(raw, &name::suffix(ShotId::new(folder.number())), b""),
    }
}

fn key_of(tree: &Tree<'_>, folder: FolderId) -> Option<String> {
    tree.view
        .folder(folder)
        .map(|row| name::fold(&name::portable(&row.name)))
}

fn shown(folder: FolderId, plain: String, key: &str, is_first: bool) -> String {
    if is_first && !name::is_tricky(key) {
        return plain;
    }
    name::join(&plain, &name::suffix(ShotId::new(folder.number())), "")
}

/// All folders in a folder, those that are not shown too: a name must not
/// change because something comes or goes.
fn children(tree: &Tree<'_>, parent: FolderId) -> Vec<(FolderId, String)> {
    let Some(row) = tree.view.folder(parent) else {
        return Vec::new();
    };
    let raw = |child: &FolderId| Some((*child, &*tree.view.folder(*child)?.name));
    called(tree.options.names, row.children.iter().filter_map(raw))
}

/// What the folders of a folder are called, given those in it, ascending, by their names
/// on the disk.
pub(crate) fn called<'a>(
    style: NameStyle,
    folders: impl Iterator<Item = (FolderId, &'a [u8])>,
) -> Vec<(FolderId, String)> {
    let mut seen = FxHashSet::default();
    let folders = folders.map(|(folder, raw)| {
        if style == NameStyle::Posix {
            return (folder, posix(folder, raw));
        }
        let plain = name::portable(raw);
        let key = name::fold(&plain);
        let name = shown(folder, plain, &key, !seen.contains(&key));
        seen.insert(key);
        (folder, name)
    });
    folders.collect()
}

/// Whether a file has to give way to a child folder of this name, compared as
/// siblings are. With the names on the disk none has to.
pub(super) fn has_child(tree: &Tree<'_>, parent: FolderId, wanted: &str) -> bool {
    tree.options.names == NameStyle::Portable && is_among(&children(tree, parent), wanted)
}

/// Whether a child folder has this name, compared as siblings are.
pub(super) fn has_folder(tree: &Tree<'_>, parent: FolderId, wanted: &str) -> bool {
    is_among(&children(tree, parent), wanted)
}

fn is_among(children: &[(FolderId, String)], wanted: &str) -> bool {
    let key = sibling_key(wanted);
    children.iter().any(|(_, name)| sibling_key(name) == key)
}

/// How many shown folders are in a folder.
pub(super) fn subfolders(tree: &Tree<'_>, parent: FolderId) -> usize {
    tree.view.folder(parent).map_or(0, |row| {
        let present = row.children.iter().filter(|child| has_present(tree, **child));
        present.count()
    })
}

/// How many folders are in a folder that show something but hidden photos.
pub(super) fn shown_subfolders(tree: &Tree<'_>, parent: FolderId) -> usize {
    tree.view.folder(parent).map_or(0, |row| {
        let shown = row.children.iter().filter(|child| shows(tree, **child));
        shown.count()
    })
}

/// The folders in a folder, then its files.
pub(super) fn list(tree: &Tree<'_>, folder: FolderId) -> Vec<Entry> {
    let files = tree.view.folder_files(folder);
    list_of(tree, folder, has_present, files)
}

/// The same without hidden photos.
pub(super) fn list_shown(tree: &Tree<'_>, folder: FolderId) -> Vec<Entry> {
    list_of(tree, folder, shows, shown_files(tree, folder))
}

/// Whether a folder is there.
type IsThere = fn(&Tree<'_>, FolderId) -> bool;

fn list_of(
    tree: &Tree<'_>,
    folder: FolderId,
    is_there: IsThere,
    files: impl Iterator<Item = FileId>,
) -> Vec<Entry> {
    let children = children(tree, folder);
    let taken: FxHashSet<String> = match tree.options.names {
        NameStyle::Portable => children.iter().map(|(_, name)| sibling_key(name)).collect(),
        NameStyle::Posix => FxHashSet::default(),
    };
    let mut entries: Vec<Entry> = children
        .into_iter()
        .filter(|(child, _)| is_there(tree, *child))
        .map(|(child, name)| Entry::new(name, Node::Folder(child)))
        .collect();
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    let is_taken = |shown: &str| !taken.is_empty() && taken.contains(&sibling_key(shown));
    photos::list_files(tree, Dir::Folder(folder), files, &is_taken, &mut entries);
    entries
}

/// The folder or file of this name in a folder.
pub(super) fn lookup(tree: &Tree<'_>, folder: FolderId, wanted: &str) -> Option<Node> {
    lookup_of(tree, folder, has_present, wanted)
}

/// The same without hidden photos.
pub(super) fn lookup_shown(tree: &Tree<'_>, folder: FolderId, wanted: &str) -> Option<Node> {
    let is_shown = |file: FileId| {
        tree.view
            .file(file)
            .is_some_and(|row| tree.view.is_shown(row.asset))
    };
    lookup_of(tree, folder, shows, wanted).filter(|node| node.file().is_none_or(is_shown))
}

fn lookup_of(tree: &Tree<'_>, folder: FolderId, is_there: IsThere, wanted: &str) -> Option<Node> {
    if !is_owned(tree, folder) {
        return None;
    }
    let children = children(tree, folder);
    let child = children.iter().find(|(_, name)| name == wanted);
    if let Some((child, _)) = child.filter(|(child, _)| is_there(tree, *child)) {
        return Some(Node::Folder(*child));
    }
    let is_taken = |shown: &str| tree.options.names == NameStyle::Portable && is_among(&children, shown);
    photos::find_file(tree, Dir::Folder(folder), wanted, &is_taken).map(Node::File)
}
