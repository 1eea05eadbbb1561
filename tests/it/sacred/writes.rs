//! Through the mounted tree nothing can be written: every call that would is refused, with `EROFS`.
//!
//! The exceptions are those of the kernel, which answers them before it looks whether a mount may be written to:
//! a name that is there is `EEXIST`, another mount is `EXDEV`, a directory opened for writing is `EISDIR`
//! ([`kphotos_tests::attempts`] has the list). The daemon's own mount, which it does not publish, must refuse as well.

use std::fs::{self, File};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use kphotos_tests::attempts::{self, Attempt, c_name, c_path, not_refused};
use kphotos_tests::reading::Tree;
use kphotos_tests::world::World;
use kphotos_tests::{skip, skip_unless};

use super::{JOBS, fill};

#[test]
fn every_write_through_the_tree_is_refused() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    let before = fill(&world.library()).unwrap();
    world.start().unwrap();
    world.wait_idle(JOBS);
    let mount = world.mount();
    let file = photo_of(&mount);
    let _ = world
        .kphotos(&["tag", "add", "writes", file.to_str().unwrap()])
        .ok();
    let _ = world.kphotos(&["album", "create", "Empty"]).ok();
    let tree = Tree::read(&mount).unwrap();

    for below in [
        "",
        "albums",
        "albums/Empty",
        "tags",
        "tags/writes",
        "dates",
        "dates/by-month",
        "library",
    ] {
        let dir = mount.join(below);
        let bad = not_refused(&on_directory(&world, &dir));
        assert_eq!(bad, Vec::<String>::new(), "in {}", dir.display());
    }
    let bad = not_refused(&on_directory(&world, file.parent().unwrap()));
    assert_eq!(bad, Vec::<String>::new(), "in the folder of {}", file.display());
    let bad = not_refused(&on_file(&file));
    assert_eq!(bad, Vec::<String>::new(), "on {}", file.display());

    assert_eq!(tree, Tree::read(&mount).unwrap(), "the tree is as it was");
    before.assert_unchanged(world.library());
}

#[test]
fn the_mount_that_is_not_published_refuses_too() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    let mut world = World::new().unwrap();
    let before = fill(&world.library()).unwrap();
    world.start().unwrap();
    world.wait_idle(JOBS);
    let tree = Tree::read(world.mount()).unwrap();
    let public = world.mount().canonicalize().unwrap();
    let hidden: Vec<PathBuf> = world.mounts().into_iter().filter(|at| *at != public).collect();
    if hidden.is_empty() {
        skip!("the daemon has no mount but the public one");
    }
    for mount in hidden {
        let file = photo_of(&mount);
        let mut attempts = on_directory(&world, &mount);
        attempts.extend(on_directory(&world, file.parent().unwrap()));
        attempts.extend(on_file(&file));
        // It is mounted writable, so a descriptor for writing may be refused in more than one way; but refused.
        // There `access` asks the modes alone, and root may do anything; a rename onto itself does nothing anywhere.
        let nothing = ["access for writing", "rename onto itself"];
        let done = attempts.iter().filter(|attempt| attempt.errno == 0);
        let done: Vec<_> = done.filter(|attempt| !nothing.contains(&attempt.call)).collect();
        assert!(done.is_empty(), "in {}: {done:?}", mount.display());
    }
    assert_eq!(tree, Tree::read(world.mount()).unwrap(), "the tree is as it was");
    before.assert_unchanged(world.library());
}

/// A dated photo of a mount.
fn photo_of(mount: &Path) -> PathBuf {
    let month = mount.join("dates/by-month/2024/2024-06");
    let first = fs::read_dir(&month)
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .min();
    first.unwrap_or_else(|| panic!("no photo in {}", month.display()))
}

fn on_directory(world: &World, dir: &Path) -> Vec<Attempt> {
    let inside = fs::read_dir(dir)
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name())
        .min();
    let inside = inside.map(|name| c_name(&name));
    let outside = world.path("outside.jpg");
    fs::write(&outside, b"from elsewhere").unwrap();
    let opened = attempts::directory(dir).unwrap();
    attempts::in_directory(opened.as_fd(), inside.as_deref(), &outside)
}

fn on_file(file: &Path) -> Vec<Attempt> {
    let mut attempts = attempts::on_file(&c_path(file));
    attempts.extend(attempts::on_descriptor(File::open(file).unwrap().as_fd()));
    attempts
}
