//! How fast K-Photos is, as ratios against public tools measured in the same run.
//!
//! A time alone says little about a machine that nobody else has. So each figure stands beside that of a program
//! everyone has (exiftool, find, bindfs, the disk's own fdatasync), taken in the same run, in interleaved rounds,
//! as the median. `benches/README.md` says what each row means.
//!
//! | module | what it measures |
//! |---|---|
//! | `index` | a library that is met for the first time, and one that has not changed |
//! | `listing` | `ls -l` of albums, small and large |
//! | `reading` | bytes through the mount |
//! | `search` | the first page of what is looked for, and the folder of a day |
//! | `edits` | how many edits a second are durable, and ten thousand photos in one |
//! | `start` | a restart with everything known, and memory |
//! | `web` | originals by HTTP |
//! | `network` | a large file and a folder through Samba |
//! | `mounts`, `minimal` | mounts of others, and the least that one can be |
//! | `ground`, `bus`, `tools`, `table`, `options` | what they stand on |
//!
//! It never fails because a machine is slow; it fails when something did not work. Refused: keeping anything on
//! the disk afterwards, also after a failure or Ctrl-C.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a measuring program: a condition that does not hold ends it, with its text"
)]

mod bus;
mod edits;
mod ground;
mod index;
mod listing;
mod minimal;
mod mounts;
mod network;
mod options;
mod reading;
mod search;
mod start;
mod table;
mod tools;
mod web;

use std::process::ExitCode;

use anyhow::Result;

use ground::Ground;
use index::Indexed;
use options::{Options, Part};
use table::Table;

fn main() -> ExitCode {
    let options = match Options::of_command_line() {
        Ok(Some(options)) => options,
        Ok(None) => return ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("{text}");
            return ExitCode::from(2);
        }
    };
    let mut outcome = ground::begin();
    let mut smaller = None;
    for run in options.runs() {
        if outcome.is_err() {
            break;
        }
        let mut table = Table::default();
        // The ground is gone, with its daemon, mounts and files, when this returns.
        outcome = measure(&run, &mut table, &mut smaller);
        println!("{table}");
    }
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("failed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options, table: &mut Table, smaller: &mut Option<Indexed>) -> Result<()> {
    let mut ground = Ground::prepare(options)?;
    table.begin(ground.describe(options));
    let outcome = parts(options, &mut ground, table, smaller);
    if outcome.is_err() {
        eprintln!("--- log of the daemon\n{}--- end of the log", ground.world.log());
    }
    outcome
}

fn parts(
    options: &Options,
    ground: &mut Ground,
    table: &mut Table,
    smaller: &mut Option<Indexed>,
) -> Result<()> {
    index::first(options, ground, table, smaller)?;
    if options.wants(Part::Rescan) {
        index::unchanged(options, ground, table)?;
    }
    if options.wants(Part::Listing) {
        listing::measure(options, ground, table)?;
    }
    if options.wants(Part::Reading) {
        reading::measure(options, ground, table)?;
    }
    if options.wants(Part::Search) {
        search::measure(options, ground, table)?;
    }
    if options.wants(Part::Edits) {
        edits::measure(options, ground, table)?;
    }
    if options.wants(Part::Start) {
        start::measure(options, ground, table)?;
    }
    if options.wants(Part::Http) {
        web::measure(options, ground, table)?;
    }
    if options.wants(Part::Samba) {
        network::measure(options, ground, table)?;
    }
    ground.nothing_failed()
}
