//! Commands through the one door, on fakes: what they do, what undo makes of
//! it, and that names and contents are the same after a restart, with the store
//! and without.

use super::{AppError, Committed};
use crate::catalog::{Facts, Field, FieldValue};
use crate::command::{AlbumAssets, Command};
use crate::kernel::port::Subscriber;
use crate::kernel::{AssetId, AssetSet, DateKey, LibraryId, Owner, Taken, TakenSource, UserId};
use crate::organization::resolve::{find_album, find_tag};
use crate::organization::{AlbumPath, TagPath};
use crate::testing::World;
use crate::view::{Delta, Dir, Renamed, View};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

const OWNER: Owner = Owner::User(UserId::new(1));

fn tag_dir(world: &World, path: &str) -> Option<Dir> {
    find_tag(&world.app.view(), OWNER, &TagPath::parse(path).unwrap()).map(Dir::Tag)
}

fn album_dir(world: &World, path: &str) -> Option<Dir> {
    find_album(&world.app.view(), OWNER, &AlbumPath::parse(path).unwrap()).map(Dir::Album)
}

fn date_dir(name: &str) -> Dir {
    Dir::Date(Taken::parse(name, TakenSource::User).unwrap().date_key())
}

/// What a directory shows: names, by asset.
#[track_caller]
fn names(world: &World, dir: Option<Dir>) -> Vec<String> {
    let view = world.app.view();
    let dir = dir.expect("there is such a directory");
    let members = view.members(dir);
    members
        .iter()
        .map(|asset| view.name_in(dir, asset).unwrap())
        .collect()
}

fn without(world: &World, album: &str, paths: &[&str]) {
    let album = AlbumPath::parse(album).unwrap();
    let assets = world.assets(paths);
    world
        .run(&Command::RemoveFromAlbum(AlbumAssets { album, assets }))
        .unwrap();
}

fn into(world: &World, album: &str, paths: &[&str]) {
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
    assert_eq!(second.summary, "Travel/ITALY: 1 photo (1 had it)");
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
    let again = world.run(&Command::CreateAlbum(AlbumPath::parse("italy/ROME").unwrap()));
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
    assert_eq!(left(&watcher.delta()), 5);
    world.gone(&["a.jpg"]);
    assert_eq!(left(&watcher.delta()), 0, "it was not shown any more");
    world.undo(None).unwrap();
    assert_eq!(joined(&watcher.delta()), 0, "it is still gone");
    world.returned(&["a.jpg"]);
    assert_eq!(joined(&watcher.delta()), 5);
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
            format!("{} {}", from.1, places[0].1)
        })
        .collect();
    assert_eq!(before, ["IMG_1.CR2 IMG_1.CR2", "IMG_1.JPG IMG_1.JPG"]);
    assert_eq!(
        rome(&world.restart()),
        ["b.CR2", "b.JPG", "IMG_1~0002.CR2", "IMG_1~0002.JPG"]
    );
}

/// The directories of a view with what they show: (directory, photo) and name.
fn shown(view: &View) -> BTreeMap<(String, AssetId), String> {
    let mut dirs: Vec<Dir> = view.tags().map(|(tag, _)| Dir::Tag(tag)).collect();
    dirs.extend(view.albums().map(|(album, _)| Dir::Album(album)));
    dirs.extend(
        view.dates()
            .flat_map(|(key, _)| key.with_coarser())
            .map(Dir::Date),
    );
    dirs.push(Dir::Undated);
    dirs.sort_unstable();
    dirs.dedup();
    let mut all = BTreeMap::new();
    for dir in dirs {
        for asset in view.members(dir).iter() {
            all.insert((format!("{dir:?}"), asset), view.name_in(dir, asset).unwrap());
        }
    }
    for (id, file) in view.files().filter(|(_, file)| file.is_present()) {
        let dir = Dir::Folder(file.folder);
        all.insert(
            (format!("{dir:?}"), file.asset),
            view.file_name_in(dir, id).unwrap(),
        );
    }
    all
}

/// Everything a view says of tags, albums and photos.
fn told(view: &View) -> Vec<String> {
    let mut lines: Vec<String> = shown(view).iter().map(|line| format!("{line:?}")).collect();
    lines.extend(
        view.tags()
            .map(|(id, _)| format!("tag {id} {}", view.tag_path(id))),
    );
    lines.extend(
        view.albums()
            .map(|(id, _)| format!("album {id} {}", view.album_path(id))),
    );
    lines.extend(view.assets().map(|(id, _)| {
        let (hidden, tags) = (view.hidden().contains(id), view.tags_of(id));
        format!(
            "{id} {:?} {:?} {hidden} {tags:?} {:?}",
            view.taken(id),
            view.rating(id),
            view.query_name(id)
        )
    }));
    lines
}

/// In every directory names differ, compared as Windows does, and lead back to their photos.
fn check_names(view: &View) {
    let mut seen = BTreeMap::new();
    for ((dir, asset), name) in shown(view) {
        let folded = crate::kernel::name::fold(&name);
        let before = seen.insert((dir.clone(), folded), asset);
        assert_eq!(before, None, "{name} twice in {dir}");
    }
    for (tag, row) in view.tags() {
        assert!(
            row.parent.is_none_or(|parent| view.tag(parent).is_some()),
            "an orphan: {tag}"
        );
        for asset in view.members(Dir::Tag(tag)).iter() {
            let name = view.name_in(Dir::Tag(tag), asset).unwrap();
            assert_eq!(view.find_in(Dir::Tag(tag), &name), Some(asset), "{name}");
        }
    }
}

const POOL: [&str; 12] = [
    "x/IMG_1.JPG",
    "x/IMG_1.CR2",
    "x/img_1.jpg",
    "y/IMG_1.JPG",
    "y/IMG_1.CR2",
    "y/IMG_1~0001.JPG",
    "z/IMG_1.JPG",
    "z/other.jpg",
    "z/OTHER.JPG",
    "z/what?.jpg",
    "z/what*.jpg",
    "IMG_1.mp4",
];
const TAGS: [&str; 4] = ["beach", "travel", "travel/italy", "Travel/Rome"];
const DATES: [&str; 4] = ["2024-06-15", "2024-06-16T10:00:00", "2024", "1974-06"];

/// Replays random operations on a world.
struct Life {
    world: World,
    /// What was read of each photo last.
    read: BTreeMap<AssetId, (Option<&'static str>, Vec<&'static str>)>,
}

impl Life {
    fn path(&self, at: usize) -> Option<String> {
        let view = self.world.app.view();
        let (id, _) = view.files().nth(at % view.files().count().max(1))?;
        Some(String::from_utf8(view.file_path(id)?.1).unwrap())
    }

    fn is_free(&self, path: &str) -> bool {
        self.world
            .app
            .view()
            .file_at(LibraryId::new(1), path.as_bytes())
            .is_none()
    }

    /// Does one operation; says which photos got another name by it.
    fn step(&mut self, operation: u8, at: usize, choice: usize) -> AssetSet {
        let world = &self.world;
        let Some(path) = self.path(at) else {
            world.files(&[POOL[choice]]);
            return AssetSet::new();
        };
        let paths = [path.as_str()];
        let (tag, date) = (TAGS[choice % TAGS.len()], DATES[choice % DATES.len()]);
        match operation {
            0 | 1 => world.files(&[POOL[choice], POOL[(choice + 1) % POOL.len()]]),
            2 | 3 => {
                let date = (choice != 0).then_some(date);
                let tags = if choice % 3 == 0 { vec![] } else { vec![tag] };
                world.read(&path, date, &tags);
                self.read.insert(self.world.asset(&path), (date, tags));
            }
            4 => drop(world.tag(tag, &paths)),
            5 if tag_dir(world, tag).is_some() => drop(world.untag(tag, &paths)),
            6 if album_dir(world, tag).is_none() => drop(world.album(tag, &paths)),
            6 => into(world, tag, &paths),
            7 if album_dir(world, tag).is_some() => without(world, tag, &paths),
            8 => drop(world.date(date, &paths)),
            9 => drop(world.clear(Field::Taken, &paths)),
            10 => drop(world.hide(&paths)),
            11 => drop(world.clear(Field::Hidden, &paths)),
            12 => world.gone(&paths),
            13 => world.returned(&paths),
            14 if self.is_free(POOL[choice]) => {
                let moved = world.assets(&paths);
                world.moved(&[(&path, POOL[choice])]);
                return moved;
            }
            15 => drop(world.undo(None)),
            16 => {
                let last = world.app.view().marks().next_back().map(|(revision, _)| revision);
                drop(world.undo(last));
            }
            _ => {}
        }
        AssetSet::new()
    }

    /// After the store was lost, files are read again; what a person edited is there.
    fn read_again(&self) {
        for (asset, (date, tags)) in &self.read {
            let path = {
                let view = self.world.app.view();
                let file = view.lead_file(*asset).unwrap();
                String::from_utf8(view.file_path(file).unwrap().1).unwrap()
            };
            self.world.read(&path, *date, tags);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_world_is_the_same_after_a_restart_with_the_store_and_without(
        steps in prop::collection::vec((0..17u8, 0..12usize, 0..12usize), 1..40)
    ) {
        let mut life = Life { world: World::new(), read: BTreeMap::new() };
        let mut before = BTreeMap::new();
        for (operation, at, choice) in steps {
            let renamed = life.step(operation, at, choice);
            let view = life.world.app.view();
            check_names(&view);
            let now = shown(&view);
            for ((dir, asset), name) in &now {
                if let Some(old) = before.get(&(dir.clone(), *asset)) && !renamed.contains(*asset) {
                    prop_assert_eq!(name, old, "another's coming or going renamed {} in {}", asset, dir);
                }
            }
            before = now;
        }
        let expected = told(&life.world.app.view());
        life.world = life.world.restart();
        prop_assert_eq!(&told(&life.world.app.view()), &expected, "with the store");
        life.world = life.world.restart_without_store();
        life.read_again();
        prop_assert_eq!(&told(&life.world.app.view()), &expected, "without the store");
    }
}
