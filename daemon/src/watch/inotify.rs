//! inotify(7): a queue of what happens in folders that are named by descriptor.
//!
//! A watch is put on the folder itself (its inode), so it tells what is done to it
//! by whatever path and mount, also where our own way to it is a detached read-only
//! clone. The folder is named as `/proc/self/fd/N`, opened beneath the library's root,
//! so that no link on the way is followed. Reading and watching need no right to write,
//! and Landlock has no word for them. Queue and watches end with the descriptor.

#![expect(unsafe_code, reason = "inotify has no safe form in std")]

use std::ffi::CString;
use std::io;
use std::os::fd::{AsFd, AsRawFd as _, BorrowedFd, FromRawFd as _, OwnedFd};

/// What is asked for of each folder.
const WANTED: u32 = libc::IN_CREATE
    | libc::IN_MODIFY
    | libc::IN_CLOSE_WRITE
    | libc::IN_ATTRIB
    | libc::IN_MOVED_FROM
    | libc::IN_MOVED_TO
    | libc::IN_DELETE
    | libc::IN_DELETE_SELF
    | libc::IN_MOVE_SELF
    | libc::IN_EXCL_UNLINK
    | libc::IN_ONLYDIR;

/// Something that happened in a folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Event {
    /// Which folder; -1 where the queue overflowed.
    pub(super) watch: i32,
    /// What: the bits of inotify(7).
    pub(super) mask: u32,
    /// What the two halves of a move have in common.
    pub(super) cookie: u32,
    /// To which entry; empty: to the folder itself.
    pub(super) name: Box<[u8]>,
}

/// A queue.
#[derive(Debug)]
pub(super) struct Inotify(OwnedFd);

impl Inotify {
    /// An empty queue.
    pub(super) fn new() -> io::Result<Self> {
        // SAFETY: the call takes no pointer.
        let fd = unsafe { libc::inotify_init1(libc::IN_CLOEXEC | libc::IN_NONBLOCK) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the kernel has just given this descriptor to us alone.
        Ok(Self(unsafe { OwnedFd::from_raw_fd(fd) }))
    }

    /// Watches a folder; gives its number, which is the one it had if it is watched already.
    pub(super) fn add(&self, folder: BorrowedFd<'_>) -> io::Result<i32> {
        let path = CString::new(format!("/proc/self/fd/{}", folder.as_raw_fd()))?;
        // SAFETY: the queue is open and the path NUL-terminated.
        let watch = unsafe { libc::inotify_add_watch(self.0.as_raw_fd(), path.as_ptr(), WANTED) };
        if watch < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(watch)
    }

    /// Watches a folder no more; one that is not watched is none to end.
    pub(super) fn remove(&self, watch: i32) {
        // SAFETY: the call takes no pointer.
        unsafe { libc::inotify_rm_watch(self.0.as_raw_fd(), watch) };
    }

    /// Takes what is in the queue, the oldest first; nothing if it is empty.
    pub(super) fn read(&self) -> io::Result<Vec<Event>> {
        let mut buffer = vec![0u8; 64 * 1024];
        loop {
            // SAFETY: the buffer is ours and as long as said.
            let read = unsafe { libc::read(self.0.as_raw_fd(), buffer.as_mut_ptr().cast(), buffer.len()) };
            if let Ok(read) = usize::try_from(read) {
                return Ok(parse(buffer.get(..read).unwrap_or_default()));
            }
            let error = io::Error::last_os_error();
            match error.raw_os_error() {
                Some(libc::EINTR) => {}
                Some(libc::EAGAIN) => return Ok(Vec::new()),
                _ => return Err(error),
            }
        }
    }
}

impl AsFd for Inotify {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// The events in a buffer: each a head of 16 bytes, then a name padded with NULs.
fn parse(mut bytes: &[u8]) -> Vec<Event> {
    let mut events = Vec::new();
    while let Some((head, rest)) = bytes.split_first_chunk::<16>() {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *head;
        let length = usize::try_from(u32::from_ne_bytes([m, n, o, p])).unwrap_or(usize::MAX);
        let Some((name, rest)) = rest.split_at_checked(length) else {
            break;
        };
        let end = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
        events.push(Event {
            watch: i32::from_ne_bytes([a, b, c, d]),
            mask: u32::from_ne_bytes([e, f, g, h]),
            cookie: u32::from_ne_bytes([i, j, k, l]),
            name: name.get(..end).unwrap_or_default().into(),
        });
        bytes = rest;
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, File};

    #[test]
    fn what_is_done_by_a_path_is_told_of_a_descriptor_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let queue = Inotify::new().unwrap();
        assert_eq!(queue.read().unwrap(), []);
        let folder = File::open(dir.path()).unwrap();
        let watch = queue.add(folder.as_fd()).unwrap();
        assert_eq!(queue.add(folder.as_fd()).unwrap(), watch, "one folder, one watch");
        drop(folder);
        fs::write(dir.path().join("a.jpg"), b"photo").unwrap();
        fs::rename(dir.path().join("a.jpg"), dir.path().join("b.jpg")).unwrap();
        let events = queue.read().unwrap();
        let told: Vec<(u32, &[u8])> = events.iter().map(|event| (event.mask, &*event.name)).collect();
        assert_eq!(
            told,
            [
                (libc::IN_CREATE, &b"a.jpg"[..]),
                (libc::IN_MODIFY, b"a.jpg"),
                (libc::IN_CLOSE_WRITE, b"a.jpg"),
                (libc::IN_MOVED_FROM, b"a.jpg"),
                (libc::IN_MOVED_TO, b"b.jpg"),
            ]
        );
        assert_eq!(events[3].cookie, events[4].cookie);
        queue.remove(watch);
        let end = queue.read().unwrap();
        assert_eq!((end[0].watch, end[0].mask), (watch, libc::IN_IGNORED));
    }

    #[test]
    fn a_torn_buffer_gives_what_is_whole() {
        let mut bytes = vec![0u8; 16];
        bytes[..4].copy_from_slice(&7i32.to_ne_bytes());
        bytes.extend_from_slice(&[0xff; 15]);
        assert_eq!(parse(&bytes).len(), 1);
        assert_eq!(parse(&bytes)[0].watch, 7);
    }
}
