//! A system mount: a read-only bind, where the kernel refuses every write; and the mount behind it.
#![expect(unsafe_code, reason = "a thread of another user is not in std")]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread;

use kphotos_tests::{skip, skip_unless};

use super::{Exception, Stage, everywhere, in_directory, inside, on_file};
use kphotos_tests::attempts::c_name;

/// The modes forbid it to everybody but root, and the kernel asks them (`default_permissions`) before the mount:
/// may_open, do_faccessat and vfs_truncate of Linux 6.18.
const BY_MODE: &str = "the modes are asked before the mount";
const STRANGER: &[Exception] = &[
    ("access for writing", libc::EACCES, BY_MODE),
    ("open for writing", libc::EACCES, BY_MODE),
    ("open for reading and writing", libc::EACCES, BY_MODE),
    ("open for appending", libc::EACCES, BY_MODE),
    ("open for writing, directly", libc::EACCES, BY_MODE),
    ("open for writing, making it if needed", libc::EACCES, BY_MODE),
    ("truncate", libc::EACCES, BY_MODE),
    ("truncate, longer", libc::EACCES, BY_MODE),
];

#[test]
fn root_can_write_nowhere_in_a_system_mount() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    let stage = Stage::started();
    fs::write(stage.outside(), b"from elsewhere").unwrap();
    let mount = stage.world.mount();
    for made_up in [".directory", "IMG_9001.JPG.xmp"] {
        assert!(
            mount.join("albums/Some").join(made_up).exists(),
            "{made_up} is tried too"
        );
    }
    assert!(mount.join("recent/.hidden").exists());
    stage.nothing_changes(&mount, || {
        assert_eq!(everywhere(&mount, &stage.outside(), &[]), Vec::<String>::new());
    });
}

#[test]
fn whom_a_system_mount_lets_in_can_write_nowhere() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    let stage = Stage::started();
    fs::set_permissions(stage.world.path(""), Permissions::from_mode(0o777)).unwrap();
    let mount = stage.world.path("open");
    let add = ["mount", "add", mount.to_str().unwrap(), "--access", "all"];
    let _ = stage.world.kphotos(&add).ok();
    stage.nothing_changes(&mount, || {
        let bad = as_stranger(|| {
            fs::write(stage.outside(), b"from elsewhere").unwrap();
            everywhere(&mount, &stage.outside(), STRANGER)
        });
        assert_eq!(bad, Vec::<String>::new());
    });
}

/// Runs this in a thread that is uid and gid 1234, alone: setresuid(2), "C library/kernel differences".
fn as_stranger<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let become_stranger = || {
        let id: libc::c_long = 1234;
        // SAFETY: the calls take numbers, and a null pointer for no groups; they change this thread alone.
        let done = unsafe {
            [
                libc::syscall(libc::SYS_setgroups, 0, std::ptr::null::<libc::gid_t>()),
                libc::syscall(libc::SYS_setresgid, id, id, id),
                libc::syscall(libc::SYS_setresuid, id, id, id),
            ]
        };
        assert_eq!(done, [0; 3]);
        work()
    };
    thread::scope(|scope| scope.spawn(become_stranger).join().unwrap())
}

#[test]
fn the_mount_that_is_not_published_refuses_too() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    let stage = Stage::started();
    let public = stage.world.mount().canonicalize().unwrap();
    let hidden: Vec<PathBuf> = stage
        .world
        .mounts()
        .into_iter()
        .filter(|at| *at != public)
        .collect();
    assert!(!hidden.is_empty(), "the daemon has no mount but the public one");
    fs::write(stage.outside(), b"from elsewhere").unwrap();
    stage.nothing_changes(&public, || {
        for mount in &hidden {
            let month = mount.join("dates/by-month/2024/2024-06");
            let (_, files) = inside(&month);
            let mut attempts = on_file(&files[0]);
            for dir in [mount, &month] {
                attempts.extend(in_directory(dir, first(dir), &stage.outside()));
            }
            // It is mounted writable, so a descriptor for writing may be refused in more than one way; but refused.
            // There `access` asks the modes alone, and root may do anything; a rename onto itself does nothing.
            let nothing = ["access for writing", "rename onto itself", "exchange with itself"];
            let done = attempts.iter().filter(|attempt| attempt.errno == 0);
            let done: Vec<_> = done.filter(|attempt| !nothing.contains(&attempt.call)).collect();
            assert!(done.is_empty(), "in {}: {done:?}", mount.display());
        }
    });
}

/// The name of something in a folder.
fn first(dir: &Path) -> Option<std::ffi::CString> {
    let (dirs, files) = inside(dir);
    dirs.first().or(files.first())?.file_name().map(c_name)
}
