//! `/api/v1/jobs`: what runs in the background, starting it and holding it.
//!
//! What is done to a job is a part of its own below it: `POST /api/v1/jobs/7/pause`.

use super::extract::{Body, Path, Query};
use super::problem::Problem;
use super::schema::{Found, Read, Write};
use super::state::{Http, json};
use crate::surface::documents::{self, JobJson, List};
use crate::surface::{Refusal, perform, start_job};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kphotos_domain::command::Command;
use kphotos_domain::kernel::{JobId, LibraryId, Revision};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which jobs.
#[derive(Deserialize, IntoParams, Default)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct JobsQuery {
    /// Those that are over too
    #[param(required = false)]
    all: bool,
}

/// The jobs
#[utoipa::path(get, path = "/api/v1/jobs", tag = "jobs", params(JobsQuery),
    responses((status = 200, description = "By number", body = List<JobJson>), Read))]
pub(super) async fn jobs(
    State(http): State<Http>,
    Query(query): Query<JobsQuery>,
) -> Result<Response, Problem> {
    http.document(move |shared, _| Ok(List::whole(documents::jobs(&shared.services, query.all))))
        .await
}

/// One job
#[utoipa::path(get, path = "/api/v1/jobs/{id}", tag = "jobs",
    params(("id" = u32, Path, description = "Number of the job", example = 1)),
    responses((status = 200, description = "The job", body = JobJson), Read, Found))]
pub(super) async fn job(State(http): State<Http>, Path(id): Path<u32>) -> Result<Response, Problem> {
    http.document(move |shared, _| {
        let job = documents::job(&shared.services, JobId::new(id));
        Ok(job.map_err(Refusal::from)?)
    })
    .await
}

/// A job to be started.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewJob {
    /// `scan`, `metadata` or `hash`
    #[schema(example = "scan")]
    kind: String,
    /// Number of the library
    #[schema(example = 1)]
    library: u32,
    /// `low`, `normal` or `high` [default: as such a job is]
    priority: Option<String>,
}

/// What was done to a job.
#[derive(Serialize, ToSchema)]
struct Ordered {
    /// Its number
    job: u32,
    /// The entry; `null` if nothing was to be done
    revision: Option<u64>,
    /// What was done, for a person
    summary: String,
}

/// Start a job
///
/// If one of its kind is not over for the library, that one is hastened.
#[utoipa::path(post, path = "/api/v1/jobs", tag = "jobs", request_body = NewJob,
    responses((status = 202, description = "It runs as soon as it may", body = Ordered), Read, Found, Write))]
pub(super) async fn start(State(http): State<Http>, Body(new): Body<NewJob>) -> Result<Response, Problem> {
    http.run(move |shared, user| {
        let library = LibraryId::new(new.library);
        let priority = new.priority.as_deref();
        let (job, receipt) = start_job(&shared.services, user, &new.kind, library, priority)?;
        let document = Ordered {
            job: job.number(),
            revision: receipt.revision.map(Revision::number),
            summary: receipt.summary,
        };
        json(StatusCode::ACCEPTED, &document)
    })
    .await
}

/// Hold a job until it is resumed
#[utoipa::path(post, path = "/api/v1/jobs/{id}/pause", tag = "jobs",
    params(("id" = u32, Path, description = "Number of the job", example = 1)),
    responses((status = 200, description = "Done", body = Ordered), Read, Found,
        (status = 409, description = "It is over", body = super::problem::ProblemJson, content_type = "application/problem+json")))]
pub(super) async fn pause(State(http): State<Http>, Path(id): Path<u32>) -> Result<Response, Problem> {
    order(http, id, Command::PauseJob).await
}

/// Let a paused job go on
#[utoipa::path(post, path = "/api/v1/jobs/{id}/resume", tag = "jobs",
    params(("id" = u32, Path, description = "Number of the job", example = 1)),
    responses((status = 200, description = "Done", body = Ordered), Read, Found,
        (status = 409, description = "It is over", body = super::problem::ProblemJson, content_type = "application/problem+json")))]
pub(super) async fn resume(State(http): State<Http>, Path(id): Path<u32>) -> Result<Response, Problem> {
    order(http, id, Command::ResumeJob).await
}

/// End a job; what it did stays
#[utoipa::path(post, path = "/api/v1/jobs/{id}/cancel", tag = "jobs",
    params(("id" = u32, Path, description = "Number of the job", example = 1)),
    responses((status = 200, description = "Done", body = Ordered), Read, Found,
        (status = 409, description = "It is over", body = super::problem::ProblemJson, content_type = "application/problem+json")))]
pub(super) async fn cancel(State(http): State<Http>, Path(id): Path<u32>) -> Result<Response, Problem> {
    order(http, id, Command::CancelJob).await
}

/// Run a job again
///
/// One that is over, or at once one that rests after a failure.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/retry", tag = "jobs",
    params(("id" = u32, Path, description = "Number of the job", example = 1)),
    responses((status = 200, description = "Done", body = Ordered), Read, Found,
        (status = 409, description = "It is paused, or another does the same", body = super::problem::ProblemJson, content_type = "application/problem+json")))]
pub(super) async fn retry(State(http): State<Http>, Path(id): Path<u32>) -> Result<Response, Problem> {
    order(http, id, Command::RetryJob).await
}

async fn order(http: Http, id: u32, command: fn(JobId) -> Command) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let receipt = perform(&shared.services, user, &command(JobId::new(id)), false)?;
        Ok(Ordered {
            job: id,
            revision: receipt.revision.map(Revision::number),
            summary: receipt.summary,
        })
    })
    .await
}
