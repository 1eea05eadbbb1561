//! `/api/v1/{me,status,history,undo}`.

use super::extract::{Body, Query};
use super::paging::within;
use super::problem::Problem;
use super::schema::{Found, Read, Receipt, Write};
use super::selecting::ChangeQuery;
use super::state::Http;
use crate::surface::documents::{self, List, UserJson};
use crate::surface::history::{EntryJson, history};
use crate::surface::{Refusal, StatusJson, perform, status};
use axum::extract::State;
use axum::response::Response;
use kphotos_domain::catalog::CatalogError;
use kphotos_domain::command::Command;
use kphotos_domain::kernel::{AssetId, AssetSet, Revision};
use serde::Deserialize;
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
