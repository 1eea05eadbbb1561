//! Folders of people: who was named first, renamed, merged, and who is back.

use super::Finder;
use crate::inode::{Node, Top};
use kphotos_domain::event::{Event, PersonPlace};
use kphotos_domain::organization::PersonFate;

impl Finder<'_> {
    /// A person came, went, or is called otherwise; other events are nothing here.
    pub(super) fn person(&mut self, event: &Event) {
        if let Event::PersonCreated { person, owner, name } = event
            && *owner == self.owner
        {
            let name = self.styled(Node::Person(*person), name);
            self.directory(true, Node::Top(Top::People), name, Node::Person(*person));
        }
        if let Event::PersonPlaced {
            person,
            before,
            after,
        } = event
            && self
                .view
                .any_person(*person)
                .is_some_and(|row| row.owner == self.owner)
        {
            let at = |place: &PersonPlace| {
                let live = place.fate == PersonFate::Live;
                live.then(|| (Node::Top(Top::People), place.name.to_string()))
            };
            let (from, to) = (at(before), at(after));
            if from != to {
                self.placed_at(from, to, Node::Person(*person));
            }
        }
    }
}
