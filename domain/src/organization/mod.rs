//! Organization: tags and albums, and the language of queries.
//!
//! Words: a *tag* is a word of a tree (`travel/italy`) that any number of
//! photos carry; its photos are those whose file has it (unless an edit
//! suppressed it) and those it was given to. An *album* is a chosen set of
//! photos, in a tree of albums.
//!
//! Invariants: names are unique among siblings (NFC, case folded, portable
//! form); the parents of a tag exist; a photo is in an album once.
//!
//! Refuses: empty names, `.` and `..`, names over 255 bytes, more than 32
//! levels, photos that do not exist.

pub(crate) mod command;
mod error;
mod path;
pub mod query;
pub(crate) mod resolve;

pub use command::{add_tag, add_tags, add_to_album, create_album, remove_from_album, remove_tag};
pub use error::OrganizationError;
pub use path::{AlbumPath, PathError, TagPath};
pub use query::{Query, QueryError};
