//! Reading what a mount says of its files: `user.kphotos.id` and `user.kphotos.dir`.
//!
//! `lgetxattr(2)`, so that a symbolic link is not followed to somewhere else.
#![expect(unsafe_code, reason = "lgetxattr is not in std")]

use std::ffi::{CStr, CString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// The number of the photo that this file in a mount shows.
pub(crate) fn asset_id(path: &Path) -> Option<u32> {
    read(path, c"user.kphotos.id")?.parse().ok()
}

/// What this folder in a mount stands for: `tag:5`, `album:3`.
pub(crate) fn folder(path: &Path) -> Option<String> {
    read(path, c"user.kphotos.dir")
}

fn read(path: &Path, name: &CStr) -> Option<String> {
    let path = CString::new(path.as_os_str().as_bytes()).ok()?;
    let mut value = [0u8; 8192];
    // SAFETY: both strings end in NUL, and `value` is as long as is said.
    let length = unsafe {
        libc::lgetxattr(
            path.as_ptr(),
            name.as_ptr(),
            value.as_mut_ptr().cast(),
            value.len(),
        )
    };
    let length = usize::try_from(length).ok()?;
    let text = std::str::from_utf8(value.get(..length)?).ok()?;
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_outside_of_every_mount_says_nothing() {
        assert_eq!(asset_id(Path::new("/")), None);
        assert_eq!(folder(Path::new("/nonexistent")), None);
        assert_eq!(folder(Path::new("a\0b")), None);
    }
}
