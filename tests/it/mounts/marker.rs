//! The file `.kphotos`: how it reads, and photos named by their place in a copy of the tree.
#![expect(unsafe_code, reason = "mmap has no safe interface in std")]

use std::fs::{self, File};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};

use kphotos_tests::{as_user, process, skip, skip_unless};
use serde_json::Value;

use super::{DAY, Stage, names};

/// The bytes of a file as the kernel maps them.
fn mapped(file: &File) -> Vec<u8> {
    let length = usize::try_from(file.metadata().unwrap().len()).unwrap();
    // SAFETY: a new private mapping of an open file, of its length; unmapped below.
    let at = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            length,
            libc::PROT_READ,
            libc::MAP_PRIVATE,
            file.as_raw_fd(),
            0,
        )
    };
    assert_ne!(at, libc::MAP_FAILED, "{}", std::io::Error::last_os_error());
    // SAFETY: the mapping is that long and lives until it is unmapped.
    let bytes = unsafe { std::slice::from_raw_parts(at.cast::<u8>(), length) }.to_vec();
    // SAFETY: it was mapped above, and nothing refers to it any more.
    unsafe { libc::munmap(at, length) };
    bytes
}

fn the_marker_reads_like_any_file() {
    let stage = Stage::started();
    stage.add("more", &["--views", "dates"]);
    let (first, more) = (
        stage.world.mount().join(".kphotos"),
        stage.place("more").join(".kphotos"),
    );
    let text = fs::read(&first).unwrap();
    let read: Value = serde_json::from_slice(&text).unwrap();
    let other: Value = serde_json::from_slice(&fs::read(&more).unwrap()).unwrap();
    assert_eq!(read["kphotos"], 1);
    assert_eq!(read["path"], stage.world.mount().to_str().unwrap());
    assert_eq!(
        (&read["daemon"], read["daemon"].as_str().unwrap().len()),
        (&other["daemon"], 32)
    );
    assert_eq!(read["mount"], stage.listed("mount")["id"]);
    assert_eq!(other["mount"], stage.listed("more")["id"]);
    assert_ne!(read["mount"], other["mount"]);

    let meta = fs::metadata(&first).unwrap();
    assert!(meta.is_file() && meta.len() == text.len() as u64 && meta.nlink() == 1);
    let file = File::open(&first).unwrap();
    assert_eq!(mapped(&file), text);
    let mut part = [0; 7];
    file.read_exact_at(&mut part, 2).unwrap();
    assert_eq!(part, text[2..9]);
    assert_eq!(file.read_at(&mut part, 100_000).unwrap(), 0);
    for arguments in [&["bs=1"][..], &["bs=4096", "iflag=direct"]] {
        let mut dd = process::clean_command(skip::program("dd").unwrap(), &stage.world.path("home"));
        dd.arg(format!("if={}", first.display())).args(arguments);
        assert_eq!(
            process::run(&mut dd).unwrap().ok().stdout.as_bytes(),
            text,
            "{arguments:?}"
        );
    }
    let direct = fs::OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_DIRECT)
        .open(&first);
    assert_eq!(std::io::read_to_string(direct.unwrap()).unwrap().as_bytes(), text);
    for refused in [
        fs::OpenOptions::new().write(true).open(&first).err(),
        fs::remove_file(&first).err(),
        fs::rename(&first, stage.world.mount().join("x")).err(),
    ] {
        assert_eq!(refused.and_then(|error| error.raw_os_error()), Some(libc::EROFS));
    }
    stage.end();
}

#[test]
fn the_marker_of_a_system_mount_reads_like_any_file() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::program("dd"));
    the_marker_reads_like_any_file();
}

#[test]
fn the_marker_of_a_users_mount_reads_like_any_file() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::program("dd"));
    as_user!();
    the_marker_reads_like_any_file();
}

#[test]
fn a_photo_is_named_by_its_place_in_a_copy_of_the_tree() {
    skip_unless!(skip::fuse());
    let mut stage = Stage::started();
    stage.add("more", &["--names", "posix", "--views", "dates,tags"]);
    // As over SMB: the same names and bytes, and no attribute that says more.
    let (copy, day) = (stage.world.path("share"), stage.world.path("share").join(DAY));
    fs::create_dir_all(&day).unwrap();
    fs::copy(stage.place("more").join(".kphotos"), copy.join(".kphotos")).unwrap();
    for name in names(stage.place("more").join(DAY)) {
        fs::write(day.join(name), b"the same").unwrap();
    }
    let path = |path: &std::path::Path| path.to_str().unwrap().to_owned();
    let ids = |arguments: &[&str]| -> Vec<u64> {
        let found = stage.world.json(arguments);
        let mut ids: Vec<u64> = found["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|photo| photo["id"].as_u64().unwrap())
            .collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(ids(&["info", &path(&day.join("b:1.jpg"))]), [2]);
    assert_eq!(ids(&["info", &path(&day)]), [1, 2, 3]);
    assert_eq!(ids(&["info", "-r", &path(&copy)]), [1, 2, 3]);
    let refused = stage.world.kphotos(&["info", &path(&copy)]).exits(3);
    assert!(refused.stderr.contains("-r takes those below"), "{refused}");
    let refused = stage
        .world
        .kphotos(&["info", &path(&day.join("none.jpg"))])
        .exits(3);
    assert!(
        refused.stderr.contains("none.jpg") && refused.stderr.contains(".kphotos"),
        "{refused}"
    );
    let _done = stage
        .world
        .kphotos(&["tag", "add", "x", &path(&day.join("c.jpg"))])
        .ok();
    assert_eq!(names(stage.place("more").join("tags/x")), ["c.jpg"]);

    // The name of the daemon is the same after a restart.
    stage.world.restart().unwrap();
    let found = stage.world.json(&["info", &path(&day.join("a.jpg"))]);
    assert_eq!(found["items"][0]["id"], 1);

    let marker = fs::read_to_string(copy.join(".kphotos")).unwrap();
    let read: Value = serde_json::from_str(&marker).unwrap();
    let (own, other) = (read["daemon"].as_str().unwrap(), "0".repeat(32));
    fs::write(copy.join(".kphotos"), marker.replace(own, &other)).unwrap();
    let refused = stage.world.kphotos(&["info", &path(&day.join("a.jpg"))]).exits(5);
    for words in [&*other, own, &path(&copy.join(".kphotos")), "another K-Photos"] {
        assert!(refused.stderr.contains(words), "{words}: {refused}");
    }
    stage.end();
}
