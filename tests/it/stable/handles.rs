//! What is remembered by handle is found again: after a restart, a crash, and in the mount of another place.
//!
//! A handle has a number and no path, so the file system is asked for "what has this number", also for things that
//! the kernel has never seen since it was mounted, and a folder for the one above it, up to the root. This is what an
//! NFS server lives on.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::os::fd::{AsFd, AsRawFd};
use std::path::{Path, PathBuf};

use kphotos_tests::handles::Handle;
use kphotos_tests::{skip, skip_unless};

use super::{Stage, photo};

/// Something of every view.
const DIRS: [&str; 14] = [
    "",
    "albums",
    "albums/Trips",
    "albums/Trips/Italy",
    "albums/Gone",
    "tags/travel/_all",
    "tags/travel/italy",
    "dates/by-year/2021",
    "dates/by-month/2021/2021-07",
    "dates/by-day/2021/2021-07-02",
    "library/library/a/b",
    "shares/Given",
    "collections/Best",
    "recent",
];

fn stage() -> Stage {
    let stage = Stage::new(|library| {
        for number in 1..=6 {
            photo(number)
                .write_to(library.join("a/b"), format!("{number}.jpg"))
                .unwrap();
        }
    });
    let file = stage.library().join("a/b/1.jpg");
    let file = file.to_str().unwrap();
    for command in [
        &["album", "create", "Trips/Italy"][..],
        &["album", "add", "Trips/Italy", file],
        &["album", "create", "Gone"],
        &["tag", "add", "travel/italy", file],
        &["set", file, "--favorite", "--rating", "5"],
        &["collection", "create", "Best", "rating:5"],
        &["share", "create", "Given", "--album", "Trips/Italy"],
    ] {
        let _ = stage.world.kphotos(command).ok();
    }
    stage
}

/// Handles of all that is to be found again, by path.
fn remembered(stage: &Stage) -> BTreeMap<PathBuf, Handle> {
    let mut paths: Vec<PathBuf> = DIRS.iter().map(PathBuf::from).collect();
    for dir in DIRS {
        let entries = fs::read_dir(stage.dir(dir)).unwrap_or_else(|error| panic!("{dir}: {error}"));
        paths.extend(entries.map(|entry| Path::new(dir).join(entry.unwrap().file_name())));
    }
    let handle = |path: PathBuf| {
        let handle = Handle::of(stage.world.mount().join(&path)).unwrap();
        (path, handle)
    };
    paths.into_iter().map(handle).collect()
}

/// That each is found in this mount: a folder at its path, a file with its bytes.
#[track_caller]
fn found_again(mount: &Path, remembered: &BTreeMap<PathBuf, Handle>) {
    let root = File::open(mount).unwrap();
    for (path, handle) in remembered {
        let opened = handle.open(root.as_fd(), libc::O_RDONLY);
        let mut file = opened.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        if file.metadata().unwrap().is_dir() {
            let link = format!("/proc/self/fd/{}", file.as_raw_fd());
            assert_eq!(fs::read_link(link).unwrap(), within(mount, path));
        } else {
            let mut bytes = Vec::new();
            let _ = file.read_to_end(&mut bytes).unwrap();
            assert!(!bytes.is_empty());
            assert_eq!(bytes, fs::read(mount.join(path)).unwrap(), "{}", path.display());
        }
    }
}

/// Without the `/` at the end that joining nothing makes.
fn within(mount: &Path, path: &Path) -> PathBuf {
    mount.canonicalize().unwrap().join(path).components().collect()
}

#[test]
fn what_a_handle_names_is_found_after_a_restart_and_a_crash() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    let mut stage = stage();
    let handles = remembered(&stage);
    assert!(handles.len() > 30, "{}", handles.len());
    found_again(&stage.world.mount(), &handles);
    stage.world.restart().unwrap();
    found_again(&stage.world.mount(), &handles);
    assert_eq!(handles, remembered(&stage));
    stage.world.kill9().unwrap();
    stage.world.start().unwrap();
    found_again(&stage.world.mount(), &handles);
    stage.finish();
}

#[test]
fn a_handle_is_good_in_every_mount_that_shows_the_thing() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    let stage = stage();
    let mut handles = remembered(&stage);
    let place = stage.world.path("again");
    let add = ["mount", "add", place.to_str().unwrap()];
    let _ = stage.world.kphotos(&add).ok();
    // Each mount has a marker of its own.
    handles.remove(Path::new(".kphotos"));
    found_again(&place, &handles);
    // A mount that does not show it does not give it away either.
    let few = stage.world.path("few");
    let add = ["mount", "add", few.to_str().unwrap(), "--views", "dates"];
    let _ = stage.world.kphotos(&add).ok();
    let root = File::open(&few).unwrap();
    for path in ["albums/Trips", "tags/travel/italy", "collections/Best"] {
        let refused = handles[Path::new(path)].open(root.as_fd(), libc::O_RDONLY);
        let errno = refused.err().and_then(|error| error.raw_os_error());
        assert_eq!(errno, Some(libc::ESTALE), "{path}");
    }
    stage.finish();
}

#[test]
fn what_is_gone_is_stale() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    let mut stage = stage();
    let handles = remembered(&stage);
    let _ = stage.world.kphotos(&["album", "delete", "Gone"]).ok();
    let _ = stage.world.kphotos(&["collection", "delete", "Best"]).ok();
    let check = |stage: &Stage| {
        let root = File::open(stage.world.mount()).unwrap();
        for path in ["albums/Gone", "collections/Best"] {
            let opened = handles[Path::new(path)].open(root.as_fd(), libc::O_RDONLY);
            let errno = opened.err().and_then(|error| error.raw_os_error());
            assert_eq!(errno, Some(libc::ESTALE), "{path}");
        }
        let _there = handles[Path::new("albums/Trips")]
            .open(root.as_fd(), libc::O_RDONLY)
            .unwrap();
    };
    check(&stage);
    stage.world.restart().unwrap();
    check(&stage);
    stage.finish();
}
