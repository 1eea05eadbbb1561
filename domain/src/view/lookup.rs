//! Rows by number.

use super::View;
use super::record::{AlbumRow, AssetRow, FileRow, FolderRow, Mark, ShotRow, TagRow};
use crate::identity::User;
use crate::kernel::{
    AlbumId, AssetId, CollectionId, FileId, FolderId, JobId, LibraryId, MountId, Revision, ShareId, ShotId,
    TagId,
};
use crate::organization::Collection;
use crate::processing::{Job, JobKind};
use crate::sharing::Share;
use crate::storage::{FileState, Library, LibraryState, Mount};

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
        let all = self.libraries.values().map(|row| &row.library);
        all.filter(|library| library.state != LibraryState::Removed)
    }

    /// A library that was not removed.
    #[must_use]
    pub fn library(&self, id: LibraryId) -> Option<&Library> {
        self.any_library(id)
            .filter(|library| library.state != LibraryState::Removed)
    }

    /// A library, also one that was removed: what its files say of themselves.
    #[must_use]
    pub fn any_library(&self, id: LibraryId) -> Option<&Library> {
        self.libraries.get(&id).map(|row| &row.library)
    }

    /// The zone in which a library's times without offset become instants.
    #[must_use]
    pub fn zone(&self, id: LibraryId) -> Option<&jiff::tz::TimeZone> {
        self.libraries.get(&id).map(|row| &row.zone)
    }

    /// The folder that is a library's root, or was when it was removed.
    #[must_use]
    pub fn root_folder(&self, id: LibraryId) -> Option<FolderId> {
        self.libraries.get(&id)?.root
    }

    /// A folder.
    #[must_use]
    pub fn folder(&self, id: FolderId) -> Option<&FolderRow> {
        self.folders.get(id)
    }

    /// All folders, by number.
    pub fn folders(&self) -> impl Iterator<Item = (FolderId, &FolderRow)> {
        self.folders.iter()
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

    /// How many assets there are.
    #[must_use]
    pub const fn asset_count(&self) -> usize {
        self.assets.len()
    }

    /// A shot.
    #[must_use]
    pub fn shot(&self, id: ShotId) -> Option<&ShotRow> {
        self.shots.get(id)
    }

    /// A tag of the tree.
    #[must_use]
    pub fn tag(&self, id: TagId) -> Option<&TagRow> {
        self.any_tag(id).filter(|row| row.is_live())
    }

    /// A tag, whatever became of it.
    #[must_use]
    pub fn any_tag(&self, id: TagId) -> Option<&TagRow> {
        self.tags.get(&id)
    }

    /// All tags, by number, whatever became of them.
    pub fn all_tags(&self) -> impl Iterator<Item = (TagId, &TagRow)> {
        self.tags.iter().map(|(id, row)| (*id, row))
    }

    /// The tags of the tree, by number.
    pub fn tags(&self) -> impl Iterator<Item = (TagId, &TagRow)> {
        let all = self.tags.iter().map(|(id, row)| (*id, row));
        all.filter(|(_, row)| row.is_live())
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

    /// Whether an album has a rule.
    #[must_use]
    pub fn is_smart(&self, id: AlbumId) -> bool {
        self.album(id).is_some_and(|row| row.settings.rule.is_some())
    }

    /// A collection.
    #[must_use]
    pub fn collection(&self, id: CollectionId) -> Option<&Collection> {
        self.collections.get(&id)
    }

    /// The collections, by number.
    pub fn collections(&self) -> impl Iterator<Item = &Collection> {
        self.collections.values()
    }

    /// A share.
    #[must_use]
    pub fn share(&self, id: ShareId) -> Option<&Share> {
        self.shares.get(&id)
    }

    /// The shares, by number.
    pub fn shares(&self) -> impl Iterator<Item = &Share> {
        self.shares.values()
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

    /// The job of this kind that is not over for a library: pending or paused.
    #[must_use]
    pub fn pending_job(&self, kind: JobKind, library: LibraryId) -> Option<&Job> {
        self.jobs
            .values()
            .rev()
            .find(|job| job.kind == kind && job.library == library && !job.state.is_over())
    }

    /// A mount that a command added.
    #[must_use]
    pub fn mount(&self, id: MountId) -> Option<&Mount> {
        self.mounts.get(&id)
    }

    /// The mounts that commands added, by number.
    pub fn mounts(&self) -> impl Iterator<Item = &Mount> {
        self.mounts.values()
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
