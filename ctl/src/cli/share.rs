//! The command line of `kphotos share`; see [`crate::cli`].

use clap::{ArgGroup, Args, Subcommand};
use std::ffi::OsString;

#[derive(Subcommand, Debug)]
pub(crate) enum ShareCommand {
    /// Share an album, a tag, a person, a library, a folder, what a query or a collection finds, or photos
    Create(ShareArgs),
    /// The shares, what each shows, and how many photos that is
    List,
    /// The photos of a share
    Show {
        /// Its name, or its folder in a mount
        #[arg(value_name = "NAME")]
        share: OsString,
    },
    /// End a share, for good
    Revoke {
        /// Its name, or its folder in a mount
        #[arg(value_name = "NAME")]
        share: OsString,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Args, Debug)]
#[command(
    group = ArgGroup::new("scope").required(true),
 override_usage = "kphotos share create NAME --album ALBUM|--tag TAG|--person PERSON|--library LIBRARY|--folder DIR|--query QUERY|--collection NAME|ASSET…" 
)]
pub(crate) struct ShareArgs {
    /// What to call it: its folder in shares/
    pub(crate) name: String,
    /// An album, with those in it: its path, or its folder in a mount
    #[arg(long, group = "scope")]
    pub(crate) album: Option<OsString>,
    /// A tag, with those in it: its path, or its folder in a mount
    #[arg(long, group = "scope")]
    pub(crate) tag: Option<OsString>,
    /// Who is in the photos: a name, or the person's folder in a mount
    #[arg(long, group = "scope", value_name = "PERSON")]
    pub(crate) person: Option<OsString>,
    /// A library: its name, its number, or its folder in a mount
    #[arg(long, group = "scope")]
    pub(crate) library: Option<OsString>,
    /// A folder of a library: its path, or its folder in a mount
    #[arg(long, group = "scope", value_name = "DIR")]
    pub(crate) folder: Option<OsString>,
    /// What this query finds, now and later
    #[arg(long, group = "scope", value_name = "QUERY")]
    pub(crate) query: Option<String>,
    /// What this collection finds: its name, or its folder in a mount
    #[arg(long, group = "scope", value_name = "NAME")]
    pub(crate) collection: Option<OsString>,
    /// These photos: paths in a mount or of originals, numbers, blake3:HEX; - reads them from stdin
    #[arg(group = "scope", value_name = "ASSET")]
    pub(crate) assets: Vec<OsString>,
    /// A folder stands for all photos below it
    #[arg(short, long)]
    pub(crate) recursive: bool,
    /// Names end in NUL, not in a line break
    #[arg(short = '0', long = "null")]
    pub(crate) null: bool,
    /// Not the rest of a stack (RAW, JPEG, movie of one shot)
    #[arg(long)]
    pub(crate) only: bool,
    /// Say what would change, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}
