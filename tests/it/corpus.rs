//! The corpus of real files, browsed: nothing that is a photo or a movie is missing, and nothing is another's bytes.
//!
//! Every one is in `library/`; one with a date is in the year's, month's and day's folder, one without in `undated/`, and
//! so is one that no parser can read: it stays where its owner can find it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kphotos_tests::reading::Tree;
use kphotos_tests::sacred::{Inventory, backdate_access_times};
use kphotos_tests::world::World;
use kphotos_tests::{skip, skip_unless};
use serde_json::Value;

use crate::sacred::{JOBS, copy};

/// What the corpus has beside photos and movies, by ending; a file without an ending is not known for one either.
const OTHERS: [&str; 8] = ["csv", "html", "json", "m4a", "md", "wav", "xmp", ""];

#[test]
fn every_photo_and_video_of_the_corpus_is_in_the_library_and_among_the_dates() {
    skip_unless!(skip::fuse());
    let corpus = skip_unless!(skip::corpus());
    let (mut world, before) = started(&corpus);
    let tree = Tree::read(world.mount()).unwrap();
    let assets = assets(&world, &before);
    let contents = contents_by_folder(&tree);
    let media = before.entries.iter().filter(|(path, entry)| {
        let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
        entry.kind == "file" && !OTHERS.iter().any(|other| *other == ending)
    });
    let (mut dated, mut undated, mut unreadable, mut missing) = (0, 0, 0, Vec::new());
    for (path, entry) in media {
        let folder = Path::new("library/library").join(path.parent().unwrap());
        let is_in = |folder: &Path| {
            contents
                .get(folder)
                .is_some_and(|all| all.contains(&entry.content))
        };
        let mut folders = vec![folder];
        let Some(copies) = assets.get(&entry.content) else {
            missing.push(format!("{}: no asset", path.display()));
            continue;
        };
        // Of copies one may be dated by its name, and another not.
        for asset in copies {
            match asset["taken"].as_str() {
                Some(taken) => folders.extend(date_folders(taken).map(Into::into)),
                None => folders.push("dates/undated".into()),
            }
        }
        let is = |wanted: &dyn Fn(&Value) -> bool| usize::from(copies.iter().any(wanted));
        dated += is(&|asset| !asset["taken"].is_null());
        undated += is(&|asset| asset["taken"].is_null());
        unreadable += is(&|asset| asset["state"] == "unreadable");
        let absent = folders.iter().filter(|folder| !is_in(folder));
        missing.extend(absent.map(|folder| format!("{} is not in {}", path.display(), folder.display())));
    }
    println!("{dated} with a date, {undated} without, of these {unreadable} unreadable");
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(
        dated > 300 && unreadable > 20,
        "the corpus has more: {dated}, {unreadable}"
    );
    // The other way round: what is undated has no date.
    let is_dated = |content: &String| {
        let copies = assets.get(content);
        copies.is_some_and(|copies| copies.iter().all(|asset| !asset["taken"].is_null()))
    };
    let wrong = contents[Path::new("dates/undated")]
        .iter()
        .filter(|content| is_dated(content));
    assert_eq!(wrong.count(), 0);
    assert!(world.stop().unwrap().success());
    before.assert_unchanged(world.library());
}

#[test]
fn movies_are_found_by_what_they_are_and_how_long_they_last() {
    skip_unless!(skip::fuse());
    let corpus = skip_unless!(skip::corpus());
    let (mut world, _) = started(&corpus);
    let found = |query: &str| -> BTreeSet<String> {
        let document = world.json(&["search", query]);
        let items = document["items"].as_array().unwrap();
        items
            .iter()
            .map(|asset| asset["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let check = |query: &str, name: &str, expect: bool| {
        assert_eq!(found(query).contains(name), expect, "{query}: {name}");
    };
    check("type:video", "with-gps.mov", true);
    check("type:video", "Matroska.mkv", true);
    check("type:video", "photo_75.heic", false);
    check("duration:1m+", "Matroska.mkv", true);
    check("duration:1m+", "with-gps.mov", false);
    check("type:video duration:3s..5s", "with-gps.mov", true);
    check("type:video near:32.09,34.86,2km", "with-gps.mov", true);
    check("type:video date:2019-07-24", "with-gps.mov", true);
    check("type:video camera:iphone", "IMG_3589.mov", true);
    check("type:video keyword1", "uuid540.mp4", true);
    check("type:photo duration:1s+", "IMG_3589.HEIC", false);
    let movie = world.library().join("video/me-images/with-gps.mov");
    let movie = world.json(&["info", movie.to_str().unwrap()])["items"][0].clone();
    let is = |field: &str, expect: Value| assert_eq!(movie[field], expect, "{field}: {movie}");
    is("mime", "video/quicktime".into());
    is("kind", "video".into());
    is("width", 568.into());
    is("height", 320.into());
    is("orientation", 6.into());
    is("duration", 4.002.into());
    is("taken", "2019-07-24T11:25:40+03:00".into());
    is("taken_source", "quicktime:CreationDate".into());
    is(
        "location",
        serde_json::json!({"lat": 32.0929, "lon": 34.862, "alt": 28.52}),
    );
    assert_eq!(movie["camera"]["model"], "iPhone 6");
    let layered = |path: &str| {
        let path = world.library().join(path);
        world.json(&["info", "--layers", path.to_str().unwrap()])["items"][0].clone()
    };
    let reasons = [
        (
            "video/exiftool/Matroska.mkv",
            "rating",
            "not read from Matroska and WebM",
        ),
        ("video/exiftool/Pentax.avi", "location", "not read from AVI"),
        ("video/exiftool/M2TS.mts", "title", "not read from MPEG streams"),
        (
            "misc/me-images/256color-10x10.bmp",
            "taken",
            "a BMP has no place for it",
        ),
    ];
    for (path, field, why) in reasons {
        let asset = layered(path);
        let not_read = &asset["layers"]["embedded"]["not_read"];
        assert_eq!(not_read[field], why, "{path}: {asset}");
        for field in not_read.as_object().unwrap().keys() {
            let value = &asset[field];
            let is_empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            assert!(is_empty, "{path}, {field}: {asset}");
        }
    }
    assert!(layered("video/me-images/with-gps.mov")["layers"]["embedded"]["not_read"].is_null());
    assert!(world.stop().unwrap().success());
}

/// A daemon that has read a copy of the corpus.
fn started(corpus: &Path) -> (World, Inventory) {
    let mut world = World::new().unwrap();
    let library = world.library();
    copy(corpus, &library).unwrap();
    backdate_access_times(&library).unwrap();
    let before = Inventory::take(&library).unwrap();
    world.spare_pictures().unwrap();
    world.start().unwrap();
    world.wait_idle(JOBS);
    (world, before)
}

/// The assets by their content.
fn assets(world: &World, before: &Inventory) -> BTreeMap<String, Vec<Value>> {
    let library = world.library().canonicalize().unwrap();
    let document = world.json(&["info", "-r", library.to_str().unwrap()]);
    let items = document["items"].as_array().unwrap().iter();
    let content = |asset: &Value| {
        let path = Path::new(asset["path"].as_str().unwrap());
        before.entries[path.strip_prefix(&library).unwrap()]
            .content
            .clone()
    };
    let mut assets: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for asset in items {
        assets.entry(content(asset)).or_default().push(asset.clone());
    }
    assets
}

/// What lies directly in each folder of the tree. A name may be another than on the disk, where it is not portable.
fn contents_by_folder(tree: &Tree) -> BTreeMap<&Path, BTreeSet<&String>> {
    let mut folders: BTreeMap<&Path, BTreeSet<&String>> = BTreeMap::new();
    for (path, entry) in &tree.files {
        if let Some(folder) = path.parent() {
            folders.entry(folder).or_default().insert(&entry.content);
        }
    }
    folders
}

/// Where a date is shown: `2024-06-15T10:30:05` by year, month and day.
fn date_folders(taken: &str) -> impl Iterator<Item = String> {
    let (year, month, day) = (&taken[..4], &taken[..7], &taken[..10]);
    [
        format!("dates/by-year/{year}"),
        format!("dates/by-month/{year}/{month}"),
        format!("dates/by-day/{year}/{day}"),
    ]
    .into_iter()
}
