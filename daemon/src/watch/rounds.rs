//! The thread that has folders looked at in which something happened.
//!
//! A round has a thread of its own, since its library may hang while it is read: that keeps its own rounds waiting, and
//! nobody else's.

use super::library::WatchedLibrary;
use super::{Entering, Inner, WatchParts};
use crate::jobs::{Progress, follow_up, to_do_elsewhere};
use crate::scan::{Scan, ScanError, Scope};
use crate::system::end;
use kphotos_domain::kernel::LibraryId;
use kphotos_domain::processing::AskedBy;
use rustc_hash::FxHashMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a round waits for its turn before it looks again.
const TURN: Duration = Duration::from_millis(200);
/// How long a library that does not answer is left alone.
const SILENCE: Duration = Duration::from_secs(2);
/// How long the thread sleeps at most.
const NAP: Duration = Duration::from_secs(60);

/// A look at what happened in a library.
struct Round {
    thread: JoinHandle<()>,
    is_over: Arc<AtomicBool>,
}

impl Inner {
    pub(super) fn make_rounds(self: &Arc<Self>) {
        let mut under_way: FxHashMap<LibraryId, Round> = FxHashMap::default();
        while !self.is_stopping() {
            let seen = *self.happened.lock().unwrap_or_else(PoisonError::into_inner);
            let mut next: Option<Instant> = None;
            under_way.retain(|_, round| !round.is_over.load(Ordering::SeqCst) && !round.thread.is_finished());
            for library in self.all() {
                // Its end wakes this thread.
                if under_way.contains_key(&library.id) {
                    continue;
                }
                // What happens there is looked at when it answers.
                if self.parts.watches.is_silent(library.id) {
                    library.rest_until(Instant::now() + SILENCE);
                }
                if library.due().is_some_and(|due| due <= Instant::now()) {
                    match self.begin_round(&library) {
                        Ok(round) => drop(under_way.insert(library.id, round)),
                        Err(error) => {
                            tracing::error!(%error, library = %library.id, "what changed cannot be looked at yet");
                            library.rest_until(Instant::now() + SILENCE);
                        }
                    }
                    continue;
                }
                next = next.into_iter().chain(library.due()).min();
            }
            let patience = next.map_or(NAP, |at| at.saturating_duration_since(Instant::now()).min(NAP));
            let happened = self.happened.lock().unwrap_or_else(PoisonError::into_inner);
            if *happened == seen && !patience.is_zero() {
                drop(self.changed.wait_timeout(happened, patience));
            }
        }
        for round in under_way.into_values() {
            end(round.thread, "a look at what changed");
        }
    }

    /// Looks at what happened in a library, on another thread.
    fn begin_round(self: &Arc<Self>, library: &Arc<WatchedLibrary>) -> io::Result<Round> {
        let (inner, library) = (self.clone(), library.clone());
        let is_over = Arc::new(AtomicBool::new(false));
        let tell = is_over.clone();
        let thread = std::thread::Builder::new().name("watch-round".into());
        let thread = thread.spawn(move || {
            inner.round(&library);
            // Before it wakes the other, or that might find it still under way, and sleep.
            tell.store(true, Ordering::SeqCst);
            inner.happened();
        })?;
        Ok(Round { thread, is_over })
    }

    fn round(self: &Arc<Self>, library: &Arc<WatchedLibrary>) {
        let turn = self.parts.turns.of(library.id);
        let Ok(_turn) = turn.try_lock() else {
            return library.rest_until(Instant::now() + TURN);
        };
        let began = Instant::now();
        let Some(round) = library.round(began) else {
            return;
        };
        let Some(volume) = self.parts.volumes.get(library.id) else {
            return;
        };
        let scope = Scope::of(round.parts.iter().cloned());
        if scope == Scope::Library {
            return self.ask_for_scan(library.id);
        }
        let (progress, inner) = (Progress::default(), self.clone());
        let watched = Some(library.clone());
        let scan = Scan {
            app: &self.parts.app,
            volume: &*volume,
            library: library.id,
            scope: &scope,
            is_same_root: library.root_id.is_some() && volume.root_id() == library.root_id,
            watch: &Entering { inner, watched },
            accept_missing: false,
            skipped: &self.parts.skipped,
            progress: &progress,
            stop: &|| self.is_stopping(),
        };
        let before = to_do_elsewhere(&self.parts.app, library.id);
        match scan.run() {
            Ok(found) => {
                tracing::debug!(library = %library.id, %found, ms = began.elapsed().as_millis(), "looked at what changed");
                follow_up(&self.parts.app, &before);
            }
            Err(ScanError::Stopped) => {}
            Err(ScanError::Offline { why }) => self.lost(library.id, &why),
            // The job says so where people look.
            Err(ScanError::Suspect { .. }) => self.ask_for_scan(library.id),
            Err(ScanError::Refused(error)) => {
                tracing::error!(%error, library = %library.id, "what changed could not be recorded; it is tried again");
                library.look_again(round);
            }
        }
        library.rest_until(Instant::now() + began.elapsed());
    }

    /// Asks for a scan of all of a library.
    pub(super) fn ask(&self, library: LibraryId, asked: AskedBy) {
        let WatchParts { app, narrowed, .. } = &self.parts;
        if let Err(error) = narrowed.ask_for_all(app, library, asked) {
            tracing::error!(%error, %library, "a scan could not be asked for");
        }
    }
}
