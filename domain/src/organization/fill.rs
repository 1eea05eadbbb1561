//! Making albums, filling them, and setting what they are besides their photos.

use super::album::{AlbumOrder, AlbumRule, AlbumSetting, AlbumSettings, OrderBy, in_order};
use super::collection::check_rule;
use super::command::{counted, known};
use super::resolve::find_album;
use super::{AlbumPath, OrganizationError};
use crate::event::{ChangeSet, EntryKind, Event};
use crate::kernel::{AlbumId, AssetId, AssetSet, Owner};
use crate::view::{AlbumRow, View};
use rustc_hash::FxHashSet;

/// An album to be made.
#[derive(Clone, PartialEq, Debug)]
pub struct NewAlbum {
    /// Where; albums above it are made if there are none.
    pub path: AlbumPath,
    /// What finds its photos; `None`: a plain album.
    pub rule: Option<AlbumRule>,
}

impl From<AlbumPath> for NewAlbum {
    /// A plain album.
    fn from(path: AlbumPath) -> Self {
        Self { path, rule: None }
    }
}

/// A change of what an album is besides its place and its photos.
#[derive(Clone, PartialEq, Debug)]
pub enum AlbumChange {
    /// Let this find its photos; `None`: nothing.
    Bind(Option<AlbumRule>),
    /// Let this photo stand for it; `None`: the first in its order.
    Cover(Option<AssetId>),
    /// Sort it.
    Sort {
        /// By what.
        by: OrderBy,
        /// The other way round.
        reverse: bool,
    },
    /// Put photos somewhere, by hand.
    Place {
        /// Which, in their new order.
        assets: Vec<AssetId>,
        /// Where.
        at: Place,
    },
}

/// A place in the order of an album.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// At the beginning.
    First,
    /// At the end.
    Last,
    /// Just before this photo.
    Before(AssetId),
    /// Just after this photo.
    After(AssetId),
}

/// Makes an album, and the albums above it that are missing.
///
/// # Errors
/// [`OrganizationError::AlbumExists`]; and why a rule can be none.
pub fn create_album(view: &View, owner: Owner, new: &NewAlbum) -> Result<ChangeSet, OrganizationError> {
    let NewAlbum { path, rule } = new;
    if find_album(view, owner, path).is_some() {
        let path = path.to_string();
        return Err(OrganizationError::AlbumExists { path });
    }
    let (album, mut events) = album_path(view, owner, path);
    let mut summary = format!("{path}: album created");
    if let (Some(album), Some(rule)) = (album, rule) {
        check_rule(view, owner, rule)?;
        summary = format!(
            "{summary}, {} found",
            counted(found(view, owner, rule).len(), 0, "")
        );
        let (before, after) = (None, Some(rule.clone()));
        let setting = AlbumSetting::Rule { before, after };
        events.push(Event::AlbumSet { album, setting });
    }
    Ok(ChangeSet::new(EntryKind::Edit, summary, events))
}

/// The photos that directories would show of what a rule finds.
fn found(view: &View, owner: Owner, rule: &AlbumRule) -> AssetSet {
    let Owner::User(viewer) = owner;
    view.found_by(viewer, rule)
}

/// The album of a path, and the events that make it and those above it where they are missing.
pub(super) fn album_path(view: &View, owner: Owner, path: &AlbumPath) -> (Option<AlbumId>, Vec<Event>) {
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
    (parent, events)
}

/// Puts photos into an album; those of a smart one stay in it, whatever its rule finds.
///
/// # Errors
/// [`OrganizationError::NoAlbum`], [`OrganizationError::NoAsset`], [`OrganizationError::NoAssets`].
pub fn include_in_album(
    view: &View,
    owner: Owner,
    path: &AlbumPath,
    assets: &AssetSet,
) -> Result<ChangeSet, OrganizationError> {
    known(view, assets)?;
    let (album, row) = expect(view, owner, path)?;
    let (new, readmitted) = (assets - &row.included, assets & &row.excluded);
    let changed = new.len();
    let mut events = Vec::new();
    if !readmitted.is_empty() {
        let excluded = AssetSet::new();
        events.push(Event::AlbumExcluded {
            album,
            excluded,
            readmitted,
        });
    }
    if changed > 0 {
        events.push(Event::AlbumFilled { album, assets: new });
    }
    let had = match row.settings.rule {
        None => "in it already",
        Some(_) => "included already",
    };
    let summary = format!("{path}: {}", counted(changed, assets.len() - changed, had));
    Ok(ChangeSet::new(EntryKind::Edit, summary, events).touching(changed))
}

/// Takes photos out of an album, wherever they came from: what was included is not
/// any more, and what the rule finds is excluded.
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
    let (album, row) = expect(view, owner, path)?;
    let members = assets & &row.assets;
    // Of what was included the rule may find some too.
    let excluded = match &row.settings.rule {
        None => AssetSet::new(),
        Some(_) => &view.found_in(album) & &members,
    };
    let dropped = &members & &row.included;
    let changed = members.len();
    let mut summary = format!(
        "{path}: without {}",
        counted(changed, assets.len() - changed, "not in it")
    );
    if !excluded.is_empty() {
        let which = if excluded.len() == changed {
            String::new()
        } else {
            format!("{} of them ", excluded.len())
        };
        summary.push_str(&format!(", {which}excluded from what its {} finds", rule_of(row)));
    }
    let events = taken_out(album, dropped, excluded);
    Ok(ChangeSet::new(EntryKind::Edit, summary, events).touching(changed))
}

/// Excludes photos from a smart album: its rule may find them, now or later, and
/// they are not in it.
///
/// # Errors
/// As [`remove_from_album`], and [`OrganizationError::NoRule`] for a plain album.
pub fn exclude_from_album(
    view: &View,
    owner: Owner,
    path: &AlbumPath,
    assets: &AssetSet,
) -> Result<ChangeSet, OrganizationError> {
    known(view, assets)?;
    let (album, row) = expect(view, owner, path)?;
    if row.settings.rule.is_none() {
        let path = path.to_string();
        return Err(OrganizationError::NoRule { path });
    }
    let (dropped, excluded) = (assets & &row.included, assets - &row.excluded);
    let changed = excluded.len();
    let events = taken_out(album, dropped, excluded);
    let summary = format!(
        "{path}: excluded {}",
        counted(changed, assets.len() - changed, "excluded already")
    );
    Ok(ChangeSet::new(EntryKind::Edit, summary, events).touching(changed))
}

fn taken_out(album: AlbumId, dropped: AssetSet, excluded: AssetSet) -> Vec<Event> {
    let mut events = Vec::new();
    if !dropped.is_empty() {
        let assets = dropped;
        events.push(Event::AlbumEmptied { album, assets });
    }
    if !excluded.is_empty() {
        let readmitted = AssetSet::new();
        events.push(Event::AlbumExcluded {
            album,
            excluded,
            readmitted,
        });
    }
    events
}

fn rule_of(row: &AlbumRow) -> &'static str {
    row.settings.rule.as_ref().map_or("rule", AlbumRule::kind)
}

/// Sets the rule, the cover or the order of an album: all that is asked for, or nothing.
///
/// # Errors
/// [`OrganizationError::NoAlbum`], a rule that can be none, photos that are not in it.
pub fn change_album(
    view: &View,
    owner: Owner,
    path: &AlbumPath,
    changes: &[AlbumChange],
) -> Result<ChangeSet, OrganizationError> {
    let (album, row) = expect(view, owner, path)?;
    let mut after = row.settings.clone();
    let mut said = Vec::new();
    for change in changes {
        said.push(set(view, (album, row, path), &mut after, change)?);
    }
    let settings = row.settings.to(&after).into_iter();
    let events = settings.map(|setting| Event::AlbumSet { album, setting });
    let summary = format!("{path}: {}", said.join("; "));
    Ok(ChangeSet::new(EntryKind::Edit, summary, events.collect()))
}

/// Makes one change of what is set; says what it did.
fn set(
    view: &View,
    (album, row, path): (AlbumId, &AlbumRow, &AlbumPath),
    after: &mut AlbumSettings,
    change: &AlbumChange,
) -> Result<String, OrganizationError> {
    Ok(match change {
        AlbumChange::Bind(rule) => {
            after.rule.clone_from(rule);
            match rule {
                Some(rule) => {
                    check_rule(view, row.owner, rule)?;
                    let found = counted(found(view, row.owner, rule).len(), 0, "");
                    format!("a {} finds its photos, {found} now", rule.kind())
                }
                None => format!("a plain album of {}", counted(row.included.len(), 0, "")),
            }
        }
        AlbumChange::Cover(cover) => {
            if let Some(asset) = cover {
                member(view, row, path, *asset)?;
            }
            after.cover = *cover;
            match cover {
                Some(asset) => format!("asset {asset} is its cover"),
                None => "the first photo is its cover".to_owned(),
            }
        }
        AlbumChange::Sort { by, reverse } => {
            // Who goes over to an order by hand begins with the order there is.
            if *by == OrderBy::Manual && after.order.placed.is_empty() {
                after.order.placed = in_order(view, album);
            }
            (after.order.by, after.order.reverse) = (*by, *reverse);
            let round = if *reverse { ", reversed" } else { "" };
            format!("sorted by {}{round}", by.as_str())
        }
        AlbumChange::Place { assets, at } => {
            for asset in assets {
                member(view, row, path, *asset)?;
            }
            after.order = AlbumOrder {
                by: OrderBy::Manual,
                reverse: false,
                placed: placed(view, (album, row, path), assets, *at)?,
            };
            let photos = counted(assets.len() as u64, 0, "");
            format!("{photos} placed, sorted by hand")
        }
    })
}

/// The order by hand after photos were put somewhere: of all members, shown or not.
fn placed(
    view: &View,
    (album, row, path): (AlbumId, &AlbumRow, &AlbumPath),
    assets: &[AssetId],
    at: Place,
) -> Result<Vec<AssetId>, OrganizationError> {
    if assets.is_empty() {
        return Err(OrganizationError::NoAssets);
    }
    let mut seen = FxHashSet::default();
    let moved: Vec<AssetId> = assets
        .iter()
        .copied()
        .filter(|asset| seen.insert(*asset))
        .collect();
    let mut order = in_order(view, album);
    // Who is not shown now has a place all the same.
    let shown: FxHashSet<AssetId> = order.iter().copied().collect();
    let kept = row.settings.order.placed.iter().copied();
    let rest = kept
        .chain(row.assets.iter())
        .filter(|asset| !shown.contains(asset));
    let mut more = FxHashSet::default();
    order.extend(rest.filter(|asset| row.assets.contains(*asset) && more.insert(*asset)));
    order.retain(|asset| !seen.contains(asset));
    let place = |anchor: AssetId| {
        member(view, row, path, anchor)?;
        let found = order.iter().position(|asset| *asset == anchor);
        found.ok_or(OrganizationError::PlacedAtItself { asset: anchor })
    };
    let place = match at {
        Place::First => 0,
        Place::Last => order.len(),
        Place::Before(anchor) => place(anchor)?,
        Place::After(anchor) => place(anchor)? + 1,
    };
    order.splice(place..place, moved);
    Ok(order)
}

fn member(view: &View, row: &AlbumRow, path: &AlbumPath, asset: AssetId) -> Result<(), OrganizationError> {
    if view.asset(asset).is_none() {
        return Err(OrganizationError::NoAsset { asset });
    }
    if !row.assets.contains(asset) {
        let path = path.to_string();
        return Err(OrganizationError::NotInAlbum { asset, path });
    }
    Ok(())
}

fn expect<'a>(
    view: &'a View,
    owner: Owner,
    path: &AlbumPath,
) -> Result<(AlbumId, &'a AlbumRow), OrganizationError> {
    find_album(view, owner, path)
        .and_then(|album| Some((album, view.album(album)?)))
        .ok_or_else(|| OrganizationError::NoAlbum {
            path: path.to_string(),
        })
}
