//! Many readers while thousands of changes run.

use crate::scene::Scene;
use kphotos_fs::access::Checks;
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

const READERS: usize = 8;
const CHANGES: usize = 3000;

fn gone(error: &std::io::Error) -> bool {
    // ESTALE: it went while its path was being walked.
    error.kind() == ErrorKind::NotFound || error.kind() == ErrorKind::StaleNetworkFileHandle
}

/// Lists a folder and reads what is in it; what vanishes meanwhile is no error.
fn look(dir: &Path) -> u64 {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) => {
            assert!(gone(&error), "{}: {error}", dir.display());
            return 0;
        }
    };
    let mut read = 0;
    for entry in entries {
        let entry = entry.unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
        match std::fs::read(entry.path()) {
            Ok(bytes) => {
                assert_eq!(bytes, b"12345");
                read += 1;
            }
            Err(error) => assert!(gone(&error), "{}: {error}", entry.path().display()),
        }
    }
    read
}

#[test]
fn eight_readers_and_thousands_of_changes_do_no_harm() {
    let test = "eight_readers_and_thousands_of_changes_do_no_harm";
    let paths: Vec<String> = (0..40).map(|number| format!("{number:02}.jpg")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let Some(scene) = Scene::new(test, Checks::Here, &paths) else {
        return;
    };
    scene.album("rome");
    let (done, read) = (AtomicBool::new(false), AtomicU64::new(0));
    let mut inside = BTreeSet::new();
    std::thread::scope(|scope| {
        for reader in 0..READERS {
            let (scene, done, read) = (&scene, &done, &read);
            scope.spawn(move || {
                let album = if reader % 2 == 0 {
                    scene.public("albums/rome")
                } else {
                    scene.private("albums/rome")
                };
                while !done.load(Ordering::Relaxed) {
                    read.fetch_add(look(&album), Ordering::Relaxed);
                    look(&scene.public("library/photos"));
                }
            });
        }
        let stop = Stop(&done);
        for change in 0..CHANGES {
            let path = paths[change * 7 % paths.len()];
            if inside.remove(path) {
                scene.empty("rome", &[path]);
                assert!(!scene.public(&format!("albums/rome/{path}")).exists(), "{change}");
            } else {
                scene.fill("rome", &[path]);
                inside.insert(path);
                assert!(scene.public(&format!("albums/rome/{path}")).exists(), "{change}");
            }
        }
        drop(stop);
    });
    scene.settle();
    assert!(read.load(Ordering::Relaxed) > 0);
    let listed: BTreeSet<String> = std::fs::read_dir(scene.public("albums/rome"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(listed, inside.iter().map(|path| (*path).to_owned()).collect());
    for path in &paths {
        let there = scene.public(&format!("albums/rome/{path}")).exists();
        assert_eq!(there, inside.contains(path), "{path}");
    }
}

/// Ends the readers even if the writer fails.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
