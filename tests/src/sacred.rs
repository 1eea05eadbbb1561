//! An inventory of a folder that shows every change to it.
//!
//! The first promise is that nothing of an original ever changes: no byte, time stamp, name, mode or extended
//! attribute. A test takes the inventory, lets the program do its worst, takes it again, and demands that
//! [`Inventory::diff`] is empty. The access time is in it, which has two consequences:
//!
//! * Taking the inventory must not change it. Files and directories are therefore read with `O_NOATIME` (open(2);
//!   the owner or CAP_FOWNER only). A symbolic link cannot be read so: it is read *before* its times are noted,
//!   and relatime leaves it alone from then on.
//! * Under relatime (mount(8)) the kernel leaves an access time alone that is younger than a day and than the last
//!   change, so reading a fresh file would go unnoticed. [`backdate_access_times`] makes every read show. It
//!   changes the change time, so it comes before the first inventory.
#![expect(
    unsafe_code,
    reason = "directories without access time, xattrs and utimensat are not in std"
)]

use std::collections::BTreeMap;
use std::ffi::{CString, OsStr};
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::IntoRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// 2020-01-01T00:00:00Z, what [`backdate_access_times`] sets.
pub const BACKDATED_S: i64 = 1_577_836_800;

/// Everything about one file, directory or link that could change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `file`, `directory`, `symlink`, `fifo`, `socket`, `device`.
    pub kind: &'static str,
    /// BLAKE3 of a file's content, in hexadecimal; of a link, its target; empty otherwise.
    pub content: String,
    /// Device and inode number.
    pub inode: (u64, u64),
    /// Bytes.
    pub size: u64,
    /// Permission bits, with set-id and sticky bits.
    pub mode: u32,
    /// User and group.
    pub owner: (u32, u32),
    /// Number of names.
    pub links: u64,
    /// Modification, change and access time: seconds and nanoseconds since 1970.
    pub mtime: (i64, i64),
    /// As `mtime`.
    pub ctime: (i64, i64),
    /// As `mtime`.
    pub atime: (i64, i64),
    /// All extended attributes that may be read, by name.
    pub xattrs: BTreeMap<Vec<u8>, Vec<u8>>,
}

/// The state of everything below a folder, the folder included (as the empty path).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inventory {
    /// By path below the root, in order of bytes.
    pub entries: BTreeMap<PathBuf, Entry>,
}

impl Inventory {
    /// Notes the state of everything below `root`, without changing any of it.
    ///
    /// # Errors
    /// What the system refused, with the path. `O_NOATIME` is refused with EPERM for files of somebody else.
    pub fn take(root: impl AsRef<Path>) -> io::Result<Self> {
        let mut entries = BTreeMap::new();
        let mut pending = vec![PathBuf::new()];
        while let Some(relative) = pending.pop() {
            // `join("")` would add a slash, and a link named with a slash is followed.
            let path = match relative.as_os_str().is_empty() {
                true => root.as_ref().to_owned(),
                false => root.as_ref().join(&relative),
            };
            let in_context =
                |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
            let entry = entry(&path).map_err(in_context)?;
            if entry.kind == "directory" {
                pending.extend(
                    names(&path)
                        .map_err(in_context)?
                        .iter()
                        .map(|name| relative.join(name)),
                );
            }
            entries.insert(relative, entry);
        }
        Ok(Self { entries })
    }

    /// What differs between this earlier inventory and a `later` one: a line each, sorted by path; empty if nothing.
    pub fn diff(&self, later: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        for (path, before) in &self.entries {
            match later.entries.get(path) {
                None => lines.push((path, format!("{}: gone", shown(path)))),
                Some(after) => {
                    lines.extend(
                        changes(before, after).map(|what| (path, format!("{}: {what}", shown(path)))),
                    );
                }
            }
        }
        for path in later
            .entries
            .keys()
            .filter(|path| !self.entries.contains_key(*path))
        {
            lines.push((path, format!("{}: new", shown(path))));
        }
        lines.sort_by_key(|(path, _)| *path);
        lines.into_iter().map(|(_, line)| line).collect()
    }

    /// Ends the test, with every difference, unless nothing below `root` has changed since this was taken.
    pub fn assert_unchanged(&self, root: impl AsRef<Path>) {
        let later = Self::take(root.as_ref()).expect("the inventory can be taken again");
        let lines = self.diff(&later);
        assert!(lines.is_empty(), "originals changed:\n{}", lines.join("\n"));
    }
}

/// Sets the access time of everything below `root`, directories and links too, to 2020-01-01, so that every
/// later read changes it. Changes the change times, nothing else.
pub fn backdate_access_times(root: impl AsRef<Path>) -> io::Result<()> {
    let path = root.as_ref();
    if fs::symlink_metadata(path)?.is_dir() {
        for name in names(path)? {
            backdate_access_times(path.join(name))?;
        }
    }
    let times = [
        libc::timespec {
            tv_sec: BACKDATED_S,
            tv_nsec: 0,
        },
        libc::timespec {
            tv_sec: 0,
            tv_nsec: libc::UTIME_OMIT,
        },
    ];
    let path = c_path(path)?;
    // SAFETY: the path is NUL-terminated, and `times` is the array of two that the call reads.
    let done = unsafe {
        libc::utimensat(
            libc::AT_FDCWD,
            path.as_ptr(),
            times.as_ptr(),
            libc::AT_SYMLINK_NOFOLLOW,
        )
    };
    if done < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

fn entry(path: &Path) -> io::Result<Entry> {
    let kind = kind(fs::symlink_metadata(path)?.file_type());
    let content = match kind {
        "file" => {
            let mut hasher = blake3::Hasher::new();
            io::copy(&mut open_without_access_time(path, 0)?, &mut hasher)?;
            hasher.finalize().to_hex().to_string()
        }
        "symlink" => shown(&fs::read_link(path)?),
        _ => String::new(),
    };
    let xattrs = xattrs(path)?;
    let state = fs::symlink_metadata(path)?;
    Ok(Entry {
        kind,
        content,
        inode: (state.dev(), state.ino()),
        size: state.size(),
        mode: state.mode() & 0o7777,
        owner: (state.uid(), state.gid()),
        links: state.nlink(),
        mtime: (state.mtime(), state.mtime_nsec()),
        ctime: (state.ctime(), state.ctime_nsec()),
        atime: (state.atime(), state.atime_nsec()),
        xattrs,
    })
}

fn kind(file_type: fs::FileType) -> &'static str {
    match () {
        () if file_type.is_file() => "file",
        () if file_type.is_dir() => "directory",
        () if file_type.is_symlink() => "symlink",
        () if file_type.is_fifo() => "fifo",
        () if file_type.is_socket() => "socket",
        () => "device",
    }
}

fn changes(before: &Entry, after: &Entry) -> impl Iterator<Item = String> {
    let time = |(seconds, nanoseconds): (i64, i64)| match jiff::Timestamp::new(seconds, nanoseconds as i32) {
        Ok(time) => time.to_string(),
        Err(_) => format!("{seconds}.{nanoseconds:09}"),
    };
    let names = |entry: &Entry| {
        entry
            .xattrs
            .iter()
            .fold(String::new(), |mut text, (name, value)| {
                let _ = write!(
                    text,
                    " {}={:?}",
                    name.escape_ascii(),
                    String::from_utf8_lossy(value)
                );
                text
            })
    };
    let fields = [
        ("kind", before.kind.to_owned(), after.kind.to_owned()),
        ("content", before.content.clone(), after.content.clone()),
        (
            "inode",
            format!("{:?}", before.inode),
            format!("{:?}", after.inode),
        ),
        ("size", before.size.to_string(), after.size.to_string()),
        ("mode", format!("{:o}", before.mode), format!("{:o}", after.mode)),
        (
            "owner",
            format!("{:?}", before.owner),
            format!("{:?}", after.owner),
        ),
        ("links", before.links.to_string(), after.links.to_string()),
        ("modified", time(before.mtime), time(after.mtime)),
        ("changed", time(before.ctime), time(after.ctime)),
        ("accessed", time(before.atime), time(after.atime)),
        ("xattrs", names(before), names(after)),
    ];
    let xattrs_differ = before.xattrs != after.xattrs;
    fields.into_iter().filter_map(move |(field, old, new)| {
        let differs = if field == "xattrs" {
            xattrs_differ
        } else {
            old != new
        };
        differs.then(|| format!("{field} {old} -> {new}"))
    })
}

/// A path on one line of text: bytes that are not UTF-8, and control characters, escaped; the root is `.`.
fn shown(path: &Path) -> String {
    match path.to_str() {
        Some("") => ".".to_owned(),
        Some(text) if !text.contains(char::is_control) => text.to_owned(),
        _ => path.as_os_str().as_bytes().escape_ascii().to_string(),
    }
}

fn open_without_access_time(path: &Path, flags: i32) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NOATIME | libc::O_NOFOLLOW | flags)
        .open(path)
}

/// The names in a directory, read through a descriptor that leaves its access time alone (std's cannot).
fn names(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let fd = open_without_access_time(dir, libc::O_DIRECTORY)?.into_raw_fd();
    // SAFETY: `fd` is an open directory that nobody else owns; on success the stream owns it.
    let stream = unsafe { libc::fdopendir(fd) };
    if stream.is_null() {
        let error = io::Error::last_os_error();
        // SAFETY: the call failed, so `fd` is still ours, and it is not used again.
        unsafe { libc::close(fd) };
        return Err(error);
    }
    let mut names = Vec::new();
    let result = loop {
        // SAFETY: errno is this thread's own; it tells the end of the directory from an error, as readdir(3) says.
        unsafe { *libc::__errno_location() = 0 };
        // SAFETY: `stream` is open, and no other thread uses it.
        let entry = unsafe { libc::readdir64(stream) };
        if entry.is_null() {
            let error = io::Error::last_os_error();
            break if error.raw_os_error() == Some(0) {
                Ok(names)
            } else {
                Err(error)
            };
        }
        // SAFETY: the entry is valid until the next call, and its name is NUL-terminated.
        let name = unsafe { std::ffi::CStr::from_ptr((&raw const (*entry).d_name).cast()) }.to_bytes();
        if name != b"." && name != b".." {
            names.push(PathBuf::from(OsStr::from_bytes(name)));
        }
    };
    // SAFETY: `stream` is open and not used again.
    unsafe { libc::closedir(stream) };
    result
}

/// All extended attributes of a path that may be read, by name; of a link, its own.
///
/// # Errors
/// What the system refused; a file system without attributes has none.
pub fn xattrs(path: &Path) -> io::Result<BTreeMap<Vec<u8>, Vec<u8>>> {
    let path = c_path(path)?;
    let listed = sized(|buffer, size| {
        // SAFETY: the path is NUL-terminated; `buffer` is null with size 0, or has `size` bytes to be written.
        unsafe { libc::llistxattr(path.as_ptr(), buffer.cast(), size) }
    });
    let listed = match listed {
        Err(error) if error.raw_os_error() == Some(libc::EOPNOTSUPP) => Vec::new(),
        other => other?,
    };
    let mut xattrs = BTreeMap::new();
    for name in listed.split(|&byte| byte == 0).filter(|name| !name.is_empty()) {
        let c_name = CString::new(name)?;
        let value = sized(|buffer, size| {
            // SAFETY: as above, and the name is NUL-terminated too.
            unsafe { libc::lgetxattr(path.as_ptr(), c_name.as_ptr(), buffer.cast(), size) }
        })?;
        xattrs.insert(name.to_vec(), value);
    }
    Ok(xattrs)
}

/// Calls twice: for the size, then for the bytes.
fn sized(call: impl Fn(*mut u8, usize) -> isize) -> io::Result<Vec<u8>> {
    let size = usize::try_from(call(std::ptr::null_mut(), 0)).map_err(|_| io::Error::last_os_error())?;
    let mut bytes = vec![0; size];
    if size > 0 {
        let written =
            usize::try_from(call(bytes.as_mut_ptr(), size)).map_err(|_| io::Error::last_os_error())?;
        bytes.truncate(written);
    }
    Ok(bytes)
}

fn c_path(path: &Path) -> io::Result<CString> {
    Ok(CString::new(path.as_os_str().as_bytes())?)
}
