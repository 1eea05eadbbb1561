//! Folders that were renamed or moved: which they are, told by the files in them.
//!
//! A folder has no mark of its own that would outlast a copy to another disk; its files
//! have. So a folder is taken for the one that was elsewhere if that is certain: its old
//! path is gone, the new one was nobody's, and every file that was present directly in it
//! is now under the same name in the new one; at least one of them by its own marks, the
//! others may have new bytes. Of a folder without files those in it speak, if all that
//! hold something moved alike. Of one whose files are all missing, all of them have to be
//! back. What is left of a path on the disk, or known at the new one, is no hindrance if
//! it is another folder that moves at the same time: so two may swap their names.
//!
//! What is not certain (two folders became one, a part of a folder went elsewhere) is no
//! move of a folder: files move one by one.

use super::FileSighting;
use crate::event::{Event, FolderPlace};
use crate::kernel::{FileId, FolderId, LibraryId};
use crate::view::View;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// Where a known folder is now: the names on the way from the library's root.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FolderSighting {
    /// The folder.
    pub folder: FolderId,
    /// Its path, with its own name last; never empty.
    pub path: Vec<Box<[u8]>>,
}

/// A path below a library's root, name by name.
type Path = [Box<[u8]>];

/// The folders that moved if their old paths are gone, in no order, given where their
/// files are now: `moved` are known files, `others` the paths of those of which nothing is
/// known yet. Which of them did, [`moved_folders`] says.
#[must_use]
pub fn claimed_folders<'a>(
    view: &'a View,
    library: LibraryId,
    moved: &'a [(FileId, FileSighting)],
    others: impl Iterator<Item = &'a [Box<[u8]>]>,
) -> Vec<FolderSighting> {
    if moved.is_empty() {
        return Vec::new();
    }
    let mut witness = Witness {
        view,
        moved: moved
            .iter()
            .map(|(file, sighting)| (*file, &*sighting.path))
            .collect(),
        others: others.collect(),
        claims: FxHashMap::default(),
        holding: FxHashMap::default(),
    };
    let up = |folder: &FolderId| view.folder(*folder).and_then(|row| row.parent);
    let of_files = moved
        .iter()
        .filter_map(|(file, _)| Some(view.file(*file)?.folder));
    for folder in of_files {
        for folder in std::iter::successors(Some(folder), up) {
            if witness.claims.contains_key(&folder) {
                break;
            }
            witness.claim(folder);
        }
    }
    let claims = witness.claims.into_iter();
    let claims = claims.filter_map(|(folder, path)| {
        let path = path?;
        Some(FolderSighting { folder, path })
    });
    claims
        .filter(|one| view.library_of(one.folder) == library)
        .filter(|one| view.folder_path(one.folder) != one.path.join(&b'/'))
        .collect()
}

/// Those of [`claimed_folders`] that moved, the ones nearest to the root first. `left` are
/// those of whose old paths there still is a folder on the disk. A folder that only went
/// along with one above it is left out.
#[must_use]
pub fn moved_folders(
    view: &View,
    library: LibraryId,
    claimed: Vec<FolderSighting>,
    left: &FxHashSet<FolderId>,
) -> Vec<FolderSighting> {
    let claimed = claimed.into_iter().map(|one| (one.folder, one.path));
    let mut moves: Moves = claimed.collect();
    fit_together(view, library, &mut moves, left);
    let places = Places::new(view, library, &moves);
    let mut all: Vec<FolderSighting> = moves
        .iter()
        .filter(|(folder, path)| !places.goes_along(**folder, path))
        .map(|(folder, path)| FolderSighting {
            folder: *folder,
            path: path.clone(),
        })
        .collect();
    all.sort_unstable_by(|a, b| (a.path.len(), &a.path).cmp(&(b.path.len(), &b.path)));
    all
}

/// One that cannot be may stand in the way of another, and that of a third: so often they
/// are asked. Thousands that each took the next one's place, but for the last, move file by
/// file.
const ROUNDS: usize = 64;

/// Where folders go, by number.
pub(super) type Moves = BTreeMap<FolderId, Vec<Box<[u8]>>>;

/// Leaves out those that cannot all be: two at one path, one at the path of a folder that
/// stays; and those in `left` whose old path is still on the disk and no other folder's.
pub(super) fn fit_together(view: &View, library: LibraryId, moves: &mut Moves, left: &FxHashSet<FolderId>) {
    for _ in 0..ROUNDS {
        let mut wanted: FxHashMap<&Path, u32> = FxHashMap::default();
        for path in moves.values() {
            *wanted.entry(path).or_default() += 1;
        }
        let places = Places::new(view, library, moves);
        let is_wrong = |(folder, path): &(&FolderId, &Vec<Box<[u8]>>)| {
            let is_left = left.contains(folder) && {
                let old = names(&view.folder_path(**folder));
                places.at(&old).is_none_or(|now| now == **folder)
            };
            is_left || wanted.get(path.as_slice()) != Some(&1) || !places.is_free(path)
        };
        let wrong: Vec<FolderId> = moves.iter().filter(is_wrong).map(|(folder, _)| *folder).collect();
        if wrong.is_empty() {
            return;
        }
        wrong.iter().for_each(|folder| drop(moves.remove(folder)));
    }
    moves.clear();
}

/// The events by which folders move, given where the parent of a path is, which may have
/// to be made: those nearest to the root first, so that none lies in itself in between.
pub(super) fn place(
    view: &View,
    moves: &Moves,
    parent: &mut dyn FnMut(&Path, FolderId) -> FolderId,
) -> Vec<Event> {
    let mut all: Vec<_> = moves.iter().collect();
    all.sort_unstable_by(|a, b| (a.1.len(), a.1).cmp(&(b.1.len(), b.1)));
    let mut events = Vec::new();
    for (folder, path) in all {
        let after = parent(path, *folder);
        let (Some(row), Some(name)) = (view.folder(*folder), path.last()) else {
            continue;
        };
        let Some(before) = row.parent else { continue };
        let (before, after) = (
            FolderPlace {
                parent: before,
                name: row.name.clone(),
            },
            FolderPlace {
                parent: after,
                name: name.clone(),
            },
        );
        if before != after {
            let folder = *folder;
            events.push(Event::FolderMoved {
                folder,
                before,
                after,
            });
        }
    }
    events
}

fn names(path: &[u8]) -> Vec<Box<[u8]>> {
    let names = path.split(|byte| *byte == b'/');
    names.filter(|name| !name.is_empty()).map(Box::from).collect()
}

/// Which folder is where once all have moved.
struct Places<'a> {
    view: &'a View,
    library: LibraryId,
    moves: &'a Moves,
    by_path: FxHashMap<&'a Path, FolderId>,
}

impl<'a> Places<'a> {
    fn new(view: &'a View, library: LibraryId, moves: &'a Moves) -> Self {
        Self {
            view,
            library,
            moves,
            by_path: moves
                .iter()
                .map(|(folder, path)| (path.as_slice(), *folder))
                .collect(),
        }
    }

    /// The folder that will be at a path.
    fn at(&self, path: &Path) -> Option<FolderId> {
        let mut at = self.view.root_folder(self.library);
        for depth in 1..=path.len() {
            let (Some(whole), Some(own)) = (path.get(..depth), path.get(depth - 1)) else {
                return None;
            };
            at = match self.by_path.get(whole) {
                Some(folder) => Some(*folder),
                None => at.and_then(|above| self.staying(above, own)),
            };
        }
        at
    }

    /// The folder of this name in another that does not move by itself.
    fn staying(&self, above: FolderId, own_name: &[u8]) -> Option<FolderId> {
        let child = self.view.folder_child(above, own_name)?;
        (!self.moves.contains_key(&child)).then_some(child)
    }

    fn above(&self, path: &Path) -> Option<FolderId> {
        self.at(path.split_last()?.1)
    }

    /// Whether no folder that stays is at this path.
    fn is_free(&self, path: &Path) -> bool {
        let own_name = path.last().map_or(&[][..], |name| name);
        let stays = self.above(path).and_then(|above| self.staying(above, own_name));
        !own_name.is_empty() && stays.is_none()
    }

    /// Whether a folder is at its path because one above it moved.
    fn goes_along(&self, folder: FolderId, path: &Path) -> bool {
        let row = self.view.folder(folder);
        row.is_some_and(|row| {
            row.parent.is_some() && row.parent == self.above(path) && Some(&row.name) == path.last()
        })
    }
}

/// What the files say of their folders.
struct Witness<'a> {
    view: &'a View,
    moved: FxHashMap<FileId, &'a Path>,
    others: FxHashSet<&'a Path>,
    /// Where each folder that was asked for went; `None`: nowhere for certain.
    claims: FxHashMap<FolderId, Option<Vec<Box<[u8]>>>>,
    /// Whether something is present in or below a folder.
    holding: FxHashMap<FolderId, bool>,
}

impl<'a> Witness<'a> {
    /// Where a folder went.
    fn claim(&mut self, folder: FolderId) -> Option<Vec<Box<[u8]>>> {
        if let Some(known) = self.claims.get(&folder) {
            return known.clone();
        }
        let row = self.view.folder(folder).filter(|row| row.parent.is_some());
        let claim = row.and_then(|row| {
            let present: Vec<FileId> = self.view.folder_files(folder).collect();
            if !present.is_empty() {
                return self.of_files(&present, true);
            }
            let children: Vec<FolderId> = row
                .children
                .iter()
                .copied()
                .filter(|child| self.holds(*child))
                .collect();
            if !children.is_empty() {
                return self.of_folders(&children);
            }
            let missing: Vec<FileId> = row.files.iter().collect();
            self.of_files(&missing, false)
        });
        self.claims.insert(folder, claim.clone());
        claim
    }

    /// Where all of these files of a folder are, each under its own name.
    fn of_files(&self, files: &[FileId], may_differ: bool) -> Option<Vec<Box<[u8]>>> {
        let first = files.iter().find_map(|file| self.moved.get(file))?;
        let (_, target) = first.split_last()?;
        let is_there = |file: &FileId| {
            let Some(row) = self.view.file(*file) else {
                return false;
            };
            match self.moved.get(file).and_then(|path| path.split_last()) {
                Some((own_name, folder)) => folder == target && **own_name == *row.name,
                None => {
                    let mut path = target.to_vec();
                    path.push(Box::from(&*row.name));
                    may_differ && self.others.contains(path.as_slice())
                }
            }
        };
        (!target.is_empty() && files.iter().all(is_there)).then(|| target.to_vec())
    }

    /// Where all of these folders, which a folder held, lie now, each under its own name.
    fn of_folders(&mut self, children: &[FolderId]) -> Option<Vec<Box<[u8]>>> {
        let mut all: Option<Vec<Box<[u8]>>> = None;
        for child in children {
            let own_name = &self.view.folder(*child)?.name;
            let mut path = self.claim(*child)?;
            if path.pop().as_ref() != Some(own_name)
                || path.is_empty()
                || all.as_ref().is_some_and(|all| *all != path)
            {
                return None;
            }
            all = Some(path);
        }
        all
    }

    fn holds(&mut self, folder: FolderId) -> bool {
        if let Some(known) = self.holding.get(&folder) {
            return *known;
        }
        let children = self.view.folder(folder).map_or(&[][..], |row| &row.children);
        let holds = self.view.folder_files(folder).next().is_some()
            || children.iter().any(|child| self.holds(*child));
        self.holding.insert(folder, holds);
        holds
    }
}
