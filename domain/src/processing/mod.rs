//! Processing: jobs, the long work that survives a restart.
//!
//! Words: a *job* has a kind and a library and is pending until it is settled:
//! done, failed or cancelled. Its progress is not kept: what is left to do is
//! always derived from the catalog (files without facts, without checksum), so
//! a job that is interrupted goes on where it was.
//!
//! Invariant: one pending job of a kind a library; asking again gives the same.

mod command;
mod error;
mod model;

pub use command::{enqueue_job, settle_job};
pub use error::ProcessingError;
pub use model::{Job, JobKind, JobState};
