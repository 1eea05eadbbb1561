//! All routes, and the document that describes them: both are made of the same
//! handlers, so neither has what the other lacks.
//!
//! Round every route, also those that do not exist: the token is asked for, the
//! request is counted, and what is answered may be taken for nothing but what it
//! says it is.

use super::extract::LARGEST_BODY;
use super::metrics::Label;
use super::problem::Problem;
use super::state::Http;
use super::{
    administer, albums, assets, collections, edit, events, jobs, libraries, metrics, organize, original,
    people, shares,
};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use kphotos_domain::kernel::ErrorCode;
use utoipa::OpenApi;
use utoipa::openapi::security::{Http as HttpScheme, HttpAuthScheme, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Where the document is.
const DOCUMENT: &str = "/api/v1/openapi.json";
/// The one call without a token.
const HEALTH: &str = "/healthz";

#[derive(OpenApi)]
#[openapi(
    info(title = "K-Photos", description = "Photo libraries, and what people made of them. Errors are problem documents (RFC 9457) with a stable `code`; lists are pages with a cursor; a change answers a receipt, and is durable and in the mounted tree when it is answered.",
        license(name = "MIT", identifier = "MIT")),
    servers((url = "/")),
    security(("token" = [])),
    tags((name = "assets", description = "Photos and movies"), (name = "organization", description = "Tags, albums, collections and people"),
        (name = "sharing", description = "What others may see"),
        (name = "libraries", description = "Folders of originals"), (name = "jobs", description = "Work in the background"),
        (name = "history", description = "What was done, and taking it back"), (name = "system", description = "The daemon itself")))]
struct Described;

fn routes() -> OpenApiRouter<Http> {
    OpenApiRouter::with_openapi(Described::openapi())
        .routes(routes!(metrics::healthz))
        .routes(routes!(metrics::metrics))
        .routes(routes!(openapi))
        .routes(routes!(administer::me))
        .routes(routes!(administer::daemon_status))
        .routes(routes!(assets::search, edit::edit_many))
        .routes(routes!(assets::show, edit::edit_one))
        .routes(routes!(assets::duplicates))
        .routes(routes!(people::asset_faces, people::add_face))
        .routes(routes!(people::name_face, people::remove_face))
        .routes(routes!(original::original))
        .routes(routes!(assets::count_by_date))
        .routes(routes!(organize::tags))
        .routes(routes!(organize::tag))
        .routes(routes!(
            organize::tag_assets,
            organize::add_tag,
            organize::remove_tag
        ))
        .routes(routes!(albums::albums, albums::create_album))
        .routes(routes!(albums::album, albums::change_album))
        .routes(routes!(
            albums::album_assets,
            albums::add_to_album,
            albums::remove_from_album
        ))
        .routes(routes!(people::people))
        .routes(routes!(people::person, people::rename_person))
        .routes(routes!(people::person_assets))
        .routes(routes!(people::merge_people))
        .routes(routes!(shares::shares, shares::create))
        .routes(routes!(shares::share, shares::revoke))
        .routes(routes!(shares::share_assets))
        .routes(routes!(libraries::libraries, libraries::create_library))
        .routes(routes!(libraries::library, libraries::remove))
        .routes(routes!(libraries::scan_library))
        .routes(routes!(libraries::relocate))
        .routes(routes!(jobs::jobs, jobs::start))
        .routes(routes!(jobs::job))
        .routes(routes!(jobs::pause))
        .routes(routes!(jobs::resume))
        .routes(routes!(jobs::cancel))
        .routes(routes!(jobs::retry))
        .routes(routes!(albums::exclude_from_album))
        .routes(routes!(collections::collections, collections::create_collection))
        .routes(routes!(
            collections::collection,
            collections::change_collection,
            collections::delete_collection
        ))
        .routes(routes!(collections::collection_assets))
        .routes(routes!(administer::entries))
        .routes(routes!(administer::undo))
        .routes(routes!(events::events))
}

/// The OpenAPI document of the interface.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = routes().into_openapi();
    let bearer = SecurityScheme::Http(HttpScheme::new(HttpAuthScheme::Bearer));
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("token", bearer);
    document
}

/// Everything that is served.
pub(super) fn router(http: Http) -> Router {
    let (router, _) = routes().split_for_parts();
    router
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn_with_state(http.clone(), admit))
        .with_state(http)
}

/// This document
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "system",
    responses((status = 200, description = "OpenAPI 3.1", body = Object, content_type = "application/json"), super::schema::Read))]
async fn openapi(State(http): State<Http>) -> Result<Response, Problem> {
    http.document(|_, _| Ok(document())).await
}

async fn no_route(request: Request) -> Problem {
    let text = format!(
        "there is nothing at `{}`; {DOCUMENT} says what there is",
        request.uri().path()
    );
    Problem::new(StatusCode::NOT_FOUND, ErrorCode::NotFound, text)
}

async fn no_method(request: Request) -> Problem {
    let (method, path) = (request.method(), request.uri().path());
    let text = format!("`{path}` has no {method}; `Allow` says what it has");
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, ErrorCode::Unsupported, text)
}

/// Lets those in who have the token; counts.
async fn admit(State(http): State<Http>, request: Request, next: Next) -> Response {
    let label = Label::of(&request);
    let mut response = if request.uri().path() == HEALTH || is_admitted(&http, &request) {
        next.run(request).await
    } else {
        let text = "this needs the token of STATE/tokens/http: `Authorization: Bearer TOKEN`";
        let asking = HeaderValue::from_static("Bearer realm=\"K-Photos\"");
        Problem::new(StatusCode::UNAUTHORIZED, ErrorCode::NotPermitted, text)
            .with(header::WWW_AUTHENTICATE, asking)
            .into_response()
    };
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    http.counts.count(label, response.status());
    response
}

fn is_admitted(http: &Http, request: &Request) -> bool {
    let mut given = request.headers().get_all(header::AUTHORIZATION).into_iter();
    let (Some(given), None) = (given.next(), given.next()) else {
        return false;
    };
    let bytes = given.as_bytes();
    let Some((scheme, token)) = bytes.split_at_checked("Bearer ".len()) else {
        return false;
    };
    scheme.eq_ignore_ascii_case(b"Bearer ") && http.token.is(token.trim_ascii())
}
