//! The thread that looks at folders in which something happened.

use super::library::WatchedLibrary;
use super::{Entering, Inner, WatchParts};
use crate::jobs::{Progress, follow_up, to_do_elsewhere};
use crate::scan::{Scan, ScanError, Scope};
use kphotos_domain::kernel::LibraryId;
use kphotos_domain::processing::AskedBy;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// How long a round waits for its turn before it looks again.
const TURN: Duration = Duration::from_millis(200);
/// How long a library that does not answer is left alone.
const SILENCE: Duration = Duration::from_secs(2);
/// How long the thread sleeps at most.
const NAP: Duration = Duration::from_secs(60);

impl Inner {
    pub(super) fn make_rounds(self: &Arc<Self>) {
        while !self.is_stopping() {
            let seen = *self.happened.lock().unwrap_or_else(PoisonError::into_inner);
            let mut next: Option<Instant> = None;
            for library in self.all() {
                // What happens there is looked at when it answers.
                if self.parts.watches.is_silent(library.id) {
                    library.rest_until(Instant::now() + SILENCE);
                }
                if library.due().is_some_and(|due| due <= Instant::now()) {
                    self.round(&library);
                }
                next = next.into_iter().chain(library.due()).min();
            }
            let patience = next.map_or(NAP, |at| at.saturating_duration_since(Instant::now()).min(NAP));
            let happened = self.happened.lock().unwrap_or_else(PoisonError::into_inner);
            if *happened == seen && !patience.is_zero() {
                drop(self.changed.wait_timeout(happened, patience));
            }
        }
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
