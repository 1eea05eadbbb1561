//! Libraries that lie elsewhere now, and those that are libraries no more.
//!
//! Relocating changes one thing, the root: ids, inode numbers, names, edits and
//! shares stay, because the files are the same under the same paths below it.
//! Whether they are is looked at before, by whoever can look: the [`sample`] says
//! at which files. Removing takes a library out of the tree and keeps what is
//! known of its photos, as of any that are missing; nothing is done to originals.
//! Jobs of a library end with either, since they look at the place it had.
//!
//! Both are in history and cannot be undone, but done the other way round.

use super::StorageError;
use super::command::fit;
use crate::event::{ChangeSet, EntryKind, Event};
use crate::kernel::{FileId, FileSet, LibraryId, Owner};
use crate::processing::JobState;
use crate::view::{FileRow, View};

/// How many files tell whether a folder is the library that was known elsewhere.
pub const SAMPLE: usize = 16;

/// A file by which a library is known again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sampled {
    /// Path below the root, names between slashes.
    pub path: Vec<u8>,
    /// Bytes.
    pub size: u64,
}

/// Up to [`SAMPLE`] files that are present in a library, from its first to its last
/// and evenly between; all of them if they are no more. Empty where none is known.
#[must_use]
pub fn sample(view: &View, library: LibraryId) -> Vec<Sampled> {
    let files: Vec<FileId> = present(view, library).collect();
    let last = files.len().saturating_sub(1);
    let wanted = files.len().min(SAMPLE);
    let of_all = |at: usize| files.get(at * last / wanted.saturating_sub(1).max(1));
    (0..wanted)
        .filter_map(|at| {
            let file = *of_all(at)?;
            let (_, path) = view.file_path(file)?;
            let size = view.file(file)?.size;
            Some(Sampled { path, size })
        })
        .collect()
}

/// Says where a library lies now; see [`sample`] for what is to be asked before.
///
/// # Errors
/// [`StorageError`]: no such library of this owner, no absolute path, or an overlap
/// with another library or a mount.
pub fn relocate_library(
    view: &View,
    owner: Owner,
    id: LibraryId,
    root: &[u8],
) -> Result<ChangeSet, StorageError> {
    let library = view
        .library(id)
        .filter(|library| library.owner == owner)
        .ok_or(StorageError::NoLibrary { library: id })?;
    let shown = String::from_utf8_lossy(root);
    if *library.root == *root {
        return Ok(ChangeSet::none(format!("{} is at {shown} already", library.name)));
    }
    fit(view, root, Some(id))?;
    let before = String::from_utf8_lossy(&library.root);
    let summary = format!("library {} is at {shown} now; it was at {before}", library.name);
    let mut events = ended_jobs(view, id);
    events.push(Event::LibraryRelocated {
        library: id,
        before: library.root.clone(),
        after: root.into(),
    });
    Ok(ChangeSet::new(EntryKind::Irrevocable, summary, events))
}

/// Lets a folder be a library no more. Its photos are missing then, with every edit;
/// its name and its root are free.
///
/// # Errors
/// [`StorageError::NoLibrary`]; what is shared of it is for
/// [`crate::sharing::SharingError::Shared`].
pub fn remove_library(view: &View, owner: Owner, id: LibraryId) -> Result<ChangeSet, StorageError> {
    let library = view
        .library(id)
        .filter(|library| library.owner == owner)
        .ok_or(StorageError::NoLibrary { library: id })?;
    let files: FileSet = present(view, id).collect();
    let count = match files.len() {
        1 => "1 file".to_owned(),
        count => format!("{count} files"),
    };
    let root = String::from_utf8_lossy(&library.root);
    let summary = format!(
        "library {} removed: {count} at {root} left as they are, edits kept",
        library.name
    );
    let mut events = ended_jobs(view, id);
    let touched = files.len();
    if touched > 0 {
        events.push(Event::FilesGone { files });
    }
    events.push(Event::LibraryRemoved { library: id });
    Ok(ChangeSet::new(EntryKind::Irrevocable, summary, events).touching(touched))
}

/// The files that are there, ascending.
fn present(view: &View, library: LibraryId) -> impl Iterator<Item = FileId> {
    view.files()
        .filter(move |(_, row)| FileRow::is_present(row) && view.library_of(row.folder) == library)
        .map(|(file, _)| file)
}

fn ended_jobs(view: &View, library: LibraryId) -> Vec<Event> {
    view.jobs()
        .filter(|job| job.library == library && !job.state.is_over())
        .map(|job| Event::JobSettled {
            job: job.id,
            state: JobState::Cancelled,
        })
        .collect()
}
