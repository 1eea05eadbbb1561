//! Other programs rewrite sidecars and photos: the history says which program and what, undo shows
//! again what was there before, and no byte of a file is changed for it.

use std::fs;
use std::path::Path;
use std::process::Command;

use kphotos_tests::photos::Photo;
use kphotos_tests::sacred::{Inventory, backdate_access_times};
use kphotos_tests::world::{PATIENCE, World};
use kphotos_tests::{skip, skip_unless};
use serde_json::{Value, json};

fn scan(world: &World) {
    let library = world.library();
    let _ = world
        .kphotos(&["library", "scan", library.to_str().unwrap()])
        .ok();
    world.wait_idle(PATIENCE);
}

/// Title, rating and tags of a photo.
fn shown(world: &World, name: &str) -> Value {
    let path = world.library().join(name);
    let item = world.json(&["info", path.to_str().unwrap()])["items"][0].clone();
    json!([item["title"], item["rating"], item["tags"]])
}

/// What files brought, newest first: revision, actor and summary.
fn brought(world: &World, about: &[&str]) -> Vec<(String, String, String)> {
    let list = world.json(&[&["history", "--limit", "100"], about].concat());
    let items = list["items"].as_array().unwrap().iter();
    let entry = |item: &Value| {
        let text = |field: &str| item[field].as_str().unwrap().to_owned();
        (item["revision"].to_string(), text("actor"), text("summary"))
    };
    items
        .map(entry)
        .filter(|(_, actor, _)| actor.starts_with("file:"))
        .collect()
}

/// A sidecar as darktable writes it.
fn darktable(title: &str, rating: i8) -> String {
    format!(
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\" x:xmptk=\"XMP Core 4.4.0-Exiv2\"><rdf:RDF \
         xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" \
         xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:darktable=\"http://darktable.sf.net/\" xmp:Rating=\"{rating}\" darktable:xmp_version=\"5\"><dc:title>\
         <rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF>\
         </x:xmpmeta>"
    )
}

fn writes(exiftool: &Path, file: &Path, arguments: &[&str]) {
    let mut command = Command::new(exiftool);
    command.args(["-q", "-overwrite_original"]).args(arguments);
    assert!(command.arg(file).status().unwrap().success());
}

/// Three photos: one with a sidecar, one that says something itself, and one that nobody writes.
fn fill(library: &Path, exiftool: &Path) {
    for (number, name) in [(1, "A.JPG"), (2, "B.JPG"), (3, "C.JPG")] {
        let photo = Photo::numbered(number)
            .tagged(&[])
            .taken_at("2021-07-04T10:00:00");
        photo.write_to(library, name).unwrap();
    }
    let arguments = [
        "-XMP-dc:Title=Low tide",
        "-XMP-xmp:Rating=2",
        "-XMP-dc:Subject=sea",
    ];
    writes(exiftool, &library.join("A.JPG.xmp"), &arguments);
    let arguments = ["-XMP-dc:Title=Harbour", "-XMP-dc:Subject=boat"];
    writes(exiftool, &library.join("B.JPG"), &arguments);
}

#[test]
fn what_another_program_writes_is_in_the_history_and_undo_shows_what_was_there() {
    skip_unless!(skip::fuse());
    let exiftool = skip_unless!(skip::program("exiftool"));
    let mut world = World::new().unwrap();
    let library = world.library();
    fill(&library, &exiftool);
    let sidecar = library.join("A.JPG.xmp");
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    let first = [
        shown(&world, "A.JPG"),
        shown(&world, "B.JPG"),
        shown(&world, "C.JPG"),
    ];
    assert_eq!(first[0], json!(["Low tide", 2, ["sea"]]));
    assert_eq!(brought(&world, &[]), [], "first reads are no edits");

    // darktable writes the sidecar anew, without the tag, and exiftool a photo in place.
    fs::write(&sidecar, darktable("High tide", 5)).unwrap();
    scan(&world);
    writes(
        &exiftool,
        &library.join("B.JPG"),
        &["-XMP-dc:Title=Pier", "-XMP-dc:Subject="],
    );
    backdate_access_times(&library).unwrap();
    let before = Inventory::take(&library).unwrap();
    scan(&world);
    let written = [shown(&world, "A.JPG"), shown(&world, "B.JPG")];
    assert_eq!(written[0], json!(["High tide", 5, []]));
    assert_eq!(written[1][0], "Pier");
    let found = brought(&world, &[]);
    let told: Vec<(&str, &str)> = found.iter().map(|(_, actor, what)| (&**actor, &**what)).collect();
    assert_eq!(
        told,
        [
            ("file:exiftool", "tags, title of B.JPG changed in the files"),
            (
                "file:darktable",
                "rating, tags, title of A.JPG changed in the files"
            ),
        ]
    );
    let of = |name: &str| {
        let path = library.join(name);
        brought(&world, &[path.to_str().unwrap()]).len()
    };
    assert_eq!([of("A.JPG"), of("B.JPG"), of("C.JPG")], [1, 1, 0]);

    for (revision, ..) in &found {
        let _ = world.kphotos(&["undo", revision]).ok();
    }
    let restored = |world: &World| {
        [
            shown(world, "A.JPG"),
            shown(world, "B.JPG"),
            shown(world, "C.JPG"),
        ]
    };
    assert_eq!(restored(&world), first);
    let _ = world.kphotos(&["redo"]).ok();
    assert_eq!(shown(&world, "A.JPG"), written[0], "done again");
    let _ = world.kphotos(&["undo", &found[1].0]).ok();
    scan(&world);
    assert_eq!(restored(&world), first, "a scan brings nothing back");

    for loses_store in [false, true] {
        assert!(world.stop().unwrap().success());
        if loses_store {
            fs::remove_dir_all(world.state().join("layer")).unwrap();
        }
        world.start().unwrap();
        world.wait_idle(PATIENCE);
        assert_eq!(restored(&world), first, "the store is lost: {loses_store}");
    }
    assert_eq!(brought(&world, &[]), found);
    assert!(world.stop().unwrap().success());
    before.assert_unchanged(&library);
}

/// Who is in a photo.
fn people(world: &World, name: &str) -> Value {
    let path = world.library().join(name);
    world.json(&["info", path.to_str().unwrap()])["items"][0]["people"].clone()
}

#[test]
fn a_sidecar_that_comes_and_a_face_that_a_program_names_are_in_the_history() {
    skip_unless!(skip::fuse());
    let exiftool = skip_unless!(skip::program("exiftool"));
    let mut world = World::new().unwrap();
    let library = world.library();
    fill(&library, &exiftool);
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    let before = shown(&world, "C.JPG");
    fs::write(library.join("C.JPG.xmp"), darktable("Ebb", 3)).unwrap();
    scan(&world);
    assert_eq!(shown(&world, "C.JPG")[0], "Ebb");
    let region = "-XMP-mwg-rs:RegionInfo={AppliedToDimensions={W=32,H=24,Unit=pixel},RegionList=[{Area={X=0.5,\
                  Y=0.5,W=0.2,H=0.2,Unit=normalized},Name=Anna,Type=Face}]}";
    writes(&exiftool, &library.join("B.JPG"), &[region]);
    scan(&world);
    assert_eq!(people(&world, "B.JPG"), json!(["Anna"]));
    let found = brought(&world, &[]);
    let told: Vec<(&str, &str)> = found.iter().map(|(_, actor, what)| (&**actor, &**what)).collect();
    assert_eq!(
        told,
        [
            ("file:exiftool", "faces of B.JPG changed in the files"),
            ("file:darktable", "rating, title of C.JPG changed in the files"),
        ]
    );
    for (revision, ..) in &found {
        let _ = world.kphotos(&["undo", revision]).ok();
    }
    assert_eq!(people(&world, "B.JPG"), json!([]));
    // That there were no stars is the same as that there are none.
    assert_eq!(before[1], Value::Null);
    assert_eq!(shown(&world, "C.JPG"), json!([before[0], 0, before[2]]));
    assert!(world.stop().unwrap().success());
    world.start().unwrap();
    scan(&world);
    assert_eq!(people(&world, "B.JPG"), json!([]));
    assert!(world.stop().unwrap().success());
}
