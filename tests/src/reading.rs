//! The mounted tree, read to the last byte.
//!
//! What a backup program, an indexer or a curious person does to a tree: every folder listed, every attribute
//! asked for, every file read to its end, some of them through a memory map. What was seen is kept, so that a
//! test can compare it with the originals, and with what it saw before a restart.
//!
//! Refused: to skip what cannot be read. One file that fails ends the walk with its path.
#![expect(unsafe_code, reason = "mmap is not in std")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::sacred::xattrs;

/// Every how many files one is read through a memory map too.
const MAPPED: usize = 5;

/// A file of the tree, as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// BLAKE3 of what was read, in hexadecimal.
    pub content: String,
    /// Inode number.
    pub inode: u64,
    /// Bytes, as stat(2) says; equal to what was read.
    pub size: u64,
    /// Extended attributes by name.
    pub xattrs: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Seen {
    /// Where `user.kphotos.original` says the original is.
    pub fn original(&self) -> Option<PathBuf> {
        let bytes = self.xattrs.get(&b"user.kphotos.original"[..])?;
        Some(PathBuf::from(OsString::from_vec(bytes.clone())))
    }
}

/// A tree, as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// Directories by path below the root, the root as the empty path.
    pub directories: Vec<PathBuf>,
    /// Files by path below the root.
    pub files: BTreeMap<PathBuf, Seen>,
}

impl Tree {
    /// Reads everything below `root`.
    ///
    /// # Errors
    /// What the system refused, with the path; a file whose bytes are not as many as its attributes say.
    pub fn read(root: impl AsRef<Path>) -> io::Result<Self> {
        let root = root.as_ref();
        let mut tree = Self::default();
        let mut pending = vec![PathBuf::new()];
        while let Some(relative) = pending.pop() {
            let path = root.join(&relative);
            let in_context =
                |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
            for entry in fs::read_dir(&path).map_err(in_context)? {
                let entry = entry.map_err(in_context)?;
                let below = relative.join(entry.file_name());
                // d_type and stat have to agree.
                let (listed, found) = (
                    entry.file_type()?,
                    entry.metadata().map_err(in_context)?.file_type(),
                );
                assert_eq!(listed, found, "{}", below.display());
                if found.is_dir() {
                    pending.push(below);
                    continue;
                }
                let map = tree.files.len().is_multiple_of(MAPPED);
                let seen = file(&entry.path(), map);
                let seen = seen.map_err(|error| {
                    io::Error::new(error.kind(), format!("{}: {error}", entry.path().display()))
                })?;
                tree.files.insert(below, seen);
            }
            xattrs(&path).map_err(in_context)?;
            tree.directories.push(relative);
        }
        tree.directories.sort();
        Ok(tree)
    }

    /// The files below a folder, the folder's own path taken off.
    pub fn below(&self, folder: impl AsRef<Path>) -> BTreeMap<&Path, &Seen> {
        let files = self.files.iter();
        files
            .filter_map(|(path, seen)| Some((path.strip_prefix(folder.as_ref()).ok()?, seen)))
            .collect()
    }

    /// The files directly in a folder, by name, sorted.
    pub fn names_in(&self, folder: impl AsRef<Path>) -> Vec<String> {
        let files = self.files.keys();
        files
            .filter(|path| path.parent() == Some(folder.as_ref()))
            .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
            .collect()
    }
}

fn file(path: &Path, map: bool) -> io::Result<Seen> {
    let mut file = File::open(path)?;
    let state = file.metadata()?;
    let mut hasher = blake3::Hasher::new();
    let read = io::copy(&mut file, &mut hasher)?;
    let content = hasher.finalize().to_hex().to_string();
    if read != state.size() {
        let text = format!("{read} bytes were read, but it has {}", state.size());
        return Err(io::Error::other(text));
    }
    if map && read > 0 {
        let mapped = mapped(&file, read)?;
        if mapped != content {
            return Err(io::Error::other("a memory map shows other bytes than read"));
        }
    }
    Ok(Seen {
        content,
        inode: state.ino(),
        size: read,
        xattrs: xattrs(path)?,
    })
}

/// BLAKE3 of a file's bytes, taken through a shared mapping.
fn mapped(file: &File, size: u64) -> io::Result<String> {
    let length = usize::try_from(size).map_err(io::Error::other)?;
    // SAFETY: asks for a new mapping of an open file; the result is checked before it is used.
    let start = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            length,
            libc::PROT_READ,
            libc::MAP_SHARED,
            file.as_raw_fd(),
            0,
        )
    };
    if start == libc::MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: `length` bytes are mapped at `start` until munmap below, and nobody writes to an original here.
    let bytes = unsafe { std::slice::from_raw_parts(start.cast::<u8>(), length) };
    let content = blake3::hash(bytes).to_hex().to_string();
    // SAFETY: the mapping was made above, and `bytes` is not used again.
    unsafe { libc::munmap(start, length) };
    Ok(content)
}
