//! Folders: put where they were seen, and elsewhere with all in them.
//!
//! A folder that moves keeps its number, and by that its albums, its shares, its sidecars
//! and the names of its files; what is another one is the path of everything below it, so
//! all its photos are touched: queries ask them again, and so do the folders above.

use super::View;
use super::apply::Changes;
use super::record::{FolderRow, Used as _};
use crate::event::{FolderPlace, FolderSeen};
use crate::kernel::FolderId;

impl View {
    pub(super) fn put_folder(&mut self, seen: &FolderSeen) {
        self.next.used(seen.id);
        let known = self.folders.get(seen.id);
        let children = known.map(|row| row.children.clone()).unwrap_or_default();
        let files = known.map(|row| row.files.clone()).unwrap_or_default();
        let (library, parent, name) = (seen.library, seen.parent, seen.name.clone());
        self.folders.insert(
            seen.id,
            FolderRow {
                library,
                parent,
                name,
                children,
                files,
            },
        );
        match parent {
            None => {
                if let Some(row) = self.libraries.get_mut(&library) {
                    row.root = Some(seen.id);
                }
                self.keep_below(seen.id);
            }
            Some(parent) => self.adopt(parent, seen.id),
        }
    }

    /// Enters a folder in the one it lies in.
    pub(super) fn adopt(&mut self, parent: FolderId, folder: FolderId) {
        if let Some(row) = self.folders.get_mut(parent)
            && let Err(at) = row.children.binary_search(&folder)
        {
            row.children.insert(at, folder);
        }
    }

    /// Moves a folder with all in it. A root stays where it is, and so does what would
    /// lie in itself.
    pub(super) fn move_folder(&mut self, folder: FolderId, after: &FolderPlace, changes: &mut Changes) {
        if self.folder(after.parent).is_none() || self.is_below(after.parent, folder) {
            return;
        }
        let Some(row) = self.folders.get_mut(folder) else {
            return;
        };
        let Some(before) = row.parent else { return };
        row.parent = Some(after.parent);
        row.name.clone_from(&after.name);
        if let Some(above) = self.folders.get_mut(before) {
            above.children.retain(|child| *child != folder);
        }
        self.adopt(after.parent, folder);
        changes.dirty.folders.insert(folder);
        let mut open = vec![folder];
        while let Some(row) = open.pop().and_then(|folder| self.folder(folder)) {
            let assets = row.files.iter().filter_map(|file| self.file(file));
            changes.delta.touched.extend(assets.map(|file| file.asset));
            open.extend(&row.children);
        }
    }
}
