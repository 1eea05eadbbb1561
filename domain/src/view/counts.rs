//! How many files each library has that are present, and how much is known of them.
//!
//! They are counted by blocks of file numbers, once somebody asks. An entry only says which blocks it changed, and whoever
//! asks next counts those again: a first scan pays a bit a file, and those who ask many times a second while it runs a few
//! blocks each, where they would have all files counted.

use super::View;
use super::record::{AssetRow, FileRow};
use crate::catalog::MediaKind;
use crate::kernel::{AssetSet, FileId, FileSet, LibraryId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// Files whose numbers are in one block.
const BLOCK: u32 = if cfg!(test) { 4 } else { 1_024 };

/// The files of a library that are present.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FileCounts {
    /// All of them.
    pub files: u64,
    /// Photos, raw ones too.
    pub photos: u64,
    /// Videos.
    pub videos: u64,
    /// Their bytes.
    pub size: u64,
    /// Files of which was read what they say since they changed.
    pub read: u64,
    /// Bytes of those that were hashed.
    pub hashed: u64,
}

impl FileCounts {
    fn pairs<'a>(&'a mut self, other: &'a Self) -> [(&'a mut u64, &'a u64); 6] {
        [
            (&mut self.files, &other.files),
            (&mut self.photos, &other.photos),
            (&mut self.videos, &other.videos),
            (&mut self.size, &other.size),
            (&mut self.read, &other.read),
            (&mut self.hashed, &other.hashed),
        ]
    }

    fn add(&mut self, view: &View, file: &FileRow) {
        self.files += 1;
        match file.kind {
            MediaKind::Photo | MediaKind::Raw => self.photos += 1,
            MediaKind::Video => self.videos += 1,
        }
        self.size += file.size;
        self.read += u64::from(view.asset(file.asset).is_some_and(AssetRow::is_read));
        self.hashed += file.checksum.map_or(0, |_| file.size);
    }
}

type ByLibrary = BTreeMap<LibraryId, FileCounts>;

/// What was counted so far.
#[derive(Default)]
pub(super) struct Counts(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    /// Nothing until somebody asks.
    blocks: Vec<ByLibrary>,
    all: ByLibrary,
    stale: BTreeSet<u32>,
}

impl Counts {
    fn was_asked(&mut self) -> bool {
        let counted = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        !counted.blocks.is_empty()
    }

    /// These may count otherwise now.
    fn doubt(&mut self, files: impl Iterator<Item = FileId>) {
        let counted = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        let mut last = None;
        for file in files {
            let block = file.number() / BLOCK;
            if last.replace(block) != Some(block) {
                counted.stale.insert(block);
            }
        }
    }
}

impl Counted {
    fn refresh(&mut self, view: &View) {
        let blocks = view.files.end().div_ceil(BLOCK);
        let known = u32::try_from(self.blocks.len()).unwrap_or(u32::MAX);
        self.stale.extend(known..blocks);
        self.blocks.resize_with(blocks as usize, BTreeMap::new);
        for block in std::mem::take(&mut self.stale) {
            let Some(counts) = self.blocks.get_mut(block as usize) else {
                continue;
            };
            for (library, before) in counts.iter() {
                let all = self.all.entry(*library).or_default();
                all.pairs(before).into_iter().for_each(|(all, one)| *all -= one);
            }
            *counts = block_counts(view, block);
            for (library, now) in counts.iter() {
                let all = self.all.entry(*library).or_default();
                all.pairs(now).into_iter().for_each(|(all, one)| *all += one);
            }
        }
    }
}

fn block_counts(view: &View, block: u32) -> ByLibrary {
    let mut counts = ByLibrary::new();
    let first = block.saturating_mul(BLOCK);
    let rows = (first..first.saturating_add(BLOCK)).filter_map(|number| view.file(FileId::new(number)));
    for file in rows.filter(|file| file.is_present()) {
        let of = counts.entry(view.library_of(file.folder)).or_default();
        of.add(view, file);
    }
    counts
}

impl View {
    /// How many files of a library are present, and how much is known of them.
    #[must_use]
    pub fn file_counts(&self, library: LibraryId) -> FileCounts {
        let mut counted = self.counts.0.lock().unwrap_or_else(PoisonError::into_inner);
        counted.refresh(self);
        counted.all.get(&library).copied().unwrap_or_default()
    }

    /// Files with other rows, and photos of which something else was read, may count otherwise.
    pub(super) fn renew_counts(&mut self, files: &FileSet, read: &AssetSet) {
        if !self.counts.was_asked() {
            return;
        }
        self.counts.doubt(files.iter());
        let rows = read.iter().filter_map(|asset| self.assets.get(asset));
        self.counts.doubt(rows.flat_map(|row| row.files.iter().copied()));
    }
}

#[cfg(test)]
impl View {
    /// What is counted as it changes is what there is, file by file.
    pub(crate) fn assert_counts(&self) {
        for library in self.libraries() {
            let mut counts = FileCounts::default();
            for (_, file) in self.files() {
                if file.is_present() && self.library_of(file.folder) == library.id {
                    counts.add(self, file);
                }
            }
            assert_eq!(self.file_counts(library.id), counts, "{}", library.name);
        }
        assert_eq!(self.asset_count(), self.assets().count());
    }
}
