//! The JSON documents of everything but assets: lists, libraries, tags, albums,
//! mounts, jobs, history.
//!
//! Every list is `{"items": […], "total": n, "next": cursor|null}`; `total` is
//! `null` where counting would mean reading everything.

use super::Refusal;
use super::asset_json::{PathJson, owner};
pub(crate) use super::job_json::{JobJson, job, jobs, told_jobs};
use super::services::{Mount, MountState, Services};
use crate::scan::{Skip, Skips};
use crate::system::group_name;
use kphotos_domain::kernel::{AlbumId, AssetSet, FolderId, LibraryId, MountId, TagId, UserId};
use kphotos_domain::storage::{Library, MountAccess, MountFolderFile, MountView};
use kphotos_domain::view::{FileCounts, View};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A page of a list.
#[derive(Serialize, ToSchema)]
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

/// A user.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserJson {
    id: u32,
    name: String,
    /// The number by which this machine knows them.
    uid: u32,
}

/// A user who is known.
pub(crate) fn user(view: &View, id: UserId) -> Result<UserJson, Refusal> {
    let user = view.users().find(|user| user.id == id);
    let user = user.ok_or_else(|| Refusal::not_found(format!("there is no user {id}")))?;
    Ok(UserJson {
        id: id.number(),
        name: user.name.to_string(),
        uid: user.uid,
    })
}

/// A library.
#[derive(Serialize, ToSchema)]
#[schema(as = Library)]
pub(crate) struct LibraryJson {
    id: u32,
    name: String,
    #[serde(flatten)]
    path: PathJson,
    owner: String,
    timezone: String,
    state: &'static str,
    /// Whether the settings declare it: there it is moved and removed.
    declared: bool,
    /// Known ones, its root included.
    folders: u64,
    /// Those that are present.
    files: u64,
    photos: u64,
    videos: u64,
    /// Bytes.
    size: u64,
    /// Files whose metadata was read.
    read: u64,
    /// Bytes of the files that were hashed.
    hashed: u64,
    /// `null` until a scan came to its end.
    skipped: Option<u64>,
    /// `live`, `partly` (changes may be missed until the next scan) or `off`; `null`
    /// while it is offline, and until a scan began.
    watch: Option<&'static str>,
    /// Folders that are watched.
    watched_folders: u64,
}

/// The libraries, by number, each with what is known of its files that are present.
pub(crate) fn libraries(services: &Services, view: &View) -> Vec<LibraryJson> {
    let watching = |library: &Library| services.watches.get(library.id);
    let json = |library: &Library| {
        let FileCounts {
            files,
            photos,
            videos,
            size,
            read,
            hashed,
        } = view.file_counts(library.id);
        LibraryJson {
            id: library.id.number(),
            name: library.name.to_string(),
            path: PathJson::new(&library.root),
            owner: owner(view, library.owner),
            timezone: library.timezone.to_string(),
            state: library.state.as_str(),
            declared: services.is_declared(library),
            folders: folders(view, library.id),
            files,
            photos,
            videos,
            size,
            read,
            hashed,
            skipped: services.skipped.get(library.id).map(|skips| skips.total()),
            watch: watching(library).map(|watching| watching.as_str()),
            watched_folders: watching(library).map_or(0, |watching| watching.folders as u64),
        }
    };
    view.libraries().map(json).collect()
}

/// One library, as [`libraries`] says it.
pub(crate) fn library(services: &Services, view: &View, id: LibraryId) -> Option<LibraryJson> {
    let all = libraries(services, view);
    all.into_iter().find(|library| library.id == id.number())
}

fn folders(view: &View, library: LibraryId) -> u64 {
    let mut waiting: Vec<FolderId> = view.root_folder(library).into_iter().collect();
    let mut count = 0;
    while let Some(folder) = waiting.pop() {
        count += 1;
        waiting.extend(view.folder(folder).into_iter().flat_map(|row| &row.children));
    }
    count
}

/// A path that a scan left out.
#[derive(Serialize)]
pub(crate) struct SkipJson {
    #[serde(flatten)]
    path: PathJson,
    folder: bool,
    reason: &'static str,
    detail: Option<String>,
}

/// What a scan left out: counts of all, and the first for each reason.
#[derive(Serialize)]
pub(crate) struct SkipsJson<'a> {
    #[serde(flatten)]
    list: List<SkipJson>,
    reasons: &'a BTreeMap<&'static str, u64>,
}

/// What the last scan of a library left out.
pub(crate) fn skips<'a>(library: &Library, skips: &'a Skips) -> SkipsJson<'a> {
    let json = |skip: &Skip| SkipJson {
        path: PathJson::new(&[&library.root, &b"/"[..], &skip.path].concat()),
        folder: skip.is_folder,
        reason: skip.reason.as_str(),
        detail: skip.reason.detail().map(str::to_owned),
    };
    let list = List {
        items: skips.kept().iter().map(json).collect(),
        total: Some(skips.total()),
        next: None,
    };
    let reasons = skips.counts();
    SkipsJson { list, reasons }
}

/// A tag, or an album without what is set of it.
#[derive(Serialize, ToSchema)]
#[schema(as = Node)]
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

/// An album, without what is set of it.
pub(super) fn album_node(view: &View, id: AlbumId) -> Option<NodeJson> {
    let row = view.album(id)?;
    Some(NodeJson {
        id: id.number(),
        path: view.album_path(id),
        name: row.name.to_string(),
        parent: row.parent.map(AlbumId::number),
        count: shown(view, &row.assets),
    })
}

/// Tags sorted by path.
pub(crate) fn tags_by_path(nodes: impl Iterator<Item = NodeJson>) -> List<NodeJson> {
    let mut nodes: Vec<NodeJson> = nodes.collect();
    nodes.sort_by(|a, b| a.path().cmp(b.path()));
    List::whole(nodes)
}

impl NodeJson {
    /// Its path, name by name: what lists are sorted by.
    pub(super) fn path(&self) -> std::str::Split<'_, char> {
        self.path.split('/')
    }
}

fn shown(view: &View, assets: &AssetSet) -> u64 {
    (&(assets & view.present()) - view.hidden()).len()
}

/// A mount.
#[derive(Serialize, ToSchema)]
#[schema(as = Mount)]
pub(crate) struct MountJson {
    id: String,
    number: Option<u32>,
    declared: bool,
    #[serde(flatten)]
    path: PathJson,
    viewer: String,
    access: String,
    views: Vec<&'static str>,
    names: &'static str,
    mtime: &'static str,
    sidecars: &'static str,
    stacks: &'static str,
    folder_files: Vec<&'static str>,
    offline: &'static str,
    requests: BTreeMap<&'static str, u64>,
    state: &'static str,
    reason: Option<String>,
    note: Option<String>,
}

/// The mounts.
pub(crate) fn mounts(view: &View, mounts: Vec<Mount>) -> Vec<MountJson> {
    let json = |mount: Mount| MountJson {
        id: mount.id,
        number: mount.number.map(MountId::number),
        declared: mount.number.is_none(),
        path: PathJson::new(&mount.path),
        viewer: owner(view, kphotos_domain::kernel::Owner::User(mount.viewer)),
        access: match mount.options.access {
            MountAccess::Group(gid) => format!("group:{}", group_name(gid)),
            access @ (MountAccess::Private | MountAccess::All) => access.to_string(),
        },
        views: mount.options.views.iter().map(MountView::as_str).collect(),
        names: mount.options.names.as_str(),
        mtime: mount.options.mtime.as_str(),
        sidecars: mount.options.sidecars.as_str(),
        stacks: mount.options.stacks.as_str(),
        folder_files: mount
            .options
            .folder_files
            .iter()
            .map(MountFolderFile::as_str)
            .collect(),
        offline: mount.options.offline.as_str(),
        requests: mount.requests.into_iter().collect(),
        state: mount.state.as_str(),
        reason: match mount.state {
            MountState::Failed { reason } => Some(reason),
            MountState::Starting | MountState::Ready => None,
        },
        note: mount.note,
    };
    mounts.into_iter().map(json).collect()
}
