//! Libraries that lie elsewhere now, and those that are removed: seen in the tree, by who has it open, and after a
//! restart; and one that the settings declare at another place than before.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kphotos_tests::inotify::Watcher;
use kphotos_tests::photos::Photo;
use kphotos_tests::world::World;
use kphotos_tests::{as_user, skip, skip_unless, tree};

use crate::sacred::JOBS;

const PATIENCE: Duration = Duration::from_secs(20);

/// Twenty photos in this folder, in two of its own.
fn write(folder: &Path) {
    for number in 0..20u64 {
        let photo = Photo::numbered(number).taken_at("2022-05-01T10:00:00");
        let below = if number % 2 == 0 { "even" } else { "odd" };
        photo
            .write_to(folder.join(below), format!("P{number:02}.JPG"))
            .unwrap();
    }
}

/// A running world with a library `pictures` that a command added; its folder.
fn with_pictures() -> (World, PathBuf) {
    let mut world = World::new().unwrap();
    let folder = world.path("disk/pictures");
    for below in ["even", "odd"] {
        fs::create_dir_all(folder.join(below)).unwrap();
    }
    write(&folder);
    world.start().unwrap();
    let _ = world.json(&["library", "add", folder.to_str().unwrap(), "--wait"]);
    (world, folder)
}

#[track_caller]
fn gone(watcher: &mut Watcher, name: &str) {
    let went = watcher.wait_for(PATIENCE, |event| event.is(libc::IN_DELETE, name));
    went.unwrap_or_else(|error| panic!("{name}: {error}"));
}

fn check_relocation() {
    let (mut world, folder) = with_pictures();
    let shown = world.mount().join("library/pictures/even/P02.JPG");
    let before = (fs::read(&shown).unwrap(), fs::metadata(&shown).unwrap().ino());
    let path = shown.to_str().unwrap();
    let _ = world.json(&["set", path, "--rating", "5", "--title", "Kept"]);
    let _ = world.json(&[
        "share",
        "create",
        "Even",
        "--folder",
        folder.join("even").to_str().unwrap(),
    ]);
    let place = world.path("other/disk");
    fs::create_dir_all(&place).unwrap();
    let place = place.join("fotos");
    let to = place.to_str().unwrap();

    let _ = world.kphotos(&["library", "relocate", "pictures", to]).exits(3);
    fs::create_dir(&place).unwrap();
    let refused = world.kphotos(&["library", "relocate", "pictures", to]).exits(5);
    assert!(
        refused.stderr.contains("of 16 of its files 0 are there"),
        "{refused}"
    );
    assert!(refused.stderr.contains("--force"), "{refused}");
    fs::remove_dir(&place).unwrap();
    fs::rename(&folder, &place).unwrap();
    let dry = world
        .kphotos(&["library", "relocate", "pictures", to, "--dry-run"])
        .ok();
    assert!(
        dry.stdout.starts_with("would do: library pictures is at"),
        "{dry}"
    );
    let done = world.kphotos(&["library", "relocate", "pictures", to]).ok();
    assert!(done.stdout.contains(" · revision "), "{done}");
    assert!(done.stdout.contains("kphotos job watch"), "{done}");

    let check = |world: &World| {
        // Another photo of the folder, which nobody had open before.
        let other = world.mount().join("library/pictures/odd/P03.JPG");
        assert_eq!(
            fs::read(other).unwrap(),
            fs::read(place.join("odd/P03.JPG")).unwrap()
        );
        let after = (fs::read(&shown).unwrap(), fs::metadata(&shown).unwrap().ino());
        assert!(before == after, "the same photo under the same number");
        let photo = &world.json(&["info", path])["items"][0];
        let original = place.join("even/P02.JPG");
        assert_eq!(photo["path"], original.to_str().unwrap());
        assert_eq!((&photo["title"], &photo["rating"]), (&"Kept".into(), &5.into()));
        assert_eq!(tree::listed(world.mount().join("shares/Even")).len(), 10);
    };
    check(&world);
    world.wait_idle(JOBS);
    check(&world);
    assert_eq!(world.json(&["status"])["missing"], 0);
    world.restart().unwrap();
    world.wait_idle(JOBS);
    check(&world);
    let history = world.kphotos(&["history", "--limit", "5"]).ok();
    assert!(history.stdout.contains("it was at"), "{history}");
    assert!(world.stop().unwrap().success());
}

fn check_removal() {
    let (mut world, folder) = with_pictures();
    let root = world.mount().join("library");
    let album = world.mount().join("albums/Best");
    let _ = world.json(&["album", "create", "Best"]);
    let _ = world.json(&[
        "album",
        "add",
        "Best",
        root.join("pictures/even/P02.JPG").to_str().unwrap(),
    ]);
    // Somebody is in it, too.
    let below = root.join("pictures/even");
    let (open, inside) = (fs::File::open(&below).unwrap(), fs::read_dir(&below).unwrap());
    let mut watchers = [&root, &album].map(|dir| {
        tree::listed(dir);
        Watcher::on(dir).unwrap()
    });
    let _ = world.json(&[
        "share",
        "create",
        "Odd",
        "--folder",
        folder.join("odd").to_str().unwrap(),
    ]);
    let refused = world.kphotos(&["library", "remove", "pictures"]).exits(5);
    assert!(refused.stderr.contains("`Odd`"), "{refused}");
    let _ = world.json(&["share", "revoke", "Odd"]);
    let dry = world
        .kphotos(&["library", "remove", "pictures", "--dry-run"])
        .ok();
    assert!(dry.stdout.contains("20 files at"), "{dry}");
    assert!(root.join("pictures").is_dir());
    let done = world.kphotos(&["library", "remove", "pictures"]).ok();
    assert!(
        done.stdout.contains("left as they are, edits kept · revision "),
        "{done}"
    );

    assert_eq!(tree::listed(&root), ["library"]);
    assert!(!root.join("pictures").exists());
    assert!(tree::listed(&album).is_empty());
    let [at_root, in_album] = &mut watchers;
    gone(at_root, "pictures");
    gone(in_album, "P02.JPG");
    drop((open, inside));
    assert_eq!(fs::read_dir(folder.join("even")).unwrap().count(), 10);

    let check = |world: &World| {
        assert_eq!(tree::listed(&root), ["library"]);
        let status = world.json(&["status"]);
        assert_eq!(status["missing"], 20);
        assert_eq!(status["libraries"].as_array().unwrap().len(), 1);
    };
    check(&world);
    world.restart().unwrap();
    check(&world);
    // Name and folder are free again.
    let _ = world.json(&["library", "add", folder.to_str().unwrap(), "--wait"]);
    assert_eq!(tree::listed(root.join("pictures/odd")).len(), 10);
    assert!(world.stop().unwrap().success());
}

#[test]
fn a_library_that_lies_elsewhere_is_served_from_there_at_once() {
    skip_unless!(skip::fuse());
    check_relocation();
}

#[test]
fn a_library_that_lies_elsewhere_is_served_from_there_without_rights_too() {
    skip_unless!(skip::fuse());
    as_user!();
    check_relocation();
}

#[test]
fn a_library_that_is_removed_leaves_the_tree_and_nothing_else() {
    skip_unless!(skip::fuse());
    check_removal();
}

#[test]
fn the_settings_may_say_that_a_library_lies_elsewhere() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    let declared = |world: &mut World, folder: &Path, name: &str| {
        let mount = world.mount();
        let settings = format!(
            "[[mount]]\npath = '{}'\n[[library]]\npath = '{}'\n{name}",
            mount.display(),
            folder.display()
        );
        world.declare(&settings).unwrap();
    };
    let (one, two, three) = (
        world.path("one/pictures"),
        world.path("two/pictures"),
        world.path("three"),
    );
    for below in ["even", "odd"] {
        fs::create_dir_all(one.join(below)).unwrap();
    }
    write(&one);
    declared(&mut world, &one, "");
    world.start().unwrap();
    world.wait_idle(JOBS);
    let shown = world.mount().join("library/pictures/even/P02.JPG");
    let number = fs::metadata(&shown).unwrap().ino();
    // A command says which key to change.
    fs::create_dir(world.path("two")).unwrap();
    let refused = world
        .kphotos(&["library", "relocate", "pictures", two.to_str().unwrap()])
        .exits(5);
    assert!(refused.stderr.contains("[[library]]"), "{refused}");
    assert!(world.stop().unwrap().success());

    // The folder is gone from where it was: that is enough where its name is the same.
    fs::rename(&one, &two).unwrap();
    declared(&mut world, &two, "");
    world.start().unwrap();
    world.wait_idle(JOBS);
    assert_eq!(fs::metadata(&shown).unwrap().ino(), number, "{}", world.log());
    assert!(world.stop().unwrap().success());

    // Under another name of folder the settings say which library they mean.
    fs::rename(&two, &three).unwrap();
    declared(&mut world, &three, "name = \"pictures\"\n");
    world.start().unwrap();
    world.wait_idle(JOBS);
    assert_eq!(fs::metadata(&shown).unwrap().ino(), number, "{}", world.log());
    let status = world.json(&["status"]);
    assert_eq!(status["missing"], 0, "{status}");
    assert!(world.stop().unwrap().success());
}
