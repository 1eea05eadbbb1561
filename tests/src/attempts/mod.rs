//! Every system call that would change a file, tried.
//!
//! "Nothing can be written there" is a promise about system calls, so it is tested with system calls: on what a path
//! names (`paths`), in a directory (`names`), and on descriptors that are open for reading (`descriptors`). Each
//! attempt says what was tried, what came of it, and what may come of it: `EROFS`, or what the kernel answers before
//! it looks whether the mount may be written to (the constants below say why, each).
//!
//! Nothing is cleaned up: an attempt that succeeds has changed a file, and the test is to fail.
//! Sources: fs/namei.c, fs/open.c, fs/attr.c, fs/xattr.c, fs/read_write.c, fs/remap_range.c, fs/fhandle.c of Linux
//! 6.18; the manual pages in section 2.
#![expect(unsafe_code, reason = "these are system calls, most of which std hides")]

mod descriptors;
mod names;
mod paths;

pub use descriptors::on_descriptor;
pub use names::in_directory;
pub use paths::{on_file, on_path};

use std::ffi::{CStr, CString, OsStr};
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Something that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The call, and on what.
    pub call: &'static str,
    /// What came of it; 0 for success.
    pub errno: i32,
    /// What may.
    pub allowed: &'static [i32],
}

impl Attempt {
    /// Whether it was refused as it should be.
    pub fn is_refused(&self) -> bool {
        self.allowed.contains(&self.errno)
    }
}

impl From<(&'static str, i32, &'static [i32])> for Attempt {
    fn from((call, errno, allowed): (&'static str, i32, &'static [i32])) -> Self {
        Self { call, errno, allowed }
    }
}

impl std::fmt::Display for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let outcome = match self.errno {
            0 => "succeeded".to_owned(),
            errno => io::Error::from_raw_os_error(errno).to_string(),
        };
        write!(f, "{}: {outcome}", self.call)
    }
}

/// Those that were not refused as they should be, for a message.
pub fn not_refused(attempts: &[Attempt]) -> Vec<String> {
    let bad = attempts.iter().filter(|attempt| !attempt.is_refused());
    bad.map(ToString::to_string).collect()
}

const EROFS: &[i32] = &[libc::EROFS];
/// A name that is there is found before the mount is asked.
const EEXIST: &[i32] = &[libc::EEXIST];
/// Two mounts are told apart before either is asked.
const EXDEV: &[i32] = &[libc::EXDEV];
/// A directory cannot be opened for writing anywhere.
const EISDIR: &[i32] = &[libc::EISDIR];
/// A descriptor that is open for reading takes no bytes.
const EBADF: &[i32] = &[libc::EBADF];
const EINVAL: &[i32] = &[libc::EINVAL];
const EACCES: &[i32] = &[libc::EACCES];
/// The file system may not know the call at all.
const EROFS_OR_UNKNOWN: &[i32] = &[libc::EROFS, libc::ENOTTY, libc::EOPNOTSUPP];
/// Only root may name a file by its handle, and only where the file system can export one.
const EROFS_OR_NO_HANDLES: &[i32] = &[libc::EROFS, libc::EPERM, libc::EOPNOTSUPP];

const NEW: &CStr = c"kphotos-was-here";
const XATTR: &CStr = c"user.kphotos-was-here";

/// Turns what a call returned into 0 or an errno.
fn errno(returned: impl Into<i64>) -> i32 {
    match returned.into() {
        failed if failed < 0 => io::Error::last_os_error().raw_os_error().unwrap_or(-1),
        _ => 0,
    }
}

/// What a path in `/proc` calls a descriptor: opening it follows the descriptor itself, not a name.
fn proc_path(fd: RawFd, below: Option<&CStr>) -> CString {
    let mut bytes = format!("/proc/self/fd/{fd}").into_bytes();
    if let Some(name) = below {
        bytes.push(b'/');
        bytes.extend_from_slice(name.to_bytes());
    }
    CString::new(bytes).expect("neither part has a NUL")
}

/// Closes again what a call opened; 0, or why it did not.
fn closed(fd: i32) -> i32 {
    if fd >= 0 {
        // SAFETY: `fd` was just opened by the caller, and nothing else owns it.
        drop(unsafe { OwnedFd::from_raw_fd(fd) });
    }
    errno(fd)
}

/// Opens and closes again, if it could be opened.
fn try_open(dir: RawFd, name: &CStr, flags: i32) -> i32 {
    // SAFETY: the name is NUL-terminated and lives through the call.
    closed(unsafe { libc::openat(dir, name.as_ptr(), flags | libc::O_CLOEXEC, 0o600) })
}

/// Opens a directory only to name it, so that nothing of it is read.
///
/// # Errors
/// What the system refused.
pub fn directory(path: &Path) -> io::Result<OwnedFd> {
    use std::os::unix::fs::OpenOptionsExt;
    let file = File::options()
        .read(true)
        .custom_flags(libc::O_PATH | libc::O_DIRECTORY)
        .open(path)?;
    Ok(file.into())
}

/// A copy of another process's descriptor, with all rights it has: pidfd_getfd(2).
///
/// # Errors
/// What the system refused; `ESRCH` or `EBADF` when process or descriptor are gone meanwhile.
pub fn steal(process: BorrowedFd<'_>, descriptor: RawFd) -> io::Result<OwnedFd> {
    // SAFETY: takes three numbers and no pointer.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_getfd, process.as_raw_fd(), descriptor, 0) };
    match i32::try_from(fd) {
        // SAFETY: `fd` was just opened here, and nothing else owns it.
        Ok(fd) if fd >= 0 => Ok(unsafe { OwnedFd::from_raw_fd(fd) }),
        _ => Err(io::Error::last_os_error()),
    }
}

/// A path as system calls take it.
///
/// # Panics
/// If it has a NUL, which no path has.
pub fn c_path(path: &Path) -> CString {
    c_name(path.as_os_str())
}

/// As [`c_path`], for a name.
pub fn c_name(name: &OsStr) -> CString {
    CString::new(name.as_bytes()).expect("a name has no NUL")
}
