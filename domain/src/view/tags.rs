//! Applying what happens to tags, and what files mean by their words.
//!
//! A file carries tags as paths of words. Where a tag is in the tree is people's
//! to say: so a tag that is renamed, moved, merged or deleted leaves a *word*
//! behind at its old place, and a file that is read again finds the same tag by
//! it. A tag that was merged stays as a number that leads to the other; one that
//! was deleted stays with the photos from which it was taken. Facts keep the
//! number that the word led to, so taking a merge back parts the photos again.
//!
//! A directory's delta is taken from membership before and after, not from what
//! an event claims: a photo may carry a tag twice, by its file and by an edit.

use super::apply::Changes;
use super::record::{TagRow, Used as _};
use super::{Dir, TagAtRest, View, sibling_key};
use crate::event::{Event, TagPlace};
use crate::kernel::{AssetSet, Owner, TagId};
use crate::organization::TagFate;
use rustc_hash::FxHashSet;

impl View {
    /// The tag and those into which it was merged, in turn; the last one counts.
    pub fn tag_chain(&self, tag: TagId) -> impl Iterator<Item = TagId> {
        std::iter::successors(Some(tag), |tag| self.tags.get(tag)?.merged_into())
    }

    /// The tags that were merged into this one itself.
    pub fn tags_merged_into(&self, tag: TagId) -> impl Iterator<Item = TagId> {
        let merged = move |(_, row): &(&TagId, &TagRow)| row.fate == TagFate::Merged(tag);
        self.tags.iter().filter(merged).map(|(id, _)| *id)
    }

    /// The tag that a word of files means below a tag, where it is a synonym.
    #[must_use]
    pub fn tag_word(&self, owner: Owner, parent: Option<TagId>, word: &str) -> Option<TagId> {
        if self.tag_words.is_empty() {
            return None;
        }
        self.tag_words.get(&(owner, parent, sibling_key(word))).copied()
    }

    /// The synonyms of a tag as paths, sorted: those of tags merged into it too.
    #[must_use]
    pub fn tag_synonyms(&self, tag: TagId) -> Vec<String> {
        let own = self.tag_path(tag);
        let stands_for = |(at, _): &(&TagId, &TagRow)| self.tag_chain(**at).last() == Some(tag);
        let rows = self.tags.iter().filter(stands_for);
        let words = rows.flat_map(|(_, row)| &row.words);
        let mut paths: Vec<String> = words
            .map(|(parent, name)| self.word_path(*parent, name))
            .collect();
        paths.retain(|path| *path != own);
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    /// The path of a word.
    fn word_path(&self, parent: Option<TagId>, name: &str) -> String {
        match parent {
            Some(parent) => format!("{}/{name}", self.tag_path(parent)),
            None => name.to_owned(),
        }
    }

    pub(super) fn put_tag(&mut self, tag: TagId, owner: Owner, parent: Option<TagId>, name: &str) {
        let place = TagPlace {
            parent,
            name: name.into(),
            fate: TagFate::Live,
        };
        let words = Vec::new();
        self.load_tag(tag, TagAtRest { owner, place, words });
    }

    pub(super) fn load_tag(&mut self, tag: TagId, at_rest: TagAtRest) {
        self.next.used(tag);
        let TagAtRest { owner, place, words } = at_rest;
        if place.fate == TagFate::Live {
            let key = (owner, place.parent, sibling_key(&place.name));
            self.tag_names.insert(key, tag);
        }
        for (parent, word) in &words {
            self.tag_words.insert((owner, *parent, sibling_key(word)), tag);
        }
        let row = TagRow {
            owner,
            parent: place.parent,
            name: place.name,
            fate: place.fate,
            words,
            added: AssetSet::new(),
            embedded: AssetSet::new(),
            suppressed: AssetSet::new(),
        };
        self.tags.insert(tag, row);
    }

    pub(super) fn tag_at_rest(&self, tag: TagId) -> Option<TagAtRest> {
        let row = self.tags.get(&tag)?;
        Some(TagAtRest {
            owner: row.owner,
            place: row.place(),
            words: row.words.clone(),
        })
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the caller sends the events of tags alone"
    )]
    pub(super) fn tag_event(&mut self, event: &Event, changes: &mut Changes) {
        // Which tag a path means, by name or by synonym, is another question now.
        changes.all_asked |= !matches!(event, Event::TagAssigned { .. } | Event::TagUnassigned { .. });
        match event {
            Event::TagCreated {
                tag,
                owner,
                parent,
                name,
            } => {
                self.put_tag(*tag, *owner, *parent, name);
                changes.dirty.tags.insert(*tag);
            }
            Event::TagDeleted {
                tag,
                owner,
                parent,
                name,
            } => {
                if let Some(row) = self.tags.remove(tag) {
                    // Whatever is left in its sets must not wait in the store for
                    // the tag to be made again.
                    changes.dirty.tag(*tag, &row.added, &row.suppressed);
                }
                self.tag_names.remove(&(*owner, *parent, sibling_key(name)));
                changes.dirty.tags.insert(*tag);
            }
            Event::TagPlaced { tag, after, .. } => self.place_tag(*tag, after, changes),
            Event::TagWorded {
                owner,
                parent,
                name,
                before,
                after,
            } => self.word_tag((*owner, *parent, name), [*before, *after], changes),
            Event::TagAssigned { tag, added, restored } => {
                let all = added | restored;
                self.retag(*tag, &all, changes, |row| {
                    row.added |= added;
                    row.suppressed -= restored;
                });
                changes.dirty.tag(*tag, added, restored);
            }
            Event::TagUnassigned {
                tag,
                removed,
                suppressed,
            } => {
                let all = removed | suppressed;
                self.retag(*tag, &all, changes, |row| {
                    row.added -= removed;
                    row.suppressed |= suppressed;
                });
                changes.dirty.tag(*tag, removed, suppressed);
            }
            _ => {}
        }
    }

    /// Changes a tag's sets for these photos, and notes who has it now and who had.
    pub(super) fn retag(
        &mut self,
        tag: TagId,
        assets: &AssetSet,
        changes: &mut Changes,
        change: impl FnOnce(&mut TagRow),
    ) {
        let Some(row) = self.tags.get_mut(&tag) else {
            return;
        };
        let having = |row: &TagRow| {
            assets
                .iter()
                .filter(|asset| row.has(*asset))
                .collect::<AssetSet>()
        };
        let before = having(row);
        change(row);
        let after = having(row);
        if !row.is_live() {
            return;
        }
        changes.touch(assets);
        changes
            .delta
            .join(Dir::Tag(tag), &self.shown(&(&after - &before)));
        changes
            .delta
            .leave(Dir::Tag(tag), &self.shown(&(&before - &after)));
    }

    fn place_tag(&mut self, tag: TagId, after: &TagPlace, changes: &mut Changes) {
        self.touch_below(tag, changes);
        let Some(row) = self.tags.get_mut(&tag) else {
            return;
        };
        let before = row.place();
        let (old, new) = (
            (row.owner, before.parent, sibling_key(&before.name)),
            (row.owner, after.parent, sibling_key(&after.name)),
        );
        (row.parent, row.name, row.fate) = (after.parent, after.name.clone(), after.fate);
        let (all, embedded) = (row.assets(), row.embedded.clone());
        changes.dirty.tags.insert(tag);
        let (was, is) = (before.fate == TagFate::Live, after.fate == TagFate::Live);
        if was {
            self.tag_names.remove(&old);
        }
        if is {
            self.tag_names.insert(new, tag);
        }
        match (was, is) {
            (true, false) => changes.delta.leave(Dir::Tag(tag), &self.shown(&all)),
            (false, true) => changes.delta.join(Dir::Tag(tag), &self.shown(&all)),
            (true, true) | (false, false) => {}
        }
        if let TagFate::Merged(into) = before.fate {
            self.part(into, &embedded, changes);
        }
        if let TagFate::Merged(into) = after.fate {
            let chain: Vec<TagId> = self.tag_chain(into).collect();
            for at in chain {
                self.retag(at, &embedded, changes, |row| row.embedded |= &embedded);
            }
        }
        self.touch_below(tag, changes);
    }

    /// Takes photos out of a tag whose files no longer lead to it.
    fn part(&mut self, from: TagId, embedded: &AssetSet, changes: &mut Changes) {
        let chain: Vec<TagId> = self.tag_chain(from).collect();
        for at in chain {
            let leads = |word| self.tag_chain(word).any(|other| other == at);
            let still = |asset| self.facts(asset).is_some_and(|facts| facts.tags().any(leads));
            let gone: AssetSet = embedded.iter().filter(|asset| !still(*asset)).collect();
            self.retag(at, &gone, changes, |row| row.embedded -= &gone);
        }
    }

    /// The paths of tags are values of all photos below them.
    fn touch_below(&self, tag: TagId, changes: &mut Changes) {
        let mut below = vec![tag];
        while let Some(tag) = below.pop() {
            if let Some(row) = self.tag(tag) {
                changes.touch(&row.assets());
                below.extend(self.tag_children(row.owner, Some(tag)));
            }
        }
    }

    fn word_tag(
        &mut self,
        (owner, parent, name): (Owner, Option<TagId>, &str),
        [before, after]: [Option<TagId>; 2],
        changes: &mut Changes,
    ) {
        let key = sibling_key(name);
        if let Some(row) = before.and_then(|tag| self.tags.get_mut(&tag)) {
            row.words
                .retain(|(at, word)| *at != parent || sibling_key(word) != key);
        }
        if let Some(row) = after.and_then(|tag| self.tags.get_mut(&tag)) {
            row.words.push((parent, name.into()));
        }
        match after {
            Some(tag) => self.tag_words.insert((owner, parent, key), tag),
            None => self.tag_words.remove(&(owner, parent, key)),
        };
        changes.dirty.tags.extend(before.into_iter().chain(after));
    }

    /// All tags that these words of a file lead to.
    pub(super) fn led_to(&self, words: impl Iterator<Item = TagId>) -> FxHashSet<TagId> {
        words.flat_map(|word| self.tag_chain(word)).collect()
    }
}
