//! Catalog: assets, what their files say of them, and what people made of it.
//!
//! Words: an *asset* is content within an owner's world; a *file* holds it; a
//! *shot* is the files of one stem in one folder that belong together (RAW,
//! JPEG, movie). *Facts* are what a parser read in the file (the embedded
//! layer); a sidecar's stand above them, field by field ([`Facts::overlaid`]); the
//! *user layer* holds edits, field by field, above both.
//!
//! Invariants: the effective value is the user layer's where it has one;
//! re-reading a file replaces facts and never an edit; dropping an edit shows
//! the file's own value again; an absent value is absent, never made up.
//!
//! Refuses: ratings outside -1..=5, orientations outside 1..=8, places off the
//! globe, edits of assets that do not exist.

pub(crate) mod command;
mod dates;
mod error;
mod facts;
mod field;
mod media;
mod name_date;
pub mod near;
mod overlay;
mod signature;

pub use command::{clear_fields, record_checksums, record_facts, set_date, set_fields};
pub use dates::{DateChange, Shift, Zone, change_dates};
pub use error::CatalogError;
pub use facts::{Camera, Exposure, Facts};
pub use field::{Field, FieldKey, FieldValue, Location, UserLayer};
pub use media::{MediaKind, media_kind};
pub use name_date::date_in_name;
pub use signature::{SIGNATURE_BYTES, is_unnamed, kind_by_content};
