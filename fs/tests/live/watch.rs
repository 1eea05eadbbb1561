//! inotify on directories.

#![expect(unsafe_code, reason = "inotify(7)")]

use std::ffi::CString;
use std::fs::File;
use std::io::Read as _;
use std::os::fd::{AsRawFd as _, FromRawFd as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// What a watcher of one directory or file hears.
pub(crate) struct Watch {
    file: File,
    heard: Vec<String>,
}

/// How long to wait for an event that must come.
const PATIENCE_MS: i32 = 10_000;

impl Watch {
    pub(crate) fn new(path: &Path) -> Self {
        // SAFETY: no memory is passed.
        let fd = unsafe { libc::inotify_init1(libc::IN_CLOEXEC | libc::IN_NONBLOCK) };
        assert!(fd >= 0);
        // SAFETY: the descriptor was just opened and is owned by nobody else.
        let file = unsafe { File::from_raw_fd(fd) };
        let text = CString::new(path.as_os_str().as_bytes()).unwrap();
        let events = libc::IN_CREATE
            | libc::IN_DELETE
            | libc::IN_MOVE
            | libc::IN_ATTRIB
            | libc::IN_MODIFY
            | libc::IN_DELETE_SELF;
        // SAFETY: the string is NUL-terminated and lives until the call returns.
        let watch = unsafe { libc::inotify_add_watch(fd, text.as_ptr(), events) };
        assert!(watch >= 0, "{}", path.display());
        Self {
            file,
            heard: Vec::new(),
        }
    }

    /// Returns once this was heard, with all that was before; panics if it never is.
    pub(crate) fn until(&mut self, wanted: &str) -> Vec<String> {
        loop {
            if let Some(at) = self.heard.iter().position(|event| event == wanted) {
                return self.heard.drain(..=at).collect();
            }
            assert!(
                self.more(PATIENCE_MS),
                "{wanted} never came, but {:?}",
                self.heard
            );
        }
    }

    /// All that was heard so far.
    pub(crate) fn all(&mut self) -> Vec<String> {
        while self.more(0) {}
        std::mem::take(&mut self.heard)
    }

    fn more(&mut self, limit_ms: i32) -> bool {
        let mut poll = libc::pollfd {
            fd: self.file.as_raw_fd(),
            events: libc::POLLIN,
            revents: 0,
        };
        // SAFETY: one pollfd, writable for the whole call.
        if unsafe { libc::poll(&raw mut poll, 1, limit_ms) } <= 0 {
            return false;
        }
        let mut buffer = [0u8; 65_536];
        let read = self.file.read(&mut buffer).unwrap();
        let mut rest = &buffer[..read];
        while rest.len() >= 16 {
            let word = |at: usize| u32::from_ne_bytes(rest[at..at + 4].try_into().unwrap());
            let (mask, length) = (word(4), word(12) as usize);
            let name = String::from_utf8_lossy(&rest[16..16 + length]);
            self.heard.push(said(mask, name.trim_end_matches('\0')));
            rest = &rest[16 + length..];
        }
        true
    }
}

fn said(mask: u32, name: &str) -> String {
    let kinds = [
        (libc::IN_CREATE, "create"),
        (libc::IN_DELETE, "delete"),
        (libc::IN_MOVED_FROM, "from"),
        (libc::IN_MOVED_TO, "to"),
        (libc::IN_ATTRIB, "attrib"),
        (libc::IN_MODIFY, "modify"),
        (libc::IN_DELETE_SELF, "gone"),
        (libc::IN_IGNORED, "ignored"),
        (libc::IN_Q_OVERFLOW, "overflow"),
    ];
    let kind = kinds
        .iter()
        .find(|(bit, _)| mask & bit != 0)
        .map_or("?", |(_, kind)| kind);
    format!("{kind} {name}").trim_end().to_owned()
}
