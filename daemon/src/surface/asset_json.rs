//! An asset as JSON: the fields of the contract, the same on every surface.
//!
//! What is absent is `null`, never a made-up value. A path is lossy text, and
//! exact in `path_b64` where it is not UTF-8. `size`, `checksum`, `mime` and
//! `path` are those of the lead file: the lowest that is present.

use super::people::{self, FaceJson};
use data_encoding::BASE64;
use kphotos_domain::catalog::{Camera, Exposure, media_kind};
use kphotos_domain::kernel::{AssetId, FileId, Owner, UserId, name};
use kphotos_domain::storage::{FileState, LibraryState};
use kphotos_domain::view::{FactsRef, FileRow, View};
use serde::Serialize;
use utoipa::ToSchema;

/// An asset, as it is written.
#[derive(Serialize, ToSchema)]
#[schema(as = Asset)]
pub(crate) struct AssetJson {
    id: u32,
    name: Option<String>,
    #[serde(flatten)]
    path: PathJson,
    library: Option<String>,
    owner: Option<String>,
    files: Vec<FileJson>,
    checksum: Option<String>,
    size: Option<u64>,
    mime: Option<String>,
    kind: Option<&'static str>,
    width: Option<u32>,
    height: Option<u32>,
    orientation: Option<u8>,
    /// Seconds.
    duration: Option<f64>,
    taken: Option<String>,
    taken_source: Option<&'static str>,
    title: Option<String>,
    description: Option<String>,
    rating: Option<i8>,
    label: Option<String>,
    favorite: bool,
    hidden: bool,
    tags: Vec<String>,
    location: Option<LocationJson>,
    /// By number
    faces: Vec<FaceJson>,
    /// Names, also of those of whom there is no face
    people: Vec<String>,
    albums: Vec<String>,
    camera: Option<CameraJson>,
    exposure: Option<ExposureJson>,
    /// The photos of its shot, itself included; `null` if it is alone.
    stack: Option<Vec<u32>>,
    state: &'static str,
    added: Option<String>,
    revision: u64,
}

/// A path: text, and the bytes where the text does not say them.
#[derive(Serialize, Default, ToSchema)]
#[schema(as = Path)]
pub(crate) struct PathJson {
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_b64: Option<String>,
}

impl PathJson {
    /// The path of these bytes.
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let exact = std::str::from_utf8(bytes).is_ok();
        Self {
            path: Some(String::from_utf8_lossy(bytes).into_owned()),
            path_b64: (!exact).then(|| BASE64.encode(bytes)),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = File)]
pub(crate) struct FileJson {
    id: u32,
    library: Option<String>,
    #[serde(flatten)]
    path: PathJson,
    size: u64,
    mtime: Option<String>,
    state: &'static str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Location)]
struct LocationJson {
    lat: f64,
    lon: f64,
    alt: Option<f64>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Camera)]
struct CameraJson {
    make: Option<Box<str>>,
    model: Option<Box<str>>,
    lens: Option<Box<str>>,
    serial: Option<Box<str>>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Exposure)]
struct ExposureJson {
    iso: Option<u32>,
    f_number: Option<f64>,
    /// Seconds.
    time: Option<f64>,
    /// Millimetres.
    focal_length: Option<f64>,
}

impl AssetJson {
    /// The asset as this person sees it; `None` if there is none of this number.
    pub(crate) fn new(view: &View, user: UserId, id: AssetId) -> Option<Self> {
        let row = view.asset(id)?;
        let facts = view.facts(id);
        let lead = view.lead_file(id);
        let file = lead.and_then(|lead| view.file(lead));
        let library = file.and_then(|file| view.any_library(view.library_of(file.folder)));
        let taken = view.taken(id);
        let stack = view.stack(id);
        Some(Self {
            id: id.number(),
            name: file.map(|file| String::from_utf8_lossy(&file.name).into_owned()),
            path: path_of(view, lead),
            library: library.map(|library| library.name.to_string()),
            owner: library.map(|library| owner(view, library.owner)),
            files: row
                .files
                .iter()
                .filter_map(|file| FileJson::new(view, *file))
                .collect(),
            checksum: file.and_then(|file| file.checksum).map(|sum| sum.to_string()),
            size: file.map(|file| file.size),
            mime: mime(facts, file),
            kind: file.map(|file| file.kind.as_str()),
            width: facts.and_then(FactsRef::width),
            height: facts.and_then(FactsRef::height),
            orientation: view.orientation(id),
            duration: facts
                .and_then(FactsRef::duration_ms)
                .map(|ms| f64::from(ms) / 1000.0),
            taken: taken.map(|taken| taken.to_string()),
            taken_source: taken.map(|taken| taken.source.as_str()),
            title: view.title(id).map(str::to_owned),
            description: view.description(id).map(str::to_owned),
            rating: view.rating(id),
            label: view.label(id).map(str::to_owned),
            favorite: view.is_favorite(id, user),
            hidden: view.hidden().contains(id),
            tags: view
                .tags_of(id)
                .into_iter()
                .map(|tag| view.tag_path(tag))
                .collect(),
            location: view.location(id).map(|at| LocationJson {
                lat: at.lat(),
                lon: at.lon(),
                alt: at.alt(),
            }),
            faces: people::faces(view, id),
            people: people::people_of(view, id),
            albums: view
                .albums_of(id)
                .into_iter()
                .map(|album| view.album_path(album))
                .collect(),
            camera: facts
                .and_then(FactsRef::camera)
                .map(|camera| CameraJson::new(camera)),
            exposure: facts.and_then(FactsRef::exposure).map(ExposureJson::new),
            stack: (stack.len() > 1).then(|| stack.iter().map(AssetId::number).collect()),
            state: state(view, id),
            added: added(view, &row.files),
            revision: row.revision.number(),
        })
    }
}

impl FileJson {
    /// A file; `None` if there is none of this number.
    pub(crate) fn new(view: &View, id: FileId) -> Option<Self> {
        let row = view.file(id)?;
        let library = view.any_library(view.library_of(row.folder));
        Some(Self {
            id: id.number(),
            library: library.map(|library| library.name.to_string()),
            path: path_of(view, Some(id)),
            size: row.size,
            mtime: jiff::Timestamp::from_nanosecond(row.mtime_ns.into())
                .ok()
                .map(|at| at.to_string()),
            state: file_state(view, row),
        })
    }
}

impl CameraJson {
    fn new(camera: &Camera) -> Self {
        Self {
            make: camera.make.clone(),
            model: camera.model.clone(),
            lens: camera.lens.clone(),
            serial: camera.serial.clone(),
        }
    }
}

impl ExposureJson {
    const fn new(exposure: Exposure) -> Self {
        Self {
            iso: exposure.iso,
            f_number: exposure.f_number,
            time: exposure.time,
            focal_length: exposure.focal_length,
        }
    }
}

/// The name of an owner.
pub(crate) fn owner(view: &View, owner: Owner) -> String {
    let Owner::User(id) = owner;
    view.users()
        .find(|user| user.id == id)
        .map_or_else(|| id.to_string(), |user| user.name.to_string())
}

fn path_of(view: &View, file: Option<FileId>) -> PathJson {
    file.and_then(|file| view.original_path(file))
        .map_or_else(PathJson::default, |path| PathJson::new(&path))
}

pub(crate) fn mime(facts: Option<FactsRef<'_>>, file: Option<&FileRow>) -> Option<String> {
    let read = facts.and_then(FactsRef::mime);
    let by_name = || {
        let (_, extension) = name::split_extension(&file?.name);
        media_kind(extension).map(|(_, mime)| mime)
    };
    read.or_else(by_name).map(str::to_owned)
}

fn file_state(view: &View, file: &FileRow) -> &'static str {
    match file.state {
        FileState::Missing => "missing",
        FileState::Present if is_offline(view, file) => "offline",
        FileState::Present => "present",
    }
}

fn is_offline(view: &View, file: &FileRow) -> bool {
    view.any_library(view.library_of(file.folder))
        .is_some_and(|library| library.state == LibraryState::Offline)
}

/// `missing` without a file, `offline` without one that can be reached,
/// `unreadable` if a parser gave up on it, else `present`.
fn state(view: &View, asset: AssetId) -> &'static str {
    let files = view.asset(asset).map_or(&[][..], |row| &row.files);
    let mut present = files
        .iter()
        .filter_map(|file| view.file(*file))
        .filter(|file| file.is_present())
        .peekable();
    if present.peek().is_none() {
        "missing"
    } else if present.all(|file| is_offline(view, file)) {
        "offline"
    } else if view
        .facts(asset)
        .is_some_and(|facts| facts.unreadable().is_some())
    {
        "unreadable"
    } else {
        "present"
    }
}

fn added(view: &View, files: &[FileId]) -> Option<String> {
    let first = files
        .iter()
        .filter_map(|file| view.file(*file))
        .map(|file| file.added)
        .min()?;
    seconds(first)
}

/// Seconds since 1970 as ISO 8601 in UTC.
pub(crate) fn seconds(since_1970: i64) -> Option<String> {
    jiff::Timestamp::from_second(since_1970)
        .ok()
        .map(|at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_is_not_utf8_is_lossy_and_exact_beside_it() {
        let check = |bytes: &[u8], expect: serde_json::Value| {
            assert_eq!(serde_json::to_value(PathJson::new(bytes)).unwrap(), expect);
        };
        check(b"/a.jpg", serde_json::json!({"path": "/a.jpg"}));
        check(
            b"/\xff.jpg",
            serde_json::json!({"path": "/\u{fffd}.jpg", "path_b64": "L/8uanBn"}),
        );
    }
}
