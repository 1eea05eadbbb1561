//! The command line of the benchmark.
//!
//! Refused: an option that is not known, with the list of those that are.

use std::env;

const USAGE: &str = "\
usage: cargo bench -p kphotos-tests [-- OPTIONS]
  --assets N       photos in the library (10000)
  --full           the same as --assets 100000
  --rounds N       rounds of each measurement (5); the library is indexed anew in at most 3 of them
  --only PART,…    rescan, listing, reading, edits, start; the first index is always measured
KPHOTOS_BENCH_DIR  the folder, and so the disk, to measure on (target/tmp)
KPHOTOS_BIN_DIR    measures the programs there instead of building them";

/// What can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Rescan,
    Listing,
    Reading,
    Edits,
    Start,
}

const PARTS: [(&str, Part); 5] = [
    ("rescan", Part::Rescan),
    ("listing", Part::Listing),
    ("reading", Part::Reading),
    ("edits", Part::Edits),
    ("start", Part::Start),
];

/// What is measured, and how often.
#[derive(Debug)]
pub(crate) struct Options {
    /// Photos in the library.
    pub(crate) assets: usize,
    /// Rounds of each measurement, at least 1.
    pub(crate) rounds: usize,
    only: Vec<Part>,
}

impl Options {
    /// `None` when nothing is to be measured: `cargo test --all-targets` runs this program too, and only
    /// `cargo bench` says `--bench`.
    pub(crate) fn of_command_line() -> Result<Option<Self>, String> {
        let arguments: Vec<_> = env::args().skip(1).collect();
        if !arguments.iter().any(|argument| argument == "--bench") {
            eprintln!("nothing is measured without `cargo bench`");
            return Ok(None);
        }
        let mut options = Self {
            assets: 10_000,
            rounds: 5,
            only: Vec::new(),
        };
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let (name, value) = match argument.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (argument, None),
            };
            let mut value = || {
                let value = value.clone().or_else(|| arguments.next());
                value.ok_or_else(|| format!("{name} needs a value\n{USAGE}"))
            };
            match name.as_str() {
                "--bench" => {}
                "--full" => options.assets = 100_000,
                "--assets" => options.assets = number(&value()?)?,
                "--rounds" => options.rounds = number(&value()?)?,
                "--only" => options.only = parts(&value()?)?,
                "--help" | "-h" => {
                    println!("{USAGE}");
                    return Ok(None);
                }
                _ => return Err(format!("{name} is not an option\n{USAGE}")),
            }
        }
        Ok(Some(options))
    }

    /// Whether a part is measured.
    pub(crate) fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    /// How often the library is indexed from nothing.
    pub(crate) fn index_rounds(&self) -> usize {
        match self.assets {
            0..=20_000 => self.rounds.min(3),
            _ => 1,
        }
    }
}

fn number(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|&number| number > 0);
    number.ok_or_else(|| format!("{text} is not a number above 0\n{USAGE}"))
}

fn parts(text: &str) -> Result<Vec<Part>, String> {
    let part = |name: &str| {
        let known = PARTS.iter().find(|(known, _)| *known == name);
        known
            .map(|(_, part)| *part)
            .ok_or_else(|| format!("{name} is not a part\n{USAGE}"))
    };
    text.split(',').map(part).collect()
}
