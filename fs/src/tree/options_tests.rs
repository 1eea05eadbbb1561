//! What the options of a mount change of its tree.

use super::Tree;
use crate::access::{Access, Checks, Ownership};
use crate::attr;
use crate::inode::{Node, Top};
use crate::options::TreeOptions;
use kphotos_domain::catalog::{Field, FieldValue, MediaKind};
use kphotos_domain::command::{Command, RegisterFiles};
use kphotos_domain::kernel::name::NameStyle;
use kphotos_domain::kernel::{FileId, LibraryId, Owner, UserId};
use kphotos_domain::organization::AlbumChange;
use kphotos_domain::sharing::Scope;
use kphotos_domain::storage::{
    FileSighting, MountFolderFile, MountFolderFiles, MountOptions, MountSidecars, MountStacks, MountView,
    MountViews, MtimeSource,
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

/// What a file says in a directory of a mount with both files; empty: it is not there.
fn says(world: &World, change: impl FnOnce(&mut MountOptions), path: &str, file: MountFolderFile) -> String {
    let options = with(|options| {
        options.folder_files = MountFolderFiles::only(MountFolderFile::ALL);
        change(options);
    });
    let view = world.app.view();
    let tree = Tree::new(&view, options);
    let mut parts = path.split('/');
    let dir = parts
        .try_fold(Node::Root, |dir, part| tree.lookup(dir, part))
        .unwrap();
    let node = Node::folder_file(file, dir).unwrap();
    let is_listed = tree.list(dir).iter().any(|entry| entry.node == node);
    if is_listed {
        assert_eq!(tree.lookup(dir, file.file_name()), Some(node));
    }
    assert_eq!(tree.exists(node), is_listed);
    assert_eq!(tree.name(node, dir).is_some(), is_listed);
    assert_eq!(tree.parent(node), Some(dir));
    let off = Tree::new(&view, OWNER);
    assert!(!off.exists(node) && off.lookup(dir, file.file_name()) != Some(node));
    let text = tree.folder_file(dir, file);
    assert_eq!(text.is_some(), is_listed);
    text.unwrap_or_default()
}

#[test]
fn a_folder_hides_who_stands_behind_a_cover_that_it_shows() {
    let world = World::new();
    world.files(&["a.jpg", "a.cr2", "b.jpg", "x/c.jpg", "x/c.cr2"]);
    let raw = ["a.cr2", "x/c.cr2"];
    world.tag("raw", &raw);
    world.album("trip", &["a.jpg", "a.cr2", "x/c.cr2"]);
    let hidden = |path: &str| says(&world, |_| (), path, MountFolderFile::Hidden);
    assert_eq!(hidden("library/photos"), "a.cr2\n");
    assert_eq!(hidden("library/photos/x"), "c.cr2\n");
    assert_eq!(hidden("recent"), "a.cr2\nc.cr2\n");
    assert_eq!(
        hidden("albums/trip"),
        "a.cr2\n",
        "the cover of the other is not in it"
    );
    assert_eq!(hidden("tags/raw"), "");
    assert_eq!(hidden("search/ext=jpg OR ext=cr2"), "a.cr2\nc.cr2\n");
    let covers = |options: &mut MountOptions| options.stacks = MountStacks::Cover;
    assert_eq!(says(&world, covers, "recent", MountFolderFile::Hidden), "");
    assert_eq!(
        says(&world, covers, "library/photos", MountFolderFile::Hidden),
        "a.cr2\n"
    );
    let beside = |options: &mut MountOptions| options.sidecars = MountSidecars::Xmp;
    assert_eq!(
        says(&world, beside, "albums/trip", MountFolderFile::Hidden),
        "a.cr2\na.cr2.xmp\n"
    );
    // A photo that is called so keeps its name, in whatever letters; so does a folder.
    let kind = Some(MediaKind::Photo);
    let files = vec![FileSighting {
        kind,
        ..sighting(&[b"x", b".HIDDEN"])
    }];
    world.observe(&Command::RegisterFiles(RegisterFiles {
        library: LIBRARY,
        files,
    }));
    assert!(names(&world, OWNER.into(), "library/photos/x").contains(&".HIDDEN".to_owned()));
    assert_eq!(hidden("library/photos/x"), "");
    assert_eq!(hidden("library/photos"), "a.cr2\n");
    world.album("trip/.hidden", &["b.jpg"]);
    assert_eq!(hidden("albums/trip"), "");
}

#[test]
fn an_album_has_its_cover_as_its_icon() {
    let world = World::new();
    register(&world, &[&[b"a.jpg"], &[b"b\\c .jpg"], &[b"d.cr2"], &[b"d.jpg"]]);
    world.album("trip/first", &["a.jpg", "b\\c .jpg", "d.cr2", "d.jpg"]);
    let icon =
        |change: fn(&mut MountOptions), path: &str| says(&world, change, path, MountFolderFile::Directory);
    let entry = |name: &str| format!("[Desktop Entry]\nIcon=./{name}\n");
    assert_eq!(icon(|_| (), "albums/trip"), "", "no photo is in it");
    assert_eq!(icon(|_| (), "albums/trip/first"), entry("a.jpg"), "the first one");
    let chosen = |path: &str| AlbumChange::Cover(world.assets(&[path]).iter().next());
    world.change_album("trip/first", chosen("b\\c .jpg")).unwrap();
    assert_eq!(icon(|_| (), "albums/trip/first"), entry("b_c_.jpg"));
    let posix: fn(&mut MountOptions) = |options| options.names = NameStyle::Posix;
    assert_eq!(icon(posix, "albums/trip/first"), entry("b\\\\c .jpg"));
    world.change_album("trip/first", chosen("d.cr2")).unwrap();
    assert_eq!(icon(|_| (), "albums/trip/first"), entry("d.cr2"));
    let covers: fn(&mut MountOptions) = |options| options.stacks = MountStacks::Cover;
    assert_eq!(
        icon(covers, "albums/trip/first"),
        entry("d.jpg"),
        "who stands before it"
    );
    let album = world.app.view().albums().map(|(id, _)| id).max().unwrap();
    world.share("mine", Scope::Album(album)).unwrap();
    assert_eq!(icon(|_| (), "shares/mine"), entry("d.cr2"));
    assert_eq!(icon(|_| (), "recent"), "");
    assert_eq!(icon(|_| (), "library/photos"), "");
}
