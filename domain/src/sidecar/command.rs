//! Noting which sidecars a folder holds.

use super::SidecarStamp;
use crate::command::NoteSidecars;
use crate::event::{ChangeSet, EntryKind, Event};
use crate::storage::StorageError;
use crate::view::View;

/// Notes sidecars that a scan saw, or saw no more, in one folder. What is known
/// already is left out.
///
/// # Errors
/// [`StorageError::NoFolder`].
pub fn note_sidecars(view: &View, command: &NoteSidecars) -> Result<ChangeSet, StorageError> {
    let folder = command.folder;
    if view.folder(folder).is_none() {
        return Err(StorageError::NoFolder { folder });
    }
    let known = view.sidecars_in(folder);
    let is_new = |stamp: &&SidecarStamp| known.binary_search(stamp).is_err();
    let is_known = |name: &[u8]| view.sidecar_named(folder, name).is_some();
    let seen: Vec<SidecarStamp> = command.seen.iter().filter(is_new).cloned().collect();
    let gone: Vec<Box<[u8]>> = command
        .gone
        .iter()
        .filter(|name| is_known(name))
        .cloned()
        .collect();
    let count = seen.len() as u64 + gone.len() as u64;
    let events = if count > 0 {
        vec![Event::SidecarsSeen { folder, seen, gone }]
    } else {
        Vec::new()
    };
    Ok(ChangeSet::new(
        EntryKind::Observation,
        format!("{count} sidecars changed"),
        events,
    )
    .touching(count))
}
