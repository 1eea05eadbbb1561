//! The command line of what looks only: information, search, timeline,
//! duplicates, history.
//!
//! A query may be several words; the shell's quotes are needed for what the shell
//! itself reads. Limits are checked here, what a query means by the daemon.

use crate::assets::AssetArgs;
use clap::{Args, ValueEnum};

#[derive(Args, Debug)]
pub(crate) struct InfoArgs {
    #[command(flatten)]
    pub(crate) which: AssetArgs,
    /// What the file and what edits say of each field, too
    #[arg(long)]
    pub(crate) layers: bool,
}

#[derive(Args, Debug)]
pub(crate) struct SearchArgs {
    /// beach "two words" tag:travel date:2024-06..2024-08 rating:4+ is:favorite -has:location …
    #[arg(value_name = "QUERY")]
    pub(crate) query: Vec<String>,
    /// No more than so many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,
    /// In this order, ascending
    #[arg(long, value_name = "ORDER")]
    pub(crate) sort: Option<Sort>,
    /// The other way round
    #[arg(long)]
    pub(crate) reverse: bool,
    /// Only the paths of the originals
    #[arg(long)]
    pub(crate) paths: bool,
    /// Paths end in NUL, not in a line break
    #[arg(short = '0', long = "null", requires = "paths")]
    pub(crate) null: bool,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Taken,
    Added,
    Name,
    Rating,
}

impl Sort {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Added => "added",
            Self::Name => "name",
            Self::Rating => "rating",
        }
    }
}

/// See [`super::Command::Duplicates`].
#[derive(Args, Debug)]
pub(crate) struct DuplicatesArgs {
    /// Among the photos that this query finds; without it all that are not hidden
    pub(crate) query: Vec<String>,
    /// The paths of all copies but the one that the photo is called after, one a line
    #[arg(long)]
    pub(crate) extra: bool,
    /// Paths end in NUL, not in a line break
    #[arg(short = '0', long = "null", requires = "extra")]
    pub(crate) null: bool,
}

#[derive(Args, Debug)]
pub(crate) struct TimelineArgs {
    /// Of the photos that this query finds; all, without one
    #[arg(value_name = "QUERY")]
    pub(crate) query: Vec<String>,
    /// Count by this
    #[arg(long, value_name = "SPAN", default_value = "year", value_parser = ["year", "month", "day"])]
    pub(crate) by: String,
}

#[derive(Args, Debug)]
pub(crate) struct HistoryArgs {
    #[command(flatten)]
    pub(crate) which: AssetArgs,
    /// No more than so many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) limit: u32,
    /// Those before this revision
    #[arg(long, value_name = "REVISION")]
    pub(crate) before: Option<u64>,
}
