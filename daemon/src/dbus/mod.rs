//! D-Bus: the contract in `packaging/dbus/`, spoken by the daemon.
//!
//! The object [`OBJECT_PATH`] with the interfaces
//! `org.kphotos.{Manager,Storage,Catalog,Organization,Sharing,Processing,Identity}1`,
//! one file each, and below it an object a job. Their XML is the contract; a test
//! compares it with what the daemon says of itself.
//!
//! ```text
//! kphotos ── socket ── peer ── an interface ── caller: one spawn_blocking
//!                                                ├ surface::Selection   which photos are meant
//!                                                ├ App::execute / App::preview   changes → a receipt
//!                                                └ surface::documents …   reads → JSON text
//! a program ── bus ── gate: who calls ──┘
//! App ── surface::Announcer ── feed: the signal Changed, and jobs' objects, each client at its own pace
//! ```
//!
//! Here texts become values, once; nothing is decided: who may do what and what
//! a command does is the domain's. What only a running daemon knows comes
//! through [`crate::surface::Services`].
//!
//! Absent: sidecars have no interface yet.

mod bus;
mod caller;
mod catalog;
mod error;
mod feed;
mod gate;
mod identity;
mod job;
mod manager;
mod options;
mod organization;
mod peer;
mod people;
mod processing;
mod sharing;
mod storage;
mod targets;

pub use bus::{Bus, BusConnection, BusError, BusServer};
pub use error::error_name;
pub use peer::PeerServer;

/// The object of everything but single jobs.
pub const OBJECT_PATH: &str = "/org/kphotos/KPhotos1";
/// The name on a bus.
pub const BUS_NAME: &str = "org.kphotos.KPhotos1";
