//! Two photos of one name, RAW and JPEG of one shot, names that are odd: all there, distinct, for ever.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use kphotos_tests::photos::RawKind;
use kphotos_tests::{skip, skip_unless, tree};

use super::{Stage, photo};

#[test]
fn of_two_photos_of_one_name_the_first_keeps_the_plain_one_for_ever() {
    skip_unless!(skip::fuse());
    let mut stage = Stage::new(|library| {
        photo(1).write_to(library.join("a"), "IMG_1.JPG").unwrap();
        photo(4).write_to(library.join("b"), "IMG_1.JPG").unwrap();
    });
    let (first, second) = (stage.asset("a/IMG_1.JPG"), stage.asset("b/IMG_1.JPG"));
    let bus = stage.bus();
    bus.create_album("x").unwrap();
    bus.add_to_album("x", &[second]).unwrap();
    assert_eq!(tree::listed(stage.dir("albums/x")), ["IMG_1.JPG"]);
    bus.add_to_album("x", &[first]).unwrap();
    // In the album `second` was the first.
    let suffixed = stage.name_in("albums/x", first).unwrap();
    assert_eq!(stage.name_in("albums/x", second).as_deref(), Some("IMG_1.JPG"));
    assert!(
        suffixed.starts_with("IMG_1~")
            && suffixed.ends_with(".JPG")
            && suffixed.len() >= "IMG_1~0000.JPG".len(),
        "{suffixed}"
    );

    let check = |stage: &Stage, when: &str, plain: bool, other: bool| {
        let wanted = BTreeMap::from_iter(
            [
                (plain, "IMG_1.JPG".to_owned(), second),
                (other, suffixed.clone(), first),
            ]
            .into_iter()
            .filter_map(|(there, name, asset)| there.then_some((name, asset))),
        );
        assert_eq!(tree::photos(stage.dir("albums/x")), wanted, "{when}");
    };
    check(&stage, "both", true, true);
    bus.remove_from_album("x", &[second]).unwrap();
    check(&stage, "the first left", false, true);
    stage.world.restart().unwrap();
    check(&stage, "the first left, and a restart", false, true);
    stage.bus().add_to_album("x", &[second]).unwrap();
    check(&stage, "the first returned", true, true);

    let (original, aside) = (
        stage.world.library().join("b/IMG_1.JPG"),
        stage.world.path("aside"),
    );
    stage.somebody_changes(|_| fs::rename(&original, &aside).unwrap());
    check(&stage, "the first's file is gone", false, true);
    stage.somebody_changes(|_| fs::rename(&aside, &original).unwrap());
    assert_eq!(
        stage.asset("b/IMG_1.JPG"),
        second,
        "the file that returned is the photo that left"
    );
    check(&stage, "the first's file returned", true, true);
    stage.world.kill9().unwrap();
    stage.world.start().unwrap();
    check(&stage, "a crash", true, true);
    stage.finish();
}

/// Everything before the last dot.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[test]
fn raw_and_jpeg_of_one_shot_keep_one_stem_everywhere_also_where_names_clash() {
    skip_unless!(skip::fuse());
    let stage = Stage::new(|library| {
        for (number, folder) in [(1, "a"), (4, "b")] {
            let shot = photo(number).taken_at("2021-07-01T12:00:00");
            shot.write_to(library.join(folder), "IMG_7.JPG").unwrap();
            shot.write_raw_to(library.join(folder), "IMG_7.CR2", RawKind::Cr2)
                .unwrap();
        }
    });
    let bus = stage.bus();
    let pairs =
        ["a", "b"].map(|folder| ["JPG", "CR2"].map(|ending| stage.asset(format!("{folder}/IMG_7.{ending}"))));
    // To one of the two: the other comes along, because they are one shot.
    bus.create_album("x").unwrap();
    bus.add_to_album("x", &[pairs[0][1]]).unwrap();
    assert_eq!(tree::listed(stage.dir("albums/x")), ["IMG_7.CR2", "IMG_7.JPG"]);
    bus.add_to_album("x", &[pairs[1][0]]).unwrap();
    bus.add_tag("t", &[pairs[1][0], pairs[0][0]]).unwrap();
    let folders = [
        "albums/x",
        "tags/t",
        "dates/by-year/2021",
        "dates/by-month/2021/2021-07",
        "dates/by-day/2021/2021-07-01",
        "library/library/a",
        "library/library/b",
    ];
    for folder in folders {
        let mut stems = BTreeSet::new();
        for pair in pairs {
            let names = pair.map(|asset| stage.name_in(folder, asset));
            let [Some(jpeg), Some(raw)] = &names else {
                assert!(folder.starts_with("library/"), "{folder}: {names:?}");
                continue;
            };
            assert_eq!(stem(jpeg), stem(raw), "{folder}");
            assert!(
                jpeg.ends_with(".JPG") && raw.ends_with(".CR2"),
                "{folder}: {names:?}"
            );
            assert!(
                stems.insert(stem(jpeg).to_owned()),
                "{folder}: two shots of one stem"
            );
        }
        assert!(
            stems.contains("IMG_7"),
            "{folder}: one keeps the plain name: {stems:?}"
        );
    }
    stage.finish();
}

#[test]
fn names_that_are_odd_or_equal_to_some_eyes_are_all_there_and_portable() {
    skip_unless!(skip::fuse());
    let names: [&[u8]; 14] = [
        b"caf\xe9.jpg",
        b"caf\xe8.jpg",
        b"upper.jpg",
        b"UPPER.JPG",
        b"Upper.jpg",
        "caf\u{e9}.jpg".as_bytes(),
        "cafe\u{301}.jpg".as_bytes(),
        b"what?.jpg",
        b"what*.jpg",
        b"con.jpg",
        b"tab\there.jpg",
        b"new\nline.jpg",
        "stra\u{df}e.jpg".as_bytes(),
        b"STRASSE.jpg",
    ];
    let stage = Stage::new(|library| {
        for (number, name) in names.iter().enumerate() {
            let photo = photo(number as u64).taken_at("2021-07-01T12:00:00");
            photo
                .write_to(library.join("odd"), OsStr::from_bytes(name))
                .unwrap();
        }
    });
    let bus = stage.bus();
    let all: Vec<u32> = bus
        .search("")
        .unwrap()
        .iter()
        .map(|photo| photo["id"].as_u64().unwrap() as u32)
        .collect();
    bus.create_album("x").unwrap();
    bus.add_to_album("x", &all).unwrap();
    for folder in ["library/library/odd", "albums/x", "dates/by-day/2021/2021-07-01"] {
        let photos = tree::photos(stage.dir(folder));
        assert_eq!(photos.len(), names.len(), "{folder}: {photos:?}");
        let shown: BTreeSet<u32> = photos.values().copied().collect();
        assert_eq!(shown.len(), names.len(), "{folder}: each photo once");
        let folded: BTreeSet<String> = photos
            .keys()
            .map(|name| name.to_lowercase().replace('\u{df}', "ss"))
            .collect();
        assert_eq!(
            folded.len(),
            names.len(),
            "{folder}: names differ also without letter case: {photos:?}"
        );
        for name in photos.keys() {
            let refused = |c: char| c.is_control() || "<>:\"/\\|?*\u{301}".contains(c);
            assert!(!name.contains(refused), "{folder}: {name:?}");
            assert_ne!(stem(name).to_lowercase(), "con", "a name of a device");
        }
        // By the bytes of the original that it says it is.
        for (name, asset) in &photos {
            let selection = (
                vec![*asset],
                Vec::<Vec<u8>>::new(),
                Vec::<String>::new(),
                Vec::<String>::new(),
            );
            let options = kphotos_tests::bus::Options::new();
            let reply = bus.call("Catalog", "Paths", &(selection, options)).unwrap();
            let paths: Vec<Vec<u8>> = reply.body().deserialize().unwrap();
            let shown = fs::read(stage.dir(folder).join(name)).unwrap();
            assert_eq!(
                shown,
                without_access_time(OsStr::from_bytes(&paths[0])),
                "{folder}/{name}"
            );
        }
    }
    stage.finish();
}

/// The bytes of an original, read so that its access time stays.
fn without_access_time(path: impl AsRef<Path>) -> Vec<u8> {
    use std::io::Read;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = fs::OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NOATIME)
        .open(path)
        .unwrap();
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    bytes
}
