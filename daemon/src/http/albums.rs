//! `/api/v1/albums`: which there are, what finds their photos, and which are in them.
//!
//! An album is named by its path, written as one part of the URL: `best/of` is
//! `best%2Fof`. Its photos are a list below it, in the album's own order unless
//! another is asked for: `GET` pages through them, `POST` includes photos, `DELETE`
//! takes photos out wherever they came from; `POST …/excluded` keeps them out whatever
//! the rule finds. `PATCH` is a merge patch (RFC 7396) of what is set of the album:
//! all of it is one command, and one undo takes it back.

use super::edit::{Change, change as changed};
use super::extract::{Body, Object, Path, Query};
use super::organize::change;
use super::paging::PageQuery;
use super::problem::Problem;
use super::schema::{Found, Read, Receipt, Write};
use super::selecting::{ChangeQuery, EditQuery, Named};
use super::state::{Http, json};
use crate::surface::albums::{self, AlbumJson};
use crate::surface::asset_json::AssetJson;
use crate::surface::documents::List;
use crate::surface::{Refusal, perform};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kphotos_domain::command::{AlbumAssets, ChangeAlbum, Command};
use kphotos_domain::kernel::{AssetId, UserId};
use kphotos_domain::organization::{AlbumChange, AlbumPath, AlbumRule, NewAlbum, OrganizationError};
use kphotos_domain::view::View;
use serde::Deserialize;
use utoipa::ToSchema;

/// The albums, by path
#[utoipa::path(get, path = "/api/v1/albums", tag = "organization",
    responses((status = 200, description = "All of them", body = List<AlbumJson>), Read))]
pub(super) async fn albums(State(http): State<Http>) -> Result<Response, Problem> {
    http.document(|shared, user| Ok(albums::albums(&shared.services.app.view(), user)))
        .await
}

/// What finds the photos of an album, now and later.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Rule {
    Folder {
        /// A folder of a library with all below it, absolute, on the daemon's machine
        #[schema(example = "/srv/photos/2024")]
        folder: String,
    },
    Query {
        /// As in `kphotos search`, but without `is:shared`, `album:` and `collection:`
        #[schema(example = "rating:4+")]
        query: String,
    },
    Collection {
        /// Its name
        #[schema(example = "best")]
        collection: String,
    },
}

impl Rule {
    fn meant(&self, view: &View, user: UserId) -> Result<AlbumRule, Refusal> {
        match self {
            Self::Folder { folder } => {
                albums::rule(view, user, "folder", &(0, String::new()), folder.as_bytes())
            }
            Self::Query { query } => albums::rule(view, user, "query", &(0, query.clone()), b""),
            Self::Collection { collection } => {
                albums::rule(view, user, "collection", &(0, collection.clone()), b"")
            }
        }
    }
}

/// An album to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAlbum)]
pub(super) struct NewBody {
    #[schema(example = "holidays/2024")]
    /// `holidays/2024`; the albums above it are made if there are none
    path: String,
    /// What finds its photos; without it there are those that are put into it
    #[schema(value_type = Option<Rule>)]
    rule: Option<Object<Rule>>,
}

/// Make an album
#[utoipa::path(post, path = "/api/v1/albums", tag = "organization", params(ChangeQuery), request_body = NewBody,
    responses((status = 201, description = "Made", body = Receipt), (status = 200, description = "It would be made", body = Receipt), Read, Found, Write))]
pub(super) async fn create_album(
    State(http): State<Http>,
    Query(query): Query<ChangeQuery>,
    Body(new): Body<NewBody>,
) -> Result<Response, Problem> {
    http.run(move |shared, user| {
        let path = album_path(&new.path)?;
        let rule = match &new.rule {
            None => None,
            Some(rule) => Some(rule.0.meant(&shared.services.app.view(), user)?),
        };
        let command = Command::CreateAlbum(NewAlbum { path, rule });
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

/// One album
#[utoipa::path(get, path = "/api/v1/albums/{album}", tag = "organization",
    params(("album" = String, Path, description = "Its path, `/` as `%2F`", example = "best/of")),
    responses((status = 200, description = "The album", body = AlbumJson), Read, Found))]
pub(super) async fn album(State(http): State<Http>, Path(path): Path<String>) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let view = shared.services.app.view();
        let id = albums::known_album(&view, user, &album_path(&path)?).map_err(Refusal::from)?;
        Ok(albums::album(&view, id)
            .ok_or(OrganizationError::NoAlbum { path })
            .map_err(Refusal::from)?)
    })
    .await
}

/// The order of an album: by what, or photos to be put somewhere by hand.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderPatch {
    /// `taken`, `added`, `name`, `rating` or `manual` [default: as it is; `manual` with `place`]
    by: Option<String>,
    /// The other way round
    #[serde(default)]
    reverse: bool,
    /// Photos to be put somewhere
    #[schema(value_type = Option<PlacePatch>)]
    place: Option<Object<PlacePatch>>,
}

/// Photos of an album, and where they go.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlacePatch {
    /// Numbers of assets, in their new order
    ids: Vec<u32>,
    /// `first`, `last`, `before` or `after`
    at: String,
    /// Which photo they come before or after
    beside: Option<u32>,
}

/// What to change of an album; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AlbumPatch {
    /// What finds its photos; `null`: nothing, it has those that were put into it
    #[serde(default, deserialize_with = "changed")]
    #[schema(value_type = Option<Rule>)]
    rule: Change<Object<Rule>>,
    /// The photo that stands for it; `null`: the first
    #[serde(default, deserialize_with = "changed")]
    #[schema(value_type = Option<u32>)]
    cover: Change<u32>,
    #[schema(value_type = Option<OrderPatch>)]
    order: Option<Object<OrderPatch>>,
}

impl AlbumPatch {
    fn changes(&self, view: &View, user: UserId) -> Result<Vec<AlbumChange>, Refusal> {
        let mut changes = Vec::new();
        if let Some(cover) = self.cover {
            changes.push(AlbumChange::Cover(cover.map(AssetId::new)));
        }
        if let Some(Object(order)) = &self.order {
            if let Some(by) = &order.by {
                let (by, reverse) = (albums::order_by(by)?, order.reverse);
                changes.push(AlbumChange::Sort { by, reverse });
            }
            if let Some(Object(place)) = &order.place {
                let at = albums::place(&place.at, place.beside.map(AssetId::new))?;
                let assets = place.ids.iter().copied().map(AssetId::new).collect();
                changes.push(AlbumChange::Place { assets, at });
            }
        }
        // Last: cover and order are of photos that are in it as it is.
        if let Some(rule) = &self.rule {
            let rule = rule.as_ref().map(|rule| rule.0.meant(view, user)).transpose()?;
            changes.push(AlbumChange::Bind(rule));
        }
        Ok(changes)
    }
}

/// Change an album
///
/// Its rule, its cover, its order: all of it, or nothing.
#[utoipa::path(patch, path = "/api/v1/albums/{album}", tag = "organization",
    params(("album" = String, Path, description = "Its path, `/` as `%2F`", example = "best/of"), ChangeQuery), request_body = AlbumPatch,
    responses((status = 200, description = "Done", body = Receipt), Read, Found, Write))]
pub(super) async fn change_album(
    State(http): State<Http>,
    Path(path): Path<String>,
    Query(query): Query<ChangeQuery>,
    Body(patch): Body<AlbumPatch>,
) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let album = album_path(&path)?;
        let changes = patch.changes(&shared.services.app.view(), user)?;
        let command = Command::ChangeAlbum(ChangeAlbum { album, changes });
        Ok(Receipt::from(perform(
            &shared.services,
            user,
            &command,
            query.dry_run,
        )?))
    })
    .await
}

/// The photos of an album
///
/// In the album's order, unless another is asked for.
#[utoipa::path(get, path = "/api/v1/albums/{album}/assets", tag = "organization",
    params(("album" = String, Path, description = "Its path, `/` as `%2F`", example = "best/of"), PageQuery),
    responses((status = 200, description = "One page", body = List<AssetJson>), Read, Found))]
pub(super) async fn album_assets(
    State(http): State<Http>,
    Path(path): Path<String>,
    Query(query): Query<PageQuery>,
) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let view = shared.services.app.view();
        let id = albums::known_album(&view, user, &album_path(&path)?).map_err(Refusal::from)?;
        Ok(albums::album_page(&view, user, id, &query.of_album()?)?)
    })
    .await
}

/// Put photos into an album
///
/// In a smart one they stay whatever its rule finds.
#[utoipa::path(post, path = "/api/v1/albums/{album}/assets", tag = "organization",
    params(("album" = String, Path, description = "Its path, `/` as `%2F`", example = "best/of"), EditQuery), request_body = Named,
    responses((status = 200, description = "Done", body = Receipt), Read, Found, Write))]
pub(super) async fn add_to_album(
    State(http): State<Http>,
    Path(path): Path<String>,
    Query(query): Query<EditQuery>,
    Body(named): Body<Named>,
) -> Result<Response, Problem> {
    on_photos(http, &path, query, named, Command::AddToAlbum).await
}

/// Take photos out of an album
///
/// Wherever they came from: what was put into it goes, and what its rule finds is excluded.
#[utoipa::path(delete, path = "/api/v1/albums/{album}/assets", tag = "organization",
    params(("album" = String, Path, description = "Its path, `/` as `%2F`", example = "best/of"), EditQuery), request_body = Named,
    responses((status = 200, description = "Done", body = Receipt), Read, Found, Write))]
pub(super) async fn remove_from_album(
    State(http): State<Http>,
    Path(path): Path<String>,
    Query(query): Query<EditQuery>,
    Body(named): Body<Named>,
) -> Result<Response, Problem> {
    on_photos(http, &path, query, named, Command::RemoveFromAlbum).await
}

/// Exclude photos from a smart album
///
/// Also those that its rule does not find yet. Putting them into it takes that back.
#[utoipa::path(post, path = "/api/v1/albums/{album}/excluded", tag = "organization",
    params(("album" = String, Path, description = "Its path, `/` as `%2F`", example = "best/of"), EditQuery), request_body = Named,
    responses((status = 200, description = "Done", body = Receipt), Read, Found, Write))]
pub(super) async fn exclude_from_album(
    State(http): State<Http>,
    Path(path): Path<String>,
    Query(query): Query<EditQuery>,
    Body(named): Body<Named>,
) -> Result<Response, Problem> {
    on_photos(http, &path, query, named, Command::ExcludeFromAlbum).await
}

async fn on_photos(
    http: Http,
    path: &str,
    query: EditQuery,
    named: Named,
    command: fn(AlbumAssets) -> Command,
) -> Result<Response, Problem> {
    let album = album_path(path)?;
    change(http, query, named, move |assets| {
        command(AlbumAssets { album, assets })
    })
    .await
}

fn album_path(text: &str) -> Result<AlbumPath, Refusal> {
    AlbumPath::parse(text).map_err(|error| OrganizationError::from(error).into())
}
