//! What the options of a mount change of its tree.

use super::Tree;
use crate::access::{Access, Checks, Ownership};
use crate::attr;
use crate::inode::{Node, Top};
use crate::options::TreeOptions;
use kphotos_domain::catalog::{Field, FieldValue};
use kphotos_domain::command::{Command, RegisterFiles};
use kphotos_domain::kernel::name::NameStyle;
use kphotos_domain::kernel::{FileId, LibraryId, Owner, UserId};
use kphotos_domain::sharing::Scope;
use kphotos_domain::storage::{
    FileSighting, MountOptions, MountSidecars, MountView, MountViews, MtimeSource,
};
use kphotos_domain::testing::World;

const OWNER: Owner = Owner::User(UserId::new(1));
const LIBRARY: LibraryId = LibraryId::new(1);

fn with(change: impl FnOnce(&mut MountOptions)) -> TreeOptions {
    let mut options = MountOptions::default();
    change(&mut options);
    TreeOptions::new(OWNER, &options)
}

fn posix() -> TreeOptions {
    with(|options| options.names = NameStyle::Posix)
}

fn sighting(path: &[&[u8]]) -> FileSighting {
    FileSighting {
        path: path.iter().map(|part| (*part).into()).collect(),
        size: 1,
        mtime_ns: 1_600_000_000_000_000_000,
        ino: 1,
        kind: None,
    }
}

fn register(world: &World, paths: &[&[&[u8]]]) {
    let files = paths.iter().map(|path| sighting(path)).collect();
    world.observe(&Command::RegisterFiles(RegisterFiles {
        library: LIBRARY,
        files,
    }));
}

/// The names in a directory, none of which is not found again.
fn names(world: &World, options: TreeOptions, path: &str) -> Vec<String> {
    let view = world.app.view();
    let tree = Tree::new(&view, options);
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let dir = parts.try_fold(Node::Root, |dir, part| tree.lookup(dir, part));
    let list = tree.list(dir.unwrap_or_else(|| panic!("no {path}")));
    for entry in &list {
        assert_eq!(tree.lookup(dir.unwrap(), &entry.name), Some(entry.node));
    }
    list.iter().map(|entry| entry.name.to_string()).collect()
}

#[test]
fn a_mount_shows_its_views_alone() {
    let world = World::new();
    world.files(&["a.jpg"]);
    world.tag("x", &["a.jpg"]);
    let photos = Scope::Assets(world.assets(&["a.jpg"]));
    world.share("mine", photos).unwrap();
    let options = with(|options| options.views = MountViews::only([MountView::Albums, MountView::Dates]));
    assert_eq!(names(&world, options, ""), ["albums", "dates", ".kphotos"]);
    let view = world.app.view();
    let (all, some) = (Tree::new(&view, OWNER), Tree::new(&view, options));
    let tag = all.lookup(Node::Top(Top::Tags), "x").unwrap();
    let library = all.lookup(Node::Top(Top::Library), "photos").unwrap();
    let share = all.lookup(Node::Top(Top::Shares), "mine").unwrap();
    let tops = [Top::Tags, Top::Library, Top::Shares, Top::Favorites, Top::Recent];
    for hidden in tops.map(Node::Top).into_iter().chain([tag, library, share]) {
        assert!(all.exists(hidden) && !some.exists(hidden), "{hidden:?}");
        assert!(some.list(hidden).is_empty() && some.lookup(hidden, "a.jpg").is_none());
    }
    assert_eq!(some.lookup(Node::Root, "tags"), None);
    assert_eq!(some.subdirectories(Node::Root), 2);
    assert!(some.exists(Node::File(FileId::new(1))));
}

#[test]
fn posix_names_are_those_on_the_disk_and_those_people_gave() {
    let world = World::new();
    register(
        &world,
        &[
            &[b"what?:1.jpg"],
            &[b"IMG.jpg"],
            &[b"img.jpg"],
            &[b"IMG.jpg.d", b"x.jpg"],
            &[b"a:b", b"con.jpg"],
            &[b"bad\xff.jpg"],
            &[b"bad\xfe.jpg"],
            &["odd\u{fffd}.jpg".as_bytes()],
            &[b"bad\xff", b"y.jpg"],
        ],
    );
    assert_eq!(
        names(&world, posix(), "library/photos"),
        [
            "IMG.jpg.d",
            "a:b",
            "bad\u{fffd}~0004",
            "IMG.jpg",
            "bad\u{fffd}~0006.jpg",
            "bad\u{fffd}~0007.jpg",
            "img.jpg",
            "odd\u{fffd}~0008.jpg",
            "what?:1.jpg",
        ]
    );
    assert_eq!(names(&world, posix(), "library/photos/a:b"), ["con.jpg"]);
    world.tag("time 10:30", &["what?:1.jpg", "IMG.jpg"]);
    assert_eq!(
        names(&world, posix(), "tags/time 10:30"),
        ["IMG.jpg", "what?:1.jpg"]
    );
    assert_eq!(
        names(&world, OWNER.into(), "tags/time 10_30"),
        ["IMG.jpg", "what__1.jpg"]
    );
    world.tag("time 10:30", &["img.jpg"]);
    assert_eq!(
        names(&world, posix(), "tags/time 10:30"),
        ["IMG.jpg", "img~0003.jpg", "what?:1.jpg"],
        "other views differ in more than letter case, as in every mount"
    );
}

#[test]
fn directories_of_queries_have_the_names_of_the_mount() {
    let world = World::new();
    register(
        &world,
        &[&[b"what?:1.jpg"], &[b"x", b"IMG.jpg"], &[b"y", b"img.jpg"]],
    );
    world.share("jpegs", Scope::Query("ext:jpg".into())).unwrap();
    let paths = ["what?:1.jpg", "x/IMG.jpg", "y/img.jpg"];
    let _receipt = world.set(Field::Favorite, FieldValue::Flag(true), &paths);
    for dir in ["recent", "favorites", "shares/jpegs"] {
        let exact = ["IMG~0002.jpg", "img~0003.jpg", "what?:1.jpg"];
        assert_eq!(names(&world, posix(), dir), exact, "{dir}");
        let portable = ["IMG~0002.jpg", "img~0003.jpg", "what__1.jpg"];
        assert_eq!(names(&world, OWNER.into(), dir), portable, "{dir}");
    }
}

#[test]
fn the_modification_time_is_the_originals_if_the_mount_says_so() {
    let world = World::new();
    world.files(&["a.jpg"]);
    world.read("a.jpg", Some("2024-06-15T10:30:05Z"), &[]);
    let view = world.app.view();
    let ownership = Ownership {
        uid: 1,
        gid: 1,
        access: Access::Private,
        checks: Checks::Here,
    };
    let seconds = |options: TreeOptions| {
        let tree = Tree::new(&view, options);
        let node = Node::File(FileId::new(1));
        attr::of(&tree, &ownership, node).unwrap().modified.seconds
    };
    assert_eq!(seconds(OWNER.into()), 1_718_447_405);
    let original = with(|options| options.mtime = MtimeSource::Original);
    assert_eq!(seconds(original), 1_600_000_000);
}

#[test]
fn each_photo_has_a_sidecar_beside_it_unless_a_folder_is_called_so() {
    let world = World::new();
    let long = format!("{}.jpg", "a".repeat(248));
    let names_of = |path: &str| {
        names(
            &world,
            with(|options| options.sidecars = MountSidecars::Xmp),
            path,
        )
    };
    register(
        &world,
        &[
            &[b"a.jpg"],
            &[b"x", b"b.cr2"],
            &[b"x", b"B.CR2.XMP", b"c.jpg"],
            &[long.as_bytes()],
        ],
    );
    let beside = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        names_of("library/photos"),
        beside(&["x", "a.jpg", &long, "a.jpg.xmp"])
    );
    assert_eq!(names_of("library/photos/x"), beside(&["B.CR2.XMP", "b.cr2"]));
    world.album("trip", &["a.jpg"]);
    assert_eq!(names_of("albums/trip"), beside(&["a.jpg", "a.jpg.xmp"]));
    world.album("trip/A.jpg.xmp", &["a.jpg"]);
    assert_eq!(names_of("albums/trip"), beside(&["A.jpg.xmp", "a.jpg"]));
    let view = world.app.view();
    let photo = view.file_at(LIBRARY, b"a.jpg").unwrap();
    for (sidecars, is_there) in [(MountSidecars::Off, false), (MountSidecars::Xmp, true)] {
        let tree = Tree::new(&view, with(|options| options.sidecars = sidecars));
        let node = Node::Sidecar(photo);
        assert_eq!(tree.exists(node), is_there);
        let folder = tree.parent(node).unwrap();
        assert_eq!(tree.lookup(folder, "a.jpg.xmp").is_some(), is_there);
        assert_eq!(tree.lookup(folder, "a.jpg.XMP"), None);
        assert_eq!(tree.name(node, folder).is_some(), is_there);
    }
}
