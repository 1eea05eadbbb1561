//! `/api/v1/shares`: what is shared, making shares and ending them.
//!
//! A share is named by its number; what it shows by a kind and, as on D-Bus, by what is
//! named so: `{"name": "Italy", "kind": "album", "what": "travel/italy"}`. Ending a share
//! is `DELETE`, and cannot be undone; making one can.

use super::extract::{Body, Path, Query};
use super::paging::PageQuery;
use super::problem::Problem;
use super::schema::{Found, Read, Receipt, Write};
use super::selecting::{ChangeQuery, EditQuery, Named};
use super::state::{Http, Shared, json};
use crate::surface::asset_json::AssetJson;
use crate::surface::documents::List;
use crate::surface::shares::{self, ShareJson};
use crate::surface::{Refusal, perform, photos, stacks};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kphotos_domain::command::Command;
use kphotos_domain::kernel::{Owner, Revision, ShareId, UserId};
use kphotos_domain::sharing::{self, Scope, Share, ShareName, SharingError};
use kphotos_domain::view::View;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The shares, by name
#[utoipa::path(get, path = "/api/v1/shares", tag = "sharing",
    responses((status = 200, description = "All of them", body = List<ShareJson>), Read))]
pub(super) async fn shares(State(http): State<Http>) -> Result<Response, Problem> {
    http.document(|shared, user| Ok(List::whole(shares::shares(&shared.services.app.view(), user))))
        .await
}

/// A share to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewShare {
    /// What it is called: a name for a folder
    #[schema(example = "Italy")]
    name: String,
    /// What it shows: `album`, `tag`, `library`, `folder`, `query` or `assets`
    #[schema(example = "query")]
    kind: String,
    /// The album's or tag's path, the library's name, the folder's absolute path, or the query
    #[schema(example = "rating:4+")]
    what: Option<String>,
    /// The photos, of the kind `assets`
    assets: Option<Named>,
}

/// What making a share did.
#[derive(Serialize, ToSchema)]
struct Made {
    /// Its number; `null` after a dry run
    share: Option<u32>,
    /// The entry; `null` after a dry run
    revision: Option<u64>,
    /// What was done, for a person
    summary: String,
}

/// Make a share
///
/// What it shows is in `shares/` of the mounts when this is answered. `only`: of the kind
/// `assets`, these alone and not the rest of their shots.
#[utoipa::path(post, path = "/api/v1/shares", tag = "sharing", params(EditQuery), request_body = NewShare,
    responses((status = 201, description = "Made", body = Made), (status = 200, description = "It would be made", body = Made), Read, Found, Write))]
pub(super) async fn create(
    State(http): State<Http>,
    Query(query): Query<EditQuery>,
    Body(new): Body<NewShare>,
) -> Result<Response, Problem> {
    http.run(move |shared, user| {
        let name = ShareName::parse(&new.name).map_err(Refusal::from)?;
        let scope = scope(shared, user, new, query.only)?;
        let wanted = name.as_str().to_owned();
        let command = Command::CreateShare(sharing::NewShare { name, scope });
        let receipt = perform(&shared.services, user, &command, query.dry_run)?;
        let made = receipt.revision.map(Revision::number);
        let view = shared.services.app.view();
        let share = made.and_then(|_| view.share_named(Owner::User(user), &wanted));
        let document = Made {
            share: share.map(ShareId::number),
            revision: made,
            summary: receipt.summary,
        };
        let status = made.map_or(StatusCode::OK, |_| StatusCode::CREATED);
        json(status, &document)
    })
    .await
}

/// One share
#[utoipa::path(get, path = "/api/v1/shares/{id}", tag = "sharing",
    params(("id" = u32, Path, description = "Number of the share", example = 1)),
    responses((status = 200, description = "The share", body = ShareJson), Read, Found))]
pub(super) async fn share(State(http): State<Http>, Path(id): Path<u32>) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let view = shared.services.app.view();
        Ok(shares::share(&view, known(&view, user, id)?))
    })
    .await
}

/// The photos of a share
///
/// What it shows now, those of the folders, tags and albums below it too.
#[utoipa::path(get, path = "/api/v1/shares/{id}/assets", tag = "sharing",
    params(("id" = u32, Path, description = "Number of the share", example = 1), PageQuery),
    responses((status = 200, description = "One page", body = List<AssetJson>), Read, Found))]
pub(super) async fn share_assets(
    State(http): State<Http>,
    Path(id): Path<u32>,
    Query(query): Query<PageQuery>,
) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let view = shared.services.app.view();
        let shown = view.shown(&view.share_assets(known(&view, user, id)?));
        Ok(photos(&view, user, &shown, &query.page()?))
    })
    .await
}

/// End a share
///
/// For good; its photos stay where they are.
#[utoipa::path(delete, path = "/api/v1/shares/{id}", tag = "sharing",
    params(("id" = u32, Path, description = "Number of the share", example = 1), ChangeQuery),
    responses((status = 200, description = "Done", body = Receipt), Read, Found))]
pub(super) async fn revoke(
    State(http): State<Http>,
    Path(id): Path<u32>,
    Query(query): Query<ChangeQuery>,
) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let share = known(&shared.services.app.view(), user, id)?.id;
        let command = Command::RevokeShare(share);
        let receipt = perform(&shared.services, user, &command, query.dry_run)?;
        Ok(Receipt::from(receipt))
    })
    .await
}

fn known(view: &View, user: UserId, id: u32) -> Result<&Share, Refusal> {
    let share = view.share(ShareId::new(id));
    let mine = share.filter(|share| share.owner == Owner::User(user));
    mine.ok_or_else(|| SharingError::NoShare { name: id.to_string() }.into())
}

/// What a new share is to show.
fn scope(shared: &Shared, user: UserId, new: NewShare, only: bool) -> Result<Scope, Problem> {
    let NewShare {
        kind, what, assets, ..
    } = new;
    match (kind.as_str(), what, assets) {
        ("assets", None, Some(named)) => {
            let assets = named.resolve(shared, user)?;
            Ok(Scope::Assets(if only {
                assets
            } else {
                stacks(&shared.services.app.view(), &assets)
            }))
        }
        ("assets", _, _) => Err(Problem::invalid(
            "photos are shared by `assets`: {\"kind\": \"assets\", \"assets\": {\"ids\": [1, 2]}}",
        )),
        (_, Some(_), Some(_)) | (_, None, _) => Err(Problem::invalid(
            "say `what` is to be shown, and no `assets`: {\"kind\": \"tag\", \"what\": \"travel/italy\"}",
        )),
        ("folder", Some(path), None) => Ok(shares::folder_at(&shared.services.app.view(), path.as_bytes())?),
        (kind, Some(what), None) => Ok(shares::named(
            &shared.services.app.view(),
            user,
            kind,
            &(0, what),
        )?),
    }
}
