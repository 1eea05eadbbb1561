//! How rows are kept small: a million of them have to fit.
//!
//! Most photos have one file, a name of a dozen bytes, and facts of which half are
//! absent. Each of these types keeps the usual case in place, without a piece of
//! memory of its own, and gives the unusual one the room that it needs.

mod facts_ref;
mod few;
mod packed;
mod packer;
mod shared;
mod small;

pub use facts_ref::FactsRef;
pub use few::Few;
pub(super) use packed::Packed;
pub(super) use packer::Packer;
pub(super) use shared::Shared;
pub use small::SmallBytes;
