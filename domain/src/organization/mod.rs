//! Organization: tags, albums and collections, people and their faces, and the language of queries.
//!
//! Words: a *tag* is a word of a tree (`travel/italy`) that any number of
//! photos carry; its photos are those whose file has it (unless an edit
//! suppressed it) and those it was given to. An *album* is a chosen set of
//! photos, in a tree of albums; a *smart* one has a *rule* that finds photos, beside
//! those that were *included* and without those that were *excluded*. A *collection*
//! is a query under a name. A *synonym* is a path that stands for a tag
//! besides its own: a tag that is renamed, moved or merged leaves one behind,
//! because files go on saying it (see `arrange`, and `view::tags`). People and faces: see `people`.
//!
//! Invariants: names are unique among siblings (NFC, case folded, portable
//! form); the parents of a tag exist; a photo is in an album once, and not included
//! and excluded at once; what finds photos does not depend on itself (see `collection`).
//!
//! Refuses: empty names, `.` and `..`, names over 255 bytes, more than 32
//! levels, photos that do not exist, names that are taken, what would come
//! below itself.

mod album;
mod arrange;
pub(crate) mod collection;
pub(crate) mod command;
mod error;
mod fill;
mod name;
mod path;
mod people;
pub(crate) mod plan;
pub mod query;
pub(crate) mod resolve;

pub use album::{AlbumOrder, AlbumRule, AlbumSetting, AlbumSettings, OrderBy, cover_of, in_order};
pub use arrange::{AlbumArrangement, TagArrangement, arrange_album, arrange_tags};
pub use collection::{Collection, CollectionChange, change_collection};
pub(crate) use collection::{asks_for_albums, keep_rules};
pub use command::{add_tag, add_tags, remove_tag};
pub use error::OrganizationError;
pub use fill::{
    AlbumChange, NewAlbum, Place, change_album, create_album, exclude_from_album, include_in_album,
    remove_from_album,
};
pub use name::CollectionName;
pub use path::{AlbumPath, PathError, TagPath};
pub use people::{
    FaceBox, FaceChange, FaceEdit, FaceFate, FaceId, FaceKind, FileFace, PeopleArrangement, PersonFate,
    PersonName, ReadFace, arrange_people, edit_face, find_person,
};
pub(crate) use people::{
    moved_faces, number_layers, plan::PersonPlan, resolve_people, unbox, unite_faces, united,
};
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
