//! Folders that are renamed or moved, by hand while the library is watched and while the daemon is down: albums and
//! shares that are bound to them show their photos as before, and every number in the tree stays.

use std::collections::BTreeMap;
use std::fs;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use kphotos_tests::photos::Photo;
use kphotos_tests::world::World;
use kphotos_tests::{as_user, skip, skip_unless, tree};

use super::{PATIENCE, photo, wait_for};

struct Stage {
    world: World,
    originals: BTreeMap<String, Vec<u8>>,
    numbers: BTreeMap<String, u64>,
}

/// The files below a folder by their own names, which differ, with what is in them.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            found.append(&mut contents(&entry.path()));
        } else {
            let name = entry.file_name().into_string().unwrap();
            found.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    found
}

impl Stage {
    fn new() -> Self {
        let mut world = World::new().unwrap();
        photo(1, world.library().join("trip"), "a.jpg");
        photo(2, world.library().join("trip/day"), "b.jpg");
        photo(3, world.library().join("trip/day"), "c.jpg");
        photo(4, world.library().join("other"), "d.jpg");
        photo(5, world.library(), "e.jpg");
        let sidecar = Photo::numbered(2).tagged(&["said"]).xmp().unwrap();
        fs::write(world.library().join("trip/day/b.jpg.xmp"), sidecar).unwrap();
        let originals = contents(&world.library());
        world.start().unwrap();
        world.wait_idle(PATIENCE);
        let folder = |path: &str| world.library().join(path).to_str().unwrap().to_owned();
        for arguments in [
            ["album", "create", "Trip", "--folder", &folder("trip")],
            ["album", "create", "Trip/Day", "--folder", &folder("trip/day")],
            ["album", "create", "Trip/Path", "--query", "path:journey/"],
            ["share", "create", "Shared", "--folder", &folder("trip")],
        ] {
            let _ = world.json(&arguments);
        }
        let mut stage = Self {
            world,
            originals,
            numbers: BTreeMap::new(),
        };
        stage.numbers = stage.numbers_at("trip");
        assert_eq!(tree::listed(stage.mount("albums/Trip/Path")), [""; 0]);
        stage.check("trip");
        stage
    }

    fn mount(&self, path: &str) -> PathBuf {
        self.world.mount().join(path)
    }

    /// The inode numbers of the folder, of what is in it, and of what a share shows of it.
    fn numbers_at(&self, folder: &str) -> BTreeMap<String, u64> {
        let library = self.mount("library/library").join(folder);
        let share = self.mount("shares/Shared");
        let number = |path: &Path| fs::metadata(path).unwrap().ino();
        let mut numbers = BTreeMap::new();
        for path in ["", "a.jpg", "day", "day/b.jpg", "day/c.jpg"] {
            numbers.insert(format!("library {path}"), number(&library.join(path)));
            numbers.insert(format!("share {path}"), number(&share.join(path)));
        }
        numbers
    }

    /// All is as it was, with the folder at this path.
    fn check(&self, folder: &str) {
        let all = ["a.jpg", "b.jpg", "c.jpg"];
        assert_eq!(
            tree::listed(self.mount("albums/Trip")),
            ["Day", "Path", all[0], all[1], all[2]]
        );
        assert_eq!(tree::listed(self.mount("albums/Trip/Day")), &all[1..]);
        assert_eq!(tree::listed(self.mount("shares/Shared")), ["a.jpg", "day"]);
        assert_eq!(tree::listed(self.mount("shares/Shared/day")), &all[1..]);
        assert_eq!(tree::listed(self.mount("tags/said")), ["b.jpg"]);
        assert_eq!(self.numbers_at(folder), self.numbers, "{folder}");
        let b = self.mount("albums/Trip/Day/b.jpg");
        let info = &self.world.json(&["info", b.to_str().unwrap()])["items"][0];
        let original = self.world.library().join(folder).join("day/b.jpg");
        assert_eq!(info["path"], original.to_str().unwrap());
        let status = self.world.json(&["status"]);
        assert_eq!(
            (&status["missing"], &status["photos"]),
            (&0.into(), &5.into()),
            "{status}"
        );
        assert!(
            contents(&self.world.library()) == self.originals,
            "originals are as they were"
        );
    }

    /// The folder is moved by hand, and shown there within short.
    #[track_caller]
    fn moved(&self, from: &str, to: &str) {
        let original = |path: &str| self.world.library().join(path);
        fs::create_dir_all(original(to).parent().unwrap()).unwrap();
        fs::rename(original(from), original(to)).unwrap();
        let shown = |path: &str| self.mount("library/library").join(path);
        wait_for(&self.world, &format!("{from} moves to {to}"), || {
            shown(to).join("day/c.jpg").exists() && !shown(from).exists()
        });
        self.world.wait_idle(PATIENCE);
        self.check(to);
    }
}

fn folders_that_move_keep_their_albums_and_shares() {
    let mut stage = Stage::new();
    let open = fs::File::open(stage.mount("library/library/trip/day")).unwrap();
    stage.moved("trip", "journey");
    assert_eq!(
        tree::listed(stage.mount("albums/Trip/Path")),
        ["a.jpg", "b.jpg", "c.jpg"]
    );
    // Who had the folder open sees what is in it.
    let held = format!("/proc/self/fd/{}", open.as_raw_fd());
    assert_eq!(tree::listed(&held), ["b.jpg", "c.jpg"]);
    drop(open);
    stage.moved("journey", "Journey");
    stage.moved("Journey", "archive/2024/trip");
    stage.moved("archive/2024/trip", "trip");
    // While nobody looks: a swap of names.
    assert!(stage.world.stop().unwrap().success());
    let original = |path: &str| stage.world.library().join(path);
    for (from, to) in [("trip", "between"), ("other", "trip"), ("between", "other")] {
        fs::rename(original(from), original(to)).unwrap();
    }
    stage.world.start().unwrap();
    stage.world.wait_idle(PATIENCE);
    stage.check("other");
    assert_eq!(tree::listed(stage.mount("library/library/trip")), ["d.jpg"]);
    // Into another folder, which is new.
    assert!(stage.world.stop().unwrap().success());
    let original = |path: &str| stage.world.library().join(path);
    fs::create_dir_all(original("years/2024")).unwrap();
    fs::rename(original("other"), original("years/2024/other")).unwrap();
    stage.world.start().unwrap();
    stage.world.wait_idle(PATIENCE);
    stage.check("years/2024/other");
    assert!(!stage.mount("library/library/other").exists());
    // After a crash that nothing was written down before, too.
    stage.moved("years/2024/other", "last");
    stage.world.kill9().unwrap();
    stage.world.restart().unwrap();
    stage.world.wait_idle(PATIENCE);
    stage.check("last");
    assert!(stage.world.stop().unwrap().success());
}

#[test]
fn in_system_mode_folders_that_move_keep_their_albums_and_shares() {
    skip_unless!(skip::fuse());
    folders_that_move_keep_their_albums_and_shares();
}

#[test]
fn in_user_mode_folders_that_move_keep_their_albums_and_shares() {
    as_user!();
    folders_that_move_keep_their_albums_and_shares();
}
