//! The operations of the tree, asked without a kernel.

#![expect(clippy::unwrap_used, reason = "a broken expectation must stop the test")]

use kphotos_domain::app::App;
use kphotos_domain::command::{AlbumAssets, Command};
use kphotos_domain::kernel::{AssetId, AssetSet, Owner, UserId};
use kphotos_domain::organization::AlbumPath;
use kphotos_domain::testing::World;
use kphotos_fs::access::{Access, Caller, Checks, Ownership};
use kphotos_fs::errno::FsError;
use kphotos_fs::filesystem::{AskedBy, Attribute, Filesystem};
use kphotos_fs::gate::{Gate, Mutation, NoGate};
use kphotos_fs::inode::{Node, ROOT, Top};
use kphotos_fs::originals::Directories;
use std::ffi::OsStr;
use std::sync::Arc;

const ME: Caller = Caller {
    uid: 1000,
    gid: 1000,
    tid: 5,
};

fn filesystem(app: &Arc<App>, gate: impl Gate + 'static) -> Filesystem {
    let ownership = Ownership {
        uid: 1000,
        gid: 1000,
        access: Access::Private,
        checks: Checks::Here,
    };
    let owner = Owner::User(UserId::new(1));
    let originals = Arc::new(Directories::default());
    Filesystem::new(app.clone(), owner, ownership, originals, Arc::new(gate))
}

fn world() -> Arc<App> {
    let world = World::new();
    world.files(&["a.jpg", "b.jpg", "c.jpg"]);
    world.album("trip", &["a.jpg", "b.jpg"]);
    Arc::new(world.app)
}

fn find(fs: &Filesystem, path: &str) -> Node {
    path.split('/').fold(Node::Root, |dir, name| {
        let found = fs.lookup(ME, dir.ino(), OsStr::new(name)).unwrap();
        assert!(found.is_cached);
        found.attributes.unwrap().node
    })
}

fn remove(app: &App, asset: u32) {
    let album = AlbumPath::parse("trip").unwrap();
    let assets = AssetSet::one(AssetId::new(asset));
    let command = Command::RemoveFromAlbum(AlbumAssets { album, assets });
    app.execute(World::ME, &command).unwrap();
}

fn names(fs: &Filesystem, dir: &kphotos_fs::handles::OpenDir, from: u64) -> Vec<String> {
    let mut names = Vec::new();
    fs.readdir(dir, from, &mut |listed| {
        names.push(listed.name.to_owned());
        false
    });
    names
}

#[test]
fn a_listing_is_a_snapshot_until_it_is_read_from_the_start() {
    let app = world();
    let fs = filesystem(&app, NoGate);
    let trip = find(&fs, "albums/trip");
    let dir = fs.opendir(ME, trip.ino()).unwrap();
    assert_eq!(names(&fs, &dir, 0), [".", "..", "a.jpg", "b.jpg"]);
    remove(&app, 1);
    assert_eq!(names(&fs, &dir, 2), ["a.jpg", "b.jpg"], "places stay");
    let mut told = Vec::new();
    fs.readdir_plus(&dir, 2, &mut |listed, _| {
        told.push(listed.name.to_owned());
        false
    });
    assert_eq!(told, ["b.jpg"], "the kernel is told of nothing that is gone");
    assert_eq!(names(&fs, &dir, 0), [".", "..", "b.jpg"]);
    assert!(names(&fs, &dir, u64::MAX).is_empty());
}

/// The kernel fills one cache for all readers of a directory, from snapshots of different times.
#[test]
fn a_place_in_one_snapshot_is_the_same_place_in_another() {
    let app = world();
    let fs = filesystem(&app, NoGate);
    let trip = find(&fs, "albums/trip");
    let before = fs.opendir(ME, trip.ino()).unwrap();
    let places = |dir: &kphotos_fs::handles::OpenDir| {
        let mut places = Vec::new();
        fs.readdir(dir, 0, &mut |listed| {
            places.push((listed.name.to_owned(), listed.next));
            false
        });
        places
    };
    let place_of =
        |places: &[(String, u64)], name: &str| places.iter().find(|(other, _)| other == name).unwrap().1;
    let first = places(&before);
    remove(&app, 1);
    let after = fs.opendir(ME, trip.ino()).unwrap();
    let second = places(&after);
    assert_eq!(place_of(&first, "b.jpg"), place_of(&second, "b.jpg"));
    // Begun in the first, gone on in the second: nothing twice, nothing left out, though what was before it is gone.
    assert_eq!(names(&fs, &after, place_of(&first, "a.jpg")), ["b.jpg"]);
    assert!(names(&fs, &after, place_of(&first, "b.jpg")).is_empty());
    assert_eq!(
        names(&fs, &before, place_of(&second, "b.jpg")),
        Vec::<String>::new()
    );
}

#[test]
fn dots_are_found_from_any_node() {
    let app = world();
    let fs = filesystem(&app, NoGate);
    let photo = find(&fs, "albums/trip/a.jpg");
    let up = |node: Node, name: &str| {
        let found = fs.lookup(ME, node.ino(), OsStr::new(name)).unwrap();
        found.attributes.map(|attributes| attributes.node)
    };
    assert_eq!(up(photo, "."), Some(photo));
    assert_eq!(up(photo, ".."), Some(find(&fs, "library/photos")));
    assert_eq!(up(Node::Root, ".."), Some(Node::Root));
    assert_eq!(up(find(&fs, "albums/trip"), ".."), Some(Node::Top(Top::Albums)));
}

#[test]
fn attributes_of_another_space_are_unsupported_and_buffers_are_measured() {
    let app = world();
    let fs = filesystem(&app, NoGate);
    let photo = find(&fs, "albums/trip/a.jpg").ino();
    let get = |name: &str, size| fs.getxattr(ME, photo, OsStr::new(name), size);
    assert_eq!(get("user.kphotos.id", 0).unwrap(), Attribute::Size(1));
    assert_eq!(get("user.kphotos.id", 1).unwrap(), Attribute::Data(b"1".to_vec()));
    let errno = |answer: Result<Attribute, FsError>| answer.unwrap_err().errno();
    assert_eq!(errno(get("user.kphotos.original", 3)), libc::ERANGE);
    assert_eq!(errno(get("user.other", 0)), libc::ENODATA);
    assert_eq!(errno(get("security.selinux", 0)), libc::EOPNOTSUPP);
    assert_eq!(errno(get("system.posix_acl_access", 9)), libc::EOPNOTSUPP);
    assert_eq!(errno(fs.listxattr(ME, photo, 3)), libc::ERANGE);
}

#[test]
fn a_stranger_is_refused_and_a_number_that_never_was_is_not_found() {
    let app = world();
    let fs = filesystem(&app, NoGate);
    let stranger = Caller { uid: 1001, ..ME };
    let name = OsStr::new("albums");
    let errno = |error: FsError| error.errno();
    assert_eq!(errno(fs.lookup(stranger, ROOT, name).unwrap_err()), libc::EACCES);
    assert_eq!(errno(fs.opendir(stranger, ROOT).unwrap_err()), libc::EACCES);
    assert_eq!(errno(fs.access(ME, ROOT, libc::W_OK).unwrap_err()), libc::EROFS);
    assert_eq!(
        errno(fs.getattr(ME, 99 << 48, AskedBy::Number).unwrap_err()),
        libc::ENOENT
    );
    let long = "x".repeat(256);
    assert_eq!(
        errno(fs.lookup(ME, ROOT, OsStr::new(&long)).unwrap_err()),
        libc::ENAMETOOLONG
    );
    let photo = find(&fs, "albums/trip/a.jpg").ino();
    assert_eq!(errno(fs.opendir(ME, photo).unwrap_err()), libc::ENOTDIR);
    assert_eq!(
        errno(fs.check_open(ME, ROOT, libc::O_RDONLY).unwrap_err()),
        libc::EISDIR
    );
    assert_eq!(
        errno(fs.check_open(ME, photo, libc::O_RDWR).unwrap_err()),
        libc::EROFS
    );
}

/// Lets thread 9 put `d.jpg` where the tree has `c.jpg`.
struct OneWrite;

const SEEN: Node = Node::Top(Top::Undated);

impl Gate for OneWrite {
    fn is_replayer(&self, tid: u32) -> bool {
        tid == 9
    }

    fn lookup(&self, tid: u32, _parent: Node, name: &OsStr) -> Option<Option<Node>> {
        (tid == 9).then(|| (name == "old").then_some(SEEN))
    }

    fn accept(&self, _tid: u32, op: &Mutation<'_>) -> bool {
        matches!(op, Mutation::Mkdir { name, .. } | Mutation::Rmdir { name, .. } if *name == "old")
    }

    fn pending_node(&self, _tid: u32) -> Option<Node> {
        Some(SEEN)
    }
}

#[test]
fn only_the_replay_thread_writes_and_only_what_is_pending() {
    let app = world();
    let fs = filesystem(&app, OneWrite);
    let replay = Caller { tid: 9, ..ME };
    let (old, other) = (OsStr::new("old"), OsStr::new("albums"));
    let parent = Node::Root;
    let seen = fs.lookup(replay, ROOT, old).unwrap();
    assert_eq!(seen.attributes.map(|attributes| attributes.node), Some(SEEN));
    assert!(!seen.is_cached);
    let hidden = fs.lookup(replay, ROOT, other).unwrap();
    assert!(
        hidden.attributes.is_none() && !hidden.is_cached,
        "about to appear"
    );
    let made = fs.make(replay, &Mutation::Mkdir { parent, name: old }).unwrap();
    assert_eq!(made.node, SEEN);
    assert!(fs.held().is_held(SEEN));
    let refused = |caller, op: &Mutation<'_>| fs.change(caller, op).unwrap_err().errno();
    assert_eq!(
        refused(replay, &Mutation::Rmdir { parent, name: old }),
        libc::EROFS,
        "it is in the tree, and whoever has it open reads on"
    );
    fs.forget(SEEN.ino(), 2);
    assert!(!fs.held().is_held(SEEN));
    assert_eq!(refused(ME, &Mutation::Rmdir { parent, name: old }), libc::EROFS);
    assert_eq!(
        refused(replay, &Mutation::Rmdir { parent, name: other }),
        libc::EROFS
    );
    assert_eq!(refused(replay, &Mutation::Touch { node: SEEN }), libc::EROFS);
}
