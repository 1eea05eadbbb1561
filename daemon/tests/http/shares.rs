//! Shares, jobs and libraries by HTTP: what they answer and what they refuse.

use super::world::World;
use serde_json::{Value, json};

const PATHS: [&str; 3] = ["summer/a.cr2", "summer/a.jpg", "winter/c.jpg"];

fn make(world: &World, body: &Value) -> super::client::Answer {
    world.client.send("POST", "/api/v1/shares", body)
}

#[test]
fn a_share_is_made_of_each_scope_listed_shown_and_ended() {
    let world = World::with(&PATHS);
    let client = &world.client;
    client
        .send("POST", "/api/v1/tags/x/assets", &json!({"query": "path:winter"}))
        .ok();
    client
        .send("POST", "/api/v1/albums", &json!({"path": "best/of"}))
        .ok();
    client
        .send("POST", "/api/v1/albums/best%2Fof/assets", &json!({"ids": [1]}))
        .ok();
    for (number, (kind, what, count)) in (1..).zip([
        ("album", "best", 2),
        ("tag", "x", 1),
        ("library", "photos", 3),
        ("folder", "/photos/summer", 2),
        ("query", "ext:jpg", 2),
    ]) {
        let body = json!({"name": kind, "kind": kind, "what": what});
        let dry = client.send("POST", "/api/v1/shares?dry_run=true", &body);
        assert_eq!((dry.status, dry.ok()["share"].is_null()), (200, true));
        let made = make(&world, &body);
        assert_eq!(
            (made.status, made.json()["share"].as_u64()),
            (201, Some(number)),
            "{kind}"
        );
        let share = client.document(&format!("/api/v1/shares/{number}"));
        assert_eq!((&share["name"], &share["count"]), (&json!(kind), &json!(count)));
        assert_eq!(share["scope"]["kind"], kind);
        let photos = client.document(&format!("/api/v1/shares/{number}/assets?limit=1"));
        assert_eq!(photos["total"], count);
        assert_eq!(photos["next"].is_null(), count == 1, "{kind}");
    }
    let shot = json!({"name": "shot", "kind": "assets", "assets": {"ids": [world.asset("summer/a.jpg")]}});
    make(&world, &shot).ok();
    assert_eq!(client.document("/api/v1/shares/6")["count"], 2);
    let one = json!({"name": "one", "kind": "assets", "assets": {"ids": [1]}});
    client.send("POST", "/api/v1/shares?only=true", &one).ok();
    assert_eq!(client.document("/api/v1/shares/7")["count"], 1);
    assert_eq!(client.document("/api/v1/shares")["total"], 7);
    let dry = client.ask("DELETE", "/api/v1/shares/7?dry_run=true", &[], &[]);
    assert!(dry.ok()["revision"].is_null());
    let ended = client.ask("DELETE", "/api/v1/shares/7", &[], &[]).ok();
    assert_eq!(ended["undoable"], false);
    for (method, target) in [("DELETE", "7"), ("GET", "7"), ("GET", "7/assets"), ("GET", "9")] {
        client
            .ask(method, &format!("/api/v1/shares/{target}"), &[], &[])
            .refused(404, "not-found");
    }
}

#[test]
fn a_share_that_cannot_be_is_refused() {
    let world = World::with(&PATHS);
    for (body, status, code) in [
        (
            json!({"name": "a/b", "kind": "query", "what": "x"}),
            400,
            "invalid",
        ),
        (
            json!({"name": "a", "kind": "query", "what": "date:20x4"}),
            400,
            "invalid",
        ),
        (
            json!({"name": "a", "kind": "query", "what": "is:shared"}),
            400,
            "invalid",
        ),
        (
            json!({"name": "a", "kind": "colour", "what": "x"}),
            400,
            "invalid",
        ),
        (json!({"name": "a", "kind": "query"}), 400, "invalid"),
        (json!({"name": "a", "kind": "assets"}), 400, "invalid"),
        (
            json!({"name": "a", "kind": "assets", "assets": {}}),
            400,
            "invalid",
        ),
        (
            json!({"name": "a", "kind": "assets", "what": "x", "assets": {"ids": [1]}}),
            400,
            "invalid",
        ),
        (
            json!({"name": "a", "kind": "query", "what": "x", "assets": {"ids": [1]}}),
            400,
            "invalid",
        ),
        (
            json!({"name": "a", "kind": "assets", "assets": {"ids": [99]}}),
            404,
            "not-found",
        ),
        (
            json!({"name": "a", "kind": "tag", "what": "none"}),
            404,
            "not-found",
        ),
        (
            json!({"name": "a", "kind": "folder", "what": "/elsewhere"}),
            404,
            "not-found",
        ),
        (
            json!({"name": "a", "kind": "library", "what": "none"}),
            404,
            "not-found",
        ),
        (
            json!({"name": "a", "kind": "query", "what": "x", "with": 1}),
            400,
            "invalid",
        ),
    ] {
        make(&world, &body).refused(status, code);
    }
    let body = json!({"name": "a", "kind": "query", "what": "x"});
    make(&world, &body).ok();
    make(&world, &body).refused(409, "already-exists");
}

#[test]
fn a_job_is_started_held_let_go_ended_and_run_again() {
    let world = World::with(&PATHS);
    let client = &world.client;
    let start = |body: Value| client.send("POST", "/api/v1/jobs", &body);
    let started = start(json!({"kind": "hash", "library": 1, "priority": "high"}));
    assert_eq!((started.status, started.json()["job"].as_u64()), (202, Some(1)));
    // One of its kind is under way: that one serves.
    assert_eq!(start(json!({"kind": "hash", "library": 1})).json()["job"], 1);
    let order = |what: &str| client.ask("POST", &format!("/api/v1/jobs/1/{what}"), &[], &[]);
    for (what, state) in [
        ("pause", "paused"),
        ("resume", "queued"),
        ("cancel", "cancelled"),
        ("retry", "queued"),
    ] {
        let done = order(what).ok();
        assert!(done["revision"].is_u64() && done["job"] == 1, "{what}: {done}");
        let now = client.document("/api/v1/jobs/1")["state"].clone();
        assert!(
            now == state || (state == "queued" && now == "pending"),
            "{what}: {now}"
        );
    }
    order("cancel").ok();
    assert!(order("cancel").ok()["revision"].is_null(), "it is so already");
    order("pause").refused(409, "conflict");
    for (body, status, code) in [
        (json!({"kind": "dance", "library": 1}), 400, "invalid"),
        (
            json!({"kind": "scan", "library": 1, "priority": "most"}),
            400,
            "invalid",
        ),
        (json!({"kind": "scan", "library": 9}), 404, "not-found"),
        (json!({"kind": "scan"}), 400, "invalid"),
    ] {
        start(body).refused(status, code);
    }
    for what in ["pause", "resume", "cancel", "retry"] {
        client
            .ask("POST", &format!("/api/v1/jobs/9/{what}"), &[], &[])
            .refused(404, "not-found");
    }
}

#[test]
fn a_library_is_shown_relocated_and_removed() {
    let world = World::with(&["a.jpg"]);
    let client = &world.client;
    assert_eq!(client.document("/api/v1/libraries/1")["name"], "photos");
    client.get("/api/v1/libraries/9").refused(404, "not-found");
    let place = world.folder.path().canonicalize().unwrap().join("photos");
    let relocate = |query: &str, path: &std::path::Path| {
        let target = format!("/api/v1/libraries/1/relocate{query}");
        client.send("POST", &target, &json!({"path": path}))
    };
    let said = relocate("", &place).refused(409, "conflict");
    assert!(said.contains("`a.jpg`"), "{said}");
    assert!(relocate("?force=true&dry_run=true", &place).ok()["revision"].is_null());
    let done = relocate("?force=true", &place).ok();
    assert!(done["revision"].is_u64() && done["job"].is_u64(), "{done}");
    assert_eq!(client.document("/api/v1/libraries/1")["path"], json!(place));
    relocate("", &place.join("none")).refused(404, "not-found");
    let remove = |query: &str| client.ask("DELETE", &format!("/api/v1/libraries/1{query}"), &[], &[]);
    assert!(remove("?dry_run=true").ok()["revision"].is_null());
    make(&world, &json!({"name": "s", "kind": "library", "what": "photos"})).ok();
    remove("").refused(409, "conflict");
    client.ask("DELETE", "/api/v1/shares/1", &[], &[]).ok();
    assert_eq!(remove("").ok()["undoable"], false);
    remove("").refused(404, "not-found");
    assert_eq!(client.document("/api/v1/libraries")["total"], 0);
    client.get("/api/v1/assets/1/original").refused(404, "not-found");
}
