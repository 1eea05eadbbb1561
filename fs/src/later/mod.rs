//! What may take long: the reading of originals and the making of sidecars.
//!
//! A library can stop to answer: a server that is gone, a disk that hangs. Whoever asks it
//! for a file then waits in the kernel for as long as it likes, and nobody can call him
//! back. So a mount asks in such a way that only few wait, and that its own threads do not:
//!
//! * Each library is a *lane* with a few threads of its own (`pool`), which come as they
//!   are needed. Who waits there keeps nobody else waiting.
//! * Each question has a term, from when a thread takes it up: when it is over, `clock` refuses the answer,
//!   and what comes after it is thrown away. Who asked hears EIO, where he would have waited. Those who wait for a
//!   thread are refused with it, since theirs may not come.
//! * A lane all of whose threads are overdue is *stuck*: what is asked then is refused at
//!   once. It needs no probing: the threads that are stuck go on when the library answers
//!   again, and with them the lane.
//! * Where no thread can be made for a lane that has none, what is asked is refused at once
//!   too: neither the clock nor a thread of the mount goes to the disk in its place.
//!
//! At the end of the daemon those who wait are left behind, and end with its process. What no
//! process can leave is a question that a FUSE daemon has taken and does not answer: the kernel
//! waits that out (Linux, fs/fuse/dev.c, `request_wait_answer`), until that daemon is killed or its
//! mount is given up (`umount -f`). The mounts of K-Photos are gone by then all the same.
//!
//! Where the file system of a library is one that waits for others (over the network, or
//! FUSE: `Originals::may_hang`), everything goes by its lane. To hand a request over to
//! another thread and back costs about as much again as opening a small file, so on a
//! local disk, which nearly always answers, the thread that has the request opens the file
//! itself (`Lanes::ask_here`), if another one stays free then for those who ask for
//! something else; when the last but one is taken, and after a local disk was overdue, the
//! lane takes over.

mod clock;
mod pool;

use clock::{Clock, Question as _, Ticket};
use kphotos_domain::kernel::LibraryId;
use pool::Pool;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// How long an original may take to be opened or read before the answer is EIO. A disk that
/// sleeps is awake after some ten seconds; those who wait for a file that is not there any
/// more should hear of it before they are taken for dead themselves.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// What a lane is for: a library's files, or what is made of them. Sidecars take a worker's time
/// besides, and opening should not wait for that.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Lane {
    /// The files of a library.
    Files(LibraryId),
    /// How large its file system is: asked with less patience, which must not make its files seem stuck.
    Space(LibraryId),
    /// The sidecars of its photos.
    Sidecars(LibraryId),
    /// Sidecars for which no file is read.
    Made,
}

impl Lane {
    const fn library(self) -> Option<LibraryId> {
        match self {
            Self::Files(library) | Self::Sidecars(library) => Some(library),
            Self::Space(_) | Self::Made => None,
        }
    }
}

/// The right to answer, which is lost when the term is over.
pub(crate) struct Answer<R>(Arc<dyn Slot<R>>);

impl<R> Answer<R> {
    /// What to answer with; `None`: it was refused, and nobody waits.
    pub(crate) fn take(&self) -> Option<R> {
        self.0.take()
    }
}

trait Slot<R>: Send + Sync {
    fn take(&self) -> Option<R>;
}

/// A question that can be refused, once, if nobody answered.
struct Asked<R, F> {
    left: Mutex<Option<(R, F)>>,
    begun: OnceLock<Instant>,
}

impl<R: Send, F: Send> Slot<R> for Asked<R, F> {
    fn take(&self) -> Option<R> {
        self.lock_and_take().map(|(reply, _)| reply)
    }
}

impl<R, F> Asked<R, F> {
    /// A thread takes it up; false: it was refused before.
    fn begin(&self) -> bool {
        self.begun.get_or_init(Instant::now);
        self.left.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn lock_and_take(&self) -> Option<(R, F)> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<R: Send, F: FnOnce(R) + Send> clock::Question for Asked<R, F> {
    fn refuse(&self) {
        if let Some((reply, refuse)) = self.lock_and_take() {
            refuse(reply);
        }
    }

    fn begun(&self) -> Option<Instant> {
        self.begun.get().copied()
    }
}

/// The lanes of a mount; see the module.
pub(crate) struct Lanes {
    patience: Duration,
    lanes: Mutex<FxHashMap<Lane, Pool>>,
    clock: Clock,
    /// How many of the mount's own threads may be in an original at a time, and are.
    most_here: usize,
    here: AtomicUsize,
}

impl Lanes {
    /// For a mount with so many threads.
    pub(crate) fn new(patience: Duration, threads: usize) -> Self {
        Self {
            patience,
            lanes: Mutex::default(),
            clock: Clock::default(),
            most_here: threads.saturating_sub(1),
            here: AtomicUsize::new(0),
        }
    }

    /// Has a question answered by a thread of the lane; `refuse` is called, and the answer
    /// thrown away, if that takes longer than the mount is patient.
    pub(crate) fn ask<R: Send + 'static>(
        &self,
        lane: Lane,
        reply: R,
        refuse: impl FnOnce(R) + Send + 'static,
        work: impl FnOnce(&Answer<R>) + Send + 'static,
    ) {
        self.ask_within(self.patience, lane, reply, refuse, work);
    }

    /// The same, if it takes longer than this, where that is less.
    pub(crate) fn ask_within<R: Send + 'static>(
        &self,
        term: Duration,
        lane: Lane,
        reply: R,
        refuse: impl FnOnce(R) + Send + 'static,
        work: impl FnOnce(&Answer<R>) + Send + 'static,
    ) {
        let pool = self.pool(lane);
        if self.clock.overdue(lane) >= pool::MOST_THREADS {
            return refuse(reply);
        }
        let (asked, ticket) = self.watch(term, lane, reply, refuse);
        let question = asked.clone();
        let is_served = pool.run(move || {
            if asked.begin() {
                work(&Answer(asked));
            }
            drop(ticket);
        });
        if !is_served {
            // Nobody who asks, and not the clock, waits for a disk instead.
            question.refuse();
        }
    }

    /// The same by the thread that calls, if it can be spared.
    pub(crate) fn ask_here<R: Send + 'static>(
        &self,
        lane: Lane,
        reply: R,
        refuse: impl FnOnce(R) + Send + 'static,
        work: impl FnOnce(&Answer<R>) + Send + 'static,
    ) {
        let _here = Here(&self.here);
        let is_spared = self.here.fetch_add(1, Ordering::Relaxed) < self.most_here;
        if !is_spared || self.clock.overdue(lane) > 0 {
            return self.ask(lane, reply, refuse, work);
        }
        let (asked, ticket) = self.watch(self.patience, lane, reply, refuse);
        if asked.begin() {
            work(&Answer(asked));
        }
        drop(ticket);
    }

    /// Has something done by a thread of the lane that nobody waits for, however long it takes and whenever there is one.
    pub(crate) fn let_go(&self, lane: Lane, work: impl FnOnce() + Send + 'static) {
        let _served_later = self.pool(lane).run(work);
    }

    /// The libraries that were asked for something, and have not answered since in time.
    pub(crate) fn silent(&self) -> BTreeSet<LibraryId> {
        let lanes = self.clock.all_overdue().into_iter();
        lanes.filter_map(Lane::library).collect()
    }

    fn watch<R: Send + 'static, F: FnOnce(R) + Send + 'static>(
        &self,
        term: Duration,
        lane: Lane,
        reply: R,
        refuse: F,
    ) -> (Arc<Asked<R, F>>, Ticket) {
        let asked = Arc::new(Asked {
            left: Mutex::new(Some((reply, refuse))),
            begun: OnceLock::new(),
        });
        let ticket = self.clock.watch(lane, term, asked.clone());
        (asked, ticket)
    }

    fn pool(&self, lane: Lane) -> Pool {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.entry(lane).or_default().clone()
    }
}

/// One of the mount's threads, while it may be in an original.
struct Here<'a>(&'a AtomicUsize);

impl Drop for Here<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
