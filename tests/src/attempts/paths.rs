//! What a path names: its attributes, and a file's content.

use super::{Attempt, EROFS, XATTR, closed, errno, try_open};
use std::ffi::CStr;

/// One attribute that K-Photos shows itself.
const SHOWN: &CStr = c"user.kphotos.id";

/// A POSIX access list of three entries, as `setfacl` writes it: acl(5), include/uapi/linux/posix_acl_xattr.h.
const ACCESS_LIST: [u8; 28] = [
    2, 0, 0, 0, // version
    1, 0, 7, 0, 255, 255, 255, 255, // user::rwx
    4, 0, 7, 0, 255, 255, 255, 255, // group::rwx
    32, 0, 7, 0, 255, 255, 255, 255, // other::rwx
];

/// The file system may not know the namespace; the kernel asks it before the mount, or lets only root write there.
const EROFS_OR_NO_SPACE: &[i32] = &[libc::EROFS, libc::EOPNOTSUPP, libc::EPERM];

/// Tries to change what a path names, whatever it is.
pub fn on_path(path: &CStr) -> Vec<Attempt> {
    let p = path.as_ptr();
    let now = std::ptr::null();
    let then = libc::timespec {
        tv_sec: 1,
        tv_nsec: 1,
    };
    let (then, seconds) = (
        [then, then],
        libc::utimbuf {
            actime: 1,
            modtime: 1,
        },
    );
    let set = |name: &CStr, value: &[u8]| {
        // SAFETY: path and name are NUL-terminated; the value has the bytes that are announced.
        errno(unsafe { libc::setxattr(p, name.as_ptr(), value.as_ptr().cast(), value.len(), 0) } as i64)
    };
    // SAFETY: in each, the strings are NUL-terminated and live through the call; a null time means "now", others are
    // read only.
    let outcomes = unsafe {
        [
            ("chmod", errno(libc::chmod(p, 0o777))),
            ("chown", errno(libc::chown(p, 1, 1))),
            ("utimensat", errno(libc::utimensat(libc::AT_FDCWD, p, now, 0))),
            (
                "utimensat, to times of its own",
                errno(libc::utimensat(libc::AT_FDCWD, p, then.as_ptr(), 0)),
            ),
            ("utime", errno(libc::utime(p, &raw const seconds))),
            ("setxattr", set(XATTR, b"x")),
            ("setxattr, one that is shown", set(SHOWN, b"1")),
            ("removexattr", errno(libc::removexattr(p, XATTR.as_ptr()) as i64)),
            (
                "removexattr, one that is shown",
                errno(libc::removexattr(p, SHOWN.as_ptr()) as i64),
            ),
            ("access for writing", errno(libc::access(p, libc::W_OK))),
        ]
    };
    let mut attempts: Vec<Attempt> = outcomes
        .map(|(call, errno)| Attempt::from((call, errno, EROFS)))
        .into();
    let outcomes = [
        (
            "setxattr, an access list",
            c"system.posix_acl_access",
            &ACCESS_LIST[..],
        ),
        ("setxattr, trusted", c"trusted.kphotos-was-here", b"x"),
        ("setxattr, security", c"security.kphotos-was-here", b"x"),
    ];
    attempts.extend(
        outcomes.map(|(call, name, value)| Attempt::from((call, set(name, value), EROFS_OR_NO_SPACE))),
    );
    attempts
}

/// Tries to change the content of the file that a path names.
pub fn on_file(path: &CStr) -> Vec<Attempt> {
    let open = |flags| try_open(libc::AT_FDCWD, path, flags);
    // SAFETY: here and below, the path is NUL-terminated and lives through the call.
    let truncate = |size| errno(unsafe { libc::truncate(path.as_ptr(), size) });
    // SAFETY: as above.
    let created = closed(unsafe { libc::creat(path.as_ptr(), 0o600) });
    let mut attempts = on_path(path);
    let outcomes = [
        ("open for writing", open(libc::O_WRONLY)),
        ("open for reading and writing", open(libc::O_RDWR)),
        ("open for appending", open(libc::O_WRONLY | libc::O_APPEND)),
        ("open for writing, directly", open(libc::O_RDWR | libc::O_DIRECT)),
        (
            "open for reading, truncating",
            open(libc::O_RDONLY | libc::O_TRUNC),
        ),
        ("open for writing, truncating", open(libc::O_RDWR | libc::O_TRUNC)),
        (
            "open for writing, making it if needed",
            open(libc::O_WRONLY | libc::O_CREAT),
        ),
        ("creat", created),
        ("truncate", truncate(0)),
        ("truncate, longer", truncate(1 << 30)),
    ];
    attempts.extend(outcomes.map(|(call, errno)| Attempt::from((call, errno, EROFS))));
    attempts
}
