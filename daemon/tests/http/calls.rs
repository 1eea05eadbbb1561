//! Each call once, as a client sees it, and what it refuses.

use super::world::World;
use kphotos_daemon::surface::{JobProgress, MountState, ProgressUnit};
use kphotos_domain::kernel::JobId;
use serde_json::{Value, json};

const SUMMER: [&str; 4] = ["summer/a.cr2", "summer/a.jpg", "summer/b.jpg", "winter/c.jpg"];

/// The numbers of a list.
#[track_caller]
fn ids(list: &Value) -> Vec<u64> {
    let items = list["items"].as_array().unwrap();
    items.iter().map(|item| item["id"].as_u64().unwrap()).collect()
}

#[test]
fn photos_are_found_a_page_at_a_time() {
    let world = World::with(&SUMMER);
    let all = world.client.document("/api/v1/assets?sort=name&limit=10000");
    assert_eq!((all["total"].as_u64(), ids(&all).len()), (Some(4), 4));
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = world
            .client
            .document(&format!("/api/v1/assets?sort=name&limit=3{cursor}"));
        assert_eq!(page["total"], 4);
        seen.extend(ids(&page));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ids(&all));
    let reversed = world
        .client
        .document("/api/v1/assets?sort=added&reverse=true&query=name:c.jpg");
    assert_eq!(ids(&reversed), [u64::from(world.asset("winter/c.jpg"))]);
    let refuse = |parameters: &str| {
        let answer = world.client.get(&format!("/api/v1/assets?{parameters}"));
        answer.refused(400, "invalid");
    };
    for wrong in [
        "query=(",
        "limit=0",
        "limit=10001",
        "limit=x",
        "limit=",
        "sort=size",
        "reverse=1",
        "cursor=x",
        "qery=x",
        "limit=1&limit=2",
    ] {
        refuse(wrong);
    }
}

#[test]
fn one_photo_has_its_revision_as_entity_tag() {
    let world = World::with(&SUMMER);
    let id = world.asset("summer/b.jpg");
    let answer = world.client.get(&format!("/api/v1/assets/{id}"));
    let photo = answer.ok();
    assert_eq!(
        answer.header("etag"),
        Some(format!("\"{}\"", photo["revision"]).as_str())
    );
    assert_eq!(
        (photo["name"].as_str(), photo["title"].is_null()),
        (Some("b.jpg"), true)
    );
    world.client.get("/api/v1/assets/999").refused(404, "not-found");
    for wrong in ["x", "-1", "4294967296", "%ff"] {
        world
            .client
            .get(&format!("/api/v1/assets/{wrong}"))
            .refused(400, "invalid");
    }
}

#[test]
fn dates_are_counted() {
    let world = World::with(&SUMMER);
    let target = format!("/api/v1/assets/{}", world.asset("winter/c.jpg"));
    world
        .client
        .send("PATCH", &target, &json!({"taken": "2020-12-24"}))
        .ok();
    let check = |parameters: &str, expect: Value| {
        let list = world.client.document(&format!("/api/v1/timeline{parameters}"));
        assert_eq!(list["items"], expect, "{parameters}");
    };
    let undated = json!({"date": null, "count": 3});
    check("", json!([{"date": "2020-12", "count": 1}, undated]));
    check("?by=year", json!([{"date": "2020", "count": 1}, undated]));
    check(
        "?by=day&query=name:c.jpg",
        json!([{"date": "2020-12-24", "count": 1}]),
    );
    world
        .client
        .get("/api/v1/timeline?by=week")
        .refused(400, "invalid");
    world
        .client
        .get("/api/v1/timeline?query=(")
        .refused(400, "invalid");
}

#[test]
fn tags_are_given_listed_and_taken() {
    let world = World::with(&SUMMER);
    let photos = json!({"ids": [world.asset("summer/a.jpg")]});
    let target = "/api/v1/tags/travel%2Fitaly/assets";
    assert_eq!(world.client.send("POST", target, &photos).ok()["touched"], 2);
    let tags = world.client.document("/api/v1/tags");
    assert_eq!(
        (tags["total"].as_u64(), tags["items"][1]["path"].as_str()),
        (Some(2), Some("travel/italy"))
    );
    let tag = world.client.document("/api/v1/tags/Travel%2FITALY");
    assert_eq!(
        (tag["count"].as_u64(), tag["name"].as_str()),
        (Some(2), Some("italy"))
    );
    assert_eq!(world.client.document(&format!("{target}?limit=1"))["total"], 2);
    assert_eq!(world.client.document("/api/v1/tags/travel/assets")["total"], 0);
    let only = format!("{target}?only=true");
    assert_eq!(world.client.send("DELETE", &only, &photos).ok()["touched"], 1);
    for target in ["/api/v1/tags/x", "/api/v1/tags/x/assets"] {
        world.client.get(target).refused(404, "not-found");
    }
    world
        .client
        .send("DELETE", "/api/v1/tags/x/assets", &photos)
        .refused(404, "not-found");
    world
        .client
        .send("POST", "/api/v1/tags/a%2F%2Fb/assets", &photos)
        .refused(400, "invalid");
    world
        .client
        .send("POST", "/api/v1/tags/x/assets", &json!({}))
        .refused(400, "invalid");
    world
        .client
        .send("POST", "/api/v1/tags/x/assets", &json!({"ids": [999]}))
        .refused(404, "not-found");
}

#[test]
fn albums_are_made_filled_shown_and_emptied() {
    let world = World::with(&SUMMER);
    let new = json!({"path": "best/of"});
    let dry = world.client.send("POST", "/api/v1/albums?dry_run=true", &new);
    assert_eq!((dry.status, dry.ok()["revision"].is_null()), (200, true));
    assert_eq!(world.client.send("POST", "/api/v1/albums", &new).status, 201);
    world
        .client
        .send("POST", "/api/v1/albums", &new)
        .refused(409, "already-exists");
    world
        .client
        .send("POST", "/api/v1/albums", &json!({"path": ""}))
        .refused(400, "invalid");
    world
        .client
        .send("POST", "/api/v1/albums", &json!({}))
        .refused(400, "invalid");
    assert_eq!(world.client.document("/api/v1/albums")["total"], 2);
    let target = "/api/v1/albums/best%2Fof/assets";
    let all = json!({"query": ""});
    assert_eq!(world.client.send("POST", target, &all).ok()["touched"], 4);
    let page = world.client.document(&format!("{target}?limit=3"));
    let next = page["next"].as_str().unwrap();
    assert_eq!(
        ids(&world.client.document(&format!("{target}?cursor={next}"))).len(),
        1
    );
    assert_eq!(world.client.document("/api/v1/albums/best%2Fof")["count"], 4);
    assert_eq!(world.client.send("DELETE", target, &all).ok()["touched"], 4);
    for target in ["/api/v1/albums/x", "/api/v1/albums/x/assets"] {
        world.client.get(target).refused(404, "not-found");
    }
    world
        .client
        .send("POST", "/api/v1/albums/x/assets", &all)
        .refused(404, "not-found");
    world
        .client
        .send("DELETE", "/api/v1/albums/x/assets", &all)
        .refused(404, "not-found");
}

#[test]
fn libraries_are_listed_added_and_scanned() {
    let world = World::with(&SUMMER);
    let list = world.client.document("/api/v1/libraries");
    assert_eq!(
        (list["total"].as_u64(), list["items"][0]["files"].as_u64()),
        (Some(1), Some(4))
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().canonicalize().unwrap();
    let new = json!({"path": path.to_str().unwrap(), "name": "New"});
    let dry = world.client.send("POST", "/api/v1/libraries?dry_run=true", &new);
    assert_eq!((dry.status, dry.ok()["library"].is_null()), (200, true));
    let made = world.client.send("POST", "/api/v1/libraries", &new);
    assert_eq!((made.status, made.json()["library"].as_u64()), (201, Some(2)));
    world
        .client
        .send("POST", "/api/v1/libraries", &new)
        .refused(409, "already-exists");
    for (path, status, code) in [
        ("/nowhere/at/all", 404, "not-found"),
        ("relative", 400, "invalid"),
        ("/a\u{0}b", 503, "unavailable"),
        ("/mnt/kphotos/x", 409, "conflict"),
    ] {
        if !path.contains('\u{0}') {
            world
                .client
                .send("POST", "/api/v1/libraries", &json!({"path": path}))
                .refused(status, code);
        }
    }
    let zone = json!({"path": path.to_str().unwrap(), "timezone": "Nowhere/At_all"});
    world
        .client
        .send("POST", "/api/v1/libraries", &zone)
        .refused(400, "invalid");
    let asked = world
        .client
        .ask("POST", "/api/v1/libraries/1/scan?accept_missing=true", &[], &[]);
    assert_eq!(asked.status, 202);
    let job = asked.ok()["job"].as_u64().unwrap();
    assert_eq!(
        world.client.document(&format!("/api/v1/jobs/{job}"))["kind"],
        "scan"
    );
    world
        .client
        .ask("POST", "/api/v1/libraries/9/scan", &[], &[])
        .refused(404, "not-found");
}

#[test]
fn jobs_say_how_far_they_are() {
    let world = World::with(&SUMMER);
    world
        .client
        .ask("POST", "/api/v1/libraries/1/scan", &[], &[])
        .ok();
    world.jobs.step(JobProgress {
        job: JobId::new(1),
        done: 3,
        total: Some(4),
        unit: ProgressUnit::Files,
        message: "at it".into(),
        rate: Some(1.5),
        left: Some(std::time::Duration::from_secs(8)),
    });
    for target in ["/api/v1/jobs", "/api/v1/jobs?all=true"] {
        let list = world.client.document(target);
        assert_eq!(
            (
                list["items"][0]["state"].as_str(),
                list["items"][0]["done"].as_u64()
            ),
            (Some("running"), Some(3))
        );
    }
    let job = world.client.document("/api/v1/jobs/1");
    let told = ["priority", "asked", "rate", "eta_seconds", "attempts"].map(|key| job[key].clone());
    assert_eq!(
        told,
        [json!("high"), json!("person"), json!(1.5), json!(8), json!(0)]
    );
    world.client.get("/api/v1/jobs/9").refused(404, "not-found");
    world.client.get("/api/v1/jobs?al=true").refused(400, "invalid");
}

#[test]
fn history_is_paged_and_taken_back() {
    let world = World::with(&SUMMER);
    let (b, c) = (world.asset("summer/b.jpg"), world.asset("winter/c.jpg"));
    let edit = |id: u32, title: &str| {
        let receipt = world
            .client
            .send("PATCH", &format!("/api/v1/assets/{id}"), &json!({"title": title}))
            .ok();
        receipt["revision"].as_u64().unwrap()
    };
    let revisions = [edit(b, "1"), edit(c, "2"), edit(b, "3")];
    let list = |parameters: &str| {
        let list = world.client.document(&format!("/api/v1/history?{parameters}"));
        let items = list["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["revision"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(list(&format!("asset={b}&limit=2")), [revisions[2], revisions[0]]);
    assert_eq!(list(&format!("before={}&limit=1", revisions[2])), [revisions[1]]);
    let undo = |body: Value| world.client.send("POST", "/api/v1/undo", &body);
    let dry = world
        .client
        .send("POST", "/api/v1/undo?dry_run=true", &json!({"revision": null}))
        .ok();
    assert!(dry["summary"].as_str().unwrap().starts_with("undone"));
    undo(json!({"revision": revisions[1]})).ok();
    undo(json!({"revision": revisions[1]})).refused(409, "conflict");
    undo(json!({"revision": 99999})).refused(404, "not-found");
    undo(json!({"revision": 0})).refused(404, "not-found");
    undo(json!({"revision": 1})).refused(422, "unsupported");
    undo(json!({"revision": -1})).refused(400, "invalid");
    world
        .client
        .get("/api/v1/history?asset=999")
        .refused(404, "not-found");
    world
        .client
        .get("/api/v1/history?limit=0")
        .refused(400, "invalid");
}

#[test]
fn the_daemon_says_how_it_is() {
    let mut world = World::with(&SUMMER);
    assert_eq!(world.client.document("/api/v1/me")["name"], "me");
    let status = world.client.document("/api/v1/status");
    assert_eq!(
        (status["photos"].as_u64(), status["limits"][0].as_str()),
        (Some(4), Some("a limit"))
    );
    assert_eq!(status["http"], world.client.address.to_string());
    let note = std::fs::read_to_string(world.folder.path().join("run/http")).unwrap();
    assert_eq!(note, format!("{}\n", world.client.address));
    world.note.take();
    assert!(!world.folder.path().join("run/http").exists());
    let health = world.client.get("/healthz");
    assert_eq!((health.status, health.text().as_str()), (200, "ready\n"));
    let figures = world.client.get("/metrics").text();
    for expect in [
        "kphotos_photos{state=\"shown\"} 4",
        "kphotos_libraries{state=\"online\"} 1",
        "kphotos_fuse_requests_total{mount=\"/mnt/kphotos\",op=\"lookup\"} 7",
        "kphotos_http_requests_total{route=\"/api/v1/status\",method=\"GET\",status=\"200\"} 1",
        &format!("kphotos_journal_revision {}", world.app.journal().last()),
    ] {
        assert!(
            figures.lines().any(|line| line == expect),
            "{expect} is missing in\n{figures}"
        );
    }
    world.mounts.set(
        "/mnt/kphotos",
        MountState::Failed {
            reason: "gone".into(),
        },
    );
    world.client.get("/healthz").refused(503, "unavailable");
}
