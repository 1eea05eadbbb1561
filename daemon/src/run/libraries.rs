//! The libraries at start: those that the settings name are added, and a scan
//! of each is asked for, because much may have happened while nobody looked.

use crate::config::DeclaredLibrary;
use crate::mounter::{Mounter, RootHow};
use crate::scan::looks_right;
use crate::storage::{LocalVolume, Volumes};
use crate::system::host_zone;
use anyhow::Result;
use kphotos_domain::app::App;
use kphotos_domain::command::{Command, EnqueueJob};
use kphotos_domain::identity::{Actor, User};
use kphotos_domain::kernel::{LibraryId, UserId};
use kphotos_domain::processing::{AskedBy, JobKind};
use kphotos_domain::storage::{Library, NewLibrary};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::Arc;

/// Makes user 1 of who runs this daemon, unless that is known.
///
/// # Errors
/// If it cannot be written down.
pub(super) fn register_owner(app: &App, uid: u32) -> Result<()> {
    let name = login_name(uid);
    if !app
        .view()
        .users()
        .any(|user| user.id == UserId::new(1) && user.uid == uid)
    {
        let user = User {
            id: UserId::new(1),
            name,
            uid,
        };
        app.execute(Actor::System, &Command::RegisterUser(user))?;
    }
    Ok(())
}

/// The login name of a uid, by `/etc/passwd`; a service manager sets no `USER`.
fn login_name(uid: u32) -> Box<str> {
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number.parse() == Ok(uid)).then_some(name)
    });
    name.map_or_else(|| format!("uid {uid}").into(), Into::into)
}

/// Adds the libraries of the settings that are not there yet. One that is
/// refused (it overlaps another, say) is reported, and the others go on.
pub(super) fn declare(app: &App, declared: &[DeclaredLibrary]) {
    for library in declared {
        let root: Box<[u8]> = library.path.as_os_str().as_bytes().into();
        if app.view().libraries().any(|known| known.root == root) {
            continue;
        }
        let name = library.name.as_deref().map(Into::into);
        let command = Command::AddLibrary(NewLibrary {
            name,
            root,
            timezone: host_zone(),
        });
        match app.execute(Actor::System, &command) {
            Ok(receipt) => tracing::info!("{}", receipt.summary),
            Err(error) => tracing::error!("{error}"),
        }
    }
}

/// Asks for a scan of every library.
///
/// # Errors
/// If it cannot be written down.
pub(super) fn scan_all(app: &App) -> Result<()> {
    let libraries: Vec<LibraryId> = app.view().libraries().map(|library| library.id).collect();
    for library in libraries {
        let command = Command::EnqueueJob(EnqueueJob {
            kind: JobKind::Scan,
            library,
            asked: AskedBy::Daemon,
            priority: None,
        });
        app.execute(Actor::System, &command)?;
    }
    Ok(())
}

/// Opens the roots of all libraries, so that the tree can read them at once.
/// One that cannot be opened is offline until a scan finds it.
pub(super) fn attach_all(app: &App, mounter: &Mounter, volumes: &Volumes) {
    let libraries: Vec<Library> = app.view().libraries().cloned().collect();
    for library in libraries {
        match open_root(mounter, &library) {
            // Another disk may be mounted there: a scan tells.
            Ok(volume) if looks_right(app, &volume, library.id) => {
                volumes.attach(library.id, Arc::new(volume));
            }
            Ok(_) => tracing::warn!(library = %library.name, "a library's files are not where they were"),
            Err(why) => tracing::warn!(library = %library.name, why, "a library is offline"),
        }
    }
}

/// Opens the root of a library through the mounter.
///
/// # Errors
/// Why it cannot be opened, and how to mend it.
pub(super) fn open_root(mounter: &Mounter, library: &Library) -> Result<LocalVolume, String> {
    let path = Path::new(OsStr::from_bytes(&library.root));
    let root = mounter.open_root(path).map_err(|error| error.to_string())?;
    Ok(LocalVolume::new(root.fd, root.how != RootHow::Clone))
}
