//! The scan job: the scanner, in the library's turn, with what follows from what it finds.

use super::Progress;
use super::work::{LibraryWork, Turn, WorkParts, follow_up, to_do_elsewhere};
use crate::scan::{Found, Scan, ScanError, Scope, looks_right};
use crate::storage::Volume;
use kphotos_domain::kernel::LibraryId;
use kphotos_domain::processing::Job;
use kphotos_domain::storage::Library;
use std::sync::{Arc, PoisonError};

impl LibraryWork {
    /// A library is not there: nobody reads or watches in what is at its place.
    pub(super) fn lost(&self, library: LibraryId) {
        self.parts.volumes.detach(library);
        self.parts.watcher.end(library);
    }

    /// Scans in the library's turn. The root is opened anew, so that a disk that was
    /// mounted meanwhile is seen; one of which nothing is known stays out of the tree
    /// until the scan says that it is the library.
    pub(super) fn scan(
        &self,
        job: &Job,
        library: &Library,
        progress: &Progress,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Turn {
        let turn = self.parts.turns.of(library.id);
        let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
        let open_before = self
            .parts
            .volumes
            .get(library.id)
            .and_then(|volume| volume.root_id());
        let volume = match self.open(library) {
            Ok(volume) => volume,
            Err(why) => return Turn::broken(why),
        };
        let is_same_root = open_before.is_some() && volume.root_id() == open_before;
        if is_same_root || looks_right(&self.parts.app, &*volume, library.id) {
            self.parts.volumes.attach(library.id, volume.clone());
        } else {
            self.parts.volumes.detach(library.id);
        }
        let mut scope = self.parts.narrowed.begin(job.id);
        loop {
            let found = match self.scan_once(library, &volume, (&scope, is_same_root), progress, stop) {
                Ok(found) => found,
                Err(turn) => return turn,
            };
            match self.parts.narrowed.go_on(job.id, &scope) {
                Some(more) => scope = more,
                None => return Turn::Done(found.to_string()),
            }
        }
    }

    fn scan_once(
        &self,
        library: &Library,
        volume: &Arc<dyn Volume>,
        (scope, is_same_root): (&Scope, bool),
        progress: &Progress,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Found, Turn> {
        let WorkParts { app, watcher, .. } = &self.parts;
        if *scope == Scope::Library {
            watcher.begin(library, &**volume);
        }
        let scan = Scan {
            app,
            volume: &**volume,
            library: library.id,
            scope,
            is_same_root,
            watch: &watcher.of(library.id),
            accept_missing: self.accepted().contains(&library.id),
            skipped: &self.parts.skipped,
            progress,
            stop,
        };
        let before = to_do_elsewhere(app, library.id);
        match scan.run() {
            Ok(found) => {
                self.accepted().remove(&library.id);
                self.parts.volumes.attach(library.id, volume.clone());
                tracing::info!(library = %library.id, %found, "scanned");
                self.recognise(library.id, &**volume, progress, stop);
                follow_up(app, &before);
                let is_first = self
                    .seen
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(library.id);
                if is_first {
                    self.look_if_needed(library.id);
                }
                Ok(found)
            }
            Err(ScanError::Stopped) => Err(Turn::GaveWay),
            Err(error @ ScanError::Offline { .. }) => {
                self.lost(library.id);
                Err(Turn::broken(error.to_string()))
            }
            Err(error @ ScanError::Suspect { .. }) => Err(Turn::refused(error.to_string())),
            Err(ScanError::Refused(error)) => Err(Turn::of(&error)),
        }
    }

    /// Looks at once whether what a scan found is what is missing elsewhere. What that
    /// fails to read is left to the hash job, which says why.
    fn recognise(
        &self,
        library: LibraryId,
        volume: &dyn Volume,
        progress: &Progress,
        stop: &(dyn Fn() -> bool + Sync),
    ) {
        let hash = self.hashing(library, volume, progress, stop);
        if let Err(error) = hash.recognise() {
            tracing::error!(%error, "what a scan found could not be compared with what is missing");
        }
    }
}
