//! One change at a time: what watchers hear, and what readers see.

use crate::scene::Scene;
use crate::watch::Watch;
use kphotos_domain::command::UpdateFiles;
use kphotos_domain::event::FileStamp;
use kphotos_domain::kernel::FileSet;
use kphotos_fs::access::Checks;
use std::io::ErrorKind;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

pub(crate) fn names(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

pub(crate) fn both(scene: &Scene, below: &str) -> [Watch; 2] {
    [
        Watch::new(&scene.private(below)),
        Watch::new(&scene.public(below)),
    ]
}

pub(crate) fn hear(watches: &mut [Watch; 2], wanted: &[&str]) {
    for watch in watches {
        let last = wanted.last().unwrap();
        assert_eq!(watch.until(last), wanted);
    }
}

const NONE: &[&str] = &[];

#[test]
fn watchers_hear_of_photos_that_come_and_go() {
    for checks in [Checks::Here, Checks::Kernel] {
        let test = "watchers_hear_of_photos_that_come_and_go";
        let Some(scene) = Scene::new(test, checks, &["a.jpg", "b.jpg"]) else {
            return;
        };
        scene.album("rome");
        let mut watches = both(&scene, "albums/rome");
        // A reader was there before: both a miss and an old listing are cached.
        assert!(!scene.public("albums/rome/a.jpg").exists());
        assert_eq!(names(&scene.public("albums/rome")), NONE);
        scene.fill("rome", &["a.jpg"]);
        assert!(scene.public("albums/rome/a.jpg").exists());
        assert_eq!(names(&scene.public("albums/rome")), ["a.jpg"]);
        hear(&mut watches, &["create a.jpg"]);
        scene.settle();
        assert_eq!(names(&scene.public("albums/rome")), ["a.jpg"]);
        assert_eq!(
            std::fs::read(scene.public("albums/rome/a.jpg")).unwrap(),
            b"12345"
        );
        let links = std::fs::metadata(scene.public("library/photos/a.jpg"))
            .unwrap()
            .nlink();
        scene.empty("rome", &["a.jpg"]);
        assert!(!scene.public("albums/rome/a.jpg").exists());
        hear(&mut watches, &["delete a.jpg"]);
        scene.settle();
        assert_eq!(names(&scene.public("albums/rome")), NONE);
        let meta = std::fs::metadata(scene.public("library/photos/a.jpg")).unwrap();
        assert_eq!(meta.nlink(), links - 1);
        scene.fill("rome", &["a.jpg", "b.jpg"]);
        hear(&mut watches, &["create a.jpg", "create b.jpg"]);
        scene.undo();
        hear(&mut watches, &["delete a.jpg", "delete b.jpg"]);
        scene.settle();
        assert!(watches.iter_mut().all(|watch| watch.all().is_empty()));
    }
}

#[test]
fn a_watched_photo_is_not_reported_deleted_when_it_leaves_a_folder() {
    let test = "a_watched_photo_is_not_reported_deleted_when_it_leaves_a_folder";
    let Some(scene) = Scene::new(test, Checks::Here, &["a.jpg"]) else {
        return;
    };
    scene.album("rome");
    scene.fill("rome", &["a.jpg"]);
    assert_eq!(names(&scene.public("albums/rome")), ["a.jpg"]);
    scene.settle();
    let mut watch = Watch::new(&scene.public("library/photos/a.jpg"));
    scene.undo();
    scene.settle();
    let heard = watch.all();
    assert!(heard.iter().all(|event| event == "attrib"), "{heard:?}");
}

#[test]
fn watchers_hear_of_a_rename() {
    let Some(scene) = Scene::new("watchers_hear_of_a_rename", Checks::Kernel, &["a.jpg"]) else {
        return;
    };
    scene.album("rome");
    scene.fill("rome", &["a.jpg"]);
    let mut albums = both(&scene, "albums/rome");
    let mut library = both(&scene, "library/photos");
    assert!(scene.public("albums/rome/a.jpg").exists());
    scene.settle();
    albums
        .iter_mut()
        .chain(&mut library)
        .for_each(|watch| drop(watch.all()));
    let moved = vec![(scene.file("a.jpg"), scene.write("b.jpg", b"12345"))];
    scene.update(UpdateFiles {
        moved,
        ..UpdateFiles::default()
    });
    assert!(!scene.public("albums/rome/a.jpg").exists());
    assert_eq!(names(&scene.public("albums/rome")), ["b.jpg"]);
    hear(&mut albums, &["from a.jpg", "to b.jpg"]);
    hear(&mut library, &["from a.jpg", "to b.jpg"]);
    scene.settle();
    assert!(!scene.public("albums/rome/a.jpg").exists());
    assert_eq!(
        std::fs::read(scene.public("library/photos/b.jpg")).unwrap(),
        b"12345"
    );
}

#[test]
fn a_folder_that_was_removed_while_in_use_lives_when_it_is_back() {
    let test = "a_folder_that_was_removed_while_in_use_lives_when_it_is_back";
    let Some(scene) = Scene::new(test, Checks::Here, &["sub/a.jpg", "b.jpg"]) else {
        return;
    };
    let mut above = both(&scene, "library/photos");
    let _inside = both(&scene, "library/photos/sub");
    let open = std::fs::File::open(scene.public("library/photos/sub")).unwrap();
    let gone = FileSet::one(scene.file("sub/a.jpg"));
    scene.update(UpdateFiles {
        gone: gone.clone(),
        ..UpdateFiles::default()
    });
    assert_eq!(names(&scene.public("library/photos")), ["b.jpg"]);
    hear(&mut above, &["delete sub"]);
    scene.settle();
    // Watched and open to the end: the watch must not keep what comes back dead.
    scene.update(UpdateFiles {
        returned: gone,
        ..UpdateFiles::default()
    });
    assert_eq!(names(&scene.public("library/photos")), ["b.jpg", "sub"]);
    hear(&mut above, &["create sub"]);
    scene.settle();
    assert_eq!(names(&scene.public("library/photos/sub")), ["a.jpg"]);
    assert_eq!(
        std::fs::read(scene.public("library/photos/sub/a.jpg")).unwrap(),
        b"12345"
    );
    let mut again = both(&scene, "library/photos/sub");
    scene.write("sub/c.jpg", b"1");
    scene.register(&["sub/c.jpg"]);
    hear(&mut again, &["create c.jpg"]);
    drop(open);
}

#[test]
fn albums_and_tags_appear_and_vanish() {
    let Some(scene) = Scene::new("albums_and_tags_appear_and_vanish", Checks::Here, &["a.jpg"]) else {
        return;
    };
    let mut albums = both(&scene, "albums");
    scene.album("rome");
    assert!(scene.public("albums/rome").is_dir());
    hear(&mut albums, &["create rome"]);
    let inside = std::fs::File::open(scene.public("albums/rome")).unwrap();
    scene.undo();
    assert!(!scene.public("albums/rome").exists());
    hear(&mut albums, &["delete rome"]);
    scene.album("rome");
    hear(&mut albums, &["create rome"]);
    assert_eq!(names(&scene.public("albums/rome")), NONE);
    drop(inside);
    let mut tags = both(&scene, "tags");
    scene.tag("beach/sand", &["a.jpg"]);
    hear(&mut tags, &["create beach"]);
    assert_eq!(names(&scene.public("tags/beach/sand")), ["a.jpg"]);
}

#[test]
fn a_renamed_folder_is_the_same_folder_and_watchers_hear_of_a_rename() {
    let test = "a_renamed_folder_is_the_same_folder_and_watchers_hear_of_a_rename";
    for checks in [Checks::Here, Checks::Kernel] {
        let Some(scene) = Scene::new(test, checks, &["a.jpg", "b.jpg"]) else {
            return;
        };
        scene.tag("beach/sand", &["a.jpg"]);
        scene.album("rome");
        scene.album("trips");
        scene.fill("rome", &["a.jpg"]);
        scene.settle();
        let (mut tags, mut albums) = (both(&scene, "tags"), both(&scene, "albums"));
        let mut inside = both(&scene, "albums/rome");
        let mut trips = both(&scene, "albums/trips");
        let ino = |below: &str| std::fs::metadata(scene.public(below)).unwrap().ino();
        let (beach, rome) = (ino("tags/beach"), ino("albums/rome"));
        let open = std::fs::File::open(scene.public("albums/rome")).unwrap();
        // Misses and listings are cached.
        assert!(!scene.public("tags/shore").exists());
        assert!(!scene.public("albums/trips/rome").exists());
        assert_eq!(names(&scene.public("albums")), ["rome", "trips"]);
        scene.rename_tag("beach", "shore");
        assert!(!scene.public("tags/beach").exists());
        assert_eq!(names(&scene.public("tags/shore/sand")), ["a.jpg"]);
        hear(&mut tags, &["from beach", "to shore"]);
        scene.settle();
        assert_eq!(ino("tags/shore"), beach);
        assert_eq!(names(&scene.public("tags")), ["shore"]);
        scene.move_album("rome", Some("trips"));
        assert!(!scene.public("albums/rome").exists());
        assert_eq!(names(&scene.public("albums/trips/rome")), ["a.jpg"]);
        hear(&mut albums, &["from rome"]);
        hear(&mut trips, &["to rome"]);
        scene.settle();
        assert_eq!(ino("albums/trips/rome"), rome);
        // The folder that was open and watched is the one that has moved.
        inside.iter_mut().for_each(|watch| drop(watch.all()));
        scene.fill("trips/rome", &["b.jpg"]);
        hear(&mut inside, &["create b.jpg"]);
        scene.settle();
        assert_eq!(names(&scene.public("albums/trips/rome")), ["a.jpg", "b.jpg"]);
        drop(open);
        scene.undo();
        scene.undo();
        hear(&mut albums, &["to rome"]);
        scene.undo();
        hear(&mut tags, &["from shore", "to beach"]);
        scene.settle();
        assert_eq!(names(&scene.public("albums/rome")), ["a.jpg"]);
        assert_eq!(names(&scene.public("tags/beach/sand")), ["a.jpg"]);
    }
}

/// Says so when it is dropped, also by a panic.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn who_looks_when_the_command_returned_finds_what_moved() {
    let test = "who_looks_when_the_command_returned_finds_what_moved";
    let Some(scene) = Scene::new(test, Checks::Here, &["a.jpg"]) else {
        return;
    };
    scene.album("rome");
    scene.album("trips");
    scene.fill("rome", &["a.jpg"]);
    let at_top = scene.public("albums/rome");
    let below = scene.public("albums/trips/rome");
    let open = std::fs::File::open(&at_top).unwrap();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|threads| {
        // Threads of the mount and of the test get in each other's way on a busy machine only.
        for _ in 0..6 {
            threads.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let _over = Over(&is_over);
        for _ in 0..400 {
            scene.move_album("rome", Some("trips"));
            assert_eq!(names(&below), ["a.jpg"]);
            scene.move_album("trips/rome", None);
            assert_eq!(names(&at_top), ["a.jpg"]);
        }
    });
    drop(open);
}

#[test]
fn a_folder_moved_to_where_nobody_looks_or_deleted_lives_when_it_is_seen_again() {
    let test = "a_folder_moved_to_where_nobody_looks_or_deleted_lives_when_it_is_seen_again";
    let Some(scene) = Scene::new(test, Checks::Here, &["a.jpg"]) else {
        return;
    };
    scene.album("rome");
    scene.album("trips");
    scene.fill("rome", &["a.jpg"]);
    scene.settle();
    let mut albums = both(&scene, "albums");
    let _inside = both(&scene, "albums/rome");
    let open = std::fs::File::open(scene.public("albums/rome")).unwrap();
    scene.move_album("rome", Some("trips"));
    hear(&mut albums, &["from rome"]);
    scene.settle();
    let listed = |dir: &std::fs::File| names(Path::new(&format!("/proc/self/fd/{}", dir.as_raw_fd())));
    assert_eq!(listed(&open), ["a.jpg"], "whoever is in it reads on");
    assert_eq!(names(&scene.public("albums/trips/rome")), ["a.jpg"]);
    scene.undo();
    scene.settle();
    assert_eq!(names(&scene.public("albums/rome")), ["a.jpg"]);
    scene.delete_album("rome");
    assert!(!scene.public("albums/rome").exists());
    scene.settle();
    scene.undo();
    scene.settle();
    assert_eq!(names(&scene.public("albums/rome")), ["a.jpg"]);
    assert_eq!(
        std::fs::read(scene.public("albums/rome/a.jpg")).unwrap(),
        b"12345"
    );
}

#[test]
fn what_is_open_says_its_attributes_when_its_photo_is_gone() {
    let test = "what_is_open_says_its_attributes_when_its_photo_is_gone";
    let Some(scene) = Scene::new(test, Checks::Here, &["a.jpg"]) else {
        return;
    };
    let path = scene.public("library/photos/a.jpg");
    let open = std::fs::File::open(&path).unwrap();
    let gone = [scene.file("a.jpg")].into_iter().collect();
    scene.update(UpdateFiles {
        gone,
        ..UpdateFiles::default()
    });
    assert!(!path.exists());
    assert_eq!(open.metadata().unwrap().len(), 5);
}

#[test]
fn who_goes_on_with_a_listing_leaves_nothing_old_for_others() {
    let test = "who_goes_on_with_a_listing_leaves_nothing_old_for_others";
    // More than one answer holds.
    let photos: Vec<String> = (0..2000).map(|number| format!("{number:04}.jpg")).collect();
    let photos: Vec<&str> = photos.iter().map(String::as_str).collect();
    let Some(scene) = Scene::new(test, Checks::Here, &photos) else {
        return;
    };
    scene.album("rome");
    scene.fill("rome", &photos[..1999]);
    let dir = scene.public("albums/rome");
    let begin = || {
        let mut entries = std::fs::read_dir(&dir).unwrap();
        assert!(entries.next().is_some());
        entries
    };
    // Two have read the first part; what they go on with is from before the edit.
    let (old, other) = (begin(), begin());
    scene.empty("rome", &["1998.jpg"]);
    scene.fill("rome", &["1999.jpg"]);
    // Somebody begins to fill the kernel's cache, they fill the rest.
    let new = begin();
    for rest in [old, other, new] {
        let _ = rest.count();
    }
    let wanted: Vec<&str> = photos[..1998].iter().chain(&photos[1999..]).copied().collect();
    for _ in 0..2 {
        assert_eq!(names(&dir), wanted);
    }
}

#[test]
fn rewritten_bytes_are_read_and_watchers_hear_of_them() {
    let test = "rewritten_bytes_are_read_and_watchers_hear_of_them";
    let Some(scene) = Scene::new(test, Checks::Here, &["a.jpg"]) else {
        return;
    };
    let path = scene.public("library/photos/a.jpg");
    assert_eq!(std::fs::read(&path).unwrap(), b"12345");
    let mut watches = both(&scene, "library/photos");
    let seen = scene.write("a.jpg", b"other bytes");
    let stamp = FileStamp {
        id: scene.file("a.jpg"),
        size: seen.size,
        mtime_ns: seen.mtime_ns,
        ino: seen.ino,
    };
    scene.update(UpdateFiles {
        changed: vec![stamp],
        ..UpdateFiles::default()
    });
    assert_eq!(std::fs::read(&path).unwrap(), b"other bytes");
    hear(&mut watches, &["modify a.jpg"]);
}

#[test]
fn nobody_but_the_replay_thread_may_write() {
    let test = "nobody_but_the_replay_thread_may_write";
    let Some(scene) = Scene::new(test, Checks::Here, &["a.jpg"]) else {
        return;
    };
    scene.album("rome");
    let rofs = |done: std::io::Result<()>| {
        assert_eq!(done.unwrap_err().kind(), ErrorKind::ReadOnlyFilesystem);
    };
    for below in [scene.private("albums/rome"), scene.public("albums/rome")] {
        rofs(std::fs::create_dir(below.join("x")));
        rofs(std::fs::write(below.join("x.jpg"), b"x"));
        rofs(std::fs::remove_dir(&below));
        scene.fill("rome", &["a.jpg"]);
        rofs(std::fs::remove_file(below.join("a.jpg")));
        rofs(std::fs::rename(below.join("a.jpg"), below.join("b.jpg")));
        scene.undo();
    }
}

#[test]
fn a_flood_is_seen_at_once_and_heard_as_one_touch() {
    let paths: Vec<String> = (0..6000).map(|number| format!("{number:04}.jpg")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let test = "a_flood_is_seen_at_once_and_heard_as_one_touch";
    let Some(scene) = Scene::new(test, Checks::Kernel, &paths) else {
        return;
    };
    scene.album("rome");
    let mut watches = both(&scene, "albums/rome");
    assert_eq!(names(&scene.public("albums/rome")), NONE);
    assert!(!scene.public("albums/rome/5999.jpg").exists());
    scene.fill("rome", &paths);
    assert_eq!(names(&scene.public("albums/rome")).len(), 6000);
    assert!(scene.public("albums/rome/5999.jpg").exists());
    hear(&mut watches, &["attrib"]);
    scene.settle();
    scene.empty("rome", &paths[..1500]);
    assert_eq!(names(&scene.public("albums/rome")).len(), 4500);
    for watch in &mut watches {
        let mut heard = watch.until("delete 0000.jpg");
        scene.settle();
        heard.extend(watch.all());
        assert_eq!(heard.len(), 1500);
    }
}
