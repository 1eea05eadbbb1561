//! A `SOCK_SEQPACKET` socket that carries packets with at most one descriptor.
//!
//! Packets keep their borders and the end of the other side is seen as end of file, which is what a
//! lifeline needs; see unix(7). A packet that does not fit, or brings more than one descriptor, is an error.
#![expect(
    unsafe_code,
    reason = "descriptors pass only through sendmsg, recvmsg and their control buffers"
)]

use std::io;
use std::mem;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;

/// More than the kernel's default send buffer, so nothing that was sent is cut.
const PACKET_BYTES_MAX: usize = 256 * 1024;

/// Room for the control message of one descriptor, aligned as `cmsghdr` wants it.
type Control = [u64; 4];

/// A packet and its descriptor.
#[derive(Debug)]
pub(super) struct Packet {
    pub(super) bytes: Vec<u8>,
    pub(super) fd: Option<OwnedFd>,
}

/// One end.
#[derive(Debug)]
pub(super) struct Channel(OwnedFd);

impl AsFd for Channel {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl Channel {
    /// Two connected ends, both closed on exec.
    pub(super) fn pair() -> io::Result<(Self, Self)> {
        let (one, two) = socket_pair(libc::SOCK_SEQPACKET)?;
        Ok((Self(one), Self(two)))
    }

    /// Takes a descriptor that came from elsewhere.
    ///
    /// # Errors
    /// `InvalidInput` if it is not a packet socket.
    pub(super) fn from_fd(fd: OwnedFd) -> io::Result<Self> {
        let mut kind: libc::c_int = 0;
        let mut size = socklen(mem::size_of::<libc::c_int>())?;
        // SAFETY: `kind` and `size` outlive the call and describe each other.
        let rc = unsafe {
            libc::getsockopt(
                fd.as_raw_fd(),
                libc::SOL_SOCKET,
                libc::SO_TYPE,
                ptr::from_mut(&mut kind).cast(),
                &raw mut size,
            )
        };
        match rc {
            0 if kind == libc::SOCK_SEQPACKET => Ok(Self(fd)),
            0 => Err(io::ErrorKind::InvalidInput.into()),
            _ => Err(io::Error::last_os_error()),
        }
    }

    /// The descriptor itself, to hand to a child.
    pub(super) fn into_fd(self) -> OwnedFd {
        self.0
    }

    /// Sends one packet; a broken connection is an error, never SIGPIPE.
    pub(super) fn send(&self, bytes: &[u8], fd: Option<BorrowedFd<'_>>) -> io::Result<()> {
        let mut iov = libc::iovec {
            iov_base: bytes.as_ptr().cast_mut().cast(),
            iov_len: bytes.len(),
        };
        let mut control: Control = [0; 4];
        // SAFETY: msghdr is plain data for which all zeroes is a valid, empty value.
        let mut header: libc::msghdr = unsafe { mem::zeroed() };
        header.msg_iov = &raw mut iov;
        header.msg_iovlen = 1;
        if let Some(fd) = fd {
            header.msg_control = control.as_mut_ptr().cast();
            // SAFETY: CMSG_* only compute; the first header lies in `control`, which holds CMSG_SPACE(4) = 24 bytes.
            unsafe {
                header.msg_controllen = libc::CMSG_SPACE(FD_BYTES) as usize;
                let message = libc::CMSG_FIRSTHDR(&raw const header);
                (*message).cmsg_level = libc::SOL_SOCKET;
                (*message).cmsg_type = libc::SCM_RIGHTS;
                (*message).cmsg_len = libc::CMSG_LEN(FD_BYTES) as usize;
                ptr::write_unaligned(libc::CMSG_DATA(message).cast::<RawFd>(), fd.as_raw_fd());
            }
        }
        loop {
            // SAFETY: `header` points at `iov` and `control`, which live until the call returns.
            let sent = unsafe { libc::sendmsg(self.0.as_raw_fd(), &raw const header, libc::MSG_NOSIGNAL) };
            if sent >= 0 {
                return Ok(());
            }
            let error = io::Error::last_os_error();
            if error.kind() != io::ErrorKind::Interrupted {
                return Err(error);
            }
        }
    }

    /// Waits for one packet; `None` when the other end is closed.
    pub(super) fn receive(&self) -> io::Result<Option<Packet>> {
        let packet = receive_with_fd(self.0.as_fd(), PACKET_BYTES_MAX)?;
        Ok(Some(packet).filter(|packet| !packet.bytes.is_empty()))
    }
}

/// Two connected Unix sockets of a type, both closed on exec.
pub(super) fn socket_pair(kind: libc::c_int) -> io::Result<(OwnedFd, OwnedFd)> {
    let mut fds: [RawFd; 2] = [-1; 2];
    // SAFETY: `fds` has room for the two numbers the call writes.
    let rc = unsafe { libc::socketpair(libc::AF_UNIX, kind | libc::SOCK_CLOEXEC, 0, fds.as_mut_ptr()) };
    if rc != 0 {
        return Err(io::Error::last_os_error());
    }
    let [one, two] = fds;
    // SAFETY: the call succeeded, so both are open and nobody else's.
    Ok(unsafe { (OwnedFd::from_raw_fd(one), OwnedFd::from_raw_fd(two)) })
}

/// One `recvmsg`; empty bytes mean end of file. Descriptors arrive closed on exec.
pub(super) fn receive_with_fd(socket: BorrowedFd<'_>, bytes_max: usize) -> io::Result<Packet> {
    let mut bytes = vec![0_u8; bytes_max];
    let mut iov = libc::iovec {
        iov_base: bytes.as_mut_ptr().cast(),
        iov_len: bytes.len(),
    };
    let mut control: Control = [0; 4];
    // SAFETY: msghdr is plain data for which all zeroes is a valid, empty value.
    let mut header: libc::msghdr = unsafe { mem::zeroed() };
    header.msg_iov = &raw mut iov;
    header.msg_iovlen = 1;
    header.msg_control = control.as_mut_ptr().cast();
    let count = loop {
        header.msg_controllen = mem::size_of::<Control>();
        // SAFETY: `header` points at `iov` and `control`, whose sizes it states and which outlive the call.
        let got = unsafe { libc::recvmsg(socket.as_raw_fd(), &raw mut header, libc::MSG_CMSG_CLOEXEC) };
        match usize::try_from(got) {
            Ok(count) => break count,
            Err(_) => {
                let error = io::Error::last_os_error();
                if error.kind() != io::ErrorKind::Interrupted {
                    return Err(error);
                }
            }
        }
    };
    let fd = take_fd(&header);
    if header.msg_flags & (libc::MSG_TRUNC | libc::MSG_CTRUNC) != 0 {
        return Err(io::ErrorKind::InvalidData.into());
    }
    bytes.truncate(count);
    Ok(Packet { bytes, fd })
}

/// The first descriptor in a received header; `control` has no room for a header of a second message.
fn take_fd(header: &libc::msghdr) -> Option<OwnedFd> {
    // SAFETY: recvmsg filled the control buffer and set its length; CMSG_FIRSTHDR checks that a header fits.
    // The kernel has opened the descriptor for this process alone, so it may be owned. Room for two
    // descriptors exists in the buffer's padding; a second one is closed here, so it cannot leak.
    unsafe {
        let message = libc::CMSG_FIRSTHDR(header);
        if message.is_null()
            || (*message).cmsg_level != libc::SOL_SOCKET
            || (*message).cmsg_type != libc::SCM_RIGHTS
        {
            return None;
        }
        let data = libc::CMSG_DATA(message).cast::<RawFd>();
        let count = ((*message).cmsg_len - libc::CMSG_LEN(0) as usize) / mem::size_of::<RawFd>();
        let mut first = None;
        for i in 0..count {
            let fd = OwnedFd::from_raw_fd(ptr::read_unaligned(data.add(i)));
            first.get_or_insert(fd);
        }
        first
    }
}

/// `size_of::<RawFd>()` in the type the CMSG macros take.
const FD_BYTES: libc::c_uint = 4;

fn socklen(size: usize) -> io::Result<libc::socklen_t> {
    libc::socklen_t::try_from(size).map_err(|_| io::ErrorKind::InvalidInput.into())
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::{Read, Seek, Write};

    use super::*;

    #[test]
    fn a_descriptor_arrives_open_and_the_end_is_seen() {
        let (here, there) = Channel::pair().unwrap();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"photo").unwrap();
        file.rewind().unwrap();
        here.send(b"one", Some(file.as_fd())).unwrap();
        here.send(b"two", None).unwrap();
        drop(file);
        drop(here);
        let first = there.receive().unwrap().unwrap();
        assert_eq!(first.bytes, b"one");
        let mut text = String::new();
        File::from(first.fd.unwrap()).read_to_string(&mut text).unwrap();
        assert_eq!(text, "photo");
        let second = there.receive().unwrap().unwrap();
        assert_eq!(
            (second.bytes.as_slice(), second.fd.is_none()),
            (b"two".as_slice(), true)
        );
        assert!(there.receive().unwrap().is_none());
        there.send(b"late", None).unwrap_err();
    }

    #[test]
    fn a_file_is_not_taken_for_a_socket() {
        Channel::from_fd(tempfile::tempfile().unwrap().into()).unwrap_err();
    }
}
