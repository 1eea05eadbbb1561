//! Forgetting assets of which nothing is left.
//!
//! An asset whose files are all gone keeps its number and every edit, for the day when
//! its content is found again, until a person says that it will not be. That cannot be
//! taken back: with the asset go its edits and its places in tags, albums and shares.
//!
//! Refuses assets of which a file is there, also in a library that is offline: its files
//! count as holding what they held.

use super::CatalogError;
use super::command::known;
use crate::event::{ChangeSet, EntryKind, Event};
use crate::kernel::AssetSet;
use crate::view::View;

/// Forgets missing assets, for good.
///
/// # Errors
/// An unknown asset, no asset at all, or one that is not missing.
pub fn forget_assets(view: &View, assets: &AssetSet) -> Result<ChangeSet, CatalogError> {
    known(view, assets)?;
    if let Some(asset) = (assets & view.present()).first() {
        return Err(CatalogError::NotMissing { asset });
    }
    let count = assets.len();
    let photos = if count == 1 { "photo" } else { "photos" };
    let events = vec![Event::AssetsForgotten {
        assets: assets.clone(),
    }];
    let summary = format!("forgotten for good: {count} missing {photos}");
    Ok(ChangeSet::new(EntryKind::Irrevocable, summary, events).touching(count))
}
