//! A client of the daemon's own D-Bus socket, for tests that send thousands of commands.
//!
//! A `kphotos` process for each edit would cost ten milliseconds; this is one connection, peer to peer, as
//! `packaging/dbus/` describes it. Calls block; any number of clients may be open at once. What the daemon refuses
//! and a daemon that is gone are different errors, because only the first means that nothing was done. A call
//! that is not answered in a minute counts as lost, so that a deadlock ends a test instead of hanging it.

use std::collections::HashMap;
use std::fmt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use zbus::wire::{DynamicType, Variant};
use zbus::{Connection, Message, connection};

use crate::world::World;

const OBJECT: &str = "/org/kphotos/KPhotos1";
const PATIENCE: Duration = Duration::from_secs(60);

/// The reactor of all clients of this process.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().thread_name("bus clients");
    builder.build().expect("a runtime can be started")
});

/// `a{sv}`.
pub type Options<'a> = HashMap<&'a str, Variant<'a>>;

/// `(auaayasas)`: numbers, paths, checksums, queries.
pub type Selection = (Vec<u32>, Vec<Vec<u8>>, Vec<String>, Vec<String>);

/// These photos.
pub fn ids(ids: &[u32]) -> Selection {
    (ids.to_vec(), Vec::new(), Vec::new(), Vec::new())
}

/// What a change answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// 0 if nothing had to be done.
    pub revision: u64,
    /// Photos that it changed.
    pub touched: u64,
    /// One line for a person.
    pub summary: String,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BusError {
    /// The daemon refused: the last part of the error's name, and its text. Nothing was done.
    Refused(String, String),
    /// The daemon is gone, or silent: whether anything was done is unknown.
    Lost(String),
}

impl fmt::Display for BusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(name, text) => write!(f, "refused ({name}): {text}"),
            Self::Lost(text) => write!(f, "lost: {text}"),
        }
    }
}

impl std::error::Error for BusError {}

/// A connection.
#[derive(Clone, Debug)]
pub struct Bus(Connection);

impl World {
    /// A client of this world's daemon; ends the test if it does not answer.
    #[track_caller]
    pub fn bus(&self) -> Bus {
        Bus::connect(&self.socket()).unwrap_or_else(|error| panic!("{error}\n{}", self.log()))
    }
}

impl Bus {
    /// A client of the daemon at this socket.
    pub fn connect(socket: &Path) -> Result<Self, BusError> {
        let lost = |error: &dyn fmt::Display| BusError::Lost(error.to_string());
        let stream = UnixStream::connect(socket).map_err(|error| lost(&error))?;
        let building = async {
            let building = connection::Builder::unix_stream(stream).p2p().build();
            tokio::time::timeout(PATIENCE, building).await
        };
        match RUNTIME.block_on(building) {
            Ok(Ok(connection)) => Ok(Self(connection)),
            Ok(Err(error)) => Err(lost(&error)),
            Err(late) => Err(lost(&late)),
        }
    }

    /// Calls a method of `org.kphotos.<interface>1`.
    pub fn call(
        &self,
        interface: &str,
        method: &str,
        body: &(impl Serialize + DynamicType),
    ) -> Result<Message, BusError> {
        let interface = format!("org.kphotos.{interface}1");
        let calling = async {
            let call = self
                .0
                .call_method(None::<&str>, OBJECT, Some(interface.as_str()), method, body);
            tokio::time::timeout(PATIENCE, call).await
        };
        match RUNTIME.block_on(calling) {
            Ok(Ok(reply)) => Ok(reply),
            Ok(Err(zbus::Error::MethodError(name, text, _))) => {
                let name = name.rsplit('.').next().unwrap_or_default().to_owned();
                Err(BusError::Refused(name, text.unwrap_or_default()))
            }
            Ok(Err(error)) => Err(BusError::Lost(error.to_string())),
            Err(_) => Err(BusError::Lost(format!(
                "{method} was not answered in {PATIENCE:?}"
            ))),
        }
    }

    /// Calls a method that answers a document.
    pub fn document(
        &self,
        interface: &str,
        method: &str,
        body: &(impl Serialize + DynamicType),
    ) -> Result<Value, BusError> {
        let reply = self.call(interface, method, body)?;
        let body = reply.body();
        let text: &str = body
            .deserialize()
            .unwrap_or_else(|error| panic!("{method}: {error}"));
        Ok(serde_json::from_str(text).unwrap_or_else(|error| panic!("{method}: {error} in {text}")))
    }

    /// Calls a method that makes a change.
    pub fn change(
        &self,
        interface: &str,
        method: &str,
        body: &(impl Serialize + DynamicType),
    ) -> Result<Receipt, BusError> {
        let reply = self.call(interface, method, body)?;
        let body = reply.body();
        let (revision, touched, _, summary): (u64, u64, bool, String) = body
            .deserialize()
            .unwrap_or_else(|error| panic!("{method}: {error}"));
        Ok(Receipt {
            revision,
            touched,
            summary,
        })
    }

    /// Gives a tag.
    pub fn add_tag(&self, tag: &str, assets: &[u32]) -> Result<Receipt, BusError> {
        self.change("Organization", "AddTag", &((0u32, tag), ids(assets), none()))
    }

    /// Takes a tag away.
    pub fn remove_tag(&self, tag: &str, assets: &[u32]) -> Result<Receipt, BusError> {
        self.change("Organization", "RemoveTag", &((0u32, tag), ids(assets), none()))
    }

    /// Makes an album.
    pub fn create_album(&self, path: &str) -> Result<Receipt, BusError> {
        self.change("Organization", "CreateAlbum", &(path, none()))
    }

    /// Puts photos into an album.
    pub fn add_to_album(&self, path: &str, assets: &[u32]) -> Result<Receipt, BusError> {
        self.change("Organization", "AddToAlbum", &((0u32, path), ids(assets), none()))
    }

    /// Takes photos out of an album.
    pub fn remove_from_album(&self, path: &str, assets: &[u32]) -> Result<Receipt, BusError> {
        self.change(
            "Organization",
            "RemoveFromAlbum",
            &((0u32, path), ids(assets), none()),
        )
    }

    /// Edits one field.
    pub fn set_field(&self, field: &str, value: Variant<'_>, assets: &[u32]) -> Result<Receipt, BusError> {
        let values = Options::from([(field, value)]);
        self.change("Catalog", "SetFields", &(ids(assets), values, none()))
    }

    /// Drops the edits of these fields.
    pub fn clear_fields(&self, fields: &[&str], assets: &[u32]) -> Result<Receipt, BusError> {
        self.change("Catalog", "ClearFields", &(ids(assets), fields, none()))
    }

    /// Sets the date.
    pub fn set_date(&self, when: &str, assets: &[u32]) -> Result<Receipt, BusError> {
        self.change("Catalog", "SetDate", &(ids(assets), when, none()))
    }

    /// Takes an edit back; 0: the last one that stands.
    pub fn undo(&self, revision: u64) -> Result<Receipt, BusError> {
        self.change("Manager", "Undo", &(revision, none()))
    }

    /// Everything at a glance.
    pub fn status(&self) -> Result<Value, BusError> {
        self.document("Manager", "Status", &())
    }

    /// All photos that a query finds.
    pub fn search(&self, query: &str) -> Result<Vec<Value>, BusError> {
        let options = Options::from([("limit", Variant::from(10_000u32))]);
        let found = self.document("Catalog", "Search", &(query, options))?;
        Ok(items(&found))
    }

    /// The albums.
    pub fn albums(&self) -> Result<Vec<Value>, BusError> {
        Ok(items(&self.document("Organization", "ListAlbums", &())?))
    }

    /// The newest `limit` entries of the history.
    pub fn history(&self, limit: u32) -> Result<Vec<Value>, BusError> {
        let options = Options::from([("limit", Variant::from(limit))]);
        Ok(items(&self.document(
            "Manager",
            "History",
            &(ids(&[]), options),
        )?))
    }

    /// Looks everywhere for what is new, changed or gone, and waits until all of that is done.
    #[track_caller]
    pub fn rescan(&self) {
        let nothing: (Vec<u32>, Vec<Vec<u8>>) = (Vec::new(), Vec::new());
        self.call("Storage", "Scan", &nothing)
            .expect("a scan can be asked for");
        self.wait_idle();
    }

    /// Waits until no job is pending.
    #[track_caller]
    pub fn wait_idle(&self) {
        // In several calls, because none may take longer than the patience above.
        for _ in 0..6 {
            let reply = self
                .call("Manager", "Wait", &("idle", 20_000u64))
                .expect("waiting");
            if reply.body().deserialize().expect("a boolean") {
                return;
            }
        }
        panic!("the daemon is not idle: {:?}", self.status());
    }
}

fn none() -> Options<'static> {
    Options::new()
}

fn items(document: &Value) -> Vec<Value> {
    document["items"].as_array().cloned().unwrap_or_default()
}
