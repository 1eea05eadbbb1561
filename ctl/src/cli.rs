//! The command line: every command, with its group in the help.
//!
//! The first screen of the help shows the ten commands that most people need,
//! then all by what they are for. What is listed there exists; a test compares.

use crate::assets::{AssetArgs, EditArgs};
use crate::cli_job::JobCommand;
use crate::share_args::ShareCommand;
use clap::builder::TypedValueParser;
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;

const HELP: &str = "\
{about}

{usage-heading} {usage}

What most people need:
  status                          how it goes: photos, libraries, mounts, jobs
  library add DIR                 add a folder of photos; nothing in it is ever changed
  search QUERY                    find photos: kphotos search beach date:2024 rating:4+
  info ASSET…                     all that is known of a photo
  tag add TAG ASSET…              tag photos: kphotos tag add travel/italy --query date:2024
  album create|add ALBUM …        make an album, put photos into it
  set ASSET… --rating 5           title, description, rating, label, favorite, place …
  date set WHEN ASSET…            when they were taken: 1974-06, 2024-06-15T10:30
  undo                            take the last change back
  history                         what was changed, and when

All commands, by what they are for:
  look        status  info  search  timeline  path  history  watch  whoami
  edit        set  clear  date  undo  redo
  organise    tag  album
  share       share
  administer  library  mount  job  wait  doctor  completions

An ASSET is a path in a mount, the path of an original, a number, or blake3:HEX; - reads
them from stdin. `kphotos help COMMAND` says more.

Options:
{options}";

/// Organise photos that stay untouched where they lie
#[derive(Parser, Debug)]
#[command(name = "kphotos", version, help_template = HELP, max_term_width = 110, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// The daemon's socket [env: KPHOTOS_SOCKET] [default: $XDG_RUNTIME_DIR/kphotos/bus, for root
    /// /run/kphotos/bus; if nobody listens there, the session bus, then the system bus]
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) socket: Option<PathBuf>,
    /// The daemon of another machine, through ssh [env: KPHOTOS_HOST]
    #[arg(short = 'H', long, global = true, value_name = "[USER@]HOST")]
    pub(crate) host: Option<String>,
    /// One JSON document on stdout
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say only what was asked for, and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// How it goes: photos, libraries, mounts, jobs
    Status,
    /// All that is known of photos
    Info(InfoArgs),
    /// Find photos
    Search(SearchArgs),
    /// How many photos there are of each year, month or day
    Timeline(TimelineArgs),
    /// The paths of photos' originals
    Path(AssetArgs),
    /// What was changed, newest first; of some photos only, if named
    History(HistoryArgs),
    /// Live changes as JSON lines: {"revision", "kinds", "ids"}, until interrupted
    ///
    /// The first line has no kinds: changes after its revision are told from then on. The kind "all" means
    /// too much to list: read again what you show.
    Watch,
    /// Who the daemon takes you for
    Whoami,
    /// Edit fields of photos
    Set(SetArgs),
    /// Drop edits: the files' own values show again
    Clear(ClearArgs),
    /// When photos were taken
    #[command(subcommand)]
    Date(DateCommand),
    /// Take a change back; the last one, if none is named
    Undo(UndoArgs),
    /// Do the last change again that was taken back
    Redo {
        /// Say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Tags: a/b/c nests
    #[command(subcommand)]
    Tag(TagCommand),
    /// Albums: a/b/c nests
    #[command(subcommand)]
    Album(AlbumCommand),
    /// Parts of your photos for others to see, in shares/ of the mounts
    #[command(subcommand)]
    Share(ShareCommand),
    /// Folders of originals
    #[command(subcommand)]
    Library(LibraryCommand),
    /// The trees that show your photos
    #[command(subcommand)]
    Mount(MountCommand),
    /// Long work
    #[command(subcommand)]
    Job(JobCommand),
    /// Wait until the mounts answer, or no work is left
    Wait(WaitArgs),
    /// What could keep K-Photos from working well here, and how to mend it
    Doctor,
    /// What a shell needs to complete these commands
    ///
    /// bash: kphotos completions bash > ~/.local/share/bash-completion/completions/kphotos
    ///
    /// zsh: kphotos completions zsh > a folder of $fpath, as _kphotos
    ///
    /// fish: kphotos completions fish > ~/.config/fish/completions/kphotos.fish
    #[command(verbatim_doc_comment)]
    Completions {
        /// Which shell
        #[arg(value_parser = clap::builder::PossibleValuesParser::new(["bash", "zsh", "fish"])
            .map(|name| name.parse::<clap_complete::Shell>().unwrap_or(clap_complete::Shell::Bash)))]
        shell: clap_complete::Shell,
    },
    /// The other end of --host: copies stdin and stdout to the daemon's socket
    #[command(hide = true)]
    Bridge {
        /// Say the own uid first, in a line
        #[arg(long)]
        greet: bool,
    },
}

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

#[derive(Args, Debug)]
#[command(
    group = ArgGroup::new("values").multiple(true).required(true),
    override_usage = "kphotos set ASSET… --title TITLE|--rating -1..5|… (one or more of the options below)"
)]
pub(crate) struct SetArgs {
    #[command(flatten)]
    pub(crate) edit: EditArgs,
    /// Title; an empty one hides the file's own
    #[arg(long, group = "values")]
    pub(crate) title: Option<String>,
    /// Description
    #[arg(long, group = "values")]
    pub(crate) description: Option<String>,
    /// -1 (rejected) to 5
    #[arg(long, group = "values", allow_negative_numbers = true)]
    pub(crate) rating: Option<i32>,
    /// Colour label
    #[arg(long, group = "values")]
    pub(crate) label: Option<String>,
    /// A favourite of yours
    #[arg(long, group = "values", overrides_with = "no_favorite")]
    pub(crate) favorite: bool,
    /// No favourite of yours
    #[arg(long, group = "values")]
    pub(crate) no_favorite: bool,
    /// Shown in library/ and by is:hidden only
    #[arg(long, group = "values", overrides_with = "no_hidden")]
    pub(crate) hidden: bool,
    /// Shown everywhere
    #[arg(long, group = "values")]
    pub(crate) no_hidden: bool,
    /// Where it was taken: degrees north and east, metres above the sea
    #[arg(
        long,
        group = "values",
        value_name = "LAT,LON[,ALT]",
        allow_hyphen_values = true,
        conflicts_with = "no_location"
    )]
    pub(crate) location: Option<String>,
    /// Nowhere, whatever the file says
    #[arg(long, group = "values")]
    pub(crate) no_location: bool,
    /// 1 to 8, as EXIF counts
    #[arg(long, group = "values")]
    pub(crate) orientation: Option<u32>,
}

#[derive(Args, Debug)]
pub(crate) struct ClearArgs {
    /// title, description, rating, label, favorite, hidden, location, orientation, date
    #[arg(value_name = "FIELD[,FIELD…]")]
    pub(crate) fields: String,
    #[command(flatten)]
    pub(crate) edit: EditArgs,
}

#[derive(Subcommand, Debug)]
pub(crate) enum DateCommand {
    /// Set it, as exactly as it is known
    Set {
        /// 1974, 1974-06, 2024-06-15, 2024-06-15T10:30:00, with an offset (+02:00) or without
        #[arg(value_name = "WHEN")]
        when: String,
        #[command(flatten)]
        edit: EditArgs,
    },
    /// Move them: the camera's clock was wrong
    Shift {
        /// +1h30m or -2d: days, hours, minutes, seconds
        #[arg(value_name = "SHIFT", allow_hyphen_values = true)]
        shift: String,
        #[command(flatten)]
        edit: EditArgs,
    },
    /// Say in which time zone they were taken; the clock time stays
    Zone {
        /// Europe/Berlin, or an offset as +02:00
        #[arg(value_name = "ZONE", allow_hyphen_values = true)]
        zone: String,
        #[command(flatten)]
        edit: EditArgs,
    },
    /// Move them from the time zone of the camera's clock to another; the instant stays
    Convert {
        /// What the camera's clock showed; a photo that has an offset goes by that one
        #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
        from: String,
        /// What it should have shown
        #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
        to: String,
        #[command(flatten)]
        edit: EditArgs,
    },
}

#[derive(Args, Debug)]
pub(crate) struct UndoArgs {
    /// The revision that the change said; undoing an undo does the change again
    #[arg(value_name = "REVISION", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) revision: Option<u64>,
    /// Say what would change, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

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

#[derive(Subcommand, Debug)]
pub(crate) enum MountCommand {
    /// Show the tree at one more place, until it is removed
    Add {
        /// An empty folder, or one to be made
        dir: PathBuf,
        /// Who may enter: private, group:G or all [default: private]
        #[arg(long, value_name = "WHO")]
        access: Option<String>,
        /// Which folders are at its root: albums,dates,library,tags,shares,favorites,recent [default: all]
        #[arg(long, value_name = "VIEW,…", value_delimiter = ',')]
        views: Vec<String>,
        /// What the modification time of photos is [default: taken]
        #[arg(long, value_parser = ["taken", "original"])]
        mtime: Option<String>,
        /// Names that every system accepts, or as on the disk [default: portable]
        #[arg(long, value_parser = ["portable", "posix"])]
        names: Option<String>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use std::collections::BTreeSet;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(std::iter::once("kphotos").chain(line.split_whitespace()))
    }

    #[test]
    fn the_definitions_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_help_lists_the_commands_that_there_are() {
        let (_, listed) = HELP.split_once("what they are for:\n").unwrap();
        let (listed, _) = listed.split_once("\n\n").unwrap();
        let listed: BTreeSet<&str> = listed
            .lines()
            .flat_map(|line| line.split_whitespace().skip(1))
            .collect();
        let command = Cli::command();
        let shown = command.get_subcommands().filter(|command| !command.is_hide_set());
        let there: BTreeSet<&str> = shown.map(clap::Command::get_name).collect();
        assert_eq!(listed, there);
        let (_, first) = HELP.split_once("people need:\n").unwrap();
        let (first, _) = first.split_once("\n\n").unwrap();
        assert_eq!(first.lines().count(), 10);
        for line in first.lines() {
            assert!(there.contains(line.split_whitespace().next().unwrap()), "{line}");
        }
    }

    #[test]
    fn global_options_go_before_or_after_the_command() {
        for line in [
            "--json --quiet --socket /s status",
            "status --json --quiet --socket /s",
        ] {
            let cli = parse(line).unwrap();
            assert!(
                cli.json && cli.quiet && cli.socket == Some(PathBuf::from("/s")),
                "{line}"
            );
        }
    }

    #[test]
    fn the_commands_of_the_contract_are_understood() {
        for line in [
            "wait --ready --timeout 30",
            "wait --idle",
            "library add /photos",
            "library scan 1 --wait",
            "library list",
            "library add /photos --wait",
            "library show 1 --skipped",
            "info 1 2 blake3:00 -r --layers",
            "search beach date:2024 --limit 10 --sort rating --reverse",
            "search --paths -0",
            "timeline --by month date:2024",
            "path - -0",
            "tag add travel/italy --query date:2024 --dry-run",
            "tag remove travel 1 --only",
            "tag list",
            "tag rename travel/italy Italien --dry-run",
            "tag move travel/italy /",
            "tag merge a b/c d",
            "tag synonym add travel/italy Italien",
            "tag synonym remove travel/italy Italien",
            "tag synonym list travel",
            "tag delete travel -r",
            "album rename a/b c",
            "album move a/b /",
            "album delete a/b -r --dry-run",
            "album create a/b",
            "album add a/b 1",
            "album remove a/b -",
            "album show a/b",
            "share create Italy --album travel/italy",
            "share create x 1 2 -r --only --dry-run",
            "share create x --query rating:4+",
            "share create x --folder /photos/2024",
            "share list",
            "share show Italy",
            "share revoke Italy",
            "date set 1974-06 1",
            "date shift +1h30m 1 --dry-run",
            "date shift -1h30m 1 -r --only",
            "date shift --dry-run -1h30m 1",
            "date zone Europe/Berlin 1",
            "date zone -03:30 --query beach",
            "date convert --from Europe/Berlin --to -03:00 1 2",
            "redo",
            "redo --dry-run",
            "set 1 --rating -1 --no-favorite --location -33.5,151.2,10",
            "set 1 --no-location",
            "clear title,date 1 2",
            "undo",
            "undo 4711",
            "history 1 --limit 3",
            "job list --all",
            "job watch 1 2",
            "job show 1",
            "job start hash 1 --priority high",
            "job start scan Pictures",
            "job pause 1",
            "job resume 1 2",
            "job cancel 1",
            "job retry 1",
            "mount list",
            "whoami",
            "doctor --json",
            "watch",
            "completions zsh",
            "bridge --greet",
            "--host me@nas status",
        ] {
            if let Err(error) = parse(line) {
                panic!("{line}: {error}");
            }
        }
    }

    #[test]
    fn what_makes_no_sense_is_a_usage_error() {
        for line in [
            "",
            "frobnicate",
            "tag merge a",
            "date shift +1h --zone x 1",
            "set 1",
            "set 1 --location 1,2 --no-location",
            "wait --ready --idle",
            "wait --timeout soon",
            "undo 0",
            "share create x",
            "share create x --album a --tag b",
            "share create x --album a 1",
            "search -0",
            "timeline --by week",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn clear_takes_fields_once_and_assets_after_them() {
        let Command::Clear(args) = parse("clear title,date 1 2").unwrap().command else {
            panic!("no clear");
        };
        assert_eq!(args.fields, "title,date");
        assert_eq!(args.edit.which.assets, ["1", "2"]);
    }
}
