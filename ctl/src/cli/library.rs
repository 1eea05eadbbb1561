//! The command line of libraries, the folders of originals.
//!
//! Where a library is wanted, its number, its name or a folder in it will do.

use clap::Subcommand;
use std::ffi::OsString;
use std::path::PathBuf;

#[derive(Subcommand, Debug)]
pub(crate) enum LibraryCommand {
    /// Add a folder of photos; nothing in it is ever changed
    Add {
        /// The folder
        dir: PathBuf,
        /// What to call it [default: the folder's name]
        #[arg(long)]
        name: Option<String>,
        /// Where times without offset were taken, as Europe/Berlin [default: the daemon's zone]
        #[arg(long, value_name = "ZONE")]
        timezone: Option<String>,
        /// Return when everything is read and hashed, not as soon as it can be browsed
        #[arg(long, conflicts_with_all = ["no_wait", "dry_run"])]
        wait: bool,
        /// Return at once
        #[arg(long)]
        no_wait: bool,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// The libraries
    List,
    /// What a library holds, and how far it is read
    Show {
        /// Its number or name, or a folder in it
        #[arg(value_name = "LIBRARY|PATH")]
        library: OsString,
        /// What the last scan left out, and why
        #[arg(long)]
        skipped: bool,
    },
    /// Say where a library lies now: another mount point, another disk
    ///
    /// Its photos keep their edits, names and shares. A sample of them has to be in the folder.
    Relocate {
        /// Its number or name
        library: OsString,
        /// The folder that holds it now
        dir: PathBuf,
        /// Take it even if its photos are not found there
        #[arg(long)]
        force: bool,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Let a folder be a library no more; its originals stay as they are
    ///
    /// Its photos are missing then, and keep every edit.
    Remove {
        /// Its number or name
        library: OsString,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Look for what is new, changed or gone; in all libraries, if none is named
    Scan {
        /// Numbers or names of libraries, or folders in them: of those only they and what is below are looked at
        #[arg(value_name = "LIBRARY|PATH")]
        what: Vec<OsString>,
        /// Return when it is done
        #[arg(long)]
        wait: bool,
        /// The files that are not found are gone on purpose, however many (name the library by number or name)
        #[arg(long, requires = "what")]
        accept_missing: bool,
    },
}
