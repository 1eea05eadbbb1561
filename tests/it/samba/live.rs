//! Changes, as a client sees them, and the way back: a path over there names a photo here.

use std::time::{Duration, Instant};

use kphotos_tests::samba::{Change, Notified};
use kphotos_tests::world::PATIENCE;
use kphotos_tests::{skip, skip_unless};

use super::{SHARE, Stage};

const MONTH: &str = "dates/by-month/2024/2024-06";

/// That a client is told this.
#[track_caller]
fn told(client: &mut Notified, change: Change, name: &str) {
    let is_told = client.is_told(change, name, PATIENCE).unwrap();
    assert!(is_told, "not told {change:?} {name}, but: {:?}", client.rest());
}

/// A client that is told of a folder, from now on: changes are made until it says so.
#[track_caller]
fn watching(stage: &Stage, dir: &str, change: impl Fn(bool), name: &str) -> Notified {
    let mut client = stage.samba.notified(SHARE, &stage.member, dir).unwrap();
    let deadline = Instant::now() + PATIENCE;
    loop {
        change(true);
        let is_told = client
            .is_told(Change::Added, name, Duration::from_millis(300))
            .unwrap();
        change(false);
        if is_told {
            return client;
        }
        assert!(Instant::now() < deadline, "never told: {:?}", client.rest());
    }
}

#[test]
fn a_client_is_told_what_comes_and_goes() {
    skip_unless!(skip::fuse());
    let stage = skip_unless!(Stage::started());
    let photo = |name: &str| stage.shared().join(MONTH).join(name).to_str().unwrap().to_owned();
    let run = |arguments: &[&str]| {
        let _ = stage.world.kphotos(arguments).ok();
    };
    run(&["album", "create", "Best"]);
    let probe = photo("IMG_9001.JPG");
    let change = |is_in: bool| run(&["album", if is_in { "add" } else { "remove" }, "Best", &probe]);
    let mut client = watching(&stage, "albums\\Best", change, "IMG_9001.JPG");

    run(&["album", "add", "Best", &photo("IMG_9002.JPG")]);
    told(&mut client, Change::Added, "IMG_9002.JPG");
    run(&["date", "shift", "+1m", &photo("IMG_9002.JPG")]);
    told(&mut client, Change::Modified, "IMG_9002.JPG");
    run(&["album", "remove", "Best", &photo("IMG_9002.JPG")]);
    told(&mut client, Change::Removed, "IMG_9002.JPG");
    drop(client);

    let change = |is_there: bool| run(&["album", if is_there { "create" } else { "delete" }, "Probe"]);
    let mut client = watching(&stage, "albums", change, "Probe");
    run(&["album", "rename", "Best", "Finest"]);
    told(&mut client, Change::RenamedFrom, "Best");
    told(&mut client, Change::RenamedTo, "Finest");
    run(&["album", "delete", "Finest"]);
    told(&mut client, Change::Removed, "Finest");
    drop(client);
    // And it sees what is so, whatever it kept.
    let said = stage.says("cd albums; ls");
    assert!(!said.contains("Best") && !said.contains("Finest"), "{said}");
    stage.end();
}

#[test]
fn a_path_on_the_share_names_its_photo() {
    skip_unless!(skip::fuse());
    let stage = skip_unless!(Stage::started());
    let said = stage.says("prompt OFF; mget .kphotos; recurse ON; mget dates");
    assert!(!said.contains("NT_STATUS"), "{said}");
    for name in ["IMG_9001.JPG", "_MG_9100.CR2"] {
        let id = |root: std::path::PathBuf| {
            let path = root.join(MONTH).join(name);
            stage.world.json(&["info", path.to_str().unwrap()])["items"][0]["id"]
                .as_u64()
                .unwrap()
        };
        assert_eq!(id(stage.fetched()), id(stage.shared()), "{name}");
    }
    // A folder there stands for what it shows, where a tag or an album is wanted.
    for command in [&["album", "create", "Best"][..], &["album", "add", "Best", "1"]] {
        let _ = stage.world.kphotos(command).ok();
    }
    let said = stage.says("recurse ON; prompt OFF; mget albums");
    assert!(!said.contains("NT_STATUS"), "{said}");
    let album = stage.fetched().join("albums/Best");
    let album = album.to_str().unwrap();
    let _ = stage.world.kphotos(&["album", "rename", album, "Finest"]).ok();
    assert!(stage.shared().join("albums/Finest").is_dir());
    // Which is not there under its old name any more.
    let refused = stage.world.kphotos(&["album", "rename", album, "Best"]).exits(3);
    assert!(refused.stderr.contains("there is no `albums/Best`"), "{refused}");
    let dates = stage.fetched().join("dates");
    let refused = stage
        .world
        .kphotos(&["tag", "rename", dates.to_str().unwrap(), "x"])
        .exits(2);
    assert!(refused.stderr.contains("shows no tag"), "{refused}");

    let folder = stage.fetched().join(MONTH);
    let done = stage
        .world
        .kphotos(&["tag", "add", "seen", folder.to_str().unwrap()])
        .ok();
    let said = stage.says("cd tags; cd seen; ls");
    assert!(
        said.contains("IMG_9001.JPG") && said.contains("_MG_9100.CR2"),
        "{done} {said}"
    );
    stage.end();
}
