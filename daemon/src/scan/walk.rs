//! The walk: folders in the order of their names, compared with what is known.

use super::renumbered::Renumbered;
use super::sidecars::Sidecars;
use super::skipped::{SkipReason, Skips, join};
use super::{BATCH, Found, Part, Scan, ScanError, Scope};
use crate::storage::{Item, ItemKind};
use kphotos_domain::catalog::{MediaKind, SIGNATURE_BYTES, is_unnamed, kind_by_content, media_kind};
use kphotos_domain::command::{Command, RegisterFiles};
use kphotos_domain::event::FileStamp;
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::{FileId, FileSet, FolderId, LibraryId, name};
use kphotos_domain::sidecar::{SidecarStamp, base_of};
use kphotos_domain::storage::{FileSighting, IGNORE_MARK, ignored_by};
use kphotos_domain::view::{FileRow, View};
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::io::Read as _;

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
    /// As they were but for the inode.
    pub(super) renumbered: Renumbered,
    pub(super) returned: FileSet,
    /// The paths of files that are being written.
    pub(super) writing: Vec<Vec<Box<[u8]>>>,
    /// Known files that are there, or whose folder could not be read.
    pub(super) seen: FileSet,
    /// Known files that were present before.
    pub(super) known: FileSet,
    /// Sidecars.
    pub(super) sidecars: Sidecars,
}

/// A known file of a folder.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) id: FileId,
    size: u64,
    mtime_ns: i64,
    ino: u64,
    present: bool,
}

/// What became of a look at a folder.
enum Visited {
    /// It was listed: the folders in it, in the order of their names.
    Listed(Vec<Box<[u8]>>),
    /// It is left out, by rule or mark, or is not there: nothing below it is.
    LeftOut,
    /// It cannot be read: what is known of it stays.
    Unreadable,
}

/// Whether a scan has any use for a file of this name.
pub(crate) fn concerns(name: &[u8]) -> bool {
    name == IGNORE_MARK || left_out(name).is_none()
}

/// Why a file of this name is left out.
fn left_out(name: &[u8]) -> Option<SkipReason> {
    match ignored_by(name, false) {
        Some(rule) => Some(SkipReason::Ignored(rule)),
        None if base_of(name).is_some() => None,
        // Its first bytes tell.
        None if is_unnamed(name) => None,
        None if media_kind(name::split_extension(name).1).is_none() => Some(SkipReason::NotMedia),
        None => None,
    }
}

pub(super) fn walk(scan: &Scan<'_>) -> Result<Walked, ScanError> {
    let mut walked = Walked::default();
    match scan.scope {
        Scope::Library => {
            walked.known = known_files(&scan.app.view(), scan.library);
            walk_below(scan, Vec::new(), &mut walked)?;
        }
        Scope::Folders(parts) => {
            let mut ways = Ways::default();
            for part in parts {
                walk_part(scan, part, &mut ways, &mut walked)?;
            }
        }
    }
    Ok(walked)
}

/// Walks a folder and all below it. In a library of which nothing is known what is
/// found is registered on the way.
fn walk_below(scan: &Scan<'_>, start: Vec<Box<[u8]>>, walked: &mut Walked) -> Result<(), ScanError> {
    let fresh = *scan.scope == Scope::Library && walked.known.is_empty();
    let mut folders = vec![start];
    while let Some(folder) = folders.pop() {
        if (scan.stop)() {
            return Err(ScanError::Stopped);
        }
        if let Visited::Listed(children) = visit(scan, &folder, walked)? {
            // Last in, first out: the reverse of the order of names.
            folders.extend(children.into_iter().rev().map(|child| {
                let mut path = folder.clone();
                path.push(child);
                path
            }));
        }
        if fresh && walked.new.len() >= BATCH {
            register(scan, walked)?;
            walked.sidecars.note(scan)?;
        }
        scan.progress.set(walked.found.files, 0);
    }
    if fresh {
        register(scan, walked)?;
    }
    Ok(())
}

/// Walks one of the folders of a scope. What was known there, and is not seen
/// there, may still be seen in another.
fn walk_part(scan: &Scan<'_>, part: &Part, ways: &mut Ways, walked: &mut Walked) -> Result<(), ScanError> {
    if (scan.stop)() {
        return Err(ScanError::Stopped);
    }
    let folder: Vec<Box<[u8]>> = part
        .path
        .split(|byte| *byte == b'/')
        .filter(|name| !name.is_empty())
        .map(Box::from)
        .collect();
    {
        let view = scan.app.view();
        let known = view.folder_at(scan.library, &part.path);
        add_known(&view, known, part.below, walked);
    }
    match ways.to(scan, &folder) {
        // On what cannot be reached now nobody can say anything.
        Way::Unreadable => {
            keep_below(&scan.app.view(), scan, &part.path, walked);
            return Ok(());
        }
        Way::LeftOut => return Ok(()),
        Way::Open => {}
    }
    if part.below {
        return walk_below(scan, folder, walked);
    }
    let visited = visit(scan, &folder, walked)?;
    scan.progress.set(walked.found.files, 0);
    let view = scan.app.view();
    let known = view
        .folder_at(scan.library, &part.path)
        .and_then(|id| view.folder(id));
    for child in known.into_iter().flat_map(|row| &row.children) {
        let is_there = |children: &[Box<[u8]>]| {
            view.folder(*child)
                .is_some_and(|row| children.binary_search(&row.name).is_ok())
        };
        let went = match &visited {
            Visited::Listed(children) => !is_there(children),
            Visited::LeftOut => true,
            Visited::Unreadable => false,
        };
        if went {
            add_known(&view, Some(*child), true, walked);
        }
    }
    Ok(())
}

/// Adds the files of a folder that are present, and its sidecars, with those below or not.
fn add_known(view: &View, folder: Option<FolderId>, below: bool, walked: &mut Walked) {
    let mut folders: Vec<FolderId> = folder.into_iter().collect();
    while let Some(folder) = folders.pop() {
        let Some(row) = view.folder(folder) else { continue };
        walked.known.extend(view.folder_files(folder));
        walked.sidecars.mean(folder);
        if below {
            folders.extend(&row.children);
        }
    }
}

/// Whether a folder can be reached from the root.
#[derive(Clone, Copy)]
enum Way {
    /// It can.
    Open,
    /// A folder on the way, or its own name, is left out, or is not there.
    LeftOut,
    /// A folder on the way cannot be read.
    Unreadable,
}

/// The folders on the way to those of a scope: each is looked at for a mark once.
#[derive(Default)]
struct Ways(FxHashMap<Vec<u8>, Way>);

impl Ways {
    fn to(&mut self, scan: &Scan<'_>, folder: &[Box<[u8]>]) -> Way {
        if folder.iter().any(|name| ignored_by(name, true).is_some()) {
            return Way::LeftOut;
        }
        for depth in 0..folder.len() {
            let above = folder.get(..depth).unwrap_or_default().join(&b'/');
            let way = match self.0.get(&above) {
                Some(way) => *way,
                None => {
                    let way = Self::look(scan, &above);
                    self.0.insert(above, way);
                    way
                }
            };
            if !matches!(way, Way::Open) {
                return way;
            }
        }
        Way::Open
    }

    fn look(scan: &Scan<'_>, folder: &[u8]) -> Way {
        let marked = Cell::new(false);
        let look = |name: &[u8]| {
            marked.set(marked.get() || name == IGNORE_MARK);
            false
        };
        match scan.volume.list(folder, &look) {
            Ok(_) if marked.get() => Way::LeftOut,
            Ok(_) => Way::Open,
            Err(error) if is_absence(&error) => Way::LeftOut,
            Err(_) => Way::Unreadable,
        }
    }
}

/// Whether a folder that cannot be listed is not there at all.
pub(super) fn is_absence(error: &std::io::Error) -> bool {
    matches!(
        error.raw_os_error(),
        Some(libc::ENOENT | libc::ENOTDIR | libc::ELOOP)
    )
}

/// The files of a library that are known to be present.
pub(super) fn known_files(view: &View, library: LibraryId) -> FileSet {
    let present = |(_, row): &(FileId, &FileRow)| row.is_present() && view.library_of(row.folder) == library;
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

/// Looks at one folder.
fn visit(scan: &Scan<'_>, folder: &[Box<[u8]>], walked: &mut Walked) -> Result<Visited, ScanError> {
    let path = folder.join(&b'/');
    // Before it is listed: what comes later is told by the one who watches.
    scan.watch.enter(scan.volume, &path);
    let (skips, marked) = (RefCell::new(Skips::default()), Cell::new(false));
    let wanted = |name: &[u8]| {
        marked.set(marked.get() || name == IGNORE_MARK);
        let Some(reason) = left_out(name) else {
            return true;
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
        Err(error) if is_absence(&error) && is_part(scan.scope, &path) => return Ok(Visited::LeftOut),
        Err(error) => {
            tracing::warn!(folder = %String::from_utf8_lossy(&path), %error, "a folder cannot be read: what is known of it stays");
            walked.found.unreadable_folders += 1;
            walked.skips.note(&path, true, SkipReason::of_error(&error));
            keep_below(&scan.app.view(), scan, &path, walked);
            return Ok(Visited::Unreadable);
        }
    };
    if folder.is_empty() && items.is_empty() && *scan.scope == Scope::Library && !walked.known.is_empty() {
        return Err(ScanError::Offline {
            why: "its folder is empty".into(),
        });
    }
    if marked.get() {
        walked.skips.note(&path, true, SkipReason::Marked);
        return Ok(Visited::LeftOut);
    }
    walked.found.folders += 1;
    walked.skips.absorb(&path, skips.into_inner());
    items.sort_unstable();
    Ok(Visited::Listed(take(scan, folder, items, walked)))
}

/// Takes what a folder holds; gives the folders in it that are to be looked at.
fn take(scan: &Scan<'_>, folder: &[Box<[u8]>], items: Vec<Item>, walked: &mut Walked) -> Vec<Box<[u8]>> {
    let path = folder.join(&b'/');
    let known = known_in(&scan.app.view(), scan, &path);
    let (mut children, mut sidecars) = (Vec::new(), Vec::new());
    for Item { name, kind } in items {
        let own = join(&path, &name);
        let mut skip = |is_folder, reason| walked.skips.note(&own, is_folder, reason);
        let known = known.get(&name).map_or(&[][..], Vec::as_slice);
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
            ItemKind::File { .. } if scan.watch.is_in_writing(&own) => {
                walked.seen.extend(known.iter().map(|known| known.id));
                let mut path = folder.to_vec();
                path.push(name);
                walked.writing.push(path);
            }
            ItemKind::File { size, mtime_ns, ino } => match kind_of(scan, &own, (size, mtime_ns), known) {
                Ok(kind) => {
                    walked.found.files += 1;
                    let mut path = folder.to_vec();
                    path.push(name);
                    let sighting = FileSighting {
                        path,
                        size,
                        mtime_ns,
                        ino,
                        kind,
                    };
                    compare(known, sighting, walked);
                }
                Err(reason) => skip(false, reason),
            },
        }
    }
    walked.sidecars.saw(scan, &path, sidecars);
    children
}

/// What a file is whose name does not tell, by its first bytes; `None` where the name
/// tells, and of a file that is as it was.
///
/// # Errors
/// Why it is left out.
fn kind_of(
    scan: &Scan<'_>,
    path: &[u8],
    (size, mtime_ns): (u64, i64),
    known: &[Known],
) -> Result<Option<MediaKind>, SkipReason> {
    let own_name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    let there = known.iter().find(|known| known.present);
    let is_as_it_was = there.is_some_and(|known| known.size == size && known.mtime_ns == mtime_ns);
    if !is_unnamed(own_name) || is_as_it_was {
        return Ok(None);
    }
    let mut head = Vec::with_capacity(SIGNATURE_BYTES);
    let read = scan
        .volume
        .open(path)
        .and_then(|file| file.take(SIGNATURE_BYTES as u64).read_to_end(&mut head));
    match (kind_by_content(&head), read) {
        (Some(kind), _) => Ok(Some(kind)),
        // It was one: the reader says what became of it.
        (None, _) if there.is_some() => Ok(None),
        (None, Ok(_)) => Err(SkipReason::NotMedia),
        (None, Err(error)) => Err(SkipReason::of_error(&error)),
    }
}

/// Whether this folder is one that was asked for, not one met on the way.
fn is_part(scope: &Scope, path: &[u8]) -> bool {
    match scope {
        Scope::Library => false,
        Scope::Folders(parts) => parts.iter().any(|part| part.path == path),
    }
}

/// What a sighting is, given the files that are or were known under its path.
pub(super) fn compare(known: &[Known], sighting: FileSighting, walked: &mut Walked) {
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
        if same(&there) && there.ino == ino {
            walked.renumbered.saw_as_before();
        } else if same(&there) {
            walked.renumbered.add(stamp, sighting);
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

pub(super) fn known_in(view: &View, scan: &Scan<'_>, path: &[u8]) -> FxHashMap<Box<[u8]>, Vec<Known>> {
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
