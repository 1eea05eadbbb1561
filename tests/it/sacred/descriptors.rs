//! The daemon turned against the originals: its own descriptors, in the hands of root.
//!
//! A daemon that has gone wrong, or that somebody has taken over, has what it has open. This test takes all of it
//! (pidfd_getfd(2)), from the daemon and from every process that it started, while photos are open in the tree and
//! jobs have run, and tries every call that writes on each descriptor that leads to an original. The kernel refuses
//! every one, because the daemon sees originals only through a read-only clone of their mount.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use kphotos_tests::attempts::{self, Attempt, c_name, not_refused};
use kphotos_tests::photos;
use kphotos_tests::process::pidfd;
use kphotos_tests::sacred::{Inventory, backdate_access_times};
use kphotos_tests::world::World;
use kphotos_tests::{skip, skip_unless};

use super::{JOBS, fill};

#[test]
fn the_kernel_refuses_the_daemon_itself() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    let mut world = World::new().unwrap();
    let before = fill(&world.library()).unwrap();
    // A library that is added later is seen through a clone of its own.
    let later = world.path("later");
    photos::library(&later, 6, 6).unwrap();
    backdate_access_times(&later).unwrap();
    let before_later = Inventory::take(&later).unwrap();
    world.start().unwrap();
    let _ = world.kphotos(&["library", "add", later.to_str().unwrap()]).ok();
    world.wait_idle(JOBS);
    // Open files are the moment at which the daemon holds the most.
    let month = world.mount().join("dates/by-month/2024/2024-06");
    let open: Vec<File> = fs::read_dir(&month)
        .unwrap()
        .map(|entry| File::open(entry.unwrap().path()).unwrap())
        .collect();
    assert!(!open.is_empty());

    let outside = world.path("outside.jpg");
    fs::write(&outside, b"from elsewhere").unwrap();
    refuses(&world, &before, &world.library());
    refuses(&world, &before_later, &later);
    drop(open);
    before.assert_unchanged(world.library());
    before_later.assert_unchanged(&later);
}

/// Tries everything on every descriptor that leads to something in this library.
fn refuses(world: &World, before: &Inventory, library: &Path) {
    let outside = world.path("outside.jpg");
    let mut directories = 0;
    for (process, descriptor, original, stolen) in descriptors(world, before) {
        let entry = &before.entries[&original];
        let attempts = if entry.kind == "directory" {
            directories += 1;
            let inside = name_inside(before, &original);
            attempts::in_directory(stolen.as_fd(), inside.map(c_name).as_deref(), &outside)
        } else {
            on_file(stolen.as_fd())
        };
        let bad = not_refused(&attempts);
        assert_eq!(
            bad,
            Vec::<String>::new(),
            "descriptor {descriptor} of process {process} leads to {}",
            library.join(original).display()
        );
    }
    assert!(
        directories > 0,
        "no descriptor leads to {}: how is it read?",
        library.display()
    );
}

/// Every descriptor of every process of the daemon that leads to something of the inventory: process, number,
/// which original, and a copy of it.
fn descriptors(world: &World, before: &Inventory) -> Vec<(u32, RawFd, PathBuf, OwnedFd)> {
    let originals: BTreeMap<(u64, u64), &PathBuf> = before
        .entries
        .iter()
        .map(|(path, entry)| (entry.inode, path))
        .collect();
    let mut found = Vec::new();
    let processes = world.all_processes();
    assert!(processes.len() > 1, "the daemon and its helpers: {processes:?}");
    for process in processes {
        // Parsers that a job started for itself end with it, perhaps just now.
        let (Ok(handle), Ok(numbers)) = (pidfd(process), fs::read_dir(format!("/proc/{process}/fd"))) else {
            assert_ne!(process, world.pid(), "the daemon ended");
            continue;
        };
        for number in numbers.flatten() {
            let number: RawFd = number.file_name().to_str().unwrap().parse().unwrap();
            let stolen = match attempts::steal(handle.as_fd(), number) {
                Ok(stolen) => stolen,
                // Closed since it was listed.
                Err(error) if error.raw_os_error() == Some(libc::EBADF) => continue,
                Err(error) if error.raw_os_error() == Some(libc::ESRCH) && process != world.pid() => break,
                Err(error) => panic!("descriptor {number} of process {process}: {error}"),
            };
            let state = inode(&stolen).unwrap();
            if let Some(original) = originals.get(&state) {
                found.push((process, number, (*original).clone(), stolen));
            }
        }
    }
    found
}

/// Device and inode number; works for `O_PATH` descriptors too.
fn inode(fd: &OwnedFd) -> io::Result<(u64, u64)> {
    let state = File::from(fd.try_clone()?).metadata()?;
    Ok((state.dev(), state.ino()))
}

/// The name of a file in this directory of the inventory.
fn name_inside<'a>(before: &'a Inventory, dir: &Path) -> Option<&'a OsStr> {
    let inside = |path: &&PathBuf| path.parent() == Some(dir) && before.entries[*path].kind != "symlink";
    before
        .entries
        .keys()
        .find(inside)
        .and_then(|path| path.file_name())
}

fn on_file(fd: BorrowedFd<'_>) -> Vec<Attempt> {
    let path = c_name(OsStr::new(&format!("/proc/self/fd/{}", fd.as_raw_fd())));
    let mut attempts = attempts::on_file(&path);
    // Calls on the descriptor itself are EBADF for one that is open as a path only.
    if File::open(OsStr::new(&format!("/proc/self/fdinfo/{}", fd.as_raw_fd()))).is_ok() && !is_path_only(fd) {
        attempts.extend(attempts::on_descriptor(fd));
    }
    attempts
}

/// Whether it was opened with `O_PATH`: proc_pid_fdinfo(5).
fn is_path_only(fd: BorrowedFd<'_>) -> bool {
    let text = fs::read_to_string(format!("/proc/self/fdinfo/{}", fd.as_raw_fd())).unwrap_or_default();
    let flags = text.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = flags.and_then(|flags| i32::from_str_radix(flags.trim(), 8).ok());
    flags.is_some_and(|flags| flags & libc::O_PATH != 0)
}
