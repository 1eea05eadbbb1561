//! The session or system bus: the same objects under the name `org.kphotos.KPhotos1`.
//!
//! Joined besides the daemon's own socket, for programs of the desktop and for
//! other users of a machine. The objects are there before the name is asked for,
//! so that nobody finds it without them. Who may do what is as on the socket; who
//! calls, the bus says ([`super::gate`]). On the system bus its policy has to let
//! the daemon have the name: `packaging/dbus/org.kphotos.KPhotos1.conf`.
//!
//! Refuses to take the name from another, or to wait for it. A bus that ends is joined
//! again when it is back, by who joined it first (`run/bus`); meanwhile the socket is there.

use super::caller::Caller;
use super::feed::{Audience, Feed, Picture, Tree, announce};
use super::gate::{Callers, Gate};
use super::job::ObjectManager;
use super::{BUS_NAME, OBJECT_PATH};
use super::{catalog, identity, manager, organization, processing, sharing, storage};
use crate::surface::{Announcer, Services};
use std::sync::Arc;
use std::time::Duration;
use zbus::Connection;
use zbus::connection::Builder;
use zbus::fdo::RequestNameFlags;

/// How long a bus may take to greet.
const GREETING: Duration = Duration::from_secs(10);

/// Which bus.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Bus {
    /// The user's.
    Session,
    /// The machine's.
    System,
    /// The one at this address.
    Address(String),
}

/// Why a bus was not joined.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// It does not answer as a bus does.
    #[error("the {bus} cannot be reached: {why}; `--bus off` does without")]
    Unreachable {
        /// Which.
        bus: String,
        /// What was seen.
        why: String,
    },
    /// Another has the name.
    #[error(
        "the name {BUS_NAME} is taken on the {bus}: another kphotosd has it; stop that one, or give this one `--bus off`"
    )]
    Taken {
        /// Which.
        bus: String,
    },
    /// The bus does not let us have the name.
    #[error(
        "the {bus} does not give the name {BUS_NAME}: {why}; its policy has to allow it (org.kphotos.KPhotos1.conf)"
    )]
    Refused {
        /// Which.
        bus: String,
        /// What it said.
        why: String,
    },
}

impl Bus {
    fn said(&self) -> String {
        match self {
            Self::Session => "session bus".to_owned(),
            Self::System => "system bus".to_owned(),
            Self::Address(address) => format!("bus at {address}"),
        }
    }
}

/// A bus that was greeted; nothing is served on it yet.
pub struct BusConnection {
    connection: Connection,
    bus: String,
}

impl BusConnection {
    /// Greets the bus, and looks whether the name is free.
    ///
    /// # Errors
    /// [`BusError`]. Call it inside a tokio runtime.
    pub async fn join(bus: &Bus) -> Result<Self, BusError> {
        let said = bus.said();
        let unreachable = |why: &dyn std::fmt::Display| BusError::Unreachable {
            bus: said.clone(),
            why: why.to_string(),
        };
        let builder = match bus {
            Bus::Session => Builder::session(),
            Bus::System => Builder::system(),
            Bus::Address(address) => Builder::address(address.as_str()),
        };
        let connecting = tokio::time::timeout(GREETING, builder.build());
        let connection = connecting
            .await
            .map_err(|_| unreachable(&"it does not answer"))?
            .map_err(|error| unreachable(&error))?;
        let dbus = "org.freedesktop.DBus";
        let reply = connection
            .call_method(
                Some(dbus),
                "/org/freedesktop/DBus",
                Some(dbus),
                "NameHasOwner",
                &BUS_NAME,
            )
            .await
            .map_err(|error| unreachable(&error))?;
        if reply.body().deserialize().map_err(|error| unreachable(&error))? {
            return Err(BusError::Taken { bus: said });
        }
        Ok(Self {
            connection,
            bus: said,
        })
    }

    /// Makes the objects, then takes the name.
    ///
    /// # Errors
    /// [`BusError`].
    pub async fn serve(self, services: Arc<Services>, announcer: &Announcer) -> Result<BusServer, BusError> {
        let Self { connection, bus } = self;
        let refused = |error: &dyn std::fmt::Display| BusError::Refused {
            bus: bus.clone(),
            why: error.to_string(),
        };
        let feed = Feed::start(services.clone()).map_err(|error| refused(&error))?;
        let (callers, caller) = (Callers::new(services.clone()), Caller::on_bus(services));
        let server = connection.object_server();
        macro_rules! at {
            ($($interface:expr),*) => {$(
                let gate = Gate::new($interface, callers.clone());
                server.at(OBJECT_PATH, gate).await.map_err(|error| refused(&error))?;
            )*};
        }
        at!(
            manager::Manager(caller.clone()),
            storage::Storage(caller.clone()),
            catalog::Catalog(caller.clone()),
            organization::Organization(caller.clone()),
            sharing::Sharing(caller.clone()),
            processing::Processing(caller.clone()),
            identity::Identity(caller.clone()),
            ObjectManager(caller.clone())
        );
        let mut tree = Tree::new(&connection, Audience::Bus(caller.clone(), callers), Vec::new());
        let pictures = feed.listen();
        let told = caller.told_jobs().await;
        tree.show(&told).await.map_err(|error| refused(&error))?;
        let flags = RequestNameFlags::DO_NOT_QUEUE;
        match connection.request_name_with_flags(BUS_NAME, flags).await {
            Ok(_) => {}
            Err(zbus::Error::NameTaken) => return Err(BusError::Taken { bus }),
            Err(error) => return Err(refused(&error)),
        }
        Ok(BusServer {
            announcements: announcer.listen(),
            connection,
            bus,
            tree,
            pictures,
            _feed: feed,
        })
    }
}

/// A bus on which the daemon is served.
pub struct BusServer {
    connection: Connection,
    bus: String,
    tree: Tree,
    pictures: tokio::sync::watch::Receiver<Picture>,
    _feed: Feed,
    announcements: crate::surface::Announcements,
}

impl BusServer {
    /// Which, for a person.
    #[must_use]
    pub fn bus(&self) -> &str {
        &self.bus
    }

    /// Tells what changes until the bus is gone, or the future is dropped; calls are answered in any case.
    pub async fn run(self) {
        announce(&self.connection, self.tree, self.announcements, self.pictures).await;
        tracing::warn!(
            bus = self.bus,
            "the bus is gone; it is joined again when it is back, and the daemon's own socket is there without it"
        );
    }
}
