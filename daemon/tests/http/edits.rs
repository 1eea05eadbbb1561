//! Editing photos: one entry for all of it, or nothing; and not if it has changed meanwhile.

use super::world::World;
use serde_json::{Value, json};

const SUMMER: [&str; 4] = ["summer/a.cr2", "summer/a.jpg", "summer/b.jpg", "winter/c.jpg"];

#[test]
fn a_patch_of_fields_and_tags_is_one_entry_and_one_undo() {
    let world = World::with(&SUMMER);
    let id = world.asset("summer/a.jpg");
    let target = format!("/api/v1/assets/{id}");
    let before = world.client.document(&target);
    let patch = json!({"title": "Sea", "description": "d", "rating": 4, "label": "Red", "favorite": true, "hidden": false,
        "location": {"lat": 52.5, "lon": 13.4, "alt": 34.0}, "orientation": 6, "taken": "2019-06-30T12:00:00+02:00",
        "tags": {"add": ["travel/italy", "sea"]}});
    let last = world.app.journal().last().number();
    let answer = world.client.send("PATCH", &target, &patch);
    let receipt = answer.ok();
    assert_eq!(
        (receipt["revision"].as_u64(), receipt["touched"].as_u64()),
        (Some(last + 1), Some(2)),
        "{receipt}"
    );
    assert_eq!(receipt["undoable"], true);
    let photo = world.client.document(&target);
    for (field, expect) in patch.as_object().unwrap() {
        if field != "tags" {
            assert_eq!(&photo[field], expect, "{field}");
        }
    }
    assert_eq!(photo["tags"], json!(["travel/italy", "sea"]));
    assert_eq!(answer.header("etag"), Some(format!("\"{}\"", last + 1).as_str()));
    let drop = json!({"title": null, "taken": null, "location": {}, "tags": {"remove": ["sea"]}});
    world
        .client
        .send("PATCH", &format!("{target}?only=true"), &drop)
        .ok();
    let photo = world.client.document(&target);
    assert_eq!(
        (&photo["title"], &photo["location"], &photo["tags"]),
        (&Value::Null, &Value::Null, &json!(["travel/italy"]))
    );
    for _ in 0..2 {
        world.client.send("POST", "/api/v1/undo", &json!({})).ok();
    }
    let mut after = world.client.document(&target);
    after["revision"] = before["revision"].clone();
    assert_eq!(after, before);
}

#[test]
fn a_patch_is_refused_wholly_and_says_why() {
    let world = World::with(&SUMMER);
    let id = world.asset("summer/b.jpg");
    let target = format!("/api/v1/assets/{id}");
    let last = world.app.journal().last();
    let refuse = |patch: Value, status: u16, code: &str| {
        world.client.send("PATCH", &target, &patch).refused(status, code)
    };
    refuse(json!({"title": "x", "rating": 6}), 400, "invalid");
    refuse(json!({"title": "x", "rating": 300}), 400, "invalid");
    refuse(json!({"title": "x", "orientation": 0}), 400, "invalid");
    refuse(
        json!({"title": "x", "location": {"lat": 91.0, "lon": 0.0}}),
        400,
        "invalid",
    );
    refuse(json!({"title": "x", "location": {"lat": 1.0}}), 400, "invalid");
    refuse(json!({"title": "x", "taken": "yesterday"}), 400, "invalid");
    refuse(json!({"title": "x", "tags": {"add": [""]}}), 400, "invalid");
    refuse(
        json!({"title": "x", "tags": {"add": ["a"], "remove": ["A"]}}),
        400,
        "invalid",
    );
    refuse(
        json!({"title": "x", "tags": {"remove": ["nowhere"]}}),
        404,
        "not-found",
    );
    refuse(json!({"titel": "x"}), 400, "invalid");
    refuse(json!({"title": 7}), 400, "invalid");
    refuse(json!([1]), 400, "invalid");
    world
        .client
        .send("PATCH", "/api/v1/assets/999", &json!({}))
        .refused(404, "not-found");
    let many = |assets: Value| json!({"assets": assets, "set": {"title": "x"}});
    let refuse = |assets: Value, status: u16, code: &str| {
        world
            .client
            .send("PATCH", "/api/v1/assets", &many(assets))
            .refused(status, code)
    };
    refuse(json!({}), 400, "invalid");
    refuse(json!({"ids": []}), 400, "invalid");
    refuse(json!({"ids": [id, 999]}), 404, "not-found");
    refuse(json!({"query": "("}), 400, "invalid");
    refuse(json!({"checksums": ["md5:1"]}), 400, "invalid");
    refuse(json!({"paths": ["/"]}), 400, "invalid");
    assert_eq!(world.app.journal().last(), last);
    let dry = world
        .client
        .send("PATCH", &format!("{target}?dry_run=true"), &json!({"title": "x"}))
        .ok();
    assert_eq!(
        (&dry["revision"], &dry["touched"], &dry["undoable"]),
        (&Value::Null, &json!(1), &json!(false))
    );
    assert_eq!(world.app.journal().last(), last);
}

#[test]
fn many_photos_are_edited_at_once_by_numbers_or_by_a_query() {
    let world = World::with(&SUMMER);
    let ids = [world.asset("summer/b.jpg"), world.asset("winter/c.jpg")];
    let body = json!({"assets": {"ids": ids}, "set": {"rating": 5, "tags": {"add": ["best"]}}});
    let receipt = world.client.send("PATCH", "/api/v1/assets", &body).ok();
    assert_eq!(receipt["touched"], 2);
    let body = json!({"assets": {"query": "rating:5"}, "set": {"rating": null}});
    assert_eq!(
        world.client.send("PATCH", "/api/v1/assets", &body).ok()["touched"],
        2
    );
    // The whole shot, unless only this.
    let one = json!({"assets": {"ids": [world.asset("summer/a.jpg")]}, "set": {"title": "x"}});
    assert_eq!(
        world.client.send("PATCH", "/api/v1/assets?only=true", &one).ok()["touched"],
        1
    );
    assert_eq!(
        world.client.send("PATCH", "/api/v1/assets", &one).ok()["touched"],
        1,
        "the other of the shot"
    );
}

#[test]
fn an_edit_of_what_has_changed_meanwhile_is_refused() {
    let world = World::with(&SUMMER);
    let target = format!("/api/v1/assets/{}", world.asset("summer/b.jpg"));
    let etag = world.client.get(&target).header("etag").unwrap().to_owned();
    let edit = |target: &str, matching: &str, body: Value| {
        let headers = [
            ("content-type", "application/merge-patch+json"),
            ("if-match", matching),
        ];
        world
            .client
            .ask("PATCH", target, &headers, body.to_string().as_bytes())
    };
    let new = edit(&target, &format!("\"0\", {etag}"), json!({"title": "1"}));
    new.ok();
    let new = new.header("etag").unwrap().to_owned();
    assert_ne!(new, etag);
    for stale in [etag.as_str(), "\"x\"", "", &format!("W/{new}")] {
        edit(&target, stale, json!({"title": "2"})).refused(412, "conflict");
    }
    edit(&target, &etag, json!({"rating": 6})).refused(400, "invalid");
    edit(&target, "*", json!({"title": "3"})).ok();
    let many = json!({"assets": {"query": ""}, "set": {"title": "4"}});
    edit("/api/v1/assets", &new, many.clone()).refused(412, "conflict");
    edit("/api/v1/assets", "*", many).ok();
}
