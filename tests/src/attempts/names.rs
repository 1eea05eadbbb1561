//! The names in a directory: made, removed, renamed, linked.

use super::{Attempt, EEXIST, EISDIR, EROFS, EXDEV, NEW, c_path, errno, on_path, proc_path, try_open};
use std::ffi::CStr;
use std::mem;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::path::Path;

/// A device belongs to root alone, and the kernel asks for that first.
const EROFS_OR_NOT_ROOT: &[i32] = &[libc::EROFS, libc::EPERM];
/// A name that is there is found before or after the mount is asked: do_renameat2.
const EEXIST_OR_EROFS: &[i32] = &[libc::EEXIST, libc::EROFS];
/// A socket's name that is there is in use; a long one cannot be said: unix(7).
const EADDRINUSE: &[i32] = &[libc::EADDRINUSE, libc::ENAMETOOLONG];

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

/// renameat2(2), of which libc has no wrapper everywhere.
fn rename(from: (RawFd, &CStr), to: (RawFd, &CStr), flags: u32) -> i32 {
    // SAFETY: both names are NUL-terminated and live through the call.
    let done = unsafe {
        libc::syscall(
            libc::SYS_renameat2,
            from.0,
            from.1.as_ptr(),
            to.0,
            to.1.as_ptr(),
            flags,
        )
    };
    errno(done)
}

/// Binds a socket to a name, which makes a file.
fn bind(path: &CStr) -> i32 {
    // SAFETY: takes three numbers; the result is checked before it is used.
    let socket = unsafe { libc::socket(libc::AF_UNIX, libc::SOCK_STREAM | libc::SOCK_CLOEXEC, 0) };
    if socket < 0 {
        return errno(socket);
    }
    // SAFETY: `socket` was just opened here, and nothing else owns it.
    let socket = unsafe { OwnedFd::from_raw_fd(socket) };
    let mut address = libc::sockaddr_un {
        sun_family: libc::AF_UNIX as libc::sa_family_t,
        sun_path: [0; 108],
    };
    let bytes = path.to_bytes_with_nul();
    if bytes.len() > address.sun_path.len() {
        return libc::ENAMETOOLONG;
    }
    for (to, from) in address.sun_path.iter_mut().zip(bytes) {
        *to = from.cast_signed();
    }
    let size = mem::size_of_val(&address) as libc::socklen_t;
    // SAFETY: the address lives through the call and is as long as announced.
    errno(unsafe { libc::bind(socket.as_raw_fd(), (&raw const address).cast(), size) })
}

fn new_names(fd: RawFd, outside: &Path) -> Vec<Attempt> {
    let other = c_path(outside);
    let (new, cwd) = (NEW.as_ptr(), libc::AT_FDCWD);
    let regular = libc::S_IFREG | 0o600;
    let (device, null) = (libc::S_IFCHR | 0o600, libc::makedev(1, 3));
    // SAFETY: in each, the strings are NUL-terminated and live through the call.
    let outcomes = unsafe {
        [
            ("create", try_open(fd, NEW, libc::O_WRONLY | libc::O_CREAT), EROFS),
            (
                "create, for reading",
                try_open(fd, NEW, libc::O_RDONLY | libc::O_CREAT),
                EROFS,
            ),
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
            (
                "mknod, a device",
                errno(libc::mknodat(fd, new, device, null)),
                EROFS_OR_NOT_ROOT,
            ),
            ("bind a socket", bind(&proc_path(fd, Some(NEW))), EROFS),
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
    outcomes.map(Attempt::from).into()
}

fn old_names(fd: RawFd, inside: &CStr, outside: &Path) -> Vec<Attempt> {
    let (other, source) = (c_path(&outside.with_extension("taken")), c_path(outside));
    let (old, new, cwd) = (inside.as_ptr(), NEW.as_ptr(), libc::AT_FDCWD);
    let no_follow = libc::AT_SYMLINK_NOFOLLOW;
    let here = (fd, inside);
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
                "rename, not over another",
                rename(here, (fd, NEW), libc::RENAME_NOREPLACE),
                EROFS,
            ),
            (
                "rename, not over itself",
                rename(here, here, libc::RENAME_NOREPLACE),
                EEXIST_OR_EROFS,
            ),
            (
                "rename, leaving a whiteout",
                rename(here, (fd, NEW), libc::RENAME_WHITEOUT),
                EROFS_OR_NOT_ROOT,
            ),
            (
                "exchange with itself",
                rename(here, here, libc::RENAME_EXCHANGE),
                EROFS,
            ),
            (
                "exchange with one elsewhere",
                rename(here, (cwd, &source), libc::RENAME_EXCHANGE),
                EXDEV,
            ),
            (
                "rename to elsewhere",
                errno(libc::renameat(fd, old, cwd, other.as_ptr())),
                EXDEV,
            ),
            (
                "rename over it, from elsewhere",
                errno(libc::renameat(cwd, source.as_ptr(), fd, old)),
                EXDEV,
            ),
            ("link", errno(libc::linkat(fd, old, fd, new, 0)), EROFS),
            (
                "link to elsewhere",
                errno(libc::linkat(fd, old, cwd, other.as_ptr(), 0)),
                EXDEV,
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
    let mut attempts: Vec<_> = outcomes.map(Attempt::from).into();
    attempts.extend(over_old_names(fd, inside));
    attempts.extend(on_path(&proc_path(fd, Some(inside))));
    attempts
}

/// Something new under a name that is taken.
fn over_old_names(fd: RawFd, inside: &CStr) -> Vec<Attempt> {
    let (old, regular) = (inside.as_ptr(), libc::S_IFREG | 0o600);
    // SAFETY: in each, the strings are NUL-terminated and live through the call.
    let outcomes = unsafe {
        [
            ("link over it", errno(libc::linkat(fd, old, fd, old, 0)), EEXIST),
            ("mkdir over it", errno(libc::mkdirat(fd, old, 0o700)), EEXIST),
            ("mknod over it", errno(libc::mknodat(fd, old, regular, 0)), EEXIST),
            (
                "bind a socket over it",
                bind(&proc_path(fd, Some(inside))),
                EADDRINUSE,
            ),
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
        ]
    };
    outcomes.map(Attempt::from).into()
}
