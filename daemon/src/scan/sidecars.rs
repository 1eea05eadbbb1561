//! Sidecars in a scan: what is there, against what is known of each folder.
//!
//! What differs is told after the files of a folder are registered, so that a
//! sidecar finds the file it belongs to. Folders that the walk did not come to
//! any more have none; those that could not be read keep theirs, as they keep
//! their files.

use super::scope::lies_in;
use super::walk::is_absence;
use super::{BATCH, Scan, ScanError, Scope};
use crate::storage::{Item, ItemKind};
use kphotos_domain::command::{Command, NoteSidecars};
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::FolderId;
use kphotos_domain::sidecar::{SidecarStamp, Unbound, base_of};
use std::collections::{BTreeMap, BTreeSet};

/// Photos an entry: each may have three texts of 32 KiB, and a line of the journal has a limit.
const KEPT: usize = 32;

/// What a walk saw of sidecars.
#[derive(Default)]
pub(super) struct Sidecars {
    /// What is to be told, by the folder's path.
    waiting: Vec<(Vec<u8>, Difference)>,
    /// Folders that a scan of a part looks at.
    meant: BTreeSet<FolderId>,
    /// Folders with sidecars that were visited, or could not be read.
    visited: BTreeSet<FolderId>,
    /// Sidecars in folders without any photo or movie.
    lone: Vec<(Vec<u8>, Unbound)>,
    /// How many belong to no file.
    pub(super) unbound: u64,
}

/// How a folder's sidecars differ from what is known of them.
#[derive(Default)]
struct Difference {
    seen: Vec<SidecarStamp>,
    gone: Vec<Box<[u8]>>,
}

impl Sidecars {
    /// Takes the sidecars of a folder that was visited.
    pub(super) fn saw(&mut self, scan: &Scan<'_>, path: &[u8], there: Vec<SidecarStamp>) {
        let view = scan.app.view();
        let folder = view.folder_at(scan.library, path);
        let known = folder.map_or(&[][..], |folder| view.sidecars_in(folder));
        if !known.is_empty() {
            self.visited.extend(folder);
        }
        let names: BTreeSet<&[u8]> = there.iter().map(|one| &*one.name).collect();
        let gone = known.iter().filter(|one| !names.contains(&*one.name));
        let gone: Vec<_> = gone.map(|one| one.name.clone()).collect();
        let known: BTreeMap<&[u8], &SidecarStamp> = known.iter().map(|one| (&*one.name, one)).collect();
        let is_new = |one: &SidecarStamp| known.get(&*one.name) != Some(&one);
        let seen: Vec<_> = there.iter().filter(|one| is_new(one)).cloned().collect();
        if !seen.is_empty() || !gone.is_empty() {
            self.waiting.push((path.to_vec(), Difference { seen, gone }));
        }
    }

    /// A folder moved to this path: what was seen there is compared with what is known
    /// of it, and of those in it, that lie there now.
    pub(super) fn moved_to(&mut self, scan: &Scan<'_>, path: &[u8]) {
        let mut again: BTreeSet<Vec<u8>> = BTreeSet::new();
        self.waiting.retain(|(waiting, _)| {
            let is_there = lies_in(waiting, path);
            if is_there {
                again.insert(waiting.clone());
            }
            !is_there
        });
        {
            let view = scan.app.view();
            let mut open: Vec<FolderId> = view.folder_at(scan.library, path).into_iter().collect();
            while let Some(folder) = open.pop() {
                if !view.sidecars_in(folder).is_empty() {
                    again.insert(view.folder_path(folder));
                }
                open.extend(view.folder(folder).map_or(&[][..], |row| &row.children));
            }
        }
        for path in again {
            let items = match scan.volume.list(&path, &|name| base_of(name).is_some()) {
                Ok(items) => items,
                Err(error) if is_absence(&error) => continue,
                Err(_) => {
                    let folder = scan.app.view().folder_at(scan.library, &path);
                    self.visited.extend(folder);
                    continue;
                }
            };
            let stamp = |Item { name, kind }| match kind {
                ItemKind::File { size, mtime_ns, .. } if base_of(&name).is_some() => {
                    Some(SidecarStamp { name, size, mtime_ns })
                }
                ItemKind::File { .. } | ItemKind::Folder | ItemKind::Link | ItemKind::Special => None,
            };
            self.saw(scan, &path, items.into_iter().filter_map(stamp).collect());
        }
    }

    /// A scan of a part looks at this folder.
    pub(super) fn mean(&mut self, folder: FolderId) {
        self.meant.insert(folder);
    }

    /// Keeps what is known of a folder that could not be read.
    pub(super) fn keep(&mut self, folder: FolderId) {
        self.visited.insert(folder);
    }

    /// Tells what waits. A folder that is not known holds no photo: its sidecars are nobody's.
    pub(super) fn note(&mut self, scan: &Scan<'_>) -> Result<(), ScanError> {
        for (path, Difference { seen, gone }) in std::mem::take(&mut self.waiting) {
            let folder = scan.app.view().folder_at(scan.library, &path);
            let Some(folder) = folder else {
                let lone = seen.iter().map(|one| super::skipped::join(&path, &one.name));
                self.lone.extend(lone.map(|path| (path, Unbound::Orphan)));
                continue;
            };
            self.visited.insert(folder);
            for seen in seen.chunks(BATCH) {
                let (seen, gone) = (seen.to_vec(), Vec::new());
                tell(scan, NoteSidecars { folder, seen, gone })?;
            }
            for gone in gone.chunks(BATCH) {
                let (seen, gone) = (Vec::new(), gone.to_vec());
                tell(scan, NoteSidecars { folder, seen, gone })?;
            }
        }
        Ok(())
    }

    /// After a walk that is believed: folders that are gone have no sidecars any
    /// more, and those that belong to no file are listed.
    pub(super) fn finish(&mut self, scan: &Scan<'_>) -> Result<(), ScanError> {
        let folders = scan.app.view().sidecar_folders(scan.library);
        let is_whole = *scan.scope == Scope::Library;
        let is_gone =
            |folder: &FolderId| (is_whole || self.meant.contains(folder)) && !self.visited.contains(folder);
        for folder in folders.into_iter().filter(is_gone) {
            let all = scan.app.view().sidecars_in(folder).to_vec();
            let gone = all.into_iter().map(|one| one.name).collect();
            let seen = Vec::new();
            tell(scan, NoteSidecars { folder, seen, gone })?;
        }
        if is_whole {
            keep(scan)?;
        }
        let mut unbound = scan.app.view().unbound_sidecars(scan.library);
        unbound.append(&mut self.lone);
        self.unbound = if is_whole { unbound.len() as u64 } else { 0 };
        // Of the whole library; a scan of a part knows of those alone that it met, and lists nothing first.
        if is_whole || scan.skipped.get(scan.library).is_some() {
            scan.skipped.put_sidecars(scan.library, unbound, !is_whole);
        }
        Ok(())
    }
}

/// What sidecars said whose photos were moved without them is in no file that is read: the journal gets it.
fn keep(scan: &Scan<'_>) -> Result<(), ScanError> {
    let left: Vec<_> = scan.app.view().sidecars_left().iter().collect();
    for some in left.chunks(KEPT) {
        let some = some.iter().copied().collect();
        scan.app.execute(Actor::System, &Command::KeepSidecars(some))?;
    }
    Ok(())
}

fn tell(scan: &Scan<'_>, command: NoteSidecars) -> Result<(), ScanError> {
    scan.app.execute(Actor::System, &Command::NoteSidecars(command))?;
    Ok(())
}
