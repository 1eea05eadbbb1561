//! Tables: what is found when somebody looks, in `search/`, `_all/` and `duplicates/`.

use super::Tree;
use super::tests::{LIBRARY, OWNER, absent, check, gone, hide, walk};
use crate::inode::Node;
use kphotos_domain::kernel::TagId;
use kphotos_domain::sharing::Scope;
use kphotos_domain::testing::World;

#[test]
fn a_search_shows_what_its_query_finds_and_a_folder_below_narrows_it() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg", "x/a.jpg", "x/c.cr2"]);
    world.tag("travel/italy", &["a.jpg", "x/a.jpg"]);
    world.rate(4, &["a.jpg", "b.jpg"]);
    let twice = ["a~0001.jpg", "a~0003.jpg"];
    check(&world, "search/tag=travel", &twice);
    check(&world, "search/tag:travel", &twice);
    check(&world, "search/tag=travel∕italy", &twice);
    check(&world, "search/rating=4+", &["a~0001.jpg", "b.jpg"]);
    check(&world, "search/rating=4+/tag=travel", &["a~0001.jpg"]);
    check(&world, "search/rating=4+ -tag=travel", &["b.jpg"]);
    check(&world, "search/c", &["c.cr2"]);
    check(&world, "search/tag==travel", &[]);
    check(&world, "search", &[]);
    for nothing in [
        "search/.hidden",
        "search/desktop.ini",
        "search/Thumbs.db",
        "search/folder.jpg",
        "search/rating=",
        "search/colour=red",
        "search/(a",
        "search/nobody has this",
        "search/rating=4+/kphotos-was-here",
        "search/ ",
        "search/rating=4+/folder.jpg",
        "search/rating=4+/c.cr2",
        "search/rating=4+/b.jpg/x",
    ] {
        absent(&world, nothing);
    }
    hide(&world, "a.jpg");
    check(&world, "search/is=hidden", &["a~0001.jpg"]);
    check(&world, "search/is=hidden/rating=4+", &["a~0001.jpg"]);
    check(&world, "search/is=hidden OR rating=4+", &["a~0001.jpg", "b.jpg"]);
    check(
        &world,
        "search/is=hidden OR rating=4+/tag=travel",
        &["a~0001.jpg"],
    );
    check(&world, "search/rating=4+", &["b.jpg"]);
    check(&world, "search/rating=4+/is=hidden", &[]);
    gone(&world, "a.jpg");
    check(&world, "search/is=hidden", &[]);
    check(&world, "search/is=missing", &[]);
}

#[test]
fn searches_are_bounded_and_one_that_was_given_up_is_another_one_later() {
    let world = World::new();
    world.files(&["a.jpg"]);
    let view = world.app.view();
    let tree = Tree::new(&view, OWNER);
    let first = walk(&tree, "search/a").unwrap();
    assert_eq!(walk(&tree, "search/a"), Some(first), "known");
    view.hold(tree.stored(first).unwrap());
    for number in 0..kphotos_domain::view::MOST_SEARCHES {
        let next = walk(&tree, &format!("search/iso={number}")).unwrap();
        view.hold(tree.stored(next).unwrap());
    }
    assert!(!tree.exists(first));
    assert!(tree.list(first).is_empty());
    assert_eq!(tree.lookup(first, "a.jpg"), None);
    let again = walk(&tree, "search/a").unwrap();
    assert_ne!(again, first, "a number is never given twice");
    let names: Vec<String> = view
        .take_forgotten(kphotos_domain::view::Session::default())
        .into_iter()
        .map(|search| search.name.to_string())
        .collect();
    assert_eq!(names, ["a", "iso=0"], "they were held");
    let deep = |folders: usize| format!("search{}", "/-iso=1".repeat(folders));
    assert!(walk(&tree, &deep(16)).is_some());
    assert!(walk(&tree, &deep(17)).is_none(), "too deep");
}

#[test]
fn a_search_that_nobody_holds_is_dropped_with_the_next_entry() {
    let world = World::new();
    world.files(&["a.jpg"]);
    let find = || walk(&Tree::new(&world.app.view(), OWNER), "search/a").unwrap();
    let exists = |node| Tree::new(&world.app.view(), OWNER).exists(node);
    let (unheld, Node::Search(held)) = (find(), find()) else {
        panic!("a search")
    };
    world.rate(1, &["a.jpg"]);
    assert!(!exists(unheld));
    let held_again = find();
    assert_ne!(held_again, Node::Search(held));
    let Node::Search(id) = held_again else {
        panic!("a search")
    };
    let dir = kphotos_domain::view::Dir::Search(id);
    world.app.view().hold(dir);
    world.rate(2, &["a.jpg"]);
    assert!(exists(held_again));
    world.app.view().let_go(dir);
    assert!(!exists(held_again));
}

#[test]
fn a_tag_with_child_tags_shows_all_that_they_show_once() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg", "x/a.jpg", "c.jpg"]);
    world.tag("travel", &["a.jpg"]);
    check(&world, "tags/travel", &["a.jpg"]);
    absent(&world, "tags/travel/_all");
    world.tag("travel/italy", &["a.jpg", "b.jpg"]);
    world.tag("travel/italy/rome", &["x/a.jpg"]);
    check(&world, "tags", &["travel/"]);
    check(&world, "tags/travel", &["_all/", "italy/", "a.jpg"]);
    check(&world, "tags/travel/_all", &["a~0001.jpg", "a~0003.jpg", "b.jpg"]);
    check(
        &world,
        "tags/travel/italy/_all",
        &["a~0001.jpg", "a~0003.jpg", "b.jpg"],
    );
    absent(&world, "tags/_all");
    absent(&world, "tags/travel/_ALL");
    absent(&world, "tags/travel/italy/rome/_all");
    hide(&world, "b.jpg");
    world.untag("travel/italy", &["a.jpg"]);
    check(&world, "tags/travel/italy/_all", &["a~0003.jpg"]);
    check(&world, "tags/travel/_all", &["a~0001.jpg", "a~0003.jpg"]);
    world.share("mine", Scope::Tag(TagId::new(1))).unwrap();
    check(&world, "shares/mine", &["italy/", "a.jpg"]);
    absent(&world, "shares/mine/_all");
}

#[test]
fn a_tag_that_is_called_as_all_are_has_a_folder_beside_it() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg", "c.jpg"]);
    world.tag("x/_all", &["a.jpg"]);
    world.tag("x/_ALL_", &["b.jpg"]);
    world.tag("_all", &["c.jpg"]);
    check(&world, "tags", &["_all_/", "x/"]);
    check(&world, "tags/x", &["_ALL__/", "_all/", "_all_/"]);
    check(&world, "tags/x/_all", &["a.jpg", "b.jpg"]);
    check(&world, "tags/x/_all_", &["a.jpg"]);
    check(&world, "tags/x/_ALL__", &["b.jpg"]);
    check(&world, "tags/_all_", &["c.jpg"]);
    absent(&world, "tags/x/_ALL_");
    absent(&world, "tags/_all");
    // Albums are called as they are.
    world.album("x/_all", &["a.jpg"]);
    check(&world, "albums/x", &["_all/"]);
}

#[test]
fn files_that_are_the_same_are_in_a_folder_of_their_content() {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg", "x/a.jpg", "x/c.jpg", "x/d.jpg"]);
    check(&world, "duplicates", &[]);
    for (path, content) in [
        ("a.jpg", 1),
        ("x/a.jpg", 1),
        ("b.jpg", 2),
        ("x/c.jpg", 2),
        ("x/d.jpg", 3),
    ] {
        world.hash(path, content);
    }
    let checksum = |path: &str| {
        let view = world.app.view();
        let file = view.file_at(LIBRARY, path.as_bytes()).unwrap();
        view.file(file).unwrap().checksum.unwrap()
    };
    let folder = |path: &str| checksum(path).hex()[..32].to_owned();
    let (one, two) = (folder("a.jpg"), folder("b.jpg"));
    let mut both = [format!("{one}/"), format!("{two}/")];
    both.sort();
    check(&world, "duplicates", &both.each_ref().map(String::as_str));
    check(
        &world,
        &format!("duplicates/{one}"),
        &["a~0001.jpg", "a~0003.jpg"],
    );
    check(&world, &format!("duplicates/{two}"), &["b.jpg", "c.jpg"]);
    absent(&world, &format!("duplicates/{}", folder("x/d.jpg")));
    absent(&world, &format!("duplicates/{}", &one[..16]));
    absent(&world, &format!("duplicates/{}", one.to_uppercase()));
    absent(&world, "duplicates/é");
    absent(&world, &format!("duplicates/{two}/a.jpg"));
    let view = world.app.view();
    let tree = Tree::new(&view, OWNER);
    let dir = walk(&tree, &format!("duplicates/{one}")).unwrap();
    assert_eq!(tree.subdirectories(tree.parent(dir).unwrap()), 2);
    let said = crate::xattr::get(&tree, dir, "user.kphotos.dir").unwrap();
    assert_eq!(String::from_utf8(said).unwrap(), checksum("a.jpg").to_string());
    drop(view);
    world.files(&["y/b.jpg"]);
    check(&world, &format!("duplicates/{two}"), &["b~0002.jpg", "c.jpg"]);
    hide(&world, "b.jpg");
    check(&world, "duplicates", &[&format!("{one}/")]);
    absent(&world, &format!("duplicates/{two}"));
    gone(&world, "a.jpg");
    check(&world, "duplicates", &[]);
}
