//! Several mounts of one daemon, each with options of its own.
//!
//! `together`: declared side by side, added and removed while the daemon runs, one that fails, a crash. `access`: who
//! may look into each, asked as a third person. `marker`: the file that names a mount, and photos named by their place
//! in a copy of it. `ends`: taken away by somebody, or ended with somebody inside. What a mount without rights does differently is said there. After each, the originals are as before.

mod access;
mod ends;
mod marker;
mod together;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kphotos_tests::inotify::Watcher;
use kphotos_tests::photos::Photo;
use kphotos_tests::sacred::{Inventory, backdate_access_times};
use kphotos_tests::world::{PATIENCE, World};
use serde_json::Value;

/// Three photos of one day, one with a name that Windows refuses.
const NAMES: [&str; 3] = ["a.jpg", "b:1.jpg", "c.jpg"];
const DAY: &str = "dates/by-day/2024/2024-06-15";

/// A world with photos, and what they were before.
struct Stage {
    world: World,
    originals: Inventory,
}

impl Stage {
    /// Photos, and no daemon yet.
    fn new() -> Self {
        let world = World::new().unwrap();
        for (number, name) in (1..).zip(NAMES) {
            Photo::numbered(number)
                .tagged(&[])
                .taken_at("2024-06-15T12:00:00")
                .write_to(world.library(), name)
                .unwrap();
        }
        backdate_access_times(world.library()).unwrap();
        let originals = Inventory::take(world.library()).unwrap();
        Self { world, originals }
    }

    /// The same with a daemon that has read everything.
    fn started() -> Self {
        let mut stage = Self::new();
        stage.start();
        stage
    }

    #[track_caller]
    fn start(&mut self) {
        self.world.start().unwrap();
        self.world.wait_idle(PATIENCE);
    }

    /// A place for one more mount.
    fn place(&self, name: &str) -> PathBuf {
        self.world.path(name)
    }

    #[track_caller]
    fn add(&self, name: &str, options: &[&str]) -> Value {
        let place = self.place(name);
        let command = ["mount", "add", place.to_str().unwrap()];
        self.world.json(&[&command, options].concat())
    }

    /// The mounts as `mount list` has them.
    #[track_caller]
    fn list(&self) -> Vec<Value> {
        self.world.json(&["mount", "list"])["items"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// The one at this place.
    #[track_caller]
    fn listed(&self, name: &str) -> Value {
        let place = self.place(name);
        let found = self
            .list()
            .into_iter()
            .find(|mount| mount["path"] == place.to_str().unwrap());
        found.unwrap_or_else(|| panic!("{name} is not in {:?}", self.list()))
    }

    /// Ends the daemon: nothing is left mounted, the originals are as they were.
    #[track_caller]
    fn end(mut self) {
        assert!(self.world.stop().unwrap().success());
        assert!(self.world.mounts().is_empty(), "{:?}", self.world.mounts());
        self.originals.assert_unchanged(self.world.library());
    }
}

/// The names in a folder, sorted, those that start with a dot too.
#[track_caller]
fn names(dir: impl AsRef<Path>) -> Vec<String> {
    let entries =
        fs::read_dir(dir.as_ref()).unwrap_or_else(|error| panic!("{}: {error}", dir.as_ref().display()));
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// That this name comes into a watched folder.
#[track_caller]
fn comes(watcher: &mut Watcher, name: &str) {
    let came = watcher.wait_for(PATIENCE, |event| event.is(libc::IN_CREATE, name));
    came.unwrap_or_else(|error| panic!("{name}: {error}"));
}

/// That nothing is told of a folder, after something elsewhere was.
#[track_caller]
fn quiet(watcher: &mut Watcher) {
    let told = watcher.next(Duration::ZERO).unwrap();
    assert_eq!(told, None);
}
