//! Processing: jobs, the long work that survives a restart.
//!
//! Words: a *job* has a kind and a library and is *over* once it is settled:
//! done, failed or cancelled. Its progress is not kept: what is left to do is
//! always derived from the catalog (files without facts, without checksum), so
//! a job that is interrupted goes on where it was, and one that was cancelled or
//! failed loses no work: the next scan asks for it again, or `job retry`.
//!
//! ```text
//!            ┌── pause ──▶ paused ── cancel ──▶ cancelled ─┐
//! enqueue ▶ pending ◀─ resume ──┘                          │
//!            │  ▲ ▲── fails, and may heal: later again     │
//!            │  └──────────────── retry ───────────────────┤
//!            └── settle ──▶ done, failed ──────────────────┘
//! ```
//!
//! *Running* is no state of its own: the runner takes the most urgent pending
//! job ([`Job::urgency`]), and after a restart it is pending as before. A paused
//! job stays paused over a restart, until a person says otherwise.
//!
//! Invariants: at most one job of a kind a library is not over; asking again
//! gives the same. The last [`KEPT`] jobs that are over are remembered, and none
//! longer than [`KEPT_SECONDS`].

mod command;
mod error;
mod model;
mod quiet;
#[cfg(test)]
mod tests;

pub use command::{cancel_job, enqueue_job, pause_job, resume_job, retry_job, settle_job};
pub use error::ProcessingError;
pub use model::{
    AskedBy, Job, JobKind, JobState, KEPT, KEPT_SECONDS, MOST_ATTEMPTS, Outcome, Priority, back_off_seconds,
};
pub use quiet::{QuietHours, QuietHoursError};
