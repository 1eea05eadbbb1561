//! `kphotos`: the command line of K-Photos.
//!
//! ```text
//! cli ── cmds/<noun> ── client ── D-Bus ── the daemon
//!          ├ assets   what an ASSET on the command line is (copies: in a mount of another machine)
//!          └ output   tables for a person, documents for programs
//! host: the daemon of another machine, through ssh
//! exit: every failure is one kind, every kind one exit code
//! ```
//!
//! It knows the daemon by the D-Bus contract alone and holds no state.

mod assets;
mod cli;
mod client;
mod cmds;
mod copies;
mod exit;
mod host;
mod output;
mod xattr;

use clap::Parser;
use cli::Cli;
use exit::{Failure, Kind};
use output::Output;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = Output {
        json: cli.json,
        quiet: cli.quiet,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = runtime
        .map_err(|error| Failure::new(Kind::Unavailable, format!("this process cannot run: {error}")))
        .and_then(|runtime| runtime.block_on(cmds::run(cli, output)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::failure(output, &failure);
            failure.exit_code()
        }
    }
}
