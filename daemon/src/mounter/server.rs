//! The mounter's side: answers requests one at a time, remembers what it mounted, and detaches all of it when
//! the daemon is gone or it is itself dropped.
//!
//! End of file says that the daemon is gone, but may never come: a thread of a killed daemon that waits in its
//! own file system (the replay does, and whoever tells the kernel of a change) keeps the process, its socket and
//! `/dev/fuse` alive, which it waits for. So the mounter is also told by a signal when the daemon's first thread
//! ends, and what it then takes away it takes by force, which lets everybody go.
//!
//! It keeps no copy of a session's `/dev/fuse`, or the kernel would not see a daemon's death. It asks a mounted
//! file system nothing that needs an answer, save the probe in `stale`, which has a time limit. A library root
//! on a hanging network disk does hold it up; the kernel offers no way to open one without waiting.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::Path;

use super::FS_NAME;
use super::error::{MounterError, Step};
use super::place::{Audience, Place, Ready, prepare};
use super::socket::Channel;
use super::sys::{self, Propagation, Reach, Unmounting};
use super::wire::{MountId, MountMode, MountSpec, Reply, Request, Unmounted};
use super::{fusermount, rights, root, stale};

/// KiB that the kernel may ask for at a time. More would be no gift: who maps a file to read its head gets all of it.
const READ_AHEAD_KB: &str = "512";

/// Serves until the other end closes or the daemon is gone; then detaches what is left.
pub(super) fn run(channel: &Channel, daemon: &Served) -> io::Result<()> {
    let mut mounter = State::default();
    loop {
        if !sys::wait_for_request(channel.as_fd())? {
            if daemon.is_gone() {
                return Ok(());
            }
            continue;
        }
        let Some(packet) = channel.receive()? else {
            return Ok(());
        };
        let (reply, fd) = match serde_json::from_slice(&packet.bytes) {
            Ok(request) => mounter.answer(request),
            Err(e) => (
                Reply::Failed(MounterError::Protocol {
                    detail: e.to_string(),
                }),
                None,
            ),
        };
        let bytes = serde_json::to_vec(&reply).map_err(io::Error::other)?;
        channel.send(&bytes, fd.as_ref().map(AsFd::as_fd))?;
    }
}

/// The process that is served.
#[derive(Debug)]
pub(super) struct Served {
    process: u32,
}

impl Served {
    /// The one that started this process.
    pub(super) fn starter() -> io::Result<Self> {
        let process = sys::parent();
        sys::tell_when_starter_ends()?;
        Ok(Self { process })
    }

    /// Whether its first thread has ended: a zombie, or nothing of it left. A mounter may have been started by
    /// another thread, whose end means nothing.
    fn is_gone(&self) -> bool {
        let Ok(stat) = fs::read_to_string(format!("/proc/{}/stat", self.process)) else {
            return true;
        };
        // `ID (NAME) STATE …`, see proc_pid_stat(5).
        let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
        matches!(state, Some('Z' | 'X'))
    }
}

/// A mount that was attached to the tree.
#[derive(Debug)]
struct Attached {
    place: Place,
    mount_id: u64,
    folder_made: bool,
}

/// A session's mounts.
#[derive(Debug)]
struct Mount {
    /// The mount that the session's superblock was made with: private, or public in user mode.
    first: Attached,
    /// The read-only bind, once published.
    bind: Option<Attached>,
    spec: MountSpec,
}

#[derive(Debug, Default)]
struct State {
    mounts: BTreeMap<u64, Mount>,
    last_id: u64,
}

impl State {
    fn answer(&mut self, request: Request) -> (Reply, Option<OwnedFd>) {
        let answer = match request {
            Request::Rights => Ok((Reply::Rights(rights::find()), None)),
            Request::Mount(spec) => self.mount(spec).map(|(id, fd)| (Reply::Mounted(id), Some(fd))),
            Request::Publish(id) => self.publish(id).map(|()| (Reply::Published, None)),
            Request::Unmount(id) => self.unmount(id).map(|how| (Reply::Unmounted(how), None)),
            Request::CleanStale(path) => stale::clean(&path).map(|all| (Reply::Cleaned(all), None)),
            Request::OpenRoot(path) => {
                root::open(&path, self.places()).map(|(fd, how)| (Reply::Root(how), Some(fd)))
            }
        };
        answer.unwrap_or_else(|e| (Reply::Failed(e), None))
    }

    fn places(&self) -> impl Iterator<Item = &Place> + Clone {
        self.mounts
            .values()
            .flat_map(|m| m.bind.iter().chain([&m.first]))
            .map(|attached| &attached.place)
    }

    fn mount(&mut self, spec: MountSpec) -> Result<(MountId, OwnedFd), MounterError> {
        let (first, device) = match &spec.mode {
            MountMode::System { private, .. } => {
                // Told now rather than at `publish`; the folder stays as it is until then.
                if let Some((root, entry)) = Place::find(&spec.public)?.mount()? {
                    return Err(stale::obstacle(root, entry));
                }
                let owner = Audience::Owner {
                    uid: spec.owner_uid,
                    gid: spec.owner_gid,
                };
                let ready = prepare(private, owner)?;
                attach_or_undo(ready, |ready| mount_directly(&spec, ready))?
            }
            MountMode::User => {
                attach_or_undo(
                    prepare(&spec.public, Audience::All)?,
                    |ready| match mount_directly(&spec, ready) {
                        Err(MounterError::RightsMissing { .. }) => {
                            fusermount::mount(&ready.place.path, spec.allow_other)
                        }
                        done => done,
                    },
                )?
            }
        };
        self.last_id += 1;
        self.mounts.insert(
            self.last_id,
            Mount {
                first,
                bind: None,
                spec,
            },
        );
        Ok((MountId(self.last_id), device))
    }

    fn publish(&mut self, MountId(id): MountId) -> Result<(), MounterError> {
        let mount = self
            .mounts
            .get_mut(&id)
            .ok_or(MounterError::UnknownMount { id })?;
        if mount.bind.is_some() || mount.spec.mode == MountMode::User {
            return Err(MounterError::AlreadyPublic { id });
        }
        let Some((private, entry)) = mount
            .first
            .place
            .mount()?
            .filter(|(_, e)| e.id == mount.first.mount_id)
        else {
            return Err(MounterError::UnknownMount { id });
        };
        let ready = prepare(&mount.spec.public, Audience::All)?;
        let (bind, ()) = attach_or_undo(ready, |ready| bind_read_only(private, ready))?;
        mount.bind = Some(bind);
        read_further_ahead(&entry.device);
        Ok(())
    }

    fn unmount(&mut self, MountId(id): MountId) -> Result<Unmounted, MounterError> {
        let mount = self.mounts.remove(&id).ok_or(MounterError::UnknownMount { id })?;
        let outcome = unmount_all(&mount, false);
        if outcome.is_err() {
            // Still there, so still to be detached at the end.
            self.mounts.insert(id, mount);
        }
        outcome
    }
}

impl Drop for State {
    fn drop(&mut self) {
        for mount in self.mounts.values() {
            if let Err(e) = unmount_all(mount, true) {
                // Not eprintln, which panics if the log is gone too, and would leave the other mounts.
                drop(writeln!(io::stderr(), "kphotos-mounter: {e}"));
            }
        }
    }
}

/// Runs what puts a mount on a prepared place, notes which mount that is, and removes a folder made in vain.
fn attach_or_undo<T>(
    ready: Ready,
    attach: impl FnOnce(&Ready) -> Result<T, MounterError>,
) -> Result<(Attached, T), MounterError> {
    let attached = attach(&ready).and_then(|made| {
        let now = ready.place.mount()?.map(|(_, entry)| entry.id);
        let mount_id = now.ok_or_else(|| not_seen(&ready.place.path))?;
        Ok((mount_id, made))
    });
    let Ready {
        place,
        dir,
        made: folder_made,
    } = ready;
    drop(dir);
    match attached {
        Ok((mount_id, made)) => Ok((
            Attached {
                place,
                mount_id,
                folder_made,
            },
            made,
        )),
        Err(e) => {
            // `prepare` saw nothing mounted here, so what is ours now came of this attempt.
            if matches!(place.mount(), Ok(Some((_, entry))) if entry.is_ours()) {
                drop(place.unmount(Unmounting::Lazily));
            }
            if folder_made {
                drop(place.remove());
            }
            Err(e)
        }
    }
}

/// The mount call succeeded, yet nothing of it is in this namespace.
fn not_seen(path: &Path) -> MounterError {
    MounterError::at(Step::AttachMount, path)(io::Error::from_raw_os_error(libc::ENOENT))
}

/// Makes a FUSE superblock and attaches it. The kernel queues FUSE_INIT and waits for nobody.
fn mount_directly(spec: &MountSpec, ready: &Ready) -> Result<OwnedFd, MounterError> {
    let path = &ready.place.path;
    let device = rights::open_device()?;
    let refused = |e: io::Error| match e.raw_os_error() {
        Some(libc::EPERM | libc::ENOSYS) => MounterError::RightsMissing { path: path.clone() },
        _ => MounterError::at(Step::CreateMount, path)(e),
    };
    let fs = sys::fs_open(c"fuse").map_err(refused)?;
    let mount = superblock(spec, fs.as_fd(), &device).map_err(refused)?;
    sys::attach(mount.as_fd(), ready.dir.as_fd()).map_err(MounterError::at(Step::AttachMount, path))?;
    make_private(mount, path)?;
    Ok(device.into())
}

/// Options as in the kernel's `fuse.rst`.
fn superblock(spec: &MountSpec, fs: BorrowedFd<'_>, device: &File) -> io::Result<OwnedFd> {
    sys::fs_set(fs, c"source", FS_NAME)?;
    sys::fs_set(fs, c"subtype", FS_NAME)?;
    sys::fs_set(fs, c"fd", &device.as_raw_fd().to_string())?;
    sys::fs_set(fs, c"rootmode", "40000")?;
    sys::fs_set(fs, c"user_id", &spec.owner_uid.to_string())?;
    sys::fs_set(fs, c"group_id", &spec.owner_gid.to_string())?;
    if spec.allow_other {
        sys::fs_flag(fs, c"allow_other")?;
    }
    // For a user's daemon the kernel would refuse its own replay; the file system checks by itself.
    if let MountMode::System { is_checked: true, .. } = spec.mode {
        sys::fs_flag(fs, c"default_permissions")?;
    }
    sys::fs_mount(fs, sys::NO_TRACES)
}

fn bind_read_only(private: OwnedFd, ready: &Ready) -> Result<(), MounterError> {
    let path = &ready.place.path;
    let clone = sys::clone_tree(private.as_fd()).map_err(MounterError::at(Step::CloneTree, path))?;
    sys::set_flags(clone.as_fd(), sys::READ_ONLY, Reach::One)
        .map_err(MounterError::at(Step::SetFlags, path))?;
    sys::attach(clone.as_fd(), ready.dir.as_fd()).map_err(MounterError::at(Step::AttachMount, path))?;
    make_private(clone, path)
}

/// After attaching: below a shared mount the kernel makes a new one shared.
fn make_private(mount: OwnedFd, path: &Path) -> Result<(), MounterError> {
    sys::set_propagation(mount.as_fd(), Propagation::Private, Reach::One)
        .map_err(MounterError::at(Step::SetFlags, path))
}

/// Lets the kernel ask for more at a time of who reads on and on. FUSE begins with 128 KiB, cannot itself ask for more, and sets it
/// when the daemon greets, so this comes after. Files that are passed to the kernel are read ahead as where they lie.
/// Source: Linux, fs/fuse/inode.c, `process_init_reply`; Documentation/ABI/testing/sysfs-class-bdi.
fn read_further_ahead(device: &str) {
    // As fast as before where sysfs cannot be written, as in a container.
    drop(fs::write(
        format!("/sys/class/bdi/{device}/read_ahead_kb"),
        READ_AHEAD_KB,
    ));
}

/// The public bind first, so that nobody enters any more; then the mount itself.
fn unmount_all(mount: &Mount, at_once: bool) -> Result<Unmounted, MounterError> {
    let mut worst = None;
    for attached in mount.bind.iter().chain([&mount.first]) {
        let outcome = unmount_one(attached, at_once)?;
        worst = match (worst, outcome) {
            (Some(Unmounted::Detached), _) | (_, Unmounted::Detached) => Some(Unmounted::Detached),
            (Some(Unmounted::Clean), _) | (_, Unmounted::Clean) => Some(Unmounted::Clean),
            (_, Unmounted::AlreadyGone) => Some(Unmounted::AlreadyGone),
        };
    }
    Ok(worst.unwrap_or(Unmounted::AlreadyGone))
}

fn unmount_one(attached: &Attached, at_once: bool) -> Result<Unmounted, MounterError> {
    let Attached {
        place,
        mount_id,
        folder_made,
    } = attached;
    if !place.shows(*mount_id)? {
        return Ok(Unmounted::AlreadyGone);
    }
    let how = if at_once {
        // Where force is not permitted the kernel may still let the owner of the mount end its connection.
        abort(place, *mount_id);
        Unmounting::Forcibly
    } else {
        Unmounting::Idle
    };
    let outcome = match place.unmount(how) {
        Ok(()) if at_once => Ok(Unmounted::Detached),
        Ok(()) => Ok(Unmounted::Clean),
        Err(e) => match e.raw_os_error() {
            Some(libc::EBUSY) => place.unmount(Unmounting::Lazily).map(|()| Unmounted::Detached),
            // Gone since it was looked at: two mounters may clean up at once.
            Some(libc::EINVAL | libc::ENOENT) => Ok(Unmounted::AlreadyGone),
            // It goes by the path, where the next daemon may have mounted meanwhile.
            Some(libc::EPERM) if !place.shows(*mount_id)? => Ok(Unmounted::AlreadyGone),
            Some(libc::EPERM) => fusermount::unmount(&place.path).map(|()| Unmounted::Detached),
            _ => Err(e),
        },
    };
    // After a death the folder stays: the next daemon may be about to mount on it.
    if *folder_made && !at_once && outcome.is_ok() {
        // Kept if something else came to be in it or on it.
        drop(place.remove());
    }
    outcome.map_err(MounterError::at(Step::Unmount, &place.path))
}

/// Ends the connection of this mount's session, if fusectl is mounted; see the kernel's `fuse.rst`. Never that of the
/// next daemon, which may have mounted here since.
fn abort(place: &Place, mount_id: u64) {
    if let Ok(Some((_, entry))) = place.mount()
        && entry.id == mount_id
        && let Some((_, number)) = entry.device.split_once(':')
    {
        // Without fusectl there is nothing to write to; detaching comes next in any case.
        drop(fs::write(format!("/sys/fs/fuse/connections/{number}/abort"), "1"));
    }
}
