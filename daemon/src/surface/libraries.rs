//! Adding libraries and asking for scans, the same from every surface.
//!
//! Adding a library is the one call that looks at the file system: the path is
//! made canonical and must be a folder that can be read. It is compared with
//! the mounts before that, as text, and after it: a library may not lie in the
//! daemon's own tree, nor a mount in a library.

use crate::scan::Part;

use super::{Refusal, Services, library_at};
use kphotos_domain::command::{Command, EnqueueJob};
use kphotos_domain::identity::{Actor, authorize};
use kphotos_domain::kernel::{ErrorCode, JobId, LibraryId, UserId};
use kphotos_domain::processing::{AskedBy, JobKind};
use kphotos_domain::storage::{NewLibrary, StorageError};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// A library to be added.
pub(crate) struct AddLibrary {
    /// Its root, absolute, the bytes of the file system.
    pub(crate) path: Vec<u8>,
    /// Its name; else the folder's.
    pub(crate) name: Option<Box<str>>,
    /// IANA name; else the host's zone.
    pub(crate) timezone: Option<Box<str>>,
    /// Say what would be done.
    pub(crate) dry_run: bool,
}

/// What adding a library answers.
pub(crate) struct AddedLibrary {
    /// The library and the job that scans it; `None` after a dry run.
    pub(crate) made: Option<(LibraryId, JobId)>,
    /// The entry; 0 if there is none.
    pub(crate) revision: u64,
    /// What was done, for a person.
    pub(crate) summary: String,
}

/// Adds a library, and asks for a scan of it.
///
/// # Errors
/// A path that cannot be one, a zone that nobody knows, or what the domain refuses.
pub(crate) fn add_library(
    services: &Services,
    user: UserId,
    wanted: AddLibrary,
) -> Result<AddedLibrary, Refusal> {
    let AddLibrary {
        path,
        name,
        timezone,
        dry_run,
    } = wanted;
    let timezone = timezone.unwrap_or_else(|| services.default_timezone.clone());
    if services.zones.zone(&timezone).is_none() {
        return Err(Refusal::invalid(format!(
            "`{timezone}` is no time zone of this machine; give one like Europe/Berlin"
        )));
    }
    apart_from_mounts(services, &path)?;
    let root = folder(&path)?;
    apart_from_mounts(services, &root)?;
    let command = Command::AddLibrary(NewLibrary {
        name,
        root: root.clone(),
        timezone,
    });
    let actor = Actor::User(user);
    if dry_run {
        let summary = services.app.preview(actor, &command)?.summary;
        return Ok(AddedLibrary {
            made: None,
            revision: 0,
            summary,
        });
    }
    let receipt = services.app.execute(actor, &command)?;
    let library = services
        .app
        .view()
        .libraries()
        .find(|library| library.root == root)
        .map(|library| library.id);
    let library = library.ok_or_else(|| Refusal::internal(&"a library was added and is not there"))?;
    let job = services.jobs.request_scan(library, false)?;
    Ok(AddedLibrary {
        made: Some((library, job)),
        revision: receipt.revision.map_or(0, |revision| revision.number()),
        summary: receipt.summary,
    })
}

/// The canonical path of a folder that can be read.
pub(super) fn folder(path: &[u8]) -> Result<Box<[u8]>, Refusal> {
    let shown = String::from_utf8_lossy(path).into_owned();
    let given = Path::new(OsStr::from_bytes(path));
    if !given.is_absolute() {
        return Err(StorageError::NotAFolder { root: shown }.into());
    }
    let failed = |error: io::Error| {
        let (code, cure) = match error.raw_os_error() {
            Some(libc::ENOENT) => (ErrorCode::NotFound, "there is no such folder".to_owned()),
            Some(libc::EACCES | libc::EPERM) => (
                ErrorCode::NotPermitted,
                "the daemon may not read it; let its user in, or run it as one who may".to_owned(),
            ),
            Some(libc::ENOTDIR) => (ErrorCode::Invalid, "it is no folder".to_owned()),
            _ => (ErrorCode::Unavailable, error.to_string()),
        };
        Refusal::new(code, format!("`{shown}` cannot be a library: {cure}"))
    };
    let canonical = given.canonicalize().map_err(failed)?;
    canonical.read_dir().map_err(failed)?;
    Ok(canonical.as_os_str().as_bytes().into())
}

pub(super) fn apart_from_mounts(services: &Services, path: &[u8]) -> Result<(), Refusal> {
    let path = Path::new(OsStr::from_bytes(path));
    for mount in services.mounts.mounts() {
        let mount = Path::new(OsStr::from_bytes(&mount.path));
        let (path_shown, mount_shown) = (path.display(), mount.display());
        if path.starts_with(mount) {
            return Err(Refusal::new(
                ErrorCode::Conflict,
                format!("`{path_shown}` lies in the mount `{mount_shown}`: give the folder of the originals"),
            ));
        }
        if mount.starts_with(path) {
            return Err(Refusal::new(
                ErrorCode::Conflict,
                format!(
                    "the mount `{mount_shown}` lies in `{path_shown}`: mount elsewhere, or add the folders beside it"
                ),
            ));
        }
    }
    for folder in &services.own_folders {
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        if path.starts_with(&folder) || folder.starts_with(path) {
            return Err(Refusal::new(
                ErrorCode::Conflict,
                format!(
                    "`{}` and `{}`, where kphotosd writes, lie in each other: give the folder of the photos alone",
                    path.display(),
                    folder.display()
                ),
            ));
        }
    }
    Ok(())
}

/// Asks for scans: of the libraries named by number, of the folders given by path with
/// all below; of all if none is named. Answers the jobs.
///
/// # Errors
/// A library that nobody knows, or what the domain refuses.
pub(crate) fn scan(
    services: &Services,
    user: UserId,
    libraries: &[u32],
    paths: &[Vec<u8>],
    accept_missing: bool,
) -> Result<Vec<u32>, Refusal> {
    let mut wanted: Vec<LibraryId> = Vec::new();
    let mut folders: BTreeMap<LibraryId, Vec<Part>> = BTreeMap::new();
    {
        let view = services.app.view();
        if libraries.is_empty() && paths.is_empty() {
            wanted.extend(view.libraries().map(|library| library.id));
        }
        for library in libraries.iter().copied().map(LibraryId::new) {
            view.library(library).ok_or(StorageError::NoLibrary { library })?;
            wanted.push(library);
        }
        for path in paths {
            let (library, below) = library_at(&view, path).ok_or_else(|| {
                let shown = String::from_utf8_lossy(path);
                Refusal::not_found(format!(
                    "`{shown}` is in no library; `kphotos library list` lists them, `kphotos library add` adds a folder"
                ))
            })?;
            let path = below.strip_prefix(b"/").unwrap_or(below);
            let path = path.strip_suffix(b"/").unwrap_or(path).to_vec();
            match folders.get_mut(&library.id) {
                Some(parts) => parts.push(Part { path, below: true }),
                None => {
                    folders.insert(library.id, vec![Part { path, below: true }]);
                }
            }
        }
        // Of a library that is named itself all is looked at; the folder of a file is, for the file.
        folders.retain(|library, _| !wanted.contains(library));
        for (library, parts) in &mut folders {
            for part in parts {
                if view.file_at(*library, &part.path).is_some() {
                    let end = part.path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
                    part.path.truncate(end);
                    part.below = false;
                }
            }
        }
    }
    let mut jobs = Vec::new();
    wanted.extend(folders.keys());
    for library in wanted {
        let kind = JobKind::Scan;
        authorize(
            Actor::User(user),
            &Command::EnqueueJob(EnqueueJob {
                kind,
                library,
                asked: AskedBy::Person,
                priority: None,
            }),
        )?;
        let job = match folders.remove(&library) {
            Some(parts) => services.jobs.request_scan_of(library, parts)?,
            None => services.jobs.request_scan(library, accept_missing)?,
        };
        let job = job.number();
        if !jobs.contains(&job) {
            jobs.push(job);
        }
    }
    Ok(jobs)
}
