//! Libraries that cannot be, and folders that cannot be read.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use kphotos_tests::world::World;
use kphotos_tests::{as_user, process, skip, skip_unless};

use super::{contents, photo, rescan};
use crate::sacred::JOBS;

#[test]
fn a_library_that_cannot_be_is_refused_in_words_and_changes_nothing() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    photo(1, world.library().join("below"), "a.jpg");
    photo(2, world.path("other"), "b.jpg");
    world.start().unwrap();
    world.wait_idle(JOBS);
    let before = world.json(&["library", "list"]);
    let check = |dir: &str, exit: i32, words: &[&str]| {
        let dir = world.path(dir);
        let refused = world
            .kphotos(&["library", "add", dir.to_str().unwrap()])
            .exits(exit);
        for word in words {
            assert!(refused.stderr.contains(word), "`{word}`: {refused}");
        }
        assert!(refused.stdout.is_empty(), "{refused}");
    };
    check("nowhere", 3, &["nowhere"]);
    check("library", 5, &["library"]);
    check("library/below", 5, &["below", "library"]);
    check("", 5, &[]);
    check("mount", 5, &["mount"]);
    check("mount/dates", 5, &["mount"]);
    check("state", 5, &["state"]);
    check("library/below/a.jpg", 2, &["a.jpg", "folder"]);
    assert_eq!(world.json(&["library", "list"]), before);
    // What can be is added all the same.
    let _ = world
        .kphotos(&["library", "add", world.path("other").to_str().unwrap()])
        .ok();
    world.wait_idle(JOBS);
    assert!(world.mount().join("library/other/b.jpg").exists());
    assert!(world.stop().unwrap().success());
}

#[test]
fn a_library_that_goes_wrong_at_start_does_not_stop_the_others() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    let (missing, gone) = (world.path("missing"), world.path("gone"));
    photo(1, world.library(), "a.jpg");
    photo(2, &gone, "b.jpg");
    world.start().unwrap();
    let _ = world.kphotos(&["library", "add", gone.to_str().unwrap()]).ok();
    world.wait_idle(JOBS);
    assert!(world.mount().join("library/gone/b.jpg").exists());
    assert!(world.stop().unwrap().success());
    // Its disk is not there at the next start.
    fs::rename(&gone, &missing).unwrap();
    world.start().unwrap();
    world.wait_idle(JOBS);
    assert!(world.mount().join("library/library/a.jpg").exists());
    let state = |world: &World| {
        let libraries = world.json(&["library", "list"]);
        let items = libraries["items"].as_array().unwrap().clone();
        let gone = items.iter().find(|item| item["name"] == "gone");
        gone.unwrap()["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state(&world), "offline");
    // It comes back with all that was known of it.
    fs::rename(&missing, &gone).unwrap();
    rescan(&world);
    assert_eq!(state(&world), "online");
    assert!(world.mount().join("dates/by-day/2024/2024-06-03/b.jpg").exists());
    assert!(world.stop().unwrap().success());
}

#[test]
fn links_are_not_followed_and_loops_end() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    let library = world.library();
    photo(1, library.join("deep/deeper"), "a.jpg");
    photo(2, world.path("outside"), "secret.jpg");
    symlink("..", library.join("deep/deeper/up")).unwrap();
    symlink(&library, library.join("round")).unwrap();
    symlink("self", library.join("self")).unwrap();
    symlink(world.path("outside"), library.join("out")).unwrap();
    symlink(world.path("outside/secret.jpg"), library.join("secret.jpg")).unwrap();
    symlink("nowhere.jpg", library.join("dangling.jpg")).unwrap();
    let fifo = library.join("waits-for-ever.jpg");
    let made = process::run(Command::new("mkfifo").arg(&fifo)).unwrap();
    assert_eq!(made.status, 0, "{made}");
    let before = world.start_on_originals(JOBS);
    let shown = contents(&world.mount().join("library/library"));
    assert_eq!(shown.len(), 1, "the one photo that is really there");
    assert_eq!(shown.values().sum::<usize>(), 1);
    assert!(world.stop().unwrap().success());
    before.assert_unchanged(&library);
}

#[test]
fn a_folder_without_permission_costs_itself_and_loses_nothing() {
    as_user!();
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    let library = world.library();
    photo(1, library.join("open"), "a.jpg");
    photo(2, library.join("shut"), "b.jpg");
    let never = library.join("never");
    photo(3, &never, "c.jpg");
    let allow = |name: &str, mode: u32| {
        fs::set_permissions(library.join(name), Permissions::from_mode(mode)).unwrap();
    };
    allow("never", 0o000);
    world.start().unwrap();
    world.wait_idle(JOBS);
    let tree = world.mount().join("library/library");
    assert!(tree.join("open/a.jpg").exists());
    assert!(tree.join("shut/b.jpg").exists());
    assert!(!tree.join("never").exists());
    let _ = world
        .kphotos(&["tag", "add", "kept", tree.join("shut/b.jpg").to_str().unwrap()])
        .ok();
    // A known folder is shut: what is in it cannot be looked at, so nothing is said to be gone.
    allow("shut", 0o000);
    rescan(&world);
    assert_eq!(world.json(&["status"])["missing"], 0);
    assert!(tree.join("open/a.jpg").exists());
    allow("shut", 0o755);
    allow("never", 0o755);
    rescan(&world);
    assert!(tree.join("never/c.jpg").exists());
    assert_eq!(
        fs::read(world.mount().join("tags/kept/b.jpg")).unwrap(),
        fs::read(library.join("shut/b.jpg")).unwrap()
    );
    assert!(world.stop().unwrap().success());
}
