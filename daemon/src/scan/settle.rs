//! After the walk: who moved, who is gone, and telling the app.

use super::walk::{Walked, known_files, register};
use super::{BATCH, Found, Scan, ScanError, folders};
use kphotos_domain::command::{Command, UpdateFiles};
use kphotos_domain::event::FileStamp;
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::{FileId, FileSet};
use kphotos_domain::storage::FileSighting;
use kphotos_domain::view::FileRow;
use rustc_hash::FxHashMap;

/// More files than this, and a larger part than a fifth, are not believed to be gone.
const SUSPECT_FILES: u64 = 1000;

/// What became of the files that are not where they were.
#[derive(Default)]
pub(super) struct Sorted {
    pub(super) moved: Vec<(FileId, FileSighting)>,
    pub(super) changed: Vec<FileStamp>,
    /// Another known file is at their path now: gone for certain.
    pub(super) displaced: FileSet,
    pub(super) gone: FileSet,
}

pub(super) fn settle(scan: &Scan<'_>, mut walked: Walked, mut sorted: Sorted) -> Result<Found, ScanError> {
    walked.found.moved = sorted.moved.len() as u64;
    folders::settle(scan, &mut walked, &mut sorted)?;
    walked.found.gone = sorted.gone.len() + sorted.displaced.len();
    walked.found.changed = sorted.changed.len() as u64;
    walked.found.returned = walked.returned.len();
    // Before the moves, so that whoever comes finds the path free.
    for gone in batches(&sorted.displaced) {
        update(
            scan,
            UpdateFiles {
                gone,
                ..UpdateFiles::default()
            },
        )?;
    }
    for batch in sorted.moved.chunks(BATCH) {
        update(
            scan,
            UpdateFiles {
                moved: batch.to_vec(),
                ..UpdateFiles::default()
            },
        )?;
    }
    for batch in sorted.changed.chunks(BATCH) {
        update(
            scan,
            UpdateFiles {
                changed: batch.to_vec(),
                ..UpdateFiles::default()
            },
        )?;
    }
    // Much that is gone may not be believed.
    let is_believed = scan.accept_missing || sorted.gone.len() <= SUSPECT_FILES;
    let leaving = if is_believed {
        sorted.gone.clone()
    } else {
        FileSet::new()
    };
    for returned in batches(&walked.returned) {
        update(
            scan,
            UpdateFiles {
                returned,
                leaving: leaving.clone(),
                ..UpdateFiles::default()
            },
        )?;
    }
    register(scan, &mut walked)?;
    walked.sidecars.note(scan)?;
    if sorted.gone.len() > SUSPECT_FILES && !scan.accept_missing {
        refuse_if_suspect(scan, &sorted)?;
    }
    for gone in batches(&sorted.gone) {
        update(
            scan,
            UpdateFiles {
                gone,
                ..UpdateFiles::default()
            },
        )?;
    }
    walked.sidecars.finish(scan)?;
    walked.found.skipped += walked.sidecars.unbound;
    Ok(walked.found)
}

/// Much that is gone is not believed, but where it is known to be elsewhere: copied there, and then removed.
fn refuse_if_suspect(scan: &Scan<'_>, sorted: &Sorted) -> Result<(), ScanError> {
    let view = scan.app.view();
    let lost = sorted
        .gone
        .iter()
        .filter(|file| !view.is_elsewhere(*file, &sorted.gone));
    let gone = lost.count() as u64;
    // Of the library, also where a part of it was looked at: those that went just now count.
    let known = known_files(&view, scan.library).len() + sorted.displaced.len();
    if gone <= SUSPECT_FILES || gone * 5 <= known {
        return Ok(());
    }
    Err(ScanError::Suspect {
        library: scan.library,
        gone,
        known,
    })
}

pub(super) fn update(scan: &Scan<'_>, command: UpdateFiles) -> Result<(), ScanError> {
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

/// Finds the known files that moved among the sightings that are new and those
/// that replaced another. What is moved is taken out of `walked.new`.
pub(super) fn sort(scan: &Scan<'_>, walked: &mut Walked) -> Sorted {
    let mut sorted = Sorted {
        gone: &walked.known - &walked.seen,
        changed: std::mem::take(&mut walked.changed),
        ..Sorted::default()
    };
    let replaced = std::mem::take(&mut walked.replaced);
    let renumbered = walked.renumbered.take();
    let away: FileSet = sorted
        .gone
        .iter()
        .chain(replaced.iter().chain(&renumbered).map(|(stamp, _)| stamp.id))
        .collect();
    let mut homeless = Homeless::new(scan, &away);
    let mut unexplained = Vec::new();
    let by_looks = replaced.into_iter().map(|file| (file, true));
    // One that is as it was but for its number would have the looks of itself.
    let by_number = renumbered.into_iter().map(|file| (file, false));
    for ((stamp, sighting), looks_tell) in by_looks.chain(by_number) {
        let file = if looks_tell {
            homeless.take(&sighting)
        } else {
            homeless.take_by_stamp(&sighting)
        };
        match file {
            Some(file) => {
                sorted.displaced.insert(stamp.id);
                sorted.moved.push((file, sighting));
            }
            None => unexplained.push((stamp, sighting)),
        }
    }
    walked.new.retain(|sighting| {
        let Some(file) = homeless.take(sighting) else {
            return true;
        };
        sorted.moved.push((file, sighting.clone()));
        false
    });
    for (stamp, sighting) in unexplained {
        // Nobody else's content: the same photo, saved anew; unless that is elsewhere now.
        if homeless.taken.contains(stamp.id) {
            walked.new.push(sighting);
        } else {
            sorted.changed.push(stamp);
        }
    }
    sorted.gone -= &homeless.taken;
    sorted.displaced -= &homeless.taken;
    find_missing(scan, walked, &mut sorted);
    sorted
}

/// Finds, among what is new still, files that an earlier scan missed: they were
/// elsewhere then, in a folder that was not looked at, or on a disk that was being filled.
fn find_missing(scan: &Scan<'_>, walked: &mut Walked, sorted: &mut Sorted) {
    if walked.new.is_empty() {
        return;
    }
    let missing: FileSet = {
        let view = scan.app.view();
        let is_missing =
            |(_, row): &(FileId, &FileRow)| !row.is_present() && view.library_of(row.folder) == scan.library;
        view.files().filter(is_missing).map(|(file, _)| file).collect()
    };
    if (&missing - &walked.returned).is_empty() {
        return;
    }
    let mut homeless = Homeless::new(scan, &(&missing - &walked.returned));
    walked.new.retain(|sighting| {
        let Some(file) = homeless.take(sighting) else {
            return true;
        };
        sorted.moved.push((file, sighting.clone()));
        walked.returned.insert(file);
        false
    });
}

/// Inode number, size and time.
type Stamp = (u64, u64, i64);
/// Size, time and own name.
type Looks = (u64, i64, Box<[u8]>);

fn stamp_of(sighting: &FileSighting) -> Stamp {
    (sighting.ino, sighting.size, sighting.mtime_ns)
}

/// Known files that are not at their path, by what they would look like elsewhere.
/// Of two that look alike neither is certain, and none is offered.
struct Homeless {
    by_stamp: FxHashMap<Stamp, Option<FileId>>,
    by_looks: FxHashMap<Looks, Option<FileId>>,
    taken: FileSet,
}

impl Homeless {
    fn new(scan: &Scan<'_>, files: &FileSet) -> Self {
        let mut homeless = Self {
            by_stamp: FxHashMap::default(),
            by_looks: FxHashMap::default(),
            taken: FileSet::new(),
        };
        let view = scan.app.view();
        for file in files.iter() {
            let Some(row) = view.file(file) else { continue };
            let stamp = (row.ino, row.size, row.mtime_ns);
            homeless
                .by_stamp
                .entry(stamp)
                .and_modify(|known| *known = None)
                .or_insert(Some(file));
            let looks = (row.size, row.mtime_ns, Box::from(&*row.name));
            homeless
                .by_looks
                .entry(looks)
                .and_modify(|known| *known = None)
                .or_insert(Some(file));
        }
        homeless
    }

    /// The file that this is, once: of several links to one inode the first has it.
    /// Where inode numbers changed (a restored backup), size, time and name have to do.
    fn take(&mut self, sighting: &FileSighting) -> Option<FileId> {
        let looks = (sighting.size, sighting.mtime_ns, sighting.path.last()?.clone());
        let by_stamp = self.by_stamp.get(&stamp_of(sighting)).copied().flatten();
        let file = by_stamp.or_else(|| self.by_looks.get(&looks).copied().flatten())?;
        self.taken.insert(file).then_some(file)
    }

    /// The same, by the inode number alone.
    fn take_by_stamp(&mut self, sighting: &FileSighting) -> Option<FileId> {
        let file = self.by_stamp.get(&stamp_of(sighting)).copied().flatten()?;
        self.taken.insert(file).then_some(file)
    }
}
