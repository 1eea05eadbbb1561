//! `/api/v1/people` and `/api/v1/assets/{id}/faces`: who is in which photo.
//!
//! A person is named by name, written as one part of the URL, also by one that
//! files use and that stands for them. People are made by the first face that
//! names them. A face is of one photo: a change of it leaves the shot alone.
//! `DELETE` of a face takes one away that was added by hand, and rejects one that
//! the file brings; naming that one again brings it back.

use super::extract::{Body, Path, Query};
use super::paging::PageQuery;
use super::problem::Problem;
use super::schema::{Found, Read, Receipt, Write};
use super::selecting::ChangeQuery;
use super::state::{Http, Shared, json};
use crate::surface::asset_json::AssetJson;
use crate::surface::documents::List;
use crate::surface::people::{
    PersonJson, ToldFaceJson, face_given, known_person, name_given, person_name, told_faces,
};
use crate::surface::{Refusal, people as documents, perform, photos};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kphotos_domain::command::{Command, EditFace};
use kphotos_domain::kernel::{AssetId, UserId};
use kphotos_domain::organization::{FaceChange, FaceId, OrganizationError, PeopleArrangement, PersonName};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

/// The people, by name
#[utoipa::path(get, path = "/api/v1/people", tag = "organization",
    responses((status = 200, description = "All of them", body = List<PersonJson>), Read))]
pub(super) async fn people(State(http): State<Http>) -> Result<Response, Problem> {
    http.document(|shared, user| {
        let view = shared.services.app.view();
        Ok(List::whole(documents::people(&view, user)))
    })
    .await
}

/// One person
#[utoipa::path(get, path = "/api/v1/people/{person}", tag = "organization",
    params(("person" = String, Path, description = "Their name, `/` as `%2F`", example = "Anna Meier")),
    responses((status = 200, description = "The person", body = PersonJson), Read, Found))]
pub(super) async fn person(State(http): State<Http>, Path(name): Path<String>) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let view = shared.services.app.view();
        let target = (0, name);
        let id = known_person(&view, user, &target)?;
        let nobody = OrganizationError::NoPerson { name: target.1 };
        Ok(documents::person(&view, id)
            .ok_or(nobody)
            .map_err(Refusal::from)?)
    })
    .await
}

/// The photos that a person is in
#[utoipa::path(get, path = "/api/v1/people/{person}/assets", tag = "organization",
    params(("person" = String, Path, description = "Their name, `/` as `%2F`", example = "Anna Meier"), PageQuery),
    responses((status = 200, description = "One page", body = List<AssetJson>), Read, Found))]
pub(super) async fn person_assets(
    State(http): State<Http>,
    Path(name): Path<String>,
    Query(query): Query<PageQuery>,
) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let view = shared.services.app.view();
        let id = known_person(&view, user, &(0, name))?;
        let shown = view.person(id).map(|row| view.shown(&row.assets));
        Ok(photos(&view, user, &shown.unwrap_or_default(), &query.page()?))
    })
    .await
}

/// What to change of a person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonPatch {
    /// The new name; the old one still stands for them in files
    #[schema(example = "Anna Meier")]
    name: String,
}

/// Rename a person
#[utoipa::path(patch, path = "/api/v1/people/{person}", tag = "organization",
    params(("person" = String, Path, description = "Their name, `/` as `%2F`", example = "Anna"), ChangeQuery),
    request_body(content = PersonPatch, content_type = "application/json"),
    responses((status = 200, description = "Done", body = Receipt), Read, Found, Write))]
pub(super) async fn rename_person(
    State(http): State<Http>,
    Path(person): Path<String>,
    Query(query): Query<ChangeQuery>,
    Body(patch): Body<PersonPatch>,
) -> Result<Response, Problem> {
    arrange(http, query, move |named| {
        let (person, name) = (named(person)?, named(patch.name)?);
        Ok(PeopleArrangement::Rename { person, name })
    })
    .await
}

/// Whom to merge into a person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Merging {
    /// Names; these persons are one with the one in the path from then on
    #[schema(example = json!(["Ann", "Anna"]))]
    from: Vec<String>,
}

/// Merge others into a person
#[utoipa::path(post, path = "/api/v1/people/{person}/merge", tag = "organization",
    params(("person" = String, Path, description = "The name of whoever stays, `/` as `%2F`", example = "Anna Meier"), ChangeQuery),
    request_body = Merging,
    responses((status = 200, description = "Done", body = Receipt), Read, Found, Write))]
pub(super) async fn merge_people(
    State(http): State<Http>,
    Path(person): Path<String>,
    Query(query): Query<ChangeQuery>,
    Body(merging): Body<Merging>,
) -> Result<Response, Problem> {
    arrange(http, query, move |named| {
        let from: Result<Vec<PersonName>, Refusal> = merging.from.into_iter().map(named).collect();
        let (from, into) = (from?, named(person)?);
        Ok(PeopleArrangement::Merge { from, into })
    })
    .await
}

async fn arrange(
    http: Http,
    query: ChangeQuery,
    how: impl FnOnce(&dyn Fn(String) -> Result<PersonName, Refusal>) -> Result<PeopleArrangement, Refusal>
    + Send
    + 'static,
) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let how = {
            let view = shared.services.app.view();
            how(&|name| person_name(&view, &(0, name)))?
        };
        let command = Command::ArrangePeople(how);
        Ok(Receipt::from(perform(
            &shared.services,
            user,
            &command,
            query.dry_run,
        )?))
    })
    .await
}

/// The faces of a photo
///
/// Those of the file and those added by hand; the file's that were rejected, too, with that as their origin.
#[utoipa::path(get, path = "/api/v1/assets/{id}/faces", tag = "assets",
    params(("id" = u32, Path, description = "Number of the asset", example = 1)),
    responses((status = 200, description = "All of them, by number", body = List<ToldFaceJson>), Read, Found))]
pub(super) async fn asset_faces(State(http): State<Http>, Path(id): Path<u32>) -> Result<Response, Problem> {
    http.document(move |shared, _| {
        let view = shared.services.app.view();
        Ok(List::whole(told_faces(&view, AssetId::new(id), true)?))
    })
    .await
}

/// A face to be added. The box is of the stored, un-turned picture: centre, width and height, 0 to 1.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewFace {
    #[schema(minimum = 0, maximum = 1)]
    x: f64,
    #[schema(minimum = 0, maximum = 1)]
    y: f64,
    #[schema(minimum = 0, maximum = 1)]
    w: f64,
    #[schema(minimum = 0, maximum = 1)]
    h: f64,
    /// Who it is; the person is made if there is none
    name: Option<String>,
    /// `Face`, `Pet`, `Focus` or `BarCode` [default: Face]
    r#type: Option<String>,
}

/// Add a face to a photo
#[utoipa::path(post, path = "/api/v1/assets/{id}/faces", tag = "assets",
    params(("id" = u32, Path, description = "Number of the asset", example = 1), ChangeQuery), request_body = NewFace,
    responses((status = 201, description = "Added", body = Receipt), (status = 200, description = "It would be added", body = Receipt), Read, Found, Write))]
pub(super) async fn add_face(
    State(http): State<Http>,
    Path(id): Path<u32>,
    Query(query): Query<ChangeQuery>,
    Body(new): Body<NewFace>,
) -> Result<Response, Problem> {
    http.run(move |shared, user| {
        let (at, kind) = face_given((new.x, new.y, new.w, new.h), new.r#type.as_deref())?;
        let name = name_given(new.name.as_deref())?;
        let receipt = edit(shared, user, id, FaceChange::Add { at, kind, name }, query)?;
        let status = if receipt.revision.is_some() {
            StatusCode::CREATED
        } else {
            StatusCode::OK
        };
        json(status, &receipt)
    })
    .await
}

/// Who a face is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FacePatch {
    /// The person, made if there is none; `null`: nobody's that is known
    #[serde(deserialize_with = "given")]
    #[schema(required = true)]
    name: Option<String>,
}

/// `null` is a value; a name that is absent is a mistake.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

/// Name a face
///
/// One that was rejected is back.
#[utoipa::path(patch, path = "/api/v1/assets/{id}/faces/{face}", tag = "assets",
    params(("id" = u32, Path, description = "Number of the asset", example = 1),
        ("face" = u16, Path, description = "Number of the face", example = 1), ChangeQuery),
    request_body(content = FacePatch, content_type = "application/json"),
    responses((status = 200, description = "Done", body = Receipt), Read, Found, Write))]
pub(super) async fn name_face(
    State(http): State<Http>,
    Path((id, face)): Path<(u32, u16)>,
    Query(query): Query<ChangeQuery>,
    Body(patch): Body<FacePatch>,
) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let (face, name) = (FaceId::new(face), name_given(patch.name.as_deref())?);
        edit(shared, user, id, FaceChange::Name { face, name }, query)
    })
    .await
}

/// Take a face away
///
/// One that was added is removed, one of the file rejected.
#[utoipa::path(delete, path = "/api/v1/assets/{id}/faces/{face}", tag = "assets",
    params(("id" = u32, Path, description = "Number of the asset", example = 1),
        ("face" = u16, Path, description = "Number of the face", example = 1), ChangeQuery),
    responses((status = 200, description = "Done", body = Receipt), Read, Found, Write))]
pub(super) async fn remove_face(
    State(http): State<Http>,
    Path((id, face)): Path<(u32, u16)>,
    Query(query): Query<ChangeQuery>,
) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let face = FaceId::new(face);
        let change = if face.is_added() {
            FaceChange::Remove { face }
        } else {
            FaceChange::Reject { face }
        };
        edit(shared, user, id, change, query)
    })
    .await
}

fn edit(
    shared: &Shared,
    user: UserId,
    id: u32,
    change: FaceChange,
    query: ChangeQuery,
) -> Result<Receipt, Problem> {
    let asset = AssetId::new(id);
    let command = Command::EditFace(EditFace { asset, change });
    let receipt = perform(&shared.services, user, &command, query.dry_run)?;
    Ok(Receipt::from(receipt))
}
