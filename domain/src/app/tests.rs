//! Commands through the one door, on fakes: what they do, what undo makes of
//! it, and what is left of it after a restart.

use super::{AppError, Committed};
use crate::catalog::{Facts, Field, FieldValue};
use crate::command::{AlbumAssets, Command};
use crate::kernel::port::Subscriber;
use crate::kernel::{DateKey, Owner, Taken, TakenSource, UserId};
use crate::organization::resolve::{find_album, find_tag};
use crate::organization::{AlbumPath, TagPath};
use crate::testing::World;
use crate::view::{Delta, Dir, Renamed};
use std::sync::{Arc, Mutex};

const OWNER: Owner = Owner::User(UserId::new(1));

pub(super) fn tag_dir(world: &World, path: &str) -> Option<Dir> {
    find_tag(&world.app.view(), OWNER, &TagPath::parse(path).unwrap()).map(Dir::Tag)
}

pub(super) fn album_dir(world: &World, path: &str) -> Option<Dir> {
    find_album(&world.app.view(), OWNER, &AlbumPath::parse(path).unwrap()).map(Dir::Album)
}

fn date_dir(name: &str) -> Dir {
    Dir::Date(Taken::parse(name, TakenSource::User).unwrap().date_key())
}

/// What a directory shows: names, by asset.
#[track_caller]
pub(super) fn names(world: &World, dir: Option<Dir>) -> Vec<String> {
    let view = world.app.view();
    let dir = dir.expect("there is such a directory");
    let members = view.members(dir);
    members
        .iter()
        .map(|asset| view.name_in(dir, asset).unwrap())
        .collect()
}

pub(super) fn without(world: &World, album: &str, paths: &[&str]) {
    let album = AlbumPath::parse(album).unwrap();
    let assets = world.assets(paths);
    world
        .run(&Command::RemoveFromAlbum(AlbumAssets { album, assets }))
        .unwrap();
}

pub(super) fn into(world: &World, album: &str, paths: &[&str]) {
    let album = AlbumPath::parse(album).unwrap();
    let assets = world.assets(paths);
    world
        .run(&Command::AddToAlbum(AlbumAssets { album, assets }))
        .unwrap();
}

/// Keeps the last delta.
#[derive(Default)]
struct Watcher(Mutex<Option<Delta>>);

impl Subscriber for Watcher {
    fn committed(&self, committed: &Committed) {
        *self.0.lock().unwrap() = Some(committed.delta.clone());
    }
}

impl Watcher {
    fn on(world: &World) -> Arc<Self> {
        let watcher = Arc::<Self>::default();
        world.app.subscribe(watcher.clone());
        watcher
    }

    fn delta(&self) -> Delta {
        self.0.lock().unwrap().clone().unwrap()
    }
}

#[test]
fn a_tag_given_twice_is_given_once() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg"]);
    let first = world.tag("travel/italy", &["a.jpg"]);
    assert_eq!(
        (first.touched, first.summary.as_str()),
        (1, "travel/italy: 1 photo")
    );
    let second = world.tag("Travel/ITALY", &["a.jpg", "b.jpg"]);
    assert_eq!(second.summary, "travel/italy: 1 photo (1 had it)");
    let third = world.tag("travel/italy", &["a.jpg", "b.jpg"]);
    assert_eq!((third.revision, third.touched), (None, 0));
    assert_eq!(names(&world, tag_dir(&world, "travel/italy")), ["a.jpg", "b.jpg"]);
    assert_eq!(names(&world, tag_dir(&world, "travel")), [""; 0]);
}

#[test]
fn a_tag_of_the_file_is_suppressed_and_restored_and_reading_again_keeps_that() {
    let world = World::new();
    world.files(&["a.jpg"]);
    world.read("a.jpg", None, &["beach"]);
    let revision = world.untag("beach", &["a.jpg"]).revision;
    world.read("a.jpg", None, &["beach"]);
    assert_eq!(names(&world, tag_dir(&world, "beach")), [""; 0]);
    world.undo(revision).unwrap();
    assert_eq!(names(&world, tag_dir(&world, "beach")), ["a.jpg"]);
    world.untag("beach", &["a.jpg"]);
    world.tag("beach", &["a.jpg"]);
    assert_eq!(names(&world, tag_dir(&world, "beach")), ["a.jpg"]);
}

#[test]
fn a_suppressed_tag_that_left_the_file_can_be_given() {
    let world = World::new();
    world.files(&["a.jpg"]);
    world.read("a.jpg", None, &["beach"]);
    world.untag("beach", &["a.jpg"]);
    world.read("a.jpg", None, &[]);
    let watcher = Watcher::on(&world);
    assert_eq!(world.tag("beach", &["a.jpg"]).touched, 1);
    assert_eq!(names(&world, tag_dir(&world, "beach")), ["a.jpg"]);
    let dir = tag_dir(&world, "beach").unwrap();
    assert_eq!(watcher.delta().dirs[&dir].joined, world.assets(&["a.jpg"]));
}

#[test]
fn undoing_an_undo_gives_a_new_tag_back_with_its_photos() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg"]);
    let done = world.tag("travel/italy", &["a.jpg", "b.jpg"]).revision;
    let undone = world.undo(None).unwrap();
    assert_eq!(undone.summary, "undone: travel/italy: 2 photos");
    assert_eq!(tag_dir(&world, "travel"), None);
    let again = world.undo(undone.revision).unwrap();
    assert_eq!(again.summary, "done again: travel/italy: 2 photos");
    assert_eq!(names(&world, tag_dir(&world, "travel/italy")), ["a.jpg", "b.jpg"]);
    let world = world.restart();
    assert_eq!(names(&world, tag_dir(&world, "travel/italy")), ["a.jpg", "b.jpg"]);
    let refused = world.undo(undone.revision).unwrap_err();
    assert!(matches!(refused, AppError::UndoneAlready { .. }), "{refused}");
    // The redo stands for the edit, under its number and by default.
    assert_eq!(
        world.undo(done).unwrap().summary,
        "undone: travel/italy: 2 photos"
    );
    assert_eq!(tag_dir(&world, "travel"), None);
    assert_eq!(world.undo(None).unwrap_err(), AppError::NothingToUndo);
}

#[test]
fn a_redo_finds_the_tag_that_took_the_name_meanwhile() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg"]);
    world.tag("travel/italy", &["a.jpg"]);
    let undone = world.undo(None).unwrap();
    world.tag("travel", &["b.jpg"]);
    world.undo(undone.revision).unwrap();
    assert_eq!(names(&world, tag_dir(&world, "travel")), ["b.jpg"]);
    assert_eq!(names(&world, tag_dir(&world, "travel/italy")), ["a.jpg"]);
    let world = world.restart();
    assert_eq!(names(&world, tag_dir(&world, "travel/italy")), ["a.jpg"]);
}

#[test]
fn a_tag_made_again_has_nothing_of_its_former_life() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg"]);
    world.tag("beach", &["b.jpg"]);
    world.read("a.jpg", None, &["beach"]);
    world.untag("beach", &["a.jpg"]);
    world.read("a.jpg", None, &[]);
    let undone = world.undo(Some(crate::kernel::Revision::new(4))).unwrap();
    assert_eq!(tag_dir(&world, "beach"), None, "{undone:?}");
    world.undo(undone.revision).unwrap();
    let check = |world: &World| {
        let view = world.app.view();
        let (_, row) = view.tags().next().unwrap();
        assert_eq!((row.suppressed.len(), row.added.len()), (0, 1));
    };
    check(&world);
    check(&world.restart());
}

#[test]
fn albums_nest_and_an_undone_one_comes_back() {
    let world = World::new();
    world.files(&["a.jpg"]);
    world.album("Italy/Rome", &["a.jpg"]);
    assert_eq!(names(&world, album_dir(&world, "italy/rome")), ["a.jpg"]);
    assert_eq!(names(&world, album_dir(&world, "Italy")), [""; 0]);
    let emptied = world.undo(None).unwrap();
    assert_eq!(names(&world, album_dir(&world, "Italy/Rome")), [""; 0]);
    let gone = world.undo(None).unwrap();
    assert_eq!(album_dir(&world, "Italy"), None);
    assert_eq!(
        world.undo(gone.revision).unwrap().summary,
        "done again: Italy/Rome: album created"
    );
    world.undo(emptied.revision).unwrap();
    assert_eq!(names(&world, album_dir(&world, "Italy/Rome")), ["a.jpg"]);
    let again = world.make_album(&AlbumPath::parse("italy/ROME").unwrap(), None);
    assert!(again.is_err());
}

#[test]
fn a_field_is_set_cleared_and_undone_and_a_later_edit_stands() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg"]);
    let facts = Facts {
        title: Some("from the file".into()),
        ..Facts::default()
    };
    world.know("a.jpg", facts);
    let title = |path: &str| world.app.view().title(world.asset(path)).map(str::to_owned);
    let text = |text: &str| FieldValue::Text(text.into());
    let first = world.set(Field::Title, text("one"), &["a.jpg", "b.jpg"]);
    assert_eq!(world.set(Field::Title, text("one"), &["a.jpg"]).revision, None);
    world.set(Field::Title, text("two"), &["b.jpg"]);
    let undone = world.undo(first.revision).unwrap();
    assert_eq!(
        undone.summary,
        "undone: title set: 2 photos (1 changed since, left as they are)"
    );
    assert_eq!(title("a.jpg").as_deref(), Some("from the file"));
    assert_eq!(title("b.jpg").as_deref(), Some("two"));
    world.set(Field::Title, text(""), &["a.jpg"]);
    assert_eq!(title("a.jpg"), None);
    world.clear(Field::Title, &["a.jpg", "b.jpg"]);
    assert_eq!(
        (title("a.jpg").as_deref(), title("b.jpg")),
        (Some("from the file"), None)
    );
    assert!(world.rate(5, &["a.jpg"]).revision.is_some());
    let out_of_range = Command::SetFields(crate::command::SetFields {
        assets: world.assets(&["a.jpg"]),
        values: vec![(Field::Rating, FieldValue::Rating(6))],
    });
    assert!(world.run(&out_of_range).is_err());
}

#[test]
fn a_new_date_moves_a_photo_between_the_folders_that_differ() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg"]);
    world.read("a.jpg", Some("2024-06-15T10:00:00"), &[]);
    world.read("b.jpg", None, &[]);
    let watcher = Watcher::on(&world);
    world.date("2024-06-20", &["a.jpg"]);
    let a = world.assets(&["a.jpg"]);
    let delta = watcher.delta();
    assert_eq!(delta.dirs.len(), 2, "{delta:?}");
    let (left, joined) = (
        &delta.dirs[&date_dir("2024-06-15")],
        &delta.dirs[&date_dir("2024-06-20")],
    );
    assert_eq!((&left.left, left.was_empty, left.is_empty), (&a, false, true));
    assert_eq!(
        (&joined.joined, joined.was_empty, joined.is_empty),
        (&a, true, false)
    );
    world.date("1974", &["a.jpg", "b.jpg"]);
    let delta = watcher.delta();
    assert!(delta.dirs[&Dir::Undated].is_empty);
    assert_eq!(delta.dirs[&date_dir("1974")].joined.len(), 2);
    assert!(!delta.dirs.contains_key(&date_dir("1974-01")));
    world.clear(Field::Taken, &["a.jpg", "b.jpg"]);
    assert_eq!(names(&world, Some(Dir::Undated)), ["b.jpg"]);
    assert_eq!(names(&world, Some(date_dir("2024-06-15"))), ["a.jpg"]);
    assert_eq!(names(&world, Some(Dir::Date(DateKey::new(1974, 0, 0)))), [""; 0]);
}

#[test]
fn hiding_and_going_missing_take_a_photo_out_of_every_directory_and_back() {
    let world = World::new();
    world.files(&["a.jpg"]);
    world.read("a.jpg", Some("2024-06-15"), &["beach"]);
    world.album("Rome", &["a.jpg"]);
    let watcher = Watcher::on(&world);
    let a = world.assets(&["a.jpg"]);
    let left = |delta: &Delta| {
        delta
            .dirs
            .values()
            .filter(|dir| dir.left == a && dir.is_empty)
            .count()
    };
    let joined = |delta: &Delta| {
        delta
            .dirs
            .values()
            .filter(|dir| dir.joined == a && dir.was_empty)
            .count()
    };
    world.hide(&["a.jpg"]);
    // Day, month, year, tag, album, and the newest.
    assert_eq!(left(&watcher.delta()), 6);
    world.gone(&["a.jpg"]);
    assert_eq!(left(&watcher.delta()), 0, "it was not shown any more");
    world.undo(None).unwrap();
    assert_eq!(joined(&watcher.delta()), 0, "it is still gone");
    world.returned(&["a.jpg"]);
    assert_eq!(joined(&watcher.delta()), 6);
}

#[test]
fn two_photos_of_one_name_keep_their_names_when_the_first_leaves() {
    let world = World::new();
    world.files(&["x/IMG_1.JPG", "y/img_1.jpg"]);
    world.album("Rome", &["x/IMG_1.JPG"]);
    into(&world, "Rome", &["y/img_1.jpg"]);
    let rome = |world: &World| names(world, album_dir(world, "Rome"));
    assert_eq!(rome(&world), ["IMG_1.JPG", "img_1~0002.jpg"]);
    without(&world, "Rome", &["x/IMG_1.JPG"]);
    assert_eq!(rome(&world), ["img_1~0002.jpg"]);
    let world = world.restart();
    assert_eq!(rome(&world), ["img_1~0002.jpg"]);
    let world = world.restart_without_store();
    assert_eq!(rome(&world), ["img_1~0002.jpg"]);
    into(&world, "Rome", &["x/IMG_1.JPG"]);
    assert_eq!(rome(&world), ["IMG_1.JPG", "img_1~0002.jpg"]);
}

#[test]
fn a_claim_survives_a_restart_though_its_owner_was_renamed() {
    let world = World::new();
    world.files(&["x/IMG_1.JPG", "y/IMG_1.JPG"]);
    world.album("Rome", &["x/IMG_1.JPG", "y/IMG_1.JPG"]);
    world.moved(&[("x/IMG_1.JPG", "x/sunset.jpg")]);
    let rome = |world: &World| names(world, album_dir(world, "Rome"));
    assert_eq!(rome(&world), ["sunset.jpg", "IMG_1~0002.JPG"]);
    let world = world.restart();
    assert_eq!(rome(&world), ["sunset.jpg", "IMG_1~0002.JPG"]);
    assert_eq!(
        rome(&world.restart_without_store()),
        ["sunset.jpg", "IMG_1~0002.JPG"]
    );
}

#[test]
fn the_files_of_a_shot_share_a_stem_and_keep_it_when_they_move_together() {
    let world = World::new();
    world.files(&["x/IMG_1.CR2", "x/IMG_1.JPG", "y/IMG_1.CR2", "y/IMG_1.JPG"]);
    let all = ["x/IMG_1.CR2", "x/IMG_1.JPG", "y/IMG_1.CR2", "y/IMG_1.JPG"];
    world.album("Rome", &all);
    let rome = |world: &World| names(world, album_dir(world, "Rome"));
    let expected = ["IMG_1.CR2", "IMG_1.JPG", "IMG_1~0002.CR2", "IMG_1~0002.JPG"];
    assert_eq!(rome(&world), expected);
    let watcher = Watcher::on(&world);
    world.moved(&[("x/IMG_1.CR2", "z/IMG_1.CR2"), ("x/IMG_1.JPG", "z/IMG_1.JPG")]);
    assert_eq!(rome(&world), expected, "a folder was renamed, not a photo");
    world.moved(&[("z/IMG_1.CR2", "z/b.CR2"), ("z/IMG_1.JPG", "z/b.JPG")]);
    assert_eq!(
        rome(&world),
        ["b.CR2", "b.JPG", "IMG_1~0002.CR2", "IMG_1~0002.JPG"]
    );
    let before: Vec<String> = watcher
        .delta()
        .renamed
        .into_iter()
        .map(|renamed| {
            let Renamed { places, from, .. } = renamed;
            format!("{} {}", from.1.portable, places[0].1.portable)
        })
        .collect();
    assert_eq!(before, ["IMG_1.CR2 IMG_1.CR2", "IMG_1.JPG IMG_1.JPG"]);
    assert_eq!(
        rome(&world.restart()),
        ["b.CR2", "b.JPG", "IMG_1~0002.CR2", "IMG_1~0002.JPG"]
    );
}

#[test]
fn a_store_that_fails_fails_no_command_and_is_caught_up_at_the_next_start() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg"]);
    world.store.set_broken(true);
    world.tag("lost", &["a.jpg"]);
    world.store.set_broken(false);
    world.tag("later", &["b.jpg"]);
    assert!(world.app.store_failure().is_some());
    let world = world.restart();
    assert!(world.app.store_failure().is_none());
    let view = world.app.view();
    let tags: Vec<String> = view.tags().map(|(tag, _)| view.tag_path(tag)).collect();
    assert_eq!(tags, ["lost", "later"]);
    assert!(view.tags().all(|(_, row)| row.assets().len() == 1));
}

#[test]
fn a_journal_that_refuses_an_entry_leaves_everything_as_it_was() {
    let world = World::new();
    world.files(&["a.jpg"]);
    let before = world.app.view().revision();
    world.journal.fail_after(0);
    let assets = world.assets(&["a.jpg"]);
    let tag = crate::organization::TagPath::parse("x").unwrap();
    let refused = world.run(&crate::command::Command::AddTag(crate::command::TagAssets {
        tag,
        assets,
    }));
    assert!(refused.is_err());
    let view = world.app.view();
    assert_eq!((view.revision(), view.tags().count()), (before, 0));
}

#[test]
fn nothing_to_be_done_is_no_promise_while_what_it_rests_on_is_not_durable() {
    let world = World::new();
    world.files(&["a.jpg"]);
    let tag = crate::organization::TagPath::parse("x").unwrap();
    let assets = world.assets(&["a.jpg"]);
    let command = crate::command::Command::AddTag(crate::command::TagAssets { tag, assets });
    world.journal.break_sync();
    assert!(world.run(&command).is_err());
    assert!(
        world.run(&command).is_err(),
        "the tag is in the view, and may be lost"
    );
}

#[test]
fn a_journal_that_lost_its_end_is_refused_and_nothing_is_thrown_away() {
    let world = World::new();
    world.files(&["a.jpg"]);
    world.tag("x", &["a.jpg"]);
    let (store, journal) = (
        world.store.clone(),
        Arc::new(crate::testing::FakeJournal::default()),
    );
    let opened = crate::app::App::open(
        journal,
        store,
        Arc::<crate::testing::FakeClock>::default(),
        Arc::new(crate::testing::FakeZones),
    );
    assert!(matches!(
        opened.err(),
        Some(crate::app::OpenError::JournalShort { .. })
    ));
}
