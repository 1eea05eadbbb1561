//! Every way of reading a file gives the original's bytes, and none is surprised by what happens to the original.
//!
//! Programs read in many ways: a viewer maps, a web server sends, a copy splices, a backup reads directly. Under
//! passthrough each is another path through the kernel; without it each comes to the daemon as something else. Then
//! originals change under open files: replaced, shortened, deleted. Whoever has one open goes on with what it has, or gets
//! a clean end; the next open shows what is there now.
#![expect(unsafe_code, reason = "most ways of reading are not in std")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::process::Command;
use std::ptr::null_mut;
use std::time::Instant;

use kphotos_tests::inotify::Watcher;
use kphotos_tests::photos::Photo;
use kphotos_tests::process;
use kphotos_tests::world::{PATIENCE, World};
use kphotos_tests::{as_user, skip, skip_unless};

/// More than a pipe holds, and no multiple of a page.
const LENGTH: usize = 3_000_123;

/// A photo of that length: what follows the picture is no part of it, and counts.
fn long(number: u64) -> Vec<u8> {
    let mut bytes = Photo::numbered(number).taken_at("2024-06-15T12:00:00").bytes();
    let mut state = number;
    while bytes.len() < LENGTH {
        // Any numbers do, as long as no page is like another.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(LENGTH);
    bytes
}

fn checked(length: isize) -> io::Result<usize> {
    usize::try_from(length).map_err(|_| io::Error::last_os_error())
}

/// One read after the other, each as long as asked for.
fn by_reading(file: &File) -> io::Result<Vec<u8>> {
    let (mut file, mut bytes, mut part) = (file, Vec::new(), vec![0; 65_537]);
    file.rewind()?;
    loop {
        match file.read(&mut part)? {
            0 => return Ok(bytes),
            length => bytes.extend_from_slice(&part[..length]),
        }
    }
}

/// From the end to the start.
fn backwards(file: &File) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; LENGTH];
    for start in (0..LENGTH).step_by(10_007).rev() {
        let end = (start + 10_007).min(LENGTH);
        file.read_exact_at(&mut bytes[start..end], start as u64)?;
    }
    Ok(bytes)
}

fn by_mapping(file: &File, kind: i32) -> io::Result<Vec<u8>> {
    // SAFETY: asks for a new mapping of an open file; the result is checked before it is used.
    let start = unsafe { libc::mmap(null_mut(), LENGTH, libc::PROT_READ, kind, file.as_raw_fd(), 0) };
    if start == libc::MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: so many bytes are mapped there until munmap below, and nobody writes to the original meanwhile.
    let bytes = unsafe { std::slice::from_raw_parts(start.cast::<u8>(), LENGTH) }.to_vec();
    // SAFETY: the mapping was made above, and nothing refers to it any more.
    unsafe { libc::munmap(start, LENGTH) };
    Ok(bytes)
}

/// Into a file of another file system, by a call that moves bytes between two descriptors until there are no more.
fn moved(mut step: impl FnMut(i32) -> isize) -> io::Result<Vec<u8>> {
    let mut target = tempfile::tempfile()?;
    while checked(step(target.as_raw_fd()))? > 0 {}
    let mut bytes = Vec::new();
    target.rewind()?;
    target.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn by_sending(file: &File) -> io::Result<Vec<u8>> {
    let mut at = 0;
    // SAFETY: two open descriptors, and the offset lives through the call.
    moved(|target| unsafe { libc::sendfile(target, file.as_raw_fd(), &raw mut at, 1 << 20) })
}

fn by_splicing(file: &File) -> io::Result<Vec<u8>> {
    let (reader, writer) = io::pipe()?;
    let mut at = 0;
    moved(|target| {
        // SAFETY: open descriptors, of which one is a pipe; the offset lives through the call.
        let into = unsafe {
            libc::splice(
                file.as_raw_fd(),
                &raw mut at,
                writer.as_raw_fd(),
                null_mut(),
                1 << 16,
                0,
            )
        };
        let Ok(mut left) = checked(into) else { return into };
        while left > 0 {
            // SAFETY: as above, the other way.
            let out = unsafe { libc::splice(reader.as_raw_fd(), null_mut(), target, null_mut(), left, 0) };
            match checked(out) {
                Ok(length) if length > 0 => left -= length,
                _ => return -1,
            }
        }
        into
    })
}

/// Past the page cache, in whole blocks, from memory that begins at one.
fn directly(path: &Path) -> io::Result<Vec<u8>> {
    const BLOCK: usize = 4096;
    let file = File::options()
        .read(true)
        .custom_flags(libc::O_DIRECT)
        .open(path)?;
    let mut room = vec![0u8; 65 * BLOCK];
    let start = room.as_ptr().align_offset(BLOCK);
    let part = &mut room[start..start + 64 * BLOCK];
    let mut bytes = Vec::new();
    loop {
        match file.read_at(part, bytes.len() as u64)? {
            0 => return Ok(bytes),
            length => bytes.extend_from_slice(&part[..length]),
        }
    }
}

fn all_ways(path: &Path, expected: &[u8]) {
    let file = File::open(path).unwrap();
    let ways: [(&str, io::Result<Vec<u8>>); 8] = [
        ("read", by_reading(&file)),
        ("pread, backwards", backwards(&file)),
        ("mmap, shared", by_mapping(&file, libc::MAP_SHARED)),
        ("mmap, private", by_mapping(&file, libc::MAP_PRIVATE)),
        ("sendfile", by_sending(&file)),
        ("splice", by_splicing(&file)),
        ("O_DIRECT", directly(path)),
        ("read again", by_reading(&file)),
    ];
    for (way, bytes) in ways {
        let bytes = bytes.unwrap_or_else(|error| panic!("{way}: {error}"));
        assert!(bytes == expected, "{way}: {} bytes, and others", bytes.len());
    }
}

fn every_way_of_reading_gives_the_originals_bytes() {
    let mut world = World::new().unwrap();
    let bytes = long(1);
    fs::write(world.library().join("a.jpg"), &bytes).unwrap();
    let before = world.start_on_originals(PATIENCE);
    let tree = world.mount();
    for below in [
        "library/library/a.jpg",
        "dates/by-year/2024/a.jpg",
        "recent/a.jpg",
    ] {
        all_ways(&tree.join(below), &bytes);
    }
    // At once, in all ways, by eight who do not know of each other.
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| all_ways(&tree.join("dates/by-month/2024/2024-06/a.jpg"), &bytes));
        }
    });
    assert!(world.stop().unwrap().success());
    before.assert_unchanged(world.library());
}

#[test]
fn every_way_of_reading_a_system_mount_gives_the_originals_bytes() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    every_way_of_reading_gives_the_originals_bytes();
}

#[test]
fn every_way_of_reading_a_users_mount_gives_the_originals_bytes() {
    skip_unless!(skip::fuse());
    as_user!();
    every_way_of_reading_gives_the_originals_bytes();
}

#[test]
fn originals_on_an_overlay_are_passed_through_as_well() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    let mut world = World::new().unwrap();
    let (lower, empty) = (world.path("lower"), world.path("empty"));
    let bytes = long(1);
    for folder in [&lower, &empty] {
        fs::create_dir(folder).unwrap();
    }
    fs::write(lower.join("a.jpg"), &bytes).unwrap();
    // Two lower folders and none above make an overlay that cannot be written.
    let folders = format!("lowerdir={}:{}", lower.display(), empty.display());
    let mut mount = Command::new("mount");
    mount.args(["-t", "overlay", "overlay", "-o", &folders]);
    let _ = process::run(mount.arg(world.library())).unwrap().ok();
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    all_ways(&world.mount().join("library/library/a.jpg"), &bytes);
    let reads = &world.json(&["status"])["mounts"][0]["requests"]["read"];
    assert_eq!(reads, 0, "the kernel reads it, and asks nobody");
    assert!(world.stop().unwrap().success());
}

/// Looks, after each time that the folder's watchers are told something, until what is there now is shown: libraries
/// are watched, so nobody has to ask for it.
#[track_caller]
fn shown(watcher: &mut Watcher, path: &Path, expected: Option<&[u8]>) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let read = fs::read(path);
        let is_right = match (&read, expected) {
            (Ok(bytes), Some(expected)) => bytes == expected,
            (Err(error), None) => error.kind() == io::ErrorKind::NotFound,
            _ => false,
        };
        if is_right {
            return;
        }
        // On the way the bytes of before may be seen, or none, and no other error than those.
        if let Err(error) = &read {
            let known = [libc::ENOENT, libc::EIO, libc::ESTALE];
            assert!(
                error.raw_os_error().is_some_and(|errno| known.contains(&errno)),
                "{error}"
            );
        }
        let left = deadline.saturating_duration_since(Instant::now());
        let told = watcher.next(left).unwrap();
        assert!(
            told.is_some(),
            "{}: {:?}",
            path.display(),
            read.map(|bytes| bytes.len())
        );
    }
}

fn what_happens_to_an_original_surprises_no_reader() {
    let mut world = World::new().unwrap();
    let library = world.library();
    for (number, name) in (1..).zip(["replaced.jpg", "shorter.jpg", "gone.jpg"]) {
        fs::write(library.join(name), long(number)).unwrap();
    }
    world.start().unwrap();
    world.wait_idle(PATIENCE);
    let at = |name: &str| world.mount().join("library/library").join(name);
    let open = |name: &str| File::open(at(name)).unwrap();
    let mut watcher = Watcher::on(world.mount().join("library/library")).unwrap();

    // Replaced by another under its name: who has it open reads the old one to its end.
    let (old, new) = (open("replaced.jpg"), long(11));
    old.read_exact_at(&mut [0; 100], 0).unwrap();
    fs::write(world.path("new"), &new).unwrap();
    fs::rename(world.path("new"), library.join("replaced.jpg")).unwrap();
    assert!(backwards(&old).unwrap() == long(1));
    drop(old);
    shown(&mut watcher, &at("replaced.jpg"), Some(&new));

    // Cut off while open: the reader comes to an end, and to no error.
    let cut = open("shorter.jpg");
    cut.read_exact_at(&mut [0; 100], 0).unwrap();
    let short = &long(2)[..500_000];
    OpenOptions::new()
        .write(true)
        .open(library.join("shorter.jpg"))
        .unwrap()
        .set_len(500_000)
        .unwrap();
    let mut read = by_reading(&cut).unwrap();
    // Whoever has not been told of the new size is shown nothing but zeros past the end, as on any disk.
    assert!(
        read.len() >= 500_000 && read[500_000..].iter().all(|&byte| byte == 0),
        "{}",
        read.len()
    );
    read.truncate(500_000);
    assert!(read == short);
    drop(cut);
    shown(&mut watcher, &at("shorter.jpg"), Some(short));

    // Deleted: who has it open has it.
    let gone = open("gone.jpg");
    fs::remove_file(library.join("gone.jpg")).unwrap();
    assert!(by_reading(&gone).unwrap() == long(3));
    drop(gone);
    shown(&mut watcher, &at("gone.jpg"), None);

    // Written on while it is open: the next who opens it sees all.
    let mut grown = long(11);
    let reader = open("replaced.jpg");
    reader.read_exact_at(&mut [0; 100], 0).unwrap();
    let mut writer = OpenOptions::new()
        .append(true)
        .open(library.join("replaced.jpg"))
        .unwrap();
    writer.write_all(b"more").unwrap();
    grown.extend_from_slice(b"more");
    drop((writer, reader));
    shown(&mut watcher, &at("replaced.jpg"), Some(&grown));
    assert!(world.stop().unwrap().success());
}

#[test]
fn what_happens_to_an_original_surprises_no_reader_of_a_system_mount() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    what_happens_to_an_original_surprises_no_reader();
}

#[test]
fn what_happens_to_an_original_surprises_no_reader_of_a_users_mount() {
    skip_unless!(skip::fuse());
    as_user!();
    what_happens_to_an_original_surprises_no_reader();
}

#[test]
fn who_reads_on_is_read_ahead_of_by_half_a_megabyte() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    let mut world = World::new().unwrap();
    world.start().unwrap();
    let device = fs::metadata(world.mount()).unwrap().dev();
    let (major, minor) = (libc::major(device), libc::minor(device));
    let Ok(ahead) = fs::read_to_string(format!("/sys/class/bdi/{major}:{minor}/read_ahead_kb")) else {
        skip!("this machine shows no /sys/class/bdi");
    };
    assert_eq!(ahead.trim(), "512");
}
