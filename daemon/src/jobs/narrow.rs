//! Scan jobs that look at some folders only.
//!
//! A job is known by its kind and library; which folders a person meant is kept here, in
//! memory: after a restart such a job looks at everything, which serves too. Whoever
//! asks for a scan of all while one of some folders waits or runs makes it one of all.

use super::runner::enqueue;
use crate::scan::{Part, Scope};
use kphotos_domain::app::{App, AppError};
use kphotos_domain::kernel::{JobId, LibraryId};
use kphotos_domain::processing::{AskedBy, JobKind};
use rustc_hash::FxHashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Which folders the scan jobs look at that do not look at all.
#[derive(Default, Debug)]
pub struct Narrowed(Mutex<FxHashMap<JobId, Vec<Part>>>);

impl Narrowed {
    fn lock(&self) -> MutexGuard<'_, FxHashMap<JobId, Vec<Part>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for a scan of all of a library.
    ///
    /// # Errors
    /// Whatever the domain refuses.
    pub fn ask_for_all(&self, app: &App, library: LibraryId, asked: AskedBy) -> Result<JobId, AppError> {
        let mut narrowed = self.lock();
        let job = enqueue(app, JobKind::Scan, library, asked)?;
        narrowed.remove(&job);
        Ok(job)
    }

    /// Asks for a scan of some folders, for a person; one of all that waits serves.
    ///
    /// # Errors
    /// Whatever the domain refuses.
    pub fn ask_for_some(&self, app: &App, library: LibraryId, parts: Vec<Part>) -> Result<JobId, AppError> {
        let mut narrowed = self.lock();
        let pending = app.view().pending_job(JobKind::Scan, library).map(|job| job.id);
        let job = enqueue(app, JobKind::Scan, library, AskedBy::Person)?;
        if pending == Some(job) {
            if let Some(known) = narrowed.get_mut(&job) {
                known.extend(parts);
            }
        } else {
            narrowed.insert(job, parts);
        }
        Ok(job)
    }

    /// What a job's turn begins with.
    pub(super) fn begin(&self, job: JobId) -> Scope {
        match self.lock().get_mut(&job) {
            Some(parts) if !parts.is_empty() => Scope::of(std::mem::take(parts)),
            Some(_) | None => Scope::Library,
        }
    }

    /// What is to be looked at after this: what was asked for meanwhile. `None`: the
    /// turn is over.
    pub(super) fn go_on(&self, job: JobId, after: &Scope) -> Option<Scope> {
        let mut narrowed = self.lock();
        match narrowed.get_mut(&job) {
            Some(parts) if !parts.is_empty() => return Some(Scope::of(std::mem::take(parts))),
            Some(_) => {}
            // Made one of all while it ran.
            None => return (*after != Scope::Library).then_some(Scope::Library),
        }
        narrowed.remove(&job);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kphotos_domain::testing::World;

    const LIBRARY: LibraryId = LibraryId::new(1);

    fn part(path: &str) -> Part {
        let path = path.as_bytes().to_vec();
        Part { path, below: true }
    }

    #[test]
    fn folders_that_are_asked_for_together_are_one_scan() {
        let (world, narrowed) = (World::new(), Narrowed::default());
        let job = narrowed
            .ask_for_some(&world.app, LIBRARY, vec![part("a")])
            .unwrap();
        assert_eq!(
            narrowed
                .ask_for_some(&world.app, LIBRARY, vec![part("b")])
                .unwrap(),
            job
        );
        let scope = narrowed.begin(job);
        assert_eq!(scope, Scope::of([part("a"), part("b")]));
        assert_eq!(narrowed.go_on(job, &scope), None);
    }

    #[test]
    fn what_is_asked_for_while_it_runs_is_looked_at_after_it() {
        let (world, narrowed) = (World::new(), Narrowed::default());
        let job = narrowed
            .ask_for_some(&world.app, LIBRARY, vec![part("a")])
            .unwrap();
        let scope = narrowed.begin(job);
        narrowed
            .ask_for_some(&world.app, LIBRARY, vec![part("b")])
            .unwrap();
        assert_eq!(narrowed.go_on(job, &scope), Some(Scope::of([part("b")])));
        narrowed
            .ask_for_all(&world.app, LIBRARY, AskedBy::Daemon)
            .unwrap();
        assert_eq!(narrowed.go_on(job, &scope), Some(Scope::Library));
        assert_eq!(narrowed.go_on(job, &Scope::Library), None);
    }

    #[test]
    fn a_scan_of_all_that_waits_serves_for_some() {
        let (world, narrowed) = (World::new(), Narrowed::default());
        let job = narrowed
            .ask_for_all(&world.app, LIBRARY, AskedBy::Daemon)
            .unwrap();
        assert_eq!(
            narrowed
                .ask_for_some(&world.app, LIBRARY, vec![part("a")])
                .unwrap(),
            job
        );
        assert_eq!(narrowed.begin(job), Scope::Library);
    }
}
