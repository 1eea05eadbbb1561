//! Applying what happens to tags, albums and favourites.
//!
//! A directory's delta is taken from membership before and after, not from what
//! an event claims: a photo may carry a tag twice, by its file and by an edit.

use super::apply::Changes;
use super::record::{AlbumRow, TagRow, Used as _};
use super::{Dir, View, sibling_key};
use crate::event::Event;
use crate::kernel::{AlbumId, AssetSet, Owner, TagId, UserId};

impl View {
    pub(super) fn put_tag(&mut self, tag: TagId, owner: Owner, parent: Option<TagId>, name: &str) {
        self.next.used(tag);
        let row = self.tags.entry(tag).or_insert_with(|| TagRow {
            owner,
            parent,
            name: name.into(),
            added: AssetSet::new(),
            embedded: AssetSet::new(),
            suppressed: AssetSet::new(),
        });
        row.name = name.into();
        self.tag_names.insert((owner, parent, sibling_key(name)), tag);
    }

    pub(super) fn put_album(&mut self, album: AlbumId, owner: Owner, parent: Option<AlbumId>, name: &str) {
        self.next.used(album);
        let row = self.albums.entry(album).or_insert_with(|| AlbumRow {
            owner,
            parent,
            name: name.into(),
            assets: AssetSet::new(),
        });
        row.name = name.into();
        self.album_names.insert((owner, parent, sibling_key(name)), album);
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the caller sends the events of tags alone"
    )]
    pub(super) fn tag_event(&mut self, event: &Event, changes: &mut Changes) {
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
                self.ask_tag(*tag, changes);
                if let Some(row) = self.tags.remove(tag) {
                    // Whatever is left in its sets must not wait in the store for
                    // the tag to be made again.
                    changes.dirty.tag(*tag, &row.added, &row.suppressed);
                }
                self.tag_names.remove(&(*owner, *parent, sibling_key(name)));
                changes.dirty.tags.insert(*tag);
            }
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

    /// Makes photos favourites of a person, or no longer.
    pub(super) fn favor(&mut self, user: UserId, on: bool, assets: &AssetSet, changes: &mut Changes) {
        let set = self.favorites.entry(user).or_default();
        let flip = if on { assets - set } else { assets & set };
        if on {
            *set |= &flip;
        } else {
            *set -= &flip;
        }
        if set.is_empty() {
            self.favorites.remove(&user);
        }
        let flip = self.shown(&flip);
        if on {
            changes.delta.join(Dir::Favorites(user), &flip);
        } else {
            changes.delta.leave(Dir::Favorites(user), &flip);
        }
    }

    /// Changes a tag's sets for these photos, and notes who has it now and who had.
    fn retag(
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
        changes.touch(assets);
        changes
            .delta
            .join(Dir::Tag(tag), &self.shown(&(&after - &before)));
        changes
            .delta
            .leave(Dir::Tag(tag), &self.shown(&(&before - &after)));
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the caller sends the events of albums alone"
    )]
    pub(super) fn album_event(&mut self, event: &Event, changes: &mut Changes) {
        match event {
            Event::AlbumCreated {
                album,
                owner,
                parent,
                name,
            } => {
                self.put_album(*album, *owner, *parent, name);
                changes.dirty.albums.insert(*album);
            }
            Event::AlbumDeleted {
                album,
                owner,
                parent,
                name,
            } => {
                self.ask_album(*album, changes);
                if let Some(row) = self.albums.remove(album) {
                    changes.dirty.album(*album, &row.assets);
                }
                self.album_names.remove(&(*owner, *parent, sibling_key(name)));
                changes.dirty.albums.insert(*album);
            }
            Event::AlbumFilled { album, assets } => {
                let Some(row) = self.albums.get_mut(album) else {
                    return;
                };
                let new = assets - &row.assets;
                row.assets |= assets;
                changes.dirty.album(*album, assets);
                changes.touch(assets);
                changes.delta.join(Dir::Album(*album), &self.shown(&new));
            }
            Event::AlbumEmptied { album, assets } => {
                let Some(row) = self.albums.get_mut(album) else {
                    return;
                };
                let old = assets & &row.assets;
                row.assets -= assets;
                changes.dirty.album(*album, assets);
                changes.touch(assets);
                changes.delta.leave(Dir::Album(*album), &self.shown(&old));
            }
            _ => {}
        }
    }
}
