//! Watching: what happens in a library is in the tree without a command.
//!
//! ```text
//! events    one thread: reads the queues of inotify(7), and watches new folders
//!  ├ inotify   the kernel's side, by descriptors of the folders
//!  ├ nodes     which folder a watch is on (pure)
//!  └ changes   which folders are to be looked at, and when (pure)
//! rounds    one thread, and one a round: scans those folders, by the scanner's own rules, all of a moment at once
//! roots     one thread: whether each root is there, at once after any mount or unmount
//! report    what the surfaces say of it
//! ```
//!
//! The scanner brings the watches: it asks for one on each folder before it lists that
//! ([`crate::scan::FolderWatch`]), so nothing is walked twice and nothing is missed between.
//! An event names a folder; what became of its files the scan finds out, with the rules
//! for moves. So events that are lost or late make no wrong picture: an overflow of the queue
//! is answered with a scan of all. Of one library one scan runs at a time
//! ([`crate::scan::Turns`]): while a whole one walks, what happens waits for its end.
//!
//! inotify by `libc`, not the `notify` crate: that keeps a path of each folder in two
//! tables, walks the tree by itself and by path, where we have descriptors beneath
//! the root that follow no link, and the walk is the scanner's already. Its debouncer
//! holds the very events back of which `changes` needs the kinds.
//!
//! Where there are no watches left, or other machines write unheard, the library is
//! scanned every quarter of an hour (quiet hours are kept), and `status` says so. The
//! quiet hours do not hold back rounds: they read only the folder that changed.

mod changes;
mod events;
mod inotify;
mod library;
mod nodes;
mod report;
mod roots;
mod rounds;
mod wake;

pub use report::{Gap, Watches, Watching};

use crate::jobs::Narrowed;
use crate::scan::{FolderWatch, SkipLists, Turns};
use crate::storage::{Volume, Volumes};
use crate::system::end;
use kphotos_domain::app::App;
use kphotos_domain::kernel::LibraryId;
use kphotos_domain::storage::Library;
use library::WatchedLibrary;
use rustc_hash::FxHashMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;
use wake::Wake;

/// What watching needs.
pub struct WatchParts {
    /// Where rounds report.
    pub app: Arc<App>,
    /// The libraries that are online.
    pub volumes: Arc<Volumes>,
    /// Whose turn it is to scan.
    pub turns: Arc<Turns>,
    /// Which scans are of some folders only.
    pub narrowed: Arc<Narrowed>,
    /// What scans left out.
    pub skipped: Arc<SkipLists>,
    /// Where it says how it watches.
    pub watches: Arc<Watches>,
    /// Whether folders are watched; else only the roots are.
    pub is_on: bool,
}

/// Watches until it is dropped or stopped.
pub struct Watcher {
    inner: Arc<Inner>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

struct Inner {
    parts: WatchParts,
    libraries: RwLock<FxHashMap<LibraryId, Arc<WatchedLibrary>>>,
    stopping: AtomicBool,
    /// Wakes the thread of events, and that of roots.
    wakes: [Wake; 2],
    /// How often something happened that the thread of rounds may have to do with.
    happened: Mutex<u64>,
    changed: Condvar,
}

impl Watcher {
    /// Starts the threads.
    ///
    /// # Errors
    /// If the system has no thread, or no descriptor, to give.
    pub fn start(parts: WatchParts) -> io::Result<Arc<Self>> {
        let inner = Arc::new(Inner {
            parts,
            libraries: RwLock::default(),
            stopping: AtomicBool::new(false),
            wakes: [Wake::new()?, Wake::new()?],
            happened: Mutex::default(),
            changed: Condvar::new(),
        });
        let spawn = |name: &str, run: fn(&Arc<Inner>)| {
            let own = inner.clone();
            let thread = std::thread::Builder::new().name(name.to_owned());
            thread.spawn(move || run(&own))
        };
        let threads = vec![
            spawn("watch", Inner::read_events)?,
            spawn("watch-rounds", Inner::make_rounds)?,
            spawn("watch-roots", Inner::look_at_roots)?,
        ];
        let threads = Mutex::new(threads);
        Ok(Arc::new(Self { inner, threads }))
    }

    /// A whole scan of a library begins: from now on it is watched, by what the scan
    /// asks for. Call it when it is the scan's turn.
    pub fn begin(&self, library: &Library, volume: &dyn Volume) {
        self.inner.begin(library, volume);
    }

    /// A library is not there: it is watched no more, but for its return.
    pub fn end(&self, library: LibraryId) {
        self.inner.end(library);
    }

    /// What a scan of this library tells of the folders it enters.
    #[must_use]
    pub fn of(&self, library: LibraryId) -> impl FolderWatch + use<> {
        let (inner, watched) = (self.inner.clone(), self.inner.get(library));
        Entering { inner, watched }
    }

    /// Whether a library was asked for its root and does not answer.
    #[must_use]
    pub fn is_silent(&self, library: LibraryId) -> bool {
        self.inner.parts.watches.is_silent(library)
    }

    /// Stops the threads; one that a library keeps waiting is left behind.
    pub fn stop(&self) {
        self.inner.stopping.store(true, Ordering::SeqCst);
        self.inner.wakes.iter().for_each(Wake::up);
        self.inner.happened();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            end(thread, "a thread that watches");
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A library as a scan of it tells of folders.
struct Entering {
    inner: Arc<Inner>,
    watched: Option<Arc<WatchedLibrary>>,
}

impl FolderWatch for Entering {
    fn enter(&self, volume: &dyn Volume, folder: &[u8]) {
        if let Some(watched) = &self.watched {
            watched.enter(volume, folder);
        }
    }

    fn is_in_writing(&self, file: &[u8]) -> bool {
        self.watched
            .as_ref()
            .is_some_and(|watched| watched.is_in_writing(file))
    }
}

impl Drop for Entering {
    fn drop(&mut self) {
        // The scan is over: now it is known how many folders are watched.
        if let Some(watched) = &self.watched {
            self.inner.report(watched);
        }
    }
}

impl Inner {
    fn get(&self, library: LibraryId) -> Option<Arc<WatchedLibrary>> {
        self.libraries
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&library)
            .cloned()
    }

    fn all(&self) -> Vec<Arc<WatchedLibrary>> {
        self.libraries
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .cloned()
            .collect()
    }

    fn begin(&self, library: &Library, volume: &dyn Volume) {
        if !self.parts.is_on {
            let (folders, gap) = (0, Some(Gap::Off));
            self.parts
                .watches
                .put(library.id, Some(Watching { folders, gap }));
            return;
        }
        let known = self.get(library.id);
        if let Some(known) = known.filter(|known| known.is_of(library) && known.root_id == volume.root_id()) {
            return known.begin_again();
        }
        match WatchedLibrary::new(library.id, library.root.clone(), volume) {
            Ok(watched) => {
                self.libraries
                    .write()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(library.id, Arc::new(watched));
                self.wakes.iter().for_each(Wake::up);
            }
            Err(error) => {
                let (folders, gap) = (0, Some(Gap::Refused(error.to_string())));
                self.parts
                    .watches
                    .put(library.id, Some(Watching { folders, gap }));
            }
        }
    }

    fn end(&self, library: LibraryId) {
        let mut libraries = self.libraries.write().unwrap_or_else(PoisonError::into_inner);
        if libraries.remove(&library).is_some() {
            self.wakes.iter().for_each(Wake::up);
        }
        self.parts.watches.put(library, None);
    }

    fn report(&self, watched: &WatchedLibrary) {
        // It may have ended meanwhile.
        if self.get(watched.id).is_some() {
            self.parts.watches.put(watched.id, Some(watched.watching()));
        }
    }

    fn happened(&self) {
        *self.happened.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.changed.notify_all();
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests;
