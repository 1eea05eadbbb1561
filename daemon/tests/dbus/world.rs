//! A served world: the adapter on a socket, fakes behind it, a client before it.

use super::fakes::{FakeJobs, FakeMounts, FakeRoots};
use kphotos_daemon::dbus::{OBJECT_PATH, PeerServer};
use kphotos_daemon::near::Near;
use kphotos_daemon::scan::SkipLists;
use kphotos_daemon::storage::Volumes;
use kphotos_daemon::surface::{Announcer, MountState, Selection, Services};
use kphotos_domain::app::App;
use kphotos_domain::command::Command;
use kphotos_domain::identity::User;
use kphotos_domain::kernel::UserId;
use kphotos_domain::testing::{self, FakeZones};
use serde_json::Value;
use std::collections::HashMap;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use zbus::Connection;
use zbus::export::futures_core::Stream as _;
use zbus::wire::{OwnedVariant, Variant};

/// A served world; dropped, the socket is gone.
pub(crate) struct World {
    pub(crate) app: Arc<App>,
    pub(crate) jobs: Arc<FakeJobs>,
    pub(crate) mounts: Arc<FakeMounts>,
    pub(crate) skipped: Arc<SkipLists>,
    pub(crate) volumes: Arc<Volumes>,
    pub(crate) client: Connection,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) services: Arc<Services>,
    pub(crate) announcer: Arc<Announcer>,
    server: tokio::task::JoinHandle<()>,
}

impl World {
    /// Serves these photos of `/photos` to the user who runs the test.
    pub(crate) async fn with(files: &[&str]) -> Self {
        Self::serve(files, true).await
    }

    /// The same, where the user who runs the test is unknown.
    pub(crate) async fn for_strangers() -> Self {
        Self::serve(&[], false).await
    }

    async fn serve(files: &[&str], known: bool) -> Self {
        let world = testing::World::new();
        world.files(files);
        let folder = tempfile::tempdir().unwrap();
        let uid = std::os::unix::fs::MetadataExt::uid(&folder.path().metadata().unwrap());
        let uid = if known { uid } else { uid + 1 };
        let me = User {
            id: UserId::new(1),
            name: "me".into(),
            uid,
        };
        world.observe(&Command::RegisterUser(me));
        let app = Arc::new(world.app);
        let jobs = Arc::new(FakeJobs::new(app.clone()));
        let mounts = Arc::<FakeMounts>::default();
        *mounts.app.lock().unwrap() = Some(app.clone());
        mounts.set("/mnt/kphotos", MountState::Ready);
        let skipped = Arc::<SkipLists>::default();
        let volumes = Arc::<Volumes>::default();
        let announcer = Arc::new(Announcer::new());
        app.subscribe(announcer.clone());
        let services = Arc::new(Services {
            app: app.clone(),
            jobs: jobs.clone(),
            mounts: mounts.clone(),
            roots: Arc::new(FakeRoots(volumes.clone())),
            declared: vec!["/declared".into()],
            skipped: skipped.clone(),
            watches: Arc::default(),
            near: Arc::new(Near::new(folder.path())),
            zones: Arc::new(FakeZones),
            daemon_id: "d".repeat(32).into(),
            default_timezone: "Europe/Berlin".into(),
            version: "1.2.3".into(),
            limits: Vec::new(),
            http: None,
            own_folders: Vec::new(),
        });
        let (shared, heard) = (services.clone(), announcer.clone());
        let server = PeerServer::bind(&folder.path().join("run"), shared, heard).unwrap();
        let server = tokio::spawn(server.run());
        let client = connect(&folder.path().join("run/bus")).await;
        Self {
            app,
            jobs,
            mounts,
            skipped,
            volumes,
            client,
            folder,
            services,
            announcer,
            server,
        }
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("run/bus")
    }

    /// Calls a method; the error is the D-Bus name and the text.
    pub(crate) async fn call<B>(
        &self,
        interface: &str,
        method: &str,
        body: &B,
    ) -> Result<zbus::Message, (String, String)>
    where
        B: serde::Serialize + zbus::wire::DynamicType,
    {
        let interface = format!("org.kphotos.{interface}1");
        let reply = self
            .client
            .call_method(None::<&str>, OBJECT_PATH, Some(interface.as_str()), method, body)
            .await;
        reply.map_err(|error| match error {
            zbus::Error::MethodError(name, text, _) => (name.to_string(), text.unwrap_or_default()),
            other => panic!("{other}"),
        })
    }

    /// Calls a method that must be refused: the last part of the error's name.
    pub(crate) async fn refused<B>(&self, interface: &str, method: &str, body: &B) -> String
    where
        B: serde::Serialize + zbus::wire::DynamicType,
    {
        let (name, text) = self.call(interface, method, body).await.unwrap_err();
        assert!(
            !text.is_empty() && name.starts_with("org.kphotos.Error."),
            "{name}: {text}"
        );
        name.rsplit('.').next().unwrap().to_owned()
    }

    /// Calls a method that answers a document.
    pub(crate) async fn document<B>(&self, interface: &str, method: &str, body: &B) -> Value
    where
        B: serde::Serialize + zbus::wire::DynamicType,
    {
        let reply = self.call(interface, method, body).await.unwrap();
        serde_json::from_str(reply.body().deserialize::<&str>().unwrap()).unwrap()
    }

    /// Calls a method that answers a receipt.
    pub(crate) async fn change<B>(&self, interface: &str, method: &str, body: &B) -> (u64, u64, bool, String)
    where
        B: serde::Serialize + zbus::wire::DynamicType,
    {
        let reply = self.call(interface, method, body).await.unwrap();
        reply.body().deserialize().unwrap()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.server.abort();
    }
}

pub(crate) async fn connect(socket: &std::path::Path) -> Connection {
    let stream = UnixStream::connect(socket).unwrap();
    zbus::connection::Builder::unix_stream(stream)
        .p2p()
        .build()
        .await
        .unwrap()
}

pub(crate) type Dict = HashMap<String, OwnedVariant>;

/// Options by name.
pub(crate) fn options(values: &[(&str, Variant<'_>)]) -> Dict {
    let owned =
        |(name, value): &(&str, Variant<'_>)| (name.to_string(), OwnedVariant::try_from(value).unwrap());
    values.iter().map(owned).collect()
}

pub(crate) fn none() -> Dict {
    Dict::new()
}

pub(crate) fn path(path: &str) -> Selection {
    Selection {
        paths: vec![path.as_bytes().to_vec()],
        ..Selection::default()
    }
}

pub(crate) fn ids(ids: &[u32]) -> Selection {
    Selection {
        ids: ids.to_vec(),
        ..Selection::default()
    }
}

pub(crate) fn query(text: &str) -> Selection {
    Selection {
        queries: vec![text.to_owned()],
        ..Selection::default()
    }
}

/// What a connection is sent, in order.
pub(crate) struct Signals(zbus::MessageStream);

impl Signals {
    pub(crate) fn of(connection: &Connection) -> Self {
        Self(zbus::MessageStream::from(connection))
    }

    /// The next signal of this name.
    pub(crate) async fn next(&mut self, member: &str) -> zbus::Message {
        loop {
            let next = std::future::poll_fn(|cx| std::pin::Pin::new(&mut self.0).poll_next(cx));
            let message = tokio::time::timeout(Duration::from_secs(20), next)
                .await
                .unwrap_or_else(|_| panic!("no {member} came"))
                .unwrap()
                .unwrap();
            let is_signal = message.message_type() == zbus::message::Type::Signal;
            if is_signal
                && message
                    .header()
                    .member()
                    .is_some_and(|name| name.as_str() == member)
            {
                return message;
            }
        }
    }
}
