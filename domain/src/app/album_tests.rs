//! Albums with rules, covers and orders, and collections, as tables.

use super::model_checks::{ME, told};
use crate::app::AppError;
use crate::command::{AlbumAssets, Command};
use crate::kernel::{AlbumId, AssetId, AssetSet, CollectionId, FolderId, Owner, ShareId};
use crate::organization::query::{Sort, evaluate};
use crate::organization::{
    AlbumArrangement, AlbumChange, AlbumPath, AlbumRule, CollectionChange, CollectionName, OrderBy, Place,
    Query, cover_of, in_order,
};
use crate::sharing::Scope;
use crate::testing::World;
use crate::view::{Dir, View};

const ALBUM: AlbumId = AlbumId::new(1);

fn query(text: &str) -> AlbumRule {
    AlbumRule::Query(text.into())
}

fn members(world: &World, album: &str) -> Vec<String> {
    let view = world.app.view();
    let mut names = AlbumPath::parse(album)
        .unwrap()
        .names()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    let mut at = None;
    for name in names.drain(..) {
        at = view.album_child(Owner::User(ME), at, &name);
    }
    names_of(&view, &in_order(&view, at.unwrap()))
}

fn names_of(view: &View, assets: &[AssetId]) -> Vec<String> {
    assets
        .iter()
        .map(|asset| view.query_name(*asset).unwrap())
        .collect()
}

type How = fn(AlbumAssets) -> Command;

fn on(world: &World, how: How, album: &str, paths: &[&str]) -> String {
    let (album, assets) = (AlbumPath::parse(album).unwrap(), world.assets(paths));
    let receipt = world.run(&how(AlbumAssets { album, assets }));
    receipt.map_or_else(|error| error.to_string(), |done| done.summary)
}

fn says(done: Result<crate::app::Receipt, AppError>, code: &str, part: &str) {
    let error = done.unwrap_err();
    assert_eq!(error.code().as_str(), code, "{error}");
    assert!(error.to_string().contains(part), "{error}");
}

#[test]
fn a_smart_album_follows_edits_facts_and_files() {
    let world = World::new();
    world.files(&["in/a.jpg", "in/deep/b.jpg", "out/c.jpg"]);
    let made = world.smart_album("best", query("rating:4+")).unwrap();
    assert_eq!(made.summary, "best: album created, 0 photos found");
    world.rate(5, &["in/a.jpg"]);
    assert_eq!(members(&world, "best"), ["a.jpg"]);
    world.smart_album("summer", query("date:2024")).unwrap();
    world.read("out/c.jpg", Some("2024-06-15"), &[]);
    assert_eq!(members(&world, "summer"), ["c.jpg"]);
    let folder = world
        .app
        .view()
        .folder_at(crate::kernel::LibraryId::new(1), b"in")
        .unwrap();
    world.smart_album("folder", AlbumRule::Folder(folder)).unwrap();
    assert_eq!(members(&world, "folder"), ["a.jpg", "b.jpg"]);
    world.files(&["in/deep/new.jpg"]);
    world.moved(&[("in/a.jpg", "out/a.jpg")]);
    world.hide(&["in/deep/b.jpg"]);
    assert_eq!(members(&world, "folder"), ["new.jpg"]);
    world.gone(&["out/a.jpg"]);
    assert!(members(&world, "best").is_empty());
    world.returned(&["out/a.jpg"]);
    assert_eq!(members(&world, "best"), ["a.jpg"]);
    let asset = world.asset("out/a.jpg");
    assert_eq!(world.app.view().albums_of(asset), [ALBUM]);
    let found = evaluate(&world.app.view(), ME, &Query::parse("album:best").unwrap());
    assert_eq!(found, AssetSet::one(asset));
    let world = world.restart();
    assert_eq!(members(&world, "best"), ["a.jpg"]);
    assert_eq!(members(&world, "folder"), ["new.jpg"]);
}

#[test]
fn what_was_included_or_excluded_stays_so_whatever_the_rule() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg", "c.jpg"]);
    world.rate(5, &["a.jpg", "b.jpg"]);
    world.smart_album("best", query("rating:5")).unwrap();
    let check = |said: String, expect: &str, left: &[&str]| {
        assert_eq!(said, expect);
        assert_eq!(members(&world, "best"), left);
    };
    let (add, remove) = (Command::AddToAlbum as How, Command::RemoveFromAlbum as How);
    let exclude: How = Command::ExcludeFromAlbum;
    check(
        on(&world, add, "best", &["c.jpg"]),
        "best: 1 photo",
        &["a.jpg", "b.jpg", "c.jpg"],
    );
    check(
        on(&world, remove, "best", &["b.jpg", "c.jpg"]),
        "best: without 2 photos, 1 of them excluded from what its query finds",
        &["a.jpg"],
    );
    world.rate(4, &["b.jpg"]);
    world.rate(5, &["b.jpg"]);
    assert_eq!(members(&world, "best"), ["a.jpg"], "it was excluded");
    check(
        on(&world, exclude, "best", &["a.jpg", "b.jpg"]),
        "best: excluded 1 photo (1 excluded already)",
        &[],
    );
    check(on(&world, add, "best", &["b.jpg"]), "best: 1 photo", &["b.jpg"]);
    world
        .change_album("best", AlbumChange::Bind(Some(query("name:jpg"))))
        .unwrap();
    assert_eq!(
        members(&world, "best"),
        ["b.jpg", "c.jpg"],
        "a.jpg is excluded still"
    );
    let plain = world.change_album("best", AlbumChange::Bind(None)).unwrap();
    assert_eq!(plain.summary, "best: a plain album of 1 photo");
    check(
        on(&world, exclude, "best", &["b.jpg"]),
        "`best` has no rule that could find them; `kphotos album remove best` takes photos out of a plain album",
        &["b.jpg"],
    );
    world.undo(plain.revision).unwrap();
    assert_eq!(members(&world, "best"), ["b.jpg", "c.jpg"]);
    let world = world.restart_without_store();
    assert_eq!(members(&world, "best"), ["b.jpg", "c.jpg"]);
}

#[test]
fn a_rule_that_could_depend_on_itself_is_refused() {
    let world = World::new();
    world.files(&["a.jpg"]);
    world.collection("good", "rating:4+").unwrap();
    world.collection("trip", "album:best").unwrap();
    let of = |number| AlbumRule::Collection(CollectionId::new(number));
    says(
        world.smart_album("x", query("is:shared")),
        "invalid",
        "`is:shared`",
    );
    says(world.smart_album("x", query("-album:y")), "invalid", "`album:`");
    says(
        world.smart_album("x", query("collection:good")),
        "invalid",
        "`collection:`",
    );
    says(world.smart_album("x", query("date:20x4")), "invalid", "at 5");
    says(world.smart_album("x", of(2)), "conflict", "`trip`");
    says(world.smart_album("x", of(9)), "not-found", "collection list");
    says(
        world.smart_album("x", AlbumRule::Folder(FolderId::new(99))),
        "not-found",
        "library scan",
    );
    says(
        world.collection("y", "collection:good"),
        "invalid",
        "`collection:`",
    );
    says(world.collection("y", "is:shared"), "invalid", "`is:shared`");
    says(
        world.collection("GOOD", ""),
        "already-exists",
        "collection update GOOD",
    );
    says(world.collection("a/b", ""), "invalid", "`a_b` would do");
}

#[test]
fn a_collection_that_something_stands_on_is_not_deleted() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg"]);
    let made = world.collection("good", "rating:5").unwrap();
    let id = CollectionId::new(1);
    world.smart_album("best", AlbumRule::Collection(id)).unwrap();
    world.share("open", Scope::Collection(id)).unwrap();
    world
        .share("asked", Scope::Query("collection:good".into()))
        .unwrap();
    world.rate(5, &["b.jpg"]);
    let b = AssetSet::one(world.asset("b.jpg"));
    let everywhere = |expect: &AssetSet| {
        let view = world.app.view();
        let dirs = [
            Dir::Collection(id),
            Dir::Album(ALBUM),
            Dir::Share(ShareId::new(2)),
        ];
        for dir in dirs {
            assert_eq!(view.members(dir), *expect, "{dir:?}");
        }
        if let Some(share) = view.share(ShareId::new(1)) {
            assert_eq!(view.share_assets(share), *expect);
        }
    };
    everywhere(&b);
    let change = |change| world.run(&Command::ChangeCollection(change));
    let update = |text: &str| CollectionChange::Update {
        id,
        name: None,
        query: Some(text.into()),
    };
    says(change(update("album:best")), "conflict", "refer to itself");
    let updated = change(update("rating:4+")).unwrap();
    assert_eq!(updated.summary, "good: collection updated");
    world.rate(4, &["a.jpg"]);
    everywhere(&world.assets(&["a.jpg", "b.jpg"]));
    world.undo(updated.revision).unwrap();
    everywhere(&b);
    says(
        change(CollectionChange::Delete { id }),
        "conflict",
        "share revoke open",
    );
    world.revoke(ShareId::new(1));
    says(
        change(CollectionChange::Delete { id }),
        "conflict",
        "kphotos album bind best --none",
    );
    says(world.undo(made.revision), "conflict", "");
    let plain = world.change_album("best", AlbumChange::Bind(None)).unwrap();
    change(CollectionChange::Delete { id }).unwrap();
    assert!(world.app.view().members(Dir::Share(ShareId::new(2))).is_empty());
    says(world.undo(plain.revision), "not-found", "no collection");
    world.undo(None).unwrap();
    world.undo(plain.revision).unwrap();
    everywhere(&b);
    let name = Some(CollectionName::parse("fine").unwrap());
    let renamed = change(CollectionChange::Update {
        id,
        name,
        query: None,
    })
    .unwrap();
    assert_eq!(renamed.summary, "good: collection updated, now fine");
    assert!(world.app.view().members(Dir::Share(ShareId::new(2))).is_empty());
}

#[test]
fn an_order_by_hand_keeps_places_for_those_who_left() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg", "c.jpg", "d.jpg"]);
    for (path, date) in [("a.jpg", "2024"), ("b.jpg", "2023"), ("c.jpg", "2022")] {
        world.date(date, &[path]);
    }
    world.album("trip", &["a.jpg", "b.jpg", "c.jpg"]);
    let ordered = |change: AlbumChange, expect: &[&str]| {
        let done = world.change_album("trip", change).unwrap();
        assert_eq!(members(&world, "trip"), expect, "{}", done.summary);
    };
    let sort = |by: &str, reverse| AlbumChange::Sort {
        by: OrderBy::parse(by).unwrap(),
        reverse,
    };
    assert_eq!(
        members(&world, "trip"),
        ["c.jpg", "b.jpg", "a.jpg"],
        "by the date"
    );
    assert_eq!(OrderBy::parse("taken"), Some(OrderBy::Sort(Sort::Taken)));
    ordered(sort("name", true), &["c.jpg", "b.jpg", "a.jpg"]);
    ordered(sort("name", false), &["a.jpg", "b.jpg", "c.jpg"]);
    ordered(sort("manual", false), &["a.jpg", "b.jpg", "c.jpg"]);
    let place = |paths: &[&str], at| AlbumChange::Place {
        assets: paths.iter().map(|path| world.asset(path)).collect(),
        at,
    };
    ordered(place(&["c.jpg"], Place::First), &["c.jpg", "a.jpg", "b.jpg"]);
    ordered(
        place(&["b.jpg"], Place::Before(world.asset("a.jpg"))),
        &["c.jpg", "b.jpg", "a.jpg"],
    );
    ordered(
        place(&["a.jpg", "c.jpg"], Place::After(world.asset("b.jpg"))),
        &["b.jpg", "a.jpg", "c.jpg"],
    );
    on(&world, Command::RemoveFromAlbum, "trip", &["a.jpg"]);
    on(&world, Command::AddToAlbum, "trip", &["d.jpg"]);
    assert_eq!(members(&world, "trip"), ["b.jpg", "c.jpg", "d.jpg"]);
    on(&world, Command::AddToAlbum, "trip", &["a.jpg"]);
    assert_eq!(members(&world, "trip"), ["b.jpg", "a.jpg", "c.jpg", "d.jpg"]);
    says(
        world.change_album("trip", place(&["b.jpg"], Place::After(world.asset("b.jpg")))),
        "invalid",
        "beside itself",
    );
    world
        .change_album("trip", place(&["d.jpg"], Place::First))
        .unwrap();
    world.undo(None).unwrap();
    assert_eq!(members(&world, "trip"), ["b.jpg", "a.jpg", "c.jpg", "d.jpg"]);
    let world = world.restart_without_store();
    assert_eq!(members(&world, "trip"), ["b.jpg", "a.jpg", "c.jpg", "d.jpg"]);
}

#[test]
fn a_cover_is_shown_as_long_as_the_album_shows_it() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg", "c.jpg"]);
    world.album("trip", &["a.jpg", "b.jpg"]);
    let cover = || cover_of(&world.app.view(), ALBUM);
    let (a, b) = (world.asset("a.jpg"), world.asset("b.jpg"));
    assert_eq!(cover(), Some(a));
    world.change_album("trip", AlbumChange::Cover(Some(b))).unwrap();
    assert_eq!(cover(), Some(b));
    let hidden = world.hide(&["b.jpg"]);
    assert_eq!(cover(), Some(a));
    world.undo(hidden.revision).unwrap();
    assert_eq!(cover(), Some(b));
    world.change_album("trip", AlbumChange::Cover(None)).unwrap();
    assert_eq!(cover(), Some(a));
    says(
        world.change_album("trip", AlbumChange::Cover(Some(world.asset("c.jpg")))),
        "not-found",
        "not in `trip`",
    );
}

#[test]
fn an_album_that_was_deleted_comes_back_whole() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg", "c.jpg"]);
    world.smart_album("best", query("name:jpg")).unwrap();
    on(&world, Command::AddToAlbum, "best", &["a.jpg"]);
    on(&world, Command::ExcludeFromAlbum, "best", &["b.jpg"]);
    let c = world.asset("c.jpg");
    world.change_album("best", AlbumChange::Cover(Some(c))).unwrap();
    let place = AlbumChange::Place {
        assets: vec![c],
        at: Place::First,
    };
    world.change_album("best", place).unwrap();
    let before = told(&world.app.view());
    let album = AlbumPath::parse("best").unwrap();
    let recursive = false;
    let deleted = world.arrange_albums(AlbumArrangement::Delete { album, recursive });
    assert!(world.app.view().album(ALBUM).is_none());
    world.undo(deleted.unwrap().revision).unwrap();
    assert_eq!(told(&world.app.view()), before);
}

#[test]
fn an_album_that_becomes_plain_has_names_that_stay() {
    let world = World::new();
    world.files(&["x/a.jpg", "y/a.jpg", "z/b.jpg"]);
    world.smart_album("best", query("name:a.jpg")).unwrap();
    on(
        &world,
        Command::AddToAlbum,
        "best",
        &["x/a.jpg", "y/a.jpg", "z/b.jpg"],
    );
    let names = || {
        let view = world.app.view();
        let dir = Dir::Album(ALBUM);
        let named = |asset| view.name_in(dir, asset).unwrap();
        view.members(dir).iter().map(named).collect::<Vec<_>>()
    };
    let (x, y) = ("a~0001.jpg", "a~0002.jpg");
    assert_eq!(names(), [x, y, "b.jpg"]);
    world.change_album("best", AlbumChange::Bind(None)).unwrap();
    assert_eq!(names(), ["a.jpg", y, "b.jpg"]);
    world.files(&["w/b.jpg"]);
    assert_eq!(names(), ["a.jpg", y, "b.jpg"]);
    world.undo(None).unwrap();
    assert_eq!(names(), [x, y, "b~0003.jpg"]);
}

#[test]
fn who_keeps_a_plain_name_is_known_after_a_restart_of_all_that_share_one() {
    let world = World::new();
    let paths: Vec<String> = ["x", "y", "z"]
        .iter()
        .flat_map(|folder| {
            (0..600)
                .step_by(7)
                .map(move |number| format!("{folder}/IMG_{number:04}.jpg"))
        })
        .collect();
    // Each comes later than the one before, so most entries change one claim among many.
    for path in &paths {
        world.files(&[path]);
        world.tag("trip", &[path]);
    }
    let names = |world: &World| -> Vec<String> {
        let view = world.app.view();
        let tag = view.tag_child(Owner::User(ME), None, "trip").unwrap();
        let named = |path: &String| view.name_in(Dir::Tag(tag), world.asset(path)).unwrap();
        paths.iter().map(named).collect()
    };
    let before = names(&world);
    assert_eq!(
        before.iter().filter(|name| !name.contains('~')).count(),
        paths.len() / 3
    );
    let world = world.restart();
    assert_eq!(names(&world), before);
}

#[test]
fn a_photo_that_is_another_one_takes_its_place_in_an_album() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg", "c.jpg"]);
    world.album("trip", &["a.jpg", "c.jpg"]);
    let [a, b, c] = ["a.jpg", "b.jpg", "c.jpg"].map(|path| world.asset(path));
    world.change_album("trip", AlbumChange::Cover(Some(a))).unwrap();
    let place = AlbumChange::Place {
        assets: vec![c, a],
        at: Place::First,
    };
    world.change_album("trip", place).unwrap();
    let mut row = world.app.view().album(ALBUM).unwrap().clone();
    row.excluded.insert(b);
    row.becomes(a, b);
    assert_eq!(row.assets, [b, c].into_iter().collect());
    assert_eq!(row.included, row.assets);
    assert!(row.excluded.is_empty());
    assert_eq!(
        (row.settings.cover, row.settings.order.placed),
        (Some(b), vec![c, b])
    );
}
