//! The database truncated, scrambled or deleted between two runs: all that was acknowledged is there again.
//!
//! The journal is the commit; sled only holds what follows from it. So every kind of damage to `STATE/layer` must end
//! in a layer that says the same as before, with the same numbers: inode numbers and names of the tree are compared too.

use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use kphotos_tests::random::Random;
use kphotos_tests::{skip, skip_unless, tree};

use super::Edited;
use super::kills::edit;

/// The files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(files(&path)),
            path => found.push(path),
        }
    }
    found.sort();
    found
}

fn truncate(layer: &Path, random: &mut Random) {
    for file in files(layer) {
        let length = fs::metadata(&file).unwrap().len();
        let cut = random.below(length as usize + 1) as u64;
        OpenOptions::new()
            .write(true)
            .open(&file)
            .unwrap()
            .set_len(cut)
            .unwrap();
    }
}

fn scramble(layer: &Path, random: &mut Random) {
    for file in files(layer) {
        let length = fs::metadata(&file).unwrap().len() as usize;
        let mut open = OpenOptions::new().write(true).open(&file).unwrap();
        for _ in 0..1 + length / 16_384 {
            let noise: Vec<u8> = (0..512).map(|_| random.number() as u8).collect();
            open.seek(SeekFrom::Start(random.below(length.max(1)) as u64))
                .unwrap();
            open.write_all(&noise).unwrap();
        }
    }
}

fn delete_one_file(layer: &Path, random: &mut Random) {
    let files = files(layer);
    fs::remove_file(random.pick(&files)).unwrap();
}

fn delete_all_files(layer: &Path, _: &mut Random) {
    for file in files(layer) {
        fs::remove_file(file).unwrap();
    }
}

fn delete_the_folder(layer: &Path, _: &mut Random) {
    fs::remove_dir_all(layer).unwrap();
}

fn put_a_file_in_its_place(layer: &Path, _: &mut Random) {
    fs::remove_dir_all(layer).unwrap();
    fs::write(layer, "no database").unwrap();
}

type Damage = fn(&Path, &mut Random);

const DAMAGES: [(&str, Damage); 6] = [
    ("truncated", truncate),
    ("scrambled", scramble),
    ("without one file", delete_one_file),
    ("without its files", delete_all_files),
    ("deleted", delete_the_folder),
    ("replaced by a file", put_a_file_in_its_place),
];

#[test]
fn a_damaged_database_is_rebuilt_with_every_acknowledged_edit() {
    skip_unless!(skip::fuse());
    let mut random = Random::announced("damage");
    let mut edited = Edited::new(1, 12);
    let (sender, _receiver) = mpsc::channel();
    for (turn, (name, damage)) in DAMAGES.iter().cycle().take(2 * DAMAGES.len()).enumerate() {
        let bus = edited.world.bus();
        edit(&mut edited.shares[0], &bus, &mut random, 30, &sender);
        let before = tree::walk(edited.world.mount()).unwrap();
        // Once after an orderly end, once after a crash.
        let how = if turn < DAMAGES.len() {
            edited.world.stop().unwrap();
            "an orderly end"
        } else {
            edited.world.kill9().unwrap();
            "a crash"
        };
        let when = format!("after {how}, with the database {name}");
        println!("{when}");
        damage(&edited.world.state().join("layer"), &mut random);
        edited.world.start().unwrap();
        // What files say themselves is not in the journal; it is read from them again.
        edited.world.bus().wait_idle();
        edited.check(&when);
        let after = tree::walk(edited.world.mount()).unwrap();
        assert_eq!(before, after, "{when}: names and inode numbers");
    }
    edited.finish();
}
