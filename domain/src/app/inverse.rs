//! The events that take an entry's events back.
//!
//! The entry is walked backwards. What changed since is left alone. A tag or an
//! album that the entry made goes with its last photo and child; one that it
//! deleted is made again under its old number, unless its name has been given to
//! another meanwhile: then that one takes its place, for its children too.

use crate::event::{Entry, Event};
use crate::kernel::{AlbumId, AssetId, AssetSet, TagId};
use crate::view::View;
use rustc_hash::{FxHashMap, FxHashSet};

pub(super) struct Inverse<'a> {
    view: &'a View,
    pub(super) events: Vec<Event>,
    pub(super) touched: AssetSet,
    pub(super) left_alone: AssetSet,
    tags: Fate<TagId>,
    albums: Fate<AlbumId>,
}

/// What the events so far make of tags (or albums) that the view does not show yet.
struct Fate<I> {
    /// What they take out, so that an emptied one can go too.
    emptied: FxHashMap<I, AssetSet>,
    gone: FxHashSet<I>,
    made: FxHashSet<I>,
    /// Which stands for one that is not made again because its name is taken.
    stands_for: FxHashMap<I, I>,
}

impl<I: Copy + Eq + std::hash::Hash> Fate<I> {
    fn new() -> Self {
        Self {
            emptied: FxHashMap::default(),
            gone: FxHashSet::default(),
            made: FxHashSet::default(),
            stands_for: FxHashMap::default(),
        }
    }

    fn now(&self, id: I) -> I {
        self.stands_for.get(&id).copied().unwrap_or(id)
    }

    fn would_be_bare(&self, id: I, members: &AssetSet) -> bool {
        match self.emptied.get(&id) {
            Some(emptied) => (members - emptied).is_empty(),
            None => members.is_empty(),
        }
    }
}

impl<'a> Inverse<'a> {
    /// What takes this entry back, in the world as it is now.
    pub(super) fn of(entry: &Entry, view: &'a View) -> Self {
        let mut inverse = Self {
            view,
            events: Vec::new(),
            touched: AssetSet::new(),
            left_alone: AssetSet::new(),
            tags: Fate::new(),
            albums: Fate::new(),
        };
        entry.events.iter().rev().for_each(|event| inverse.event(event));
        inverse
    }

    fn event(&mut self, event: &Event) {
        match event {
            Event::FieldEdited { key, after, before } => {
                for (old, assets) in before {
                    let as_left = |asset: &AssetId| self.view.edit(*asset, *key) == after.as_ref();
                    let now: AssetSet = assets.iter().filter(as_left).collect();
                    self.touch(assets, &now);
                    if !now.is_empty() {
                        self.events.push(Event::FieldEdited {
                            key: *key,
                            after: old.clone(),
                            before: vec![(after.clone(), now)],
                        });
                    }
                }
            }
            Event::TagAssigned { .. }
            | Event::TagUnassigned { .. }
            | Event::TagCreated { .. }
            | Event::TagDeleted { .. } => self.tag(event),
            Event::AlbumFilled { .. }
            | Event::AlbumEmptied { .. }
            | Event::AlbumCreated { .. }
            | Event::AlbumDeleted { .. } => self.album(event),
            Event::UserRegistered { .. }
            | Event::LibraryAdded { .. }
            | Event::LibraryStateChanged { .. }
            | Event::FoldersSeen { .. }
            | Event::FilesRegistered { .. }
            | Event::FilesChanged { .. }
            | Event::FilesMoved { .. }
            | Event::FilesGone { .. }
            | Event::FilesReturned { .. }
            | Event::FactsRecorded { .. }
            | Event::ChecksumsRecorded { .. }
            | Event::NamesClaimed { .. }
            | Event::JobEnqueued { .. }
            | Event::JobSettled { .. }
            | Event::JobUpdated { .. }
            | Event::JobsForgotten { .. }
            | Event::FactsDoubted { .. }
            | Event::MountAdded { .. }
            | Event::MountRemoved { .. } => {}
        }
    }

    fn touch(&mut self, wanted: &AssetSet, done: &AssetSet) {
        self.touched |= done;
        self.left_alone |= &(wanted - done);
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the caller sends the events of tags alone"
    )]
    fn tag(&mut self, event: &Event) {
        match event {
            Event::TagAssigned { tag, added, restored } => self.unassign(*tag, added, restored),
            Event::TagUnassigned {
                tag,
                removed,
                suppressed,
            } => self.assign(self.tags.now(*tag), removed, suppressed),
            Event::TagCreated {
                tag,
                owner,
                parent,
                name,
            } => {
                let Some(row) = self.view.tag(*tag) else { return };
                let bare = self.tags.would_be_bare(*tag, &row.added) && row.embedded.is_empty();
                let mut children = self.view.tag_children(*owner, Some(*tag));
                if bare && children.all(|child| self.tags.gone.contains(&child)) {
                    self.tags.gone.insert(*tag);
                    self.events.push(Event::TagDeleted {
                        tag: *tag,
                        owner: *owner,
                        parent: *parent,
                        name: name.clone(),
                    });
                }
            }
            Event::TagDeleted {
                tag,
                owner,
                parent,
                name,
            } => {
                let parent = parent.map(|parent| self.tags.now(parent));
                let is_there = |tag: TagId| self.view.tag(tag).is_some() || self.tags.made.contains(&tag);
                if is_there(*tag) || !parent.is_none_or(is_there) {
                    return;
                }
                if let Some(other) = self.view.tag_child(*owner, parent, name) {
                    self.tags.stands_for.insert(*tag, other);
                    return;
                }
                self.tags.made.insert(*tag);
                self.events.push(Event::TagCreated {
                    tag: *tag,
                    owner: *owner,
                    parent,
                    name: name.clone(),
                });
            }
            _ => {}
        }
    }

    fn unassign(&mut self, tag: TagId, added: &AssetSet, restored: &AssetSet) {
        let wanted = added | restored;
        let Some(row) = self.view.tag(tag) else {
            return self.touch(&wanted, &AssetSet::new());
        };
        let removed = added & &row.added;
        let suppressed = &(restored & &row.embedded) - &row.suppressed;
        *self.tags.emptied.entry(tag).or_default() |= &removed;
        self.touch(&wanted, &(&removed | &suppressed));
        if !removed.is_empty() || !suppressed.is_empty() {
            self.events.push(Event::TagUnassigned {
                tag,
                removed,
                suppressed,
            });
        }
    }

    fn assign(&mut self, tag: TagId, removed: &AssetSet, suppressed: &AssetSet) {
        let wanted = removed | suppressed;
        let (added, restored) = match self.view.tag(tag) {
            Some(row) => (removed - &row.assets(), suppressed & &row.suppressed),
            // Made again just now: nobody has it, and no file can.
            None if self.tags.made.contains(&tag) => (removed.clone(), AssetSet::new()),
            None => return self.touch(&wanted, &AssetSet::new()),
        };
        self.touch(&wanted, &(&added | &restored));
        if !added.is_empty() || !restored.is_empty() {
            self.events.push(Event::TagAssigned { tag, added, restored });
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the caller sends the events of albums alone"
    )]
    fn album(&mut self, event: &Event) {
        match event {
            Event::AlbumFilled { album, assets } => {
                let Some(row) = self.view.album(*album) else {
                    return self.touch(assets, &AssetSet::new());
                };
                let out = assets & &row.assets;
                *self.albums.emptied.entry(*album).or_default() |= &out;
                self.touch(assets, &out);
                if !out.is_empty() {
                    let (album, assets) = (*album, out);
                    self.events.push(Event::AlbumEmptied { album, assets });
                }
            }
            Event::AlbumEmptied { album, assets } => {
                let album = self.albums.now(*album);
                let back = match self.view.album(album) {
                    Some(row) => assets - &row.assets,
                    None if self.albums.made.contains(&album) => assets.clone(),
                    None => AssetSet::new(),
                };
                self.touch(assets, &back);
                if !back.is_empty() {
                    self.events.push(Event::AlbumFilled { album, assets: back });
                }
            }
            Event::AlbumCreated {
                album,
                owner,
                parent,
                name,
            } => {
                let Some(row) = self.view.album(*album) else {
                    return;
                };
                let mut children = self.view.album_children(*owner, Some(*album));
                if self.albums.would_be_bare(*album, &row.assets)
                    && children.all(|child| self.albums.gone.contains(&child))
                {
                    self.albums.gone.insert(*album);
                    self.events.push(Event::AlbumDeleted {
                        album: *album,
                        owner: *owner,
                        parent: *parent,
                        name: name.clone(),
                    });
                }
            }
            Event::AlbumDeleted {
                album,
                owner,
                parent,
                name,
            } => {
                let parent = parent.map(|parent| self.albums.now(parent));
                let is_there =
                    |album: AlbumId| self.view.album(album).is_some() || self.albums.made.contains(&album);
                if is_there(*album) || !parent.is_none_or(is_there) {
                    return;
                }
                if let Some(other) = self.view.album_child(*owner, parent, name) {
                    self.albums.stands_for.insert(*album, other);
                    return;
                }
                self.albums.made.insert(*album);
                self.events.push(Event::AlbumCreated {
                    album: *album,
                    owner: *owner,
                    parent,
                    name: name.clone(),
                });
            }
            _ => {}
        }
    }
}
