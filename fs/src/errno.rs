//! Why an operation is refused, and the errno that says so.
//!
//! One match without a wildcard. Every write is `EROFS` and nothing else. For
//! attributes outside `user.` it is `EOPNOTSUPP`, not `ENODATA`: `ls` then stops
//! asking for the whole mount, which makes a long listing ten times faster. An
//! original's own error is passed on, so that a program sees what is wrong.

use std::io;

/// Why an operation is refused.
#[derive(Debug, thiserror::Error)]
pub enum FsError {
    /// The node, or the name in the directory, is not in the tree.
    #[error("there is no such file")]
    NotFound,
    /// The number is of something that is gone. The kernel looks the path of whoever came by one up once more: he hears
    /// that it is not there, or finds a search that was given up. A handle hears it as it is.
    /// Source: Linux, fs/namei.c (`retry_estale`), fs/fuse/dir.c (`LOOKUP_REVAL`).
    #[error("it is known no more: look its name up again")]
    Stale,
    /// A name over 255 bytes.
    #[error("the name is too long")]
    NameTooLong,
    /// Something would be changed.
    #[error("the tree is read-only")]
    ReadOnly,
    /// The mount does not admit the caller.
    #[error("the mount does not admit this user")]
    Denied,
    /// A file where a directory is wanted.
    #[error("this is no directory")]
    NotADirectory,
    /// A directory where a file is wanted.
    #[error("this is a directory")]
    IsADirectory,
    /// A handle that was never given, or was released.
    #[error("this handle is not open")]
    BadHandle,
    /// The node has no attribute of this name.
    #[error("there is no such attribute")]
    NoAttribute,
    /// An attribute outside `user.`.
    #[error("only attributes of user. are supported")]
    AttributeUnsupported,
    /// The caller's buffer is too small for the value.
    #[error("the buffer is too small")]
    BufferTooSmall,
    /// The library of an original did not answer in time.
    #[error("the library does not answer")]
    Silent,
    /// The original cannot be opened or read.
    #[error("the original cannot be read: {0}")]
    Original(#[from] io::Error),
}

impl FsError {
    /// The errno.
    #[must_use]
    pub fn errno(&self) -> i32 {
        match self {
            Self::NotFound => libc::ENOENT,
            Self::Stale => libc::ESTALE,
            Self::NameTooLong => libc::ENAMETOOLONG,
            Self::ReadOnly => libc::EROFS,
            Self::Denied => libc::EACCES,
            Self::NotADirectory => libc::ENOTDIR,
            Self::IsADirectory => libc::EISDIR,
            Self::BadHandle => libc::EBADF,
            Self::NoAttribute => libc::ENODATA,
            Self::AttributeUnsupported => libc::EOPNOTSUPP,
            Self::BufferTooSmall => libc::ERANGE,
            Self::Silent => libc::EIO,
            Self::Original(error) => error.raw_os_error().unwrap_or(libc::EIO),
        }
    }
}
