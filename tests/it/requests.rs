//! What the kernel has to ask the daemon, and what it must not.
//!
//! Speed is a matter of questions that are not asked: a measured time says more about the machine than about the
//! program, so these tests count requests, as `kphotos status` reports them. A listing carries the attributes of what
//! it lists, foreign extended attributes are declined once for the whole mount, a listing that was shown is
//! remembered, and the bytes of an original go from disk to reader without the daemon.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kphotos_tests::photos;
use kphotos_tests::sacred::Inventory;
use kphotos_tests::world::World;
use kphotos_tests::{skip, skip_unless};

use crate::sacred::JOBS;

/// Entries of the directory that is listed.
const ENTRIES: usize = 2_000;

/// How often the kernel asked what, by the names of the protocol.
#[derive(Clone, Debug)]
struct Counts(BTreeMap<String, u64>);

impl Counts {
    /// Those of this moment.
    fn now(world: &World) -> Self {
        let status = world.json(&["status"]);
        let requests = status["mounts"][0]["requests"].as_object();
        let requests = requests.unwrap_or_else(|| panic!("status does not count requests: {status}"));
        let counts = requests
            .iter()
            .map(|(name, count)| (name.clone(), count.as_u64().unwrap()));
        Self(counts.collect())
    }

    /// How many requests were made meanwhile, by name; none that were not.
    fn since(&self, earlier: &Self) -> BTreeMap<&str, u64> {
        let made = |(name, count): (&'_ String, &u64)| count - earlier.0.get(name).copied().unwrap_or(0);
        self.0
            .iter()
            .map(|(name, count)| (name.as_str(), made((name, count))))
            .filter(|(_, made)| *made > 0)
            .collect()
    }
}

#[test]
fn ls_of_a_large_folder_asks_little_and_the_second_time_nothing_of_its_entries() {
    skip_unless!(skip::fuse());
    let (mut world, before) = started(ENTRIES);
    for folder in ["library/library/2004/2004-01", "dates/by-month/2004/2004-01"] {
        asks_little(&world, &world.mount().join(folder));
    }
    assert!(world.stop().unwrap().success());
    before.assert_unchanged(world.library());
}

/// Lists a folder of [`ENTRIES`] twice, and counts.
fn asks_little(world: &World, folder: &Path) {
    // The way to the folder is looked up once, by anybody.
    fs::metadata(folder).unwrap();

    let (start, listed) = (Counts::now(world), ls(folder));
    assert_eq!(listed, ENTRIES);
    let end = Counts::now(world);
    let asked = end.since(&start);
    let count = |asked: &BTreeMap<&str, u64>, name| asked.get(name).copied().unwrap_or(0);
    assert_eq!(
        count(&asked, "lookup"),
        0,
        "a listing carries what a lookup would answer: {asked:?}"
    );
    assert!(
        count(&asked, "getxattr") <= 10,
        "foreign attributes are declined for the whole mount: {asked:?}"
    );
    assert_eq!(count(&asked, "getattr"), 0, "and the attributes: {asked:?}");

    let listed = ls(folder);
    assert_eq!(listed, ENTRIES);
    let last = Counts::now(world);
    let again = last.since(&end);
    for name in ["lookup", "readdir", "readdirplus"] {
        assert_eq!(count(&again, name), 0, "the second time, {name}: {again:?}");
    }
    // What is left is for the folder and for `ls` itself, which learns anew, once, that there are no ACLs.
    assert!(again.values().sum::<u64>() <= 10, "the second time: {again:?}");
}

#[test]
fn a_read_goes_past_the_daemon() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    let (mut world, before) = started(100);
    if !has_passthrough() {
        skip!("the kernel is older than 6.9, which knows no passthrough");
    }
    let month = world.mount().join("dates/by-month/2004/2004-01");
    let files: Vec<PathBuf> = fs::read_dir(&month)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files.len(), 100);
    let start = Counts::now(&world);
    for file in &files {
        let mut file = File::open(file).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        assert!(bytes.starts_with(&[0xff, 0xd8]));
        file.rewind().unwrap();
        io::copy(&mut file, &mut io::sink()).unwrap();
    }
    let end = Counts::now(&world);
    let asked = end.since(&start);
    assert_eq!(asked.get("open"), Some(&100), "{asked:?}");
    assert_eq!(
        asked.get("read"),
        None,
        "the bytes come from the original itself: {asked:?}"
    );
    assert!(world.stop().unwrap().success());
    before.assert_unchanged(world.library());
}

/// A daemon with one folder of so many photos.
fn started(count: usize) -> (World, Inventory) {
    let mut world = World::new().unwrap();
    photos::library(world.library(), count, count).unwrap();
    let before = world.start_on_originals(JOBS);
    (world, before)
}

/// Runs `ls -l` to its end: how many entries it shows.
fn ls(folder: &Path) -> usize {
    let output = Command::new("ls")
        .args(["-l", "--"])
        .arg(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    // The first line is the total.
    output
        .stdout
        .split(|&byte| byte == b'\n')
        .filter(|line| line.starts_with(b"-"))
        .count()
}

/// Whether the kernel is 6.9 or later.
fn has_passthrough() -> bool {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let mut numbers = release
        .split(['.', '-'])
        .map_while(|part| part.trim().parse::<u32>().ok());
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (6, 9)
}
