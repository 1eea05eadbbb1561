//! The library as it is now: what is done to originals is in the tree without a command.
//!
//! `at_once`: files and folders that are made, written, renamed, deleted, in system mode and in user mode. `offline`:
//! disks that go, come back, and are others. `folders`: those that are renamed or moved, with albums and shares. What each took is printed; only far too long fails.

mod at_once;
mod folders;
mod offline;

use std::path::Path;
use std::time::{Duration, Instant};

use kphotos_tests::photos::Photo;
use kphotos_tests::world::World;
use serde_json::Value;

/// As long as a test may take that fails; two seconds is what is promised of a quiet machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn photo(number: u64, folder: impl AsRef<Path>, name: &str) {
    let photo = Photo::numbered(number).taken_at("2024-06-03T10:00:00");
    photo.write_to(folder, name).unwrap();
}

#[track_caller]
pub(crate) fn wait_for(world: &World, what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(
            began.elapsed() < PATIENCE,
            "{what}: not within {PATIENCE:?}\n{}",
            world.log()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    println!("{what}: {} ms", began.elapsed().as_millis());
}

/// The library that has this name, as `library list` tells it.
pub(crate) fn library(world: &World, name: &str) -> Value {
    let list = world.json(&["library", "list"]);
    let items = list["items"].as_array().unwrap();
    items.iter().find(|item| item["name"] == name).unwrap().clone()
}
