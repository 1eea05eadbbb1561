//! What lay above and went only because undoing left it bare.
//!
//! A tag or an album that an edit made goes with its last child when the edit is taken
//! back, whoever's child that was. So what is made again later may find that nothing is
//! left of what it lay in; that is then made again first, as the edit itself would make
//! it. What a person deleted is not: that is a later edit, and stands.
//!
//! The view forgets what is gone, so the journal is asked, and only when it matters.

use super::Inverse;
use crate::event::{Entry, Event};
use crate::kernel::{AlbumId, TagId};
use rustc_hash::FxHashMap;

/// The last deletion of each tag and album, in what undid edits.
#[derive(Default)]
pub(in crate::app) struct Graves {
    tags: FxHashMap<TagId, Event>,
    albums: FxHashMap<AlbumId, Event>,
}

impl Graves {
    /// Notes what an entry took away, if undoing did it, and forgets what others took away.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other events take neither tags nor albums away"
    )]
    pub(in crate::app) fn note(&mut self, entry: &Entry, is_undo: bool) {
        for event in &entry.events {
            match event {
                Event::TagDeleted { tag, .. } if is_undo => {
                    self.tags.insert(*tag, event.clone());
                }
                Event::AlbumDeleted { album, .. } if is_undo => {
                    self.albums.insert(*album, event.clone());
                }
                Event::TagDeleted { tag, .. } => {
                    self.tags.remove(tag);
                }
                Event::AlbumDeleted { album, .. } => {
                    self.albums.remove(album);
                }
                _ => {}
            }
        }
    }
}

impl Inverse<'_> {
    /// The tag that counts for this one now; made again if undoing took it away.
    pub(super) fn tag_now(&mut self, tag: TagId) -> TagId {
        let now = self.plan.last(self.tags.now(tag));
        if self.plan.place(now).is_none()
            && let Some(deleted) = self.graves.tags.remove(&now)
        {
            self.tag(&deleted);
            return self.plan.last(self.tags.now(now));
        }
        now
    }

    /// The same of an album.
    pub(super) fn album_now(&mut self, album: AlbumId) -> AlbumId {
        let now = self.albums.now(album);
        if !self.is_album(now)
            && let Some(deleted) = self.graves.albums.remove(&now)
        {
            self.album(&deleted);
            return self.albums.now(now);
        }
        now
    }

    /// Whether there is such an album after the events so far.
    pub(super) fn is_album(&self, album: AlbumId) -> bool {
        self.view.album(album).is_some() || self.albums.made.contains(&album)
    }
}
