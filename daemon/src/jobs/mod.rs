//! Jobs: the long work, one at a time, in the order in which a person misses it.
//!
//! A job is asked for through the domain and stays pending there until it is
//! settled, so a restart resumes it; what is left to do is derived from the view
//! (files without facts, files without checksum), so an interrupted job loses
//! nothing and does nothing twice. [`Runner`] is one thread: it takes the most
//! urgent pending job (scan before metadata before hash), and a job gives way at
//! the next batch when a more urgent one comes.
//!
//! Hashing runs in the idle I/O class: it takes what disks have to spare.

mod hash;
mod metadata;
mod progress;
mod runner;

pub use progress::{Progress, Report};
pub use runner::{OpenRoot, Runner, RunnerParts};
