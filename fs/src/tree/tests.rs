//! Tables: what is in which directory, under which name.

use super::{Entry, Tree};
use crate::inode::Node;
use kphotos_domain::catalog::{Field, FieldValue};
use kphotos_domain::command::{Command, RegisterFiles, SetFields, UpdateFiles};
use kphotos_domain::kernel::{AlbumId, FileSet, LibraryId, Owner, ShareId, TagId, UserId};
use kphotos_domain::sharing::Scope;
use kphotos_domain::storage::FileSighting;
use kphotos_domain::testing::World;

pub(super) const OWNER: Owner = Owner::User(UserId::new(1));
pub(super) const LIBRARY: LibraryId = LibraryId::new(1);

/// The names at a path, in the order of the listing; folders end with a slash.
fn names(world: &World, path: &str) -> Vec<String> {
    let view = world.app.view();
    let tree = Tree::new(&view, OWNER);
    let dir = walk(&tree, path).unwrap_or_else(|| panic!("no {path}"));
    let shown = |entry: &Entry| {
        let slash = if entry.node.is_file() { "" } else { "/" };
        format!("{}{slash}", entry.name)
    };
    tree.list(dir).iter().map(shown).collect()
}

pub(super) fn walk(tree: &Tree<'_>, path: &str) -> Option<Node> {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    parts.try_fold(Node::Root, |dir, name| {
        let node = tree.lookup(dir, name)?;
        assert!(node.is_file() || tree.parent(node) == Some(dir));
        assert_eq!(tree.name(node, dir).as_deref(), Some(name), "{path}");
        Some(node)
    })
}

pub(super) fn check(world: &World, path: &str, expected: &[&str]) {
    assert_eq!(names(world, path), expected, "{path}");
}

pub(super) fn absent(world: &World, path: &str) {
    let view = world.app.view();
    assert_eq!(walk(&Tree::new(&view, OWNER), path), None, "{path}");
}

pub(super) fn hide(world: &World, path: &str) {
    let values = vec![(Field::Hidden, FieldValue::Flag(true))];
    let assets = world.assets(&[path]);
    world
        .run(&Command::SetFields(SetFields { assets, values }))
        .unwrap();
}

pub(super) fn gone(world: &World, path: &str) {
    let view = world.app.view();
    let gone: FileSet = view.file_at(LIBRARY, path.as_bytes()).into_iter().collect();
    drop(view);
    world.observe(&Command::UpdateFiles(UpdateFiles {
        gone,
        ..UpdateFiles::default()
    }));
}

#[test]
fn the_root_shows_its_views() {
    let world = World::new();
    let root = [
        "albums/",
        "collections/",
        "dates/",
        "duplicates/",
        "favorites/",
        "library/",
        "people/",
        "recent/",
        "search/",
        "shares/",
        "tags/",
        ".kphotos",
    ];
    check(&world, "", &root);
    check(&world, "dates", &["by-day/", "by-month/", "by-year/", "undated/"]);
    check(&world, "library", &["photos/"]);
    check(&world, "dates/by-year", &[]);
    check(&world, "search", &[]);
    absent(&world, "searches");
}

#[test]
fn people_have_folders_under_their_names_and_a_share_of_one_shows_the_same() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg", "x/a.jpg"]);
    world.read_faces("a.jpg", &[("0.5,0.5,0.1,0.1", Some("Anna: 1/2"))], &["Bo"]);
    world.read_faces("b.jpg", &[], &["anna: 1/2"]);
    check(&world, "people", &["Anna_ 1_2/", "Bo/"]);
    check(&world, "people/Anna_ 1_2", &["a~0001.jpg", "b.jpg"]);
    check(&world, "people/Bo", &["a~0001.jpg"]);
    absent(&world, "people/bo");
    absent(&world, "people/Anna: 1/2");
    world
        .share("hers", Scope::Person(kphotos_domain::kernel::PersonId::new(1)))
        .unwrap();
    check(&world, "shares/hers", &["a~0001.jpg", "b.jpg"]);
    hide(&world, "a.jpg");
    check(&world, "shares/hers", &["b.jpg"]);
    check(&world, "people/Bo", &[]);
    let world = world.restart();
    check(&world, "people/Anna_ 1_2", &["b.jpg"]);
}

#[test]
fn albums_and_tags_nest_and_show_what_is_directly_in_them() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg", "c.jpg"]);
    world.album("travel/italy", &["b.jpg", "a.jpg"]);
    world.tag("x", &["a.jpg"]);
    world.tag("x/y", &["c.jpg"]);
    world.tag("what?/z", &["c.jpg"]);
    check(&world, "albums", &["travel/"]);
    check(&world, "albums/travel", &["italy/"]);
    check(&world, "albums/travel/italy", &["a.jpg", "b.jpg"]);
    check(&world, "tags", &["what_/", "x/"]);
    check(&world, "tags/x", &["_all/", "y/", "a.jpg"]);
    check(&world, "tags/x/y", &["c.jpg"]);
    absent(&world, "tags/X");
    absent(&world, "tags/what?");
    absent(&world, "tags/x/c.jpg");
}

#[test]
fn dates_are_shown_as_finely_as_they_are_known() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg", "c.jpg", "d.jpg", "unread.jpg"]);
    world.read("a.jpg", Some("2024-06-15T10:00:00"), &[]);
    world.read("b.jpg", Some("2024-06"), &[]);
    world.read("c.jpg", Some("1974"), &[]);
    world.read("d.jpg", None, &[]);
    check(&world, "dates/by-year", &["1974/", "2024/"]);
    check(&world, "dates/by-year/2024", &["a.jpg", "b.jpg"]);
    check(&world, "dates/by-year/1974", &["c.jpg"]);
    check(&world, "dates/by-month", &["2024/"]);
    check(&world, "dates/by-month/2024", &["2024-06/"]);
    check(&world, "dates/by-month/2024/2024-06", &["a.jpg", "b.jpg"]);
    check(&world, "dates/by-day", &["2024/"]);
    check(&world, "dates/by-day/2024", &["2024-06-15/"]);
    check(&world, "dates/by-day/2024/2024-06-15", &["a.jpg"]);
    check(&world, "dates/undated", &["d.jpg"]);
    for path in [
        "by-day/1974",
        "by-year/24",
        "by-month/2024/2024-6",
        "by-day/2024/1974-01-01",
    ] {
        absent(&world, &format!("dates/{path}"));
    }
    hide(&world, "a.jpg");
    check(&world, "dates/by-day", &[]);
    absent(&world, "dates/by-day/2024");
    check(&world, "dates/by-month/2024/2024-06", &["b.jpg"]);
}

#[test]
fn the_library_shows_what_lies_there_hidden_or_not() {
    let world = World::new();
    world.files(&["2024/june/a.jpg", "2024/b.jpg", "old/c.jpg", "d.jpg"]);
    hide(&world, "d.jpg");
    check(&world, "library/photos", &["2024/", "old/", "d.jpg"]);
    check(&world, "library/photos/2024", &["june/", "b.jpg"]);
    gone(&world, "old/c.jpg");
    check(&world, "library/photos", &["2024/", "d.jpg"]);
    absent(&world, "library/photos/old");
    gone(&world, "2024/b.jpg");
    check(&world, "library/photos/2024", &["june/"]);
}

#[test]
fn names_that_differ_by_case_alone_are_told_apart_by_a_suffix() {
    let world = World::new();
    world.files(&[
        "IMG_1.CR2",
        "IMG_1.JPG",
        "img_1.jpg",
        "Sub/a.jpg",
        "sub/a.jpg",
        "sub~0002/x.jpg",
    ]);
    check(
        &world,
        "library/photos",
        &[
            "Sub/",
            "sub~0002~0004/",
            "sub~0003/",
            "IMG_1.CR2",
            "IMG_1.JPG",
            "img_1~0002.jpg",
        ],
    );
}

#[test]
fn names_that_are_no_text_are_shown_as_valid_ones() {
    let world = World::new();
    let sighting = |path: &[&[u8]]| FileSighting {
        path: path.iter().map(|part| Box::from(*part)).collect(),
        size: 1,
        mtime_ns: 0,
        ino: 1,
        kind: None,
    };
    world.observe(&Command::RegisterFiles(RegisterFiles {
        library: LIBRARY,
        files: vec![
            sighting(&[b"bad\xff", b"a\xfe?.jpg"]),
            sighting(&[b"bad\xfe", b"b.jpg"]),
        ],
    }));
    check(&world, "library/photos", &["bad_/", "bad_~0003/"]);
    check(&world, "library/photos/bad_", &["a__.jpg"]);
}

#[test]
fn a_photo_gives_way_to_a_folder_of_its_name() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg", "c.jpg/d.jpg", "C.JPG"]);
    world.tag("x", &["a.jpg", "b.jpg"]);
    world.tag("x/A.JPG", &["b.jpg"]);
    world.album("y", &["a.jpg"]);
    world.album("y/a.jpg", &["b.jpg"]);
    check(&world, "tags/x", &["A.JPG/", "_all/", "a~0001.jpg", "b.jpg"]);
    check(&world, "albums/y", &["a.jpg/", "a~0001.jpg"]);
    check(
        &world,
        "library/photos",
        &["c.jpg/", "C~0004.JPG", "a.jpg", "b.jpg"],
    );
    absent(&world, "tags/x/a.jpg");
    absent(&world, "tags/x/b~0002.jpg");
    absent(&world, "library/photos/C.JPG");
}

#[test]
fn a_clash_with_the_suffixed_name_gets_another_suffix() {
    let world = World::new();
    world.files(&["a.jpg"]);
    world.tag("x", &["a.jpg"]);
    world.tag("x/a.jpg", &["a.jpg"]);
    world.tag("x/a~0001.jpg", &["a.jpg"]);
    check(
        &world,
        "tags/x",
        &["_all/", "a.jpg/", "a~0001.jpg/", "a~0001~0001.jpg"],
    );
}

#[test]
fn a_share_shows_what_its_scope_shows_and_no_hidden_photo() {
    let world = World::new();
    world.files(&["2024/june/a.jpg", "2024/b.jpg", "2024/empty/h.jpg", "c.jpg"]);
    world.album("travel/italy", &["c.jpg", "2024/b.jpg"]);
    world.album("travel/italy/rome", &["2024/june/a.jpg"]);
    world.tag("x", &["c.jpg"]);
    world.tag("x/y", &["2024/b.jpg"]);
    hide(&world, "2024/empty/h.jpg");
    let view = world.app.view();
    let folder = view.folder_at(LIBRARY, b"2024").unwrap();
    let some = view.present().clone();
    drop(view);
    let share = |name: &str, scope| world.share(name, scope).unwrap();
    share("Italy", Scope::Album(AlbumId::new(2)));
    share("x", Scope::Tag(TagId::new(1)));
    share("all", Scope::Library(LIBRARY));
    share("year", Scope::Folder(folder));
    share("some", Scope::Assets(some));
    share("best", Scope::Query("path:2024".into()));
    check(
        &world,
        "shares",
        &["Italy/", "all/", "best/", "some/", "x/", "year/"],
    );
    check(&world, "shares/Italy", &["rome/", "b.jpg", "c.jpg"]);
    check(&world, "shares/Italy/rome", &["a.jpg"]);
    check(&world, "shares/x", &["y/", "c.jpg"]);
    check(&world, "shares/x/y", &["b.jpg"]);
    check(&world, "shares/all", &["2024/", "c.jpg"]);
    check(&world, "shares/all/2024", &["june/", "b.jpg"]);
    check(&world, "shares/year", &["june/", "b.jpg"]);
    check(&world, "shares/year/june", &["a.jpg"]);
    check(&world, "shares/some", &["a.jpg", "b.jpg", "c.jpg"]);
    check(&world, "shares/best", &["a.jpg", "b.jpg"]);
    check(&world, "library/photos/2024", &["empty/", "june/", "b.jpg"]);
    for path in ["year/empty", "all/2024/empty", "italy", "Italy/travel", "x/x"] {
        absent(&world, &format!("shares/{path}"));
    }
    world.revoke(ShareId::new(1));
    absent(&world, "shares/Italy");
}

#[test]
fn names_are_plain_in_query_directories_while_their_stem_is_one_shots() {
    let world = World::new();
    world.files(&["a/IMG_1.JPG", "a/IMG_1.CR2"]);
    world.set(Field::Favorite, FieldValue::Flag(true), &["a/IMG_1.JPG"]);
    check(&world, "recent", &["IMG_1.CR2", "IMG_1.JPG"]);
    check(&world, "favorites", &["IMG_1.JPG"]);
    world.files(&["b/img_1.jpg"]);
    check(
        &world,
        "recent",
        &["IMG_1~0001.CR2", "IMG_1~0001.JPG", "img_1~0002.jpg"],
    );
    check(&world, "favorites", &["IMG_1~0001.JPG"]);
    absent(&world, "favorites/IMG_1.JPG");
    absent(&world, "favorites/img_1~0002.jpg");
}

#[test]
fn another_persons_world_is_empty() {
    let world = World::new();
    world.files(&["a.jpg"]);
    world.album("trip", &["a.jpg"]);
    world.tag("x", &["a.jpg"]);
    world.share("s", Scope::Library(LIBRARY)).unwrap();
    world.set(Field::Favorite, FieldValue::Flag(true), &["a.jpg"]);
    let view = world.app.view();
    let mine = Tree::new(&view, OWNER);
    let other = Tree::new(&view, Owner::User(UserId::new(2)));
    for path in [
        "albums/trip",
        "tags/x",
        "library/photos",
        "library/photos/a.jpg",
        "shares/s",
    ] {
        let node = walk(&mine, path).unwrap();
        assert!(mine.exists(node) && !other.exists(node), "{path}");
        assert!(other.list(node).is_empty(), "{path}");
        assert_eq!(walk(&other, path), None, "{path}");
    }
    assert!(other.list(walk(&other, "favorites").unwrap()).is_empty());
}
