//! Which asset is which content, by what numbers it goes, and which of its files speaks
//! for it.
//!
//! An asset is the content of each of its files, of each file as it was before it got
//! into doubt, and what it was before files of it were edited in place (its *formers*). What a file in
//! doubt holds now is nobody's content yet. The index has the first bytes of the hash
//! only ([`Contents`]): each answer is checked against the rows. It leads to whatever number the asset
//! had when it was entered; aliases lead on, and several entries may lead to one.

use super::View;
use super::record::{AssetRow, Doubt, FileRow};
use crate::kernel::{AssetId, AssetSet, Checksum, FileId, FileSet, LibraryId, Owner};
use crate::storage::LibraryState;
use hashbrown::HashTable;
use std::collections::{BTreeMap, BTreeSet};

/// Four bytes of a hash, and to whom it led: 9 bytes a content with the table's own, where
/// a map from eight bytes takes 13. Some hundred of a million contents share theirs with
/// another, and both are looked at.
#[derive(Default)]
pub(super) struct Contents(HashTable<(u32, AssetId)>);

impl Contents {
    fn mark(checksum: &Checksum) -> u32 {
        let [a, b, c, d, ..] = *checksum.bytes();
        u32::from_be_bytes([a, b, c, d])
    }

    /// The table asks the low bits for a place and the highest for a first comparison.
    fn hash(mark: u32) -> u64 {
        u64::from(mark) << 32 | u64::from(mark)
    }

    fn led_to(&self, checksum: &Checksum) -> impl Iterator<Item = AssetId> {
        self.marked(Self::mark(checksum))
    }

    /// Those whose hash begins so.
    pub(super) fn marked(&self, mark: u32) -> impl Iterator<Item = AssetId> {
        let found = self.0.iter_hash(Self::hash(mark));
        found
            .filter(move |(other, _)| *other == mark)
            .map(|(_, asset)| *asset)
    }

    fn enter(&mut self, checksum: &Checksum, asset: AssetId) {
        let mark = Self::mark(checksum);
        self.0
            .insert_unique(Self::hash(mark), (mark, asset), |(mark, _)| Self::hash(*mark));
    }
}

/// Numbers and contents.
impl View {
    /// The asset that a number stands for: itself, or what it became part of.
    #[must_use]
    pub fn resolve(&self, asset: AssetId) -> AssetId {
        let on = |asset: &AssetId| self.aliases.get(asset).copied();
        std::iter::successors(Some(asset), on).last().unwrap_or(asset)
    }

    /// The same for many: those that are no asset by any number are kept as they are.
    #[must_use]
    pub fn resolve_all(&self, assets: &AssetSet) -> AssetSet {
        if self.aliases.is_empty() {
            return assets.clone();
        }
        assets.iter().map(|asset| self.resolve(asset)).collect()
    }

    /// All numbers that lead to these assets, themselves included.
    #[must_use]
    pub fn numbers_of(&self, assets: &AssetSet) -> AssetSet {
        let mut all = assets.clone();
        // An alias is lower than those that lead to it: one pass upwards finds all.
        for (from, into) in &self.aliases {
            if all.contains(*into) {
                all.insert(*from);
            }
        }
        all
    }

    /// The aliases, ascending, each with the number that it led to first.
    pub fn aliases(&self) -> impl Iterator<Item = (AssetId, AssetId)> {
        self.aliases.iter().map(|(from, into)| (*from, *into))
    }

    /// What a file was like before it got into doubt, if it is.
    #[must_use]
    pub fn doubt(&self, file: FileId) -> Option<&Doubt> {
        self.doubts.get(&file)
    }

    /// The files in doubt, ascending.
    pub fn doubts(&self) -> impl Iterator<Item = (FileId, &Doubt)> {
        self.doubts.iter().map(|(file, doubt)| (*file, doubt))
    }

    /// What an asset was before files of it were edited in place, the oldest first.
    #[must_use]
    pub fn formers(&self, asset: AssetId) -> &[Checksum] {
        self.formers.get(&asset).map_or(&[], |formers| formers)
    }

    /// In whose world an asset is.
    #[must_use]
    pub fn owner_of(&self, asset: AssetId) -> Option<Owner> {
        let file = self.file(*self.asset(asset)?.files.first()?)?;
        // Also where the library was removed: its photos are missing, and are found again.
        Some(self.any_library(self.library_of(file.folder))?.owner)
    }

    /// The asset of this world that is this content: whose file holds it, before one that it was.
    #[must_use]
    pub fn asset_of_content(&self, owner: Owner, checksum: &Checksum) -> Option<AssetId> {
        let led_to = self.contents.led_to(checksum).map(|asset| self.resolve(asset));
        let of_owner = led_to.filter(|asset| self.owner_of(*asset) == Some(owner));
        let is_it = of_owner.filter(|asset| self.is_content(*asset, checksum));
        is_it.min_by_key(|asset| (!self.holds(*asset, checksum), *asset))
    }

    /// Whether this content is known, as that of another asset of this one's world and not as its own.
    #[must_use]
    pub fn is_of_another(&self, asset: AssetId, checksum: &Checksum) -> bool {
        let known = self
            .owner_of(asset)
            .and_then(|owner| self.asset_of_content(owner, checksum));
        known.is_some() && !self.is_content(asset, checksum)
    }

    /// The asset that is this content, in whichever world.
    #[must_use]
    pub fn asset_by_checksum(&self, checksum: &Checksum) -> Option<AssetId> {
        let libraries = self.libraries.values();
        let owners: BTreeSet<Owner> = libraries.map(|row| row.library.owner).collect();
        owners
            .into_iter()
            .find_map(|owner| self.asset_of_content(owner, checksum))
    }

    fn is_content(&self, asset: AssetId, checksum: &Checksum) -> bool {
        self.formers(asset).contains(checksum) || self.holds(asset, checksum)
    }

    /// Whether a file of an asset is this content, or was it until it got into doubt.
    fn holds(&self, asset: AssetId, checksum: &Checksum) -> bool {
        let files = self.asset(asset).map_or(&[][..], |row| &row.files);
        files
            .iter()
            .any(|file| self.settled_content(*file) == Some(*checksum))
    }

    /// What a file is, or was until it got into doubt.
    fn settled_content(&self, file: FileId) -> Option<Checksum> {
        match self.doubt(file) {
            Some(doubt) => doubt.checksum,
            None => self.checksum(file),
        }
    }

    /// The sizes, of these, that a file of a known content has, or had until it got into doubt; each with
    /// the one such file, or `None` for several.
    #[must_use]
    pub fn known_sizes(&self, sizes: &BTreeSet<u64>) -> BTreeMap<u64, Option<FileId>> {
        let mut known: BTreeMap<u64, Option<FileId>> = BTreeMap::new();
        for (id, row) in self.files.iter() {
            let (size, content) = match self.doubt(id) {
                Some(doubt) => (doubt.size, doubt.checksum),
                None => (row.size, row.checksum),
            };
            if content.is_some() && sizes.contains(&size) {
                known
                    .entry(size)
                    .and_modify(|only| *only = None)
                    .or_insert(Some(id));
            }
        }
        known
    }

    /// Whether files of an asset are there, and as far as is known none of them is this content.
    #[must_use]
    pub fn shows_another(&self, asset: AssetId, content: &Checksum) -> bool {
        self.shows_another_in(asset, Some(*content), |file| self.is_there(file))
    }

    /// The same of these files of it; of a content that is not known, whether one of them is there.
    pub(crate) fn shows_another_in(
        &self,
        asset: AssetId,
        content: Option<Checksum>,
        of: impl Fn(FileId) -> bool,
    ) -> bool {
        let files = self.asset(asset).map_or(&[][..], |row| &row.files);
        let mut there = files.iter().filter(|file| of(**file)).peekable();
        let is_it = |file: &FileId| content.is_some() && self.settled_content(*file) == content;
        there.peek().is_some() && !there.any(is_it)
    }

    /// Whether a file is there, or in a library that is away.
    pub(crate) fn is_there(&self, file: FileId) -> bool {
        self.file(file).is_some_and(FileRow::is_present)
    }

    /// The files of an asset that are gone, and were this content.
    #[must_use]
    pub fn gone_with(&self, asset: AssetId, content: &Checksum) -> Vec<FileId> {
        let files = self.asset(asset).map_or(&[][..], |row| &row.files);
        let held = |file: &FileId| self.settled_content(*file) == Some(*content);
        let gone = files.iter().filter(|file| !self.is_there(**file) && held(file));
        gone.copied().collect()
    }

    /// Whether anything is known of what an asset is, or was, to the byte.
    #[must_use]
    pub fn is_any_content(&self, asset: AssetId) -> bool {
        let files = self.asset(asset).map_or(&[][..], |row| &row.files);
        let is_known = |file: &FileId| self.doubt(*file).is_some() || self.checksum(*file).is_some();
        !self.formers(asset).is_empty() || files.iter().any(is_known)
    }

    /// All that the photos are, or were, of which no file is there.
    #[must_use]
    pub fn missing_contents(&self) -> Vec<Checksum> {
        let mut contents = Vec::new();
        for (asset, row) in self.assets.iter().filter(|(id, _)| !self.present.contains(*id)) {
            for file in row.files.iter() {
                let doubt = self.doubt(*file).and_then(|doubt| doubt.checksum);
                contents.extend(self.checksum(*file).into_iter().chain(doubt));
            }
            contents.extend(self.formers(asset));
        }
        contents
    }

    /// Enters that an asset is a content, if that is not entered yet.
    pub(super) fn enter_content(&mut self, asset: AssetId, checksum: &Checksum) {
        let is_entered = self
            .contents
            .led_to(checksum)
            .any(|other| self.resolve(other) == asset);
        if !is_entered {
            self.contents.enter(checksum, asset);
        }
    }

    /// Enters all that an asset is, by its files.
    pub(super) fn enter_contents(&mut self, asset: AssetId) {
        let files = self.asset(asset).map(|row| row.files.clone());
        for file in files.iter().flat_map(|files| files.iter()) {
            if let Some(checksum) = self.settled_content(*file) {
                self.enter_content(asset, &checksum);
            }
        }
        for former in self.formers(asset).to_vec() {
            self.enter_content(asset, &former);
        }
    }

    fn checksum(&self, file: FileId) -> Option<Checksum> {
        self.file(file)?.checksum
    }

    /// The photos of which several present files are the same to the byte.
    #[must_use]
    pub const fn duplicates(&self) -> &AssetSet {
        &self.duplicates
    }

    /// The present files of an asset that are the same to the byte, ascending; fewer than
    /// two: there are none. Of several such contents, that of the lowest file.
    #[must_use]
    pub fn copies(&self, asset: AssetId) -> Vec<FileId> {
        let files = self.asset(asset).map_or(&[][..], |row| &row.files);
        if files.len() < 2 {
            return Vec::new();
        }
        let held = |file: &FileId| {
            let row = self.file(*file).filter(|row| row.is_present())?;
            Some((*file, row.checksum.filter(|_| self.doubt(*file).is_none())?))
        };
        let held: Vec<(FileId, Checksum)> = files.iter().filter_map(held).collect();
        let alike = |checksum: Checksum| held.iter().filter(move |(_, other)| *other == checksum);
        let first = held.iter().map(|(_, checksum)| *checksum);
        let twice = first.into_iter().find(|checksum| alike(*checksum).count() > 1);
        let files = twice.map(|checksum| alike(checksum).map(|(file, _)| *file).collect());
        files.unwrap_or_default()
    }

    /// Whether the content of a file is in another that is there, and is none of these.
    #[must_use]
    pub fn is_elsewhere(&self, file: FileId, but: &FileSet) -> bool {
        let holds = |file: FileId| self.checksum(file).filter(|_| self.doubt(file).is_none());
        let asset = self.file(file).and_then(|row| self.asset(row.asset));
        let (Some(asset), Some(content)) = (asset, holds(file)) else {
            return false;
        };
        let is_there = |other: FileId| self.is_there(other) && !self.is_away_with_library(other);
        let mut others = asset.files.iter().copied().filter(|other| *other != file);
        others.any(|other| holds(other) == Some(content) && is_there(other) && !but.contains(other))
    }

    pub(super) fn renew_duplicates(&mut self, assets: &AssetSet) {
        for asset in assets.iter() {
            if self.copies(asset).len() > 1 {
                self.duplicates.insert(asset);
            } else {
                self.duplicates.remove(asset);
            }
        }
    }

    /// Whether what a file says is to be heard: if it speaks for its asset, or is a copy
    /// with a sidecar.
    #[must_use]
    pub fn is_source(&self, file: FileId, asset: AssetId) -> bool {
        self.speaks_for(file, asset) || (self.sidecar_for(file).is_some() && self.is_like_lead(file, asset))
    }

    /// Whether a file speaks for its asset: the lead file does, and while nothing is known
    /// a copy of one that is in a library that is away.
    #[must_use]
    pub fn speaks_for(&self, file: FileId, asset: AssetId) -> bool {
        let Some(lead) = self.lead_file(asset) else {
            return false;
        };
        let is_open = || !self.asset(asset).is_some_and(AssetRow::is_read);
        lead == file || (is_open() && self.is_away_with_library(lead) && self.is_like_lead(file, asset))
    }

    /// Whether a file lies in a library that is offline.
    #[must_use]
    pub fn is_away_with_library(&self, file: FileId) -> bool {
        let library = self.file(file).map(|row| self.library_of(row.folder));
        let library = library.and_then(|library| self.library(library));
        library.is_some_and(|library| library.state == LibraryState::Offline)
    }

    /// Whether a file is the lead of its asset, or the same to the byte.
    #[must_use]
    pub fn is_like_lead(&self, file: FileId, asset: AssetId) -> bool {
        let lead = self.lead_file(asset);
        lead == Some(file)
            || self.checksum(file).is_some()
                && lead.and_then(|lead| self.checksum(lead)) == self.checksum(file)
    }

    /// Whether a file is to be read: one in doubt, so that it can be judged, and those by
    /// which an asset is to be known, or known better. Copies are not, unless they have sidecars.
    pub(super) fn is_to_be_read(&self, id: FileId, row: &FileRow) -> bool {
        let is_known = |asset: &AssetRow| asset.is_read() && !asset.is_outdated();
        self.doubts.contains_key(&id)
            || (!self.asset(row.asset).is_some_and(is_known) && self.is_source(id, row.asset))
    }

    /// Whether a file is to be read for no other reason than that another reader read it.
    #[must_use]
    pub fn is_read_again(&self, file: FileId) -> bool {
        let asset = self.file(file).and_then(|row| self.asset(row.asset));
        asset.is_some_and(|row| row.is_read() && row.is_outdated()) && self.doubt(file).is_none()
    }

    /// Files of a library that may be what is missing, or what changed: not hashed yet,
    /// and of the size of a file of a missing asset; or in doubt. To be hashed before all
    /// others. Ascending.
    #[must_use]
    pub fn to_be_recognised(&self, library: LibraryId) -> Vec<FileId> {
        let mut sizes: BTreeSet<u64> = BTreeSet::new();
        for (id, row) in self.files.iter() {
            if !row.is_present() && !self.present.contains(row.asset) {
                sizes.insert(row.size);
            }
            if let Some(doubt) = self.doubt(id) {
                sizes.insert(doubt.size);
            }
        }
        let is_wanted = |id: FileId, row: &FileRow| {
            let is_open = row.is_present() && row.checksum.is_none();
            is_open && (sizes.contains(&row.size) || self.doubts.contains_key(&id))
        };
        if sizes.is_empty() {
            return Vec::new();
        }
        self.files
            .iter()
            .filter(|(id, row)| is_wanted(*id, row))
            .filter(|(_, row)| self.library_of(row.folder) == library)
            .map(|(id, _)| id)
            .collect()
    }
}
