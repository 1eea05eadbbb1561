//! The near pairs that hold groups together: replaced as a whole. Numbers are little-endian.
//!
//! | bytes | |
//! |---|---|
//! | 8 | `kppairs1` |
//! | 8 | the number of the looks that they are of |
//! | 4 | how many looks were compared |
//! | 9 each | lower place, higher place (4 bytes each), distance (1) |
//! | 8 | first of the BLAKE3 of all before |
//!
//! A file that is not whole, or of other looks, is none: all is compared again.

use kphotos_domain::catalog::near::NearPair;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

const NAME: &str = "pairs";
const KIND: [u8; 8] = *b"kppairs1";
const PAIR: usize = 9;

/// Pairs, and how many looks were compared for them.
#[derive(Default, Debug, PartialEq, Eq)]
pub(super) struct Pairs {
    pub(super) covers: u32,
    pub(super) pairs: Vec<NearPair>,
}

/// The pairs of these looks, if there are any.
pub(super) fn read(dir: &Path, looks: [u8; 8]) -> io::Result<Option<Pairs>> {
    let mut bytes = Vec::new();
    match File::open(dir.join(NAME)) {
        Ok(mut file) => file.read_to_end(&mut bytes)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(decode(&bytes, looks))
}

/// Replaces the file.
pub(super) fn write(dir: &Path, looks: [u8; 8], pairs: &Pairs) -> io::Result<()> {
    let (new, name) = (dir.join("pairs.new"), dir.join(NAME));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&new)?;
    file.write_all(&encode(looks, pairs))?;
    // What the name leads to is always whole: a file whose bytes a power cut took is told by its check.
    std::fs::rename(new, name)
}

fn encode(looks: [u8; 8], pairs: &Pairs) -> Vec<u8> {
    let mut bytes = [&KIND[..], &looks, &pairs.covers.to_le_bytes()].concat();
    bytes.reserve(pairs.pairs.len() * PAIR + 8);
    for pair in &pairs.pairs {
        bytes.extend(pair.first.to_le_bytes());
        bytes.extend(pair.second.to_le_bytes());
        bytes.push(u8::try_from(pair.distance).unwrap_or(u8::MAX));
    }
    bytes.extend(check(&bytes));
    bytes
}

fn decode(bytes: &[u8], looks: [u8; 8]) -> Option<Pairs> {
    let (whole, sum) = bytes.split_last_chunk::<8>()?;
    (*sum == check(whole)).then_some(())?;
    let (kind, rest) = whole.split_first_chunk::<8>()?;
    let (of, rest) = rest.split_first_chunk::<8>()?;
    let (covers, rest) = rest.split_first_chunk::<4>()?;
    let (pairs, left) = rest.as_chunks::<PAIR>();
    (*kind == KIND && *of == looks && left.is_empty()).then_some(())?;
    let pair = |[a, b, c, d, e, f, g, h, distance]: &[u8; PAIR]| NearPair {
        first: u32::from_le_bytes([*a, *b, *c, *d]),
        second: u32::from_le_bytes([*e, *f, *g, *h]),
        distance: u32::from(*distance),
    };
    Some(Pairs {
        covers: u32::from_le_bytes(*covers),
        pairs: pairs.iter().map(pair).collect(),
    })
}

fn check(bytes: &[u8]) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..] = *blake3::hash(bytes).as_bytes();
    [a, b, c, d, e, f, g, h]
}
