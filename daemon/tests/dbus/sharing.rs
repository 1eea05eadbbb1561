//! Shares, as a client sees them.

use super::world::{World, ids, none, options, path, query};
use kphotos_daemon::surface::Selection;
use serde_json::Value;
use zbus::wire::Variant;

const PATHS: [&str; 4] = ["summer/a.cr2", "summer/a.jpg", "summer/b.jpg", "winter/c.jpg"];

fn nothing() -> Selection {
    Selection::default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_is_made_of_each_scope_listed_and_shown() {
    let world = World::with(&PATHS).await;
    let tag = ((0u32, "x"), query("path:winter OR name:b"), none());
    world.change("Organization", "AddTag", &tag).await;
    world
        .change("Organization", "CreateAlbum", &("best/of", none()))
        .await;
    let album = ((0u32, "best/of"), path("/photos/summer/b.jpg"), none());
    world.change("Organization", "AddToAlbum", &album).await;
    let only = || options(&[("only", Variant::from(true))]);
    for (name, kind, what, assets, options, count) in [
        ("an album", "album", (0u32, "best"), nothing(), none(), 1),
        ("a tag", "tag", (0, "x"), nothing(), none(), 2),
        ("a tag by number", "tag", (1, ""), nothing(), none(), 2),
        ("a library", "library", (0, "photos"), nothing(), none(), 4),
        ("a folder", "folder", (0, ""), path("/photos/summer"), none(), 3),
        ("a query", "query", (0, "ext:jpg"), nothing(), none(), 3),
        (
            "a shot",
            "assets",
            (0, ""),
            path("/photos/summer/a.jpg"),
            none(),
            2,
        ),
        ("one", "assets", (0, ""), path("/photos/summer/a.jpg"), only(), 1),
    ] {
        let (_, _, undoable, summary) = world
            .change("Sharing", "CreateShare", &(name, kind, what, assets, options))
            .await;
        let photos = if count == 1 { "photo" } else { "photos" };
        assert_eq!(summary, format!("{name}: {count} {photos} shared"));
        assert!(undoable);
    }
    let list = world.document("Sharing", "ListShares", &()).await;
    let scopes: Vec<Value> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["scope"].clone())
        .collect();
    let folder = serde_json::json!({"kind": "folder", "folder": "/photos/summer", "path": "/photos/summer"});
    assert!(scopes.contains(&folder), "{scopes:?}");
    assert!(scopes.contains(&serde_json::json!({"kind": "album", "album": "best"})));
    assert!(scopes.contains(&serde_json::json!({"kind": "assets"})));
    let page = options(&[("limit", Variant::from(1u32))]);
    let shown = world
        .document("Sharing", "ShowShare", &((0u32, "A TAG"), page))
        .await;
    assert_eq!(
        (shown["total"].as_u64(), shown["share"]["count"].as_u64()),
        (Some(2), Some(2))
    );
    assert_eq!(shown["items"].as_array().unwrap().len(), 1);
    assert!(shown["next"].is_string());
    let status = world.document("Manager", "Status", &()).await;
    assert_eq!(status["shares"], 8);
    let shared = world
        .document("Catalog", "Search", &("is:shared -ext:jpg", none()))
        .await;
    assert_eq!(shared["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_share_is_said() {
    let world = World::with(&PATHS).await;
    let refused = |name: &'static str, kind: &'static str, what: (u32, &'static str), assets: Selection| {
        let body = (name, kind, what, assets, none());
        let world = &world;
        async move { world.refused("Sharing", "CreateShare", &body).await }
    };
    assert_eq!(refused("a/b", "query", (0, "x"), nothing()).await, "Invalid");
    assert_eq!(
        refused("a", "query", (0, "is:shared"), nothing()).await,
        "Invalid"
    );
    assert_eq!(
        refused("a", "query", (0, "date:20x4"), nothing()).await,
        "Invalid"
    );
    assert_eq!(refused("a", "person", (0, "x"), nothing()).await, "NotFound");
    assert_eq!(refused("a", "friend", (0, "x"), nothing()).await, "Invalid");
    assert_eq!(refused("a", "assets", (0, ""), nothing()).await, "Invalid");
    assert_eq!(refused("a", "folder", (0, ""), nothing()).await, "Invalid");
    assert_eq!(
        refused("a", "folder", (0, ""), path("/elsewhere")).await,
        "NotFound"
    );
    assert_eq!(refused("a", "folder", (99, ""), nothing()).await, "NotFound");
    assert_eq!(refused("a", "album", (0, "none"), nothing()).await, "NotFound");
    assert_eq!(refused("a", "tag", (7, ""), nothing()).await, "NotFound");
    assert_eq!(refused("a", "library", (0, "none"), nothing()).await, "NotFound");
    let one = ("a", "assets", (0u32, ""), ids(&[1]), none());
    let made = world.change("Sharing", "CreateShare", &one).await.0;
    assert_eq!(refused("A", "query", (0, "x"), nothing()).await, "AlreadyExists");
    world.change("Manager", "Undo", &(made, none())).await;
    world.change("Sharing", "CreateShare", &one).await;
    let revoked = world
        .change("Sharing", "RevokeShare", &((0u32, "a"), none()))
        .await;
    assert!(!revoked.2, "for good");
    assert_eq!(
        world.refused("Manager", "Undo", &(revoked.0, none())).await,
        "Unsupported"
    );
    assert_eq!(
        world
            .refused("Sharing", "RevokeShare", &((0u32, "a"), none()))
            .await,
        "NotFound"
    );
    assert_eq!(
        world.refused("Sharing", "ShowShare", &((1u32, ""), none())).await,
        "NotFound"
    );
}
