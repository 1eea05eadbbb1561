//! Telling the kernel, before the command returns.
//!
//! One [`Announcer`] a mount is told of every entry by the app. It works out
//! what is stale, hands that to the mount's notify thread, and waits until the
//! kernel was told: so whoever waited for the command sees its effect. Then the
//! same goes to [`crate::replay`], for watchers; only folders that move are waited
//! for there too.
//!
//! Why a thread: the kernel takes the directory's lock for `inval_entry`, which
//! a LOOKUP or READDIR in flight holds until a handler answers. A mount whose
//! handlers hang would hang every edit; so the wait has a limit, after which the
//! edit goes on and the rest is told later. Until the thread has caught up,
//! nobody waits again.
//!
//! Names are invalidated first, the directory's own listing after that: when
//! `inval_entry` returns, no READDIR that was begun before is still running, and
//! none can put an old listing into the cache behind our back; nor can one that is
//! begun after, by whoever goes on with a directory that he opened long ago: that its
//! snapshot is old is noted before.
//!
//! Measured on Linux 6.18: an invalidated entry of an open or watched directory
//! disturbs neither; a node that the kernel does not hold gives ENOENT, 1 µs.

use crate::inode::Node;
use crate::options::TreeOptions;
use crate::replay::ReplayQueue;
use crate::stale::{CHUNK, Held, Members, Stale, stale};
use crate::tree::Tree;
use kphotos_domain::app::{App, Committed};
use kphotos_domain::kernel::port::Subscriber;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

/// So long an edit waits for the kernel.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// So many things at most wait for a kernel that does not answer.
const BACKLOG: usize = 1_000_000;

/// The kernel's memory of one mount.
pub trait Kernel: Send + Sync {
    /// Forgets what a name stands for, or that it is missing.
    ///
    /// # Errors
    /// ENOENT if it knew nothing of it; anything else is trouble.
    fn inval_entry(&self, parent: u64, name: &OsStr) -> io::Result<()>;

    /// Forgets a node's attributes and, if `whole`, its bytes or cached listing.
    ///
    /// # Errors
    /// ENOENT if it does not hold the node; anything else is trouble.
    fn inval_inode(&self, ino: u64, whole: bool) -> io::Result<()>;
}

/// What the notify thread is asked.
enum Order {
    Forget(Vec<Stale>),
    Done(SyncSender<()>),
}

/// Tells one mount's kernel of every entry; see the module.
pub struct Announcer {
    app: Weak<App>,
    options: TreeOptions,
    held: Arc<dyn Held>,
    replay: Option<ReplayQueue>,
    patience: Duration,
    /// `None` once stopped.
    orders: Mutex<Option<Sender<Order>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// Set while the thread has not caught up with an edit that stopped waiting.
    behind: Mutex<Option<Receiver<()>>>,
    /// Set while folders have not been moved for which an edit stopped waiting.
    moves_behind: AtomicBool,
    backlog: Arc<AtomicUsize>,
    gone: Arc<AtomicBool>,
}

impl Announcer {
    /// Starts the notify thread of a mount; subscribe the result to the app.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn start(
        app: Weak<App>,
        options: impl Into<TreeOptions>,
        held: Arc<dyn Held>,
        kernel: Arc<dyn Kernel>,
        replay: Option<ReplayQueue>,
    ) -> io::Result<Arc<Self>> {
        Self::start_with(app, options, held, kernel, replay, PATIENCE)
    }

    /// The same, with another limit to the wait.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn start_with(
        app: Weak<App>,
        options: impl Into<TreeOptions>,
        held: Arc<dyn Held>,
        kernel: Arc<dyn Kernel>,
        replay: Option<ReplayQueue>,
        patience: Duration,
    ) -> io::Result<Arc<Self>> {
        let (orders, inbox) = channel();
        let gone = Arc::new(AtomicBool::new(false));
        let backlog = Arc::<AtomicUsize>::default();
        let (stop, left) = (gone.clone(), backlog.clone());
        let thread = std::thread::Builder::new()
            .name("kphotos-notify".into())
            .spawn(move || serve(&*kernel, &inbox, &stop, &left))?;
        Ok(Arc::new(Self {
            app,
            options: options.into(),
            held,
            replay,
            patience,
            orders: Mutex::new(Some(orders)),
            thread: Mutex::new(Some(thread)),
            behind: Mutex::new(None),
            moves_behind: AtomicBool::new(false),
            backlog,
            gone,
        }))
    }

    /// Tells this mount nothing any more, and ends the thread. The app may keep
    /// the subscriber: it does nothing from now on. A thread that hangs in the
    /// kernel is left to end when its mount is aborted.
    pub fn stop(&self) {
        self.gone.store(true, Ordering::SeqCst);
        let orders = lock(&self.orders).take();
        let Some(orders) = orders else { return };
        let (done, wait) = sync_channel(1);
        let asked = orders.send(Order::Done(done)).is_ok();
        drop(orders);
        let hangs = asked && wait.recv_timeout(self.patience) == Err(RecvTimeoutError::Timeout);
        let thread = lock(&self.thread).take();
        if let (Some(thread), false) = (thread, hangs) {
            // A panic of the thread was reported when it happened.
            let _ended = thread.join();
        }
    }

    /// Hands over what is stale, a piece at a time; false if the thread is gone.
    fn hand_over(&self, app: &App, orders: &Sender<Order>, found: Vec<Stale>) -> bool {
        let (many, few): (Vec<Stale>, Vec<Stale>) = found
            .into_iter()
            .partition(|one| matches!(one, Stale::Members(_)));
        let mut told = self.order(orders, few);
        for one in many {
            let Stale::Members(mut members) = one else {
                continue;
            };
            while told {
                let part = self.named(app, &mut members);
                if part.is_empty() {
                    break;
                }
                told = self.order(orders, part);
            }
        }
        told
    }

    /// Makes the kernel forget these, soon and before the next command returns. May be
    /// called by a handler: nothing is waited for.
    pub fn forget(&self, found: Vec<Stale>) {
        if let Some(orders) = &*lock(&self.orders) {
            self.order(orders, found);
        }
    }

    fn order(&self, orders: &Sender<Order>, found: Vec<Stale>) -> bool {
        if let Some(replay) = &self.replay {
            replay.push(&found);
        }
        if self.backlog.fetch_add(found.len(), Ordering::SeqCst) > BACKLOG {
            self.backlog.fetch_sub(found.len(), Ordering::SeqCst);
            tracing::error!(
                names = found.len(),
                "the mount does not answer: it keeps old names until mounted again"
            );
            return true;
        }
        orders.send(Order::Forget(found)).is_ok()
    }

    /// Names the next piece, with the view locked no longer than that.
    fn named(&self, app: &App, members: &mut Members) -> Vec<Stale> {
        let view = app.view();
        members.take(&Tree::new(&view, self.options), CHUNK)
    }

    /// Waits until the kernel was told, within limits.
    fn wait(&self, orders: &Sender<Order>) {
        let mut behind = lock(&self.behind);
        if let Some(earlier) = behind.take()
            && earlier.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty)
        {
            *behind = Some(earlier);
            return;
        }
        let (done, wait) = sync_channel(1);
        if orders.send(Order::Done(done)).is_err() {
            return;
        }
        if wait.recv_timeout(self.patience) == Err(RecvTimeoutError::Timeout) {
            tracing::error!(
                seconds = self.patience.as_secs(),
                "the mount does not answer: edits no longer wait for it, it may show old names"
            );
            *behind = Some(wait);
        }
    }

    /// Waits until folders are where they were moved to, within limits.
    fn wait_for_moves(&self) {
        let Some(replay) = &self.replay else { return };
        let was_behind = self.moves_behind.load(Ordering::SeqCst);
        let limit = if was_behind { Duration::ZERO } else { self.patience };
        let moved = replay.moved(limit);
        self.moves_behind.store(!moved, Ordering::SeqCst);
        if !moved && !was_behind {
            tracing::error!(
                seconds = self.patience.as_secs(),
                "the mount does not answer: edits no longer wait for folders to be moved in it"
            );
        }
    }
}

impl Subscriber for Announcer {
    fn committed(&self, committed: &Committed) {
        let Some(app) = self.app.upgrade() else { return };
        let Some(orders) = lock(&self.orders).clone() else {
            return;
        };
        let found = stale(&app.view(), self.options, committed, &*self.held);
        // Before the kernel forgets: what it is told from then on is no older than this entry.
        for dir in found.iter().flat_map(Stale::listings) {
            self.held.changed(dir, committed.revision);
        }
        // What a handler handed over waits in the same line.
        if found.is_empty() && self.backlog.load(Ordering::SeqCst) == 0 {
            return;
        }
        // Watchers hear of nothing before the kernel was told of all.
        let held_back = self.replay.as_ref().map(ReplayQueue::hold);
        if self.hand_over(&app, &orders, found) {
            self.wait(&orders);
        }
        drop(held_back);
        self.wait_for_moves();
    }
}

impl Drop for Announcer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The notify thread: until all senders are gone.
fn serve(kernel: &dyn Kernel, inbox: &Receiver<Order>, gone: &AtomicBool, backlog: &AtomicUsize) {
    for order in inbox {
        match order {
            Order::Forget(found) => {
                if !gone.load(Ordering::SeqCst) {
                    forget(kernel, &found);
                }
                backlog.fetch_sub(found.len(), Ordering::SeqCst);
            }
            Order::Done(done) => {
                // Nobody waits any more: it took too long.
                let _heard = done.send(());
            }
        }
    }
}

/// Tells the kernel to forget all of this.
fn forget(kernel: &dyn Kernel, found: &[Stale]) {
    let mut dirs = BTreeSet::new();
    let mut entry = |parent: Node, name: &str| {
        dirs.insert(parent.ino());
        report(kernel.inval_entry(parent.ino(), OsStr::new(name)));
    };
    for one in found {
        match one {
            Stale::Appeared { parent, name, .. }
            | Stale::Vanished { parent, name, .. }
            | Stale::Forgotten { parent, name } => {
                entry(*parent, name);
            }
            Stale::Renamed { from, to, .. } => {
                entry(from.0, &from.1);
                entry(to.0, &to.1);
            }
            Stale::Attributes { node, .. } => report(kernel.inval_inode(node.ino(), false)),
            Stale::Content { node, .. } => report(kernel.inval_inode(node.ino(), true)),
            Stale::Touched(nodes) => {
                for node in nodes {
                    // A sidecar says what changed: its bytes are others too.
                    let whole = matches!(node, Node::Sidecar(_));
                    report(kernel.inval_inode(node.ino(), whole));
                }
            }
            Stale::Members(_) => {}
        }
    }
    for dir in dirs {
        report(kernel.inval_inode(dir, true));
    }
}

/// Not to know a thing is what the kernel is asked for.
pub(crate) fn report(told: io::Result<()>) {
    match told {
        Err(error) if error.raw_os_error() != Some(libc::ENOENT) => {
            tracing::warn!(%error, "the kernel could not be told of a change in the mount");
        }
        _ => {}
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kphotos_domain::command::Command;
    use kphotos_domain::identity::Actor;
    use kphotos_domain::kernel::{Owner, UserId};
    use kphotos_domain::organization::AlbumPath;
    use kphotos_domain::testing::World;
    use std::collections::HashSet;
    use std::time::Instant;

    const OWNER: Owner = Owner::User(UserId::new(1));
    const ME: Actor = World::ME;

    /// Writes down what it is told; hangs while its door is held.
    #[derive(Default)]
    struct Recording {
        told: Mutex<Vec<String>>,
        door: Mutex<()>,
    }

    impl Kernel for Recording {
        fn inval_entry(&self, parent: u64, name: &OsStr) -> io::Result<()> {
            let _through = lock(&self.door);
            let parent = Node::of(parent).unwrap();
            lock(&self.told).push(format!("{parent:?} {}", name.display()));
            Ok(())
        }

        fn inval_inode(&self, ino: u64, whole: bool) -> io::Result<()> {
            let _through = lock(&self.door);
            let node = Node::of(ino).unwrap();
            lock(&self.told).push(format!("{node:?} whole={whole}"));
            Err(io::Error::from_raw_os_error(libc::ENOENT))
        }
    }

    struct Stage {
        app: Arc<App>,
        kernel: Arc<Recording>,
        announcer: Arc<Announcer>,
    }

    fn stage(patience: Duration) -> Stage {
        let (app, kernel) = (Arc::new(World::new().app), Arc::<Recording>::default());
        let held: HashSet<Node> = [Node::Top(crate::inode::Top::Albums)].into_iter().collect();
        let (weak, dyn_kernel) = (Arc::downgrade(&app), kernel.clone());
        let announcer = Announcer::start_with(weak, OWNER, Arc::new(held), dyn_kernel, None, patience);
        let announcer = announcer.unwrap();
        app.subscribe(announcer.clone());
        Stage {
            app,
            kernel,
            announcer,
        }
    }

    impl Stage {
        fn album(&self, name: &str) {
            let create = Command::CreateAlbum(AlbumPath::parse(name).unwrap().into());
            self.app.execute(ME, &create).unwrap();
        }

        fn told(&self) -> Vec<String> {
            std::mem::take(&mut *lock(&self.kernel.told))
        }
    }

    #[test]
    fn a_command_returns_when_the_kernel_was_told() {
        let stage = stage(PATIENCE);
        for name in ["rome", "oslo"] {
            stage.album(name);
            let expect = [format!("Top(Albums) {name}"), "Top(Albums) whole=true".into()];
            assert_eq!(stage.told(), expect, "the name first, then the listing");
        }
        stage.album("rome/food");
        assert!(stage.told().is_empty(), "nobody holds the album");
    }

    #[test]
    fn a_kernel_that_hangs_delays_one_edit_and_is_told_later() {
        let patience = Duration::from_millis(50);
        let stage = stage(patience);
        let door = lock(&stage.kernel.door);
        stage.album("rome");
        let start = Instant::now();
        (0..200).for_each(|number| stage.album(&format!("{number}")));
        assert!(start.elapsed() < patience * 100, "nobody waits again");
        assert!(stage.told().is_empty());
        drop(door);
        stage.announcer.stop();
        assert!(stage.announcer.thread.lock().unwrap().is_none());
        stage.album("oslo");
        assert!(!stage.told().iter().any(|told| told.contains("oslo")), "stopped");
    }

    #[test]
    fn a_stop_does_not_wait_for_a_kernel_that_hangs() {
        let stage = stage(Duration::from_millis(10));
        let door = lock(&stage.kernel.door);
        stage.album("rome");
        stage.announcer.stop();
        drop(door);
    }
}
