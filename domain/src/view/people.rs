//! People and faces: who is in which photo, and applying what happens to them.
//!
//! What a photo shows is the union of the file's faces, but for those rejected and
//! with names as edits have them, and of those added; a person is in it by a
//! face or because the file says so without one. Nothing of that is stored: it is
//! made of facts, edits and what became of persons, photo by photo. So whatever
//! changes one of the three goes through [`View::with_people`] or ends in
//! [`View::recount`], and each person's set of photos follows.

use super::apply::Changes;
use super::record::{AssetRow, PersonRow, Used as _};
use super::{Dir, PersonAtRest, View, sibling_key};
use crate::catalog::{FieldKey, FieldValue};
use crate::event::{Event, FaceMoved, PersonPlace};
use crate::kernel::{AssetId, AssetSet, Owner, PersonId};
use crate::organization::{FaceBox, FaceEdit, FaceFate, FaceId, FaceKind, FileFace, PersonFate};

/// A face that a photo shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Face {
    /// Its number within the photo.
    pub id: FaceId,
    /// What it is.
    pub kind: FaceKind,
    /// Where.
    pub at: FaceBox,
    /// Who, if that is known; never one who was merged or is no more.
    pub person: Option<PersonId>,
}

/// People and faces.
impl View {
    /// A person whom there is.
    #[must_use]
    pub fn person(&self, id: PersonId) -> Option<&PersonRow> {
        self.any_person(id).filter(|row| row.is_live())
    }

    /// A person, whatever became of them.
    #[must_use]
    pub fn any_person(&self, id: PersonId) -> Option<&PersonRow> {
        self.people.get(&id)
    }

    /// The people there are, by number.
    pub fn people(&self) -> impl Iterator<Item = (PersonId, &PersonRow)> {
        let all = self.people.iter().map(|(id, row)| (*id, row));
        all.filter(|(_, row)| row.is_live())
    }

    /// The people of an owner, sorted by folded name.
    pub fn people_of_owner(&self, owner: Owner) -> impl Iterator<Item = PersonId> {
        self.person_names
            .range((owner, String::new())..)
            .take_while(move |((o, _), _)| *o == owner)
            .map(|(_, person)| *person)
    }

    /// The person who is called so, compared as siblings are.
    #[must_use]
    pub fn person_named(&self, owner: Owner, name: &str) -> Option<PersonId> {
        self.person_names.get(&(owner, sibling_key(name))).copied()
    }

    /// Whom files mean by a name, where that is not who is called so.
    #[must_use]
    pub fn person_word(&self, owner: Owner, word: &str) -> Option<PersonId> {
        if self.person_words.is_empty() {
            return None;
        }
        self.person_words.get(&(owner, sibling_key(word))).copied()
    }

    /// Who counts for a person: the last into whom they were merged, if there is one.
    #[must_use]
    pub fn who_counts(&self, person: PersonId) -> Option<PersonId> {
        let into = |id: &PersonId| match self.people.get(id)?.fate {
            PersonFate::Merged(into) => Some(into),
            PersonFate::Live | PersonFate::Deleted => None,
        };
        let last = std::iter::successors(Some(person), into).last()?;
        self.person(last).is_some().then_some(last)
    }

    /// Whether somebody was merged into a person.
    pub(crate) fn has_merged(&self, person: PersonId) -> bool {
        let into = PersonFate::Merged(person);
        self.people.values().any(|row| row.fate == into)
    }

    /// The names by which files know a person, besides their own, sorted: those
    /// of persons merged into them too.
    #[must_use]
    pub fn person_synonyms(&self, person: PersonId) -> Vec<&str> {
        let own = self.person(person).map(|row| sibling_key(&row.name));
        let stands_for = |(id, _): &(&PersonId, &PersonRow)| self.who_counts(**id) == Some(person);
        let rows = self.people.iter().filter(stands_for);
        let mut words: Vec<&str> = rows.flat_map(|(_, row)| &row.words).map(|word| &**word).collect();
        words.retain(|word| Some(sibling_key(word)) != own);
        words.sort_unstable();
        words.dedup();
        words
    }

    /// The faces that the file of a photo brings, by number.
    pub fn file_faces(&self, asset: AssetId) -> impl Iterator<Item = FileFace> {
        self.facts(asset).into_iter().flat_map(|facts| facts.faces())
    }

    /// What was made of faces of a photo, by number.
    pub fn face_edits(&self, asset: AssetId) -> impl Iterator<Item = (FaceId, FaceEdit)> {
        let edits = self.asset(asset).and_then(|row| row.edits.as_deref());
        let edits = edits.into_iter().flat_map(|edits| edits.iter());
        edits.filter_map(|(key, value)| {
            if let FieldKey::Face(id) = key {
                Some((id, value.as_face()?))
            } else {
                None
            }
        })
    }

    /// The edit of a face of a photo, if there is one.
    #[must_use]
    pub fn face_edit(&self, asset: AssetId, face: FaceId) -> Option<FaceEdit> {
        self.edit(asset, FieldKey::Face(face))?.as_face()
    }

    /// The faces that a photo shows, by number.
    #[must_use]
    pub fn faces(&self, asset: AssetId) -> Vec<Face> {
        self.faces_with(asset, &[])
    }

    /// Those that it would show with these edits of faces in place of its own.
    fn faces_with(&self, asset: AssetId, changed: &[(FaceId, Option<FaceEdit>)]) -> Vec<Face> {
        let mut edits: Vec<(FaceId, FaceEdit)> = self.face_edits(asset).collect();
        edits.retain(|(id, _)| changed.iter().all(|(other, _)| other != id));
        edits.extend(changed.iter().filter_map(|(id, edit)| Some((*id, (*edit)?))));
        let of_file = self.file_faces(asset).filter_map(|face| {
            let FileFace { id, kind, at, person } = face;
            let edit = edits.iter().find(|(edited, _)| *edited == id);
            let person = match edit.map(|(_, edit)| edit.fate) {
                Some(FaceFate::Rejected) => return None,
                Some(FaceFate::Named(person) | FaceFate::Added(person)) => person,
                None => person,
            };
            Some(Face { id, kind, at, person })
        });
        let added = edits.iter().filter_map(|(id, edit)| match edit.fate {
            FaceFate::Added(person) => Some(Face {
                id: *id,
                kind: edit.kind,
                at: edit.at,
                person,
            }),
            FaceFate::Named(_) | FaceFate::Rejected => None,
        });
        let mut faces: Vec<Face> = of_file.chain(added).collect();
        for face in &mut faces {
            face.person = face.person.and_then(|person| self.who_counts(person));
        }
        faces.sort_unstable_by_key(|face| face.id);
        faces
    }

    /// Whether a photo shows a face or a pet.
    #[must_use]
    pub fn has_faces(&self, asset: AssetId) -> bool {
        self.faces(asset).iter().any(|face| face.kind.may_be_somebody())
    }

    /// Who is in a photo, by number.
    #[must_use]
    pub fn people_of(&self, asset: AssetId) -> Vec<PersonId> {
        self.people_with(asset, &[])
    }

    /// Who would be in it with these edits of faces in place of its own.
    pub(crate) fn people_with(
        &self,
        asset: AssetId,
        changed: &[(FaceId, Option<FaceEdit>)],
    ) -> Vec<PersonId> {
        let named = self.facts(asset).into_iter().flat_map(|facts| facts.persons());
        let mut people: Vec<PersonId> = named.filter_map(|person| self.who_counts(person)).collect();
        people.extend(
            self.faces_with(asset, changed)
                .iter()
                .filter_map(|face| face.person),
        );
        people.sort_unstable();
        people.dedup();
        people
    }

    /// The first share of this person; who is shared cannot be deleted.
    #[must_use]
    pub fn share_of_person(&self, person: PersonId) -> Option<&crate::sharing::Share> {
        let scope = crate::sharing::Scope::Person(person);
        self.shares().find(|share| share.scope == scope)
    }

    /// Runs a change of one photo that may alter who is in it, and has each
    /// person's photos follow.
    pub(super) fn with_people(
        &mut self,
        asset: AssetId,
        changes: &mut Changes,
        change: impl FnOnce(&mut Self, &mut Changes),
    ) {
        let before = self.people_of(asset);
        change(self, changes);
        let after = self.people_of(asset);
        let one = AssetSet::one(asset);
        for person in before.iter().filter(|person| !after.contains(person)) {
            self.count(*person, false, &one, changes);
        }
        for person in after.iter().filter(|person| !before.contains(person)) {
            self.count(*person, true, &one, changes);
        }
    }

    /// The same for a change of an asset's row alone.
    pub(super) fn edit_people(
        &mut self,
        asset: AssetId,
        changes: &mut Changes,
        change: impl FnOnce(&mut AssetRow),
    ) {
        self.with_people(asset, changes, |view, _| {
            if let Some(row) = view.assets.get_mut(asset) {
                change(row);
            }
        });
    }

    /// Notes that a person is in these photos, or no longer.
    fn count(&mut self, person: PersonId, on: bool, assets: &AssetSet, changes: &mut Changes) {
        let Some(row) = self.people.get_mut(&person) else {
            return;
        };
        let flip = if on {
            assets - &row.assets
        } else {
            assets & &row.assets
        };
        if on {
            row.assets |= &flip;
        } else {
            row.assets -= &flip;
        }
        let flip = self.shown(&flip);
        if on {
            changes.delta.join(Dir::Person(person), &flip);
        } else {
            changes.delta.leave(Dir::Person(person), &flip);
        }
    }

    /// Asks of these photos anew whether these persons are in them.
    fn recount(&mut self, people: &[PersonId], photos: &AssetSet, changes: &mut Changes) {
        let mut having: Vec<(PersonId, AssetSet)> =
            people.iter().map(|person| (*person, AssetSet::new())).collect();
        for asset in photos.iter() {
            let now = self.people_of(asset);
            for (person, set) in &mut having {
                if now.contains(person) {
                    set.insert(asset);
                }
            }
        }
        for (person, set) in having {
            self.count(person, false, &(photos - &set), changes);
            self.count(person, true, &set, changes);
        }
    }

    /// Edited faces lie elsewhere in their files.
    pub(super) fn move_faces(&mut self, moved: &[FaceMoved], changes: &mut Changes) {
        for FaceMoved { asset, face, at } in moved {
            let edit = self.face_edit(*asset, *face);
            if let (Some(edit), Some(row)) = (edit, self.assets.get_mut(*asset)) {
                let mut edits = row.edits.take().unwrap_or_default();
                let edit = FaceEdit { at: *at, ..edit };
                let key = FieldKey::Face(*face);
                // It is still of the entry that a person made.
                let revision = edits.edited(key).unwrap_or(changes.revision);
                edits.set(key, Some(FieldValue::face(edit)), revision);
                row.edits = Some(edits);
                changes.dirty.edits.insert(*asset);
            }
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the caller sends the events of people alone"
    )]
    pub(super) fn person_event(&mut self, event: &Event, changes: &mut Changes) {
        match event {
            Event::PersonCreated { person, owner, name } => {
                let place = PersonPlace {
                    name: name.clone(),
                    fate: PersonFate::Live,
                };
                let (owner, words) = (*owner, Vec::new());
                self.load_person(*person, PersonAtRest { owner, place, words });
                changes.dirty.people.insert(*person);
            }
            Event::PersonPlaced { person, after, .. } => self.place_person(*person, after, changes),
            Event::PersonWorded {
                owner,
                name,
                before,
                after,
            } => {
                let key = sibling_key(name);
                if let Some(row) = before.and_then(|person| self.people.get_mut(&person)) {
                    row.words.retain(|word| sibling_key(word) != key);
                }
                if let Some(row) = after.and_then(|person| self.people.get_mut(&person)) {
                    row.words.push(name.clone());
                }
                match after {
                    Some(person) => self.person_words.insert((*owner, key), *person),
                    None => self.person_words.remove(&(*owner, key)),
                };
                changes.all_asked = true;
                changes.dirty.people.extend(before.iter().chain(after));
            }
            _ => {}
        }
    }

    fn place_person(&mut self, person: PersonId, after: &PersonPlace, changes: &mut Changes) {
        // A name is a value of all photos of the person, and queries ask by it.
        changes.all_asked = true;
        changes.dirty.people.insert(person);
        let counted = self.who_counts(person);
        let Some(row) = self.people.get_mut(&person) else {
            return;
        };
        let (before, owner) = (row.place(), row.owner);
        (row.name, row.fate) = (after.name.clone(), after.fate);
        if before.fate == PersonFate::Live {
            self.person_names.remove(&(owner, sibling_key(&before.name)));
        }
        if after.fate == PersonFate::Live {
            self.person_names
                .insert((owner, sibling_key(&after.name)), person);
        }
        let counts = self.who_counts(person);
        let mut people = vec![person];
        people.extend(counted.into_iter().chain(counts));
        people.sort_unstable();
        people.dedup();
        let of = |view: &Self| view.people.get(&person).map(|row| row.assets.clone());
        let was_in = of(self).unwrap_or_default();
        if before.fate != after.fate {
            let mut photos = AssetSet::new();
            for row in people.iter().filter_map(|person| self.people.get(person)) {
                photos |= &row.assets;
            }
            if before.fate == PersonFate::Deleted {
                // Nobody was counted: whoever names them is to be found.
                photos |= &self.naming(person);
            }
            self.recount(&people, &photos, changes);
        }
        changes.touch(&(&was_in | &of(self).unwrap_or_default()));
    }

    /// The photos whose file or edits lead to somebody, rejected or not.
    fn naming(&self, person: PersonId) -> AssetSet {
        let leads = |id: PersonId| {
            let into = |id: &PersonId| match self.people.get(id)?.fate {
                PersonFate::Merged(into) => Some(into),
                PersonFate::Live | PersonFate::Deleted => None,
            };
            std::iter::successors(Some(id), into).any(|at| at == person)
        };
        let names = |asset: AssetId| {
            let of_file = self.file_faces(asset).filter_map(|face| face.person);
            let named = self.facts(asset).into_iter().flat_map(|facts| facts.persons());
            let edited = self.face_edits(asset).filter_map(|(_, edit)| edit.fate.person());
            of_file.chain(named).chain(edited).any(leads)
        };
        let all = self.assets.iter().map(|(asset, _)| asset);
        all.filter(|asset| names(*asset)).collect()
    }

    pub(super) fn load_person(&mut self, person: PersonId, at_rest: PersonAtRest) {
        self.next.used(person);
        let PersonAtRest { owner, place, words } = at_rest;
        if place.fate == PersonFate::Live {
            let key = (owner, sibling_key(&place.name));
            self.person_names.insert(key, person);
        }
        for word in &words {
            self.person_words.insert((owner, sibling_key(word)), person);
        }
        let row = PersonRow {
            owner,
            name: place.name,
            fate: place.fate,
            words,
            assets: AssetSet::new(),
        };
        self.people.insert(person, row);
    }

    /// Ties a photo to those who are in it, after its row was made or changed.
    pub(super) fn index_people(&mut self, asset: AssetId) {
        for person in self.people_of(asset) {
            if let Some(row) = self.people.get_mut(&person) {
                row.assets.insert(asset);
            }
        }
    }

    /// The contrary: before its row changes in whatever way.
    pub(super) fn unindex_people(&mut self, asset: AssetId) {
        for person in self.people_of(asset) {
            if let Some(row) = self.people.get_mut(&person) {
                row.assets.remove(asset);
            }
        }
    }

    pub(super) fn person_at_rest(&self, person: PersonId) -> Option<PersonAtRest> {
        let row = self.people.get(&person)?;
        Some(PersonAtRest {
            owner: row.owner,
            place: row.place(),
            words: row.words.clone(),
        })
    }
}
