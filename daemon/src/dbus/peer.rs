//! The daemon's own socket: D-Bus peer to peer, no bus daemon needed.
//!
//! `RUNTIME_DIR/bus`, mode 0600 in a directory of mode 0700. Each client gets a
//! connection with objects of its own, made for the uid that the kernel says is
//! at the other end (SO_PEERCRED, unix(7)); what a client says of itself is not
//! asked. The directory keeps other users out, and a uid that is no user's is
//! refused at every call.
//!
//! Refuses to take a socket that another daemon answers on; one that nobody
//! answers on was left by a crash and is replaced.

use super::OBJECT_PATH;
use super::caller::Caller;
use super::catalog::Catalog;
use super::feed::{Audience, Feed, Tree, announce};
use super::identity::Identity;
use super::job::{JobObject, ObjectManager, job_path};
use super::manager::Manager;
use super::organization::Organization;
use super::processing::Processing;
use super::sharing::Sharing;
use super::storage::Storage;
use crate::surface::Announcer;
use crate::surface::Services;
use crate::surface::documents::JobJson;
use kphotos_domain::kernel::JobId;
use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UnixListener;
use zbus::Connection;
use zbus::connection::Builder;

/// How long a client may take to say hello.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// The socket, bound; see [`PeerServer::run`].
pub struct PeerServer {
    listener: UnixListener,
    path: PathBuf,
    services: Arc<Services>,
    announcer: Arc<Announcer>,
    feed: Feed,
    guid: zbus::OwnedGuid,
}

impl PeerServer {
    /// Binds `runtime_dir/bus`; the directory is made if it is missing, and
    /// closed to others. Clients wait in the socket's queue until
    /// [`PeerServer::run`]. Call it inside a tokio runtime.
    ///
    /// # Errors
    /// `AddrInUse` if a daemon answers there; whatever the file system refuses.
    pub fn bind(runtime_dir: &Path, services: Arc<Services>, announcer: Arc<Announcer>) -> io::Result<Self> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(runtime_dir)?;
        fs::set_permissions(runtime_dir, Permissions::from_mode(0o700))?;
        let path = runtime_dir.join("bus");
        remove_stale(&path)?;
        let listener = UnixListener::bind(&path)?;
        fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        Ok(Self {
            feed: Feed::start(services.clone())?,
            listener,
            path,
            services,
            announcer,
            guid: zbus::Guid::generate().into(),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Serves clients until the future is dropped; the socket goes with it.
    pub async fn run(self) {
        let mut clients = tokio::task::JoinSet::new();
        loop {
            tokio::select! {
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        clients.spawn(self.client(stream));
                    }
                    Err(error) => {
                        // Out of descriptors, most likely: let some clients go first.
                        tracing::warn!(%error, "a D-Bus client could not be accepted");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                },
                Some(_) = clients.join_next() => {}
            }
        }
    }

    fn client(&self, stream: tokio::net::UnixStream) -> impl Future<Output = ()> + Send + 'static {
        let (services, announcements) = (self.services.clone(), self.announcer.listen());
        let (guid, pictures) = (self.guid.clone(), self.feed.listen());
        async move {
            let served = async {
                let uid = stream.peer_cred()?.uid();
                let caller = Caller::new(services, uid);
                let told = caller.told_jobs().await;
                let connecting = serve(stream.into_std()?, guid, &caller, &told);
                let connection = tokio::time::timeout(HANDSHAKE, connecting)
                    .await
                    .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
                Ok::<_, zbus::Error>((connection, caller, told))
            };
            match served.await {
                Ok((connection, caller, told)) => {
                    let tree = Tree::new(&connection, Audience::Peer(caller), told);
                    announce(&connection, tree, announcements, pictures).await;
                }
                Err(error) => tracing::debug!(%error, "a D-Bus client did not get through its greeting"),
            }
        }
    }
}

impl Drop for PeerServer {
    fn drop(&mut self) {
        // Another daemon cannot have taken it: this one still answers on it.
        let _ = fs::remove_file(&self.path);
    }
}

/// Removes a socket that nobody answers on.
fn remove_stale(path: &Path) -> io::Result<()> {
    match UnixStream::connect(path) {
        Ok(_) => Err(io::Error::new(
            io::ErrorKind::AddrInUse,
            format!(
                "a daemon answers on {} already; stop it, or give this one another --runtime-dir",
                path.display()
            ),
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(_) => fs::remove_file(path),
    }
}

/// The greeting, and the objects.
async fn serve(
    stream: UnixStream,
    guid: zbus::OwnedGuid,
    caller: &Caller,
    told: &[JobJson],
) -> zbus::Result<Connection> {
    let mut builder = Builder::unix_stream(stream)
        .server(guid)
        .p2p()
        .serve_at(OBJECT_PATH, Manager(caller.clone()))
        .serve_at(OBJECT_PATH, Storage(caller.clone()))
        .serve_at(OBJECT_PATH, Catalog(caller.clone()))
        .serve_at(OBJECT_PATH, Organization(caller.clone()))
        .serve_at(OBJECT_PATH, Sharing(caller.clone()))
        .serve_at(OBJECT_PATH, Processing(caller.clone()))
        .serve_at(OBJECT_PATH, Identity(caller.clone()))
        .serve_at(OBJECT_PATH, ObjectManager(caller.clone()));
    for job in told {
        let object = JobObject {
            caller: caller.clone(),
            job: JobId::new(job.id),
        };
        builder = builder.serve_at(job_path(job.id), object);
    }
    builder.build().await
}
