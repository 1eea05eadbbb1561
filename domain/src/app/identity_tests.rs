//! Assets that become one, go missing and are found: the cases that a person meets, one by one,
//! and what undo makes of entries from before. Files that get new bytes: `doubt_tests`.

use super::model_checks::told;
use crate::catalog::{Camera, CatalogError, Facts, Field, FieldKey, FieldValue};
use crate::command::{AlbumAssets, Command, RegisterFiles};
use crate::event::{EntryKind, Event};
use crate::kernel::{AssetId, AssetSet, LibraryId, Revision, Taken, TakenSource, UserId};
use crate::organization::{AlbumPath, NewAlbum};
use crate::sharing::Scope;
use crate::storage::NewLibrary;
use crate::testing::{World, sighting};
use crate::view::Dir;
use std::sync::Arc;

const ME: UserId = UserId::new(1);

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.into())
}

pub(super) fn photo(taken: &str, serial: &str) -> Facts {
    Facts {
        taken: Taken::parse(taken, TakenSource::ExifOriginal).ok(),
        camera: Some(Arc::new(Camera {
            make: Some("Canon".into()),
            serial: Some(serial.into()),
            ..Camera::default()
        })),
        ..Facts::default()
    }
}

/// A second library, and files of it.
pub(super) fn elsewhere(world: &World, paths: &[&str]) -> LibraryId {
    let library = LibraryId::new(2);
    if world.app.view().library(library).is_none() {
        let new = NewLibrary {
            name: None,
            root: b"/backup"[..].into(),
            timezone: "UTC".into(),
        };
        world.run(&Command::AddLibrary(new)).unwrap();
    }
    let files = paths.iter().map(|path| sighting(path)).collect();
    world.observe(&Command::RegisterFiles(RegisterFiles { library, files }));
    library
}

pub(super) fn asset_in(world: &World, library: LibraryId, path: &str) -> AssetId {
    let view = world.app.view();
    view.file(view.file_at(library, path.as_bytes()).unwrap())
        .unwrap()
        .asset
}

/// Hashes a file of a library as this content.
pub(super) fn hash_in(world: &World, library: LibraryId, path: &str, content: u8) {
    use crate::command::RecordChecksums;
    use crate::event::FileStamp;
    use crate::kernel::Checksum;
    let stamp = {
        let view = world.app.view();
        let id = view.file_at(library, path.as_bytes()).unwrap();
        let row = view.file(id).unwrap();
        let (size, mtime_ns, ino) = (row.size, row.mtime_ns, row.ino);
        FileStamp {
            id,
            size,
            mtime_ns,
            ino,
        }
    };
    let checksums = vec![(stamp, Checksum::new(*blake3::hash(&[content]).as_bytes()))];
    world.observe(&Command::RecordChecksums(RecordChecksums {
        checksums,
        pictures: Vec::new(),
    }));
}

fn title(world: &World, asset: AssetId) -> Option<String> {
    world.app.view().title(asset).map(str::to_owned)
}

#[test]
fn a_photo_that_moves_to_another_library_keeps_all_that_was_made_of_it() {
    let world = World::new();
    world.files(&["trip/IMG_1.JPG", "trip/IMG_2.JPG"]);
    world.hash("trip/IMG_1.JPG", 1);
    let asset = world.asset("trip/IMG_1.JPG");
    world.set(Field::Title, text("x"), &["trip/IMG_1.JPG"]);
    world.set(Field::Favorite, FieldValue::Flag(true), &["trip/IMG_1.JPG"]);
    world.tag("travel/italy", &["trip/IMG_1.JPG"]);
    world.album("Italy", &["trip/IMG_1.JPG", "trip/IMG_2.JPG"]);
    world.share("one", Scope::Assets(AssetSet::one(asset))).unwrap();
    let album = {
        let view = world.app.view();
        let (album, _) = view.albums().next().unwrap();
        Dir::Album(album)
    };
    let name = |world: &World| world.app.view().name_in(album, asset);
    assert_eq!(name(&world).as_deref(), Some("IMG_1.JPG"));
    world.gone(&["trip/IMG_1.JPG"]);
    assert!(!world.app.view().is_shown(asset));

    let library = elsewhere(&world, &["IMG_1.JPG"]);
    let provisional = asset_in(&world, library, "IMG_1.JPG");
    assert_ne!(provisional, asset);
    assert_eq!(
        world.app.view().to_be_recognised(library).len(),
        0,
        "its size is another"
    );
    hash_in(&world, library, "IMG_1.JPG", 1);

    let view = world.app.view();
    assert_eq!(view.resolve(provisional), asset);
    assert!(view.asset(provisional).is_none() && view.is_shown(asset));
    assert_eq!(view.title(asset), Some("x"));
    assert!(view.is_favorite(asset, ME));
    assert_eq!(view.tags_of(asset).len(), 1);
    assert!(view.share_assets(view.shares().next().unwrap()).contains(asset));
    assert_eq!(view.asset(asset).unwrap().files.len(), 2);
    assert!(view.duplicates().is_empty(), "one of them is gone");
    drop(view);
    assert_eq!(
        name(&world).as_deref(),
        Some("IMG_1.JPG"),
        "it is called as before"
    );
}

#[test]
fn what_may_be_missing_is_known_by_its_size() {
    let world = World::new();
    world.files(&["a/IMG_1.JPG", "b.jpg"]);
    world.hash("a/IMG_1.JPG", 1);
    let library = elsewhere(&world, &["z/IMG_1.JPG", "other name.jpg"]);
    assert!(
        world.app.view().to_be_recognised(library).is_empty(),
        "nothing is missing"
    );
    world.gone(&["a/IMG_1.JPG"]);
    let found = world.app.view().to_be_recognised(library);
    let path = |file| world.app.view().file_path(file).unwrap().1;
    assert_eq!(found.into_iter().map(path).collect::<Vec<_>>(), [b"z/IMG_1.JPG"]);
}

#[test]
fn two_copies_are_one_photo_with_two_files() {
    let world = World::new();
    world.files(&["a/x.jpg", "b/y.jpg"]);
    world.read("a/x.jpg", Some("2024-06-15"), &[]);
    world.read("b/y.jpg", Some("2024-06-15"), &[]);
    world.tag("p", &["a/x.jpg"]);
    world.tag("q", &["b/y.jpg"]);
    world.rate(3, &["a/x.jpg"]);
    world.hash("a/x.jpg", 1);
    world.hash("b/y.jpg", 1);
    let (one, other) = (world.asset("a/x.jpg"), world.asset("b/y.jpg"));
    assert_eq!(one, other);
    let view = world.app.view();
    assert_eq!(view.tags_of(one).len(), 2);
    assert_eq!(view.rating(one), Some(3));
    assert_eq!(view.copies(one).len(), 2);
    assert!(view.duplicates().contains(one));
    assert_eq!(view.asset_count(), 1);
    let day = Dir::Date(view.taken(one).unwrap().date_key());
    assert_eq!(view.members(day), AssetSet::one(one));
    assert_eq!(view.name_in(day, one).as_deref(), Some("x.jpg"));
    drop(view);
    // Without the first it is called after the second, and read again only if it is other bytes.
    world.gone(&["a/x.jpg"]);
    let view = world.app.view();
    assert_eq!(view.name_in(day, one).as_deref(), Some("y.jpg"));
    assert!(view.without_facts(LibraryId::new(1)).is_empty());
    assert!(view.duplicates().is_empty());
}

#[test]
fn the_later_edit_is_kept_and_the_other_is_in_the_entry() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg"]);
    world.set(Field::Title, text("late of b"), &["b.jpg"]);
    world.set(Field::Title, text("later of a"), &["a.jpg"]);
    world.rate(1, &["a.jpg"]);
    world.rate(2, &["b.jpg"]);
    world.set(Field::Favorite, FieldValue::Flag(true), &["a.jpg"]);
    world.set(Field::Favorite, FieldValue::Flag(false), &["b.jpg"]);
    // What is seen of a file is no edit: it makes nothing later.
    world.read("b.jpg", Some("2024"), &[]);
    world.hash("a.jpg", 1);
    world.hash("b.jpg", 1);
    let asset = world.asset("b.jpg");
    assert_eq!(title(&world, asset).as_deref(), Some("later of a"));
    assert_eq!(world.app.view().rating(asset), Some(2));
    assert!(world.app.view().is_favorite(asset, ME));
    let last = world.app.journal().last();
    let entry = world.app.entry(last).unwrap().unwrap();
    assert_eq!(entry.kind, EntryKind::Observation);
    assert_eq!(
        entry.summary,
        "hashed 1 files; 2 is 1, whose title is “later of a” and no longer “late of b”; 2 is 1, whose rating is 2 and no longer 1; 2 is 1, whose favorite is true and no longer false"
    );
    let dropped = entry.events.iter().find_map(|event| {
        if let Event::AssetsMerged { merges, .. } = event {
            Some(merges.first()?.clashes.clone())
        } else {
            None
        }
    });
    let dropped: Vec<FieldKey> = dropped.unwrap().iter().map(|clash| clash.key).collect();
    assert_eq!(
        dropped,
        [FieldKey::Title, FieldKey::Rating, FieldKey::Favorite(ME)]
    );
}

#[test]
fn of_a_tag_given_to_one_and_taken_from_the_other_the_later_counts() {
    for given_last in [false, true] {
        let world = World::new();
        world.files(&["a.jpg", "b.jpg"]);
        world.read("b.jpg", None, &["p"]);
        if given_last {
            world.untag("p", &["b.jpg"]);
            world.tag("p", &["a.jpg"]);
            world.hash("b.jpg", 1);
            world.rate(1, &["a.jpg"]);
            world.hash("a.jpg", 1);
        } else {
            world.tag("p", &["a.jpg"]);
            world.hash("a.jpg", 1);
            world.untag("p", &["b.jpg"]);
            world.hash("b.jpg", 1);
        }
        let asset = world.asset("a.jpg");
        assert_eq!(world.app.view().tags_of(asset).len(), usize::from(given_last));
        let told_before = told(&world.app.view());
        let world = world.restart();
        assert_eq!(told(&world.app.view()), told_before);
        let world = world.restart_without_store();
        world.read("b.jpg", None, &["p"]);
        assert_eq!(world.app.view().tags_of(asset).len(), usize::from(given_last));
    }
}

#[test]
fn an_entry_from_before_a_merge_is_taken_back_on_the_photo_there_is() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg", "c.jpg"]);
    let rated = world.rate(4, &["b.jpg", "c.jpg"]).revision;
    let tagged = world.tag("p", &["b.jpg"]).revision;
    let filled = world.album("one", &["b.jpg"]).revision;
    let dated = world.date("2020", &["b.jpg"]).revision;
    let titled = world.set(Field::Title, text("b"), &["b.jpg"]).revision;
    world.hash("a.jpg", 1);
    world.hash("b.jpg", 1);
    let asset = world.asset("a.jpg");
    assert_eq!(asset, world.asset("b.jpg"));
    // Changed since: left alone.
    world.set(Field::Title, text("since"), &["a.jpg"]);
    let error = world.undo(titled).unwrap_err().to_string();
    assert!(
        error.contains("changed since") || error.contains("nothing"),
        "{error}"
    );
    assert_eq!(title(&world, asset).as_deref(), Some("since"));
    for (revision, left) in [(rated, 4), (tagged, 3), (filled, 2), (dated, 1)] {
        let made = |world: &World| {
            let view = world.app.view();
            usize::from(view.rating(asset).is_some())
                + view.tags_of(asset).len()
                + view.albums_of(asset).len()
                + usize::from(view.taken(asset).is_some())
        };
        assert_eq!(made(&world), left);
        let undone = world.undo(revision).unwrap().revision;
        assert_eq!(made(&world), left - 1);
        world.undo(undone).unwrap();
        assert_eq!(made(&world), left, "done again");
        world.undo(revision).unwrap();
    }
}

#[test]
fn of_an_entry_on_both_what_it_did_to_the_lower_is_taken_back() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg"]);
    world.rate(1, &["a.jpg"]);
    world.rate(2, &["b.jpg"]);
    let both = world.rate(5, &["a.jpg", "b.jpg"]).revision;
    let dates = world.date("2020", &["a.jpg", "b.jpg"]).revision;
    world.hash("a.jpg", 1);
    world.hash("b.jpg", 1);
    let asset = world.asset("a.jpg");
    world.undo(both).unwrap();
    assert_eq!(world.app.view().rating(asset), Some(1));
    world.redo().unwrap();
    assert_eq!(world.app.view().rating(asset), Some(5));
    world.undo(dates).unwrap();
    assert_eq!(world.app.view().taken(asset), None);
}

#[test]
fn an_old_number_is_the_photo_in_every_command() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg"]);
    let (asset, old) = (world.asset("a.jpg"), world.asset("b.jpg"));
    world.hash("a.jpg", 1);
    world.hash("b.jpg", 1);
    let album = AlbumPath::parse("one").unwrap();
    world
        .run(&Command::CreateAlbum(NewAlbum {
            path: album.clone(),
            rule: None,
        }))
        .unwrap();
    let assets = AssetSet::one(old);
    world
        .run(&Command::AddToAlbum(AlbumAssets { album, assets }))
        .unwrap();
    world.share("one", Scope::Assets(AssetSet::one(old))).unwrap();
    let view = world.app.view();
    assert_eq!(view.albums_of(asset).len(), 1);
    assert!(view.share_assets(view.shares().next().unwrap()).contains(asset));
    assert_eq!(
        view.numbers_of(&AssetSet::one(asset)),
        [asset, old].into_iter().collect()
    );
}

#[test]
fn what_is_missing_is_forgotten_by_a_person_alone_and_for_good() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg"]);
    let (a, b) = (world.asset("a.jpg"), world.asset("b.jpg"));
    world.hash("a.jpg", 1);
    let rated = world.rate(5, &["a.jpg", "b.jpg"]).revision;
    world.tag("p", &["a.jpg"]);
    world.album("one", &["a.jpg"]);
    let refused = world.forget(&["a.jpg", "b.jpg"]).unwrap_err();
    assert_eq!(refused.code(), CatalogError::NotMissing { asset: a }.code());
    world.gone(&["a.jpg"]);
    world.forget(&["a.jpg", "b.jpg"]).unwrap_err();
    let receipt = world.run(&Command::ForgetAssets(AssetSet::one(a))).unwrap();
    assert_eq!(receipt.kind, EntryKind::Irrevocable);
    assert_eq!(receipt.summary, "forgotten for good: 1 missing photo");
    let gone = |world: &World| {
        let view = world.app.view();
        assert!(view.asset(a).is_none());
        assert!(view.tags().all(|(_, row)| !row.added.contains(a)));
        assert!(view.albums().all(|(_, row)| !row.assets.contains(a)));
        assert_eq!(view.files().count(), 1);
    };
    gone(&world);
    // Undo of what was done to both reaches the one there is.
    world.undo(rated).unwrap();
    assert_eq!(world.app.view().rating(b), None);
    assert!(world.undo(receipt.revision).is_err());
    // Its content, should it come back, is a new photo.
    world.files(&["a.jpg"]);
    world.hash("a.jpg", 1);
    let again = world.asset("a.jpg");
    assert!(again > b);
    assert!(world.app.view().tags_of(again).is_empty());
    world.gone(&["a.jpg"]);
    world.run(&Command::ForgetAssets(AssetSet::one(again))).unwrap();
    let world = world.restart();
    gone(&world);
    let world = world.restart_without_store();
    gone(&world);
    assert_eq!(world.app.view().next().asset(), AssetId::new(again.number() + 1));
}

#[test]
fn a_thousand_copies_in_one_report_are_merged_together() {
    let world = World::new();
    let paths: Vec<String> = (0..40)
        .map(|number| format!("{}/IMG_{number}.JPG", number % 4))
        .collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    world.files(&paths);
    for (at, path) in paths.iter().enumerate() {
        world.set(Field::Title, text(path), &[path]);
        world.tag(["p", "q", "r"][at % 3], &[path]);
    }
    use crate::command::RecordChecksums;
    use crate::kernel::Checksum;
    let checksums = paths
        .iter()
        .enumerate()
        .map(|(at, path)| {
            let content = u8::try_from(at % 10).unwrap();
            (
                world.stamp(path),
                Checksum::new(*blake3::hash(&[content]).as_bytes()),
            )
        })
        .collect();
    world.observe(&Command::RecordChecksums(RecordChecksums {
        checksums,
        pictures: Vec::new(),
    }));
    let view = world.app.view();
    assert_eq!(view.asset_count(), 10);
    assert_eq!(view.duplicates().len(), 10);
    for (at, path) in paths.iter().enumerate().skip(30) {
        let asset = view
            .file(view.file_at(LibraryId::new(1), path.as_bytes()).unwrap())
            .unwrap()
            .asset;
        assert_eq!(asset.number(), u32::try_from(at).unwrap() - 29);
        assert_eq!(view.title(asset), Some(*path), "the latest of four");
        assert_eq!(view.tags_of(asset).len(), 3);
    }
    assert_eq!(view.revision(), world.app.journal().last());
    assert_ne!(view.revision(), Revision::default());
}

#[test]
fn faces_of_two_that_are_one_keep_what_was_made_of_each() {
    const LEFT: (&str, Option<&str>) = ("0.2,0.5,0.2,0.2", None);
    const RIGHT: (&str, Option<&str>) = ("0.8,0.5,0.2,0.2", None);
    let world = World::new();
    world.files(&["a.jpg", "b.jpg"]);
    world.read_faces("a.jpg", &[LEFT, RIGHT], &[]);
    world.read_faces("b.jpg", &[RIGHT, LEFT], &[]);
    world.name_face("a.jpg", 1, Some("Anna")).unwrap();
    world.name_face("b.jpg", 1, Some("Bea")).unwrap();
    world.hash("a.jpg", 1);
    world.hash("b.jpg", 1);
    let who = |world: &World| {
        let view = world.app.view();
        let asset = world.asset("b.jpg");
        assert_eq!(asset, world.asset("a.jpg"));
        let faces = view.faces(asset).into_iter();
        let mut faces: Vec<(f64, String)> = faces
            .map(|face| {
                (
                    face.at.parts()[0],
                    view.person(face.person.unwrap()).unwrap().name.to_string(),
                )
            })
            .collect();
        faces.sort_by(|one, other| one.0.total_cmp(&other.0));
        for (person, _) in view.people() {
            assert_eq!(view.members(Dir::Person(person)), AssetSet::one(asset));
        }
        faces
    };
    let expected = [(0.2, "Anna".to_owned()), (0.8, "Bea".to_owned())];
    assert_eq!(who(&world), expected);
    let world = world.restart();
    assert_eq!(who(&world), expected);
    let world = world.restart_without_store();
    world.read_faces("a.jpg", &[LEFT, RIGHT], &[]);
    assert_eq!(who(&world), expected);
}

/// Hashes a file as this content; its picture is that of these missing contents.
fn hash_alike(world: &World, path: &str, content: u8, alike: &[u8]) {
    use crate::command::RecordChecksums;
    use crate::kernel::Checksum;
    let sum = |content: u8| Checksum::new(*blake3::hash(&[content]).as_bytes());
    let stamp = world.stamp(path);
    let alike: Vec<Checksum> = alike.iter().map(|content| sum(*content)).collect();
    let missing = world.app.view().missing_contents();
    assert!(alike.iter().all(|sum| missing.contains(sum)));
    world.observe(&Command::RecordChecksums(RecordChecksums {
        pictures: vec![(stamp.id, alike)],
        checksums: vec![(stamp, sum(content))],
    }));
}

#[test]
fn a_missing_photo_is_found_by_its_picture_in_a_file_that_nobody_knew() {
    let world = World::new();
    world.files(&["a/IMG_1.JPG", "b/IMG_2.JPG"]);
    world.read("a/IMG_1.JPG", Some("2024-06-15T10:00:00"), &["sea"]);
    world.set(Field::Title, text("one"), &["a/IMG_1.JPG"]);
    world.set(Field::Title, text("two"), &["b/IMG_2.JPG"]);
    let (one, two) = (world.asset("a/IMG_1.JPG"), world.asset("b/IMG_2.JPG"));
    world.hash("a/IMG_1.JPG", 1);
    world.hash("b/IMG_2.JPG", 2);
    world.gone(&["a/IMG_1.JPG", "b/IMG_2.JPG"]);
    // Both have this picture: the name decides, then the number.
    world.files(&["c/IMG_2.JPG", "c/x.JPG", "c/y.JPG"]);
    hash_alike(&world, "c/IMG_2.JPG", 3, &[1, 2]);
    assert_eq!(world.asset("c/IMG_2.JPG"), two);
    assert_eq!(title(&world, two).as_deref(), Some("two"));
    world.read("c/x.JPG", Some("2024-06-15T11:00:00"), &["harbour"]);
    hash_alike(&world, "c/x.JPG", 4, &[1]);
    assert_eq!(world.asset("c/x.JPG"), one);
    let view = world.app.view();
    assert!(view.missing_contents().is_empty());
    // What the other file said is no longer what this one says: it is read again.
    let file = view.file_at(LibraryId::new(1), b"c/x.JPG").unwrap();
    assert_eq!(view.lead_file(one), Some(file));
    assert!(
        view.asset_by_checksum(&crate::kernel::Checksum::new(*blake3::hash(&[4]).as_bytes())) == Some(one)
    );
}
