//! The command line of mounts, and of waiting for them.
//!
//! What an option may be is checked here where the list is short, else by the daemon.

use clap::{Args, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;

#[derive(Subcommand, Debug)]
pub(crate) enum MountCommand {
    /// Show the tree at one more place, until it is removed
    Add {
        /// An empty folder, or one to be made
        dir: PathBuf,
        /// Who may enter: private, group:G or all [default: private]
        #[arg(long, value_name = "WHO")]
        access: Option<String>,
        /// Which folders are at its root: albums,dates,library,tags,shares,favorites,recent,collections,people,search,duplicates [default: all]
        #[arg(long, value_name = "VIEW,…", value_delimiter = ',')]
        views: Vec<String>,
        /// What the modification time of photos is [default: taken]
        #[arg(long, value_parser = ["taken", "original"])]
        mtime: Option<String>,
        /// Names that every system accepts, or as on the disk [default: portable]
        #[arg(long, value_parser = ["portable", "posix"])]
        names: Option<String>,
        /// A sidecar beside each photo, IMG.jpg.xmp, that says what its own sidecar says and what you made of it [default: off]
        #[arg(long, value_parser = ["off", "xmp"])]
        sidecars: Option<String>,
        /// Which photos of a stack are shown outside of library/: each, or its cover alone [default: all]
        #[arg(long, value_parser = ["all", "cover"])]
        stacks: Option<String>,
        /// Files that tell file managers how to show a folder: directory (.directory, with an album's cover as its icon), hidden (.hidden, so that of a stack its cover alone is seen) [default: none]
        #[arg(long, value_name = "FILE,…", value_delimiter = ',', value_parser = ["directory", "hidden"])]
        folder_files: Vec<String>,
        /// Photos that lie in libraries that are offline alone: listed, or not there until one is back [default: show]
        #[arg(long, value_parser = ["show", "hide"])]
        offline: Option<String>,
        /// Say what would be done, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// The mounts, and whether they answer
    List,
    /// Take a mount down that was added
    Remove {
        /// Its folder, or its number
        #[arg(value_name = "DIR|N")]
        mount: OsString,
        /// Say what would be done, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Args, Debug)]
pub(crate) struct WaitArgs {
    /// Until every mount answers (the default)
    #[arg(long, conflicts_with = "idle")]
    pub(crate) ready: bool,
    /// Until no job is left that may run now
    #[arg(long)]
    pub(crate) idle: bool,
    /// No longer than so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Option<std::time::Duration>,
}

fn seconds(text: &str) -> Result<std::time::Duration, String> {
    text.parse()
        .ok()
        .and_then(|seconds: f64| std::time::Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "give a number of seconds, as 30 or 0.5".to_owned())
}
