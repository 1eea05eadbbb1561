//! Taking back what happened to albums and collections.
//!
//! An album that is made goes with all that was set of it since, and has that again
//! if it is made again; only photos, albums in it and a rule of its own keep it.

use super::Inverse;
use crate::event::{AlbumPlace, Event};
use crate::kernel::{AlbumId, AssetSet, Owner};
use crate::organization::{AlbumSetting, AlbumSettings, Collection};

impl Inverse<'_> {
    /// Puts an album back to where it was, if it is still where it was put then.
    pub(super) fn place_album(&mut self, album: AlbumId, before: &AlbumPlace, after: &AlbumPlace) {
        let Some(row) = self.view.album(album).filter(|row| row.place() == *after) else {
            self.overtaken.get_or_insert_with(|| after.name.to_string());
            return;
        };
        let up = |album: &AlbumId| self.view.album(*album).and_then(|row| row.parent);
        let parent = before.parent;
        let is_there = |parent: AlbumId| {
            let made = self.albums.made.contains(&parent);
            made || self.view.album(parent).is_some() && !self.albums.gone.contains(&parent)
        };
        let there = self.view.album_child(row.owner, parent, &before.name);
        let free = there.is_none_or(|other| other == album);
        let is_below = std::iter::successors(parent, up).any(|at| at == album);
        if is_below || !free || !parent.is_none_or(is_there) {
            self.overtaken.get_or_insert_with(|| self.view.album_path(album));
            return;
        }
        self.put.insert(album, before.clone());
        self.events.push(Event::AlbumPlaced {
            album,
            before: after.clone(),
            after: before.clone(),
        });
    }

    /// Whether an album is in another no more, after the events so far.
    fn is_out(&self, child: AlbumId, of: AlbumId) -> bool {
        let put = self.put.get(&child);
        self.albums.gone.contains(&child) || put.is_some_and(|place| place.parent != Some(of))
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the caller sends the events of albums alone"
    )]
    pub(super) fn album(&mut self, event: &Event) {
        match event {
            Event::AlbumFilled { album, assets } => {
                let Some(row) = self.view.album(*album) else {
                    return self.touch(assets, &AssetSet::new());
                };
                let out = assets & &row.included;
                *self.albums.emptied.entry(*album).or_default() |= &out;
                self.touch(assets, &out);
                if !out.is_empty() {
                    let (album, assets) = (*album, out);
                    self.events.push(Event::AlbumEmptied { album, assets });
                }
            }
            Event::AlbumEmptied { album, assets } => {
                let album = self.albums.now(*album);
                let out = self.excluded_now(album);
                let back = match self.view.album(album) {
                    Some(row) => &(assets - &row.included) - &out,
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
                let as_made = row.parent == *parent && row.name == *name;
                if self.albums.would_be_bare(*album, &row.included)
                    && self
                        .settings_now(*album)
                        .is_some_and(|settings| settings.rule.is_none())
                    && as_made
                    && children.all(|child| self.is_out(child, *album))
                {
                    self.strip(*album);
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
            } => self.album_again(*album, *owner, *parent, name),
            _ => {}
        }
    }

    /// Makes an album again, unless it is there or another has its name by now.
    fn album_again(&mut self, album: AlbumId, owner: Owner, parent: Option<AlbumId>, name: &str) {
        if self.is_album(album) {
            return;
        }
        let parent = parent.map(|parent| self.album_now(parent));
        if !parent.is_none_or(|parent| self.is_album(parent)) {
            self.is_orphaned = true;
            return;
        }
        if let Some(other) = self.view.album_child(owner, parent, name) {
            self.albums.stands_for.insert(album, other);
            return;
        }
        self.albums.made.insert(album);
        self.events.push(Event::AlbumCreated {
            album,
            owner,
            parent,
            name: name.into(),
        });
    }

    /// What is set of an album after the events so far; `None`: there is none.
    fn settings_now(&self, album: AlbumId) -> Option<AlbumSettings> {
        let set = self.settings.get(&album).cloned();
        let is = || self.view.album(album).map(|row| row.settings.clone());
        let made = || self.albums.made.contains(&album).then(AlbumSettings::default);
        set.or_else(is).or_else(made)
    }

    /// Who is excluded from an album after the events so far.
    fn excluded_now(&self, album: AlbumId) -> AssetSet {
        let all = self.view.album(album).map(|row| row.excluded.clone());
        let readmitted = self.readmitted.get(&album).cloned().unwrap_or_default();
        &all.unwrap_or_default() - &readmitted
    }

    /// Puts back what was set of an album, if it is still as it was set then.
    pub(super) fn set_album(&mut self, album: AlbumId, setting: &AlbumSetting) {
        // Where another stands for it, that one is as it is.
        let now = self.settings_now(album);
        let Some(mut settings) = now.filter(|_| self.albums.now(album) == album) else {
            return;
        };
        if !setting.stands_in(&settings) {
            self.overtaken.get_or_insert_with(|| self.view.album_path(album));
            return;
        }
        let setting = setting.clone().reversed();
        settings.take(&setting);
        self.settings.insert(album, settings);
        self.events.push(Event::AlbumSet { album, setting });
    }

    /// Excludes and readmits, as far as that is not so already.
    pub(super) fn exclude(&mut self, album: AlbumId, excluded: &AssetSet, readmitted: &AssetSet) {
        let album = self.albums.now(album);
        let wanted = excluded | readmitted;
        if self.settings_now(album).is_none() {
            return self.touch(&wanted, &AssetSet::new());
        }
        let out = self.excluded_now(album);
        let emptied = self.albums.emptied.get(&album).cloned().unwrap_or_default();
        let included = self.view.album(album).map(|row| &row.included - &emptied);
        let excluded = &(excluded - &out) - &included.unwrap_or_default();
        let readmitted = readmitted & &out;
        self.touch(&wanted, &(&excluded | &readmitted));
        if excluded.is_empty() && readmitted.is_empty() {
            return;
        }
        *self.readmitted.entry(album).or_default() |= &readmitted;
        self.events.push(Event::AlbumExcluded {
            album,
            excluded,
            readmitted,
        });
    }

    /// Takes from an album that goes what was set of it, so that it has it again
    /// when it is back.
    fn strip(&mut self, album: AlbumId) {
        let settings = self.settings_now(album).unwrap_or_default();
        let plain = settings.to(&AlbumSettings::default()).into_iter();
        self.events
            .extend(plain.map(|setting| Event::AlbumSet { album, setting }));
        let readmitted = self.excluded_now(album);
        if !readmitted.is_empty() {
            let excluded = AssetSet::new();
            self.events.push(Event::AlbumExcluded {
                album,
                excluded,
                readmitted,
            });
        }
    }

    /// Makes a collection again what it was, if it is still what it was made then
    /// and its name is free.
    pub(super) fn set_collection(&mut self, made: Option<&Collection>, was: Option<&Collection>) {
        let Some(any) = made.or(was) else { return };
        let named = was.and_then(|was| self.view.collection_named(was.owner, &was.name));
        if self.view.collection(any.id) != made || named.is_some_and(|other| other != any.id) {
            self.overtaken.get_or_insert_with(|| any.name.to_string());
            return;
        }
        self.events.push(Event::CollectionSet {
            before: made.cloned(),
            after: was.cloned(),
        });
    }
}
