//! Faces and people, as tables: what a photo shows after which readings and edits.

use super::*;
use crate::app::AppError;
use crate::catalog::{Facts, Field};
use crate::kernel::{Owner, PersonId, Revision, ShareId, UserId};
use crate::organization::OrganizationError;
use crate::organization::query::{Query, evaluate};
use crate::sharing::Scope;
use crate::testing::{World, read_face};
use crate::view::Dir;

const ME: UserId = UserId::new(1);
const LEFT: &str = "0.2,0.3,0.2,0.2";
const LEFT_NEAR: &str = "0.22,0.3,0.2,0.2";
const LEFT_FAR: &str = "0.27,0.3,0.2,0.2";
const RIGHT: &str = "0.8,0.3,0.2,0.2";
const MIDDLE: &str = "0.5,0.5,0.1,0.1";

/// The faces of a photo: number, box, name.
fn faces(world: &World, path: &str) -> Vec<(u16, String, Option<String>)> {
    let (view, asset) = (world.app.view(), world.asset(path));
    let name = |person| view.person(person).unwrap().name.to_string();
    let line = |face: &crate::view::Face| (face.id.number(), face.at.to_string(), face.person.map(name));
    view.faces(asset).iter().map(line).collect()
}

#[track_caller]
fn check(world: &World, path: &str, expect: &[(u16, &str, Option<&str>)]) {
    let found = faces(world, path);
    let found: Vec<_> = found
        .iter()
        .map(|(id, at, name)| (*id, at.as_str(), name.as_deref()))
        .collect();
    assert_eq!(found, expect);
}

/// The people there are, each with how many photos they are shown in.
fn people(world: &World) -> Vec<(String, u64)> {
    let view = world.app.view();
    let line = |id| {
        let name = view.person(id).unwrap().name.to_string();
        (name, view.members(Dir::Person(id)).len())
    };
    view.people_of_owner(Owner::User(ME)).map(line).collect()
}

#[track_caller]
fn check_people(world: &World, expect: &[(&str, u64)]) {
    let found = people(world);
    let found: Vec<_> = found
        .iter()
        .map(|(name, count)| (name.as_str(), *count))
        .collect();
    assert_eq!(found, expect);
}

fn name(text: &str) -> PersonName {
    PersonName::parse(text).unwrap()
}

fn add(at: &str, kind: FaceKind, person: Option<&str>) -> FaceChange {
    FaceChange::Add {
        at: FaceBox::parse(at).unwrap(),
        kind,
        name: person.map(name),
    }
}

fn merge(from: &str, into: &str) -> PeopleArrangement {
    PeopleArrangement::Merge {
        from: vec![name(from)],
        into: name(into),
    }
}

fn rename(person: &str, to: &str) -> PeopleArrangement {
    PeopleArrangement::Rename {
        person: name(person),
        name: name(to),
    }
}

fn id(face: u16) -> FaceId {
    FaceId::new(face)
}

fn world() -> World {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg"]);
    world.read_faces("a.jpg", &[(LEFT, Some("Anna")), (RIGHT, None)], &["Cato", "anna"]);
    world
}

#[test]
fn what_files_say_is_shown_and_nobody_is_in_a_photo_twice() {
    let world = world();
    check(&world, "a.jpg", &[(1, LEFT, Some("Anna")), (2, RIGHT, None)]);
    check_people(&world, &[("Anna", 1), ("Cato", 1)]);
    assert_eq!(world.app.view().people_of(world.asset("a.jpg")).len(), 2);
    check(&world, "b.jpg", &[]);
}

#[test]
fn a_box_has_its_centre_in_the_picture_and_some_area() {
    for text in [
        "",
        "1,2,3",
        "0.5,0.5,0.1,0.1,0.1",
        "0.5,0.5,0,0.1",
        "1.1,0.5,0.1,0.1",
        "-0.1,0,1,1",
        "nan,0,1,1",
        "a,b,c,d",
    ] {
        let error = FaceBox::parse(text).unwrap_err();
        assert_eq!(error.code().as_str(), "invalid", "{text}");
    }
    let at = FaceBox::parse(" 0.571429, 0.6,0.285714 ,0.4").unwrap();
    assert_eq!(at.to_string(), "0.571429,0.6,0.285714,0.4");
    assert_eq!(FaceBox::new(0.571_429_2, 0.6, 0.285_714, 0.4).unwrap(), at);
}

#[test]
fn boxes_are_of_the_same_face_where_they_share_half_of_what_they_cover() {
    let check = |one: &str, other: &str, expect: bool| {
        let (one, other) = (FaceBox::parse(one).unwrap(), FaceBox::parse(other).unwrap());
        assert_eq!((one.is_same(&other), other.is_same(&one)), (expect, expect));
    };
    check(LEFT, LEFT, true);
    check(LEFT, LEFT_NEAR, true);
    check(LEFT, LEFT_FAR, false);
    check(LEFT, RIGHT, false);
    check("0.5,0.5,0.2,0.2", "0.5,0.5,0.2,0.1", true);
    check("0.5,0.5,0.2,0.2", "0.5,0.5,0.2,0.099", false);
    check("0.5,0.5,1,1", "0.5,0.5,0.000001,0.000001", false);
}

#[test]
fn a_face_of_the_file_keeps_its_number_while_its_box_stays_where_it_is() {
    let world = world();
    world.read_faces(
        "a.jpg",
        &[(MIDDLE, None), (RIGHT, Some("Bea")), (LEFT_NEAR, None)],
        &[],
    );
    check(
        &world,
        "a.jpg",
        &[(1, LEFT_NEAR, None), (2, RIGHT, Some("Bea")), (3, MIDDLE, None)],
    );
    world.read_faces("a.jpg", &[(RIGHT, None)], &[]);
    check(&world, "a.jpg", &[(2, RIGHT, None)]);
}

#[test]
fn edits_stay_with_their_face_however_often_its_file_is_read_and_without_the_store() {
    let world = world();
    world.name_face("a.jpg", 2, Some("Bea")).unwrap();
    world.face("a.jpg", FaceChange::Reject { face: id(1) }).unwrap();
    check(&world, "a.jpg", &[(2, RIGHT, Some("Bea"))]);
    // It wanders, each time a little, from 0.8 to 0.6: no longer the box that was named.
    let mut last = RIGHT.to_owned();
    for x in [0.77, 0.74, 0.71, 0.68, 0.65, 0.62] {
        last = format!("{x},0.3,0.2,0.2");
        world.read_faces("a.jpg", &[(&last, Some("Nobody"))], &[]);
    }
    check(&world, "a.jpg", &[(2, &last, Some("Bea"))]);
    let world = world.restart_without_store();
    check(&world, "a.jpg", &[]);
    world.read_faces("a.jpg", &[(LEFT, Some("Anna")), (&last, None)], &[]);
    check(&world, "a.jpg", &[(2, &last, Some("Bea"))]);
    // Undo goes by what was made of the face, not by where it lies.
    world.undo(None).unwrap();
    world.undo(None).unwrap();
    check(&world, "a.jpg", &[(1, LEFT, Some("Anna")), (2, &last, None)]);
    world.read_faces("a.jpg", &[(LEFT, None), ("0.58,0.3,0.2,0.2", None)], &[]);
    world.redo().unwrap();
    let world = world.restart_without_store();
    world.read_faces("a.jpg", &[("0.58,0.3,0.2,0.2", None)], &[]);
    check(&world, "a.jpg", &[(2, "0.58,0.3,0.2,0.2", Some("Bea"))]);
}

#[test]
fn a_face_that_is_gone_from_the_file_takes_its_edit_along_and_brings_it_back() {
    let world = world();
    world.name_face("a.jpg", 1, Some("Bea")).unwrap();
    world.read_faces("a.jpg", &[(MIDDLE, None)], &[]);
    check(&world, "a.jpg", &[(2, MIDDLE, None)]);
    check_people(&world, &[("Anna", 0), ("Bea", 0), ("Cato", 0)]);
    assert_eq!(
        world.name_face("a.jpg", 1, None).unwrap_err().code().as_str(),
        "not-found"
    );
    world.read_faces("a.jpg", &[(LEFT_NEAR, None), (MIDDLE, None)], &[]);
    check(&world, "a.jpg", &[(1, LEFT_NEAR, Some("Bea")), (2, MIDDLE, None)]);
}

#[test]
fn faces_are_added_named_rejected_and_removed_and_all_of_it_is_taken_back() {
    let world = world();
    let before = faces(&world, "a.jpg");
    let added = world
        .face("a.jpg", add(MIDDLE, FaceKind::Pet, Some("Rex")))
        .unwrap();
    assert_eq!(added.summary, "photo 1: face 1001 added, Rex");
    assert_eq!(added.touched, 1);
    check_people(&world, &[("Anna", 1), ("Cato", 1), ("Rex", 1)]);
    world.name_face("a.jpg", 1001, Some("Rexi")).unwrap();
    world.name_face("a.jpg", 1, None).unwrap();
    world.face("a.jpg", FaceChange::Reject { face: id(2) }).unwrap();
    check(&world, "a.jpg", &[(1, LEFT, None), (1001, MIDDLE, Some("Rexi"))]);
    // Who is named in the box alone is nobody without it.
    check_people(&world, &[("Anna", 0), ("Cato", 1), ("Rex", 0), ("Rexi", 1)]);
    world
        .face("a.jpg", FaceChange::Remove { face: id(1001) })
        .unwrap();
    check(&world, "a.jpg", &[(1, LEFT, None)]);
    let after = faces(&world, "a.jpg");
    for _ in 0..5 {
        world.undo(None).unwrap();
    }
    assert_eq!(faces(&world, "a.jpg"), before);
    check_people(&world, &[("Anna", 1), ("Cato", 1)]);
    for _ in 0..5 {
        world.redo().unwrap();
    }
    assert_eq!(faces(&world, "a.jpg"), after);
    // A name brings a rejected one back.
    world.name_face("a.jpg", 2, Some("Anna")).unwrap();
    check(&world, "a.jpg", &[(1, LEFT, None), (2, RIGHT, Some("Anna"))]);
    world.clear(Field::Faces, &["a.jpg"]);
    assert_eq!(faces(&world, "a.jpg"), before);
    let world = world.restart();
    assert_eq!(faces(&world, "a.jpg"), before);
}

#[test]
fn an_edit_reaches_one_photo_and_is_refused_for_what_makes_no_sense() {
    let world = world();
    world.face("a.jpg", add(MIDDLE, FaceKind::Focus, None)).unwrap();
    let says = |error: AppError, code: &str, part: &str| {
        assert_eq!(error.code().as_str(), code);
        assert!(error.to_string().contains(part), "{error}");
    };
    let reject = |face| {
        world
            .face("a.jpg", FaceChange::Reject { face: id(face) })
            .unwrap_err()
    };
    let remove = |face| {
        world
            .face("a.jpg", FaceChange::Remove { face: id(face) })
            .unwrap_err()
    };
    says(reject(7), "not-found", "face list 1");
    says(reject(1001), "conflict", "face remove 1 1001");
    says(remove(1), "conflict", "face reject 1 1");
    says(remove(1002), "not-found", "face list 1");
    says(
        world.name_face("a.jpg", 1001, Some("Anna")).unwrap_err(),
        "invalid",
        "Focus",
    );
    let named = add(MIDDLE, FaceKind::BarCode, Some("Anna"));
    says(world.face("a.jpg", named).unwrap_err(), "invalid", "BarCode");
    let nothing = world.name_face("a.jpg", 1, Some("ANNA")).unwrap();
    assert_eq!((nothing.revision, nothing.touched), (None, 0));
    says(
        PersonName::parse(" ")
            .map_err(|error| OrganizationError::from(error).into())
            .unwrap_err(),
        "invalid",
        "empty",
    );
}

#[test]
fn who_is_renamed_is_found_by_the_name_that_files_go_on_saying() {
    let world = world();
    let done = world.arrange_people(rename("anna", "Anna Meier")).unwrap();
    assert_eq!(
        (done.summary.as_str(), done.touched),
        ("anna: renamed to Anna Meier: 1 photo", 1)
    );
    world.read_faces("b.jpg", &[(LEFT, Some("ANNA"))], &[]);
    check_people(&world, &[("Anna Meier", 2), ("Cato", 1)]);
    // By hand, too.
    world
        .face("b.jpg", add(RIGHT, FaceKind::Face, Some("Anna")))
        .unwrap();
    check_people(&world, &[("Anna Meier", 2), ("Cato", 1)]);
    let view = world.app.view();
    let anna = view.person_named(Owner::User(ME), "anna meier").unwrap();
    assert_eq!(view.person_synonyms(anna), ["Anna"]);
    drop(view);
    let check = |how, code: &str, part: &str| {
        let error = world.arrange_people(how).unwrap_err();
        assert_eq!(error.code().as_str(), code);
        assert!(error.to_string().contains(part), "{error}");
    };
    check(
        rename("Cato", "anna meier"),
        "already-exists",
        "people merge \"Cato\" \"Anna Meier\"",
    );
    check(
        rename("Cato", "Anna"),
        "conflict",
        "files mean the person `Anna Meier`",
    );
    check(rename("Nemo", "x"), "not-found", "people list");
    check(merge("Cato", "Nemo"), "not-found", "people list");
    world.undo(None).unwrap();
    world.undo(done.revision).unwrap();
    check_people(&world, &[("Anna", 2), ("Cato", 1)]);
    assert!(world.app.view().person_synonyms(anna).is_empty());
}

#[test]
fn merging_unites_photos_and_taking_it_back_parts_them_again() {
    let world = world();
    world.read_faces("b.jpg", &[(LEFT, Some("Ann"))], &["Cato"]);
    check_people(&world, &[("Ann", 1), ("Anna", 1), ("Cato", 2)]);
    let done = world.arrange_people(merge("Ann", "Anna")).unwrap();
    assert_eq!(
        (done.summary.as_str(), done.touched),
        ("Ann merged into Anna: 1 photo", 1)
    );
    check_people(&world, &[("Anna", 2), ("Cato", 2)]);
    check_name(&world, "Anna");
    world.arrange_people(merge("Anna", "Cato")).unwrap();
    check_people(&world, &[("Cato", 2)]);
    check_name(&world, "Cato");
    // A name of each still leads there.
    world.files(&["c.jpg"]);
    world.read_faces("c.jpg", &[(LEFT, Some("ann"))], &["Anna"]);
    check_people(&world, &[("Cato", 3)]);
    world.undo(None).unwrap();
    check_people(&world, &[("Anna", 3), ("Cato", 2)]);
    world.undo(done.revision).unwrap();
    check_people(&world, &[("Ann", 2), ("Anna", 2), ("Cato", 2)]);
    let world = world.restart();
    check_people(&world, &[("Ann", 2), ("Anna", 2), ("Cato", 2)]);
    let world = world.restart_without_store();
    world.read_faces("a.jpg", &[(LEFT, Some("Anna"))], &["Cato"]);
    world.read_faces("b.jpg", &[(LEFT, Some("Ann"))], &["Cato"]);
    world.read_faces("c.jpg", &[(LEFT, Some("ann"))], &["Anna"]);
    check_people(&world, &[("Ann", 2), ("Anna", 2), ("Cato", 2)]);
}

#[track_caller]
fn check_name(world: &World, expect: &str) {
    assert_eq!(faces(world, "b.jpg")[0].2.as_deref(), Some(expect));
}

#[test]
fn who_was_named_by_an_edit_alone_goes_with_it_and_comes_back_with_it() {
    let world = world();
    let named = world.name_face("a.jpg", 2, Some("Typo")).unwrap();
    let rejected = world.face("a.jpg", FaceChange::Reject { face: id(2) }).unwrap();
    // The face was changed since, so the name goes no way back; the person does.
    world.undo(named.revision).unwrap();
    check_people(&world, &[("Anna", 1), ("Cato", 1)]);
    // What the restored edit names is there again.
    world.undo(rejected.revision).unwrap();
    check(
        &world,
        "a.jpg",
        &[(1, LEFT, Some("Anna")), (2, RIGHT, Some("Typo"))],
    );
    check_people(&world, &[("Anna", 1), ("Cato", 1), ("Typo", 1)]);
    // Or is whoever has the name by now.
    let world = self::world();
    world.name_face("a.jpg", 2, Some("Dora")).unwrap();
    world.undo(None).unwrap();
    world.files(&["c.jpg"]);
    world.read_faces("c.jpg", &[(LEFT, Some("dora"))], &[]);
    let undo = Revision::new(world.app.view().marks().next_back().unwrap().0.number());
    world.undo(Some(undo)).unwrap();
    check_people(&world, &[("Anna", 1), ("Cato", 1), ("dora", 2)]);
}

#[test]
fn queries_find_people_by_name_words_and_synonyms() {
    let world = world();
    world.face("b.jpg", add(MIDDLE, FaceKind::Focus, None)).unwrap();
    world.arrange_people(rename("Anna", "Änne von Meier")).unwrap();
    let check = |query: &str, expect: &[&str]| {
        let found = evaluate(&world.app.view(), ME, &Query::parse(query).unwrap());
        assert_eq!(found, world.assets(expect), "{query}");
    };
    check("person:anna", &["a.jpg"]);
    check("person:=anna", &["a.jpg"]);
    check("person:meier", &["a.jpg"]);
    check("person:\"VON meier\"", &["a.jpg"]);
    check("person:=meier", &[]);
    check("person:mei", &[]);
    check("person:ÄNNE", &["a.jpg"]);
    check("-person:cato", &["b.jpg"]);
    check("meier", &["a.jpg"]);
    check("has:faces", &["a.jpg"]);
    check("-has:faces", &["b.jpg"]);
    check("is:edited", &["b.jpg"]);
    world.hide(&["a.jpg"]);
    check("person:anna", &[]);
    check("person:anna is:hidden", &["a.jpg"]);
    let error = Query::parse("person:\"\"").unwrap_err();
    assert!(error.to_string().contains("a person such as Anna"), "{error}");
}

#[test]
fn who_is_shared_is_not_merged_away_or_forgotten_until_the_share_is_revoked() {
    let world = world();
    let named = world.name_face("a.jpg", 2, Some("Dora")).unwrap();
    let (dora, nobody) = (PersonId::new(3), PersonId::new(9));
    let error = world.share("x", Scope::Person(nobody)).unwrap_err();
    assert!(error.to_string().contains("kphotos people list"), "{error}");
    world.share("dora", Scope::Person(dora)).unwrap();
    assert_eq!(
        world.app.view().shared_assets(Owner::User(ME)),
        world.assets(&["a.jpg"])
    );
    for refused in [
        world.arrange_people(merge("Dora", "Anna")),
        world.undo(named.revision),
    ] {
        let error = refused.unwrap_err();
        assert_eq!(error.code().as_str(), "conflict");
        assert!(error.to_string().contains("kphotos share revoke dora"), "{error}");
    }
    world.arrange_people(rename("Dora", "Dorothea")).unwrap();
    world.undo(None).unwrap();
    world.arrange_people(merge("Anna", "Dora")).unwrap();
    world.undo(None).unwrap();
    world.revoke(ShareId::new(1));
    world.arrange_people(merge("Dora", "Anna")).unwrap();
    check_people(&world, &[("Anna", 1), ("Cato", 1)]);
}

#[test]
fn hidden_and_missing_photos_are_in_nobodys_folder() {
    let world = world();
    world.read_faces("b.jpg", &[], &["Anna"]);
    check_people(&world, &[("Anna", 2), ("Cato", 1)]);
    world.hide(&["a.jpg"]);
    world.gone(&["b.jpg"]);
    check_people(&world, &[("Anna", 0), ("Cato", 0)]);
    world.returned(&["b.jpg"]);
    world.clear(Field::Hidden, &["a.jpg"]);
    check_people(&world, &[("Anna", 2), ("Cato", 1)]);
}

#[test]
fn a_sidecar_says_more_of_the_same_faces_and_brings_others() {
    let world = World::new();
    world.files(&["a.jpg"]);
    world.sidecars(&[("a.jpg.xmp", 1)]);
    let facts = |faces: &[(&str, Option<&str>)], persons: &[&str]| Facts {
        face_reads: faces.iter().map(|face| read_face(*face)).collect(),
        person_names: persons.iter().map(|name| (*name).into()).collect(),
        ..Facts::default()
    };
    let file = world.stamp("a.jpg").id;
    let own = facts(&[(LEFT, Some("Anna")), (RIGHT, Some("Bea"))], &[]);
    let said = facts(&[(MIDDLE, None), (LEFT_NEAR, Some("Cato"))], &["Bea", "Dora"]);
    world.know_with(file, own.clone(), None, said);
    let all = [
        (1, LEFT_NEAR, Some("Cato")),
        (2, RIGHT, Some("Bea")),
        (3, MIDDLE, None),
    ];
    check(&world, "a.jpg", &all);
    check_people(&world, &[("Anna", 0), ("Bea", 1), ("Cato", 1), ("Dora", 1)]);
    let asset = world.asset("a.jpg");
    let view = world.app.view();
    let layer =
        |facts: crate::view::FactsRef<'_>| facts.faces().map(|face| face.id.number()).collect::<Vec<_>>();
    assert_eq!(layer(view.embedded_facts(asset).unwrap()), [1, 2]);
    assert_eq!(layer(view.sidecar_facts(asset).unwrap()), [1, 3]);
    drop(view);
    // Who it is, the file says where the sidecar does not.
    world.name_face("a.jpg", 3, Some("Eva")).unwrap();
    world.know_with(
        file,
        own.clone(),
        None,
        facts(&[(LEFT_NEAR, None), (MIDDLE, None)], &[]),
    );
    let named = [
        (1, LEFT_NEAR, Some("Anna")),
        (2, RIGHT, Some("Bea")),
        (3, MIDDLE, Some("Eva")),
    ];
    check(&world, "a.jpg", &named);
    let world = world.restart();
    check(&world, "a.jpg", &named);
    // Without its sidecar the file's own show again; the edit waits for its face.
    world.sidecars_gone(&["a.jpg.xmp"]);
    world.know("a.jpg", own);
    check(
        &world,
        "a.jpg",
        &[(1, LEFT, Some("Anna")), (2, RIGHT, Some("Bea"))],
    );
}
