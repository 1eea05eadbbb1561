//! Shares, favourites and the newest photos, as tables.

use super::model_checks::{ME, Recorder};
use crate::catalog::Field;
use crate::kernel::{AlbumId, AssetId, AssetSet, FolderId, LibraryId, Owner, ShareId, TagId};
use crate::organization::query::evaluate;
use crate::organization::{AlbumArrangement, AlbumPath, Query, TagArrangement, TagPath};
use crate::sharing::{Scope, ShareName};
use crate::testing::World;
use crate::view::Dir;
use std::sync::Arc;

#[test]
fn the_newest_photos_are_those_that_were_registered_last() {
    let world = World::new();
    let recorder = Arc::<Recorder>::default();
    let paths: Vec<String> = (0..crate::view::RECENT + 5)
        .map(|at| format!("{at:05}.jpg"))
        .collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    world.files(&paths);
    world.app.subscribe(recorder.clone());
    let check = |first: &str, joined: &[&str], left: &[&str]| {
        let view = world.app.view();
        assert_eq!(view.recent().len(), crate::view::RECENT as u64);
        let change = recorder
            .0
            .lock()
            .unwrap()
            .pop()
            .unwrap()
            .dirs
            .remove(&Dir::Recent);
        drop(view);
        let change = change.unwrap_or_default();
        assert_eq!(change.joined, world.assets(joined));
        assert_eq!(change.left, world.assets(left));
        assert_eq!(world.app.view().recent().first(), Some(world.asset(first)));
    };
    world.hide(&["00100.jpg"]);
    check("00004.jpg", &["00004.jpg"], &["00100.jpg"]);
    world.files(&["new.jpg"]);
    check("00005.jpg", &["new.jpg"], &["00004.jpg"]);
    world.rate(3, &["00000.jpg"]);
    check("00005.jpg", &[], &[]);
    world.gone(&["new.jpg"]);
    check("00004.jpg", &["00004.jpg"], &["new.jpg"]);
    world.clear(Field::Hidden, &["00100.jpg"]);
    check("00005.jpg", &["00100.jpg"], &["00004.jpg"]);
}

#[test]
fn a_share_is_refused_for_what_it_cannot_show() {
    let world = World::new();
    world.files(&["a.jpg"]);
    world.album("Italy", &["a.jpg"]);
    let says = |scope: Scope, part: &str| {
        let error = world.share("x", scope).unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
        error.code().as_str()
    };
    assert_eq!(says(Scope::Query("date:20x4".into()), "at 5"), "invalid");
    assert_eq!(
        says(Scope::Query("beach OR -is:shared".into()), "itself"),
        "invalid"
    );
    assert_eq!(says(Scope::Assets(AssetSet::new()), "no photo"), "invalid");
    assert_eq!(
        says(Scope::Assets(AssetSet::one(AssetId::new(9))), "no asset 9"),
        "not-found"
    );
    assert_eq!(says(Scope::Album(AlbumId::new(9)), "album list"), "not-found");
    assert_eq!(says(Scope::Tag(TagId::new(9)), "tag list"), "not-found");
    assert_eq!(says(Scope::Folder(FolderId::new(9)), "library"), "not-found");
    assert_eq!(
        says(Scope::Library(LibraryId::new(9)), "library list"),
        "not-found"
    );
    world.share("X", Scope::Album(AlbumId::new(1))).unwrap();
    assert_eq!(
        says(Scope::Library(LibraryId::new(1)), "revoke x"),
        "already-exists"
    );
    assert!(ShareName::parse("a/b").is_err());
}

#[test]
fn what_is_shared_is_not_deleted_by_an_undo() {
    let world = World::new();
    world.files(&["a.jpg"]);
    let tagged = world.tag("beach", &["a.jpg"]).revision;
    world.share("sea", Scope::Tag(TagId::new(1))).unwrap();
    let error = world.undo(tagged).unwrap_err();
    assert_eq!(error.code().as_str(), "conflict");
    assert!(error.to_string().contains("kphotos share revoke sea"), "{error}");
    assert!(world.app.view().tag(TagId::new(1)).is_some());
    world.revoke(ShareId::new(1));
    world.undo(tagged).unwrap();
    assert!(world.app.view().tag(TagId::new(1)).is_none());
}

#[test]
fn what_is_shared_is_not_deleted_or_merged_away_by_anybody_until_it_is_revoked() {
    let world = World::new();
    world.files(&["a.jpg"]);
    world.tag("travel/italy", &["a.jpg"]);
    world.tag("sea", &["a.jpg"]);
    world.album("best/of", &["a.jpg"]);
    let (italy, of) = {
        let view = world.app.view();
        let travel = view.tag_child(Owner::User(ME), None, "travel");
        let best = view.album_child(Owner::User(ME), None, "best");
        (
            view.tag_child(Owner::User(ME), travel, "italy").unwrap(),
            view.album_child(Owner::User(ME), best, "of").unwrap(),
        )
    };
    world.share("tag", Scope::Tag(italy)).unwrap();
    world.share("album", Scope::Album(of)).unwrap();
    let tag = |text| TagPath::parse(text).unwrap();
    let delete = |text| TagArrangement::Delete {
        tag: tag(text),
        recursive: true,
    };
    let merge = TagArrangement::Merge {
        from: vec![tag("travel/italy")],
        into: tag("sea"),
    };
    let delete_album = AlbumArrangement::Delete {
        album: AlbumPath::parse("best").unwrap(),
        recursive: true,
    };
    let check = |done: Result<crate::app::Receipt, crate::app::AppError>, share: &str| {
        let error = done.unwrap_err();
        assert_eq!(error.code().as_str(), "conflict", "{error}");
        assert!(
            error
                .to_string()
                .contains(&format!("kphotos share revoke {share}")),
            "{error}"
        );
    };
    let before = world.app.view().revision();
    check(world.arrange(delete("travel/italy")), "tag");
    check(world.arrange(delete("travel")), "tag");
    check(world.arrange(merge.clone()), "tag");
    check(world.arrange_albums(delete_album.clone()), "album");
    assert_eq!(world.app.view().revision(), before, "nothing half done");
    // What it is called is another matter.
    let rename = TagArrangement::Rename {
        tag: tag("travel"),
        name: "trips".into(),
    };
    let renamed = world.arrange(rename).unwrap();
    assert!(world.undo(renamed.revision).unwrap().revision.is_some());
    world.revoke(ShareId::new(1));
    world.revoke(ShareId::new(2));
    world.arrange(merge).unwrap();
    world.arrange_albums(delete_album).unwrap();
}

#[test]
fn making_a_share_can_be_undone_and_revoking_it_cannot() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg"]);
    world.rate(5, &["a.jpg"]);
    let made = world.share("best", Scope::Query("rating:5".into())).unwrap();
    assert_eq!(made.summary, "best: 1 photo shared");
    let names = |world: &World| {
        let view = world.app.view();
        view.shares()
            .map(|share| share.name.to_string())
            .collect::<Vec<_>>()
    };
    let undone = world.undo(made.revision).unwrap().revision;
    assert!(names(&world).is_empty());
    world.undo(undone).unwrap();
    assert_eq!(names(&world), ["best"]);
    world.rate(5, &["b.jpg"]);
    assert_eq!(world.app.view().members(Dir::Share(ShareId::new(1))).len(), 2);
    let shared = Query::parse("is:shared").unwrap();
    assert_eq!(evaluate(&world.app.view(), ME, &shared).len(), 2);
    let revoked = world.revoke(ShareId::new(1)).revision;
    assert_eq!(world.undo(revoked).unwrap_err().code().as_str(), "unsupported");
    let world = world.restart_without_store();
    assert!(names(&world).is_empty());
    let view = world.app.view();
    assert_eq!(
        view.next().share(),
        ShareId::new(2),
        "numbers are not given twice"
    );
    assert_eq!(view.share_named(Owner::User(ME), "BEST"), None);
}
