//! Whether the folder at a library's path is the library: another disk may be mounted there.
//!
//! Two looks. [`looks_right`] opens up to 16 known files, spread over all, and is
//! content with the first that is there in its size: cheap enough for every look at a
//! folder. Where it finds none, only a whole scan tells a library that somebody
//! rearranged from another disk: in that one none of the known files is to be found,
//! neither at its path nor by the rule for moved files.

use super::settle::Sorted;
use super::walk::Walked;
use super::{Scan, ScanError, Scope};
use crate::storage::Volume;
use kphotos_domain::app::App;
use kphotos_domain::kernel::{FileId, LibraryId};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// Files looked for; with fewer known ones a library of which nothing is left is believed.
const SAMPLE: usize = 16;
/// Numbers looked up to find them.
const TRIES: u32 = 512;

/// Whether some of the files that are known to be present are there; also where none is known.
#[must_use]
pub fn looks_right(app: &App, volume: &dyn Volume, library: LibraryId) -> bool {
    let size = |path: &[u8]| {
        let file = volume.open(path).ok()?;
        Some(file.metadata().ok()?.len())
    };
    has_right_sizes(app, library, &size)
}

/// The same by paths, of a root that nobody opened. It waits as long as the root's file system likes.
pub(crate) fn holds_known(app: &App, library: LibraryId, root: &[u8]) -> bool {
    let size = |below: &[u8]| {
        let path = [root, b"/", below].concat();
        let found = Path::new(OsStr::from_bytes(&path)).symlink_metadata().ok()?;
        found.is_file().then_some(found.len())
    };
    let is_there = Path::new(OsStr::from_bytes(root)).is_dir();
    is_there && has_right_sizes(app, library, &size)
}

/// The same where `size` tells the size of a file by its path below the root.
fn has_right_sizes(app: &App, library: LibraryId, size: &dyn Fn(&[u8]) -> Option<u64>) -> bool {
    let sample = sample(app, library);
    sample.is_empty() || sample.iter().any(|(path, known)| size(path) == Some(*known))
}

/// Known files that are present, by path and size.
fn sample(app: &App, library: LibraryId) -> Vec<(Vec<u8>, u64)> {
    let view = app.view();
    let end = view.next().file().number();
    let step = (end / TRIES).max(1);
    let file = |number: u32| {
        let id = FileId::new(number);
        let row = view.file(id).filter(|row| row.is_present())?;
        let (of, path) = view.file_path(id).filter(|_| row.size > 0)?;
        (of == library).then_some((path, row.size))
    };
    let step = usize::try_from(step).unwrap_or(1);
    let found: Vec<_> = (1..end).step_by(step).filter_map(file).collect();
    let every = (found.len() / SAMPLE).max(1);
    found.into_iter().step_by(every).take(SAMPLE).collect()
}

/// Refuses to believe a whole scan that found nothing of what is known.
///
/// # Errors
/// [`ScanError::Offline`].
pub(super) fn check(scan: &Scan<'_>, walked: &Walked, sorted: &Sorted) -> Result<(), ScanError> {
    let known = walked.known.len();
    let is_wrong = *scan.scope == Scope::Library
        && known >= SAMPLE as u64
        && sorted.moved.is_empty()
        && (&walked.known & &walked.seen).is_empty();
    if !is_wrong || scan.accept_missing || scan.is_same_root {
        return Ok(());
    }
    Err(ScanError::Offline {
        why: format!(
            "none of its {known} files is there, as if another disk were mounted at its folder (if they are gone on purpose, run `kphotos library scan {} --accept-missing`)",
            scan.library
        ),
    })
}
