//! Jobs.

use crate::kernel::{JobId, LibraryId};
use std::cmp::Reverse;

/// What a job does, in the order in which a new library needs it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum JobKind {
    /// Walk the folders: what is there, what is new, what is gone.
    Scan,
    /// Read what the files say of themselves.
    Metadata,
    /// Hash whole files.
    Hash,
    /// Look at pictures, and find those that look alike.
    Near,
}

impl JobKind {
    /// `scan`, `metadata`, `hash`, `near`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scan => "scan",
            Self::Metadata => "metadata",
            Self::Hash => "hash",
            Self::Near => "near",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Scan, Self::Metadata, Self::Hash, Self::Near]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// How urgent a job is; a job of a higher one goes first, whatever its kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Priority {
    /// When nothing else is to be done.
    Low,
    /// As it comes.
    Normal,
    /// Somebody waits for it.
    High,
}

impl Priority {
    /// `low`, `normal`, `high`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }

    /// The priority of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Low, Self::Normal, Self::High]
            .into_iter()
            .find(|priority| priority.as_str() == text)
    }
}

/// On whose account a job runs, the weakest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AskedBy {
    /// The clock: time has come again.
    Schedule,
    /// The daemon: at its start, or because a scan found work.
    Daemon,
    /// A person, who may be waiting.
    Person,
}

impl AskedBy {
    /// `schedule`, `daemon`, `person`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Schedule => "schedule",
            Self::Daemon => "daemon",
            Self::Person => "person",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Schedule, Self::Daemon, Self::Person]
            .into_iter()
            .find(|asked| asked.as_str() == text)
    }
}

impl JobKind {
    /// The priority of such a job unless told otherwise: a scan that a person
    /// asks for is high, hashing and looking at pictures are low.
    #[must_use]
    pub const fn priority(self, asked: AskedBy) -> Priority {
        match (self, asked) {
            (Self::Scan, AskedBy::Person) => Priority::High,
            (Self::Scan, AskedBy::Daemon | AskedBy::Schedule) | (Self::Metadata, _) => Priority::Normal,
            (Self::Hash | Self::Near, _) => Priority::Low,
        }
    }
}

/// Where a job stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum JobState {
    /// Waiting or running.
    Pending,
    /// Held until a person says otherwise.
    Paused,
    /// Finished.
    Done {
        /// What it did, for a person.
        summary: Box<str>,
    },
    /// Gave up.
    Failed {
        /// Why, and how to mend it.
        reason: Box<str>,
    },
    /// Ended by a person; what it had recorded stays.
    Cancelled,
}

impl JobState {
    /// Whether it is settled.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        match self {
            Self::Pending | Self::Paused => false,
            Self::Done { .. } | Self::Failed { .. } | Self::Cancelled => true,
        }
    }
}

/// What came of a job's turn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// All was done.
    Done {
        /// What, for a person.
        summary: Box<str>,
    },
    /// Not all was done.
    Failed {
        /// Why, and how to mend it.
        reason: Box<str>,
        /// Whether it may mend itself (a disk that is not there, an I/O error), so that
        /// it is tried again; a refusal is not.
        heals: bool,
    },
}

/// A job.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Job {
    /// The number.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// Where.
    pub library: LibraryId,
    /// When it was asked for, in seconds since 1970 UTC.
    pub enqueued: i64,
    /// Where it stands.
    pub state: JobState,
    /// How urgent it is.
    pub priority: Priority,
    /// On whose account it runs.
    pub asked: AskedBy,
    /// How often it failed since a person last asked for it.
    pub attempts: u32,
    /// Not before this time, in seconds since 1970 UTC; `None`: at once.
    pub not_before: Option<i64>,
    /// Why it failed last, while it is to be tried again.
    pub trouble: Option<Box<str>>,
    /// When it was settled, in seconds since 1970 UTC.
    pub settled: Option<i64>,
}

impl Job {
    /// A job that is asked for now.
    #[must_use]
    pub const fn new(id: JobId, kind: JobKind, library: LibraryId, asked: AskedBy, now: i64) -> Self {
        Self {
            id,
            kind,
            library,
            enqueued: now,
            state: JobState::Pending,
            priority: kind.priority(asked),
            asked,
            attempts: 0,
            not_before: None,
            trouble: None,
            settled: None,
        }
    }

    /// What orders the queue, the most urgent first: by priority, then scan before
    /// metadata before hash before near, then the oldest.
    #[must_use]
    pub const fn urgency(&self) -> (Reverse<Priority>, JobKind, JobId) {
        (Reverse(self.priority), self.kind, self.id)
    }

    /// Whether it keeps quiet hours: hashing, looking at pictures and scans by the clock
    /// do, unless a person asked for them.
    #[must_use]
    pub const fn keeps_quiet_hours(&self) -> bool {
        match (self.asked, self.kind) {
            (AskedBy::Person, _) | (AskedBy::Daemon, JobKind::Scan | JobKind::Metadata) => false,
            (AskedBy::Schedule, _) | (AskedBy::Daemon, JobKind::Hash | JobKind::Near) => true,
        }
    }

    /// The same with this end.
    pub(crate) fn settle(&mut self, state: JobState, now: i64) {
        if matches!(state, JobState::Failed { .. }) {
            self.attempts = self.attempts.saturating_add(1);
        }
        self.state = state;
        self.not_before = None;
        self.trouble = None;
        self.settled = Some(now);
    }
}

/// How often a job that may heal is tried before it is failed.
pub const MOST_ATTEMPTS: u32 = 5;
/// How many jobs that are over are remembered.
pub const KEPT: usize = 100;
/// How long a job that is over is remembered, in seconds: 30 days.
pub const KEPT_SECONDS: i64 = 30 * 24 * 3600;

/// How long a job rests after so many failures, in seconds: 1 minute, 5, 20, then an hour.
#[must_use]
pub const fn back_off_seconds(attempts: u32) -> i64 {
    match attempts {
        0 | 1 => 60,
        2 => 300,
        3 => 1200,
        _ => 3600,
    }
}
