//! Photos of which several files are there: copies, those that change places, a crop and its original.

use super::*;

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
fn the_original_beside_its_crop_is_a_photo_that_every_folder_shows() {
    skip_unless!(skip::fuse());
    let mut stage = Stage::new();
    stage.edit("IMG_1.JPG");
    let crop = stage.world.library().join("IMG_1.JPG");
    let (id, original) = (stage.id(crop.clone()), fs::read(&crop).unwrap());
    let again = Photo::numbered(1).tagged(&["x"]).taken_at("2021-07-01T12:00:00");
    fs::write(&crop, again.bytes()).unwrap();
    stage.settle();
    assert_eq!(stage.id(crop.clone()), id, "edited in place");
    let beside = stage.world.library().join("IMG_1 original.JPG");
    fs::write(&beside, &original).unwrap();
    stage.settle();
    let other = stage.id(beside.clone());
    assert_ne!(other, id);
    let both = ["IMG_1 original.JPG", "IMG_1.JPG"];
    for _ in 0..2 {
        assert_eq!(stage.id(crop.clone()), id);
        assert_eq!(stage.id(beside.clone()), other);
        stage.is_whole(&other);
        for dir in [
            "dates/by-day/2021/2021-07-01",
            "albums/Italy",
            "tags/travel/italy",
        ] {
            assert_eq!(stage.names(dir), both, "{dir}");
        }
        stage.restart_without_layer();
    }
    let shown = stage.world.mount().join("albums/Italy/IMG_1 original.JPG");
    assert_eq!(fs::read(shown).unwrap(), original);
    // What is made of either is its own from now on; a copy of the original is the original.
    let _ = stage.does(&format!("set {other} --rating 5"));
    fs::write(stage.backup.join("from the card.JPG"), &original).unwrap();
    stage.settle();
    assert_eq!(stage.id(stage.backup.join("from the card.JPG")), other);
    assert_eq!(stage.photo(&id)["rating"], Value::Null);
}
