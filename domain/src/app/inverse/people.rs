//! Taking back what happened to faces and people.
//!
//! Somebody whom an entry named first goes with the last face that names them;
//! whoever a restored edit names is there again. Both by the person's place alone:
//! the number stays known, so no edit can come back to somebody nobody knows.

use super::Inverse;
use crate::catalog::{FieldKey, FieldValue};
use crate::event::{Event, PersonPlace};
use crate::kernel::{AssetId, AssetSet, PersonId};
use crate::organization::{FaceEdit, FaceId, PersonFate};

impl Inverse<'_> {
    /// Gives faces back what was made of them before, where that is still as it was
    /// left; where a face lies is not what was made of it.
    pub(super) fn faces_again(
        &mut self,
        face: FaceId,
        after: Option<&FieldValue>,
        before: &[(Option<FieldValue>, AssetSet)],
    ) {
        for (old, assets) in before {
            for asset in assets.iter() {
                let now = self.view.face_edit(asset, face);
                let made = |edit: FaceEdit| (edit.kind, edit.fate);
                let as_left = now.map(made) == after.and_then(FieldValue::as_face).map(made);
                let one = AssetSet::one(asset);
                if as_left {
                    self.touch(&one, &one);
                    self.face_again(face, old.as_ref().and_then(FieldValue::as_face), now, asset);
                } else {
                    self.touch(&one, &AssetSet::new());
                }
            }
        }
    }

    /// Gives a face back what was made of it, and sees to it that who it is then is there.
    pub(super) fn face_again(
        &mut self,
        face: FaceId,
        mut edit: Option<FaceEdit>,
        now: Option<FaceEdit>,
        asset: AssetId,
    ) {
        let of_file = self.view.file_faces(asset).find(|known| known.id == face);
        if let (Some(edit), Some(known)) = (&mut edit, of_file) {
            edit.at = known.at;
        }
        self.faces.insert((asset, face), edit);
        let person = match edit {
            Some(edit) => edit.fate.person(),
            None => of_file.and_then(|known| known.person),
        };
        if let Some(person) = person {
            self.people.alive(person);
        }
        let events = self.people.take_events();
        self.events.extend(events);
        self.events.push(Event::FieldEdited {
            key: FieldKey::Face(face),
            after: edit.map(FieldValue::face),
            before: vec![(now.map(FieldValue::face), AssetSet::one(asset))],
        });
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the caller sends the events of people alone"
    )]
    pub(super) fn person(&mut self, event: &Event) {
        match event {
            Event::PersonCreated { person, name, .. } => {
                let live = PersonPlace {
                    name: name.clone(),
                    fate: PersonFate::Live,
                };
                let as_made = self.people.place(*person) == Some(live);
                let merged = self.view.has_merged(*person);
                if as_made && !merged && self.is_nowhere(*person) {
                    self.people.delete(*person);
                }
            }
            Event::PersonPlaced {
                person,
                before,
                after,
            } => self.place_person(*person, before, after),
            Event::PersonWorded {
                owner,
                name,
                before,
                after,
            } if self.people.word(name) == *after => {
                let event = Event::PersonWorded {
                    owner: *owner,
                    name: name.clone(),
                    before: *after,
                    after: *before,
                };
                self.people.note(&event);
                self.events.push(event);
            }
            _ => {}
        }
        let events = self.people.take_events();
        self.events.extend(events);
    }

    /// Puts a person back to where they were, if they still are where they were put then.
    fn place_person(&mut self, person: PersonId, before: &PersonPlace, after: &PersonPlace) {
        let now = self.people.place(person);
        if after.fate == PersonFate::Deleted {
            // Back already, or whoever has the name by now counts for them.
            return self.people.alive(person);
        }
        let overtaken = match before.fate {
            _ if now.as_ref() != Some(after) => true,
            PersonFate::Live => !self.can_be_called(person, &before.name),
            PersonFate::Deleted => {
                if after.fate == PersonFate::Live && self.is_nowhere(person) {
                    self.people.delete(person);
                }
                return;
            }
            PersonFate::Merged(into) => {
                let last = self.people.last(into);
                last == person || !self.people.is_live(last)
            }
        };
        if overtaken {
            let what = self.people.name(person);
            self.overtaken.get_or_insert(what);
            return;
        }
        let event = Event::PersonPlaced {
            person,
            before: after.clone(),
            after: before.clone(),
        };
        self.people.note(&event);
        self.events.push(event);
    }

    /// Whether nobody else is called so, or meant by it.
    fn can_be_called(&self, person: PersonId, name: &str) -> bool {
        let people = &self.people;
        let word = people.word(name).map(|of| people.last(of));
        people.named(name).is_none_or(|other| other == person)
            && word.is_none_or(|of| of == person || people.last(person) == of || !people.is_live(of))
    }

    /// Whether nobody is this person after the events so far.
    fn is_nowhere(&self, person: PersonId) -> bool {
        let Some(row) = self.view.any_person(person) else {
            return true;
        };
        let still = |asset: AssetId| {
            let here = self.faces.iter().filter(|((of, _), _)| *of == asset);
            let changed: Vec<(FaceId, Option<FaceEdit>)> = here.map(|((_, id), edit)| (*id, *edit)).collect();
            self.view.people_with(asset, &changed).contains(&person)
        };
        !row.assets.iter().any(still)
    }
}
