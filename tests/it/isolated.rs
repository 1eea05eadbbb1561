//! A bad file costs itself, and nothing else.
//!
//! Photos come from everywhere, and parsers fail: the daemon reads files in processes of its own for that. Here
//! such a process meets files that once crashed well-known programs, is killed at its work, and is made to hang.
//! Each time the daemon stays up, every good photo gets its facts, and every file can be read in the tree.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use kphotos_tests::photos::{self, Library};
use kphotos_tests::process;
use kphotos_tests::reading::Tree;
use kphotos_tests::sacred::{Inventory, backdate_access_times};
use kphotos_tests::world::World;
use kphotos_tests::{skip, skip_unless};
use serde_json::Value;

use crate::sacred::{JOBS, copy};

/// What the corpus has beside photos and movies.
const NO_PHOTOS: [&str; 3] = ["wav", "m4a", "xmp"];

const WORKER: &str = "kphotos-worker";

#[test]
fn files_that_crash_parsers_cost_only_themselves() {
    skip_unless!(skip::fuse());
    let corpus = skip_unless!(skip::corpus());
    let mut world = World::new().unwrap();
    world.spare_pictures().unwrap();
    let library = world.library();
    let good = photos::library(library.join("good"), 200, 50).unwrap();
    let corrupt = library.join("corrupt");
    copy(&corpus.join("corrupt"), &corrupt).unwrap();
    // Good photos right beside the bad ones, so that they share a worker and a batch.
    for (number, folder) in fs::read_dir(&corrupt).unwrap().enumerate() {
        good.photo(number)
            .write_to(folder.unwrap().path(), "a good one.jpg")
            .unwrap();
    }
    backdate_access_times(&library).unwrap();
    let before = Inventory::take(&library).unwrap();
    world.start().unwrap();
    let daemon = world.pid();
    world.wait_idle(JOBS);

    let mut known = assets(&world);
    let found: Vec<_> = known
        .keys()
        .filter(|path| path.ends_with("a good one.jpg"))
        .cloned()
        .collect();
    for path in found {
        let asset = known.remove(&path).unwrap();
        assert!(asset["taken"].is_string(), "{}: {asset}", path.display());
    }
    has_facts(&good, &known, 0);

    // Each bad one is listed where it lies, and is its own bytes.
    let tree = Tree::read(world.mount()).unwrap();
    let shown = tree.below("library/library");
    let bad = before.entries.iter().filter(|(path, entry)| {
        let no_photo = |ending: &OsStr| NO_PHOTOS.iter().any(|other| *other == ending);
        entry.kind == "file" && path.starts_with("corrupt") && !path.extension().is_some_and(no_photo)
    });
    let mut count = 0;
    for (path, entry) in bad {
        let seen = shown.get(path.as_path());
        let seen = seen.unwrap_or_else(|| panic!("{} is not in the tree", path.display()));
        assert_eq!(seen.content, entry.content, "{}", path.display());
        count += 1;
    }
    assert!(count > 100, "the corpus has more: {count}");
    assert_eq!(world.pid(), daemon);
    assert!(
        Path::new(&format!("/proc/{daemon}")).exists(),
        "the daemon stays up"
    );
    let _ = world.stop().unwrap();
    before.assert_unchanged(&library);
}

#[test]
fn real_photos_keep_their_dates_beside_corrupt_ones() {
    skip_unless!(skip::fuse());
    let corpus = skip_unless!(skip::corpus());
    let mut world = World::new().unwrap();
    world.spare_pictures().unwrap();
    let library = world.library();
    copy(&corpus, &library).unwrap();
    world.start().unwrap();
    world.wait_idle(JOBS);
    let known = assets(&world);
    let text = fs::read(corpus.join("expected.json")).unwrap();
    let expected: Value = serde_json::from_slice(&text).unwrap();
    let good = expected["files"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, record)| {
            record["kind"] == "image" && record["corrupt"] == false && record["taken"]["local"].is_string()
        });
    let (mut count, mut others) = (0, Vec::new());
    for (path, record) in good {
        // Not every ending is one of a photo.
        let Some(asset) = known.get(Path::new(path)) else {
            continue;
        };
        count += 1;
        let second = |text: &str| text.get(..19).unwrap_or(text).to_owned();
        let said = asset["taken"].as_str().map(second);
        let expected = record["taken"]["local"].as_str().map(second);
        if said != expected {
            others.push(format!("{path}: {said:?}, independent tools say {expected:?}"));
        }
    }
    assert!(count > 150, "the corpus has more: {count}");
    // Where a file says two times, or a broken one, programs differ; the worker's own tests look at each.
    assert!(
        others.len() * 20 <= count,
        "{} of {count} differ:\n{}",
        others.len(),
        others.join("\n")
    );
    assert!(world.stop().unwrap().success());
}

#[test]
fn a_worker_that_is_killed_at_its_work_costs_nothing() {
    skip_unless!(skip::fuse());
    let (mut world, first) = started_with_a_few();
    let stopped = stop_workers(&world);
    let more = add_many(&world);
    // Held fast it has taken a batch and answers nothing: now it dies in the middle of it.
    wait_for_metadata(&world);
    for worker in stopped {
        process::signal(worker, libc::SIGKILL).unwrap();
    }
    world.wait_idle(JOBS);
    let known = assets(&world);
    has_facts(&first, &known, 0);
    has_facts(&more, &known, 0);
    assert!(world.stop().unwrap().success());
}

#[test]
fn a_worker_that_hangs_costs_at_most_its_own_file() {
    skip_unless!(skip::fuse());
    let (mut world, first) = started_with_a_few();
    let stopped = stop_workers(&world);
    let more = add_many(&world);
    world.wait_idle(JOBS);
    let known = assets(&world);
    has_facts(&first, &known, 0);
    has_facts(&more, &known, stopped.len());
    let tree = Tree::read(world.mount()).unwrap();
    assert_eq!(
        tree.below("library/library").len(),
        first.count + more.count,
        "all are in the tree"
    );
    assert!(world.stop().unwrap().success());
}

#[test]
fn a_worker_that_hangs_does_not_keep_the_daemon_from_ending() {
    skip_unless!(skip::fuse());
    let (mut world, first) = started_with_a_few();
    let _ = stop_workers(&world);
    let more = add_many(&world);
    wait_for_metadata(&world);
    let start = Instant::now();
    assert!(world.stop().unwrap().success());
    assert!(start.elapsed().as_secs() < 10, "it took {:?}", start.elapsed());
    // What was broken off is read after the restart, and no file is blamed for it.
    world.start().unwrap();
    world.wait_idle(JOBS);
    let known = assets(&world);
    has_facts(&first, &known, 0);
    has_facts(&more, &known, 0);
}

/// A daemon whose workers have read a few photos.
fn started_with_a_few() -> (World, Library) {
    let mut world = World::new().unwrap();
    let few = photos::library(world.library().join("few"), 10, 10).unwrap();
    world.start().unwrap();
    world.wait_idle(JOBS);
    (world, few)
}

/// Holds every worker fast.
fn stop_workers(world: &World) -> Vec<u32> {
    let workers = world.processes(WORKER);
    assert!(!workers.is_empty(), "no {WORKER} runs");
    for &worker in &workers {
        process::signal(worker, libc::SIGSTOP).unwrap();
    }
    workers
}

/// Adds photos to the library and asks for a scan, without waiting for it.
fn add_many(world: &World) -> Library {
    let many = photos::library(world.library().join("many"), 400, 100).unwrap();
    let _ = world.kphotos(&["library", "scan"]).ok();
    many
}

/// Waits until a metadata job runs: `job watch` says so, a line a change.
fn wait_for_metadata(world: &World) {
    let deadline = Instant::now() + JOBS;
    loop {
        let jobs = world.json(&["job", "list"]);
        let items = jobs["items"].as_array().unwrap();
        let is_metadata = |job: &Value| job["kind"] == "metadata" && job["state"] == "running";
        if items.iter().any(is_metadata) {
            return;
        }
        assert!(Instant::now() < deadline, "no metadata job runs: {jobs}");
    }
}

/// Every asset that the library has, by the path of its file below the library.
fn assets(world: &World) -> BTreeMap<PathBuf, Value> {
    let library = world.library().canonicalize().unwrap();
    let document = world.json(&["info", "-r", library.to_str().unwrap()]);
    let items = document["items"].as_array().unwrap();
    let files = items.iter().flat_map(|asset| {
        let files = asset["files"].as_array().unwrap();
        files
            .iter()
            .map(move |file| (file["path"].as_str().unwrap(), asset))
    });
    let below = |path: &str| Path::new(path).strip_prefix(&library).unwrap().to_owned();
    files.map(|(path, asset)| (below(path), asset.clone())).collect()
}

/// Ends the test unless all photos of `photos` but at most `lost` have the time at which they were taken.
fn has_facts(photos: &Library, known: &BTreeMap<PathBuf, Value>, lost: usize) {
    let folder = photos.root.file_name().unwrap();
    let without: Vec<_> = (0..photos.count)
        .filter_map(|n| {
            let path = Path::new(folder).join(photos.relative_path(n));
            let asset = known
                .get(&path)
                .unwrap_or_else(|| panic!("{} is not known", path.display()));
            let taken = photos.photo(n).taken?.strftime("%Y-%m-%dT%H:%M:%S").to_string();
            let is_right = asset["taken"]
                .as_str()
                .is_some_and(|said| said.starts_with(&taken));
            (!is_right).then(|| format!("{}: taken {taken}, known as {asset}", path.display()))
        })
        .collect();
    assert!(
        without.len() <= lost,
        "{} of {} lack their facts, {lost} may:\n{}",
        without.len(),
        photos.count,
        without.join("\n")
    );
}
