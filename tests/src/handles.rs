//! Files by handle, as a NFS server or a backup program remembers them.
//!
//! A handle names a file of a file system without a path, and is good for as long as the file is there: also after
//! the file system was unmounted and mounted again, if it can look things up by number. Only root may open by handle.
//! Source: open_by_handle_at(2).
#![expect(unsafe_code, reason = "these two calls are not in std")]

use std::ffi::{CStr, CString};
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// `MAX_HANDLE_SZ` of the kernel.
const LONGEST: usize = 128;

/// A handle: `struct file_handle` with room for the longest there is.
#[repr(C)]
#[derive(Clone, Debug)]
pub struct Handle {
    bytes: libc::c_uint,
    kind: libc::c_int,
    handle: [u8; LONGEST],
}

impl PartialEq for Handle {
    fn eq(&self, other: &Self) -> bool {
        let said = |handle: &Self| handle.handle[..handle.bytes as usize].to_vec();
        self.kind == other.kind && said(self) == said(other)
    }
}

impl Handle {
    /// That of what a path names; a link at its end is not followed.
    ///
    /// # Errors
    /// What the system refused; `EOPNOTSUPP` where a file system has none.
    pub fn of(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = CString::new(path.as_ref().as_os_str().as_bytes())?;
        Self::ask(libc::AT_FDCWD, &path, 0)
    }

    /// That of an open file.
    ///
    /// # Errors
    /// As [`Handle::of`].
    pub fn of_descriptor(file: BorrowedFd<'_>) -> io::Result<Self> {
        Self::ask(file.as_raw_fd(), c"", libc::AT_EMPTY_PATH)
    }

    fn ask(dir: RawFd, path: &CStr, flags: i32) -> io::Result<Self> {
        let mut handle = Self {
            bytes: LONGEST as libc::c_uint,
            kind: 0,
            handle: [0; LONGEST],
        };
        let mut mount: libc::c_int = 0;
        // SAFETY: the path is NUL-terminated; the handle has the room that it announces; the mount's number is
        // written to an integer.
        let asked = unsafe {
            libc::syscall(
                libc::SYS_name_to_handle_at,
                dir,
                path.as_ptr(),
                &raw mut handle,
                &raw mut mount,
                flags,
            )
        };
        if asked < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(handle)
    }

    /// Opens what it names, in the file system on which `mount` lies.
    ///
    /// # Errors
    /// `ESTALE` if that is not there any more; `EPERM` without root.
    pub fn open(&self, mount: BorrowedFd<'_>, flags: i32) -> io::Result<File> {
        let mut handle = self.clone();
        // SAFETY: the handle was filled in by the kernel and lives through the call.
        let opened = unsafe {
            libc::syscall(
                libc::SYS_open_by_handle_at,
                mount.as_raw_fd(),
                &raw mut handle,
                flags | libc::O_CLOEXEC,
            )
        };
        match RawFd::try_from(opened) {
            // SAFETY: `fd` was just opened here, and nothing else owns it.
            Ok(fd) if fd >= 0 => Ok(unsafe { OwnedFd::from_raw_fd(fd) }.into()),
            _ => Err(io::Error::last_os_error()),
        }
    }
}
