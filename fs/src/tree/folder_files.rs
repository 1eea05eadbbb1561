//! `.directory` and `.hidden`: what a folder says of itself to file managers.
//!
//! Only where the mount has them. `.directory` is in the folder of an album, also in a
//! share, and of copies: it names the photo that stands for the folder as its icon.
//! `.hidden` is wherever a stack is shown: it names who stands behind the cover, if the cover
//! is in the folder too, and their sidecars. So nothing that a folder has is out of sight altogether, and
//! programs that do not read such files see all of it.
//!
//! What would say nothing is not there. Who is called so by people, be it a photo or a
//! folder, keeps the name, and the file is not there.

use super::{Tree, sidecars};
use crate::inode::Node;
use kphotos_domain::kernel::{AssetId, AssetSet};
use kphotos_domain::organization::cover_of;
use kphotos_domain::storage::{MountFolderFile, MountSidecars};
use kphotos_domain::view::{Dir, sibling_key};

/// What a directory's file says; `None`: it is not there.
pub(super) fn says(tree: &Tree<'_>, dir: Node, file: MountFolderFile) -> Option<String> {
    if !tree.options.folder_files.has(file) || dir.is_file() || !tree.exists(dir) {
        return None;
    }
    let stored = tree.stored(dir)?;
    let text = match file {
        MountFolderFile::Directory => format!(
            "[Desktop Entry]\nIcon=./{}\n",
            escaped(&cover(tree, dir, stored)?)
        ),
        MountFolderFile::Hidden => behind_covers(tree, dir, stored)?,
    };
    (!is_taken(tree, dir, stored, file.file_name())).then_some(text)
}

/// Whether a photo or a folder has this name, compared as siblings are.
fn is_taken(tree: &Tree<'_>, dir: Node, stored: Dir, name: &str) -> bool {
    if tree.lookup_photo(dir, name).is_some() || tree.has_folder_alike(dir, name) {
        return true;
    }
    // Few photos are called so anywhere: then it is not asked whether one is in sight.
    let is_alike = |shown: &str| sibling_key(shown) == sibling_key(name);
    let may_be = if let Dir::Folder(folder) = stored {
        let mut files = tree
            .view
            .folder_files(folder)
            .filter_map(|file| tree.view.file(file));
        files.any(|row| row.name.first() == Some(&b'.'))
    } else {
        tree.view.find_alike(stored, name, tree.options.names).is_some()
    };
    may_be && tree.list_photos(dir).iter().any(|entry| is_alike(&entry.name))
}

/// The name of the photo that stands for a directory.
fn cover(tree: &Tree<'_>, dir: Node, stored: Dir) -> Option<String> {
    match stored {
        Dir::Album(album) => {
            let cover = cover_of(tree.view, album)?;
            let stands_before = || {
                let stack = tree.view.whole_stack(cover);
                named(tree, dir, tree.view.cover_of(&stack)?)
            };
            named(tree, dir, cover).or_else(stands_before)
        }
        // All look alike.
        Dir::Copies(asset) => named(tree, dir, asset),
        Dir::Tag(_)
        | Dir::Date(_)
        | Dir::Undated
        | Dir::Folder(_)
        | Dir::Favorites(_)
        | Dir::Recent
        | Dir::Person(_)
        | Dir::Share(_)
        | Dir::Collection(_)
        | Dir::AllOf(_)
        | Dir::Search(_) => None,
    }
}

/// The names of those who stand behind a cover that is in the directory too, a line each.
fn behind_covers(tree: &Tree<'_>, dir: Node, stored: Dir) -> Option<String> {
    let view = tree.view;
    let covered = view.covered();
    if matches!(stored, Dir::Copies(_)) {
        return None; // They are one photo.
    }
    let here: AssetSet = if let Dir::Folder(folder) = stored {
        let files = view.folder_files(folder).filter_map(|file| view.file(file));
        files
            .map(|row| row.asset)
            .filter(|asset| covered.contains(*asset))
            .collect()
    } else {
        covered & &view.members(stored)
    };
    let (mut names, mut seen) = (Vec::new(), AssetSet::new());
    for asset in here.iter() {
        if seen.contains(asset) {
            continue;
        }
        let stack = view.whole_stack(asset);
        seen |= &stack;
        let cover = view
            .cover_of(&stack)
            .filter(|cover| named(tree, dir, *cover).is_some());
        let Some(cover) = cover else { continue };
        for other in (&(&stack & &here) - &AssetSet::one(cover)).iter() {
            names.extend(all_named(tree, dir, other));
        }
    }
    if tree.options.sidecars == MountSidecars::Xmp {
        let beside: Vec<String> = names.iter().filter_map(|name| sidecars::named(name)).collect();
        names.extend(beside);
    }
    // A line is a name: one that has several cannot be told.
    names.retain(|name| !name.contains('\n'));
    names.sort_unstable();
    (!names.is_empty()).then(|| names.into_iter().map(|name| name + "\n").collect())
}

/// What a photo is called in a directory, if it is shown there.
fn named(tree: &Tree<'_>, dir: Node, asset: AssetId) -> Option<String> {
    all_named(tree, dir, asset).next()
}

/// The same for all its files: in a folder of a library there may be several.
fn all_named<'a>(tree: &'a Tree<'_>, dir: Node, asset: AssetId) -> impl Iterator<Item = String> + use<'a> {
    let files = tree.view.asset(asset).map_or(&[][..], |row| &row.files);
    files
        .iter()
        .filter_map(move |file| tree.name(Node::File(*file), dir))
}

/// A value of a desktop entry. Source: Desktop Entry Specification, "Possible value types".
fn escaped(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for sign in name.chars() {
        match sign {
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            _ => text.push(sign),
        }
    }
    if text.ends_with(' ') {
        text.pop();
        text.push_str("\\s");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_as_desktop_entries_have_it() {
        let check = |name: &str, expect: &str| assert_eq!(escaped(name), expect, "{name:?}");
        check("IMG 1.jpg", "IMG 1.jpg");
        check("a\\b", "a\\\\b");
        check("a\nb\t\r", "a\\nb\\t\\r");
        check("ends so ", "ends so\\s");
    }
}
