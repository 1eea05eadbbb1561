//! The command line of photos of which no file is left.
//!
//! To forget is never the default of anything: it is a command of its own, which names
//! its photos.

use crate::assets::AssetArgs;
use clap::Subcommand;

#[derive(Subcommand, Debug)]
pub(crate) enum MissingCommand {
    /// The missing photos, and where they were last
    List {
        /// Among the photos that this query finds
        query: Vec<String>,
    },
    /// Forget missing photos and all that was made of them, for good: there is no undo
    Forget {
        #[command(flatten)]
        which: AssetArgs,
        /// Say what would be forgotten, and forget nothing
        #[arg(long)]
        dry_run: bool,
    },
}
