//! Live sets: what a question finds, kept current with every entry.
//!
//! A directory that shows what a query finds cannot ask the whole library each
//! time somebody looks, and its watchers have to hear who came and who left. So
//! the answer is kept, and after each entry the question is asked again of those
//! photos alone whose answer may be another one: a change of one photo costs one
//! photo a live set, however large the library is.
//!
//! Whose answer may have changed: those the entry touched; those that may be tied to a
//! photo that came, went or changed (`is:stacked`, `type:live`); those whose name in query
//! directories changed because another of their stem came or went; those of an
//! album whose path is another one, or which is gone ([`View::ask_album`]); and
//! everybody where a library went offline, or where a path may mean another tag
//! than before: tags are made, renamed and merged seldom. What is kept is what is shown: hidden and missing photos are not.
//!
//! Whatever makes a directory of a query puts a [`Live`] under its [`Dir`] and has
//! all that. Some ask for others: an album for a collection, a collection for
//! albums, a share for both. So they are asked in stages, and who came into or left
//! one is asked again by those after it (the table is in
//! `organization::collection`, which refuses what would depend on itself). Of an
//! album, what its rule finds is only a part: [`View::admit`] makes it the whole.
//!
//! Beside them: the newest photos, which are the highest numbers, since numbers
//! are handed out in the order of registration.

use super::apply::Changes;
use super::delta::Delta;
use super::{Dir, View};
use crate::event::Event;
use crate::kernel::{AlbumId, AssetId, AssetSet, CollectionId, FolderId, Owner, ShareId, ShotId, UserId};
use crate::organization::query::{evaluate, evaluate_within};
use crate::organization::{AlbumRule, Query, asks_for_albums};
use crate::sharing::{Scope, Share};

/// How many photos are the newest.
pub const RECENT: usize = 1_000;

/// What is asked.
pub(super) enum Question {
    /// What a query finds.
    Query(Query),
    /// What is in a folder or below it.
    Folder(FolderId),
    /// What a collection finds.
    Collection(CollectionId),
}

impl Question {
    /// What a rule asks; `None` for a query that does not read any more: it finds nothing.
    fn of(rule: &AlbumRule) -> Option<Self> {
        match rule {
            AlbumRule::Folder(folder) => Some(Self::Folder(*folder)),
            AlbumRule::Query(text) => Query::parse(text).ok().map(Self::Query),
            AlbumRule::Collection(collection) => Some(Self::Collection(*collection)),
        }
    }
}

/// A question and its answer.
pub(super) struct Live {
    question: Question,
    viewer: UserId,
    found: AssetSet,
}

impl View {
    /// What the question of a directory finds, of what is shown; `None` where none is behind it.
    pub(super) fn live_set(&self, dir: Dir) -> Option<&AssetSet> {
        self.live.get(&dir).map(|live| &live.found)
    }

    /// What the rule of an album finds, of what is shown, included or excluded ones too.
    #[must_use]
    pub fn found_in(&self, album: AlbumId) -> AssetSet {
        self.live_set(Dir::Album(album)).cloned().unwrap_or_default()
    }

    /// What a rule would find for this person, of what is shown.
    #[must_use]
    pub fn found_by(&self, viewer: UserId, rule: &AlbumRule) -> AssetSet {
        let question = Question::of(rule);
        question.map_or_else(AssetSet::new, |question| self.answer(viewer, &question, None))
    }

    /// The answer to a question; of these photos alone, if they are given.
    fn answer(&self, viewer: UserId, question: &Question, within: Option<&AssetSet>) -> AssetSet {
        let found = match (question, within) {
            (Question::Query(query), None) => evaluate(self, viewer, query),
            (Question::Query(query), Some(photos)) => evaluate_within(self, viewer, query, photos),
            (Question::Folder(folder), None) => self.photos_below(*folder).into_owned(),
            (Question::Folder(folder), Some(photos)) => {
                let is_below = |asset: &AssetId| self.is_asset_below(*asset, *folder);
                photos.iter().filter(is_below).collect()
            }
            (Question::Collection(id), None) => self.members(Dir::Collection(*id)),
            (Question::Collection(id), Some(photos)) => &self.members(Dir::Collection(*id)) & photos,
        };
        self.shown(&found)
    }

    /// Asks from now on, for a directory that shows what is found.
    pub(super) fn ask(&mut self, dir: Dir, viewer: UserId, question: Question) {
        let found = self.answer(viewer, &question, None);
        let live = Live {
            question,
            viewer,
            found,
        };
        self.live.insert(dir, live);
    }

    /// Brings everything that is derived up to date with what an entry changed.
    pub(super) fn renew(&mut self, changes: &mut Changes) {
        self.renew_recent(&mut changes.delta);
        self.renew_below(&changes.delta.touched);
        self.renew_covered(changes);
        self.renew_away(changes);
        if !self.is_asking() && self.index.is_unused() {
            return;
        }
        let mut asked = &changes.asked | &changes.delta.touched;
        for shot in changes.delta.restemmed.keys() {
            asked |= &self.assets_of(*shot);
        }
        self.index.doubt(&asked);
        if !self.is_asking() {
            return;
        }
        for dir in self.in_stages() {
            let Some(mut live) = self.live.remove(&dir) else {
                continue;
            };
            let (within, before) = if changes.all_asked {
                (None, live.found.clone())
            } else {
                (Some(&asked), &live.found & &asked)
            };
            let now = self.answer(live.viewer, &live.question, within);
            let (joined, left) = (&now - &before, &before - &now);
            live.found -= &left;
            live.found |= &joined;
            self.live.insert(dir, live);
            // Those after it may ask for it.
            asked |= &joined;
            asked |= &left;
            if let Dir::Album(album) = dir {
                self.admit(album, changes);
            } else {
                changes.delta.leave(dir, &left);
                changes.delta.join(dir, &joined);
            }
        }
        self.renew_watched(&asked, changes);
    }

    /// Whether any question is kept an answer to.
    pub(super) fn is_asking(&self) -> bool {
        !self.live.is_empty() || !self.watched.is_empty()
    }

    /// The directories that ask, so that none asks for a later one.
    fn in_stages(&self) -> Vec<Dir> {
        let stage = |dir: &Dir, live: &Live| match dir {
            Dir::Collection(_) => match &live.question {
                Question::Query(query) if query.asks_for_albums() => 2,
                Question::Query(_) | Question::Folder(_) | Question::Collection(_) => 0,
            },
            Dir::Album(_) => 1,
            Dir::Tag(_)
            | Dir::Date(_)
            | Dir::Undated
            | Dir::Folder(_)
            | Dir::Favorites(_)
            | Dir::Recent
            | Dir::Person(_)
            | Dir::AllOf(_)
            | Dir::Copies(_)
            | Dir::Search(_)
            | Dir::Share(_) => 3,
        };
        let mut dirs: Vec<(u8, Dir)> = self
            .live
            .iter()
            .map(|(dir, live)| (stage(dir, live), *dir))
            .collect();
        dirs.sort_unstable();
        dirs.into_iter().map(|(_, dir)| dir).collect()
    }

    /// Has an album show what its rule finds, with those that were included and
    /// without those that were excluded; notes who came and who went.
    pub(super) fn admit(&mut self, album: AlbumId, changes: &mut Changes) {
        let found = self.found_in(album);
        let Some(row) = self.albums.get_mut(&album) else {
            return;
        };
        let now = row.admits(&found);
        let (came, went) = (&now - &row.assets, &row.assets - &now);
        row.assets = now;
        changes.touch(&came);
        changes.touch(&went);
        // Those that are not shown any more were told as that.
        changes.delta.leave(Dir::Album(album), &self.shown(&went));
        changes.delta.join(Dir::Album(album), &self.shown(&came));
    }

    /// Asks for the rule of an album, or no longer; who is in it is not changed.
    pub(super) fn ask_rule(&mut self, album: AlbumId) {
        self.live.remove(&Dir::Album(album));
        let Some(row) = self.albums.get(&album) else {
            return;
        };
        let Owner::User(viewer) = row.owner;
        if let Some(question) = row.settings.rule.as_ref().and_then(Question::of) {
            self.ask(Dir::Album(album), viewer, question);
        }
    }

    fn renew_recent(&mut self, delta: &mut Delta) {
        let Some(last) = delta.touched.bitmap().max() else {
            return;
        };
        let oldest = self.recent.bitmap().min().unwrap_or(0);
        if self.recent.len() == RECENT as u64 && last < oldest {
            return;
        }
        let now = self.newest();
        delta.leave(Dir::Recent, &(&self.recent - &now));
        delta.join(Dir::Recent, &(&now - &self.recent));
        self.recent = now;
    }

    fn newest(&self) -> AssetSet {
        let hidden = self.hidden.bitmap();
        let present = self.present.bitmap().iter().rev();
        let newest = present.filter(|number| !hidden.contains(*number)).take(RECENT);
        let mut numbers: Vec<u32> = newest.collect();
        numbers.reverse();
        AssetSet::from_bitmap(numbers.into_iter().collect())
    }

    /// Answers everything anew, after the rows were loaded.
    pub(super) fn renew_all(&mut self) {
        self.recent = self.newest();
        let (last, first): (Vec<CollectionId>, Vec<CollectionId>) = self
            .collections
            .values()
            .map(|one| (one.id, asks_for_albums(one)))
            .fold((Vec::new(), Vec::new()), |(mut last, mut first), (id, asks)| {
                if asks {
                    last.push(id)
                } else {
                    first.push(id)
                }
                (last, first)
            });
        first.into_iter().for_each(|id| self.ask_collection(id));
        let albums: Vec<AlbumId> = self.albums.keys().copied().collect();
        for album in albums {
            self.ask_rule(album);
            let found = self.found_in(album);
            if let Some(row) = self.albums.get_mut(&album) {
                row.assets = row.admits(&found);
            }
        }
        last.into_iter().for_each(|id| self.ask_collection(id));
        let shares: Vec<ShareId> = self.shares.keys().copied().collect();
        shares.into_iter().for_each(|share| self.ask_share(share));
    }

    fn ask_share(&mut self, id: ShareId) {
        let Some(Share {
            owner: Owner::User(viewer),
            scope: Scope::Query(text),
            ..
        }) = self.share(id)
        else {
            return;
        };
        // One that does not read any more shows nothing, as it would find nothing.
        if let (viewer, Ok(query)) = (*viewer, Query::parse(text)) {
            self.ask(Dir::Share(id), viewer, Question::Query(query));
        }
    }

    pub(super) fn put_share(&mut self, share: Share) {
        use super::record::Used as _;
        self.next.used(share.id);
        let key = (share.owner, super::sibling_key(&share.name));
        self.share_names.insert(key, share.id);
        if let Scope::Folder(folder) = share.scope {
            self.keep_below(folder);
        }
        self.shares.insert(share.id, share);
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the caller sends the events of shares alone"
    )]
    pub(super) fn share_event(&mut self, event: &Event, changes: &mut Changes) {
        match event {
            Event::ShareCreated { share } => {
                self.put_share(share.clone());
                self.ask_share(share.id);
                changes.dirty.shares.insert(share.id);
                self.ask_who_is_shared(changes);
            }
            Event::ShareRevoked { share } => {
                self.shares.remove(&share.id);
                self.share_names
                    .remove(&(share.owner, super::sibling_key(&share.name)));
                self.live.remove(&Dir::Share(share.id));
                if let Scope::Folder(folder) = share.scope {
                    self.forget_below(folder);
                }
                changes.dirty.shares.insert(share.id);
                self.ask_who_is_shared(changes);
            }
            _ => {}
        }
    }

    /// What is shared is another question now. Searches alone may ask it: collections,
    /// rules and shares are refused that do.
    fn ask_who_is_shared(&self, changes: &mut Changes) {
        changes.all_asked |= !self.watched.is_empty();
    }

    /// The photos of a shot.
    pub(super) fn assets_of(&self, shot: ShotId) -> AssetSet {
        let files = self.shot(shot).map_or(&[][..], |row| &row.files);
        files
            .iter()
            .filter_map(|file| self.file(*file).map(|row| row.asset))
            .collect()
    }

    /// Has the photos of a shot, and whoever is tied to them, asked again: a file of it
    /// came or went.
    pub(super) fn ask_shot(&self, shot: ShotId, changes: &mut Changes) {
        if self.asks_stacks() {
            let assets = self.assets_of(shot);
            assets.iter().for_each(|asset| self.ask_stack(asset, changes));
        }
    }

    /// Has the photos of an album and of those in it asked again: its path changes
    /// or it goes. To be called while it has them.
    pub(super) fn ask_album(&self, album: AlbumId, changes: &mut Changes) {
        let Some(row) = self.album(album).filter(|_| self.is_asking()) else {
            return;
        };
        changes.asked |= &row.assets;
        for child in self.album_children(row.owner, Some(album)) {
            self.ask_album(child, changes);
        }
    }
}
