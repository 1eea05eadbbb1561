//! Every system call that would change a file, tried.
//!
//! "Nothing can be written there" is a promise about system calls, so it is tested with system calls: on a
//! directory, on what is in it, and on descriptors that are open for reading. Each attempt says what was tried,
//! what came of it, and what may come of it: `EROFS`, or what the kernel answers before it looks whether the
//! mount may be written to (the table says each of these).
//!
//! Nothing is cleaned up: an attempt that succeeds has changed a file, and the test is to fail.
//! Sources: fs/namei.c, fs/open.c, fs/attr.c, fs/xattr.c of Linux 6.18; the manual pages in section 2.
#![expect(unsafe_code, reason = "these are system calls, most of which std hides")]

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

/// Opens and closes again, if it could be opened.
fn try_open(dir: RawFd, name: &CStr, flags: i32) -> i32 {
    // SAFETY: the name is NUL-terminated and lives through the call.
    let fd = unsafe { libc::openat(dir, name.as_ptr(), flags | libc::O_CLOEXEC, 0o600) };
    if fd >= 0 {
        // SAFETY: `fd` was just opened here, and nothing else owns it.
        drop(unsafe { OwnedFd::from_raw_fd(fd) });
    }
    errno(fd)
}

/// Tries to change what a path names, whatever it is.
pub fn on_path(path: &CStr) -> Vec<Attempt> {
    let p = path.as_ptr();
    let now = std::ptr::null();
    let value = c"x".as_ptr().cast::<libc::c_void>();
    let xattr = XATTR.as_ptr();
    // SAFETY: in each, the strings are NUL-terminated and live through the call; a null time means "now"; the
    // attribute's value has the one byte that is announced.
    let outcomes = unsafe {
        [
            ("chmod", errno(libc::chmod(p, 0o777))),
            ("chown", errno(libc::chown(p, 1, 1))),
            ("utimensat", errno(libc::utimensat(libc::AT_FDCWD, p, now, 0))),
            ("setxattr", errno(libc::setxattr(p, xattr, value, 1, 0) as i64)),
            ("removexattr", errno(libc::removexattr(p, xattr) as i64)),
            ("access for writing", errno(libc::access(p, libc::W_OK))),
        ]
    };
    outcomes
        .into_iter()
        .map(|(call, errno)| Attempt {
            call,
            errno,
            allowed: EROFS,
        })
        .collect()
}

/// Tries to change the content of the file that a path names.
pub fn on_file(path: &CStr) -> Vec<Attempt> {
    let open = |flags| try_open(libc::AT_FDCWD, path, flags);
    // SAFETY: the path is NUL-terminated and lives through the call.
    let truncated = errno(unsafe { libc::truncate(path.as_ptr(), 0) });
    let mut attempts = on_path(path);
    let outcomes = [
        ("open for writing", open(libc::O_WRONLY)),
        ("open for reading and writing", open(libc::O_RDWR)),
        ("open for appending", open(libc::O_WRONLY | libc::O_APPEND)),
        (
            "open for reading, truncating",
            open(libc::O_RDONLY | libc::O_TRUNC),
        ),
        (
            "open for writing, making it if needed",
            open(libc::O_WRONLY | libc::O_CREAT),
        ),
        ("truncate", truncated),
    ];
    attempts.extend(outcomes.map(|(call, errno)| Attempt {
        call,
        errno,
        allowed: EROFS,
    }));
    attempts
}

/// Tries to change a file through a descriptor that is open for reading.
pub fn on_descriptor(file: BorrowedFd<'_>) -> Vec<Attempt> {
    let fd = file.as_raw_fd();
    let value = c"x".as_ptr().cast::<libc::c_void>();
    let mut immutable: libc::c_long = 0x10;
    // SAFETY: the pointers are to one byte, to a NUL-terminated string, to a long that the ioctl reads, or null for
    // "now" and "anywhere"; the mapping is not used, and never made if the kernel keeps its word.
    let outcomes = unsafe {
        let mapping = libc::mmap(
            std::ptr::null_mut(),
            1,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_SHARED,
            fd,
            0,
        );
        let mapped = if mapping == libc::MAP_FAILED { errno(-1) } else { 0 };
        [
            ("mmap shared and writable", mapped, EACCES),
            ("write", errno(libc::write(fd, value, 1) as i64), EBADF),
            ("ftruncate", errno(libc::ftruncate(fd, 0)), EINVAL),
            ("fallocate", errno(libc::fallocate(fd, 0, 0, 1)), EBADF),
            ("fchmod", errno(libc::fchmod(fd, 0o777)), EROFS),
            ("fchown", errno(libc::fchown(fd, 1, 1)), EROFS),
            ("futimens", errno(libc::futimens(fd, std::ptr::null())), EROFS),
            (
                "fsetxattr",
                errno(libc::fsetxattr(fd, XATTR.as_ptr(), value, 1, 0) as i64),
                EROFS,
            ),
            (
                "fremovexattr",
                errno(libc::fremovexattr(fd, XATTR.as_ptr()) as i64),
                EROFS,
            ),
            (
                "ioctl FS_IOC_SETFLAGS",
                errno(libc::ioctl(fd, libc::FS_IOC_SETFLAGS, &raw mut immutable)),
                EROFS_OR_UNKNOWN,
            ),
        ]
    };
    let mut attempts: Vec<_> = outcomes
        .into_iter()
        .map(|(call, errno, allowed)| Attempt { call, errno, allowed })
        .collect();
    attempts.extend(on_file(&proc_path(fd, None)));
    attempts
}

/// Tries to change a directory: make, remove, rename and link in it, and change itself. `inside` is the name of
/// something in it; `outside` a file of another mount, which may be written to.
pub fn in_directory(dir: BorrowedFd<'_>, inside: Option<&CStr>, outside: &Path) -> Vec<Attempt> {
    let mut attempts = on_path(&proc_path(dir.as_raw_fd(), None));
    attempts.extend(new_names(dir.as_raw_fd(), outside));
    if let Some(inside) = inside {
        attempts.extend(old_names(dir.as_raw_fd(), inside, outside));
    }
    attempts
}

fn new_names(fd: RawFd, outside: &Path) -> Vec<Attempt> {
    let other = c_path(outside);
    let (new, cwd) = (NEW.as_ptr(), libc::AT_FDCWD);
    let regular = libc::S_IFREG | 0o600;
    // SAFETY: in each, the strings are NUL-terminated and live through the call.
    let outcomes = unsafe {
        [
            ("create", try_open(fd, NEW, libc::O_WRONLY | libc::O_CREAT), EROFS),
            (
                "create, exclusive",
                try_open(fd, NEW, libc::O_RDWR | libc::O_CREAT | libc::O_EXCL),
                EROFS,
            ),
            (
                "create without a name",
                try_open(fd, c".", libc::O_RDWR | libc::O_TMPFILE),
                EROFS,
            ),
            (
                "open the directory for writing",
                try_open(fd, c".", libc::O_WRONLY),
                EISDIR,
            ),
            ("mkdir", errno(libc::mkdirat(fd, new, 0o700)), EROFS),
            ("mknod, a file", errno(libc::mknodat(fd, new, regular, 0)), EROFS),
            ("mknod, a pipe", errno(libc::mkfifoat(fd, new, 0o600)), EROFS),
            ("symlink", errno(libc::symlinkat(c"x".as_ptr(), fd, new)), EROFS),
            (
                "link from elsewhere",
                errno(libc::linkat(cwd, other.as_ptr(), fd, new, 0)),
                EROFS,
            ),
            (
                "rename from elsewhere",
                errno(libc::renameat(cwd, other.as_ptr(), fd, new)),
                EXDEV,
            ),
        ]
    };
    let attempt = |(call, errno, allowed)| Attempt { call, errno, allowed };
    outcomes.into_iter().map(attempt).collect()
}

fn old_names(fd: RawFd, inside: &CStr, outside: &Path) -> Vec<Attempt> {
    let other = c_path(&outside.with_extension("taken"));
    let (old, new, cwd) = (inside.as_ptr(), NEW.as_ptr(), libc::AT_FDCWD);
    let regular = libc::S_IFREG | 0o600;
    let no_follow = libc::AT_SYMLINK_NOFOLLOW;
    // SAFETY: in each, the strings are NUL-terminated and live through the call; a null time means "now".
    let outcomes = unsafe {
        [
            ("unlink", errno(libc::unlinkat(fd, old, 0)), EROFS),
            ("rmdir", errno(libc::unlinkat(fd, old, libc::AT_REMOVEDIR)), EROFS),
            ("rename", errno(libc::renameat(fd, old, fd, new)), EROFS),
            (
                "rename onto itself",
                errno(libc::renameat(fd, old, fd, old)),
                EROFS,
            ),
            (
                "rename to elsewhere",
                errno(libc::renameat(fd, old, cwd, other.as_ptr())),
                EXDEV,
            ),
            ("link", errno(libc::linkat(fd, old, fd, new, 0)), EROFS),
            ("mkdir over it", errno(libc::mkdirat(fd, old, 0o700)), EEXIST),
            ("mknod over it", errno(libc::mknodat(fd, old, regular, 0)), EEXIST),
            (
                "symlink over it",
                errno(libc::symlinkat(c"x".as_ptr(), fd, old)),
                EEXIST,
            ),
            (
                "create over it",
                try_open(fd, inside, libc::O_WRONLY | libc::O_CREAT | libc::O_EXCL),
                EEXIST,
            ),
            ("fchmodat", errno(libc::fchmodat(fd, old, 0o777, 0)), EROFS),
            ("fchownat", errno(libc::fchownat(fd, old, 1, 1, no_follow)), EROFS),
            (
                "utimensat in it",
                errno(libc::utimensat(fd, old, std::ptr::null(), no_follow)),
                EROFS,
            ),
        ]
    };
    let attempt = |(call, errno, allowed)| Attempt { call, errno, allowed };
    let mut attempts: Vec<_> = outcomes.into_iter().map(attempt).collect();
    attempts.extend(on_path(&proc_path(fd, Some(inside))));
    attempts
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
