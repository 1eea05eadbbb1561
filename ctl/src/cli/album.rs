//! The command lines of `kphotos album` and `kphotos collection`; see [`crate::cli`].

use crate::assets::{AssetArgs, EditArgs};
use clap::{ArgGroup, Args, Subcommand};
use std::ffi::OsString;

#[derive(Subcommand, Debug)]
pub(crate) enum AlbumCommand {
    /// Make an album, or a smart one: of what a folder has or a query finds, now and later
    Create {
        /// A path of albums
        path: String,
        #[command(flatten)]
        rule: RuleArgs,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Put photos into an album; in a smart one they stay whatever its rule finds
    Add {
        /// A path of albums, or an album's folder in a mount
        album: OsString,
        #[command(flatten)]
        edit: EditArgs,
    },
    /// Take photos out of an album, wherever they came from: what its rule finds is excluded
    Remove {
        /// A path of albums, or an album's folder in a mount
        album: OsString,
        #[command(flatten)]
        edit: EditArgs,
    },
    /// The same as add: put photos into an album, and take back that they were excluded
    Include {
        /// A path of albums, or an album's folder in a mount
        album: OsString,
        #[command(flatten)]
        edit: EditArgs,
    },
    /// Keep photos out of a smart album, also those that its rule does not find yet
    Exclude {
        /// A path of albums, or an album's folder in a mount
        album: OsString,
        #[command(flatten)]
        edit: EditArgs,
    },
    /// Let a folder, a query or a collection find the photos of an album, or nothing any more
    #[command(
        override_usage = "kphotos album bind [OPTIONS] PATH --folder DIR|--query QUERY|--collection NAME|--none"
    )]
    #[command(group = ArgGroup::new("bound").required(true).args(["folder", "query", "collection", "none"]))]
    Bind {
        /// A path of albums, or an album's folder in a mount
        #[arg(value_name = "PATH")]
        album: OsString,
        #[command(flatten)]
        rule: RuleArgs,
        /// Nothing: the album has what was put into it
        #[arg(long)]
        none: bool,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Say which photo stands for an album
    #[command(group = ArgGroup::new("which").required(true).args(["asset", "none"]))]
    Cover {
        /// A path of albums, or an album's folder in a mount
        #[arg(value_name = "PATH")]
        album: OsString,
        /// A photo in it: a path in a mount or of an original, a number, or blake3:HEX
        asset: Option<OsString>,
        /// The first in its order
        #[arg(long)]
        none: bool,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Sort an album, or put photos somewhere by hand
    Order(OrderArgs),
    /// The albums, what finds their photos, and how many are in each
    List,
    /// The photos of an album, in its order
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

/// What finds the photos of an album.
#[derive(Args, Debug)]
#[group(id = "rule", multiple = false)]
pub(crate) struct RuleArgs {
    /// A folder of a library with all below it (which may be renamed and moved there): its path, or its folder in a mount
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: Option<OsString>,
    /// What this query finds
    #[arg(long, value_name = "QUERY")]
    pub(crate) query: Option<String>,
    /// What this collection finds: its name, or its folder in a mount
    #[arg(long, value_name = "NAME")]
    pub(crate) collection: Option<OsString>,
}

#[derive(Args, Debug)]
#[command(
    group = ArgGroup::new("how").required(true).args(["by", "first", "last", "before", "after"]),
    override_usage = "kphotos album order [OPTIONS] PATH --by taken|added|name|rating|manual [--reverse]\n       kphotos album order [OPTIONS] PATH ASSET… --first|--last|--before ASSET|--after ASSET"
)]
pub(crate) struct OrderArgs {
    /// A path of albums, or an album's folder in a mount
    #[arg(value_name = "PATH")]
    pub(crate) album: OsString,
    /// Photos in it, in their new order: paths in a mount or of originals, numbers, blake3:HEX; - reads them from stdin
    #[arg(value_name = "ASSET", conflicts_with = "by", required_unless_present = "by")]
    pub(crate) assets: Vec<OsString>,
    /// By what; manual is the last order by hand
    #[arg(long, value_parser = ["taken", "added", "name", "rating", "manual"])]
    pub(crate) by: Option<String>,
    /// The other way round
    #[arg(long, conflicts_with_all = ["first", "last", "before", "after"])]
    pub(crate) reverse: bool,
    /// Put them at the beginning
    #[arg(long)]
    pub(crate) first: bool,
    /// Put them at the end
    #[arg(long)]
    pub(crate) last: bool,
    /// Put them just before this photo
    #[arg(long, value_name = "ASSET")]
    pub(crate) before: Option<OsString>,
    /// Put them just after this photo
    #[arg(long, value_name = "ASSET")]
    pub(crate) after: Option<OsString>,
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

impl OrderArgs {
    /// The photos to be placed.
    pub(crate) fn which(&self) -> AssetArgs {
        AssetArgs {
            assets: self.assets.clone(),
            query: Vec::new(),
            recursive: self.recursive,
            null: self.null,
        }
    }
}

#[derive(Subcommand, Debug)]
pub(crate) enum CollectionCommand {
    /// Keep a query under a name
    Create {
        /// What to call it: its folder in collections/
        name: String,
        /// As in search
        #[arg(required = true)]
        query: Vec<String>,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// The collections, and how many photos each finds
    List,
    /// What a collection finds
    Show {
        /// Its name, or its folder in a mount
        #[arg(value_name = "NAME")]
        collection: OsString,
        /// So many photos at most
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        limit: Option<u32>,
    },
    /// Give a collection another query, or another name
    #[command(group = ArgGroup::new("what").required(true).multiple(true).args(["query", "name"]))]
    Update {
        /// Its name, or its folder in a mount
        #[arg(value_name = "NAME")]
        collection: OsString,
        /// The new query
        query: Vec<String>,
        /// The new name
        #[arg(long, value_name = "NEW")]
        name: Option<String>,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Delete a collection on which no album and no share stands; the photos stay
    Delete {
        /// Its name, or its folder in a mount
        #[arg(value_name = "NAME")]
        collection: OsString,
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
}

#[cfg(test)]
mod tests {
    use crate::cli::Cli;
    use clap::Parser as _;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(["kphotos"].into_iter().chain(line.split_whitespace()))
    }

    #[test]
    fn the_commands_of_the_contract_are_understood() {
        for line in [
            "album rename a/b c",
            "album move a/b /",
            "album delete a/b -r --dry-run",
            "album create a/b",
            "album create a --query rating:4+ --dry-run",
            "album create a --folder /photos/2024",
            "album create a --collection best",
            "album bind a --none",
            "album bind a --query beach",
            "album include a 1 2 -r",
            "album exclude a --query rating:1",
            "album cover a 1",
            "album cover a --none",
            "album order a --by rating --reverse",
            "album order a 3 1 2 --first",
            "album order a 3 --before 1 --only",
            "collection create best rating:4+ NOT beach",
            "collection list",
            "collection show best --limit 3",
            "collection update best rating:5",
            "collection update best --name finest --dry-run",
            "collection delete best",
            "album add a/b 1",
            "album remove a/b -",
            "album show a/b",
        ] {
            if let Err(error) = parse(line) {
                panic!("{line}: {error}");
            }
        }
    }

    #[test]
    fn what_makes_no_sense_is_a_usage_error() {
        for line in [
            "album create a --query x --folder y",
            "album bind a",
            "album bind a --none --query x",
            "album cover a",
            "album cover a 1 --none",
            "album order a",
            "album order a --by manual 1",
            "album order a --first",
            "album order a 1 --first --last",
            "album order a 1 --first --reverse",
            "album order a --by size",
            "collection create best",
            "collection update best",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
