//! From events to folders that are to be looked at, and when. Pure: it is told the time.
//!
//! Events only say where to look; what became of a file is the scan's to find out. A
//! folder is looked at a moment after the last event ([`CALM`]), so that a save by
//! writing a temporary file and renaming it is one change, and at the latest a second
//! after the first, so that a storm is looked at in few rounds. After a round there is
//! a rest as long as the round was.
//!
//! A file that is being written is left alone until it is closed. One that nobody
//! closes (its creation was a hard link, or its end was missed) counts as written when
//! nothing more happened to it for a while ([`MADE`], [`GROWN`]).
//!
//! A folder that was renamed keeps its watches; one that left the library loses them.

use super::inotify::Event;
use super::nodes::Nodes;
use crate::scan::{Part, concerns};
use kphotos_domain::storage::{IGNORE_MARK, ignored_by};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// So long nothing must happen before a look.
const CALM: Duration = Duration::from_millis(200);
/// So long a look is put off at most.
const PATIENCE: Duration = Duration::from_secs(1);
/// So long a file that was made waits for its first byte.
const MADE: Duration = Duration::from_secs(1);
/// So long a file that grew waits for the next byte.
const GROWN: Duration = Duration::from_secs(3);
/// With more folders than this all are looked at: that is as quick.
const MOST: usize = 4096;

/// What happened in a library and was not looked at.
#[derive(Default)]
pub(super) struct Changes {
    /// The watched folders.
    pub(super) nodes: Nodes,
    /// Folders, and whether with all below.
    parts: BTreeMap<Vec<u8>, bool>,
    first: Option<Instant>,
    last: Option<Instant>,
    /// No round before.
    not_before: Option<Instant>,
    writing: FxHashMap<Vec<u8>, Writing>,
    /// Folders that left their place, by what the other half of the move will say.
    moving: FxHashMap<u32, (i32, Box<[u8]>)>,
}

/// A file that is being written.
struct Writing {
    last: Instant,
    has_grown: bool,
}

impl Writing {
    fn ends(&self) -> Instant {
        self.last + if self.has_grown { GROWN } else { MADE }
    }
}

/// What the one who watches has to do after an event.
#[derive(Default, PartialEq, Eq, Debug)]
pub(super) struct Orders {
    /// New folders: to be watched with all below.
    pub(super) enter: Vec<Vec<u8>>,
    /// The root is there no more, or not where it was.
    pub(super) root_left: bool,
    /// Events were lost.
    pub(super) overflowed: bool,
}

/// What a round is to look at.
#[derive(Default, PartialEq, Eq, Debug)]
pub(super) struct Round {
    /// The folders; empty: nothing.
    pub(super) parts: Vec<Part>,
    /// Watches on what left the library.
    pub(super) unwatch: Vec<i32>,
}

impl Changes {
    /// Takes an event.
    pub(super) fn take(&mut self, event: &Event, now: Instant, orders: &mut Orders) {
        let has = |bits: u32| event.mask & bits != 0;
        if has(libc::IN_Q_OVERFLOW) {
            orders.overflowed = true;
            return;
        }
        if has(libc::IN_UNMOUNT) {
            orders.root_left = true;
        }
        if has(libc::IN_IGNORED) {
            self.nodes.remove(event.watch);
            return;
        }
        if event.name.is_empty() {
            orders.root_left |=
                self.nodes.is_root(event.watch) && has(libc::IN_DELETE_SELF | libc::IN_MOVE_SELF);
            return;
        }
        let Some(folder) = self.nodes.path(event.watch) else {
            return;
        };
        if has(libc::IN_ISDIR) {
            self.folder_event(event, folder, now, orders);
        } else if *event.name == *IGNORE_MARK {
            self.look(folder, true, now);
        } else if concerns(&event.name) {
            self.file_event(event.mask, folder, &event.name, now);
        }
    }

    fn folder_event(&mut self, event: &Event, folder: Vec<u8>, now: Instant, orders: &mut Orders) {
        let has = |bits: u32| event.mask & bits != 0;
        let is_left_out = ignored_by(&event.name, true).is_some();
        let own = join(&folder, &event.name);
        if has(libc::IN_MOVED_FROM) {
            let place = (event.watch, event.name.clone());
            self.moving.insert(event.cookie, place);
            self.look(folder, false, now);
        } else if has(libc::IN_MOVED_TO) {
            if let Some((parent, name)) = self.moving.remove(&event.cookie) {
                self.nodes.rename((parent, &name), (event.watch, &event.name));
            }
            if !is_left_out {
                self.look(own, true, now);
            }
        } else if has(libc::IN_DELETE) {
            self.look(folder, false, now);
        } else if has(libc::IN_CREATE) && !is_left_out {
            orders.enter.push(own.clone());
            self.look(own, true, now);
        } else if has(libc::IN_ATTRIB) && !is_left_out && self.nodes.at(&own).is_none() {
            // It could not be read, or it would be watched: perhaps it can be now.
            self.look(own, true, now);
        }
    }

    fn file_event(&mut self, mask: u32, folder: Vec<u8>, name: &[u8], now: Instant) {
        let has = |bits: u32| mask & bits != 0;
        let path = join(&folder, name);
        if has(libc::IN_CREATE | libc::IN_MODIFY) {
            let has_grown = has(libc::IN_MODIFY);
            let writing = self
                .writing
                .entry(path)
                .or_insert(Writing { last: now, has_grown });
            writing.last = now;
            writing.has_grown |= has_grown;
        } else if has(libc::IN_ATTRIB) {
            if !self.writing.contains_key(&path) {
                self.look(folder, false, now);
            }
        } else {
            // Closed, moved, deleted: whatever it is now, it is whole.
            self.writing.remove(&path);
            self.look(folder, false, now);
        }
    }

    /// This folder is to be looked at.
    pub(super) fn look(&mut self, folder: Vec<u8>, below: bool, now: Instant) {
        *self.parts.entry(folder).or_insert(below) |= below;
        if self.parts.len() > MOST {
            self.parts.clear();
            self.parts.insert(Vec::new(), true);
        }
        self.first.get_or_insert(now);
        self.last = Some(now);
    }

    /// Whether a file is being written.
    pub(super) fn is_in_writing(&self, path: &[u8]) -> bool {
        self.writing.contains_key(path)
    }

    /// When something is to be done next; `None`: not before the next event.
    pub(super) fn due(&self) -> Option<Instant> {
        let look = self.first.zip(self.last).map(|(first, last)| {
            let look = (last + CALM).min(first + PATIENCE);
            self.not_before.map_or(look, |rest| rest.max(look))
        });
        let written = self.writing.values().map(Writing::ends).min();
        look.into_iter().chain(written).min()
    }

    /// What is to be looked at now, if its time has come.
    pub(super) fn round(&mut self, now: Instant) -> Option<Round> {
        let mut written = Vec::new();
        self.writing.retain(|path, writing| {
            let is_over = writing.ends() <= now;
            if is_over {
                written.push(path.clone());
            }
            !is_over
        });
        for path in written {
            let at = path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
            self.look(path.get(..at).unwrap_or_default().to_vec(), false, now);
        }
        if self.first.is_none() || self.due().is_some_and(|due| due > now) {
            return None;
        }
        (self.first, self.last) = (None, None);
        let part = |(path, below)| Part { path, below };
        let parts = std::mem::take(&mut self.parts).into_iter().map(part).collect();
        let mut unwatch = Vec::new();
        for (parent, name) in std::mem::take(&mut self.moving).into_values() {
            // The other half did not come: it is in this library no more.
            unwatch.extend(self.nodes.below(parent, &name));
        }
        Some(Round { parts, unwatch })
    }

    /// Nothing is looked at before.
    pub(super) fn rest_until(&mut self, at: Instant) {
        self.not_before = Some(at);
    }

    /// All is looked at by others now.
    pub(super) fn forget(&mut self) {
        self.parts.clear();
        (self.first, self.last) = (None, None);
    }
}

pub(super) fn join(folder: &[u8], name: &[u8]) -> Vec<u8> {
    if folder.is_empty() {
        return name.to_vec();
    }
    [folder, b"/", name].concat()
}

#[cfg(test)]
mod tests;
