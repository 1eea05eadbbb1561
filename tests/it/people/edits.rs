//! Faces edited as a person edits them, from the command line; kept, taken back, found again.

use std::fs;
use std::path::Path;

use kphotos_tests::photos::Photo;
use kphotos_tests::sacred::{Inventory, backdate_access_times};
use kphotos_tests::world::{PATIENCE, World};
use kphotos_tests::{skip, skip_unless, tree};
use serde_json::{Value, json};

use super::texts;

const LEFT: [f64; 4] = [0.2, 0.3, 0.2, 0.2];
const LEFT_NEAR: [f64; 4] = [0.22, 0.3, 0.2, 0.2];
const RIGHT: [f64; 4] = [0.8, 0.3, 0.2, 0.2];

fn photo(number: u64) -> Photo {
    let day = format!("2021-07-0{number}T10:00:00");
    Photo::numbered(number).tagged(&[]).taken_at(&day)
}

/// A.JPG shows Anna and somebody, B.JPG Anna alone, C.JPG nobody.
fn write(library: &Path, left: [f64; 4]) {
    let two = photo(1).showing("Anna", left).showing("", RIGHT);
    two.write_to(library, "A.JPG").unwrap();
    photo(2).showing("Anna", LEFT).write_to(library, "B.JPG").unwrap();
    photo(3).write_to(library, "C.JPG").unwrap();
}

fn started() -> (World, Inventory) {
    let mut world = World::with_arguments(&["--http", "127.0.0.1:0"]).unwrap();
    write(&world.library(), LEFT);
    let originals = world.start_on_originals(PATIENCE);
    (world, originals)
}

fn asset(world: &World, name: &str) -> Value {
    world.json(&["search", &format!("name:{name}")])["items"][0].clone()
}

/// The faces of A.JPG: number, who, and how that is known.
fn told(world: &World) -> Value {
    let list = world.json(&["face", "list", "--all", "--query", "name:A.JPG"]);
    let line = |face: &Value| json!([face["id"], face["name"], face["origin"]]);
    list["items"].as_array().unwrap().iter().map(line).collect()
}

fn does(world: &World, line: &[&str]) -> Value {
    let done = world.json(line);
    assert_eq!(done["undoable"], true, "{line:?}: {done}");
    done
}

#[test]
fn edits_of_faces_survive_a_restart_a_lost_layer_and_programs_that_write_the_file_again() {
    skip_unless!(skip::fuse());
    let (mut world, mut originals) = started();
    let id = asset(&world, "A.JPG")["id"].to_string();
    assert_eq!(told(&world), json!([[1, "Anna", "file"], [2, null, "file"]]));
    does(&world, &["face", "name", &id, "2", "Bea Meier"]);
    does(&world, &["face", "reject", &id, "1"]);
    does(
        &world,
        &[
            "face",
            "add",
            &id,
            "--box",
            "0.5,0.5,0.1,0.1",
            "--name",
            "Rex",
            "--type",
            "pet",
        ],
    );
    let edited = json!([
        [1, "Anna", "rejected"],
        [2, "Bea Meier", "named"],
        [1001, "Rex", "added"]
    ]);
    assert_eq!(told(&world), edited);
    assert_eq!(texts(&asset(&world, "A.JPG")["people"]), ["Bea Meier", "Rex"]);
    // By hand from another end: the same faces, on HTTP.
    let http = world.http();
    let document = http.document(&format!("/api/v1/assets/{id}/faces"));
    assert_eq!(document["items"][1]["name"], "Bea Meier");
    let shown = asset(&world, "A.JPG");

    world.restart().unwrap();
    world.wait_idle(PATIENCE);
    assert_eq!(told(&world), edited);
    // The layer is lost: the journal knows the edits, and the files are read again.
    let _ = world.stop().unwrap();
    fs::remove_dir_all(world.state().join("layer")).unwrap();
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    assert_eq!(told(&world), edited);
    let again = asset(&world, "A.JPG");
    assert_eq!(
        (&again["faces"], &again["people"]),
        (&shown["faces"], &shown["people"])
    );
    originals.assert_unchanged(world.library());

    // Another program writes the file anew, boxes a little elsewhere.
    write(&world.library(), LEFT_NEAR);
    backdate_access_times(world.library()).unwrap();
    originals = Inventory::take(world.library()).unwrap();
    world.bus().rescan();
    assert_eq!(told(&world), edited);
    let layers = world.json(&["info", "--layers", &id])["items"][0]["layers"].clone();
    assert_eq!(layers["embedded"]["faces"][0]["x"], 0.22, "{layers}");
    assert_eq!(layers["user"]["faces"][0]["origin"], "rejected", "{layers}");

    for _ in 0..3 {
        does(&world, &["undo"]);
    }
    assert_eq!(told(&world), json!([[1, "Anna", "file"], [2, null, "file"]]));
    assert_eq!(tree::listed(world.mount().join("people")), ["Anna"]);
    for _ in 0..3 {
        does(&world, &["redo"]);
    }
    assert_eq!(told(&world), edited);
    assert!(world.stop().unwrap().success());
    originals.assert_unchanged(world.library());
}

#[test]
fn people_are_renamed_merged_and_found_again_by_what_files_say() {
    skip_unless!(skip::fuse());
    let (mut world, _) = started();
    let http = world.http();
    let people = |world: &World| -> Vec<(String, u64)> {
        let list = world.json(&["people", "list"]);
        let line = |person: &Value| {
            (
                person["name"].as_str().unwrap().to_owned(),
                person["count"].as_u64().unwrap(),
            )
        };
        list["items"].as_array().unwrap().iter().map(line).collect()
    };
    let is = |name: &str, count: u64| (name.to_owned(), count);
    let id = asset(&world, "C.JPG")["id"].to_string();
    let face = json!({"x": 0.5, "y": 0.5, "w": 0.1, "h": 0.1, "name": "Ann"});
    let added = http.send("POST", &format!("/api/v1/assets/{id}/faces"), &face);
    assert_eq!(added.status, 201, "{added:?}");
    assert_eq!(people(&world), [is("Ann", 1), is("Anna", 2)]);
    http.send("PATCH", "/api/v1/people/Anna", &json!({"name": "Anna Meier"}))
        .ok();
    does(&world, &["people", "merge", "Ann", "Anna"]);
    assert_eq!(people(&world), [is("Anna Meier", 3)]);
    let document = http.document("/api/v1/people/ann");
    assert_eq!(document["synonyms"], json!(["Ann", "Anna"]));
    let named = |path: &str| tree::listed(world.mount().join(path));
    assert_eq!(named("people"), ["Anna Meier"]);
    assert_eq!(named("people/Anna Meier"), ["A.JPG", "B.JPG", "C.JPG"]);
    // Read again, and without the layer, the names lead to the same person.
    write(&world.library(), LEFT_NEAR);
    world.bus().rescan();
    assert_eq!(people(&world), [is("Anna Meier", 3)]);
    let _ = world.stop().unwrap();
    fs::remove_dir_all(world.state().join("layer")).unwrap();
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    assert_eq!(people(&world), [is("Anna Meier", 3)]);
    does(&world, &["undo"]);
    assert_eq!(people(&world), [is("Ann", 1), is("Anna Meier", 2)]);
    // Who is shared stays.
    let _ = world.json(&["share", "create", "hers", "--person", "Anna"]);
    assert_eq!(
        tree::listed(world.mount().join("shares/hers")),
        ["A.JPG", "B.JPG"]
    );
    let refused = world.kphotos(&["people", "merge", "Anna", "Ann"]).exits(5);
    assert!(refused.stderr.contains("kphotos share revoke hers"), "{refused}");
    let http = world.http();
    let merged = http.send("POST", "/api/v1/people/Anna/merge", &json!({"from": ["Ann"]}));
    assert_eq!(merged.ok()["touched"], 1);
    assert_eq!(
        tree::listed(world.mount().join("shares/hers")),
        ["A.JPG", "B.JPG", "C.JPG"]
    );
    let face = &asset(&world, "C.JPG")["faces"][0]["id"].to_string();
    let gone = http.send("DELETE", &format!("/api/v1/assets/{id}/faces/{face}"), &json!({}));
    assert_eq!(gone.ok()["touched"], 1);
    assert_eq!(people(&world), [is("Anna Meier", 2)]);
    assert!(world.stop().unwrap().success());
}
