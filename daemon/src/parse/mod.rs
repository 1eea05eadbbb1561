//! Reading what is inside files, without trusting them.
//!
//! The daemon opens a file and hands the descriptor to a [`Pool`] of `kphotos-worker` processes; the pool answers with
//! plain facts. A worker has no files, no network, no programs to start and bounded memory (its own page says how). Here
//! lives the daemon's half of that bargain: **every file gets exactly one answer, whatever a worker does.**
//!
//! - It dies, hangs beyond [`PoolOptions::file_timeout`], floods or answers nonsense: the file it was reading is
//!   [`Outcome::Unreadable`] with the reason, a new worker takes its place, and the rest of the batch goes there. But for
//!   hanging, only a worker without a past passes that verdict: what stops one that had read other files may come from
//!   those, so the file is first read once more by a fresh worker.
//! - It refuses the file: [`Outcome::Failed`], an ordinary answer (a movie, a text file, a picture cut short).
//! - No worker can be started: [`Outcome::Unserved`]; the file is not to blame and may be tried again.
//!
//! What is refused: descriptors open for writing, since a worker must have no way to change an original. What is *not*
//! promised: a worker that a file has taken over can lie about that file and those after it in the batch and in the
//! worker's life ([`PoolOptions::recycle_after`]); facts are therefore data to show, never to act on.
//!
//! Reading order: `reader` (which reader that is), [`protocol`] (the wire form), `pool`, `worker` (one conversation), `launch` (processes), `wire` (bytes).

mod launch;
mod pool;
pub mod protocol;
mod reader;
mod wire;
mod worker;

#[cfg(test)]
mod agreement;
#[cfg(test)]
pub(crate) mod conformance;
#[cfg(test)]
mod hostile;

use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::time::Duration;

pub use self::pool::{Pool, Stop};
pub use self::protocol::{
    AnatomyRecord, FaceRecord, FactsRecord, MAX_TAGS, MAX_TEXT_BYTES, MotionRecord, PresentRecord,
    SandboxRecord, TakenRecord,
};
pub(crate) use self::reader::READER;

/// A file to read.
#[derive(Debug)]
pub struct Job {
    /// The caller's number, repeated in the answer.
    pub ticket: u64,
    /// The file, open read-only. Its position is neither used nor moved.
    pub file: OwnedFd,
    /// Its name's extension without the dot, any case; may be empty.
    pub ext: String,
}

/// What came of reading a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// What the file states.
    Read(Box<FactsRecord>),
    /// The parser refused the file.
    Failed {
        /// Why, in lowercase words.
        reason: String,
    },
    /// The file cost a worker its life or its manners.
    Unreadable {
        /// How, in lowercase words.
        reason: String,
    },
    /// The file was not looked at; try again later.
    Unserved {
        /// Why, in lowercase words.
        reason: String,
    },
}

/// What came of hashing a picture without its metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hashed {
    /// BLAKE3 of what decodes to the picture; the worker's page `image` says of what, by format.
    Known([u8; 32]),
    /// The format does not allow it, or the picture is not whole.
    Impossible,
    /// The file was refused, or cost a worker its life or its manners.
    Unreadable {
        /// How, in lowercase words.
        reason: String,
    },
    /// The file was not looked at; try again later.
    Unserved {
        /// Why, in lowercase words.
        reason: String,
    },
}

/// What came of looking at a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked {
    /// The signs of its waves; see [`FactsRecord::signs`].
    Signs(Vec<[u16; 16]>),
    /// It is too even to be told apart.
    Plain,
    /// It cannot be decoded, or cost a worker its life or its manners.
    Undecoded {
        /// Why, in lowercase words.
        reason: String,
    },
    /// The file was not looked at; try again later.
    Unserved {
        /// Why, in lowercase words.
        reason: String,
    },
}

impl Looked {
    fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Read(facts) => facts.signs.map_or(Self::Plain, Self::Signs),
            Outcome::Failed { reason } | Outcome::Unreadable { reason } => Self::Undecoded { reason },
            Outcome::Unserved { reason } => Self::Unserved { reason },
        }
    }
}

impl Hashed {
    fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Read(facts) => facts.image_hash.map_or(Self::Impossible, Self::Known),
            Outcome::Failed { reason } | Outcome::Unreadable { reason } => Self::Unreadable { reason },
            Outcome::Unserved { reason } => Self::Unserved { reason },
        }
    }
}

/// How many workers there are, and what each may use.
#[derive(Debug, Clone)]
pub struct PoolOptions {
    /// The most processes at a time; at least one.
    pub workers: usize,
    /// Bytes of private memory a worker may allocate. Files mapped for reading do not count.
    pub memory_limit: u64,
    /// The most time for one file.
    pub file_timeout: Duration,
    /// The most time from starting a process to its hello.
    pub start_timeout: Duration,
    /// Files after which a worker is replaced by a fresh one.
    pub recycle_after: u64,
    /// Accept workers that the kernel cannot hold completely (no Landlock, no seccomp).
    pub best_effort_sandbox: bool,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            workers: std::thread::available_parallelism().map_or(1, usize::from).min(4),
            memory_limit: 1 << 30,
            file_timeout: Duration::from_secs(30),
            start_timeout: Duration::from_secs(10),
            recycle_after: 4096,
            best_effort_sandbox: false,
        }
    }
}

/// Why no worker could be had.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// The program does not start.
    #[error("worker {program} does not start: {source}; install kphotos-worker beside kphotosd")]
    Start {
        /// Where it was looked for.
        program: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The process started and went away, or said something else than hello.
    #[error("worker refuses to serve: {reason}")]
    Refused {
        /// Its own words where it had some.
        reason: String,
    },
    /// The worker is of another build.
    #[error("worker speaks version {found}, this daemon {expected}; install both from one build")]
    Version {
        /// What the worker speaks.
        found: u32,
        /// What this daemon speaks.
        expected: u32,
    },
    /// The kernel does not hold the worker completely and the options do not allow that.
    #[error("worker is not held: landlock {landlock}, seccomp {seccomp}; a newer kernel is needed")]
    NotHeld {
        /// `full`, `partial` or `none`.
        landlock: String,
        /// Whether the call filters are in place.
        seccomp: bool,
    },
}
