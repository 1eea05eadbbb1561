//! Applying what happens to albums and favourites.

use super::apply::Changes;
use super::record::{AlbumRow, Used as _};
use super::{AlbumAtRest, Dir, View, sibling_key};
use crate::event::{AlbumPlace, Event};
use crate::kernel::{AlbumId, AssetSet, Owner, UserId};
use crate::organization::{AlbumSetting, AlbumSettings};

impl View {
    fn put_album(&mut self, album: AlbumId, owner: Owner, parent: Option<AlbumId>, name: &str) {
        self.next.used(album);
        let row = self.albums.entry(album).or_insert_with(|| AlbumRow {
            owner,
            parent,
            name: name.into(),
            assets: AssetSet::new(),
            included: AssetSet::new(),
            excluded: AssetSet::new(),
            settings: AlbumSettings::default(),
        });
        row.name = name.into();
        self.album_names.insert((owner, parent, sibling_key(name)), album);
    }

    /// Puts an album without its photos.
    pub(super) fn load_album(&mut self, album: AlbumId, rest: AlbumAtRest) {
        self.put_album(album, rest.owner, rest.place.parent, &rest.place.name);
        if let Some(row) = self.albums.get_mut(&album) {
            row.settings = rest.settings;
        }
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
                self.live.remove(&Dir::Album(*album));
                if let Some(row) = self.albums.remove(album) {
                    changes.dirty.album(*album, &row.included);
                    changes.dirty.excluded(*album, &row.excluded);
                }
                self.album_names.remove(&(*owner, *parent, sibling_key(name)));
                changes.dirty.albums.insert(*album);
            }
            Event::AlbumPlaced { album, after, .. } => self.place_album(*album, after, changes),
            Event::AlbumFilled { album, assets } => {
                let Some(row) = self.albums.get_mut(album) else {
                    return;
                };
                row.included |= assets;
                changes.dirty.album(*album, assets);
                self.admit(*album, changes);
            }
            Event::AlbumEmptied { album, assets } => {
                let Some(row) = self.albums.get_mut(album) else {
                    return;
                };
                row.included -= assets;
                changes.dirty.album(*album, assets);
                self.admit(*album, changes);
            }
            Event::AlbumExcluded {
                album,
                excluded,
                readmitted,
            } => {
                let Some(row) = self.albums.get_mut(album) else {
                    return;
                };
                row.excluded |= excluded;
                row.excluded -= readmitted;
                changes.dirty.excluded(*album, &(excluded | readmitted));
                self.admit(*album, changes);
            }
            Event::AlbumSet { album, setting } => {
                let Some(row) = self.albums.get_mut(album) else {
                    return;
                };
                row.settings.take(setting);
                changes.dirty.albums.insert(*album);
                if matches!(setting, AlbumSetting::Rule { .. }) {
                    self.ask_rule(*album);
                    self.admit(*album, changes);
                }
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

    fn place_album(&mut self, album: AlbumId, after: &AlbumPlace, changes: &mut Changes) {
        self.ask_album(album, changes);
        let Some(row) = self.albums.get_mut(&album) else {
            return;
        };
        let old = (row.owner, row.parent, sibling_key(&row.name));
        let new = (row.owner, after.parent, sibling_key(&after.name));
        (row.parent, row.name) = (after.parent, after.name.clone());
        self.album_names.remove(&old);
        self.album_names.insert(new, album);
        changes.dirty.albums.insert(album);
        // The path is a value of all photos below it.
        let mut below = vec![album];
        while let Some(album) = below.pop() {
            if let Some(row) = self.albums.get(&album) {
                changes.touch(&row.assets);
                below.extend(self.album_children(row.owner, Some(album)));
            }
        }
    }
}
