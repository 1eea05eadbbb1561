//! The volume of a local folder, relative to a descriptor of its root.

#![expect(
    unsafe_code,
    reason = "openat2, statx and readdir relative to a descriptor have no safe form in std"
)]

use super::{Item, ItemKind, RootId, Volume, elsewhere};
use kphotos_fs::originals::{Space, space_of};
use std::ffi::{CStr, CString};
use std::fs::File;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd as _, FromRawFd as _, IntoRawFd as _, OwnedFd};
use std::os::unix::fs::MetadataExt as _;

/// Opening can lose a race with a rename on the way; the kernel then says
/// EAGAIN, and asks to be asked again.
const RACES: usize = 16;

/// A folder on this machine.
#[derive(Debug)]
pub struct LocalVolume {
    root: OwnedFd,
    no_atime: bool,
    /// What kind of file system it is on: asked once, since to ask may take long too.
    kind: Option<libc::__fsword_t>,
}

impl LocalVolume {
    /// The volume below this descriptor. `no_atime` asks the kernel on each open
    /// to keep access times, for a root that is no clone which keeps them anyway.
    #[must_use]
    pub fn new(root: OwnedFd, no_atime: bool) -> Self {
        let kind = elsewhere::kind(&root);
        Self { root, no_atime, kind }
    }

    fn open_beneath(&self, path: &[u8], flags: i32) -> io::Result<OwnedFd> {
        let path = CString::new(if path.is_empty() { b"." } else { path })?;
        let flags = flags | libc::O_RDONLY | libc::O_CLOEXEC | libc::O_NONBLOCK | libc::O_NOCTTY;
        if self.no_atime {
            // Refused for other people's files: then the access time is what it is, as `status` says.
            match self.openat2(&path, flags | libc::O_NOATIME) {
                Err(error) if error.raw_os_error() == Some(libc::EPERM) => {}
                done => return done,
            }
        }
        self.openat2(&path, flags)
    }

    fn openat2(&self, path: &CStr, flags: i32) -> io::Result<OwnedFd> {
        // SAFETY: open_how is plain old data, for which all zeros is valid.
        let mut how: libc::open_how = unsafe { std::mem::zeroed() };
        how.flags = u64::from(flags.cast_unsigned());
        how.resolve = libc::RESOLVE_BENEATH | libc::RESOLVE_NO_SYMLINKS | libc::RESOLVE_NO_MAGICLINKS;
        for _ in 0..RACES {
            // SAFETY: the path is NUL-terminated and `how` lives through the call, with its true size.
            let fd = unsafe {
                libc::syscall(
                    libc::SYS_openat2,
                    self.root.as_raw_fd(),
                    path.as_ptr(),
                    &raw const how,
                    size_of::<libc::open_how>(),
                )
            };
            if let Ok(fd) = i32::try_from(fd)
                && fd >= 0
            {
                // SAFETY: the kernel has just given this descriptor to us alone.
                return Ok(unsafe { OwnedFd::from_raw_fd(fd) });
            }
            let error = io::Error::last_os_error();
            if !matches!(error.raw_os_error(), Some(libc::EAGAIN | libc::EINTR)) {
                return Err(error);
            }
        }
        Err(io::Error::from_raw_os_error(libc::EAGAIN))
    }
}

impl Volume for LocalVolume {
    fn list(&self, folder: &[u8], wanted: &dyn Fn(&[u8]) -> bool) -> io::Result<Vec<Item>> {
        let mut listing = Listing::new(self.open_beneath(folder, libc::O_DIRECTORY)?)?;
        let mut items = Vec::new();
        while let Some((name, kind)) = listing.next()? {
            let bytes = name.to_bytes();
            if kind == libc::DT_DIR {
                items.push(Item {
                    name: bytes.into(),
                    kind: ItemKind::Folder,
                });
            } else if kind == libc::DT_LNK {
                items.push(Item {
                    name: bytes.into(),
                    kind: ItemKind::Link,
                });
            } else if kind != libc::DT_REG || wanted(bytes) {
                let Some(found) = listing.stat(&name)? else {
                    continue;
                };
                let is_file = matches!(found, ItemKind::File { .. });
                if !is_file || kind == libc::DT_REG || wanted(bytes) {
                    items.push(Item {
                        name: bytes.into(),
                        kind: found,
                    });
                }
            }
        }
        Ok(items)
    }

    fn open(&self, path: &[u8]) -> io::Result<File> {
        let file = File::from(self.open_beneath(path, libc::O_NOFOLLOW)?);
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "it is no regular file",
            ));
        }
        Ok(file)
    }

    fn space(&self) -> io::Result<Space> {
        space_of(&self.root)
    }

    fn folder(&self, path: &[u8]) -> io::Result<Option<OwnedFd>> {
        let path = CString::new(if path.is_empty() { b"." } else { path })?;
        // O_PATH with any other flag is refused, so not by way of `open_beneath`.
        self.openat2(&path, libc::O_PATH | libc::O_DIRECTORY | libc::O_CLOEXEC)
            .map(Some)
    }

    fn root_id(&self) -> Option<RootId> {
        // An O_PATH descriptor answers fstat, by way of a copy that closes itself.
        let root = File::from(self.root.try_clone().ok()?).metadata().ok()?;
        let (dev, ino) = (root.dev(), root.ino());
        Some(RootId { dev, ino })
    }

    fn may_hang(&self) -> bool {
        self.kind.is_some_and(|kind| elsewhere::named(kind).is_some())
    }

    fn is_stacked(&self) -> bool {
        let kinds = [libc::OVERLAYFS_SUPER_MAGIC, libc::ECRYPTFS_SUPER_MAGIC];
        self.kind.is_some_and(|kind| kinds.contains(&kind))
    }
}

/// An open directory stream.
struct Listing {
    stream: *mut libc::DIR,
}

impl Listing {
    fn new(folder: OwnedFd) -> io::Result<Self> {
        let fd = folder.into_raw_fd();
        // SAFETY: the descriptor is ours and open; the stream owns it from here on.
        let stream = unsafe { libc::fdopendir(fd) };
        if stream.is_null() {
            let error = io::Error::last_os_error();
            // SAFETY: the stream did not take the descriptor, so it is still ours to close.
            drop(unsafe { OwnedFd::from_raw_fd(fd) });
            return Err(error);
        }
        Ok(Self { stream })
    }

    /// The next name and its `d_type`, without `.` and `..`.
    fn next(&mut self) -> io::Result<Option<(CString, u8)>> {
        loop {
            // SAFETY: errno is this thread's own; readdir does not set it at the end.
            unsafe { *libc::__errno_location() = 0 };
            // SAFETY: the stream is open, and used by one thread only.
            let entry = unsafe { libc::readdir64(self.stream) };
            if entry.is_null() {
                let error = io::Error::last_os_error();
                return if error.raw_os_error() == Some(0) {
                    Ok(None)
                } else {
                    Err(error)
                };
            }
            // SAFETY: the entry is valid until the next readdir, its name NUL-terminated.
            let (name, kind) = unsafe { (CStr::from_ptr((*entry).d_name.as_ptr()), (*entry).d_type) };
            if !matches!(name.to_bytes(), b"." | b"..") {
                return Ok(Some((name.to_owned(), kind)));
            }
        }
    }

    /// What a name is; `None` if it is gone meanwhile.
    fn stat(&self, name: &CStr) -> io::Result<Option<ItemKind>> {
        let mut stat = MaybeUninit::<libc::statx>::uninit();
        let mask = libc::STATX_TYPE | libc::STATX_SIZE | libc::STATX_MTIME | libc::STATX_INO;
        // SAFETY: the stream's descriptor is open, the name NUL-terminated, the buffer large enough.
        let done = unsafe {
            let folder = libc::dirfd(self.stream);
            libc::statx(
                folder,
                name.as_ptr(),
                libc::AT_SYMLINK_NOFOLLOW,
                mask,
                stat.as_mut_ptr(),
            )
        };
        if done != 0 {
            let error = io::Error::last_os_error();
            return if error.raw_os_error() == Some(libc::ENOENT) {
                Ok(None)
            } else {
                Err(error)
            };
        }
        // SAFETY: the call succeeded, so the buffer is filled.
        let stat = unsafe { stat.assume_init() };
        Ok(match u32::from(stat.stx_mode) & libc::S_IFMT {
            libc::S_IFDIR => Some(ItemKind::Folder),
            libc::S_IFREG => Some(ItemKind::File {
                size: stat.stx_size,
                mtime_ns: stat
                    .stx_mtime
                    .tv_sec
                    .saturating_mul(1_000_000_000)
                    .saturating_add(i64::from(stat.stx_mtime.tv_nsec)),
                ino: stat.stx_ino,
            }),
            libc::S_IFLNK => Some(ItemKind::Link),
            _ => Some(ItemKind::Special),
        })
    }
}

impl Drop for Listing {
    fn drop(&mut self) {
        // SAFETY: the stream is open and not used again.
        unsafe { libc::closedir(self.stream) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;
    use std::os::unix::fs::symlink;

    fn volume(root: &std::path::Path) -> LocalVolume {
        LocalVolume::new(File::open(root).unwrap().into(), true)
    }

    #[test]
    fn a_folder_lists_folders_wanted_files_and_links_as_links() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("sub")).unwrap();
        std::fs::write(dir.path().join("a.jpg"), b"photo").unwrap();
        std::fs::write(dir.path().join("note.txt"), b"text").unwrap();
        symlink("a.jpg", dir.path().join("link.jpg")).unwrap();
        let mut items = volume(dir.path())
            .list(b"", &|name| name.ends_with(b"jpg"))
            .unwrap();
        items.sort();
        assert_eq!(
            items.iter().map(|item| &*item.name).collect::<Vec<_>>(),
            [&b"a.jpg"[..], b"link.jpg", b"sub"]
        );
        assert!(matches!(items[0].kind, ItemKind::File { size: 5, .. }));
        assert_eq!((items[1].kind, items[2].kind), (ItemKind::Link, ItemKind::Folder));
    }

    #[test]
    fn nothing_outside_the_root_and_no_link_can_be_opened() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("root");
        std::fs::create_dir_all(root.join("sub")).unwrap();
        std::fs::write(dir.path().join("secret.jpg"), b"secret").unwrap();
        std::fs::write(root.join("sub/in.jpg"), b"inside").unwrap();
        symlink("../secret.jpg", root.join("out.jpg")).unwrap();
        symlink(".", root.join("loop")).unwrap();
        let volume = volume(&root);
        for path in [
            "../secret.jpg",
            "out.jpg",
            "sub/../../secret.jpg",
            "/etc/passwd",
            "loop/sub/in.jpg",
            "sub",
        ] {
            assert!(volume.open(path.as_bytes()).is_err(), "{path}");
        }
        let mut text = String::new();
        volume
            .open(b"sub/in.jpg")
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, "inside");
        assert!(volume.space().unwrap().blocks > 0);
    }
}
