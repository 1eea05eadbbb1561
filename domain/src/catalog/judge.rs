//! Files in doubt, judged by what they say now.
//!
//! Another picture gets a file and an asset of its own: the number of the file that was
//! there stays with what it held, since it is an inode number, under which a program may
//! have kept something. The same picture is an edit: its asset stays. Where the asset has
//! other files that stayed as they were, the edited one is a picture of its own from now
//! on, with a copy of what people made of both.
//!
//! One file of an asset is judged at a time; another stays in doubt, and is read again.

use super::unite::Unite;
use super::{Evidence, same_picture};
use crate::event::{Event, FileStamp};
use crate::kernel::{AssetId, AssetSet, FileId, FileSet};
use crate::storage::seen_anew;
use crate::view::{Doubt, FileRow, View};

pub(super) struct Judge<'a> {
    view: &'a View,
    kept: FileSet,
    replaced: Vec<FileStamp>,
    parted: Vec<FileId>,
    judged: AssetSet,
    unite: Unite<'a>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(view: &'a View) -> Self {
        Self {
            view,
            kept: FileSet::new(),
            replaced: Vec::new(),
            parted: Vec::new(),
            judged: AssetSet::new(),
            unite: Unite::new(view),
        }
    }

    /// Judges a file; true if it is of its asset still, so that its facts are the asset's.
    pub(super) fn is_kept(&mut self, id: FileId, row: &FileRow, doubt: &Doubt, now: &Evidence) -> bool {
        // One that is gone meanwhile is judged when it is back: nobody is at its path now.
        if !row.is_present() || !self.judged.insert(row.asset) {
            return false;
        }
        if !same_picture(&doubt.evidence, now) {
            self.replaced.push(FileStamp {
                id,
                size: row.size,
                mtime_ns: row.mtime_ns,
                ino: row.ino,
            });
            return false;
        }
        if self.has_others(id, row.asset) {
            self.parted.push(id);
            return false;
        }
        self.kept.insert(id);
        if let Some(checksum) = row.checksum {
            self.unite.is_content(row.asset, checksum);
        }
        true
    }

    fn has_others(&self, id: FileId, asset: AssetId) -> bool {
        let files = self.view.asset(asset).map_or(&[][..], |row| &row.files);
        let is_there = |file: &FileId| self.view.file(*file).is_some_and(FileRow::is_present);
        files.iter().any(|file| *file != id && is_there(file))
    }

    /// How many files turned out to be other pictures.
    pub(super) fn replaced(&self) -> u64 {
        self.replaced.len() as u64
    }

    /// What follows.
    pub(super) fn into_events(mut self, now: i64) -> Vec<Event> {
        if self.kept.is_empty() && self.replaced.is_empty() && self.parted.is_empty() {
            return Vec::new();
        }
        self.replaced.sort_unstable_by_key(|stamp| stamp.id);
        self.parted.sort_unstable();
        let files = seen_anew(self.view, &self.replaced, now);
        let mut next = files
            .last()
            .map_or(self.view.next().asset().number(), |file| file.asset.number() + 1);
        let mut parted = Vec::with_capacity(self.parted.len());
        for file in self.parted {
            parted.push((file, AssetId::new(next)));
            next += 1;
        }
        let replaced = self.replaced.iter().map(|stamp| stamp.id).collect();
        let kept = self.kept;
        let mut events = vec![Event::FilesJudged {
            kept,
            replaced,
            parted,
        }];
        if !files.is_empty() {
            events.push(Event::FilesRegistered { files });
        }
        events.extend(self.unite.into_event());
        events
    }
}
