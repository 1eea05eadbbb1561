//! Library roots: what the clone refuses, and that reading leaves access times alone.
#![expect(
    unsafe_code,
    reason = "openat, utimensat, setxattr and mmap relative to a descriptor"
)]

use std::ffi::CString;
use std::fs::{self, File, FileTimes};
use std::io::{self, Read};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kphotos_daemon::mounter::{MounterError, RootFd, RootHow};

use crate::memory::PHOTO;
use crate::world::{Served, World, errno, mounter, run};

/// 1 January 2020: older than a day and than the modification, so `relatime` would renew it.
const YEAR_2020: Duration = Duration::from_secs(1_577_836_800);

fn photo(folder: &Path) {
    let path = folder.join("a.jpg");
    fs::write(&path, "original").unwrap();
    reset(&path);
}

fn reset(path: &Path) {
    let times = FileTimes::new()
        .set_accessed(UNIX_EPOCH + YEAR_2020)
        .set_modified(SystemTime::now());
    File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_times(times)
        .unwrap();
}

fn accessed(path: &Path) -> Duration {
    fs::metadata(path)
        .unwrap()
        .accessed()
        .unwrap()
        .duration_since(UNIX_EPOCH)
        .unwrap()
}

fn open_at(root: &RootFd, name: &str, flags: i32) -> io::Result<File> {
    let name = CString::new(name).unwrap();
    // SAFETY: the name outlives the call; a descriptor that comes back is new.
    let fd = unsafe { libc::openat(root.fd.as_raw_fd(), name.as_ptr(), flags | libc::O_CLOEXEC, 0o600) };
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: just opened, owned by nobody else.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) }.into())
}

/// Every way to change a file below the clone ends in EROFS.
fn check_read_only(root: &RootFd, name: &str) {
    assert_eq!(root.how, RootHow::Clone);
    for flags in [libc::O_RDWR, libc::O_WRONLY | libc::O_TRUNC] {
        assert_eq!(errno(open_at(root, name, flags)), Some(libc::EROFS));
    }
    assert_eq!(
        errno(open_at(root, "new.jpg", libc::O_CREAT | libc::O_WRONLY)),
        Some(libc::EROFS)
    );
    let path = format!("/proc/self/fd/{}/{name}", root.fd.as_raw_fd());
    assert_eq!(
        errno(fs::set_permissions(&path, PermissionsExt::from_mode(0o777))),
        Some(libc::EROFS)
    );
    assert_eq!(errno(chown(&path, Some(1), Some(1))), Some(libc::EROFS));
    assert_eq!(errno(fs::remove_file(&path)), Some(libc::EROFS));
    assert_eq!(errno(fs::rename(&path, format!("{path}2"))), Some(libc::EROFS));
    let open = open_at(root, name, libc::O_RDONLY).unwrap();
    assert_eq!(
        errno(open.set_times(FileTimes::new().set_modified(UNIX_EPOCH))),
        Some(libc::EROFS)
    );
    assert_eq!(
        errno(open.set_permissions(PermissionsExt::from_mode(0o777))),
        Some(libc::EROFS)
    );
    let (path, key) = (CString::new(path).unwrap(), c"user.test");
    // SAFETY: all pointers are to C strings or to nothing with length 0.
    let rc = unsafe { libc::setxattr(path.as_ptr(), key.as_ptr(), key.as_ptr().cast(), 1, 0) };
    let changed = if rc == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    };
    assert_eq!(errno(changed), Some(libc::EROFS));
}

/// Reads by every way a photo is read: read, mmap, a descriptor opened again, another process.
fn read_all_ways(root: &RootFd, name: &str) {
    let mut file = open_at(root, name, libc::O_RDONLY).unwrap();
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    assert_eq!(text, "original");
    // SAFETY: a private, read-only mapping of 8 bytes of an open file, read once and unmapped.
    unsafe {
        let map = libc::mmap(
            std::ptr::null_mut(),
            8,
            libc::PROT_READ,
            libc::MAP_SHARED,
            file.as_raw_fd(),
            0,
        );
        assert_ne!(map, libc::MAP_FAILED);
        assert_eq!(map.cast::<u8>().read_volatile(), b'o');
        libc::munmap(map, 8);
    }
    let again = fs::read_to_string(format!("/proc/self/fd/{}", file.as_raw_fd())).unwrap();
    assert_eq!(again, "original");
    for fd_path in [
        format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd()),
        format!("/proc/{}/fd/{}/{name}", std::process::id(), root.fd.as_raw_fd()),
    ] {
        let other = Command::new("cat").arg(fd_path).output().unwrap();
        assert_eq!(other.stdout, b"original");
    }
}

#[test]
fn a_clone_refuses_changes_and_reading_it_leaves_the_access_time() {
    let Some(world) = World::new("clone") else { return };
    let library = world.folder("library");
    photo(&library);
    let original = library.join("a.jpg");
    assert_eq!(fs::read_to_string(&original).unwrap(), "original");
    if accessed(&original) == YEAR_2020 {
        eprintln!("skipped: the check that reading does renew access times here: mounted noatime");
    }
    reset(&original);
    let before = fs::metadata(&original).unwrap();

    let root = mounter().open_root(&library).unwrap();
    check_read_only(&root, "a.jpg");
    read_all_ways(&root, "a.jpg");
    assert_eq!(accessed(&original), YEAR_2020);
    let after = fs::metadata(&original).unwrap();
    assert_eq!(
        (after.ctime(), after.ctime_nsec()),
        (before.ctime(), before.ctime_nsec())
    );
    assert!(world.mounted().is_empty(), "a clone is mounted nowhere");
}

#[test]
fn a_library_on_a_read_only_mount_is_cloned_alike() {
    let Some(world) = World::new("read-only library") else {
        return;
    };
    let (disk, library) = (world.folder("disk"), world.folder("library"));
    photo(&disk);
    assert!(run(
        "mount",
        &["--bind", disk.to_str().unwrap(), library.to_str().unwrap()]
    ));
    assert!(run(
        "mount",
        &["-o", "remount,ro,bind", library.to_str().unwrap()]
    ));
    let root = mounter().open_root(&library).unwrap();
    check_read_only(&root, "a.jpg");
    read_all_ways(&root, "a.jpg");
    assert_eq!(accessed(&disk.join("a.jpg")), YEAR_2020);
}

#[test]
fn a_disk_inside_a_library_is_in_the_clone_and_read_only_too() {
    let Some(world) = World::new("disk in library") else {
        return;
    };
    let inner = world.folder("library/second disk");
    assert!(run(
        "mount",
        &[
            "-t",
            "tmpfs",
            "-o",
            "strictatime",
            "disk",
            inner.to_str().unwrap()
        ]
    ));
    photo(&inner);
    let mounter = mounter();
    let root = mounter.open_root(&world.path("library")).unwrap();
    check_read_only(&root, "second disk/a.jpg");
    read_all_ways(&root, "second disk/a.jpg");
    assert_eq!(accessed(&inner.join("a.jpg")), YEAR_2020);

    // A disk that comes later would come writable: it is not there until the root is opened again.
    let later = world.folder("library/later");
    assert!(run("mount", &["-t", "tmpfs", "disk", later.to_str().unwrap()]));
    photo(&later);
    assert_eq!(
        errno(open_at(&root, "later/a.jpg", libc::O_RDONLY)),
        Some(libc::ENOENT)
    );
    let again = mounter.open_root(&world.path("library")).unwrap();
    check_read_only(&again, "later/a.jpg");
}

#[test]
fn a_library_that_holds_the_mount_point_does_not_hold_the_mount() {
    let Some(world) = World::new("mount in library") else {
        return;
    };
    let mounter = mounter();
    let public = world.folder("public");
    let served = Served::start(&mounter, world.spec());
    mounter.publish(served.id).unwrap();
    let root = mounter.open_root(&world.path("")).unwrap();
    assert_eq!(
        errno(open_at(&root, &format!("public/{PHOTO}"), libc::O_RDONLY)),
        Some(libc::ENOENT)
    );
    let inside = mounter.open_root(&public).unwrap_err();
    assert_eq!(inside, MounterError::RootInsideMount { path: public.clone() });
    // Marked for a moment only: others may still bind the mount.
    let shown = world.folder("container");
    assert!(run(
        "mount",
        &["--bind", public.to_str().unwrap(), shown.to_str().unwrap()]
    ));
    assert!(run("umount", &[shown.to_str().unwrap()]));
    mounter.unmount(served.id).unwrap();
    // Ends although the clone is still open.
    served.session.join().unwrap();
    drop(root);
}

#[test]
fn a_root_that_cannot_be_opened_says_why() {
    let Some(world) = World::new("no root") else {
        return;
    };
    let mounter = mounter();
    for (path, errno) in [
        (world.path("none"), libc::ENOENT),
        ("/proc/self/status".into(), libc::ENOTDIR),
    ] {
        let expect = MounterError::RootUnreadable {
            path: path.clone(),
            errno,
        };
        assert_eq!(mounter.open_root(&path).unwrap_err(), expect);
    }
}
