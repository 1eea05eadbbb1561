//! Files that do not hold still.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use kphotos_tests::photos::{self, Photo};
use kphotos_tests::random::Random;
use kphotos_tests::world::World;
use kphotos_tests::{skip, skip_unless};

use super::{contents, photo, rescan};
use crate::sacred::JOBS;

#[test]
fn files_that_vanish_and_change_while_they_are_scanned_cost_nothing() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    let library = world.library();
    let _ = photos::library(library.join("steady"), 300, 50).unwrap();
    let restless = library.join("restless");
    for number in 0..100 {
        photo(10_000 + number, &restless, format!("{number}.jpg"));
    }
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let mover = scope.spawn(|| {
            let mut random = Random::seeded(7);
            let mut number = 20_000;
            while !over.load(Ordering::Relaxed) {
                let path = restless.join(format!("{}.jpg", random.below(100)));
                let other = restless.join(format!("{}.jpg", random.below(100)));
                number += 1;
                // That a file is not there just now is what this is about.
                let _ = match random.below(4) {
                    0 => fs::remove_file(&path),
                    1 => fs::rename(&path, &other),
                    2 => fs::write(&path, &Photo::numbered(number).bytes()[..100]),
                    _ => fs::write(&path, Photo::numbered(number).bytes()),
                };
            }
        });
        world.start().unwrap();
        for _ in 0..5 {
            // What is gone at once may be too much to believe; the daemon says so and goes on.
            let scan = world.kphotos(&["library", "scan", "--wait"]);
            assert!([0, 1].contains(&scan.status), "{scan}");
        }
        over.store(true, Ordering::Relaxed);
        mover.join().unwrap();
    });
    rescan(&world);
    let shown = contents(&world.mount().join("library/library"));
    assert_eq!(shown, contents(&library), "the tree is what the disk is");
    assert!(world.stop().unwrap().success());
}

#[test]
fn empty_and_cut_off_files_are_there_to_be_seen() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    let library = world.library();
    let whole = Photo::numbered(1).bytes();
    for (name, length) in [
        ("empty.jpg", 0),
        ("one.jpg", 1),
        ("head.jpg", 20),
        ("half.jpg", whole.len() / 2),
    ] {
        fs::write(library.join(name), &whole[..length]).unwrap();
    }
    for name in ["empty.mp4", "empty.heic", "empty.cr2", "empty.png"] {
        fs::write(library.join(name), b"").unwrap();
    }
    photo(2, &library, "good.jpg");
    world.start().unwrap();
    world.wait_idle(JOBS);
    let tree = world.mount().join("library/library");
    assert_eq!(contents(&tree), contents(&library));
    assert_eq!(fs::metadata(tree.join("empty.jpg")).unwrap().len(), 0);
    assert!(
        world
            .mount()
            .join("dates/by-day/2024/2024-06-03/good.jpg")
            .exists()
    );
    // One that is completed is read again.
    photo(3, &library, "empty.jpg");
    rescan(&world);
    assert!(
        world
            .mount()
            .join("dates/by-day/2024/2024-06-04/empty.jpg")
            .exists()
    );
    assert!(world.stop().unwrap().success());
}
