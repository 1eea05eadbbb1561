//! Dead mounts: those whose daemon was killed together with its mounter. Every access to one ends in ENOTCONN,
//! and so would the next start. The bind of a dead mount is a mount of its own and stays after the mount is
//! gone, so all mounts of the same device number are detached with it.
//!
//! Dead is what answers ENOTCONN to `statfs`: attributes may still come from the kernel's cache, figures never
//! do. What does not answer in time is alive. It refuses what is alive, and what is not K-Photos', even dead.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::error::{MounterError, Step};
use super::fusermount;
use super::mountinfo::{self, Entry};
use super::place::Place;
use super::sys::{self, Unmounting};
use super::wire::Cleaned;

/// A daemon that takes longer for a `statfs` is busy or stopped, but it is there.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// Mounts may lie on each other; more than this at one place is somebody's mistake, not a crash.
const LAYERS_MAX: usize = 64;

/// Detaches the dead mounts at `path` and all binds of them; see [`super::Mounter::clean_stale`].
pub(super) fn clean(path: &Path) -> Result<Cleaned, MounterError> {
    let mut cleaned = Cleaned::default();
    let place = match Place::find(path) {
        Err(MounterError::MountPointUnreachable {
            errno: libc::ENOENT, ..
        }) => return Ok(cleaned),
        other => other?,
    };
    for _ in 0..LAYERS_MAX {
        let Some((root, entry)) = place.mount()? else {
            return Ok(cleaned);
        };
        if !entry.is_ours() {
            return Err(occupied(entry));
        }
        if !is_dead(root, &entry) {
            return Err(MounterError::Alive {
                path: entry.mount_point,
            });
        }
        detach_device(&entry, &mut cleaned)?;
    }
    Err(MounterError::Stale { path: place.path })
}

/// What to say of a mount that is in the way.
pub(super) fn obstacle(root: OwnedFd, entry: Entry) -> MounterError {
    if !entry.is_ours() {
        return occupied(entry);
    }
    let dead = is_dead(root, &entry);
    let path = entry.mount_point;
    if dead {
        MounterError::Stale { path }
    } else {
        MounterError::Alive { path }
    }
}

fn occupied(entry: Entry) -> MounterError {
    let Entry {
        mount_point: path,
        fs_type,
        source: source_name,
        ..
    } = entry;
    MounterError::Occupied {
        path,
        fs_type,
        source_name,
    }
}

/// First the mount itself, then whatever else shows the same, dead file system.
fn detach_device(dead: &Entry, cleaned: &mut Cleaned) -> Result<(), MounterError> {
    let entries = mountinfo::read().map_err(MounterError::at(Step::ReadMounts, &dead.mount_point))?;
    match detach(dead) {
        Ok(()) => cleaned.detached.push(dead.mount_point.clone()),
        // The dead daemon's own mounter, which ends at the same time, was faster.
        Err(_) if !is_mounted(dead) => {}
        Err(error) => return Err(MounterError::at(Step::Unmount, &dead.mount_point)(error)),
    }
    for entry in entries
        .into_iter()
        .filter(|e| e.device == dead.device && e.id != dead.id)
    {
        // One that lies below another mount cannot be reached by its path; it harms nobody there.
        if detach(&entry).is_ok() {
            cleaned.detached.push(entry.mount_point);
        }
    }
    Ok(())
}

fn is_mounted(entry: &Entry) -> bool {
    mountinfo::read().is_ok_and(|entries| entries.iter().any(|other| other.id == entry.id))
}

fn detach(entry: &Entry) -> io::Result<()> {
    let place = Place::find(&entry.mount_point).map_err(|_| io::ErrorKind::NotFound)?;
    if !place.shows(entry.id).unwrap_or(false) {
        return Err(io::ErrorKind::NotFound.into());
    }
    match place.unmount(Unmounting::Lazily) {
        Err(e) if e.raw_os_error() == Some(libc::EPERM) => fusermount::unmount(&entry.mount_point),
        done => done,
    }
}

/// Asks the file system, from a thread of its own that may stay behind.
fn is_dead(root: OwnedFd, entry: &Entry) -> bool {
    // The kernel answers a stranger by itself, from which nothing can be learnt: ask as the owner.
    let owner = entry.number("user_id").zip(entry.number("group_id"));
    let as_owner = owner.filter(|ids| *ids != sys::ids() && !entry.has("allow_other"));
    let (tell, hear) = mpsc::channel();
    let asker = thread::Builder::new().name("probe".into()).spawn(move || {
        let answer = match as_owner {
            Some((uid, gid)) => sys::become_in_this_thread(uid, gid),
            None => Ok(()),
        };
        // Nobody listens any more once the time is over.
        drop(tell.send(answer.and_then(|()| sys::ask_figures(root.as_fd()))));
    });
    if asker.is_err() {
        return false;
    }
    match hear.recv_timeout(ANSWER_WITHIN) {
        Ok(Err(e)) => matches!(e.raw_os_error(), Some(libc::ENOTCONN | libc::ECONNABORTED)),
        Ok(Ok(())) | Err(_) => false,
    }
}
