//! A mount point, held by its parent's descriptor and its name, so that what was checked is what is used.
//!
//! It refuses links, files, folders with something in them, and places where something is mounted.
//! A folder it made it removes again, if it is still empty.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::error::{MounterError, Step, errno};
use super::mountinfo::{self, Entry};
use super::stale;
use super::sys::{self, Unmounting};

/// Who may look into a mount point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// Anybody: the public path. Only the last folder is made.
    All,
    /// The owner alone: the private mount. Its parents are made, too.
    Owner { uid: u32, gid: u32 },
}

/// A name in a folder.
#[derive(Debug)]
pub(super) struct Place {
    parent: OwnedFd,
    name: OsString,
    /// With all links resolved, as mountinfo shows it.
    pub(super) path: PathBuf,
}

impl Place {
    /// Finds the folder above; the last part need not exist.
    pub(super) fn find(path: &Path) -> Result<Self, MounterError> {
        let not_folder = || MounterError::MountPointNotFolder {
            path: path.to_owned(),
        };
        let (Some(above), Some(name), true) = (path.parent(), path.file_name(), path.is_absolute()) else {
            return Err(not_folder());
        };
        let unreachable = |e: io::Error| MounterError::MountPointUnreachable {
            path: path.to_owned(),
            errno: errno(&e),
        };
        let parent = fs::OpenOptions::new()
            .read(true)
            .custom_flags(libc::O_PATH | libc::O_DIRECTORY)
            .open(above)
            .map_err(unreachable)?;
        let real = fs::read_link(fd_path(parent.as_fd())).map_err(unreachable)?;
        Ok(Self {
            parent: parent.into(),
            name: name.to_owned(),
            path: real.join(name),
        })
    }

    /// The folder now seen at this place, be it a mount's root; `None` if there is nothing.
    pub(super) fn open(&self) -> Result<Option<OwnedFd>, MounterError> {
        match sys::open_place(self.parent.as_fd(), &self.name) {
            Ok(dir) => Ok(Some(dir)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) if matches!(e.raw_os_error(), Some(libc::ENOTDIR | libc::ELOOP)) => {
                Err(MounterError::MountPointNotFolder {
                    path: self.path.clone(),
                })
            }
            Err(e) => Err(MounterError::MountPointUnreachable {
                path: self.path.clone(),
                errno: errno(&e),
            }),
        }
    }

    /// The topmost mount whose root is at this place, with its opened root.
    pub(super) fn mount(&self) -> Result<Option<(OwnedFd, Entry)>, MounterError> {
        let Some(dir) = self.open()? else { return Ok(None) };
        let failed = |e| MounterError::at(Step::ReadMounts, &self.path)(e);
        // A step down that leads onto another mount: true however the folders above are renamed meanwhile.
        let id = mountinfo::mount_id(&dir).map_err(failed)?;
        if id == mountinfo::mount_id(&self.parent).map_err(failed)? {
            return Ok(None);
        }
        let entry = mountinfo::read()
            .map_err(failed)?
            .into_iter()
            .find(|entry| entry.id == id);
        // Not listed: it lies outside of a chroot, or has gone this moment. Nothing is to be done on top of it.
        let entry = entry.ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?;
        Ok(Some((dir, entry)))
    }

    /// Whether the K-Photos mount with this id is on top here.
    pub(super) fn shows(&self, mount_id: u64) -> Result<bool, MounterError> {
        Ok(self
            .mount()?
            .is_some_and(|(_, entry)| entry.id == mount_id && entry.is_ours()))
    }

    /// Unmounts what is on top here.
    pub(super) fn unmount(&self, how: Unmounting) -> io::Result<()> {
        sys::unmount(self.parent.as_fd(), &self.name, how)
    }

    /// Removes the folder, unless something has come to be in it.
    pub(super) fn remove(&self) -> io::Result<()> {
        sys::remove_folder(self.parent.as_fd(), &self.name)
    }
}

/// A place that is fit to be mounted on.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) place: Place,
    pub(super) dir: OwnedFd,
    /// Whether the folder was made for this mount.
    pub(super) made: bool,
}

/// Finds a mount point or makes it, and refuses one that would hide anything.
pub(super) fn prepare(path: &Path, audience: Audience) -> Result<Ready, MounterError> {
    if let (Audience::Owner { .. }, Some(above)) = (audience, path.parent()) {
        let above_made = DirBuilder::new().recursive(true).mode(0o700).create(above);
        above_made.map_err(MounterError::at(Step::PrepareFolder, above))?;
    }
    let place = Place::find(path)?;
    if let Some((root, entry)) = place.mount()? {
        return Err(stale::obstacle(root, entry));
    }
    if let Some(dir) = place.open()? {
        check_existing(&dir, &place.path, audience)?;
        return Ok(Ready {
            place,
            dir,
            made: false,
        });
    }
    let failed = |e| MounterError::at(Step::PrepareFolder, &place.path)(e);
    sys::make_folder(place.parent.as_fd(), &place.name).map_err(failed)?;
    let dir = place
        .open()?
        .ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?;
    let fitted = match audience {
        Audience::All => fs::set_permissions(fd_path(dir.as_fd()), Permissions::from_mode(0o755)),
        Audience::Owner { uid, gid } if sys::ids() != (uid, gid) => sys::give_folder(dir.as_fd(), uid, gid),
        Audience::Owner { .. } => Ok(()),
    };
    if let Err(e) = fitted {
        drop(place.remove());
        return Err(failed(e));
    }
    Ok(Ready {
        place,
        dir,
        made: true,
    })
}

fn check_existing(dir: &OwnedFd, path: &Path, audience: Audience) -> Result<(), MounterError> {
    let unreadable = |e: io::Error| MounterError::at(Step::PrepareFolder, path)(e);
    let seen = fd_path(dir.as_fd());
    if let Audience::Owner { uid: owner, .. } = audience {
        let meta = fs::metadata(&seen).map_err(unreadable)?;
        let (mode, uid) = (meta.mode() & 0o7777, meta.uid());
        if mode & 0o077 != 0 || (uid != owner && uid != sys::ids().0) {
            return Err(MounterError::PrivateOpen {
                path: path.to_owned(),
                mode,
                uid,
            });
        }
    }
    if fs::read_dir(&seen).map_err(unreadable)?.next().is_some() {
        return Err(MounterError::MountPointNotEmpty {
            path: path.to_owned(),
        });
    }
    Ok(())
}

/// A path by which calls without a directory argument reach a descriptor.
pub(super) fn fd_path(fd: BorrowedFd<'_>) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}", fd.as_raw_fd()))
}
