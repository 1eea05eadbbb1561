//! The command line: every command, with its group in the help; the arguments of
//! each group of commands are in a file of their own.
//!
//! The first screen of the help shows the ten commands that most people need,
//! then all by what they are for. What is listed there exists; a test compares.

mod album;
mod edit;
mod job;
mod library;
mod look;
mod missing;
mod mount;
mod people;
mod share;
mod stack;
mod tag;
#[cfg(test)]
mod tests;

pub(crate) use album::{AlbumCommand, CollectionCommand, OrderArgs, RuleArgs};
pub(crate) use edit::{ClearArgs, DateCommand, SetArgs, UndoArgs};
pub(crate) use job::{JobCommand, JobKind, Jobs, Priority};
pub(crate) use library::LibraryCommand;
pub(crate) use look::{DuplicatesArgs, HistoryArgs, InfoArgs, SearchArgs, Sort, TimelineArgs};
pub(crate) use missing::MissingCommand;
pub(crate) use mount::{MountCommand, WaitArgs};
pub(crate) use people::{AddFaceArgs, FaceArgs, FaceCommand, NameFaceArgs, PeopleCommand};
pub(crate) use share::{ShareArgs, ShareCommand};
pub(crate) use stack::{SplitArgs, StackCommand};
pub(crate) use tag::{SynonymCommand, TagCommand};

use crate::assets::AssetArgs;
use clap::builder::TypedValueParser;
use clap::{Parser, Subcommand};
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
  look        status  info  search  timeline  path  duplicates  history  watch  whoami
  edit        set  clear  date  face  undo  redo
  organise    tag  album  collection  people  stack
  share       share
  keep safe   missing
  administer  library  mount  samba-conf  job  wait  doctor  completions

An ASSET is a path in a mount, the path of an original, a number, or blake3:HEX; - reads
them from stdin. `kphotos help COMMAND` says more.

Options:
{options}";

/// Organise photos that stay untouched where they lie
#[derive(Parser, Debug)]
#[command(name = "kphotos", version, help_template = HELP, max_term_width = 110, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// The daemon's socket [env: KPHOTOS_SOCKET, or bus in KPHOTOS_RUNTIME_DIR] [default:
    /// $XDG_RUNTIME_DIR/kphotos/bus, for root /run/kphotos/bus; if nobody listens there, the session
    /// bus, then the system bus]
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
    /// Exact duplicates: photos of which several files are the same to the byte; or photos that look alike
    ///
    /// As far as the files were hashed: `kphotos job list` says whether they all are.
    Duplicates(DuplicatesArgs),
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
    /// Faces in photos: boxes X,Y,W,H, and who they are
    #[command(subcommand)]
    Face(FaceCommand),
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
    /// Queries under a name, in collections/ of the mounts
    #[command(subcommand)]
    Collection(CollectionCommand),
    /// People, by the names that faces have in files and here
    #[command(subcommand)]
    People(PeopleCommand),
    /// Photos that belong together: RAW and JPEG, Live Photos, bursts
    #[command(subcommand)]
    Stack(StackCommand),
    /// Parts of your photos for others to see, in shares/ of the mounts
    #[command(subcommand)]
    Share(ShareCommand),
    /// Photos of which no file is left; they keep every edit until they are found again
    #[command(subcommand)]
    Missing(MissingCommand),
    /// Folders of originals
    #[command(subcommand)]
    Library(LibraryCommand),
    /// The trees that show your photos
    #[command(subcommand)]
    Mount(MountCommand),
    /// The mounts as shares of a Samba server, to be included in smb.conf
    ///
    /// One share a mount, for those whom the mount lets in; a mount that Samba could not serve is left out,
    /// with the reason. Keep what is printed as /etc/samba/kphotos.conf, and say at the end of
    /// /etc/samba/smb.conf: include = /etc/samba/kphotos.conf
    SambaConf {
        /// The mounts of every viewer, not only yours
        #[arg(long)]
        all: bool,
    },
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
