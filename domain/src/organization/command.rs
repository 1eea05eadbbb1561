//! Tagging and filling albums.

use super::resolve::{TagPlanner, find_album, find_tag};
use super::{AlbumPath, OrganizationError, TagPath};
use crate::event::{ChangeSet, EntryKind, Event};
use crate::kernel::{AlbumId, AssetSet, Owner, TagId};
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
    let mut planner = TagPlanner::new(view, owner);
    let mut tags: Vec<(TagId, &TagPath)> = Vec::new();
    for path in paths {
        let tag = planner.tag(path);
        if tags.iter().all(|(known, _)| *known != tag) {
            tags.push((tag, path));
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
    let Some(row) = view.tag(tag) else {
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

/// Makes an album, and the albums above it that are missing.
///
/// # Errors
/// [`OrganizationError::AlbumExists`].
pub fn create_album(view: &View, owner: Owner, path: &AlbumPath) -> Result<ChangeSet, OrganizationError> {
    if find_album(view, owner, path).is_some() {
        return Err(OrganizationError::AlbumExists {
            path: path.to_string(),
        });
    }
    let mut events = Vec::new();
    let mut parent = None;
    let mut next = view.next().album().number();
    for name in path.names() {
        let existing = if events.is_empty() {
            view.album_child(owner, parent, name)
        } else {
            None
        };
        parent = Some(existing.unwrap_or_else(|| {
            let album = AlbumId::new(next);
            next += 1;
            events.push(Event::AlbumCreated {
                album,
                owner,
                parent,
                name: name.into(),
            });
            album
        }));
    }
    Ok(ChangeSet::new(
        EntryKind::Edit,
        format!("{path}: album created"),
        events,
    ))
}

/// Puts photos into an album.
///
/// # Errors
/// [`OrganizationError::NoAlbum`], [`OrganizationError::NoAsset`], [`OrganizationError::NoAssets`].
pub fn add_to_album(
    view: &View,
    owner: Owner,
    path: &AlbumPath,
    assets: &AssetSet,
) -> Result<ChangeSet, OrganizationError> {
    known(view, assets)?;
    let (album, members) = album(view, owner, path)?;
    let new = assets - members;
    let changed = new.len();
    let events = if changed > 0 {
        vec![Event::AlbumFilled { album, assets: new }]
    } else {
        Vec::new()
    };
    let summary = format!(
        "{path}: {}",
        counted(changed, assets.len() - changed, "in it already")
    );
    Ok(ChangeSet::new(EntryKind::Edit, summary, events).touching(changed))
}

/// Takes photos out of an album.
///
/// # Errors
/// [`OrganizationError::NoAlbum`], [`OrganizationError::NoAsset`], [`OrganizationError::NoAssets`].
pub fn remove_from_album(
    view: &View,
    owner: Owner,
    path: &AlbumPath,
    assets: &AssetSet,
) -> Result<ChangeSet, OrganizationError> {
    known(view, assets)?;
    let (album, members) = album(view, owner, path)?;
    let old = assets & members;
    let changed = old.len();
    let events = if changed > 0 {
        vec![Event::AlbumEmptied { album, assets: old }]
    } else {
        Vec::new()
    };
    let summary = format!(
        "{path}: without {}",
        counted(changed, assets.len() - changed, "not in it")
    );
    Ok(ChangeSet::new(EntryKind::Edit, summary, events).touching(changed))
}

fn album<'a>(
    view: &'a View,
    owner: Owner,
    path: &AlbumPath,
) -> Result<(AlbumId, &'a AssetSet), OrganizationError> {
    find_album(view, owner, path)
        .and_then(|album| Some((album, &view.album(album)?.assets)))
        .ok_or_else(|| OrganizationError::NoAlbum {
            path: path.to_string(),
        })
}

fn known(view: &View, assets: &AssetSet) -> Result<(), OrganizationError> {
    if assets.is_empty() {
        return Err(OrganizationError::NoAssets);
    }
    match view.first_unknown(assets) {
        Some(asset) => Err(OrganizationError::NoAsset { asset }),
        None => Ok(()),
    }
}

fn counted(changed: u64, rest: u64, rest_words: &str) -> String {
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
