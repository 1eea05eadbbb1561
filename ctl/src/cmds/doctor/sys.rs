//! Two questions to the kernel that std does not ask.
#![expect(unsafe_code, reason = "statvfs and landlock_create_ruleset are not in std")]

use std::ffi::CString;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Bytes that are free for this user on the disk of `path`.
pub(super) fn free_bytes(path: &Path) -> io::Result<u64> {
    let path = CString::new(path.as_os_str().as_bytes())?;
    let mut stat = std::mem::MaybeUninit::<libc::statvfs>::uninit();
    // SAFETY: the path ends in NUL, and the buffer is as large as the call fills.
    if unsafe { libc::statvfs(path.as_ptr(), stat.as_mut_ptr()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call succeeded, so the buffer is filled.
    let stat = unsafe { stat.assume_init() };
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// The version of Landlock's interface; `None` where the kernel has none or does not use it.
/// Source: landlock(7), `LANDLOCK_CREATE_RULESET_VERSION`.
pub(super) fn landlock_abi() -> Option<u32> {
    const VERSION: libc::c_uint = 1;
    // SAFETY: with this flag and no attributes the call makes nothing and only answers a number.
    let version = unsafe {
        libc::syscall(
            libc::SYS_landlock_create_ruleset,
            std::ptr::null::<libc::c_void>(),
            0usize,
            VERSION,
        )
    };
    u32::try_from(version).ok().filter(|version| *version > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_says_what_is_free_and_a_path_that_is_not_there_says_so() {
        assert!(free_bytes(Path::new("/")).is_ok());
        assert_eq!(
            free_bytes(Path::new("/nonexistent/x")).unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
    }
}
