//! The attempts are real: where writing is possible they write, and where the kernel refuses they are refused.
//!
//! Without this a table of refusals would prove nothing: a call with a wrong argument is refused everywhere.

use std::fs::{self, File};
use std::os::fd::AsFd;
use std::path::Path;
use std::process::Command;

use kphotos_tests::attempts::{self, Attempt, c_path, not_refused};
use kphotos_tests::sacred::Inventory;
use kphotos_tests::world::World;
use kphotos_tests::{skip, skip_unless};

/// A folder `dir` with a folder and a file in it, and every attempt on each.
fn all(dir: &Path, outside: &Path) -> Vec<Attempt> {
    fs::write(outside, b"from elsewhere").unwrap();
    let opened = attempts::directory(dir).unwrap();
    let mut attempts = attempts::in_directory(opened.as_fd(), Some(c"photo.jpg"), outside);
    attempts.extend(attempts::on_file(&c_path(&dir.join("photo.jpg"))));
    attempts.extend(attempts::on_descriptor(
        File::open(dir.join("photo.jpg")).unwrap().as_fd(),
    ));
    attempts
}

#[test]
fn where_the_mount_is_read_only_every_attempt_is_refused() {
    skip_unless!(skip::root());
    let world = World::new().unwrap();
    let (originals, bound) = (world.library(), world.mount());
    fs::write(originals.join("photo.jpg"), b"photo").unwrap();
    let before = Inventory::take(&originals).unwrap();
    for arguments in [
        &["--bind", originals.to_str().unwrap()][..],
        &["-o", "remount,ro,bind"],
    ] {
        if !Command::new("mount")
            .args(arguments)
            .arg(&bound)
            .status()
            .unwrap()
            .success()
        {
            skip!("this root may not mount");
        }
    }
    let attempts = all(&bound, &world.path("outside.jpg"));
    assert!(attempts.len() > 40);
    assert_eq!(not_refused(&attempts), Vec::<String>::new());
    before.assert_unchanged(&originals);
}

#[test]
fn where_it_can_be_written_to_an_attempt_that_succeeds_is_reported() {
    let world = World::new().unwrap();
    let library = world.library();
    fs::write(library.join("photo.jpg"), b"photo").unwrap();
    let opened = attempts::directory(&library).unwrap();
    let attempts = attempts::in_directory(opened.as_fd(), None, &world.path("outside.jpg"));
    let reported = not_refused(&attempts);
    for call in ["create", "create without a name", "chmod", "utimensat"] {
        assert!(reported.contains(&format!("{call}: succeeded")), "{reported:?}");
    }
    let reported = not_refused(&attempts::on_file(&c_path(&library.join("photo.jpg"))));
    for call in ["open for writing", "open for appending", "truncate", "chmod"] {
        assert!(reported.contains(&format!("{call}: succeeded")), "{reported:?}");
    }
}

#[test]
fn a_descriptor_that_takes_bytes_is_reported() {
    let world = World::new().unwrap();
    let path = world.library().join("photo.jpg");
    fs::write(&path, b"photo").unwrap();
    let file = File::options().read(true).write(true).open(&path).unwrap();
    let reported = not_refused(&attempts::on_descriptor(file.as_fd()));
    for call in [
        "mmap shared and writable",
        "mprotect a shared mapping",
        "write",
        "pwrite",
        "writev",
        "pwritev2",
        "copy_file_range",
        "splice",
        "sendfile",
        "ftruncate",
        "fallocate",
        "fchmod",
        "futimens",
    ] {
        assert!(
            reported.contains(&format!("{call}: succeeded")),
            "{call}: {reported:?}"
        );
    }
}
