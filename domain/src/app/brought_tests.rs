//! Other programs rewrite files and sidecars while a person edits: what changes by it is in
//! the history, and can be taken back and done again, whatever the store keeps.

use crate::app::Receipt;
use crate::catalog::{Facts, Field, FieldValue, Location};
use crate::event::{EntryKind, Event};
use crate::identity::{Actor, Tool};
use crate::kernel::{Revision, Taken, TakenSource};
use crate::organization::TagPath;
use crate::testing::World;
use crate::view::View;
use proptest::prelude::*;

/// The first two have sidecars.
const PHOTOS: [&str; 3] = ["a/1.jpg", "a/2.jpg", "b/3.jpg"];
const TAGS: [&str; 3] = ["beach", "travel/italy", "sea"];

fn stars(choice: usize) -> i8 {
    i8::try_from(choice % 6).unwrap()
}

/// What a program wrote, by its choice; everything that a photo had before it is kept by value.
fn written(choice: usize, taken: &str) -> Facts {
    let text = |at: usize, word: &str| (!at.is_multiple_of(3)).then(|| format!("{word} {}", at % 3).into());
    let tags = TAGS.iter().enumerate().filter(|(at, _)| (choice >> at) & 1 == 1);
    Facts {
        title: text(choice, "title"),
        description: text(choice / 2, "lines"),
        label: text(choice / 3, "label"),
        rating: Some(stars(choice)),
        orientation: Some(u8::try_from(choice % 8).unwrap() + 1),
        location: (choice % 4 > 1)
            .then(|| Location::from_degrees(f64::from(stars(choice)), 13.4, None).unwrap()),
        taken: Some(Taken::parse(taken, TakenSource::XmpOriginal).unwrap()),
        tag_paths: tags.map(|(_, tag)| TagPath::parse(tag).unwrap()).collect(),
        ..Facts::default()
    }
}

const TAKEN: &str = "2024-06-15T10:00:00";

/// What photos show; of what undo cannot say exactly (that there are no stars) the nearest.
fn shown(world: &World) -> Vec<String> {
    let view: &View = &world.app.view();
    let line = |path: &&str| {
        let id = world.asset(path);
        let tags: Vec<String> = view
            .tags_of(id)
            .into_iter()
            .map(|tag| view.tag_path(tag))
            .collect();
        let taken = view.taken(id).map(|taken| taken.to_string());
        let (rating, turn) = (view.rating(id).unwrap_or(0), view.orientation(id).unwrap_or(1));
        let texts = [view.title(id), view.description(id), view.label(id)];
        format!(
            "{path} {texts:?} {rating} {turn} {:?} {taken:?} {tags:?}",
            view.location(id)
        )
    };
    PHOTOS.iter().map(line).collect()
}

struct Life {
    world: World,
    /// What was written last: of each photo's file, and of its sidecar.
    files: [Facts; 3],
    sidecars: [Facts; 2],
    size: u64,
}

impl Life {
    fn new() -> Self {
        let mut life = Self {
            world: World::new(),
            files: std::array::from_fn(|_| written(0, TAKEN)),
            sidecars: std::array::from_fn(|_| written(1, TAKEN)),
            size: 100,
        };
        life.world.files(&PHOTOS);
        for path in PHOTOS.iter().take(2) {
            life.world.sidecars(&[(&format!("{path}.xmp"), 10)]);
        }
        for at in 0..3 {
            life.read(at);
        }
        life.size = 100;
        life
    }

    /// What is read for the first time is seen, and no edit.
    fn read(&self, at: usize) {
        let file = self.world.stamp(PHOTOS[at]).id;
        let said = self.sidecars.get(at).cloned().unwrap_or_default();
        self.world.know_with(file, self.files[at].clone(), None, said);
    }

    fn last(&self) -> Revision {
        self.world.app.journal().last()
    }

    /// A program writes a photo's sidecar, or the file where it has none.
    fn rewrite(&mut self, at: usize, choice: usize) {
        self.size += 1;
        if at < 2 && !choice.is_multiple_of(5) {
            self.sidecars[at] = written(choice, ["2019-01-01", TAKEN][choice % 2]);
            let path = format!("{}.xmp", PHOTOS[at]);
            self.world.sidecars(&[(&path, self.size)]);
        } else {
            self.files[at] = written(choice, TAKEN);
            self.world.changed(PHOTOS[at], self.size);
        }
        let (before, earlier) = (shown(&self.world), self.last());
        self.read(at);
        let after = shown(&self.world);
        let last = self.last();
        let entry = self.world.app.entry(last).unwrap().unwrap();
        let is_edit = last > earlier && entry.kind == EntryKind::Edit;
        assert_eq!(is_edit, before != after, "{before:?} {after:?} {entry:?}");
        if is_edit {
            assert_eq!(entry.actor, Actor::File(Tool::Exiftool));
            assert!(entry.summary.contains(PHOTOS[at]), "{}", entry.summary);
            // Taken back, done again, and taken back under the same number.
            let refused = self.check_undo(last, &before, &after);
            assert!(!refused, "{before:?} {after:?}");
        }
    }

    /// Takes an entry back and does it again.
    fn check_undo(&self, revision: Revision, before: &[String], after: &[String]) -> bool {
        let Ok(undone) = self.world.undo(Some(revision)) else {
            return true;
        };
        assert_eq!(shown(&self.world), before, "{undone:?}");
        self.world.undo(undone.revision).unwrap();
        assert_eq!(shown(&self.world), after, "done again");
        false
    }

    fn step(&mut self, operation: u8, at: usize, choice: usize) {
        let path = [PHOTOS[at]];
        let run = |receipt: Receipt| assert!(receipt.kind == EntryKind::Edit || receipt.revision.is_none());
        match operation {
            0..4 => self.rewrite(at, choice),
            4 => run(self
                .world
                .set(Field::Title, FieldValue::Text("mine".into()), &path)),
            5 => run(self.world.rate(stars(choice), &path)),
            6 => run(self.world.tag(TAGS[choice % 3], &path)),
            7 => {
                let tag = TagPath::parse(TAGS[choice % 3]).unwrap();
                let view = self.world.app.view();
                let owner = crate::kernel::Owner::User(crate::kernel::UserId::new(1));
                let has = crate::organization::resolve::find_tag(&view, owner, &tag).is_some();
                drop(view);
                if has {
                    run(self.world.untag(TAGS[choice % 3], &path));
                }
            }
            _ => {
                let last = self.last().number();
                let wanted = Revision::new(last.saturating_sub(u64::try_from(choice % 12).unwrap()).max(1));
                let before = shown(&self.world);
                if let Ok(undone) = self.world.undo(Some(wanted)) {
                    let after = shown(&self.world);
                    if self.world.undo(undone.revision).is_ok() {
                        assert_eq!(shown(&self.world), before, "the undo of {wanted} taken back");
                        self.world.undo(Some(wanted)).ok();
                        assert_eq!(shown(&self.world), after);
                    }
                }
            }
        }
    }
}

#[test]
fn what_a_rewritten_sidecar_takes_away_is_taken_away_and_comes_back_by_undo() {
    let mut life = Life::new();
    let before = shown(&life.world);
    life.sidecars[0] = Facts::default();
    life.world.sidecars(&[("a/1.jpg.xmp", 77)]);
    life.read(0);
    let last = life.last();
    let entry = life.world.app.entry(last).unwrap().unwrap();
    assert_eq!(
        (entry.kind, entry.actor, entry.summary.as_str()),
        (
            EntryKind::Edit,
            Actor::File(Tool::Exiftool),
            "orientation, rating, tags, title of a/1.jpg changed in the files"
        )
    );
    assert!(shown(&life.world)[0].ends_with("[]"), "{:?}", shown(&life.world));
    // A person's own last edit is another matter.
    assert!(life.world.undo(None).is_err());
    // Read again from scratch, the entry still knows what was before.
    life.world = life.world.restart_without_store();
    life.world.undo(Some(last)).unwrap();
    (0..3).for_each(|at| life.read(at));
    assert_eq!(shown(&life.world), before);
}

#[test]
fn first_reads_and_files_that_could_not_be_read_bring_no_edit() {
    let life = Life::new();
    let is_edit = |revision: u64| {
        let entry = life.world.app.entry(Revision::new(revision)).unwrap().unwrap();
        let brings = |event: &Event| matches!(event, Event::FieldsBrought { .. } | Event::TagBrought { .. });
        entry.kind == EntryKind::Edit || entry.events.iter().any(brings)
    };
    let unreadable = Facts {
        unreadable: Some("torn".into()),
        ..Facts::default()
    };
    life.world.changed(PHOTOS[2], 300);
    life.world.know(PHOTOS[2], unreadable);
    life.world.know(PHOTOS[2], written(5, TAKEN));
    // A sidecar that cannot be read brings nothing, nor does its being mended.
    life.world.sidecars(&[("b/3.jpg.xmp", 1)]);
    let file = life.world.stamp(PHOTOS[2]).id;
    let torn = Facts {
        unreadable: Some("torn".into()),
        ..Facts::default()
    };
    life.world.know_with(file, written(5, TAKEN), None, torn);
    life.world.sidecars(&[("b/3.jpg.xmp", 2)]);
    life.world
        .know_with(file, written(5, TAKEN), None, written(3, TAKEN));
    assert!(!(1..=life.last().number()).any(is_edit));
}

#[test]
fn a_sidecar_that_comes_to_a_photo_is_an_edit_that_undo_takes_back() {
    let life = Life::new();
    let before = shown(&life.world);
    life.world.sidecars(&[("b/3.jpg.xmp", 1)]);
    let file = life.world.stamp(PHOTOS[2]).id;
    life.world
        .know_with(file, life.files[2].clone(), None, written(5, TAKEN));
    let (after, last) = (shown(&life.world), life.last());
    assert_ne!(before, after);
    let entry = life.world.app.entry(last).unwrap().unwrap();
    assert_eq!(entry.actor, Actor::File(Tool::Exiftool));
    assert!(!life.check_undo(last, &before, &after));
}

/// Who is where in a photo, from the left.
fn faces(world: &World, path: &str) -> Vec<(f64, String)> {
    let view = world.app.view();
    let faces = view.faces(world.asset(path)).into_iter();
    let who = |person| view.person(person).map(|row| row.name.to_string());
    let mut faces: Vec<(f64, String)> = faces
        .map(|face| (face.at.parts()[0], face.person.and_then(who).unwrap_or_default()))
        .collect();
    faces.sort_by(|one, other| one.0.total_cmp(&other.0));
    faces
}

#[test]
fn faces_that_a_program_writes_are_an_edit_that_undo_takes_back() {
    const LEFT: &str = "0.2,0.5,0.2,0.2";
    const MIDDLE: &str = "0.5,0.5,0.2,0.2";
    const RIGHT: &str = "0.8,0.5,0.2,0.2";
    type Faces<'a> = &'a [(&'a str, Option<&'a str>)];
    let check = |before: Faces<'_>, after: Faces<'_>| {
        let world = World::new();
        world.files(&["a.jpg"]);
        world.read_faces("a.jpg", before, &[]);
        let had = faces(&world, "a.jpg");
        let first = world.app.entry(world.app.journal().last()).unwrap().unwrap();
        assert_eq!(first.kind, EntryKind::Observation);
        world.changed("a.jpg", 1);
        world.read_faces("a.jpg", after, &[]);
        let (has, last) = (faces(&world, "a.jpg"), world.app.journal().last());
        let entry = world.app.entry(last).unwrap().unwrap();
        assert_eq!(entry.kind == EntryKind::Edit, had != has, "{entry:?}");
        if had == has {
            return;
        }
        assert_eq!(entry.summary, "faces of a.jpg changed in the files");
        let undone = world.undo(Some(last)).unwrap();
        assert_eq!(faces(&world, "a.jpg"), had, "{undone:?}");
        // Read again, with the store and without, it stays so.
        let world = world.restart_without_store();
        world.read_faces("a.jpg", after, &[]);
        assert_eq!(faces(&world, "a.jpg"), had, "read again");
        world.undo(undone.revision).unwrap();
        assert_eq!(faces(&world, "a.jpg"), has, "done again");
    };
    let (anna, bea) = (Some("Anna"), Some("Bea"));
    check(&[(LEFT, anna)], &[(LEFT, anna)]);
    check(&[(LEFT, None)], &[(LEFT, anna)]);
    check(&[(LEFT, anna)], &[(LEFT, bea)]);
    check(&[(LEFT, anna)], &[(LEFT, None), (RIGHT, bea)]);
    check(&[(LEFT, anna), (RIGHT, bea)], &[(RIGHT, bea)]);
    check(&[(LEFT, anna), (RIGHT, bea)], &[]);
    // The new face may get the number of the one that is gone.
    check(&[(LEFT, anna)], &[(RIGHT, bea)]);
    check(&[(LEFT, anna), (RIGHT, None)], &[(MIDDLE, bea), (RIGHT, anna)]);
    check(&[], &[(LEFT, anna), (MIDDLE, anna)]);
}

#[test]
fn what_another_reader_reads_of_the_same_bytes_is_no_change() {
    use crate::kernel::LibraryId;
    let world = World::new();
    world.files(&["a.jpg", "b.jpg"]);
    world.sidecars(&[("b.xmp", 1)]);
    let say = |title: &str, is_outdated| Facts {
        title: Some(title.into()),
        is_outdated,
        ..Facts::default()
    };
    let read = |world: &World, title: &str, is_outdated| {
        world.know("a.jpg", say(title, is_outdated));
        let file = world.stamp("b.jpg").id;
        world.know_with(file, Facts::default(), None, say(title, is_outdated));
    };
    let titles = |world: &World| {
        ["a.jpg", "b.jpg"].map(|path| world.app.view().title(world.asset(path)).map(str::to_owned))
    };
    let open = |world: &World| world.app.view().without_facts(LibraryId::new(1)).len();
    let both = |title: &str| [Some(title.to_owned()), Some(title.to_owned())];
    read(&world, "as it was read", true);
    let world = world.restart();
    // It stands until it is read again.
    assert_eq!(titles(&world), both("as it was read"));
    assert_eq!(open(&world), 2);
    assert_eq!(world.app.view().file_counts(LibraryId::new(1)).read, 2);
    let last = world.app.journal().last();
    read(&world, "as it is", false);
    assert_eq!(titles(&world), both("as it is"));
    assert_eq!(open(&world), 0);
    for revision in last.number() + 1..=world.app.journal().last().number() {
        let entry = world.app.entry(Revision::new(revision)).unwrap().unwrap();
        assert_eq!(entry.kind, EntryKind::Observation, "{entry:?}");
    }
    // A file that was rewritten meanwhile is another matter, and so is a sidecar.
    read(&world, "as it is", true);
    world.changed("a.jpg", 1);
    world.sidecars(&[("b.xmp", 2)]);
    for (path, is_sidecar) in [("a.jpg", false), ("b.jpg", true)] {
        let (own, said) = if is_sidecar {
            (Facts::default(), say("by a program", false))
        } else {
            (say("by a program", false), Facts::default())
        };
        world.know_with(world.stamp(path).id, own, None, said);
        let entry = world.app.entry(world.app.journal().last()).unwrap().unwrap();
        assert_eq!(entry.kind, EntryKind::Edit, "{path} {entry:?}");
    }
    assert_eq!(titles(&world), both("by a program"));
}

#[test]
fn what_another_reader_could_read_stays_where_this_one_cannot() {
    use crate::kernel::LibraryId;
    let world = World::new();
    world.files(&["a.jpg"]);
    let read = |is_outdated, unreadable: Option<&str>| {
        let (title, unreadable) = (
            unreadable.is_none().then(|| "a".into()),
            unreadable.map(Into::into),
        );
        let facts = Facts {
            title,
            is_outdated,
            unreadable,
            ..Facts::default()
        };
        world.know("a.jpg", facts);
        let view = world.app.view();
        let open = view.without_facts(LibraryId::new(1)).len();
        (view.title(world.asset("a.jpg")).map(str::to_owned), open)
    };
    assert_eq!(read(true, None), (Some("a".into()), 1));
    assert_eq!(read(false, Some("it kills its reader")), (Some("a".into()), 0));
    world.changed("a.jpg", 1);
    assert_eq!(read(false, Some("it kills its reader")), (None, 0), "other bytes");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_programs_write_is_an_edit_by_the_file_that_undo_takes_back(
        steps in prop::collection::vec((0..10u8, 0..3usize, 0..60usize), 1..30)
    ) {
        let mut life = Life::new();
        for (operation, at, choice) in steps {
            life.step(operation, at, choice);
        }
        let expected = shown(&life.world);
        life.world = life.world.restart();
        prop_assert_eq!(&shown(&life.world), &expected, "with the store");
        life.world = life.world.restart_without_store();
        let last = life.last();
        (0..3).for_each(|at| life.read(at));
        prop_assert_eq!(&shown(&life.world), &expected, "without the store");
        for revision in last.number() + 1..=life.last().number() {
            let entry = life.world.app.entry(Revision::new(revision)).unwrap().unwrap();
            prop_assert_eq!(entry.kind, EntryKind::Observation);
        }
    }
}
