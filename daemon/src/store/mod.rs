//! The layer at rest: rows of the view in sled, behind the journal.
//!
//! The journal is the commit; this is what spares a start from replaying all of it. So a store that cannot be trusted is no loss: it is
//! refused as a whole ([`StoreError::Unusable`]), moved aside and made again from the journal; only what parsers read has to be read again.
//!
//! # What is promised
//!
//! - **A batch is there wholly or not at all.** All rows and the `state` row (revision, number of rows, sum of their checks) go into *one*
//!   tree by *one* sled batch. One tree with a kind byte, not a tree a kind: sled's batches are atomic a tree, its transactions across trees slow.
//! - **No wrong row is ever handed out.** sled's own CRC covers pages, not the choice of pages: after damage it may come up with rows lost or old
//!   without a word. Each value ends in a check over key and value, and the `state` row has the sum of all checks: loading counts
//!   and adds what it reads, and a row that is altered, lost, old or extra is found. What loads is exactly what some batch left.
//! - **It never takes the daemon down.** sled panics on some damage; every call into it is caught and becomes an error. After a failed
//!   write the store refuses all further ones: a later batch would otherwise say `applied` over the one that is missing.
//! - **Flushing is never on a command's path**: a thread of this store flushes twice a second (sled's own flusher, when it panics, makes
//!   the drop wait for ever), and the thread that writes waits for it every few megabytes, so that what is not written yet is bounded. A power cut costs a replay from an older batch.
//!
//! # Limitations
//!
//! - A kill of the process at open by the system (out of memory) is not caught; sled allocates what damaged length fields say, lazily.
//! - 64-bit checks find accidents, not forgery: who can write here can write anything.
//!
//! Reading order: `keys` (the schema), `records` (values), `codec` (bytes), `check`, `guard` (panics), `layer` (the adapter), `reading` (a
//! start), `behind` (its own thread), `aside`.

mod aside;
mod behind;
mod check;
mod codec;
mod error;
mod flusher;
mod guard;
mod keys;
mod layer;
mod reading;
mod records;
#[cfg(test)]
mod tests;

pub use aside::KEPT_ASIDE;
pub use behind::Behind;
pub use error::StoreError;
pub use layer::SledStore;
