//! The faces and persons of real files and their sidecars, read by other tools beforehand, against what is shown of them.

use std::fs;
use std::path::Path;

use kphotos_tests::world::World;
use kphotos_tests::{skip, skip_unless, tree};
use serde_json::Value;

use super::{faces, texts};
use crate::sacred::JOBS;

/// Pictures with faces or persons of their own.
const FILES: [&str; 7] = [
    "jpeg/pigallery2/digikam.jpg",
    "jpeg/pigallery2/special_names.jpg",
    "jpeg/test-assets/portrait.jpg",
    "jpeg/imagemeta/metadata_demo_inc_exif_out_of_sync_Inc_adobe.jpg",
    "png/pigallery2/png_with_faces_and_dates.png",
    "png/pigallery2/test_png.png",
    "sidecar-pairs/exifr/IMG_5910.jpg",
];

/// Pictures of which a sidecar says more.
const PAIRS: [&str; 2] = [
    "sidecar-pairs/librephotos/niaz.jpg",
    "sidecar-pairs/pigallery2/flatxmp.jpg",
];

fn expected(corpus: &Path) -> Value {
    serde_json::from_slice(&fs::read(corpus.join("expected.json")).unwrap()).unwrap()
}

/// What other tools read of a file: the names of those in it, sorted, each once.
fn named(record: &Value) -> Vec<String> {
    let faces = record["faces"].as_array().into_iter().flatten();
    let of_faces = faces.filter_map(|face| face["name"].as_str());
    let persons = record["persons"].as_array().into_iter().flatten();
    // Of those whom a program names without a box only that program tells.
    let sources = record["faces_by_source"]
        .as_object()
        .into_iter()
        .flat_map(|all| all.values());
    let of_sources = sources.filter_map(Value::as_array).flatten();
    let of_sources = of_sources.filter_map(|face| face["name"].as_str());
    let all = of_faces
        .chain(persons.filter_map(Value::as_str))
        .chain(of_sources);
    let mut names: Vec<String> = all.map(str::to_owned).collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[test]
fn faces_of_real_files_are_where_other_tools_see_them_and_their_people_have_folders() {
    skip_unless!(skip::fuse());
    let corpus = skip_unless!(skip::corpus());
    let mut world = World::new().unwrap();
    world.spare_pictures().unwrap();
    let sidecars = PAIRS.map(|file| file.replace(".jpg", ".xmp"));
    let all = FILES.iter().chain(&PAIRS).copied();
    for file in all.clone().chain(sidecars.iter().map(String::as_str)) {
        let to = world.library().join(file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(corpus.join(file), to).unwrap();
    }
    let before = world.start_on_originals(JOBS);
    let expected = expected(&corpus);
    let listed = tree::listed(world.mount().join("people"));
    for file in all {
        // What the sidecar says, these pictures do not say themselves.
        let said_by = if PAIRS.contains(&file) {
            file.replace(".jpg", ".xmp")
        } else {
            file.to_owned()
        };
        let record = &expected["files"][&said_by];
        let path = world.library().canonicalize().unwrap().join(file);
        let document = world.json(&["info", path.to_str().unwrap()]);
        let asset = &document["items"][0];
        let mut found = faces(asset);
        let wanted = record["faces"].as_array().map_or(&[][..], Vec::as_slice);
        assert_eq!(found.len(), wanted.len(), "{file}: {found:?}");
        for face in wanted {
            let near = |part: &str, at: f64| (face[part].as_f64().unwrap() - at).abs() < 1e-5;
            let is_it = |(name, kind, [x, y, w, h]): &(String, String, [f64; 4])| {
                face["name"] == **name
                    && face["type"] == **kind
                    && near("x", *x)
                    && near("y", *y)
                    && near("w", *w)
                    && near("h", *h)
            };
            let at = found.iter().position(is_it);
            let at = at.unwrap_or_else(|| panic!("{file}: {face} is not in {found:?}"));
            found.remove(at);
        }
        assert_eq!(texts(&asset["people"]), named(record), "{file}");
        for name in named(record) {
            let portable = |shown: &&String| {
                shown
                    .chars()
                    .zip(name.chars())
                    .all(|(shown, own)| shown == own || shown == '_')
            };
            assert!(
                listed.iter().any(|shown| portable(&shown)),
                "{name} has no folder: {listed:?}"
            );
            let found = world.json(&["search", &format!("person:=\"{}\"", name.replace('"', "\"\""))]);
            let items = found["items"].as_array().unwrap();
            assert!(items.iter().any(|item| item["id"] == asset["id"]), "{name}");
        }
    }
    assert!(world.stop().unwrap().success());
    before.assert_unchanged(world.library());
}
