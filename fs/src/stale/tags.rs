//! `_all` in the folders of tags: there while a tag has child tags.

use super::Finder;
use crate::inode::Node;
use crate::tree::ALL_OF_TAG;
use kphotos_domain::event::{Event, TagPlace};
use kphotos_domain::kernel::TagId;
use kphotos_domain::organization::TagFate;
use std::collections::{BTreeMap, BTreeSet};

/// Below which tag one is, or at the top; `None`: it is not in the tree.
type Place = Option<Option<TagId>>;

impl Finder<'_> {
    /// Tags that got their first child, or lost their last one.
    pub(super) fn all_of_tags(&mut self, events: &[Event]) {
        let (mut came, mut left) = (Children::default(), Children::default());
        for (tag, (from, to)) in self.moved_tags(events) {
            if from != to {
                left.note(from, tag);
                came.note(to, tag);
            }
        }
        let parents: BTreeSet<TagId> = came.0.keys().chain(left.0.keys()).copied().collect();
        for parent in parents {
            let now: BTreeSet<TagId> = self.view.tag_children(self.owner, Some(parent)).collect();
            let stayed = now.iter().any(|tag| !came.has(parent, *tag));
            let had = stayed || left.0.contains_key(&parent);
            if had == now.is_empty() {
                let name = ALL_OF_TAG.to_owned();
                self.directory(!had, Node::Tag(parent), name, Node::AllOf(parent));
            }
        }
    }

    /// Where tags were before the entry and are after it.
    fn moved_tags(&self, events: &[Event]) -> BTreeMap<TagId, (Place, Place)> {
        let mut moved: BTreeMap<TagId, (Place, Place)> = BTreeMap::new();
        let mut note = |tag: TagId, from: Place, to: Place| moved.entry(tag).or_insert((from, to)).1 = to;
        let at = |place: &TagPlace| (place.fate == TagFate::Live).then_some(place.parent);
        for event in events {
            if let Event::TagCreated {
                tag, owner, parent, ..
            } = event
                && *owner == self.owner
            {
                note(*tag, None, Some(*parent));
            }
            if let Event::TagDeleted {
                tag, owner, parent, ..
            } = event
                && *owner == self.owner
            {
                note(*tag, Some(*parent), None);
            }
            if let Event::TagPlaced { tag, before, after } = event
                && self.view.any_tag(*tag).is_some_and(|row| row.owner == self.owner)
            {
                note(*tag, at(before), at(after));
            }
        }
        moved
    }
}

/// Tags by the tag they are below.
#[derive(Default)]
struct Children(BTreeMap<TagId, BTreeSet<TagId>>);

impl Children {
    fn note(&mut self, at: Place, tag: TagId) {
        if let Some(Some(parent)) = at {
            self.0.entry(parent).or_default().insert(tag);
        }
    }

    fn has(&self, parent: TagId, tag: TagId) -> bool {
        self.0.get(&parent).is_some_and(|tags| tags.contains(&tag))
    }
}
