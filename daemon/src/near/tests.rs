//! The files, and what is told of them, on photos of a domain world.

use super::*;
use kphotos_domain::catalog::near::{DEFAULT_DISTANCE, TRIMMED, Turn};
use kphotos_domain::command::{Command, RecordChecksums};
use kphotos_domain::testing::World;
use std::collections::BTreeSet;
use std::fs;

const LIBRARY: LibraryId = LibraryId::new(1);

/// Two families of pictures by number, from 0 and from 100 on: within one, a step is a sign.
fn hash(number: u64) -> PictureHash {
    let family = if number < 100 {
        [0x1111, 2, 3, 4]
    } else {
        [u64::MAX >> 1, 0x5555_5555, u64::MAX, 0x7777_7777_7777]
    };
    let [even, across, down, both] = family;
    let steps = (1 << (number % 100)) - 1;
    PictureHash::from_words([even, across ^ steps, down, both])
}

fn content(number: u64) -> Checksum {
    Checksum::new(*blake3::hash(&number.to_le_bytes()).as_bytes())
}

/// From here on they are numbers of strangers.
const MANY: u64 = 1_000;

fn stranger(number: u64) -> Look {
    let [whole, ..] = trims(number);
    Look {
        content: content(number),
        seen: Seen::Signs(whole, trims(number + (1 << 32))),
    }
}

/// What is left of a picture trimmed is like nothing else, but that of a number from 40 to 49 is in one way that of
/// 20 higher.
fn trims(number: u64) -> Trims {
    std::array::from_fn(|way| match number {
        40..50 if way == 9 => hash(number + 20),
        _ => {
            let bytes = blake3::hash(&(number * 100 + way as u64).to_le_bytes());
            let (words, _) = bytes.as_bytes().as_chunks::<8>();
            let [even, across, down, both] = [0, 1, 2, 3].map(|at: usize| u64::from_le_bytes(words[at]));
            PictureHash::from_words([even >> 1, across, down, both])
        }
    })
}

fn signs(number: u64) -> Look {
    Look {
        content: content(number),
        seen: Seen::Signs(hash(number), trims(number)),
    }
}

fn add(near: &Near, new: &[Look]) {
    near.open_looks().unwrap();
    near.add(new).unwrap();
}

fn all(near: &Near) -> Vec<Look> {
    let mut all = Vec::new();
    looks::read(&near.dir, &mut |place, look| {
        assert_eq!(place as usize, all.len());
        all.push(look);
    })
    .unwrap();
    all
}

fn go_on() -> bool {
    false
}

/// What may look alike, by number.
fn candidates(near: &Near, distance: u32) -> Vec<Vec<u64>> {
    let number = |known: &Candidate| {
        let number = (0..300).find(|number| content(*number) == known.content).unwrap();
        assert_eq!(known.whole, hash(number));
        number
    };
    let candidates = near.candidates(distance).unwrap();
    candidates
        .together
        .iter()
        .map(|some| some.iter().map(number).collect())
        .collect()
}

#[test]
fn looks_are_read_as_they_were_added_and_what_is_torn_is_cut_off() {
    let home = tempfile::tempdir().unwrap();
    let near = Near::new(home.path());
    assert!(all(&near).is_empty());
    let looks = [
        signs(1),
        Look {
            content: content(2),
            seen: Seen::Plain,
        },
        Look {
            content: content(3),
            seen: Seen::Undecoded,
        },
    ];
    add(&near, &looks[..1]);
    add(&near, &looks[1..]);
    assert_eq!(all(&near), looks);
    let file = near.dir.join("looks");
    let whole = fs::read(&file).unwrap();
    assert_eq!(whole.len(), 16 + 3 * 488);
    fs::write(&file, &whole[..whole.len() - 1]).unwrap();
    assert_eq!(all(&near), looks[..2]);
    add(&near, &[signs(4)]);
    assert_eq!(all(&near), [looks[0], looks[1], signs(4)]);
    let mut altered = whole.clone();
    altered[16 + 488 + 3] ^= 1;
    fs::write(&file, &altered).unwrap();
    assert_eq!(all(&near), looks[..1]);
    // Version 1 had records of 72 bytes.
    let version_1 = [&b"kplooks1itsownid"[..], &[7; 72 * 20]].concat();
    for foreign in [
        &b""[..],
        b"kplooks2",
        &version_1,
        b"something else of some length",
    ] {
        fs::write(&file, foreign).unwrap();
        assert!(all(&near).is_empty());
        add(&near, &[signs(5)]);
        assert_eq!(all(&near), [signs(5)]);
    }
}

#[test]
fn pairs_are_kept_up_to_date_and_made_again_when_they_or_the_looks_are_lost() {
    let home = tempfile::tempdir().unwrap();
    let near = Near::new(home.path());
    assert_eq!(near.compare(&go_on).unwrap(), Some(0));
    assert!(candidates(&near, DEFAULT_DISTANCE).is_empty());
    add(&near, &[signs(0), signs(200), signs(5)]);
    assert!(candidates(&near, DEFAULT_DISTANCE).is_empty(), "not compared yet");
    assert_eq!(near.compare(&|| true).unwrap(), None, "told to stop");
    assert_eq!(near.compare(&go_on).unwrap(), Some(1));
    assert_eq!(candidates(&near, DEFAULT_DISTANCE), [vec![0, 5]]);
    add(&near, &[signs(203), signs(3)]);
    assert_eq!(near.compare(&go_on).unwrap(), Some(3));
    assert_eq!(
        candidates(&near, DEFAULT_DISTANCE),
        [vec![0, 5, 3], vec![200, 203]]
    );
    assert_eq!(candidates(&near, 2), [vec![5, 3]]);
    assert_eq!(near.compare(&go_on).unwrap(), Some(3), "nothing new");
    let pairs = near.dir.join("pairs");
    let mut altered = fs::read(&pairs).unwrap();
    altered[25] ^= 1;
    fs::write(&pairs, altered).unwrap();
    assert!(candidates(&near, DEFAULT_DISTANCE).is_empty());
    assert_eq!(near.compare(&go_on).unwrap(), Some(3));
    assert_eq!(candidates(&near, 2), [vec![5, 3]]);
    // Another file of looks: the pairs are of none.
    fs::remove_file(near.dir.join("looks")).unwrap();
    add(&near, &[signs(1), signs(201), signs(6), signs(203)]);
    assert!(candidates(&near, DEFAULT_DISTANCE).is_empty());
    assert_eq!(near.compare(&go_on).unwrap(), Some(2));
    assert_eq!(candidates(&near, 20), [vec![1, 6], vec![201, 203]]);
}

/// Photos of which each is the content of its number in this order.
fn photos(names: &[&str]) -> World {
    let world = World::new();
    world.files(names);
    let checksums = {
        let view = world.app.view();
        let stamp = |(id, row): (_, &kphotos_domain::view::FileRow)| row.stamp(id);
        (0..)
            .zip(view.files())
            .map(|(number, file)| (stamp(file), content(number)))
            .collect()
    };
    world.observe(&Command::RecordChecksums(RecordChecksums {
        checksums,
        pictures: Vec::new(),
    }));
    world
}

#[test]
fn groups_are_of_photos_that_are_there_and_were_found_and_not_of_one_shot() {
    let home = tempfile::tempdir().unwrap();
    let near = Near::new(home.path());
    // Contents 0 and 1 are RAW and JPEG of one shot.
    let world = photos(&["a.jpg", "a.nef", "b.jpg", "c.jpg"]);
    add(&near, &[signs(0), signs(1), signs(101), signs(2), signs(102)]);
    near.compare(&go_on).unwrap();
    let everything: AssetSet = world.app.view().assets().map(|(asset, _)| asset).collect();
    let told = |found: &AssetSet, distance: u32| -> Vec<Vec<(u32, u32)>> {
        let candidates = near.candidates(distance).unwrap();
        let groups = near.groups(&world.app, &candidates, found, distance);
        let groups = groups.unwrap().into_iter();
        let number = |(asset, far): (AssetId, u32)| (asset.number(), far);
        groups
            .map(|group| group.members.into_iter().map(number).collect())
            .collect()
    };
    assert_eq!(
        told(&everything, DEFAULT_DISTANCE),
        [vec![(1, 1), (2, 1), (3, 1)]]
    );
    let one_shot: AssetSet = [1, 2, 4].map(AssetId::new).into_iter().collect();
    assert!(told(&one_shot, DEFAULT_DISTANCE).is_empty());
    // The one in between was not found: those left are two apart.
    let ends: AssetSet = [1, 3].map(AssetId::new).into_iter().collect();
    assert_eq!(told(&ends, DEFAULT_DISTANCE), [vec![(1, 2), (3, 2)]]);
    assert!(told(&ends, 1).is_empty());
}

#[test]
fn what_is_unseen_is_known_by_content_and_what_was_not_decoded_is_tried_again_when_asked() {
    let home = tempfile::tempdir().unwrap();
    let near = Near::new(home.path());
    let world = photos(&["a.jpg", "b.jpg", "c.jpg", "d.mp4"]);
    let unseen = |again: bool| -> Vec<Vec<u8>> {
        let unseen = near.unseen(&world.app, LIBRARY, again).unwrap();
        let view = world.app.view();
        let path = |asset| view.file_path(view.lead_file(asset).unwrap()).unwrap().1;
        unseen.into_iter().map(path).collect()
    };
    assert_eq!(unseen(false), [b"a.jpg", b"b.jpg", b"c.jpg"]);
    let undecoded = Look {
        content: content(1),
        seen: Seen::Undecoded,
    };
    add(&near, &[signs(0), undecoded, signs(20)]);
    assert_eq!(unseen(false), [b"c.jpg"]);
    assert_eq!(unseen(true), [b"b.jpg", b"c.jpg"]);
    add(&near, &[signs(1)]);
    assert_eq!(unseen(true), [b"c.jpg"]);
    assert!(
        near.unseen(&world.app, LibraryId::new(9), false)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_turned_copy_is_a_near_pair_at_distance_zero() {
    let home = tempfile::tempdir().unwrap();
    let near = Near::new(home.path());
    let turned = |turn: Turn, number: u64| Look {
        content: content(number),
        seen: Seen::Signs(hash(120).turned(turn), trims(120)),
    };
    let looks: Vec<Look> = Turn::ALL
        .into_iter()
        .zip(0..)
        .map(|(turn, number)| turned(turn, number))
        .collect();
    add(&near, &looks);
    assert_eq!(near.compare(&go_on).unwrap(), Some(7));
    assert_eq!(near.candidates(0).unwrap().together[0].len(), 8);
}

#[test]
fn one_that_is_what_is_left_of_another_is_near_whichever_of_them_came_first_and_however_many_came() {
    // What is left of 41 trimmed is 61, of which 63 is two signs away.
    let orders: [&[&[u64]]; 6] = [
        &[&[41, 61, 63]],
        &[&[41], &[63, 61]],
        &[&[63, 61], &[41]],
        &[&[63], &[41], &[61]],
        &[&[63, 61], &[MANY, 41]],
        &[&[41], &[MANY, 61, 63]],
    ];
    for order in orders {
        let home = tempfile::tempdir().unwrap();
        let near = Near::new(home.path());
        for come in order {
            let looks = come.iter().flat_map(|number| match *number {
                // Strangers, more than are compared each with each.
                MANY => (MANY..=MANY + FEW as u64).map(stranger).collect(),
                number => vec![signs(number)],
            });
            add(&near, &looks.collect::<Vec<_>>());
            near.compare(&go_on).unwrap();
        }
        let among = |distance: u32| {
            candidates(&near, distance)
                .into_iter()
                .map(BTreeSet::from_iter)
                .collect::<Vec<_>>()
        };
        assert_eq!(among(TRIMMED), [BTreeSet::from([41, 61, 63])], "{order:?}");
        assert_eq!(among(TRIMMED - 1), [BTreeSet::from([61, 63])], "{order:?}");
        assert_eq!(
            near.candidates(TRIMMED).unwrap().trims(0).unwrap(),
            Some(trims(order[0][0]))
        );
    }
}

#[test]
fn groups_say_how_near_a_trimmed_photo_is_also_where_the_one_between_was_not_found() {
    let home = tempfile::tempdir().unwrap();
    let near = Near::new(home.path());
    let names: Vec<String> = (0..64).map(|number| format!("{number:02}.jpg")).collect();
    let world = photos(&names.iter().map(String::as_str).collect::<Vec<_>>());
    add(&near, &[signs(41), signs(61), signs(63)]);
    near.compare(&go_on).unwrap();
    let told = |found: &[u64], distance: u32| -> Vec<Vec<u32>> {
        let asset = |number: &u64| world.app.view().asset_by_checksum(&content(*number)).unwrap();
        let found: AssetSet = found.iter().map(asset).collect();
        let candidates = near.candidates(distance).unwrap();
        let groups = near.groups(&world.app, &candidates, &found, distance).unwrap();
        let far = |group: NearGroup| group.members.into_iter().map(|(_, far)| far).collect();
        groups.into_iter().map(far).collect()
    };
    assert_eq!(told(&[41, 61, 63], 30), [[TRIMMED, 2, 2]]);
    assert_eq!(told(&[41, 63], 30), [[TRIMMED + 2, TRIMMED + 2]]);
    assert!(told(&[41, 63], TRIMMED + 1).is_empty());
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("near"), "a file").unwrap();
    let near = Near::new(home.path());
    let said = near.open_looks().unwrap_err().to_string();
    assert!(said.contains("near") && said.contains("may be deleted"), "{said}");
}

#[test]
fn image_hashes_are_kept_by_content_and_files_without_are_told() {
    let home = tempfile::tempdir().unwrap();
    let near = Near::new(home.path());
    let world = photos(&["a.jpg", "b.jpg", "c.mp4"]);
    let without = || -> Vec<u32> {
        let files = near.without_image(&world.app, LIBRARY).unwrap();
        files.into_iter().map(|file| file.number()).collect()
    };
    let asked = |numbers: &[u64]| {
        let wanted = numbers.iter().map(|number| content(*number)).collect();
        let known = near.images_of(&wanted).unwrap();
        let mut known: Vec<_> = known.into_iter().collect();
        known.sort_unstable();
        known
    };
    assert_eq!(without(), [1, 2, 3]);
    assert!(asked(&[0, 1]).is_empty());
    let images: [Image; 2] = [(content(0), Some(content(90))), (content(1), None)];
    near.add_images(&images).unwrap();
    assert_eq!(without(), [3], "one without is known to have none");
    assert_eq!(asked(&[0, 1, 2]), [(content(0), content(90))]);
    // What is torn is found out again, by who was there before too.
    let file = near.dir.join("images");
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() - 1]).unwrap();
    let near = Near::new(home.path());
    near.add_images(&[(content(2), Some(content(91)))]).unwrap();
    assert_eq!(near.without_image(&world.app, LIBRARY).unwrap().len(), 1);
    // Deleted while it was open.
    fs::remove_dir_all(&near.dir).unwrap();
    near.add_images(&[(content(0), Some(content(92)))]).unwrap();
    let only = [content(0)].into_iter().collect();
    assert_eq!(near.images_of(&only).unwrap()[&content(0)], content(92));
}
