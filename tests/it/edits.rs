//! Edits as a person makes them: typed, seen in the tree, taken back, done again, and kept over a restart.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use kphotos_tests::inotify::Watcher;
use kphotos_tests::photos::Photo;
use kphotos_tests::sacred::{Inventory, backdate_access_times};
use kphotos_tests::tree;
use kphotos_tests::world::{PATIENCE, World};
use kphotos_tests::{skip, skip_unless};

/// Photos A, B (tagged `travel/italy` by their files), C (untagged) and D (undated), on a day of 2021.
fn started() -> (World, Inventory) {
    let mut world = World::new().unwrap();
    write(&world.library());
    let originals = world.start_on_originals(PATIENCE);
    (world, originals)
}

fn write(library: &Path) {
    let photo = |number| {
        Photo::numbered(number)
            .tagged(&[])
            .taken_at(&format!("2021-07-0{number}T23:30:00"))
    };
    let italy = ["travel/italy"];
    photo(1).tagged(&italy).write_to(library, "A.JPG").unwrap();
    photo(2).tagged(&italy).write_to(library, "B.JPG").unwrap();
    photo(3).write_to(library, "C.JPG").unwrap();
    photo(4).undated().write_to(library, "D.JPG").unwrap();
}

/// Reads every file anew: it was touched, as another program may.
#[track_caller]
fn read_again(world: &World, originals: &mut Inventory) {
    originals.assert_unchanged(world.library());
    write(&world.library());
    backdate_access_times(world.library()).unwrap();
    *originals = Inventory::take(world.library()).unwrap();
    world.bus().rescan();
}

/// What a command says for a person.
#[track_caller]
fn said(world: &World, line: &str) -> String {
    let output = world.kphotos(&line.split(' ').collect::<Vec<_>>()).ok();
    output.stdout.trim_end().to_owned()
}

#[track_caller]
fn does(world: &World, line: &str, says: &str) {
    let text = said(world, line);
    let (what, how) = text.split_once(" · revision ").unwrap_or((&text, ""));
    assert_eq!(what, says, "{line}");
    assert!(how.contains("kphotos undo"), "{line}: {text}");
}

#[track_caller]
fn refuses(world: &World, line: &str, status: i32, says: &str) {
    let output = world.kphotos(&line.split(' ').collect::<Vec<_>>()).exits(status);
    assert!(output.stderr.contains(says), "{line}: {output}");
}

fn names(world: &World, dir: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(world.mount().join(dir))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn taken(world: &World, name: &str) -> String {
    let found = world.json(&["search", &format!("name:{name}")]);
    let taken = &found["items"][0]["taken"];
    taken.as_str().unwrap_or("none").to_owned()
}

#[test]
fn dates_shift_get_a_zone_and_are_converted_each_its_own_way() {
    skip_unless!(skip::fuse());
    let (mut world, originals) = started();
    let all = world.mount().join("library/library");
    let all = all.to_str().unwrap();
    let dry = said(&world, &format!("date shift +1h30m {all} --dry-run"));
    assert_eq!(
        dry,
        "would do: dates shifted by +1h30m: 3 photos (1 without a time left alone)"
    );
    assert_eq!(taken(&world, "A.JPG"), "2021-07-01T23:30:00");
    let shifted = world.json(&["date", "shift", "+1h30m", all]);
    assert_eq!(shifted["touched"], 3);
    assert_eq!(names(&world, "dates/by-day/2021/2021-07-02"), ["A.JPG"]);
    assert_eq!(taken(&world, "C.JPG"), "2021-07-04T01:00:00");
    does(
        &world,
        &format!("date shift -90m {all} --query is:missing"),
        "dates shifted by -1h30m: 3 photos (1 without a time left alone)",
    );
    does(
        &world,
        &format!("date zone Europe/Berlin {all}"),
        "dates put into Europe/Berlin: 3 photos (1 without a time left alone)",
    );
    assert_eq!(taken(&world, "A.JPG"), "2021-07-01T23:30:00+02:00");
    does(
        &world,
        "date convert --from UTC --to Asia/Tokyo --query name:A",
        "dates converted from UTC to Asia/Tokyo: 1 photo (1 by the offset of their own)",
    );
    assert_eq!(taken(&world, "A.JPG"), "2021-07-02T06:30:00+09:00");
    for (line, status, says) in [
        ("date shift 1h 1", 2, "is no span of time"),
        ("date zone Nowhere/Nothing 1", 2, "is no time zone"),
        ("date zone +02:00 4711", 3, "there is no asset 4711"),
        ("date convert --from UTC 1", 2, "--to"),
    ] {
        refuses(&world, line, status, says);
    }
    for (expect, undone) in [
        ("2021-07-01T23:30:00+02:00", "undone: dates converted"),
        ("2021-07-01T23:30:00", "undone: dates put into"),
    ] {
        assert!(said(&world, "undo").starts_with(undone));
        assert_eq!(taken(&world, "A.JPG"), expect);
    }
    assert!(said(&world, "redo").starts_with("done again: dates put into"));
    world.restart().unwrap();
    assert_eq!(taken(&world, "C.JPG"), "2021-07-03T23:30:00+02:00");
    assert!(said(&world, "redo --dry-run").starts_with("would do: done again: dates converted"));
    assert!(said(&world, "redo").starts_with("done again: dates converted"));
    refuses(&world, "redo", 5, "nothing to redo");
    assert!(said(&world, "undo").starts_with("undone: dates converted"));
    said(&world, "set 1 --rating 3");
    refuses(&world, "redo", 5, "nothing to redo");
    world.stop().unwrap();
    originals.assert_unchanged(world.library());
}

#[test]
fn tags_are_rearranged_and_the_files_words_follow() {
    skip_unless!(skip::fuse());
    let (mut world, mut originals) = started();
    assert_eq!(names(&world, "tags/travel/italy"), ["A.JPG", "B.JPG"]);
    let ino = |world: &World, path: &str| fs::metadata(world.mount().join(path)).unwrap().ino();
    let italy = ino(&world, "tags/travel/italy");
    does(
        &world,
        "tag rename travel/italy Italien",
        "travel/italy: renamed to travel/Italien",
    );
    assert_eq!(names(&world, "tags/travel"), ["Italien", "_all"]);
    assert_eq!(ino(&world, "tags/travel/Italien"), italy);
    read_again(&world, &mut originals);
    assert_eq!(names(&world, "tags/travel"), ["Italien", "_all"]);
    does(
        &world,
        "tag add travel/italy --query name:C",
        "travel/Italien: 1 photo",
    );
    assert_eq!(names(&world, "tags/travel/Italien"), ["A.JPG", "B.JPG", "C.JPG"]);
    let xattr = tree::xattr(world.mount().join("tags/travel/Italien/A.JPG"), "user.xdg.tags");
    assert_eq!(xattr.unwrap().as_deref(), Some("travel/Italien"));
    assert_eq!(said(&world, "tag synonym list travel/Italien"), "travel/italy");
    let folder = world.mount().join("tags/travel/Italien");
    does(
        &world,
        &format!("tag move {} /", folder.display()),
        "travel/Italien: moved to Italien",
    );
    does(
        &world,
        "tag synonym add Italien Italy",
        "Italien: Italy stands for it too",
    );
    does(&world, "tag add Rome 4", "Rome: 1 photo");
    does(
        &world,
        "tag merge Rome travel Italy",
        "Rome, travel merged into Italien: 1 photo",
    );
    assert_eq!(
        names(&world, "tags/Italien"),
        ["A.JPG", "B.JPG", "C.JPG", "D.JPG"]
    );
    assert_eq!(names(&world, "tags"), ["Italien"]);
    world.restart().unwrap();
    read_again(&world, &mut originals);
    assert_eq!(names(&world, "tags"), ["Italien"]);
    does(
        &world,
        "tag delete Italien",
        "Italien: tag deleted, taken from 4 photos",
    );
    read_again(&world, &mut originals);
    assert!(names(&world, "tags").is_empty());
    for _ in 0..6 {
        said(&world, "undo");
    }
    assert_eq!(names(&world, "tags"), ["travel"]);
    assert_eq!(names(&world, "tags/travel/Italien"), ["A.JPG", "B.JPG"]);
    assert_eq!(ino(&world, "tags/travel/Italien"), italy);
    for (line, status, says) in [
        ("tag rename none x", 3, "there is no tag `none`"),
        ("tag rename travel a/b", 2, "slash"),
        ("tag delete travel", 5, "-r"),
        ("tag move travel travel/Italien", 5, "below it"),
        ("tag synonym remove travel x", 3, "no synonym"),
        ("tag merge travel", 2, "INTO"),
    ] {
        refuses(&world, line, status, says);
    }
    let dry = world.json(&["tag", "delete", "travel", "-r", "--dry-run"]);
    assert_eq!(
        (&dry["revision"], &dry["touched"]),
        (&serde_json::Value::Null, &2.into())
    );
    assert_eq!(names(&world, "tags"), ["travel"]);
    world.stop().unwrap();
    originals.assert_unchanged(world.library());
}

#[test]
fn albums_are_rearranged_and_an_open_folder_is_told() {
    skip_unless!(skip::fuse());
    let (mut world, originals) = started();
    said(&world, "album create Trips");
    said(&world, "album create Rome");
    said(&world, "album add Rome 1 2");
    let albums = world.mount().join("albums");
    let ino = |path: &str| fs::metadata(albums.join(path)).unwrap().ino();
    let (rome, open) = (ino("Rome"), fs::File::open(albums.join("Rome")).unwrap());
    let mut watcher = Watcher::on(&albums).unwrap();
    tree::listed(&albums);
    does(&world, "album rename Rome Roma", "Rome: renamed to Roma");
    watcher
        .wait_for(PATIENCE, |event| event.is(libc::IN_MOVED_FROM, "Rome"))
        .unwrap();
    watcher
        .wait_for(PATIENCE, |event| event.is(libc::IN_MOVED_TO, "Roma"))
        .unwrap();
    assert_eq!(ino("Roma"), rome);
    does(&world, "album move Roma Trips", "Roma: moved to Trips/Roma");
    assert_eq!(names(&world, "albums"), ["Trips"]);
    assert_eq!(names(&world, "albums/Trips/Roma"), ["A.JPG", "B.JPG"]);
    refuses(&world, "album delete Trips", 5, "-r");
    refuses(&world, "album move Trips Trips/Roma", 5, "below it");
    does(
        &world,
        "album delete Trips -r",
        "Trips: album deleted with 1 in it; its 2 photos stay",
    );
    assert!(names(&world, "albums").is_empty());
    world.restart().unwrap();
    said(&world, "undo");
    assert_eq!(names(&world, "albums/Trips/Roma"), ["A.JPG", "B.JPG"]);
    assert_eq!(ino("Trips/Roma"), rome);
    drop(open);
    world.stop().unwrap();
    originals.assert_unchanged(world.library());
}
