//! Rearranging the trees of tags and albums: names, places, merging, deleting.
//!
//! Photos stay where they are; what changes is what they are filed under. A tag
//! leaves a synonym at its old place (see [`crate::view`]), an album none: files
//! know nothing of albums.

use super::path::MAX_LEVELS;
use super::plan::TagPlan;
use super::resolve::find_album;
use super::{AlbumPath, AlbumSettings, OrganizationError, PathError, TagPath};
use crate::event::{AlbumPlace, ChangeSet, EntryKind, Event};
use crate::kernel::{AlbumId, AssetSet, Owner, TagId};
use crate::view::View;

/// A change of the tree of tags.
#[derive(Clone, PartialEq, Debug)]
pub enum TagArrangement {
    /// Call it otherwise.
    Rename {
        /// Which.
        tag: TagPath,
        /// Its new name, without parents.
        name: Box<str>,
    },
    /// Put it below another.
    Move {
        /// Which.
        tag: TagPath,
        /// Below which; made if there is none; `None`: the top.
        to: Option<TagPath>,
    },
    /// Make several one.
    Merge {
        /// Which go.
        from: Vec<TagPath>,
        /// Which stays; made if there is none.
        into: TagPath,
    },
    /// Take it from all photos, and out of the tree.
    Delete {
        /// Which.
        tag: TagPath,
        /// Those below it too.
        recursive: bool,
    },
    /// Let a word stand for it.
    AddSynonym {
        /// Which.
        tag: TagPath,
        /// The word, a path from the top.
        word: TagPath,
    },
    /// Let a word no longer stand for it.
    RemoveSynonym {
        /// Which.
        tag: TagPath,
        /// The word, a path from the top.
        word: TagPath,
    },
}

/// A change of the tree of albums.
#[derive(Clone, PartialEq, Debug)]
pub enum AlbumArrangement {
    /// Call it otherwise.
    Rename {
        /// Which.
        album: AlbumPath,
        /// Its new name, without parents.
        name: Box<str>,
    },
    /// Put it into another.
    Move {
        /// Which.
        album: AlbumPath,
        /// Into which; made if there is none; `None`: the top.
        to: Option<AlbumPath>,
    },
    /// Delete it; the photos stay.
    Delete {
        /// Which.
        album: AlbumPath,
        /// Those in it too.
        recursive: bool,
    },
}

/// Rearranges tags.
///
/// # Errors
/// A tag that is not there, a name that is taken, a tag that would come below itself.
pub fn arrange_tags(view: &View, owner: Owner, how: &TagArrangement) -> Result<ChangeSet, OrganizationError> {
    let mut plan = TagPlan::new(view, owner);
    let (summary, photos) = match how {
        TagArrangement::Rename { tag, name } => {
            let (path, name) = (tag, one_name(name)?);
            let tag = plan.expect(path)?;
            let parent = plan.place(tag).and_then(|place| place.parent);
            plan.put(tag, parent, &name)?;
            (
                format!("{path}: renamed to {}", plan.path(tag)),
                below(&plan, tag),
            )
        }
        TagArrangement::Move { tag, to } => {
            let path = tag;
            let tag = plan.expect(path)?;
            let parent = to.as_ref().map(|to| plan.tag(to));
            if let Some(parent) = parent.filter(|parent| plan.is_below(*parent, tag)) {
                return Err(OrganizationError::BelowItself {
                    tag: plan.path(tag),
                    into: plan.path(parent),
                });
            }
            let name = plan.place(tag).map(|place| place.name).unwrap_or_default();
            plan.put(tag, parent, &name)?;
            check_depth(&plan, tag)?;
            (format!("{path}: moved to {}", plan.path(tag)), below(&plan, tag))
        }
        TagArrangement::Merge { from, into } => merge(&mut plan, from, into)?,
        TagArrangement::Delete { tag, recursive } => delete_tag(&mut plan, tag, *recursive)?,
        TagArrangement::AddSynonym { tag, word } => {
            let path = tag;
            let tag = plan.expect(path)?;
            if plan.find(word) != Some(tag) {
                let (parent, name) = place_of(&plan, word)?;
                plan.free(tag, parent, &name)?;
                plan.set_word(parent, &name, Some(tag));
            }
            (format!("{path}: {word} stands for it too"), AssetSet::new())
        }
        TagArrangement::RemoveSynonym { tag, word } => {
            let path = tag;
            let tag = plan.expect(path)?;
            let (parent, name) = place_of(&plan, word)?;
            if plan.word(parent, &name).map(|of| plan.last(of)) != Some(tag) {
                return Err(OrganizationError::NoSynonym {
                    word: word.to_string(),
                    tag: path.to_string(),
                });
            }
            plan.set_word(parent, &name, None);
            (format!("{path}: {word} no longer stands for it"), AssetSet::new())
        }
    };
    Ok(change(summary, plan.into_events(), &photos))
}

fn merge(
    plan: &mut TagPlan<'_>,
    from: &[TagPath],
    into: &TagPath,
) -> Result<(String, AssetSet), OrganizationError> {
    let mut tags = Vec::new();
    for path in from {
        tags.push(plan.expect(path)?);
    }
    let target = plan.tag(into);
    let mut photos = AssetSet::new();
    for tag in tags {
        let tag = plan.last(tag);
        if tag != target {
            photos |= &below(plan, tag);
        }
        plan.merge(tag, target)?;
    }
    check_depth(plan, target)?;
    let names: Vec<String> = from.iter().map(ToString::to_string).collect();
    let summary = format!(
        "{} merged into {}: {}",
        names.join(", "),
        plan.path(target),
        counted(&photos)
    );
    Ok((summary, photos))
}

fn delete_tag(
    plan: &mut TagPlan<'_>,
    path: &TagPath,
    recursive: bool,
) -> Result<(String, AssetSet), OrganizationError> {
    let tag = plan.expect(path)?;
    let all = tree(plan, tag);
    let others = all.len() - 1;
    if others > 0 && !recursive {
        return Err(OrganizationError::HasChildren {
            path: path.to_string(),
            what: "tags",
            count: others,
        });
    }
    let mut photos = AssetSet::new();
    for tag in all.into_iter().rev() {
        photos |= &plan.delete(tag);
    }
    let and = if others > 0 {
        format!(" with {others} below it")
    } else {
        String::new()
    };
    let summary = format!("{path}: tag deleted{and}, taken from {}", counted(&photos));
    Ok((summary, photos))
}

/// A tag and all below it, parents first.
fn tree(plan: &TagPlan<'_>, tag: TagId) -> Vec<TagId> {
    let mut all = vec![tag];
    let mut at = 0;
    while let Some(tag) = all.get(at).copied() {
        all.extend(plan.children(tag));
        at += 1;
    }
    all
}

/// The photos of a tag and of all below it.
fn below(plan: &TagPlan<'_>, tag: TagId) -> AssetSet {
    let mut photos = AssetSet::new();
    for tag in tree(plan, tag) {
        photos |= &plan.having(tag);
    }
    photos
}

/// Where a word is, whose parents must be tags.
fn place_of(plan: &TagPlan<'_>, word: &TagPath) -> Result<(Option<TagId>, Box<str>), OrganizationError> {
    let names: Vec<&str> = word.names().collect();
    let (name, above) = names.split_last().ok_or(OrganizationError::NoAssets)?;
    let parent = if above.is_empty() {
        None
    } else {
        Some(plan.expect(&TagPath::from_names(above.iter().copied())?)?)
    };
    Ok((parent, (*name).into()))
}

/// A name without a slash.
fn one_name(text: &str) -> Result<Box<str>, OrganizationError> {
    let path = TagPath::parse(text)?;
    let mut names = path.names();
    match (names.next(), names.next()) {
        (Some(name), None) => Ok(name.into()),
        _ => Err(OrganizationError::SlashInName {
            name: text.to_owned(),
        }),
    }
}

/// Refuses trees that no path could name.
fn check_depth(plan: &TagPlan<'_>, tag: TagId) -> Result<(), OrganizationError> {
    let up = |tag: &TagId| plan.place(*tag).and_then(|place| place.parent);
    let levels = |tag: &TagId| std::iter::successors(Some(*tag), up).count();
    let deep = tree(plan, tag).into_iter().find(|tag| levels(tag) > MAX_LEVELS);
    deep.map_or(Ok(()), |tag| Err(too_deep(plan.path(tag))))
}

fn too_deep(text: String) -> OrganizationError {
    let why = "it has more than 32 levels";
    PathError { text, why }.into()
}

/// Rearranges albums.
///
/// # Errors
/// An album that is not there, a name that is taken, an album that would come into itself.
pub fn arrange_album(
    view: &View,
    owner: Owner,
    how: &AlbumArrangement,
) -> Result<ChangeSet, OrganizationError> {
    match how {
        AlbumArrangement::Rename { album: path, name } => {
            let name = one_name(name)?;
            let album = expect(view, owner, path)?;
            let parent = view.album(album).and_then(|row| row.parent);
            let new = match parent {
                Some(parent) => format!("{}/{name}", view.album_path(parent)),
                None => name.to_string(),
            };
            let said = format!("{path}: renamed to {new}");
            place_album(view, album, AlbumPlace { parent, name }, (Vec::new(), said))
        }
        AlbumArrangement::Move { album: path, to } => {
            let album = expect(view, owner, path)?;
            let (parent, events) = match to {
                Some(to) => super::fill::album_path(view, owner, to),
                None => (None, Vec::new()),
            };
            let up = |album: &AlbumId| view.album(*album).and_then(|row| row.parent);
            // Of what is made on the way, the first lies in an album that is there.
            let above = match events.first() {
                Some(Event::AlbumCreated { parent, .. }) => *parent,
                _ => parent,
            };
            if std::iter::successors(above, up).any(|at| at == album) {
                return Err(OrganizationError::BelowItself {
                    tag: path.to_string(),
                    into: to.as_ref().map(ToString::to_string).unwrap_or_default(),
                });
            }
            let name = view.album(album).map(|row| row.name.clone()).unwrap_or_default();
            let new = match to {
                Some(to) => format!("{to}/{name}"),
                None => name.to_string(),
            };
            let levels = |album: AlbumId| std::iter::successors(Some(album), up).count();
            let height = albums_in(view, owner, album).into_iter().map(levels).max();
            let depth = to.as_ref().map_or(0, |to| to.names().count());
            if depth + height.unwrap_or(1) + 1 > MAX_LEVELS + levels(album) {
                return Err(too_deep(new));
            }
            let said = format!("{path}: moved to {new}");
            place_album(view, album, AlbumPlace { parent, name }, (events, said))
        }
        AlbumArrangement::Delete {
            album: path,
            recursive,
        } => {
            let album = expect(view, owner, path)?;
            delete_album(view, (owner, path), album, *recursive)
        }
    }
}

fn expect(view: &View, owner: Owner, path: &AlbumPath) -> Result<AlbumId, OrganizationError> {
    find_album(view, owner, path).ok_or_else(|| OrganizationError::NoAlbum {
        path: path.to_string(),
    })
}

/// An album and all in it, parents first.
fn albums_in(view: &View, owner: Owner, album: AlbumId) -> Vec<AlbumId> {
    let mut all = vec![album];
    let mut at = 0;
    while let Some(album) = all.get(at).copied() {
        all.extend(view.album_children(owner, Some(album)));
        at += 1;
    }
    all
}

fn place_album(
    view: &View,
    album: AlbumId,
    after: AlbumPlace,
    (mut events, said): (Vec<Event>, String),
) -> Result<ChangeSet, OrganizationError> {
    let Some(row) = view.album(album) else {
        return Ok(ChangeSet::none(said));
    };
    let there = view.album_child(row.owner, after.parent, &after.name);
    if let Some(other) = there.filter(|other| *other != album) {
        return Err(OrganizationError::AlbumExists {
            path: view.album_path(other),
        });
    }
    let before = row.place();
    if before != after {
        events.push(Event::AlbumPlaced { album, before, after });
    }
    let mut photos = AssetSet::new();
    for row in albums_in(view, row.owner, album)
        .into_iter()
        .filter_map(|id| view.album(id))
    {
        photos |= &row.assets;
    }
    Ok(change(said, events, &photos))
}

fn delete_album(
    view: &View,
    (owner, path): (Owner, &AlbumPath),
    album: AlbumId,
    recursive: bool,
) -> Result<ChangeSet, OrganizationError> {
    let all = albums_in(view, owner, album);
    let others = all.len() - 1;
    if others > 0 && !recursive {
        return Err(OrganizationError::HasChildren {
            path: path.to_string(),
            what: "albums",
            count: others,
        });
    }
    let (mut events, mut photos) = (Vec::new(), AssetSet::new());
    for album in all.into_iter().rev() {
        let Some(row) = view.album(album) else { continue };
        photos |= &row.assets;
        // All that it was goes by events of its own, so that it comes back whole.
        let plain = row.settings.to(&AlbumSettings::default()).into_iter();
        events.extend(plain.map(|setting| Event::AlbumSet { album, setting }));
        if !row.included.is_empty() {
            let assets = row.included.clone();
            events.push(Event::AlbumEmptied { album, assets });
        }
        if !row.excluded.is_empty() {
            let (excluded, readmitted) = (AssetSet::new(), row.excluded.clone());
            events.push(Event::AlbumExcluded {
                album,
                excluded,
                readmitted,
            });
        }
        events.push(Event::AlbumDeleted {
            album,
            owner,
            parent: row.parent,
            name: row.name.clone(),
        });
    }
    let and = if others > 0 {
        format!(" with {others} in it")
    } else {
        String::new()
    };
    let summary = format!("{path}: album deleted{and}; its {} stay", counted(&photos));
    Ok(change(summary, events, &photos))
}

fn counted(photos: &AssetSet) -> String {
    match photos.len() {
        1 => "1 photo".to_owned(),
        count => format!("{count} photos"),
    }
}

fn change(summary: String, events: Vec<Event>, photos: &AssetSet) -> ChangeSet {
    let touched = if events.is_empty() { 0 } else { photos.len() };
    ChangeSet::new(EntryKind::Edit, summary, events).touching(touched)
}
