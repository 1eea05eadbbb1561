//! Photos in a directory: their names, and finding them by name.
//!
//! The view says what a photo is called among photos. Where the directory also
//! has a folder of that name (compared as siblings are), the photo gives way:
//! it is called by its suffixed name, as in a clash of two photos. The folder
//! keeps its name because people gave it.

use super::{Entry, Tree};
use crate::inode::Node;
use kphotos_domain::kernel::{FileId, ShotId, name};
use kphotos_domain::view::{Dir, View};

/// Whether a directory in the same place has this name.
pub(crate) type IsTaken<'a> = &'a dyn Fn(&str) -> bool;

/// More than any real chain of clashes: each round makes the name longer.
const ROUNDS: usize = 8;

/// What a file is called in a directory; that it is shown there is not asked.
pub(super) fn name(tree: &Tree<'_>, dir: Dir, file: FileId, is_taken: IsTaken<'_>) -> Option<String> {
    let shown = tree.view.styled_name_in(dir, file, tree.options.names)?;
    Some(aside(shown, tree.view.file(file)?.shot, is_taken))
}

/// What a photo of this shot is called that would be called so, were there no folders.
pub(crate) fn aside(mut shown: String, shot: ShotId, is_taken: IsTaken<'_>) -> String {
    for _ in 0..ROUNDS {
        if !is_taken(&shown) {
            break;
        }
        shown = suffixed(&shown, shot);
    }
    shown
}

/// This name with a shot's suffix on its stem.
pub(crate) fn suffixed(shown: &str, shot: ShotId) -> String {
    let (stem, extension) = split(shown);
    name::join(stem, &name::suffix(shot), extension)
}

fn split(shown: &str) -> (&str, &str) {
    let (stem, extension) = name::split_extension(shown.as_bytes());
    let text = |bytes| std::str::from_utf8(bytes).unwrap_or_default();
    (text(stem), text(extension))
}

/// Adds the photos of a directory other than a library folder, sorted by name.
pub(super) fn list(tree: &Tree<'_>, dir: Dir, is_taken: IsTaken<'_>, entries: &mut Vec<Entry>) {
    let view = tree.view;
    let members = view.members(dir);
    let files = members.iter().filter_map(|asset| view.lead_file(asset));
    list_files(tree, dir, files, is_taken, entries);
}

/// Nothing but photos is in these directories: no name is taken.
pub(super) const NONE_TAKEN: IsTaken<'static> = &|_| false;

/// The photos of a directory that has no folders, sorted by name.
pub(super) fn list_query(tree: &Tree<'_>, dir: Dir) -> Vec<Entry> {
    let mut entries = Vec::new();
    list(tree, dir, NONE_TAKEN, &mut entries);
    entries
}

/// The photo of this name in a directory that has no folders.
pub(super) fn find_query(tree: &Tree<'_>, dir: Dir, wanted: &str) -> Option<Node> {
    find(tree, dir, wanted, NONE_TAKEN).map(Node::File)
}

/// Adds these files, sorted by name.
pub(super) fn list_files(
    tree: &Tree<'_>,
    dir: Dir,
    files: impl Iterator<Item = FileId>,
    is_taken: IsTaken<'_>,
    entries: &mut Vec<Entry>,
) {
    let first = entries.len();
    entries.extend(
        files.filter_map(|file| Some(Entry::new(name(tree, dir, file, is_taken)?, Node::File(file)))),
    );
    // Registered in the order of their paths, they are nearly sorted: a merge of runs.
    if let Some(photos) = entries.get_mut(first..) {
        photos.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

/// The photo of this name in a directory other than a library folder.
pub(super) fn find(tree: &Tree<'_>, dir: Dir, wanted: &str, is_taken: IsTaken<'_>) -> Option<FileId> {
    let view = tree.view;
    if is_taken(wanted) {
        return None;
    }
    if let Some(asset) = view.find_styled_in(dir, wanted, tree.options.names) {
        return view.lead_file(asset);
    }
    gave_way(view, wanted).find(|file| {
        view.file(*file)
            .is_some_and(|row| view.lead_file(row.asset) == Some(*file) && view.is_shown_in(dir, row.asset))
            && name(tree, dir, *file, is_taken).as_deref() == Some(wanted)
    })
}

/// The file of this name in a library folder.
pub(super) fn find_file(tree: &Tree<'_>, dir: Dir, wanted: &str, is_taken: IsTaken<'_>) -> Option<FileId> {
    let view = tree.view;
    let Dir::Folder(folder) = dir else { return None };
    if is_taken(wanted) {
        return None;
    }
    if let Some(file) = view.find_styled_file(folder, wanted, tree.options.names) {
        return Some(file);
    }
    gave_way(view, wanted).find(|file| {
        view.file(*file)
            .is_some_and(|row| row.is_present() && row.folder == folder)
            && name(tree, dir, *file, is_taken).as_deref() == Some(wanted)
    })
}

/// The files that could have this name because theirs was a directory's.
fn gave_way<'a>(view: &'a View, wanted: &str) -> impl Iterator<Item = FileId> + use<'a> {
    let (stem, _) = split(wanted);
    let shot = name::split_suffix(stem).and_then(|(_, shot)| view.shot(shot));
    shot.into_iter().flat_map(|shot| shot.files.iter().copied())
}
