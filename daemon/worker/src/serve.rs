//! The worker's end of the conversation: requests in, one answer a file out, in order, until the daemon hangs up.
//!
//! It trusts the daemon for the form of a request and still checks it, since a mixed-up descriptor would put one photo's
//! facts on another. A panic in the extraction is one file's failure. It keeps no state from one file to the next.
#![expect(
    unsafe_code,
    reason = "receiving descriptors, mapping files and the alarm are system calls"
)]

use std::io::{Read as _, Write as _};
use std::os::fd::{AsFd as _, AsRawFd as _, FromRawFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::protocol::{
    FactsRecord, FileRecord, HASHED_A_SECOND, HelloRecord, MAX_BATCH, MAX_REPLY_BYTES, MAX_REQUEST_BYTES,
    MAX_TAGS, OutcomeRecord, ReplyRecord, RequestRecord, TaskRecord,
};
use crate::sandbox::MAX_MAPPED_BYTES;
use crate::{extract, image, look, movie};

/// Why the conversation ended other than by the daemon hanging up.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("standard input is not the daemon's socket: {0}; this program is started by kphotosd")]
    Socket(std::io::Error),
    #[error("the request is malformed: {0}; daemon and worker must be of one build")]
    Request(&'static str),
    #[error("the request is not understood: {0}; daemon and worker must be of one build")]
    Json(#[from] serde_json::Error),
}

/// The socket to the daemon.
pub(crate) struct Connection {
    socket: UnixStream,
}

impl Connection {
    /// Takes standard input, which the daemon made one end of a socket pair.
    pub(crate) fn from_stdin() -> Result<Self, ServeError> {
        let owned = std::io::stdin()
            .as_fd()
            .try_clone_to_owned()
            .map_err(ServeError::Socket)?;
        Ok(Self {
            socket: UnixStream::from(owned),
        })
    }

    /// The next request with its descriptors, or `None` when the daemon has hung up.
    fn receive(&mut self) -> Result<Option<Vec<(FileRecord, OwnedFd)>>, ServeError> {
        let mut length = [0u8; 4];
        let (mut filled, descriptors) =
            receive_start(&self.socket, &mut length).map_err(ServeError::Socket)?;
        if filled == 0 {
            return Ok(None);
        }
        while let Some(rest) = length.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.socket.read(rest).map_err(ServeError::Socket)? {
                0 => return Err(ServeError::Request("cut off")),
                more => filled += more,
            }
        }
        let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
        if length > MAX_REQUEST_BYTES {
            return Err(ServeError::Request("too long"));
        }
        let mut body = vec![0u8; length];
        self.socket.read_exact(&mut body).map_err(ServeError::Socket)?;
        let request: RequestRecord = serde_json::from_slice(&body)?;
        if request.files.len() != descriptors.len() {
            return Err(ServeError::Request("files and descriptors differ in number"));
        }
        Ok(Some(request.files.into_iter().zip(descriptors).collect()))
    }

    fn send(&mut self, body: &[u8]) -> Result<(), ServeError> {
        let length = u32::try_from(body.len()).map_err(|_| ServeError::Request("answer too long"))?;
        let mut frame = Vec::with_capacity(body.len().saturating_add(4));
        frame.extend_from_slice(&length.to_le_bytes());
        frame.extend_from_slice(body);
        self.socket.write_all(&frame).map_err(ServeError::Socket)
    }
}

/// Serves until the daemon hangs up.
pub(crate) fn run(
    mut connection: Connection,
    hello: &HelloRecord,
    timeout_seconds: u32,
) -> Result<(), ServeError> {
    // A panic is reported as its file's failure; the default hook would look for source lines in files.
    std::panic::set_hook(Box::new(|_| ()));
    connection.send(&serde_json::to_vec(hello)?)?;
    while let Some(files) = connection.receive()? {
        for (file, descriptor) in files {
            // The daemon kills a worker that is late; the alarm is for one whose daemon is gone.
            alarm(timeout_seconds.saturating_mul(2));
            let work = AssertUnwindSafe(|| match file.task {
                TaskRecord::Facts => read(&descriptor, &file.ext),
                TaskRecord::ImageHash => hash(&descriptor, timeout_seconds),
                TaskRecord::Anatomy => dissect(&descriptor),
                TaskRecord::Look => see(&descriptor, &file.ext, timeout_seconds),
            });
            let outcome = catch_unwind(work).unwrap_or_else(|_| failed("the reader stumbled over this file"));
            let reply = ReplyRecord {
                ticket: file.ticket,
                outcome,
            };
            let mut body = serde_json::to_vec(&reply)?;
            if body.len() > MAX_REPLY_BYTES {
                let outcome = failed("the metadata is larger than an answer may be");
                body = serde_json::to_vec(&ReplyRecord {
                    ticket: file.ticket,
                    outcome,
                })?;
            }
            connection.send(&body)?;
        }
        alarm(0);
    }
    Ok(())
}

fn failed(reason: impl Into<String>) -> OutcomeRecord {
    OutcomeRecord::Failed {
        reason: reason.into(),
    }
}

fn read(descriptor: &OwnedFd, ext: &str) -> OutcomeRecord {
    let map = match Map::of(descriptor) {
        Ok(map) => map,
        Err(reason) => return failed(reason),
    };
    let movie = if ext.eq_ignore_ascii_case("xmp") {
        None
    } else {
        movie::facts(map.bytes())
    };
    bounded(movie.unwrap_or_else(|| extract::facts(map.bytes(), ext)))
}

/// What was read; of tags so many as the protocol has room for.
fn bounded(read: Result<FactsRecord, String>) -> OutcomeRecord {
    match read {
        Ok(mut facts) => {
            facts.tags.truncate(MAX_TAGS);
            OutcomeRecord::Read(Box::new(facts))
        }
        Err(reason) => failed(reason),
    }
}

/// A long movie takes its time.
fn hash(descriptor: &OwnedFd, timeout_seconds: u32) -> OutcomeRecord {
    let map = match Map::of(descriptor) {
        Ok(map) => map,
        Err(reason) => return failed(reason),
    };
    if map.cut {
        return failed("the file is longer than can be mapped");
    }
    take_time(&map, timeout_seconds);
    OutcomeRecord::Read(Box::new(FactsRecord {
        image_hash: image::hash(map.bytes()),
        ..FactsRecord::default()
    }))
}

fn see(descriptor: &OwnedFd, ext: &str, timeout_seconds: u32) -> OutcomeRecord {
    let map = match Map::of(descriptor) {
        Ok(map) => map,
        Err(reason) => return failed(reason),
    };
    take_time(&map, timeout_seconds);
    match look::signs(map.bytes(), ext) {
        Ok(signs) => OutcomeRecord::Read(Box::new(FactsRecord {
            signs,
            ..FactsRecord::default()
        })),
        Err(reason) => failed(reason),
    }
}

fn dissect(descriptor: &OwnedFd) -> OutcomeRecord {
    let map = match Map::of(descriptor) {
        Ok(map) => map,
        Err(reason) => return failed(reason),
    };
    match extract::anatomy(map.bytes()) {
        Ok(anatomy) => OutcomeRecord::Read(Box::new(FactsRecord {
            anatomy: Some(Box::new(anatomy)),
            ..FactsRecord::default()
        })),
        Err(reason) => failed(reason),
    }
}

fn take_time(map: &Map, timeout_seconds: u32) {
    let seconds = u64::try_from(map.length).unwrap_or(u64::MAX) / HASHED_A_SECOND;
    let seconds = u32::try_from(seconds)
        .unwrap_or(u32::MAX)
        .saturating_add(timeout_seconds);
    alarm(seconds.saturating_mul(2));
}

fn alarm(seconds: u32) {
    // SAFETY: alarm takes a number and touches no memory of ours; its signal ends the process.
    unsafe { libc::alarm(seconds) };
}

/// A file mapped read-only: pages come in as the parser touches them, however large the file.
///
/// A file that another program cuts short meanwhile raises SIGBUS and costs this process; that is the daemon's to handle.
struct Map {
    start: *mut libc::c_void,
    length: usize,
    /// Whether the file is longer.
    cut: bool,
}

impl Map {
    fn of(descriptor: &OwnedFd) -> Result<Self, String> {
        // SAFETY: all-zero is a valid `stat`.
        let mut stat: libc::stat = unsafe { std::mem::zeroed() };
        // SAFETY: `stat` is valid to write to, the descriptor is open. The call is made by number because the C library's
        // fstat is newfstatat, which takes paths too and is therefore forbidden here.
        if unsafe { libc::syscall(libc::SYS_fstat, descriptor.as_raw_fd(), &raw mut stat) } != 0 {
            return Err(format!(
                "the file cannot be examined: {}",
                std::io::Error::last_os_error()
            ));
        }
        if stat.st_mode & libc::S_IFMT != libc::S_IFREG {
            return Err("not a regular file".to_owned());
        }
        let size = u64::try_from(stat.st_size).unwrap_or(0);
        let length = usize::try_from(size.min(MAX_MAPPED_BYTES)).unwrap_or(0);
        if length == 0 {
            return Err("the file is empty".to_owned());
        }
        // SAFETY: a fresh read-only private mapping of an open descriptor; the result is checked below.
        let start = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                length,
                libc::PROT_READ,
                libc::MAP_PRIVATE,
                descriptor.as_raw_fd(),
                0,
            )
        };
        if start == libc::MAP_FAILED {
            return Err(format!(
                "the file cannot be mapped: {}",
                std::io::Error::last_os_error()
            ));
        }
        let cut = size > MAX_MAPPED_BYTES;
        Ok(Self { start, length, cut })
    }

    fn bytes(&self) -> &[u8] {
        // SAFETY: the mapping is `length` readable bytes and lives as long as `self`. Another program may change the
        // file beneath it; the bytes only go to a parser that expects arbitrary ones.
        unsafe { std::slice::from_raw_parts(self.start.cast::<u8>(), self.length) }
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        // SAFETY: the mapping is ours and nothing borrows from it any more.
        unsafe { libc::munmap(self.start, self.length) };
    }
}

/// Room for the control message of a full batch, aligned as its header demands.
#[repr(C)]
union Control {
    header: libc::cmsghdr,
    room: [u8; 64 + MAX_BATCH * size_of::<libc::c_int>()],
}

/// The first bytes of a frame, and the descriptors that came with them. No bytes: the other end is closed.
fn receive_start(socket: &UnixStream, bytes: &mut [u8]) -> std::io::Result<(usize, Vec<OwnedFd>)> {
    let mut part = libc::iovec {
        iov_base: bytes.as_mut_ptr().cast(),
        iov_len: bytes.len(),
    };
    let mut control = Control {
        room: [0; 64 + MAX_BATCH * size_of::<libc::c_int>()],
    };
    // SAFETY: all-zero is a valid `msghdr`.
    let mut message: libc::msghdr = unsafe { std::mem::zeroed() };
    message.msg_iov = &raw mut part;
    message.msg_iovlen = 1;
    message.msg_control = (&raw mut control).cast();
    message.msg_controllen = size_of::<Control>();
    let received = loop {
        // SAFETY: `message` points to a live buffer and live control room of the stated sizes.
        let received = unsafe { libc::recvmsg(socket.as_raw_fd(), &raw mut message, libc::MSG_CMSG_CLOEXEC) };
        match usize::try_from(received) {
            Ok(received) => break received,
            Err(_) => match std::io::Error::last_os_error() {
                error if error.kind() == std::io::ErrorKind::Interrupted => {}
                error => return Err(error),
            },
        }
    };
    let mut descriptors = Vec::new();
    // SAFETY: the kernel filled `message`; the CMSG macros walk within msg_controllen, and each descriptor they show is
    // a fresh one of ours that nothing else owns.
    unsafe {
        let mut header = libc::CMSG_FIRSTHDR(&raw const message);
        while let Some(current) = header.as_ref() {
            if current.cmsg_level == libc::SOL_SOCKET && current.cmsg_type == libc::SCM_RIGHTS {
                let data = libc::CMSG_DATA(current).cast::<libc::c_int>();
                let offset = data.cast::<u8>().offset_from(header.cast::<u8>());
                let bytes = current
                    .cmsg_len
                    .saturating_sub(usize::try_from(offset).unwrap_or(0));
                for index in 0..bytes / size_of::<libc::c_int>() {
                    descriptors.push(OwnedFd::from_raw_fd(data.add(index).read_unaligned()));
                }
            }
            header = libc::CMSG_NXTHDR(&raw const message, header);
        }
    }
    if message.msg_flags & libc::MSG_CTRUNC != 0 {
        return Err(std::io::Error::other("descriptors were cut off"));
    }
    Ok((received, descriptors))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_too_many_tags_the_first_are_told() {
        extract::prepare().unwrap();
        let read = |count: usize| {
            let items: String = (0..count)
                .map(|number| format!("<rdf:li>tag {number}</rdf:li>"))
                .collect();
            let packet = format!(
                "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF \
                 xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' \
                 xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:subject><rdf:Bag>{items}</rdf:Bag></dc:subject>\
                 </rdf:Description></rdf:RDF></x:xmpmeta>"
            );
            bounded(extract::facts(packet.as_bytes(), "xmp"))
        };
        let most = read(MAX_TAGS);
        let OutcomeRecord::Read(facts) = &most else {
            panic!("refused");
        };
        assert_eq!(facts.tags.len(), MAX_TAGS);
        assert_eq!(read(MAX_TAGS + 1), most);
        assert_eq!(read(MAX_TAGS + 900), most);
    }
}
