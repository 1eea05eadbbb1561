//! Photos that become others: what that changes in sets and directories.
//!
//! [`Carry`] says what becomes of which photo in every set that the view keeps, and
//! [`View::carry`] is the one place that knows all those sets: whoever adds a set of photos
//! adds a line there. [`View::recast`] runs a change and tells the difference between the
//! directories before and after it, of all photos concerned at once, so that a thousand
//! photos cost one walk over tags and albums and not a thousand.

use super::apply::Changes;
use super::delta::Recast;
use super::record::TagRow;
use super::{Dir, View};
use crate::event::Event;
use crate::kernel::{AlbumId, AssetId, AssetSet, TagId};
use crate::organization::AlbumSettings;
use crate::sharing::Scope;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What becomes of photos in sets.
pub(super) struct Carry {
    /// Whose places are concerned.
    of: AssetSet,
    /// Who gets the place of whom, where it is copied also several; nobody: it is given up.
    to: FxHashMap<AssetId, Vec<AssetId>>,
    /// Whether those stay in their places who are carried over.
    copies: bool,
    /// The places that are left out, if those are that shares show.
    unshared: Option<Rc<Shared>>,
}

/// The albums and tags that shares show, with those below them.
pub(super) struct Shared {
    tags: BTreeSet<TagId>,
    albums: BTreeSet<AlbumId>,
}

impl Shared {
    pub(super) fn of(view: &View) -> Self {
        let mut shared = Self {
            tags: BTreeSet::new(),
            albums: BTreeSet::new(),
        };
        if view.shares.is_empty() {
            return shared;
        }
        let scopes: Vec<&Scope> = view.shares.values().map(|share| &share.scope).collect();
        let tag_above = |tag: &TagId| view.tag(*tag).and_then(|row| row.parent);
        let album_above = |album: &AlbumId| view.album(*album).and_then(|row| row.parent);
        shared.tags.extend(view.tags.keys().filter(|tag| {
            let mut up = std::iter::successors(Some(**tag), tag_above);
            up.any(|tag| scopes.contains(&&Scope::Tag(tag)))
        }));
        shared.albums.extend(view.albums.keys().filter(|album| {
            let mut up = std::iter::successors(Some(**album), album_above);
            up.any(|album| scopes.contains(&&Scope::Album(album)))
        }));
        shared
    }

    pub(super) fn has_tag(&self, tag: TagId) -> bool {
        self.tags.contains(&tag)
    }
}

impl Carry {
    /// The second of each pair takes the place of the first.
    pub(super) fn over(pairs: impl IntoIterator<Item = (AssetId, AssetId)>) -> Self {
        let mut to: FxHashMap<AssetId, Vec<AssetId>> = FxHashMap::default();
        for (from, into) in pairs {
            to.entry(from).or_default().push(into);
        }
        let of = to.keys().copied().collect();
        Self {
            of,
            to,
            copies: false,
            unshared: None,
        }
    }

    /// The second of each pair comes into every place that the first has; one can have several copies.
    pub(super) fn copied(pairs: impl IntoIterator<Item = (AssetId, AssetId)>) -> Self {
        let copies = true;
        Self {
            copies,
            ..Self::over(pairs)
        }
    }

    /// But for the places that shares show by name: lists of photos, albums and tags.
    pub(super) fn unshared(mut self, shared: &Rc<Shared>) -> Self {
        self.unshared = Some(shared.clone());
        self
    }

    fn carries_tag(&self, tag: TagId) -> bool {
        self.unshared.as_ref().is_none_or(|shared| !shared.has_tag(tag))
    }

    fn carries_album(&self, album: AlbumId) -> bool {
        self.unshared
            .as_ref()
            .is_none_or(|shared| !shared.albums.contains(&album))
    }

    /// These give up their places, but for those whom this one carries over.
    pub(super) fn given_up(mut self, of: &AssetSet) -> Self {
        self.of |= of;
        self
    }

    /// Changes an album's cover and its order by hand; says whether anything changed.
    fn places(&self, settings: &mut AlbumSettings) -> bool {
        if self.copies {
            return false;
        }
        let before = settings.clone();
        let named = settings
            .cover
            .into_iter()
            .chain(settings.order.placed.iter().copied());
        let gone: Vec<AssetId> = named.filter(|asset| self.of.contains(*asset)).collect();
        for asset in gone {
            match self.to.get(&asset).and_then(|others| others.first()) {
                Some(other) => settings.becomes(asset, *other),
                None => {
                    settings.cover = settings.cover.filter(|cover| *cover != asset);
                    settings.order.placed.retain(|placed| *placed != asset);
                }
            }
        }
        *settings != before
    }

    /// Changes one set; says whose place in it may be another one now.
    pub(super) fn apply(&self, set: &mut AssetSet) -> AssetSet {
        let hit = &*set & &self.of;
        if hit.is_empty() {
            return hit;
        }
        if !self.copies {
            *set -= &hit;
        }
        let over = hit.iter().filter_map(|asset| self.to.get(&asset));
        let over: AssetSet = over.flatten().copied().collect();
        *set |= &over;
        &hit | &over
    }
}

impl View {
    /// Applies what becomes of photos to all sets that people fill. Those that are made
    /// of rows (dates, what is present, what files say) follow from these.
    pub(super) fn carry(&mut self, how: &Carry, changes: &mut Changes) {
        let dirty = &mut changes.dirty;
        // Who was left out of a place that is shared is left out with whoever gets the places.
        for (tag, row) in &mut self.tags {
            let mut added = AssetSet::new();
            if how.carries_tag(*tag) {
                added = how.apply(&mut row.added);
            }
            let suppressed = how.apply(&mut row.suppressed);
            if !added.is_empty() || !suppressed.is_empty() {
                dirty.tag(*tag, &added, &suppressed);
            }
        }
        for (album, row) in &mut self.albums {
            let mut moved = how.apply(&mut row.excluded);
            if how.carries_album(*album) {
                moved |= &how.apply(&mut row.assets);
                moved |= &how.apply(&mut row.included);
            }
            // Who was put in and left out stays in.
            row.excluded -= &row.included;
            if !moved.is_empty() {
                dirty.album(*album, &moved);
                dirty.excluded(*album, &moved);
            }
            if how.places(&mut row.settings) {
                dirty.albums.insert(*album);
            }
        }
        for (id, share) in &mut self.shares {
            if let Scope::Assets(assets) = &mut share.scope
                && how.unshared.is_none()
                && !how.apply(assets).is_empty()
            {
                dirty.shares.insert(*id);
            }
        }
        for set in self.favorites.values_mut() {
            how.apply(set);
        }
        self.favorites.retain(|_, set| !set.is_empty());
        how.apply(&mut self.hidden);
    }

    /// The directories that these photos belong in, shown or not, but library folders.
    pub(super) fn places(&self, assets: &AssetSet) -> BTreeMap<Dir, AssetSet> {
        let mut places: BTreeMap<Dir, AssetSet> = BTreeMap::new();
        let mut note = |dir, set: AssetSet| {
            if !set.is_empty() {
                places.insert(dir, set);
            }
        };
        for (tag, row) in self.tags.iter().filter(|(_, row)| row.is_live()) {
            note(Dir::Tag(*tag), having(row, assets));
        }
        for (album, row) in &self.albums {
            note(Dir::Album(*album), &row.assets & assets);
        }
        for (person, row) in self.people() {
            note(Dir::Person(person), &row.assets & assets);
        }
        for (user, set) in &self.favorites {
            note(Dir::Favorites(*user), set & assets);
        }
        note(Dir::Recent, &self.recent & assets);
        for collection in self.collections.keys() {
            let dir = Dir::Collection(*collection);
            if let Some(set) = self.live_set(dir) {
                note(dir, set & assets);
            }
        }
        for share in self.shares.keys() {
            if let Some(set) = self.flat_share(*share) {
                note(Dir::Share(*share), set & assets);
            }
        }
        for (dir, found) in self.kept_dirs() {
            note(dir, &*found & assets);
        }
        for asset in assets.iter() {
            for dir in self.date_dirs(asset) {
                places.entry(dir).or_default().insert(asset);
            }
        }
        places
    }

    /// Runs a change of these photos, and of those that it makes of them, and tells of
    /// every directory who came and who left.
    pub(super) fn recast(
        &mut self,
        assets: &AssetSet,
        changes: &mut Changes,
        change: impl FnOnce(&mut Self, &mut Changes),
    ) {
        let mut before = self.places(assets);
        before
            .iter_mut()
            .for_each(|(dir, set)| *set = self.shown_in(*dir, set));
        let hidden = self.files_of_all(&(assets & &self.hidden));
        change(self, changes);
        let after = self.places(assets);
        for (dir, was) in &before {
            if !self.is_asked_again(*dir) {
                let is = after.get(dir).map(|set| self.shown(set)).unwrap_or_default();
                changes.delta.leave(*dir, &(was - &is));
            }
        }
        for (dir, is) in after {
            if !self.is_asked_again(dir) {
                let is = self.shown(&is);
                let was = before.get(&dir).cloned().unwrap_or_default();
                changes.delta.join(dir, &(&is - &was));
            }
        }
        let now = self.files_of_all(&(assets & &self.hidden));
        changes.delta.hide(&(&now - &hidden), true);
        changes.delta.hide(&(&hidden - &now), false);
        changes.touch(assets);
    }

    /// Whether who is in a directory is found again after each entry; of an album with a
    /// rule, who came and left since is told then.
    fn is_asked_again(&self, dir: Dir) -> bool {
        dir == Dir::Recent
            || dir.is_watched()
            || (self.live_set(dir).is_some() && !matches!(dir, Dir::Album(_)))
    }

    /// Notes how the photos are shown that an entry will make one, or part: before any of
    /// its events is applied, since others of them may concern the same photos.
    pub(super) fn note_before(&self, events: &[Event], changes: &mut Changes) {
        let mut assets = AssetSet::new();
        for event in events {
            if let Event::AssetsMerged { merges, .. } = event {
                assets.extend(merges.iter().flat_map(|merge| [merge.into, merge.from]));
            }
            if let Event::ContentsParted { partings, .. } = event {
                assets.extend(partings.iter().flat_map(|parting| [parting.into, parting.from]));
            }
            if let Event::FilesJudged { parted, .. } = event {
                let files = parted.iter().filter_map(|(file, _)| self.file(*file));
                assets.extend(files.map(|row| row.asset));
            }
        }
        if !assets.is_empty() {
            let mut places = self.places(&assets);
            places
                .iter_mut()
                .for_each(|(dir, set)| *set = self.shown_in(*dir, set));
            self.note_recast(&places, changes);
        }
    }

    /// Notes under which names photos are shown.
    pub(super) fn note_recast(&self, places: &BTreeMap<Dir, AssetSet>, changes: &mut Changes) {
        let mut found: BTreeMap<AssetId, Vec<(Dir, bool)>> = BTreeMap::new();
        for (dir, assets) in places {
            for asset in assets.iter() {
                if let Some(file) = self.lead_file(asset) {
                    let is_plain = self.is_plain_in(*dir, file);
                    found.entry(asset).or_default().push((*dir, is_plain));
                }
            }
        }
        let recast = found.into_iter().filter_map(|(asset, places)| {
            let file = self.lead_file(asset)?;
            Some(Recast { asset, file, places })
        });
        changes.delta.recast.extend(recast);
    }
}

/// Those of these photos that have a tag.
pub(super) fn having(row: &TagRow, assets: &AssetSet) -> AssetSet {
    let embedded = &(&row.embedded & assets) - &row.suppressed;
    &embedded | &(&row.added & assets)
}
