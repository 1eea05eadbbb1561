//! Albums with rules, and collections, as tables: what is told where they are held.

use super::tests::Stage;
use crate::inode::{Node, Top};
use kphotos_domain::command::Command;
use kphotos_domain::kernel::{AlbumId, CollectionId, ShareId};
use kphotos_domain::organization::{AlbumChange, AlbumRule, CollectionChange, CollectionName};
use kphotos_domain::sharing::Scope;

const ALBUM: Node = Node::Album(AlbumId::new(1));
const COLLECTION: Node = Node::Collection(CollectionId::new(1));

#[test]
fn a_photo_that_starts_or_stops_to_match_comes_into_and_leaves_an_open_album() {
    let stage = Stage::new();
    stage.world.files(&["a.jpg", "b.jpg"]);
    stage
        .world
        .smart_album("best", AlbumRule::Query("rating:5".into()))
        .unwrap();
    stage.world.share("open", Scope::Album(AlbumId::new(1))).unwrap();
    stage.stale(&[]);
    let share = Node::Share(ShareId::new(1));
    let held = [ALBUM, share];
    stage.world.rate(5, &["a.jpg"]);
    stage.check(
        &held,
        &["+ album1/a.jpg file1", "+ share1/a.jpg file1", "a file1"],
    );
    stage.world.rate(4, &["a.jpg"]);
    stage.check(&held, &["- album1/a.jpg file1", "- share1/a.jpg file1"]);
}

#[test]
fn an_album_that_gets_a_rule_calls_its_photos_by_another_one() {
    let stage = Stage::new();
    stage.world.files(&["x/a.jpg", "y/a.jpg", "z/b.jpg"]);
    stage.world.album("trip", &["x/a.jpg", "z/b.jpg"]);
    stage.stale(&[]);
    let bind = |rule: Option<&str>| {
        let rule = rule.map(|text| AlbumRule::Query(text.into()));
        stage.world.change_album("trip", AlbumChange::Bind(rule)).unwrap();
    };
    bind(Some("name:a"));
    stage.check(
        &[ALBUM],
        &[
            "+ album1/a~0002.jpg file2",
            "a file2",
            "r album1/a.jpg album1/a~0001.jpg file1",
        ],
    );
    stage.world.files(&["w/b.jpg"]);
    stage.check(&[ALBUM], &["r album1/b.jpg album1/b~0003.jpg file3"]);
    bind(None);
    stage.check(
        &[ALBUM],
        &[
            "- album1/a~0002.jpg file2",
            "r album1/a~0001.jpg album1/a.jpg file1",
            "r album1/b~0003.jpg album1/b.jpg file3",
        ],
    );
}

#[test]
fn collections_come_are_renamed_and_go() {
    let stage = Stage::new();
    stage.world.files(&["a.jpg", "b.jpg"]);
    stage.stale(&[]);
    let held = [Node::Top(Top::Collections), COLLECTION];
    stage.world.collection("good", "rating:4+").unwrap();
    stage.check(&held, &["+ collections/good collection1"]);
    stage.world.rate(5, &["a.jpg"]);
    stage.check(&held, &["+ collection1/a.jpg file1", "a file1"]);
    let change = |change| {
        stage.world.run(&Command::ChangeCollection(change)).unwrap();
    };
    let id = CollectionId::new(1);
    change(CollectionChange::Update {
        id,
        name: Some(CollectionName::parse("fine").unwrap()),
        query: Some("name:b".into()),
    });
    stage.check(
        &held,
        &[
            "+ collection1/b.jpg file2",
            "- collection1/a.jpg file1",
            "r collections/good collections/fine collection1",
        ],
    );
    change(CollectionChange::Delete { id });
    stage.check(&held, &["- collections/fine collection1"]);
}
