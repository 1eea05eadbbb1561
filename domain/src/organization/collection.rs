//! Collections: queries under a name.
//!
//! A collection finds, now and later, what its query finds for its owner. It can
//! be asked for in queries (`collection:best`), shared, and be the rule of an album.
//!
//! What is found is kept current with every entry, so nothing may depend on itself.
//! Collections are asked first, then albums, then collections whose query has
//! `album:`, then shares; whatever would have to be asked before itself is refused:
//!
//! | | may ask for |
//! |---|---|
//! | a collection | anything but `collection:` and `is:shared` |
//! | an album's query | anything but `album:`, `collection:` and `is:shared` |
//! | an album's collection | the same: a collection with `album:` is none for an album |
//! | a share's query | anything but `is:shared` |
//!
//! Refuses besides: to delete a collection that an album or a share stands on.

use super::album::{AlbumRule, AlbumSetting};
use super::query::Query;
use super::{CollectionName, OrganizationError};
use crate::event::{ChangeSet, EntryKind, Event};
use crate::kernel::{AlbumId, CollectionId, Owner};
use crate::view::View;

/// The highest number of a collection, as of a share: a share of one is numbered by both.
const LAST: u32 = (1 << 24) - 1;

/// A query under a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Collection {
    /// The number.
    pub id: CollectionId,
    /// In whose world.
    pub owner: Owner,
    /// Its name: a portable folder name, see [`CollectionName`].
    pub name: Box<str>,
    /// What it finds; it reads.
    pub query: Box<str>,
}

/// A change of the collections.
#[derive(Clone, PartialEq, Debug)]
pub enum CollectionChange {
    /// Make one.
    Create {
        /// Its name.
        name: CollectionName,
        /// What it finds.
        query: Box<str>,
    },
    /// Make one otherwise.
    Update {
        /// Which.
        id: CollectionId,
        /// What it is called from now on; `None`: as it is.
        name: Option<CollectionName>,
        /// What it finds from now on; `None`: as it does.
        query: Option<Box<str>>,
    },
    /// Delete one.
    Delete {
        /// Which.
        id: CollectionId,
    },
}

/// Makes, changes or deletes a collection.
///
/// # Errors
/// A name that is taken, a collection that is not there, a query that does not
/// read or cannot be one; see the module.
pub fn change_collection(
    view: &View,
    owner: Owner,
    change: &CollectionChange,
) -> Result<ChangeSet, OrganizationError> {
    let known = |id: CollectionId| {
        let found = view.collection(id).filter(|one| one.owner == owner);
        found
            .cloned()
            .ok_or_else(|| OrganizationError::NoCollection { name: id.to_string() })
    };
    let (before, after, did) = match change {
        CollectionChange::Create { name, query } => {
            check_query(query)?;
            let id = view.next().collection();
            if id.number() > LAST {
                return Err(OrganizationError::TooManyCollections { limit: LAST });
            }
            let (name, query) = (name.as_str().into(), query.clone());
            let after = Collection {
                id,
                owner,
                name,
                query,
            };
            (None, Some(after), "created")
        }
        CollectionChange::Update { id, name, query } => {
            let before = known(*id)?;
            let mut after = before.clone();
            if let Some(name) = name {
                after.name = name.as_str().into();
            }
            if let Some(query) = query {
                check_query(query)?;
                after.query.clone_from(query);
            }
            if before == after {
                return Ok(ChangeSet::none(format!("{}: as it is", before.name)));
            }
            (Some(before), Some(after), "updated")
        }
        CollectionChange::Delete { id } => (Some(known(*id)?), None, "deleted"),
    };
    if let Some(Collection { id, name, .. }) = &after
        && view
            .collection_named(owner, name)
            .is_some_and(|other| other != *id)
    {
        let name = name.to_string();
        return Err(OrganizationError::CollectionExists { name });
    }
    let name = before.as_ref().or(after.as_ref()).map(|one| one.name.clone());
    let name = name.unwrap_or_default();
    let summary = match (&before, &after) {
        (Some(before), Some(after)) if before.name != after.name => {
            format!("{name}: collection {did}, now {}", after.name)
        }
        _ => format!("{name}: collection {did}"),
    };
    let event = Event::CollectionSet { before, after };
    Ok(ChangeSet::new(EntryKind::Edit, summary, vec![event]))
}

/// A query that a collection can be of.
fn check_query(text: &str) -> Result<(), OrganizationError> {
    let query = Query::parse(text)?;
    for (asks, what) in [
        (query.asks_what_is_shared(), "is:shared"),
        (query.asks_for_collections(), "collection:"),
    ] {
        if asks {
            return Err(OrganizationError::SelfReference {
                whose: "a collection",
                what,
            });
        }
    }
    Ok(())
}

/// A rule that an album of this owner can have.
pub(super) fn check_rule(view: &View, owner: Owner, rule: &AlbumRule) -> Result<(), OrganizationError> {
    match rule {
        AlbumRule::Folder(folder) => {
            let library = view.folder(*folder).and_then(|row| view.library(row.library));
            if library.is_none_or(|library| library.owner != owner) {
                let what = folder.to_string();
                return Err(OrganizationError::NoFolder { what });
            }
        }
        AlbumRule::Query(text) => {
            let query = Query::parse(text)?;
            for (asks, what) in [
                (query.asks_what_is_shared(), "is:shared"),
                (query.asks_for_collections(), "collection:"),
                (query.asks_for_albums(), "album:"),
            ] {
                if asks {
                    let whose = "the query of an album";
                    return Err(OrganizationError::SelfReference { whose, what });
                }
            }
        }
        AlbumRule::Collection(id) => {
            let found = view.collection(*id).filter(|one| one.owner == owner);
            let collection = found.ok_or_else(|| OrganizationError::NoCollection { name: id.to_string() })?;
            if asks_for_albums(collection) {
                return Err(OrganizationError::CollectionOfAlbums {
                    name: collection.name.to_string(),
                });
            }
        }
    }
    Ok(())
}

/// Whether what a collection finds depends on albums.
pub(crate) fn asks_for_albums(collection: &Collection) -> bool {
    Query::parse(&collection.query).is_ok_and(|query| query.asks_for_albums())
}

/// Refuses events after which an album would stand on a collection that is gone,
/// or depend on itself: whichever decision they come from.
///
/// # Errors
/// [`OrganizationError::CollectionInUse`] and the like.
pub(crate) fn keep_rules(view: &View, events: &[Event]) -> Result<(), OrganizationError> {
    let gone = |album: AlbumId| {
        let deletes =
            |event: &Event| matches!(event, Event::AlbumDeleted { album: deleted, .. } if *deleted == album);
        events.iter().any(deletes)
    };
    // The last word of these events on an album's rule, else what it is.
    let bound = |album: AlbumId| {
        let mut rule = view.album(album).and_then(|row| row.settings.rule.as_ref());
        for event in events {
            if let Event::AlbumSet {
                album: other,
                setting: AlbumSetting::Rule { after, .. },
            } = event
                && *other == album
            {
                rule = after.as_ref();
            }
        }
        rule.filter(|_| !gone(album))
    };
    let set_to = |id: CollectionId| {
        let mut collection = view.collection(id);
        for event in events {
            if let Event::CollectionSet { before, after } = event
                && after.as_ref().or(before.as_ref()).is_some_and(|one| one.id == id)
            {
                collection = after.as_ref();
            }
        }
        collection
    };
    let mut albums: Vec<AlbumId> = Vec::new();
    for event in events {
        if let Event::CollectionSet { before: Some(_), .. } = event {
            albums.extend(view.albums().map(|(album, _)| album));
        }
        if let Event::AlbumSet { album, .. } = event {
            albums.push(*album);
        }
    }
    for album in albums {
        let Some(AlbumRule::Collection(id)) = bound(album) else {
            continue;
        };
        let is = view.collection(*id);
        let name = is.map_or_else(|| id.to_string(), |one| one.name.to_string());
        match set_to(*id) {
            None if is.is_none() => return Err(OrganizationError::NoCollection { name }),
            None => {
                let album = view.album_path(album);
                return Err(OrganizationError::CollectionInUse { name, album });
            }
            Some(after) if asks_for_albums(after) => {
                return Err(OrganizationError::CollectionOfAlbums { name });
            }
            Some(_) => {}
        }
    }
    Ok(())
}
