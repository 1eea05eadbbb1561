//! A damaged store gives exactly what some batch left, or says that it is unusable. It never panics, never hangs.
//!
//! `KPHOTOS_DAMAGE_CASES` and `KPHOTOS_DAMAGE_FIRST` ask for more cases, or for the one that failed. What sled prints when it panics is
//! expected; a run that is aborted or does not end is the failure.

use super::random::batch;
use super::{Dice, Rows, SledStore, all, put};
use crate::store::StoreError;
use kphotos_domain::kernel::Revision;
use kphotos_domain::kernel::port::Store;
use std::fs;
use std::path::{Path, PathBuf};

/// The rows after each batch; the first are those of an empty store.
fn build(dir: &Path, dice: &mut Dice) -> Vec<Rows> {
    let mut after = vec![Rows::new()];
    let mut rows = Rows::new();
    for _ in 0..=dice.roll(3) {
        let store = SledStore::open(dir).unwrap();
        for _ in 0..dice.roll(40) {
            let new = batch(dice, 80);
            put(&mut rows, &new);
            store.write(Revision::new(after.len() as u64), new).unwrap();
            after.push(rows.clone());
        }
    }
    after
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Does something bad to the files; says what.
fn damage(dir: &Path, dice: &mut Dice) -> String {
    let files = files(dir);
    let file = &files[dice.roll(files.len() as u64) as usize];
    let mut bytes = fs::read(file).unwrap();
    let length = bytes.len() as u64;
    let what = match dice.roll(6) {
        0 => {
            fs::remove_file(file).unwrap();
            return format!("{} removed", file.display());
        }
        1 => {
            let end = dice.roll(length + 1);
            bytes.truncate(end as usize);
            format!("cut to {end} of {length}")
        }
        2 => {
            let used = bytes.iter().rposition(|byte| *byte != 0).unwrap_or(0) as u64 + 1;
            let end = dice.roll(used);
            bytes.truncate(end as usize);
            format!("cut to {end} of {used} used")
        }
        3 => {
            let used = bytes.iter().rposition(|byte| *byte != 0).unwrap_or(0) as u64 + 1;
            let flips = 1 + dice.roll(8);
            for _ in 0..flips.min(length) {
                bytes[dice.roll(used) as usize] ^= 1 << dice.roll(8);
            }
            format!("{flips} bits turned")
        }
        kind => {
            let used = bytes.iter().rposition(|byte| *byte != 0).unwrap_or(0) as u64 + 1;
            let first = dice.roll(used) as usize;
            let last = (first + 1 + dice.roll(5000) as usize).min(bytes.len());
            for byte in &mut bytes[first.min(last)..last] {
                *byte = if kind == 4 { 0 } else { dice.roll(256) as u8 };
            }
            format!("{first}..{last} of {used} used scrambled")
        }
    };
    fs::write(file, bytes).unwrap();
    format!("{}: {what}", file.display())
}

#[test]
fn a_damaged_store_gives_what_some_batch_left_or_is_unusable() {
    let cases: u64 = std::env::var("KPHOTOS_DAMAGE_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(150);
    let first: u64 = std::env::var("KPHOTOS_DAMAGE_FIRST")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1);
    let (mut whole, mut earlier, mut unusable) = (0, 0, 0);
    for seed in first..first + cases {
        let mut dice = Dice::new(seed);
        let home = tempfile::tempdir().unwrap();
        let after = build(home.path(), &mut dice);
        let what = damage(home.path(), &mut dice);
        let opened = SledStore::open(home.path());
        let store = match opened {
            Ok(store) => store,
            Err(StoreError::Unusable { .. }) => {
                unusable += 1;
                continue;
            }
            Err(error) => panic!("seed {seed}, {what}: {error}"),
        };
        match all(&store) {
            Err(_) => unusable += 1,
            Ok((revision, rows)) => {
                let at = revision.number() as usize;
                assert_eq!(rows, after[at], "seed {seed}, {what}: revision {revision}");
                if at + 1 == after.len() {
                    whole += 1;
                } else {
                    earlier += 1;
                }
                // What loads can be gone on with.
                let mut dice = Dice::new(seed);
                let mut rows = rows;
                let new = batch(&mut dice, 40);
                put(&mut rows, &new);
                if store.write(revision.next(), new).is_ok() {
                    drop(store);
                    let again = SledStore::open(home.path()).map_err(|error| error.to_string());
                    if let Ok((last, loaded)) = again.and_then(|store| all(&store)) {
                        // What was damaged may be met by this start only, which then finds an earlier batch.
                        let left = if last == revision.next() {
                            Some(&rows)
                        } else {
                            after.get(last.number() as usize)
                        };
                        let when = "after one more batch";
                        assert_eq!(
                            Some(&loaded),
                            left,
                            "seed {seed}, {what}: {when}: revision {last}"
                        );
                    }
                }
            }
        }
    }
    println!("{whole} whole, {earlier} at an earlier batch, {unusable} unusable");
}
