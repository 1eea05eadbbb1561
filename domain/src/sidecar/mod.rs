//! Sidecars: the XMP files that other programs keep beside originals.
//!
//! Words: a *sidecar* is a file `….xmp` in a folder of a library; it *names*
//! files of that folder by its own name ([`fit`]), and *belongs* to one of them
//! ([`bound`]); what it says is a *layer* of its own, above what the file itself
//! says and below what people made of the photo ([`SidecarLayer`]).
//!
//! Invariants: a sidecar belongs to one file at most; one that names several
//! and says not which belongs to none, and that is said. What a sidecar said
//! stays while its file is elsewhere without it, and goes with a sidecar that is
//! taken away where the file still is; the journal has it from the next scan of a whole library on.
//!
//! What a mount shows beside a photo as a sidecar is made of both, by [`packet`].
//!
//! Refuses: writing. Sidecars are originals: they are read, and never touched.

mod binding;
mod command;
mod kept;
mod model;
pub mod packet;
mod reading;
#[cfg(test)]
mod tests;

pub use binding::{Fit, Member, base_of, bound, fit};
pub use command::note_sidecars;
pub(crate) use kept::{keep_sidecars, said_again};
pub use model::{SidecarLayer, SidecarRead, SidecarStamp, Unbound};
pub(crate) use reading::layered;
