//! Albums with rules, covers and orders, and collections, as a client sees them.

use super::world::World;
use serde_json::{Value, json};

const SUMMER: [&str; 4] = ["summer/a.cr2", "summer/a.jpg", "summer/b.jpg", "winter/c.jpg"];

fn ids(list: &Value) -> Vec<u64> {
    let items = list["items"].as_array().unwrap();
    items.iter().map(|item| item["id"].as_u64().unwrap()).collect()
}

#[test]
fn an_album_is_made_of_a_rule_and_changed_all_at_once() {
    let world = World::with(&SUMMER);
    let client = &world.client;
    let new = json!({"path": "best/of", "rule": {"kind": "query", "query": "ext:jpg"}});
    assert_eq!(client.send("POST", "/api/v1/albums", &new).status, 201);
    let album = "/api/v1/albums/best%2Fof";
    let made = client.document(album);
    assert_eq!((&made["count"], &made["rule"]), (&json!(3), &new["rule"]));
    let asset = |path: &str| world.asset(path);
    let (a, b, c) = (
        asset("summer/a.jpg"),
        asset("summer/b.jpg"),
        asset("winter/c.jpg"),
    );
    let patch = json!({
        "cover": c,
        "order": {"place": {"ids": [c, a], "at": "first"}},
        "rule": {"kind": "folder", "folder": "/photos"},
    });
    let done = client.send("PATCH", album, &patch);
    assert_eq!(done.status, 200);
    let photos = client.document(&format!("{album}/assets"));
    let first: Vec<u64> = ids(&photos).into_iter().take(3).collect();
    assert_eq!(first, [u64::from(c), u64::from(a), u64::from(b)]);
    assert_eq!(photos["total"], 4);
    let sorted = client.document(&format!("{album}/assets?sort=name&reverse=true&limit=1"));
    assert_eq!(ids(&sorted), [u64::from(c)]);
    assert_eq!(client.document(album)["cover"], c);
    let named = json!({"ids": [c]});
    assert_eq!(
        client.send("POST", &format!("{album}/excluded"), &named).status,
        200
    );
    assert_eq!(client.document(album)["excluded"], 1);
    assert_eq!(
        client.send("POST", &format!("{album}/assets"), &named).status,
        200
    );
    assert_eq!(
        client.send("DELETE", &format!("{album}/assets"), &named).status,
        200
    );
    assert_eq!(client.document(album)["count"], 3);
    assert_eq!(client.send("PATCH", album, &json!({"rule": null})).status, 200);
    assert_eq!(client.document(album)["count"], 0);
    for (wrong, status, code) in [
        (
            json!({"rule": {"kind": "query", "query": "album:x"}}),
            400,
            "invalid",
        ),
        (json!({"rule": {"kind": "tag", "tag": "x"}}), 400, "invalid"),
        (
            json!({"rule": {"kind": "collection", "collection": "x"}}),
            404,
            "not-found",
        ),
        (json!({"cover": 4711}), 404, "not-found"),
        (json!({"order": {"by": "size"}}), 400, "invalid"),
        (
            json!({"order": {"place": {"ids": [1], "at": "before"}}}),
            400,
            "invalid",
        ),
        (json!({"name": "x"}), 400, "invalid"),
    ] {
        client.send("PATCH", album, &wrong).refused(status, code);
    }
    let revision = client.document("/api/v1/status")["revision"].clone();
    let both = json!({"order": {"by": "name"}, "rule": {"kind": "query", "query": "("}});
    client.send("PATCH", album, &both).refused(400, "invalid");
    assert_eq!(
        client.document("/api/v1/status")["revision"],
        revision,
        "nothing half done"
    );
}

#[test]
fn collections_are_made_listed_changed_and_deleted() {
    let world = World::with(&SUMMER);
    let client = &world.client;
    let new = json!({"name": "good", "query": "ext:jpg"});
    let dry = client.send("POST", "/api/v1/collections?dry_run=true", &new);
    assert_eq!(dry.status, 200);
    assert_eq!(client.send("POST", "/api/v1/collections", &new).status, 201);
    client
        .send("POST", "/api/v1/collections", &new)
        .refused(409, "already-exists");
    assert_eq!(client.document("/api/v1/collections")["total"], 1);
    let one = "/api/v1/collections/good";
    assert_eq!(client.document(one)["count"], 3);
    assert_eq!(client.document(&format!("{one}/assets"))["total"], 3);
    let album = json!({"path": "a", "rule": {"kind": "collection", "collection": "good"}});
    assert_eq!(client.send("POST", "/api/v1/albums", &album).status, 201);
    client.ask("DELETE", one, &[], &[]).refused(409, "conflict");
    let patch = json!({"query": "ext:cr2"});
    assert_eq!(client.send("PATCH", one, &patch).status, 200);
    assert_eq!(client.document("/api/v1/albums/a")["count"], 1);
    client
        .send("PATCH", one, &json!({"query": "album:a"}))
        .refused(409, "conflict");
    assert_eq!(
        client
            .send("PATCH", "/api/v1/albums/a", &json!({"rule": null}))
            .status,
        200
    );
    assert_eq!(client.ask("DELETE", one, &[], &[]).status, 200);
    client.get(one).refused(404, "not-found");
}
