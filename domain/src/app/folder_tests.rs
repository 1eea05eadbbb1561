//! Folders that move: what is bound to them goes along, what is asked of paths is asked
//! again, and what cannot be is left out.

use crate::kernel::{FolderId, LibraryId, UserId};
use crate::organization::AlbumRule;
use crate::organization::query::evaluate;
use crate::organization::{AlbumPath, Query};
use crate::sharing::Scope;
use crate::testing::World;
use crate::view::Dir;

fn folder(world: &World, path: &str) -> Option<FolderId> {
    world.app.view().folder_at(LibraryId::new(1), path.as_bytes())
}

/// The photos of an album, of the first share, and those that a query finds.
fn shown(world: &World, query: &str) -> (u64, u64, u64) {
    let view = world.app.view();
    let (album, _) = view.albums().next().unwrap();
    let share = view.shares().next().unwrap();
    let query = Query::parse(query).unwrap();
    (
        view.members(Dir::Album(album)).len(),
        view.share_assets(share).len(),
        evaluate(&view, UserId::new(1), &query).len(),
    )
}

#[test]
fn albums_and_shares_go_along_and_paths_are_asked_again() {
    let world = World::new();
    world.files(&["a/1.jpg", "a/b/2.jpg", "z/3.jpg"]);
    let (a, b, z) = (
        folder(&world, "a").unwrap(),
        folder(&world, "a/b").unwrap(),
        folder(&world, "z").unwrap(),
    );
    drop(world.smart_album("bound", AlbumRule::Folder(a)));
    drop(world.smart_album("path", AlbumRule::Query("path:new/".into())));
    world.share("s", Scope::Folder(z)).unwrap();
    assert_eq!(shown(&world, "path:a/"), (2, 1, 2));
    // A folder that is shared has a set, and so has the library's root.
    world.folders_moved(&[("a/b", "z/b"), ("a", "new/deep/a")]);
    assert_eq!(
        [folder(&world, "new/deep/a"), folder(&world, "z/b")],
        [Some(a), Some(b)]
    );
    assert_eq!(shown(&world, "path:a/"), (1, 2, 1));
    let path = AlbumPath::parse("path").unwrap();
    let members = |world: &World| {
        let view = world.app.view();
        let (album, _) = view
            .albums()
            .find(|(id, _)| view.album_path(*id) == path.to_string())
            .unwrap();
        view.members(Dir::Album(album)).len()
    };
    assert_eq!(members(&world), 1);
    // The parent was seen after its child.
    let new = folder(&world, "new").unwrap();
    assert!(new > a);
    let check = |world: &World| {
        let now = [folder(world, "new/deep/a"), folder(world, "z/b")];
        assert_eq!(now, [Some(a), Some(b)]);
        assert_eq!((shown(world, "path:a/"), members(world)), ((1, 2, 1), 1));
    };
    let world = world.restart();
    check(&world);
    check(&world.restart_without_store());
}

#[test]
fn a_folder_that_cannot_be_there_stays() {
    let world = World::new();
    world.files(&["a/1.jpg", "a/b/2.jpg", "z/3.jpg"]);
    let paths = ["a", "a/b", "z"];
    let ids = || paths.map(|path| folder(&world, path));
    let before = ids();
    let revision = world.app.view().revision();
    // Onto one that stays; two at one path; the root.
    world.folders_moved(&[("a", "z")]);
    world.folders_moved(&[("a", "n"), ("z", "n")]);
    world.folders_moved(&[("", "n")]);
    world.folders_moved(&[("a", "a")]);
    assert_eq!((ids(), world.app.view().revision()), (before, revision));
    // In itself: its path is another folder's then, a new one.
    world.folders_moved(&[("a", "a/c")]);
    assert_eq!(
        [
            folder(&world, "a/c"),
            folder(&world, "a/c/b"),
            folder(&world, "a/b")
        ],
        [before[0], before[1], None]
    );
    // Turned inside out.
    world.folders_moved(&[("a/c", "b/c"), ("a/c/b", "b")]);
    assert_eq!(
        [folder(&world, "b"), folder(&world, "b/c")],
        [before[1], before[0]]
    );
}
