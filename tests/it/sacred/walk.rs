//! Everything that people do, a crash and a restart: the originals are as they were.
//!
//! The walk is one function, so that it can be taken over a folder that may be written to, over a read-only mount
//! of it, and by a daemon without rights ([`super::user`] runs the first test again as another user). On its way it
//! also holds two smaller promises: what is read through the tree is the original's bytes, and a crash changes
//! neither names nor inode numbers.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kphotos_tests::reading::Tree;
use kphotos_tests::sacred::{Inventory, backdate_access_times};
use kphotos_tests::world::World;
use kphotos_tests::{skip, skip_unless};

use super::{JOBS, copy, fill};

/// Some of the endings that photos and movies have.
const ENDINGS: [&str; 10] = [
    "jpg", "jpeg", "png", "heic", "tif", "cr2", "nef", "dng", "mov", "mp4",
];

#[test]
fn a_long_walk_changes_nothing() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    let before = fill(&world.library()).unwrap();
    walk(&mut world, &before);
    before.assert_unchanged(world.library());
}

#[test]
fn a_long_walk_over_real_photos_changes_nothing() {
    skip_unless!(skip::fuse());
    let corpus = skip_unless!(skip::corpus());
    let mut world = World::new().unwrap();
    world.spare_pictures().unwrap();
    let library = world.library();
    copy(&corpus, &library).unwrap();
    backdate_access_times(&library).unwrap();
    let before = Inventory::take(&library).unwrap();
    walk(&mut world, &before);
    before.assert_unchanged(&library);
}

#[test]
fn a_long_walk_over_a_read_only_mount_changes_nothing() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    let mut world = World::new().unwrap();
    let originals = world.path("originals");
    fs::create_dir(&originals).unwrap();
    let before = fill(&originals).unwrap();
    let library = world.library();
    for step in [
        vec!["--bind".as_ref(), originals.as_os_str(), library.as_os_str()],
        vec!["-o".as_ref(), "remount,ro,bind".as_ref(), library.as_os_str()],
    ] {
        let done = Command::new("mount").args(&step).output().unwrap();
        if !done.status.success() {
            skip!(
                "this root may not mount: {}",
                String::from_utf8_lossy(&done.stderr).trim()
            );
        }
    }
    assert!(fs::write(library.join("new"), b"").is_err(), "it is read-only");
    walk(&mut world, &before);
    before.assert_unchanged(&originals);
}

#[test]
fn a_long_walk_over_a_second_disk_below_the_library_changes_nothing() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    let mut world = World::new().unwrap();
    let library = world.library();
    let disk = library.join("disk");
    fs::create_dir(&disk).unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "disk"])
        .arg(&disk)
        .status();
    if !mounted.unwrap().success() {
        skip!("this root may not mount");
    }
    fill(&disk).unwrap();
    backdate_access_times(&library).unwrap();
    let before = Inventory::take(&library).unwrap();
    walk(&mut world, &before);
    before.assert_unchanged(&library);
}

/// Starts a daemon on the world's library, does everything, and stops it.
fn walk(world: &mut World, before: &Inventory) {
    // A crash in the middle of the first jobs costs nothing but time.
    world.start().unwrap();
    world.kill9().unwrap();
    world.start().unwrap();
    world.wait_idle(JOBS);
    let first = read(world, before);
    let tree = edit(world, &first);
    copy_out(world, &tree);

    // Somebody is inside, and has a photo open, when the daemon dies.
    let dated = tree
        .below("dates/by-day")
        .keys()
        .next()
        .map(|path| world.mount().join("dates/by-day").join(path));
    let open = File::open(dated.unwrap()).unwrap();
    world.kill9().unwrap();
    world.start().unwrap();
    world.wait_idle(JOBS);
    drop(open);
    let again = read(world, before);
    let named = |tree: &Tree| -> BTreeMap<PathBuf, u64> {
        let files = tree.files.iter();
        files.map(|(path, seen)| (path.clone(), seen.inode)).collect()
    };
    assert_eq!(
        named(&tree),
        named(&again),
        "names and inode numbers after a crash"
    );

    let _ = world.kphotos(&["library", "scan", "--wait"]).ok();
    world.wait_idle(JOBS);
    assert_eq!(
        named(&again),
        named(&read(world, before)),
        "names and inode numbers after a scan"
    );
    // Nor does somebody inside keep it from ending.
    let inside = File::open(world.mount().join("dates")).unwrap();
    assert!(world.stop().unwrap().success(), "an orderly end");
    drop(inside);
    let left: Vec<_> = world
        .mounts()
        .into_iter()
        .filter(|at| !at.starts_with(world.library()))
        .collect();
    assert!(left.is_empty(), "still mounted: {left:?}");
}

/// Copies photos out of the tree as a person does, and compares them.
fn copy_out(world: &World, tree: &Tree) {
    let copies = world.path("copies");
    let copied = Command::new("cp")
        .args(["-r", "--no-preserve=mode", "--"])
        .arg(world.mount().join("dates/by-month"))
        .arg(&copies)
        .output()
        .unwrap();
    assert!(
        copied.status.success(),
        "{}",
        String::from_utf8_lossy(&copied.stderr)
    );
    for (path, seen) in tree.below("dates/by-month") {
        let content = blake3::hash(&fs::read(copies.join(path)).unwrap())
            .to_hex()
            .to_string();
        assert_eq!(content, seen.content, "the copy of {}", path.display());
    }
    fs::remove_dir_all(copies).unwrap();
}

/// Reads the whole tree, and compares it with the originals as the inventory has them.
fn read(world: &World, before: &Inventory) -> Tree {
    let tree = Tree::read(world.mount()).unwrap();
    for top in ["albums", "tags", "dates", "library"] {
        assert!(
            tree.directories.iter().any(|dir| dir == Path::new(top)),
            "{top}/ is there"
        );
    }
    assert!(!tree.files.is_empty(), "photos are in the tree");
    let library = world.library().canonicalize().unwrap();
    for (path, seen) in &tree.files {
        if path == Path::new(".kphotos") {
            assert!(seen.original().is_none(), "the one file that is no photo");
            continue;
        }
        let original = seen
            .original()
            .unwrap_or_else(|| panic!("{}: no original", path.display()));
        let relative = original.strip_prefix(&library).unwrap_or_else(|_| {
            panic!(
                "{}: its original {} lies in no library",
                path.display(),
                original.display()
            )
        });
        let entry = &before.entries[relative];
        assert_eq!(
            seen.content,
            entry.content,
            "{} shows {}",
            path.display(),
            original.display()
        );
    }
    // No photo is left out: not for its name, its content, or another of the same name.
    let shown: BTreeSet<PathBuf> = tree
        .below("library")
        .values()
        .filter_map(|seen| seen.original())
        .collect();
    let is_photo = |path: &Path| {
        let ending = path
            .extension()
            .map(|ending| ending.to_string_lossy().to_lowercase());
        ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
    };
    let photos = before
        .entries
        .iter()
        .filter(|(path, entry)| entry.kind == "file" && is_photo(path));
    let lost: Vec<_> = photos
        .filter(|(path, _)| !shown.contains(&library.join(path)))
        .collect();
    assert!(
        lost.is_empty(),
        "not in library/: {:?}",
        lost.iter().map(|(path, _)| path).collect::<Vec<_>>()
    );
    attributes(&world.mount());
    tree
}

/// Asks for all attributes with the usual program too, where it is installed.
fn attributes(mount: &Path) {
    if skip::program("getfattr").is_err() {
        return;
    }
    let status = Command::new("getfattr")
        .args(["-R", "-h", "-d", "-m", "-", "--absolute-names", "--"])
        .arg(mount)
        .stdout(Stdio::null())
        .status();
    assert!(status.unwrap().success(), "getfattr of the whole tree");
}

/// Every edit that there is, and taking some back; the tree after it.
fn edit(world: &World, tree: &Tree) -> Tree {
    let mount = world.mount();
    let dated = Path::new("dates/by-month");
    let photos: Vec<PathBuf> = tree
        .below(dated)
        .keys()
        .map(|path| mount.join(dated).join(path))
        .collect();
    assert!(photos.len() >= 6, "enough photos have a date: {photos:?}");
    let photo = |n: usize| photos[n].to_str().unwrap();
    let library = world.library();
    let folder = library.to_str().unwrap();
    let commands: [&[&str]; 14] = [
        &["tag", "add", "walk/one", photo(0), photo(1)],
        &["tag", "add", "walk/all", "-r", folder],
        &["tag", "remove", "walk/one", photo(1)],
        &["album", "create", "Walks/Long"],
        &["album", "add", "Walks/Long", photo(0), photo(2), photo(3)],
        &["album", "remove", "Walks/Long", photo(3)],
        &[
            "set",
            photo(2),
            "--title",
            "A walk",
            "--rating",
            "4",
            "--favorite",
        ],
        &[
            "set",
            photo(4),
            "--description",
            "seen",
            "--orientation",
            "6",
            "--label",
            "Red",
        ],
        &["clear", "rating", photo(2)],
        &["info", photo(0)],
        &["search", "walk"],
        &["path", photo(0), photo(1)],
        &["date", "set", "1974-06", photo(5)],
        &["history"],
    ];
    for command in commands {
        let _ = world.kphotos(command).ok();
    }
    let _ = world.kphotos(&["undo"]).ok();
    Tree::read(mount).unwrap()
}
