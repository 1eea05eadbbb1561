//! What an entry made different, for those who watch.

use super::{Copies, Dir, Row};
use crate::kernel::name::NameStyle;
use crate::kernel::{AssetId, AssetSet, FileId, FileSet, FolderId, ShotId};
use std::collections::BTreeMap;

/// What applying an entry gave.
#[derive(Debug, Default)]
pub struct Applied {
    /// For watchers.
    pub delta: Delta,
    /// For the store: these rows replace those of the same key.
    pub rows: Vec<Row>,
}

/// What became different in the shown world.
#[derive(Debug, Default, Clone)]
pub struct Delta {
    /// Photos that came into or left directories, stored and of queries (never [`Dir::Folder`]).
    pub dirs: BTreeMap<Dir, DirDelta>,
    /// Files that came into or left library folders.
    pub folders: BTreeMap<FolderId, FolderDelta>,
    /// Files whose name changed.
    pub renamed: Vec<Renamed>,
    /// Shots whose name in query directories is another one now, because a shot of
    /// the same stem came or went; true: it was plain before, false: it is now.
    pub restemmed: BTreeMap<ShotId, bool>,
    /// Sets of equal files that came, went or have other files; of all, while somebody
    /// looks at such sets.
    pub copies: BTreeMap<AssetId, CopiesDelta>,
    /// Photos that became one with others or were parted: how each was shown before.
    pub recast: Vec<Recast>,
    /// Files of photos that are hidden now, and were not before.
    pub hid: FileSet,
    /// Files of photos that were hidden before, and are not now.
    pub unhid: FileSet,
    /// Photos of which some effective value (attribute, xattr) changed.
    pub touched: AssetSet,
    /// Files whose bytes changed in place.
    pub rewritten: FileSet,
    /// Photos behind the cover of a stack now, and not before; empty unless covers are kept.
    pub covered: AssetSet,
    /// Photos behind the cover of a stack before, and not now.
    pub uncovered: AssetSet,
    /// Files that are away with their libraries now, and were not before; empty unless that is kept.
    pub away: FileSet,
    /// Files that were away before, and are not now.
    pub back: FileSet,
}

/// What came and went in one directory.
#[derive(Debug, Default, Clone)]
pub struct DirDelta {
    /// Shown now, and not before.
    pub joined: AssetSet,
    /// Shown before, and not now; their names in the directory are still known.
    pub left: AssetSet,
    /// Whether nothing was shown in it before.
    pub was_empty: bool,
    /// Whether nothing is shown in it now.
    pub is_empty: bool,
}

/// What became of the files of a photo that are the same to the byte.
#[derive(Debug, Clone)]
pub struct CopiesDelta {
    /// Those that were shown before.
    pub before: Option<Copies>,
    /// Those that are shown now.
    pub after: Option<Copies>,
}

/// What came and went in one folder of a library.
#[derive(Debug, Default, Clone)]
pub struct FolderDelta {
    /// There now, and not before.
    pub joined: FileSet,
    /// There before, and not now.
    pub left: FileSet,
}

/// A file that has another name now.
#[derive(Debug, Clone)]
pub struct Renamed {
    /// The file.
    pub file: FileId,
    /// Its asset.
    pub asset: AssetId,
    /// The shot it belonged to before.
    pub shot: ShotId,
    /// Where it was shown and is still shown, under which name before.
    pub places: Vec<(Dir, Called)>,
    /// The folder and name before.
    pub from: (FolderId, Called),
}

/// How a photo was shown whose files, or those of the photos of its content, are others
/// now. Its number may be an alias, or nobody's, by now; the file is there in any case.
#[derive(Debug, Clone)]
pub struct Recast {
    /// The photo.
    pub asset: AssetId,
    /// The file it was shown by.
    pub file: FileId,
    /// Where it was shown; true: under its plain stem.
    pub places: Vec<(Dir, bool)>,
}

/// What a file was called, in each style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// The portable name.
    pub portable: String,
    /// The posix name, where it is another one.
    pub posix: Option<String>,
}

impl Called {
    /// The name in this style.
    #[must_use]
    pub fn styled(&self, style: NameStyle) -> &str {
        match (style, &self.posix) {
            (NameStyle::Posix, Some(posix)) => posix,
            (NameStyle::Posix, None) | (NameStyle::Portable, _) => &self.portable,
        }
    }
}

impl Delta {
    /// Notes that a shot is no longer, or now, the only one of its stem.
    pub(super) fn restem(&mut self, shot: ShotId, was_plain: bool) {
        // There and back again is no change.
        if self.restemmed.remove(&shot).is_none() {
            self.restemmed.insert(shot, was_plain);
        }
    }

    /// Notes files of photos whose hidden mark flipped.
    pub(super) fn hide(&mut self, files: &FileSet, on: bool) {
        let (to, from) = if on {
            (&mut self.hid, &mut self.unhid)
        } else {
            (&mut self.unhid, &mut self.hid)
        };
        let back = &*from & files;
        *from -= &back;
        *to |= &(files - &back);
    }

    pub(super) fn join(&mut self, dir: Dir, assets: &AssetSet) {
        let change = self.dirs.entry(dir).or_default();
        let back = &change.left & assets;
        change.left -= &back;
        change.joined |= &(assets - &back);
    }

    pub(super) fn leave(&mut self, dir: Dir, assets: &AssetSet) {
        let change = self.dirs.entry(dir).or_default();
        let undone = &change.joined & assets;
        change.joined -= &undone;
        change.left |= &(assets - &undone);
    }
}
