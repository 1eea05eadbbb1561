//! `search/`: a folder for each query that somebody enters.
//!
//! What it shows is what `kphotos search` finds, when the command has returned, and for whoever has it open; nothing
//! that programs look for on their own is there.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::fd::AsFd;

use kphotos_tests::handles::Handle;
use kphotos_tests::{as_user, skip, skip_unless, tree};

use crate::live::events::Window;
use crate::live::{Stage, original};

/// Comes, goes and narrows, for who looks and for who has it open.
fn check_searches(stage: Stage) {
    let photos = stage.photos();
    let numbers: Vec<String> = photos.iter().map(|(_, asset)| asset.to_string()).collect();
    let names: Vec<&str> = photos.iter().map(|(name, _)| name.as_str()).collect();
    let mut rated = Window::on(&stage.dir("search/rating=4+"));
    let mut narrow = Window::on(&stage.dir("search/rating=4+/tag=travel∕beach"));
    let shows = |dir: &str| tree::listed(stage.dir(dir));
    assert!(shows("search").is_empty() && shows("search/rating=4+").is_empty());
    // A miss is remembered.
    let first = stage.dir("search/rating=4+").join(names[0]);
    assert!(!first.exists());

    let _ = stage.world.json(&["set", &numbers[0], "--rating", "5"]);
    let _ = stage.world.json(&["set", &numbers[1], "--rating", "4"]);
    assert_eq!(shows("search/rating=4+"), [names[0], names[1]]);
    rated.told(libc::IN_CREATE, names[0]);
    rated.told(libc::IN_CREATE, names[1]);
    assert_eq!(
        fs::read(&first).unwrap(),
        original(stage.world.library().join(names[0]))
    );
    assert_eq!(tree::asset(&first), photos[0].1);
    let _ = stage
        .world
        .json(&["tag", "add", "travel/beach", &numbers[1], &numbers[2]]);
    assert_eq!(shows("search/rating=4+/tag=travel∕beach"), [names[1]]);
    assert_eq!(shows("search/tag=travel/rating=4+"), [names[1]]);
    narrow.told(libc::IN_CREATE, names[1]);
    let found = stage.world.json(&["search", "rating:4+ OR tag:travel"]);
    assert_eq!(found["total"], 3);
    assert_eq!(shows("search/rating=4+ OR tag=travel").len(), 3);

    // A folder of the tree stands for the photos in it, and says what is asked.
    let dir = stage.dir("search/rating=4+");
    let edited = stage.world.json(&["set", dir.to_str().unwrap(), "--favorite"]);
    assert_eq!(shows("favorites"), [names[0], names[1]], "{edited}");
    let said = |dir: &str| tree::xattr(stage.dir(dir), "user.kphotos.dir").unwrap().unwrap();
    assert_eq!(said("search/rating=4+"), "query:rating:4+");
    assert_eq!(
        said("search/rating=4+/tag=travel∕beach"),
        "query:rating:4+ tag:travel/beach"
    );
    assert_eq!(tree::node(dir).unwrap().size, 0);

    let _ = stage.world.json(&["set", &numbers[1], "--hidden"]);
    assert_eq!(shows("search/rating=4+"), [names[0]]);
    assert!(shows("search/rating=4+/tag=travel∕beach").is_empty());
    assert_eq!(shows("search/is=hidden"), [names[1]]);
    assert_eq!(shows("search/is=hidden/rating=4+"), [names[1]]);
    rated.told(libc::IN_DELETE, names[1]);
    narrow.told(libc::IN_DELETE, names[1]);
    let _ = stage.world.json(&["undo"]);
    assert_eq!(shows("search/rating=4+/tag=travel∕beach"), [names[1]]);
    narrow.told(libc::IN_CREATE, names[1]);
    check_probes(&stage);
    stage.finish();
}

/// What is no query, or looked for by programs, is not there, and is not made.
fn check_probes(stage: &Stage) {
    let search = stage.dir("search");
    for name in [
        ".directory",
        ".hidden",
        "desktop.ini",
        "Thumbs.db",
        "autorun.inf",
        "folder.jpg",
        "rating=many",
        "colour=red",
        "(",
        "kphotos was here",
    ] {
        for dir in [search.clone(), search.join("rating=4+")] {
            let error = fs::symlink_metadata(dir.join(name)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotFound, "{name}");
        }
        let error = fs::create_dir(search.join(name)).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(libc::EROFS), "{name}");
    }
}

#[test]
fn a_search_is_a_folder_that_is_right_and_live_for_a_user() {
    skip_unless!(skip::fuse());
    as_user!();
    check_searches(Stage::new(4));
}

#[test]
fn a_search_is_a_folder_that_is_right_and_live_for_root() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    check_searches(Stage::new(4));
}

#[test]
fn a_search_has_a_number_that_is_never_anothers_and_stale_after_a_restart() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    let mut stage = Stage::new(2);
    let at = |stage: &Stage, query: &str| stage.dir("search").join(query);
    let handle = Handle::of(at(&stage, "name=p")).unwrap();
    let photo = Handle::of(at(&stage, "name=p/P0000.JPG")).unwrap();
    let open = |stage: &Stage, handle: &Handle| {
        let root = File::open(stage.world.mount()).unwrap();
        let opened = handle.open(root.as_fd(), libc::O_RDONLY);
        opened.map_err(|error| error.raw_os_error())
    };
    assert!(open(&stage, &handle).is_ok());
    // Others come and go, more than are known at a time; the first is given up then.
    let mut numbers = vec![tree::node(at(&stage, "name=p")).unwrap().inode];
    for iso in 0..200 {
        numbers.push(tree::node(at(&stage, &format!("iso={iso}"))).unwrap().inode);
    }
    let given = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), given);
    assert_eq!(open(&stage, &handle).err(), Some(Some(libc::ESTALE)));
    assert_eq!(tree::listed(at(&stage, "name=p")), ["P0000.JPG", "P0001.JPG"]);
    assert!(open(&stage, &photo).is_ok());
    stage.world.restart().unwrap();
    assert_eq!(open(&stage, &handle).err(), Some(Some(libc::ESTALE)));
    let now = tree::node(at(&stage, "iso=1")).unwrap().inode;
    assert!(numbers.iter().all(|number| *number < now));
    assert!(open(&stage, &photo).is_ok(), "a file is a file everywhere");
    stage.finish();
}

#[test]
fn a_mount_shows_search_if_its_views_say_so() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    let stage = Stage::new(1);
    for (name, views, is_there) in [("with", "search,library", true), ("without", "library", false)] {
        let place = stage.world.path(name);
        let add = ["mount", "add", place.to_str().unwrap(), "--views", views];
        let _ = stage.world.kphotos(&add).ok();
        assert_eq!(place.join("search").exists(), is_there, "{views}");
        assert_eq!(
            place.join("search/ext=jpg/P0000.JPG").exists(),
            is_there,
            "{views}"
        );
    }
    stage.finish();
}
