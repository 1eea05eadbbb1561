//! Catalog: assets, what their files say of them, and what people made of it.
//!
//! Words: an *asset* is content within an owner's world; a *file* holds it; a
//! *shot* is the files of one stem in one folder that belong together (RAW,
//! JPEG, movie); a *stack* is photos that belong together, for one of several reasons
//! (`stack`). *Facts* are what a parser read in the file (the embedded
//! layer); a sidecar's stand above them, field by field ([`Facts::overlaid`]); the
//! *user layer* holds edits, field by field, above both. An *alias* is
//! the number of an asset that became part of another; a file is *in doubt* from when
//! its bytes changed in place until it is known which picture it shows now.
//!
//! **What makes assets one.** A file that is seen for the first time is an asset of its
//! own, provisionally. Its hash says what it is: an asset that is that content already,
//! because one of its files holds it (there, in a library that is away, or gone) or held
//! it before it was edited in place, and the two become one (`unite`); but where files of
//! that asset are there, and show another content by now, both stay, with the edits of both. So edits follow a
//! photo through copies, moves between libraries and backups that are restored. Files whose
//! size is that of something missing are hashed first, which takes seconds, and can never be
//! wrong as a quick fingerprint of parts could. Besides the whole content one thing is
//! believed: the data of the picture, whole and without metadata. A missing asset and a
//! file that nobody knew which have the same are one: a program rewrote the metadata, and
//! the file was moved in one go.
//!
//! **What parts them.** A file that has new bytes is judged when it was read (`evidence`):
//! edited, and its asset stays; or replaced, and the asset goes missing with its edits
//! while a new one begins. Where a hash says that the bytes are those from before,
//! nothing happened at all; where they are those of another photo, it is that one, whatever
//! the file says.
//!
//! Invariants: content belongs to one asset of an owner; files of an asset that are there are one
//! content, as far as it is known, but for those in doubt; an alias leads to its asset for
//! ever; the effective value is the user layer's where it has one;
//! re-reading a file replaces facts and never an edit; dropping an edit shows
//! the file's own value again; an absent value is absent, never made up.
//!
//! Refuses: ratings outside -1..=5, orientations outside 1..=8, places off the
//! globe, edits of assets that do not exist.

mod brought;
pub(crate) mod command;
mod dates;
mod error;
mod evidence;
mod facts;
mod field;
mod judge;
mod media;
mod missing;
mod name_date;
pub mod near;
mod overlay;
mod signature;
mod stack;
mod unite;

pub(crate) use brought::{shown_by, values_said};
pub use command::{clear_fields, record_checksums, record_facts, set_date, set_fields};
pub use dates::{DateChange, Shift, Zone, change_dates};
pub use error::CatalogError;
pub use evidence::Evidence;
pub use facts::{Camera, Exposure, Facts};
pub use field::{Field, FieldKey, FieldValue, Location, UserLayer};
pub(crate) use judge::come_back_beside;
pub use judge::is_kept;
pub use media::{MediaKind, media_kind};
pub use missing::forget_assets;
pub use name_date::date_in_name;
pub use signature::{SIGNATURE_BYTES, is_unnamed, kind_by_content};
pub use stack::{LinkId, StackChange, StackEdit, StackReason, change_stack, stack_of};
