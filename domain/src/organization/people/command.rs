//! Naming, rejecting, adding and removing faces; renaming and merging people.
//!
//! An edit of a face reaches one photo, not its shot: a box belongs to one picture.

use super::plan::PersonPlan;
use super::{FaceBox, FaceEdit, FaceFate, FaceId, FaceKind, FileFace, PersonName};
use crate::catalog::{FieldKey, FieldValue};
use crate::event::{ChangeSet, EntryKind, Event};
use crate::kernel::{AssetId, AssetSet, Owner, PersonId};
use crate::organization::OrganizationError;
use crate::view::View;

/// A change of one face of a photo.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FaceChange {
    /// There is one that the file does not have.
    Add {
        /// Where.
        at: FaceBox,
        /// What it is.
        kind: FaceKind,
        /// Whose, if that is known.
        name: Option<PersonName>,
    },
    /// It is this person's; `None`: nobody's that is known. One that was rejected is back.
    Name {
        /// Which.
        face: FaceId,
        /// Whose.
        name: Option<PersonName>,
    },
    /// One of the file's is none, or is not to be shown.
    Reject {
        /// Which.
        face: FaceId,
    },
    /// One that was added is taken away again.
    Remove {
        /// Which.
        face: FaceId,
    },
}

/// A change of the people there are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PeopleArrangement {
    /// Call one otherwise.
    Rename {
        /// Whom.
        person: PersonName,
        /// The new name.
        name: PersonName,
    },
    /// Make several one.
    Merge {
        /// Who go.
        from: Vec<PersonName>,
        /// Who stays.
        into: PersonName,
    },
}

/// Changes a face of a photo.
///
/// # Errors
/// An unknown photo or face, a name for what cannot be somebody, what is another
/// change's to do.
pub fn edit_face(
    view: &View,
    owner: Owner,
    asset: AssetId,
    change: &FaceChange,
) -> Result<ChangeSet, OrganizationError> {
    if view.asset(asset).is_none() {
        return Err(OrganizationError::NoAsset { asset });
    }
    let mut plan = PersonPlan::new(view, owner);
    let called = |name: &Option<PersonName>| match name {
        Some(name) => name.to_string(),
        None => "nobody's that is known".to_owned(),
    };
    let (face, after, what) = match change {
        FaceChange::Add { at, kind, name } => {
            let face = next_added(view, asset).ok_or(OrganizationError::TooManyFaces { asset })?;
            somebody(face, *kind, name.as_ref())?;
            let person = name.as_ref().map(|name| plan.person(name));
            let (at, kind, fate) = (*at, *kind, FaceFate::Added(person));
            let of = name.as_ref().map(|name| format!(", {name}")).unwrap_or_default();
            let what = format!("face {face} added{of}");
            (face, Some(FaceEdit { at, kind, fate }), what)
        }
        FaceChange::Name { face, name } => {
            let found = Found::expect(view, asset, *face)?;
            somebody(*face, found.kind, name.as_ref())?;
            let person = name.as_ref().map(|name| plan.person(name));
            let what = format!("face {face} is {}", called(name));
            if !found.is_rejected && found.person.map(|person| plan.last(person)) == person {
                return Ok(ChangeSet::none(format!("photo {asset}: {what} already")));
            }
            let fate = if face.is_added() {
                FaceFate::Added(person)
            } else {
                FaceFate::Named(person)
            };
            let (at, kind) = (found.at, found.kind);
            (*face, Some(FaceEdit { at, kind, fate }), what)
        }
        FaceChange::Reject { face } => {
            let face = *face;
            let found = Found::expect(view, asset, face)?;
            if face.is_added() {
                return Err(OrganizationError::FaceIsAdded { asset, face });
            }
            let (at, kind, fate) = (found.at, found.kind, FaceFate::Rejected);
            (
                face,
                Some(FaceEdit { at, kind, fate }),
                format!("face {face} rejected"),
            )
        }
        FaceChange::Remove { face } => {
            let face = *face;
            Found::expect(view, asset, face)?;
            if !face.is_added() {
                return Err(OrganizationError::FaceIsOfFile { asset, face });
            }
            (face, None, format!("face {face} removed"))
        }
    };
    let summary = format!("photo {asset}: {what}");
    let key = FieldKey::Face(face);
    let (before, after) = (view.edit(asset, key).cloned(), after.map(FieldValue::face));
    if before == after {
        return Ok(ChangeSet::none(format!("{summary} already")));
    }
    let mut events = plan.into_events();
    events.push(Event::FieldEdited {
        key,
        after,
        before: vec![(before, AssetSet::one(asset))],
    });
    Ok(ChangeSet::new(EntryKind::Edit, summary, events).touching(1))
}

/// Refuses a name for what cannot be somebody.
fn somebody(face: FaceId, kind: FaceKind, name: Option<&PersonName>) -> Result<(), OrganizationError> {
    if name.is_none() || kind.may_be_somebody() {
        return Ok(());
    }
    Err(OrganizationError::NotSomebody {
        face,
        kind: kind.as_str(),
    })
}

/// The lowest number that no face has that was added to a photo.
fn next_added(view: &View, asset: AssetId) -> Option<FaceId> {
    let edits = view.face_edits(asset);
    let taken: Vec<FaceId> = edits.map(|(id, _)| id).collect();
    (FaceId::FIRST_ADDED.number()..u16::MAX)
        .map(FaceId::new)
        .find(|id| !taken.contains(id))
}

/// A face of a photo, rejected or not.
struct Found {
    at: FaceBox,
    kind: FaceKind,
    person: Option<PersonId>,
    is_rejected: bool,
}

impl Found {
    fn expect(view: &View, asset: AssetId, face: FaceId) -> Result<Self, OrganizationError> {
        let edit = view.face_edit(asset, face);
        let mut of_file = view.file_faces(asset).filter(|known| known.id == face);
        let (at, kind, own) = match (of_file.next(), edit) {
            (Some(FileFace { at, kind, person, .. }), _) => (at, kind, person),
            (None, Some(edit)) if face.is_added() => (edit.at, edit.kind, None),
            _ => return Err(OrganizationError::NoFace { asset, face }),
        };
        Ok(Self {
            at,
            kind,
            person: edit.map_or(own, |edit| edit.fate.person()),
            is_rejected: edit.is_some_and(|edit| edit.fate == FaceFate::Rejected),
        })
    }
}

/// Rearranges people.
///
/// # Errors
/// A person who is not there, a name that is another's.
pub fn arrange_people(
    view: &View,
    owner: Owner,
    how: &PeopleArrangement,
) -> Result<ChangeSet, OrganizationError> {
    let mut plan = PersonPlan::new(view, owner);
    let photos_of = |person: PersonId| {
        let row = view.person(person);
        row.map(|row| row.assets.clone()).unwrap_or_default()
    };
    let (what, photos) = match how {
        PeopleArrangement::Rename { person, name } => {
            let id = plan.expect(person)?;
            plan.rename(id, name)?;
            (format!("{person}: renamed to {name}"), photos_of(id))
        }
        PeopleArrangement::Merge { from, into } => {
            let target = plan.expect(into)?;
            let mut photos = AssetSet::new();
            for name in from {
                let person = plan.expect(name)?;
                if person != target {
                    photos |= &photos_of(person);
                    plan.merge(person, target);
                }
            }
            let names: Vec<&str> = from.iter().map(PersonName::as_str).collect();
            let what = format!("{} merged into {}", names.join(", "), plan.name(target));
            (what, photos)
        }
    };
    let counted = match photos.len() {
        1 => "1 photo".to_owned(),
        count => format!("{count} photos"),
    };
    let events = plan.into_events();
    let touched = if events.is_empty() { 0 } else { photos.len() };
    let summary = format!("{what}: {counted}");
    Ok(ChangeSet::new(EntryKind::Edit, summary, events).touching(touched))
}
