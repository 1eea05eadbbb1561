//! The trees of tags and albums rearranged: what files mean by their words
//! afterwards, and that undo puts everything back.

use super::AppError;
use super::model_checks::told;
use super::tests::{album_dir, names, tag_dir};
use crate::kernel::ErrorCode;
use crate::organization::{AlbumArrangement, AlbumPath, TagArrangement, TagPath};
use crate::testing::World;
use crate::view::Dir;

fn path(text: &str) -> TagPath {
    TagPath::parse(text).unwrap()
}

fn rename(tag: &str, name: &str) -> TagArrangement {
    TagArrangement::Rename {
        tag: path(tag),
        name: name.into(),
    }
}

fn put(tag: &str, to: &str) -> TagArrangement {
    TagArrangement::Move {
        tag: path(tag),
        to: (to != "/").then(|| path(to)),
    }
}

fn merge(from: &[&str], into: &str) -> TagArrangement {
    TagArrangement::Merge {
        from: from.iter().copied().map(path).collect(),
        into: path(into),
    }
}

fn delete(tag: &str) -> TagArrangement {
    TagArrangement::Delete {
        tag: path(tag),
        recursive: true,
    }
}

fn tags(world: &World) -> Vec<String> {
    let view = world.app.view();
    let mut tags: Vec<String> = view
        .tags()
        .map(|(id, row)| {
            let photos: Vec<String> = row.assets().iter().map(|asset| asset.to_string()).collect();
            format!("{} {}", view.tag_path(id), photos.join(","))
        })
        .collect();
    tags.sort();
    tags
}

/// Three photos: the file of the first has `travel/italy` and `beach`, of the
/// second `travel/italy`; the third was given `travel/italy`.
fn world() -> World {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg", "c.jpg"]);
    read_all(&world);
    world.tag("travel/italy", &["c.jpg"]);
    world
}

fn read_all(world: &World) {
    world.read("a.jpg", None, &["travel/italy", "beach"]);
    world.read("b.jpg", None, &["travel/italy"]);
    world.read("c.jpg", None, &[]);
}

/// Does it; it is the same after the files were read again, and after a restart
/// with and without the store; and undo puts everything back.
#[track_caller]
fn check(how: TagArrangement, said: &str, expect: &[&str]) {
    let world = world();
    let before = told(&world.app.view());
    let done = world.arrange(how).unwrap();
    assert_eq!(done.summary, said);
    assert_eq!(tags(&world), expect);
    read_all(&world);
    assert_eq!(tags(&world), expect, "read again");
    let world = world.restart();
    assert_eq!(tags(&world), expect, "restarted");
    let world = world.restart_without_store();
    read_all(&world);
    assert_eq!(tags(&world), expect, "without the store");
    let after = told(&world.app.view());
    world.undo(done.revision).unwrap();
    assert_eq!(told(&world.app.view()), before, "undone");
    world.redo().unwrap();
    assert_eq!(told(&world.app.view()), after, "done again");
    world.undo(None).unwrap();
    read_all(&world);
    assert_eq!(told(&world.app.view()), before, "undone and read again");
}

#[test]
fn files_keep_their_tags_whatever_these_are_called_and_wherever_they_are() {
    check(
        rename("travel/italy", "Italien"),
        "travel/italy: renamed to travel/Italien",
        &["beach 1", "travel ", "travel/Italien 1,2,3"],
    );
    check(
        rename("travel", "trips"),
        "travel: renamed to trips",
        &["beach 1", "trips ", "trips/italy 1,2,3"],
    );
    check(
        put("travel/italy", "/"),
        "travel/italy: moved to italy",
        &["beach 1", "italy 1,2,3", "travel "],
    );
    check(
        put("travel", "life/good"),
        "travel: moved to life/good/travel",
        &[
            "beach 1",
            "life ",
            "life/good ",
            "life/good/travel ",
            "life/good/travel/italy 1,2,3",
        ],
    );
    check(
        merge(&["travel/italy"], "beach"),
        "travel/italy merged into beach: 3 photos",
        &["beach 1,2,3", "travel "],
    );
    check(
        merge(&["travel"], "beach"),
        "travel merged into beach: 3 photos",
        &["beach 1", "beach/italy 1,2,3"],
    );
    check(
        merge(&["travel/italy", "beach"], "travel"),
        "travel/italy, beach merged into travel: 3 photos",
        &["travel 1,2,3"],
    );
    check(
        merge(&["travel", "beach"], "all"),
        "travel, beach merged into all: 3 photos",
        &["all 1", "all/italy 1,2,3"],
    );
    check(
        delete("travel/italy"),
        "travel/italy: tag deleted, taken from 3 photos",
        &["beach 1", "travel "],
    );
    check(
        delete("travel"),
        "travel: tag deleted with 1 below it, taken from 3 photos",
        &["beach 1"],
    );
}

#[test]
fn old_names_are_synonyms_for_people_too() {
    let world = world();
    world.arrange(rename("travel", "trips")).unwrap();
    world.arrange(rename("trips/italy", "Italien")).unwrap();
    world.tag("travel/italy", &["a.jpg"]);
    world.tag("Travel/Italien/Rome", &["b.jpg"]);
    let expect = ["beach 1", "trips ", "trips/Italien 1,2,3", "trips/Italien/Rome 2"];
    assert_eq!(tags(&world), expect);
    let synonyms = |world: &World, tag: &str| {
        let Some(Dir::Tag(tag)) = tag_dir(world, tag) else {
            panic!("no {tag}")
        };
        world.app.view().tag_synonyms(tag)
    };
    assert_eq!(synonyms(&world, "trips"), ["travel"]);
    assert_eq!(synonyms(&world, "trips/Italien"), ["trips/italy"]);
    let word = TagArrangement::AddSynonym {
        tag: path("trips/Italien"),
        word: path("Bella Italia"),
    };
    let added = world.arrange(word.clone()).unwrap();
    assert_eq!(world.arrange(word).unwrap().revision, None);
    world.read("c.jpg", None, &["bella italia"]);
    assert_eq!(tags(&world), expect);
    assert_eq!(synonyms(&world, "trips/Italien"), ["Bella Italia", "trips/italy"]);
    world.undo(added.revision).unwrap();
    assert_eq!(synonyms(&world, "trips/Italien"), ["trips/italy"]);
    let world = world.restart();
    assert_eq!(synonyms(&world, "travel/italy"), ["trips/italy"]);
    let off = TagArrangement::RemoveSynonym {
        tag: path("trips"),
        word: path("travel"),
    };
    world.arrange(off.clone()).unwrap();
    assert_eq!(world.arrange(off).unwrap_err().code(), ErrorCode::NotFound);
    world.tag("travel", &["a.jpg"]);
    assert!(
        tags(&world).contains(&"travel 1".to_owned()),
        "{:?}",
        tags(&world)
    );
}

#[test]
fn names_that_are_taken_and_tags_below_themselves_are_refused() {
    let world = world();
    world.arrange(rename("beach", "shore")).unwrap();
    let check = |how: TagArrangement, code: ErrorCode, says: &str| {
        let before = tags(&world);
        let error = world.arrange(how).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(says), "{error}");
        assert_eq!(tags(&world), before);
    };
    check(
        rename("shore", "Travel"),
        ErrorCode::AlreadyExists,
        "tag merge shore travel",
    );
    check(
        rename("travel", "Beach"),
        ErrorCode::Conflict,
        "`Beach` stands for the tag `shore`",
    );
    check(rename("travel", "a/b"), ErrorCode::Invalid, "slash");
    check(rename("none", "a"), ErrorCode::NotFound, "`none`");
    check(put("travel", "travel/italy"), ErrorCode::Conflict, "below it");
    check(put("travel", "travel/new"), ErrorCode::Conflict, "below it");
    check(
        merge(&["travel"], "travel/italy"),
        ErrorCode::Conflict,
        "below it",
    );
    check(
        TagArrangement::Delete {
            tag: path("travel"),
            recursive: false,
        },
        ErrorCode::Conflict,
        "`travel` has 1 tags below it; -r",
    );
    check(
        TagArrangement::AddSynonym {
            tag: path("travel"),
            word: path("shore"),
        },
        ErrorCode::AlreadyExists,
        "tag merge",
    );
    check(
        TagArrangement::AddSynonym {
            tag: path("travel"),
            word: path("nowhere/x"),
        },
        ErrorCode::NotFound,
        "nowhere",
    );
    let again = world.arrange(rename("shore", "shore")).unwrap();
    assert_eq!(again.revision, None);
}

#[test]
fn a_deleted_tag_stays_gone_until_a_person_or_another_photo_brings_it() {
    let world = world();
    world.arrange(delete("travel")).unwrap();
    world.files(&["d.jpg"]);
    read_all(&world);
    world.read("d.jpg", None, &["travel/italy"]);
    assert_eq!(tags(&world), ["beach 1", "travel ", "travel/italy 4"]);
    world.arrange(delete("travel")).unwrap();
    let back = world.tag("travel/italy", &["b.jpg"]);
    assert_eq!(tags(&world), ["beach 1", "travel ", "travel/italy 2"]);
    world.undo(back.revision).unwrap();
    assert_eq!(tags(&world), ["beach 1"]);
    // Another tag that takes the name does not get the photos back.
    world.arrange(rename("beach", "travel")).unwrap();
    for path in ["b.jpg", "d.jpg"] {
        world.read(path, None, &["travel", "travel/italy"]);
    }
    assert_eq!(tags(&world), ["travel 1,2,4"]);
}

#[test]
fn a_tag_made_and_used_again_after_a_merge_parts_when_it_is_undone() {
    let world = world();
    let merged = world.arrange(merge(&["beach"], "travel")).unwrap();
    world.tag("beach", &["b.jpg"]);
    world.read("c.jpg", None, &["beach"]);
    assert_eq!(tags(&world), ["travel 1,2,3", "travel/italy 1,2,3"]);
    world.undo(merged.revision).unwrap();
    assert_eq!(tags(&world), ["beach 1,3", "travel 2", "travel/italy 1,2,3"]);
}

#[test]
fn what_a_merge_gave_is_given_again_when_it_is_done_again_though_the_file_has_it_too() {
    let world = world();
    world.tag("travel/rome", &["b.jpg"]);
    let given = || {
        let view = world.app.view();
        let (_, row) = view
            .tags()
            .find(|(id, _)| view.tag_path(*id) == "travel/italy")
            .unwrap();
        row.added.clone()
    };
    let (before, after) = (world.assets(&["c.jpg"]), world.assets(&["b.jpg", "c.jpg"]));
    assert_eq!(given(), before);
    world.arrange(merge(&["travel/rome"], "travel/italy")).unwrap();
    assert_eq!(given(), after);
    world.undo(None).unwrap();
    assert_eq!(given(), before);
    world.redo().unwrap();
    assert_eq!(given(), after);
}

#[test]
fn what_was_put_elsewhere_since_is_not_undone_by_halves() {
    let world = world();
    let first = world.arrange(rename("travel", "trips")).unwrap();
    world.arrange(put("trips", "beach")).unwrap();
    let refused = world.undo(first.revision).unwrap_err();
    assert!(matches!(refused, AppError::Overtaken { .. }), "{refused}");
    assert_eq!(refused.code(), ErrorCode::Conflict);
    world.undo(None).unwrap();
    world.undo(None).unwrap();
    assert_eq!(tags(&world), ["beach 1", "travel ", "travel/italy 1,2,3"]);
}

fn album(text: &str) -> AlbumPath {
    AlbumPath::parse(text).unwrap()
}

#[test]
fn albums_are_renamed_moved_and_deleted_and_come_back_as_they_were() {
    let world = World::new();
    world.files(&["x/a.jpg", "y/a.jpg"]);
    world.album("Italy/Rome", &["x/a.jpg", "y/a.jpg"]);
    let before = told(&world.app.view());
    let rome = album_dir(&world, "italy/rome");
    let check = |how: AlbumArrangement, said: &str, now: Option<&str>| {
        let done = world.arrange_albums(how).unwrap();
        assert_eq!(done.summary, said);
        if let Some(now) = now {
            assert_eq!(album_dir(&world, now), rome, "{said}");
            assert_eq!(names(&world, rome), ["a.jpg", "a~0002.jpg"]);
        }
        world.undo(None).unwrap();
        assert_eq!(told(&world.app.view()), before, "{said}");
        world.redo().unwrap();
        world.undo(None).unwrap();
        assert_eq!(told(&world.app.view()), before, "{said}");
    };
    let named = |old: &str, new: &str| AlbumArrangement::Rename {
        album: album(old),
        name: new.into(),
    };
    let put = |what: &str, to: Option<&str>| AlbumArrangement::Move {
        album: album(what),
        to: to.map(album),
    };
    let delete = |what: &str, recursive| AlbumArrangement::Delete {
        album: album(what),
        recursive,
    };
    check(
        named("Italy/Rome", "Roma"),
        "Italy/Rome: renamed to Italy/Roma",
        Some("italy/roma"),
    );
    check(
        named("Italy", "italy"),
        "Italy: renamed to italy",
        Some("italy/rome"),
    );
    check(put("Italy/Rome", None), "Italy/Rome: moved to Rome", Some("rome"));
    check(
        put("Italy", Some("Trips/South")),
        "Italy: moved to Trips/South/Italy",
        Some("trips/south/italy/rome"),
    );
    check(
        delete("Italy/Rome", false),
        "Italy/Rome: album deleted; its 2 photos stay",
        None,
    );
    check(
        delete("Italy", true),
        "Italy: album deleted with 1 in it; its 2 photos stay",
        None,
    );
    for (how, code) in [
        (named("Italy", "a/b"), ErrorCode::Invalid),
        (named("none", "a"), ErrorCode::NotFound),
        (put("Italy", Some("Italy/Rome")), ErrorCode::Conflict),
        (put("Italy", Some("Italy/New")), ErrorCode::Conflict),
        (delete("Italy", false), ErrorCode::Conflict),
    ] {
        assert_eq!(world.arrange_albums(how).unwrap_err().code(), code);
    }
    world.album("Rome", &["x/a.jpg"]);
    let taken = world.arrange_albums(put("Italy/Rome", None)).unwrap_err();
    assert_eq!(taken.code(), ErrorCode::AlreadyExists);
    let world = world.restart();
    assert_eq!(album_dir(&world, "Italy/Rome"), rome);
}

#[test]
fn a_tag_is_found_by_the_path_that_a_deleted_one_had() {
    let world = World::new();
    world.files(&["a.jpg"]);
    world.tag("x/old/k", &["a.jpg"]);
    world.arrange(delete("x/old")).unwrap();
    world.tag("x/new/g", &["a.jpg"]);
    // What was deleted counts for it from here on, and the tag below it has a word that leads nowhere.
    world.arrange(rename("x/new", "old")).unwrap();
    world.arrange(rename("x/old/g", "k")).unwrap();
    assert_eq!(tags(&world), ["x ", "x/old ", "x/old/k 1"]);
    let renamed = world.arrange(rename("x/old/k", "other")).unwrap();
    assert_eq!(renamed.summary, "x/old/k: renamed to x/old/other");
}
