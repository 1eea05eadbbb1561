//! The command line of jobs.

use clap::{Args, Subcommand, ValueEnum};
use std::ffi::OsString;

#[derive(Subcommand, Debug)]
pub(crate) enum JobCommand {
    /// The jobs that are not over
    List {
        /// Those that are over too
        #[arg(long)]
        all: bool,
    },
    /// One job
    Show {
        /// Its number
        job: u32,
    },
    /// Follow jobs until they are over, paused, or wait after a failure; all, if none is named
    Watch {
        /// Their numbers
        jobs: Vec<u32>,
    },
    /// Start a job: scan looks for what is new, metadata reads what files say (those that could
    /// not be read again), hash reads them whole, near finds photos that look alike (those that could
    /// not be decoded are tried again)
    Start {
        kind: JobKind,
        /// A library's number or name
        library: OsString,
        /// How urgent it is: a job of a higher priority goes before all others
        #[arg(long, value_name = "PRIORITY")]
        priority: Option<Priority>,
    },
    /// Hold jobs until they are resumed; also over restarts of the daemon
    Pause(Jobs),
    /// Let paused jobs go on
    Resume(Jobs),
    /// End jobs; what they did stays, and the next scan asks again for what is left
    Cancel(Jobs),
    /// Run jobs again that are over, or at once those that wait after a failure
    Retry(Jobs),
}

#[derive(Args, Debug)]
pub(crate) struct Jobs {
    /// Their numbers
    #[arg(required = true, value_name = "JOB")]
    pub(crate) jobs: Vec<u32>,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobKind {
    Scan,
    Metadata,
    Hash,
    Near,
}

impl JobKind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Scan => "scan",
            Self::Metadata => "metadata",
            Self::Hash => "hash",
            Self::Near => "near",
        }
    }
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Priority {
    Low,
    Normal,
    High,
}

impl Priority {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}
