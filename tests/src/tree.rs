//! Looking at the mounted tree as a program does: names, inode numbers, extended attributes.
//!
//! Everything here asks the kernel and remembers nothing, so that what it shows is what a file manager would see
//! at that moment.
#![expect(unsafe_code, reason = "extended attributes are not in std")]

use std::collections::BTreeMap;
use std::ffi::{CString, OsString};
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// `st_ino`.
    pub inode: u64,
    /// Whether it is a directory.
    pub is_dir: bool,
    /// `st_size`; 0 for directories.
    pub size: u64,
}

/// The node at a path, links not followed.
pub fn node(path: impl AsRef<Path>) -> io::Result<Node> {
    let state = fs::symlink_metadata(path)?;
    let is_dir = state.is_dir();
    Ok(Node {
        inode: state.ino(),
        is_dir,
        size: if is_dir { 0 } else { state.len() },
    })
}

/// The names in a directory, sorted by bytes; one that comes twice is there twice.
pub fn names(dir: impl AsRef<Path>) -> io::Result<Vec<OsString>> {
    let names = fs::read_dir(dir)?.map(|entry| entry.map(|entry| entry.file_name()));
    let mut names = names.collect::<io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

/// The same as text; ends the test if a name is not UTF-8.
#[track_caller]
pub fn listed(dir: impl AsRef<Path>) -> Vec<String> {
    let dir = dir.as_ref();
    let names = names(dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    let text = |name: OsString| name.into_string().expect("names in the tree are UTF-8");
    names.into_iter().map(text).collect()
}

/// Everything below a directory, by path relative to it.
///
/// # Errors
/// What the system refused, with the path; also a listing whose inode number or kind is not the one that `stat` gives.
pub fn walk(root: impl AsRef<Path>) -> io::Result<BTreeMap<PathBuf, Node>> {
    let mut found = BTreeMap::new();
    let mut pending = vec![PathBuf::new()];
    while let Some(relative) = pending.pop() {
        let dir = root.as_ref().join(&relative);
        let with_path = |path: &Path, error: io::Error| {
            io::Error::new(error.kind(), format!("{}: {error}", path.display()))
        };
        for entry in fs::read_dir(&dir).map_err(|error| with_path(&dir, error))? {
            use std::os::unix::fs::DirEntryExt;
            let entry = entry.map_err(|error| with_path(&dir, error))?;
            let path = relative.join(entry.file_name());
            let node = node(entry.path()).map_err(|error| with_path(&entry.path(), error))?;
            if entry.ino() != node.inode || entry.file_type()?.is_dir() != node.is_dir {
                let text = format!(
                    "{}: listed as inode {}, stat says {node:?}",
                    path.display(),
                    entry.ino()
                );
                return Err(io::Error::other(text));
            }
            if node.is_dir {
                pending.push(path.clone());
            }
            if found.insert(path.clone(), node).is_some() {
                return Err(io::Error::other(format!("{}: listed twice", path.display())));
            }
        }
    }
    Ok(found)
}

/// The value of an extended attribute; `None` if there is none of this name.
pub fn xattr(path: impl AsRef<Path>, name: &str) -> io::Result<Option<String>> {
    let path = CString::new(path.as_ref().as_os_str().as_bytes())?;
    let name = CString::new(name)?;
    let mut value = vec![0; 64 * 1024];
    // SAFETY: both texts are NUL-terminated, and `value` has as many bytes as the call is told.
    let length = unsafe {
        libc::getxattr(
            path.as_ptr(),
            name.as_ptr(),
            value.as_mut_ptr().cast(),
            value.len(),
        )
    };
    match usize::try_from(length) {
        Ok(length) => {
            value.truncate(length);
            Ok(Some(String::from_utf8_lossy(&value).into_owned()))
        }
        Err(_) => match io::Error::last_os_error() {
            error if error.raw_os_error() == Some(libc::ENODATA) => Ok(None),
            error => Err(error),
        },
    }
}

/// The number of the photo at a path, as the tree itself says it.
#[track_caller]
pub fn asset(path: impl AsRef<Path>) -> u32 {
    let path = path.as_ref();
    let value = xattr(path, "user.kphotos.id").unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let number = value.as_deref().and_then(|text| text.parse().ok());
    number.unwrap_or_else(|| panic!("{}: user.kphotos.id is {value:?}", path.display()))
}

/// The photos directly in a directory of the tree, by name.
#[track_caller]
pub fn photos(dir: impl AsRef<Path>) -> BTreeMap<String, u32> {
    let dir = dir.as_ref();
    let files = listed(dir).into_iter().filter(|name| !dir.join(name).is_dir());
    files
        .map(|name| {
            let number = asset(dir.join(&name));
            (name, number)
        })
        .collect()
}
