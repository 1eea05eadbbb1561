//! `/api/v1/{me,status,libraries,jobs,history,undo}`.

use super::extract::{Body, Path, Query};
use super::paging::within;
use super::problem::Problem;
use super::schema::{Found, Read, Receipt, Write};
use super::selecting::ChangeQuery;
use super::state::{Http, json};
use crate::surface::documents::{self, JobJson, LibraryJson, List, UserJson};
use crate::surface::history::{EntryJson, history};
use crate::surface::{AddLibrary, Refusal, StatusJson, add_library, perform, scan, status};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kphotos_domain::catalog::CatalogError;
use kphotos_domain::command::Command;
use kphotos_domain::kernel::{AssetId, AssetSet, JobId, Revision};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Entries of the history in one answer, unless told otherwise.
const HISTORY: u32 = 50;

/// Who the caller is
#[utoipa::path(get, path = "/api/v1/me", tag = "system",
    responses((status = 200, description = "The user", body = UserJson), Read, Found))]
pub(super) async fn me(State(http): State<Http>) -> Result<Response, Problem> {
    http.document(|shared, user| Ok(documents::user(&shared.services.app.view(), user)?))
        .await
}

/// How the daemon is
#[utoipa::path(get, path = "/api/v1/status", tag = "system",
    responses((status = 200, description = "As `kphotos status`", body = StatusJson), Read))]
pub(super) async fn daemon_status(State(http): State<Http>) -> Result<Response, Problem> {
    http.document(|shared, _| Ok(status(&shared.services))).await
}

/// The libraries
#[utoipa::path(get, path = "/api/v1/libraries", tag = "libraries",
    responses((status = 200, description = "All of them", body = List<LibraryJson>), Read))]
pub(super) async fn libraries(State(http): State<Http>) -> Result<Response, Problem> {
    http.document(|shared, _| {
        Ok(List::whole(documents::libraries(
            &shared.services.app.view(),
            &shared.services.skipped,
        )))
    })
    .await
}

/// A library to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLibrary {
    /// Its root on the daemon's machine, absolute
    #[schema(example = "/srv/photos")]
    path: String,
    /// Its name [default: the folder's]
    name: Option<String>,
    /// IANA name of the zone for times without one [default: the daemon's]
    timezone: Option<String>,
}

/// What adding a library did.
#[derive(Serialize, ToSchema)]
struct Added {
    /// Its number; `null` after a dry run
    library: Option<u32>,
    /// The job that scans it
    job: Option<u32>,
    /// The entry
    revision: Option<u64>,
    /// What was done, for a person
    summary: String,
}

/// Add a library
///
/// Its photos are looked for at once; nothing in it is ever changed.
#[utoipa::path(post, path = "/api/v1/libraries", tag = "libraries", params(ChangeQuery), request_body = NewLibrary,
    responses((status = 201, description = "Added", body = Added), (status = 200, description = "It would be added", body = Added), Read, Found, Write))]
pub(super) async fn create_library(
    State(http): State<Http>,
    Query(query): Query<ChangeQuery>,
    Body(new): Body<NewLibrary>,
) -> Result<Response, Problem> {
    http.run(move |shared, user| {
        let wanted = AddLibrary {
            path: new.path.into_bytes(),
            name: new.name.map(String::into_boxed_str),
            timezone: new.timezone.map(String::into_boxed_str),
            dry_run: query.dry_run,
        };
        let added = add_library(&shared.services, user, wanted)?;
        let status = if added.made.is_some() {
            StatusCode::CREATED
        } else {
            StatusCode::OK
        };
        let document = Added {
            library: added.made.map(|(library, _)| library.number()),
            job: added.made.map(|(_, job)| job.number()),
            revision: (added.revision > 0).then_some(added.revision),
            summary: added.summary,
        };
        json(status, &document)
    })
    .await
}

/// How a library is scanned.
#[derive(Deserialize, IntoParams, Default)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct ScanQuery {
    /// What is not found is gone on purpose
    #[param(required = false)]
    accept_missing: bool,
}

/// The job that was asked for.
#[derive(Serialize, ToSchema)]
struct Asked {
    /// Its number; it may have been under way already
    job: u32,
}

/// Scan a library
#[utoipa::path(post, path = "/api/v1/libraries/{id}/scan", tag = "libraries",
    params(("id" = u32, Path, description = "Number of the library", example = 1), ScanQuery),
    responses((status = 202, description = "A job does it", body = Asked), Read, Found,
        (status = 409, description = "Not now", body = super::problem::ProblemJson, content_type = "application/problem+json")))]
pub(super) async fn scan_library(
    State(http): State<Http>,
    Path(id): Path<u32>,
    Query(query): Query<ScanQuery>,
) -> Result<Response, Problem> {
    http.run(move |shared, user| {
        let jobs = scan(&shared.services, user, &[id], &[], query.accept_missing)?;
        let job = *jobs
            .first()
            .ok_or_else(|| Refusal::internal(&"a scan was asked for and there is no job"))?;
        json(StatusCode::ACCEPTED, &Asked { job })
    })
    .await
}

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

/// Which entries of the history.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct HistoryQuery {
    /// Of this asset alone
    asset: Option<u32>,
    /// Those before this revision: `next` of the page before
    before: Option<u64>,
    /// So many at most [default: 50]
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// What was done, newest first
#[utoipa::path(get, path = "/api/v1/history", tag = "history", params(HistoryQuery),
    responses((status = 200, description = "One page", body = List<EntryJson>), Read, Found))]
pub(super) async fn entries(
    State(http): State<Http>,
    Query(query): Query<HistoryQuery>,
) -> Result<Response, Problem> {
    http.document(move |shared, _| {
        let app = &shared.services.app;
        let limit = query.limit.map_or(Ok(HISTORY), |limit| within(limit, 1000))?;
        let asset = query.asset.map(|asset| app.view().resolve(AssetId::new(asset)));
        if let Some(asset) = asset
            && app.view().asset(asset).is_none()
        {
            return Err(Refusal::from(CatalogError::NoAsset { asset }).into());
        }
        if query.before.is_some_and(|before| i64::try_from(before).is_err()) {
            return Err(Problem::invalid(
                "`before` is no revision that a journal can have",
            ));
        }
        let about = asset.map(AssetSet::one);
        Ok(history(app, about.as_ref(), query.before, limit as usize)?)
    })
    .await
}

/// What to take back.
#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct UndoBody {
    /// The entry; `null`: the caller's last edit that stands
    revision: Option<u64>,
}

/// Take an edit back
#[utoipa::path(post, path = "/api/v1/undo", tag = "history", params(ChangeQuery), request_body = UndoBody,
    responses((status = 200, description = "Done", body = Receipt), Read, Found, Write))]
pub(super) async fn undo(
    State(http): State<Http>,
    Query(query): Query<ChangeQuery>,
    Body(body): Body<UndoBody>,
) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let command = Command::Undo(body.revision.map(Revision::new));
        let receipt = perform(&shared.services, user, &command, query.dry_run)?;
        Ok(Receipt::from(receipt))
    })
    .await
}
