//! One album in three places: three folders for the kernel, the same files in each, for ever.

use std::fs;
use std::time::Duration;

use kphotos_tests::inotify::Watcher;
use kphotos_tests::{skip, skip_unless, tree};

use super::{Stage, photo};

const PLACES: [&str; 3] = ["albums/trip/sea", "shares/the sea", "shares/trip/sea"];

/// Ends the test unless the three folders show the same files; gives their own numbers.
#[track_caller]
fn check(stage: &Stage, count: usize, when: &str) -> [u64; 3] {
    let folders = PLACES.map(|place| tree::node(stage.dir(place)).unwrap().inode);
    assert!(folders[0] != folders[1] && folders[1] != folders[2] && folders[0] != folders[2]);
    let names = tree::listed(stage.dir(PLACES[0]));
    assert_eq!(names.len(), count, "{when}");
    for place in PLACES {
        assert_eq!(tree::listed(stage.dir(place)), names, "{when}: {place}");
    }
    for name in names {
        let files = PLACES.map(|place| stage.dir(place).join(&name));
        let numbers = files.each_ref().map(|file| tree::node(file).unwrap().inode);
        assert_eq!(numbers, [numbers[0]; 3], "{when}: {name}");
        let bytes = files.map(|file| fs::read(file).unwrap());
        assert!(bytes[0] == bytes[1] && bytes[1] == bytes[2], "{when}: {name}");
    }
    folders
}

#[test]
fn an_album_shown_in_three_places_is_three_folders_of_the_same_files() {
    skip_unless!(skip::fuse());
    let mut stage = Stage::new(|library| {
        for number in 0..8 {
            photo(number).write_to(library, format!("P{number}.JPG")).unwrap();
        }
    });
    let bus = stage.bus();
    let assets: Vec<u32> = tree::photos(stage.library()).into_values().collect();
    bus.create_album("trip/sea").unwrap();
    bus.add_to_album("trip/sea", &assets[..5]).unwrap();
    for arguments in [["the sea", "--album", "trip/sea"], ["trip", "--album", "trip"]] {
        let _ = stage.world.json(&[&["share", "create"], &arguments[..]].concat());
    }
    let folders = check(&stage, 5, "at first");
    let before = stage.walk();
    stage.world.restart().unwrap();
    assert_eq!(stage.walk(), before, "after a restart");
    stage.world.kill9().unwrap();
    stage.world.start().unwrap();
    assert_eq!(stage.walk(), before, "after kill -9");
    assert_eq!(check(&stage, 5, "later"), folders);

    let mut windows = PLACES.map(|place| {
        let open = fs::File::open(stage.dir(place)).unwrap();
        (Watcher::on(stage.dir(place)).unwrap(), open)
    });
    let patience = Duration::from_secs(15);
    stage.bus().add_to_album("trip/sea", &assets[5..6]).unwrap();
    check(&stage, 6, "when one was added");
    for (window, _) in &mut windows {
        window
            .wait_for(patience, |event| event.is(libc::IN_CREATE, "P5.JPG"))
            .unwrap();
    }
    stage.bus().remove_from_album("trip/sea", &assets[..1]).unwrap();
    check(&stage, 5, "when one was taken out");
    for (window, _) in &mut windows {
        window
            .wait_for(patience, |event| event.is(libc::IN_DELETE, "P0.JPG"))
            .unwrap();
    }
    drop(windows);
    stage.finish();
}
