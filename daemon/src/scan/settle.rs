//! After the walk: who moved, who is gone, and telling the app.

use super::walk::{Walked, register};
use super::{BATCH, Found, Scan, ScanError};
use kphotos_domain::command::{Command, UpdateFiles};
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::{FileId, FileSet};
use kphotos_domain::storage::FileSighting;
use rustc_hash::FxHashMap;

/// More files than this, and a larger part than a fifth, are not believed to be gone.
const SUSPECT_FILES: u64 = 1000;

pub(super) fn settle(scan: &Scan<'_>, mut walked: Walked) -> Result<Found, ScanError> {
    let mut gone = &walked.known - &walked.seen;
    let moved = moves(scan, &mut walked.new, &mut gone);
    let known = walked.known.len();
    if gone.len() > SUSPECT_FILES && gone.len() * 5 > known && !scan.accept_missing {
        return Err(ScanError::Suspect {
            gone: gone.len(),
            known,
        });
    }
    walked.found.moved = moved.len() as u64;
    walked.found.gone = gone.len();
    walked.found.changed = walked.changed.len() as u64;
    walked.found.returned = walked.returned.len();
    for batch in moved.chunks(BATCH) {
        update(
            scan,
            UpdateFiles {
                moved: batch.to_vec(),
                ..UpdateFiles::default()
            },
        )?;
    }
    for batch in walked.changed.chunks(BATCH) {
        update(
            scan,
            UpdateFiles {
                changed: batch.to_vec(),
                ..UpdateFiles::default()
            },
        )?;
    }
    for returned in batches(&walked.returned) {
        update(
            scan,
            UpdateFiles {
                returned,
                ..UpdateFiles::default()
            },
        )?;
    }
    for gone in batches(&gone) {
        update(
            scan,
            UpdateFiles {
                gone,
                ..UpdateFiles::default()
            },
        )?;
    }
    register(scan, &mut walked)?;
    Ok(walked.found)
}

fn update(scan: &Scan<'_>, command: UpdateFiles) -> Result<(), ScanError> {
    scan.app.execute(Actor::System, &Command::UpdateFiles(command))?;
    Ok(())
}

fn batches(files: &FileSet) -> impl Iterator<Item = FileSet> {
    let all: Vec<FileId> = files.iter().collect();
    let sets: Vec<FileSet> = all
        .chunks(BATCH)
        .map(|batch| batch.iter().copied().collect())
        .collect();
    sets.into_iter()
}

/// Takes those sightings out that are known files at a new place: one file is
/// gone and one is new of the same inode, size and time, and no other.
fn moves(scan: &Scan<'_>, new: &mut Vec<FileSighting>, gone: &mut FileSet) -> Vec<(FileId, FileSighting)> {
    let mut by_stamp: FxHashMap<(u64, u64, i64), Option<FileId>> = FxHashMap::default();
    {
        let view = scan.app.view();
        for file in gone.iter() {
            let Some(row) = view.file(file) else { continue };
            // A second file of the same stamp: neither is certain.
            by_stamp
                .entry((row.ino, row.size, row.mtime_ns))
                .and_modify(|known| *known = None)
                .or_insert(Some(file));
        }
    }
    let mut moved = Vec::new();
    new.retain(|sighting| {
        let stamp = (sighting.ino, sighting.size, sighting.mtime_ns);
        let Some(file) = by_stamp.get_mut(&stamp).and_then(Option::take) else {
            return true;
        };
        gone.remove(file);
        moved.push((file, sighting.clone()));
        false
    });
    moved
}
