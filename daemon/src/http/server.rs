//! The listening socket, its connections, and their end.
//!
//! The socket is bound before anything is served, so that an address that cannot
//! be had is an error of the start; where it listens is written to
//! `RUNTIME_DIR/http` (one line, `ADDRESS:PORT`), which goes when the daemon ends.
//!
//! Limits: [`CONNECTIONS`] at once, the others wait in the kernel's queue; a head
//! has to come within [`HEAD_PATIENCE`], also that of the next request on the same
//! connection; a client that takes no bytes for [`STALLED`] is cut off
//! (TCP_USER_TIMEOUT, tcp(7)). At the end streams of events stop, and what is under
//! way has [`GRACE`].

use super::metrics::Counts;
use super::router::router;
use super::state::{Http, Shared};
use super::token::Token;
use crate::storage::Volumes;
use crate::surface::{Announcer, Services};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::fs;
use std::io;
use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// Connections at once: each costs two blocks of an original at most.
const CONNECTIONS: usize = 128;
const HEAD_PATIENCE: Duration = Duration::from_secs(30);
const STALLED: Duration = Duration::from_secs(60);
const GRACE: Duration = Duration::from_secs(1);

/// The address, bound; clients wait until [`HttpServer::run`].
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
}

/// Where the interface listens, for tools and tests; goes when it is dropped.
#[derive(Debug)]
pub struct Note(PathBuf);

/// What the interface is served with.
pub struct HttpParts {
    /// The daemon.
    pub services: Arc<Services>,
    /// What is committed.
    pub announcer: Arc<Announcer>,
    /// The originals.
    pub volumes: Arc<Volumes>,
    /// Who has it is user 1.
    pub token: Token,
}

/// The interface, ready to be served.
pub struct HttpServer {
    bound: Bound,
    http: Http,
    ended: watch::Sender<bool>,
}

impl Bound {
    /// Takes this address; port 0: any port.
    ///
    /// # Errors
    /// Whatever the kernel refuses.
    pub fn new(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Note {
    /// Writes `runtime_dir/http`, in place of what an earlier daemon left; without an
    /// address there is none. The folder has to be ours: call it when its control socket is bound.
    ///
    /// # Errors
    /// Whatever the file system refuses.
    pub fn write(runtime_dir: &Path, address: Option<SocketAddr>) -> io::Result<Self> {
        let path = runtime_dir.join("http");
        let _ = fs::remove_file(&path);
        if let Some(address) = address {
            let mut file = fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)?;
            writeln!(file, "{address}")?;
        }
        Ok(Self(path))
    }
}

impl Drop for Note {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

impl HttpServer {
    /// The interface of these parts on this socket.
    #[must_use]
    pub fn new(bound: Bound, parts: HttpParts) -> Self {
        let HttpParts {
            services,
            announcer,
            volumes,
            token,
        } = parts;
        let (ended, ending) = watch::channel(false);
        let counts = Counts::default();
        let shared = Shared {
            services,
            announcer,
            volumes,
            token,
            counts,
            ending,
        };
        Self {
            bound,
            http: Http(Arc::new(shared)),
            ended,
        }
    }

    /// Serves until `end`, and lets what is under way finish, for a second.
    ///
    /// # Errors
    /// If the socket cannot be given to the runtime.
    pub async fn run(self, end: impl Future<Output = ()>) -> io::Result<()> {
        let listener = tokio::net::TcpListener::from_std(self.bound.listener)?;
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        let graceful = GracefulShutdown::new();
        let router = router(self.http);
        tokio::pin!(end);
        loop {
            let accepting = async {
                let place = places.clone().acquire_owned().await.map_err(io::Error::other)?;
                let (stream, _) = listener.accept().await?;
                io::Result::Ok((stream, place))
            };
            tokio::select! {
                accepted = accepting => match accepted {
                    Ok((stream, place)) => client(stream, place, router.clone(), &graceful),
                    Err(error) => {
                        // Out of descriptors, most likely: let some clients go first.
                        tracing::warn!(%error, "an HTTP client could not be accepted");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                },
                () = &mut end => break,
            }
        }
        self.ended.send_replace(true);
        let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
        Ok(())
    }
}

/// Serves one connection, beside the others.
fn client(stream: TcpStream, place: OwnedSemaphorePermit, router: axum::Router, graceful: &GracefulShutdown) {
    let socket = socket2::SockRef::from(&stream);
    let tuned = socket
        .set_tcp_nodelay(true)
        .and_then(|()| socket.set_tcp_user_timeout(Some(STALLED)));
    if let Err(error) = tuned {
        tracing::debug!(%error, "an HTTP client was gone at once");
        return;
    }
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let served = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = served.await {
            tracing::debug!(%error, "an HTTP connection broke");
        }
        drop(place);
    });
}
