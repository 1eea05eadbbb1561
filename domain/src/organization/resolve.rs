//! Finding tags and albums by path, and making what is missing on the way.

use super::{AlbumPath, TagPath};
use crate::event::Event;
use crate::kernel::{AlbumId, Owner, TagId};
use crate::view::View;
use rustc_hash::FxHashMap;

/// Finds tags by path and plans those that are missing, each once.
pub(crate) struct TagPlanner<'a> {
    view: &'a View,
    owner: Owner,
    next: u32,
    planned: FxHashMap<(Option<TagId>, String), TagId>,
    events: Vec<Event>,
}

impl<'a> TagPlanner<'a> {
    pub(crate) fn new(view: &'a View, owner: Owner) -> Self {
        let next = view.next().tag().number();
        Self {
            view,
            owner,
            next,
            planned: FxHashMap::default(),
            events: Vec::new(),
        }
    }

    /// The tag of this path; planned, parents first, if there is none.
    pub(crate) fn tag(&mut self, path: &TagPath) -> TagId {
        let mut parent = None;
        let mut found = TagId::new(0);
        for name in path.names() {
            found = self.child(parent, name);
            parent = Some(found);
        }
        found
    }

    fn child(&mut self, parent: Option<TagId>, name: &str) -> TagId {
        if let Some(tag) = self.view.tag_child(self.owner, parent, name) {
            return tag;
        }
        let key = (parent, crate::view::sibling_key(name));
        if let Some(tag) = self.planned.get(&key) {
            return *tag;
        }
        let tag = TagId::new(self.next);
        self.next += 1;
        self.planned.insert(key, tag);
        self.events.push(Event::TagCreated {
            tag,
            owner: self.owner,
            parent,
            name: name.into(),
        });
        tag
    }

    /// The tags to be made, parents first.
    pub(crate) fn into_events(self) -> Vec<Event> {
        self.events
    }
}

/// The tag of this path, if there is one.
pub(crate) fn find_tag(view: &View, owner: Owner, path: &TagPath) -> Option<TagId> {
    let mut tag = None;
    for name in path.names() {
        tag = Some(view.tag_child(owner, tag, name)?);
    }
    tag
}

/// The album of this path, if there is one.
pub(crate) fn find_album(view: &View, owner: Owner, path: &AlbumPath) -> Option<AlbumId> {
    let mut album = None;
    for name in path.names() {
        album = Some(view.album_child(owner, album, name)?);
    }
    album
}
