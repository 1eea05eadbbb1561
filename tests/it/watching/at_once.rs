//! Files and folders that are made, written, renamed and deleted.

use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use kphotos_tests::photos::Photo;
use kphotos_tests::world::World;
use kphotos_tests::{as_user, skip, skip_unless};

use super::{PATIENCE, library, photo, wait_for};

struct Stage {
    world: World,
}

impl Stage {
    fn new() -> Self {
        let mut world = World::new().unwrap();
        photo(1, world.library().join("trip"), "a.jpg");
        photo(2, world.library(), "b.jpg");
        world.start().unwrap();
        world.wait_idle(PATIENCE);
        Self { world }
    }

    fn original(&self, path: &str) -> PathBuf {
        self.world.library().join(path)
    }

    fn shown(&self, path: &str) -> PathBuf {
        self.world.mount().join("library/library").join(path)
    }

    #[track_caller]
    fn appears(&self, path: &str) {
        wait_for(&self.world, &format!("{path} appears"), || {
            self.shown(path).exists()
        });
    }

    #[track_caller]
    fn vanishes(&self, path: &str) {
        wait_for(&self.world, &format!("{path} vanishes"), || {
            !self.shown(path).exists()
        });
    }
}

fn what_is_done_to_originals_is_in_the_tree() {
    let stage = Stage::new();
    let told = library(&stage.world, "library");
    assert_eq!(
        (&told["watch"], &told["watched_folders"]),
        (&"live".into(), &2.into())
    );
    // Made, also in a folder that is new, and looked for in vain before.
    assert!(!stage.shown("trip/new.jpg").exists());
    photo(3, stage.original("trip"), "new.jpg");
    stage.appears("trip/new.jpg");
    photo(4, stage.original("deep/deeper"), "c.jpg");
    stage.appears("deep/deeper/c.jpg");
    photo(5, stage.original("deep/deeper"), "d.jpg");
    stage.appears("deep/deeper/d.jpg");
    // By date, once its metadata was read; no command asked for that.
    let day = stage.world.mount().join("dates/by-day/2024/2024-06-03/d.jpg");
    wait_for(&stage.world, "by date", || day.exists());
    // Renamed, with what was done to it.
    let inode = fs::metadata(stage.shown("trip/a.jpg")).unwrap().ino();
    let shown = stage.shown("trip/a.jpg");
    let tag = ["tag", "add", "kept", shown.to_str().unwrap()];
    let _ = stage.world.kphotos(&tag).ok();
    fs::rename(stage.original("trip/a.jpg"), stage.original("deep/moved.jpg")).unwrap();
    stage.appears("deep/moved.jpg");
    stage.vanishes("trip/a.jpg");
    assert_eq!(fs::metadata(stage.shown("deep/moved.jpg")).unwrap().ino(), inode);
    assert!(stage.world.mount().join("tags/kept/moved.jpg").exists());
    // A folder renamed, with a change inside.
    fs::rename(stage.original("deep"), stage.original("flat")).unwrap();
    photo(6, stage.original("flat/deeper"), "e.jpg");
    stage.appears("flat/deeper/e.jpg");
    stage.appears("flat/moved.jpg");
    stage.vanishes("deep");
    assert_eq!(fs::metadata(stage.shown("flat/moved.jpg")).unwrap().ino(), inode);
    // Deleted.
    fs::remove_file(stage.original("trip/new.jpg")).unwrap();
    stage.vanishes("trip/new.jpg");
    fs::remove_dir_all(stage.original("flat/deeper")).unwrap();
    stage.vanishes("flat/deeper");
}

#[test]
fn in_system_mode_what_is_done_to_originals_is_in_the_tree() {
    skip_unless!(skip::fuse());
    what_is_done_to_originals_is_in_the_tree();
}

#[test]
fn in_user_mode_what_is_done_to_originals_is_in_the_tree() {
    as_user!();
    what_is_done_to_originals_is_in_the_tree();
}

#[test]
fn a_copy_is_not_in_sight_while_it_is_written_and_a_save_is_one_change() {
    skip_unless!(skip::fuse());
    let stage = Stage::new();
    let bytes = {
        photo(7, stage.world.path("elsewhere"), "big.jpg");
        fs::read(stage.world.path("elsewhere/big.jpg")).unwrap()
    };
    let mut copy = fs::File::create(stage.original("big.jpg")).unwrap();
    for part in bytes.chunks(bytes.len().div_ceil(8)) {
        assert!(!stage.shown("big.jpg").exists(), "half of it");
        copy.write_all(part).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(250));
    }
    drop(copy);
    stage.appears("big.jpg");
    assert_eq!(fs::read(stage.shown("big.jpg")).unwrap(), bytes);
    // As editors save: a new file, moved over the old one.
    stage.world.wait_idle(PATIENCE);
    let inode = fs::metadata(stage.shown("b.jpg")).unwrap().ino();
    let saved = Photo::numbered(2)
        .taken_at("2024-06-03T10:00:00")
        .tagged(&["saved"]);
    saved.write_to(stage.original(""), "b.jpg.tmp").unwrap();
    fs::rename(stage.original("b.jpg.tmp"), stage.original("b.jpg")).unwrap();
    let tagged = stage.world.mount().join("tags/saved/b.jpg");
    wait_for(&stage.world, "the file's new tag", || tagged.exists());
    assert_eq!(fs::metadata(stage.shown("b.jpg")).unwrap().ino(), inode);
}

#[test]
fn a_library_that_is_added_later_is_watched_and_one_scan_of_a_folder_is_of_that_folder() {
    skip_unless!(skip::fuse());
    let stage = Stage::new();
    let more = stage.world.path("more");
    photo(10, more.join("in"), "x.jpg");
    let _ = stage
        .world
        .kphotos(&["library", "add", more.to_str().unwrap()])
        .ok();
    photo(11, more.join("in"), "y.jpg");
    let shown = stage.world.mount().join("library/more/in/y.jpg");
    wait_for(&stage.world, "y.jpg appears", || shown.exists());
    let folder = more.join("in");
    let scanned = stage
        .world
        .kphotos(&["library", "scan", "--wait", folder.to_str().unwrap()])
        .ok();
    assert!(scanned.stderr.contains("2 files in 1 folders"), "{scanned}");
}

#[test]
fn without_watching_a_change_waits_for_a_scan() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    let mount = world.mount();
    let settings = format!("[scan]\nwatch = false\n\n[[mount]]\npath = {mount:?}\n");
    world.declare(&settings).unwrap();
    photo(1, world.library(), "a.jpg");
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    assert_eq!(library(&world, "library")["watch"], "off");
    photo(2, world.library(), "b.jpg");
    let _ = world.kphotos(&["library", "scan", "--wait"]).ok();
    assert!(mount.join("library/library/b.jpg").exists());
}

#[test]
fn a_storm_that_overflows_the_queue_is_in_the_tree_whole() {
    skip_unless!(skip::fuse());
    let stage = Stage::new();
    let queue = "/proc/sys/fs/inotify/max_queued_events";
    println!(
        "the queue holds {}",
        fs::read_to_string(queue).unwrap_or_default().trim()
    );
    // Stopped, the daemon reads no event: more happens than the queue holds.
    let daemon = stage.world.pid();
    kphotos_tests::process::signal(daemon, libc::SIGSTOP).unwrap();
    fs::create_dir_all(stage.original("storm")).unwrap();
    photo(20, stage.world.path("elsewhere"), "one.jpg");
    let bytes = fs::read(stage.world.path("elsewhere/one.jpg")).unwrap();
    for number in 0..9_000u32 {
        let mut own = bytes.clone();
        own.extend_from_slice(&number.to_le_bytes());
        fs::write(stage.original(&format!("n{number:05}.jpg")), own).unwrap();
    }
    kphotos_tests::process::signal(daemon, libc::SIGCONT).unwrap();
    wait_for(&stage.world, "9,000 files", || {
        fs::read_dir(stage.shown("")).is_ok_and(|all| all.count() == 9_000 + 2)
    });
    if fs::read_to_string(queue).is_ok_and(|text| text.trim().parse().is_ok_and(|held: u32| held < 27_000)) {
        assert!(
            stage
                .world
                .log()
                .contains("more happened than the system could tell")
        );
    }
}

#[test]
fn a_picture_without_extension_is_in_the_library_and_a_text_is_not() {
    skip_unless!(skip::fuse());
    let stage = Stage::new();
    photo(30, stage.world.path("elsewhere"), "x.jpg");
    fs::rename(stage.world.path("elsewhere/x.jpg"), stage.original("trip/IMG_30")).unwrap();
    fs::write(stage.original("trip/NOTES"), b"a text").unwrap();
    stage.appears("trip/IMG_30");
    stage.world.wait_idle(PATIENCE);
    assert!(!stage.shown("trip/NOTES").exists());
    let info = stage
        .world
        .json(&["info", stage.shown("trip/IMG_30").to_str().unwrap()]);
    let item = &info["items"][0];
    assert_eq!(
        (&item["kind"], &item["mime"]),
        (&"photo".into(), &"image/jpeg".into())
    );
    assert!(
        stage
            .world
            .mount()
            .join("dates/by-day/2024/2024-06-03/IMG_30")
            .exists()
    );
}
