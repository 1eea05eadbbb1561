//! Disks that go, come back under another number, and are others.

use std::fs;
use std::path::Path;
use std::process::Command;

use kphotos_tests::process;
use kphotos_tests::world::World;
use kphotos_tests::{as_user, skip, skip_unless};

use super::{PATIENCE, library, photo, wait_for};

fn fill(folder: &Path) {
    for number in 0..20 {
        photo(number, folder.join("trip"), &format!("P{number:02}.jpg"));
    }
}

fn state(world: &World) -> String {
    library(world, "library")["state"].as_str().unwrap().to_owned()
}

fn missing(world: &World) -> u64 {
    world.json(&["status"])["missing"].as_u64().unwrap()
}

fn a_root_that_goes_is_offline_at_once_and_scanned_when_it_is_back() {
    let mut world = World::new().unwrap();
    fill(&world.library());
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    let away = world.path("away");
    fs::rename(world.library(), &away).unwrap();
    wait_for(&world, "offline", || state(&world) == "offline");
    let shown = world.mount().join("library/library/trip/P03.jpg");
    // In sight, and no wait: it says so.
    assert!(fs::symlink_metadata(&shown).is_ok());
    let error = fs::read(&shown).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(libc::ENODEV), "{error}");
    let found = world.json(&["search", "is:offline", "--limit", "1"]);
    assert_eq!(
        (&found["total"], &found["items"][0]["state"]),
        (&20.into(), &"offline".into())
    );
    assert_eq!(missing(&world), 0);
    // Meanwhile somebody edits, there and here.
    let _ = world
        .kphotos(&["tag", "add", "kept", shown.to_str().unwrap()])
        .ok();
    photo(30, away.join("trip"), "new.jpg");
    fs::rename(&away, world.library()).unwrap();
    wait_for(&world, "online", || state(&world) == "online");
    let new = world.mount().join("library/library/trip/new.jpg");
    wait_for(&world, "what was new", || new.exists());
    assert!(fs::read(world.mount().join("tags/kept/P03.jpg")).is_ok());
    photo(31, world.library().join("trip"), "later.jpg");
    let later = world.mount().join("library/library/trip/later.jpg");
    wait_for(&world, "watched again", || later.exists());
    assert_eq!(missing(&world), 0);
}

#[test]
fn in_system_mode_a_root_that_goes_is_offline_at_once_and_scanned_when_it_is_back() {
    skip_unless!(skip::fuse());
    a_root_that_goes_is_offline_at_once_and_scanned_when_it_is_back();
}

#[test]
fn in_user_mode_a_root_that_goes_is_offline_at_once_and_scanned_when_it_is_back() {
    as_user!();
    a_root_that_goes_is_offline_at_once_and_scanned_when_it_is_back();
}

/// Mounts a new file system in memory at a folder.
fn mount(at: &Path) -> Result<(), String> {
    let mut command = Command::new("mount");
    command.args(["-t", "tmpfs", "-o", "size=16m", "none"]).arg(at);
    let done = process::run(&mut command).map_err(|error| format!("mount cannot be run: {error}"))?;
    (done.status == 0)
        .then_some(())
        .ok_or_else(|| format!("nothing can be mounted: {done}"))
}

/// Unmounts: nobody keeps it busy for longer than a look takes.
fn unmount(world: &World, at: &Path) {
    let unmounts = || process::run(Command::new("umount").arg(at)).unwrap().status == 0;
    wait_for(world, "umount", unmounts);
}

#[test]
fn a_disk_that_is_unmounted_loses_nothing_whatever_is_mounted_in_its_place() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    let root = world.library();
    skip_unless!(mount(&root));
    fill(&root);
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    let shown = world.mount().join("library/library/trip/P03.jpg");
    let _ = world
        .kphotos(&["tag", "add", "kept", shown.to_str().unwrap()])
        .ok();
    // What is on the disk, for another one like it.
    let copy = world.path("copy");
    let copied = process::run(Command::new("cp").arg("-a").arg(&root).arg(&copy)).unwrap();
    assert_eq!(copied.status, 0, "{copied}");

    unmount(&world, &root);
    wait_for(&world, "unmounted", || state(&world) == "offline");
    assert_eq!(missing(&world), 0);
    assert!(fs::read(&shown).is_err());

    // Another disk, with photos of its own.
    mount(&root).unwrap();
    photo(40, root.join("DCIM"), "OTHER.jpg");
    let _ = world.kphotos(&["library", "scan", "--wait"]).exits(1);
    assert_eq!((state(&world).as_str(), missing(&world)), ("offline", 0));
    assert!(!world.mount().join("library/library/DCIM").exists());
    let _ = world
        .kphotos(&["tag", "add", "edited", shown.to_str().unwrap()])
        .ok();
    unmount(&world, &root);

    // The right one, under other numbers of device and inodes, with a change that was made elsewhere.
    mount(&root).unwrap();
    let source = copy.join("trip");
    let copied = process::run(Command::new("cp").arg("-a").arg(source).arg(&root)).unwrap();
    assert_eq!(copied.status, 0, "{copied}");
    fs::create_dir(root.join("best")).unwrap();
    fs::rename(root.join("trip/P05.jpg"), root.join("best/P05.jpg")).unwrap();
    wait_for(&world, "the right one", || state(&world) == "online");
    let moved = world.mount().join("library/library/best/P05.jpg");
    wait_for(&world, "what was moved", || moved.exists());
    // It may have been looked at while it was being filled.
    wait_for(&world, "all of it", || missing(&world) == 0);
    world.wait_idle(PATIENCE);
    for tag in ["kept", "edited"] {
        let tagged = world.mount().join(format!("tags/{tag}/P03.jpg"));
        assert!(fs::read(&tagged).is_ok(), "{}", tagged.display());
    }
    assert_eq!(world.json(&["status"])["photos"], 20);
    // Its clone is let go each time: the disk can be unmounted wholly, and is.
    assert!(world.stop().unwrap().success());
    unmount(&world, &root);
}
