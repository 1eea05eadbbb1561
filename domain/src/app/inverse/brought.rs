//! Taking back what another program wrote into files and sidecars.
//!
//! Files stay as they are: edits above them show what the photos showed before. Doing it
//! again drops those edits, as with any other undo. A photo that a person edited since, or
//! whose file says something else again by now, is left as it is; so is a date where there
//! was none, since no edit says "no date". A face that the file has no more is added by hand,
//! one that it did not have is rejected.

use super::Inverse;
use crate::catalog::{FieldKey, FieldValue, shown_by};
use crate::event::{Brought, Event};
use crate::kernel::{AssetId, AssetSet, PersonId, TagId, TakenSource};
use crate::organization::{FaceEdit, FaceFate, FaceId};
use rustc_hash::FxHashMap;

/// The edit that shows this value; where there was none, the one that shows nothing.
fn restoring(key: FieldKey, before: Option<&FieldValue>) -> Option<FieldValue> {
    Some(match (key, before) {
        (_, Some(FieldValue::Taken(taken))) => FieldValue::Taken(taken.with_source(TakenSource::User)),
        (_, Some(value)) => value.clone(),
        (FieldKey::Title | FieldKey::Description | FieldKey::Label, None) => FieldValue::Text(Box::default()),
        (FieldKey::Rating, None) => FieldValue::Rating(0),
        (FieldKey::Location, None) => FieldValue::Location(None),
        (FieldKey::Orientation, None) => FieldValue::Orientation(1),
        (
            FieldKey::Favorite(_)
            | FieldKey::Hidden
            | FieldKey::Taken
            | FieldKey::Stack
            | FieldKey::StackCover
            | FieldKey::Face(_),
            None,
        ) => {
            return None;
        }
    })
}

impl Inverse<'_> {
    pub(super) fn unbring(&mut self, values: &[Brought]) {
        let mut edits: FxHashMap<(FieldKey, FieldValue), AssetSet> = FxHashMap::default();
        let (mut wanted, mut done) = (AssetSet::new(), AssetSet::new());
        for value in values {
            wanted.insert(value.asset);
            if let FieldKey::Face(face) = value.key {
                if self.unbring_face(face, value) {
                    done.insert(value.asset);
                }
                continue;
            }
            let facts = self.view.facts(value.asset);
            let as_left = self.view.edit(value.asset, value.key).is_none()
                && facts.is_none_or(|facts| shown_by(facts, value.key) == value.after);
            if as_left && let Some(edit) = restoring(value.key, value.before.as_ref()) {
                edits.entry((value.key, edit)).or_default().insert(value.asset);
                done.insert(value.asset);
            }
        }
        self.touch(&wanted, &done);
        let mut edits: Vec<_> = edits.into_iter().collect();
        edits.sort_by_key(|((key, _), assets)| (*key, assets.first()));
        for ((key, edit), assets) in edits {
            self.events.push(Event::FieldEdited {
                key,
                after: Some(edit),
                before: vec![(None, assets)],
            });
        }
    }

    /// Shows a face as it was; whether that is to be.
    fn unbring_face(&mut self, face: FaceId, value: &Brought) -> bool {
        let asset = value.asset;
        let shown = |value: &Option<FieldValue>| value.as_ref().and_then(FieldValue::as_face);
        let in_place = |at: &FaceEdit| {
            let mut faces = self.view.file_faces(asset);
            faces.find(|known| known.kind == at.kind && known.at.is_same(&at.at))
        };
        let counts = |person: Option<PersonId>| person.and_then(|person| self.view.who_counts(person));
        let is_unread = self.view.facts(asset).is_none();
        let (face, edit) = match (shown(&value.before), shown(&value.after)) {
            (before, Some(after)) => {
                let is_so = in_place(&after).is_some_and(|known| {
                    known.id == face && counts(known.person) == counts(after.fate.person())
                });
                if self.view.edit(asset, value.key).is_some() || !(is_so || is_unread) {
                    return false;
                }
                let fate = before.map_or(FaceFate::Rejected, |before| before.fate);
                (face, FaceEdit { fate, ..after })
            }
            (Some(before), None) if in_place(&before).is_none() => {
                let is_free = |id: &FaceId| {
                    self.view.face_edit(asset, *id).is_none() && !self.faces.contains_key(&(asset, *id))
                };
                let mut added = (FaceId::FIRST_ADDED.number()..u16::MAX).map(FaceId::new);
                let Some(id) = added.find(is_free) else {
                    return false;
                };
                let fate = FaceFate::Added(before.fate.person());
                (id, FaceEdit { fate, ..before })
            }
            (_, None) => return false,
        };
        self.face_again(face, Some(edit), None, asset);
        true
    }

    pub(super) fn unbring_tag(&mut self, tag: TagId, gained: &AssetSet, lost: &AssetSet) {
        let tag = self.plan.last(self.tags.now(tag));
        let wanted = gained | lost;
        let Some(row) = self.view.any_tag(tag).filter(|_| self.plan.is_live(tag)) else {
            return self.touch(&wanted, &AssetSet::new());
        };
        let edited = &row.added | &row.suppressed;
        let is_unread = |asset: &AssetId| self.view.facts(*asset).is_none();
        let has = |asset: &AssetId| row.embedded.contains(*asset) || is_unread(asset);
        let lacks = |asset: &AssetId| !row.embedded.contains(*asset);
        let suppressed: AssetSet = (gained - &edited).iter().filter(has).collect();
        let added: AssetSet = (lost - &edited).iter().filter(lacks).collect();
        self.touch(&wanted, &(&suppressed | &added));
        if !suppressed.is_empty() {
            *self.suppressed.entry(tag).or_default() |= &suppressed;
            let removed = AssetSet::new();
            self.events.push(Event::TagUnassigned {
                tag,
                removed,
                suppressed,
            });
        }
        if !added.is_empty() {
            let restored = AssetSet::new();
            self.events.push(Event::TagAssigned { tag, added, restored });
        }
    }
}
