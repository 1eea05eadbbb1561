//! A library that does not answer: its own readers are told so after a while, and nobody else is kept waiting.

mod disk;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use kphotos_tests::photos::Photo;
use kphotos_tests::process;
use kphotos_tests::sacred::{Inventory, backdate_access_times};
use kphotos_tests::world::{PATIENCE, World};
use kphotos_tests::{skip, skip_unless, tree};

use disk::Disk;
use tempfile::TempDir;

/// How long an original may take, in this world.
const TERM: Duration = Duration::from_secs(2);
/// More readers than a library has threads.
const READERS: usize = 10;

fn far(number: usize) -> Photo {
    Photo::numbered(100 + number as u64).taken_at("2020-05-01T12:00:00")
}

fn near(number: u64) -> Photo {
    Photo::numbered(number).tagged(&["near"])
}

/// A world with a library on a local disk and one on a disk that may hang, everything read and hashed. One photo is on
/// both, under two names, and known by the one on the disk that may hang.
fn two_libraries(folder: &Path, point: &Path) -> World {
    let mut world = World::new().unwrap();
    world.set_variable("KPHOTOS_PATIENCE_MS", TERM.as_millis().to_string());
    let settings = format!(
        "[[mount]]\npath = '{}'\n[[mount]]\npath = '{}'\nsidecars = 'xmp'\n",
        world.mount().display(),
        world.path("beside").display()
    );
    world.declare(&settings).unwrap();
    for number in 0..3 {
        near(number)
            .write_to(world.library(), format!("N{number}.jpg"))
            .unwrap();
    }
    world.start().unwrap();
    let _ = world
        .kphotos(&["library", "add", point.to_str().unwrap(), "--name", "far"])
        .ok();
    world.wait_idle(PATIENCE);
    fs::copy(folder.join("SAME.jpg"), world.library().join("copy.jpg")).unwrap();
    let _ = world.kphotos(&["library", "scan", "--wait"]).ok();
    world.wait_idle(PATIENCE);
    world
}

/// What the daemon says that it cannot do.
fn limits(world: &World) -> String {
    world.json(&["status"])["limits"].to_string()
}

#[track_caller]
fn refused(read: std::io::Result<Vec<u8>>) {
    let error = read.expect_err("the disk hangs");
    assert_eq!(error.raw_os_error(), Some(libc::EIO), "{error}");
}

/// What lies on the disk that may hang.
fn fill(folder: &Path) {
    for number in 0..=READERS + 1 {
        far(number).write_to(folder, format!("F{number:02}.jpg")).unwrap();
    }
    Photo::numbered(200)
        .tagged(&["same"])
        .write_to(folder, "SAME.jpg")
        .unwrap();
    let sidecar = Photo::numbered(300).tagged(&["beside"]).xmp().unwrap();
    fs::write(folder.join("F00.jpg.xmp"), sidecar).unwrap();
}

/// A world with two libraries, one of them on a disk that may hang. Dropped in this order: the world before the disk that it
/// reads, that before its folders.
struct Scene {
    world: World,
    disk: Disk,
    /// Where the disk is mounted, and what lies on it.
    _point: TempDir,
    folder: TempDir,
    /// As they were.
    originals: [Inventory; 2],
}

impl Scene {
    fn new() -> Result<Self, String> {
        let (folder, point) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fill(folder.path());
        let disk = Disk::mount(folder.path(), point.path())?;
        let world = two_libraries(folder.path(), point.path());
        backdate_access_times(world.library()).unwrap();
        let originals =
            [world.library(), folder.path().to_owned()].map(|root| Inventory::take(root).unwrap());
        Ok(Self {
            world,
            disk,
            _point: point,
            folder,
            originals,
        })
    }

    fn assert_originals_unchanged(&self) {
        self.originals[0].assert_unchanged(self.world.library());
        self.originals[1].assert_unchanged(self.folder.path());
    }
}

/// Nobody but who reads there knows that a disk hangs.
fn everything_else_is_as_ever(world: &World, before: &BTreeMap<PathBuf, tree::Node>) {
    for number in 0..3 {
        let read = fs::read(world.mount().join(format!("tags/near/N{number}.jpg"))).unwrap();
        assert!(read == near(number).bytes());
    }
    assert_eq!(tree::walk(world.mount()).unwrap(), *before);
    let _ = world.json(&["album", "create", "meanwhile"]);
    let _ = world.json(&["album", "add", "meanwhile", "--query", "library:far"]);
    let meanwhile = tree::listed(world.mount().join("albums/meanwhile"));
    assert_eq!(meanwhile.len(), READERS + 3);
    let mut stat = std::process::Command::new("stat");
    let size = process::run(stat.arg("-f").arg(world.mount())).unwrap();
    assert_eq!(size.status, 0, "{size}");
}

fn its_jobs_wait_for_it_and_those_of_others_do_not(world: &World, disk: &Disk) {
    // A job that was begun when it still seemed to answer is left behind, and not in the way of others.
    disk.hang(true);
    let begun = world.json(&["library", "scan", "far"]);
    let job = begun["jobs"][0].to_string();
    let _ = world.kphotos(&["library", "scan", "library", "--wait"]).ok();
    // Also if nobody reads it is found out.
    let until = Instant::now() + PATIENCE;
    while !limits(world).contains("far does not answer") {
        assert!(Instant::now() < until, "{}", world.log());
    }
    let held = world.json(&["job", "show", &job]);
    assert!(held["state"] == "pending" && held["held"] == true, "{held}");
    let failed = world.kphotos(&["library", "scan", "far", "--wait"]).exits(1);
    assert!(failed.to_string().contains("far does not answer"), "{failed}");
    let _ = world.kphotos(&["library", "scan", "library", "--wait"]).ok();
    // Nobody has to ask for it again.
    disk.hang(false);
    let until = Instant::now() + PATIENCE;
    while world.json(&["job", "show", &job])["state"] != "done" {
        assert!(Instant::now() < until, "{}", world.log());
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_daemon_that_starts_while_a_library_hangs_shows_the_others_and_that_one_when_it_answers() {
    skip_unless!(skip::fuse());
    let mut scene = skip_unless!(Scene::new());
    let (world, disk) = (&mut scene.world, &scene.disk);
    assert!(world.stop().unwrap().success());
    disk.hang(true);
    world.start().unwrap();
    for number in 0..3 {
        let read = fs::read(world.mount().join(format!("tags/near/N{number}.jpg"))).unwrap();
        assert!(read == near(number).bytes());
    }
    assert!(fs::read(world.mount().join("library/far/F00.jpg")).is_err());
    // The scan of the other is not in its way, whichever is first.
    let _ = world.kphotos(&["library", "scan", "library", "--wait"]).ok();
    disk.hang(false);
    let until = Instant::now() + PATIENCE;
    while !fs::read(world.mount().join("library/far/F00.jpg")).is_ok_and(|read| read == far(0).bytes()) {
        assert!(Instant::now() < until, "{}", world.log());
        thread::sleep(Duration::from_millis(100));
    }
    assert!(world.stop().unwrap().success());
    scene.assert_originals_unchanged();
}

#[test]
fn a_library_that_hangs_keeps_nobody_waiting_but_its_own_readers_and_them_not_for_long() {
    skip_unless!(skip::fuse());
    let mut scene = skip_unless!(Scene::new());
    let (world, disk) = (&mut scene.world, &scene.disk);
    let shown = world.mount().join("library/far");
    let name = |number: usize| format!("F{number:02}.jpg");
    assert!(fs::read(shown.join(name(0))).unwrap() == far(0).bytes());
    let mut half = File::open(shown.join(name(1))).unwrap();
    let before = tree::walk(world.mount()).unwrap();

    disk.hang(true);
    thread::scope(|scope| {
        let (shown, half) = (&shown, &mut half);
        let open = (2..2 + READERS).map(|number| scope.spawn(move || fs::read(shown.join(name(number)))));
        let mut readers: Vec<_> = open.collect();
        readers.push(scope.spawn(move || {
            let mut bytes = Vec::new();
            half.read_to_end(&mut bytes).map(|_| bytes)
        }));
        everything_else_is_as_ever(world, &before);
        readers
            .into_iter()
            .for_each(|reader| refused(reader.join().unwrap()));
    });
    // All of its threads are taken now: the next one hears of it at once.
    let begun = Instant::now();
    refused(fs::read(shown.join(name(2))));
    assert!(begun.elapsed() < TERM, "{:?}", begun.elapsed());
    let said = limits(world);
    assert!(said.contains("far does not answer"), "{said}");
    // What lies elsewhere too is read there.
    let same = fs::read(world.mount().join("tags/same/SAME.jpg")).unwrap();
    assert!(same == Photo::numbered(200).tagged(&["same"]).bytes());
    let beside = world.path("beside/library");
    assert!(tree::listed(beside.join("far")).contains(&"F00.jpg.xmp".to_owned()));
    refused(fs::read(beside.join("far/F00.jpg.xmp")));
    assert!(!fs::read(beside.join("library/N0.jpg.xmp")).unwrap().is_empty());

    disk.hang(false);
    let until = Instant::now() + PATIENCE;
    while limits(world).contains("does not answer") {
        assert!(Instant::now() < until, "{}", limits(world));
    }
    for number in 0..=READERS + 1 {
        assert!(
            fs::read(shown.join(name(number))).unwrap() == far(number).bytes(),
            "{number}"
        );
    }
    let mut bytes = Vec::new();
    half.read_to_end(&mut bytes).unwrap();
    assert!(bytes == far(1).bytes());
    drop(half);
    assert!(!fs::read(beside.join("far/F00.jpg.xmp")).unwrap().is_empty());

    its_jobs_wait_for_it_and_those_of_others_do_not(world, disk);

    // While it hangs, and somebody waits, the daemon ends as it should.
    disk.hang(true);
    thread::scope(|scope| {
        let reader = scope.spawn(|| fs::read(shown.join(name(5))));
        assert!(world.stop().unwrap().success(), "{}", world.log());
        assert!(reader.join().unwrap().is_err());
    });
    assert!(world.mounts().is_empty(), "{:?}", world.mounts());
    disk.hang(false);
    scene.assert_originals_unchanged();
}
