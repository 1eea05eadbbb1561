//! Which photos a call is about; on D-Bus the contract's `(auaayasas)`.
//!
//! Numbers, absolute paths of originals, checksums and queries, united. A path
//! is looked up in the tables, never in the file system: the daemon must not
//! walk into its own mount. A folder stands for the photos directly in it, or
//! for all below it with `recursive`.
//!
//! Refused: a number, path or checksum that nothing answers to.

use super::Refusal;
use kphotos_domain::catalog::CatalogError;
use kphotos_domain::kernel::{AlbumId, AssetId, AssetSet, Checksum, FolderId, Owner, TagId, UserId};
use kphotos_domain::organization::{self, AlbumPath, TagPath, query};
use kphotos_domain::storage::Library;
use kphotos_domain::view::View;
use serde::{Deserialize, Serialize};
use zbus::wire::Type;

/// What names photos; see the module. Nothing in it means no photo.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, Type)]
pub struct Selection {
    /// Numbers of assets.
    pub ids: Vec<u32>,
    /// Absolute paths of originals or of their folders, the bytes of the file system.
    pub paths: Vec<Vec<u8>>,
    /// `blake3:HEX`.
    pub checksums: Vec<String>,
    /// Queries; the empty query is everything that is not hidden.
    pub queries: Vec<String>,
}

impl Selection {
    /// Whether nothing is named.
    pub(crate) const fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.paths.is_empty() && self.checksums.is_empty() && self.queries.is_empty()
    }

    /// The photos that this names for a person.
    pub(crate) fn resolve(&self, view: &View, user: UserId, recursive: bool) -> Result<AssetSet, Refusal> {
        Ok(self.in_order(view, user, recursive)?.into_iter().collect())
    }

    /// The same in the order in which they are named, each as often as it is.
    pub(crate) fn in_order(
        &self,
        view: &View,
        user: UserId,
        recursive: bool,
    ) -> Result<Vec<AssetId>, Refusal> {
        let ids = self.ids.iter().copied().map(AssetId::new);
        let mut assets: Vec<AssetId> = ids.map(|id| view.resolve(id)).collect();
        if let Some(asset) = assets.iter().copied().find(|asset| view.asset(*asset).is_none()) {
            return Err(CatalogError::NoAsset { asset }.into());
        }
        for path in &self.paths {
            add_path(view, path, recursive, &mut assets)?;
        }
        for text in &self.checksums {
            let checksum = Checksum::parse(text).map_err(|error| Refusal::invalid(error.to_string()))?;
            let asset = view.asset_by_checksum(&checksum).ok_or_else(|| {
                Refusal::not_found(format!(
                    "no photo is known to be {checksum}; `kphotos job list` shows whether all are hashed"
                ))
            })?;
            assets.push(asset);
        }
        for text in &self.queries {
            assets.extend(matches(view, user, text)?.iter());
        }
        Ok(assets)
    }
}

/// The photos that a query finds for a person.
pub(crate) fn matches(view: &View, user: UserId, text: &str) -> Result<AssetSet, Refusal> {
    let query = query::Query::parse(text)?;
    Ok(query::evaluate(view, user, &query))
}

fn add_path(view: &View, path: &[u8], recursive: bool, assets: &mut Vec<AssetId>) -> Result<(), Refusal> {
    let shown = String::from_utf8_lossy(path);
    let (library, below) = library_at(view, path).ok_or_else(|| {
        Refusal::not_found(format!(
            "`{shown}` is in no mount and in no library; `kphotos library add` adds a folder, `kphotos mount list` shows the mounts"
        ))
    })?;
    if let Some(file) = view.file_at(library.id, below).and_then(|file| view.file(file)) {
        assets.push(file.asset);
        return Ok(());
    }
    let Some(folder) = view.folder_at(library.id, below) else {
        return Err(Refusal::not_found(format!(
            "`{shown}` is no photo that the library `{}` knows; `kphotos library scan` looks for new ones",
            library.name
        )));
    };
    add_folder(view, folder, recursive, assets);
    Ok(())
}

fn add_folder(view: &View, folder: FolderId, recursive: bool, assets: &mut Vec<AssetId>) {
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        let files = view.folder_files(folder).filter_map(|file| view.file(file));
        assets.extend(files.map(|file| file.asset));
        if recursive && let Some(row) = view.folder(folder) {
            folders.extend(&row.children);
        }
    }
}

/// The library that an absolute path lies in, and the path below its root.
pub(crate) fn library_at<'v, 'p>(view: &'v View, path: &'p [u8]) -> Option<(&'v Library, &'p [u8])> {
    view.libraries().find_map(|library| {
        let below = path.strip_prefix(&*library.root)?;
        (below.is_empty() || below.starts_with(b"/")).then_some((library, below))
    })
}

/// The album of this path, if this person has one.
pub(crate) fn find_album(view: &View, user: UserId, path: &AlbumPath) -> Option<AlbumId> {
    let child = |parent, name| view.album_child(Owner::User(user), parent, name).map(Some);
    path.names().try_fold(None, child)?
}

/// The tag of this path, or for which it is a synonym, if this person has one.
pub(crate) fn find_tag(view: &View, user: UserId, path: &TagPath) -> Option<TagId> {
    organization::find_tag(view, Owner::User(user), path)
}

/// These photos and the others of their shots.
pub(crate) fn stacks(view: &View, assets: &AssetSet) -> AssetSet {
    let mut all = assets.clone();
    for asset in assets.iter() {
        all |= &view.stack(asset);
    }
    all
}
