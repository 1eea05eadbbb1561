//! A place in a folder is a place in the folder, whatever comes and goes meanwhile.
//!
//! Whoever lists a large folder in parts (an NFS server for its client, Samba, a file manager that shows the first
//! screen) goes on where the last part ended: at a number that the file system gave. Between two parts photos come and
//! go, the folder is closed and opened, the daemon is started again. No photo that stayed may be left out or be told twice.
//! Source: getdents(2), `d_off`.
#![expect(unsafe_code, reason = "std hides the places")]

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;

use kphotos_tests::bus::Bus;
use kphotos_tests::random::Random;
use kphotos_tests::{skip, skip_unless};

use super::{Stage, photo};

const PHOTOS: usize = 400;
const FOLDER: &str = "albums/busy";

/// The names from a place on, each with the place behind it; as many as come in so many calls.
fn entries(dir: &File, from: i64, parts: usize) -> io::Result<Vec<(String, i64)>> {
    // SAFETY: takes numbers only.
    if unsafe { libc::lseek(dir.as_raw_fd(), from, libc::SEEK_SET) } < 0 {
        return Err(io::Error::last_os_error());
    }
    let mut found = Vec::new();
    let mut buffer = [0u8; 1024];
    for _ in 0..parts {
        // SAFETY: the buffer has the room that is announced.
        let length = unsafe {
            libc::syscall(
                libc::SYS_getdents64,
                dir.as_raw_fd(),
                buffer.as_mut_ptr(),
                buffer.len(),
            )
        };
        let length = usize::try_from(length).map_err(|_| io::Error::last_os_error())?;
        if length == 0 {
            break;
        }
        found.extend(parse(&buffer[..length]));
    }
    Ok(found)
}

/// `struct linux_dirent64`: number, place, length of it all (2 bytes), type (1), name that ends in NUL.
fn parse(mut bytes: &[u8]) -> Vec<(String, i64)> {
    let mut found = Vec::new();
    while bytes.len() > 19 {
        let place = i64::from_ne_bytes(bytes[8..16].try_into().unwrap());
        let length = usize::from(u16::from_ne_bytes(bytes[16..18].try_into().unwrap()));
        let name = bytes[19..length].split(|&byte| byte == 0).next().unwrap();
        found.push((String::from_utf8(name.to_vec()).unwrap(), place));
        bytes = &bytes[length..];
    }
    found
}

/// The photos told in two parts; ends the test if one was told twice.
#[track_caller]
fn told(first: &[(String, i64)], rest: &[(String, i64)]) -> BTreeSet<String> {
    let all = || first.iter().chain(rest).map(|(name, _)| name.clone());
    let told: BTreeSet<String> = all().collect();
    assert_eq!(told.len(), all().count(), "told twice");
    told
}

struct Scene {
    stage: Stage,
    bus: Bus,
    photos: Vec<u32>,
}

/// An album with every other photo.
fn scene() -> Scene {
    let stage = Stage::new(|library| {
        for number in 0..PHOTOS as u64 {
            photo(number)
                .write_to(library, format!("{number:04}.jpg"))
                .unwrap();
        }
    });
    let photos: Vec<u32> = (0..PHOTOS)
        .map(|number| stage.asset(format!("{number:04}.jpg")))
        .collect();
    let bus = stage.bus();
    let _ = stage.world.kphotos(&["album", "create", "busy"]).ok();
    let half: Vec<u32> = photos.iter().copied().step_by(2).collect();
    let _ = bus.add_to_album("busy", &half).unwrap();
    Scene { stage, bus, photos }
}

impl Scene {
    /// Takes every fourth of the photos out that are in, and puts every fourth in that is not; gives who stayed.
    fn change(&self, random: &mut Random) -> BTreeSet<String> {
        let (inside, outside): (Vec<_>, Vec<_>) = (0..PHOTOS).partition(|number| number % 2 == 0);
        let leaving: Vec<usize> = inside.iter().copied().filter(|_| random.below(4) == 0).collect();
        let coming: Vec<usize> = outside.into_iter().filter(|_| random.below(4) == 0).collect();
        let ids = |numbers: &[usize]| {
            numbers
                .iter()
                .map(|&number| self.photos[number])
                .collect::<Vec<_>>()
        };
        let _ = self.bus.remove_from_album("busy", &ids(&leaving)).unwrap();
        let _ = self.bus.add_to_album("busy", &ids(&coming)).unwrap();
        let stayed = inside.iter().filter(|number| !leaving.contains(number));
        stayed.map(|number| format!("{number:04}.jpg")).collect()
    }

    fn open(&self) -> File {
        File::open(self.stage.dir(FOLDER)).unwrap()
    }
}

#[test]
fn a_listing_in_parts_has_every_photo_that_stays_once_whatever_comes_and_goes() {
    skip_unless!(skip::fuse());
    let mut random = Random::announced("cookies");
    let mut scene = scene();
    let (same, again) = (scene.open(), scene.open());
    // The first part from the start, by two who list: one goes on with what it has open, others open the folder anew.
    // 32 entries fit into one: six are less than the whole folder.
    let part = 2 + random.below(5);
    let first = entries(&same, 0, part).unwrap();
    assert_eq!(first, entries(&again, 0, part).unwrap());
    drop(again);
    let place = first.last().unwrap().1;
    assert!(first.len() > 20 && first.len() < PHOTOS / 2, "{}", first.len());
    let stayed = scene.change(&mut random);
    assert!(stayed.len() > 100);
    let rest = |dir: &File| entries(dir, place, usize::MAX).unwrap();
    let all = told(&first, &rest(&same));
    assert!(all.is_superset(&stayed), "{:?}", stayed.difference(&all));
    let all = told(&first, &rest(&scene.open()));
    assert!(all.is_superset(&stayed), "{:?}", stayed.difference(&all));
    // From each place of the first part there is what was behind it, and nothing before it.
    for (at, (name, place)) in first.iter().enumerate().step_by(7) {
        let rest = entries(&scene.open(), *place, usize::MAX).unwrap();
        let all = told(&first[..=at], &rest);
        assert!(
            all.is_superset(&stayed),
            "from {name}: {:?}",
            stayed.difference(&all)
        );
    }
    drop(same);
    scene.stage.world.restart().unwrap();
    let all = told(&first, &rest(&scene.open()));
    assert!(
        all.is_superset(&stayed),
        "after a restart: {:?}",
        stayed.difference(&all)
    );
    scene.stage.finish();
}

#[test]
fn a_place_that_never_was_ends_a_listing_and_harms_nobody() {
    skip_unless!(skip::fuse());
    let scene = scene();
    let dir = scene.open();
    let whole = entries(&dir, 0, usize::MAX).unwrap();
    for place in [1, 2, 3, i64::MAX, i64::MAX - 1, whole[5].1 + 1] {
        // More than nothing or nothing, an error or none: but names of the folder, each once.
        if let Ok(rest) = entries(&dir, place, usize::MAX) {
            let names = told(&[], &rest);
            assert!(
                names
                    .iter()
                    .all(|name| whole.iter().any(|(other, _)| other == name)),
                "{place}"
            );
        }
    }
    assert_eq!(entries(&dir, 0, usize::MAX).unwrap(), whole);
    scene.stage.finish();
}
