//! Inode numbers: one a photo, wherever it is shown, the same after restart, crash, rename, and other photos' changes.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use kphotos_tests::sacred::{Inventory, backdate_access_times};
use kphotos_tests::tree::{self, Node};
use kphotos_tests::{skip, skip_unless};

use super::{Stage, photo};

/// Ends the test unless all of `before` is in `after` as it was; the nodes in `but` may differ.
#[track_caller]
fn assert_kept(before: &BTreeMap<PathBuf, Node>, after: &BTreeMap<PathBuf, Node>, but: &[u64], when: &str) {
    let lost: Vec<_> = before
        .iter()
        .filter(|(path, node)| !but.contains(&node.inode) && after.get(*path) != Some(*node))
        .map(|(path, node)| format!("{}: {node:?} -> {:?}", path.display(), after.get(path)))
        .collect();
    assert!(lost.is_empty(), "{when}:\n{}", lost.join("\n"));
}

#[test]
fn names_and_inode_numbers_survive_restarts_crashes_and_changes_to_other_photos() {
    skip_unless!(skip::fuse());
    let mut stage = Stage::new(|library| {
        for number in 0..36 {
            let folder = library.join(["2021/july", "2021/july/best", "old"][number % 3]);
            // Each name lies in all three folders.
            photo(number as u64)
                .write_to(folder, format!("IMG_{:04}.JPG", number / 3))
                .unwrap();
        }
    });
    let bus = stage.bus();
    let assets: Vec<u32> = bus
        .search("")
        .unwrap()
        .iter()
        .map(|photo| photo["id"].as_u64().unwrap() as u32)
        .collect();
    bus.add_tag("travel/italy", &assets[..20]).unwrap();
    bus.add_tag("travel", &assets[10..]).unwrap();
    bus.create_album("summer/sea").unwrap();
    bus.add_to_album("summer/sea", &assets[5..30]).unwrap();
    bus.add_to_album("summer", &assets[..12]).unwrap();
    bus.set_date("1974-06", &assets[30..32]).unwrap();
    let before = stage.walk();
    assert!(before.len() > 200, "{}", before.len());

    stage.world.restart().unwrap();
    assert_eq!(before, stage.walk(), "after a restart");
    stage.world.kill9().unwrap();
    stage.world.start().unwrap();
    assert_eq!(before, stage.walk(), "after kill -9");

    let inode = |path: &str| before[Path::new("library/library").join(path).as_path()].inode;
    let (renamed, removed) = (inode("old/IMG_0004.JPG"), inode("2021/july/IMG_0002.JPG"));
    stage.somebody_changes(|library| {
        fs::rename(
            library.join("old/IMG_0004.JPG"),
            library.join("old/other name.JPG"),
        )
        .unwrap();
    });
    let after_rename = stage.walk();
    assert_kept(
        &before,
        &after_rename,
        &[renamed],
        "after another photo was renamed",
    );
    assert_eq!(
        after_rename[Path::new("library/library/old/other name.JPG")].inode,
        renamed,
        "a renamed file is the same file"
    );
    stage.somebody_changes(|library| fs::remove_file(library.join("2021/july/IMG_0002.JPG")).unwrap());
    assert_kept(
        &before,
        &stage.walk(),
        &[renamed, removed],
        "after another photo was removed",
    );
    stage.somebody_changes(|library| {
        photo(100).write_to(library.join("2021"), "IMG_0001.JPG").unwrap();
    });
    let last = stage.walk();
    assert_kept(
        &before,
        &last,
        &[renamed, removed],
        "after another photo was added",
    );
    let new = last[Path::new("library/library/2021/IMG_0001.JPG")].inode;
    assert!(
        before.values().all(|node| node.inode != new),
        "numbers are never handed out again"
    );
    stage.world.restart().unwrap();
    assert_eq!(last, stage.walk(), "after the last restart");
    stage.finish();
}

#[test]
fn a_photo_has_one_inode_number_wherever_it_is_shown() {
    skip_unless!(skip::fuse());
    let stage = Stage::new(|library| {
        photo(1).write_to(library.join("a"), "IMG_1.JPG").unwrap();
        photo(4).write_to(library.join("b"), "IMG_1.JPG").unwrap();
    });
    let bus = stage.bus();
    let (asset, other) = (stage.asset("a/IMG_1.JPG"), stage.asset("b/IMG_1.JPG"));
    for album in ["trips", "trips/2021", "best"] {
        bus.create_album(album).unwrap();
    }
    // Under another name in one of them.
    bus.add_to_album("best", &[other]).unwrap();
    bus.add_to_album("best", &[asset]).unwrap();
    bus.add_to_album("trips/2021", &[asset]).unwrap();
    bus.add_tag("travel/italy", &[asset]).unwrap();
    let inode = tree::node(stage.library().join("a/IMG_1.JPG")).unwrap().inode;
    let folders = [
        "albums/trips/2021",
        "albums/best",
        "tags/travel/italy",
        "dates/by-year/2021",
    ];
    for folder in folders {
        let name = stage
            .name_in(folder, asset)
            .unwrap_or_else(|| panic!("not in {folder}"));
        let state = fs::metadata(stage.dir(folder).join(&name)).unwrap();
        assert_eq!(state.ino(), inode, "{folder}/{name}");
        assert_eq!(state.nlink(), 2 + 2 + 1, "library and date, two albums, one tag");
    }
    let elsewhere: Vec<PathBuf> = stage
        .walk()
        .into_iter()
        .filter(|(_, node)| node.inode == inode)
        .map(|(path, _)| path)
        .collect();
    assert!(elsewhere.len() >= 7, "{elsewhere:?}");
    assert!(
        !stage.dir("albums/2021").exists(),
        "a nested album is below its parent only"
    );
    stage.finish();
}

#[test]
fn a_renamed_original_keeps_its_inode_number_tags_and_albums_and_shows_its_new_name() {
    skip_unless!(skip::fuse());
    let mut stage = Stage::new(|library| {
        for number in 0..6 {
            photo(number)
                .write_to(library.join("a"), format!("IMG_{number}.JPG"))
                .unwrap();
        }
    });
    let bus = stage.bus();
    let asset = stage.asset("a/IMG_1.JPG");
    bus.create_album("x").unwrap();
    bus.add_to_album("x", &[asset]).unwrap();
    bus.add_tag("t", &[asset]).unwrap();
    bus.set_field("title", "a title".into(), &[asset]).unwrap();
    let inode = tree::node(stage.library().join("a/IMG_1.JPG")).unwrap().inode;
    let taken = fs::metadata(stage.library().join("a/IMG_1.JPG")).unwrap().mtime();

    let check = |stage: &Stage, original: &str, name: &str| {
        assert_eq!(stage.asset(original), asset, "{original}");
        let day = "dates/by-day/2021/2021-07-02".to_owned();
        let folder = Path::new(original).parent().unwrap().display();
        for dir in [
            "albums/x".to_owned(),
            "tags/t".to_owned(),
            day,
            format!("library/library/{folder}"),
        ] {
            assert_eq!(stage.name_in(&dir, asset).as_deref(), Some(name), "{dir}");
            assert_eq!(
                tree::node(stage.dir(&dir).join(name)).unwrap().inode,
                inode,
                "{dir}"
            );
            let state = fs::metadata(stage.dir(&dir).join(name)).unwrap();
            assert_eq!(state.mtime(), taken, "{dir}");
        }
        let shown = stage.bus().search("tag:t").unwrap();
        assert_eq!((shown.len(), shown[0]["title"].as_str()), (1, Some("a title")));
    };
    check(&stage, "a/IMG_1.JPG", "IMG_1.JPG");
    stage.somebody_changes(|library| {
        fs::rename(library.join("a/IMG_1.JPG"), library.join("a/new name.JPG")).unwrap()
    });
    check(&stage, "a/new name.JPG", "new name.JPG");
    stage.somebody_changes(|library| {
        fs::create_dir_all(library.join("c/d")).unwrap();
        fs::rename(library.join("a/new name.JPG"), library.join("c/d/moved.JPG")).unwrap();
    });
    check(&stage, "c/d/moved.JPG", "moved.JPG");
    stage.somebody_changes(|library| {
        fs::rename(library.join("c/d"), library.join("c/renamed folder")).unwrap()
    });
    check(&stage, "c/renamed folder/moved.JPG", "moved.JPG");
    // While the daemon is not there.
    stage.world.stop().unwrap();
    stage.originals.assert_unchanged(stage.world.library());
    fs::rename(
        stage.world.library().join("c/renamed folder/moved.JPG"),
        stage.world.library().join("last.JPG"),
    )
    .unwrap();
    backdate_access_times(stage.world.library()).unwrap();
    stage.originals = Inventory::take(stage.world.library()).unwrap();
    stage.world.start().unwrap();
    stage.bus().rescan();
    check(&stage, "last.JPG", "last.JPG");
    stage.finish();
}
