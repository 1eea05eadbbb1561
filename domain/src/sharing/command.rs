//! Making shares and ending them.

use super::{NewShare, Scope, Share, SharingError};
use crate::event::{ChangeSet, EntryKind, Event};
use crate::kernel::{Owner, ShareId};
use crate::organization::{PersonFate, Query, TagFate};
use crate::view::View;

/// The highest number of a share: 24 bits, which is what inode numbers have room for.
const LAST: u32 = (1 << 24) - 1;

/// Makes a share.
///
/// # Errors
/// [`SharingError::Exists`], or why its scope is none.
pub fn create_share(view: &View, owner: Owner, new: &NewShare) -> Result<ChangeSet, SharingError> {
    let name = new.name.as_str();
    if view.share_named(owner, name).is_some() {
        return Err(SharingError::Exists {
            name: name.to_owned(),
        });
    }
    check(view, owner, &new.scope)?;
    let id = view.next().share();
    if id.number() > LAST {
        return Err(SharingError::TooMany { limit: LAST });
    }
    let share = Share {
        id,
        owner,
        name: name.into(),
        scope: new.scope.clone(),
    };
    let photos = match view.shown(&view.share_assets(&share)).len() {
        1 => "1 photo".to_owned(),
        count => format!("{count} photos"),
    };
    let summary = format!("{name}: {photos} shared");
    let events = vec![Event::ShareCreated { share }];
    Ok(ChangeSet::new(EntryKind::Edit, summary, events))
}

/// Ends a share. That cannot be taken back: who lost it may have been meant to.
///
/// # Errors
/// [`SharingError::NoShare`].
pub fn revoke_share(view: &View, owner: Owner, id: ShareId) -> Result<ChangeSet, SharingError> {
    let share = view
        .share(id)
        .filter(|share| share.owner == owner)
        .ok_or_else(|| SharingError::NoShare { name: id.to_string() })?;
    let summary = format!("{}: share revoked", share.name);
    let share = share.clone();
    Ok(ChangeSet::new(
        EntryKind::Irrevocable,
        summary,
        vec![Event::ShareRevoked { share }],
    ))
}

/// Refuses events that would take away what a share shows, unless they end the
/// share too: whichever decision they come from.
///
/// # Errors
/// [`SharingError::Shared`].
pub(crate) fn keep_shared(view: &View, events: &[Event]) -> Result<(), SharingError> {
    let is_ended = |id: ShareId| {
        let ends = |event: &Event| matches!(event, Event::ShareRevoked { share } if share.id == id);
        events.iter().any(ends)
    };
    let kept = |kind, what: String, share: Option<&Share>| match share.filter(|share| !is_ended(share.id)) {
        Some(share) => Err(SharingError::Shared {
            kind,
            what,
            share: share.name.to_string(),
        }),
        None => Ok(()),
    };
    for event in events {
        if let Event::TagDeleted { tag, .. } = event {
            kept("tag", view.tag_path(*tag), view.share_of_tag(*tag))?;
        }
        if let Event::TagPlaced { tag, after, .. } = event
            && after.fate != TagFate::Live
        {
            kept("tag", view.tag_path(*tag), view.share_of_tag(*tag))?;
        }
        if let Event::PersonPlaced { person, after, .. } = event
            && after.fate != PersonFate::Live
        {
            let name = view.person(*person).map(|row| row.name.to_string());
            let share = view.share_of_person(*person);
            kept("person", name.unwrap_or_default(), share)?;
        }
        if let Event::AlbumDeleted { album, .. } = event {
            kept("album", view.album_path(*album), view.share_of_album(*album))?;
        }
        if let Event::LibraryRemoved { library } = event {
            let name = view.library(*library).map(|row| row.name.to_string());
            kept(
                "library",
                name.unwrap_or_default(),
                view.share_of_library(*library),
            )?;
        }
        if let Event::CollectionSet {
            before: Some(gone),
            after: None,
        } = event
        {
            kept(
                "collection",
                gone.name.to_string(),
                view.share_of_collection(gone.id),
            )?;
        }
    }
    Ok(())
}

/// Whether there is what a scope names, in this owner's world.
fn check(view: &View, owner: Owner, scope: &Scope) -> Result<(), SharingError> {
    let missing = |kind, what: u32| {
        let what = what.to_string();
        Err(SharingError::NoTarget { kind, what })
    };
    match scope {
        Scope::Album(id) if view.album(*id).is_none_or(|row| row.owner != owner) => {
            missing("album", id.number())
        }
        Scope::Tag(id) if view.tag(*id).is_none_or(|row| row.owner != owner) => missing("tag", id.number()),
        Scope::Person(id) if view.person(*id).is_none_or(|row| row.owner != owner) => {
            missing("person", id.number())
        }
        Scope::Library(id) if view.library(*id).is_none_or(|row| row.owner != owner) => {
            missing("library", id.number())
        }
        Scope::Folder(id)
            if view
                .library(view.library_of(*id))
                .is_none_or(|row| row.owner != owner) =>
        {
            let what = id.to_string();
            Err(SharingError::NoFolder { what })
        }
        Scope::Collection(id) if view.collection(*id).is_none_or(|one| one.owner != owner) => {
            missing("collection", id.number())
        }
        Scope::Query(text) if Query::parse(text)?.asks_what_is_shared() => Err(SharingError::SelfReference),
        Scope::Assets(assets) if assets.is_empty() => Err(SharingError::NoAssets),
        Scope::Assets(assets) => match view.first_unknown(assets) {
            Some(asset) => Err(SharingError::NoAsset { asset }),
            None => Ok(()),
        },
        Scope::Album(_)
        | Scope::Tag(_)
        | Scope::Person(_)
        | Scope::Library(_)
        | Scope::Folder(_)
        | Scope::Query(_)
        | Scope::Collection(_) => Ok(()),
    }
}
