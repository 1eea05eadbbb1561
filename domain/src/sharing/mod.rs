//! Sharing: shares, by which a person shows others a part of his photos.
//!
//! Words: a *share* has a name and a *scope*, which says what is shown. A scope
//! is live: who adds a photo to a shared album has shared it. A scope of photos
//! named one by one is as it was made.
//!
//! Invariants: a share's name is a portable folder name and unique within its
//! owner (NFC, case folded); an album, tag, collection or person that a share shows is there; a
//! query in a share reads, and does not ask for what is shared.
//!
//! Refuses: to delete an album, a tag, a collection or a person that a share shows, or to
//! remove a library of which it shows something; to take back that a
//! share was revoked.

mod command;
mod error;
mod model;
mod name;

pub(crate) use command::keep_shared;
pub use command::{create_share, revoke_share};
pub use error::SharingError;
pub use model::{NewShare, Scope, Share};
pub use name::ShareName;
