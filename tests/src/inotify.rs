//! What a program that watches a folder is told: inotify with a deadline.
//!
//! File managers and Samba refresh their windows by these events, so a test of live refresh asks for exactly
//! them. Waiting ends at the event or at the deadline, never by a sleep. Events are kept in order and handed out
//! once; an overflow of the kernel's queue is an event like any other (`IN_Q_OVERFLOW`, no name).
//! Source: inotify(7).
#![expect(unsafe_code, reason = "inotify has no safe interface in std")]

use std::collections::VecDeque;
use std::ffi::{CString, OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::process;

/// Everything that changes what a window shows: names that come and go, attributes, content.
pub const CHANGES: u32 = libc::IN_CREATE
    | libc::IN_DELETE
    | libc::IN_MOVED_FROM
    | libc::IN_MOVED_TO
    | libc::IN_ATTRIB
    | libc::IN_MODIFY
    | libc::IN_DELETE_SELF;

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Which watch, as [`Watcher::add`] returned it.
    pub watch: i32,
    /// `IN_…` bits.
    pub mask: u32,
    /// Joins the two halves of a rename; 0 otherwise.
    pub cookie: u32,
    /// Name in the watched directory; empty for the watched thing itself.
    pub name: OsString,
}

impl Event {
    /// Whether this is one of `mask`, about `name`.
    pub fn is(&self, mask: u32, name: impl AsRef<OsStr>) -> bool {
        self.mask & mask != 0 && self.name == name.as_ref()
    }
}

/// An inotify instance.
#[derive(Debug)]
pub struct Watcher {
    queue: File,
    pending: VecDeque<Event>,
}

impl Watcher {
    /// An instance that watches nothing yet.
    pub fn new() -> io::Result<Self> {
        // SAFETY: takes no pointer; the result is checked before it is used.
        let fd = unsafe { libc::inotify_init1(libc::IN_CLOEXEC | libc::IN_NONBLOCK) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: `fd` was just opened here, and nothing else owns it.
        let queue = unsafe { File::from_raw_fd(fd) };
        Ok(Self {
            queue,
            pending: VecDeque::new(),
        })
    }

    /// An instance that watches `dir` for [`CHANGES`].
    pub fn on(dir: impl AsRef<Path>) -> io::Result<Self> {
        let watcher = Self::new()?;
        watcher.add(dir, CHANGES)?;
        Ok(watcher)
    }

    /// Watches `path` for `mask`; the number identifies the watch in events.
    pub fn add(&self, path: impl AsRef<Path>, mask: u32) -> io::Result<i32> {
        let path = CString::new(path.as_ref().as_os_str().as_bytes())?;
        // SAFETY: `path` is NUL-terminated and lives through the call.
        let watch = unsafe { libc::inotify_add_watch(self.queue.as_raw_fd(), path.as_ptr(), mask) };
        if watch < 0 {
            Err(io::Error::last_os_error())
        } else {
            Ok(watch)
        }
    }

    /// The next event; `None` if there was none in `patience`.
    pub fn next(&mut self, patience: Duration) -> io::Result<Option<Event>> {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(event) = self.pending.pop_front() {
                return Ok(Some(event));
            }
            let mut buffer = [0; 16 * 1024];
            match self.queue.read(&mut buffer) {
                Ok(length) => self.pending.extend(parse(&buffer[..length])),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Ok(None);
                    }
                    process::wait_readable(self.queue.as_raw_fd(), left)?;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Takes events until one satisfies `wanted`, and returns all of them, that one last.
    ///
    /// # Errors
    /// `TimedOut`, listing what did come, if it has not come in `patience`.
    pub fn wait_for(
        &mut self,
        patience: Duration,
        mut wanted: impl FnMut(&Event) -> bool,
    ) -> io::Result<Vec<Event>> {
        let deadline = Instant::now() + patience;
        let mut seen = Vec::new();
        while let Some(event) = self.next(deadline.saturating_duration_since(Instant::now()))? {
            let found = wanted(&event);
            seen.push(event);
            if found {
                return Ok(seen);
            }
        }
        let text = format!("the event did not come in {patience:?}; these did: {seen:?}");
        Err(io::Error::new(io::ErrorKind::TimedOut, text))
    }
}

/// The events of one read: `struct inotify_event` of four 32-bit numbers, then the name, padded with NUL.
fn parse(mut bytes: &[u8]) -> Vec<Event> {
    let mut events = Vec::new();
    while let Some((head, rest)) = bytes.split_at_checked(size_of::<libc::inotify_event>()) {
        let number = |at: usize| u32::from_ne_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let (name, next) = rest.split_at(number(12) as usize);
        let end = name.iter().position(|&byte| byte == 0).unwrap_or(name.len());
        events.push(Event {
            watch: number(0).cast_signed(),
            mask: number(4),
            cookie: number(8),
            name: OsStr::from_bytes(&name[..end]).to_owned(),
        });
        bytes = next;
    }
    events
}
