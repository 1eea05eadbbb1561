//! What programs read: bytes, names, attributes; and what the kernel asks for it.

use crate::scene::{LIBRARY, Originals, Scene, Setting};
use kphotos_domain::catalog::{Field, FieldValue};
use kphotos_domain::command::{Command, SetFields};
use kphotos_domain::testing::World;
use kphotos_fs::inode::Node;
use kphotos_fs::requests::Op;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Command as Program;

fn bytes(size: usize) -> Vec<u8> {
    (0..=250).cycle().step_by(7).take(size).collect()
}

fn one_photo(test: &str, setting: Setting) -> Option<(Scene, Vec<u8>)> {
    let content = bytes(3_000_001);
    let originals = Originals::new(&[(b"a/b.jpg", &content)]);
    let world = World::new();
    originals.register(&world, &[b"a/b.jpg"]);
    world.album("trip", &["a/b.jpg"]);
    Some((Scene::mount(test, originals, world, setting)?, content))
}

fn output(program: &str, arguments: &[&Path]) -> Option<String> {
    let done = Program::new(program).args(arguments).output().ok()?;
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Some(String::from_utf8(done.stdout).unwrap())
}

#[test]
fn the_kernel_reads_originals_by_itself() {
    let Some((scene, content)) = one_photo("the_kernel_reads_originals_by_itself", Setting::default()) else {
        return;
    };
    for path in ["albums/trip/b.jpg", "library/photos/a/b.jpg"] {
        assert!(std::fs::read(scene.path(path)).unwrap() == content, "{path}");
    }
    assert_eq!(scene.count(Op::Read), 0, "passthrough makes no READ");
    assert_eq!(scene.count(Op::Open), 2);
    assert!(scene.mounted().is_alive());
}

#[test]
fn handles_of_one_file_share_its_backing_and_outlive_its_name() {
    let test = "handles_of_one_file_share_its_backing_and_outlive_its_name";
    let Some((scene, content)) = one_photo(test, Setting::default()) else {
        return;
    };
    let first = std::fs::File::open(scene.path("albums/trip/b.jpg")).unwrap();
    std::fs::remove_file(scene.original("a/b.jpg")).unwrap();
    assert!(
        std::fs::read(scene.path("library/photos/a/b.jpg")).unwrap() == content,
        "it is open: its bytes are there"
    );
    assert_eq!(first.metadata().unwrap().len(), content.len() as u64);
    drop(first);
}

#[test]
fn where_the_kernel_may_not_the_daemon_reads_the_same() {
    let setting = Setting {
        stack_depth: 0,
        ..Setting::default()
    };
    let test = "where_the_kernel_may_not_the_daemon_reads_the_same";
    let Some((scene, content)) = one_photo(test, setting) else {
        return;
    };
    let path = scene.path("albums/trip/b.jpg");
    assert!(std::fs::read(&path).unwrap() == content);
    let reads = scene.count(Op::Read);
    assert!(reads > 0);
    assert!(std::fs::read(&path).unwrap() == content);
    assert_eq!(
        scene.count(Op::Read),
        reads,
        "the second time from the page cache"
    );
}

#[test]
fn a_file_that_grew_is_read_to_its_real_end() {
    for stack_depth in [0, 1] {
        let setting = Setting {
            stack_depth,
            ..Setting::default()
        };
        let Some((scene, mut content)) = one_photo("a_file_that_grew_is_read_to_its_real_end", setting)
        else {
            return;
        };
        let path = scene.path("albums/trip/b.jpg");
        assert_eq!(std::fs::metadata(&path).unwrap().len(), content.len() as u64);
        let mut original = std::fs::File::options()
            .append(true)
            .open(scene.original("a/b.jpg"))
            .unwrap();
        original.write_all(b"more").unwrap();
        content.extend_from_slice(b"more");
        assert!(std::fs::read(&path).unwrap() == content, "depth {stack_depth}");
    }
}

#[test]
fn a_long_listing_asks_little() {
    let names: Vec<String> = (0..2_000).map(|at| format!("IMG_{at:04}.jpg")).collect();
    let files: Vec<(&[u8], &[u8])> = names.iter().map(|name| (name.as_bytes(), &b"x"[..])).collect();
    let originals = Originals::new(&files);
    let world = World::new();
    let paths: Vec<&[u8]> = names.iter().map(|name| name.as_bytes()).collect();
    originals.register(&world, &paths);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    world.album("trip", &names);
    let Some(scene) = Scene::mount("a_long_listing_asks_little", originals, world, Setting::default()) else {
        return;
    };
    let dir = scene.path("albums/trip");
    std::fs::metadata(&dir).unwrap();
    let lookups = scene.count(Op::Lookup);
    let Some(listing) = output("ls", &[Path::new("-l"), &dir]) else {
        return eprintln!("skipped: a_long_listing_asks_little: no ls");
    };
    assert_eq!(listing.lines().count(), 2_001);
    assert_eq!(scene.count(Op::Lookup), lookups, "no LOOKUP");
    assert_eq!(
        scene.count(Op::Getattr),
        0,
        "no GETATTR but for what was asked before"
    );
    assert!(scene.count(Op::Getxattr) <= 10, "{}", scene.count(Op::Getxattr));
    let opened = scene.count(Op::Readdirplus) + scene.count(Op::Readdir);
    output("ls", &[&dir]).unwrap();
    let again = scene.count(Op::Readdirplus) + scene.count(Op::Readdir);
    assert_eq!(again, opened, "the second listing comes from the kernel's cache");
}

#[test]
fn attributes_say_what_the_layer_knows() {
    let originals = Originals::new(&[(b"a.jpg", b"12345"), (b"old.jpg", b"1")]);
    let world = World::new();
    originals.register(&world, &[b"a.jpg", b"old.jpg"]);
    world.read("a.jpg", Some("2024-06-15T10:30:05+02:00"), &["x/y", "z"]);
    world.read("old.jpg", Some("1969-12-31T23:59:59.5Z"), &[]);
    world
        .run(&Command::SetFields(SetFields {
            assets: world.assets(&["a.jpg"]),
            values: vec![
                (Field::Rating, FieldValue::Rating(4)),
                (Field::Description, FieldValue::Text("a day".into())),
            ],
        }))
        .unwrap();
    let test = "attributes_say_what_the_layer_knows";
    let Some(scene) = Scene::mount(test, originals, world, Setting::default()) else {
        return;
    };
    let path = scene.path("dates/by-day/2024/2024-06-15/a.jpg");
    let meta = std::fs::metadata(&path).unwrap();
    assert_eq!(
        (meta.len(), meta.mtime(), meta.mode() & 0o7777),
        (5, 1_718_440_205, 0o400)
    );
    assert_eq!(meta.nlink(), 4, "library, date and two tags");
    assert_eq!(
        meta.ino(),
        Node::File(scene.app.view().file_at(LIBRARY, b"a.jpg").unwrap()).ino()
    );
    let old = std::fs::metadata(scene.path("library/photos/old.jpg")).unwrap();
    assert_eq!((old.mtime(), old.mtime_nsec()), (-1, 500_000_000));
    let root = std::fs::metadata(scene.path("")).unwrap();
    assert_eq!((root.ino(), root.nlink(), root.mode() & 0o7777), (1, 13, 0o500));
    let Some(found) = output(
        "getfattr",
        &[Path::new("--absolute-names"), Path::new("-d"), &path],
    ) else {
        return eprintln!("skipped: {test}, its second half: no getfattr");
    };
    let found: BTreeSet<&str> = found.lines().filter(|line| line.contains('=')).collect();
    let expected = BTreeSet::from([
        "user.baloo.rating=\"8\"",
        "user.kphotos.id=\"1\"",
        "user.kphotos.original=\"/photos/a.jpg\"",
        "user.kphotos.taken=\"2024-06-15T10:30:05+02:00\"",
        "user.xdg.comment=\"a day\"",
        "user.xdg.tags=\"x/y,z\"",
    ]);
    assert_eq!(found, expected);
    let tag = output(
        "getfattr",
        &[
            Path::new("--absolute-names"),
            Path::new("-d"),
            &scene.path("tags/x/y"),
        ],
    );
    assert!(tag.unwrap().contains("user.kphotos.dir=\"tag:2\""));
}

#[test]
fn names_that_are_no_text_are_shown_and_read() {
    let originals = Originals::new(&[(b"bad\xff/a\xfe.jpg", b"odd")]);
    let world = World::new();
    originals.register(&world, &[b"bad\xff/a\xfe.jpg"]);
    let test = "names_that_are_no_text_are_shown_and_read";
    let Some(scene) = Scene::mount(test, originals, world, Setting::default()) else {
        return;
    };
    assert_eq!(
        std::fs::read(scene.path("library/photos/bad_/a_.jpg")).unwrap(),
        b"odd"
    );
    let listed = std::fs::read_dir(scene.path("library/photos")).unwrap();
    let names: Vec<_> = listed.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["bad_"]);
}

#[test]
fn the_kernel_remembers_misses_and_directories_are_held_until_forgotten() {
    let test = "the_kernel_remembers_misses_and_directories_are_held_until_forgotten";
    let Some((scene, _)) = one_photo(test, Setting::default()) else {
        return;
    };
    for _ in 0..5 {
        assert!(std::fs::metadata(scene.path("albums/trip/none.jpg")).is_err());
    }
    assert_eq!(scene.count(Op::Lookup), 3, "albums, trip, and the miss once");
    let held = scene.mounted().held();
    assert_eq!(held.dirs().len(), 2);
    assert!(held.is_held(Node::Root));
}

#[test]
fn the_file_system_has_a_size() {
    let Some((scene, _)) = one_photo("the_file_system_has_a_size", Setting::default()) else {
        return;
    };
    let root = std::fs::File::open(scene.path("")).unwrap();
    let space = kphotos_fs::originals::space_of(&root).unwrap();
    assert!(space.blocks > 0 && space.free_blocks == 0 && space.block_size > 0);
}
