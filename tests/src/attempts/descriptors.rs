//! A file through a descriptor that is open for reading.

use super::{
    Attempt, EACCES, EBADF, EINVAL, EROFS, EROFS_OR_NO_HANDLES, EROFS_OR_UNKNOWN, XATTR, errno, on_file,
    proc_path,
};
use crate::handles::Handle;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};
use std::ptr::null_mut;

/// fchmodat2(2), which libc does not name on every machine: the same number on all.
const SYS_FCHMODAT2: libc::c_long = 452;

/// Tries to change a file through a descriptor that is open for reading.
pub fn on_descriptor(file: BorrowedFd<'_>) -> Vec<Attempt> {
    let fd = file.as_raw_fd();
    let mut attempts = bytes_into(fd);
    attempts.extend(attributes(file));
    attempts.extend(on_file(&proc_path(fd, None)));
    attempts
}

/// What a program would write from, by each call that takes a source.
fn sources() -> io::Result<(File, io::PipeReader)> {
    let mut file = tempfile::tempfile()?;
    file.write_all(b"x")?;
    let (reader, mut writer) = io::pipe()?;
    writer.write_all(b"x")?;
    Ok((file, reader))
}

fn bytes_into(fd: RawFd) -> Vec<Attempt> {
    let (source, pipe) = sources().expect("a temporary file and a pipe can be made");
    let (source, pipe) = (source.as_raw_fd(), pipe.as_raw_fd());
    let value = c"x".as_ptr().cast::<libc::c_void>();
    let one = libc::iovec {
        iov_base: value.cast_mut(),
        iov_len: 1,
    };
    let (start, size) = (&raw const one, 1);
    // SAFETY: the pointers are to one byte, to a vector of that byte, or null for "anywhere"; the offsets are null or
    // zero. The mappings are not used.
    let outcomes = unsafe {
        let shared = |protection| libc::mmap(null_mut(), 1, protection, libc::MAP_SHARED, fd, 0);
        let writable = shared(libc::PROT_READ | libc::PROT_WRITE);
        let mapped = if writable == libc::MAP_FAILED {
            errno(-1)
        } else {
            0
        };
        let readable = shared(libc::PROT_READ);
        let protected = errno(libc::mprotect(readable, 1, libc::PROT_READ | libc::PROT_WRITE));
        if readable != libc::MAP_FAILED {
            libc::munmap(readable, 1);
        }
        let (mut from, mut to) = (0, 0);
        let copied = libc::copy_file_range(source, &raw mut from, fd, &raw mut to, 1, 0);
        [
            ("mmap shared and writable", mapped, EACCES),
            ("mprotect a shared mapping", protected, EACCES),
            ("write", errno(libc::write(fd, value, size) as i64), EBADF),
            ("pwrite", errno(libc::pwrite(fd, value, size, 0) as i64), EBADF),
            ("writev", errno(libc::writev(fd, start, 1) as i64), EBADF),
            (
                "pwritev2",
                errno(libc::pwritev2(fd, start, 1, 0, libc::RWF_APPEND) as i64),
                EBADF,
            ),
            ("copy_file_range", errno(copied as i64), EBADF),
            (
                "splice",
                errno(libc::splice(pipe, null_mut(), fd, null_mut(), size, 0) as i64),
                EBADF,
            ),
            (
                "sendfile",
                errno(libc::sendfile(fd, source, null_mut(), size) as i64),
                EBADF,
            ),
            // Of the file itself: between two file systems nothing can be cloned.
            (
                "ioctl FICLONE",
                errno(libc::ioctl(fd, libc::FICLONE, fd)),
                EBADF_OR_UNKNOWN,
            ),
            ("ftruncate", errno(libc::ftruncate(fd, 0)), EINVAL),
            ("fallocate", errno(libc::fallocate(fd, 0, 0, 1)), EBADF),
            (
                "fallocate, punching a hole",
                errno(libc::fallocate(
                    fd,
                    libc::FALLOC_FL_PUNCH_HOLE | libc::FALLOC_FL_KEEP_SIZE,
                    0,
                    1,
                )),
                EBADF,
            ),
        ]
    };
    outcomes.map(Attempt::from).into()
}

/// Not open for writing; or there is nothing to clone with here.
const EBADF_OR_UNKNOWN: &[i32] = &[libc::EBADF, libc::ENOTTY, libc::EOPNOTSUPP, libc::EINVAL];
/// The kernel may be older than the call.
const EROFS_OR_OLD: &[i32] = &[libc::EROFS, libc::ENOSYS];

fn attributes(file: BorrowedFd<'_>) -> Vec<Attempt> {
    let fd = file.as_raw_fd();
    let value = c"x".as_ptr().cast::<libc::c_void>();
    // SAFETY: the pointers are to one byte, to NUL-terminated strings, or null for "now".
    let outcomes = unsafe {
        let fchmodat2 = libc::syscall(SYS_FCHMODAT2, fd, c"".as_ptr(), 0o777, libc::AT_EMPTY_PATH);
        [
            ("fchmod", errno(libc::fchmod(fd, 0o777)), EROFS),
            ("fchmodat2 without a path", errno(fchmodat2), EROFS_OR_OLD),
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
            ("ioctl FS_IOC_SETFLAGS", immutable(file), EROFS_OR_UNKNOWN),
            ("open by handle for writing", by_handle(file), EROFS_OR_NO_HANDLES),
        ]
    };
    outcomes.map(Attempt::from).into()
}

/// Marked as not to be changed; where that succeeds it is taken back, so that the folder of the test can be removed.
fn immutable(file: BorrowedFd<'_>) -> i32 {
    const IMMUTABLE: libc::c_int = 0x10;
    let fd = file.as_raw_fd();
    let mut before: libc::c_int = 0;
    // SAFETY: the ioctls read and write an int each, the kernel's choice whatever their numbers say.
    unsafe {
        libc::ioctl(fd, libc::FS_IOC_GETFLAGS, &raw mut before);
        let mut flags = before | IMMUTABLE;
        let marked = errno(libc::ioctl(fd, libc::FS_IOC_SETFLAGS, &raw mut flags));
        if marked == 0 {
            libc::ioctl(fd, libc::FS_IOC_SETFLAGS, &raw mut before);
        }
        marked
    }
}

/// Opened for writing by its handle.
fn by_handle(file: BorrowedFd<'_>) -> i32 {
    let opened = Handle::of_descriptor(file).and_then(|handle| handle.open(file, libc::O_RDWR));
    opened.map_or_else(|error| error.raw_os_error().unwrap_or(-1), |_| 0)
}
