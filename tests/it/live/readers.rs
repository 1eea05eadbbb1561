//! Eight programs list and read while ten thousand edits run.
//!
//! Photos that stay all the time must be in every listing, once, and must open and read; those that come and go may be
//! seen or not, but never twice in one listing, and the only error that they may give is that they are gone. A
//! deadlock ends the test: the daemon is killed, so that whoever waits for it is let go.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use kphotos_tests::bus::Bus;
use kphotos_tests::random::Random;
use kphotos_tests::{skip, skip_unless, tree};

use super::{Stage, original};

const READERS: usize = 8;
const EDITS: usize = 10_000;
const BATCHES: [usize; 10] = [1, 1, 1, 1, 1, 2, 3, 5, 20, 200];
/// Longer than a call of the client may take, so that it reports first.
const PATIENCE: Duration = Duration::from_secs(330);

/// What readers read.
struct Scene {
    folders: Vec<PathBuf>,
    /// Photos that are in all folders all the time: name, inode number, content.
    stayers: Vec<(String, u64, Vec<u8>)>,
    over: AtomicBool,
    listings: AtomicUsize,
}

/// Lists and reads until it is over; the text is what went wrong.
fn read(scene: &Scene, random: &mut Random) -> Result<(), String> {
    while !scene.over.load(Ordering::Relaxed) {
        let folder = random.pick(&scene.folders);
        let shown = |path: &PathBuf, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let names = tree::names(folder).map_err(|error| shown(folder, &error))?;
        scene.listings.fetch_add(1, Ordering::Relaxed);
        let listed: BTreeSet<_> = names.iter().filter_map(|name| name.to_str()).collect();
        if listed.len() != names.len() {
            let doubled: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).collect();
            return Err(shown(folder, &format!("listed twice: {doubled:?}")));
        }
        if let Some((name, ..)) = scene
            .stayers
            .iter()
            .find(|(name, ..)| !listed.contains(name.as_str()))
        {
            return Err(shown(
                folder,
                &format!("{name} stayed, and is not among {} names", names.len()),
            ));
        }
        let (name, inode, bytes) = random.pick(&scene.stayers);
        let path = folder.join(name);
        let state = fs::metadata(&path).map_err(|error| shown(&path, &error))?;
        let content = fs::read(&path).map_err(|error| shown(&path, &error))?;
        if state.ino() != *inode || content != *bytes {
            return Err(shown(
                &path,
                &format!("inode {} instead of {inode}, or other bytes", state.ino()),
            ));
        }
        let path = folder.join(random.pick(&names));
        match fs::metadata(&path).and_then(|state| {
            if state.is_dir() {
                Ok(Vec::new())
            } else {
                fs::read(&path)
            }
        }) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(shown(&path, &error)),
            _ => {}
        }
    }
    Ok(())
}

/// Moves photos in and out of the folders that are read, until enough edits are done.
fn edit(bus: &Bus, photos: &[u32], random: &mut Random, done: &AtomicUsize) -> Result<(), String> {
    let mut revisions = Vec::new();
    while done.load(Ordering::Relaxed) < EDITS {
        let count = *random.pick(&BATCHES);
        let batch = random.some(photos, count);
        let receipt = match random.below(8) {
            0 | 1 => bus.add_tag("busy", &batch),
            2 => bus.remove_tag("busy", &batch),
            3 => bus.add_to_album("busy", &batch),
            4 => bus.remove_from_album("busy", &batch),
            5 => bus.set_date(["2021-07-15", "2021-07-16T10:00:00"][random.below(2)], &batch),
            6 => bus.clear_fields(&["taken"], &batch),
            _ => match revisions.pop() {
                Some(revision) => bus.undo(revision),
                None => bus.set_field("title", "busy".into(), &batch),
            },
        };
        match receipt {
            Ok(receipt) => {
                done.fetch_add(usize::from(receipt.revision > 0), Ordering::Relaxed);
                revisions.extend(Some(receipt.revision).filter(|revision| *revision > 0));
            }
            // All that the edit did may have been changed since.
            Err(kphotos_tests::bus::BusError::Refused(..)) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    Ok(())
}

#[test]
fn eight_readers_see_every_photo_that_stays_while_ten_thousand_edits_run() {
    skip_unless!(skip::fuse());
    let mut random = Random::announced("readers");
    let mut stage = Stage::new(600);
    let photos = stage.photos();
    let bus = stage.world.bus();
    let (stayers, movers) = photos.split_at(60);
    let staying: Vec<u32> = stayers.iter().map(|(_, asset)| *asset).collect();
    let moving: Vec<u32> = movers.iter().map(|(_, asset)| *asset).collect();
    bus.add_tag("busy", &staying).unwrap();
    bus.create_album("busy").unwrap();
    bus.add_to_album("busy", &staying).unwrap();
    bus.set_date("2021-07-15", &staying).unwrap();
    let library = stage.world.library();
    let folders = [
        "tags/busy",
        "albums/busy",
        "dates/by-day/2021/2021-07-15",
        "dates/by-month/2021/2021-07",
        "library/library",
    ];
    let scene = Scene {
        folders: folders.iter().map(|folder| stage.dir(folder)).collect(),
        stayers: stayers
            .iter()
            .map(|(name, _)| {
                let inode = tree::node(stage.library().join(name)).unwrap().inode;
                (name.clone(), inode, original(library.join(name)))
            })
            .collect(),
        over: AtomicBool::new(false),
        listings: AtomicUsize::new(0),
    };
    let done = AtomicUsize::new(0);
    let editors = [stage.world.bus(), stage.world.bus()];
    let mut failures = Vec::new();
    thread::scope(|scope| {
        let (sender, outcomes) = mpsc::channel();
        for _ in 0..READERS {
            let (sender, mut random, scene) = (sender.clone(), random.fork(), &scene);
            scope.spawn(move || sender.send((false, read(scene, &mut random))));
        }
        for bus in &editors {
            let (sender, mut random, moving, done) = (sender.clone(), random.fork(), &moving, &done);
            scope.spawn(move || sender.send((true, edit(bus, moving, &mut random, done))));
        }
        drop(sender);
        let mut editing = editors.len();
        for _ in 0..READERS + editors.len() {
            let Ok((is_editor, outcome)) = outcomes.recv_timeout(PATIENCE) else {
                failures.push(format!(
                    "no end after {PATIENCE:?}: a deadlock; the daemon is killed"
                ));
                scene.over.store(true, Ordering::Relaxed);
                stage.world.kill9().unwrap();
                break;
            };
            editing -= usize::from(is_editor);
            failures.extend(outcome.err());
            if editing == 0 || !failures.is_empty() {
                scene.over.store(true, Ordering::Relaxed);
                done.fetch_add(EDITS, Ordering::Relaxed);
            }
        }
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    println!(
        "{EDITS} edits, {} listings",
        scene.listings.load(Ordering::Relaxed)
    );
    // What is shown in the end is what the daemon says.
    let wanted: BTreeSet<u32> = bus
        .search("tag:=busy")
        .unwrap()
        .iter()
        .map(|photo| photo["id"].as_u64().unwrap() as u32)
        .collect();
    let shown: BTreeSet<u32> = tree::photos(stage.dir("tags/busy")).into_values().collect();
    assert_eq!(shown, wanted);
    stage.finish();
}
