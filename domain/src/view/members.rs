//! Sets of photos and the directories that show them, and what is still to be
//! read or hashed.

use super::record::{FileRow, TagRow};
use super::{Dir, View};
use crate::kernel::{AssetId, AssetSet, DateKey, FileId, FileSet, FolderId, LibraryId, ShareId, UserId};
use crate::sharing::Scope;
use std::collections::BTreeMap;

/// What is to be done in a library.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToDo {
    /// Files to be read.
    pub read: FileSet,
    /// Files to be hashed.
    pub hash: FileSet,
}

/// Sets and directories.
impl View {
    /// The first of these that is no asset.
    #[must_use]
    pub fn first_unknown(&self, assets: &AssetSet) -> Option<AssetId> {
        assets.iter().find(|asset| self.asset(*asset).is_none())
    }

    /// Photos with a file that is present.
    #[must_use]
    pub const fn present(&self) -> &AssetSet {
        &self.present
    }

    /// Photos hidden by an edit.
    #[must_use]
    pub const fn hidden(&self) -> &AssetSet {
        &self.hidden
    }

    /// Photos that were read and have no date.
    #[must_use]
    pub const fn undated(&self) -> &AssetSet {
        &self.undated
    }

    /// The favourites of a person, shown or not.
    #[must_use]
    pub fn favorites(&self, user: UserId) -> Option<&AssetSet> {
        self.favorites.get(&user)
    }

    /// The newest photos that are shown: the [`super::RECENT`] that were registered last.
    #[must_use]
    pub const fn recent(&self) -> &AssetSet {
        &self.recent
    }

    /// The photos named one by one for a share.
    fn one_by_one(&self, share: ShareId) -> Option<&AssetSet> {
        match &self.share(share)?.scope {
            Scope::Assets(assets) => Some(assets),
            Scope::Album(_)
            | Scope::Tag(_)
            | Scope::Person(_)
            | Scope::Library(_)
            | Scope::Folder(_)
            | Scope::Query(_)
            | Scope::Collection(_) => None,
        }
    }

    /// The photos that a share shows side by side, in a query directory.
    pub(super) fn flat_share(&self, share: ShareId) -> Option<&AssetSet> {
        self.one_by_one(share).or(self.live_set(Dir::Share(share)))
    }

    /// Whether directories show it: present and not hidden.
    #[must_use]
    pub fn is_shown(&self, asset: AssetId) -> bool {
        self.present.contains(asset) && !self.hidden.contains(asset)
    }

    /// Whether a directory shows it; for a library folder, see [`View::folder_files`]. A
    /// search shows what it finds, others what is not hidden.
    #[must_use]
    pub fn is_shown_in(&self, dir: Dir, asset: AssetId) -> bool {
        (matches!(dir, Dir::Search(_)) || self.is_shown(asset)) && self.is_in(dir, asset)
    }

    /// Those of these photos of a directory that it shows.
    pub(super) fn shown_in(&self, dir: Dir, assets: &AssetSet) -> AssetSet {
        if matches!(dir, Dir::Search(_)) {
            assets & &self.present
        } else {
            self.shown(assets)
        }
    }

    /// Those of a set that directories show.
    #[must_use]
    pub fn shown(&self, assets: &AssetSet) -> AssetSet {
        &(assets & &self.present) - &self.hidden
    }

    /// The photos shown in a directory; for a library folder, see [`View::folder_files`].
    #[must_use]
    pub fn members(&self, dir: Dir) -> AssetSet {
        match dir {
            Dir::Album(album) => self
                .album(album)
                .map(|row| self.shown(&row.assets))
                .unwrap_or_default(),
            Dir::Tag(tag) => self
                .tag(tag)
                .map(|row| self.shown(&row.assets()))
                .unwrap_or_default(),
            Dir::Undated => self.shown(&self.undated),
            Dir::Date(key) => self.shown(&self.dated(key)),
            Dir::Favorites(user) => self
                .favorites(user)
                .map(|set| self.shown(set))
                .unwrap_or_default(),
            Dir::Recent => self.recent.clone(),
            Dir::Person(person) => self
                .person(person)
                .map(|row| self.shown(&row.assets))
                .unwrap_or_default(),
            Dir::Share(share) => match self.one_by_one(share) {
                Some(assets) => self.shown(assets),
                None => self.live_set(dir).cloned().unwrap_or_default(),
            },
            Dir::Collection(_) => self.live_set(dir).cloned().unwrap_or_default(),
            Dir::AllOf(_) | Dir::Search(_) => (*self.found(dir)).clone(),
            Dir::Copies(asset) => {
                let shown = self.shown_copies(asset).map(|_| asset);
                shown.into_iter().collect()
            }
            Dir::Folder(folder) => {
                let files = self.folder_files(folder);
                files
                    .filter_map(|file| self.file(file))
                    .map(|row| row.asset)
                    .collect()
            }
        }
    }

    /// The photos that belong in a directory, shown or not; of a folder, those of its files.
    pub(super) fn all_in(&self, dir: Dir) -> AssetSet {
        match dir {
            Dir::Album(album) => self
                .album(album)
                .map(|row| row.assets.clone())
                .unwrap_or_default(),
            Dir::Tag(tag) => self.tag(tag).map(TagRow::assets).unwrap_or_default(),
            Dir::Undated => self.undated.clone(),
            Dir::Date(key) => self.dated(key),
            Dir::Favorites(user) => self.favorites(user).cloned().unwrap_or_default(),
            Dir::Recent => self.recent.clone(),
            Dir::Person(person) => self
                .person(person)
                .map(|row| row.assets.clone())
                .unwrap_or_default(),
            Dir::Share(share) => {
                let set = self.one_by_one(share).or(self.live_set(dir));
                set.cloned().unwrap_or_default()
            }
            Dir::Collection(_) => self.live_set(dir).cloned().unwrap_or_default(),
            Dir::AllOf(_) | Dir::Search(_) => (*self.found(dir)).clone(),
            Dir::Copies(asset) => {
                let shown = self.shown_copies(asset).map(|_| asset);
                shown.into_iter().collect()
            }
            Dir::Folder(folder) => {
                let files = self.folder(folder).into_iter().flat_map(|row| row.files.iter());
                files
                    .filter_map(|file| self.file(file))
                    .map(|row| row.asset)
                    .collect()
            }
        }
    }

    /// Whether a directory shows any photo that is not among these. Stops
    /// at the first, so that a year of many days costs no more than a day.
    pub(super) fn has_others(&self, dir: Dir, these: &AssetSet) -> bool {
        let beyond = |set: &AssetSet| {
            set.iter()
                .any(|asset| self.is_shown(asset) && !these.contains(asset))
        };
        match dir {
            Dir::Date(key) => self.dates.range(key.range()).any(|(_, set)| beyond(set)),
            Dir::Undated => beyond(&self.undated),
            Dir::Album(album) => self.album(album).is_some_and(|row| beyond(&row.assets)),
            Dir::Tag(tag) => self
                .tag(tag)
                .is_some_and(|row| beyond(&row.added) || beyond(&(&row.embedded - &row.suppressed))),
            Dir::Favorites(user) => self.favorites(user).is_some_and(beyond),
            Dir::Recent => beyond(&self.recent),
            Dir::Person(person) => self.person(person).is_some_and(|row| beyond(&row.assets)),
            Dir::Share(share) => self.one_by_one(share).or(self.live_set(dir)).is_some_and(beyond),
            Dir::Collection(_) => self.live_set(dir).is_some_and(beyond),
            Dir::Copies(_) => !(&self.members(dir) - these).is_empty(),
            Dir::AllOf(_) | Dir::Search(_) => !(&*self.found(dir) - these).is_empty(),
            Dir::Folder(_) => beyond(&self.members(dir)),
        }
    }

    /// All photos of a year, a month or a day, shown or not.
    #[must_use]
    pub fn dated(&self, key: DateKey) -> AssetSet {
        let mut all = AssetSet::new();
        for (_, assets) in self.dates.range(key.range()) {
            all |= assets;
        }
        all
    }

    /// The dates there are, finest keys, ascending, each with its photos, shown or not.
    pub fn dates(&self) -> impl Iterator<Item = (DateKey, &AssetSet)> {
        self.dates.iter().map(|(key, assets)| (*key, assets))
    }

    /// The dates from one key to another, both included.
    pub fn dates_within(
        &self,
        range: std::ops::RangeInclusive<DateKey>,
    ) -> impl Iterator<Item = (DateKey, &AssetSet)> {
        self.dates.range(range).map(|(key, assets)| (*key, assets))
    }

    /// The files that are present in a library folder, ascending.
    pub fn folder_files(&self, folder: FolderId) -> impl Iterator<Item = FileId> {
        let files = self.folder(folder).map(|row| &row.files);
        files
            .into_iter()
            .flat_map(|files| files.iter())
            .filter(|file| self.is_there(*file))
    }

    /// Whether a photo belongs in a directory, shown or not; what a question finds
    /// is only what is shown.
    #[must_use]
    pub fn is_in(&self, dir: Dir, asset: AssetId) -> bool {
        match dir {
            Dir::Album(album) => self.album(album).is_some_and(|row| row.assets.contains(asset)),
            Dir::Tag(tag) => self.tag(tag).is_some_and(|row| row.has(asset)),
            Dir::Undated => self.undated.contains(asset),
            Dir::Date(key) => self
                .taken(asset)
                .is_some_and(|taken| key.range().contains(&taken.date_key())),
            Dir::Favorites(user) => self.favorites(user).is_some_and(|set| set.contains(asset)),
            Dir::Recent => self.recent.contains(asset),
            Dir::Person(person) => self.person(person).is_some_and(|row| row.assets.contains(asset)),
            Dir::Share(share) => {
                let set = self.one_by_one(share).or(self.live_set(dir));
                set.is_some_and(|set| set.contains(asset))
            }
            Dir::Collection(_) => self.live_set(dir).is_some_and(|set| set.contains(asset)),
            Dir::Copies(copied) => copied == asset && self.shown_copies(asset).is_some(),
            Dir::AllOf(_) | Dir::Search(_) => self.found(dir).contains(asset),
            Dir::Folder(folder) => self.asset(asset).is_some_and(|row| {
                row.files
                    .iter()
                    .any(|file| self.file(*file).is_some_and(|row| row.folder == folder))
            }),
        }
    }

    /// The directories that a photo belongs in, as [`View::is_in`] says; not its library folder.
    /// Of those that are found when somebody looks, those that are kept.
    #[must_use]
    pub fn dirs_of(&self, asset: AssetId) -> Vec<Dir> {
        let mut dirs = self.stored_dirs_of(asset);
        dirs.extend(self.favorites.keys().copied().map(Dir::Favorites));
        dirs.push(Dir::Recent);
        dirs.extend(self.people_of(asset).into_iter().map(Dir::Person));
        dirs.extend(self.shares.keys().copied().map(Dir::Share));
        dirs.extend(self.collections.keys().copied().map(Dir::Collection));
        dirs.extend(
            self.albums
                .keys()
                .filter(|id| self.is_smart(**id))
                .copied()
                .map(Dir::Album),
        );
        dirs.retain(|dir| !self.is_query(*dir) || self.is_in(*dir, asset));
        let kept = self.kept_dirs().into_iter();
        dirs.extend(
            kept.filter(|(_, found)| found.contains(asset))
                .map(|(dir, _)| dir),
        );
        dirs
    }

    /// The stored ones of [`View::dirs_of`].
    pub(super) fn stored_dirs_of(&self, asset: AssetId) -> Vec<Dir> {
        let mut dirs = self.date_dirs(asset);
        dirs.extend(self.tags_of(asset).into_iter().map(Dir::Tag));
        let plain = self.albums_of(asset).into_iter().filter(|id| !self.is_smart(*id));
        dirs.extend(plain.map(Dir::Album));
        dirs
    }

    pub(super) fn date_dirs(&self, asset: AssetId) -> Vec<Dir> {
        match self.taken(asset) {
            Some(taken) => taken.date_key().with_coarser().map(Dir::Date).collect(),
            None if self.undated.contains(asset) => vec![Dir::Undated],
            None => Vec::new(),
        }
    }

    /// The files of these photos, those that are gone too.
    pub(super) fn files_of_all(&self, assets: &AssetSet) -> FileSet {
        let files = assets.iter().filter_map(|asset| self.asset(asset));
        files.flat_map(|row| row.files.iter().copied()).collect()
    }

    /// The file a photo is called after and read from: its lowest present one, else its lowest.
    #[must_use]
    pub fn lead_file(&self, asset: AssetId) -> Option<FileId> {
        let files = &self.asset(asset)?.files;
        let there = files.iter().find(|file| self.is_there(**file));
        there.or_else(|| files.first()).copied()
    }

    /// Files that are present and to be read: one of each asset that was not read since
    /// it last changed, and those in doubt; ascending.
    #[must_use]
    pub fn without_facts(&self, library: LibraryId) -> Vec<FileId> {
        self.files
            .iter()
            .filter(|(_, row)| row.is_present())
            .filter(|(id, row)| self.is_to_be_read(*id, row))
            .filter(|(_, row)| self.library_of(row.folder) == library)
            .map(|(file, _)| file)
            .collect()
    }

    /// What is to be done, by library: [`View::without_facts`] and [`View::without_checksum`]
    /// of all in one walk. Libraries with nothing to do are left out.
    #[must_use]
    pub fn to_do(&self) -> BTreeMap<LibraryId, ToDo> {
        let mut all: BTreeMap<LibraryId, ToDo> = BTreeMap::new();
        for (id, row) in self.files.iter().filter(|(_, row)| row.is_present()) {
            let (read, hash) = (self.is_to_be_read(id, row), row.checksum.is_none());
            if read || hash {
                let to_do = all.entry(self.library_of(row.folder)).or_default();
                to_do.read.extend(read.then_some(id));
                to_do.hash.extend(hash.then_some(id));
            }
        }
        all
    }

    /// Files that are present and could not be read when they were, or whose sidecar could not, ascending.
    pub fn unreadable_files(&self, library: LibraryId) -> impl Iterator<Item = FileId> {
        let unreadable = |row: &FileRow| {
            let layers = [self.facts(row.asset), self.sidecar_facts(row.asset)];
            let mut layers = layers.into_iter().flatten();
            layers.any(|facts| facts.unreadable().is_some())
        };
        self.files
            .iter()
            .filter(move |(_, row)| row.is_present() && unreadable(row))
            .filter(move |(_, row)| self.library_of(row.folder) == library)
            .map(|(file, _)| file)
    }

    /// Files that are present and not hashed since they last changed, ascending.
    #[must_use]
    pub fn without_checksum(&self, library: LibraryId) -> Vec<FileId> {
        self.files
            .iter()
            .filter(|(_, row)| row.is_present() && row.checksum.is_none())
            .filter(|(_, row)| self.library_of(row.folder) == library)
            .map(|(file, _)| file)
            .collect()
    }
}
