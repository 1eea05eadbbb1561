//! A client of the daemon's own socket, as a program would be one.
//!
//! Edits are measured over D-Bus, because the daemon is what is measured: starting `kphotos` for each edit would
//! measure the starting of processes. Calls block, but for those that are made at once by many clients.

use std::collections::HashMap;
use std::os::unix::net::UnixStream;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;
use tokio::runtime::Runtime;
use zbus::Connection;
use zbus::wire::{DynamicType, OwnedVariant};

const OBJECT: &str = "/org/kphotos/KPhotos1";

/// `a{sv}`.
pub(crate) type Dict = HashMap<String, OwnedVariant>;

/// `(auaayasas)`: numbers, paths, checksums, queries.
pub(crate) type Selection = (Vec<u32>, Vec<Vec<u8>>, Vec<String>, Vec<String>);

/// A change's answer: revision, photos touched, undoable, summary.
pub(crate) type Receipt = (u64, u64, bool, String);

/// One connection.
#[derive(Clone, Debug)]
pub(crate) struct Client(Connection);

/// A connection and the threads that serve it.
#[derive(Debug)]
pub(crate) struct Bus {
    pub(crate) client: Client,
    pub(crate) runtime: Runtime,
}

/// These photos.
pub(crate) fn these(ids: &[u32]) -> Selection {
    (ids.to_vec(), Vec::new(), Vec::new(), Vec::new())
}

/// The photos that a query finds.
pub(crate) fn query(text: &str) -> Selection {
    (Vec::new(), Vec::new(), Vec::new(), vec![text.to_owned()])
}

impl Client {
    /// Connects to a daemon's socket.
    pub(crate) async fn connect(socket: &Path) -> Result<Self> {
        let stream = UnixStream::connect(socket).with_context(|| socket.display().to_string())?;
        let connection = zbus::connection::Builder::unix_stream(stream).p2p().build();
        Ok(Self(connection.await?))
    }

    /// Calls `org.kphotos.{interface}1.{method}`.
    pub(crate) async fn call<B>(&self, interface: &str, method: &str, body: &B) -> Result<zbus::Message>
    where
        B: Serialize + DynamicType,
    {
        let interface = format!("org.kphotos.{interface}1");
        let reply = self
            .0
            .call_method(None::<&str>, OBJECT, Some(interface.as_str()), method, body)
            .await;
        reply.with_context(|| format!("{interface}.{method}"))
    }

    /// Gives photos a tag.
    pub(crate) async fn add_tag(&self, tag: &str, photos: Selection) -> Result<Receipt> {
        let reply = self
            .call("Organization", "AddTag", &((0u32, tag), photos, Dict::new()))
            .await?;
        Ok(reply.body().deserialize()?)
    }
}

impl Bus {
    /// Connects to a daemon's socket.
    pub(crate) fn connect(socket: &Path) -> Result<Self> {
        let runtime = Runtime::new()?;
        let client = runtime.block_on(Client::connect(socket))?;
        Ok(Self { client, runtime })
    }

    /// Calls a method and waits for its answer.
    pub(crate) fn call<B>(&self, interface: &str, method: &str, body: &B) -> Result<zbus::Message>
    where
        B: Serialize + DynamicType,
    {
        self.runtime.block_on(self.client.call(interface, method, body))
    }

    /// Calls a method that answers one JSON document.
    pub(crate) fn document<B>(&self, interface: &str, method: &str, body: &B) -> Result<serde_json::Value>
    where
        B: Serialize + DynamicType,
    {
        let reply = self.call(interface, method, body)?;
        Ok(serde_json::from_str(reply.body().deserialize::<&str>()?)?)
    }

    /// Waits until no job is pending.
    pub(crate) fn wait_idle(&self) -> Result<()> {
        self.call("Manager", "Wait", &("idle", u64::MAX))?;
        Ok(())
    }

    /// The numbers of all photos below a folder of originals, ascending.
    pub(crate) fn all_below(&self, folder: &Path) -> Result<Vec<u32>> {
        use std::os::unix::ffi::OsStrExt as _;
        let folder: Selection = (
            Vec::new(),
            vec![folder.as_os_str().as_bytes().to_vec()],
            Vec::new(),
            Vec::new(),
        );
        let options = Dict::from([("recursive".to_owned(), OwnedVariant::from(true))]);
        let reply = self.call("Catalog", "Resolve", &(folder, options))?;
        let mut ids: Vec<u32> = reply.body().deserialize()?;
        ids.sort_unstable();
        Ok(ids)
    }
}
