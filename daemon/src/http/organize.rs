//! `/api/v1/tags`: which there are, and which photos have them.
//!
//! A tag is named by its path, written as one part of the URL: `travel/italy` is
//! `travel%2Fitaly`. Its photos are a list of their own below it: `GET` pages through
//! them, `POST` puts photos in, `DELETE` takes photos out; both name the photos in
//! the body. A tag is made by the first photo that gets it.

use super::extract::{Body, Path, Query};
use super::paging::PageQuery;
use super::problem::Problem;
use super::schema::{Found, Read, Receipt, Write};
use super::selecting::{EditQuery, Named};
use super::state::{Http, Shared};
use crate::surface::asset_json::AssetJson;
use crate::surface::documents::{self, List, NodeJson, tags_by_path};
use crate::surface::{Refusal, find_tag, perform, photos, stacks};
use axum::extract::State;
use axum::response::Response;
use kphotos_domain::command::{Command, TagAssets};
use kphotos_domain::kernel::{AssetSet, Owner, TagId, UserId};
use kphotos_domain::organization::{OrganizationError, TagPath};
use kphotos_domain::view::View;

/// The tags, by path
#[utoipa::path(get, path = "/api/v1/tags", tag = "organization",
    responses((status = 200, description = "All of them", body = List<NodeJson>), Read))]
pub(super) async fn tags(State(http): State<Http>) -> Result<Response, Problem> {
    http.document(|shared, user| {
        let view = shared.services.app.view();
        let mine = view.tags().filter(|(_, row)| row.owner == Owner::User(user));
        Ok(tags_by_path(mine.filter_map(|(id, _)| documents::tag(&view, id))))
    })
    .await
}

/// One tag
#[utoipa::path(get, path = "/api/v1/tags/{tag}", tag = "organization",
    params(("tag" = String, Path, description = "Its path, `/` as `%2F`", example = "travel/italy")),
    responses((status = 200, description = "The tag", body = NodeJson), Read, Found))]
pub(super) async fn tag(State(http): State<Http>, Path(path): Path<String>) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let view = shared.services.app.view();
        let id = known_tag(&view, user, &path)?;
        Ok(documents::tag(&view, id)
            .ok_or(OrganizationError::NoTag { path })
            .map_err(Refusal::from)?)
    })
    .await
}

/// The photos of a tag
///
/// Those that have it itself, not those of the tags below it.
#[utoipa::path(get, path = "/api/v1/tags/{tag}/assets", tag = "organization",
    params(("tag" = String, Path, description = "Its path, `/` as `%2F`", example = "travel/italy"), PageQuery),
    responses((status = 200, description = "One page", body = List<AssetJson>), Read, Found))]
pub(super) async fn tag_assets(
    State(http): State<Http>,
    Path(path): Path<String>,
    Query(query): Query<PageQuery>,
) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let view = shared.services.app.view();
        let id = known_tag(&view, user, &path)?;
        let assets = view.tag(id).map(|row| row.assets()).unwrap_or_default();
        Ok(photos(&view, user, &shown(&view, &assets), &query.page()?))
    })
    .await
}

/// Give a tag to photos
///
/// The tag and those above it are made if there are none.
#[utoipa::path(post, path = "/api/v1/tags/{tag}/assets", tag = "organization",
    params(("tag" = String, Path, description = "Its path, `/` as `%2F`", example = "travel/italy"), EditQuery), request_body = Named,
    responses((status = 200, description = "Done", body = Receipt), Read, Found, Write))]
pub(super) async fn add_tag(
    State(http): State<Http>,
    Path(path): Path<String>,
    Query(query): Query<EditQuery>,
    Body(named): Body<Named>,
) -> Result<Response, Problem> {
    let tag = tag_path(&path)?;
    change(http, query, named, |assets| {
        Command::AddTag(TagAssets { tag, assets })
    })
    .await
}

/// Take a tag from photos
#[utoipa::path(delete, path = "/api/v1/tags/{tag}/assets", tag = "organization",
    params(("tag" = String, Path, description = "Its path, `/` as `%2F`", example = "travel/italy"), EditQuery), request_body = Named,
    responses((status = 200, description = "Done", body = Receipt), Read, Found, Write))]
pub(super) async fn remove_tag(
    State(http): State<Http>,
    Path(path): Path<String>,
    Query(query): Query<EditQuery>,
    Body(named): Body<Named>,
) -> Result<Response, Problem> {
    let tag = tag_path(&path)?;
    change(http, query, named, |assets| {
        Command::RemoveTag(TagAssets { tag, assets })
    })
    .await
}

/// Does a command on the photos named.
pub(super) async fn change(
    http: Http,
    query: EditQuery,
    named: Named,
    command: impl FnOnce(AssetSet) -> Command + Send + 'static,
) -> Result<Response, Problem> {
    http.document(move |shared: &Shared, user| {
        let assets = named.resolve(shared, user)?;
        let assets = if query.only {
            assets
        } else {
            stacks(&shared.services.app.view(), &assets)
        };
        let receipt = perform(&shared.services, user, &command(assets), query.dry_run)?;
        Ok(Receipt::from(receipt))
    })
    .await
}

fn tag_path(text: &str) -> Result<TagPath, Refusal> {
    TagPath::parse(text).map_err(|error| OrganizationError::from(error).into())
}

fn known_tag(view: &View, user: UserId, text: &str) -> Result<TagId, Refusal> {
    let path = || text.to_owned();
    find_tag(view, user, &tag_path(text)?).ok_or_else(|| OrganizationError::NoTag { path: path() }.into())
}

fn shown(view: &View, assets: &AssetSet) -> AssetSet {
    &(assets & view.present()) - view.hidden()
}
