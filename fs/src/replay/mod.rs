//! Making watchers see a change: performing it once more, as system calls.
//!
//! No notification of FUSE raises an inotify event; a `mknod`, `mkdir`,
//! `rename`, `unlink` or `utimensat` on the daemon's own mount does, also for
//! watchers on a read-only bind mount of it and through Samba. One thread a mount
//! does that, behind the commands (which wait for folders that move only), in
//! directories that the kernel holds; the [gate](crate::gate) lets it through.
//! The view is right all the time: what is performed changes nothing that a
//! reader sees. Before each operation the tree is asked whether it is still
//! true, and after it the kernel is made to forget the name if it no longer is,
//! so order and delays do no harm.
//!
//! Measured on Linux 6.18:
//! - `mknod` and `mkdir` look the name up afresh (LOOKUP_EXCL), as `rename` does
//!   with its target: a cached name is no obstacle, EEXIST does not occur.
//! - `unlink`, `rmdir` and the source of `rename` use the name as it is cached, a
//!   cached miss too (ENOENT without a LOOKUP): it is invalidated right before,
//!   again if a reader was quicker. It may stand for another thing by then, which the
//!   gate does not let go.
//! - A directory that was removed is dead for whoever found it at another place
//!   meanwhile. So one that is elsewhere is always renamed, never removed.
//! - A folder has one place in the kernel's memory. Whoever looks it up at another moves
//!   it there, for which he needs the lock that a `rename` between two directories holds:
//!   while the thread renames it, he gets ESTALE, and again when the kernel has tried a
//!   second time (3 of 100 who looked right after a command, on a busy machine). So a
//!   command that moves a folder returns when that is done ([`ReplayQueue::moved`]).
//! - MKNOD and MKDIR must be answered with a time to live of 0 for the name: the
//!   view may have moved on, and readers would see what is gone until the check
//!   after the call.
//! - The kernel counts a file's links down by itself and tells watchers of the
//!   file that it was deleted when none is left, wherever else it is shown:
//!   `st_nlink` must be at least 2 at the time of an `unlink`.
//! - Both times set: IN_ATTRIB; mtime alone: IN_MODIFY, which needs the owner or
//!   CAP_FOWNER.

#![expect(
    unsafe_code,
    reason = "the operations are system calls relative to a directory, which std does not have"
)]

mod queue;

use crate::gate::{Operation, ReplayGate};
use crate::inode::Node;
use crate::notify::{Kernel, report};
use crate::options::TreeOptions;
use crate::stale::{Held, Stale};
use crate::tree::Tree;
use kphotos_domain::app::App;
use queue::{Deed, Queue};
use std::ffi::{CString, OsStr};
use std::io;
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Operations performed in one directory before another has its turn.
const TURN: usize = 64;
/// How often a name is looked up afresh that readers keep asking for.
const TRIES: usize = 10;
/// So long [`Replay::stop`] waits for a system call to return.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Default)]
struct State {
    queue: Queue,
    holds: usize,
    busy: bool,
    /// Folders are taken from their places in this turn.
    moving: bool,
    stop: bool,
    ended: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the state is so, or the time is over.
    fn wait(&self, limit: Duration, is_so: impl Fn(&State) -> bool) -> bool {
        let end = Instant::now() + limit;
        let mut state = self.lock();
        while !is_so(&state) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let woken = self.changed.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

/// The way into a replay thread.
#[derive(Clone)]
pub struct ReplayQueue {
    shared: Arc<Shared>,
}

/// Nothing new is performed while this lives.
pub struct Hold {
    shared: Arc<Shared>,
}

impl ReplayQueue {
    /// Adds what watchers are to see.
    pub fn push(&self, found: &[Stale]) {
        let mut state = self.shared.lock();
        found.iter().for_each(|stale| state.queue.push(stale));
        drop(state);
        self.shared.changed.notify_all();
    }

    /// Waits until the kernel has every folder at the place where it is; false if that
    /// takes longer. See the module for why a command waits for this.
    #[must_use]
    pub fn moved(&self, limit: Duration) -> bool {
        self.shared.wait(limit, |state| {
            state.ended || (!state.moving && !state.queue.has_moves())
        })
    }

    /// Holds the thread back.
    #[must_use]
    pub fn hold(&self) -> Hold {
        self.shared.lock().holds += 1;
        Hold {
            shared: self.shared.clone(),
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.shared.lock().holds -= 1;
        self.shared.changed.notify_all();
    }
}

/// The replay thread of one mount.
pub struct Replay {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Replay {
    /// Starts the thread. `mount` is where this process may write: the private
    /// mount, or the mount itself where there is only one.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn start(
        mount: PathBuf,
        gate: Arc<ReplayGate>,
        app: Weak<App>,
        options: impl Into<TreeOptions>,
        held: Arc<dyn Held>,
        kernel: Arc<dyn Kernel>,
    ) -> io::Result<Self> {
        let shared = Arc::<Shared>::default();
        let actor = Actor {
            mount,
            gate,
            app,
            options: options.into(),
            held,
            kernel,
        };
        let inner = shared.clone();
        let thread = std::thread::Builder::new()
            .name("kphotos-replay".into())
            .spawn(move || run(&actor, &inner))?;
        Ok(Self {
            shared,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// The way into it.
    #[must_use]
    pub fn queue(&self) -> ReplayQueue {
        ReplayQueue {
            shared: self.shared.clone(),
        }
    }

    /// Waits until watchers were told of everything; false if that takes longer.
    #[must_use]
    pub fn settle(&self, limit: Duration) -> bool {
        self.shared
            .wait(limit, |state| !state.busy && state.queue.is_empty())
    }

    /// Ends the thread; what still waits is not shown. To be called before the
    /// mount goes. A thread that hangs in the kernel is left to end with it.
    pub fn stop(&self) {
        self.shared.lock().stop = true;
        self.shared.changed.notify_all();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && self.shared.wait(PATIENCE, |state| state.ended)
        {
            // A panic of the thread was reported when it happened.
            let _ended = thread.join();
        }
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Notes the end of the thread, however it ends.
struct End<'a>(&'a Shared);

impl Drop for End<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.ended = true;
        (state.busy, state.moving) = (false, false);
        drop(state);
        self.0.changed.notify_all();
    }
}

fn run(actor: &Actor, shared: &Shared) {
    let _end = End(shared);
    // SAFETY: no arguments, no memory.
    let tid = unsafe { libc::gettid() };
    actor.gate.register(u32::try_from(tid).unwrap_or(0));
    let mut state = shared.lock();
    while !state.stop {
        let turn = (state.holds == 0).then(|| state.queue.take(TURN)).flatten();
        let Some((dir, deeds)) = turn else {
            state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            continue;
        };
        state.busy = true;
        state.moving = deeds.iter().any(Deed::is_move);
        drop(state);
        actor.perform(dir, deeds, shared);
        state = shared.lock();
        (state.busy, state.moving) = (false, false);
        shared.changed.notify_all();
    }
    actor.gate.register(0);
}

/// The thread's hands.
struct Actor {
    mount: PathBuf,
    gate: Arc<ReplayGate>,
    app: Weak<App>,
    options: TreeOptions,
    held: Arc<dyn Held>,
    kernel: Arc<dyn Kernel>,
}

impl Actor {
    fn perform(&self, dir: Node, deeds: Vec<Deed>, shared: &Shared) {
        let Some(fd) = self.open(dir) else { return };
        for deed in deeds {
            if shared.lock().stop {
                return;
            }
            let done = match deed {
                Deed::Appear { name, node } => self.appear(dir, &fd, &name, node),
                Deed::Vanish { name, node } => self.vanish(dir, &fd, &name, node),
                Deed::Rename { old, to, new, node } => self.rename((dir, &fd, &old), (to, &new), node),
                Deed::Touch { name, node, content } => {
                    if self.child(dir, &name) == Some(node) {
                        self.touch(&fd, &name, node, content)
                    } else {
                        Ok(())
                    }
                }
                Deed::TouchAll => self.touch(&fd, "", dir, false),
            };
            if let Err(error) = done {
                tracing::debug!(%error, ?dir, "a change is not shown to watchers");
            }
        }
    }

    /// A held directory of this mount, found by the path it has now.
    fn open(&self, dir: Node) -> Option<OwnedFd> {
        self.held.has(dir).then(|| self.open_any(dir)).flatten()
    }

    /// The same of any directory, which is held from then on.
    fn open_any(&self, dir: Node) -> Option<OwnedFd> {
        let path = self.mount.join(self.path_of(dir)?);
        let fd = open_directory(&path).ok()?;
        // What lies below a mount that is gone must never be written to.
        (is_fuse(&fd) && inode_of(&fd) == Some(dir.ino())).then_some(fd)
    }

    fn child(&self, parent: Node, name: &str) -> Option<Node> {
        let app = self.app.upgrade()?;
        let view = app.view();
        Tree::new(&view, self.options).lookup(parent, name)
    }

    /// Where a directory is now, below the mount's root.
    fn path_of(&self, dir: Node) -> Option<PathBuf> {
        let app = self.app.upgrade()?;
        let view = app.view();
        let tree = Tree::new(&view, self.options);
        let (mut names, mut at) = (Vec::new(), dir);
        while at != Node::Root {
            let parent = tree.parent(at)?;
            names.push(tree.name(at, parent)?);
            at = parent;
        }
        Some(names.into_iter().rev().collect())
    }

    /// Where a directory is now, if it is in the tree.
    fn place_of(&self, node: Node) -> Option<(Node, String)> {
        if node.is_file() {
            return None;
        }
        let app = self.app.upgrade()?;
        let view = app.view();
        let tree = Tree::new(&view, self.options);
        let parent = tree.parent(node)?;
        Some((parent, tree.name(node, parent)?))
    }

    fn forget(&self, parent: Node, name: &str) {
        report(self.kernel.inval_entry(parent.ino(), OsStr::new(name)));
    }

    /// Makes a call that takes a name as the kernel remembers it: by now perhaps
    /// as missing, again whenever a reader asks for it in between.
    fn afresh(&self, parent: Node, name: &str, call: impl Fn() -> io::Result<()>) -> io::Result<()> {
        for _ in 1..TRIES {
            self.forget(parent, name);
            match call() {
                // The last: it stands for what a reader found there, or was gone back from.
                Err(error)
                    if matches!(
                        error.raw_os_error(),
                        Some(libc::ENOENT | libc::ESTALE | libc::EROFS)
                    ) => {}
                done => return done,
            }
        }
        self.forget(parent, name);
        call()
    }

    fn appear(&self, parent: Node, fd: &OwnedFd, name: &str, node: Node) -> io::Result<()> {
        if self.child(parent, name) != Some(node) {
            return Ok(());
        }
        let text = c_name(name)?;
        let done = {
            let name = name.into();
            let _open = self.gate.open(Operation::Appear { parent, name, node });
            // SAFETY: `fd` is open and `text` is a C string, both for the whole call.
            check(unsafe {
                if node.is_file() {
                    libc::mknodat(fd.as_raw_fd(), text.as_ptr(), libc::S_IFREG | 0o444, 0)
                } else {
                    libc::mkdirat(fd.as_raw_fd(), text.as_ptr(), 0o555)
                }
            })
        };
        if self.child(parent, name) != Some(node) {
            self.forget(parent, name);
        }
        done
    }

    fn vanish(&self, parent: Node, fd: &OwnedFd, name: &str, node: Node) -> io::Result<()> {
        let other = self.child(parent, name);
        if other == Some(node) {
            return Ok(());
        }
        if let Some((to, new)) = self.place_of(node) {
            // Nobody may watch the other end.
            let Some(to_fd) = self.open_any(to) else {
                return Ok(());
            };
            return self.carry((parent, fd, name), (to, &to_fd, &new), node);
        }
        let text = c_name(name)?;
        let flags = if node.is_file() { 0 } else { libc::AT_REMOVEDIR };
        let done = {
            let (label, name) = (name, name.into());
            let _open = self.gate.open(Operation::Vanish { parent, name, node });
            self.afresh(parent, label, || {
                if self.place_of(node).is_some() {
                    return Ok(()); // It has just come back.
                }
                self.gate.look_again();
                // SAFETY: `fd` is open and `text` is a C string, both for the whole call.
                check(unsafe { libc::unlinkat(fd.as_raw_fd(), text.as_ptr(), flags) })
            })
        };
        // The kernel counted the links down by itself.
        report(self.kernel.inval_inode(node.ino(), false));
        if let Some(other) = self.child(parent, name) {
            self.forget(parent, name);
            report(self.kernel.inval_inode(other.ino(), false));
        }
        done
    }

    fn rename(
        &self,
        (from, fd, old): (Node, &OwnedFd, &str),
        (to, new): (Node, &str),
        node: Node,
    ) -> io::Result<()> {
        let gone = self.child(from, old) != Some(node);
        let target = if to == from { None } else { self.open(to) };
        let there = (to == from || target.is_some()) && self.child(to, new) == Some(node);
        let to_fd = target.as_ref().unwrap_or(fd);
        match (gone, there) {
            (false, false) => Ok(()),
            (true, false) => self.vanish(from, fd, old, node),
            (false, true) => self.appear(to, to_fd, new, node),
            // The old name stands for something else already.
            (true, true) if node.is_file() && self.child(from, old).is_some() => {
                self.vanish(from, fd, old, node)?;
                self.appear(to, to_fd, new, node)
            }
            (true, true) => self.carry((from, fd, old), (to, to_fd, new), node),
        }
    }

    /// Renames what is at the new place already.
    fn carry(
        &self,
        (from, fd, old): (Node, &OwnedFd, &str),
        (to, to_fd, new): (Node, &OwnedFd, &str),
        node: Node,
    ) -> io::Result<()> {
        let (text, new_text) = (c_name(old)?, c_name(new)?);
        let done = {
            let (label, old, new) = (old, old.into(), new.into());
            let _open = self.gate.open(Operation::Rename {
                from,
                old,
                to,
                new,
                node,
            });
            let (a, b) = (fd.as_raw_fd(), to_fd.as_raw_fd());
            self.afresh(from, label, || {
                if !node.is_file() {
                    look_up(fd, &text)?;
                }
                self.gate.look_again();
                // SAFETY: the descriptors are open and the names are C strings for the whole call.
                check(unsafe { libc::renameat(a, text.as_ptr(), b, new_text.as_ptr()) })
            })
        };
        self.forget(from, old);
        self.forget(to, new);
        done
    }

    /// Sets times: of the directory itself if there is no name.
    fn touch(&self, fd: &OwnedFd, name: &str, node: Node, content: bool) -> io::Result<()> {
        let text = c_name(name)?;
        let _open = self.gate.open(Operation::Touch { node });
        let flags = libc::AT_SYMLINK_NOFOLLOW | if name.is_empty() { libc::AT_EMPTY_PATH } else { 0 };
        let set = |times: *const libc::timespec| {
            // SAFETY: `fd` is open, `text` is a C string, `times` is null or two timespecs.
            check(unsafe { libc::utimensat(fd.as_raw_fd(), text.as_ptr(), times, flags) })
        };
        let times = [libc::UTIME_OMIT, libc::UTIME_NOW].map(|tv_nsec| libc::timespec { tv_sec: 0, tv_nsec });
        if content && set(times.as_ptr()).is_ok() {
            return Ok(());
        }
        set(std::ptr::null())
    }
}

fn c_name(name: &str) -> io::Result<CString> {
    CString::new(name).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))
}

fn check(result: libc::c_int) -> io::Result<()> {
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

fn open_directory(path: &Path) -> io::Result<OwnedFd> {
    let text =
        CString::new(path.as_os_str().as_bytes()).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))?;
    let flags = libc::O_PATH | libc::O_DIRECTORY | libc::O_NOFOLLOW | libc::O_CLOEXEC;
    // SAFETY: `text` is a C string for the whole call.
    let fd = unsafe { libc::open(text.as_ptr(), flags) };
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call above just opened it, and nobody else has it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Makes the kernel look a name up. A folder has one place in its cache, which a
/// reader may have found to be the new one already; a `rename` between two
/// folders cannot take it back from there by itself (ESTALE: the lookup needs
/// the lock that the rename holds), a lookup before it can.
fn look_up(fd: &OwnedFd, name: &CString) -> io::Result<()> {
    // SAFETY: all-zero is a valid `stat`.
    let mut stat: libc::stat = unsafe { std::mem::zeroed() };
    let flags = libc::AT_SYMLINK_NOFOLLOW;
    // SAFETY: `fd` is open, `name` is a C string and `stat` is writable for the whole call.
    check(unsafe { libc::fstatat(fd.as_raw_fd(), name.as_ptr(), &raw mut stat, flags) })
}

fn inode_of(fd: &OwnedFd) -> Option<u64> {
    // SAFETY: all-zero is a valid `stat`.
    let mut stat: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: `fd` is open and `stat` is writable for the whole call.
    check(unsafe { libc::fstat(fd.as_raw_fd(), &raw mut stat) }).ok()?;
    Some(stat.st_ino)
}

fn is_fuse(fd: &OwnedFd) -> bool {
    // SAFETY: all-zero is a valid `statfs`.
    let mut stat: libc::statfs = unsafe { std::mem::zeroed() };
    // SAFETY: `fd` is open and `stat` is writable for the whole call.
    let done = unsafe { libc::fstatfs(fd.as_raw_fd(), &raw mut stat) };
    done == 0 && stat.f_type == libc::FUSE_SUPER_MAGIC
}
