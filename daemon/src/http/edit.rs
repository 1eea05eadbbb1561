//! `PATCH /api/v1/assets[/{id}]`: editing fields and tags of photos.
//!
//! The body is a merge patch (RFC 7396) of the asset's own document: a value
//! sets, `null` drops the edit so that the file's own value shows again, what is
//! absent stays; `tags` is what to add and remove, because the file's tags are
//! not the caller's to list. All of it is one command and one journal entry: it
//! is done wholly or not at all, and one undo takes it back. It reaches the whole
//! shot (RAW, JPEG, movie) unless `only`.
//!
//! `If-Match` names the revision that the caller saw, of the photo in the path;
//! it is compared inside the command, so nothing can come between. A list of
//! photos has no revision, so there only `*` can hold.

use super::extract::{Body, Object, Path, Query};
use super::problem::Problem;
use super::range::tags;
use super::schema::{Found, Read, Receipt, Write};
use super::selecting::{EditQuery, Named};
use super::state::{Http, Shared, json};
use crate::surface::{Refusal, stacks};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use kphotos_domain::app::AppError;
use kphotos_domain::catalog::{CatalogError, Field, FieldValue, Location};
use kphotos_domain::command::{Command, EditAssets};
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::{AssetId, AssetSet, Revision, Taken, TakenSource, UserId};
use kphotos_domain::organization::{OrganizationError, TagPath};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

/// Told apart: absent (`None`), `null` (`Some(None)`), a value.
pub(super) type Change<T> = Option<Option<T>>;

pub(super) fn change<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Change<T>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// What to change; `null` drops the edit, and the file's own value shows again.
#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct AssetPatch {
    #[serde(default, deserialize_with = "change")]
    #[schema(value_type = Option<String>)]
    title: Change<String>,
    #[serde(default, deserialize_with = "change")]
    #[schema(value_type = Option<String>)]
    description: Change<String>,
    /// -1 (rejected) to 5
    #[serde(default, deserialize_with = "change")]
    #[schema(value_type = Option<i8>, minimum = -1, maximum = 5)]
    rating: Change<i8>,
    #[serde(default, deserialize_with = "change")]
    #[schema(value_type = Option<String>)]
    label: Change<String>,
    /// Of the caller
    #[serde(default, deserialize_with = "change")]
    #[schema(value_type = Option<bool>)]
    favorite: Change<bool>,
    #[serde(default, deserialize_with = "change")]
    #[schema(value_type = Option<bool>)]
    hidden: Change<bool>,
    #[serde(default, deserialize_with = "change")]
    #[schema(value_type = Option<Place>)]
    location: Change<Object<Place>>,
    /// 1 to 8, as EXIF counts them
    #[serde(default, deserialize_with = "change")]
    #[schema(value_type = Option<u8>, minimum = 1, maximum = 8)]
    orientation: Change<u8>,
    /// ISO 8601, offset optional; `1974-06` is a whole date
    #[serde(default, deserialize_with = "change")]
    #[schema(value_type = Option<String>)]
    taken: Change<String>,
    #[serde(default)]
    #[schema(value_type = TagsPatch)]
    tags: Object<TagsPatch>,
}

/// A place; without latitude and longitude: nowhere, whatever the file says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Place {
    /// Degrees north
    #[schema(minimum = -90, maximum = 90)]
    lat: Option<f64>,
    /// Degrees east
    #[schema(minimum = -180, maximum = 180)]
    lon: Option<f64>,
    /// Metres above the sea
    alt: Option<f64>,
}

/// Tags to give and to take, as paths: `travel/italy`.
#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields)]
struct TagsPatch {
    #[serde(default)]
    add: Vec<String>,
    #[serde(default)]
    remove: Vec<String>,
}

/// What to change of which photos.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AssetsPatch {
    /// Which
    #[schema(value_type = Named)]
    assets: Object<Named>,
    /// What
    #[schema(value_type = AssetPatch)]
    set: Object<AssetPatch>,
}

/// Edit one photo
///
/// One entry of the journal for all of it. Reaches its whole shot unless `only`.
#[utoipa::path(patch, path = "/api/v1/assets/{id}", tag = "assets",
    params(("id" = u32, Path, description = "Number of the asset", example = 1), EditQuery,
        ("if-match" = Option<String>, Header, description = "The revision that was seen, in quotes")),
    request_body(content = AssetPatch, content_type = "application/json"),
    responses((status = 200, description = "Done", body = Receipt, headers(("etag" = String, description = "Its revision now"))),
        (status = 412, description = "It has changed meanwhile", body = super::problem::ProblemJson, content_type = "application/problem+json"),
        Read, Found, Write))]
pub(super) async fn edit_one(
    State(http): State<Http>,
    Path(id): Path<u32>,
    Query(query): Query<EditQuery>,
    headers: HeaderMap,
    Body(patch): Body<AssetPatch>,
) -> Result<Response, Problem> {
    http.run(move |shared, user| {
        let id = shared.services.app.view().resolve(AssetId::new(id));
        if shared.services.app.view().asset(id).is_none() {
            return Err(Refusal::from(CatalogError::NoAsset { asset: id }).into());
        }
        let expected = if_match(&headers).map(|revisions| (id, revisions));
        let receipt = edit(shared, user, AssetSet::one(id), patch, query, expected)?;
        let mut response = json(StatusCode::OK, &receipt)?;
        if let Some(row) = shared.services.app.view().asset(id) {
            let etag = super::assets::etag(row.revision);
            response.headers_mut().insert(header::ETAG, etag);
        }
        Ok(response)
    })
    .await
}

/// Edit many photos
///
/// One entry of the journal for all of it. Reaches their whole shots unless `only`.
#[utoipa::path(patch, path = "/api/v1/assets", tag = "assets", params(EditQuery),
    request_body(content = AssetsPatch, content_type = "application/json"),
    responses((status = 200, description = "Done", body = Receipt),
        (status = 412, description = "A list of photos has no revision", body = super::problem::ProblemJson, content_type = "application/problem+json"),
        Read, Found, Write))]
pub(super) async fn edit_many(
    State(http): State<Http>,
    Query(query): Query<EditQuery>,
    headers: HeaderMap,
    Body(patch): Body<AssetsPatch>,
) -> Result<Response, Problem> {
    http.document(move |shared, user| {
        let AssetsPatch {
            assets: Object(assets),
            set: Object(set),
        } = patch;
        let named = assets.resolve(shared, user)?;
        if if_match(&headers).is_none() {
            return edit(shared, user, named, set, query, None);
        }
        // What would be refused anyway is refused for its own sake.
        let dry = EditQuery {
            dry_run: true,
            ..query
        };
        edit(shared, user, named, set, dry, None)?;
        Err(Problem::precondition(
            "a list of photos has no revision: edit one by one to compare them",
        ))
    })
    .await
}

/// The revisions that `If-Match` allows; `None`: any. What is no revision allows none.
fn if_match(headers: &HeaderMap) -> Option<Vec<Revision>> {
    if !headers.contains_key(header::IF_MATCH) {
        return None;
    }
    let tags = tags(headers, header::IF_MATCH);
    let revision = |tag: &&str| {
        let number = tag.strip_prefix('"')?.strip_suffix('"')?;
        number.parse().ok().map(Revision::new)
    };
    (!tags.contains(&"*")).then(|| tags.iter().filter_map(revision).collect())
}

fn edit(
    shared: &Shared,
    user: UserId,
    assets: AssetSet,
    patch: AssetPatch,
    query: EditQuery,
    expected: Option<(AssetId, Vec<Revision>)>,
) -> Result<Receipt, Problem> {
    let app = &shared.services.app;
    let Object(TagsPatch { add, remove }) = &patch.tags;
    let (add, remove) = (tag_paths(add)?, tag_paths(remove)?);
    let values = patch.values()?;
    let assets = if query.only {
        assets
    } else {
        stacks(&app.view(), &assets)
    };
    let command = Command::EditAssets(EditAssets {
        assets,
        values,
        add,
        remove,
        expected,
    });
    let actor = Actor::User(user);
    let done = if query.dry_run {
        app.preview(actor, &command)
    } else {
        app.execute(actor, &command)
    };
    match done {
        Ok(receipt) => Ok(receipt.into()),
        Err(AppError::Catalog(changed @ CatalogError::ChangedSince { .. })) => {
            Err(Problem::precondition(changed.to_string()))
        }
        Err(error) => Err(Refusal::from(error).into()),
    }
}

fn tag_paths(texts: &[String]) -> Result<Vec<TagPath>, Refusal> {
    let parse = |text: &String| TagPath::parse(text).map_err(|error| OrganizationError::from(error).into());
    texts.iter().map(parse).collect()
}

impl AssetPatch {
    fn values(self) -> Result<Vec<(Field, Option<FieldValue>)>, Refusal> {
        let text = |field, change: Change<String>| {
            change.map(|text| (field, text.map(|text| FieldValue::Text(text.into()))))
        };
        let flag = |field, change: Change<bool>| change.map(|flag| (field, flag.map(FieldValue::Flag)));
        let location = match self.location {
            None => None,
            Some(place) => Some((
                Field::Location,
                place.map(|Object(place)| place.value()).transpose()?,
            )),
        };
        let date = |text: String| {
            Taken::parse(&text, TakenSource::User)
                .map(FieldValue::Taken)
                .map_err(|error| Refusal::invalid(error.to_string()))
        };
        let taken = match self.taken {
            None => None,
            Some(text) => Some((Field::Taken, text.map(date).transpose()?)),
        };
        let rating = self
            .rating
            .map(|rating| (Field::Rating, rating.map(FieldValue::Rating)));
        let orientation = self
            .orientation
            .map(|turn| (Field::Orientation, turn.map(FieldValue::Orientation)));
        let values = [
            text(Field::Title, self.title),
            text(Field::Description, self.description),
            rating,
            text(Field::Label, self.label),
            flag(Field::Favorite, self.favorite),
            flag(Field::Hidden, self.hidden),
            location,
            orientation,
            taken,
        ];
        Ok(values.into_iter().flatten().collect())
    }
}

impl Place {
    fn value(self) -> Result<FieldValue, Refusal> {
        match (self.lat, self.lon, self.alt) {
            (Some(lat), Some(lon), alt) => {
                Ok(FieldValue::Location(Some(Location::from_degrees(lat, lon, alt)?)))
            }
            (None, None, None) => Ok(FieldValue::Location(None)),
            _ => Err(Refusal::invalid(
                "a location is `lat` and `lon`, and `alt` where known; without any it is nowhere",
            )),
        }
    }
}
