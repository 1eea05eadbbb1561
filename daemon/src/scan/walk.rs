//! The walk: folders in the order of their names, compared with what is known.

use super::sidecars::Sidecars;
use super::skipped::{SkipReason, Skips, join};
use super::{BATCH, Found, Scan, ScanError};
use crate::storage::{Item, ItemKind};
use kphotos_domain::catalog::media_kind;
use kphotos_domain::command::{Command, RegisterFiles};
use kphotos_domain::event::FileStamp;
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::{FileId, FileSet, FolderId, name};
use kphotos_domain::sidecar::{SidecarStamp, base_of};
use kphotos_domain::storage::{FileSighting, IGNORE_MARK, ignored_by};
use kphotos_domain::view::{FileRow, View};
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};

/// What the walk saw.
#[derive(Default)]
pub(super) struct Walked {
    pub(super) found: Found,
    /// What was left out.
    pub(super) skips: Skips,
    /// Sightings not registered yet.
    pub(super) new: Vec<FileSighting>,
    /// New bytes in the same inode.
    pub(super) changed: Vec<FileStamp>,
    /// Another inode under the path of a file that was there: saved anew by a
    /// program, or another known file that was moved over it.
    pub(super) replaced: Vec<(FileStamp, FileSighting)>,
    pub(super) returned: FileSet,
    /// Known files that are there, or whose folder could not be read.
    pub(super) seen: FileSet,
    /// Known files that were present before.
    pub(super) known: FileSet,
    /// Sidecars.
    pub(super) sidecars: Sidecars,
}

/// A known file of a folder.
struct Known {
    id: FileId,
    size: u64,
    mtime_ns: i64,
    ino: u64,
    present: bool,
}

pub(super) fn walk(scan: &Scan<'_>) -> Result<Walked, ScanError> {
    let mut walked = Walked {
        known: known_files(&scan.app.view(), scan),
        ..Walked::default()
    };
    let fresh = walked.known.is_empty();
    let mut folders: Vec<Vec<Box<[u8]>>> = vec![Vec::new()];
    while let Some(folder) = folders.pop() {
        if (scan.stop)() {
            return Err(ScanError::Stopped);
        }
        let children = visit(scan, &folder, &mut walked)?;
        // Last in, first out: the reverse of the order of names.
        folders.extend(children.into_iter().rev().map(|child| {
            let mut path = folder.clone();
            path.push(child);
            path
        }));
        if fresh && walked.new.len() >= BATCH {
            register(scan, &mut walked)?;
            walked.sidecars.note(scan)?;
        }
        scan.progress.set(walked.found.files, 0);
    }
    if fresh {
        register(scan, &mut walked)?;
    }
    Ok(walked)
}

fn known_files(view: &View, scan: &Scan<'_>) -> FileSet {
    let present =
        |(_, row): &(FileId, &FileRow)| row.is_present() && view.library_of(row.folder) == scan.library;
    view.files().filter(present).map(|(file, _)| file).collect()
}

/// Registers what waits, a batch an entry.
pub(super) fn register(scan: &Scan<'_>, walked: &mut Walked) -> Result<(), ScanError> {
    let waiting = std::mem::take(&mut walked.new);
    for batch in waiting.chunks(BATCH) {
        let command = RegisterFiles {
            library: scan.library,
            files: batch.to_vec(),
        };
        walked.found.new += scan
            .app
            .execute(Actor::System, &Command::RegisterFiles(command))?
            .touched;
    }
    Ok(())
}

/// Looks at one folder; gives the folders in it, in the order of their names.
fn visit(scan: &Scan<'_>, folder: &[Box<[u8]>], walked: &mut Walked) -> Result<Vec<Box<[u8]>>, ScanError> {
    let path = folder.join(&b'/');
    let (skips, marked) = (RefCell::new(Skips::default()), Cell::new(false));
    let wanted = |name: &[u8]| {
        marked.set(marked.get() || name == IGNORE_MARK);
        let reason = match ignored_by(name, false) {
            Some(rule) => SkipReason::Ignored(rule),
            None if base_of(name).is_some() => return true,
            None if media_kind(name::split_extension(name).1).is_none() => SkipReason::NotMedia,
            None => return true,
        };
        skips.borrow_mut().note(name, false, reason);
        false
    };
    let mut items = match scan.volume.list(&path, &wanted) {
        Ok(items) => items,
        Err(error) if folder.is_empty() => {
            return Err(ScanError::Offline {
                why: error.to_string(),
            });
        }
        Err(error) => {
            tracing::warn!(folder = %String::from_utf8_lossy(&path), %error, "a folder cannot be read: what is known of it stays");
            walked.found.unreadable_folders += 1;
            walked.skips.note(&path, true, SkipReason::of_error(&error));
            keep_below(&scan.app.view(), scan, &path, walked);
            return Ok(Vec::new());
        }
    };
    if folder.is_empty() && items.is_empty() && !walked.known.is_empty() {
        return Err(ScanError::Offline {
            why: "its folder is empty".into(),
        });
    }
    if marked.get() {
        walked.skips.note(&path, true, SkipReason::Marked);
        return Ok(Vec::new());
    }
    walked.found.folders += 1;
    walked.skips.absorb(&path, skips.into_inner());
    items.sort_unstable();
    let known = known_in(&scan.app.view(), scan, &path);
    let (mut children, mut sidecars) = (Vec::new(), Vec::new());
    for Item { name, kind } in items {
        let mut skip = |is_folder, reason| walked.skips.note(&join(&path, &name), is_folder, reason);
        match kind {
            ItemKind::Folder => match ignored_by(&name, true) {
                Some(rule) => skip(true, SkipReason::Ignored(rule)),
                None => children.push(name),
            },
            ItemKind::Link => skip(false, SkipReason::Link),
            ItemKind::Special => skip(false, SkipReason::Special),
            ItemKind::File { size, mtime_ns, .. } if base_of(&name).is_some() => {
                sidecars.push(SidecarStamp { name, size, mtime_ns });
            }
            ItemKind::File { size, mtime_ns, ino } => {
                walked.found.files += 1;
                let known = known.get(&name).map_or(&[][..], Vec::as_slice);
                let mut path = folder.to_vec();
                path.push(name);
                compare(
                    known,
                    FileSighting {
                        path,
                        size,
                        mtime_ns,
                        ino,
                    },
                    walked,
                );
            }
        }
    }
    walked.sidecars.saw(scan, &path, sidecars);
    Ok(children)
}

/// What a sighting is, given the files that are or were known under its path.
fn compare(known: &[Known], sighting: FileSighting, walked: &mut Walked) {
    let same = |known: &&Known| known.size == sighting.size && known.mtime_ns == sighting.mtime_ns;
    let FileSighting {
        size, mtime_ns, ino, ..
    } = sighting;
    if let Some(there) = known.iter().find(|known| known.present) {
        walked.seen.insert(there.id);
        let stamp = FileStamp {
            id: there.id,
            size,
            mtime_ns,
            ino,
        };
        if same(&there) {
            // Copied back or on another device: the same as far as a stamp can tell.
        } else if there.ino == ino {
            walked.changed.push(stamp);
        } else {
            walked.replaced.push((stamp, sighting));
        }
    } else if let Some(back) = known.iter().find(same) {
        walked.seen.insert(back.id);
        walked.returned.insert(back.id);
    } else {
        // The path was another photo's once: what was done to that is not this one's.
        walked.new.push(sighting);
    }
}

fn known_in(view: &View, scan: &Scan<'_>, path: &[u8]) -> FxHashMap<Box<[u8]>, Vec<Known>> {
    let mut known: FxHashMap<Box<[u8]>, Vec<Known>> = FxHashMap::default();
    let folder = view
        .folder_at(scan.library, path)
        .and_then(|folder| view.folder(folder));
    for id in folder.into_iter().flat_map(|folder| folder.files.iter()) {
        let Some(row) = view.file(id) else { continue };
        let (size, mtime_ns, ino, present) = (row.size, row.mtime_ns, row.ino, row.is_present());
        known.entry((*row.name).into()).or_default().push(Known {
            id,
            size,
            mtime_ns,
            ino,
            present,
        });
    }
    known
}

/// Takes all that is known below a folder for seen.
fn keep_below(view: &View, scan: &Scan<'_>, path: &[u8], walked: &mut Walked) {
    let mut folders: Vec<FolderId> = view.folder_at(scan.library, path).into_iter().collect();
    while let Some(folder) = folders.pop() {
        let Some(row) = view.folder(folder) else { continue };
        walked.seen |= &row.files;
        walked.sidecars.keep(folder);
        folders.extend(&row.children);
    }
}
