//! The command line of stacks.

use crate::assets::{AssetArgs, EditArgs};
use clap::{Args, Subcommand};
use std::ffi::OsString;

#[derive(Subcommand, Debug)]
pub(crate) enum StackCommand {
    /// The stacks, who is in each, and why; those alone with a photo that a query finds
    List {
        /// As in `kphotos search`
        #[arg(value_name = "QUERY")]
        query: Vec<String>,
    },
    /// Join photos in one stack, with the stacks that they are in
    Create {
        #[command(flatten)]
        edit: EditArgs,
    },
    /// Split photos from their stacks: each is alone from then on, until `kphotos clear stack`
    Split(SplitArgs),
    /// Let a photo stand for its stack
    Cover {
        /// A photo: a path in a mount or of an original, a number, blake3:HEX
        #[arg(value_name = "ASSET")]
        asset: OsString,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
}

/// Which photos to split out: these alone, not the rest of their stacks.
#[derive(Args, Debug)]
pub(crate) struct SplitArgs {
    #[command(flatten)]
    pub(crate) which: AssetArgs,
    /// Say what would change, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}
