//! Reading a directory as programs do: in parts of any length, with places kept, left and found again.
#![expect(unsafe_code, reason = "std hides the places")]

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::Path;

use kphotos_tests::random::Random;

/// One entry, `struct linux_dirent64`: getdents(2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) inode: u64,
    /// Where reading goes on behind it.
    place: i64,
    pub(super) is_dir: bool,
    pub(super) name: String,
}

/// One call; nothing at the end.
fn part(dir: &File, length: usize) -> io::Result<Vec<Entry>> {
    let mut buffer = vec![0u8; length];
    // SAFETY: the buffer has the room that is announced.
    let length = unsafe {
        libc::syscall(
            libc::SYS_getdents64,
            dir.as_raw_fd(),
            buffer.as_mut_ptr(),
            buffer.len(),
        )
    };
    let length = usize::try_from(length).map_err(|_| io::Error::last_os_error())?;
    let mut bytes = &buffer[..length];
    let mut found = Vec::new();
    while bytes.len() > 19 {
        let number = |at: usize| u64::from_ne_bytes(bytes[at..at + 8].try_into().unwrap());
        let length = usize::from(u16::from_ne_bytes(bytes[16..18].try_into().unwrap()));
        let name = bytes[19..length].split(|&byte| byte == 0).next().unwrap();
        found.push(Entry {
            inode: number(0),
            place: number(8).cast_signed(),
            is_dir: bytes[18] == libc::DT_DIR,
            name: String::from_utf8(name.to_vec()).unwrap(),
        });
        bytes = &bytes[length..];
    }
    Ok(found)
}

fn go_to(dir: &File, place: i64) -> io::Result<()> {
    // SAFETY: takes numbers only.
    match unsafe { libc::lseek(dir.as_raw_fd(), place, libc::SEEK_SET) } {
        0.. => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// A listing that is under way.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) dir: File,
    /// What was read and counts.
    pub(super) entries: Vec<Entry>,
    pub(super) is_whole: bool,
}

impl Listing {
    /// Begins at the start.
    pub(super) fn of(dir: File) -> Self {
        Self {
            dir,
            entries: Vec::new(),
            is_whole: false,
        }
    }

    /// Reads a part, of a random length; what it looks at in passing makes the kernel ask for attributes too.
    pub(super) fn go_on(&mut self, random: &mut Random, path: &Path) -> io::Result<()> {
        match random.below(8) {
            // Back to a place that was passed: what is behind it is told again.
            0 if !self.entries.is_empty() => {
                let keep = random.below(self.entries.len()) + 1;
                self.entries.truncate(keep);
                go_to(&self.dir, self.entries[keep - 1].place)?;
            }
            // To the start.
            1 => {
                self.entries.clear();
                go_to(&self.dir, 0)?;
            }
            // Somebody else's open directory, the same place.
            2 => {
                let place = self.entries.last().map_or(0, |entry| entry.place);
                // Another opening of what is at the path now would be another directory, perhaps.
                self.dir = File::open(format!("/proc/self/fd/{}", self.dir.as_raw_fd()))?;
                go_to(&self.dir, place)?;
            }
            _ => {}
        }
        let found = part(&self.dir, *random.pick(&[300, 700, 2000, 8000, 32_768]))?;
        self.is_whole = found.is_empty();
        if random.below(3) == 0 {
            for entry in &found {
                let _attributes = path.join(&entry.name).symlink_metadata();
            }
        }
        self.entries.extend(found);
        Ok(())
    }
}
