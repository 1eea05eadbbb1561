//! The command line of albums: a/b/c nests.
//!
//! Where an album is wanted, its folder in a mount will do, so it is an `OsString` here.

use crate::assets::EditArgs;
use clap::Subcommand;
use std::ffi::OsString;

#[derive(Subcommand, Debug)]
pub(crate) enum AlbumCommand {
    /// Make an album
    Create {
        /// A path of albums
        path: String,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Put photos into an album
    Add {
        /// A path of albums, or an album's folder in a mount
        album: OsString,
        #[command(flatten)]
        edit: EditArgs,
    },
    /// Take photos out of an album
    Remove {
        /// A path of albums, or an album's folder in a mount
        album: OsString,
        #[command(flatten)]
        edit: EditArgs,
    },
    /// The albums, and how many photos are in each
    List,
    /// The photos of an album
    Show {
        /// A path of albums, or an album's folder in a mount
        album: OsString,
    },
    /// Call an album otherwise
    Rename {
        /// A path of albums, or an album's folder in a mount
        album: OsString,
        /// The new name, without parents
        name: String,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Put an album, with all in it, into another
    Move {
        /// A path of albums, or an album's folder in a mount
        album: OsString,
        /// Into which album, made if there is none; / is the top
        parent: OsString,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Delete an album; its photos stay
    Delete {
        /// A path of albums, or an album's folder in a mount
        album: OsString,
        /// Those in it too
        #[arg(short, long)]
        recursive: bool,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
}
