//! Exact duplicates: photos of which several files are the same to the byte.
//!
//! A photo is called after its lowest-numbered present file; the others hold nothing that
//! it does not, and are what a person may want to be rid of. A file counts when it was
//! hashed, so what is listed is certain, and grows while hashing goes on. Whether to
//! delete anything is the person's to say: nothing here touches an original.

use super::asset_json::FileJson;
use super::documents::List;
use super::{PageOptions, Refusal, listed, matches};
use kphotos_domain::kernel::{AssetId, AssetSet, UserId};
use kphotos_domain::view::View;
use serde::Serialize;
use utoipa::ToSchema;

/// A photo with its copies.
#[derive(Serialize, ToSchema)]
#[schema(as = Duplicate)]
pub(crate) struct DuplicateJson {
    /// The photo's number.
    asset: u32,
    /// What it is called.
    name: Option<String>,
    /// What all these files are: `blake3:` and 64 hex digits.
    checksum: Option<String>,
    /// Bytes of one of them.
    size: Option<u64>,
    /// The files, ascending: the photo is called after the first.
    files: Vec<FileJson>,
}

impl DuplicateJson {
    /// The copies of a photo; `None` if it has none.
    fn new(view: &View, id: AssetId) -> Option<Self> {
        let copies = view.copies(id);
        let first = view.file(*copies.first()?)?;
        Some(Self {
            asset: id.number(),
            name: Some(String::from_utf8_lossy(&first.name).into_owned()),
            checksum: first.checksum.map(|checksum| checksum.to_string()),
            size: Some(first.size),
            files: copies
                .iter()
                .filter_map(|file| FileJson::new(view, *file))
                .collect(),
        })
    }
}

/// A page of the duplicates among the photos that a query finds.
///
/// # Errors
/// The query is none.
pub(crate) fn duplicates(
    view: &View,
    user: UserId,
    query: &str,
    options: &PageOptions,
) -> Result<List<DuplicateJson>, Refusal> {
    let found = &matches(view, user, query)? & view.duplicates();
    Ok(listed(view, &found, options, |id| DuplicateJson::new(view, id)))
}

/// The paths of all copies of these photos but those that they are called after.
pub(crate) fn extra_paths(view: &View, assets: &AssetSet) -> Vec<Vec<u8>> {
    let extra = |id: AssetId| view.copies(id).into_iter().skip(1);
    assets
        .iter()
        .flat_map(extra)
        .filter_map(|file| view.original_path(file))
        .collect()
}
