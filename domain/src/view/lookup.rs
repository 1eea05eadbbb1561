//! Questions to the view: rows by number, effective values, members of
//! directories, paths.

use super::record::{AlbumRow, AssetRow, FileRow, FolderRow, Mark, ShotRow, TagRow};
use super::{Dir, View, sibling_key};
use crate::catalog::{Facts, FieldKey, FieldValue, Location, MediaKind};
use crate::identity::User;
use crate::kernel::{
    AlbumId, AssetId, AssetSet, Checksum, DateKey, FileId, FolderId, JobId, LibraryId, Owner, Revision,
    ShotId, TagId, Taken, UserId, name,
};
use crate::processing::{Job, JobKind, JobState};
use crate::storage::{FileState, Library};

impl FileRow {
    /// Whether it is there.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.state == FileState::Present
    }
}

/// Rows by number.
impl View {
    /// The users, by number.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.users.values()
    }

    /// The user of this uid.
    #[must_use]
    pub fn user_by_uid(&self, uid: u32) -> Option<&User> {
        self.users.values().find(|user| user.uid == uid)
    }

    /// The libraries, by number.
    pub fn libraries(&self) -> impl Iterator<Item = &Library> {
        self.libraries.values().map(|row| &row.library)
    }

    /// A library.
    #[must_use]
    pub fn library(&self, id: LibraryId) -> Option<&Library> {
        self.libraries.get(&id).map(|row| &row.library)
    }

    /// The zone in which a library's times without offset become instants.
    #[must_use]
    pub fn zone(&self, id: LibraryId) -> Option<&jiff::tz::TimeZone> {
        self.libraries.get(&id).map(|row| &row.zone)
    }

    /// The folder that is a library's root.
    #[must_use]
    pub fn root_folder(&self, id: LibraryId) -> Option<FolderId> {
        self.libraries.get(&id)?.root
    }

    /// A folder.
    #[must_use]
    pub fn folder(&self, id: FolderId) -> Option<&FolderRow> {
        self.folders.get(id)
    }

    /// The library of a folder.
    #[must_use]
    pub fn library_of(&self, folder: FolderId) -> LibraryId {
        self.folder(folder).map_or(LibraryId::new(0), |row| row.library)
    }

    /// A file.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&FileRow> {
        self.files.get(id)
    }

    /// All files, those that are gone too, ascending.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &FileRow)> {
        self.files.iter()
    }

    /// An asset.
    #[must_use]
    pub fn asset(&self, id: AssetId) -> Option<&AssetRow> {
        self.assets.get(id)
    }

    /// All assets, ascending.
    pub fn assets(&self) -> impl Iterator<Item = (AssetId, &AssetRow)> {
        self.assets.iter()
    }

    /// A shot.
    #[must_use]
    pub fn shot(&self, id: ShotId) -> Option<&ShotRow> {
        self.shots.get(id)
    }

    /// A tag.
    #[must_use]
    pub fn tag(&self, id: TagId) -> Option<&TagRow> {
        self.tags.get(&id)
    }

    /// The tags, by number.
    pub fn tags(&self) -> impl Iterator<Item = (TagId, &TagRow)> {
        self.tags.iter().map(|(id, row)| (*id, row))
    }

    /// An album.
    #[must_use]
    pub fn album(&self, id: AlbumId) -> Option<&AlbumRow> {
        self.albums.get(&id)
    }

    /// The albums, by number.
    pub fn albums(&self) -> impl Iterator<Item = (AlbumId, &AlbumRow)> {
        self.albums.iter().map(|(id, row)| (*id, row))
    }

    /// A job.
    #[must_use]
    pub fn job(&self, id: JobId) -> Option<&Job> {
        self.jobs.get(&id)
    }

    /// The jobs, by number.
    pub fn jobs(&self) -> impl Iterator<Item = &Job> {
        self.jobs.values()
    }

    /// The job of this kind that is pending for a library.
    #[must_use]
    pub fn pending_job(&self, kind: JobKind, library: LibraryId) -> Option<&Job> {
        self.jobs
            .values()
            .rev()
            .find(|job| job.kind == kind && job.library == library && job.state == JobState::Pending)
    }

    /// What undo knows of an entry.
    #[must_use]
    pub fn mark(&self, revision: Revision) -> Option<&Mark> {
        self.marks.get(&revision)
    }

    /// The edits, by revision; double-ended.
    pub fn marks(&self) -> impl DoubleEndedIterator<Item = (Revision, &Mark)> {
        self.marks.iter().map(|(revision, mark)| (*revision, mark))
    }
}

/// Finding things by name.
impl View {
    /// The child of a tag (or of the root) by name, compared as siblings are.
    #[must_use]
    pub fn tag_child(&self, owner: Owner, parent: Option<TagId>, own_name: &str) -> Option<TagId> {
        self.tag_names
            .get(&(owner, parent, sibling_key(own_name)))
            .copied()
    }

    /// The child of an album (or of the root) by name, compared as siblings are.
    #[must_use]
    pub fn album_child(&self, owner: Owner, parent: Option<AlbumId>, own_name: &str) -> Option<AlbumId> {
        self.album_names
            .get(&(owner, parent, sibling_key(own_name)))
            .copied()
    }

    /// The children of a tag, sorted by folded name.
    pub fn tag_children(&self, owner: Owner, parent: Option<TagId>) -> impl Iterator<Item = TagId> {
        let first = (owner, parent, String::new());
        self.tag_names
            .range(first..)
            .take_while(move |((o, p, _), _)| *o == owner && *p == parent)
            .map(|(_, tag)| *tag)
    }

    /// The children of an album, sorted by folded name.
    pub fn album_children(&self, owner: Owner, parent: Option<AlbumId>) -> impl Iterator<Item = AlbumId> {
        let first = (owner, parent, String::new());
        self.album_names
            .range(first..)
            .take_while(move |((o, p, _), _)| *o == owner && *p == parent)
            .map(|(_, album)| *album)
    }

    /// `a/b/c` of a tag.
    #[must_use]
    pub fn tag_path(&self, id: TagId) -> String {
        let up = |tag: &TagId| self.tag(*tag).and_then(|row| row.parent);
        let mut names: Vec<&str> = std::iter::successors(Some(id), up)
            .filter_map(|tag| self.tag(tag).map(|row| &*row.name))
            .collect();
        names.reverse();
        names.join("/")
    }

    /// `a/b/c` of an album.
    #[must_use]
    pub fn album_path(&self, id: AlbumId) -> String {
        let up = |album: &AlbumId| self.album(*album).and_then(|row| row.parent);
        let mut names: Vec<&str> = std::iter::successors(Some(id), up)
            .filter_map(|album| self.album(album).map(|row| &*row.name))
            .collect();
        names.reverse();
        names.join("/")
    }

    /// The folder of this exact name in a folder.
    #[must_use]
    pub fn folder_child(&self, parent: FolderId, own_name: &[u8]) -> Option<FolderId> {
        let children = &self.folder(parent)?.children;
        children
            .iter()
            .copied()
            .find(|child| self.folder(*child).is_some_and(|row| *row.name == *own_name))
    }

    /// The file of this exact name in a folder: the one that is there, else the
    /// last that was.
    #[must_use]
    pub fn file_in(&self, folder: FolderId, own_name: &[u8]) -> Option<FileId> {
        let (stem, _) = name::split_extension(own_name);
        let stem = self.stems.id(&name::fold(&name::portable(stem)))?;
        self.stems
            .shots(stem)
            .iter()
            .filter_map(|shot| self.shot(*shot))
            .flat_map(|shot| shot.files.iter().copied())
            .filter_map(|file| Some((file, self.file(file)?)))
            .filter(|(_, row)| row.folder == folder && *row.name == *own_name)
            .max_by_key(|(file, row)| (row.is_present(), *file))
            .map(|(file, _)| file)
    }

    /// The file of this exact name that is there in a folder.
    #[must_use]
    pub fn present_file_in(&self, folder: FolderId, own_name: &[u8]) -> Option<FileId> {
        self.file_in(folder, own_name)
            .filter(|file| self.file(*file).is_some_and(FileRow::is_present))
    }

    /// The shot in this folder whose files have exactly this stem, and none this extension.
    #[must_use]
    pub fn shot_to_join(&self, folder: FolderId, stem: &[u8], extension: &[u8]) -> Option<ShotId> {
        let stem_id = self.stems.id(&name::fold(&name::portable(stem)))?;
        self.stems.shots(stem_id).iter().copied().find(|shot| {
            let Some(row) = self.shot(*shot).filter(|row| row.folder == folder) else {
                return false;
            };
            let mut parts = row.files.iter().filter_map(|file| self.file(*file)).map(|file| {
                let (stem, extension) = name::split_extension(&file.name);
                (stem, extension)
            });
            parts.all(|(other, ext)| other == stem && !ext.eq_ignore_ascii_case(extension))
        })
    }

    /// The file at this path below a library's root: names between slashes.
    #[must_use]
    pub fn file_at(&self, library: LibraryId, path: &[u8]) -> Option<FileId> {
        let mut folder = self.root_folder(library)?;
        let mut parts = path
            .split(|byte| *byte == b'/')
            .filter(|part| !part.is_empty())
            .peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                return self.file_in(folder, part);
            }
            folder = self.folder_child(folder, part)?;
        }
        None
    }

    /// The folder at this path below a library's root.
    #[must_use]
    pub fn folder_at(&self, library: LibraryId, path: &[u8]) -> Option<FolderId> {
        let parts = path.split(|byte| *byte == b'/').filter(|part| !part.is_empty());
        parts.fold(self.root_folder(library), |folder, part| {
            self.folder_child(folder?, part)
        })
    }

    /// The path of a folder below its library's root, without slashes at its ends.
    #[must_use]
    pub fn folder_path(&self, id: FolderId) -> Vec<u8> {
        let up = |folder: &FolderId| self.folder(*folder).and_then(|row| row.parent);
        let mut names: Vec<&[u8]> = std::iter::successors(Some(id), up)
            .filter_map(|folder| self.folder(folder).map(|row| &*row.name))
            .filter(|part| !part.is_empty())
            .collect();
        names.reverse();
        names.join(&b'/')
    }

    /// The library of a file, and its path below the library's root.
    #[must_use]
    pub fn file_path(&self, id: FileId) -> Option<(LibraryId, Vec<u8>)> {
        let row = self.file(id)?;
        let mut path = self.folder_path(row.folder);
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(&row.name);
        Some((self.library_of(row.folder), path))
    }

    /// The absolute path of an original.
    #[must_use]
    pub fn original_path(&self, id: FileId) -> Option<Vec<u8>> {
        let (library, path) = self.file_path(id)?;
        let mut whole = self.library(library)?.root.to_vec();
        whole.push(b'/');
        whole.extend_from_slice(&path);
        Some(whole)
    }

    /// The asset of which a file has this content.
    #[must_use]
    pub fn asset_by_checksum(&self, checksum: &Checksum) -> Option<AssetId> {
        let asset = *self.checksums.get(&checksum_key(checksum))?;
        let files = &self.asset(asset)?.files;
        let same = |file: &FileId| {
            self.file(*file)
                .is_some_and(|row| row.checksum == Some(*checksum))
        };
        files.iter().any(same).then_some(asset)
    }
}

pub(super) fn checksum_key(checksum: &Checksum) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..] = *checksum.bytes();
    [a, b, c, d, e, f, g, h]
}

/// Effective values: the edit where there is one, else what the file says.
impl View {
    /// The edit of a field, if there is one.
    #[must_use]
    pub fn edit(&self, asset: AssetId, key: FieldKey) -> Option<&FieldValue> {
        self.asset(asset)?.edits.as_ref()?.get(key)
    }

    /// What a file of the asset says; `None` until read.
    #[must_use]
    pub fn facts(&self, asset: AssetId) -> Option<&Facts> {
        self.asset(asset)?.facts.as_deref()
    }

    /// When it was taken.
    #[must_use]
    pub fn taken(&self, asset: AssetId) -> Option<Taken> {
        match self.edit(asset, FieldKey::Taken) {
            Some(FieldValue::Taken(taken)) => Some(*taken),
            _ => self.facts(asset)?.taken,
        }
    }

    /// A text field: title, description or label.
    fn text<'a>(
        &'a self,
        asset: AssetId,
        key: FieldKey,
        embedded: impl FnOnce(&'a Facts) -> &'a Option<Box<str>>,
    ) -> Option<&'a str> {
        let text = match self.edit(asset, key) {
            Some(FieldValue::Text(text)) => Some(&**text),
            _ => self.facts(asset).and_then(|facts| embedded(facts).as_deref()),
        };
        text.filter(|text| !text.is_empty())
    }

    /// Its title.
    #[must_use]
    pub fn title(&self, asset: AssetId) -> Option<&str> {
        self.text(asset, FieldKey::Title, |facts| &facts.title)
    }

    /// Its description.
    #[must_use]
    pub fn description(&self, asset: AssetId) -> Option<&str> {
        self.text(asset, FieldKey::Description, |facts| &facts.description)
    }

    /// Its colour label.
    #[must_use]
    pub fn label(&self, asset: AssetId) -> Option<&str> {
        self.text(asset, FieldKey::Label, |facts| &facts.label)
    }

    /// Its rating, -1 to 5.
    #[must_use]
    pub fn rating(&self, asset: AssetId) -> Option<i8> {
        match self.edit(asset, FieldKey::Rating) {
            Some(FieldValue::Rating(rating)) => Some(*rating),
            _ => self.facts(asset)?.rating,
        }
    }

    /// Where it was taken.
    #[must_use]
    pub fn location(&self, asset: AssetId) -> Option<Location> {
        match self.edit(asset, FieldKey::Location) {
            Some(FieldValue::Location(location)) => *location,
            _ => self.facts(asset)?.location,
        }
    }

    /// Its orientation, 1 to 8.
    #[must_use]
    pub fn orientation(&self, asset: AssetId) -> Option<u8> {
        match self.edit(asset, FieldKey::Orientation) {
            Some(FieldValue::Orientation(turn)) => Some(*turn),
            _ => self.facts(asset)?.orientation,
        }
    }

    /// Whether it is a favourite of this person.
    #[must_use]
    pub fn is_favorite(&self, asset: AssetId, user: UserId) -> bool {
        self.edit(asset, FieldKey::Favorite(user)) == Some(&FieldValue::Flag(true))
    }

    /// The tags it carries, by number.
    #[must_use]
    pub fn tags_of(&self, asset: AssetId) -> Vec<TagId> {
        self.tags
            .iter()
            .filter(|(_, row)| row.has(asset))
            .map(|(tag, _)| *tag)
            .collect()
    }

    /// The albums it is in, by number.
    #[must_use]
    pub fn albums_of(&self, asset: AssetId) -> Vec<AlbumId> {
        self.albums
            .iter()
            .filter(|(_, row)| row.assets.contains(asset))
            .map(|(album, _)| *album)
            .collect()
    }

    /// What its lead file is, by its extension.
    #[must_use]
    pub fn kind(&self, asset: AssetId) -> Option<MediaKind> {
        Some(self.file(self.lead_file(asset)?)?.kind)
    }

    /// The photos of its shot that are of another kind (the JPEG of a RAW), and itself.
    #[must_use]
    pub fn stack(&self, asset: AssetId) -> AssetSet {
        let mut stack = AssetSet::one(asset);
        let Some(file) = self.lead_file(asset).and_then(|file| self.file(file)) else {
            return stack;
        };
        let members = self.shot(file.shot).map_or(&[][..], |shot| &shot.files);
        for other in members.iter().filter_map(|member| self.file(*member)) {
            if other.kind != file.kind && other.is_present() {
                stack.insert(other.asset);
            }
        }
        stack
    }
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

    /// Whether directories show it: present and not hidden.
    #[must_use]
    pub fn is_shown(&self, asset: AssetId) -> bool {
        self.present.contains(asset) && !self.hidden.contains(asset)
    }

    /// Those of a set that directories show.
    #[must_use]
    pub fn shown(&self, assets: &AssetSet) -> AssetSet {
        &(assets & &self.present) - &self.hidden
    }

    /// The photos shown in a stored directory; for a library folder, see [`View::folder_files`].
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
            Dir::Folder(folder) => {
                let files = self.folder_files(folder);
                files
                    .filter_map(|file| self.file(file))
                    .map(|row| row.asset)
                    .collect()
            }
        }
    }

    /// Whether a stored directory shows any photo that is not among these. Stops
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
            .filter(|file| self.file(*file).is_some_and(FileRow::is_present))
    }

    /// Whether a photo belongs in a stored directory, shown or not.
    #[must_use]
    pub fn is_in(&self, dir: Dir, asset: AssetId) -> bool {
        match dir {
            Dir::Album(album) => self.album(album).is_some_and(|row| row.assets.contains(asset)),
            Dir::Tag(tag) => self.tag(tag).is_some_and(|row| row.has(asset)),
            Dir::Undated => self.undated.contains(asset),
            Dir::Date(key) => self
                .taken(asset)
                .is_some_and(|taken| key.range().contains(&taken.date_key())),
            Dir::Folder(folder) => self.asset(asset).is_some_and(|row| {
                row.files
                    .iter()
                    .any(|file| self.file(*file).is_some_and(|row| row.folder == folder))
            }),
        }
    }

    /// The stored directories that a photo belongs in, shown or not; not its library folder.
    #[must_use]
    pub fn dirs_of(&self, asset: AssetId) -> Vec<Dir> {
        let mut dirs = self.date_dirs(asset);
        dirs.extend(self.tags_of(asset).into_iter().map(Dir::Tag));
        dirs.extend(self.albums_of(asset).into_iter().map(Dir::Album));
        dirs
    }

    pub(super) fn date_dirs(&self, asset: AssetId) -> Vec<Dir> {
        match self.taken(asset) {
            Some(taken) => taken.date_key().with_coarser().map(Dir::Date).collect(),
            None if self.undated.contains(asset) => vec![Dir::Undated],
            None => Vec::new(),
        }
    }

    /// The file a photo is called after and read from: its lowest present one, else its lowest.
    #[must_use]
    pub fn lead_file(&self, asset: AssetId) -> Option<FileId> {
        let files = &self.asset(asset)?.files;
        let present = |file: &&FileId| self.file(**file).is_some_and(FileRow::is_present);
        files.iter().find(present).or_else(|| files.first()).copied()
    }

    /// Assets whose file is present and was not read since it last changed, ascending.
    #[must_use]
    pub fn without_facts(&self, library: LibraryId) -> Vec<FileId> {
        self.files
            .iter()
            .filter(|(_, row)| row.is_present())
            .filter(|(_, row)| {
                self.asset(row.asset)
                    .is_none_or(|asset| asset.stale || asset.facts.is_none())
            })
            .filter(|(_, row)| self.library_of(row.folder) == library)
            .map(|(file, _)| file)
            .collect()
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
