//! The inventory notices every change, and makes none.
//!
//! What guards the first promise must itself be beyond doubt: each kind of change is made here once, and the
//! inventory must name it; and taking it over and over, on files whose access times are old enough to be
//! updated by any read, must leave no trace.

use std::fs::{self, File, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use kphotos_tests::photos::Photo;
use kphotos_tests::sacred::{BACKDATED_S, Inventory, backdate_access_times};
use kphotos_tests::{skip, skip_unless};
use tempfile::TempDir;

/// A folder of photos with a folder in it, a link, a name that is not UTF-8; access times of 2020.
fn originals() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    Photo::numbered(1).write_to(dir.path(), "a.jpg").unwrap();
    Photo::numbered(2).write_to(dir.path(), "folder/b.jpg").unwrap();
    Photo::numbered(3)
        .write_to(dir.path(), std::ffi::OsStr::from_bytes(b"folder/\xff\n.jpg"))
        .unwrap();
    symlink("a.jpg", dir.path().join("link.jpg")).unwrap();
    backdate_access_times(dir.path()).unwrap();
    let made = fs::symlink_metadata(dir.path()).unwrap();
    // Before Linux 6.13 time stamps move on by the timer's tick: a change within the same tick would not show in them.
    let later = || {
        let probe = tempfile::NamedTempFile::new()
            .unwrap()
            .as_file()
            .metadata()
            .unwrap();
        (probe.ctime(), probe.ctime_nsec()) > (made.ctime(), made.ctime_nsec())
    };
    while !later() {
        std::thread::yield_now();
    }
    dir
}

/// Makes one change, and wants exactly these starts of lines in the difference.
#[track_caller]
fn check(change: impl FnOnce(&Path), expect: &[&str]) {
    let dir = originals();
    let before = Inventory::take(dir.path()).unwrap();
    change(dir.path());
    let lines = before.diff(&Inventory::take(dir.path()).unwrap());
    let matches = |line: &String, start: &&str| line.starts_with(start);
    assert!(
        lines.len() == expect.len() && lines.iter().zip(expect).all(|(line, start)| matches(line, start)),
        "wanted {expect:#?}, got {lines:#?}"
    );
}

#[test]
fn taking_it_leaves_no_trace() {
    let dir = originals();
    let first = Inventory::take(dir.path()).unwrap();
    for _ in 0..3 {
        first.assert_unchanged(dir.path());
    }
    let not_links = first.entries.iter().filter(|(_, entry)| entry.kind != "symlink");
    for (path, entry) in not_links {
        assert_eq!(entry.atime, (BACKDATED_S, 0), "{}", path.display());
    }
    assert_eq!(first.entries.len(), 6);
}

#[test]
fn the_hash_is_that_of_the_content() {
    let dir = originals();
    let inventory = Inventory::take(dir.path()).unwrap();
    let expected = blake3::hash(&Photo::numbered(2).bytes()).to_hex().to_string();
    assert_eq!(inventory.entries[Path::new("folder/b.jpg")].content, expected);
    assert_eq!(inventory.entries[Path::new("link.jpg")].content, "a.jpg");
}

/// A file system mounted `noatime` keeps no access times, and then a read cannot show.
fn keeps_access_times() -> Result<(), String> {
    let dir = originals();
    fs::read(dir.path().join("a.jpg")).map_err(|error| error.to_string())?;
    let inventory = Inventory::take(dir.path()).map_err(|error| error.to_string())?;
    match inventory.entries[Path::new("a.jpg")].atime.0 {
        BACKDATED_S => {
            Err("the temporary folder is on a file system without access times (noatime)".to_owned())
        }
        _ => Ok(()),
    }
}

#[test]
fn a_plain_read_of_a_file_shows() {
    skip_unless!(keeps_access_times());
    check(
        |dir| drop(fs::read(dir.join("a.jpg")).unwrap()),
        &["a.jpg: accessed 2020-01-01T00:00:00Z -> "],
    );
}

#[test]
fn a_plain_listing_of_a_directory_shows() {
    skip_unless!(keeps_access_times());
    check(
        |dir| assert_eq!(fs::read_dir(dir.join("folder")).unwrap().count(), 2),
        &["folder: accessed 2020-01-01T00:00:00Z -> "],
    );
}

#[test]
fn a_write_shows() {
    check(
        |dir| {
            let path = dir.join("folder/b.jpg");
            let modified = fs::metadata(&path).unwrap().modified().unwrap();
            let mut bytes = Photo::numbered(2).bytes();
            *bytes.last_mut().unwrap() ^= 1;
            fs::write(&path, bytes).unwrap();
            // The modification time put back, as a careful program would: the content gives it away.
            File::options()
                .write(true)
                .open(&path)
                .unwrap()
                .set_modified(modified)
                .unwrap();
        },
        &["folder/b.jpg: content", "folder/b.jpg: changed"],
    );
}

#[test]
fn a_new_time_stamp_shows() {
    check(
        |dir| {
            File::options()
                .write(true)
                .open(dir.join("a.jpg"))
                .unwrap()
                .set_modified(std::time::UNIX_EPOCH)
                .unwrap()
        },
        &["a.jpg: modified", "a.jpg: changed"],
    );
}

#[test]
fn a_new_mode_shows() {
    check(
        |dir| fs::set_permissions(dir.join("a.jpg"), Permissions::from_mode(0o4711)).unwrap(),
        &["a.jpg: mode 644 -> 4711", "a.jpg: changed"],
    );
}

#[test]
fn a_rename_shows_and_so_do_the_directory_times() {
    check(
        |dir| fs::rename(dir.join("a.jpg"), dir.join("z.jpg")).unwrap(),
        &[".: modified", ".: changed", "a.jpg: gone", "z.jpg: new"],
    );
}

#[test]
fn a_second_name_shows() {
    check(
        |dir| fs::hard_link(dir.join("a.jpg"), dir.join("folder/c.jpg")).unwrap(),
        &[
            "a.jpg: links 1 -> 2",
            "a.jpg: changed",
            "folder: modified",
            "folder: changed",
            "folder/c.jpg: new",
        ],
    );
}

#[test]
fn a_replacement_with_equal_content_shows() {
    check(
        |dir| {
            Photo::numbered(1).write_to(dir, "new").unwrap();
            fs::rename(dir.join("new"), dir.join("a.jpg")).unwrap();
        },
        &[
            ".: modified",
            ".: changed",
            "a.jpg: inode",
            "a.jpg: modified",
            "a.jpg: changed",
            "a.jpg: accessed",
        ],
    );
}

#[test]
fn a_new_extended_attribute_shows() {
    let setfattr = skip_unless!(skip::program("setfattr"));
    let probe = tempfile::NamedTempFile::new().unwrap();
    let set = |path: &Path| {
        Command::new(&setfattr)
            .args(["-n", "user.test", "-v", "1"])
            .arg(path)
            .output()
            .unwrap()
            .status
            .success()
    };
    if !set(probe.path()) {
        skip!("the temporary folder takes no extended attributes");
    }
    check(
        |dir| assert!(set(&dir.join("a.jpg"))),
        &["a.jpg: changed", "a.jpg: xattrs  ->  user.test=\"1\""],
    );
}
