//! When a command has returned, the very next look sees its effect.
//!
//! The kernel caches names, attributes, listings and misses for a long time, so each of them is asked for before every
//! edit (what is about to appear is looked for in vain), and again right after it.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use kphotos_tests::bus::Bus;
use kphotos_tests::random::Random;
use kphotos_tests::{as_user, skip, skip_unless, tree};

use super::{Stage, original};

const EDITS: usize = 400;

/// One photo, and where it is.
struct Tracked {
    name: String,
    asset: u32,
    inode: u64,
    bytes: Vec<u8>,
    day: u32,
    /// Folders of tags and albums, and whether it is there.
    places: BTreeMap<&'static str, bool>,
}

const PLACES: [&str; 5] = [
    "tags/t",
    "tags/t/deep",
    "tags/other",
    "albums/x",
    "albums/x/inner",
];

/// Ends the test unless the photo is in the folder, by every way of looking.
#[track_caller]
fn assert_there(dir: &Path, photo: &Tracked, when: &str) {
    let path = dir.join(&photo.name);
    let found = tree::node(&path).unwrap_or_else(|error| panic!("{when}: stat {}: {error}", path.display()));
    assert_eq!(found.inode, photo.inode, "{when}: {}", path.display());
    let times = tree::listed(dir)
        .into_iter()
        .filter(|name| *name == photo.name)
        .count();
    assert_eq!(times, 1, "{when}: times that {} is listed", path.display());
    assert_eq!(
        fs::read(&path).unwrap(),
        photo.bytes,
        "{when}: {}",
        path.display()
    );
}

/// Ends the test if the photo is in the folder, which need not be there itself.
#[track_caller]
fn assert_absent(dir: &Path, photo: &Tracked, when: &str) {
    let path = dir.join(&photo.name);
    let error = tree::node(&path).expect_err(&format!("{when}: {} is there", path.display()));
    assert_eq!(error.kind(), ErrorKind::NotFound, "{when}: {}", path.display());
    let error = fs::File::open(&path).expect_err(when);
    assert_eq!(error.kind(), ErrorKind::NotFound, "{when}: {}", path.display());
    match tree::names(dir) {
        Ok(names) => assert!(
            !names.contains(&photo.name.clone().into()),
            "{when}: {} is listed",
            path.display()
        ),
        Err(error) => assert_eq!(error.kind(), ErrorKind::NotFound, "{when}: {}", dir.display()),
    }
}

fn day_dir(stage: &Stage, day: u32) -> PathBuf {
    stage.dir(format!("dates/by-day/2021/2021-07-{day:02}"))
}

/// Puts a photo into one of the folders, or takes it out.
fn toggle(stage: &Stage, bus: &Bus, photo: &mut Tracked, place: &'static str, when: &str) {
    let dir = stage.dir(place);
    let was_there = photo.places[place];
    let (kind, path) = place.split_once('/').unwrap();
    if was_there {
        assert_there(&dir, photo, &format!("before {when}"));
    } else {
        assert_absent(&dir, photo, &format!("before {when}"));
    }
    let assets = &[photo.asset];
    let receipt = match (kind, was_there) {
        ("tags", true) => bus.remove_tag(path, assets),
        ("tags", false) => bus.add_tag(path, assets),
        (_, true) => bus.remove_from_album(path, assets),
        (_, false) => bus.add_to_album(path, assets),
    };
    let receipt = receipt.unwrap();
    let when = format!("{when}: {}", receipt.summary);
    photo.places.insert(place, !was_there);
    if was_there {
        assert_absent(&dir, photo, &when);
    } else {
        assert_there(&dir, photo, &when);
    }
    let tags = tree::xattr(stage.library().join(&photo.name), "user.xdg.tags")
        .unwrap()
        .unwrap_or_default();
    let has = tags.split(',').any(|tag| tag == path);
    assert!(
        kind != "tags" || has != was_there,
        "{when}: the tags are said to be {tags:?}"
    );
}

/// Moves a photo to another day.
fn set_day(stage: &Stage, bus: &Bus, photo: &mut Tracked, random: &mut Random, when: &str) {
    let day = 1 + (photo.day + random.below(29) as u32) % 30;
    let file = stage.library().join(&photo.name);
    let before = fs::metadata(&file).unwrap().mtime();
    assert_there(&day_dir(stage, photo.day), photo, &format!("before {when}"));
    assert_absent(&day_dir(stage, day), photo, &format!("before {when}"));
    bus.set_date(&format!("2021-07-{day:02}T12:34:56"), &[photo.asset])
        .unwrap();
    assert_absent(&day_dir(stage, photo.day), photo, when);
    assert_there(&day_dir(stage, day), photo, when);
    let days = i64::from(day) - i64::from(photo.day);
    let after = fs::metadata(&file).unwrap().mtime();
    assert!(
        (after - before - days * 86_400).abs() < 86_400,
        "{when}: {before} -> {after}"
    );
    let taken = tree::xattr(&file, "user.kphotos.taken").unwrap();
    assert_eq!(
        taken.as_deref(),
        Some(format!("2021-07-{day:02}T12:34:56").as_str()),
        "{when}"
    );
    photo.day = day;
}

fn set_rating(stage: &Stage, bus: &Bus, photo: &Tracked, random: &mut Random, when: &str) {
    let stars = random.below(6) as i32;
    let file = stage.library().join(&photo.name);
    tree::xattr(&file, "user.baloo.rating").unwrap();
    bus.set_field("rating", stars.into(), &[photo.asset]).unwrap();
    let shown = tree::xattr(&file, "user.baloo.rating").unwrap();
    assert_eq!(shown, Some((2 * stars).to_string()), "{when}");
}

/// A tag that was never there, and its undo.
fn new_folder(stage: &Stage, bus: &Bus, photo: &Tracked, number: usize, when: &str) {
    let name = format!("new {number}");
    let (top, dir) = (
        stage.dir("tags").join(&name),
        stage.dir("tags").join(&name).join("sub"),
    );
    assert_absent(&dir, photo, &format!("before {when}"));
    assert_absent(&top, photo, &format!("before {when}"));
    let made = bus.add_tag(&format!("{name}/sub"), &[photo.asset]).unwrap();
    assert_there(&dir, photo, when);
    assert!(
        tree::listed(stage.dir("tags")).contains(&name),
        "{when}: the folder is listed"
    );
    assert_eq!(tree::listed(&top), ["_all", "sub"], "{when}");
    bus.undo(made.revision).unwrap();
    assert_absent(&dir, photo, &format!("{when}, undone"));
    assert_eq!(
        tree::node(&top).unwrap_err().kind(),
        ErrorKind::NotFound,
        "{when}, undone"
    );
    assert!(
        !tree::listed(stage.dir("tags")).contains(&name),
        "{when}, undone: the folder is listed"
    );
}

fn rename_original(stage: &mut Stage, photo: &mut Tracked, number: usize, when: &str) {
    let name = format!("R{number:04}.JPG");
    let old = std::mem::replace(&mut photo.name, name.clone());
    assert_absent(&stage.library(), photo, &format!("before {when}"));
    stage.somebody_changes(|library| fs::rename(library.join(&old), library.join(&name)).unwrap());
    assert_there(&stage.library(), photo, when);
    let inside: Vec<_> = photo
        .places
        .iter()
        .filter(|(_, there)| **there)
        .map(|(place, _)| *place)
        .collect();
    for place in inside {
        assert_there(&stage.dir(place), photo, when);
        assert!(!stage.dir(place).join(&old).exists(), "{when}: {place}/{old}");
    }
}

fn check_at_once(mut stage: Stage, mut random: Random) {
    let bus = stage.world.bus();
    let anchor = stage.photos()[0].1;
    for place in PLACES {
        match place.split_once('/').unwrap() {
            ("tags", tag) => bus.add_tag(tag, &[anchor]).unwrap(),
            (_, album) => bus.create_album(album).unwrap(),
        };
    }
    let library = stage.world.library();
    let mut photos: Vec<Tracked> = stage.photos()[1..]
        .iter()
        .map(|(name, asset)| Tracked {
            inode: tree::node(stage.library().join(name)).unwrap().inode,
            bytes: original(library.join(name)),
            day: 1 + name[1..5].parse::<u32>().unwrap() % 5,
            places: PLACES.iter().map(|place| (*place, false)).collect(),
            name: name.clone(),
            asset: *asset,
        })
        .collect();
    for number in 0..EDITS {
        let at = random.below(photos.len());
        let photo = &mut photos[at];
        let when = format!("edit {number} of {}", photo.name);
        match random.below(40) {
            0..24 => {
                let place = *random.pick(&PLACES);
                toggle(&stage, &bus, photo, place, &format!("{when} ({place})"));
            }
            24..31 => set_day(&stage, &bus, photo, &mut random, &when),
            31..35 => set_rating(&stage, &bus, photo, &mut random, &when),
            35..39 => new_folder(&stage, &bus, photo, number, &when),
            _ => rename_original(&mut stage, photo, number, &when),
        }
    }
    for photo in &photos {
        for (place, there) in &photo.places {
            let listed = tree::listed(stage.dir(place)).contains(&photo.name);
            assert_eq!(listed, *there, "in the end: {place}/{}", photo.name);
        }
    }
    stage.finish();
}

#[test]
fn the_next_look_after_a_command_sees_its_effect() {
    skip_unless!(skip::fuse());
    let random = Random::announced("at once");
    check_at_once(Stage::new(21), random);
}

#[test]
fn the_next_look_after_a_command_sees_its_effect_also_on_a_users_mount() {
    skip_unless!(skip::fuse());
    as_user!();
    let random = Random::announced("at once, as a user");
    check_at_once(Stage::new(21), random);
}
