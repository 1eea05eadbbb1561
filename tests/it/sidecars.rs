//! Sidecars of other programs: written while the daemon runs, seen by the next scan, and never touched.
//!
//! The other program is exiftool where it is installed; the corpus has what digiKam, Lightroom, Photoshop and phones wrote.

use std::fs;
use std::path::Path;
use std::process::Command;

use kphotos_tests::photos::{Photo, RawKind};
use kphotos_tests::sacred::Inventory;
use kphotos_tests::world::{PATIENCE, World};
use kphotos_tests::{skip, skip_unless};
use serde_json::Value;

use crate::sacred::copy;

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// A sidecar with these tags and attributes.
fn xmp(tags: &[&str], attributes: &str) -> String {
    let tags: String = tags.iter().map(|tag| format!("<rdf:li>{tag}</rdf:li>")).collect();
    format!(
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"{RDF}\"><rdf:Description rdf:about=\"\" \
         xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\" xmlns:digiKam=\"http://www.digikam.org/ns/1.0/\" \
         {attributes}><digiKam:TagsList><rdf:Seq>{tags}</rdf:Seq></digiKam:TagsList></rdf:Description></rdf:RDF>\
         </x:xmpmeta>"
    )
}

fn photo(number: u64) -> Photo {
    Photo::numbered(number)
        .tagged(&[])
        .taken_at("2021-07-04T10:00:00")
}

/// Looks at the library again and waits until all is read.
fn scan(world: &World) {
    let library = world.library();
    let _ = world
        .kphotos(&["library", "scan", library.to_str().unwrap()])
        .ok();
    world.wait_idle(PATIENCE);
}

/// All that is known of a photo, with its layers.
fn info(world: &World, name: &str) -> Value {
    let path = world.library().join(name);
    world.json(&["info", "--layers", path.to_str().unwrap()])["items"][0].clone()
}

fn shows(world: &World, path: &str) -> bool {
    world.mount().join(path).exists()
}

/// What the last scan left out, with the reasons.
fn left_out(world: &World) -> Vec<(String, String)> {
    let list = world.json(&["library", "show", "--skipped", world.library().to_str().unwrap()]);
    let text = |item: &Value, field: &str| item[field].as_str().unwrap().to_owned();
    let name = |path: String| Path::new(&path).file_name().unwrap().to_str().unwrap().to_owned();
    let items = list["items"].as_array().unwrap().iter();
    items
        .map(|item| (name(text(item, "path")), text(item, "reason")))
        .collect()
}

#[test]
fn a_tag_that_another_program_writes_beside_a_photo_comes_and_goes_in_the_tree() {
    skip_unless!(skip::fuse());
    let exiftool = skip_unless!(skip::program("exiftool"));
    let mut world = World::new().unwrap();
    let library = world.library();
    photo(1).write_to(&library, "A.JPG").unwrap();
    photo(2).write_to(&library, "B.JPG").unwrap();
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    let writes = |sidecar: &str, arguments: &[&str]| {
        let mut command = Command::new(&exiftool);
        command.args(["-q", "-overwrite_original"]).args(arguments);
        assert!(command.arg(library.join(sidecar)).status().unwrap().success());
    };
    // One names the whole file, the other the stem.
    writes(
        "A.JPG.xmp",
        &["-XMP-digiKam:TagsList=trip/sea", "-XMP-xmp:Rating=4"],
    );
    writes("B.xmp", &["-XMP-dc:Subject=shore", "-XMP-dc:Title=Low tide"]);
    let before = Inventory::take(&library).unwrap();
    scan(&world);
    assert!(shows(&world, "tags/trip/sea/A.JPG") && shows(&world, "tags/shore/B.JPG"));
    assert!(!shows(&world, "library/library/B.xmp"), "a sidecar is no photo");
    let a = info(&world, "A.JPG");
    assert_eq!(
        (&a["rating"], &a["layers"]["sidecar"]["rating"]),
        (&4.into(), &4.into())
    );
    let path = library.canonicalize().unwrap().join("A.JPG.xmp");
    assert_eq!(a["layers"]["sidecar"]["path"], path.to_str().unwrap());
    assert_eq!(a["layers"]["embedded"]["tags"], Value::Null);
    assert_eq!(info(&world, "B.JPG")["title"], "Low tide");
    assert_eq!(
        world.json(&["search", "has:sidecar"])["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert!(left_out(&world).is_empty(), "{:?}", left_out(&world));
    before.assert_unchanged(&library);
    // A person says otherwise, and the other program takes the tag away.
    let _ = world
        .kphotos(&["set", "--rating", "1", library.join("A.JPG").to_str().unwrap()])
        .ok();
    writes("A.JPG.xmp", &["-XMP-digiKam:TagsList=", "-XMP-xmp:Rating=5"]);
    scan(&world);
    assert!(!shows(&world, "tags/trip/sea/A.JPG") && shows(&world, "tags/shore/B.JPG"));
    assert_eq!(info(&world, "A.JPG")["rating"], 1);
    assert_eq!(info(&world, "A.JPG")["layers"]["sidecar"]["rating"], 5);
    // One is deleted; the other photo is moved away from its own, and a restart changes nothing.
    fs::remove_file(library.join("A.JPG.xmp")).unwrap();
    fs::create_dir(library.join("away")).unwrap();
    fs::rename(library.join("B.JPG"), library.join("away/B.JPG")).unwrap();
    scan(&world);
    for _ in 0..2 {
        assert_eq!(info(&world, "A.JPG")["layers"].get("sidecar"), None);
        let b = info(&world, "away/B.JPG");
        assert_eq!(
            (&b["title"], &b["layers"]["sidecar"]["apart"]),
            (&"Low tide".into(), &true.into())
        );
        assert!(shows(&world, "tags/shore/B.JPG"));
        world.restart().unwrap();
        world.wait_idle(PATIENCE);
    }
    assert_eq!(
        left_out(&world),
        [("B.xmp".to_owned(), "sidecar-orphan".to_owned())]
    );
    fs::rename(library.join("B.xmp"), library.join("away/B.xmp")).unwrap();
    scan(&world);
    assert_eq!(info(&world, "away/B.JPG")["layers"]["sidecar"].get("apart"), None);
    assert!(left_out(&world).is_empty());
    assert!(world.stop().unwrap().success());
}

#[test]
fn of_raw_and_jpeg_one_has_the_sidecar_and_what_nobody_can_tell_is_said() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    let library = world.library();
    for (number, stem) in (1..).zip(["raw", "jpeg", "torn", "laughs", "wide"]) {
        photo(number)
            .write_raw_to(&library, format!("{stem}.CR2"), RawKind::Cr2)
            .unwrap();
        photo(number + 10)
            .write_to(&library, format!("{stem}.JPG"))
            .unwrap();
    }
    photo(30).write_to(&library, "two.JPG").unwrap();
    photo(31).write_to(&library, "two.jpeg").unwrap();
    photo(32).write_to(&library, "huge.JPG").unwrap();
    let put = |name: &str, bytes: &[u8]| fs::write(library.join(name), bytes).unwrap();
    put("raw.xmp", xmp(&["raw"], "").as_bytes());
    put(
        "jpeg.xmp",
        xmp(&["jpeg"], "photoshop:SidecarForExtension=\"jpg\"").as_bytes(),
    );
    put("two.xmp", xmp(&["two"], "").as_bytes());
    put("lone.xmp", xmp(&["lone"], "").as_bytes());
    // UTF-16 as some write it, and what no sidecar is.
    let wide: Vec<u8> = xmp(&["wide"], "")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    put("wide.CR2.xmp", &[b"\xff\xfe", wide.as_slice()].concat());
    let torn = xmp(&["torn"], "");
    put("torn.CR2.xmp", &torn.as_bytes()[..torn.len() / 2]);
    let laughs = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    put(
        "laughs.CR2.xmp",
        format!("{laughs}{}", xmp(&["&b;"], "")).as_bytes(),
    );
    put("huge.JPG.xmp", &vec![b' '; 50 << 20]);
    let before = world.start_on_originals(PATIENCE);
    let tagged = |tag: &str| -> Vec<String> {
        let folder = fs::read_dir(world.mount().join("tags").join(tag));
        let names = folder.into_iter().flatten();
        let mut names: Vec<_> = names
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    let check = |tag: &str, expect: &[&str]| assert_eq!(tagged(tag), expect, "{tag}");
    check("raw", &["raw.CR2"]);
    check("jpeg", &["jpeg.JPG"]);
    check("wide", &["wide.CR2"]);
    for tag in ["two", "lone", "torn"] {
        check(tag, &[]);
    }
    let mut left = left_out(&world);
    left.sort();
    let expect = [
        ("huge.JPG.xmp", "sidecar-unreadable"),
        ("laughs.CR2.xmp", "sidecar-unreadable"),
        ("lone.xmp", "sidecar-orphan"),
        ("torn.CR2.xmp", "sidecar-unreadable"),
        ("two.xmp", "sidecar-ambiguous"),
    ];
    assert_eq!(left, expect.map(|(name, why)| (name.to_owned(), why.to_owned())));
    for (photo, why) in [
        ("torn.CR2", "its end is missing"),
        ("laughs.CR2", "document type"),
        ("huge.JPG", "16 MiB"),
    ] {
        let known = info(&world, photo);
        assert_eq!(known["taken"], "2021-07-04T10:00:00", "{photo}: {known}");
        let said = known["layers"]["sidecar"]["unreadable"].as_str().unwrap();
        assert!(said.contains(why), "{photo}: {said}");
    }
    assert!(world.stop().unwrap().success());
    before.assert_unchanged(&library);
}

#[test]
fn the_corpus_shows_what_sidecars_of_real_programs_say() {
    skip_unless!(skip::fuse());
    let corpus = skip_unless!(skip::corpus());
    let mut world = World::new().unwrap();
    world.spare_pictures().unwrap();
    let library = world.library();
    copy(&corpus.join("sidecar-pairs"), &library).unwrap();
    let before = world.start_on_originals(PATIENCE);
    let check = |name: &str, field: &str, expect: Value| {
        assert_eq!(info(&world, name)[field], expect, "{name} {field}")
    };
    check("librephotos/niaz.jpg", "rating", 5.into());
    check(
        "librephotos/niaz.jpg",
        "taken",
        "2018-10-04T19:21:55-04:00".into(),
    );
    check("pigallery2/flatxmp.jpg", "title", "The title".into());
    check("pigallery2/flatxmp.jpg", "taken", "1980-06-02T18:19:58".into());
    check("pigallery2/20240128_105420.mp4", "rating", 3.into());
    check("exiftool/XMP.jpg", "taken", "2005-06-09T20:09:27+02:00".into());
    // The second's part that the sidecar leaves out is not lost.
    check(
        "photoprism/iphone_7.heic",
        "taken",
        "2018-09-10T12:16:13.023".into(),
    );
    let photoshop = info(&world, "photoprism/photoshop.jpg");
    let tags = photoshop["tags"].as_array().unwrap();
    for tag in ["compuer", "computer", "desk"] {
        assert!(
            tags.contains(&tag.into()),
            "{tag} of the file or its sidecar: {tags:?}"
        );
    }
    let with = world.json(&["search", "has:sidecar"]);
    assert_eq!(with["items"].as_array().unwrap().len(), 10);
    assert!(left_out(&world).is_empty(), "{:?}", left_out(&world));
    assert!(world.stop().unwrap().success());
    before.assert_unchanged(&library);
}

#[test]
fn what_a_sidecar_said_stays_with_a_photo_that_was_moved_without_it_also_without_the_layer() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    let library = world.library().to_path_buf();
    let backup = world.path("backup");
    fs::create_dir_all(library.join("sorted")).unwrap();
    fs::create_dir(&backup).unwrap();
    photo(1).write_to(&library, "A.JPG").unwrap();
    photo(2).write_to(&library, "B.JPG").unwrap();
    photo(3).write_to(&library, "sorted/C.JPG").unwrap();
    photo(4).write_to(&backup, "D.JPG").unwrap();
    for name in ["A.JPG.xmp", "B.JPG.xmp"] {
        let said = xmp(&["trip/sea"], "xmp:Rating=\"4\"");
        fs::write(library.join(name), said).unwrap();
    }
    world.start().unwrap();
    let added = ["library", "add", backup.to_str().unwrap(), "--wait"];
    let _ = world.kphotos(&added).ok();
    world.wait_idle(PATIENCE);
    // One into another folder and one into another library; both sidecars are thrown away.
    fs::rename(library.join("A.JPG"), library.join("sorted/A.JPG")).unwrap();
    fs::rename(library.join("B.JPG"), backup.join("B.JPG")).unwrap();
    for name in ["A.JPG.xmp", "B.JPG.xmp"] {
        fs::remove_file(library.join(name)).unwrap();
    }
    for number in ["1", "2", "1"] {
        let _ = world.kphotos(&["library", "scan", number, "--wait"]).ok();
        world.wait_idle(PATIENCE);
    }
    let root = library.canonicalize().unwrap();
    for _ in 0..2 {
        for (path, sidecar) in [
            (library.join("sorted/A.JPG"), "A.JPG.xmp"),
            (backup.join("B.JPG"), "B.JPG.xmp"),
        ] {
            let said = world.json(&["info", "--layers", path.to_str().unwrap()])["items"][0].clone();
            let layer = &said["layers"]["sidecar"];
            assert_eq!(said["tags"], serde_json::json!(["trip/sea"]), "{said}");
            assert_eq!((&said["rating"], &layer["rating"]), (&4.into(), &4.into()));
            assert_eq!(layer["apart"], true);
            assert_eq!(layer["path"], root.join(sidecar).to_str().unwrap());
        }
        assert!(shows(&world, "tags/trip/sea/A.JPG") && shows(&world, "tags/trip/sea/B.JPG"));
        world.stop().unwrap();
        fs::remove_dir_all(world.state().join("layer")).unwrap();
        world.start().unwrap();
        world.wait_idle(PATIENCE);
    }
}
