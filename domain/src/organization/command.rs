//! Tagging; what fills albums is in `fill`.

use super::plan::TagPlan;
use super::resolve::find_tag;
use super::{OrganizationError, TagPath};
use crate::event::{ChangeSet, EntryKind, Event};
use crate::kernel::{AssetSet, Owner, TagId};
use crate::view::View;

/// Gives a tag to photos; the tag and its parents are made if there are none.
///
/// # Errors
/// [`OrganizationError::NoAsset`], [`OrganizationError::NoAssets`].
pub fn add_tag(
    view: &View,
    owner: Owner,
    path: &TagPath,
    assets: &AssetSet,
) -> Result<ChangeSet, OrganizationError> {
    add_tags(view, owner, std::slice::from_ref(path), assets)
}

/// Gives tags to photos; those that are missing are made, with their parents.
///
/// # Errors
/// [`OrganizationError::NoAsset`], [`OrganizationError::NoAssets`].
pub fn add_tags(
    view: &View,
    owner: Owner,
    paths: &[TagPath],
    assets: &AssetSet,
) -> Result<ChangeSet, OrganizationError> {
    known(view, assets)?;
    let mut planner = TagPlan::new(view, owner);
    // As they are called: who types `travel` is told of the `Travel` that is there.
    let mut tags: Vec<(TagId, String)> = Vec::new();
    for path in paths {
        let tag = planner.tag(path);
        if tags.iter().all(|(known, _)| *known != tag) {
            tags.push((tag, planner.path(tag)));
        }
    }
    let mut events = planner.into_events();
    let (mut touched, mut summaries) = (AssetSet::new(), Vec::new());
    for (tag, path) in tags {
        let (added, restored) = lacking(view, tag, assets);
        let changed = &added | &restored;
        let had = assets.len() - changed.len();
        summaries.push(format!("{path}: {}", counted(changed.len(), had, "had it")));
        if !changed.is_empty() {
            events.push(Event::TagAssigned { tag, added, restored });
        }
        touched |= &changed;
    }
    let summary = summaries.join("; ");
    Ok(ChangeSet::new(EntryKind::Edit, summary, events).touching(touched.len()))
}

/// Those that do not have a tag, and those whose file has it and an edit took it away.
fn lacking(view: &View, tag: TagId, assets: &AssetSet) -> (AssetSet, AssetSet) {
    let Some(row) = view.any_tag(tag) else {
        return (assets.clone(), AssetSet::new());
    };
    // A suppression may outlive the tag in the file: it gives nothing back.
    let restored = &(&row.suppressed & &row.embedded) & assets;
    (&(assets - &row.assets()) - &restored, restored)
}

/// Takes a tag from photos; where the file itself has it, it is suppressed.
///
/// # Errors
/// [`OrganizationError::NoTag`], [`OrganizationError::NoAsset`], [`OrganizationError::NoAssets`].
pub fn remove_tag(
    view: &View,
    owner: Owner,
    path: &TagPath,
    assets: &AssetSet,
) -> Result<ChangeSet, OrganizationError> {
    known(view, assets)?;
    let missing = || OrganizationError::NoTag {
        path: path.to_string(),
    };
    let tag = find_tag(view, owner, path).ok_or_else(missing)?;
    let row = view.tag(tag).ok_or_else(missing)?;
    let removed = &row.added & assets;
    let suppressed = &(&row.embedded & assets) - &row.suppressed;
    let changed = (&removed | &suppressed).len();
    let mut events = Vec::new();
    if changed > 0 {
        events.push(Event::TagUnassigned {
            tag,
            removed,
            suppressed,
        });
    }
    let summary = format!(
        "{path}: taken from {}",
        counted(changed, assets.len() - changed, "did not have it")
    );
    Ok(ChangeSet::new(EntryKind::Edit, summary, events).touching(changed))
}

pub(super) fn known(view: &View, assets: &AssetSet) -> Result<(), OrganizationError> {
    if assets.is_empty() {
        return Err(OrganizationError::NoAssets);
    }
    match view.first_unknown(assets) {
        Some(asset) => Err(OrganizationError::NoAsset { asset }),
        None => Ok(()),
    }
}

pub(super) fn counted(changed: u64, rest: u64, rest_words: &str) -> String {
    let photos = if changed == 1 {
        "1 photo".to_owned()
    } else {
        format!("{changed} photos")
    };
    if rest == 0 {
        photos
    } else {
        format!("{photos} ({rest} {rest_words})")
    }
}
