//! Waiting for several descriptors at once, and being woken.

#![expect(unsafe_code, reason = "eventfd and poll have no safe form in std")]

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd as _, AsRawFd as _, BorrowedFd, FromRawFd as _, OwnedFd};
use std::time::Duration;

/// What a descriptor has to say something by.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source<'a> {
    /// Something can be read: a queue of events.
    Readable(BorrowedFd<'a>),
    /// Something is urgent: a table of mounts that changed, which can be read at all times, and
    /// which says so once (`mounts_poll` in the kernel's `fs/proc_namespace.c`).
    Urgent(BorrowedFd<'a>),
}

impl Source<'_> {
    fn polled(self) -> libc::pollfd {
        let (fd, events) = match self {
            Source::Readable(fd) => (fd, libc::POLLIN),
            Source::Urgent(fd) => (fd, libc::POLLPRI),
        };
        libc::pollfd {
            fd: fd.as_raw_fd(),
            events,
            revents: 0,
        }
    }
}

/// Wakes one thread that waits; a call before it waits counts.
#[derive(Debug)]
pub(super) struct Wake(File);

impl Wake {
    pub(super) fn new() -> io::Result<Self> {
        // SAFETY: the call takes no pointer.
        let fd = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the kernel has just given this descriptor to us alone.
        Ok(Self(File::from(unsafe { OwnedFd::from_raw_fd(fd) })))
    }

    /// Wakes.
    pub(super) fn up(&self) {
        // It fails only where it was called 2^64 times in vain.
        drop((&self.0).write(&1u64.to_ne_bytes()));
    }

    /// Waits until it is woken, or one of these has something to say, at most this long;
    /// says which have.
    pub(super) fn wait(&self, others: &[Source<'_>], patience: Option<Duration>) -> io::Result<Vec<bool>> {
        let mut all: Vec<libc::pollfd> = vec![Source::Readable(self.0.as_fd()).polled()];
        all.extend(others.iter().map(|other| other.polled()));
        let patience = patience.map_or(-1, |time| i32::try_from(time.as_millis()).unwrap_or(i32::MAX));
        let count = libc::nfds_t::try_from(all.len()).unwrap_or(1);
        // SAFETY: the array is ours, as long as said, and the descriptors are open.
        let ready = unsafe { libc::poll(all.as_mut_ptr(), count, patience) };
        if ready < 0 {
            let error = io::Error::last_os_error();
            if error.kind() != io::ErrorKind::Interrupted {
                return Err(error);
            }
        }
        drop((&self.0).read(&mut [0; 8]));
        Ok(all.iter().skip(1).map(|one| one.revents != 0).collect())
    }
}
