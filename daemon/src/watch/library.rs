//! One library that is watched: its queue, its folders, and what happened in them.

use super::changes::{Changes, Orders, Round, join};
use super::inotify::Inotify;
use super::report::{Gap, Watching};
use crate::storage::{ItemKind, RootId, Volume, elsewhere};
use kphotos_domain::kernel::LibraryId;
use kphotos_domain::storage::{Library, ignored_by};
use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// A library that is watched.
pub(super) struct WatchedLibrary {
    /// Which.
    pub(super) id: LibraryId,
    /// Its root's path when the watch began.
    pub(super) root: Box<[u8]>,
    /// Its root's folder then.
    pub(super) root_id: Option<RootId>,
    queue: Inotify,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    changes: Changes,
    gap: Option<Gap>,
}

impl WatchedLibrary {
    /// A library of which nothing is watched yet.
    pub(super) fn new(id: LibraryId, root: Box<[u8]>, volume: &dyn Volume) -> io::Result<Self> {
        let gap = volume
            .folder(b"")?
            .and_then(|root| elsewhere(&root))
            .map(Gap::Elsewhere);
        let changes = Changes::default();
        Ok(Self {
            id,
            root,
            root_id: volume.root_id(),
            queue: Inotify::new()?,
            state: Mutex::new(State { changes, gap }),
        })
    }

    /// Whether it is this library, where it was.
    pub(super) fn is_of(&self, library: &Library) -> bool {
        self.id == library.id && self.root == library.root
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it is watched.
    pub(super) fn watching(&self) -> Watching {
        let state = self.lock();
        Watching {
            folders: state.changes.nodes.len(),
            gap: state.gap.clone(),
        }
    }

    /// All of it is looked at now: what happened before needs no look of its own, and
    /// folders that could not be watched are tried again.
    pub(super) fn begin_again(&self) {
        let mut state = self.lock();
        state.changes.forget();
        if !matches!(state.gap, Some(Gap::Elsewhere(_))) {
            state.gap = None;
        }
    }

    /// Watches a folder. One that is gone meanwhile needs no watch.
    pub(super) fn enter(&self, volume: &dyn Volume, path: &[u8]) {
        let Ok(Some(folder)) = volume.folder(path) else {
            return;
        };
        let mut state = self.lock();
        if matches!(state.gap, Some(Gap::RanOut)) {
            return;
        }
        match self.queue.add(folder.as_fd()) {
            // The queue is read under the lock: no event of this watch was taken for nobody's.
            Ok(watch) => {
                if !state.changes.nodes.put(path, watch) {
                    self.queue.remove(watch);
                }
            }
            Err(error) => match error.raw_os_error() {
                Some(libc::ENOSPC) => {
                    tracing::warn!(library = %self.id, folders = state.changes.nodes.len(), "no more folders can be watched");
                    state.gap = Some(Gap::RanOut);
                }
                // Not for us to read, or gone.
                Some(libc::EACCES | libc::ENOENT | libc::ENOTDIR) => {}
                _ => state.gap = Some(Gap::Refused(error.to_string())),
            },
        }
    }

    /// Watches a new folder and all that is in it already.
    fn enter_below(&self, volume: &dyn Volume, path: Vec<u8>) {
        let mut folders = vec![path];
        while let Some(folder) = folders.pop() {
            self.enter(volume, &folder);
            let items = volume.list(&folder, &|_| false).unwrap_or_default();
            let is_folder = |kind| matches!(kind, ItemKind::Folder);
            let inside = items
                .into_iter()
                .filter(|item| is_folder(item.kind) && ignored_by(&item.name, true).is_none());
            folders.extend(inside.map(|item| join(&folder, &item.name)));
        }
    }

    /// Takes what is in the queue.
    ///
    /// # Errors
    /// What reading the queue says.
    pub(super) fn take(&self, volume: Option<&dyn Volume>) -> io::Result<Orders> {
        let mut all = Orders::default();
        loop {
            let mut orders = Orders::default();
            {
                let mut state = self.lock();
                let events = self.queue.read()?;
                if events.is_empty() {
                    return Ok(all);
                }
                let now = Instant::now();
                for event in &events {
                    state.changes.take(event, now, &mut orders);
                }
            }
            all.root_left |= orders.root_left;
            all.overflowed |= orders.overflowed;
            for folder in orders.enter {
                if let Some(volume) = volume {
                    self.enter_below(volume, folder);
                }
            }
        }
    }

    /// Whether a file is being written.
    pub(super) fn is_in_writing(&self, path: &[u8]) -> bool {
        self.lock().changes.is_in_writing(path)
    }

    /// When it has to be looked at next, if something happened.
    pub(super) fn due(&self) -> Option<Instant> {
        self.lock().changes.due()
    }

    /// What is to be looked at now, if its time has come.
    pub(super) fn round(&self, now: Instant) -> Option<Round> {
        let round = self.lock().changes.round(now)?;
        round.unwatch.iter().for_each(|watch| self.queue.remove(*watch));
        Some(round)
    }

    /// A round that could not be: its folders are to be looked at again.
    pub(super) fn look_again(&self, round: Round) {
        let (mut state, now) = (self.lock(), Instant::now());
        for part in round.parts {
            state.changes.look(part.path, part.below, now);
        }
    }

    /// Nothing is looked at before.
    pub(super) fn rest_until(&self, at: Instant) {
        self.lock().changes.rest_until(at);
    }

    /// The queue, to wait for.
    pub(super) fn queue(&self) -> BorrowedFd<'_> {
        self.queue.as_fd()
    }
}
