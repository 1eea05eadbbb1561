//! Photos that move, are overwritten, rewritten, lost and found.

use super::*;

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
