//! The command line of tags: a/b/c nests.
//!
//! Where a tag is wanted, its folder in a mount will do, so it is an `OsString` here.

use crate::assets::EditArgs;
use clap::Subcommand;
use std::ffi::OsString;

#[derive(Subcommand, Debug)]
pub(crate) enum TagCommand {
    /// Give a tag; it is made if there is none
    Add {
        /// A path of tags, or a tag's folder in a mount
        tag: OsString,
        #[command(flatten)]
        edit: EditArgs,
    },
    /// Take a tag away, also one that the file itself has
    Remove {
        /// A path of tags, or a tag's folder in a mount
        tag: OsString,
        #[command(flatten)]
        edit: EditArgs,
    },
    /// The tags, and how many photos carry each itself
    List,
    /// Call a tag otherwise; its old name still stands for it
    Rename {
        /// A path of tags, or a tag's folder in a mount
        tag: OsString,
        /// The new name, without parents
        name: String,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Put a tag, with all below it, below another
    Move {
        /// A path of tags, or a tag's folder in a mount
        tag: OsString,
        /// Below which tag, made if there is none; / is the top
        parent: OsString,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Make several tags one, with the photos of all
    Merge {
        /// Tags, or their folders in a mount; the last one stays
        #[arg(required = true, num_args = 2.., value_name = "TAG… INTO")]
        tags: Vec<OsString>,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// What else stands for a tag
    #[command(subcommand)]
    Synonym(SynonymCommand),
    /// Take a tag from all photos, and out of the tree
    Delete {
        /// A path of tags, or a tag's folder in a mount
        tag: OsString,
        /// Those below it too
        #[arg(short, long)]
        recursive: bool,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum SynonymCommand {
    /// Let a word stand for a tag, in files and here
    Add {
        /// A path of tags, or a tag's folder in a mount
        tag: OsString,
        /// The word, a path from the top
        word: String,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Let a word no longer stand for a tag
    Remove {
        /// A path of tags, or a tag's folder in a mount
        tag: OsString,
        /// The word, a path from the top
        word: String,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// What else stands for a tag
    List {
        /// A path of tags, or a tag's folder in a mount
        tag: OsString,
    },
}
