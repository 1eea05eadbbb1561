//! Changes of jobs.

use super::View;
use super::apply::Changes;
use super::record::Used as _;
use crate::event::Event;

impl View {
    /// Applies an event of jobs that happened at this time, in seconds since 1970 UTC.
    pub(super) fn job_event(&mut self, event: &Event, at: i64, changes: &mut Changes) {
        if let Event::JobEnqueued { job } | Event::JobUpdated { job } = event {
            self.next.used(job.id);
            self.jobs.insert(job.id, job.clone());
            changes.dirty.jobs.insert(job.id);
        }
        if let Event::JobSettled { job, state } = event
            && let Some(row) = self.jobs.get_mut(job)
        {
            row.settle(state.clone(), at);
            changes.dirty.jobs.insert(*job);
        }
        if let Event::JobsForgotten { jobs } = event {
            for job in jobs {
                self.jobs.remove(job);
                changes.dirty.jobs.insert(*job);
            }
        }
    }
}
