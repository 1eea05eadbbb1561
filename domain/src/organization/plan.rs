//! The tree of tags as a decision leaves it: the view, and the events on top.
//!
//! A decision on tags is many small steps, each of which rests on those before.
//! So the planner keeps what its events change (places, words, photos of tags)
//! and answers from that first; nothing else is copied.

use super::{OrganizationError, TagFate, TagPath};
use crate::event::{Event, TagPlace};
use crate::kernel::{AssetId, AssetSet, Owner, TagId};
use crate::view::{View, sibling_key};
use rustc_hash::FxHashMap;

type Key = (Owner, Option<TagId>, String);

/// Photos of a tag.
#[derive(Clone, Default)]
struct Sets {
    added: AssetSet,
    embedded: AssetSet,
    suppressed: AssetSet,
}

impl Sets {
    fn having(&self) -> AssetSet {
        &(&self.embedded - &self.suppressed) | &self.added
    }
}

/// Plans changes of the tags of one owner.
pub(crate) struct TagPlan<'a> {
    view: &'a View,
    owner: Owner,
    next: u32,
    /// Places that differ from the view's; `None`: gone for good.
    places: FxHashMap<TagId, Option<TagPlace>>,
    names: FxHashMap<Key, Option<TagId>>,
    words: FxHashMap<Key, Option<TagId>>,
    sets: FxHashMap<TagId, Sets>,
    events: Vec<Event>,
}

impl<'a> TagPlan<'a> {
    pub(crate) fn new(view: &'a View, owner: Owner) -> Self {
        Self {
            view,
            owner,
            next: view.next().tag().number(),
            places: FxHashMap::default(),
            names: FxHashMap::default(),
            words: FxHashMap::default(),
            sets: FxHashMap::default(),
            events: Vec::new(),
        }
    }

    /// What is to happen, in order.
    pub(crate) fn into_events(self) -> Vec<Event> {
        self.events
    }

    pub(crate) fn place(&self, tag: TagId) -> Option<TagPlace> {
        match self.places.get(&tag) {
            Some(place) => place.clone(),
            None => self.view.any_tag(tag).map(crate::view::TagRow::place),
        }
    }

    pub(crate) fn is_live(&self, tag: TagId) -> bool {
        self.place(tag).is_some_and(|place| place.fate == TagFate::Live)
    }

    fn key(&self, parent: Option<TagId>, name: &str) -> Key {
        (self.owner, parent, sibling_key(name))
    }

    pub(crate) fn child(&self, parent: Option<TagId>, name: &str) -> Option<TagId> {
        if !self.names.is_empty()
            && let Some(planned) = self.names.get(&self.key(parent, name))
        {
            return *planned;
        }
        self.view.tag_child(self.owner, parent, name)
    }

    pub(crate) fn word(&self, parent: Option<TagId>, name: &str) -> Option<TagId> {
        if !self.words.is_empty()
            && let Some(planned) = self.words.get(&self.key(parent, name))
        {
            return *planned;
        }
        self.view.tag_word(self.owner, parent, name)
    }

    pub(crate) fn children(&self, parent: TagId) -> Vec<TagId> {
        let is_here = |tag: &TagId| {
            let place = self.place(*tag);
            place.is_some_and(|place| place.fate == TagFate::Live && place.parent == Some(parent))
        };
        let mut children: Vec<TagId> = self.view.tag_children(self.owner, Some(parent)).collect();
        children.extend(self.places.keys());
        children.retain(is_here);
        children.sort_unstable();
        children.dedup();
        children
    }

    /// The tag that counts for this one: the last that it was merged into.
    pub(crate) fn last(&self, tag: TagId) -> TagId {
        self.chain(tag).last().unwrap_or(tag)
    }

    fn chain(&self, tag: TagId) -> impl Iterator<Item = TagId> {
        std::iter::successors(Some(tag), |tag| match self.place(*tag)?.fate {
            TagFate::Merged(into) => Some(into),
            TagFate::Live | TagFate::Deleted => None,
        })
    }

    /// Whether a tag lies below another, or is it.
    pub(crate) fn is_below(&self, tag: TagId, above: TagId) -> bool {
        let up = |tag: &TagId| self.place(*tag).and_then(|place| place.parent);
        std::iter::successors(Some(tag), up).any(|at| at == above)
    }

    /// The path of a tag, as the plan leaves it.
    pub(crate) fn path(&self, tag: TagId) -> String {
        let up = |tag: &TagId| self.place(*tag).and_then(|place| place.parent);
        let mut names: Vec<Box<str>> = std::iter::successors(Some(tag), up)
            .filter_map(|tag| Some(self.place(tag)?.name))
            .collect();
        names.reverse();
        names.join("/")
    }

    /// Whether a word of files leads to this tag.
    pub(crate) fn leads(&self, word: TagId, tag: TagId) -> bool {
        self.chain(word).any(|at| at == tag)
    }

    /// Whether a word or a merged tag leads to this one.
    pub(crate) fn is_meant(&self, tag: TagId) -> bool {
        let by_word = self.view.any_tag(tag).is_some_and(|row| {
            let stays = |(parent, word): &&crate::view::Word| self.word(*parent, word) == Some(tag);
            row.words.iter().any(|word| stays(&word))
        });
        let into = Some(TagFate::Merged(tag));
        let mut merged = self.view.tags_merged_into(tag);
        by_word || merged.any(|id| self.place(id).map(|place| place.fate) == into)
    }

    fn step(&self, at: Option<TagId>, name: &str) -> Option<TagId> {
        let counts = at.map(|tag| self.last(tag));
        self.word(at, name)
            .or_else(|| self.child(counts, name))
            .or_else(|| self.word(counts, name))
    }

    /// The same for who wants what is in the tree: a word for a tag that was deleted, below one that was merged,
    /// does not stand before a tag that is there.
    fn step_in_tree(&self, at: Option<TagId>, name: &str) -> Option<TagId> {
        let counts = at.map(|tag| self.last(tag));
        self.word(at, name)
            .filter(|word| self.is_live(self.last(*word)))
            .or_else(|| self.child(counts, name))
            .or_else(|| self.step(at, name))
    }

    /// The tag of the tree that this path or synonym means.
    pub(crate) fn find(&self, path: &TagPath) -> Option<TagId> {
        let found = path
            .names()
            .try_fold(None, |at, name| self.step_in_tree(at, name).map(Some))??;
        Some(self.last(found)).filter(|tag| self.is_live(*tag))
    }

    /// The same, for those who want it to be there.
    pub(crate) fn expect(&self, path: &TagPath) -> Result<TagId, OrganizationError> {
        self.find(path).ok_or_else(|| OrganizationError::NoTag {
            path: path.to_string(),
        })
    }

    /// The tag that a person means by this path: made where there is none, back
    /// in the tree where it was deleted.
    pub(crate) fn tag(&mut self, path: &TagPath) -> TagId {
        let found = self.walk(path);
        self.alive(found)
    }

    /// The tag that a file means by this path, by the number that the words lead
    /// to. One that was deleted comes back, unless it was taken from this photo.
    pub(crate) fn tag_of_file(&mut self, path: &TagPath, asset: AssetId) -> TagId {
        let found = self.walk(path);
        let counts = self.last(found);
        if !self.is_live(counts) && !self.sets_of(counts).suppressed.contains(asset) {
            self.alive(found);
        }
        found
    }

    fn walk(&mut self, path: &TagPath) -> TagId {
        let mut at = None;
        for name in path.names() {
            let next = self.step(at, name).unwrap_or_else(|| {
                let parent = at.map(|tag| self.alive(tag));
                self.create(parent, name)
            });
            at = Some(next);
        }
        at.unwrap_or(TagId::new(0))
    }

    fn create(&mut self, parent: Option<TagId>, name: &str) -> TagId {
        let tag = TagId::new(self.next);
        self.next += 1;
        self.apply(Event::TagCreated {
            tag,
            owner: self.owner,
            parent,
            name: name.into(),
        });
        tag
    }

    /// The tag of the tree that counts for this one, put back into it if it was deleted.
    fn alive(&mut self, tag: TagId) -> TagId {
        let tag = self.last(tag);
        let Some(before) = self.place(tag).filter(|place| place.fate == TagFate::Deleted) else {
            return tag;
        };
        let parent = before.parent.map(|parent| self.alive(parent));
        let there = self.step(parent, &before.name).map(|other| self.last(other));
        if let Some(other) = there.filter(|other| *other != tag && self.is_live(*other)) {
            self.join(tag, other);
            return other;
        }
        let after = TagPlace {
            parent,
            fate: TagFate::Live,
            ..before.clone()
        };
        self.apply(Event::TagPlaced { tag, before, after });
        tag
    }

    /// Puts a tag elsewhere; its old place stays a word for it.
    pub(crate) fn put(
        &mut self,
        tag: TagId,
        parent: Option<TagId>,
        name: &str,
    ) -> Result<(), OrganizationError> {
        let Some(before) = self.place(tag) else {
            return Ok(());
        };
        if before.parent == parent && *before.name == *name {
            return Ok(());
        }
        self.free(tag, parent, name)?;
        if self.key(before.parent, &before.name) != self.key(parent, name) {
            self.leave_word(tag);
        }
        let after = TagPlace {
            parent,
            name: name.into(),
            fate: before.fate,
        };
        self.apply(Event::TagPlaced { tag, before, after });
        Ok(())
    }

    /// Sees to it that nothing else is called so. What was deleted and had the
    /// name is joined: the photos it was taken from are not to have it again.
    pub(crate) fn free(
        &mut self,
        tag: TagId,
        parent: Option<TagId>,
        name: &str,
    ) -> Result<(), OrganizationError> {
        if let Some(other) = self.child(parent, name).filter(|other| *other != tag) {
            let (path, other) = (self.path(tag), self.path(other));
            return Err(OrganizationError::TagExists {
                path: other,
                tag: path,
            });
        }
        let word = self.word(parent, name).map(|word| self.last(word));
        match word.filter(|of| *of != tag) {
            Some(of) if self.is_live(of) => Err(OrganizationError::IsSynonym {
                word: match parent {
                    Some(parent) => format!("{}/{name}", self.path(parent)),
                    None => name.to_owned(),
                },
                of: self.path(of),
            }),
            Some(deleted) => {
                self.join(deleted, tag);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Keeps a tag's place as a word for it.
    fn leave_word(&mut self, tag: TagId) {
        let Some(place) = self.place(tag) else { return };
        if self.word(place.parent, &place.name).is_none() {
            self.apply(Event::TagWorded {
                owner: self.owner,
                parent: place.parent,
                name: place.name,
                before: None,
                after: Some(tag),
            });
        }
    }

    /// Makes a word stand for a tag, or no longer for any.
    pub(crate) fn set_word(&mut self, parent: Option<TagId>, name: &str, after: Option<TagId>) {
        let before = self.word(parent, name);
        self.apply(Event::TagWorded {
            owner: self.owner,
            parent,
            name: name.into(),
            before,
            after,
        });
    }

    /// Merges a tag and all below it into another.
    pub(crate) fn merge(&mut self, from: TagId, into: TagId) -> Result<(), OrganizationError> {
        if from == into {
            return Ok(());
        }
        if self.is_below(into, from) {
            let (from, into) = (self.path(from), self.path(into));
            return Err(OrganizationError::BelowItself { tag: from, into });
        }
        for child in self.children(from) {
            let Some(place) = self.place(child) else { continue };
            let there = self.step(Some(into), &place.name).map(|other| self.last(other));
            match there.filter(|other| self.is_live(*other) && *other != child) {
                Some(other) => self.merge(child, other)?,
                None => self.put(child, Some(into), &place.name)?,
            }
        }
        self.join(from, into);
        Ok(())
    }

    /// Makes a tag without children a word for another, which gets its photos.
    fn join(&mut self, from: TagId, into: TagId) {
        let Some(before) = self.place(from) else { return };
        let (f, i) = (self.sets_of(from), self.sets_of(into));
        let have = &f.having() | &i.having();
        let suppressed = &(&f.suppressed | &i.suppressed) - &have;
        let (added, restored) = (&f.added - &i.added, &i.suppressed - &suppressed);
        let taken = &suppressed - &i.suppressed;
        if !added.is_empty() || !restored.is_empty() {
            let tag = into;
            self.events.push(Event::TagAssigned { tag, added, restored });
        }
        if !taken.is_empty() {
            self.events.push(Event::TagUnassigned {
                tag: into,
                removed: AssetSet::new(),
                suppressed: taken,
            });
        }
        let united = Sets {
            added: &f.added | &i.added,
            embedded: &f.embedded | &i.embedded,
            suppressed,
        };
        self.sets.insert(into, united);
        self.leave_word(from);
        let after = TagPlace {
            fate: TagFate::Merged(into),
            ..before.clone()
        };
        let tag = from;
        self.apply(Event::TagPlaced { tag, before, after });
    }

    /// Deletes a tag without children; says from how many photos it went.
    pub(crate) fn delete(&mut self, tag: TagId) -> AssetSet {
        let Some(before) = self.place(tag) else {
            return AssetSet::new();
        };
        let sets = self.sets_of(tag);
        let suppressed = &sets.embedded - &sets.suppressed;
        let all = sets.having();
        if !all.is_empty() || !suppressed.is_empty() {
            self.events.push(Event::TagUnassigned {
                tag,
                removed: sets.added,
                suppressed,
            });
        }
        self.leave_word(tag);
        let after = TagPlace {
            fate: TagFate::Deleted,
            ..before.clone()
        };
        self.apply(Event::TagPlaced { tag, before, after });
        all
    }

    /// All that have a tag, by file or edit.
    pub(crate) fn having(&self, tag: TagId) -> AssetSet {
        self.sets_of(tag).having()
    }

    fn sets_of(&self, tag: TagId) -> Sets {
        if let Some(sets) = self.sets.get(&tag) {
            return sets.clone();
        }
        let sets = |row: &crate::view::TagRow| Sets {
            added: row.added.clone(),
            embedded: row.embedded.clone(),
            suppressed: row.suppressed.clone(),
        };
        self.view.any_tag(tag).map(sets).unwrap_or_default()
    }

    /// Notes an event of the tree and what it changes.
    pub(crate) fn apply(&mut self, event: Event) {
        self.note(&event);
        self.events.push(event);
    }

    /// Notes what an event changes in the tree, without keeping it.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other events leave the tree of tags as it is"
    )]
    pub(crate) fn note(&mut self, event: &Event) {
        match event {
            Event::TagCreated {
                tag, parent, name, ..
            } => {
                let place = TagPlace {
                    parent: *parent,
                    name: name.clone(),
                    fate: TagFate::Live,
                };
                self.names.insert(self.key(*parent, name), Some(*tag));
                self.places.insert(*tag, Some(place));
            }
            Event::TagDeleted {
                tag, parent, name, ..
            } => {
                self.names.insert(self.key(*parent, name), None);
                self.places.insert(*tag, None);
            }
            Event::TagPlaced { tag, before, after } => {
                if before.fate == TagFate::Live {
                    self.names.insert(self.key(before.parent, &before.name), None);
                }
                if after.fate == TagFate::Live {
                    self.names.insert(self.key(after.parent, &after.name), Some(*tag));
                }
                self.places.insert(*tag, Some(after.clone()));
            }
            Event::TagWorded {
                parent, name, after, ..
            } => {
                self.words.insert(self.key(*parent, name), *after);
            }
            _ => {}
        }
    }
}
