//! Mounts that hide what lies on a disk that is away, beside one that shows it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kphotos_tests::inotify::Watcher;
use kphotos_tests::photos::Photo;
use kphotos_tests::sacred::{Inventory, backdate_access_times};
use kphotos_tests::world::{PATIENCE, World};
use kphotos_tests::{skip, skip_unless, tree};

fn wait_for(world: &World, what: &str, is_so: impl Fn() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < until, "{what}\n{}", world.log());
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn disk_is(world: &World, state: &str) {
    wait_for(world, state, || {
        world.json(&["library", "show", "disk"])["state"] == state
    });
}

/// Directories that a listing has, and `nlink` counts.
fn folders(dir: &Path) -> (u64, u64) {
    let dirs = fs::read_dir(dir).unwrap().map(Result::unwrap);
    let dirs = dirs.filter(|entry| entry.file_type().unwrap().is_dir()).count();
    (dirs as u64 + 2, fs::metadata(dir).unwrap().nlink())
}

fn error(read: io::Result<Vec<u8>>) -> Option<i32> {
    read.expect_err("its disk is away").raw_os_error()
}

/// A library with a photo of its own and a copy of one of the disk's, the disk with two, and two mounts: one that hides, and
/// one that shows all. The disk's photos.
fn fill(world: &mut World, disk: &Path) -> [Photo; 2] {
    let own = Photo::numbered(1)
        .tagged(&["trip"])
        .taken_at("2021-07-04T10:00:00");
    own.write_to(world.library(), "OWN.jpg").unwrap();
    let gone = Photo::numbered(2)
        .tagged(&["trip"])
        .taken_at("2019-03-04T10:00:00");
    gone.write_to(disk.join("deep/er"), "GONE.jpg").unwrap();
    let both = Photo::numbered(3)
        .tagged(&["trip"])
        .taken_at("2018-03-04T10:00:00");
    both.write_to(disk, "BOTH.jpg").unwrap();
    let settings = format!(
        "[[mount]]\npath = '{}'\noffline = 'hide'\n[[mount]]\npath = '{}'\n",
        world.mount().display(),
        world.path("all").display()
    );
    world.declare(&settings).unwrap();
    world.start().unwrap();
    let added = ["library", "add", disk.to_str().unwrap(), "--name", "disk"];
    let _ = world.kphotos(&added).ok();
    world.wait_idle(PATIENCE);
    fs::copy(disk.join("BOTH.jpg"), world.library().join("COPY.jpg")).unwrap();
    let _ = world.kphotos(&["library", "scan", "--wait"]).ok();
    world.wait_idle(PATIENCE);
    [gone, both]
}

/// What both mounts show while the disk is away.
fn check(world: &World, before_all: &BTreeMap<PathBuf, tree::Node>, both: &[u8]) {
    let (hides, all) = (world.mount(), world.path("all"));
    for dir in ["albums/best", "tags/trip", "recent"] {
        assert_eq!(tree::listed(hides.join(dir)), ["BOTH.jpg", "OWN.jpg"], "{dir}");
    }
    assert_eq!(tree::listed(hides.join("dates/by-year")), ["2018", "2021"]);
    assert_eq!(tree::listed(hides.join("dates/by-day")), ["2018", "2021"]);
    assert_eq!(tree::listed(hides.join("library")), ["disk", "library"]);
    assert_eq!(tree::listed(hides.join("library/disk")), ["BOTH.jpg"]);
    assert!(tree::listed(hides.join("search/is=offline")).is_empty());
    for path in [
        "albums/best/GONE.jpg",
        "library/disk/deep",
        "library/disk/deep/er/GONE.jpg",
        "dates/by-year/2019",
    ] {
        assert!(!hides.join(path).exists(), "{path}");
    }
    for dir in ["dates/by-year", "dates/by-month", "dates/by-day", "library/disk"] {
        let (listed, counted) = folders(&hides.join(dir));
        assert_eq!(listed, counted, "{dir}");
    }
    // Where one copy can be reached, it is read, under whatever name.
    for path in ["albums/best/BOTH.jpg", "library/disk/BOTH.jpg"] {
        for mount in [&hides, &all] {
            assert!(fs::read(mount.join(path)).unwrap() == *both, "{path}");
        }
    }
    // The other mount keeps it in sight, and says at once that it cannot be read.
    assert_eq!(tree::walk(&all).unwrap(), *before_all);
    let shown = fs::read(all.join("albums/best/GONE.jpg"));
    assert_eq!(error(shown), Some(libc::ENODEV));
    let mounts = world.json(&["mount", "list"]);
    let offline: Vec<&str> = mounts["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mount| mount["offline"].as_str().unwrap())
        .collect();
    assert_eq!(offline, ["hide", "show"]);
}

#[test]
fn a_mount_that_hides_has_nothing_of_a_disk_that_is_away_until_it_is_back() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    // The folder above is renamed: nothing of the disk itself changes by that, its times either.
    let (stick, away) = (world.path("stick"), world.path("away"));
    let disk = stick.join("disk");
    let [gone, both] = fill(&mut world, &disk);
    let _ = world.json(&["album", "create", "best"]);
    let _ = world.json(&["album", "add", "best", "--query", "tag:trip"]);
    backdate_access_times(world.library()).unwrap();
    let originals = [
        Inventory::take(world.library()).unwrap(),
        Inventory::take(&disk).unwrap(),
    ];
    let (hides, all) = (world.mount(), world.path("all"));
    let three = ["BOTH.jpg", "GONE.jpg", "OWN.jpg"];
    assert_eq!(tree::listed(hides.join("albums/best")), three);
    let before = tree::walk(&hides).unwrap();
    let before_all = tree::walk(&all).unwrap();

    let mut watcher = Watcher::on(hides.join("albums/best")).unwrap();
    fs::rename(&stick, &away).unwrap();
    disk_is(&world, "offline");
    let vanished = watcher.wait_for(PATIENCE, |event| event.is(libc::IN_DELETE, "GONE.jpg"));
    vanished.unwrap_or_else(|error| panic!("{error}"));
    check(&world, &before_all, &both.bytes());
    world.restart().unwrap();
    check(&world, &before_all, &both.bytes());

    let mut watcher = Watcher::on(hides.join("albums/best")).unwrap();
    fs::rename(&away, &stick).unwrap();
    disk_is(&world, "online");
    let appeared = watcher.wait_for(PATIENCE, |event| event.is(libc::IN_CREATE, "GONE.jpg"));
    appeared.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(tree::walk(&hides).unwrap(), before);
    assert!(fs::read(hides.join("library/disk/deep/er/GONE.jpg")).unwrap() == gone.bytes());
    world.wait_idle(PATIENCE);

    // One that a command adds keeps what it was told.
    let late = world.path("late");
    let add = ["mount", "add", late.to_str().unwrap(), "--offline", "hide"];
    let _ = world.kphotos(&add).ok();
    world.restart().unwrap();
    let mounts = world.json(&["mount", "list"]);
    assert_eq!(mounts["items"][2]["offline"], "hide", "{mounts}");
    fs::rename(&stick, &away).unwrap();
    disk_is(&world, "offline");
    assert_eq!(tree::listed(late.join("albums/best")), ["BOTH.jpg", "OWN.jpg"]);
    assert!(world.stop().unwrap().success());
    originals[0].assert_unchanged(world.library());
    originals[1].assert_unchanged(away.join("disk"));
}
