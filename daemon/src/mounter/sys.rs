//! The system calls that std does not have, each a thin safe wrapper: the mount API of Linux 5.2 to 5.12
//! (`fsopen` … `mount_setattr`), `umount2`, opening relative to a descriptor, and what a process does to itself.
//!
//! Mount points are named by descriptors, so a path whose parts are swapped for links between a check and
//! the mount leads nowhere else. Nothing here decides anything.
#![expect(
    unsafe_code,
    reason = "raw system calls; every pointer passed is to a local that outlives the call"
)]

use std::ffi::{CStr, CString, OsStr};
use std::io;
use std::mem;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;

/// Flags of every clone and public bind; see mount_setattr(2).
pub(super) const READ_ONLY: u64 = libc::MOUNT_ATTR_RDONLY | NO_TRACES;
/// Flags of the private mount.
pub(super) const NO_TRACES: u64 = libc::MOUNT_ATTR_NOATIME | libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV;

/// Whether a call reaches the mounts below, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    One,
    Below,
}

impl Reach {
    fn flag(self) -> libc::c_int {
        match self {
            Self::One => 0,
            Self::Below => libc::AT_RECURSIVE,
        }
    }
}

/// How a mount passes on what is mounted below it; see mount_namespaces(7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Propagation {
    Private,
    /// Private, and left out when a folder above is cloned with its sub-mounts.
    Unbindable,
}

fn check(rc: libc::c_long) -> io::Result<libc::c_long> {
    if rc < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(rc)
    }
}

fn check_fd(rc: libc::c_long) -> io::Result<OwnedFd> {
    let number = RawFd::try_from(check(rc)?).map_err(|_| io::ErrorKind::InvalidData)?;
    // SAFETY: the calls routed here return a new descriptor that nobody else owns.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}

fn c_string(text: &OsStr) -> io::Result<CString> {
    CString::new(text.as_bytes()).map_err(|_| io::ErrorKind::InvalidInput.into())
}

/// A detached copy of the mount at `path` (`OPEN_TREE_CLONE`); it is dissolved when the descriptor closes.
pub(super) fn clone_tree_at(path: &Path, reach: Reach) -> io::Result<OwnedFd> {
    open_tree(libc::AT_FDCWD, &c_string(path.as_os_str())?, reach.flag())
}

/// The same for a descriptor of the mount.
pub(super) fn clone_tree(of: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    open_tree(of.as_raw_fd(), c"", libc::AT_EMPTY_PATH)
}

fn open_tree(dir: RawFd, path: &CStr, flags: libc::c_int) -> io::Result<OwnedFd> {
    let flags = flags.cast_unsigned() | libc::OPEN_TREE_CLONE | libc::OPEN_TREE_CLOEXEC;
    // SAFETY: `path` is a C string that outlives the call.
    check_fd(unsafe { libc::syscall(libc::SYS_open_tree, dir, path.as_ptr(), flags) })
}

/// Sets flags (`MOUNT_ATTR_*`) on the mount a descriptor lies on.
pub(super) fn set_flags(mount: BorrowedFd<'_>, flags: u64, reach: Reach) -> io::Result<()> {
    // The access-time flags are one field: it must be cleared to be set.
    set_attributes(mount, flags, libc::MOUNT_ATTR__ATIME, 0, reach)
}

/// Sets the propagation of the mount a descriptor lies on.
pub(super) fn set_propagation(mount: BorrowedFd<'_>, to: Propagation, reach: Reach) -> io::Result<()> {
    let propagation = match to {
        Propagation::Private => libc::MS_PRIVATE,
        Propagation::Unbindable => libc::MS_UNBINDABLE,
    };
    set_attributes(mount, 0, 0, propagation, reach)
}

fn set_attributes(
    mount: BorrowedFd<'_>,
    set: u64,
    clear: u64,
    propagation: u64,
    reach: Reach,
) -> io::Result<()> {
    // SAFETY: mount_attr is four integers; all zeroes means "change nothing".
    let mut attr: libc::mount_attr = unsafe { mem::zeroed() };
    attr.attr_set = set;
    attr.attr_clr = clear;
    attr.propagation = propagation;
    // SAFETY: the empty path and `attr` outlive the call, and its size is passed with it.
    check(unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            mount.as_raw_fd(),
            c"".as_ptr(),
            libc::AT_EMPTY_PATH | reach.flag(),
            &raw const attr,
            mem::size_of::<libc::mount_attr>(),
        )
    })
    .map(drop)
}

/// Attaches a detached mount on top of the folder that `onto` is.
pub(super) fn attach(mount: BorrowedFd<'_>, onto: BorrowedFd<'_>) -> io::Result<()> {
    let flags = libc::MOVE_MOUNT_F_EMPTY_PATH | libc::MOVE_MOUNT_T_EMPTY_PATH;
    // SAFETY: both empty paths are static.
    check(unsafe {
        libc::syscall(
            libc::SYS_move_mount,
            mount.as_raw_fd(),
            c"".as_ptr(),
            onto.as_raw_fd(),
            c"".as_ptr(),
            flags,
        )
    })
    .map(drop)
}

/// Starts making a file system of a type.
pub(super) fn fs_open(fs_type: &CStr) -> io::Result<OwnedFd> {
    // SAFETY: `fs_type` outlives the call.
    check_fd(unsafe { libc::syscall(libc::SYS_fsopen, fs_type.as_ptr(), libc::FSOPEN_CLOEXEC) })
}

/// One option with a value.
pub(super) fn fs_set(fs: BorrowedFd<'_>, key: &CStr, value: &str) -> io::Result<()> {
    let value = c_string(OsStr::new(value))?;
    fs_config(fs, libc::FSCONFIG_SET_STRING, key.as_ptr(), value.as_ptr())
}

/// One option that stands alone.
pub(super) fn fs_flag(fs: BorrowedFd<'_>, key: &CStr) -> io::Result<()> {
    fs_config(fs, libc::FSCONFIG_SET_FLAG, key.as_ptr(), ptr::null())
}

/// Makes the superblock of the options set, and a detached mount of it with `MOUNT_ATTR_*` flags.
pub(super) fn fs_mount(fs: BorrowedFd<'_>, flags: u64) -> io::Result<OwnedFd> {
    fs_config(fs, libc::FSCONFIG_CMD_CREATE, ptr::null(), ptr::null())?;
    // SAFETY: no pointers.
    check_fd(unsafe { libc::syscall(libc::SYS_fsmount, fs.as_raw_fd(), libc::FSMOUNT_CLOEXEC, flags) })
}

fn fs_config(
    fs: BorrowedFd<'_>,
    command: libc::fsconfig_command,
    key: *const libc::c_char,
    value: *const libc::c_char,
) -> io::Result<()> {
    // SAFETY: the private callers pass null or C strings that outlive the call.
    check(unsafe { libc::syscall(libc::SYS_fsconfig, fs.as_raw_fd(), command, key, value, 0) }).map(drop)
}

/// How a mount is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unmounting {
    /// Only if nobody uses it.
    Idle,
    /// From the tree at once, in truth when its last user is gone.
    Lazily,
    /// The same, and nobody's request is waited for: the kernel answers all of them with ENOTCONN.
    Forcibly,
}

impl Unmounting {
    fn flags(self) -> libc::c_int {
        match self {
            Self::Idle => 0,
            Self::Lazily => libc::MNT_DETACH,
            Self::Forcibly => libc::MNT_DETACH | libc::MNT_FORCE,
        }
    }
}

/// `umount2` of `parent/name`, never following a link.
pub(super) fn unmount(parent: BorrowedFd<'_>, name: &OsStr, how: Unmounting) -> io::Result<()> {
    // umount2 takes no directory descriptor; this path is the same thing.
    let mut path = format!("/proc/self/fd/{}/", parent.as_raw_fd()).into_bytes();
    path.extend_from_slice(name.as_bytes());
    let path = c_string(OsStr::from_bytes(&path))?;
    let flags = libc::UMOUNT_NOFOLLOW | how.flags();
    // SAFETY: `path` outlives the call.
    check(unsafe { libc::umount2(path.as_ptr(), flags) }.into()).map(drop)
}

/// Opens the folder `parent/name` as a mere place (`O_PATH`), which asks nothing of a mounted file system.
pub(super) fn open_place(parent: BorrowedFd<'_>, name: &OsStr) -> io::Result<OwnedFd> {
    let name = c_string(name)?;
    let flags = libc::O_PATH | libc::O_DIRECTORY | libc::O_NOFOLLOW | libc::O_CLOEXEC;
    // SAFETY: `name` outlives the call.
    check_fd(unsafe { libc::openat(parent.as_raw_fd(), name.as_ptr(), flags) }.into())
}

/// Makes the folder `parent/name`, 0700.
pub(super) fn make_folder(parent: BorrowedFd<'_>, name: &OsStr) -> io::Result<()> {
    let name = c_string(name)?;
    // SAFETY: `name` outlives the call.
    check(unsafe { libc::mkdirat(parent.as_raw_fd(), name.as_ptr(), 0o700) }.into()).map(drop)
}

/// Removes the folder `parent/name` if it is empty.
pub(super) fn remove_folder(parent: BorrowedFd<'_>, name: &OsStr) -> io::Result<()> {
    let name = c_string(name)?;
    // SAFETY: `name` outlives the call.
    check(unsafe { libc::unlinkat(parent.as_raw_fd(), name.as_ptr(), libc::AT_REMOVEDIR) }.into()).map(drop)
}

/// Gives a folder opened by [`open_place`] to somebody.
pub(super) fn give_folder(dir: BorrowedFd<'_>, uid: u32, gid: u32) -> io::Result<()> {
    // SAFETY: the empty path is static.
    check(unsafe { libc::fchownat(dir.as_raw_fd(), c"".as_ptr(), uid, gid, libc::AT_EMPTY_PATH) }.into())
        .map(drop)
}

/// Asks the file system of a place for its figures: the one request that FUSE never answers from a cache.
pub(super) fn ask_figures(place: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: statfs is plain data, written whole by the call on success and dropped at once.
    let mut figures: libc::statfs = unsafe { mem::zeroed() };
    // SAFETY: `figures` outlives the call.
    check(unsafe { libc::fstatfs(place.as_raw_fd(), &raw mut figures) }.into()).map(drop)
}

/// Makes the calling *thread* somebody else, for good.
pub(super) fn become_in_this_thread(uid: u32, gid: u32) -> io::Result<()> {
    // SAFETY: no pointers. The raw calls, unlike libc's, leave the other threads alone.
    check(unsafe { libc::syscall(libc::SYS_setresgid, gid, gid, gid) })?;
    // SAFETY: as above.
    check(unsafe { libc::syscall(libc::SYS_setresuid, uid, uid, uid) }).map(drop)
}

/// Effective uid and gid.
pub(super) fn ids() -> (u32, u32) {
    // SAFETY: these calls take nothing and cannot fail.
    unsafe { (libc::geteuid(), libc::getegid()) }
}

/// Takes standard input (the socket) out of the way, opens `/dev/null` in its place and over standard
/// output, and closes all else but standard error.
///
/// Must be the first thing the process does: nothing may own a descriptor yet.
pub(super) fn keep_only_stdin() -> io::Result<OwnedFd> {
    // SAFETY: by the contract above no other part of the process owns descriptors; 3 is free after the
    // range is closed, so the copy is new and owned here alone.
    unsafe {
        check(libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, 0))?;
        let socket = check_fd(libc::fcntl(0, libc::F_DUPFD_CLOEXEC, 3).into())?;
        let null = check_fd(libc::open(c"/dev/null".as_ptr(), libc::O_RDWR | libc::O_CLOEXEC).into())?;
        check(libc::dup2(null.as_fd().as_raw_fd(), 0).into())?;
        check(libc::dup2(null.as_fd().as_raw_fd(), 1).into())?;
        Ok(socket)
    }
}

/// Ignores the signals meant for the daemon, names the process, makes what it creates private.
pub(super) fn settle(name: &CStr) {
    // SAFETY: SIG_IGN installs no code; prctl reads a C string that outlives it; umask cannot fail.
    unsafe {
        for signal in [
            libc::SIGINT,
            libc::SIGTERM,
            libc::SIGHUP,
            libc::SIGQUIT,
            libc::SIGPIPE,
        ] {
            libc::signal(signal, libc::SIG_IGN);
        }
        libc::prctl(libc::PR_SET_NAME, name.as_ptr());
        libc::umask(0o077);
    }
}

/// Asks the kernel to interrupt [`wait_for_request`] when the thread that started this process ends.
pub(super) fn tell_when_starter_ends() -> io::Result<()> {
    extern "C" fn nothing(_: libc::c_int) {}
    // SAFETY: the handler does nothing, without SA_RESTART, so that it only interrupts; both structures are
    // plain data for which all zeroes is valid, are filled by the calls, and outlive them.
    unsafe {
        let mut action: libc::sigaction = mem::zeroed();
        action.sa_sigaction = nothing as extern "C" fn(libc::c_int) as libc::sighandler_t;
        check(libc::sigaction(libc::SIGUSR1, &raw const action, ptr::null_mut()).into())?;
        let mut signals: libc::sigset_t = mem::zeroed();
        libc::sigaddset(&raw mut signals, libc::SIGUSR1);
        check(libc::sigprocmask(libc::SIG_BLOCK, &raw const signals, ptr::null_mut()).into())?;
        check(libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGUSR1).into()).map(drop)
    }
}

/// Waits until there is something to read; false if it was interrupted instead. Only here may the signal of
/// [`tell_when_starter_ends`] come, so it is never missed.
pub(super) fn wait_for_request(socket: BorrowedFd<'_>) -> io::Result<bool> {
    let mut poll = libc::pollfd {
        fd: socket.as_raw_fd(),
        events: libc::POLLIN,
        revents: 0,
    };
    // SAFETY: an empty set is all zeroes; it and `poll` outlive the call.
    let ready = unsafe {
        let none: libc::sigset_t = mem::zeroed();
        libc::ppoll(&raw mut poll, 1, ptr::null(), &raw const none)
    };
    match check(ready.into()) {
        Ok(_) => Ok(true),
        Err(e) if e.kind() == io::ErrorKind::Interrupted => Ok(false),
        Err(e) => Err(e),
    }
}

/// The process that started this one.
pub(super) fn parent() -> u32 {
    // SAFETY: takes nothing and cannot fail.
    unsafe { libc::getppid() }.cast_unsigned()
}
