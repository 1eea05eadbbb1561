//! D-Bus: the contract in `packaging/dbus/`, spoken by the daemon.
//!
//! One object, [`OBJECT_PATH`], with the interfaces
//! `org.kphotos.{Manager,Storage,Catalog,Organization,Processing,Identity}1`,
//! one file each. Their XML is the contract; a test compares it with what the
//! daemon says of itself.
//!
//! ```text
//! kphotos ── socket ── peer ── an interface ── caller: one spawn_blocking
//!                                                ├ selection   which photos are meant
//!                                                ├ App::execute / App::preview   changes → a receipt
//!                                                └ asset_json, documents, page   reads → JSON text
//! App ── announce ── the signal Changed, each client at its own pace
//! ```
//!
//! Here texts become values, once; nothing is decided: who may do what and what
//! a command does is the domain's. What only a running daemon knows comes
//! through [`Services`].
//!
//! Absent: a session or system bus, and objects a job. Sharing and sidecars
//! have no interface yet.

mod announce;
mod asset_json;
mod caller;
mod catalog;
mod documents;
mod error;
mod history;
mod identity;
mod manager;
mod organization;
mod page;
mod peer;
mod processing;
mod selection;
mod services;
mod storage;

pub use announce::Announcer;
pub use error::{Refusal, error_name};
pub use peer::PeerServer;
pub use selection::Selection;
pub use services::{JobControl, JobProgress, Mount, MountState, MountStatus, ProgressUnit, Services};

/// The one object.
pub const OBJECT_PATH: &str = "/org/kphotos/KPhotos1";
