//! A job in JSON: what the domain keeps of it, and how far it is if it runs.

use super::asset_json::seconds;
use super::services::{JobProgress, Services};
use crate::jobs::Waiting;
use kphotos_domain::kernel::JobId;
use kphotos_domain::processing::{Job, JobState, MOST_ATTEMPTS, ProcessingError};
use kphotos_domain::view::View;
use serde::Serialize;
use utoipa::ToSchema;

/// A job.
#[derive(Serialize, ToSchema, Clone, PartialEq, Debug)]
#[schema(as = Job)]
pub(crate) struct JobJson {
    pub(crate) id: u32,
    pub(crate) kind: &'static str,
    pub(crate) library: Option<String>,
    /// `pending`, `running`, `paused`, `done`, `failed`, `cancelled`.
    pub(crate) state: &'static str,
    /// `low`, `normal`, `high`.
    pub(crate) priority: &'static str,
    /// On whose account: `person`, `daemon`, `schedule`.
    pub(crate) asked: &'static str,
    pub(crate) done: Option<u64>,
    pub(crate) total: Option<u64>,
    /// What `done`, `total` and `rate` count: `files`, `bytes`.
    pub(crate) unit: Option<&'static str>,
    /// A second, smoothed.
    pub(crate) rate: Option<f64>,
    pub(crate) eta_seconds: Option<u64>,
    pub(crate) message: Option<String>,
    /// Whether it waits for something that may never come, as a library that does not answer; `message` says for what.
    pub(crate) held: bool,
    /// How often it failed since a person last asked for it.
    pub(crate) attempts: u32,
    pub(crate) next_attempt: Option<String>,
    pub(crate) enqueued: Option<String>,
    pub(crate) settled: Option<String>,
}

/// What is known of jobs at one moment beside the view.
struct Moment {
    running: Vec<JobProgress>,
    waits: Vec<Waiting>,
}

impl Moment {
    fn now(services: &Services) -> Self {
        Self {
            running: services.jobs.progress(),
            waits: services.jobs.waits(),
        }
    }

    fn job(&self, view: &View, job: &Job) -> JobJson {
        let running = self
            .running
            .iter()
            .find(|progress| progress.job == job.id && job.state == JobState::Pending);
        let wait = self.waits.iter().find(|wait| wait.job == job.id);
        let (state, message) = match &job.state {
            JobState::Pending => match (running, &job.trouble, wait) {
                (Some(progress), _, _) => ("running", Some(progress.message.clone())),
                (None, _, Some(wait)) => ("pending", Some(wait.why.clone())),
                (None, Some(trouble), None) => {
                    let next = job.attempts + 1;
                    let message = format!("{trouble}; attempt {next} of {MOST_ATTEMPTS} follows");
                    ("pending", Some(message))
                }
                (None, None, None) => ("pending", None),
            },
            JobState::Paused => ("paused", job.trouble.as_ref().map(ToString::to_string)),
            JobState::Done { summary } => ("done", Some(summary.to_string())),
            JobState::Failed { reason } => ("failed", Some(reason.to_string())),
            JobState::Cancelled => ("cancelled", None),
        };
        JobJson {
            id: job.id.number(),
            kind: job.kind.as_str(),
            library: view
                .any_library(job.library)
                .map(|library| library.name.to_string()),
            state,
            priority: job.priority.as_str(),
            asked: job.asked.as_str(),
            done: running.map(|progress| progress.done),
            total: running.and_then(|progress| progress.total),
            unit: running.map(|progress| progress.unit.as_str()),
            rate: running.and_then(|progress| progress.rate),
            eta_seconds: running
                .and_then(|progress| progress.left)
                .map(|left| left.as_secs()),
            message: message.filter(|text| !text.is_empty()),
            held: running.is_none() && wait.is_some_and(|wait| wait.is_held),
            attempts: job.attempts,
            next_attempt: job.not_before.filter(|_| running.is_none()).and_then(seconds),
            enqueued: seconds(job.enqueued),
            settled: job.settled.and_then(seconds),
        }
    }
}

/// The jobs by number; without `all`, those that are not over.
pub(crate) fn jobs(services: &Services, all: bool) -> Vec<JobJson> {
    let moment = Moment::now(services);
    let view = services.app.view();
    view.jobs()
        .filter(|job| all || !job.state.is_over())
        .map(|job| moment.job(&view, job))
        .collect()
}

/// Jobs that are over that are told of without being asked for.
const TOLD_OVER: usize = 10;

/// The jobs by number that are not over, and the last ten that are.
pub(crate) fn told_jobs(services: &Services) -> Vec<JobJson> {
    let moment = Moment::now(services);
    let view = services.app.view();
    let mut over: Vec<_> = view
        .jobs()
        .filter(|job| job.state.is_over())
        .map(|job| (job.settled, job.id))
        .collect();
    over.sort_unstable();
    let recent = over.split_off(over.len().saturating_sub(TOLD_OVER));
    view.jobs()
        .filter(|job| !job.state.is_over() || recent.contains(&(job.settled, job.id)))
        .map(|job| moment.job(&view, job))
        .collect()
}

/// A job, with how far it is if it runs.
///
/// # Errors
/// [`ProcessingError::NoJob`].
pub(crate) fn job(services: &Services, job: JobId) -> Result<JobJson, ProcessingError> {
    let moment = Moment::now(services);
    let view = services.app.view();
    let known = view.job(job).ok_or(ProcessingError::NoJob { job })?;
    Ok(moment.job(&view, known))
}
