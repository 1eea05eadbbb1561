//! What only a running daemon knows, faked: jobs and mounts. Used by the tests of every surface.

use kphotos_daemon::storage::{LocalVolume, Volume, Volumes};
use kphotos_daemon::surface::{
    AddedMount, JobControl, JobProgress, Mount, MountControl, MountState, Refusal, RemovedMount, RootControl,
};
use kphotos_domain::app::{App, AppError};
use kphotos_domain::command::{Command, EnqueueJob};
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::{JobId, LibraryId, MountId, PortError, UserId};
use kphotos_domain::processing::{AskedBy, JobKind};
use kphotos_domain::storage::{MountOptions, NewMount};
use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// Jobs that never run by themselves.
pub(crate) struct FakeJobs {
    app: Arc<App>,
    sequence: Mutex<u64>,
    moved: Condvar,
    /// How many wait in `watch`.
    pub(crate) watching: AtomicUsize,
    pub(crate) progress: Mutex<Vec<JobProgress>>,
}

/// One mount, in a state that tests choose.
#[derive(Default)]
pub(crate) struct FakeMounts {
    pub(crate) mounts: Mutex<Vec<Mount>>,
    pub(crate) app: Mutex<Option<Arc<App>>>,
    changed: Condvar,
}

impl FakeJobs {
    pub(crate) fn new(app: Arc<App>) -> Self {
        Self {
            app,
            sequence: Mutex::new(1),
            moved: Condvar::new(),
            watching: AtomicUsize::new(0),
            progress: Mutex::default(),
        }
    }

    pub(crate) fn step(&self, progress: JobProgress) {
        *self.progress.lock().unwrap() = vec![progress];
        self.moved();
    }

    /// Something of a job changed.
    pub(crate) fn moved(&self) {
        *self.sequence.lock().unwrap() += 1;
        self.moved.notify_all();
    }
}

impl JobControl for FakeJobs {
    fn progress(&self) -> Vec<JobProgress> {
        self.progress.lock().unwrap().clone()
    }

    fn request_scan(&self, library: LibraryId, _accept_missing: bool) -> Result<JobId, AppError> {
        let kind = JobKind::Scan;
        let command = EnqueueJob {
            kind,
            library,
            asked: AskedBy::Person,
            priority: None,
        };
        self.app.execute(Actor::System, &Command::EnqueueJob(command))?;
        self.moved();
        let view = self.app.view();
        Ok(view.pending_job(kind, library).unwrap().id)
    }

    fn wait_idle(&self, _timeout: Duration) -> bool {
        self.progress.lock().unwrap().is_empty()
    }

    fn watch(&self, after: u64, timeout: Duration) -> u64 {
        self.watching.fetch_add(1, Ordering::SeqCst);
        let sequence = self.sequence.lock().unwrap();
        let waited = self
            .moved
            .wait_timeout_while(sequence, timeout, |now| *now == after);
        self.watching.fetch_sub(1, Ordering::SeqCst);
        *waited.unwrap().0
    }
}

impl FakeMounts {
    pub(crate) fn set(&self, path: &str, state: MountState) {
        *self.mounts.lock().unwrap() = vec![Mount {
            id: "0123456789abcdef".to_owned(),
            number: None,
            path: path.as_bytes().to_vec(),
            viewer: UserId::new(1),
            options: MountOptions::default(),
            state,
            note: None,
            requests: vec![("lookup", 7)],
        }];
        self.changed.notify_all();
    }
}

/// Real folders, opened as they are; says which libraries were read from where.
#[derive(Default)]
pub(crate) struct FakeRoots(pub(crate) Arc<Volumes>);

impl RootControl for FakeRoots {
    fn open(&self, root: &[u8]) -> Result<Arc<dyn Volume>, String> {
        let opened = File::open(OsStr::from_bytes(root)).map_err(|error| error.to_string())?;
        Ok(Arc::new(LocalVolume::new(opened.into(), false)))
    }

    fn attach(&self, library: LibraryId, volume: Arc<dyn Volume>) {
        self.0.attach(library, volume);
    }

    fn detach(&self, library: LibraryId) {
        self.0.detach(library);
    }
}

impl MountControl for FakeMounts {
    fn mounts(&self) -> Vec<Mount> {
        self.mounts.lock().unwrap().clone()
    }

    fn wait_ready(&self, timeout: Duration) -> Result<bool, PortError> {
        let starting = |mounts: &mut Vec<Mount>| mounts.iter().any(|mount| mount.state != MountState::Ready);
        let mounts = self.mounts.lock().unwrap();
        let (_mounts, waited) = self
            .changed
            .wait_timeout_while(mounts, timeout, starting)
            .unwrap();
        Ok(!waited.timed_out())
    }

    /// Journalled, and listed as ready; nothing is mounted.
    fn add(&self, user: UserId, new: &NewMount) -> Result<AddedMount, Refusal> {
        let app = self.app.lock().unwrap().clone().unwrap();
        let receipt = app.execute(Actor::User(user), &Command::AddMount(new.clone()))?;
        let number = app.view().mounts().last().unwrap().id;
        self.mounts.lock().unwrap().push(Mount {
            id: format!("{number}"),
            number: Some(number),
            path: new.path.to_vec(),
            viewer: user,
            options: new.options,
            state: MountState::Ready,
            note: None,
            requests: Vec::new(),
        });
        let note = Some("a note".to_owned());
        Ok(AddedMount {
            number,
            receipt,
            note,
        })
    }

    fn remove(&self, user: UserId, mount: MountId) -> Result<RemovedMount, Refusal> {
        let app = self.app.lock().unwrap().clone().unwrap();
        let receipt = app.execute(Actor::User(user), &Command::RemoveMount(mount))?;
        self.mounts
            .lock()
            .unwrap()
            .retain(|other| other.number != Some(mount));
        Ok(RemovedMount { receipt, note: None })
    }
}
