//! Live sets: what a question finds, kept current with every entry.
//!
//! A directory that shows what a query finds cannot ask the whole library each
//! time somebody looks, and its watchers have to hear who came and who left. So
//! the answer is kept, and after each entry the question is asked again of those
//! photos alone whose answer may be another one: a change of one photo costs one
//! photo a live set, however large the library is.
//!
//! Whose answer may have changed: those the entry touched; those that share a
//! shot with a file that came or went (`is:stacked`); those whose name in query
//! directories changed because another of their stem came or went; those of an
//! album whose path is another one, or which is gone ([`View::ask_album`]); and
//! everybody where a library went offline, or where a path may mean another tag
//! than before: tags are made, renamed and merged seldom. What is kept is what is shown: hidden and missing photos are not.
//!
//! Whatever makes a directory of a query puts a [`Live`] under its [`Dir`] and has
//! all that. A query that asks for what is shared cannot be one: the answer
//! would depend on other live sets.
//!
//! Beside them: the newest photos, which are the highest numbers, since numbers
//! are handed out in the order of registration.

use super::apply::Changes;
use super::delta::Delta;
use super::{Dir, View};
use crate::event::Event;
use crate::kernel::{AlbumId, AssetSet, Owner, ShareId, ShotId, UserId};
use crate::organization::Query;
use crate::organization::query::{evaluate, evaluate_within};
use crate::sharing::{Scope, Share};

/// How many photos are the newest.
pub const RECENT: usize = 1_000;

/// A question and its answer.
pub(super) struct Live {
    query: Query,
    viewer: UserId,
    found: AssetSet,
}

impl View {
    /// What the query of a directory finds, of what is shown; `None` where none is behind it.
    pub(super) fn live_set(&self, dir: Dir) -> Option<&AssetSet> {
        self.live.get(&dir).map(|live| &live.found)
    }

    /// Asks a query from now on, for a directory that shows what it finds.
    fn ask(&mut self, dir: Dir, viewer: UserId, query: Query) {
        let found = self.shown(&evaluate(self, viewer, &query));
        let live = Live { query, viewer, found };
        self.live.insert(dir, live);
    }

    /// Brings everything that is derived up to date with what an entry changed.
    pub(super) fn renew(&mut self, changes: &mut Changes) {
        self.renew_recent(&mut changes.delta);
        self.renew_below(&changes.delta.touched);
        if self.live.is_empty() {
            return;
        }
        let mut asked = &changes.asked | &changes.delta.touched;
        for shot in changes.delta.restemmed.keys() {
            asked |= &self.assets_of(*shot);
        }
        let mut all = std::mem::take(&mut self.live);
        for (dir, live) in &mut all {
            let (now, before) = if changes.all_asked {
                (evaluate(self, live.viewer, &live.query), live.found.clone())
            } else {
                let found = evaluate_within(self, live.viewer, &live.query, &asked);
                (found, &live.found & &asked)
            };
            let now = self.shown(&now);
            let (joined, left) = (&now - &before, &before - &now);
            live.found -= &left;
            live.found |= &joined;
            changes.delta.leave(*dir, &left);
            changes.delta.join(*dir, &joined);
        }
        self.live = all;
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
        let queries: Vec<ShareId> = self.shares.keys().copied().collect();
        queries.into_iter().for_each(|share| self.ask_share(share));
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
            self.ask(Dir::Share(id), viewer, query);
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
            }
            _ => {}
        }
    }

    /// The photos of a shot.
    fn assets_of(&self, shot: ShotId) -> AssetSet {
        let files = self.shot(shot).map_or(&[][..], |row| &row.files);
        files
            .iter()
            .filter_map(|file| self.file(*file).map(|row| row.asset))
            .collect()
    }

    /// Has the photos of a shot asked again: a file of it came or went.
    pub(super) fn ask_shot(&self, shot: ShotId, changes: &mut Changes) {
        if !self.live.is_empty() {
            changes.asked |= &self.assets_of(shot);
        }
    }

    /// Has the photos of an album and of those in it asked again: its path changes
    /// or it goes. To be called while it has them.
    pub(super) fn ask_album(&self, album: AlbumId, changes: &mut Changes) {
        let Some(row) = self.album(album).filter(|_| !self.live.is_empty()) else {
            return;
        };
        changes.asked |= &row.assets;
        for child in self.album_children(row.owner, Some(album)) {
            self.ask_album(child, changes);
        }
    }
}
