//! Adding and removing mounts: whether a place is fit, before anything is mounted.
//!
//! The domain knows libraries and added mounts; here come those that the settings
//! declare, the folders that the daemon writes in, and what lies at the place. The
//! place itself is looked at only once it is known to be no mount of this daemon.

use super::services::{AddedMount, RemovedMount};
use super::{Mount, Refusal, Services};
use crate::config::{lie_in_each_other, real};
use kphotos_domain::command::Command;
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::{ErrorCode, MountId, UserId};
use kphotos_domain::storage::{NewMount, StorageError};
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// Adds a mount; with `dry_run` only says what would be done.
///
/// # Errors
/// The place is not fit, or nothing can be mounted there.
pub(crate) fn add_mount(
    services: &Services,
    user: UserId,
    new: &NewMount,
    dry_run: bool,
) -> Result<AddedMount, Refusal> {
    let path = real(Path::new(OsStr::from_bytes(&new.path)));
    let new = NewMount {
        path: path.as_os_str().as_bytes().into(),
        options: new.options,
    };
    let receipt = services
        .app
        .preview(Actor::User(user), &Command::AddMount(new.clone()))?;
    apart(services, &path)?;
    fit(&path)?;
    if dry_run {
        let number = services.app.view().next().mount();
        let note = None;
        return Ok(AddedMount {
            number,
            receipt,
            note,
        });
    }
    services.mounts.add(user, &new)
}

/// Removes the mount of this number (0: the one at this path).
///
/// # Errors
/// There is none, or the settings declare it.
pub(crate) fn remove_mount(
    services: &Services,
    user: UserId,
    number: u32,
    path: &[u8],
    dry_run: bool,
) -> Result<RemovedMount, Refusal> {
    let mount = match number {
        0 => at_path(services, path)?,
        _ => MountId::new(number),
    };
    if dry_run {
        let receipt = services
            .app
            .preview(Actor::User(user), &Command::RemoveMount(mount))?;
        return Ok(RemovedMount { receipt, note: None });
    }
    services.mounts.remove(user, mount)
}

fn at_path(services: &Services, path: &[u8]) -> Result<MountId, Refusal> {
    let path = real(Path::new(OsStr::from_bytes(path)));
    let mounts = services.mounts.mounts();
    let here = |mount: &&Mount| place(mount) == path;
    // One that the settings declare too, at the same place, has a number.
    let number = mounts.iter().filter(here).find_map(|mount| mount.number);
    if let Some(number) = number {
        return Ok(number);
    }
    let shown = path.display();
    if mounts.iter().any(|mount| here(&mount)) {
        return Err(Refusal::new(
            ErrorCode::Conflict,
            format!(
                "the settings declare the mount `{shown}`: take its [[mount]] out of kphotos.toml and start kphotosd again"
            ),
        ));
    }
    Err(Refusal::not_found(format!(
        "`{shown}` is no mount; `kphotos mount list` lists them"
    )))
}

fn place(mount: &Mount) -> PathBuf {
    real(Path::new(OsStr::from_bytes(&mount.path)))
}

/// Apart from every mount and from the folders that the daemon writes in.
fn apart(services: &Services, path: &Path) -> Result<(), Refusal> {
    let shown = || path.display().to_string();
    for other in services.mounts.mounts().iter().map(place) {
        if other == path {
            return Err(StorageError::AlreadyAMount { path: shown() }.into());
        }
        if lie_in_each_other(&other, path) {
            let other = other.display().to_string();
            return Err(StorageError::MountsOverlap { path: shown(), other }.into());
        }
    }
    for folder in services.own_folders.iter().map(|folder| real(folder)) {
        if lie_in_each_other(&folder, path) {
            let folder = folder.display();
            return Err(Refusal::new(
                ErrorCode::Conflict,
                format!(
                    "`{}` and `{folder}`, where kphotosd writes, lie in each other: give another folder",
                    shown()
                ),
            ));
        }
    }
    Ok(())
}

/// An empty folder, or nothing yet in a folder that is there.
fn fit(path: &Path) -> Result<(), Refusal> {
    let refused = |code, why: String| {
        let path = path.display();
        Err(Refusal::new(
            code,
            format!("nothing can be mounted at `{path}`: {why}"),
        ))
    };
    let meta = match path.symlink_metadata() {
        Ok(meta) => meta,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return match path.parent().filter(|above| above.is_dir()) {
                Some(_) => Ok(()),
                None => refused(ErrorCode::NotFound, "make the folder above it first".into()),
            };
        }
        // What a killed daemon left: the mounter clears it away if it is ours.
        Err(error) if matches!(error.raw_os_error(), Some(libc::ENOTCONN | libc::ECONNABORTED)) => {
            return Ok(());
        }
        Err(error) => return refused(ErrorCode::Unavailable, error.to_string()),
    };
    if !meta.is_dir() {
        return refused(
            ErrorCode::Invalid,
            "it is no folder; links are not followed here".into(),
        );
    }
    match path.read_dir().map(|mut entries| entries.next()) {
        Ok(None) => Ok(()),
        Ok(Some(_)) => refused(
            ErrorCode::Conflict,
            "it is not empty; give an empty folder".into(),
        ),
        Err(error) => refused(ErrorCode::NotPermitted, format!("it cannot be read ({error})")),
    }
}
