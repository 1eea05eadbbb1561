//! The connection to the daemon: D-Bus, peer to peer, over its own socket, or over
//! a bus where the daemon is found under its name.
//!
//! Everything a command asks goes through [`Client::call`]. The XML in
//! `packaging/dbus/` is all that this program knows of the daemon.

use crate::exit::{Failure, Kind};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::future::poll_fn;
use std::io;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::Duration;
use zbus::connection::Builder;
use zbus::export::futures_core::Stream;
use zbus::wire::{DynamicType, Type, Variant};
use zbus::{Connection, MessageStream};

const OBJECT: &str = "/org/kphotos/KPhotos1";
/// The daemon's name on a bus.
const NAME: &str = "org.kphotos.KPhotos1";

/// How long the daemon may take to greet: it may be loading a large layer.
const GREETING: Duration = Duration::from_secs(30);

/// Waits for ever, where a limit in milliseconds is asked for.
pub(crate) const FOR_EVER: u64 = u64::MAX;

/// `a{sv}`.
pub(crate) type Options<'a> = HashMap<&'static str, Variant<'a>>;

/// What names photos: `(auaayasas)` of the contract.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Type)]
pub(crate) struct Selection {
    pub(crate) ids: Vec<u32>,
    pub(crate) paths: Vec<Vec<u8>>,
    pub(crate) checksums: Vec<String>,
    pub(crate) queries: Vec<String>,
}

/// What a change answers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, Type)]
pub(crate) struct Receipt {
    /// 0: nothing was to be done.
    pub(crate) revision: u64,
    pub(crate) touched: u64,
    pub(crate) undoable: bool,
    pub(crate) summary: String,
}

/// A connection.
pub(crate) struct Client {
    connection: Connection,
    /// The name to call on a bus; `None` on the daemon's own socket.
    name: Option<&'static str>,
    /// Where that is, for a person.
    place: String,
    /// Whether the daemon is another machine's, where this one's paths mean nothing.
    remote: bool,
}

impl Client {
    /// Connects to the daemon on this socket.
    ///
    /// # Errors
    /// [`Kind::Unreachable`] if nobody listens there, or does not greet in time.
    pub(crate) async fn connect(socket: &Path, patience: Option<Duration>) -> Result<Self, Failure> {
        let place = socket.display().to_string();
        let unreachable = |why: &dyn std::fmt::Display| unreachable(&place, why);
        let stream = UnixStream::connect(socket).map_err(|error| {
            if error.kind() == io::ErrorKind::PermissionDenied {
                let message = format!(
                    "{} is another user's daemon: run this as that user",
                    socket.display()
                );
                return Failure::new(Kind::NotPermitted, message);
            }
            unreachable(&error)
        })?;
        let greeting = Builder::unix_stream(stream).p2p().build();
        let patience = patience.map_or(GREETING, |patience| patience.min(GREETING));
        let connection = tokio::time::timeout(patience, greeting)
            .await
            .map_err(|_| unreachable(&"it does not answer"))?
            .map_err(|error| unreachable(&error))?;
        Ok(Self {
            connection,
            name: None,
            place,
            remote: false,
        })
    }

    /// The daemon that has its name on the session bus, or else on the system bus.
    pub(crate) async fn on_a_bus(patience: Option<Duration>) -> Option<Self> {
        let patience = patience.map_or(GREETING, |patience| patience.min(GREETING));
        let buses = [
            ("the session bus", Builder::session()),
            ("the system bus", Builder::system()),
        ];
        for (place, builder) in buses {
            let Ok(Ok(connection)) = tokio::time::timeout(patience, builder.build()).await else {
                continue;
            };
            let bus = "org.freedesktop.DBus";
            let asked = connection
                .call_method(
                    Some(bus),
                    "/org/freedesktop/DBus",
                    Some(bus),
                    "NameHasOwner",
                    &NAME,
                )
                .await;
            if asked.is_ok_and(|reply| reply.body().deserialize().unwrap_or(false)) {
                return Some(Self {
                    connection,
                    name: Some(NAME),
                    place: place.to_owned(),
                    remote: false,
                });
            }
        }
        None
    }

    /// Speaks to the daemon of `host` through this stream, as the user that is `uid` there.
    ///
    /// # Errors
    /// [`Kind::Unreachable`] if nobody greets in time.
    pub(crate) async fn over(
        stream: UnixStream,
        uid: u32,
        host: &Path,
        patience: Duration,
    ) -> Result<Self, Failure> {
        let place = host.display().to_string();
        let greeting = Builder::unix_stream(stream).user_id(uid).p2p().build();
        let connection = tokio::time::timeout(patience, greeting)
            .await
            .map_err(|_| unreachable(&place, &"it does not answer"))?
            .map_err(|error| unreachable(&place, &error))?;
        Ok(Self {
            connection,
            name: None,
            place,
            remote: true,
        })
    }

    /// Whether the daemon is another machine's.
    pub(crate) const fn is_remote(&self) -> bool {
        self.remote
    }

    /// The daemon's `Changed` signals from now on.
    pub(crate) fn changes(&self) -> Changes<'_> {
        let (stream, client) = (MessageStream::from(&self.connection), self);
        Changes { stream, client }
    }

    /// Calls `org.kphotos.<interface>1.<method>`.
    pub(crate) async fn call<R: DeserializeOwned + Type>(
        &self,
        interface: &str,
        method: &str,
        body: &(impl Serialize + DynamicType),
    ) -> Result<R, Failure> {
        let interface = format!("org.kphotos.{interface}1");
        let reply = self
            .connection
            .call_method(self.name, OBJECT, Some(interface.as_str()), method, body)
            .await
            .map_err(|error| self.failure(error))?;
        reply.body().deserialize().map_err(|error| self.failure(error))
    }

    fn failure(&self, error: zbus::Error) -> Failure {
        if let zbus::Error::MethodError(name, text, _) = error {
            return Failure::new(Kind::of_dbus(&name), text.unwrap_or_else(|| name.to_string()));
        }
        if self.connection.is_closed() || matches!(error, zbus::Error::InputOutput(_)) {
            return unreachable(&self.place, &"it ended, or was ended");
        }
        let message = format!("the daemon was not understood: {error}; use the `kphotos` that came with it");
        Failure::new(Kind::Internal, message)
    }
}

/// A change that somebody made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
pub(crate) struct Change {
    pub(crate) revision: u64,
    pub(crate) kinds: Vec<String>,
    pub(crate) ids: Vec<u32>,
}

/// Changes as they come.
pub(crate) struct Changes<'a> {
    stream: MessageStream,
    client: &'a Client,
}

impl Changes<'_> {
    /// The next change.
    ///
    /// # Errors
    /// [`Kind::Unreachable`] when the daemon is gone.
    pub(crate) async fn next(&mut self) -> Result<Change, Failure> {
        loop {
            let message = poll_fn(|context| Pin::new(&mut self.stream).poll_next(context)).await;
            let message = match message {
                Some(Ok(message)) => message,
                Some(Err(error)) => return Err(self.client.failure(error)),
                None => return Err(unreachable(&self.client.place, &"it ended, or was ended")),
            };
            let is_change = message
                .header()
                .member()
                .is_some_and(|member| member.as_str() == "Changed");
            if is_change {
                let change = message.body().deserialize();
                return change.map_err(|error| self.client.failure(error));
            }
        }
    }
}

fn unreachable(place: &str, why: &dyn std::fmt::Display) -> Failure {
    Failure::new(
        Kind::Unreachable,
        format!(
            "the daemon cannot be reached at {place}: {why}; start kphotosd, or say where it is with --socket",
        ),
    )
}

/// Where the daemon of this user listens: `$XDG_RUNTIME_DIR/kphotos/bus`, for
/// root `/run/kphotos/bus`.
pub(crate) fn default_socket(is_root: bool, runtime_dir: Option<PathBuf>) -> Option<PathBuf> {
    if is_root {
        return Some(PathBuf::from("/run/kphotos/bus"));
    }
    runtime_dir.map(|dir| dir.join("kphotos/bus"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_socket_of_a_user_is_in_the_runtime_directory_and_roots_in_run() {
        let check = |root, dir: Option<&str>, expect: Option<&str>| {
            assert_eq!(
                default_socket(root, dir.map(PathBuf::from)),
                expect.map(PathBuf::from)
            );
        };
        check(true, Some("/run/user/0"), Some("/run/kphotos/bus"));
        check(false, Some("/run/user/7"), Some("/run/user/7/kphotos/bus"));
        check(false, None, None);
    }

    #[tokio::test]
    async fn a_missing_socket_is_a_daemon_that_cannot_be_reached() {
        let failure = Client::connect(Path::new("/nonexistent/bus"), None)
            .await
            .err()
            .unwrap();
        assert_eq!(failure.kind.exit(), 6);
        assert!(failure.message.contains("/nonexistent/bus"));
    }

    #[test]
    fn what_travels_has_the_types_of_the_contract() {
        assert_eq!(Selection::SIGNATURE.to_string(), "(auaayasas)");
        assert_eq!(Receipt::SIGNATURE.to_string(), "(ttbs)");
    }
}
