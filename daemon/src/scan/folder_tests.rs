//! Folders that were renamed or moved on a volume in memory keep their numbers; where
//! that is not certain, files move one by one. A random model renames, moves and mixes.

use super::tests::{LIBRARY, scan, scan_parts};
use super::{FolderWatch, Progress, Scan, Scope, SkipLists};
use crate::storage::Volume;
use crate::storage::memory::MemoryVolume;
use kphotos_domain::kernel::{FileId, FolderId};
use kphotos_domain::testing::World;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A library of these files; the content is the path at first, and each has a time of its own.
fn library(paths: &[&str]) -> (World, MemoryVolume) {
    let (world, volume) = (World::new(), MemoryVolume::default());
    for (at, path) in (0..).zip(paths) {
        volume.put(path, path.as_bytes(), at);
    }
    scan(&world, &volume, false).unwrap();
    (world, volume)
}

fn folder(world: &World, path: &str) -> Option<FolderId> {
    world.app.view().folder_at(LIBRARY, path.as_bytes())
}

fn file(world: &World, path: &str) -> Option<FileId> {
    let view = world.app.view();
    let file = view.file_at(LIBRARY, path.as_bytes());
    file.filter(|file| view.file(*file).unwrap().is_present())
}

/// Does the renames one after the other, then scans; says which of the folders named first
/// lies where in the end, and that no file got another number.
fn check(paths: &[&str], renames: &[(&str, &str)], expected: &[(&str, &str)]) {
    for by_parts in [false, true] {
        let (world, volume) = library(paths);
        let ids: Vec<_> = expected
            .iter()
            .map(|(from, _)| folder(&world, from).unwrap())
            .collect();
        let files: BTreeMap<_, _> = paths
            .iter()
            .map(|path| (path.as_bytes().to_vec(), file(&world, path).unwrap()))
            .collect();
        for (from, to) in renames {
            volume.rename(from, to);
        }
        if by_parts {
            let above = |path: &&str| path.rsplit_once('/').map_or("", |(above, _)| above).to_owned();
            let both = renames.iter().flat_map(|(from, to)| [*from, *to]);
            let parts: BTreeSet<String> = both.flat_map(|path| [above(&path), format!("{path}/")]).collect();
            let parts: Vec<&str> = parts.iter().map(|part| &**part).collect();
            scan_parts(&world, &volume, &parts).unwrap();
        } else {
            scan(&world, &volume, false).unwrap();
        }
        for ((from, to), id) in expected.iter().zip(ids) {
            assert_eq!(
                folder(&world, to),
                Some(id),
                "{from} is at {to}: {renames:?} {by_parts}"
            );
        }
        for (content, id) in files {
            let at = volume.path_of(&content).unwrap();
            assert_eq!(file(&world, &at), Some(id), "{at}: {renames:?} {by_parts}");
        }
        assert_eq!(world.app.view().present().len(), paths.len() as u64);
        let again = scan(&world, &volume, false).unwrap();
        assert_eq!(
            (again.moved, again.new, again.gone, again.changed),
            (0, 0, 0, 0),
            "{renames:?}"
        );
    }
}

#[test]
fn a_folder_that_is_renamed_or_moved_keeps_its_number() {
    let paths = [
        "a/1.jpg",
        "a/2.jpg",
        "a/b/3.jpg",
        "a/b/c/4.jpg",
        "z/5.jpg",
        "6.jpg",
    ];
    let below = [("a", "n"), ("a/b", "n/b"), ("a/b/c", "n/b/c"), ("z", "z")];
    check(&paths, &[("a", "n")], &below);
    // Letter case alone.
    check(&paths, &[("a", "A")], &[("a", "A"), ("a/b", "A/b")]);
    // To another parent, which is known, new, or goes elsewhere too.
    check(
        &paths,
        &[("a/b", "z/b")],
        &[("a", "a"), ("a/b", "z/b"), ("a/b/c", "z/b/c")],
    );
    check(
        &paths,
        &[("a", "new/deep/a")],
        &[("a", "new/deep/a"), ("a/b", "new/deep/a/b")],
    );
    check(
        &paths,
        &[("a/b", "b"), ("a", "b/a")],
        &[("a", "b/a"), ("a/b", "b"), ("a/b/c", "b/c")],
    );
    check(
        &paths,
        &[("a/b", "q"), ("a", "n")],
        &[("a", "n"), ("a/b", "q"), ("a/b/c", "q/c")],
    );
    check(
        &paths,
        &[("a/b/c", "a/b/d"), ("a", "n")],
        &[("a", "n"), ("a/b/c", "n/b/d")],
    );
    check(
        &paths,
        &[("a", "n/a"), ("z", "n/z")],
        &[("a", "n/a"), ("z", "n/z")],
    );
}

#[test]
fn folders_without_files_of_their_own_follow_those_in_them() {
    let paths = ["y/m/1.jpg", "y/n/2.jpg", "z/3.jpg"];
    check(
        &paths,
        &[("y", "w")],
        &[("y", "w"), ("y/m", "w/m"), ("y/n", "w/n")],
    );
    check(&paths, &[("y", "z/y")], &[("y", "z/y"), ("y/m", "z/y/m")]);
    // Only one of two went.
    check(
        &paths,
        &[("y/m", "w/m")],
        &[("y", "y"), ("y/m", "w/m"), ("y/n", "y/n")],
    );
}

#[test]
fn folders_swap_their_names_and_follow_each_other() {
    let paths = ["a/1.jpg", "a/2.jpg", "b/1.jpg", "b/x/3.jpg", "c/1.jpg"];
    check(
        &paths,
        &[("a", "t"), ("b", "a"), ("t", "b")],
        &[("a", "b"), ("b", "a"), ("b/x", "a/x")],
    );
    check(
        &paths,
        &[("c", "d"), ("b", "c"), ("a", "b")],
        &[("a", "b"), ("b", "c"), ("c", "d"), ("b/x", "c/x")],
    );
    check(
        &paths,
        &[("a", "t"), ("b", "a"), ("c", "b"), ("t", "c")],
        &[("a", "c"), ("b", "a"), ("c", "b")],
    );
}

#[test]
fn what_is_not_certain_moves_file_by_file() {
    let paths = ["a/1.jpg", "a/2.jpg", "b/3.jpg", "b/4.jpg"];
    let same = [("a", "a"), ("b", "b")];
    // Some of the files.
    check(&paths, &[("a/1.jpg", "n/1.jpg")], &same);
    check(&paths, &[("a/1.jpg", "n/1.jpg"), ("a/2.jpg", "m/2.jpg")], &same);
    // Under other names.
    check(&paths, &[("a/1.jpg", "n/1.jpg"), ("a/2.jpg", "n/9.jpg")], &same);
    // Into one that is there.
    check(&paths, &[("a", "b")], &same);
    // Two into one.
    check(&paths, &[("a", "n"), ("b", "n")], &same);
    // The root is nobody's to be.
    check(&paths, &[("a/1.jpg", "1.jpg"), ("a/2.jpg", "2.jpg")], &same);
}

#[test]
fn a_folder_that_is_there_still_did_not_move() {
    let (world, volume) = library(&["a/1.jpg", "a/2.jpg"]);
    let id = folder(&world, "a");
    volume.put("a/notes.txt", b"notes", 5);
    volume.rename("a/1.jpg", "n/1.jpg");
    volume.rename("a/2.jpg", "n/2.jpg");
    assert_eq!(scan(&world, &volume, false).unwrap().moved, 2);
    assert_eq!(folder(&world, "a"), id);
    assert_ne!(folder(&world, "n"), id);
}

#[test]
fn a_folder_moves_back_also_after_it_was_gone() {
    let (world, volume) = library(&["a/1.jpg", "a/b/2.jpg", "z/3.jpg"]);
    let ids = [folder(&world, "a"), folder(&world, "a/b")];
    for (from, to) in [("a", "n"), ("n", "a"), ("a", "z/a"), ("z/a", "A")] {
        volume.rename(from, to);
        scan(&world, &volume, false).unwrap();
        assert_eq!(
            [folder(&world, to), folder(&world, &format!("{to}/b"))],
            ids,
            "{to}"
        );
        assert_eq!(folder(&world, from), None);
    }
    // Out of the library, and in again at another place.
    for (path, out) in [
        ("A/1.jpg", true),
        ("A/b/2.jpg", true),
        ("n/1.jpg", false),
        ("n/b/2.jpg", false),
    ] {
        match out {
            true => volume.remove(path),
            false => volume.put(
                path,
                format!("a{}", &path[1..]).as_bytes(),
                i64::from(path == "n/b/2.jpg"),
            ),
        }
        if path == "A/b/2.jpg" {
            assert_eq!(scan(&world, &volume, false).unwrap().gone, 2);
        }
    }
    let found = scan(&world, &volume, false).unwrap();
    assert_eq!((found.returned, found.new), (2, 0));
    assert_eq!([folder(&world, "n"), folder(&world, "n/b")], ids);
}

#[test]
fn a_file_that_changed_while_its_folder_moved_is_the_same_file() {
    let (world, volume) = library(&["a/1.jpg", "a/2.jpg", "a/b/3.jpg", "a/b/4.jpg"]);
    let ids = [folder(&world, "a"), folder(&world, "a/b")];
    let files = ["a/1.jpg", "a/b/3.jpg"].map(|path| file(&world, path));
    volume.rename("a", "n");
    volume.rewrite("n/1.jpg", b"other", 9);
    volume.put("n/b/3.jpg", b"saved anew", 9);
    volume.put("n/b/5.jpg", b"one more", 9);
    volume.remove("n/b/4.jpg");
    let found = scan(&world, &volume, false).unwrap();
    assert_eq!((found.changed, found.gone, found.new), (2, 1, 1));
    assert_eq!([folder(&world, "n"), folder(&world, "n/b")], ids);
    assert_eq!(["n/1.jpg", "n/b/3.jpg"].map(|path| file(&world, path)), files);
}

/// Somebody writes this file.
struct Writing(&'static [u8]);

impl FolderWatch for Writing {
    fn enter(&self, _: &dyn Volume, _: &[u8]) {}

    fn is_in_writing(&self, file: &[u8]) -> bool {
        self.0 == file
    }
}

#[test]
fn a_folder_moves_while_a_file_in_it_is_being_written() {
    let (world, volume) = library(&["a/1.jpg", "a/2.jpg"]);
    let (id, files) = (
        folder(&world, "a"),
        ["a/1.jpg", "a/2.jpg"].map(|path| file(&world, path)),
    );
    volume.rename("a", "n");
    volume.rewrite("n/1.jpg", b"half of it", 9);
    let (progress, skipped) = (Progress::default(), SkipLists::default());
    let scan = Scan {
        app: &world.app,
        volume: &volume,
        library: LIBRARY,
        scope: &Scope::Library,
        is_same_root: false,
        watch: &Writing(b"n/1.jpg"),
        accept_missing: false,
        skipped: &skipped,
        progress: &progress,
        stop: &|| false,
    };
    let found = scan.run().unwrap();
    assert_eq!((found.moved, found.gone, found.changed, found.new), (1, 0, 0, 0));
    assert_eq!(folder(&world, "n"), id);
    assert_eq!(["n/1.jpg", "n/2.jpg"].map(|path| file(&world, path)), files);
}

#[test]
fn sidecars_stay_with_a_folder_that_moves() {
    let (world, volume) = library(&["a/1.jpg", "b/1.jpg"]);
    for (path, text) in [("a/1.xmp", "a"), ("b/1.xmp", "other"), ("a/2.xmp", "nobody's")] {
        volume.put(path, text.as_bytes(), 5);
    }
    scan(&world, &volume, false).unwrap();
    let ids = [folder(&world, "a").unwrap(), folder(&world, "b").unwrap()];
    let known = || ids.map(|id| world.app.view().sidecars_in(id).to_vec());
    let before = known();
    assert_eq!((before[0].len(), before[1].len()), (2, 1));
    let revision = |to: &str| {
        let before = world.app.view().revision();
        volume.rename("a", "t");
        volume.rename("b", to);
        volume.rename("t", "b");
        scan(&world, &volume, false).unwrap();
        world.app.view().revision().number() - before.number()
    };
    // One entry: the folders moved, and nothing is said of files and sidecars.
    assert_eq!(revision("a"), 1);
    assert_eq!(known(), before);
    volume.rename("a", "n");
    volume.remove("b/1.xmp");
    volume.put("n/1.xmp", b"another one", 6);
    scan(&world, &volume, false).unwrap();
    let after = known();
    assert_eq!((after[0].len(), after[1].len()), (1, 1));
    assert_eq!(after[1][0].size, 11);
}

const FOLDERS: [&str; 9] = ["a", "a/b", "a/b/c", "b", "B", "n", "n/a", "z", "z/b"];
const NAMES: [&str; 4] = ["1.jpg", "2.jpg", "1.cr2", "3.jpg"];

/// The folders of which files are present in them or below, by path.
fn holding(world: &World) -> BTreeMap<String, FolderId> {
    let view = world.app.view();
    let mut all = BTreeMap::new();
    for (_, row) in view.files().filter(|(_, row)| row.is_present()) {
        let up = |folder: &FolderId| view.folder(*folder).unwrap().parent;
        for folder in std::iter::successors(Some(row.folder), up) {
            let path = String::from_utf8(view.folder_path(folder)).unwrap();
            assert_eq!(
                view.folder_at(LIBRARY, path.as_bytes()),
                Some(folder),
                "two folders at {path}"
            );
            all.insert(path, folder);
        }
    }
    all
}

/// A path that a rename gave another place.
fn renamed(path: &str, from: &str, to: &str) -> Option<String> {
    let rest = path.strip_prefix(from)?;
    (rest.is_empty() || rest.starts_with('/')).then(|| format!("{to}{rest}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Between scans folders and files are renamed, merged, made and taken away. No file
    /// is taken for another; one rename of a folder to a path that was nobody's takes all
    /// folders in it along; a scan leaves nothing to be done, and a restart changes nothing.
    #[test]
    fn whatever_is_renamed_nothing_is_taken_for_another(
        rounds in prop::collection::vec(prop::collection::vec((0..7u8, 0..9usize, 0..9usize, 0..4usize), 1..4), 1..8)
    ) {
        let paths = ["a/1.jpg", "a/2.jpg", "a/1.cr2", "a/b/1.jpg", "a/b/c/3.jpg", "b/1.jpg", "z/2.jpg", "2.jpg"];
        let (mut world, volume) = library(&paths);
        let mut files: BTreeMap<Vec<u8>, FileId> = BTreeMap::new();
        for path in paths {
            files.insert(path.into(), file(&world, path).unwrap());
        }
        let mut count = 0u32;
        for round in rounds {
            let before = holding(&world);
            let mut followed = None;
            for (operation, at, to, name) in &round {
                let (from, to, name) = (FOLDERS[*at], FOLDERS[*to], NAMES[*name]);
                let is_inside = renamed(to, from, "").is_some();
                match operation {
                    0..=3 if !is_inside => {
                        let is_free = volume.paths().iter().all(|path| renamed(path, to, "").is_none());
                        // On a disk two of a name in different case are two; a rename replaces nothing.
                        if is_free || *operation == 3 {
                            volume.merge(from, to);
                        }
                        let was_nobodys = is_free && folder(&world, to).is_none();
                        followed = (was_nobodys && round.len() == 1).then_some((from, to));
                    }
                    4 => volume.merge(&format!("{from}/{name}"), &format!("{to}/{name}")),
                    5 => {
                        count += 1;
                        let path = format!("{to}/{name}");
                        if !volume.paths().contains(&path) {
                            volume.put(&path, &count.to_le_bytes(), i64::from(count) + 100);
                        }
                    }
                    _ => {
                        let path = format!("{from}/{name}");
                        if volume.paths().contains(&path) {
                            volume.remove(&path);
                        }
                    }
                }
            }
            scan(&world, &volume, false).unwrap();
            for path in volume.paths() {
                let content = volume.content(&path);
                let id = file(&world, &path);
                prop_assert!(id.is_some(), "{} is not known", path);
                let known = *files.entry(content).or_insert_with(|| id.unwrap());
                prop_assert_eq!(id, Some(known), "{} is another file", path);
            }
            let now = holding(&world);
            if let Some((from, to)) = followed {
                for (path, id) in &before {
                    let path = renamed(path, from, to).unwrap_or_else(|| path.clone());
                    prop_assert!(now.get(&path).is_none_or(|now| now == id), "{} after {} to {}", path, from, to);
                }
            }
            let again = scan(&world, &volume, false).unwrap();
            prop_assert_eq!((again.moved, again.new, again.gone, again.changed, again.returned), (0, 0, 0, 0, 0));
            world = world.restart();
            prop_assert_eq!(&holding(&world), &now);
            world = world.restart_without_store();
            prop_assert_eq!(&holding(&world), &now);
        }
    }
}
