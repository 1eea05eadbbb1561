//! `people/`: a folder for each person, with the photos they are in.
//!
//! It is called after the person, in the style of the mount; the domain sees to
//! it that no two persons of a world are called alike. Who is in no photo that is
//! shown has an empty folder, as an empty tag has.

use super::{Entry, Tree};
use crate::inode::Node;
use kphotos_domain::kernel::PersonId;

/// The name of a person's folder; `None` if there is no such person in this world.
pub(super) fn name(tree: &Tree<'_>, person: PersonId) -> Option<String> {
    let row = tree.view.person(person).filter(|row| row.owner == tree.owner)?;
    Some(tree.options.names.of_text(&row.name))
}

/// The people of this world.
pub(super) fn list(tree: &Tree<'_>) -> Vec<Entry> {
    let people = tree.view.people_of_owner(tree.owner);
    let mut entries: Vec<Entry> = people
        .filter_map(|person| Some(Entry::new(name(tree, person)?, Node::Person(person))))
        .collect();
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    entries
}

/// The person of this name.
pub(super) fn lookup(tree: &Tree<'_>, wanted: &str) -> Option<Node> {
    let person = tree.view.person_named(tree.owner, wanted)?;
    (name(tree, person)? == wanted).then_some(Node::Person(person))
}
