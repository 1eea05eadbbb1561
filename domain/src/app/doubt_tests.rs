//! Files that have new bytes: edited, replaced, only touched; what that does to copies.

use super::identity_tests::{asset_in, elsewhere, hash_in, photo};
use crate::command::{Command, RegisterFiles};
use crate::identity::Tool;
use crate::kernel::LibraryId;
use crate::storage::FileSighting;
use crate::testing::{World, sighting};

#[test]
fn a_photo_that_a_program_rewrote_keeps_its_edits_and_its_old_content() {
    let world = World::new();
    world.files(&["a.jpg"]);
    let asset = world.asset("a.jpg");
    world.know("a.jpg", photo("2024-06-15T10:00:00", "7"));
    world.hash("a.jpg", 1);
    world.rate(5, &["a.jpg"]);
    world.changed("a.jpg", 10);
    assert_eq!(world.app.view().doubts().count(), 1);
    world.know("a.jpg", photo("2024-06-15T10:00:00", "7"));
    world.hash("a.jpg", 2);
    assert_eq!(world.app.view().doubts().count(), 0);
    assert_eq!(world.asset("a.jpg"), asset);
    // The old content, from a backup, while the new one is gone: the same photo.
    let world = world.restart().restart_without_store();
    world.gone(&["a.jpg"]);
    for path in ["backup.jpg", "again.jpg"] {
        world.files(&[path]);
        world.hash(path, 1);
        assert_eq!(world.asset(path), asset);
    }
    assert_eq!(world.app.view().rating(asset), Some(5));
    assert_eq!(world.app.view().copies(asset).len(), 2);
}

#[test]
fn a_card_whose_counter_began_again_puts_no_edits_on_another_picture() {
    let world = World::new();
    world.files(&["DCIM/IMG_0001.JPG"]);
    let (old, file) = (
        world.asset("DCIM/IMG_0001.JPG"),
        world.stamp("DCIM/IMG_0001.JPG").id,
    );
    world.know("DCIM/IMG_0001.JPG", photo("2019-01-01T10:00:00", "7"));
    world.hash("DCIM/IMG_0001.JPG", 1);
    world.rate(5, &["DCIM/IMG_0001.JPG"]);
    world.tag("p", &["DCIM/IMG_0001.JPG"]);
    world.changed("DCIM/IMG_0001.JPG", 10);
    world.know("DCIM/IMG_0001.JPG", photo("2024-06-15T10:00:00", "7"));
    let new = world.asset("DCIM/IMG_0001.JPG");
    assert_ne!(new, old);
    assert_ne!(world.stamp("DCIM/IMG_0001.JPG").id, file, "another inode number");
    {
        let view = world.app.view();
        assert_eq!((view.rating(new), view.tags_of(new).len()), (None, 0));
        assert_eq!((view.rating(old), view.tags_of(old).len()), (Some(5), 1));
        assert!(!view.is_shown(old) && view.is_shown(new));
        assert_eq!(view.taken(old).unwrap().to_string(), "2019-01-01T10:00:00");
        assert_eq!(view.taken(new).unwrap().to_string(), "2024-06-15T10:00:00");
        assert!(view.without_facts(LibraryId::new(1)).is_empty());
    }
    world.hash("DCIM/IMG_0001.JPG", 2);
    // The old picture is on a disk somewhere.
    let library = elsewhere(&world, &["old/IMG_0001.JPG"]);
    hash_in(&world, library, "old/IMG_0001.JPG", 1);
    assert_eq!(asset_in(&world, library, "old/IMG_0001.JPG"), old);
    assert_eq!(world.app.view().rating(old), Some(5));
    assert!(world.app.view().is_shown(old));
}

#[test]
fn a_copy_that_is_edited_is_a_photo_of_its_own_with_the_edits() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg"]);
    world.know("a.jpg", photo("2024-06-15T10:00:00", "7"));
    world.hash("a.jpg", 1);
    world.hash("b.jpg", 1);
    world.rate(5, &["a.jpg"]);
    world.hide(&["a.jpg"]);
    world.album("one", &["a.jpg"]);
    let asset = world.asset("b.jpg");
    world.changed("b.jpg", 10);
    world.know("b.jpg", photo("2024-06-15T10:00:00", "7"));
    let parted = world.asset("b.jpg");
    assert_ne!(parted, asset);
    let view = world.app.view();
    for asset in [asset, parted] {
        assert_eq!(view.rating(asset), Some(5));
        assert_eq!(view.albums_of(asset).len(), 1);
        assert!(view.hidden().contains(asset));
    }
    drop(view);
    world.hash("b.jpg", 2);
    assert_eq!(world.asset("b.jpg"), parted);
    world.rate(1, &["b.jpg"]);
    assert_eq!(
        world.app.view().rating(asset),
        Some(5),
        "each has its own from now on"
    );
}

#[test]
fn a_copy_that_was_only_touched_stays_a_copy() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg"]);
    world.hash("a.jpg", 1);
    world.hash("b.jpg", 1);
    world.changed("b.jpg", 0);
    assert_eq!(
        world.app.view().to_be_recognised(LibraryId::new(1)).len(),
        1,
        "hashed at once"
    );
    world.hash("b.jpg", 1);
    assert_eq!(world.app.view().doubts().count(), 0);
    assert_eq!(world.asset("b.jpg"), world.asset("a.jpg"));
    assert_eq!(world.app.view().aliases().count(), 1);
    assert!(world.app.view().formers(world.asset("a.jpg")).is_empty());
}

#[test]
fn empty_files_are_the_same_as_no_other() {
    let world = World::new();
    let files = ["a.jpg", "b.jpg"].map(|path| FileSighting {
        size: 0,
        ..sighting(path)
    });
    world.observe(&Command::RegisterFiles(RegisterFiles {
        library: LibraryId::new(1),
        files: files.into(),
    }));
    for path in ["a.jpg", "b.jpg"] {
        world.read(path, None, &[]);
        world.hash(path, 0);
    }
    assert_ne!(world.asset("a.jpg"), world.asset("b.jpg"));
    assert!(world.app.view().duplicates().is_empty());
}

#[test]
fn copies_that_are_both_edited_are_judged_in_one_report() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg", "c.jpg"]);
    world.know("a.jpg", photo("2024-06-15T10:00:00", "7"));
    for path in ["a.jpg", "b.jpg", "c.jpg"] {
        world.hash(path, 1);
    }
    world.rate(5, &["a.jpg"]);
    let asset = world.asset("a.jpg");
    use crate::command::RecordFacts;
    for path in ["a.jpg", "b.jpg", "c.jpg"] {
        world.changed(path, 10);
    }
    // Two are edited, one is overwritten.
    let facts = ["a.jpg", "b.jpg", "c.jpg"].map(|path| {
        let taken = if path == "c.jpg" {
            "2019"
        } else {
            "2024-06-15T10:00:00"
        };
        (world.stamp(path), Box::new(photo(taken, "7")))
    });
    world.observe(&Command::RecordFacts(RecordFacts {
        bytes: Vec::new(),
        facts: facts.into(),
        sidecars: Vec::new(),
        tool: Tool::Unknown,
    }));
    assert_eq!(world.app.view().doubts().count(), 0);
    let [a, b, c] = ["a.jpg", "b.jpg", "c.jpg"].map(|path| world.asset(path));
    let rated = [a, b, c].map(|asset| world.app.view().rating(asset));
    assert_eq!(rated, [Some(5), Some(5), None]);
    assert!(a != b && b != c && a != c);
    assert!(world.app.view().without_facts(LibraryId::new(1)).is_empty());
    // The old content is missing, and somebody's.
    world.files(&["backup.jpg"]);
    world.hash("backup.jpg", 1);
    assert_eq!(world.asset("backup.jpg"), asset);
}

#[test]
fn a_drawing_that_is_saved_again_keeps_its_edits() {
    let world = World::new();
    world.files(&["drawing.png"]);
    let asset = world.asset("drawing.png");
    world.read("drawing.png", None, &[]);
    world.tag("p", &["drawing.png"]);
    world.changed("drawing.png", 10);
    world.read("drawing.png", None, &[]);
    assert_eq!(world.asset("drawing.png"), asset);
    assert_eq!(world.app.view().tags_of(asset).len(), 1);
}
