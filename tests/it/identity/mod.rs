//! Edits follow content: photos that are copied, moved to another library, overwritten, lost and restored, on a real
//! mount, over restarts, a crash, and a layer that is rebuilt from the journal.

mod copies;
mod follow;

use std::fs;
use std::fs::FileTimes;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use kphotos_tests::inotify::{Event, Watcher};
use kphotos_tests::photos::Photo;
use kphotos_tests::sacred::Inventory;
use kphotos_tests::world::{PATIENCE, World};
use kphotos_tests::{skip, skip_unless};
use serde_json::Value;

struct Stage {
    world: World,
    /// A second library.
    backup: PathBuf,
}

impl Stage {
    fn new() -> Self {
        let mut world = World::new().unwrap();
        let backup = world.path("backup");
        fs::create_dir(&backup).unwrap();
        for number in 1..=3 {
            let photo = Photo::numbered(number).tagged(&[]);
            photo
                .taken_at(&format!("2021-07-0{number}T12:00:00"))
                .write_to(world.library(), format!("IMG_{number}.JPG"))
                .unwrap();
        }
        Photo::numbered(9)
            .tagged(&[])
            .write_to(&backup, "other.JPG")
            .unwrap();
        world.start().unwrap();
        let folder = backup.to_str().unwrap();
        let _ = world.kphotos(&["library", "add", folder, "--wait"]).ok();
        world.wait_idle(PATIENCE);
        Self { world, backup }
    }

    /// Has both libraries scanned, read and hashed; no original is changed by it.
    #[track_caller]
    fn settle(&self) {
        let before = [self.world.library(), self.backup.clone()].map(|root| Inventory::take(root).unwrap());
        for library in ["1", "2"] {
            let _ = self.world.kphotos(&["library", "scan", library, "--wait"]).ok();
        }
        self.world.wait_idle(PATIENCE);
        before[0].assert_unchanged(self.world.library());
        before[1].assert_unchanged(&self.backup);
    }

    #[track_caller]
    fn does(&self, line: &str) -> String {
        let words: Vec<&str> = line.split(' ').collect();
        self.world.kphotos(&words).ok().stdout
    }

    #[track_caller]
    fn photo(&self, which: &str) -> Value {
        self.world.json(&["info", which])["items"][0].clone()
    }

    #[track_caller]
    fn id(&self, path: PathBuf) -> String {
        self.photo(path.to_str().unwrap())["id"].to_string()
    }

    fn names(&self, dir: &str) -> Vec<String> {
        let listed = fs::read_dir(self.world.mount().join(dir)).unwrap();
        let mut names: Vec<String> = listed
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The photo has all that was made of it, wherever it is.
    #[track_caller]
    fn is_whole(&self, id: &str) {
        let photo = self.photo(id);
        assert_eq!(photo["title"], "the sea", "{photo}");
        assert_eq!(photo["tags"], serde_json::json!(["travel/italy"]));
        assert_eq!(photo["albums"], serde_json::json!(["Italy"]));
        assert_eq!(photo["favorite"], true);
    }

    fn edit(&self, path: &str) {
        let path = self.world.library().join(path);
        let path = path.to_str().unwrap();
        for line in [
            &["set", path, "--title", "the sea", "--favorite"][..],
            &["tag", "add", "travel/italy", path],
        ] {
            let _ = self.world.kphotos(line).ok();
        }
        // It may be there.
        let _ = self.world.kphotos(&["album", "create", "Italy"]);
        let _ = self.world.kphotos(&["album", "add", "Italy", path]).ok();
    }

    fn restart_without_layer(&mut self) {
        self.world.stop().unwrap();
        fs::remove_dir_all(self.world.state().join("layer")).unwrap();
        self.world.start().unwrap();
        self.world.wait_idle(PATIENCE);
    }
}

/// Has exiftool write into a file, which it replaces by a new one.
fn writes(exiftool: &Path, file: &Path, arguments: &[&str]) {
    let mut command = Command::new(exiftool);
    command.args(["-q", "-overwrite_original"]).args(arguments);
    assert!(command.arg(file).status().unwrap().success());
}
