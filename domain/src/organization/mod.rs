//! Organization: tags, albums, people and their faces, and the language of queries.
//!
//! Words: a *tag* is a word of a tree (`travel/italy`) that any number of
//! photos carry; its photos are those whose file has it (unless an edit
//! suppressed it) and those it was given to. An *album* is a chosen set of
//! photos, in a tree of albums. A *synonym* is a path that stands for a tag
//! besides its own: a tag that is renamed, moved or merged leaves one behind,
//! because files go on saying it (see `arrange`, and `view::tags`). People and faces: see `people`.
//!
//! Invariants: names are unique among siblings (NFC, case folded, portable
//! form); the parents of a tag exist; a photo is in an album once.
//!
//! Refuses: empty names, `.` and `..`, names over 255 bytes, more than 32
//! levels, photos that do not exist, names that are taken, what would come
//! below itself.

mod arrange;
pub(crate) mod command;
mod error;
mod path;
mod people;
pub(crate) mod plan;
pub mod query;
pub(crate) mod resolve;

pub use arrange::{AlbumArrangement, TagArrangement, arrange_album, arrange_tags};
pub use command::{add_tag, add_tags, add_to_album, create_album, remove_from_album, remove_tag};
pub use error::OrganizationError;
pub use path::{AlbumPath, PathError, TagPath};
pub use people::{
    FaceBox, FaceChange, FaceEdit, FaceFate, FaceId, FaceKind, FileFace, PeopleArrangement, PersonFate,
    PersonName, ReadFace, arrange_people, edit_face, find_person,
};
pub(crate) use people::{number_faces, plan::PersonPlan};
pub use query::{Query, QueryError};
pub use resolve::find_tag;

/// What became of a tag.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TagFate {
    /// It is in the tree.
    Live,
    /// It was deleted; photos whose files have it stay without it.
    Deleted,
    /// It was merged: what files mean by it is that one.
    Merged(crate::kernel::TagId),
}
