//! A served world: the adapter on a socket, fakes behind it, a client before it.

use super::client::Client;
use super::fakes::{FakeJobs, FakeMounts, FakeRoots};
use kphotos_daemon::http::{Bound, HttpParts, HttpServer, Note, Token};
use kphotos_daemon::near::Near;
use kphotos_daemon::storage::{LocalVolume, Volumes};
use kphotos_daemon::surface::{Announcer, MountState, Services};
use kphotos_domain::app::App;
use kphotos_domain::kernel::LibraryId;
use kphotos_domain::kernel::port::Zones;
use kphotos_domain::testing;
use std::fs::File;
use std::sync::Arc;
use tokio::sync::oneshot;

pub(crate) const TOKEN: &str = "the token of this test";

/// A machine that knows one zone.
struct OneZone;

impl Zones for OneZone {
    fn zone(&self, name: &str) -> Option<jiff::tz::TimeZone> {
        (name == "Europe/Berlin").then_some(jiff::tz::TimeZone::UTC)
    }
}

/// A served world; dropped, the socket is gone.
pub(crate) struct World {
    pub(crate) app: Arc<App>,
    pub(crate) jobs: Arc<FakeJobs>,
    pub(crate) mounts: Arc<FakeMounts>,
    pub(crate) volumes: Arc<Volumes>,
    pub(crate) client: Client,
    /// Its folder `photos` is where library 1 lies; its folder `run` has the note of the address.
    pub(crate) folder: tempfile::TempDir,
    pub(crate) end: Option<oneshot::Sender<()>>,
    pub(crate) note: Option<Note>,
    runtime: Option<tokio::runtime::Runtime>,
}

impl World {
    /// Serves these photos of `/photos`.
    pub(crate) fn with(files: &[&str]) -> Self {
        let world = testing::World::new();
        world.files(files);
        let app = Arc::new(world.app);
        let folder = tempfile::tempdir().unwrap();
        for name in ["photos", "run"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        let jobs = Arc::new(FakeJobs::new(app.clone()));
        let mounts = Arc::<FakeMounts>::default();
        mounts.set("/mnt/kphotos", MountState::Ready);
        let announcer = Arc::<Announcer>::default();
        app.subscribe(announcer.clone());
        let volumes = Arc::<Volumes>::default();
        let root = File::open(folder.path().join("photos")).unwrap();
        volumes.attach(LibraryId::new(1), Arc::new(LocalVolume::new(root.into(), false)));
        let bound = Bound::new("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = bound.address();
        let note = Note::write(&folder.path().join("run"), Some(address)).unwrap();
        let services = Arc::new(Services {
            app: app.clone(),
            jobs: jobs.clone(),
            mounts: mounts.clone(),
            roots: Arc::new(FakeRoots(volumes.clone())),
            declared: Vec::new(),
            daemon_id: "d".repeat(32).into(),
            skipped: Arc::default(),
            watches: Arc::default(),
            near: Arc::new(Near::new(folder.path())),
            zones: Arc::new(OneZone),
            default_timezone: "Europe/Berlin".into(),
            version: "1.2.3".into(),
            limits: vec!["a limit".into()],
            http: Some(address),
            own_folders: Vec::new(),
        });
        let parts = HttpParts {
            services,
            announcer,
            volumes: volumes.clone(),
            token: Token::new(TOKEN),
        };
        let (end, ending) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let token = Some(TOKEN.to_owned());
        runtime.spawn(HttpServer::new(bound, parts).run(async {
            let _ = ending.await;
        }));
        Self {
            app,
            jobs,
            mounts,
            volumes,
            client: Client { address, token },
            folder,
            end: Some(end),
            note: Some(note),
            runtime: Some(runtime),
        }
    }

    /// The number of a photo of library 1.
    pub(crate) fn asset(&self, path: &str) -> u32 {
        let view = self.app.view();
        let file = view.file_at(LibraryId::new(1), path.as_bytes()).unwrap();
        view.file(file).unwrap().asset.number()
    }

    /// Writes the bytes of a photo of library 1.
    pub(crate) fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.folder.path().join("photos").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.end.take();
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
