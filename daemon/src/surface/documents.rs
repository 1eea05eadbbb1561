//! The JSON documents of everything but assets: lists, libraries, tags, albums,
//! mounts, jobs, history.
//!
//! Every list is `{"items": […], "total": n, "next": cursor|null}`; `total` is
//! `null` where counting would mean reading everything.

use super::Refusal;
use super::asset_json::{PathJson, owner};
pub(crate) use super::job_json::{JobJson, job, jobs, told_jobs};
use super::services::{Mount, MountState};
use kphotos_domain::kernel::{AlbumId, AssetSet, TagId};
use kphotos_domain::storage::Library;
use kphotos_domain::view::View;
use serde::Serialize;
use std::collections::BTreeMap;

/// A page of a list.
#[derive(Serialize)]
pub(crate) struct List<T> {
    pub(crate) items: Vec<T>,
    pub(crate) total: Option<u64>,
    pub(crate) next: Option<String>,
}

impl<T: Serialize> List<T> {
    /// A list that is complete.
    pub(crate) fn whole(items: Vec<T>) -> Self {
        let total = Some(items.len() as u64);
        let next = None;
        Self { items, total, next }
    }
}

/// A document as text.
pub(crate) fn text(document: &impl Serialize) -> Result<String, Refusal> {
    serde_json::to_string(document).map_err(|error| Refusal::internal(&error))
}

/// A library.
#[derive(Serialize)]
pub(crate) struct LibraryJson {
    id: u32,
    name: String,
    #[serde(flatten)]
    path: PathJson,
    owner: String,
    timezone: String,
    state: &'static str,
    files: u64,
}

/// The libraries, by number, each with how many of its files are present.
pub(crate) fn libraries(view: &View) -> Vec<LibraryJson> {
    let mut counts = std::collections::BTreeMap::new();
    for (_, file) in view.files().filter(|(_, file)| file.is_present()) {
        *counts.entry(view.library_of(file.folder)).or_insert(0) += 1;
    }
    let json = |library: &Library| LibraryJson {
        id: library.id.number(),
        name: library.name.to_string(),
        path: PathJson::new(&library.root),
        owner: owner(view, library.owner),
        timezone: library.timezone.to_string(),
        state: library.state.as_str(),
        files: counts.get(&library.id).copied().unwrap_or(0),
    };
    view.libraries().map(json).collect()
}

/// A tag or an album.
#[derive(Serialize)]
pub(crate) struct NodeJson {
    id: u32,
    path: String,
    name: String,
    parent: Option<u32>,
    /// Photos in it itself, those that are shown.
    count: u64,
}

/// A tag.
pub(crate) fn tag(view: &View, id: TagId) -> Option<NodeJson> {
    let row = view.tag(id)?;
    Some(NodeJson {
        id: id.number(),
        path: view.tag_path(id),
        name: row.name.to_string(),
        parent: row.parent.map(TagId::number),
        count: shown(view, &row.assets()),
    })
}

/// An album.
pub(crate) fn album(view: &View, id: AlbumId) -> Option<NodeJson> {
    let row = view.album(id)?;
    Some(NodeJson {
        id: id.number(),
        path: view.album_path(id),
        name: row.name.to_string(),
        parent: row.parent.map(AlbumId::number),
        count: shown(view, &row.assets),
    })
}

/// These nodes sorted by path.
pub(crate) fn by_path(nodes: impl Iterator<Item = NodeJson>) -> List<NodeJson> {
    let mut nodes: Vec<NodeJson> = nodes.collect();
    nodes.sort_by(|a, b| a.path.split('/').cmp(b.path.split('/')));
    List::whole(nodes)
}

fn shown(view: &View, assets: &AssetSet) -> u64 {
    (&(assets & view.present()) - view.hidden()).len()
}

/// A mount.
#[derive(Serialize)]
pub(crate) struct MountJson {
    #[serde(flatten)]
    path: PathJson,
    viewer: String,
    access: String,
    requests: BTreeMap<&'static str, u64>,
    state: &'static str,
    reason: Option<String>,
}

/// The mounts.
pub(crate) fn mounts(view: &View, mounts: Vec<Mount>) -> Vec<MountJson> {
    let json = |mount: Mount| MountJson {
        path: PathJson::new(&mount.path),
        viewer: owner(view, kphotos_domain::kernel::Owner::User(mount.viewer)),
        access: mount.access,
        requests: mount.requests.into_iter().collect(),
        state: mount.state.as_str(),
        reason: match mount.state {
            MountState::Failed { reason } => Some(reason),
            MountState::Starting | MountState::Ready => None,
        },
    };
    mounts.into_iter().map(json).collect()
}
