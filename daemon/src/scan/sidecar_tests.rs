//! Sidecars in scans of a volume in memory.

use super::*;
use crate::storage::memory::MemoryVolume;
use kphotos_domain::sidecar::{SidecarStamp, Unbound};
use kphotos_domain::testing::World;

const LIBRARY: LibraryId = LibraryId::new(1);

struct Scene {
    world: World,
    volume: MemoryVolume,
    skipped: SkipLists,
}

impl Scene {
    fn with(paths: &[&str]) -> Self {
        let scene = Self {
            world: World::new(),
            volume: MemoryVolume::default(),
            skipped: SkipLists::default(),
        };
        for path in paths {
            scene.volume.put(path, path.as_bytes(), 5);
        }
        scene
    }

    fn scan(&self) -> Found {
        self.scan_of(&Scope::Library)
    }

    fn scan_of(&self, scope: &Scope) -> Found {
        let progress = Progress::default();
        let scan = Scan {
            app: &self.world.app,
            volume: &self.volume,
            library: LIBRARY,
            scope,
            is_same_root: false,
            watch: &Unwatched,
            accept_missing: false,
            skipped: &self.skipped,
            progress: &progress,
            stop: &|| false,
        };
        scan.run().unwrap()
    }

    /// The sidecars that are known, by path.
    fn known(&self) -> Vec<String> {
        let view = self.world.app.view();
        let mut paths = Vec::new();
        for folder in view.sidecar_folders(LIBRARY) {
            let names = view.sidecars_in(folder).iter();
            let path = |one: &SidecarStamp| skipped::join(&view.folder_path(folder), &one.name);
            paths.extend(names.map(|one| String::from_utf8(path(one)).unwrap()));
        }
        paths.sort();
        paths
    }

    /// What was left out: path and reason.
    fn left_out(&self) -> Vec<(String, &'static str)> {
        let skips = self.skipped.get(LIBRARY).unwrap();
        let said = skips.kept().iter().map(|skip| {
            let path = String::from_utf8(skip.path.to_vec()).unwrap();
            (path, skip.reason.as_str())
        });
        said.collect()
    }
}

#[test]
fn sidecars_are_no_photos_and_are_left_out_only_if_they_are_nobodys() {
    let scene = Scene::with(&[
        "a/1.jpg",
        "a/1.jpg.xmp",
        "a/2.jpg",
        "a/2.XMP",
        "a/gone.xmp",
        "docs/lone.xmp",
        "docs/.xmp",
        "a/@eaDir/1.jpg.xmp",
    ]);
    let found = scene.scan();
    assert_eq!((found.files, found.new, found.skipped), (2, 2, 4));
    assert_eq!(scene.known(), ["a/1.jpg.xmp", "a/2.XMP", "a/gone.xmp"]);
    let expect = [
        ("a/@eaDir", "ignored"),
        ("docs/.xmp", "not-media"),
        ("a/gone.xmp", "sidecar-orphan"),
        ("docs/lone.xmp", "sidecar-orphan"),
    ];
    assert_eq!(scene.left_out(), expect.map(|(path, why)| (path.to_owned(), why)));
    let last = scene.world.app.journal().last();
    assert_eq!(scene.scan().skipped, 4);
    assert_eq!(scene.world.app.journal().last(), last, "nothing is new");
}

#[test]
fn a_sidecar_that_comes_changes_or_goes_has_its_file_read_again() {
    let scene = Scene::with(&["a/1.jpg", "a/2.jpg"]);
    scene.scan();
    let unread = || -> Vec<String> {
        let view = scene.world.app.view();
        let unread = view.without_facts(LIBRARY).into_iter();
        let unread: Vec<_> = unread
            .map(|file| String::from_utf8(view.file_path(file).unwrap().1).unwrap())
            .collect();
        drop(view);
        unread.iter().for_each(|path| scene.world.read(path, None, &[]));
        unread
    };
    assert_eq!(unread(), ["a/1.jpg", "a/2.jpg"]);
    scene.volume.put("a/1.xmp", b"1", 5);
    scene.scan();
    assert_eq!(unread(), ["a/1.jpg"]);
    scene.volume.rewrite("a/1.xmp", b"2", 6);
    scene.scan();
    assert_eq!(unread(), ["a/1.jpg"]);
    scene.scan();
    assert!(unread().is_empty());
    scene.volume.remove("a/1.xmp");
    scene.scan();
    assert_eq!(unread(), ["a/1.jpg"]);
    assert!(scene.known().is_empty());
}

#[test]
fn a_folder_that_cannot_be_read_keeps_its_sidecars_and_one_that_is_gone_has_none() {
    let scene = Scene::with(&["a/1.jpg", "a/1.xmp", "b/2.jpg", "b/2.xmp"]);
    scene.scan();
    scene.volume.set_broken("a", true);
    scene.volume.remove("b/2.jpg");
    scene.volume.remove("b/2.xmp");
    scene.scan();
    assert_eq!(scene.known(), ["a/1.xmp"]);
    scene.volume.set_broken("a", false);
    scene.scan();
    assert_eq!(scene.known(), ["a/1.xmp"]);
}

#[test]
fn a_sidecar_that_moves_with_its_photo_is_known_at_the_new_place() {
    let scene = Scene::with(&["a/1.jpg", "a/1.jpg.xmp", "b/2.jpg"]);
    scene.scan();
    for (from, to) in [("a/1.jpg", "b/new.jpg"), ("a/1.jpg.xmp", "b/new.jpg.xmp")] {
        scene.volume.remove(from);
        scene.volume.put(to, from.as_bytes(), 5);
    }
    assert_eq!(scene.scan().moved, 1);
    assert_eq!(scene.known(), ["b/new.jpg.xmp"]);
    let view = scene.world.app.view();
    let file = view.file_at(LIBRARY, b"b/new.jpg").unwrap();
    assert!(view.sidecar_for(file).is_some());
    assert!(view.unbound_sidecars(LIBRARY).is_empty());
}

#[test]
fn what_reading_finds_out_of_sidecars_replaces_what_was_listed() {
    let lists = SkipLists::default();
    let mut skips = Skips::default();
    skips.note(b"notes.txt", false, SkipReason::NotMedia);
    lists.put(LIBRARY, skips);
    let said = || -> Vec<_> {
        let skips = lists.get(LIBRARY).unwrap();
        let all = skips
            .kept()
            .iter()
            .map(|skip| (skip.reason.as_str(), skip.path.clone()));
        all.chain([("total", skips.total().to_string().into_bytes().into())])
            .collect()
    };
    let (orphan, torn) = (
        (b"a.xmp".to_vec(), Unbound::Orphan),
        Unbound::Unreadable("torn".into()),
    );
    let ambiguous = (b"b.xmp".to_vec(), Unbound::Ambiguous);
    lists.put_sidecars(LIBRARY, vec![orphan.clone(), ambiguous], false);
    assert_eq!(said().last().unwrap().1[..], b"3"[..]);
    lists.put_sidecars(LIBRARY, vec![(b"c.xmp".to_vec(), torn)], true);
    let kinds: Vec<_> = said().into_iter().map(|(reason, _)| reason).collect();
    assert_eq!(
        kinds,
        ["not-media", "sidecar-orphan", "sidecar-unreadable", "total"]
    );
    lists.put_sidecars(LIBRARY, Vec::new(), false);
    assert_eq!(said().len(), 2);
}

#[test]
fn a_scan_of_a_folder_sees_its_sidecars_and_keeps_those_of_others() {
    let scene = Scene::with(&[
        "a/1.jpg",
        "a/1.xmp",
        "b/2.jpg",
        "b/2.xmp",
        "c/deep/3.jpg",
        "c/deep/3.xmp",
    ]);
    scene.scan();
    let left_out = scene.left_out();
    scene.volume.remove("a/1.xmp");
    scene.volume.remove("b/2.xmp");
    scene.volume.put("a/1.jpg.xmp", b"new", 6);
    let part = |path: &str, below| Part {
        path: path.as_bytes().to_vec(),
        below,
    };
    scene.scan_of(&Scope::of([part("a", false)]));
    assert_eq!(scene.known(), ["a/1.jpg.xmp", "b/2.xmp", "c/deep/3.xmp"]);
    // A folder that went takes its sidecars along.
    scene.volume.remove("c/deep/3.jpg");
    scene.volume.remove("c/deep/3.xmp");
    scene.scan_of(&Scope::of([part("", false)]));
    assert_eq!(scene.known(), ["a/1.jpg.xmp", "b/2.xmp"]);
    assert_eq!(scene.left_out(), left_out);
}
