//! The command line of the benchmark.
//!
//! Refused: an option that is not known, with the list of those that are.

use std::env;

const USAGE: &str = "\
usage: cargo bench -p kphotos-tests [-- OPTIONS]
  --assets N,…     photos in the library (10000); of several sizes a table each, one after the other
  --full           1000, 10000 and 100000 of them
  --rounds N       rounds of each measurement (5); the library is indexed anew in at most 3 of them
  --only PART,…    rescan, listing, reading, search, edits, start, http, samba; the first index is always measured
KPHOTOS_BENCH_DIR  the folder, and so the disk, to measure on (target/tmp)
KPHOTOS_BIN_DIR    measures the programs there instead of building them";

/// Photos in the libraries of a full measurement.
const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

/// What can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Rescan,
    Listing,
    Reading,
    Search,
    Edits,
    Start,
    Http,
    Samba,
}

const PARTS: [(&str, Part); 8] = [
    ("rescan", Part::Rescan),
    ("listing", Part::Listing),
    ("reading", Part::Reading),
    ("search", Part::Search),
    ("edits", Part::Edits),
    ("start", Part::Start),
    ("http", Part::Http),
    ("samba", Part::Samba),
];

/// What is measured, and how often.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Photos in the library.
    pub(crate) assets: usize,
    /// Rounds of each measurement, at least 1.
    pub(crate) rounds: usize,
    only: Vec<Part>,
    /// How many photos the library of each run has: with several, growth is seen.
    sizes: Vec<usize>,
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
            assets: 0,
            rounds: 5,
            only: Vec::new(),
            sizes: vec![10_000],
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
                "--full" => options.sizes = SIZES.to_vec(),
                "--assets" => options.sizes = value()?.split(',').map(number).collect::<Result<_, _>>()?,
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

    /// What is measured one after the other: the same of each size.
    pub(crate) fn runs(&self) -> Vec<Self> {
        let of_size = |assets: &usize| {
            let assets = *assets;
            Self {
                assets,
                ..self.clone()
            }
        };
        self.sizes.iter().map(of_size).collect()
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
