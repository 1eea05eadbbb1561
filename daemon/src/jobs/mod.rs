//! Jobs: the long work, one at a time, in the order in which a person misses it.
//!
//! A job is asked for through the domain and stays pending there until it is
//! settled, so a restart resumes it; what is left to do is derived from the view
//! (files without facts, files without checksum), so an interrupted job loses
//! nothing and does nothing twice. [`Runner`] takes the most urgent job that may run now, and a
//! job gives way at the next batch when a more urgent one comes, when it is paused or cancelled,
//! and when its quiet hours begin. One whose library does not answer is left behind, and held until
//! it does: others go on.
//!
//! ```text
//! runner    the queue: whose turn it is, when to look again, how a turn ended
//!  ├ schedule   what may run now: rests after a failure, quiet hours, scans by the clock (pure)
//!  └ work       what a job does: `scan` (`narrow`: of which folders), `metadata` (`facts`: what a worker tells), `hash`, `near`;
//!               `tried`: what changed while a job was at it
//! progress  how far the running job is; `pace`: how fast, and for how long still (pure)
//! ```
//!
//! Hashing, and looking at pictures, run in the idle I/O class and at the lowest CPU priority,
//! on a thread of their own: they take what the machine has to spare.

mod facts;
mod hash;
mod metadata;
mod narrow;
mod near;
mod pace;
mod progress;
mod runner;
mod scan;
mod schedule;
#[cfg(test)]
mod tests;
mod tried;
mod work;

#[cfg(test)]
pub(crate) use facts::facts;
pub use narrow::Narrowed;
pub use progress::{Progress, Report};
pub use runner::{Runner, RunnerParts, Waiting};
pub use schedule::Schedule;
pub use work::{LibraryWork, OpenRoot, StartPool, Turn, Work, WorkParts};
pub(crate) use work::{follow_up, to_do_elsewhere};
