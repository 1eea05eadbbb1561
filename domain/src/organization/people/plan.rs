//! The people as a decision leaves them: the view, and the events on top.
//!
//! As `TagPlan` for tags: what the events of one decision change is answered from
//! here first. Who is called so is found by what the word means, then by name.

use super::{PersonFate, PersonName};
use crate::event::{Event, PersonPlace};
use crate::kernel::{Owner, PersonId};
use crate::organization::OrganizationError;
use crate::view::{View, sibling_key};
use rustc_hash::FxHashMap;

/// Plans changes of the people of one owner.
pub(crate) struct PersonPlan<'a> {
    view: &'a View,
    owner: Owner,
    next: u32,
    /// Places that differ from the view's.
    places: FxHashMap<PersonId, PersonPlace>,
    names: FxHashMap<String, Option<PersonId>>,
    words: FxHashMap<String, Option<PersonId>>,
    events: Vec<Event>,
}

impl<'a> PersonPlan<'a> {
    pub(crate) fn new(view: &'a View, owner: Owner) -> Self {
        Self {
            view,
            owner,
            next: view.next().person().number(),
            places: FxHashMap::default(),
            names: FxHashMap::default(),
            words: FxHashMap::default(),
            events: Vec::new(),
        }
    }

    /// What is to happen, in order.
    pub(crate) fn into_events(self) -> Vec<Event> {
        self.events
    }

    /// The same of what was not asked for yet.
    pub(crate) fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    pub(crate) fn place(&self, person: PersonId) -> Option<PersonPlace> {
        let planned = self.places.get(&person).cloned();
        planned.or_else(|| self.view.any_person(person).map(crate::view::PersonRow::place))
    }

    pub(crate) fn is_live(&self, person: PersonId) -> bool {
        self.place(person)
            .is_some_and(|place| place.fate == PersonFate::Live)
    }

    /// What the person is called, as the plan leaves it.
    pub(crate) fn name(&self, person: PersonId) -> String {
        self.place(person)
            .map(|place| place.name.into())
            .unwrap_or_default()
    }

    /// Who counts for this one: the last into whom they were merged.
    pub(crate) fn last(&self, person: PersonId) -> PersonId {
        let into = |person: &PersonId| match self.place(*person)?.fate {
            PersonFate::Merged(into) => Some(into),
            PersonFate::Live | PersonFate::Deleted => None,
        };
        std::iter::successors(Some(person), into).last().unwrap_or(person)
    }

    pub(crate) fn named(&self, name: &str) -> Option<PersonId> {
        let planned = (!self.names.is_empty()).then(|| self.names.get(&sibling_key(name)));
        match planned.flatten() {
            Some(planned) => *planned,
            None => self.view.person_named(self.owner, name),
        }
    }

    pub(crate) fn word(&self, name: &str) -> Option<PersonId> {
        let planned = (!self.words.is_empty()).then(|| self.words.get(&sibling_key(name)));
        match planned.flatten() {
            Some(planned) => *planned,
            None => self.view.person_word(self.owner, name),
        }
    }

    /// By the number that the name leads to; who is there before who is not.
    fn led_to(&self, name: &str) -> Option<PersonId> {
        let word = self.word(name);
        word.filter(|person| self.is_live(self.last(*person)))
            .or_else(|| self.named(name))
            .or(word)
    }

    /// The person whom this name or word means.
    pub(crate) fn find(&self, name: &PersonName) -> Option<PersonId> {
        let found = self.led_to(name.as_str()).map(|person| self.last(person));
        found.filter(|person| self.is_live(*person))
    }

    /// The same, for those who want there to be one.
    pub(crate) fn expect(&self, name: &PersonName) -> Result<PersonId, OrganizationError> {
        self.find(name).ok_or_else(|| OrganizationError::NoPerson {
            name: name.to_string(),
        })
    }

    /// The person whom somebody means by this name: made where there is none.
    pub(crate) fn person(&mut self, name: &PersonName) -> PersonId {
        let found = self.person_of_file(name);
        self.last(found)
    }

    /// Whom a file means by this name, by the number that it leads to.
    pub(crate) fn person_of_file(&mut self, name: &PersonName) -> PersonId {
        match self.led_to(name.as_str()) {
            Some(found) => {
                self.alive(found);
                found
            }
            None => self.create(name),
        }
    }

    fn create(&mut self, name: &PersonName) -> PersonId {
        let person = PersonId::new(self.next);
        self.next += 1;
        self.apply(Event::PersonCreated {
            person,
            owner: self.owner,
            name: name.as_str().into(),
        });
        person
    }

    /// Sees to it that there is whoever counts for this one: who was deleted is
    /// back, or is whoever has the name by now.
    pub(crate) fn alive(&mut self, person: PersonId) {
        let person = self.last(person);
        let deleted = |place: &PersonPlace| place.fate == PersonFate::Deleted;
        let Some(before) = self.place(person).filter(deleted) else {
            return;
        };
        let there = self.led_to(&before.name).map(|other| self.last(other));
        let fate = match there.filter(|other| *other != person && self.is_live(*other)) {
            Some(other) => PersonFate::Merged(other),
            None => PersonFate::Live,
        };
        let name = before.name.clone();
        let after = PersonPlace { name, fate };
        self.place_at(person, before, after);
    }

    /// Takes a person out whom nobody names any more; the number stays known.
    pub(crate) fn delete(&mut self, person: PersonId) {
        if let Some(before) = self.place(person) {
            let (name, fate) = (before.name.clone(), PersonFate::Deleted);
            self.place_at(person, before, PersonPlace { name, fate });
        }
    }

    /// Calls a person otherwise; the old name stays a word for them.
    pub(crate) fn rename(&mut self, person: PersonId, name: &PersonName) -> Result<(), OrganizationError> {
        let Some(before) = self.place(person) else {
            return Ok(());
        };
        let name = name.as_str();
        if *before.name == *name {
            return Ok(());
        }
        if let Some(other) = self.named(name).filter(|other| *other != person) {
            return Err(OrganizationError::PersonExists {
                name: self.name(other),
                person: before.name.into(),
            });
        }
        let word = self.word(name).map(|of| self.last(of));
        if let Some(of) = word.filter(|of| *of != person && self.is_live(*of)) {
            return Err(OrganizationError::IsPersonWord {
                word: name.to_owned(),
                of: self.name(of),
                person: before.name.into(),
            });
        }
        if sibling_key(&before.name) != sibling_key(name) {
            self.leave_word(person, &before.name);
        }
        let (name, fate) = (name.into(), before.fate);
        self.place_at(person, before, PersonPlace { name, fate });
        Ok(())
    }

    /// Makes two persons one.
    pub(crate) fn merge(&mut self, from: PersonId, into: PersonId) {
        let Some(before) = self.place(from).filter(|_| from != into) else {
            return;
        };
        self.leave_word(from, &before.name);
        let (name, fate) = (before.name.clone(), PersonFate::Merged(into));
        self.place_at(from, before, PersonPlace { name, fate });
    }

    /// Keeps a person's name as a word for them.
    fn leave_word(&mut self, person: PersonId, name: &str) {
        let before = self.word(name);
        if before.is_none_or(|of| self.last(of) != person) {
            self.apply(Event::PersonWorded {
                owner: self.owner,
                name: name.into(),
                before,
                after: Some(person),
            });
        }
    }

    fn place_at(&mut self, person: PersonId, before: PersonPlace, after: PersonPlace) {
        self.apply(Event::PersonPlaced {
            person,
            before,
            after,
        });
    }

    fn apply(&mut self, event: Event) {
        self.note(&event);
        self.events.push(event);
    }

    /// Takes an event into account that was decided elsewhere.
    #[expect(clippy::wildcard_enum_match_arm, reason = "only events of people matter here")]
    pub(crate) fn note(&mut self, event: &Event) {
        match event {
            Event::PersonCreated { person, name, .. } => {
                let place = PersonPlace {
                    name: name.clone(),
                    fate: PersonFate::Live,
                };
                self.places.insert(*person, place);
                self.names.insert(sibling_key(name), Some(*person));
            }
            Event::PersonPlaced {
                person,
                before,
                after,
            } => {
                if before.fate == PersonFate::Live {
                    self.names.insert(sibling_key(&before.name), None);
                }
                if after.fate == PersonFate::Live {
                    self.names.insert(sibling_key(&after.name), Some(*person));
                }
                self.places.insert(*person, after.clone());
            }
            Event::PersonWorded { name, after, .. } => {
                self.words.insert(sibling_key(name), *after);
            }
            _ => {}
        }
    }
}

/// The person whom this name or word means in somebody's world.
#[must_use]
pub fn find_person(view: &View, owner: Owner, name: &PersonName) -> Option<PersonId> {
    PersonPlan::new(view, owner).find(name)
}
