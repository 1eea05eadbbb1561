//! File systems whose files lie elsewhere: on other machines, or wherever a FUSE daemon has them.
//!
//! They have two things in common: others change them unheard, and whoever reads them waits for
//! somebody who may be gone.

use std::os::fd::{AsRawFd as _, OwnedFd};

/// Those that are known. Source: statfs(2), linux/magic.h.
const ELSEWHERE: &[(u32, &str)] = &[
    (0x6969, "NFS"),
    (0x517b, "SMB"),
    (0xff53_4d42, "SMB"),
    (0xfe53_4d42, "SMB"),
    (0x0102_1997, "9P"),
    (0x6573_5546, "FUSE"),
    (0x00c3_6400, "Ceph"),
    (0x5346_414f, "AFS"),
    (0x7375_7245, "Coda"),
    (0x0bd0_0bd0, "Lustre"),
    (0x0116_1970, "GFS2"),
    (0x7461_636f, "OCFS2"),
    (0x786f_4256, "a folder of VirtualBox's host"),
];

/// What kind of file system this folder is on.
#[expect(unsafe_code, reason = "fstatfs has no safe form in std")]
pub(super) fn kind(folder: &OwnedFd) -> Option<libc::__fsword_t> {
    // SAFETY: statfs is plain old data, for which all zeros is valid.
    let mut found: libc::statfs = unsafe { std::mem::zeroed() };
    // SAFETY: the descriptor is open, the buffer ours.
    let told = unsafe { libc::fstatfs(folder.as_raw_fd(), &raw mut found) };
    (told == 0).then_some(found.f_type)
}

/// The name of the file system of this folder, if its files lie elsewhere.
pub(crate) fn elsewhere(folder: &OwnedFd) -> Option<&'static str> {
    named(kind(folder)?)
}

/// The name of a kind of file system whose files lie elsewhere.
pub(super) fn named(kind: libc::__fsword_t) -> Option<&'static str> {
    ELSEWHERE
        .iter()
        .find(|(known, _)| i64::from(*known) == kind)
        .map(|(_, name)| *name)
}
