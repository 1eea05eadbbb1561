//! The tree behaves like a good disk: names and inode numbers stay as they are.
//!
//! Whatever remembers a file by its path or its number (SMB clients, NFS handles, `rsync -H`, a viewer's cache) must
//! find it again after a restart, a crash, and changes to other photos. Where two photos would have one name, both
//! are there, and neither name ever changes because the other comes or goes.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use kphotos_tests::bus::Bus;
use kphotos_tests::photos::{Photo, RawKind};
use kphotos_tests::sacred::{Inventory, backdate_access_times};
use kphotos_tests::tree::{self, Node};
use kphotos_tests::world::World;
use kphotos_tests::{skip, skip_unless};

/// A running world whose originals are watched.
struct Stage {
    world: World,
    originals: Inventory,
}

impl Stage {
    /// A world with the originals that `write` puts into its library.
    fn new(write: impl FnOnce(&Path)) -> Self {
        let mut world = World::new().unwrap();
        write(&world.library());
        backdate_access_times(world.library()).unwrap();
        let originals = Inventory::take(world.library()).unwrap();
        world.start().unwrap();
        world.bus().wait_idle();
        Self { world, originals }
    }

    /// Somebody changes originals; then the library is scanned again.
    #[track_caller]
    fn somebody_changes(&mut self, change: impl FnOnce(&Path)) {
        let library = self.world.library();
        self.originals.assert_unchanged(&library);
        change(&library);
        backdate_access_times(&library).unwrap();
        self.originals = Inventory::take(&library).unwrap();
        self.world.bus().rescan();
    }

    fn bus(&self) -> Bus {
        self.world.bus()
    }

    /// A folder of the tree.
    fn dir(&self, path: &str) -> PathBuf {
        self.world.mount().join(path)
    }

    /// The library's own folder in the tree.
    fn library(&self) -> PathBuf {
        self.dir("library/library")
    }

    /// The number of the photo whose original has this relative path.
    #[track_caller]
    fn asset(&self, original: impl AsRef<Path>) -> u32 {
        let path = self.world.library().join(original.as_ref());
        let selection = (
            Vec::<u32>::new(),
            vec![path.as_os_str().as_bytes().to_vec()],
            Vec::<String>::new(),
            Vec::<String>::new(),
        );
        let options = kphotos_tests::bus::Options::new();
        let reply = self
            .bus()
            .call("Catalog", "Resolve", &(selection, options))
            .unwrap();
        let ids: Vec<u32> = reply.body().deserialize().unwrap();
        assert_eq!(ids.len(), 1, "{}", path.display());
        ids[0]
    }

    /// What a photo is called in a folder of the tree.
    #[track_caller]
    fn name_in(&self, dir: &str, asset: u32) -> Option<String> {
        let photos = tree::photos(self.dir(dir));
        photos
            .into_iter()
            .find(|(_, other)| *other == asset)
            .map(|(name, _)| name)
    }

    #[track_caller]
    fn walk(&self) -> BTreeMap<PathBuf, Node> {
        tree::walk(self.world.mount()).unwrap()
    }

    fn finish(mut self) {
        self.world.stop().unwrap();
        self.originals.assert_unchanged(self.world.library());
    }
}

/// A photo of a day that others share, so that no folder of dates comes or goes with it.
fn photo(number: u64) -> Photo {
    let day = format!("2021-07-{:02}T10:{:02}:00", 1 + number % 3, number % 60);
    Photo::numbered(number).tagged(&[]).taken_at(&day)
}

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
