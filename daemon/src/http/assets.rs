//! `/api/v1/assets`: finding photos, one photo, counts by date.

use super::extract::{Path, Query};
use super::paging::{NearQuery, SearchQuery};
use super::problem::Problem;
use super::schema::{Found, Read};
use super::state::{Http, json};
use crate::surface::asset_json::AssetJson;
use crate::surface::documents::List;
use crate::surface::duplicates::{self, DuplicateJson};
use crate::surface::near::{NearGroupJson, near_duplicates};
use crate::surface::{DateJson, Refusal, matches, photos, timeline};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use kphotos_domain::catalog::CatalogError;
use kphotos_domain::kernel::{AssetId, Revision};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Find photos
#[utoipa::path(get, path = "/api/v1/assets", tag = "assets", params(SearchQuery),
    responses((status = 200, description = "One page", body = List<AssetJson>), Read))]
pub(super) async fn search(
    State(http): State<Http>,
    Query(query): Query<SearchQuery>,
) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let options = query.page()?;
        let view = shared.services.app.view();
        let found = matches(&view, user, query.query.as_deref().unwrap_or_default())?;
        Ok(photos(&view, user, &found, &options))
    })
    .await
}

/// Exact duplicates
///
/// Photos of which several present files are the same to the byte, as far as they were hashed.
#[utoipa::path(get, path = "/api/v1/duplicates", tag = "assets", params(SearchQuery),
    responses((status = 200, description = "One page", body = List<DuplicateJson>), Read))]
pub(super) async fn duplicates(
    State(http): State<Http>,
    Query(query): Query<SearchQuery>,
) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let options = query.page()?;
        let view = shared.services.app.view();
        let text = query.query.as_deref().unwrap_or_default();
        Ok(duplicates::duplicates(&view, user, text, &options)?)
    })
    .await
}

/// Near duplicates
///
/// Groups of photos that look alike, turned or not, as far as they were looked at.
#[utoipa::path(get, path = "/api/v1/duplicates/near", tag = "assets", params(NearQuery),
    responses((status = 200, description = "One page", body = List<NearGroupJson>), Read))]
pub(super) async fn near(
    State(http): State<Http>,
    Query(query): Query<NearQuery>,
) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let (options, distance) = (query.page()?, query.distance()?);
        let text = query.query.as_deref().unwrap_or_default();
        Ok(near_duplicates(&shared.services, user, text, distance, &options)?)
    })
    .await
}

/// One photo
///
/// The entity tag is its revision, for `If-Match`.
#[utoipa::path(get, path = "/api/v1/assets/{id}", tag = "assets",
    params(("id" = u32, Path, description = "Number of the asset", example = 1)),
    responses((status = 200, description = "The photo", body = AssetJson, headers(("etag" = String, description = "Its revision, in quotes"))), Read, Found))]
pub(super) async fn show(State(http): State<Http>, Path(id): Path<u32>) -> Result<Response, Problem> {
    http.run(move |shared, user| {
        let view = shared.services.app.view();
        let asset = view.resolve(AssetId::new(id));
        let unknown = || Refusal::from(CatalogError::NoAsset { asset });
        let row = view.asset(asset).ok_or_else(unknown)?;
        let document = AssetJson::new(&view, user, asset).ok_or_else(unknown)?;
        let mut response = json(StatusCode::OK, &document)?;
        response.headers_mut().insert(header::ETAG, etag(row.revision));
        Ok(response)
    })
    .await
}

/// The entity tag of a photo at this revision.
pub(super) fn etag(revision: Revision) -> HeaderValue {
    HeaderValue::try_from(format!("\"{revision}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// What photos are counted by.
#[derive(Deserialize, ToSchema, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Span {
    Year,
    Month,
    Day,
}

/// What to count, and how.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TimelineQuery {
    /// By year, month or day [default: month]
    #[param(inline)]
    by: Option<Span>,
    /// Which photos; without it everything that is not hidden
    query: Option<String>,
}

/// Count photos by date
#[utoipa::path(get, path = "/api/v1/timeline", tag = "assets", params(TimelineQuery),
    responses((status = 200, description = "Dates with photos, ascending; last, as `null`, those without a date", body = List<DateJson>), Read))]
pub(super) async fn count_by_date(
    State(http): State<Http>,
    Query(query): Query<TimelineQuery>,
) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let by = match query.by {
            Some(Span::Year) => "year",
            Some(Span::Month) | None => "month",
            Some(Span::Day) => "day",
        };
        let view = shared.services.app.view();
        let found = matches(&view, user, query.query.as_deref().unwrap_or_default())?;
        Ok(List::whole(timeline(&view, &found, by)?))
    })
    .await
}
