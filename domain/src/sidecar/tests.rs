//! Sidecars in a world: whose they are, what they say there, and what becomes of
//! it when files and sidecars come, change, move and go.

use super::{SidecarStamp, Unbound};
use crate::catalog::{Facts, Field, FieldValue};
use crate::command::{Command, NoteSidecars, RecordFacts};
use crate::identity::Tool;
use crate::kernel::{FileId, FolderId, LibraryId, Taken, TakenSource};
use crate::organization::TagPath;
use crate::testing::World;
use crate::view::View;

const LIBRARY: LibraryId = LibraryId::new(1);

pub(super) fn facts(title: &str, tags: &[&str]) -> Facts {
    Facts {
        title: (!title.is_empty()).then(|| title.into()),
        tag_paths: tags.iter().map(|tag| TagPath::parse(tag).unwrap()).collect(),
        ..Facts::default()
    }
}

pub(super) fn file(world: &World, path: &str) -> FileId {
    world.app.view().file_at(LIBRARY, path.as_bytes()).unwrap()
}

/// Reads every file that is to be read: itself it says `own` and the tag `own`, its sidecar this.
pub(super) fn read_all(world: &World, says: Option<&str>, title: &str, tags: &[&str]) -> Vec<String> {
    let mut unread = Vec::new();
    // A file that parts from a photo leaves others of it to be read.
    for _ in 0..2 {
        let open = world.app.view().without_facts(LIBRARY);
        for file in &open {
            world.know_with(*file, facts("own", &["own"]), says, facts(title, tags));
        }
        unread.extend(open);
    }
    let view = world.app.view();
    assert!(view.without_facts(LIBRARY).is_empty());
    let path = |file: &FileId| String::from_utf8(view.file_path(*file).unwrap().1).unwrap();
    unread.iter().map(path).collect()
}

/// Title and tags of a file.
pub(super) fn told(world: &World, path: &str) -> (String, Vec<String>) {
    let (asset, view) = (world.asset(path), world.app.view());
    let tags = view.tags_of(asset).into_iter().map(|tag| view.tag_path(tag));
    (view.title(asset).unwrap_or_default().to_owned(), tags.collect())
}

/// Where a file's sidecar is, and whether it is beside it.
pub(super) fn sidecar(world: &World, path: &str) -> Option<(String, bool)> {
    let (path, is_there) = world.app.view().sidecar_path(world.asset(path))?;
    Some((String::from_utf8(path).unwrap(), is_there))
}

pub(super) fn said(title: &str, tags: &[&str]) -> (String, Vec<String>) {
    (
        title.to_owned(),
        tags.iter().map(|tag| (*tag).to_owned()).collect(),
    )
}

#[test]
fn a_sidecar_stands_above_its_file_and_below_what_people_made_of_it() {
    let world = World::new();
    world.files(&["a/IMG.jpg", "a/other.jpg"]);
    world.sidecars(&[("a/IMG.jpg.xmp", 1)]);
    read_all(&world, None, "said", &["trip"]);
    assert_eq!(told(&world, "a/IMG.jpg"), said("said", &["own", "trip"]));
    assert_eq!(told(&world, "a/other.jpg"), said("own", &["own"]));
    world.set(Field::Title, FieldValue::Text("mine".into()), &["a/IMG.jpg"]);
    world.tag("kept", &["a/IMG.jpg"]);
    // The tag is taken out of the sidecar, and another word put in.
    world.sidecars(&[("a/IMG.jpg.xmp", 2)]);
    assert_eq!(read_all(&world, None, "anew", &["sea"]), ["a/IMG.jpg"]);
    let (title, mut tags) = told(&world, "a/IMG.jpg");
    tags.sort();
    assert_eq!((title, tags), said("mine", &["kept", "own", "sea"]));
    world.clear(Field::Title, &["a/IMG.jpg"]);
    assert_eq!(told(&world, "a/IMG.jpg").0, "anew");
    let view = world.app.view();
    let asset = view
        .file(view.file_at(LIBRARY, b"a/IMG.jpg").unwrap())
        .unwrap()
        .asset;
    assert_eq!(view.embedded_facts(asset).unwrap().title(), Some("own"));
    assert_eq!(view.sidecar_facts(asset).unwrap().title(), Some("anew"));
}

#[test]
fn a_tag_that_a_person_took_away_stays_away_whatever_the_sidecar_says() {
    let world = World::new();
    world.files(&["a/IMG.jpg"]);
    world.sidecars(&[("a/IMG.xmp", 1)]);
    read_all(&world, None, "", &["trip"]);
    world.untag("trip", &["a/IMG.jpg"]);
    world.sidecars(&[("a/IMG.xmp", 2)]);
    read_all(&world, None, "", &["trip"]);
    assert_eq!(told(&world, "a/IMG.jpg"), said("own", &["own"]));
}

#[test]
fn of_the_files_that_a_sidecar_names_one_has_it_or_none() {
    fn check(
        files: &[&str],
        sidecars: &[&str],
        says: Option<&str>,
        expect: &[(&str, &str)],
        left: &[(&str, Unbound)],
    ) {
        let world = World::new();
        world.files(files);
        let sidecars: Vec<_> = sidecars.iter().map(|path| (*path, 1)).collect();
        world.sidecars(&sidecars);
        read_all(&world, says, "said", &[]);
        let bound: Vec<_> = files
            .iter()
            .filter_map(|path| Some((*path, sidecar(&world, path)?)))
            .collect();
        let expect: Vec<_> = expect
            .iter()
            .map(|(path, by)| (*path, ((*by).to_owned(), true)))
            .collect();
        assert_eq!(bound, expect, "{files:?} {sidecars:?} {says:?}");
        let unbound = world.app.view().unbound_sidecars(LIBRARY);
        let left: Vec<_> = left
            .iter()
            .map(|(path, why)| (path.as_bytes().to_vec(), why.clone()))
            .collect();
        assert_eq!(unbound, left, "{files:?} {sidecars:?} {says:?}");
    }
    use Unbound::{Ambiguous, Orphan, Overridden};
    check(&["a.jpg"], &["a.jpg.xmp"], None, &[("a.jpg", "a.jpg.xmp")], &[]);
    check(&["a.JPG"], &["a.jpg.XMP"], None, &[("a.JPG", "a.jpg.XMP")], &[]);
    check(&["a.jpg"], &["a.xmp"], None, &[("a.jpg", "a.xmp")], &[]);
    check(&["a.CR2", "a.jpg"], &["a.xmp"], None, &[("a.CR2", "a.xmp")], &[]);
    check(
        &["a.CR2", "a.jpg"],
        &["a.xmp"],
        Some("JPG"),
        &[("a.jpg", "a.xmp")],
        &[],
    );
    check(
        &["a.CR2", "a.dng"],
        &["a.xmp"],
        None,
        &[],
        &[("a.xmp", Ambiguous)],
    );
    check(
        &["a.jpg", "a.mov"],
        &["a.xmp"],
        None,
        &[],
        &[("a.xmp", Ambiguous)],
    );
    check(&["a.jpg"], &["a.xmp"], Some("cr2"), &[], &[("a.xmp", Ambiguous)]);
    check(
        &["a.jpg"],
        &["a.jpg.xmp", "a.xmp"],
        None,
        &[("a.jpg", "a.jpg.xmp")],
        &[("a.xmp", Overridden)],
    );
    let both = [("a.CR2", "a.xmp"), ("a.jpg", "a.jpg.xmp")];
    check(&["a.CR2", "a.jpg"], &["a.jpg.xmp", "a.xmp"], None, &both, &[]);
    check(&["a.jpg"], &["b.xmp"], None, &[], &[("b.xmp", Orphan)]);
    check(&["a.jpg"], &["A.xmp"], None, &[], &[("A.xmp", Orphan)]);
    let exact = [("a.JPG", "a.JPG.xmp")];
    check(&["a.JPG", "a.jpg"], &["a.JPG.xmp"], None, &exact, &[]);
}

#[test]
fn only_those_are_read_again_whose_sidecar_may_be_another_one() {
    let world = World::new();
    world.files(&["a/IMG.jpg", "a/IMG_2.jpg", "b/IMG.jpg"]);
    read_all(&world, None, "", &[]);
    world.sidecars(&[("a/IMG.xmp", 1)]);
    assert_eq!(read_all(&world, None, "said", &[]), ["a/IMG.jpg"]);
    world.sidecars(&[("a/IMG.xmp", 1)]);
    assert!(
        world.app.view().without_facts(LIBRARY).is_empty(),
        "it is as it was"
    );
    // The RAW arrives, to which it belongs.
    world.files(&["a/IMG.CR2"]);
    assert_eq!(read_all(&world, None, "said", &[]), ["a/IMG.jpg", "a/IMG.CR2"]);
    assert_eq!(
        (told(&world, "a/IMG.jpg").0, told(&world, "a/IMG.CR2").0),
        ("own".into(), "said".into())
    );
    world.gone(&["a/IMG.CR2"]);
    assert_eq!(read_all(&world, None, "said", &[]), ["a/IMG.jpg"]);
    assert_eq!(told(&world, "a/IMG.jpg").0, "said");
    assert_eq!(
        told(&world, "a/IMG.CR2").0,
        "said",
        "a file that is away keeps what it had"
    );
    world.returned(&["a/IMG.CR2"]);
    read_all(&world, None, "said", &[]);
    assert_eq!(
        (told(&world, "a/IMG.jpg").0, told(&world, "a/IMG.CR2").0),
        ("own".into(), "said".into())
    );
}

#[test]
fn what_a_sidecar_said_stays_with_a_file_that_left_it_and_goes_with_one_that_is_deleted() {
    let world = World::new();
    world.files(&["a/IMG.jpg", "b/x.jpg"]);
    world.sidecars(&[("a/IMG.jpg.xmp", 1)]);
    read_all(&world, None, "said", &["trip"]);
    // Moved without it; the rewritten file is read again, and so is one whose old sidecar goes meanwhile.
    world.moved(&[("a/IMG.jpg", "b/IMG.jpg")]);
    assert_eq!(
        sidecar(&world, "b/IMG.jpg"),
        Some(("a/IMG.jpg.xmp".into(), false))
    );
    world.sidecars_gone(&["a/IMG.jpg.xmp"]);
    world.read("b/IMG.jpg", None, &["own"]);
    assert_eq!(told(&world, "b/IMG.jpg"), said("said", &["own", "trip"]));
    let world = world.restart();
    assert_eq!(told(&world, "b/IMG.jpg"), said("said", &["own", "trip"]));
    assert_eq!(
        sidecar(&world, "b/IMG.jpg"),
        Some(("a/IMG.jpg.xmp".into(), false))
    );
    // The sidecar follows; then it is taken away where the file is.
    world.sidecars(&[("b/IMG.jpg.xmp", 1)]);
    assert_eq!(read_all(&world, None, "said", &["trip"]), ["b/IMG.jpg"]);
    assert_eq!(sidecar(&world, "b/IMG.jpg"), Some(("b/IMG.jpg.xmp".into(), true)));
    world.sidecars_gone(&["b/IMG.jpg.xmp"]);
    assert_eq!(read_all(&world, None, "", &[]), ["b/IMG.jpg"]);
    assert_eq!(told(&world, "b/IMG.jpg"), said("own", &["own"]));
    assert_eq!(sidecar(&world, "b/IMG.jpg"), None);
    assert!(!world.app.view().has_sidecar(world.asset("b/IMG.jpg")));
}

#[test]
fn a_sidecar_that_moves_with_its_file_is_still_its_own() {
    let world = World::new();
    world.files(&["a/IMG.jpg", "b/x.jpg"]);
    world.sidecars(&[("a/IMG.xmp", 1)]);
    read_all(&world, None, "said", &[]);
    world.moved(&[("a/IMG.jpg", "b/new.jpg")]);
    world.sidecars_gone(&["a/IMG.xmp"]);
    world.sidecars(&[("b/new.xmp", 1)]);
    assert_eq!(told(&world, "b/new.jpg").0, "said");
    assert_eq!(read_all(&world, None, "said", &[]), ["b/new.jpg"]);
    assert_eq!(sidecar(&world, "b/new.jpg"), Some(("b/new.xmp".into(), true)));
    // One moves onto a sidecar that has been there all along.
    world.moved(&[("b/new.jpg", "a/lone.jpg")]);
    world.sidecars(&[("a/lone2.xmp", 1)]);
    world.moved(&[("a/lone.jpg", "a/lone2.jpg")]);
    assert_eq!(read_all(&world, None, "other", &[]), ["a/lone2.jpg"]);
    assert_eq!(told(&world, "a/lone2.jpg").0, "other");
}

#[test]
fn what_was_read_of_a_sidecar_that_changed_meanwhile_is_dropped() {
    let world = World::new();
    world.files(&["a/IMG.jpg"]);
    let stamp = world.stamp("a/IMG.jpg");
    let record = RecordFacts {
        bytes: Vec::new(),
        facts: vec![(stamp, Box::new(facts("own", &[])))],
        sidecars: Vec::new(),
        tool: Tool::Unknown,
    };
    world.sidecars(&[("a/IMG.xmp", 1)]);
    let receipt = world.observe(&Command::RecordFacts(record));
    assert_eq!((receipt.revision, receipt.touched), (None, 0));
    assert_eq!(world.app.view().without_facts(LIBRARY).len(), 1);
}

#[test]
fn a_sidecar_that_cannot_be_read_costs_only_itself() {
    let world = World::new();
    world.files(&["a/IMG.jpg"]);
    world.sidecars(&[("a/IMG.xmp", 1)]);
    let torn = Facts {
        unreadable: Some("torn".into()),
        ..Facts::default()
    };
    let file = file(&world, "a/IMG.jpg");
    world.know_with(file, facts("own", &[]), None, torn);
    assert_eq!(told(&world, "a/IMG.jpg").0, "own");
    let view = world.app.view();
    let asset = view.file(file).unwrap().asset;
    assert_eq!(view.facts(asset).unwrap().unreadable(), None);
    assert_eq!(view.sidecar_facts(asset).unwrap().unreadable(), Some("torn"));
    let expect = [(b"a/IMG.xmp".to_vec(), Unbound::Unreadable("torn".into()))];
    assert_eq!(view.unbound_sidecars(LIBRARY), expect);
    assert_eq!(view.unreadable_files(LIBRARY).collect::<Vec<_>>(), [file]);
}

#[test]
fn a_date_of_a_sidecar_puts_the_photo_into_its_folder_and_one_of_a_name_gives_way() {
    let world = World::new();
    world.files(&["a/IMG_20200102_030405.jpg"]);
    world.sidecars(&[("a/IMG_20200102_030405.jpg.xmp", 1)]);
    let taken = Taken::parse("2019-07-04T08:00:00+02:00", TakenSource::XmpOriginal).ok();
    let said = Facts {
        taken,
        ..Facts::default()
    };
    let file = file(&world, "a/IMG_20200102_030405.jpg");
    world.know_with(file, Facts::default(), None, said);
    let asset = world.asset("a/IMG_20200102_030405.jpg");
    let view = world.app.view();
    assert_eq!(view.taken(asset), taken);
    let own = view.embedded_facts(asset).unwrap().taken().unwrap();
    assert_eq!(own.source, TakenSource::FileName);
}

#[test]
fn layers_and_lists_are_the_same_after_a_restart_and_read_again_without_the_store() {
    let world = World::new();
    world.files(&["a/IMG.jpg", "a/IMG.CR2", "a/b.jpg"]);
    world.sidecars(&[
        ("a/IMG.xmp", 1),
        ("a/b.jpg.xmp", 2),
        ("a/none.xmp", 3),
        ("a/went.xmp", 4),
    ]);
    world.sidecars_gone(&["a/went.xmp"]);
    let all = |view: &View| {
        let layers: Vec<_> = view.assets().map(|(id, _)| view.sidecar_layer(id)).collect();
        let tags: Vec<_> = view
            .tags()
            .map(|(id, row)| (view.tag_path(id), row.assets()))
            .collect();
        (
            layers,
            tags,
            view.sidecars_in(FolderId::new(2)).to_vec(),
            view.unbound_sidecars(LIBRARY),
        )
    };
    read_all(&world, None, "said", &["trip"]);
    let before = all(&world.app.view());
    assert_eq!(before.2.len(), 3);
    assert_eq!(before.0.iter().flatten().count(), 2);
    let world = world.restart();
    assert_eq!(all(&world.app.view()), before);
    assert!(world.app.view().without_facts(LIBRARY).is_empty());
    let world = world.restart_without_store();
    assert_eq!(world.app.view().sidecars_in(FolderId::new(2)), before.2);
    read_all(&world, None, "said", &["trip"]);
    assert_eq!(all(&world.app.view()), before);
}

#[test]
fn a_folder_that_nobody_knows_is_refused_and_the_known_is_nothing_new() {
    let world = World::new();
    world.files(&["a/IMG.jpg"]);
    let stamp = SidecarStamp {
        name: b"IMG.xmp"[..].into(),
        size: 1,
        mtime_ns: 1,
    };
    let note = |folder| {
        let command = NoteSidecars {
            folder: FolderId::new(folder),
            seen: vec![stamp.clone()],
            gone: vec![b"none.xmp"[..].into()],
        };
        let system = crate::identity::Actor::System;
        world.app.execute(system, &Command::NoteSidecars(command))
    };
    let error = note(9).unwrap_err().to_string();
    assert_eq!(error, "folder 9 is not known; scan its library");
    assert_eq!(note(2).unwrap().touched, 1);
    assert_eq!(note(2).unwrap().revision, None);
}

#[test]
fn a_sidecar_that_is_taken_away_beside_a_copy_is_gone() {
    let world = World::new();
    world.files(&["a/IMG.jpg", "b/copy.jpg"]);
    world.hash("a/IMG.jpg", 1);
    world.hash("b/copy.jpg", 1);
    read_all(&world, None, "", &[]);
    world.sidecars(&[("b/copy.jpg.xmp", 1)]);
    read_all(&world, None, "said", &["trip"]);
    assert_eq!(told(&world, "a/IMG.jpg"), said("said", &["own", "trip"]));
    world.sidecars_gone(&["b/copy.jpg.xmp"]);
    read_all(&world, None, "", &[]);
    assert_eq!(told(&world, "a/IMG.jpg"), said("own", &["own"]));
    assert!(!world.app.view().has_sidecar(world.asset("a/IMG.jpg")));
    // One beside a copy counts more than one that stayed behind.
    world.sidecars(&[("a/IMG.jpg.xmp", 1)]);
    read_all(&world, None, "old", &[]);
    world.moved(&[("a/IMG.jpg", "c/IMG.jpg")]);
    world.sidecars(&[("b/copy.jpg.xmp", 2)]);
    read_all(&world, None, "new", &[]);
    assert_eq!(told(&world, "b/copy.jpg").0, "new");
}
