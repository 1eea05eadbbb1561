//! `/proc/self/mountinfo`, see proc_pid_mountinfo(5), and the mount a descriptor lies on.
//!
//! Reading it never touches a mounted file system, so a dead or hanging one cannot stop the mounter.
//! A line that does not parse is left out: it could only make the mounter refuse more.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use super::FS_NAME;

/// One mount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The kernel's id of this mount; two binds of one file system differ here.
    pub(super) id: u64,
    /// `major:minor`; equal for all binds of one file system.
    pub(super) device: String,
    pub(super) mount_point: PathBuf,
    pub(super) fs_type: String,
    pub(super) source: String,
    /// Options of the file system, such as `rw,user_id=0,group_id=0,allow_other`.
    pub(super) super_options: String,
}

impl Entry {
    /// Whether a K-Photos daemon made it.
    pub(super) fn is_ours(&self) -> bool {
        self.fs_type.strip_prefix("fuse.") == Some(FS_NAME)
            || (self.fs_type == "fuse" && self.source == FS_NAME)
    }

    /// The numeric option `name=`, if it is there.
    pub(super) fn number(&self, name: &str) -> Option<u32> {
        let value = self
            .super_options
            .split(',')
            .find_map(|o| o.strip_prefix(name)?.strip_prefix('='))?;
        value.parse().ok()
    }

    /// Whether the option stands alone.
    pub(super) fn has(&self, name: &str) -> bool {
        self.super_options.split(',').any(|o| o == name)
    }
}

/// What is mounted, at one moment, as far as it is K-Photos'.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MountTable(Vec<Entry>);

impl MountTable {
    /// The mounts of this namespace.
    ///
    /// # Errors
    /// `/proc` cannot be read.
    pub fn read() -> io::Result<Self> {
        let ours = read()?.into_iter().filter(Entry::is_ours);
        Ok(Self(ours.collect()))
    }

    /// The device number of what is mounted at a path; of several the last, which is seen.
    #[must_use]
    pub fn device_at(&self, path: &Path) -> Option<&str> {
        let here = |entry: &&Entry| entry.mount_point == path;
        self.0.iter().rev().find(here).map(|entry| &*entry.device)
    }

    /// Whether this device is mounted at a path.
    #[must_use]
    pub fn has(&self, path: &Path, device: &str) -> bool {
        let mut entries = self.0.iter();
        entries.any(|entry| entry.mount_point == path && entry.device == device)
    }
}

/// All mounts of this namespace, in mount order.
pub(super) fn read() -> io::Result<Vec<Entry>> {
    Ok(parse(&fs::read("/proc/self/mountinfo")?))
}

/// The kernel's id of the mount a descriptor lies on, from its `fdinfo`.
pub(super) fn mount_id(fd: impl AsFd) -> io::Result<u64> {
    let text = fs::read_to_string(format!("/proc/self/fdinfo/{}", fd.as_fd().as_raw_fd()))?;
    text.lines()
        .find_map(|line| line.strip_prefix("mnt_id:")?.trim().parse().ok())
        .ok_or_else(|| io::ErrorKind::InvalidData.into())
}

fn parse(text: &[u8]) -> Vec<Entry> {
    text.split(|&b| b == b'\n').filter_map(parse_line).collect()
}

fn parse_line(line: &[u8]) -> Option<Entry> {
    let mut words = line.split(|&b| b == b' ');
    let id = std::str::from_utf8(words.next()?).ok()?.parse().ok()?;
    let device = lossy(words.nth(1)?);
    let mount_point = PathBuf::from(OsString::from_vec(unescape(words.nth(1)?)));
    let mut words = words.skip_while(|word| *word != b"-").skip(1);
    let fs_type = lossy(words.next()?);
    let source = lossy(words.next()?);
    let super_options = lossy(words.next()?);
    Some(Entry {
        id,
        device,
        mount_point,
        fs_type,
        source,
        super_options,
    })
}

fn lossy(word: &[u8]) -> String {
    String::from_utf8_lossy(&unescape(word)).into_owned()
}

/// Undoes the kernel's `\ooo` for blank, tab, newline and backslash.
fn unescape(word: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(word.len());
    let mut rest = word;
    while let Some((&first, tail)) = rest.split_first() {
        let code = tail.get(..3).filter(|_| first == b'\\').and_then(octal);
        out.push(code.unwrap_or(first));
        rest = if code.is_some() {
            tail.get(3..).unwrap_or_default()
        } else {
            tail
        };
    }
    out
}

fn octal(digits: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_with_its_optional_fields_and_escapes() {
        let line = b"36 35 0:45 / /srv/my\\040photos rw,noatime shared:1 master:2 - fuse.kphotos kphotos rw,user_id=7,group_id=8,allow_other";
        let entries = parse(line);
        let [entry] = entries.as_slice() else {
            panic!("{entries:?}")
        };
        assert_eq!((entry.id, entry.device.as_str()), (36, "0:45"));
        assert_eq!(entry.mount_point, PathBuf::from("/srv/my photos"));
        assert!(entry.is_ours());
        assert_eq!(
            (entry.number("user_id"), entry.number("group_id")),
            (Some(7), Some(8))
        );
        assert!(entry.has("allow_other"));
        assert!(!entry.has("default_permissions"));
    }

    #[test]
    fn other_file_systems_are_not_ours_and_broken_lines_are_left_out() {
        let text = b"1 0 8:1 / / rw - ext4 /dev/sda1 rw\nnonsense\n2 1 0:9 / /m rw - fuse.sshfs kphotos rw\n3 1 0:9 / /m rw - fuse kphotos rw\n";
        let ours: Vec<(u64, bool)> = parse(text).iter().map(|e| (e.id, e.is_ours())).collect();
        assert_eq!(ours, [(1, false), (2, false), (3, true)]);
    }

    #[test]
    fn a_table_knows_what_of_ours_is_mounted_where() {
        let text = b"1 0 0:7 / /m rw - fuse kphotos rw\n2 1 0:9 / /m ro - fuse kphotos rw\n3 1 0:5 / /x rw - fuse other rw\n";
        let table = MountTable(parse(text).into_iter().filter(Entry::is_ours).collect());
        let (m, x) = (Path::new("/m"), Path::new("/x"));
        assert_eq!(table.device_at(m), Some("0:9"));
        assert_eq!(table.device_at(x), None);
        assert!(table.has(m, "0:7") && table.has(m, "0:9") && !table.has(m, "0:5") && !table.has(x, "0:5"));
    }

    #[test]
    fn a_backslash_that_is_no_escape_stays() {
        assert_eq!(unescape(b"a\\134b\\x\\"), b"a\\b\\x\\");
    }

    #[test]
    fn the_mount_of_a_descriptor_is_in_the_list() {
        let root = fs::File::open("/proc").unwrap();
        let id = mount_id(&root).unwrap();
        let entry = read().unwrap().into_iter().find(|e| e.id == id).unwrap();
        assert_eq!(entry.mount_point, PathBuf::from("/proc"));
    }
}
