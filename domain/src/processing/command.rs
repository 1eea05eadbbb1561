//! Asking for jobs, holding them, settling them.

use super::{
    AskedBy, Job, JobKind, JobState, KEPT, KEPT_SECONDS, MOST_ATTEMPTS, Outcome, ProcessingError,
    back_off_seconds,
};
use crate::command::EnqueueJob;
use crate::event::{ChangeSet, EntryKind, Event};
use crate::kernel::{AssetSet, JobId, LibraryId};
use crate::view::View;

/// Asks for a job. If one of that kind is not over for the library, that one
/// serves: it becomes as urgent as asked, and where a person asks, a paused one
/// goes on and failures are forgotten. A rest after a failure ends, unless only
/// the clock asks.
///
/// A person who asks for metadata has files read again that could not be read.
///
/// # Errors
/// [`ProcessingError::NoLibrary`].
pub fn enqueue_job(view: &View, command: &EnqueueJob, now: i64) -> Result<ChangeSet, ProcessingError> {
    let EnqueueJob {
        kind,
        library,
        asked,
        priority,
    } = *command;
    require_library(view, library)?;
    let priority = priority.unwrap_or(kind.priority(asked));
    let mut events = Vec::new();
    match view.pending_job(kind, library) {
        None => {
            let mut job = Job::new(view.next().job(), kind, library, asked, now);
            job.priority = priority;
            events.push(Event::JobEnqueued { job });
        }
        Some(known) => {
            let mut job = known.clone();
            job.priority = job.priority.max(priority);
            job.asked = job.asked.max(asked);
            if asked == AskedBy::Person {
                job.state = JobState::Pending;
                job.attempts = 0;
                job.trouble = None;
            }
            if asked > AskedBy::Schedule {
                job.not_before = None;
            }
            if job != *known {
                events.push(Event::JobUpdated { job });
            }
        }
    }
    if asked == AskedBy::Person && kind == JobKind::Metadata {
        events.extend(doubt(view, library));
    }
    if events.is_empty() {
        return Ok(ChangeSet::none(format!("{} is under way already", kind.as_str())));
    }
    Ok(observed(format!("{} job", kind.as_str()), events))
}

/// Holds a job until it is resumed; also over restarts.
///
/// # Errors
/// [`ProcessingError::NoJob`], [`ProcessingError::Settled`].
pub fn pause_job(view: &View, job: JobId) -> Result<ChangeSet, ProcessingError> {
    let mut held = unsettled(view, job)?.clone();
    if held.state == JobState::Paused {
        return Ok(ChangeSet::none(format!("job {job} is paused already")));
    }
    held.state = JobState::Paused;
    let events = vec![Event::JobUpdated { job: held }];
    Ok(observed(format!("job {job} is paused"), events))
}

/// Lets a paused job go on, at once.
///
/// # Errors
/// [`ProcessingError::NoJob`], [`ProcessingError::Settled`].
pub fn resume_job(view: &View, job: JobId) -> Result<ChangeSet, ProcessingError> {
    let mut held = unsettled(view, job)?.clone();
    if held.state != JobState::Paused {
        return Ok(ChangeSet::none(format!("job {job} is not paused")));
    }
    held.state = JobState::Pending;
    held.not_before = None;
    let events = vec![Event::JobUpdated { job: held }];
    Ok(observed(format!("job {job} goes on"), events))
}

/// Ends a job. What it has recorded stays; what it has not done is found undone
/// by the next scan, or by a retry.
///
/// # Errors
/// [`ProcessingError::NoJob`], [`ProcessingError::Settled`] of one that is done or failed.
pub fn cancel_job(view: &View, job: JobId, now: i64) -> Result<ChangeSet, ProcessingError> {
    if view
        .job(job)
        .is_some_and(|known| known.state == JobState::Cancelled)
    {
        return Ok(ChangeSet::none(format!("job {job} is cancelled already")));
    }
    unsettled(view, job)?;
    let summary = format!("job {job} is cancelled; what it did stays");
    Ok(settled(view, job, JobState::Cancelled, summary, now))
}

/// Runs a job again that is over, or at once one that rests after a failure.
/// Its failures are forgotten; a metadata job also reads files again that could
/// not be read.
///
/// # Errors
/// [`ProcessingError::NoJob`], [`ProcessingError::NoLibrary`], [`ProcessingError::Paused`],
/// [`ProcessingError::Replaced`] if another of its kind is not over.
pub fn retry_job(view: &View, job: JobId, now: i64) -> Result<ChangeSet, ProcessingError> {
    let known = view.job(job).ok_or(ProcessingError::NoJob { job })?;
    require_library(view, known.library)?;
    if known.state == JobState::Paused {
        return Err(ProcessingError::Paused { job });
    }
    if let Some(other) = view.pending_job(known.kind, known.library)
        && other.id != job
    {
        return Err(ProcessingError::Replaced { job, other: other.id });
    }
    if known.state == JobState::Pending && known.attempts == 0 {
        return Ok(ChangeSet::none(format!("job {job} is under way already")));
    }
    let mut again = Job::new(job, known.kind, known.library, AskedBy::Person, known.enqueued);
    if known.state.is_over() {
        again.enqueued = now;
    }
    again.priority = known.priority.max(again.priority);
    let mut events = vec![Event::JobUpdated { job: again }];
    if known.kind == JobKind::Metadata {
        events.extend(doubt(view, known.library));
    }
    Ok(observed(format!("job {job} runs again"), events))
}

/// Notes how a job's turn ended. One that failed and may heal rests, and is tried
/// again; after [`MOST_ATTEMPTS`] it has failed.
///
/// # Errors
/// [`ProcessingError::NoJob`], [`ProcessingError::Settled`].
pub fn settle_job(
    view: &View,
    job: JobId,
    outcome: &Outcome,
    now: i64,
) -> Result<ChangeSet, ProcessingError> {
    let known = unsettled(view, job)?;
    let state = match outcome {
        Outcome::Done { summary } => JobState::Done {
            summary: summary.clone(),
        },
        Outcome::Failed { reason, heals: true } if known.attempts + 1 < MOST_ATTEMPTS => {
            let mut later = known.clone();
            later.attempts += 1;
            later.not_before = Some(now.saturating_add(back_off_seconds(later.attempts)));
            later.trouble = Some(reason.clone());
            let events = vec![Event::JobUpdated { job: later }];
            return Ok(observed(format!("job {job} is tried again later"), events));
        }
        Outcome::Failed { reason, .. } => JobState::Failed {
            reason: reason.clone(),
        },
    };
    Ok(settled(view, job, state, format!("job {job} settled"), now))
}

/// A job's end, and those that are forgotten for it.
fn settled(view: &View, job: JobId, state: JobState, summary: String, now: i64) -> ChangeSet {
    let mut events = vec![Event::JobSettled { job, state }];
    let mut over: Vec<(i64, JobId)> = view
        .jobs()
        .filter(|known| known.state.is_over())
        .map(|known| (known.settled.unwrap_or(known.enqueued), known.id))
        .collect();
    over.sort_unstable();
    // The one that is settled now is kept too.
    let surplus = (over.len() + 1).saturating_sub(KEPT);
    let forgotten: Vec<JobId> = over
        .into_iter()
        .enumerate()
        .filter(|(at, (when, _))| *at < surplus || *when < now.saturating_sub(KEPT_SECONDS))
        .map(|(_, (_, id))| id)
        .collect();
    if !forgotten.is_empty() {
        events.push(Event::JobsForgotten { jobs: forgotten });
    }
    observed(summary, events)
}

/// Has files read again that could not be read.
fn doubt(view: &View, library: LibraryId) -> Option<Event> {
    let assets: AssetSet = view
        .unreadable_files(library)
        .filter_map(|file| view.file(file))
        .map(|row| row.asset)
        .collect();
    (!assets.is_empty()).then_some(Event::FactsDoubted { assets })
}

fn observed(summary: String, events: Vec<Event>) -> ChangeSet {
    ChangeSet::new(EntryKind::Observation, summary, events)
}

fn unsettled(view: &View, job: JobId) -> Result<&Job, ProcessingError> {
    let known = view.job(job).ok_or(ProcessingError::NoJob { job })?;
    if known.state.is_over() {
        return Err(ProcessingError::Settled { job });
    }
    Ok(known)
}

fn require_library(view: &View, library: LibraryId) -> Result<(), ProcessingError> {
    match view.library(library) {
        Some(_) => Ok(()),
        None => Err(ProcessingError::NoLibrary { library }),
    }
}
