//! Edits follow content: photos that are copied, moved to another library, overwritten, lost and restored, on a real
//! mount, over restarts, a crash, and a layer that is rebuilt from the journal.

use std::fs;
use std::fs::FileTimes;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use kphotos_tests::inotify::{Event, Watcher};
use kphotos_tests::photos::Photo;
use kphotos_tests::sacred::Inventory;
use kphotos_tests::world::{PATIENCE, World};
use kphotos_tests::{skip, skip_unless};
use serde_json::Value;

struct Stage {
    world: World,
    /// A second library.
    backup: PathBuf,
}

impl Stage {
    fn new() -> Self {
        let mut world = World::new().unwrap();
        let backup = world.path("backup");
        fs::create_dir(&backup).unwrap();
        for number in 1..=3 {
            let photo = Photo::numbered(number).tagged(&[]);
            photo
                .taken_at(&format!("2021-07-0{number}T12:00:00"))
                .write_to(world.library(), format!("IMG_{number}.JPG"))
                .unwrap();
        }
        Photo::numbered(9)
            .tagged(&[])
            .write_to(&backup, "other.JPG")
            .unwrap();
        world.start().unwrap();
        let folder = backup.to_str().unwrap();
        let _ = world.kphotos(&["library", "add", folder, "--wait"]).ok();
        world.wait_idle(PATIENCE);
        Self { world, backup }
    }

    /// Has both libraries scanned, read and hashed; no original is changed by it.
    #[track_caller]
    fn settle(&self) {
        let before = [self.world.library(), self.backup.clone()].map(|root| Inventory::take(root).unwrap());
        for library in ["1", "2"] {
            let _ = self.world.kphotos(&["library", "scan", library, "--wait"]).ok();
        }
        self.world.wait_idle(PATIENCE);
        before[0].assert_unchanged(self.world.library());
        before[1].assert_unchanged(&self.backup);
    }

    #[track_caller]
    fn does(&self, line: &str) -> String {
        let words: Vec<&str> = line.split(' ').collect();
        self.world.kphotos(&words).ok().stdout
    }

    #[track_caller]
    fn photo(&self, which: &str) -> Value {
        self.world.json(&["info", which])["items"][0].clone()
    }

    #[track_caller]
    fn id(&self, path: PathBuf) -> String {
        self.photo(path.to_str().unwrap())["id"].to_string()
    }

    fn names(&self, dir: &str) -> Vec<String> {
        let listed = fs::read_dir(self.world.mount().join(dir)).unwrap();
        let mut names: Vec<String> = listed
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The photo has all that was made of it, wherever it is.
    #[track_caller]
    fn is_whole(&self, id: &str) {
        let photo = self.photo(id);
        assert_eq!(photo["title"], "the sea", "{photo}");
        assert_eq!(photo["tags"], serde_json::json!(["travel/italy"]));
        assert_eq!(photo["albums"], serde_json::json!(["Italy"]));
        assert_eq!(photo["favorite"], true);
    }

    fn edit(&self, path: &str) {
        let path = self.world.library().join(path);
        let path = path.to_str().unwrap();
        for line in [
            &["set", path, "--title", "the sea", "--favorite"][..],
            &["tag", "add", "travel/italy", path],
        ] {
            let _ = self.world.kphotos(line).ok();
        }
        // It may be there.
        let _ = self.world.kphotos(&["album", "create", "Italy"]);
        let _ = self.world.kphotos(&["album", "add", "Italy", path]).ok();
    }

    fn restart_without_layer(&mut self) {
        self.world.stop().unwrap();
        fs::remove_dir_all(self.world.state().join("layer")).unwrap();
        self.world.start().unwrap();
        self.world.wait_idle(PATIENCE);
    }
}

#[test]
fn edits_follow_a_photo_to_another_library_and_back_over_every_restart() {
    skip_unless!(skip::fuse());
    let mut stage = Stage::new();
    let (here, there) = (
        stage.world.library().join("IMG_1.JPG"),
        stage.backup.join("IMG_1.JPG"),
    );
    stage.edit("IMG_1.JPG");
    let id = stage.id(here.clone());
    assert_eq!(stage.names("albums/Italy"), ["IMG_1.JPG"]);
    let bytes = fs::read(&here).unwrap();

    fs::rename(&here, &there).unwrap();
    stage.settle();
    stage.is_whole(&id);
    let photo = stage.photo(&id);
    assert_eq!(
        (&photo["state"], &photo["path"]),
        (&"present".into(), &there.to_str().unwrap().into())
    );
    assert_eq!(
        stage.names("albums/Italy"),
        ["IMG_1.JPG"],
        "it is called as before"
    );
    let shown = stage.world.mount().join("albums/Italy/IMG_1.JPG");
    assert_eq!(fs::read(&shown).unwrap(), bytes);
    let number = fs::metadata(&shown).unwrap().ino();

    stage.world.restart().unwrap();
    stage.is_whole(&id);
    assert_eq!(fs::metadata(&shown).unwrap().ino(), number);
    stage.world.kill9().unwrap();
    stage.world.start().unwrap();
    stage.is_whole(&id);
    stage.restart_without_layer();
    stage.is_whole(&id);
    assert_eq!(fs::metadata(&shown).unwrap().ino(), number);

    // Gone everywhere, and found on a disk much later.
    fs::remove_file(&there).unwrap();
    stage.settle();
    assert_eq!(stage.photo(&id)["state"], "missing");
    assert!(stage.does("missing list").contains("IMG_1.JPG"));
    assert_eq!(stage.names("albums/Italy"), [""; 0]);
    stage.restart_without_layer();
    fs::write(stage.backup.join("recovered 7.jpg"), &bytes).unwrap();
    stage.settle();
    stage.is_whole(&id);
    assert_eq!(stage.photo(&id)["state"], "present");
    assert_eq!(stage.names("albums/Italy"), ["recovered 7.jpg"]);
}

#[test]
fn two_copies_are_one_photo_that_open_windows_see_and_an_edited_copy_is_another() {
    skip_unless!(skip::fuse());
    let mut stage = Stage::new();
    stage.edit("IMG_1.JPG");
    let original = stage.world.library().join("IMG_1.JPG");
    let id = stage.id(original.clone());
    let copy = stage.backup.join("copy of 1.JPG");
    let day = stage.world.mount().join("dates/by-day/2021/2021-07-01");
    stage.world.keep_quiet().unwrap();
    stage.world.restart().unwrap();
    let mut window = Watcher::on(&day).unwrap();
    let mut told = |mask: u32| {
        let is = |event: &Event| event.is(mask, "copy of 1.JPG");
        let _ = window.wait_for(PATIENCE, is).unwrap();
    };
    fs::copy(&original, &copy).unwrap();
    stage.settle();
    // It is a photo of its own until it is hashed, which waits until it is asked for.
    told(libc::IN_CREATE);
    assert_ne!(stage.id(copy.clone()), id);
    let _ = stage.does("job start hash backup");
    stage.settle();
    told(libc::IN_DELETE);
    assert_eq!(stage.id(copy.clone()), id);
    stage.is_whole(&id);
    assert_eq!(stage.names("dates/by-day/2021/2021-07-01"), ["IMG_1.JPG"]);
    assert_eq!(
        stage.names("library/backup"),
        ["copy of 1.JPG", "other.JPG"],
        "files as they lie"
    );

    let listed = stage.world.json(&["duplicates"]);
    assert_eq!(listed["total"], 1, "{listed}");
    assert_eq!(listed["items"][0]["asset"].to_string(), id);
    assert_eq!(listed["items"][0]["files"].as_array().unwrap().len(), 2);
    assert_eq!(
        stage.does("duplicates --extra").trim_end(),
        copy.to_str().unwrap()
    );
    assert_eq!(stage.world.json(&["search", "is:duplicate"])["total"], 1);

    // Saved anew by a program: the same picture, with other bytes.
    stage.world.forget_settings().unwrap();
    stage.world.restart().unwrap();
    let again = Photo::numbered(1).tagged(&["x"]).taken_at("2021-07-01T12:00:00");
    fs::write(&copy, again.bytes()).unwrap();
    stage.settle();
    let other = stage.id(copy);
    assert_ne!(other, id);
    let edited = stage.photo(&other);
    assert_eq!(
        (&edited["title"], &edited["albums"]),
        (&"the sea".into(), &serde_json::json!(["Italy"]))
    );
    stage.is_whole(&id);
    assert_eq!(stage.world.json(&["duplicates"])["total"], 0);
    assert_eq!(stage.names("albums/Italy"), ["IMG_1.JPG", "copy of 1.JPG"]);
}

#[test]
fn a_picture_that_overwrites_another_gets_none_of_its_edits() {
    skip_unless!(skip::fuse());
    let mut stage = Stage::new();
    stage.edit("IMG_1.JPG");
    let path = stage.world.library().join("IMG_1.JPG");
    let (id, bytes) = (stage.id(path.clone()), fs::read(&path).unwrap());
    let other = Photo::numbered(5).tagged(&[]).taken_at("2024-01-01T09:00:00");
    fs::write(&path, other.bytes()).unwrap();
    stage.settle();
    let now = stage.photo(path.to_str().unwrap());
    assert_ne!(now["id"].to_string(), id);
    assert_eq!(
        (&now["title"], &now["tags"]),
        (&"Title 5".into(), &serde_json::json!([]))
    );
    stage.is_whole(&id);
    assert_eq!(stage.photo(&id)["state"], "missing");
    stage.restart_without_layer();
    assert_eq!(stage.photo(path.to_str().unwrap())["title"], "Title 5");

    let refused = stage
        .world
        .kphotos(&["missing", "forget", &now["id"].to_string()])
        .exits(5);
    assert!(refused.stderr.contains("is not missing"), "{refused}");
    fs::write(stage.backup.join("old card.JPG"), &bytes).unwrap();
    stage.settle();
    stage.is_whole(&id);
    assert_eq!(stage.photo(&id)["state"], "present");

    // What is gone for good is forgotten only when a person says so.
    fs::remove_file(stage.backup.join("old card.JPG")).unwrap();
    stage.settle();
    assert!(
        stage
            .does(&format!("missing forget {id} --dry-run"))
            .contains("would do")
    );
    stage.is_whole(&id);
    let said = stage.does(&format!("missing forget {id}"));
    assert!(
        said.starts_with("forgotten for good: 1 missing photo · revision"),
        "{said}"
    );
    assert!(!said.contains("undo"), "{said}");
    let _ = stage.world.kphotos(&["info", &id]).exits(3);
    stage.restart_without_layer();
    let _ = stage.world.kphotos(&["info", &id]).exits(3);
}

/// Has exiftool write into a file, which it replaces by a new one.
fn writes(exiftool: &Path, file: &Path, arguments: &[&str]) {
    let mut command = Command::new(exiftool);
    command.args(["-q", "-overwrite_original"]).args(arguments);
    assert!(command.arg(file).status().unwrap().success());
}

#[test]
fn a_photo_that_a_program_rewrote_and_moved_in_one_go_keeps_its_edits() {
    skip_unless!(skip::fuse());
    let exiftool = skip_unless!(skip::program("exiftool"));
    let mut stage = Stage::new();
    stage.edit("IMG_1.JPG");
    let here = stage.world.library().join("IMG_1.JPG");
    let id = stage.id(here.clone());
    fs::create_dir(stage.world.library().join("sorted")).unwrap();
    let there = stage.world.library().join("sorted/20210701.JPG");
    // Nobody looks until both is done.
    let outside = stage.world.path("outside.JPG");
    fs::rename(&here, &outside).unwrap();
    stage.settle();
    assert_eq!(stage.photo(&id)["state"], "missing");
    let words = ["-XMP-dc:Subject=boat", "-XMP-xmp:Rating=4", "-AllDates+=1"];
    writes(&exiftool, &outside, &words);
    fs::rename(&outside, &there).unwrap();
    stage.settle();
    assert_eq!(stage.id(there.clone()), id);
    let photo = stage.photo(&id);
    assert_eq!(
        (&photo["title"], &photo["albums"], &photo["tags"]),
        (
            &"the sea".into(),
            &serde_json::json!(["Italy"]),
            &serde_json::json!(["travel/italy", "boat"])
        ),
        "what was made of it, and what the program wrote"
    );
    assert_eq!(
        (&photo["rating"], &photo["state"], &photo["favorite"]),
        (&4.into(), &"present".into(), &true.into())
    );
    assert_eq!(stage.names("albums/Italy"), ["20210701.JPG"]);
    stage.restart_without_layer();
    assert_eq!(stage.id(there.clone()), id);

    // The same at once, in a library that is watched.
    let again = stage.backup.join("again.JPG");
    writes(&exiftool, &there, &["-XMP-dc:Subject=harbour"]);
    fs::rename(&there, &again).unwrap();
    stage.settle();
    assert_eq!(stage.id(again), id);
    assert_eq!(stage.photo(&id)["title"], "the sea");
    // Another picture that comes meanwhile is nobody's.
    let other = Photo::numbered(77).tagged(&[]).taken_at("2021-07-01T12:00:00");
    other.write_to(&stage.backup, "IMG_1.JPG").unwrap();
    stage.settle();
    assert_ne!(stage.id(stage.backup.join("IMG_1.JPG")), id);
}

#[test]
fn a_clock_set_right_in_the_file_is_an_edit_and_no_other_picture() {
    skip_unless!(skip::fuse());
    let exiftool = skip_unless!(skip::program("exiftool"));
    let mut stage = Stage::new();
    stage.edit("IMG_1.JPG");
    let path = stage.world.library().join("IMG_1.JPG");
    let id = stage.id(path.clone());
    // Another date and another camera: without the picture's own word another picture.
    let words = ["-AllDates=2019:01:02 03:04:05", "-Make=Leica", "-Model=M6"];
    writes(&exiftool, &path, &words);
    stage.settle();
    assert_eq!(stage.id(path.clone()), id);
    stage.is_whole(&id);
    let photo = stage.photo(&id);
    assert_eq!(photo["camera"]["make"], "Leica", "{photo}");
    assert!(
        photo["taken"]
            .as_str()
            .unwrap()
            .starts_with("2019-01-02T03:04:05")
    );
    stage.restart_without_layer();
    stage.is_whole(&id);

    // What is in the cache may be deleted, and is made again by the next file that is hashed.
    fs::remove_dir_all(stage.world.path("cache/near")).unwrap();
    Photo::numbered(50)
        .tagged(&[])
        .write_to(&stage.backup, "new.JPG")
        .unwrap();
    Photo::numbered(51)
        .tagged(&[])
        .write_to(stage.world.library(), "new.JPG")
        .unwrap();
    stage.settle();
    writes(&exiftool, &path, &["-AllDates=2018:01:02 03:04:05"]);
    stage.settle();
    assert_eq!(stage.id(path), id);
}

#[test]
fn photos_that_change_places_by_copying_keep_their_edits_whatever_they_say_of_themselves() {
    skip_unless!(skip::fuse());
    let mut stage = Stage::new();
    // Two scans that do not say when, and two shots of one second; of one camera each.
    let second = "2022-08-01T12:00:00";
    let photos = [
        ("scan 1.JPG", Photo::numbered(21).undated()),
        ("scan 2.JPG", Photo::numbered(26).undated()),
        ("shot 1.JPG", Photo::numbered(22).taken_at(second)),
        ("shot 2.JPG", Photo::numbered(27).taken_at(second)),
    ];
    let root = stage.world.library().to_path_buf();
    for (name, photo) in photos {
        photo.tagged(&[]).write_to(&root, name).unwrap();
    }
    stage.settle();
    let pairs = ["scan", "shot"].map(|kind| [1, 2].map(|number| format!("{kind} {number}")));
    let file = |title: &String| root.join(format!("{title}.JPG"));
    let mut ids = Vec::new();
    for title in pairs.iter().flatten() {
        let path = file(title);
        let _ = stage
            .world
            .kphotos(&["set", path.to_str().unwrap(), "--title", title])
            .ok();
        ids.push(stage.id(path));
    }
    let swap = |one: &Path, other: &Path| {
        let (first, second) = (fs::read(one).unwrap(), fs::read(other).unwrap());
        fs::write(one, second).unwrap();
        fs::write(other, first).unwrap();
    };
    let changed = |stage: &Stage| {
        let places = pairs.iter().flat_map(|[one, other]| [(one, other), (other, one)]);
        for ((title, place), id) in places.zip(&ids) {
            let photo = stage.photo(file(place).to_str().unwrap());
            assert_eq!(photo["id"].to_string(), *id, "{photo}");
            assert_eq!(photo["title"], title.as_str());
        }
    };
    pairs
        .iter()
        .for_each(|[one, other]| swap(&file(one), &file(other)));
    stage.settle();
    changed(&stage);
    stage.restart_without_layer();
    changed(&stage);
    assert_eq!(stage.world.json(&["missing", "list"])["total"], 0);

    // One over another, while nobody looks.
    stage.world.stop().unwrap();
    let [one, other] = pairs[0].each_ref().map(file);
    fs::copy(&one, &other).unwrap();
    stage.world.start().unwrap();
    stage.settle();
    assert_eq!(stage.id(one), stage.id(other));
    assert_eq!(stage.photo(&ids[0])["title"], "scan 1");
    assert_eq!(stage.photo(&ids[0])["state"], "missing");
}

#[test]
fn a_file_that_a_program_rewrote_at_the_same_length_and_time_is_read_again() {
    skip_unless!(skip::fuse());
    let exiftool = skip_unless!(skip::program("exiftool"));
    let stage = Stage::new();
    let path = stage.world.library().join("IMG_1.JPG");
    writes(&exiftool, &path, &["-XMP-xmp:Rating=2"]);
    // exiftool sets whole seconds back.
    let day = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    // Both times: to set one alone is to write into it, for whoever watches.
    let times = FileTimes::new().set_accessed(day).set_modified(day);
    fs::File::open(&path).unwrap().set_times(times).unwrap();
    stage.settle();
    let id = stage.id(path.clone());
    assert_eq!(stage.photo(&id)["rating"], 2);
    let looks = |path: &Path| {
        let now = fs::metadata(path).unwrap();
        (now.len(), now.modified().unwrap())
    };
    let before = looks(&path);
    writes(&exiftool, &path, &["-P", "-XMP-xmp:Rating=4"]);
    assert_eq!(looks(&path), before);
    stage.settle();
    assert_eq!(stage.id(path), id);
    assert_eq!(stage.photo(&id)["rating"], 4);
}
