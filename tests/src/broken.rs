//! Files broken on purpose, brought into a library that goes on living: any number of them, the same ones by the same seed.
//!
//! The files lie in one folder and are broken anew in each round, in place, as if a disk were dying under them; beside
//! them lie sound photos. After each round the daemon must be the same process, know of the sound photos what it knew
//! before, and have every broken file in the library. At the end its memory may have grown by what it has to remember
//! of each file that was another picture for a while (`PER_FILE`), and by no more than `SLACK` beyond.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::photos::Photo;
use crate::random::Random;
use crate::world::World;
use crate::{skip, workspace};

/// Files broken at once.
const ROUND: usize = 500;
/// Sound photos beside them.
const SOUND: u64 = 8;
/// Larger files take long to write and are read no deeper.
const LARGEST: u64 = 64 << 10;
/// Bytes that may be remembered of each broken file: rows of the file and of the photo that it was, facts, marks.
const PER_FILE: u64 = 512;
/// Bytes by which memory may grow besides: what malloc keeps, caches that fill, entries that are not compacted yet.
const SLACK: u64 = 24 << 20;
/// How long a round may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// Numbers that length fields hold when somebody means harm.
const LENGTHS: [u32; 8] = [0, 1, 7, 8, 0xffff, 0x7fff_ffff, 0x8000_0000, u32::MAX];

/// Breaks a file in one to four places: bits, bytes, lengths, ranges cut, doubled, moved, taken from another file, the end.
pub fn break_it(bytes: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    for _ in 0..=random.below(4) {
        if bytes.is_empty() {
            return;
        }
        // Two times of three near the front, where headers are.
        let reach = if random.below(3) == 0 {
            bytes.len()
        } else {
            bytes.len().min(1024)
        };
        let at = random.below(reach);
        let length = 1 + random.below(256);
        let end = bytes.len().min(at + length);
        match random.below(9) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = random.number() as u8,
            2 | 3 => {
                let value = *random.pick(&LENGTHS);
                let value = if random.below(2) == 0 {
                    value.to_be_bytes()
                } else {
                    value.to_le_bytes()
                };
                let end = bytes.len().min(at + 4);
                bytes[at..end].copy_from_slice(&value[..end - at]);
            }
            4 => bytes.truncate(at),
            5 => drop(bytes.drain(at..end)),
            6 => {
                let part = bytes[at..end].to_vec();
                let into = random.below(bytes.len());
                bytes.splice(into..into, part);
            }
            7 => bytes[at..end].fill(0xff),
            _ => {
                let from = random.below(other.len().max(1));
                let part = other.iter().skip(from).take(length);
                bytes.splice(at..end, part.copied());
            }
        }
    }
}

/// The files to break, each with its name: the small ones of the corpus, and those that are always there, among them the
/// findings of the fuzzer.
///
/// # Errors
/// A folder or file cannot be read.
pub fn seeds() -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut folders = vec![
        workspace::root().join("tests/fixtures"),
        workspace::root().join("tests/fuzz/seeds"),
    ];
    match skip::corpus() {
        Ok(corpus) => folders.push(corpus),
        Err(why) => println!("only the fixtures are broken: {why}"),
    }
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let (path, is) = entry.and_then(|entry| Ok((entry.path(), entry.metadata()?)))?;
            if is.is_dir() {
                folders.push(path);
            } else if is.len() <= LARGEST && is.len() > 0 {
                found.push((path.clone(), fs::read(path)?));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The seeds of one target of the fuzzer: a file is a seed, of a `.txt` each line.
///
/// # Errors
/// The folder or a file cannot be read.
pub fn seeds_of(target: &str) -> io::Result<Vec<Vec<u8>>> {
    let folder = workspace::root().join("tests/fuzz/seeds").join(target);
    let mut paths = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    let mut seeds = Vec::new();
    for path in paths {
        let bytes = fs::read(&path)?;
        if path.extension().is_some_and(|ending| ending == "txt") {
            seeds.extend(bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec));
        } else {
            seeds.push(bytes);
        }
    }
    Ok(seeds)
}

/// Bytes that a process has in memory.
fn memory(process: u32) -> io::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    let kilobytes: Option<u64> = kilobytes.and_then(|text| text.parse().ok());
    Ok(kilobytes.ok_or_else(|| io::Error::other("no VmRSS"))? * 1024)
}

/// What is known of the sound photos.
fn known(world: &World, sound: &Path) -> Vec<Value> {
    let document = world.json(&["info", "-r", &sound.to_string_lossy()]);
    let fields = [
        "name", "state", "taken", "camera", "width", "height", "tags", "location",
    ];
    let items = document["items"].as_array().unwrap().iter();
    items
        .map(|item| fields.iter().map(|field| item[*field].clone()).collect())
        .collect()
}

/// Breaks `count` files in a library, and ends the test where the daemon suffers; says how memory went.
pub fn survives(count: usize, random: &mut Random) {
    let seeds = seeds().unwrap();
    let mut world = World::new().unwrap();
    world.spare_pictures().unwrap();
    let (sound, broken) = (world.library().join("sound"), world.library().join("broken"));
    fs::create_dir_all(&sound).unwrap();
    fs::create_dir_all(&broken).unwrap();
    for number in 0..SOUND {
        Photo::numbered(number)
            .write_to(&sound, format!("{number}.jpg"))
            .unwrap();
    }
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    let (daemon, expected) = (world.pid(), known(&world, &sound));
    assert_eq!(expected.len() as u64, SOUND);
    let mut first = None;
    let mut done = 0;
    while done < count {
        let round = ROUND.min(count - done);
        let mut names = 0;
        for place in 0..round {
            // A place keeps its ending, so that it is one file that is broken again.
            let (path, bytes) = &seeds[place % seeds.len()];
            let mut bytes = bytes.clone();
            break_it(&mut bytes, &random.pick(&seeds).1, random);
            let ending = path.extension().unwrap_or_default().to_string_lossy();
            fs::write(broken.join(format!("{place}.{ending}")), bytes).unwrap();
            names += 1;
        }
        done += names;
        let _ = world.kphotos(&["library", "scan", "--wait"]).ok();
        world.wait_idle(PATIENCE);
        assert_eq!(world.pid(), daemon, "another daemon after {done} files");
        assert_eq!(known(&world, &sound), expected, "after {done} files");
        let now = memory(daemon).unwrap();
        let (began, before) = *first.get_or_insert((done, now));
        println!("{done} files broken, {} MB", now >> 20);
        let most = before + SLACK + (done - began) as u64 * PER_FILE;
        assert!(
            now <= most,
            "{now} bytes after {done} files, {before} after {began}"
        );
    }
    for number in 0..SOUND {
        let name = format!("{number}.jpg");
        let shown = fs::read(world.mount().join("library/library/sound").join(&name)).unwrap();
        assert_eq!(shown, fs::read(sound.join(&name)).unwrap());
    }
    assert!(world.stop().unwrap().success());
}
