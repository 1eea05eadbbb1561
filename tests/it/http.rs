//! The HTTP interface of the real daemon: bytes of originals, edits that are in the tree when they are answered, who is
//! let in, where it listens, and whether it keeps its own description.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use kphotos_tests::http::Client;
use kphotos_tests::photos::Photo;
use kphotos_tests::sacred::{Inventory, backdate_access_times};
use kphotos_tests::world::World;
use kphotos_tests::{process, skip, skip_unless, tree};
use serde_json::{Value, json};

/// A running daemon with HTTP on any port, a few photos, and all of them read.
fn world() -> World {
    let mut world = World::with_arguments(&["--http", "127.0.0.1:0"]).unwrap();
    for (number, name) in [(1, "summer/a.jpg"), (2, "summer/b.jpg"), (3, "Übung 3.jpg")] {
        let photo = Photo::numbered(number).taken_at("2024-06-15T12:00:00");
        photo.write_to(world.library(), name).unwrap();
    }
    // More than one block, and not a whole number of them.
    let movie: Vec<u8> = (0..3_000_001u32).map(|at| (at % 251) as u8).collect();
    fs::write(world.library().join("large.mp4"), movie).unwrap();
    world.start().unwrap();
    world.wait_idle(Duration::from_secs(60));
    world
}

/// The photos by the path of their original below the library.
fn assets(world: &World, http: &Client) -> BTreeMap<String, u64> {
    let list = http.document("/api/v1/assets");
    let root = world.library().canonicalize().unwrap();
    let item = |item: &Value| {
        let path = Path::new(item["path"].as_str().unwrap())
            .strip_prefix(&root)
            .unwrap();
        (path.to_str().unwrap().to_owned(), item["id"].as_u64().unwrap())
    };
    list["items"].as_array().unwrap().iter().map(item).collect()
}

#[test]
fn originals_come_byte_for_byte_whole_and_in_parts_and_stay_as_they_are() {
    skip_unless!(skip::fuse());
    let world = world();
    let http = world.http();
    let assets = assets(&world, &http);
    assert_eq!(assets.len(), 4, "{assets:?}");
    // Read by this test before they are watched.
    let originals: BTreeMap<String, Vec<u8>> = assets
        .keys()
        .map(|path| (path.clone(), fs::read(world.library().join(path)).unwrap()))
        .collect();
    backdate_access_times(world.library()).unwrap();
    let before = Inventory::take(world.library()).unwrap();
    for (path, id) in assets {
        let bytes = &originals[&path];
        let target = format!("/api/v1/assets/{id}/original");
        let whole = http.get(&target);
        assert!(whole.status == 200 && whole.body == *bytes, "{path}");
        assert_eq!(
            whole.header("etag"),
            Some(format!("\"blake3:{}\"", blake3::hash(bytes)).as_str())
        );
        let length = bytes.len();
        for (from, to) in [
            (0, 1),
            (1, length),
            (length / 2, length / 2 + 1),
            (length - 1, length),
            (0, 300_000.min(length)),
        ] {
            let range = format!("bytes={from}-{}", to - 1);
            let part = http.ask("GET", &target, &[("range", &range)], &[]);
            assert!(
                part.status == 206 && part.body == bytes[from..to],
                "{path} {range}"
            );
        }
        let known = whole.header("etag").unwrap();
        assert_eq!(
            http.ask("GET", &target, &[("if-none-match", known)], &[]).status,
            304
        );
    }
    before.assert_unchanged(world.library());
}

#[test]
fn an_edit_is_in_the_tree_when_it_is_answered_and_told_on_the_stream() {
    skip_unless!(skip::fuse());
    let world = world();
    let http = world.http();
    let id = assets(&world, &http)["summer/b.jpg"];
    let mut events = http.events("/api/v1/events", None);
    let start = events.next_event().unwrap().id;
    let patch = json!({"title": "Sea", "taken": "1999-12-31", "tags": {"add": ["travel/italy"]}});
    let receipt = http.send("PATCH", &format!("/api/v1/assets/{id}"), &patch).ok();
    assert_eq!(tree::listed(world.mount().join("tags/travel/italy")), ["b.jpg"]);
    assert_eq!(
        tree::listed(world.mount().join("dates/by-day/1999/1999-12-31")),
        ["b.jpg"]
    );
    let event = events.next_event().unwrap();
    assert_eq!(
        (event.id, event.data.unwrap()["ids"].clone()),
        (start + 1, json!([id]))
    );
    assert_eq!(receipt["revision"], start + 1);
    http.send("POST", "/api/v1/albums", &json!({"path": "best"})).ok();
    http.send(
        "POST",
        "/api/v1/albums/best/assets",
        &json!({"query": "tag:travel"}),
    )
    .ok();
    assert_eq!(tree::listed(world.mount().join("albums/best")), ["b.jpg"]);
    // What one surface did, the other knows.
    let photo = world.json(&["info", &id.to_string()]);
    assert_eq!(
        (&photo["items"][0]["title"], &photo["items"][0]["albums"]),
        (&json!("Sea"), &json!(["best"]))
    );
    let undo = json!({"revision": receipt["revision"]});
    http.send("POST", "/api/v1/undo", &undo).ok();
    assert!(!world.mount().join("tags/travel").exists());
}

#[test]
fn the_token_is_kept_for_its_owner_and_the_address_is_told() {
    skip_unless!(skip::fuse());
    let mut world = world();
    let http = world.http();
    let tokens = world.state().join("tokens");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&tokens), mode(&tokens.join("http"))), (0o700, 0o600));
    let stranger = Client {
        token: None,
        ..http.clone()
    };
    stranger.get("/api/v1/assets").refused(401, "not-permitted");
    assert_eq!(stranger.get("/healthz").status, 200);
    assert_eq!(world.json(&["status"])["http"], http.address.to_string());
    assert!(
        !world.log().contains(http.token.as_deref().unwrap()),
        "{}",
        world.log()
    );
    let mut events = http.events("/api/v1/events", None);
    world.stop().unwrap();
    while events.next_event().is_some() {}
    assert!(
        !world.path("runtime/http").exists(),
        "the note goes with the server"
    );
    world.start().unwrap();
    assert_eq!(world.http().token, http.token);
}

#[test]
fn an_address_that_was_asked_for_has_to_be_had_and_another_machines_is_warned_of() {
    skip_unless!(skip::fuse());
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut world = World::with_arguments(&["--http", &address]).unwrap();
    let failure = world.start().unwrap_err().to_string();
    assert!(
        failure.contains(&format!("cannot listen on {address}")),
        "{failure}"
    );
    assert_eq!(world.mounts(), Vec::<std::path::PathBuf>::new());
    let mut world = World::with_arguments(&["--http", "0.0.0.0:0"]).unwrap();
    world.start().unwrap();
    assert!(world.log().contains("not encrypted"), "{}", world.log());
}

#[test]
fn a_default_port_that_is_taken_is_told_and_keeps_nothing_from_working() {
    skip_unless!(skip::fuse());
    // Whoever has it, it is taken.
    let _taken = TcpListener::bind("127.0.0.1:15746");
    let mut world = World::new().unwrap();
    world.leave_http_to_the_daemon();
    world.start().unwrap();
    let status = world.json(&["status"]);
    assert_eq!(
        (&status["http"], &status["state"]),
        (&Value::Null, &json!("ready"))
    );
    let limits = status["limits"].as_array().unwrap();
    let told = |limit: &Value| {
        limit
            .as_str()
            .is_some_and(|text| text.contains("127.0.0.1:15746") && text.contains("--http"))
    };
    assert!(limits.iter().any(told), "{limits:?}");
    assert!(!world.path("runtime/http").exists());
}

#[test]
fn the_interface_keeps_its_own_description() {
    skip_unless!(skip::fuse());
    let schemathesis = skip_unless!(skip::program("schemathesis"));
    let world = world();
    let http = world.http();
    // What the examples of the description name.
    http.send("POST", "/api/v1/albums", &json!({"path": "best/of"}))
        .ok();
    let all = json!({"query": ""});
    http.send("POST", "/api/v1/albums/best%2Fof/assets", &all).ok();
    http.send("POST", "/api/v1/tags/travel%2Fitaly/assets", &all).ok();
    // Its own folder: it writes a cache where it stands.
    let folder = world.path("schemathesis");
    fs::create_dir(&folder).unwrap();
    let document = http.get("/api/v1/openapi.json");
    fs::File::create(folder.join("openapi.json"))
        .unwrap()
        .write_all(&document.body)
        .unwrap();
    let mut command = process::clean_command(schemathesis, &world.path("home"));
    command
        .current_dir(&folder)
        .arg("run")
        .arg("openapi.json")
        .args(["--url", &format!("http://{}", http.address)])
        .args([
            "--header",
            &format!("Authorization: Bearer {}", http.token.as_deref().unwrap()),
        ])
        // A stream has no end to wait for.
        .args(["--exclude-path", "/api/v1/events"])
        // What a query, a cursor, a date or a path may be is more than a schema can say.
        .args(["--exclude-checks", "positive_data_acceptance"])
        .args([
            "--phases",
            "examples,coverage,fuzzing",
            "--max-examples",
            "25",
            "--seed",
            "1",
            "--no-color",
        ])
        .stdin(Stdio::null());
    let output = process::run(&mut command).unwrap();
    assert_eq!(output.status, 0, "{output}");
    assert!(!world.log().contains("panicked"), "{}", world.log());
    http.document("/api/v1/status");
}

#[test]
fn curl_reads_it_as_the_readme_says() {
    skip_unless!(skip::fuse());
    let curl = skip_unless!(skip::program("curl"));
    let world = world();
    let line = format!(
        "{} -sS --fail -H \"Authorization: Bearer $(cat {})\" http://$(cat {})/api/v1/assets?limit=1",
        curl.display(),
        world.state().join("tokens/http").display(),
        world.path("runtime/http").display()
    );
    let output = Command::new("sh").arg("-c").arg(line).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let list: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (list["total"].as_u64(), list["items"].as_array().unwrap().len()),
        (Some(4), 1)
    );
}
