//! The write matrix: every system call that writes, on everything in the tree, by everybody who may enter.
//!
//! | module | who tries |
//! |---|---|
//! | `system` | root, and a person whom the mount lets in, through the read-only bind of a system mount; root on the mount that is not published |
//! | `user` | the daemon's own user, and root, through a mount made by `fusermount3` |
//!
//! The answer is `EROFS` and nothing else, but for what the kernel answers before it asks the mount or the file system:
//! [`kphotos_tests::attempts`] has those that are the same for everybody, each with its reason, and the modules the few
//! that depend on who asks. Afterwards the tree reads as before to the last byte, and so do the originals, access times
//! included. Every folder that is listed anywhere in the tree is tried, so a view that comes later is too.

mod system;
mod user;

use std::collections::BTreeSet;
use std::ffi::{CString, OsStr};
use std::fs::{self, File};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use kphotos_tests::attempts::{self, Attempt, c_name, c_path};
use kphotos_tests::reading::Tree;
use kphotos_tests::sacred::Inventory;
use kphotos_tests::world::World;

use crate::sacred::{JOBS, fill};

/// What the kernel answers to some before it asks the mount: the call, the error, and why.
pub(crate) type Exception = (&'static str, i32, &'static str);

/// A running world whose every view holds something.
struct Stage {
    world: World,
    originals: Inventory,
}

impl Stage {
    fn started() -> Self {
        let mut world = World::new().unwrap();
        let originals = fill(&world.library()).unwrap();
        let settings = format!(
            "[[mount]]\npath = '{}'\nsidecars = 'xmp'\nfolder_files = ['directory', 'hidden']\n",
            world.mount().display()
        );
        world.declare(&settings).unwrap();
        world.start().unwrap();
        world.wait_idle(JOBS);
        let file = world.mount().join("dates/by-month/2024/2024-06/IMG_9001.JPG");
        let file = file.to_str().unwrap();
        for command in [
            &["tag", "add", "writes", file][..],
            &["album", "create", "Empty"],
            &["album", "create", "Some"],
            &["album", "add", "Some", file],
            &["set", file, "--favorite"],
            &["collection", "create", "Best", "is:favorite"],
            &["share", "create", "Given", "--album", "Some"],
        ] {
            let _ = world.kphotos(command).ok();
        }
        Self { world, originals }
    }

    /// A file of another mount, which may be written to.
    fn outside(&self) -> PathBuf {
        self.world.path("outside.jpg")
    }

    /// Runs what tries to write in `mount`; then nothing has changed.
    #[track_caller]
    fn nothing_changes(&self, mount: &Path, attempt: impl FnOnce()) {
        let before = Tree::read(mount).unwrap();
        assert!(before.directories.len() > 50 && before.files.len() > 500);
        attempt();
        assert_eq!(before, Tree::read(mount).unwrap(), "the tree is as it was");
        self.originals.assert_unchanged(self.world.library());
    }
}

/// Tries everything everywhere in a mount; gives what was not refused as it should be, each once, with a place.
fn everywhere(mount: &Path, outside: &Path, exceptions: &[Exception]) -> Vec<String> {
    let mut bad: Vec<(&str, String)> = Vec::new();
    let (mut places, mut pending) = (0, vec![mount.to_owned()]);
    let mut made = BTreeSet::new();
    while let Some(dir) = pending.pop() {
        let (dirs, files) = inside(&dir);
        let mut attempts = Vec::new();
        // What is made up is tried too: the marker in the root, `.directory`, `.hidden`, a sidecar.
        let (own, made_up): (Vec<&PathBuf>, Vec<&PathBuf>) = files.iter().partition(|file| !is_made_up(file));
        let sidecar = made_up
            .iter()
            .find(|file| file.extension().is_some_and(|extension| extension == "xmp"));
        let dotted = made_up.iter().filter(|file| file.extension().is_none());
        let tried: Vec<&PathBuf> = dotted
            .clone()
            .copied()
            .chain(sidecar.copied())
            .chain(own.first().copied())
            .collect();
        made.extend(
            dotted
                .clone()
                .filter_map(|file| file.file_name())
                .map(OsStr::to_owned),
        );
        for path in dirs.first().into_iter().chain(tried.iter().copied()) {
            let name = path.file_name().map(c_name);
            attempts.extend(in_directory(&dir, name, outside));
        }
        attempts.extend(tried.iter().flat_map(|file| on_file(file)));
        places += 1 + usize::from(!files.is_empty());
        for attempt in attempts.iter().filter(|attempt| !is_refused(attempt, exceptions)) {
            if bad.iter().all(|(call, _)| *call != attempt.call) {
                bad.push((attempt.call, format!("{attempt}, in {}", dir.display())));
            }
        }
        pending.extend(dirs);
    }
    assert!(places > 100, "{places} places only");
    assert!(made.contains(OsStr::new(".kphotos")));
    bad.into_iter().map(|(_, text)| text).collect()
}

/// Whether a file is no photo: its name starts with a dot, or is a sidecar's.
fn is_made_up(file: &Path) -> bool {
    let name = file.file_name().map(OsStr::as_encoded_bytes).unwrap_or_default();
    name.starts_with(b".") || name.ends_with(b".xmp")
}

fn is_refused(attempt: &Attempt, exceptions: &[Exception]) -> bool {
    let is_excepted = |(call, errno, _): &Exception| *call == attempt.call && *errno == attempt.errno;
    attempt.is_refused() || exceptions.iter().any(is_excepted)
}

/// Folders and files in a folder, sorted.
fn inside(dir: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let entries = fs::read_dir(dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().partition(|path| path.is_dir())
}

fn in_directory(dir: &Path, inside: Option<CString>, outside: &Path) -> Vec<Attempt> {
    let opened = attempts::directory(dir).unwrap();
    attempts::in_directory(opened.as_fd(), inside.as_deref(), outside)
}

fn on_file(file: &Path) -> Vec<Attempt> {
    let mut attempts = attempts::on_file(&c_path(file));
    attempts.extend(attempts::on_descriptor(File::open(file).unwrap().as_fd()));
    attempts
}
