//! Albums with rules, and collections: there when the command returns, told to who has them open, and kept.
//!
//! A photo that starts to match comes into the open folder by itself, whatever made it match: an edit, a file that is
//! new, another query of the collection that the album stands on.

use std::fs;

use kphotos_tests::photos::Photo;
use kphotos_tests::{as_user, skip, skip_unless, tree};
use serde_json::Value;

use super::Stage;
use super::events::Window;

/// What makes a photo come into such a folder or leave it, seen by who has it open.
fn check_windows(mut stage: Stage) {
    let photos = stage.photos();
    let (first, asset) = (photos[0].0.clone(), photos[0].1.to_string());
    let mut albums = Window::on(&stage.dir("albums"));
    let mut collections = Window::on(&stage.dir("collections"));
    let _ = stage
        .world
        .json(&["album", "create", "best", "--query", "rating:5"]);
    albums.told(libc::IN_CREATE, "best");
    let _ = stage.world.json(&["collection", "create", "good", "rating:4+"]);
    let event = collections.told(libc::IN_CREATE, "good");
    assert_ne!(event.mask & libc::IN_ISDIR, 0, "{event:?}");
    let _ = stage
        .world
        .json(&["album", "create", "chosen", "--collection", "good"]);
    let _ = stage
        .world
        .json(&["share", "create", "open", "--collection", "good"]);
    let _ = stage
        .world
        .json(&["share", "create", "album", "--album", "chosen"]);
    let places = [
        "albums/best",
        "collections/good",
        "albums/chosen",
        "shares/open",
        "shares/album",
    ];
    let mut windows = places.map(|dir| Window::on(&stage.dir(dir)));

    let rated = stage.world.json(&["set", &asset, "--rating", "5"]);
    for (window, place) in windows.iter_mut().zip(places) {
        window.told(libc::IN_CREATE, &first);
        assert_eq!(tree::listed(stage.dir(place)), [first.as_str()], "{place}");
    }
    let said = stage.world.json(&["info", &asset]);
    assert_eq!(said["items"][0]["albums"], serde_json::json!(["best", "chosen"]));
    assert_eq!(
        stage.world.json(&["search", "collection:good album:chosen"])["total"],
        1
    );
    let _ = stage.world.json(&["undo", &rated["revision"].to_string()]);
    for window in &mut windows {
        window.told(libc::IN_DELETE, &first);
    }
    let [best, good, chosen, open, _] = &mut windows;

    // By hand: in for good, out for good.
    let _ = stage.world.json(&["album", "include", "best", &asset]);
    best.told(libc::IN_CREATE, &first);
    let removed = stage.world.json(&["album", "remove", "best", &asset]);
    assert_eq!(removed["summary"], "best: without 1 photo", "{removed}");
    best.told(libc::IN_DELETE, &first);

    // Another query of the collection reaches all that stands on it.
    let _ = stage
        .world
        .json(&["collection", "update", "good", "date:2021-07-01"]);
    for window in [good, chosen, open] {
        window.told(libc::IN_CREATE, &first);
    }
    check_folder(&mut stage);
    check_names(&mut stage, &first, &asset);
    stage.finish();
}

/// A new file in a folder that an album is bound to.
fn check_folder(stage: &mut Stage) {
    let sub = stage.world.library().join("sub");
    stage.somebody_changes(|library| {
        let photo = Photo::numbered(900).tagged(&[]).taken_at("2022-07-02T10:00:00");
        photo.write_to(library.join("sub"), "one.jpg").unwrap();
    });
    let _ = stage
        .world
        .json(&["album", "create", "folder", "--folder", sub.to_str().unwrap()]);
    let mut folder = Window::on(&stage.dir("albums/folder"));
    assert_eq!(tree::listed(stage.dir("albums/folder")), ["one.jpg"]);
    stage.somebody_changes(|library| {
        let photo = Photo::numbered(901).tagged(&[]).taken_at("2022-07-02T10:00:00");
        photo.write_to(library.join("sub/deep"), "two.jpg").unwrap();
    });
    folder.told(libc::IN_CREATE, "two.jpg");
}

/// A rule that comes makes names those of a query directory, where another photo has the stem.
fn check_names(stage: &mut Stage, first: &str, asset: &str) {
    stage.somebody_changes(|library| {
        let photo = Photo::numbered(902).tagged(&[]).taken_at("2022-07-02T10:00:00");
        photo.write_to(library.join("other"), first).unwrap();
    });
    let _ = stage.world.json(&["album", "create", "plain"]);
    let _ = stage.world.json(&["album", "add", "plain", asset, "--only"]);
    let mut plain = Window::on(&stage.dir("albums/plain"));
    assert_eq!(tree::listed(stage.dir("albums/plain")), [first]);
    let _ = stage
        .world
        .json(&["album", "bind", "plain", "--query", "name:nothing"]);
    let names = tree::listed(stage.dir("albums/plain"));
    assert!(names[0].contains('~'), "{names:?}");
    plain.renamed(first, &names[0]);
    let _ = stage.world.json(&["album", "bind", "plain", "--none"]);
    plain.renamed(&names[0], first);
}

#[test]
fn smart_albums_and_collections_are_live_in_the_public_mount() {
    skip_unless!(skip::root());
    skip_unless!(skip::fuse());
    check_windows(Stage::new(6));
}

#[test]
fn smart_albums_and_collections_are_live_in_a_users_mount() {
    skip_unless!(skip::fuse());
    as_user!();
    check_windows(Stage::new(6));
}

/// The numbers of a list.
fn ids(list: &Value) -> Vec<u64> {
    let items = list["items"].as_array().unwrap();
    items.iter().map(|item| item["id"].as_u64().unwrap()).collect()
}

#[test]
fn an_album_keeps_its_rule_its_cover_and_its_order_without_the_layer() {
    skip_unless!(skip::fuse());
    let mut stage = Stage::new(6);
    let photos: Vec<String> = stage.photos().iter().map(|(_, id)| id.to_string()).collect();
    let run = |arguments: &[&str]| stage.world.json(arguments);
    let _ = run(&["collection", "create", "days", "date:2021-07"]);
    let _ = run(&["album", "create", "trip", "--collection", "days"]);
    let _ = run(&["album", "exclude", "trip", &photos[5]]);
    let _ = run(&["album", "cover", "trip", &photos[3]]);
    // By path in the mount, by number, and by the path of an original, in this order.
    let in_mount = stage.dir("albums/trip").join(&stage.photos()[2].0);
    let original = stage.world.library().join(&stage.photos()[4].0);
    let paths = [in_mount, original].map(|path| path.to_str().unwrap().to_owned());
    let _ = run(&[
        "album", "order", "trip", &paths[1], &photos[0], &paths[0], "--first",
    ]);
    let _ = run(&["album", "order", "trip", &photos[1], "--before", &photos[0]]);
    let wanted: [u64; 5] = [4, 1, 0, 2, 3].map(|at: usize| photos[at].parse().unwrap());
    let shown = run(&["album", "show", "trip"]);
    assert_eq!(ids(&shown), wanted);
    assert_eq!(shown["album"]["cover"].to_string(), photos[3]);
    let rule = serde_json::json!({"kind": "collection", "collection": "days"});
    assert_eq!(shown["album"]["rule"], rule);
    let refused = stage.world.kphotos(&["collection", "delete", "days"]);
    assert!(
        refused.stderr.contains("kphotos album bind trip --none"),
        "{refused}"
    );
    let said = tree::xattr(stage.dir("collections/days"), "user.kphotos.dir").unwrap();
    assert_eq!(said.as_deref(), Some("collection:1"));

    let before = tree::walk(stage.world.mount()).unwrap();
    let list = stage.world.json(&["album", "list"]);
    stage.world.restart().unwrap();
    assert_eq!(
        tree::walk(stage.world.mount()).unwrap(),
        before,
        "after a restart"
    );
    stage.world.stop().unwrap();
    fs::remove_dir_all(stage.world.state().join("layer")).unwrap();
    stage.world.start().unwrap();
    stage.world.bus().wait_idle();
    assert_eq!(
        tree::walk(stage.world.mount()).unwrap(),
        before,
        "without the layer"
    );
    assert_eq!(stage.world.json(&["album", "list"]), list);
    assert_eq!(ids(&stage.world.json(&["album", "show", "trip"])), wanted);
    stage.finish();
}
