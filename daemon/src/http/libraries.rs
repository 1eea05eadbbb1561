//! `/api/v1/libraries`: the folders of originals; adding, scanning, relocating and
//! removing them. Nothing in them is ever changed.
//!
//! Relocating asks for a sample of the library's photos at the new place, as
//! `kphotos library relocate` does; `force` goes without it.

use super::extract::{Body, Path, Query};
use super::problem::Problem;
use super::schema::{Found, Read, Receipt, Write};
use super::selecting::ChangeQuery;
use super::state::{Http, json};
use crate::surface::documents::{self, LibraryJson, List};
use crate::surface::{AddLibrary, Refusal, Relocate, add_library, relocate_library, remove_library, scan};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kphotos_domain::kernel::{JobId, LibraryId, Revision};
use kphotos_domain::storage::StorageError;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The libraries
#[utoipa::path(get, path = "/api/v1/libraries", tag = "libraries",
    responses((status = 200, description = "All of them", body = List<LibraryJson>), Read))]
pub(super) async fn libraries(State(http): State<Http>) -> Result<Response, Problem> {
    http.document(|shared, _| {
        let services = &shared.services;
        Ok(List::whole(documents::libraries(services, &services.app.view())))
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

/// One library
#[utoipa::path(get, path = "/api/v1/libraries/{id}", tag = "libraries",
    params(("id" = u32, Path, description = "Number of the library", example = 1)),
    responses((status = 200, description = "The library", body = LibraryJson), Read, Found))]
pub(super) async fn library(State(http): State<Http>, Path(id): Path<u32>) -> Result<Response, Problem> {
    http.document(move |shared, _| {
        let services = &shared.services;
        let found = documents::library(services, &services.app.view(), LibraryId::new(id));
        let missing = StorageError::NoLibrary {
            library: LibraryId::new(id),
        };
        Ok(found.ok_or(missing).map_err(Refusal::from)?)
    })
    .await
}

/// Where a library lies now.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPlace {
    /// Its root on the daemon's machine, absolute
    #[schema(example = "/mnt/photos")]
    path: String,
}

/// How a library is relocated.
#[derive(Deserialize, IntoParams, Clone, Copy, Default)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct RelocateQuery {
    /// Even if its photos are not found there
    #[param(required = false)]
    force: bool,
    /// Say what would be done
    #[param(required = false)]
    dry_run: bool,
}

/// What relocating a library did.
#[derive(Serialize, ToSchema)]
struct Relocated {
    /// The job that scans it there; `null` if nothing was to be done, or after a dry run
    job: Option<u32>,
    /// The entry; `null` as for the job
    revision: Option<u64>,
    /// What was done, for a person
    summary: String,
}

/// Say where a library lies now
///
/// Its photos are read from there at once, and keep their numbers, names, edits and shares.
#[utoipa::path(post, path = "/api/v1/libraries/{id}/relocate", tag = "libraries",
    params(("id" = u32, Path, description = "Number of the library", example = 1), RelocateQuery), request_body = NewPlace,
    responses((status = 200, description = "Done", body = Relocated), Read, Found, Write))]
pub(super) async fn relocate(
    State(http): State<Http>,
    Path(id): Path<u32>,
    Query(query): Query<RelocateQuery>,
    Body(place): Body<NewPlace>,
) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let wanted = Relocate {
            library: LibraryId::new(id),
            path: place.path.into_bytes(),
            force: query.force,
            dry_run: query.dry_run,
        };
        let (receipt, job) = relocate_library(&shared.services, user, wanted)?;
        Ok(Relocated {
            job: job.map(JobId::number),
            revision: receipt.revision.map(Revision::number),
            summary: receipt.summary,
        })
    })
    .await
}

/// Remove a library
///
/// Its originals stay as they are; its photos are missing then, with every edit.
#[utoipa::path(delete, path = "/api/v1/libraries/{id}", tag = "libraries",
    params(("id" = u32, Path, description = "Number of the library", example = 1), ChangeQuery),
    responses((status = 200, description = "Done", body = Receipt), Read, Found,
        (status = 409, description = "The settings declare it, or something of it is shared", body = super::problem::ProblemJson, content_type = "application/problem+json")))]
pub(super) async fn remove(
    State(http): State<Http>,
    Path(id): Path<u32>,
    Query(query): Query<ChangeQuery>,
) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let receipt = remove_library(&shared.services, user, LibraryId::new(id), query.dry_run)?;
        Ok(Receipt::from(receipt))
    })
    .await
}
