//! Who has which stem in a directory: found out, and kept from one change to the next.
//!
//! The photos of a first scan come in batches, and each of a batch asks who has its stem in the folders of its day, its month
//! and its year. Where cameras count to 9999 and begin again, a stem has a hundred shots, and a year ten thousands of
//! photos: neither is to be gone through with every batch. So what a batch found out is kept for the next, for a few
//! directories, and grows by who joined since. Whatever may give a file another shot, or a shot another stem, forgets all
//! of it ([`View::hear_of_shots`]); where somebody left a directory, that is found out anew.

use super::Finder;
use crate::event::Event;
use crate::kernel::{AssetSet, FileId, ShotId};
use crate::view::names::StemId;
use crate::view::{Dir, View};
use rustc_hash::FxHashMap;
use std::sync::{Mutex, PoisonError};

/// Directories that are kept: the days of a month, the month and the year, a folder, some tags.
const MOST: usize = 64;

/// Who has the stems of a dir: asked of the shots of a stem one by one, until that
/// has cost as much as a part of going through the dir once; then of all that are in it.
#[derive(Default)]
pub(super) struct Owners {
    asked: u64,
    members: Option<u64>,
    known: Option<StemOwners>,
}

/// Shots asked before anything is counted: most edits end here. Next to none in
/// tests, whose random worlds are small.
const FEW_ASKED: u64 = if cfg!(test) { 1 } else { 64 };
/// Going through a dir is worth asking that part of its photos: the next changes gain by it too.
const GAIN: u64 = 16;

/// The lowest shot of each stem among photos of a directory.
#[derive(Default)]
struct StemOwners {
    photos: AssetSet,
    shots: FxHashMap<StemId, ShotId>,
}

impl StemOwners {
    /// The photos are these now: says of whom nothing is known yet, which is of all if one is gone.
    fn grow(&mut self, now: AssetSet) -> AssetSet {
        if !self.photos.bitmap().is_subset(now.bitmap()) {
            *self = Self::default();
        }
        let new = &now - &self.photos;
        self.photos = now;
        new
    }

    fn has(&mut self, stem: StemId, shot: ShotId) {
        let owner = self.shots.entry(stem).or_insert(shot);
        *owner = shot.min(*owner);
    }

    fn of(&self, stem: StemId) -> Option<ShotId> {
        self.shots.get(&stem).copied()
    }
}

/// What is kept, the longest first.
#[derive(Default)]
pub(in crate::view) struct KeptOwners(Mutex<Vec<(Dir, StemOwners)>>);

impl KeptOwners {
    /// What was kept of a directory.
    fn take(&self, dir: Dir) -> Option<StemOwners> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(known, _)| *known == dir)?;
        Some(kept.remove(at).1)
    }

    /// Whether anything is kept of a directory.
    fn knows(&self, dir: Dir) -> bool {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().any(|(known, _)| *known == dir)
    }

    /// Keeps it for the next.
    fn put(&self, dir: Dir, owners: StemOwners) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| *known != dir);
        kept.push((dir, owners));
        let over = kept.len().saturating_sub(MOST);
        kept.drain(..over);
    }
}

impl Finder<'_> {
    /// The shot that has the stem in the dir, before and after these changes.
    /// There is one at most: two would have made a claim.
    pub(super) fn owner_in(&mut self, dir: Dir, stem: &str) -> Option<ShotId> {
        let view = self.view;
        let stem_id = view.stems.id(stem)?;
        if self.is_new(dir) {
            return None;
        }
        let shots = view.stems.shots(stem_id);
        let owners = self.owners.entry(dir).or_default();
        owners.asked += shots.len() as u64;
        if let Some(known) = &owners.known {
            return known.of(stem_id);
        }
        // A counter's stems are in a hundred folders each: ten thousand photos would ask a million shots.
        if owners.asked > FEW_ASKED
            && (view.owners.knows(dir)
                || owners.asked > *owners.members.get_or_insert_with(|| view.all_in(dir).len()) / GAIN)
        {
            let known = self.known_owners(dir);
            let owner = known.of(stem_id);
            self.owners.entry(dir).or_default().known = Some(known);
            return owner;
        }
        let keeps_stem = |shot: &ShotId| self.stems.get(shot).is_none_or(|after| after == stem);
        let stays = |shot: &ShotId| {
            let files = view.shot(*shot).map_or(&[][..], |row| &row.files);
            files.iter().any(|file| self.stays_in(dir, *shot, *file))
        };
        shots.iter().copied().filter(keeps_stem).find(stays)
    }

    /// The same of every stem that the dir has.
    fn known_owners(&self, dir: Dir) -> StemOwners {
        let view = self.view;
        let kept = self.is_plain().then(|| view.owners.take(dir)).flatten();
        let mut owners = kept.unwrap_or_default();
        for asset in owners.grow(view.all_in(dir)).iter() {
            for file in view.asset(asset).map_or(&[][..], |row| &row.files) {
                let Some(shot) = view.file(*file).map(|row| row.shot) else {
                    continue;
                };
                let Some(stem) = view.shot(shot).map(|row| row.stem_id) else {
                    continue;
                };
                let after = self.stems.get(&shot);
                if after.is_none_or(|after| after == view.stems.text(stem)) && self.stays_in(dir, shot, *file)
                {
                    owners.has(stem, shot);
                }
            }
        }
        owners
    }

    /// Whether no file gets another shot by these changes, and no shot another stem: then
    /// who has a stem before them, has it after them.
    fn is_plain(&self) -> bool {
        self.moved.is_empty() && self.stems.is_empty() && self.smart.is_empty()
    }

    /// Has the next changes know what these had to find out.
    pub(super) fn keep_owners(&mut self) {
        if self.is_plain() {
            for (dir, owners) in self.owners.drain() {
                if let Some(known) = owners.known {
                    self.view.owners.put(dir, known);
                }
            }
        }
    }

    /// Whether a file of a shot is in the dir, and stays in dir and shot.
    fn stays_in(&self, dir: Dir, shot: ShotId, file: FileId) -> bool {
        let Some(row) = self.view.file(file) else {
            return false;
        };
        let (folder, after) = self.moved.get(&file).copied().unwrap_or((row.folder, shot));
        after == shot
            && match dir {
                Dir::Folder(wanted) => row.folder == wanted && folder == wanted,
                Dir::Album(_) | Dir::Tag(_) | Dir::Date(_) | Dir::Undated => self.view.is_in(dir, row.asset),
                // Nothing is claimed there.
                Dir::Favorites(_)
                | Dir::Recent
                | Dir::Share(_)
                | Dir::Person(_)
                | Dir::Collection(_)
                | Dir::AllOf(_)
                | Dir::Copies(_)
                | Dir::Search(_) => false,
            }
    }
}

impl View {
    /// Forgets who has which stem, if what is about to happen may change it for photos that are known already.
    pub(in crate::view) fn hear_of_shots(&mut self, events: &[Event]) {
        let is_of_new = |event: &Event| {
            let Event::FilesRegistered { files } = event else {
                return false;
            };
            files.iter().all(|file| self.asset(file.asset).is_none())
        };
        let is_of_none = |event: &Event| {
            matches!(
                event,
                Event::FactsRecorded { .. }
                    | Event::ChecksumsRecorded { .. }
                    | Event::FoldersSeen { .. }
                    | Event::NamesClaimed { .. }
                    | Event::TagCreated { .. }
                    | Event::TagAssigned { .. }
                    | Event::TagBrought { .. }
                    | Event::FieldEdited { .. }
                    | Event::FieldsBrought { .. }
                    | Event::PersonCreated { .. }
                    | Event::JobEnqueued { .. }
                    | Event::JobSettled { .. }
                    | Event::JobUpdated { .. }
            )
        };
        if !events.iter().all(|event| is_of_none(event) || is_of_new(event)) {
            let kept = self.owners.0.get_mut().unwrap_or_else(PoisonError::into_inner);
            kept.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::kernel::{DateKey, TagId};
    use crate::testing::World;
    use crate::view::Dir;

    /// Two folders of one counter: each stem has two shots, so that it is asked who has it.
    const FILES: [&str; 6] = ["x/a.jpg", "x/b.jpg", "y/a.jpg", "y/b.jpg", "z/a.jpg", "z/b.jpg"];

    fn name(world: &World, dir: Dir, path: &str) -> String {
        let asset = world.asset(path);
        world.app.view().name_in(dir, asset).unwrap()
    }

    #[test]
    fn who_was_renamed_has_the_stem_no_more() {
        let world = World::new();
        world.files(&FILES);
        world.tag("t", &["x/a.jpg"]);
        // It is known from now on who has `a`.
        world.tag("t", &["x/b.jpg"]);
        world.moved(&[("x/a.jpg", "x/q.jpg")]);
        world.tag("t", &["y/a.jpg", "z/a.jpg"]);
        let tag = Dir::Tag(TagId::new(1));
        assert_eq!(name(&world, tag, "y/a.jpg"), "a.jpg");
        assert_ne!(name(&world, tag, "z/a.jpg"), "a.jpg");
    }

    #[test]
    fn who_left_has_the_stem_no_more() {
        let world = World::new();
        world.files(&FILES);
        let day = Dir::Date(DateKey::new(2024, 6, 15));
        world.read("x/a.jpg", Some("2024-06-15"), &[]);
        world.read("x/b.jpg", Some("2024-06-15"), &[]);
        world.read("x/a.jpg", Some("2024-06-16"), &[]);
        world.read("y/a.jpg", Some("2024-06-15"), &[]);
        assert_eq!(name(&world, day, "y/a.jpg"), "a.jpg");
        world.read("z/a.jpg", Some("2024-06-15"), &[]);
        assert_ne!(name(&world, day, "z/a.jpg"), "a.jpg");
    }
}
