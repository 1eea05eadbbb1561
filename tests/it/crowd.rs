//! Many people at once: readers do not stop those who edit, nor the other way round.
//!
//! While the kernel asks the daemon, the daemon tells the kernel what is stale and plays changes to those who watch:
//! whoever waits for the other while holding what the other needs stands still for ever. So some threads walk the
//! tree, open and read what they find and watch folders, while others tag, untag and undo; all of it must come to an end,
//! and in the end the tree must be what it was.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use kphotos_tests::inotify::Watcher;
use kphotos_tests::photos;
use kphotos_tests::reading::Tree;
use kphotos_tests::world::World;
use kphotos_tests::{skip, skip_unless};

use crate::sacred::JOBS;

/// Commands of each of those who edit.
const ROUNDS: usize = 15;

#[test]
fn readers_and_editors_do_not_stop_each_other() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    photos::library(world.library(), 300, 100).unwrap();
    let before = world.start_on_originals(JOBS);
    let first = Tree::read(world.mount()).unwrap();

    let (over, reads) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        for reader in 0..3 {
            let (world, over, reads) = (&world, &over, &reads);
            scope.spawn(move || {
                let mut watchers = Vec::new();
                while !over.load(Ordering::Relaxed) {
                    reads.fetch_add(
                        walk(&world.mount(), &mut watchers, reader == 0),
                        Ordering::Relaxed,
                    );
                }
            });
        }
        let editors: Vec<_> = (0..2)
            .map(|editor| {
                let world = &world;
                scope.spawn(move || edit(world, editor))
            })
            .collect();
        let outcomes: Vec<_> = editors.into_iter().map(thread::ScopedJoinHandle::join).collect();
        over.store(true, Ordering::Relaxed);
        assert!(outcomes.iter().all(Result::is_ok), "an editor failed");
    });
    assert!(reads.load(Ordering::Relaxed) > 300, "the readers got on");
    let last = Tree::read(world.mount()).unwrap();
    let shown = |tree: &Tree| -> Vec<_> {
        tree.files
            .iter()
            .map(|(path, seen)| (path.clone(), seen.inode, seen.content.clone()))
            .collect()
    };
    assert_eq!(shown(&first), shown(&last), "all was taken back");
    assert!(world.stop().unwrap().success());
    before.assert_unchanged(world.library());
}

/// Tags a folder of photos, puts it into an album, and takes both back, again and again.
fn edit(world: &World, editor: usize) {
    let folder = world.library().join(if editor == 0 {
        "2004/2004-01"
    } else {
        "2004/2004-02"
    });
    let folder = folder.to_str().unwrap();
    let (tag, album) = (format!("crowd/{editor}"), format!("Crowd {editor}"));
    let _ = world.kphotos(&["album", "create", &album]).ok();
    for _ in 0..ROUNDS {
        let _ = world.kphotos(&["tag", "add", &tag, folder]).ok();
        let _ = world.kphotos(&["album", "add", &album, folder]).ok();
        let shown = fs::read_dir(world.mount().join("tags").join(&tag))
            .unwrap()
            .count();
        assert_eq!(shown, 100, "the folder of a tag shows at once what was tagged");
        let _ = world.kphotos(&["album", "remove", &album, folder]).ok();
        let _ = world.kphotos(&["tag", "remove", &tag, folder]).ok();
        let shown = fs::read_dir(world.mount().join("tags").join(&tag)).map_or(0, Iterator::count);
        assert_eq!(shown, 0, "and no more what was untagged");
    }
}

/// Lists and reads everything once, whatever comes and goes meanwhile: how many files were read.
fn walk(dir: &Path, watchers: &mut Vec<Watcher>, watch: bool) -> usize {
    if watch && watchers.len() < 20 {
        watchers.extend(Watcher::on(dir));
    }
    let Ok(entries) = fs::read_dir(dir) else { return 0 };
    let mut read = 0;
    for entry in entries.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            read += walk(&entry.path(), watchers, watch);
        } else if entry.file_name() == ".kphotos" {
            // The marker of the mount is no photo.
        } else if let Ok(bytes) = fs::read(entry.path()) {
            assert!(bytes.starts_with(&[0xff, 0xd8]), "{}", entry.path().display());
            read += 1;
        }
    }
    read
}
