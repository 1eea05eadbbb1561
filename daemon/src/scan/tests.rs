//! The scanner on a volume in memory.

use super::*;
use crate::storage::memory::MemoryVolume;
use kphotos_domain::testing::World;

pub(super) const LIBRARY: LibraryId = LibraryId::new(1);

pub(super) fn scan(world: &World, volume: &MemoryVolume, accept_missing: bool) -> Result<Found, ScanError> {
    scan_noting(world, volume, accept_missing, &SkipLists::default())
}

fn scan_noting(
    world: &World,
    volume: &MemoryVolume,
    accept_missing: bool,
    skipped: &SkipLists,
) -> Result<Found, ScanError> {
    scan_of(world, volume, &Scope::Library, (accept_missing, skipped))
}

/// A scan of these folders, of the ones that end in `/` with all below.
pub(super) fn scan_parts(world: &World, volume: &MemoryVolume, folders: &[&str]) -> Result<Found, ScanError> {
    let part = |folder: &&str| Part {
        path: folder.trim_end_matches('/').as_bytes().to_vec(),
        below: folder.ends_with('/'),
    };
    let scope = Scope::of(folders.iter().map(part));
    scan_of(world, volume, &scope, (false, &SkipLists::default()))
}

fn scan_of(
    world: &World,
    volume: &MemoryVolume,
    scope: &Scope,
    (accept_missing, skipped): (bool, &SkipLists),
) -> Result<Found, ScanError> {
    let progress = Progress::default();
    Scan {
        app: &world.app,
        volume,
        library: LIBRARY,
        scope,
        is_same_root: false,
        watch: &Unwatched,
        accept_missing,
        skipped,
        progress: &progress,
        stop: &|| false,
    }
    .run()
}

/// The time of a file that [`filled`] made.
pub(super) fn time(number: usize) -> i64 {
    1_000 + i64::try_from(number).unwrap()
}

pub(super) fn filled(count: usize) -> (World, MemoryVolume) {
    let (world, volume) = (World::new(), MemoryVolume::default());
    for number in 0..count {
        volume.put(
            &format!("{}/IMG_{number:04}.JPG", 2000 + number / 100),
            &number.to_le_bytes(),
            time(number),
        );
    }
    scan(&world, &volume, false).unwrap();
    (world, volume)
}

#[test]
fn a_first_scan_registers_photos_and_leaves_the_rest_out() {
    let (world, volume) = (World::new(), MemoryVolume::default());
    for path in [
        "a/1.jpg",
        "a/1.cr2",
        "b.mov",
        "@eaDir/x.jpg",
        "a/._1.jpg",
        "notes.txt",
        "skip/.kphotosignore",
        "skip/y.jpg",
    ] {
        volume.put(path, path.as_bytes(), 5);
    }
    let found = scan(&world, &volume, false).unwrap();
    assert_eq!((found.new, found.files, found.gone), (3, 3, 0));
    let view = world.app.view();
    assert!(view.file_at(LIBRARY, b"a/1.cr2").is_some());
    assert!(view.file_at(LIBRARY, b"@eaDir/x.jpg").is_none());
    assert!(view.file_at(LIBRARY, b"skip/y.jpg").is_none());
}

#[test]
fn what_is_left_out_is_said_with_the_reason_a_folder_once() {
    let (world, volume) = (World::new(), MemoryVolume::default());
    for path in [
        "a/1.jpg",
        "a/._1.jpg",
        "@eaDir/x.jpg",
        "@eaDir/y.jpg",
        "notes.txt",
        "skip/.kphotosignore",
        "skip/y.txt",
        "secret/z.jpg",
    ] {
        volume.put(path, path.as_bytes(), 5);
    }
    volume.set_broken("secret", true);
    let skipped = SkipLists::default();
    assert_eq!(skipped.get(LIBRARY), None);
    let found = scan_noting(&world, &volume, false, &skipped).unwrap();
    let skips = skipped.get(LIBRARY).unwrap();
    let said: Vec<_> = skips
        .kept()
        .iter()
        .map(|skip| {
            (
                str::from_utf8(&skip.path).unwrap(),
                skip.is_folder,
                skip.reason.as_str(),
                skip.reason.detail(),
            )
        })
        .collect();
    assert_eq!(
        said[..4],
        [
            ("notes.txt", false, "not-media", None),
            ("@eaDir", true, "ignored", Some("@eaDir")),
            ("a/._1.jpg", false, "ignored", Some("._*")),
            ("secret", true, "unreadable", said[3].3),
        ]
    );
    assert_eq!(said[4], ("skip", true, "marked", None));
    assert_eq!(
        (skips.total(), found.skipped, found.unreadable_folders),
        (5, 4, 1)
    );
    volume.set_broken("secret", false);
    volume.remove("notes.txt");
    scan_noting(&world, &volume, false, &skipped).unwrap();
    assert_eq!(skipped.get(LIBRARY).unwrap().total(), 3);
}

#[test]
fn a_scan_of_an_unchanged_library_writes_nothing() {
    let (world, volume) = filled(30);
    let before = world.app.view().revision();
    let found = scan(&world, &volume, false).unwrap();
    assert_eq!(
        found,
        Found {
            files: 30,
            folders: 2,
            ..Found::default()
        }
    );
    assert_eq!(world.app.view().revision(), before);
}

#[test]
fn a_scan_sees_what_changed_moved_went_and_came_back() {
    let (world, volume) = filled(10);
    let asset = world.asset("2000/IMG_0003.JPG");
    volume.remove("2000/IMG_0003.JPG");
    volume.put("trip/rome.JPG", &3usize.to_le_bytes(), time(3));
    volume.put("2000/IMG_0004.JPG", b"edited", 2_000);
    volume.remove("2000/IMG_0005.JPG");
    let found = scan(&world, &volume, false).unwrap();
    assert_eq!((found.moved, found.changed, found.gone, found.new), (1, 1, 1, 0));
    assert_eq!(
        world.asset("trip/rome.JPG"),
        asset,
        "a moved file stays the same photo"
    );
    volume.put("2000/IMG_0005.JPG", &5usize.to_le_bytes(), time(5));
    let found = scan(&world, &volume, false).unwrap();
    assert_eq!((found.returned, found.new), (1, 0));
}

#[test]
fn a_file_written_in_place_has_changed_and_one_saved_anew_too() {
    let (world, volume) = filled(3);
    let assets = ["2000/IMG_0000.JPG", "2000/IMG_0001.JPG"].map(|path| world.asset(path));
    volume.rewrite("2000/IMG_0000.JPG", b"the same inode", 2_000);
    volume.put("2000/IMG_0001.JPG", b"another inode", 2_000);
    let found = scan(&world, &volume, false).unwrap();
    assert_eq!((found.changed, found.new, found.gone), (2, 0, 0));
    let view = world.app.view();
    for asset in assets {
        let file = view.lead_file(asset).unwrap();
        assert_eq!(
            (
                view.file(file).unwrap().mtime_ns,
                view.file(file).unwrap().changes
            ),
            (2_000, 1)
        );
    }
    drop(view);
    let found = scan(&world, &volume, false).unwrap();
    assert_eq!((found.changed, found.new, found.gone), (0, 0, 0));
}

#[test]
fn what_looks_as_before_in_another_inode_is_read_again_where_numbers_stay() {
    let (world, volume) = filled(200);
    let paths = ["2000/IMG_0000.JPG", "2000/IMG_0001.JPG"];
    let [first, second] = paths.map(|path| world.asset(path));
    // Saved anew with as many bytes, and the time set back.
    volume.put(paths[0], b"saved -P", time(0));
    let found = scan(&world, &volume, false).unwrap();
    assert_eq!((found.changed, found.moved), (1, 0));
    assert_eq!(world.asset(paths[0]), first);
    assert_eq!(scan(&world, &volume, false).unwrap().changed, 0);

    // Two that look the same change places.
    volume.put(paths[1], b"as large", time(0));
    assert_eq!(scan(&world, &volume, false).unwrap().changed, 1);
    volume.put(paths[0], b"as large", time(0));
    volume.put(paths[1], b"saved -P", time(0));
    let found = scan(&world, &volume, false).unwrap();
    assert_eq!((found.moved, found.changed, found.new, found.gone), (2, 0, 0, 0));
    assert_eq!(paths.map(|path| world.asset(path)), [second, first]);

    // On another device all have other numbers, which says nothing.
    for number in 2..200_usize {
        let path = format!("{}/IMG_{number:04}.JPG", 2000 + number / 100);
        volume.put(&path, &(number + 1_000_000).to_le_bytes(), time(number));
    }
    let found = scan(&world, &volume, false).unwrap();
    assert_eq!((found.changed, found.moved, found.new, found.gone), (0, 0, 0, 0));
}

#[test]
fn edits_follow_a_photo_that_is_moved_over_another() {
    let (world, volume) = filled(4);
    let [a, b] = ["2000/IMG_0000.JPG", "2000/IMG_0001.JPG"].map(|path| world.asset(path));
    volume.remove("2000/IMG_0001.JPG");
    // The same content under the other's path: as `mv IMG_0001.JPG IMG_0000.JPG` leaves it.
    volume.put("2000/IMG_0000.JPG", &1usize.to_le_bytes(), 1_001);
    let found = scan(&world, &volume, false).unwrap();
    assert_eq!((found.moved, found.gone, found.changed, found.new), (1, 1, 0, 0));
    assert_eq!(world.asset("2000/IMG_0000.JPG"), b);
    assert!(!world.app.view().is_shown(a));
}

#[test]
fn edits_follow_two_photos_that_swap_their_names() {
    let (world, volume) = filled(4);
    let [a, b] = ["2000/IMG_0000.JPG", "2000/IMG_0001.JPG"].map(|path| world.asset(path));
    volume.put("2000/IMG_0000.JPG", &1usize.to_le_bytes(), 1_001);
    volume.put("2000/IMG_0001.JPG", &0usize.to_le_bytes(), 1_000);
    let found = scan(&world, &volume, false).unwrap();
    assert_eq!((found.moved, found.gone, found.changed, found.new), (2, 0, 0, 0));
    assert_eq!(world.asset("2000/IMG_0000.JPG"), b);
    assert_eq!(world.asset("2000/IMG_0001.JPG"), a);
}

#[test]
fn a_path_that_is_used_again_gives_no_photo_the_edits_of_another() {
    let (world, volume) = filled(4);
    let old = world.asset("2000/IMG_0000.JPG");
    volume.remove("2000/IMG_0000.JPG");
    scan(&world, &volume, false).unwrap();
    volume.put("2000/IMG_0000.JPG", b"another photo", 9_000);
    let found = scan(&world, &volume, false).unwrap();
    assert_eq!((found.new, found.changed, found.returned), (1, 0, 0));
    assert_ne!(world.asset("2000/IMG_0000.JPG"), old);
    volume.put("2000/IMG_0000.JPG", &0usize.to_le_bytes(), 1_000);
    scan(&world, &volume, false).unwrap();
}

#[test]
fn a_moved_file_is_known_though_inode_numbers_changed() {
    let (world, volume) = filled(4);
    let asset = world.asset("2000/IMG_0002.JPG");
    volume.remove("2000/IMG_0002.JPG");
    // Other bytes of the same length stand for another inode.
    volume.put("trip/IMG_0002.JPG", &77usize.to_le_bytes(), 1_002);
    assert_eq!(scan(&world, &volume, false).unwrap().moved, 1);
    assert_eq!(world.asset("trip/IMG_0002.JPG"), asset);
}

#[test]
fn a_scan_of_a_folder_sees_what_changed_in_it_and_nothing_else() {
    let (world, volume) = filled(300);
    volume.put("2000/new.jpg", b"new", 9);
    volume.put("2000/deep/new.jpg", b"deep", 9);
    volume.put("2001/new.jpg", b"elsewhere", 9);
    volume.remove("2000/IMG_0001.JPG");
    volume.remove("2001/IMG_0101.JPG");
    let found = scan_parts(&world, &volume, &["2000"]).unwrap();
    assert_eq!((found.new, found.gone, found.folders), (1, 1, 1));
    let found = scan_parts(&world, &volume, &["2000/"]).unwrap();
    assert_eq!((found.new, found.gone, found.folders), (1, 0, 2));
    let found = scan(&world, &volume, false).unwrap();
    assert_eq!((found.new, found.gone), (1, 1));
}

#[test]
fn a_move_between_folders_that_are_scanned_as_one_is_a_move() {
    let (world, volume) = filled(300);
    let asset = world.asset("2000/IMG_0003.JPG");
    volume.remove("2000/IMG_0003.JPG");
    volume.put("2001/rome.JPG", &3usize.to_le_bytes(), time(3));
    let found = scan_parts(&world, &volume, &["2001", "2000"]).unwrap();
    assert_eq!((found.moved, found.gone, found.new), (1, 0, 0));
    assert_eq!(world.asset("2001/rome.JPG"), asset);
}

#[test]
fn a_folder_that_went_is_missed_with_all_below_by_a_look_at_the_one_it_was_in() {
    let (world, volume) = filled(300);
    volume.put("2000/deep/er/x.jpg", b"x", 1);
    scan(&world, &volume, false).unwrap();
    for number in 0..100 {
        volume.remove(&format!("2000/IMG_{number:04}.JPG"));
    }
    volume.remove("2000/deep/er/x.jpg");
    assert_eq!(scan_parts(&world, &volume, &[""]).unwrap().gone, 101);
    let again = scan_parts(&world, &volume, &["2000/"]).unwrap();
    assert_eq!((again.files, again.gone), (0, 0));
}

#[test]
fn a_renamed_folder_is_moves_of_its_files_when_both_names_are_looked_at() {
    let (world, volume) = filled(300);
    let asset = world.asset("2000/IMG_0042.JPG");
    for number in 0..100usize {
        volume.remove(&format!("2000/IMG_{number:04}.JPG"));
        volume.put(
            &format!("old/IMG_{number:04}.JPG"),
            &number.to_le_bytes(),
            time(number),
        );
    }
    let found = scan_parts(&world, &volume, &["", "old/"]).unwrap();
    assert_eq!((found.moved, found.gone, found.new), (100, 0, 0));
    assert_eq!(world.asset("old/IMG_0042.JPG"), asset);
}

#[test]
fn a_folder_that_is_left_out_or_lies_in_one_is_not_looked_into() {
    let (world, volume) = filled(20);
    volume.put("skip/.kphotosignore", b"", 1);
    volume.put("skip/a/x.jpg", b"x", 1);
    volume.put("@eaDir/a/x.jpg", b"y", 1);
    let found = scan_parts(&world, &volume, &["skip/a/", "@eaDir/a/"]).unwrap();
    assert_eq!((found.new, found.files), (0, 0));
    // A mark that comes takes what is known out of sight.
    volume.put("2000/.kphotosignore", b"", 1);
    assert_eq!(scan_parts(&world, &volume, &["2000/"]).unwrap().gone, 20);
}

#[test]
fn a_folder_on_a_way_that_cannot_be_read_keeps_what_it_had() {
    let (world, volume) = filled(20);
    volume.put("a/b/x.jpg", b"x", 1);
    scan(&world, &volume, false).unwrap();
    volume.remove("a/b/x.jpg");
    volume.set_broken("a", true);
    assert_eq!(scan_parts(&world, &volume, &["a/b/"]).unwrap().gone, 0);
}

/// Watches in memory: what was entered, and one file that is being written.
#[derive(Default)]
struct Eyes(std::sync::Mutex<Vec<String>>, &'static str);

impl FolderWatch for Eyes {
    fn enter(&self, _: &dyn Volume, folder: &[u8]) {
        let folder = String::from_utf8(folder.to_vec()).unwrap();
        self.0.lock().unwrap().push(folder);
    }

    fn is_in_writing(&self, file: &[u8]) -> bool {
        file == self.1.as_bytes()
    }
}

#[test]
fn a_file_in_writing_stays_what_it_was_and_folders_are_told_before_they_are_listed() {
    let (world, volume) = filled(3);
    let progress = Progress::default();
    for (path, known) in [("2000/IMG_0001.JPG", true), ("2000/new.JPG", false)] {
        volume.put(path, b"half of it", 9_999);
        let eyes = Eyes(std::sync::Mutex::default(), path);
        let found = Scan {
            app: &world.app,
            volume: &volume,
            library: LIBRARY,
            scope: &Scope::Library,
            is_same_root: false,
            watch: &eyes,
            accept_missing: false,
            skipped: &SkipLists::default(),
            progress: &progress,
            stop: &|| false,
        }
        .run()
        .unwrap();
        assert_eq!(*eyes.0.lock().unwrap(), ["", "2000"]);
        assert_eq!((found.changed, found.gone, found.new), (0, 0, 0), "{path}");
        if known {
            scan(&world, &volume, false).unwrap();
        }
    }
}

#[test]
fn a_file_whose_name_does_not_tell_is_known_by_its_first_bytes() {
    let (world, volume) = (World::new(), MemoryVolume::default());
    volume.put("IMG_1", b"\xff\xd8\xff\xe0 a picture", 5);
    volume.put("scan.001", b"\x89PNG\r\n\x1a\n a picture", 5);
    volume.put("clip", b"\0\0\0\x18ftypisom a movie", 5);
    volume.put("README", b"a text", 5);
    volume.put(".hidden", b"\xff\xd8\xff\xe0 nobody's", 5);
    volume.put("locked", b"\xff\xd8\xff\xe0", 5);
    volume.set_broken("locked", true);
    let skipped = SkipLists::default();
    let found = scan_noting(&world, &volume, false, &skipped).unwrap();
    assert_eq!((found.files, found.new, found.skipped), (3, 3, 3));
    let view = world.app.view();
    let kind = |path: &str| {
        let file = view.file_at(LIBRARY, path.as_bytes())?;
        Some(view.file(file)?.kind)
    };
    use kphotos_domain::catalog::MediaKind::{Photo, Video};
    assert_eq!(
        [kind("IMG_1"), kind("scan.001"), kind("clip")],
        [Some(Photo), Some(Photo), Some(Video)]
    );
    assert_eq!(
        (kind("README"), kind(".hidden"), kind("locked")),
        (None, None, None)
    );
    drop(view);
    let skips = skipped.get(LIBRARY).unwrap();
    assert_eq!(skips.counts().get("not-media"), Some(&2));
    // It is looked into once: what is known, and as it was, is not read again.
    volume.set_broken("IMG_1", true);
    let found = scan(&world, &volume, false).unwrap();
    assert_eq!((found.files, found.gone), (3, 0));
}

#[test]
fn a_file_that_was_missed_is_found_again_at_another_place() {
    let (world, volume) = filled(300);
    let asset = world.asset("2000/IMG_0003.JPG");
    volume.remove("2000/IMG_0003.JPG");
    assert_eq!(scan_parts(&world, &volume, &["2000"]).unwrap().gone, 1);
    // It had gone where nobody looked.
    volume.put("2001/rome.JPG", &3usize.to_le_bytes(), time(3));
    volume.put("2001/new.JPG", b"another", 9);
    let found = scan_parts(&world, &volume, &["2001"]).unwrap();
    assert_eq!((found.moved, found.returned, found.new), (1, 1, 1));
    assert_eq!(world.asset("2001/rome.JPG"), asset);
    assert!(world.app.view().is_shown(asset));
    let again = scan(&world, &volume, false).unwrap();
    assert_eq!((again.moved, again.returned, again.new, again.gone), (0, 0, 0, 0));
}
