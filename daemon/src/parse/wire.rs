//! Bytes and descriptors on the socket to a worker.
//!
//! What comes from a worker is bounded before it is stored: a frame's length is checked against the limit first, and
//! reading ends at a deadline however slowly bytes drip in.
#![expect(
    unsafe_code,
    reason = "passing descriptors and peeking at a socket are system calls std does not have"
)]

use std::io::{ErrorKind, Read as _, Write as _};
use std::os::fd::{AsRawFd as _, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use super::protocol::{MAX_BATCH, MAX_REPLY_BYTES};

/// Why a frame did not come.
#[derive(Debug)]
pub(super) enum NoFrame {
    /// The other end is closed.
    Closed,
    /// The deadline passed.
    Late,
    /// A longer frame than the limit was announced.
    Flood(u32),
    /// The socket failed.
    Io(std::io::Error),
}

/// What an idle worker's socket shows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Nothing to read, as it should be.
    Quiet,
    /// Bytes nobody asked for.
    Noise,
    /// The other end is closed.
    Gone,
}

/// Reads one frame's JSON until `deadline`.
pub(super) fn read_frame(mut socket: &UnixStream, deadline: Instant) -> Result<Vec<u8>, NoFrame> {
    let mut length = [0u8; 4];
    read_until(&mut socket, &mut length, deadline)?;
    let announced = u32::from_le_bytes(length);
    let length = usize::try_from(announced).unwrap_or(usize::MAX);
    if length > MAX_REPLY_BYTES {
        return Err(NoFrame::Flood(announced));
    }
    let mut body = vec![0u8; length];
    read_until(&mut socket, &mut body, deadline)?;
    Ok(body)
}

fn read_until(socket: &mut &UnixStream, mut rest: &mut [u8], deadline: Instant) -> Result<(), NoFrame> {
    while !rest.is_empty() {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(NoFrame::Late);
        }
        socket.set_read_timeout(Some(left)).map_err(NoFrame::Io)?;
        match socket.read(rest) {
            Ok(0) => return Err(NoFrame::Closed),
            Ok(count) => rest = rest.get_mut(count..).unwrap_or_default(),
            Err(error) => {
                let kind = error.kind();
                if matches!(kind, ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) {
                    return Err(NoFrame::Closed);
                }
                // A time-out is for the deadline above to judge.
                if !matches!(
                    kind,
                    ErrorKind::Interrupted | ErrorKind::WouldBlock | ErrorKind::TimedOut
                ) {
                    return Err(NoFrame::Io(error));
                }
            }
        }
    }
    Ok(())
}

/// Whether an idle worker is really idle.
pub(super) fn listen(socket: &UnixStream) -> Line {
    let mut byte = 0u8;
    // SAFETY: one byte of live, writable memory is offered for one byte.
    let count = unsafe {
        libc::recv(
            socket.as_raw_fd(),
            (&raw mut byte).cast(),
            1,
            libc::MSG_PEEK | libc::MSG_DONTWAIT,
        )
    };
    match count {
        1.. => Line::Noise,
        0 => Line::Gone,
        _ if std::io::Error::last_os_error().kind() == ErrorKind::WouldBlock => Line::Quiet,
        _ => Line::Gone,
    }
}

/// Sends one frame, the descriptors with its first byte.
///
/// # Errors
/// The other end is closed, or does not read within `patience`.
pub(super) fn send_frame(
    socket: &UnixStream,
    body: &[u8],
    descriptors: &[BorrowedFd<'_>],
    patience: Duration,
) -> std::io::Result<()> {
    let length = u32::try_from(body.len()).map_err(std::io::Error::other)?;
    let mut frame = Vec::with_capacity(body.len().saturating_add(4));
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(body);
    socket.set_write_timeout(Some(patience))?;
    let sent = send_start(socket, &frame, descriptors)?;
    let mut socket = socket;
    socket.write_all(frame.get(sent..).unwrap_or_default())
}

/// Room for the control message of a full batch, aligned as its header demands.
#[repr(C)]
union Control {
    header: libc::cmsghdr,
    room: [u8; 64 + MAX_BATCH * size_of::<libc::c_int>()],
}

fn send_start(socket: &UnixStream, frame: &[u8], descriptors: &[BorrowedFd<'_>]) -> std::io::Result<usize> {
    let numbers: Vec<libc::c_int> = descriptors
        .iter()
        .map(|descriptor| descriptor.as_raw_fd())
        .collect();
    let too_many = || std::io::Error::other("more descriptors than a batch holds");
    let bytes = u32::try_from(size_of_val(numbers.as_slice())).map_err(|_| too_many())?;
    if numbers.len() > MAX_BATCH {
        return Err(too_many());
    }
    let mut part = libc::iovec {
        iov_base: frame.as_ptr().cast_mut().cast(),
        iov_len: frame.len(),
    };
    let mut control = Control {
        room: [0; 64 + MAX_BATCH * size_of::<libc::c_int>()],
    };
    // SAFETY: all-zero is a valid `msghdr`.
    let mut message: libc::msghdr = unsafe { std::mem::zeroed() };
    message.msg_iov = &raw mut part;
    message.msg_iovlen = 1;
    if !numbers.is_empty() {
        message.msg_control = (&raw mut control).cast();
        // SAFETY: CMSG_SPACE is arithmetic; for at most MAX_BATCH descriptors it is within the room. The header and data
        // written lie in `control`, which is aligned for the header.
        unsafe {
            message.msg_controllen = libc::CMSG_SPACE(bytes) as usize;
            if let Some(header) = libc::CMSG_FIRSTHDR(&raw const message).as_mut() {
                header.cmsg_level = libc::SOL_SOCKET;
                header.cmsg_type = libc::SCM_RIGHTS;
                header.cmsg_len = libc::CMSG_LEN(bytes) as usize;
                let data = libc::CMSG_DATA(header);
                std::ptr::copy_nonoverlapping(
                    numbers.as_ptr().cast::<u8>(),
                    data,
                    size_of_val(numbers.as_slice()),
                );
            }
        }
    }
    loop {
        // SAFETY: `message` points to live buffers of the stated sizes, which the kernel only reads.
        let sent = unsafe { libc::sendmsg(socket.as_raw_fd(), &raw const message, libc::MSG_NOSIGNAL) };
        match usize::try_from(sent) {
            Ok(sent) => return Ok(sent),
            Err(_) => match std::io::Error::last_os_error() {
                error if error.kind() == ErrorKind::Interrupted => {}
                error => return Err(error),
            },
        }
    }
}

/// Whether a descriptor could change its file.
pub(super) fn is_writable(descriptor: BorrowedFd<'_>) -> bool {
    // SAFETY: fcntl with F_GETFL takes a number and touches no memory.
    let flags = unsafe { libc::fcntl(descriptor.as_raw_fd(), libc::F_GETFL) };
    flags == -1 || flags & libc::O_ACCMODE != libc::O_RDONLY
}
