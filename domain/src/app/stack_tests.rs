//! What an edit reaches besides the photo named: the renditions of its shot
//! (RAW, picture, movie of one stem in one folder), and nothing else.
//!
//! The joins refused are those by which managers that guess put different photos
//! together: numbered names, one counter in two folders, stems that differ in
//! case or only begin alike. The bare rule of stems is tested here, for files
//! of which nothing has been read.

use crate::testing::World;

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
