//! Bad input costs itself: a clear error, nothing lost, the rest goes on.
//!
//! | module | what goes wrong |
//! |---|---|
//! | `libraries` | a library that is not there, overlaps another, holds the mount; folders without permission; links that loop |
//! | `names` | names that are not UTF-8, 255 bytes long, or differ only in case or normalization |
//! | `broken` | files of every format broken at random, in place, again and again |
//! | `changing` | files that vanish, change and come back while they are scanned; empty and cut off files |
//! | `state` | a full disk under the state, a layer and a journal of a later version |
//!
//! A second daemon on one state and what a crash leaves mounted are in `start`; files that crash parsers are in
//! `isolated`.

mod broken;
mod changing;
mod libraries;
mod names;
mod state;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use kphotos_tests::photos::Photo;
use kphotos_tests::world::World;

/// Writes a small photo of a day of June 2024.
fn photo(number: u64, dir: impl AsRef<Path>, name: impl AsRef<Path>) -> PathBuf {
    fs::create_dir_all(dir.as_ref()).unwrap();
    let day = 1 + number % 28;
    Photo::numbered(number)
        .taken_at(&format!("2024-06-{day:02}T12:00:00"))
        .write_to(dir, name)
        .unwrap()
}

/// The bytes of every photo below `dir`, by content: how often each occurs.
fn contents(dir: &Path) -> BTreeMap<Vec<u8>, usize> {
    let mut found = BTreeMap::new();
    let mut pending = vec![dir.to_owned()];
    while let Some(dir) = pending.pop() {
        for entry in fs::read_dir(&dir).unwrap().map(Result::unwrap) {
            match entry.file_type().unwrap() {
                kind if kind.is_dir() => pending.push(entry.path()),
                kind if kind.is_file() => {
                    *found.entry(fs::read(entry.path()).unwrap()).or_insert(0) += 1;
                }
                _ => {}
            }
        }
    }
    found
}

/// The names in a folder, as bytes, sorted.
fn raw_names(dir: &Path) -> Vec<OsString> {
    let mut names: Vec<OsString> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
    names
}

/// Scans the library again, and waits until all is settled.
fn rescan(world: &World) {
    let _ = world.kphotos(&["library", "scan", "--wait"]).ok();
    world.wait_idle(crate::sacred::JOBS);
}
