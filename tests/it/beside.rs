//! Sidecars that a mount shows beside photos, read as other programs read them: by exiftool, and byte by byte.
//!
//! Of a photo without a sidecar all that is known is in the one that is shown; of one with a sidecar it is that, with what
//! was changed, and nothing else is another byte. Nothing of it is ever written to disk.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use kphotos_tests::attempts::{c_path, not_refused, on_file};
use kphotos_tests::inotify::Watcher;
use kphotos_tests::photos::Photo;
use kphotos_tests::sacred::Inventory;
use kphotos_tests::world::{PATIENCE, World};
use kphotos_tests::{skip, skip_unless, tree};
use serde_json::{Value, json};

const DAY: &str = "dates/by-day/2021/2021-07-04";
const LEFT: [f64; 4] = [0.2, 0.3, 0.2, 0.2];

/// As darktable writes one: most properties are attributes, its history stack a list of structures.
const DARKTABLE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:exif="http://ns.adobe.com/exif/1.0/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
    xmlns:darktable="http://darktable.sf.net/"
    xmlns:mine="http://example.org/mine/"
   exif:DateTimeOriginal="2021:07:04 10:00:00"
   xmp:Rating="1"
   xmpMM:DerivedFrom="B.JPG"
   mine:note="kept &amp; &quot;quoted&quot;"
   darktable:xmp_version="5"
   darktable:raw_params="0"
   darktable:history_end="2">
   <darktable:history>
    <rdf:Seq>
     <rdf:li
      darktable:num="0"
      darktable:operation="exposure"
      darktable:enabled="1"
      darktable:modversion="6"
      darktable:params="00000000000080b90000003f00004842000080c00000000000000000"/>
     <rdf:li darktable:num="1" darktable:operation="filmicrgb" darktable:params="gz09eJybGVhiPouBAQ=="/>
    </rdf:Seq>
   </darktable:history>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
"#;

/// A world whose mount shows sidecars: A.JPG with a face, B.JPG with a sidecar of darktable's, and what was before.
fn started() -> (World, Inventory) {
    let mut world = World::new().unwrap();
    let (library, mount) = (world.library(), world.mount());
    let photo = |number| {
        Photo::numbered(number)
            .tagged(&[])
            .taken_at("2021-07-04T10:00:00")
    };
    photo(1)
        .showing("Anna", LEFT)
        .write_to(&library, "A.JPG")
        .unwrap();
    photo(2).write_to(&library, "B.JPG").unwrap();
    fs::write(library.join("B.JPG.xmp"), DARKTABLE).unwrap();
    let settings = format!("[[mount]]\npath = '{}'\nsidecars = 'xmp'\n", mount.display());
    world.declare(&settings).unwrap();
    let originals = world.start_on_originals(PATIENCE);
    (world, originals)
}

#[track_caller]
fn does(world: &World, line: &[&str]) {
    let _ = world.json(line);
}

/// A sidecar of the mount, read as a whole; it is as long as it says.
#[track_caller]
fn text(world: &World, path: &str) -> String {
    let path = world.mount().join(path);
    let size = fs::metadata(&path).unwrap().len();
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(
        text.len() as u64,
        size,
        "{}: the size that stat tells",
        path.display()
    );
    text
}

/// What exiftool reads in a file, by group and name.
#[track_caller]
fn read(exiftool: &Path, path: &Path) -> BTreeMap<String, Value> {
    let output = Command::new(exiftool)
        .args(["-j", "-struct", "-n", "-G1"])
        .arg(path)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let mut found: Value = serde_json::from_slice(&output.stdout).unwrap();
    serde_json::from_value(found[0].take()).unwrap()
}

#[test]
fn exiftool_reads_beside_a_photo_all_that_is_known_of_it() {
    skip_unless!(skip::fuse());
    let exiftool = skip_unless!(skip::program("exiftool"));
    let (mut world, originals) = started();
    let photo = world.mount().join(DAY).join("A.JPG");
    let photo = photo.to_str().unwrap();
    assert_eq!(
        tree::listed(world.mount().join(DAY)),
        ["A.JPG", "A.JPG.xmp", "B.JPG", "B.JPG.xmp"]
    );
    does(&world, &["tag", "add", "travel/italy", photo]);
    does(&world, &["tag", "add", "sea & <sun>", photo]);
    does(
        &world,
        &[
            "set",
            photo,
            "--title",
            "Low \"tide\"",
            "--description",
            "Two\nlines",
            "--rating",
            "4",
            "--label",
            "Red",
        ],
    );
    does(&world, &["set", photo, "--location", "-33.8568,151.2153,12.5"]);
    does(&world, &["date", "set", "2021-07-05T11:12:13.25+10:00", photo]);
    let day = world.mount().join("dates/by-day/2021/2021-07-05");
    let found = read(&exiftool, &day.join("A.JPG.xmp"));
    let check = |name: &str, expect: Value| assert_eq!(found.get(name), Some(&expect), "{name}: {found:#?}");
    check(
        "XMP-digiKam:TagsList",
        json!(["sea & <sun>", "travel/italy", "People/Anna"]),
    );
    check(
        "XMP-lr:HierarchicalSubject",
        json!(["sea & <sun>", "travel|italy", "People|Anna"]),
    );
    check("XMP-dc:Subject", json!(["sea & <sun>", "italy", "Anna"]));
    check("XMP-dc:Title", json!("Low \"tide\""));
    check("XMP-dc:Description", json!("Two\nlines"));
    check("XMP-tiff:ImageDescription", json!("Two\nlines"));
    check("XMP-xmp:Rating", json!(4));
    check("XMP-xmp:Label", json!("Red"));
    check("XMP-exif:DateTimeOriginal", json!("2021:07:05 11:12:13.25+10:00"));
    check("XMP-photoshop:DateCreated", json!("2021:07:05 11:12:13.25+10:00"));
    check("XMP-xmp:CreateDate", json!("2021:07:05 11:12:13.25+10:00"));
    check("XMP-photoshop:SidecarForExtension", json!("JPG"));
    check("XMP-iptcExt:PersonInImage", json!(["Anna"]));
    let number = |name: &str| found[name].as_f64().unwrap();
    assert!((number("XMP-exif:GPSLatitude") + 33.8568).abs() < 1e-7);
    assert!((number("XMP-exif:GPSLongitude") - 151.2153).abs() < 1e-7);
    assert!((number("XMP-exif:GPSAltitude") - 12.5).abs() < 1e-9);
    let region = &found["XMP-mwg-rs:RegionInfo"]["RegionList"][0];
    assert_eq!(
        (&region["Name"], &region["Type"]),
        (&json!("Anna"), &json!("Face")),
        "{found:#?}"
    );
    let area = ["X", "Y", "W", "H"].map(|side| region["Area"][side].as_f64().unwrap());
    assert_eq!(area, LEFT);
    let region = &found["XMP-MP:RegionInfoMP"]["Regions"][0];
    assert_eq!(region["PersonDisplayName"], "Anna", "{found:#?}");
    assert!(world.stop().unwrap().success());
    originals.assert_unchanged(world.library());
}

#[test]
fn an_edit_is_in_the_sidecar_at_once_in_every_folder_that_shows_the_photo() {
    skip_unless!(skip::fuse());
    let (mut world, originals) = started();
    let photo = world.mount().join(DAY).join("A.JPG");
    does(&world, &["tag", "add", "travel/italy", photo.to_str().unwrap()]);
    let _listed = tree::listed(world.mount().join("tags/travel/italy"));
    let shown = text(&world, "tags/travel/italy/A.JPG.xmp");
    let before = fs::metadata(world.mount().join("tags/travel/italy/A.JPG.xmp")).unwrap();
    let mut open = fs::File::open(world.mount().join("tags/travel/italy/A.JPG.xmp")).unwrap();
    for rating in ["1", "2", "3"] {
        does(&world, &["set", "--rating", rating, "--query", "name:A.JPG"]);
        let after = text(&world, "tags/travel/italy/A.JPG.xmp");
        assert!(
            after.contains(&format!("<xmp:Rating>{rating}</xmp:Rating>")),
            "{after}"
        );
        assert_eq!(after, text(&world, "library/library/A.JPG.xmp"));
    }
    let after = fs::metadata(world.mount().join("tags/travel/italy/A.JPG.xmp")).unwrap();
    let time = |meta: &fs::Metadata| (meta.mtime(), meta.mtime_nsec());
    assert!(time(&before) != time(&after) && before.mtime() <= after.mtime());
    let mut old = String::new();
    open.read_to_string(&mut old).unwrap();
    assert_eq!(old, shown, "who opened it reads what it said then");
    does(&world, &["tag", "rename", "travel/italy", "italia"]);
    let after = text(&world, "tags/travel/italia/A.JPG.xmp");
    assert!(
        after.contains("<rdf:li>travel/italia</rdf:li>") && !after.contains("italy"),
        "{after}"
    );
    does(&world, &["people", "rename", "Anna", "Anne"]);
    let after = text(&world, "people/Anne/A.JPG.xmp");
    assert!(
        after.contains("mwg-rs:Name=\"Anne\"") && !after.contains("Anna"),
        "{after}"
    );
    // A command takes it for its photo.
    let path = world.mount().join("people/Anne/A.JPG.xmp");
    assert_eq!(
        world.json(&["info", path.to_str().unwrap()])["items"][0]["name"],
        "A.JPG"
    );
    // The same after a restart.
    let (size, seconds) = (
        fs::metadata(&path).unwrap().len(),
        fs::metadata(&path).unwrap().mtime(),
    );
    world.restart().unwrap();
    assert_eq!(text(&world, "people/Anne/A.JPG.xmp"), after);
    let again = fs::metadata(&path).unwrap();
    assert_eq!((again.len(), again.mtime()), (size, seconds));
    assert!(world.stop().unwrap().success());
    originals.assert_unchanged(world.library());
}

#[test]
fn a_real_sidecar_is_shown_byte_for_byte_but_for_what_was_changed() {
    skip_unless!(skip::fuse());
    let exiftool = skip_unless!(skip::program("exiftool"));
    let (mut world, originals) = started();
    let folder = world.mount().join("library/library");
    assert_eq!(
        tree::listed(&folder),
        ["A.JPG", "A.JPG.xmp", "B.JPG", "B.JPG.xmp"]
    );
    assert_eq!(text(&world, &format!("{DAY}/B.JPG.xmp")), DARKTABLE);
    assert_eq!(text(&world, "library/library/B.JPG.xmp"), DARKTABLE);
    let photo = world.library().join("B.JPG");
    let photo = photo.to_str().unwrap();
    does(&world, &["set", photo, "--rating", "5"]);
    does(&world, &["tag", "add", "best", photo]);
    let shown = text(&world, "library/library/B.JPG.xmp");
    let without = DARKTABLE.replace("\n   xmp:Rating=\"1\"", "");
    let (start, end) = without.split_at(without.find("\n </rdf:RDF>").unwrap());
    assert!(shown.starts_with(start) && shown.ends_with(end), "{shown}");
    let found = read(&exiftool, &folder.join("B.JPG.xmp"));
    assert_eq!(found["XMP-xmp:Rating"], 5, "{found:#?}");
    assert_eq!(found["XMP-dc:Subject"], json!(["best"]));
    assert_eq!(found["XMP-darktable:History_end"], 2);
    let before = fs::metadata(folder.join("B.JPG.xmp")).unwrap();
    does(&world, &["undo"]);
    does(&world, &["undo"]);
    assert_eq!(text(&world, "library/library/B.JPG.xmp"), DARKTABLE);
    originals.assert_unchanged(world.library());
    // The other program goes on: what it writes is shown, as soon as it was noticed.
    let more = DARKTABLE.replace("history_end=\"2\"", "history_end=\"1\"");
    fs::write(world.library().join("B.JPG.xmp"), &more).unwrap();
    let _ = world
        .kphotos(&["library", "scan", world.library().to_str().unwrap()])
        .ok();
    world.wait_idle(PATIENCE);
    assert_eq!(text(&world, "library/library/B.JPG.xmp"), more);
    let after = fs::metadata(folder.join("B.JPG.xmp")).unwrap();
    assert!((before.mtime(), before.mtime_nsec()) != (after.mtime(), after.mtime_nsec()));
    // One that is no XMP any more is shown as it lies; one that is gone leaves what is known.
    fs::write(world.library().join("B.JPG.xmp"), &more[..400]).unwrap();
    let _ = world
        .kphotos(&["library", "scan", world.library().to_str().unwrap()])
        .ok();
    world.wait_idle(PATIENCE);
    assert_eq!(text(&world, "library/library/B.JPG.xmp"), more[..400]);
    fs::remove_file(world.library().join("B.JPG.xmp")).unwrap();
    let _ = world
        .kphotos(&["library", "scan", world.library().to_str().unwrap()])
        .ok();
    world.wait_idle(PATIENCE);
    let shown = text(&world, "library/library/B.JPG.xmp");
    assert!(
        shown.contains("xmptk=\"K-Photos") && !shown.contains("darktable"),
        "{shown}"
    );
    assert!(world.stop().unwrap().success());
}

#[test]
fn sidecars_cannot_be_written_and_come_and_go_with_their_photos() {
    skip_unless!(skip::fuse());
    let (mut world, originals) = started();
    let path = |name: &str| -> PathBuf { world.mount().join(DAY).join(name) };
    for name in ["A.JPG.xmp", "B.JPG.xmp"] {
        let attempts = on_file(&c_path(&path(name)));
        assert_eq!(not_refused(&attempts), Vec::<String>::new());
    }
    // Who watches a folder is told of both.
    let album = world.mount().join("albums/trip");
    does(&world, &["album", "create", "trip"]);
    let mut watcher = Watcher::on(&album).unwrap();
    does(&world, &["album", "add", "trip", path("A.JPG").to_str().unwrap()]);
    for name in ["A.JPG", "A.JPG.xmp"] {
        let came = watcher.wait_for(PATIENCE, |event| event.is(libc::IN_CREATE, name));
        came.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    assert_eq!(tree::listed(&album), ["A.JPG", "A.JPG.xmp"]);
    does(&world, &["set", "--title", "Here", "--query", "name:A.JPG"]);
    let told = watcher.wait_for(PATIENCE, |event| {
        event.is(libc::IN_ATTRIB | libc::IN_MODIFY, "A.JPG.xmp")
    });
    told.unwrap();
    assert!(text(&world, "albums/trip/A.JPG.xmp").contains("Here"));
    does(
        &world,
        &["album", "remove", "trip", path("A.JPG").to_str().unwrap()],
    );
    let left = watcher.wait_for(PATIENCE, |event| event.is(libc::IN_DELETE, "A.JPG.xmp"));
    left.unwrap();
    assert_eq!(tree::listed(&album), Vec::<String>::new());
    // An album that is called so keeps its name, and there is never one name twice.
    does(&world, &["album", "add", "trip", path("A.JPG").to_str().unwrap()]);
    does(&world, &["album", "create", "trip/A.JPG.xmp"]);
    assert_eq!(tree::listed(&album), ["A.JPG", "A.JPG.xmp"]);
    assert!(fs::metadata(album.join("A.JPG.xmp")).unwrap().is_dir());
    // A mount without them has none, beside one that has them.
    let plain = world.path("plain");
    does(&world, &["mount", "add", plain.to_str().unwrap()]);
    assert_eq!(tree::listed(plain.join(DAY)), ["A.JPG", "B.JPG"]);
    assert!(!plain.join(DAY).join("A.JPG.xmp").exists());
    let more = world.path("more");
    does(
        &world,
        &["mount", "add", more.to_str().unwrap(), "--sidecars", "xmp"],
    );
    assert_eq!(
        fs::read_to_string(more.join(DAY).join("B.JPG.xmp")).unwrap(),
        DARKTABLE
    );
    let listed = world.json(&["mount", "list"])["items"].clone();
    let sidecars: Vec<&str> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["sidecars"].as_str().unwrap())
        .collect();
    assert_eq!(sidecars, ["xmp", "off", "xmp"]);
    world.restart().unwrap();
    assert_eq!(
        fs::read_to_string(more.join(DAY).join("B.JPG.xmp")).unwrap(),
        DARKTABLE
    );
    assert!(world.stop().unwrap().success());
    originals.assert_unchanged(world.library());
}
