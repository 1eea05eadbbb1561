//! Asking for jobs and settling them.

use super::{Job, JobKind, JobState, ProcessingError};
use crate::event::{ChangeSet, EntryKind, Event};
use crate::kernel::{JobId, LibraryId};
use crate::view::View;

/// Asks for a job; if one of that kind is pending for the library, nothing changes.
///
/// # Errors
/// [`ProcessingError::NoLibrary`].
pub fn enqueue_job(
    view: &View,
    kind: JobKind,
    library: LibraryId,
    now: i64,
) -> Result<ChangeSet, ProcessingError> {
    view.library(library)
        .ok_or(ProcessingError::NoLibrary { library })?;
    if view.pending_job(kind, library).is_some() {
        return Ok(ChangeSet::none(format!("{} is under way already", kind.as_str())));
    }
    let job = Job {
        id: view.next().job(),
        kind,
        library,
        enqueued: now,
        state: JobState::Pending,
    };
    let event = Event::JobEnqueued { job };
    Ok(ChangeSet::new(
        EntryKind::Observation,
        format!("{} job", kind.as_str()),
        vec![event],
    ))
}

/// Notes how a job ended.
///
/// # Errors
/// [`ProcessingError::NoJob`], [`ProcessingError::Settled`].
pub fn settle_job(view: &View, job: JobId, state: JobState) -> Result<ChangeSet, ProcessingError> {
    let known = view.job(job).ok_or(ProcessingError::NoJob { job })?;
    if known.state != JobState::Pending {
        return Err(ProcessingError::Settled { job });
    }
    let event = Event::JobSettled { job, state };
    Ok(ChangeSet::new(
        EntryKind::Observation,
        format!("job {job} settled"),
        vec![event],
    ))
}
