//! Folders that moved: told first, so that what is in them is at its place.
//!
//! Which they are the domain says, by where their files are; here it is looked up whether
//! the old path is still on the disk, by the names in the folder above: where letter case
//! does not matter, the path itself would lead to the folder under its new name. Once
//! they are told, what lies in them is compared again: a file that has new bytes besides
//! is the file of that name, with all that was done to it, and neither new nor gone.

use super::settle::{Sorted, update};
use super::walk::{Walked, compare, is_absence, known_in};
use super::{Scan, ScanError};
use crate::storage::ItemKind;
use kphotos_domain::command::UpdateFiles;
use kphotos_domain::kernel::{FileSet, FolderId};
use kphotos_domain::storage::{FileSighting, FolderSighting, claimed_folders, moved_folders};
use rustc_hash::{FxHashMap, FxHashSet};

/// Tells which folders moved, and takes what went along with them for there.
pub(super) fn settle(scan: &Scan<'_>, walked: &mut Walked, sorted: &mut Sorted) -> Result<(), ScanError> {
    let claimed: Vec<(FolderSighting, Vec<u8>)> = {
        let view = scan.app.view();
        let new = walked.new.iter().map(|sighting| &*sighting.path);
        let others = new.chain(walked.writing.iter().map(|path| &**path));
        let claimed = claimed_folders(&view, scan.library, &sorted.moved, others);
        let with_path = |one: FolderSighting| {
            let path = view.folder_path(one.folder);
            (one, path)
        };
        claimed.into_iter().map(with_path).collect()
    };
    // Nobody waits for the disk: the view is free meanwhile.
    let mut disk = Disk::default();
    let is_left = |(one, path): &(FolderSighting, Vec<u8>)| disk.has(scan, path).then_some(one.folder);
    let left: FxHashSet<FolderId> = claimed.iter().filter_map(is_left).collect();
    let claimed = claimed.into_iter().map(|(one, _)| one).collect();
    let folders = moved_folders(&scan.app.view(), scan.library, claimed, &left);
    if folders.is_empty() {
        return Ok(());
    }
    let paths: Vec<Vec<u8>> = folders.iter().map(|moved| moved.path.join(&b'/')).collect();
    for (path, moved) in paths.iter().zip(&folders) {
        let was = scan.app.view().folder_path(moved.folder);
        tracing::info!(library = %scan.library, from = %String::from_utf8_lossy(&was), to = %String::from_utf8_lossy(path), "a folder moved");
    }
    update(
        scan,
        UpdateFiles {
            folders,
            ..UpdateFiles::default()
        },
    )?;
    went_along(scan, sorted);
    let tops: FxHashSet<&[u8]> = paths.iter().map(|path| &**path).collect();
    let is_in = |sighting: &FileSighting| {
        let path = sighting.path.join(&b'/');
        let ends = path.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        ends.map(|(at, _)| path.get(..at).unwrap_or_default())
            .any(|folder| tops.contains(folder))
    };
    look_again(scan, &is_in, walked, sorted);
    keep_writing(scan, walked, sorted);
    for path in &paths {
        walked.sidecars.moved_to(scan, path);
    }
    Ok(())
}

/// Leaves out the files that are where they are by their folder alone.
fn went_along(scan: &Scan<'_>, sorted: &mut Sorted) {
    let view = scan.app.view();
    sorted.moved.retain(|(file, sighting)| {
        let path = view.file_path(*file).map(|(_, path)| path);
        path.as_deref() != Some(&*sighting.path.join(&b'/'))
    });
}

/// Compares what is new in folders that moved with what is known of these.
fn look_again(
    scan: &Scan<'_>,
    is_in: &dyn Fn(&FileSighting) -> bool,
    walked: &mut Walked,
    sorted: &mut Sorted,
) {
    let elsewhere: FileSet = sorted.moved.iter().map(|(file, _)| *file).collect();
    let mut by_folder: FxHashMap<Vec<u8>, Vec<FileSighting>> = FxHashMap::default();
    let (inside, others): (Vec<_>, Vec<_>) = std::mem::take(&mut walked.new)
        .into_iter()
        .partition(|one| is_in(one));
    walked.new = others;
    for sighting in inside {
        let folder = sighting.path.split_last().map(|(_, folder)| folder.join(&b'/'));
        by_folder
            .entry(folder.unwrap_or_default())
            .or_default()
            .push(sighting);
    }
    let mut anew = Walked::default();
    for (folder, sightings) in by_folder {
        let known = known_in(&scan.app.view(), scan, &folder);
        for sighting in sightings {
            let own_name = sighting.path.last().cloned().unwrap_or_default();
            let mut known = known.get(&own_name).cloned().unwrap_or_default();
            known.retain(|known| !elsewhere.contains(known.id));
            compare(&known, sighting, &mut anew);
        }
    }
    let replaced = anew.replaced.into_iter().map(|(stamp, _)| stamp);
    sorted.changed.extend(anew.changed.into_iter().chain(replaced));
    sorted.gone -= &anew.seen;
    sorted.displaced -= &anew.seen;
    walked.returned |= &anew.returned;
    walked.new.append(&mut anew.new);
    // The files of a shot are registered together.
    walked.new.sort_unstable_by(|a, b| a.path.cmp(&b.path));
}

/// Files that are being written in folders that moved stay as they were, as any others.
fn keep_writing(scan: &Scan<'_>, walked: &Walked, sorted: &mut Sorted) {
    let view = scan.app.view();
    for path in &walked.writing {
        if let Some(file) = view.file_at(scan.library, &path.join(&b'/')) {
            sorted.gone.remove(file);
            sorted.displaced.remove(file);
        }
    }
}

/// The folders on the disk, by the one they lie in: each is listed once.
#[derive(Default)]
struct Disk(FxHashMap<Vec<u8>, Option<Names>>);

/// The names of the folders in one; `None` above: it cannot be listed.
type Names = FxHashSet<Box<[u8]>>;

impl Disk {
    /// Whether there is a folder of exactly this path, as far as is to be known.
    fn has(&mut self, scan: &Scan<'_>, path: &[u8]) -> bool {
        let at = path.iter().rposition(|byte| *byte == b'/');
        let (above, own_name) = at.map_or((&[][..], path), |at| {
            (
                path.get(..at).unwrap_or_default(),
                path.get(at + 1..).unwrap_or_default(),
            )
        });
        let list = || match scan.volume.list(above, &|_| false) {
            Ok(items) => {
                let folders = items
                    .into_iter()
                    .filter(|item| matches!(item.kind, ItemKind::Folder));
                Some(folders.map(|item| item.name).collect())
            }
            Err(error) if is_absence(&error) => Some(Names::default()),
            Err(_) => None,
        };
        let inside = self.0.entry(above.to_vec()).or_insert_with(list);
        inside.as_ref().is_none_or(|inside| inside.contains(own_name))
    }
}
