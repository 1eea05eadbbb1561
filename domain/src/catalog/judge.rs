//! Files in doubt, judged by what they say now.
//!
//! Another picture (`evidence` says which is) gets a file and an asset of its own: the number of the file that was
//! there stays with what it held, since it is an inode number, under which a program may
//! have kept something. The same picture is an edit: its asset stays. Where the asset has
//! other files that stayed as they were, the edited one is a picture of its own from now
//! on, with a copy of what people made of both. So is a file that was gone, and is back when
//! another content of its asset is there.

use super::Evidence;
use super::evidence::{same_image, same_picture};
use super::unite::Unite;
use crate::command::UpdateFiles;
use crate::event::{Event, FileStamp};
use crate::kernel::{AssetId, Checksum, FileId, FileSet};
use crate::storage::seen_anew;
use crate::view::{FileRow, View};
use rustc_hash::FxHashMap;

/// What became of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is of its asset still.
    Kept,
    /// It is of an asset of its own from now on; see [`Judged::asset_of`].
    Moved,
    /// It is not there, so that nobody can say.
    Open,
}

/// Whether a file of a photo shows the photo still, by what it said before and says now, and by the hash of what is
/// there now, where that is known.
#[must_use]
pub fn is_kept(
    view: &View,
    asset: AssetId,
    (before, now): (&Evidence, &Evidence),
    content: Option<Checksum>,
) -> bool {
    if content.is_some_and(|content| view.is_of_another(asset, &content)) {
        same_image(before, now)
    } else {
        same_picture(before, now)
    }
}

/// Files that come back while their photo shows another content, because that one came meanwhile, are photos of
/// their own again. Those in doubt are judged when they are read.
pub(crate) fn come_back_beside(view: &View, returned: &FileSet, command: &UpdateFiles) -> Option<Event> {
    let mut parted: Vec<(FileId, AssetId)> = Vec::new();
    let mut parts = FileSet::new();
    let mut numbers = view.next().asset().number()..;
    let is_in_doubt =
        |file: FileId| view.doubt(file).is_some() || command.changed.iter().any(|stamp| stamp.id == file);
    let stays = |file: FileId| !command.gone.contains(file) && !command.leaving.contains(file);
    for file in returned.iter().filter(|file| !is_in_doubt(*file)) {
        let Some(row) = view.file(file).filter(|row| !row.is_present()) else {
            continue;
        };
        let is_back = |other: FileId| returned.contains(other) && other < file && !parts.contains(other);
        let is_other =
            |other: FileId| other != file && (view.is_there(other) && stays(other) || is_back(other));
        if view.shows_another_in(row.asset, row.checksum, is_other) {
            parted.extend(numbers.next().map(|number| (file, AssetId::new(number))));
            parts.insert(file);
        }
    }
    (!parted.is_empty()).then(|| Event::FilesJudged {
        kept: FileSet::new(),
        replaced: FileSet::new(),
        parted,
    })
}

pub(super) struct Judge<'a> {
    view: &'a View,
    kept: FileSet,
    replaced: Vec<FileStamp>,
    parted: Vec<FileId>,
    /// Those of the last two.
    moved: FileSet,
    unite: Unite<'a>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(view: &'a View) -> Self {
        Self {
            view,
            kept: FileSet::new(),
            replaced: Vec::new(),
            parted: Vec::new(),
            moved: FileSet::new(),
            unite: Unite::new(view),
        }
    }

    /// Judges a file by what it said and says, and by the hash of what is there now, where that is known.
    pub(super) fn judge(
        &mut self,
        id: FileId,
        row: &FileRow,
        (before, now): (&Evidence, &Evidence),
        content: Option<Checksum>,
    ) -> Verdict {
        // One that is gone meanwhile is judged when it is back: nobody is at its path now.
        if !row.is_present() || self.kept.contains(id) || self.moved.contains(id) {
            return Verdict::Open;
        }
        if !is_kept(self.view, row.asset, (before, now), content) {
            self.replaced.push(row.stamp(id));
            self.moved.insert(id);
            return Verdict::Moved;
        }
        if self.has_others(id, row.asset) {
            self.parted.push(id);
            self.moved.insert(id);
            return Verdict::Moved;
        }
        self.kept.insert(id);
        self.unite.holds(row);
        Verdict::Kept
    }

    fn has_others(&self, id: FileId, asset: AssetId) -> bool {
        let files = self.view.asset(asset).map_or(&[][..], |row| &row.files);
        let stays = |file: &FileId| *file != id && !self.moved.contains(*file);
        let is_there = |file: &FileId| self.view.is_there(*file);
        files.iter().any(|file| stays(file) && is_there(file))
    }

    /// What follows.
    pub(super) fn decided(mut self, now: i64) -> Judged {
        self.replaced.sort_unstable_by_key(|stamp| stamp.id);
        self.parted.sort_unstable();
        let files = seen_anew(self.view, &self.replaced, now);
        let next = files
            .last()
            .map_or(self.view.next().asset().number(), |file| file.asset.number() + 1);
        let mut assets: FxHashMap<FileId, AssetId> = FxHashMap::default();
        assets.extend(
            self.replaced
                .iter()
                .zip(&files)
                .map(|(old, new)| (old.id, new.asset)),
        );
        let mut parted = Vec::with_capacity(self.parted.len());
        for (file, number) in self.parted.into_iter().zip(next..) {
            assets.insert(file, AssetId::new(number));
            parted.push((file, AssetId::new(number)));
        }
        let replaced: FileSet = self.replaced.iter().map(|stamp| stamp.id).collect();
        let split: FileSet = parted.iter().map(|(file, _)| *file).collect();
        let kept = self.kept;
        let mut events = Vec::new();
        if !kept.is_empty() || !replaced.is_empty() || !parted.is_empty() {
            events.push(Event::FilesJudged {
                kept,
                replaced,
                parted,
            });
        }
        if !files.is_empty() {
            events.push(Event::FilesRegistered { files });
        }
        let merged = self.unite.into_events();
        Judged {
            events,
            merged,
            assets,
            parted: split,
        }
    }
}

/// What was decided of files in doubt.
pub(super) struct Judged {
    /// What comes before the facts.
    pub(super) events: Vec<Event>,
    /// What comes after them.
    pub(super) merged: Vec<Event>,
    assets: FxHashMap<FileId, AssetId>,
    parted: FileSet,
}

impl Judged {
    /// Whose edits decide what the tags of a file do: of an edited copy they are copied,
    /// and not there yet.
    pub(super) fn edited_as(&self, file: FileId, before: AssetId) -> AssetId {
        if self.parted.contains(file) {
            return before;
        }
        self.asset_of(file).unwrap_or(before)
    }

    /// The file that what was in a file is now, where its asset is another.
    pub(super) fn file_of(&self, file: FileId) -> Option<FileId> {
        let asset = self.asset_of(file)?;
        let registered = self.events.iter().find_map(|event| {
            if let Event::FilesRegistered { files } = event {
                files.iter().find(|seen| seen.asset == asset)
            } else {
                None
            }
        });
        Some(registered.map_or(file, |seen| seen.id))
    }

    /// The asset that what was in a file is of now, if it is another than before.
    pub(super) fn asset_of(&self, file: FileId) -> Option<AssetId> {
        self.assets.get(&file).copied()
    }
}
