//! D-Bus: the contract in `packaging/dbus/`, spoken by the daemon.
//!
//! One object, [`OBJECT_PATH`], with the interfaces
//! `org.kphotos.{Manager,Storage,Catalog,Organization,Sharing,Processing,Identity}1`,
//! one file each. Their XML is the contract; a test compares it with what the
//! daemon says of itself.
//!
//! ```text
//! kphotos ── socket ── peer ── an interface ── caller: one spawn_blocking
//!                                                ├ surface::Selection   which photos are meant
//!                                                ├ App::execute / App::preview   changes → a receipt
//!                                                └ surface::documents …   reads → JSON text
//! App ── surface::Announcer ── the signal Changed, each client at its own pace
//! ```
//!
//! Here texts become values, once; nothing is decided: who may do what and what
//! a command does is the domain's. What only a running daemon knows comes
//! through [`crate::surface::Services`].
//!
//! Absent: a session or system bus, and objects a job. Sidecars have no
//! interface yet.

mod caller;
mod catalog;
mod error;
mod identity;
mod manager;
mod options;
mod organization;
mod peer;
mod processing;
mod sharing;
mod storage;

pub use error::error_name;
pub use peer::PeerServer;

/// The one object.
pub const OBJECT_PATH: &str = "/org/kphotos/KPhotos1";
