//! Shares, favourites and the newest photos: there when the command returns, and told to who has them open.
//!
//! The commands are the user's own (`kphotos share …`), so this is also the walk from a person to the tree, once for
//! each thing that can be shared.

use std::fs;
use std::path::Path;

use kphotos_tests::photos::Photo;
use kphotos_tests::world::World;
use kphotos_tests::{as_user, skip, skip_unless, tree};
use serde_json::Value;

use super::Stage;
use super::events::Window;

fn share(world: &World, arguments: &[&str]) -> Value {
    world.json(&[&["share", "create"], arguments].concat())
}

fn inode(path: &Path) -> u64 {
    tree::node(path).unwrap().inode
}

/// Everything that makes a photo come into such a folder or leave it, seen by who has it open.
fn check_windows(mut stage: Stage) {
    let photos = stage.photos();
    let (first, asset) = (photos[0].0.clone(), photos[0].1.to_string());
    let world = &stage.world;
    let bus = world.bus();
    let [mut shares, mut favorites, mut recent] =
        ["shares", "favorites", "recent"].map(|dir| Window::on(&stage.dir(dir)));

    bus.create_album("travel/italy").unwrap();
    bus.add_to_album("travel/italy", &[photos[1].1]).unwrap();
    let made = share(world, &["Italy", "--album", "travel/italy"]);
    assert_eq!(made["summary"], "Italy: 1 photo shared", "{made}");
    assert_eq!(tree::listed(stage.dir("shares")), ["Italy"]);
    assert_eq!(tree::listed(stage.dir("shares/Italy")), [photos[1].0.clone()]);
    let event = shares.told(libc::IN_CREATE, "Italy");
    assert_ne!(event.mask & libc::IN_ISDIR, 0, "{event:?}");
    let _ = share(world, &["best", "--query", "rating:5"]);
    let _ = share(world, &["days", "--query", "date:2021-07-01"]);
    shares.told(libc::IN_CREATE, "best");
    let [mut italy, mut best, mut days] =
        ["shares/Italy", "shares/best", "shares/days"].map(|dir| Window::on(&stage.dir(dir)));

    let added = bus.add_to_album("travel/italy", &[photos[0].1]).unwrap();
    italy.told(libc::IN_CREATE, &first);
    bus.undo(added.revision).unwrap();
    italy.told(libc::IN_DELETE, &first);
    let _ = world.json(&["set", &asset, "--rating", "5"]);
    best.told(libc::IN_CREATE, &first);
    let _ = world.json(&["set", &asset, "--favorite"]);
    favorites.told(libc::IN_CREATE, &first);
    best.told(libc::IN_ATTRIB, &first);
    bus.set_date("2021-08-09", &[photos[0].1]).unwrap();
    days.told(libc::IN_DELETE, &first);
    let _ = world.json(&["set", &asset, "--hidden"]);
    for window in [&mut best, &mut favorites, &mut recent] {
        window.told(libc::IN_DELETE, &first);
    }
    let _ = world.json(&["set", &asset, "--no-hidden"]);
    for window in [&mut best, &mut favorites, &mut recent] {
        window.told(libc::IN_CREATE, &first);
    }
    bus.create_album("travel/italy/rome").unwrap();
    italy.told(libc::IN_CREATE, "rome");

    // A second photo of a stem: who had the name alone is called otherwise in query directories.
    let number = inode(&stage.library().join(&first));
    stage.somebody_changes(|library| {
        let photo = Photo::numbered(900).tagged(&[]).taken_at("2021-07-02T10:00:00");
        photo.write_to(library.join("sub"), &first).unwrap();
    });
    let stem = first.trim_end_matches(".JPG");
    let names: Vec<String> = tree::listed(stage.dir("favorites"));
    assert_eq!(names.len(), 1);
    assert!(names[0].starts_with(&format!("{stem}~")), "{names:?}");
    for window in [&mut favorites, &mut best, &mut recent] {
        window.renamed(&first, &names[0]);
    }
    let favorite = stage.dir("favorites").join(&names[0]);
    assert_eq!(inode(&favorite), number, "the same file");

    let best = stage.dir("shares/best");
    let revoked = stage.world.json(&["share", "revoke", best.to_str().unwrap()]);
    assert_eq!(revoked["undoable"], false, "{revoked}");
    shares.told(libc::IN_DELETE, "best");
    assert!(!best.exists());
    stage.finish();
}

#[test]
fn shares_favorites_and_the_newest_are_live_in_the_public_mount() {
    skip_unless!(skip::root());
    skip_unless!(skip::fuse());
    check_windows(Stage::new(12));
}

#[test]
fn shares_favorites_and_the_newest_are_live_in_a_users_mount() {
    skip_unless!(skip::fuse());
    as_user!();
    check_windows(Stage::new(12));
}

#[test]
fn every_kind_of_share_is_made_from_the_command_line_and_kept() {
    skip_unless!(skip::fuse());
    let mut stage = Stage::new(6);
    stage.somebody_changes(|library| {
        for number in 0..3 {
            let photo = Photo::numbered(50 + number)
                .tagged(&[])
                .taken_at("2022-01-01T10:00:00");
            let name = format!("J{number}.JPG");
            photo.write_to(library.join("2022/january"), name).unwrap();
        }
    });
    let photos = stage.photos();
    let bus = stage.world.bus();
    bus.add_tag("sea/beach", &[photos[0].1]).unwrap();
    bus.add_tag("sea", &[photos[1].1]).unwrap();
    bus.create_album("a/b").unwrap();
    bus.add_to_album("a/b", &[photos[2].1]).unwrap();
    make_all(&stage);
    let check = |share: &str, expected: &[&str]| {
        assert_eq!(tree::listed(stage.dir("shares").join(share)), expected, "{share}");
    };
    let name = |at: usize| photos[at].0.as_str();
    check("album", &["b"]);
    check("album/b", &[name(2)]);
    check("album folder", &[name(2)]);
    check("tag", &[name(1), "beach"]);
    check("tag folder", &[name(0)]);
    check("library/2022/january", &["J0.JPG", "J1.JPG", "J2.JPG"]);
    check("library folder/2022", &["january"]);
    check("folder", &["january"]);
    check("mount folder", &["J0.JPG", "J1.JPG", "J2.JPG"]);
    check("query", &["J0.JPG", "J1.JPG", "J2.JPG"]);
    check("photo", &[name(3)]);
    check("photos", &[name(0), name(1)]);
    check_said(&stage);
    check_folders_as_photos(&stage, name(1), name(2));
    check_refusals(&stage);
    check_kept(stage);
}

/// One of each kind, named as people name things.
fn make_all(stage: &Stage) {
    let dir = |path: &str| stage.dir(path).to_str().unwrap().to_owned();
    let originals = stage.world.library().join("2022");
    let one = stage.library().join(&stage.photos()[3].0);
    for arguments in [
        &["album", "--album", "a"][..],
        &["album folder", "--album", &dir("albums/a/b")],
        &["tag", "--tag", "sea"],
        &["tag folder", "--tag", &dir("tags/sea/beach")],
        &["library", "--library", "library"],
        &["library folder", "--library", &dir("library/library")],
        &["folder", "--folder", originals.to_str().unwrap()],
        &["mount folder", "--folder", &dir("library/library/2022/january")],
        &["query", "--query", "date:2022"],
        &["photo", one.to_str().unwrap()],
        &["photos", "-r", &dir("tags/sea")],
    ] {
        let _ = share(&stage.world, arguments);
    }
}

/// What lists, documents and queries say.
fn check_said(stage: &Stage) {
    let world = &stage.world;
    let list = world.json(&["share", "list"]);
    let of = |name: &str| {
        let items = list["items"].as_array().unwrap();
        items.iter().find(|item| item["name"] == name).unwrap().clone()
    };
    let album = serde_json::json!({"kind": "album", "album": "a"});
    assert_eq!(of("album")["scope"], album);
    assert_eq!(of("library folder")["scope"]["library"], "library");
    assert_eq!(of("mount folder")["scope"]["kind"], "folder");
    assert_eq!(of("query")["count"], 3);
    let query = stage.dir("shares/query");
    let shown = world.json(&["share", "show", query.to_str().unwrap()]);
    assert_eq!(shown["total"], 3);
    assert_eq!(shown["share"]["name"], "query");
    assert_eq!(world.json(&["status"])["shares"], 11);
    assert_eq!(world.json(&["search", "is:shared path:2022"])["total"], 3);
}

/// Folders of a mount stand for the photos in them.
fn check_folders_as_photos(stage: &Stage, tagged: &str, in_album: &str) {
    let world = &stage.world;
    let dir = |path: &str| stage.dir(path).to_str().unwrap().to_owned();
    assert_eq!(world.json(&["info", &dir("shares/query")])["total"], 3);
    assert_eq!(world.json(&["info", "-r", &dir("shares/library")])["total"], 9);
    assert_eq!(world.json(&["info", &dir("recent")])["total"], 9);
    let _ = world.json(&["set", "--favorite", &dir("shares/tag"), &dir("shares/album/b")]);
    assert_eq!(tree::listed(stage.dir("favorites")), [tagged, in_album]);
    let said = tree::xattr(stage.dir("favorites"), "user.kphotos.dir").unwrap();
    assert_eq!(said.as_deref(), Some("favorites"));
    let said = tree::xattr(stage.dir("shares/tag"), "user.kphotos.dir").unwrap();
    assert!(said.is_some_and(|said| said.starts_with("share:")));
    assert_eq!(
        world.json(&["tag", "add", "loved", &dir("favorites")])["touched"],
        2
    );
}

fn check_refusals(stage: &Stage) {
    let world = &stage.world;
    let refused = |status: i32, part: &str, arguments: &[&str]| {
        let answer = world.kphotos(arguments);
        assert_eq!(answer.status, status, "{answer}");
        assert!(answer.stderr.contains(part), "{answer}");
    };
    refused(
        5,
        "share revoke Album",
        &["share", "create", "Album", "--query", "x"],
    );
    refused(2, "itself", &["share", "create", "x", "--query", "is:shared"]);
    refused(2, "`a_b` would do", &["share", "create", "a/b", "--query", "x"]);
    refused(3, "album list", &["share", "create", "x", "--album", "none"]);
    refused(3, "share list", &["share", "revoke", "none"]);
    let tagged = world.bus().add_tag("brief", &[stage.photos()[0].1]).unwrap();
    let _ = share(world, &["short", "--tag", "brief"]);
    let revision = tagged.revision.to_string();
    refused(5, "kphotos share revoke short", &["undo", &revision]);
    assert!(stage.dir("tags/brief").exists());
    let _ = world.json(&["share", "revoke", "short"]);
    let _ = world.json(&["undo", &revision]);
    assert!(!stage.dir("tags/brief").exists());
    let made = share(world, &["undone", "--query", "x"]);
    let _ = world.json(&["undo", &made["revision"].to_string()]);
    assert!(!stage.dir("shares/undone").exists());
}

/// Restarted, and rebuilt from the journal alone, it is as it was.
fn check_kept(mut stage: Stage) {
    let before = tree::walk(stage.world.mount()).unwrap();
    let list = stage.world.json(&["share", "list"]);
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
    assert_eq!(stage.world.json(&["share", "list"]), list);
    stage.finish();
}
