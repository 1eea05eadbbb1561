//! Scans that find much gone: disks that are away, others in their place, and what a person moved.

use super::tests::{LIBRARY, filled, scan, scan_parts, time};
use super::*;
use crate::storage::memory::MemoryVolume;
use kphotos_domain::command::{Command, RecordChecksums};
use kphotos_domain::kernel::Checksum;

#[test]
fn an_empty_or_absent_root_is_offline_and_nothing_changes() {
    let (world, volume) = filled(10);
    let present = world.app.view().present().clone();
    volume.set_broken("", true);
    assert!(matches!(
        scan(&world, &volume, true),
        Err(ScanError::Offline { .. })
    ));
    volume.set_broken("", false);
    volume.clear();
    assert!(matches!(
        scan(&world, &volume, true),
        Err(ScanError::Offline { .. })
    ));
    assert_eq!(*world.app.view().present(), present);
    assert_eq!(
        world.app.view().library(LIBRARY).unwrap().state,
        LibraryState::Offline
    );
}

#[test]
fn a_folder_that_cannot_be_read_keeps_what_it_had() {
    let (world, volume) = filled(200);
    volume.set_broken("2001", true);
    let found = scan(&world, &volume, false).unwrap();
    assert_eq!((found.unreadable_folders, found.gone), (1, 0));
}

#[test]
fn much_that_is_gone_is_not_believed_until_a_person_says_so() {
    let (world, volume) = filled(2000);
    for number in 0..1500 {
        volume.remove(&format!("{}/IMG_{number:04}.JPG", 2000 + number / 100));
    }
    assert!(matches!(
        scan(&world, &volume, false),
        Err(ScanError::Suspect {
            gone: 1500,
            known: 2000,
            ..
        })
    ));
    assert_eq!(world.app.view().present().len(), 2000);
    assert_eq!(scan(&world, &volume, true).unwrap().gone, 1500);
    assert_eq!(world.app.view().present().len(), 500);
}

#[test]
fn much_that_is_gone_and_known_to_be_elsewhere_is_believed() {
    let (world, volume) = filled(2000);
    let path = |number: usize| format!("{}/IMG_{number:04}.JPG", 2000 + number / 100);
    for number in 0..1500 {
        volume.put(&format!("sorted/{}", path(number)), &number.to_le_bytes(), 1);
        volume.remove(&path(number));
    }
    let is_suspect = |found| matches!(found, Err(ScanError::Suspect { gone: 1500, .. }));
    assert!(is_suspect(scan(&world, &volume, false)), "nobody knows yet");
    let checksums = {
        let view = world.app.view();
        let hashed = view.files().map(|(id, row)| {
            let number = String::from_utf8_lossy(&row.name)[4..8].to_owned();
            (
                row.stamp(id),
                Checksum::new(*blake3::hash(number.as_bytes()).as_bytes()),
            )
        });
        hashed.collect()
    };
    world.observe(&Command::RecordChecksums(RecordChecksums {
        checksums,
        pictures: Vec::new(),
    }));
    assert_eq!(scan(&world, &volume, false).unwrap().gone, 1500);
    assert_eq!(world.app.view().present().len(), 2000);
}

#[test]
fn a_part_of_a_library_of_which_nothing_is_as_it_was_is_not_believed() {
    let (world, volume) = filled(300);
    volume.clear();
    volume.put("2000/other.jpg", b"of another disk", 1);
    assert!(matches!(
        scan_parts(&world, &volume, &["2000"]),
        Err(ScanError::Offline { .. })
    ));
    assert_eq!(world.app.view().present().len(), 300);
    assert!(world.app.view().file_at(LIBRARY, b"2000/other.jpg").is_none());
}

#[test]
fn another_disk_at_the_same_place_is_offline_and_the_right_one_is_back_as_it_was() {
    let (world, volume) = filled(300);
    let (present, files) = (world.app.view().present().clone(), world.app.view().next().file());
    let other = MemoryVolume::default();
    for number in 0..50u8 {
        other.put(&format!("2000/IMG_{number:04}.JPG"), &[number; 3], 77);
    }
    assert!(
        scan(&world, &other, false).is_ok(),
        "the same names: a person restored worse copies"
    );
    let (world, volume2) = filled(300);
    let strange = MemoryVolume::default();
    strange.put("DCIM/P1.JPG", b"another", 5);
    assert!(matches!(
        scan(&world, &strange, false),
        Err(ScanError::Offline { .. })
    ));
    assert_eq!(*world.app.view().present(), present);
    assert_eq!(world.app.view().next().file(), files);
    assert_eq!(
        world.app.view().library(LIBRARY).unwrap().state,
        LibraryState::Offline
    );
    let found = scan(&world, &volume2, false).unwrap();
    assert_eq!((found.new, found.gone, found.returned), (0, 0, 0));
    assert_eq!(
        world.app.view().library(LIBRARY).unwrap().state,
        LibraryState::Online
    );
    drop(volume);
}

#[test]
fn a_library_that_was_rearranged_wholly_is_no_other_disk() {
    let (world, volume) = filled(100);
    for number in 0..100usize {
        volume.remove(&format!("2000/IMG_{number:04}.JPG"));
        volume.put(&format!("all/{number}.jpg"), &number.to_le_bytes(), time(number));
    }
    assert_eq!(scan(&world, &volume, false).unwrap().moved, 100);
}
