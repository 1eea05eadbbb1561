//! Relocating and removing libraries, the same from every surface.
//!
//! Before a folder is taken for a library that was known elsewhere, a sample of the
//! files that it should hold is looked for there ([`recognise`]), through the same
//! descriptor that the library will be read by: what is found is what will be served.
//! A library that the settings declare is refused here: at the next start they would
//! say otherwise again; they know their library again when its path is another one
//! (`run/libraries`).

use super::libraries::{apart_from_mounts, folder};
use super::{Refusal, Services};
use crate::storage::Volume;
use kphotos_domain::app::Receipt;
use kphotos_domain::command::{Command, RelocateLibrary};
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::{ErrorCode, JobId, LibraryId, UserId};
use kphotos_domain::storage::{Library, Sampled, StorageError, sample};

/// Where a library is said to lie now.
pub(crate) struct Relocate {
    /// Which.
    pub(crate) library: LibraryId,
    /// Its root, absolute, the bytes of the file system.
    pub(crate) path: Vec<u8>,
    /// Take it even if its photos are not found there.
    pub(crate) force: bool,
    /// Say what would be done.
    pub(crate) dry_run: bool,
}

/// Relocates a library: the tree reads from the new place when this returns, and a scan
/// of it is asked for. Files that are open are read to their end where they were.
///
/// # Errors
/// No such library; one that the settings declare; a place that can be none; photos that
/// are not there.
pub(crate) fn relocate_library(
    services: &Services,
    user: UserId,
    wanted: Relocate,
) -> Result<(Receipt, Option<JobId>), Refusal> {
    let Relocate {
        library: id,
        path,
        force,
        dry_run,
    } = wanted;
    let library = undeclared(services, id, |library| {
        let (name, path) = (&library.name, String::from_utf8_lossy(&path));
        format!(
            "write path = \"{path}\" and name = \"{name}\" in its [[library]] of kphotos.toml (or give --library {path}) and start kphotosd again; it is known by its photos there"
        )
    })?;
    apart_from_mounts(services, &path)?;
    let root = folder(&path)?;
    apart_from_mounts(services, &root)?;
    let actor = Actor::User(user);
    let command = Command::RelocateLibrary(RelocateLibrary {
        library: id,
        root: root.clone(),
    });
    let planned = services.app.preview(actor, &command)?;
    if root == library.root {
        return Ok((planned, None));
    }
    let volume = services
        .roots
        .open(&root)
        .map_err(|why| Refusal::new(ErrorCode::Unavailable, why))?;
    if !force {
        let known = sample(&services.app.view(), id);
        recognise(&library, &root, &known, &*volume).map_err(|why| {
            let text =
                format!("{why}; give the folder that holds them, or take it all the same with --force");
            Refusal::new(ErrorCode::Conflict, text)
        })?;
    }
    if dry_run {
        return Ok((planned, None));
    }
    let receipt = services.app.execute(actor, &command)?;
    services.roots.attach(id, volume);
    let job = services.jobs.request_scan(id, false)?;
    Ok((receipt, Some(job)))
}

/// Removes a library.
///
/// # Errors
/// No such library; one that the settings declare; one of which something is shared.
pub(crate) fn remove_library(
    services: &Services,
    user: UserId,
    id: LibraryId,
    dry_run: bool,
) -> Result<Receipt, Refusal> {
    undeclared(services, id, |_| {
        "take its [[library]] out of kphotos.toml (or its --library away) and start kphotosd again, then remove it"
            .to_owned()
    })?;
    let (actor, command) = (Actor::User(user), Command::RemoveLibrary(id));
    if dry_run {
        return Ok(services.app.preview(actor, &command)?);
    }
    let receipt = services.app.execute(actor, &command)?;
    services.roots.detach(id);
    Ok(receipt)
}

/// Refuses a folder in which files of the sample are not: by path and size.
///
/// # Errors
/// How many were found, and one that was not.
pub(crate) fn recognise(
    library: &Library,
    root: &[u8],
    known: &[Sampled],
    volume: &dyn Volume,
) -> Result<(), String> {
    let is_there = |file: &&Sampled| {
        let meta = volume.open(&file.path).and_then(|file| file.metadata());
        meta.is_ok_and(|meta| meta.is_file() && meta.len() == file.size)
    };
    let found = known.iter().filter(is_there).count();
    match known.iter().find(|file| !is_there(file)) {
        None => Ok(()),
        Some(missing) => {
            let (root, path) = (
                String::from_utf8_lossy(root),
                String::from_utf8_lossy(&missing.path),
            );
            Err(format!(
                "`{root}` does not look like the library {}: of {} of its files {found} are there; `{path}` of {} bytes is not",
                library.name,
                known.len(),
                missing.size
            ))
        }
    }
}

/// The library, if the settings do not declare it; else what to do about them.
fn undeclared(
    services: &Services,
    id: LibraryId,
    cure: impl FnOnce(&Library) -> String,
) -> Result<Library, Refusal> {
    let library = services.app.view().library(id).cloned();
    let library = library.ok_or(StorageError::NoLibrary { library: id })?;
    if services.is_declared(&library) {
        let text = format!(
            "the settings declare the library {} at `{}`: {}",
            library.name,
            String::from_utf8_lossy(&library.root),
            cure(&library)
        );
        return Err(Refusal::new(ErrorCode::Conflict, text));
    }
    Ok(library)
}
