//! The first hour with K-Photos, as a person spends it.
//!
//! A folder of photos, a daemon, a file manager's view of the tree, and a dozen commands: each is run as it would be
//! typed, its effect is looked for in the mounted tree at once, without any waiting, its words and its JSON are read,
//! and mistakes are made on purpose: what a mistake is answered with has to say what was wrong, and how to mend it.

use std::fs;
use std::path::{Path, PathBuf};

use kphotos_tests::photos::Photo;
use kphotos_tests::process::Output;
use kphotos_tests::sacred::Inventory;
use kphotos_tests::world::World;
use kphotos_tests::{skip, skip_unless};

use crate::sacred::JOBS;

/// A library of a person: two trips, an undated scan.
fn started() -> (World, Inventory) {
    let mut world = World::new().unwrap();
    let library = world.library();
    for (number, day) in (1..).zip([14, 15, 16]) {
        let photo = Photo::numbered(number).taken_at(&format!("2024-06-{day}T10:30:05"));
        photo
            .write_to(library.join("Italy 2024"), format!("IMG_{number:04}.JPG"))
            .unwrap();
    }
    let winter = Photo::numbered(4).taken_at("2023-12-24T18:00:00");
    winter.write_to(library.join("Winter"), "IMG_0001.JPG").unwrap();
    Photo::numbered(7)
        .undated()
        .write_to(&library, "grandmother.jpg")
        .unwrap();
    let before = world.start_on_originals(JOBS);
    (world, before)
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn the_first_walk_through() {
    skip_unless!(skip::fuse());
    let (mut world, before) = started();
    let mount = world.mount();
    let at = |below: &str| mount.join(below);

    let top = names(&mount);
    for wanted in [
        "albums",
        "collections",
        "dates",
        "duplicates",
        "favorites",
        "library",
        "people",
        "recent",
        "search",
        "shares",
        "tags",
    ] {
        assert!(
            top.iter().any(|name| name == wanted),
            "{wanted}/ is not in {top:?}"
        );
    }
    assert_eq!(names(&at("dates")), ["by-day", "by-month", "by-year", "undated"]);
    assert_eq!(names(&at("dates/by-year")), ["2023", "2024"]);
    assert_eq!(
        names(&at("dates/by-day/2024")),
        ["2024-06-14", "2024-06-15", "2024-06-16"]
    );
    assert_eq!(names(&at("dates/undated")), ["grandmother.jpg"]);
    assert_eq!(
        names(&at("library/library")),
        ["Italy 2024", "Winter", "grandmother.jpg"]
    );
    let june = at("dates/by-month/2024/2024-06");
    assert_eq!(names(&june).len(), 3);

    // A path as it is copied from a file manager.
    let photo = june.join(names(&june).pop().unwrap());
    let italy = at("tags/travel/italy");
    assert!(!italy.exists());
    let added = world
        .kphotos(&["tag", "add", "travel/italy", photo.to_str().unwrap()])
        .ok();
    let tagged = italy.join(photo.file_name().unwrap());
    assert_eq!(
        names(&italy),
        [photo.file_name().unwrap().to_str().unwrap()],
        "{added}"
    );
    let original = &before.entries[&Path::new("Italy 2024").join(photo.file_name().unwrap())].content;
    let content = |path: &Path| blake3::hash(&fs::read(path).unwrap()).to_hex().to_string();
    assert_eq!(content(&tagged), *original);
    // What a change answers names what it did, its revision, and how to undo it.
    let words = &added.stdout;
    assert!(
        words.contains("travel/italy") && words.contains("1 photo"),
        "{added}"
    );
    assert!(
        words.contains("revision ") && words.contains("kphotos undo "),
        "{added}"
    );

    let undone = world.json(&["undo"]);
    assert!(!tagged.exists(), "{undone}");
    assert!(!italy.exists() || names(&italy).is_empty(), "{undone}");
    // Undoing the undo does it again.
    let _ = world.kphotos(&["undo", &undone["revision"].to_string()]).ok();
    assert_eq!(content(&tagged), *original);

    albums(&world, &photo);
    dates_and_fields(&world, &photo);
    assert!(world.stop().unwrap().success());
    assert!(world.mounts().is_empty(), "SIGTERM unmounts");
    before.assert_unchanged(world.library());
}

fn albums(world: &World, photo: &Path) {
    let album = world.mount().join("albums/Best of/2024");
    let _ = world.kphotos(&["album", "create", "Best of/2024"]).ok();
    assert!(names(&album).is_empty(), "an empty album is an empty directory");
    let folder = world.mount().join("library/library/Italy 2024");
    let _ = world
        .kphotos(&["album", "add", "Best of/2024", folder.to_str().unwrap()])
        .ok();
    assert_eq!(names(&album), ["IMG_0001.JPG", "IMG_0002.JPG", "IMG_0003.JPG"]);
    // Where an album is wanted, its folder will do.
    let inside = album.join(photo.file_name().unwrap());
    let _ = world
        .kphotos(&[
            "album",
            "remove",
            album.to_str().unwrap(),
            inside.to_str().unwrap(),
        ])
        .ok();
    assert_eq!(names(&album).len(), 2);
    assert!(!inside.exists());
    let shown = world.json(&["album", "show", "Best of/2024"]);
    assert_eq!(shown["total"], 2, "{shown}");
    let list = world.json(&["album", "list"]);
    let listed: Vec<_> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|album| album["path"].clone())
        .collect();
    assert_eq!(listed, ["Best of", "Best of/2024"], "{list}");
}

fn dates_and_fields(world: &World, photo: &Path) {
    let mount = world.mount();
    let name = photo.file_name().unwrap().to_str().unwrap();
    let by_day = |day: &str| mount.join("dates/by-day").join(&day[..4]).join(day).join(name);
    assert!(by_day("2024-06-16").exists() && photo.ends_with("IMG_0003.JPG"));
    let text = photo.to_str().unwrap();
    let id = world.json(&["info", text])["items"][0]["id"].to_string();
    let _ = world.kphotos(&["date", "set", "2024-07-01T09:00:00", text]).ok();
    assert!(by_day("2024-07-01").exists() && !photo.exists());
    // The old path is gone, so the photo is named by its number from here.
    let asset = world.json(&["info", &id])["items"][0].clone();
    assert_eq!(asset["taken"], "2024-07-01T09:00:00");
    let _ = world.kphotos(&["clear", "date", &id]).ok();
    assert!(
        photo.exists() && !by_day("2024-07-01").exists(),
        "the file's own time shows again"
    );

    let words = ["--title", "At the sea", "--rating", "5", "--favorite"];
    let _ = world.kphotos(&[&["set", &id][..], &words].concat()).ok();
    let asset = world.json(&["info", text])["items"][0].clone();
    assert_eq!(
        (&asset["title"], &asset["rating"], &asset["favorite"]),
        (&"At the sea".into(), &5.into(), &true.into()),
        "{asset}"
    );
    assert_eq!(asset["tags"][0], "travel/italy");
    let found = world.json(&["search", "rating:5", "tag:travel"]);
    assert_eq!(
        (&found["total"], &found["items"][0]["id"]),
        (&1.into(), &asset["id"]),
        "{found}"
    );
    let paths = world.kphotos(&["search", "rating:5", "--paths"]).ok();
    let original = world
        .library()
        .canonicalize()
        .unwrap()
        .join("Italy 2024")
        .join(name);
    assert_eq!(Path::new(paths.stdout.trim_end()), original);
    assert_eq!(
        Path::new(world.kphotos(&["path", text]).ok().stdout.trim_end()),
        original
    );
    let _ = world.kphotos(&["set", &id, "--hidden"]).ok();
    assert!(!photo.exists() && mount.join("library/library/Italy 2024").join(name).exists());
    let _ = world.kphotos(&["set", &id, "--no-hidden"]).ok();
    assert!(photo.exists());
}

#[test]
fn every_command_answers_in_json() {
    skip_unless!(skip::fuse());
    let (world, _) = started();
    let status = world.json(&["status"]);
    assert_eq!(
        (&status["state"], &status["photos"]),
        (&"ready".into(), &5.into()),
        "{status}"
    );
    let libraries = world.json(&["library", "list"]);
    assert_eq!(
        (&libraries["total"], &libraries["items"][0]["name"]),
        (&1.into(), &"library".into())
    );
    assert_eq!(libraries["items"][0]["files"], 5, "{libraries}");
    let mounts = world.json(&["mount", "list"]);
    let mount = mounts["items"][0]["path"].as_str().map(PathBuf::from);
    assert_eq!(mount, Some(world.mount().canonicalize().unwrap()), "{mounts}");
    let undated = world.mount().join("dates/undated/grandmother.jpg");
    let undated = undated.to_str().unwrap();
    let changes: [&[&str]; 8] = [
        &["tag", "add", "people/grandmother", undated],
        &["tag", "remove", "people/grandmother", undated],
        &["album", "create", "Family"],
        &["album", "add", "Family", undated],
        &["share", "create", "Ours", "--album", "Family"],
        &["share", "revoke", "Ours"],
        &["set", undated, "--description", "scanned"],
        &["clear", "description", undated],
    ];
    for change in changes {
        let receipt = world.json(change);
        let revision = receipt["revision"].as_u64().unwrap_or(0);
        assert!(revision > 0, "{change:?}: {receipt}");
        assert!(receipt["summary"].is_string(), "{change:?}: {receipt}");
    }
    for list in [
        &["tag", "list"][..],
        &["album", "list"],
        &["share", "list"],
        &["job", "list"],
        &["history"],
        &["search", ""],
    ] {
        let document = world.json(list);
        assert!(document["items"].is_array(), "{list:?}: {document}");
        let keys = document.as_object().unwrap();
        assert!(
            keys.contains_key("total") && keys.contains_key("next"),
            "{list:?}: {document}"
        );
    }
    // Absent is null, never a made-up value.
    let asset = world.json(&["info", undated])["items"][0].clone();
    for field in ["taken", "title", "description", "rating", "label"] {
        assert_eq!(
            asset.get(field),
            Some(&serde_json::Value::Null),
            "{field}: {asset}"
        );
    }
}

/// That a mistake ends with `status`, and that its words have these.
#[track_caller]
fn refused(output: Output, status: i32, words: &[&str]) {
    let output = output.exits(status);
    for word in words {
        assert!(output.stderr.contains(word), "`{word}` is not said: {output}");
    }
    assert!(output.stdout.is_empty(), "an error is not an answer: {output}");
    assert!(
        !output.stderr.contains("panicked") && !output.stderr.contains("org.kphotos"),
        "{output}"
    );
}

#[test]
fn a_mistake_says_what_and_how_to_mend_it() {
    skip_unless!(skip::fuse());
    let (mut world, before) = started();
    let undated = world.mount().join("dates/undated/grandmother.jpg");
    let photo = undated.to_str().unwrap();
    let run = |arguments: &[&str]| world.kphotos(arguments);

    // Usage.
    refused(run(&["frobnicate"]), 2, &["frobnicate", "--help"]);
    refused(run(&["tag", "add"]), 2, &["TAG"]);
    refused(run(&["set", photo, "--rating", "9"]), 2, &["9"]);
    refused(
        run(&["date", "set", "yesterday-ish", photo]),
        2,
        &["yesterday-ish", "2024-06"],
    );
    refused(run(&["search", "rating:("]), 2, &["rating"]);
    refused(run(&["clear", "colour", photo]), 2, &["colour"]);

    // Not found.
    let missing = world.mount().join("dates/undated/nobody.jpg");
    refused(
        run(&["tag", "add", "x", missing.to_str().unwrap()]),
        3,
        &["nobody.jpg"],
    );
    refused(run(&["info", "/etc/hostname"]), 3, &["/etc/hostname"]);
    refused(run(&["info", "999999"]), 3, &["999999"]);
    refused(run(&["album", "show", "No such album"]), 3, &["No such album"]);
    refused(
        run(&["album", "add", "No such album", photo]),
        3,
        &["No such album", "album create"],
    );
    refused(run(&["tag", "remove", "no/such/tag", photo]), 3, &["no/such/tag"]);
    refused(run(&["undo", "999999"]), 3, &["999999"]);

    // Conflict.
    let _ = run(&["album", "create", "Twice"]).ok();
    refused(run(&["album", "create", "Twice"]), 5, &["Twice"]);
    let library = world.library();
    refused(
        run(&["library", "add", library.to_str().unwrap()]),
        5,
        &["library"],
    );

    // None of them has changed anything.
    let history = world.json(&["history"]);
    let edits = history["items"].as_array().unwrap().iter();
    let edits = edits.filter(|entry| entry["kind"] == "edit").count();
    assert_eq!(edits, 1, "the album alone: {history}");

    // A mistake with --json is JSON's business too: nothing on standard output that is no document.
    let failed = run(&["--json", "info", "999999"]).exits(3);
    assert!(
        failed.stdout.is_empty() || failed.json()["error"].is_object(),
        "{failed}"
    );

    // Not reachable.
    let socket = world.socket();
    let _ = world.stop().unwrap();
    refused(
        world.kphotos(&["status"]),
        6,
        &[socket.to_str().unwrap(), "kphotosd"],
    );
    before.assert_unchanged(world.library());
}
