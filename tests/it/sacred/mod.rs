//! Files are sacred: whatever is done with K-Photos, the originals are as they were.
//!
//! | module | what is tried |
//! |---|---|
//! | `walk` | everything that people do, a crash and a restart, over a library that holds every kind of file |
//! | `descriptors` | the daemon turned against the originals: its own descriptors, in the hands of root |
//! | `user` | `walk` again, for a daemon without any rights |
//!
//! What is tried through the mounted tree is in [`crate::readonly`].
//!
//! "As they were" is judged by [`Inventory`]: bytes, names, modes, owners, attributes, and all three times,
//! access times included, which are set to 2020 before, so that every read would show.

mod descriptors;
mod user;
mod walk;

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use kphotos_tests::photos::{self, Photo, RawKind};
use kphotos_tests::sacred::{Inventory, backdate_access_times};

/// How long the jobs of a test's library may take.
pub(crate) const JOBS: Duration = Duration::from_secs(120);

/// Fills `dir` with generated photos and with everything that makes file systems hard: links, a pipe, odd names,
/// odd modes, attributes, a sidecar, an empty folder. Then makes every read of it show.
pub(crate) fn fill(dir: &Path) -> io::Result<Inventory> {
    photos::library(dir.join("2004"), 120, 40)?;
    let june = dir.join("Summer 2024");
    for (number, day) in (9000..).zip(1..=9) {
        let name = format!("IMG_{number}.JPG");
        let photo = Photo::numbered(number).taken_at(&format!("2024-06-0{day}T10:00:0{day}"));
        photo.write_to(&june, name)?;
    }
    let raw = Photo::numbered(9100).taken_at("2024-06-20T12:00:00");
    raw.write_raw_to(&june, "_MG_9100.CR2", RawKind::Cr2)?;
    raw.write_to(&june, "_MG_9100.JPG")?;
    Photo::numbered(9101).undated().write_to(dir, "undated.jpg")?;
    let beside = Photo {
        tags: vec!["travel/italy".to_owned()],
        ..Photo::numbered(9102)
    };
    beside.write_to(dir, "beside.jpg")?;
    fs::write(
        dir.join("beside.jpg.xmp"),
        beside.xmp().expect("a tag makes a packet"),
    )?;
    odd(dir)?;
    backdate_access_times(dir)?;
    Inventory::take(dir)
}

fn odd(dir: &Path) -> io::Result<()> {
    let odd = dir.join("odd");
    fs::create_dir(&odd)?;
    fs::create_dir(odd.join("empty"))?;
    let long = format!("{}.jpg", "n".repeat(251));
    let names: [&[u8]; 8] = [
        b"new\nline.jpg",
        b"tab\t.jpg",
        b"not utf-8 \xff.jpg",
        b"colon:star*question?.jpg",
        "cafe\u{301}.jpg".as_bytes(),
        "caf\u{e9}.jpg".as_bytes(),
        b"CON.jpg",
        long.as_bytes(),
    ];
    for (number, name) in (9200..).zip(names) {
        fs::write(odd.join(OsStr::from_bytes(name)), Photo::numbered(number).bytes())?;
    }
    fs::write(odd.join("empty.jpg"), b"")?;
    fs::write(odd.join("text.jpg"), b"no picture at all")?;
    fs::write(odd.join("notes.txt"), b"not a photo")?;
    symlink("colon:star*question?.jpg", odd.join("link.jpg"))?;
    symlink("/nowhere/at/all.jpg", odd.join("dangling.jpg"))?;
    symlink("..", odd.join("loop"))?;
    fs::hard_link(odd.join("empty.jpg"), odd.join("second name.jpg"))?;
    // A pipe that is opened for reading never comes back.
    let pipe = Command::new("mkfifo").arg(odd.join("pipe.jpg")).status()?;
    assert!(pipe.success());
    fs::set_permissions(odd.join("text.jpg"), PermissionsExt::from_mode(0o400))?;
    fs::set_permissions(odd.join("empty.jpg"), PermissionsExt::from_mode(0o644))?;
    // Where the file system has none, there is nothing to keep.
    let _ = Command::new("setfattr")
        .args(["-n", "user.comment", "-v", "mine"])
        .arg(odd.join("tab\t.jpg"))
        .output();
    Ok(())
}

/// Copies a folder with all below it.
pub(crate) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy(&from, &to)?;
        } else {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}
