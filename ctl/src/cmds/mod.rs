//! The commands, one file a noun: each calls the daemon and writes what it said.

mod album;
mod catalog;
mod collection;
mod completions;
mod doctor;
mod duplicates;
mod history;
mod info;
mod job;
mod library;
mod missing;
mod mount;
mod people;
mod samba_conf;
mod search;
mod share;
mod stack;
mod status;
mod summary;
mod tag;
mod wait;
mod watch;

use crate::assets::{self, AssetArgs, EditArgs};
use crate::cli::{Cli, Command};
use crate::client::{Client, Receipt, Selection, default_socket};
use crate::exit::{Failure, Kind};
use crate::output::Output;
use std::ffi::{OsStr, OsString};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What every command has at hand.
pub(crate) struct Context {
    pub(crate) client: Client,
    pub(crate) output: Output,
}

impl Context {
    /// What to send for these photos.
    async fn assets(&self, which: &AssetArgs) -> Result<Selection, Failure> {
        which.resolve(&self.client).await
    }

    /// The tag, album, person … (`kind`) that is meant: by number, or else by path.
    async fn target(&self, kind: &str, given: &OsStr) -> Result<(u32, String), Failure> {
        assets::target(&self.client, kind, given).await
    }

    /// Those that are meant.
    async fn targets(&self, kind: &str, given: &[OsString]) -> Result<Vec<(u32, String)>, Failure> {
        let mut found = Vec::new();
        for given in given {
            found.push(self.target(kind, given).await?);
        }
        Ok(found)
    }

    /// Where a tag or album is to be put: as [`Context::target`], `/` for the top.
    async fn place(&self, kind: &str, given: &OsStr) -> Result<(u32, String), Failure> {
        match given.to_str() {
            Some("/") => Ok((0, "/".to_owned())),
            _ => self.target(kind, given).await,
        }
    }

    /// Says what a change of photos did.
    fn changed(&self, receipt: &Receipt, edit: &EditArgs) -> Result<(), Failure> {
        self.output.change(receipt, edit.dry_run)
    }
}

/// Does what the command line says.
pub(crate) async fn run(cli: Cli, output: Output) -> Result<(), Failure> {
    // Read here and not by clap, for which it would count as an argument given.
    let told = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let host = cli
        .host
        .or_else(|| Some(told("KPHOTOS_HOST")?.to_string_lossy().into_owned()));
    // The daemon of this machine takes its folder from the same variable.
    let in_runtime_dir = || {
        let runtime_dir = host.is_none().then(|| told("KPHOTOS_RUNTIME_DIR"))??;
        Some(PathBuf::from(runtime_dir).join("bus"))
    };
    let socket = cli
        .socket
        .or_else(|| told("KPHOTOS_SOCKET").map(PathBuf::from))
        .or_else(in_runtime_dir);
    let own = || socket.clone().map_or_else(own_socket, Ok);
    let begun = Instant::now();
    let client = match (&cli.command, &host) {
        (Command::Completions { shell }, _) => return completions::completions(*shell, output),
        (Command::Bridge { greet }, _) => return crate::host::bridge(&own()?, *greet),
        (Command::Doctor, Some(host)) => {
            let message = format!("a machine is looked at from within: ssh {host} kphotos doctor");
            return Err(Failure::usage(message));
        }
        (Command::Doctor, None) => {
            return doctor::doctor(own().as_deref().map_err(Clone::clone), output).await;
        }
        (_, Some(host)) => crate::host::connect(host, socket.as_deref()).await?,
        (Command::Wait(args), None) => wait::connect(socket.as_deref(), args).await?,
        (_, None) if socket.is_some() => Client::connect(&own()?, None).await?,
        (_, None) => found(None).await?,
    };
    let context = Context { client, output };
    match cli.command {
        Command::Status => status::status(&context).await,
        Command::Info(args) => info::info(&context, &args).await,
        Command::Search(args) => search::search(&context, &args).await,
        Command::Timeline(args) => search::timeline(&context, &args).await,
        Command::Path(args) => info::path(&context, &args).await,
        Command::Duplicates(args) => duplicates::duplicates(&context, &args).await,
        Command::Missing(command) => missing::run(&context, &command).await,
        Command::History(args) => history::history(&context, &args).await,
        Command::Watch => watch::watch(&context).await,
        Command::Whoami => status::whoami(&context).await,
        Command::Set(args) => catalog::set(&context, &args).await,
        Command::Clear(args) => catalog::clear(&context, &args).await,
        Command::Date(command) => catalog::date(&context, &command).await,
        Command::Face(command) => people::face(&context, &command).await,
        Command::People(command) => people::run(&context, &command).await,
        Command::Undo(args) => history::undo(&context, &args).await,
        Command::Redo { dry_run } => history::redo(&context, dry_run).await,
        Command::Tag(command) => tag::run(&context, &command).await,
        Command::Album(command) => album::run(&context, &command).await,
        Command::Collection(command) => collection::run(&context, &command).await,
        Command::Stack(command) => stack::run(&context, &command).await,
        Command::Share(command) => share::run(&context, &command).await,
        Command::Library(command) => library::run(&context, &command).await,
        Command::Mount(command) => mount::run(&context, &command).await,
        Command::SambaConf { all } => samba_conf::run(&context, all).await,
        Command::Job(command) => job::run(&context, &command).await,
        Command::Wait(args) => wait::wait(&context, &args, begun).await,
        // Done above, without a connection.
        Command::Doctor | Command::Completions { .. } | Command::Bridge { .. } => Ok(()),
    }
}

/// The daemon on its own socket, else on a bus; asking each takes no longer than this.
async fn found(patience: Option<Duration>) -> Result<Client, Failure> {
    let failure = match own_socket() {
        Ok(socket) => match Client::connect(&socket, patience).await {
            Err(failure) if failure.kind == Kind::Unreachable => failure,
            done => return done,
        },
        Err(failure) => failure,
    };
    Client::on_a_bus(patience).await.ok_or(failure)
}

/// The socket where the daemon of this user listens, unless told otherwise.
fn own_socket() -> Result<PathBuf, Failure> {
    // The owner of /proc/self is the effective user (proc_pid(5)).
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    let runtime_dir = std::env::var_os("XDG_RUNTIME_DIR").filter(|dir| !dir.is_empty());
    default_socket(is_root, runtime_dir.map(PathBuf::from)).ok_or_else(|| {
        let message =
            "XDG_RUNTIME_DIR is not set, so nobody knows where your daemon listens; say it with --socket";
        Failure::new(Kind::Unreachable, message)
    })
}
