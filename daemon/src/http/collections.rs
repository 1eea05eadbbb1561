//! `/api/v1/collections`: queries under a name, and what they find.

use super::extract::{Body, Path, Query};
use super::paging::PageQuery;
use super::problem::Problem;
use super::schema::{Found, Read, Receipt, Write};
use super::selecting::ChangeQuery;
use super::state::{Http, json};
use crate::surface::albums::{self, CollectionJson};
use crate::surface::asset_json::AssetJson;
use crate::surface::documents::List;
use crate::surface::{Refusal, perform, photos};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kphotos_domain::command::Command;
use kphotos_domain::kernel::{CollectionId, UserId};
use kphotos_domain::organization::{Collection, CollectionChange, CollectionName};
use kphotos_domain::view::{Dir, View};
use serde::Deserialize;
use utoipa::ToSchema;

/// The collections, by name
#[utoipa::path(get, path = "/api/v1/collections", tag = "organization",
    responses((status = 200, description = "All of them", body = List<CollectionJson>), Read))]
pub(super) async fn collections(State(http): State<Http>) -> Result<Response, Problem> {
    http.document(|shared, user| Ok(albums::collections(&shared.services.app.view(), user)))
        .await
}

/// A collection to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCollection)]
pub(super) struct NewBody {
    /// Its name: its folder in `collections/`
    #[schema(example = "best")]
    name: String,
    /// As in `kphotos search`, but without `is:shared` and `collection:`
    #[schema(example = "rating:4+")]
    query: String,
}

/// Make a collection
#[utoipa::path(post, path = "/api/v1/collections", tag = "organization", params(ChangeQuery), request_body = NewBody,
    responses((status = 201, description = "Made", body = Receipt), (status = 200, description = "It would be made", body = Receipt), Read, Write))]
pub(super) async fn create_collection(
    State(http): State<Http>,
    Query(query): Query<ChangeQuery>,
    Body(new): Body<NewBody>,
) -> Result<Response, Problem> {
    http.run(move |shared, user| {
        let name = CollectionName::parse(&new.name).map_err(Refusal::from)?;
        let change = CollectionChange::Create {
            name,
            query: new.query.into(),
        };
        let command = Command::ChangeCollection(change);
        let receipt = perform(&shared.services, user, &command, query.dry_run)?;
        let status = if receipt.revision.is_some() {
            StatusCode::CREATED
        } else {
            StatusCode::OK
        };
        json(status, &Receipt::from(receipt))
    })
    .await
}

/// One collection
#[utoipa::path(get, path = "/api/v1/collections/{collection}", tag = "organization",
    params(("collection" = String, Path, description = "Its name", example = "best")),
    responses((status = 200, description = "The collection", body = CollectionJson), Read, Found))]
pub(super) async fn collection(
    State(http): State<Http>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let view = shared.services.app.view();
        Ok(albums::collection(&view, known(&view, user, name)?))
    })
    .await
}

/// What a collection finds
#[utoipa::path(get, path = "/api/v1/collections/{collection}/assets", tag = "organization",
    params(("collection" = String, Path, description = "Its name", example = "best"), PageQuery),
    responses((status = 200, description = "One page", body = List<AssetJson>), Read, Found))]
pub(super) async fn collection_assets(
    State(http): State<Http>,
    Path(name): Path<String>,
    Query(query): Query<PageQuery>,
) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let view = shared.services.app.view();
        let found = view.members(Dir::Collection(known(&view, user, name)?.id));
        Ok(photos(&view, user, &found, &query.page()?))
    })
    .await
}

/// What to change of a collection; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CollectionPatch {
    name: Option<String>,
    /// As in `kphotos search`, but without `is:shared` and `collection:`
    query: Option<String>,
}

/// Change a collection
#[utoipa::path(patch, path = "/api/v1/collections/{collection}", tag = "organization",
    params(("collection" = String, Path, description = "Its name", example = "best"), ChangeQuery), request_body = CollectionPatch,
    responses((status = 200, description = "Done", body = Receipt), Read, Found, Write))]
pub(super) async fn change_collection(
    State(http): State<Http>,
    Path(collection): Path<String>,
    Query(query): Query<ChangeQuery>,
    Body(patch): Body<CollectionPatch>,
) -> Result<Response, Problem> {
    let name = patch.name.map(|name| CollectionName::parse(&name));
    let name = name.transpose().map_err(Refusal::from)?;
    let asked = patch.query.map(Into::into);
    change(http, collection, query, |id| CollectionChange::Update {
        id,
        name,
        query: asked,
    })
    .await
}

/// Delete a collection
///
/// A conflict while an album or a share stands on it.
#[utoipa::path(delete, path = "/api/v1/collections/{collection}", tag = "organization",
    params(("collection" = String, Path, description = "Its name", example = "best"), ChangeQuery),
    responses((status = 200, description = "Done", body = Receipt), Read, Found, Write))]
pub(super) async fn delete_collection(
    State(http): State<Http>,
    Path(collection): Path<String>,
    Query(query): Query<ChangeQuery>,
) -> Result<Response, Problem> {
    change(http, collection, query, |id| CollectionChange::Delete { id }).await
}

/// Changes the collection of this name.
async fn change(
    http: Http,
    name: String,
    query: ChangeQuery,
    change: impl FnOnce(CollectionId) -> CollectionChange + Send + 'static,
) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let id = known(&shared.services.app.view(), user, name)?.id;
        let command = Command::ChangeCollection(change(id));
        let receipt = perform(&shared.services, user, &command, query.dry_run)?;
        Ok(Receipt::from(receipt))
    })
    .await
}

fn known(view: &View, user: UserId, name: String) -> Result<&Collection, Refusal> {
    Ok(albums::find_collection(view, user, &(0, name))?)
}
