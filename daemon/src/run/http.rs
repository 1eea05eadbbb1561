//! Whether and where the HTTP interface listens.

use crate::config::{HttpListen, Settings};
use crate::http::{Bound, DEFAULT_ADDRESS, HttpParts, HttpServer, Token};
use crate::storage::Volumes;
use crate::surface::{Announcer, Services};
use anyhow::{Context as _, Result};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The socket and the token, or what keeps us from having them.
pub(super) struct Listening {
    /// `None`: it is off.
    pub(super) bound: Option<(Bound, Token)>,
    /// For a person, if it is not by choice.
    pub(super) limit: Option<String>,
}

/// Binds what the settings say. An address that a person chose has to be had; without the
/// default one the daemon does its work all the same, and says so.
///
/// # Errors
/// If the chosen address cannot be bound, or the token cannot be kept.
pub(super) fn bind(settings: &Settings) -> Result<Listening> {
    let (bound, limit) = match settings.http {
        HttpListen::Off => (None, None),
        HttpListen::Default => match open(settings, DEFAULT_ADDRESS) {
            Ok(bound) => (Some(bound), None),
            Err(error) => (
                None,
                Some(format!(
                    "the HTTP interface is off, since {error:#}: choose another address with --http, or none with `--http off`"
                )),
            ),
        },
        HttpListen::At(address) => (Some(open(settings, address)?), None),
    };
    if let Some((bound, _)) = &bound {
        let address = bound.address();
        tracing::info!(%address, "HTTP");
        if !address.ip().is_loopback() {
            tracing::warn!(%address, "HTTP is not encrypted, and this address is reached from other machines: whoever listens on the way reads the photos and the token; put a proxy with TLS before it");
        }
    }
    Ok(Listening { bound, limit })
}

fn open(settings: &Settings, address: SocketAddr) -> Result<(Bound, Token)> {
    let token = Token::open(&settings.state_dir)?;
    let bound =
        Bound::new(address).with_context(|| format!("the HTTP interface cannot listen on {address}"))?;
    Ok((bound, token))
}

/// The interface, as it serves.
pub(super) struct Serving {
    end: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
}

/// Serves the interface, until [`Serving::end`].
pub(super) fn serve(
    (bound, token): (Bound, Token),
    services: Arc<Services>,
    announcer: Arc<Announcer>,
    volumes: Arc<Volumes>,
) -> Serving {
    let parts = HttpParts {
        services,
        announcer,
        volumes,
        token,
    };
    let (end, ending) = oneshot::channel();
    let task = tokio::spawn(HttpServer::new(bound, parts).run(async move {
        let _ = ending.await;
    }));
    Serving { end, task }
}

impl Serving {
    /// Ends what is under way, and waits for it.
    ///
    /// # Errors
    /// What the interface broke of.
    pub(super) async fn end(self) -> Result<()> {
        drop(self.end);
        Ok(self.task.await.context("the HTTP interface broke")??)
    }
}
