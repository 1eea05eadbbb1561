//! Albums with rules, covers and orders, and collections, as a client sees them.

use super::world::{World, ids, none, options, path};
use kphotos_daemon::surface::Selection;
use serde_json::{Value, json};
use zbus::wire::Variant;

const PATHS: [&str; 4] = ["summer/a.cr2", "summer/a.jpg", "summer/b.jpg", "winter/c.jpg"];
const ORG: &str = "Organization";

fn numbers(list: &Value) -> Vec<u64> {
    let items = list["items"].as_array().unwrap();
    items.iter().map(|item| item["id"].as_u64().unwrap()).collect()
}

fn folder(path: &str) -> Vec<u8> {
    path.as_bytes().to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_album_is_made_of_each_rule_and_bound_to_another() {
    let world = World::with(&PATHS).await;
    world
        .change(ORG, "CreateCollection", &("jpegs", "ext:jpg", none()))
        .await;
    for (name, kind, what, at, count) in [
        ("folder", "folder", (0u32, ""), folder("/photos/summer"), 3),
        ("library", "folder", (0, ""), folder("/photos"), 4),
        ("numbered", "folder", (1, ""), folder(""), 4),
        ("query", "query", (0, "name:a"), folder(""), 2),
        ("collection", "collection", (0, "JPEGS"), folder(""), 3),
        ("by number", "collection", (1, ""), folder(""), 3),
    ] {
        let made = (name, kind, what, at, none());
        let (.., summary) = world.change(ORG, "CreateSmartAlbum", &made).await;
        assert_eq!(summary, format!("{name}: album created, {count} photos found"));
    }
    let list = world.document(ORG, "ListAlbums", &()).await;
    let of = |name: &str| {
        let items = list["items"].as_array().unwrap();
        items.iter().find(|item| item["path"] == name).unwrap().clone()
    };
    let rule = json!({"kind": "folder", "folder": "/photos/summer", "path": "/photos/summer"});
    assert_eq!(of("folder")["rule"], rule);
    assert_eq!(of("library")["rule"]["folder"], "/photos");
    assert_eq!(of("by number")["rule"]["collection"], "jpegs");
    assert_eq!(of("query")["count"], 2);
    let bind = ((0u32, "query"), "none", (0u32, ""), folder(""), none());
    let (_, _, undoable, summary) = world.change(ORG, "BindAlbum", &bind).await;
    assert_eq!(
        (undoable, summary.as_str()),
        (true, "query: a plain album of 0 photos")
    );
    let shown = world.document(ORG, "ShowAlbum", &((0u32, "query"), none())).await;
    assert_eq!(
        (shown["total"].as_u64(), shown["album"]["rule"].is_null()),
        (Some(0), true)
    );
    for (kind, what, at, error) in [
        ("tag", (0u32, "x"), "", "Invalid"),
        ("query", (0, "album:x"), "", "Invalid"),
        ("folder", (0, ""), "/elsewhere", "NotFound"),
        ("collection", (0, "none"), "", "NotFound"),
    ] {
        let bind = ((0u32, "query"), kind, what, folder(at), none());
        let refused = world.call(ORG, "BindAlbum", &bind).await.unwrap_err();
        assert!(refused.0.ends_with(error), "{kind}: {refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_album_is_paged_in_its_own_order_and_shots_go_together() {
    let world = World::with(&PATHS).await;
    let made = ("all", "query", (0u32, ""), folder(""), none());
    world.change(ORG, "CreateSmartAlbum", &made).await;
    let all = (0u32, "all");
    let place = (
        all,
        path("/photos/winter/c.jpg"),
        "first",
        Selection::default(),
        none(),
    );
    world.change(ORG, "PlaceInAlbum", &place).await;
    let place = (all, ids(&[1]), "after", path("/photos/summer/b.jpg"), none());
    let (.., summary) = world.change(ORG, "PlaceInAlbum", &place).await;
    assert_eq!(summary, "all: 2 photos placed, sorted by hand", "RAW and JPEG");
    let page = |after: &str| {
        let limit = ("limit", Variant::from(3u32));
        match after {
            "" => options(&[limit]),
            after => options(&[limit, ("after", Variant::from(after.to_owned()))]),
        }
    };
    let shown = world.document(ORG, "ShowAlbum", &(all, page(""))).await;
    assert_eq!(numbers(&shown), [4, 3, 1]);
    let next = shown["next"].as_str().unwrap();
    let rest = world.document(ORG, "ShowAlbum", &(all, page(next))).await;
    assert_eq!((numbers(&rest), rest["next"].is_null()), (vec![2], true));
    world
        .change(ORG, "OrderAlbum", &(all, "name", true, none()))
        .await;
    let shown = world.document(ORG, "ShowAlbum", &(all, none())).await;
    assert_eq!(numbers(&shown), [4, 3, 2, 1]);
    assert_eq!(shown["album"]["order"], json!({"by": "name", "reverse": true}));
    world
        .change(ORG, "SetAlbumCover", &(all, ids(&[2]), none()))
        .await;
    let listed = world.document(ORG, "ListAlbums", &()).await;
    assert_eq!(listed["items"][0]["cover"], 2);
    world
        .change(ORG, "ExcludeFromAlbum", &(all, ids(&[2]), none()))
        .await;
    let listed = world.document(ORG, "ListAlbums", &()).await;
    assert_eq!(
        (&listed["items"][0]["cover"], &listed["items"][0]["count"]),
        (&json!(4), &json!(2))
    );
    let two = (all, ids(&[3, 4]), none());
    let refused = world.call(ORG, "SetAlbumCover", &two).await.unwrap_err();
    assert!(refused.1.contains("one photo"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collection_is_made_shown_changed_and_deleted() {
    let world = World::with(&PATHS).await;
    let dry = || options(&[("dry_run", Variant::from(true))]);
    let (revision, ..) = world
        .change(ORG, "CreateCollection", &("x", "ext:jpg", dry()))
        .await;
    assert_eq!(revision, 0);
    world
        .change(ORG, "CreateCollection", &("x", "ext:jpg", none()))
        .await;
    let shown = world
        .document(ORG, "ShowCollection", &((0u32, "X"), none()))
        .await;
    assert_eq!(
        (numbers(&shown).len(), &shown["collection"]["count"]),
        (3, &json!(3))
    );
    let change = options(&[
        ("name", Variant::from("y".to_owned())),
        ("query", Variant::from("ext:cr2".to_owned())),
    ]);
    let (.., summary) = world.change(ORG, "UpdateCollection", &((1u32, ""), change)).await;
    assert_eq!(summary, "x: collection updated, now y");
    let share = ("s", "collection", (0u32, "y"), Selection::default(), none());
    let (.., summary) = world.change("Sharing", "CreateShare", &share).await;
    assert_eq!(summary, "s: 1 photo shared");
    let listed = world.document("Sharing", "ListShares", &()).await;
    let scope = json!({"kind": "collection", "collection": "y"});
    assert_eq!(listed["items"][0]["scope"], scope);
    let gone = ((0u32, "y"), none());
    let refused = world.call(ORG, "DeleteCollection", &gone).await.unwrap_err();
    assert!(refused.1.contains("kphotos share revoke s"), "{refused:?}");
    world
        .change("Sharing", "RevokeShare", &((0u32, "s"), none()))
        .await;
    world.change(ORG, "DeleteCollection", &gone).await;
    assert_eq!(world.document(ORG, "ListCollections", &()).await["total"], 0);
}
