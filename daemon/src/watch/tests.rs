//! Watching real folders, with the real scanner, without a mount.

use super::*;
use crate::scan::{Scan, Scope};
use crate::storage::LocalVolume;
use kphotos_domain::command::Command;
use kphotos_domain::identity::Actor;
use kphotos_domain::storage::{LibraryState, NewLibrary};
use kphotos_domain::testing::World;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// As long as a test may take that fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// A library in a temporary folder that is watched.
struct Stage {
    folder: tempfile::TempDir,
    app: Arc<App>,
    id: LibraryId,
    volumes: Arc<Volumes>,
    watches: Arc<Watches>,
    watcher: Arc<Watcher>,
}

fn stage(files: &[&str]) -> Stage {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("photos");
    for file in files {
        let path = root.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file).unwrap();
    }
    let world = World::new();
    let root_bytes: Box<[u8]> = root.as_os_str().as_bytes().into();
    let (name, timezone) = (None, "UTC".into());
    let new = NewLibrary {
        name,
        root: root_bytes.clone(),
        timezone,
    };
    world
        .app
        .execute(Actor::System, &Command::AddLibrary(new))
        .unwrap();
    let app = Arc::new(world.app);
    let library = app
        .view()
        .libraries()
        .find(|library| library.root == root_bytes)
        .cloned()
        .unwrap();
    let (volumes, watches) = (Arc::<Volumes>::default(), Arc::<Watches>::default());
    // As at the start of the daemon: else the thread that looks at roots has it scanned.
    let opened = File::open(&root).unwrap();
    volumes.attach(library.id, Arc::new(LocalVolume::new(opened.into(), false)));
    let watcher = Watcher::start(WatchParts {
        app: app.clone(),
        volumes: volumes.clone(),
        turns: Arc::default(),
        narrowed: Arc::default(),
        skipped: Arc::default(),
        watches: watches.clone(),
        is_on: true,
    })
    .unwrap();
    let stage = Stage {
        folder,
        app,
        id: library.id,
        volumes,
        watches,
        watcher,
    };
    stage.scan(&library);
    stage
}

impl Stage {
    fn root(&self) -> PathBuf {
        self.folder.path().join("photos")
    }

    /// What a scan job does.
    fn scan(&self, library: &Library) {
        let root = File::open(self.root()).unwrap();
        let volume: Arc<dyn Volume> = Arc::new(LocalVolume::new(root.into(), false));
        self.volumes.attach(library.id, volume.clone());
        self.watcher.begin(library, &*volume);
        let scan = Scan {
            app: &self.app,
            volume: &*volume,
            library: library.id,
            scope: &Scope::Library,
            is_same_root: true,
            watch: &self.watcher.of(library.id),
            accept_missing: false,
            skipped: &SkipLists::default(),
            progress: &crate::jobs::Progress::default(),
            stop: &|| false,
        };
        scan.run().unwrap();
    }

    /// The paths of files that are present, sorted.
    fn files(&self) -> Vec<String> {
        let view = self.app.view();
        let path = |file| view.file_path(file).filter(|(library, _)| *library == self.id);
        let mut files: Vec<String> = view
            .files()
            .filter(|(_, row)| row.is_present())
            .filter_map(|(file, _)| Some(String::from_utf8(path(file)?.1).unwrap()))
            .collect();
        files.sort_unstable();
        files
    }

    #[track_caller]
    fn wait_for(&self, what: &str, is_so: impl Fn() -> bool) {
        let began = Instant::now();
        while !is_so() {
            assert!(
                began.elapsed() < PATIENCE,
                "{what}: not in time; there is {:?}",
                self.files()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        println!("{what}: {} ms", began.elapsed().as_millis());
    }

    #[track_caller]
    fn wait_for_files(&self, files: &[&str]) {
        self.wait_for(&format!("{files:?}"), || self.files() == files);
    }

    fn id_of(&self, path: &str) -> u32 {
        self.app
            .view()
            .file_at(self.id, path.as_bytes())
            .unwrap()
            .number()
    }

    fn revision(&self) -> u64 {
        self.app.view().revision().number()
    }
}

#[test]
fn what_is_made_written_renamed_and_deleted_is_seen() {
    let stage = stage(&["a/1.jpg", "b/2.jpg"]);
    let root = stage.root();
    assert_eq!(
        stage.watches.get(stage.id).unwrap(),
        Watching {
            folders: 3,
            gap: None
        }
    );
    fs::write(root.join("a/3.jpg"), b"new").unwrap();
    stage.wait_for_files(&["a/1.jpg", "a/3.jpg", "b/2.jpg"]);
    let id = stage.id_of("a/1.jpg");
    fs::rename(root.join("a/1.jpg"), root.join("b/moved.jpg")).unwrap();
    stage.wait_for_files(&["a/3.jpg", "b/2.jpg", "b/moved.jpg"]);
    assert_eq!(stage.id_of("b/moved.jpg"), id, "one move");
    fs::write(root.join("b/2.jpg"), b"other bytes").unwrap();
    let changes = || {
        let view = stage.app.view();
        let file = view.file_at(stage.id, b"b/2.jpg").unwrap();
        view.file(file).unwrap().changes
    };
    stage.wait_for("written in place", || changes() == 1);
    fs::remove_file(root.join("a/3.jpg")).unwrap();
    fs::create_dir_all(root.join("c/d/e")).unwrap();
    fs::write(root.join("c/d/e/5.jpg"), b"deep").unwrap();
    stage.wait_for_files(&["b/2.jpg", "b/moved.jpg", "c/d/e/5.jpg"]);
    fs::write(root.join("c/d/6.jpg"), b"in a new folder").unwrap();
    stage.wait_for_files(&["b/2.jpg", "b/moved.jpg", "c/d/6.jpg", "c/d/e/5.jpg"]);
}

#[test]
fn a_save_by_a_temporary_file_is_one_change_of_the_same_file() {
    let stage = stage(&["a/1.jpg"]);
    let (root, id) = (stage.root(), stage.id_of("a/1.jpg"));
    fs::write(root.join("a/.1.jpg.tmp.jpg"), b"better").unwrap();
    fs::rename(root.join("a/.1.jpg.tmp.jpg"), root.join("a/1.jpg")).unwrap();
    let changes = || {
        let view = stage.app.view();
        view.file(view.file_at(stage.id, b"a/1.jpg").unwrap())
            .unwrap()
            .changes
    };
    stage.wait_for("saved", || changes() == 1);
    assert_eq!(
        (stage.id_of("a/1.jpg"), stage.files()),
        (id, vec!["a/1.jpg".to_owned()])
    );
    assert_eq!(
        stage.app.view().next().file().number(),
        id + 1,
        "no other file was seen"
    );
}

#[test]
fn a_file_is_not_there_while_it_is_written_and_is_when_it_is_closed() {
    use std::io::Write as _;
    let stage = stage(&["a/1.jpg"]);
    let mut copy = File::create(stage.root().join("a/movie.mov")).unwrap();
    for _ in 0..20 {
        copy.write_all(&[7; 1000]).unwrap();
        // Another change in the folder has that looked at meanwhile.
        fs::write(stage.root().join("a/1.jpg"), b"x").unwrap();
        std::thread::sleep(Duration::from_millis(100));
        assert_eq!(stage.files(), ["a/1.jpg"]);
    }
    drop(copy);
    stage.wait_for_files(&["a/1.jpg", "a/movie.mov"]);
    let view = stage.app.view();
    let file = view.file_at(stage.id, b"a/movie.mov").unwrap();
    assert_eq!(view.file(file).unwrap().size, 20_000);
}

#[test]
fn a_renamed_folder_with_a_change_inside_keeps_its_files_and_is_watched_under_its_name() {
    let stage = stage(&["a/deep/1.jpg", "a/2.jpg"]);
    let (root, id) = (stage.root(), stage.id_of("a/deep/1.jpg"));
    fs::rename(root.join("a"), root.join("z")).unwrap();
    fs::write(root.join("z/deep/3.jpg"), b"at once").unwrap();
    stage.wait_for_files(&["z/2.jpg", "z/deep/1.jpg", "z/deep/3.jpg"]);
    assert_eq!(stage.id_of("z/deep/1.jpg"), id);
    fs::write(root.join("z/deep/4.jpg"), b"later").unwrap();
    stage.wait_for_files(&["z/2.jpg", "z/deep/1.jpg", "z/deep/3.jpg", "z/deep/4.jpg"]);
}

#[test]
fn a_folder_moved_out_is_gone_and_watched_no_more_and_one_moved_in_is_there() {
    let stage = stage(&["a/1.jpg", "b/deep/2.jpg"]);
    let (root, outside) = (stage.root(), stage.folder.path().join("outside"));
    fs::rename(root.join("b"), &outside).unwrap();
    stage.wait_for_files(&["a/1.jpg"]);
    let revision = stage.revision();
    fs::write(outside.join("deep/3.jpg"), b"not ours").unwrap();
    fs::rename(&outside, root.join("c")).unwrap();
    stage.wait_for_files(&["a/1.jpg", "c/deep/2.jpg", "c/deep/3.jpg"]);
    assert!(stage.revision() > revision);
    fs::write(root.join("c/deep/4.jpg"), b"ours again").unwrap();
    stage.wait_for_files(&["a/1.jpg", "c/deep/2.jpg", "c/deep/3.jpg", "c/deep/4.jpg"]);
}

#[test]
fn a_storm_of_ten_thousand_files_is_looked_at_in_few_rounds() {
    let stage = stage(&["a/1.jpg"]);
    let (root, before) = (stage.root(), stage.revision());
    for number in 0..10_000 {
        fs::write(root.join(format!("a/n{number:05}.jpg")), [0; 8]).unwrap();
    }
    stage.wait_for("10,000 files", || stage.files().len() == 10_001);
    // A thousand files an entry, and the jobs that are asked for.
    let entries = stage.revision() - before;
    println!("{entries} entries");
    assert!(entries < 60, "{entries}");
}

#[test]
fn a_root_that_goes_is_noticed_and_its_return_asks_for_a_scan() {
    let stage = stage(&["a/1.jpg"]);
    let state = || stage.app.view().library(stage.id).unwrap().state;
    fs::rename(stage.root(), stage.folder.path().join("away")).unwrap();
    stage.wait_for("offline", || state() == LibraryState::Offline);
    assert_eq!(stage.watches.get(stage.id), None);
    assert!(stage.volumes.get(stage.id).is_none());
    assert_eq!(stage.files(), ["a/1.jpg"], "nothing is missing");
    let job = || {
        let view = stage.app.view();
        view.pending_job(kphotos_domain::processing::JobKind::Scan, stage.id)
            .is_some()
    };
    assert!(!job());
    fs::rename(stage.folder.path().join("away"), stage.root()).unwrap();
    stage.wait_for("a scan", job);
}

#[test]
fn nothing_is_watched_where_the_settings_say_so() {
    let watches = Arc::<Watches>::default();
    let world = World::new();
    let app = Arc::new(world.app);
    let watcher = Watcher::start(WatchParts {
        app: app.clone(),
        volumes: Arc::default(),
        turns: Arc::default(),
        narrowed: Arc::default(),
        skipped: Arc::default(),
        watches: watches.clone(),
        is_on: false,
    })
    .unwrap();
    let library = app.view().libraries().next().cloned().unwrap();
    let root = File::open(std::env::temp_dir()).unwrap();
    watcher.begin(&library, &LocalVolume::new(root.into(), false));
    assert_eq!(watches.get(library.id).unwrap().as_str(), "off");
}
