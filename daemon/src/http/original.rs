//! `GET /api/v1/assets/{id}/original`: the bytes of the original.
//!
//! The file is opened through its library's [`crate::storage::Volume`], below the read-only root
//! that the daemon holds, and only for reading. The entity tag is the checksum
//! while the file is what was hashed, else size and time: both change with the
//! bytes. What is served is the file as it is when it is opened.

use super::blocks::FileBody;
use super::disposition;
use super::extract::Path;
use super::problem::Problem;
use super::range::{Validators, Verdict, verdict};
use super::schema::{Found, Read};
use super::state::{Http, Shared};
use crate::surface::Refusal;
use crate::surface::asset_json::mime;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use kphotos_domain::catalog::CatalogError;
use kphotos_domain::kernel::{AssetId, Checksum, ErrorCode, LibraryId};
use kphotos_domain::storage::LibraryState;
use kphotos_domain::view::View;
use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt as _;

/// An original, as the view knows it.
struct Original {
    library: LibraryId,
    path: Vec<u8>,
    name: Box<[u8]>,
    mime: Option<String>,
    checksum: Option<Checksum>,
    size: u64,
    mtime_ns: i64,
}

/// The original's bytes
///
/// Conditional (`If-None-Match`, `If-Modified-Since`, `If-Match`, `If-Unmodified-Since`) and by
/// `Range`, one at a time; several at once are answered with the whole file. `HEAD` answers the same without bytes.
#[utoipa::path(get, path = "/api/v1/assets/{id}/original", tag = "assets",
    params(("id" = u32, Path, description = "Number of the asset", example = 1)),
    responses(
        (status = 200, description = "All of it", content_type = "*/*", headers(
            ("etag" = String, description = "The checksum, or size and time"),
            ("last-modified" = String), ("accept-ranges" = String), ("content-disposition" = String))),
        (status = 206, description = "The range asked for", content_type = "*/*", headers(("content-range" = String))),
        (status = 304, description = "It is as the client has it"),
        (status = 412, description = "It is not as the client has it", body = super::problem::ProblemJson, content_type = "application/problem+json"),
        (status = 416, description = "It is shorter than that", body = super::problem::ProblemJson, content_type = "application/problem+json"),
        (status = 409, description = "Its library is offline", body = super::problem::ProblemJson, content_type = "application/problem+json"),
        Read, Found))]
pub(super) async fn original(
    State(http): State<Http>,
    Path(id): Path<u32>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let is_get = method == Method::GET;
    http.run(move |shared, _| answer(shared, AssetId::new(id), is_get, &headers))
        .await
}

fn answer(shared: &Shared, id: AssetId, is_get: bool, headers: &HeaderMap) -> Result<Response, Problem> {
    let original = Original::find(&shared.services.app.view(), id)?;
    let file = original.open(shared)?;
    let found = file.metadata().map_err(|error| original.unreadable(&error))?;
    let (size, mtime_ns) = (
        found.size(),
        found
            .mtime()
            .saturating_mul(1_000_000_000)
            .saturating_add(found.mtime_nsec()),
    );
    let is_hashed = (size, mtime_ns) == (original.size, original.mtime_ns);
    let etag = match original.checksum.filter(|_| is_hashed) {
        Some(checksum) => format!("\"{checksum}\""),
        None => format!("\"{size:x}-{mtime_ns:x}\""),
    };
    let validators = Validators { etag, mtime_ns };
    let verdict = verdict(headers, is_get, &validators, size);
    let (status, part) = match verdict {
        Verdict::Whole => (StatusCode::OK, 0..size),
        Verdict::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        Verdict::NotModified => (StatusCode::NOT_MODIFIED, 0..0),
        Verdict::Failed => {
            return Err(Problem::precondition(
                "the original is not what the request supposes",
            ));
        }
        Verdict::Unsatisfiable => {
            let text = format!("the original has only {size} bytes");
            let problem = Problem::new(StatusCode::RANGE_NOT_SATISFIABLE, ErrorCode::Invalid, text);
            return Err(problem.with(header::CONTENT_RANGE, ascii(format!("bytes */{size}"))));
        }
    };
    let mut response = Response::new(Body::empty());
    let sent = response.headers_mut();
    original.describe(sent, &validators);
    if status == StatusCode::PARTIAL_CONTENT {
        let last = part.end.saturating_sub(1);
        sent.insert(
            header::CONTENT_RANGE,
            ascii(format!("bytes {}-{last}/{size}", part.start)),
        );
    }
    if status != StatusCode::NOT_MODIFIED {
        sent.insert(header::CONTENT_LENGTH, HeaderValue::from(part.end - part.start));
        sent.insert(header::CONTENT_TYPE, original.content_type());
        sent.insert(header::CONTENT_DISPOSITION, disposition::inline(&original.name));
    }
    *response.status_mut() = status;
    if is_get && !part.is_empty() {
        let body = FileBody::new(file, part).map_err(|error| original.unreadable(&error))?;
        *response.body_mut() = Body::new(body);
    }
    Ok(response)
}

impl Original {
    fn find(view: &View, id: AssetId) -> Result<Self, Refusal> {
        let id = view.resolve(id);
        view.asset(id).ok_or(CatalogError::NoAsset { asset: id })?;
        let gone = || {
            Refusal::not_found(format!(
                "no file of asset {id} is there any more; `kphotos info` says where it was"
            ))
        };
        let lead = view.lead_file(id).ok_or_else(gone)?;
        let row = view.file(lead).filter(|row| row.is_present()).ok_or_else(gone)?;
        let (library, path) = view.file_path(lead).ok_or_else(gone)?;
        if view
            .library(library)
            .is_some_and(|library| library.state == LibraryState::Offline)
        {
            return Err(offline());
        }
        Ok(Self {
            library,
            path,
            name: (*row.name).into(),
            mime: mime(view.facts(id), Some(row)),
            checksum: row.checksum,
            size: row.size,
            mtime_ns: row.mtime_ns,
        })
    }

    fn open(&self, shared: &Shared) -> Result<File, Refusal> {
        let volume = shared.volumes.get(self.library).ok_or_else(offline)?;
        volume.open(&self.path).map_err(|error| self.unreadable(&error))
    }

    fn unreadable(&self, error: &io::Error) -> Refusal {
        let path = String::from_utf8_lossy(&self.path);
        match error.raw_os_error() {
            Some(libc::ENOENT | libc::ENOTDIR) => Refusal::not_found(format!(
                "`{path}` is not there any more; `kphotos library scan` looks where it went"
            )),
            Some(libc::EACCES | libc::EPERM) => Refusal::new(
                ErrorCode::NotPermitted,
                format!("the daemon may not read `{path}`; let its user in"),
            ),
            _ => Refusal::new(
                ErrorCode::Unavailable,
                format!("`{path}` cannot be read: {error}"),
            ),
        }
    }

    /// What is said of it with and without its bytes.
    fn describe(&self, headers: &mut HeaderMap, validators: &Validators) {
        headers.insert(header::ETAG, ascii(validators.etag.clone()));
        if let Some(date) = validators.last_modified() {
            headers.insert(header::LAST_MODIFIED, ascii(date));
        }
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        // Kept by who asked, and asked for again: it costs one open.
        let keep = HeaderValue::from_static("private, no-cache");
        headers.insert(header::CACHE_CONTROL, keep);
    }

    fn content_type(&self) -> HeaderValue {
        let unknown = HeaderValue::from_static("application/octet-stream");
        let read = self.mime.as_deref().filter(|mime| mime.contains('/'));
        read.and_then(|mime| HeaderValue::from_str(mime).ok())
            .unwrap_or(unknown)
    }
}

fn offline() -> Refusal {
    let text = "the library of this original is offline: attach its disk, then `kphotos library scan`";
    Refusal::new(ErrorCode::Conflict, text)
}

/// A header of our own making.
fn ascii(text: String) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}
