//! What an edit reaches besides the photo named, and what is shown as one: the renditions of
//! its shot (RAW, picture, movie of one stem in one folder), those that go by one id, and
//! those that a person joined; nothing else.
//!
//! The joins refused are those by which managers that guess put different photos
//! together: numbered names, one counter in two folders, stems that differ in
//! case or only begin alike. The bare rule of stems is tested here, for files
//! of which nothing has been read.

use crate::catalog::{Field, StackChange, StackReason};
use crate::kernel::{AssetSet, ErrorCode, UserId};
use crate::organization::Query;
use crate::organization::query::evaluate;
use crate::testing::World;
use crate::view::Dir;

/// These files are there; the first one's stack is these.
#[track_caller]
fn check(files: &[&str], stack: &[&str]) {
    let world = World::new();
    world.files(files);
    check_stack(&world, files[0], stack);
}

#[track_caller]
fn check_stack(world: &World, of: &str, stack: &[&str]) {
    let found = world.app.view().stack(world.asset(of));
    assert_eq!(found, world.assets(stack), "the stack of {of}");
}

#[test]
fn renditions_of_one_stem_in_one_folder_are_one_stack() {
    check(&["a/1.CR2", "a/1.JPG"], &["a/1.CR2", "a/1.JPG"]);
    check(&["a/1.JPG", "a/1.CR2"], &["a/1.CR2", "a/1.JPG"]);
    check(&["a/1.HEIC", "a/1.mov"], &["a/1.HEIC", "a/1.mov"]);
    check(
        &["a/1.JPG", "a/1.CR2", "a/1.MOV"],
        &["a/1.CR2", "a/1.JPG", "a/1.MOV"],
    );
}

#[test]
fn what_only_looks_alike_is_never_one_stack() {
    // Two renditions of one kind may be two pictures.
    check(&["a/1.jpg", "a/1.png"], &["a/1.jpg"]);
    // The counters of two cameras, each in its folder.
    check(
        &["canon/IMG_0001.JPG", "nikon/IMG_0001.CR2"],
        &["canon/IMG_0001.JPG"],
    );
    check(&["a/IMG_0001.JPG", "a/raw/IMG_0001.CR2"], &["a/IMG_0001.JPG"]);
    // Numbers of copies, and other endings.
    check(&["a/1.JPG", "a/1 (2).CR2"], &["a/1.JPG"]);
    check(&["a/1.JPG", "a/1(2).CR2", "a/1 copy.CR2"], &["a/1.JPG"]);
    check(&["a/1.JPG", "a/1-edited.CR2", "a/1_1.CR2"], &["a/1.JPG"]);
    // Stems are compared to the byte.
    check(&["a/img.jpg", "a/IMG.CR2"], &["a/img.jpg"]);
}

#[test]
fn a_wedding_of_356_numbered_photos_is_356_photos() {
    let names: Vec<String> = (1..=356)
        .map(|n| format!("wedding/Anna & Bo ({n}).jpg"))
        .collect();
    let paths: Vec<&str> = names.iter().map(String::as_str).collect();
    let world = World::new();
    world.files(&paths);
    world.files(&["wedding/Anna & Bo.CR2"]);
    for path in paths {
        check_stack(&world, path, &[path]);
    }
    check_stack(&world, "wedding/Anna & Bo.CR2", &["wedding/Anna & Bo.CR2"]);
}

#[test]
fn a_rendition_that_is_gone_or_moved_leaves_the_stack_and_comes_back_to_it() {
    let world = World::new();
    world.files(&["a/1.CR2", "a/1.JPG"]);
    world.gone(&["a/1.JPG"]);
    check_stack(&world, "a/1.CR2", &["a/1.CR2"]);
    world.returned(&["a/1.JPG"]);
    check_stack(&world, "a/1.CR2", &["a/1.CR2", "a/1.JPG"]);
    world.moved(&[("a/1.JPG", "b/1.JPG")]);
    check_stack(&world, "a/1.CR2", &["a/1.CR2"]);
    let world = world.restart();
    check_stack(&world, "a/1.CR2", &["a/1.CR2"]);
    check_stack(&world.restart_without_store(), "b/1.JPG", &["b/1.JPG"]);
}

const A: Option<&str> = Some("8F2A8C1E-61E1-4E40-8E4C-0F0F9C0B51D1");
const B: Option<&str> = Some("11111111-61E1-4E40-8E4C-0F0F9C0B51D1");

fn reason(world: &World, path: &str) -> Option<StackReason> {
    world.app.view().stack_reason(world.asset(path))
}

fn found(world: &World, query: &str) -> AssetSet {
    let query = Query::parse(query).unwrap();
    evaluate(&world.app.view(), UserId::new(1), &query)
}

#[test]
fn a_picture_and_a_movie_of_one_content_id_are_one_wherever_they_lie() {
    let world = World::new();
    let pair = ["photos/IMG_1.HEIC", "movies/clip.MOV"];
    world.files(&pair);
    world.collection("live", "type:live").unwrap();
    assert!(found(&world, "type:live").is_empty());
    pair.iter().for_each(|path| world.carry(path, A, None));
    let check = |world: &World| {
        pair.iter().for_each(|path| check_stack(world, path, &pair));
        assert_eq!(reason(world, pair[0]), Some(StackReason::ContentId));
        assert_eq!(found(world, "type:live"), world.assets(&pair));
        assert_eq!(found(world, "is:stacked"), world.assets(&pair));
        assert_eq!(found(world, "collection:live"), world.assets(&pair));
    };
    check(&world);
    // A copy that was edited has the id too.
    world.files(&["photos/IMG_E1.JPG"]);
    world.carry("photos/IMG_E1.JPG", A, None);
    check_stack(
        &world,
        "photos/IMG_E1.JPG",
        &[pair[0], pair[1], "photos/IMG_E1.JPG"],
    );
    world.gone(&["photos/IMG_E1.JPG"]);
    let world = world.restart();
    check(&world);
    let world = world.restart_without_store();
    pair.iter().for_each(|path| world.carry(path, A, None));
    check(&world);
    world.gone(&[pair[1]]);
    assert!(found(&world, "collection:live").is_empty());
    check_stack(&world, pair[0], &[pair[0]]);
}

#[test]
fn pictures_of_one_content_id_without_a_movie_are_no_stack() {
    let world = World::new();
    world.files(&["a/1.HEIC", "b/2.HEIC", "b/3.MOV"]);
    world.carry("a/1.HEIC", A, None);
    world.carry("b/2.HEIC", A, None);
    world.carry("b/3.MOV", B, None);
    check_stack(&world, "a/1.HEIC", &["a/1.HEIC"]);
    assert!(found(&world, "type:live OR is:stacked").is_empty());
}

#[test]
fn ids_come_before_stems() {
    let world = World::new();
    world.files(&["a/1.HEIC", "a/1.MOV", "b/1.MOV", "a/1.DNG"]);
    check_stack(&world, "a/1.HEIC", &["a/1.DNG", "a/1.HEIC", "a/1.MOV"]);
    // What is called alike is another picture's movie; the RAW beside it is its own.
    world.carry("a/1.HEIC", A, None);
    world.carry("a/1.MOV", B, None);
    world.carry("b/1.MOV", A, None);
    check_stack(&world, "a/1.HEIC", &["a/1.DNG", "a/1.HEIC", "a/1.MOV", "b/1.MOV"]);
    assert!(!world.app.view().is_live(world.asset("a/1.MOV")));
    let world = World::new();
    world.files(&["a/1.HEIC", "a/1.MOV", "b/1.MOV"]);
    world.carry("a/1.HEIC", A, None);
    world.carry("b/1.MOV", A, None);
    check_stack(&world, "a/1.HEIC", &["a/1.HEIC", "b/1.MOV"]);
    check_stack(&world, "a/1.MOV", &["a/1.MOV"]);
    // A pair that is called alike but has no ids is a stack, and not live.
    let world = World::new();
    world.files(&["P1.JPG", "P1.MOV"]);
    assert_eq!(reason(&world, "P1.JPG"), Some(StackReason::Stem));
    assert!(found(&world, "type:live").is_empty());
}

#[test]
fn a_burst_is_shown_as_one_and_an_edit_is_of_one_picture() {
    let world = World::new();
    let burst = ["1.JPG", "2.JPG", "3.JPG"];
    world.files(&burst);
    world.files(&["1.CR2"]);
    burst.iter().for_each(|path| world.carry(path, None, A));
    let whole = world.assets(&["1.JPG", "2.JPG", "3.JPG", "1.CR2"]);
    check_stack(&world, "1.JPG", &["1.CR2", "1.JPG"]);
    check_stack(&world, "2.JPG", &["2.JPG"]);
    assert_eq!(world.app.view().whole_stack(world.asset("1.CR2")), whole);
    assert_eq!(found(&world, "is:stacked"), whole);
    assert!(found(&world, "type:live").is_empty());
    assert_eq!(reason(&world, "2.JPG"), Some(StackReason::Burst));
    let view = world.app.view();
    assert_eq!(view.covers(&whole), AssetSet::one(world.asset("1.JPG")));
}

#[test]
fn an_id_that_some_program_writes_into_everything_ties_nobody() {
    let world = World::new();
    let names: Vec<String> = (0..510).map(|n| format!("{n}.JPG")).collect();
    let paths: Vec<&str> = names.iter().map(String::as_str).collect();
    world.files(&paths);
    world.files(&["x.MOV"]);
    world.collection("stacked", "is:stacked").unwrap();
    world.carry("x.MOV", A, B);
    let carried = |paths: &[&str]| paths.iter().for_each(|path| world.carry(path, A, B));
    carried(&paths[..499]);
    assert_eq!(found(&world, "collection:stacked").len(), 500);
    carried(&paths[499..]);
    check_stack(&world, "x.MOV", &["x.MOV"]);
    for query in ["is:stacked", "collection:stacked", "type:live"] {
        assert!(found(&world, query).is_empty(), "{query}");
    }
}

#[test]
fn a_split_is_remembered_whatever_comes_and_undone_by_undo() {
    let world = World::new();
    world.files(&["a/1.CR2", "a/1.JPG", "a/1.MOV"]);
    let alone = world.assets(&["a/1.JPG"]);
    let done = world.stack(StackChange::Split(alone.clone())).unwrap();
    assert_eq!(done.summary, "split from their stacks: 1 photo");
    let check = |world: &World| {
        check_stack(world, "a/1.JPG", &["a/1.JPG"]);
        check_stack(world, "a/1.MOV", &["a/1.CR2", "a/1.MOV"]);
    };
    check(&world);
    let again = world.stack(StackChange::Split(alone)).unwrap();
    assert_eq!(again.revision, None);
    let ids = [("a/1.JPG", A), ("a/1.MOV", A)];
    ids.iter().for_each(|(path, id)| world.carry(path, *id, None));
    check(&world);
    let world = world.restart();
    check(&world);
    let world = world.restart_without_store();
    check(&world);
    // Also when it turns out to be what another file holds.
    world.files(&["b/1.JPG", "b/1.CR2"]);
    world.hash("b/1.JPG", 1);
    world.hash("a/1.JPG", 1);
    check(&world);
    check_stack(&world, "b/1.CR2", &["b/1.CR2"]);
    let world = world.restart_without_store();
    check(&world);
    // Joining it elsewhere brings nothing back that it was split from.
    world.files(&["c/2.JPG"]);
    let both = world.assets(&["a/1.JPG", "c/2.JPG"]);
    world.stack(StackChange::Join(both)).unwrap();
    check_stack(&world, "a/1.JPG", &["a/1.JPG", "c/2.JPG"]);
    check_stack(&world, "a/1.MOV", &["a/1.CR2", "a/1.MOV"]);
    world.undo(None).unwrap();
    check(&world);
    world.undo(done.revision).unwrap();
    check_stack(&world, "a/1.MOV", &["a/1.CR2", "a/1.JPG", "a/1.MOV", "b/1.CR2"]);
}

#[test]
fn who_is_joined_is_one_until_it_is_taken_back() {
    let world = World::new();
    world.files(&["a/1.JPG", "a/1.CR2", "b/2.JPG", "b/3.JPG"]);
    let join = |world: &World, paths: &[&str]| world.stack(StackChange::Join(world.assets(paths)));
    let first = join(&world, &["a/1.JPG", "b/2.JPG"]).unwrap();
    let three = ["a/1.JPG", "a/1.CR2", "b/2.JPG"];
    check_stack(&world, "a/1.CR2", &three);
    assert_eq!(reason(&world, "b/2.JPG"), Some(StackReason::Manual));
    let world = world.restart_without_store();
    check_stack(&world, "b/2.JPG", &three);
    // Another one is another stack: no number is given twice, also after an undo.
    world.undo(first.revision).unwrap();
    check_stack(&world, "b/2.JPG", &["b/2.JPG"]);
    join(&world, &["b/2.JPG", "b/3.JPG"]).unwrap();
    check_stack(&world, "b/3.JPG", &["b/2.JPG", "b/3.JPG"]);
    check_stack(&world, "a/1.JPG", &["a/1.JPG", "a/1.CR2"]);
    // One that joins later comes to those who are there.
    join(&world, &["a/1.JPG", "a/1.CR2", "b/2.JPG", "b/3.JPG"]).unwrap();
    check_stack(&world, "b/3.JPG", &["a/1.CR2", "a/1.JPG", "b/2.JPG", "b/3.JPG"]);
    world.clear(Field::Stack, &["b/2.JPG"]);
    check_stack(&world, "b/2.JPG", &["b/2.JPG"]);
    let error = join(&world, &["b/2.JPG"]).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Invalid);
    let error = world
        .stack(StackChange::Cover(world.asset("b/2.JPG")))
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::Conflict);
}

#[test]
fn a_photo_that_nobody_put_anywhere_does_not_make_two_stacks_one() {
    let world = World::new();
    world.files(&["a/1.JPG", "a/1.CR2", "a/1.MOV", "x.JPG", "y.JPG"]);
    let join = |paths: &[&str]| world.stack(StackChange::Join(world.assets(paths))).unwrap();
    join(&["a/1.JPG", "x.JPG"]);
    join(&["a/1.MOV", "y.JPG"]);
    check_stack(&world, "x.JPG", &["a/1.JPG", "x.JPG"]);
    check_stack(&world, "a/1.MOV", &["a/1.MOV", "y.JPG"]);
    check_stack(&world, "a/1.CR2", &["a/1.CR2"]);
}

#[test]
fn a_cover_is_whom_a_person_chose_else_a_picture() {
    let world = World::new();
    world.files(&["1.CR2", "1.JPG", "1.MOV"]);
    let cover = |world: &World| {
        let view = world.app.view();
        view.cover_of(&view.whole_stack(world.asset("1.MOV"))).unwrap()
    };
    assert_eq!(cover(&world), world.asset("1.JPG"));
    let choose = |path: &str| world.stack(StackChange::Cover(world.asset(path))).unwrap();
    choose("1.CR2");
    assert_eq!(cover(&world), world.asset("1.CR2"));
    let last = choose("1.MOV");
    assert_eq!(cover(&world), world.asset("1.MOV"));
    world.undo(last.revision).unwrap();
    assert_eq!(cover(&world), world.asset("1.CR2"));
    world.hide(&["1.CR2"]);
    assert_eq!(cover(&world), world.asset("1.JPG"));
}

#[test]
fn names_and_numbers_stay_when_stacks_form_and_fall_apart() {
    let world = World::new();
    world.files(&["a/1.HEIC", "b/1.MOV", "b/1.JPG", "c/1.JPG"]);
    let told = |world: &World| -> Vec<_> {
        let view = world.app.view();
        let name = |file| view.file_name_in(Dir::Folder(view.file(file).unwrap().folder), file);
        let query = |file| view.query_name(view.file(file).unwrap().asset);
        let files = view.files().map(|(file, row)| (file, row.asset, row.shot));
        files
            .map(|(file, asset, shot)| (file, asset, shot, name(file), query(file)))
            .collect()
    };
    let before = told(&world);
    world.carry("a/1.HEIC", A, None);
    world.carry("b/1.MOV", A, None);
    assert_eq!(told(&world), before);
    world
        .stack(StackChange::Split(world.assets(&["b/1.MOV"])))
        .unwrap();
    world
        .stack(StackChange::Join(world.assets(&["a/1.HEIC", "c/1.JPG"])))
        .unwrap();
    assert_eq!(told(&world), before);
}
