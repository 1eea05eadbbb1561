//! Contents that come back while the photo which they once were shows another one: each is
//! a photo, with the edits of both.

use super::identity_tests::photo;
use super::model_checks::told;
use crate::catalog::{Field, FieldValue};
use crate::event::Event;
use crate::kernel::AssetId;
use crate::testing::World;
use crate::view::Dir;

const NOON: &str = "2024-06-15T12:00:00";

fn title(text: &str) -> FieldValue {
    FieldValue::Text(text.into())
}

/// A photo that somebody cropped in place: content 2, and 1 before.
fn cropped(world: &World) -> AssetId {
    world.files(&["k.jpg"]);
    world.know("k.jpg", photo(NOON, "7"));
    world.hash("k.jpg", 1);
    world.tag("p", &["k.jpg"]);
    world.album("one", &["k.jpg"]);
    world.set(Field::Title, title("harbour"), &["k.jpg"]);
    world.changed("k.jpg", 10);
    world.know("k.jpg", photo(NOON, "7"));
    world.hash("k.jpg", 2);
    world.asset("k.jpg")
}

#[test]
fn the_original_beside_its_crop_is_a_photo_of_its_own_with_the_edits_of_both() {
    let world = World::new();
    let crop = cropped(&world);
    world.files(&["old/k.jpg"]);
    world.know("old/k.jpg", photo(NOON, "7"));
    world.rate(4, &["old/k.jpg"]);
    world.set(Field::Title, title("harbour, whole"), &["old/k.jpg"]);
    let original = world.asset("old/k.jpg");
    world.hash("old/k.jpg", 1);
    assert_eq!((world.asset("k.jpg"), world.asset("old/k.jpg")), (crop, original));
    let check = |world: &World| {
        let view = world.app.view();
        let said = |asset| (view.title(asset).map(str::to_owned), view.rating(asset));
        assert_eq!(said(crop), (Some("harbour".into()), None));
        assert_eq!(said(original), (Some("harbour, whole".into()), Some(4)));
        let dirs = [
            Dir::Tag(view.tags_of(crop)[0]),
            Dir::Album(view.albums_of(crop)[0]),
            Dir::Date(view.taken(crop).unwrap().date_key()),
        ];
        for dir in dirs {
            assert_eq!(
                view.members(dir),
                [crop, original].into_iter().collect(),
                "{dir:?}"
            );
            // Who was there first is called as before.
            assert_eq!(view.name_in(dir, crop).as_deref(), Some("k.jpg"), "{dir:?}");
            assert_ne!(view.name_in(dir, original).as_deref(), Some("k.jpg"), "{dir:?}");
        }
        assert!(view.formers(crop).is_empty(), "that is the other one now");
        assert!(view.duplicates().is_empty());
        assert_eq!(view.aliases().count(), 0);
    };
    check(&world);
    let last = world.app.entry(world.app.journal().last()).unwrap().unwrap();
    assert_eq!(
        last.summary,
        "hashed 1 files; a copy of 1's edits goes to 2, whose title is “harbour, whole” and no longer “harbour”"
    );
    let before = told(&world.app.view());
    let world = world.restart();
    check(&world);
    assert_eq!(told(&world.app.view()), before);
    let world = world.restart_without_store();
    world.know("k.jpg", photo(NOON, "7"));
    world.know("old/k.jpg", photo(NOON, "7"));
    check(&world);
    // Each is its content from now on.
    world.files(&["copy of crop.jpg", "copy of original.jpg"]);
    world.hash("copy of crop.jpg", 2);
    world.hash("copy of original.jpg", 1);
    assert_eq!(world.asset("copy of crop.jpg"), crop);
    assert_eq!(world.asset("copy of original.jpg"), original);
}

#[test]
fn what_was_that_content_and_is_gone_goes_along() {
    let world = World::new();
    world.files(&["copy.jpg"]);
    world.hash("copy.jpg", 1);
    let copied = world.asset("copy.jpg");
    world.gone(&["copy.jpg"]);
    let crop = cropped(&world);
    assert_eq!(crop, copied, "the copy was gone when it was cropped");
    world.files(&["back.jpg"]);
    world.hash("back.jpg", 1);
    let original = world.asset("back.jpg");
    assert_ne!(original, crop);
    assert_eq!(world.asset("copy.jpg"), original);
    world.returned(&["copy.jpg"]);
    let view = world.app.view();
    assert_eq!(view.copies(original).len(), 2);
    assert_eq!(view.title(original), Some("harbour"));
    assert_eq!(view.asset_count(), 2);
}

#[test]
fn a_file_that_comes_back_beside_another_content_of_its_photo_is_a_photo_of_its_own() {
    let world = World::new();
    let first = cropped(&world);
    let scope = crate::sharing::Scope::Assets(crate::kernel::AssetSet::one(first));
    world.share("single", scope).unwrap();
    world.gone(&["k.jpg"]);
    // While nothing of it is there the original is the photo.
    world.files(&["original.jpg"]);
    world.hash("original.jpg", 1);
    assert_eq!(world.asset("original.jpg"), first);
    world.returned(&["k.jpg"]);
    let crop = world.asset("k.jpg");
    assert_ne!(crop, first);
    world.know("k.jpg", photo(NOON, "7"));
    world.hash("k.jpg", 2);
    assert_eq!((world.asset("k.jpg"), world.asset("original.jpg")), (crop, first));
    let view = world.app.view();
    for asset in [first, crop] {
        assert_eq!(view.title(asset), Some("harbour"));
        assert_eq!((view.tags_of(asset).len(), view.albums_of(asset).len()), (1, 1));
    }
    assert_eq!(view.doubts().count(), 0);
    let shared = view.share_assets(view.shares().next().unwrap());
    assert_eq!(
        shared.iter().collect::<Vec<_>>(),
        [first],
        "nothing is shared by it"
    );
}

#[test]
fn copies_that_come_in_one_report_are_one_photo_beside_the_crop() {
    use crate::command::{Command, RecordChecksums};
    use crate::kernel::Checksum;
    let world = World::new();
    let crop = cropped(&world);
    world.files(&["a.jpg", "b.jpg"]);
    let content = Checksum::new(*blake3::hash(&[1]).as_bytes());
    let checksums = ["a.jpg", "b.jpg"].map(|path| (world.stamp(path), content));
    world.observe(&Command::RecordChecksums(RecordChecksums {
        checksums: checksums.into(),
        pictures: Vec::new(),
    }));
    let original = world.asset("a.jpg");
    assert_eq!(original, world.asset("b.jpg"));
    assert_ne!(original, crop);
    assert_eq!(world.app.view().title(original), Some("harbour"));
    let last = world.app.entry(world.app.journal().last()).unwrap().unwrap();
    let is_parting =
        |event: &&Event| matches!(event, Event::ContentsParted { partings, .. } if partings.len() == 1);
    assert_eq!(last.events.iter().filter(is_parting).count(), 1);
}

#[test]
fn two_copies_that_are_edited_each_take_along_every_set_that_the_photo_is_in() {
    use crate::command::{Command, RecordFacts};
    use crate::identity::Tool;
    let world = World::new();
    let paths = ["a.jpg", "b.jpg", "c.jpg"];
    world.files(&paths);
    world.know("a.jpg", photo(NOON, "7"));
    paths.iter().for_each(|path| world.hash(path, 1));
    world.tag("p", &["a.jpg"]);
    world.album("one", &["a.jpg"]);
    paths[..2].iter().for_each(|path| world.changed(path, 10));
    let facts = ["a.jpg", "b.jpg"].map(|path| (world.stamp(path), Box::new(photo(NOON, "7"))));
    world.observe(&Command::RecordFacts(RecordFacts {
        bytes: Vec::new(),
        facts: facts.into(),
        sidecars: Vec::new(),
        tool: Tool::Unknown,
    }));
    let view = world.app.view();
    assert_eq!(view.asset_count(), 3);
    for path in paths {
        let asset = world.asset(path);
        assert_eq!(
            (view.tags_of(asset).len(), view.albums_of(asset).len()),
            (1, 1),
            "{path}"
        );
    }
}

#[test]
fn a_content_that_comes_back_is_in_no_share_that_showed_the_other_by_name() {
    use crate::kernel::AssetSet;
    use crate::sharing::Scope;
    let world = World::new();
    let crop = cropped(&world);
    world.tag("plain", &["k.jpg"]);
    world.album("two", &["k.jpg"]);
    world.share("single", Scope::Assets(AssetSet::one(crop))).unwrap();
    let (album, tag) = {
        let view = world.app.view();
        let album = view
            .albums_of(crop)
            .into_iter()
            .find(|id| view.album_path(*id) == "one");
        let tag = view
            .tags_of(crop)
            .into_iter()
            .find(|id| view.tag_path(*id) == "p");
        (album.unwrap(), tag.unwrap())
    };
    world.share("album", Scope::Album(album)).unwrap();
    world.share("tag", Scope::Tag(tag)).unwrap();
    world.files(&["original.jpg"]);
    world.hash("original.jpg", 1);
    let original = world.asset("original.jpg");
    let check = |world: &World| {
        let view = world.app.view();
        for share in view.shares() {
            assert_eq!(view.share_assets(share), AssetSet::one(crop), "{}", share.name);
        }
        let paths = view.albums_of(original).into_iter().map(|id| view.album_path(id));
        assert_eq!(paths.collect::<Vec<_>>(), ["two"]);
        let paths = view.tags_of(original).into_iter().map(|id| view.tag_path(id));
        assert_eq!(paths.collect::<Vec<_>>(), ["plain"]);
        assert_eq!(view.title(original), Some("harbour"));
    };
    check(&world);
    let world = world.restart();
    check(&world);
    check(&world.restart_without_store());
}

#[test]
fn who_was_left_out_of_what_is_shared_is_left_out_with_what_comes_back() {
    use crate::sharing::Scope;
    let world = World::new();
    let crop = cropped(&world);
    let embedded = |path: &str| {
        let tag_paths = vec![crate::organization::TagPath::parse("shared").unwrap()];
        let facts = photo(NOON, "7");
        world.know(path, crate::catalog::Facts { tag_paths, ..facts });
    };
    embedded("k.jpg");
    let tag = {
        let view = world.app.view();
        let mut tags = view.tags_of(crop).into_iter();
        tags.find(|id| view.tag_path(*id) == "shared").unwrap()
    };
    world.untag("shared", &["k.jpg"]);
    world.share("tag", Scope::Tag(tag)).unwrap();
    world.files(&["original.jpg"]);
    embedded("original.jpg");
    assert!(
        world
            .app
            .view()
            .tags_of(world.asset("original.jpg"))
            .contains(&tag)
    );
    world.hash("original.jpg", 1);
    assert!(
        !world
            .app
            .view()
            .tags_of(world.asset("original.jpg"))
            .contains(&tag)
    );
}

#[test]
fn what_returns_while_the_other_version_leaves_is_the_photo() {
    use crate::command::{Command, UpdateFiles};
    use crate::kernel::FileSet;
    let world = World::new();
    let first = cropped(&world);
    world.gone(&["k.jpg"]);
    world.files(&["original.jpg"]);
    world.hash("original.jpg", 1);
    let (crop, original) = (world.stamp("k.jpg").id, world.stamp("original.jpg").id);
    world.observe(&Command::UpdateFiles(UpdateFiles {
        returned: FileSet::one(crop),
        leaving: FileSet::one(original),
        ..UpdateFiles::default()
    }));
    assert_eq!(world.asset("k.jpg"), first);
    world.gone(&["original.jpg"]);
    assert_eq!(world.app.view().asset_count(), 1);
}

#[test]
fn an_edit_from_before_is_taken_back_on_the_photo_it_was_made_of() {
    let world = World::new();
    world.files(&["k.jpg"]);
    world.know("k.jpg", photo(NOON, "7"));
    world.hash("k.jpg", 1);
    let rated = world.rate(4, &["k.jpg"]).revision;
    world.changed("k.jpg", 10);
    world.know("k.jpg", photo(NOON, "7"));
    world.hash("k.jpg", 2);
    world.files(&["original.jpg"]);
    world.hash("original.jpg", 1);
    let ratings = || ["k.jpg", "original.jpg"].map(|path| world.app.view().rating(world.asset(path)));
    assert_eq!(ratings(), [Some(4), Some(4)]);
    world.undo(rated).unwrap();
    assert_eq!(ratings(), [None, Some(4)], "the copy is its own");
}
