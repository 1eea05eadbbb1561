//! `/api/v1/stacks`: photos that belong together.
//!
//! Most stacks are there by themselves; a person joins photos (`POST` of the list),
//! splits some out, chooses who stands for a stack, and leaves photos to their ids and
//! names again (`DELETE`). All name photos in the body. Splitting is of the photos named alone, never of the rest of their stacks.

use super::extract::{Body, Query};
use super::organize::change;
use super::paging::SearchQuery;
use super::problem::Problem;
use super::schema::{Found, Read, Receipt, Write};
use super::selecting::{ChangeQuery, EditQuery, Named};
use super::state::{Http, Shared};
use crate::surface::documents::List;
use crate::surface::perform;
use crate::surface::stacks::{self, StackJson};
use axum::extract::State;
use axum::response::Response;
use kphotos_domain::catalog::{Field, StackChange};
use kphotos_domain::command::{ClearFields, Command};
use kphotos_domain::kernel::AssetId;
use serde::Deserialize;
use utoipa::ToSchema;

/// Stacks
///
/// Those with a photo that the query finds, by their covers.
#[utoipa::path(get, path = "/api/v1/stacks", tag = "organization", params(SearchQuery),
    responses((status = 200, description = "One page", body = List<StackJson>), Read))]
pub(super) async fn stacks(
    State(http): State<Http>,
    Query(query): Query<SearchQuery>,
) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let options = query.page()?;
        let view = shared.services.app.view();
        let text = query.query.as_deref().unwrap_or_default();
        Ok(stacks::stacks(&view, user, text, &options)?)
    })
    .await
}

/// Join photos in one stack
///
/// With the stacks that they are in, unless `only`.
#[utoipa::path(post, path = "/api/v1/stacks", tag = "organization", params(EditQuery), request_body = Named,
    responses((status = 200, description = "Done", body = Receipt), Read, Found, Write))]
pub(super) async fn create_stack(
    State(http): State<Http>,
    Query(query): Query<EditQuery>,
    Body(named): Body<Named>,
) -> Result<Response, Problem> {
    let join = |assets| Command::ChangeStack(StackChange::Join(assets));
    change(http, query, named, join).await
}

/// Leave photos to their ids and names
///
/// Drops what was joined, split and chosen of them.
#[utoipa::path(delete, path = "/api/v1/stacks", tag = "organization", params(EditQuery), request_body = Named,
    responses((status = 200, description = "Done", body = Receipt), Read, Found, Write))]
pub(super) async fn clear_stack(
    State(http): State<Http>,
    Query(query): Query<EditQuery>,
    Body(named): Body<Named>,
) -> Result<Response, Problem> {
    change(http, query, named, |assets| {
        let fields = vec![Field::Stack, Field::StackCover];
        Command::ClearFields(ClearFields { assets, fields })
    })
    .await
}

/// Split photos from their stacks
///
/// Each is alone from then on, whatever its name and its ids say; `DELETE` of `/api/v1/stacks` takes that back.
#[utoipa::path(post, path = "/api/v1/stacks/split", tag = "organization", params(ChangeQuery), request_body = Named,
    responses((status = 200, description = "Done", body = Receipt), Read, Found, Write))]
pub(super) async fn split_stack(
    State(http): State<Http>,
    Query(query): Query<ChangeQuery>,
    Body(named): Body<Named>,
) -> Result<Response, Problem> {
    http.document(move |shared: &Shared, user| {
        let assets = named.resolve(shared, user)?;
        let command = Command::ChangeStack(StackChange::Split(assets));
        let receipt = perform(&shared.services, user, &command, query.dry_run)?;
        Ok(Receipt::from(receipt))
    })
    .await
}

/// Who is to stand for a stack.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Cover {
    /// Number of an asset
    id: u32,
}

/// Choose the cover of a stack
#[utoipa::path(post, path = "/api/v1/stacks/cover", tag = "organization", params(ChangeQuery), request_body = Cover,
    responses((status = 200, description = "Done", body = Receipt), Read, Found, Write))]
pub(super) async fn set_cover(
    State(http): State<Http>,
    Query(query): Query<ChangeQuery>,
    Body(cover): Body<Cover>,
) -> Result<Response, Problem> {
    http.document(move |shared: &Shared, user| {
        let command = Command::ChangeStack(StackChange::Cover(AssetId::new(cover.id)));
        let receipt = perform(&shared.services, user, &command, query.dry_run)?;
        Ok(Receipt::from(receipt))
    })
    .await
}
