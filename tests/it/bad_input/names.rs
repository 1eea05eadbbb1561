//! Names as disks have them, and trees may not.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use kphotos_tests::sacred::{Inventory, backdate_access_times};
use kphotos_tests::world::World;
use kphotos_tests::{skip, skip_unless};

use super::{contents, photo, raw_names};
use crate::sacred::JOBS;

/// Names that some system, program or other photo stands against.
fn names() -> Vec<Vec<u8>> {
    let long = |ending: &str| [vec![b'x'; 255 - ending.len()], ending.as_bytes().to_vec()].concat();
    let mut names: Vec<Vec<u8>> = [
        "case.jpg",
        "CASE.JPG",
        "Case.jpg",
        "caf\u{e9}.jpg",
        "cafe\u{301}.jpg",
        "stra\u{df}e.jpg",
        "STRASSE.jpg",
        "a:b?.jpg",
        "a*b|.jpg",
        "CON.jpg",
        "trailing dot..jpg",
        " leading.jpg",
        "new\nline.jpg",
        "tab\t.jpg",
        "quote\"'.jpg",
        "back\\slash.jpg",
        "-rf.jpg",
        "~abcd.jpg",
        "case~aaab.jpg",
        "\u{202e}gpj.exe.jpg",
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}.jpg",
    ]
    .iter()
    .map(|name| name.as_bytes().to_vec())
    .collect();
    names.extend([
        long(".jpg"),
        long(".JPG"),
        b"latin1-\xe9\xff.jpg".to_vec(),
        b"latin1-\xe8\xff.jpg".to_vec(),
        b"cut-\xe2\x82.jpg".to_vec(),
        "\u{fc}"
            .repeat(125)
            .into_bytes()
            .into_iter()
            .chain(*b".jpg")
            .collect(),
    ]);
    names
}

#[test]
fn every_name_is_shown_once_readable_and_portable() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    let library = world.library();
    for (number, name) in names().iter().enumerate() {
        // All of one day, so that all meet in one folder of dates, too.
        photo(28 * number as u64, &library, Path::new(OsStr::from_bytes(name)));
    }
    let folder = OsStr::from_bytes(b"folder-\xff:");
    photo(28 * 1000, library.join(folder), "inside.jpg");
    let originals = contents(&library);
    backdate_access_times(&library).unwrap();
    let before = Inventory::take(&library).unwrap();
    assert_eq!(originals.len(), names().len() + 1, "the photos differ");
    world.start().unwrap();
    world.wait_idle(JOBS);
    for dir in ["library/library", "dates/by-day/2024/2024-06-01"] {
        let dir = world.mount().join(dir);
        assert_eq!(contents(&dir), originals, "{}", dir.display());
        let mut folded = BTreeSet::new();
        for name in raw_names(&dir) {
            let text = name.to_str().unwrap_or_else(|| panic!("{name:?} is not UTF-8"));
            assert!(text.len() <= 255, "{text}");
            let refused = |c: char| c.is_control() || r#"<>:"/\|?*"#.contains(c);
            assert!(!text.contains(refused) && !text.ends_with(['.', ' ']), "{text:?}");
            assert!(folded.insert(text.to_lowercase()), "{text:?} is there twice");
            assert!(
                fs::symlink_metadata(dir.join(&name)).is_ok(),
                "{text:?} is listed and not found"
            );
        }
    }
    let listed = raw_names(&world.mount().join("dates/by-day/2024/2024-06-01"));
    // A path just copied from the file manager names its photo.
    for name in &listed {
        let path = world.mount().join("dates/by-day/2024/2024-06-01").join(name);
        let _ = world
            .kphotos(&["info".as_ref(), "--".as_ref(), path.as_os_str()])
            .ok();
    }
    world.restart().unwrap();
    world.wait_idle(JOBS);
    assert_eq!(
        raw_names(&world.mount().join("dates/by-day/2024/2024-06-01")),
        listed
    );
    assert!(world.stop().unwrap().success());
    before.assert_unchanged(&library);
}
