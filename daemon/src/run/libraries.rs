//! The libraries at start: those that the settings name are added, and a scan
//! of each is asked for, because much may have happened while nobody looked.

use crate::config::DeclaredLibrary;
use crate::mounter::{Mounter, RootHow};
use crate::scan::holds_known;
use crate::storage::{LocalVolume, Volume, Volumes};
use crate::surface::{RootControl, recognise};
use crate::system::host_zone;
use anyhow::Result;
use kphotos_domain::app::App;
use kphotos_domain::command::{Command, EnqueueJob, RelocateLibrary};
use kphotos_domain::identity::{Actor, User};
use kphotos_domain::kernel::{LibraryId, UserId};
use kphotos_domain::processing::{AskedBy, JobKind};
use kphotos_domain::storage::{Library, NewLibrary, sample};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

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

/// Adds the libraries of the settings that are not there yet, or finds that one of them
/// lies elsewhere now. One that is refused (it overlaps another, say) is reported, and
/// the others go on.
pub(super) fn declare(app: &App, mounter: &Mounter, declared: &[DeclaredLibrary]) {
    for library in declared {
        let root: Box<[u8]> = library.path.as_os_str().as_bytes().into();
        if app.view().libraries().any(|known| known.root == root) {
            continue;
        }
        let command = match relocated(app, mounter, declared, library) {
            Some(known) => Command::RelocateLibrary(RelocateLibrary { library: known, root }),
            None => Command::AddLibrary(NewLibrary {
                name: library.name.as_deref().map(Into::into),
                root,
                timezone: host_zone(),
            }),
        };
        match app.execute(Actor::System, &command) {
            Ok(receipt) => tracing::info!("{}", receipt.summary),
            Err(error) => tracing::error!("{error}"),
        }
    }
}

/// The library that the settings mean by a folder that is none yet: who moves a library
/// writes another path there. It is one that they declare nowhere else, of the name that
/// they give or, if they give none, of the folder's name and gone from where it was; and
/// its photos are in the folder.
fn relocated(
    app: &App,
    mounter: &Mounter,
    declared: &[DeclaredLibrary],
    wanted: &DeclaredLibrary,
) -> Option<LibraryId> {
    let own = wanted.path.file_name()?.to_string_lossy();
    let name = wanted.name.as_deref().unwrap_or(&own);
    let (known, sample) = {
        let view = app.view();
        let known = view.libraries().find(|library| *library.name == *name)?.clone();
        let sample = sample(&view, known.id);
        (known, sample)
    };
    let before = Path::new(OsStr::from_bytes(&known.root));
    let is_declared = declared.iter().any(|other| other.path == before);
    let is_gone = wanted.name.is_some() || !before.is_dir();
    if is_declared || !is_gone || sample.is_empty() {
        return None;
    }
    let root = wanted.path.as_os_str().as_bytes();
    let recognised = open(mounter, root).and_then(|volume| recognise(&known, root, &sample, &volume));
    match recognised {
        Ok(()) => Some(known.id),
        Err(why) => {
            tracing::warn!(
                "{why}; `kphotos library relocate --force` takes it all the same, before the settings declare it"
            );
            None
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

/// How long roots are waited for at the start, all together.
const PATIENCE: Duration = Duration::from_secs(2);

/// Opens the roots of all libraries, so that the tree can read them at once.
/// One that cannot be opened, or does not answer, is offline until a scan finds it.
pub(super) fn attach_all(app: &Arc<App>, mounter: &Mounter, volumes: &Volumes) {
    let libraries: Vec<Library> = app.view().libraries().cloned().collect();
    let until = Instant::now() + PATIENCE;
    let looks: Vec<_> = libraries.iter().map(|library| look_aside(app, library)).collect();
    for (library, look) in libraries.iter().zip(looks) {
        let left = until.saturating_duration_since(Instant::now());
        let opened = match look.recv_timeout(left) {
            Ok(true) => open_root(mounter, library),
            // Another disk may be mounted there: a scan tells.
            Ok(false) => Err("its files are not where they were".to_owned()),
            Err(_) => Err("it does not answer".to_owned()),
        };
        match opened {
            Ok(volume) => volumes.attach(library.id, Arc::new(volume)),
            Err(why) => tracing::warn!(library = %library.name, why, "a library is offline"),
        }
    }
}

/// Has another thread look whether known files of a library are there: it may wait for a disk for ever.
fn look_aside(app: &Arc<App>, library: &Library) -> Receiver<bool> {
    let (tell, told) = sync_channel(1);
    let (app, id, root) = (app.clone(), library.id, library.root.clone());
    let look = move || {
        // It may be too late for those who asked.
        let _nobody = tell.send(holds_known(&app, id, &root));
    };
    if let Err(error) = std::thread::Builder::new().name("look".into()).spawn(look) {
        tracing::error!(%error, library = %library.name, "there is no thread to look for a library");
    }
    told
}

/// Opens the root of a library through the mounter.
///
/// # Errors
/// Why it cannot be opened, and how to mend it.
pub(super) fn open_root(mounter: &Mounter, library: &Library) -> Result<LocalVolume, String> {
    open(mounter, &library.root)
}

fn open(mounter: &Mounter, root: &[u8]) -> Result<LocalVolume, String> {
    let path = Path::new(OsStr::from_bytes(root));
    // The mounter serves everybody, one after the other. What hangs is to keep this thread waiting; what is wrong with
    // the path the mounter says better.
    let _answers = path.metadata();
    let root = mounter.open_root(path).map_err(|error| error.to_string())?;
    Ok(LocalVolume::new(root.fd, root.how != RootHow::Clone))
}

/// The roots, as the surfaces ask for them.
pub(super) struct Roots {
    pub(super) mounter: Arc<Mounter>,
    pub(super) volumes: Arc<Volumes>,
}

impl RootControl for Roots {
    fn open(&self, root: &[u8]) -> Result<Arc<dyn Volume>, String> {
        Ok(Arc::new(open(&self.mounter, root)?))
    }

    fn attach(&self, library: LibraryId, volume: Arc<dyn Volume>) {
        self.volumes.attach(library, volume);
    }

    fn detach(&self, library: LibraryId) {
        self.volumes.detach(library);
    }
}
