//! Which photos shares show.

use super::View;
use super::record::FileRow;
use crate::kernel::{AlbumId, AssetId, AssetSet, CollectionId, FolderId, LibraryId, Owner, TagId};
use crate::sharing::{Scope, Share};
use crate::view::Dir;

/// Shares and their photos.
impl View {
    /// All photos in a share, hidden and missing ones too where the scope has them.
    #[must_use]
    pub fn share_assets(&self, share: &Share) -> AssetSet {
        match &share.scope {
            Scope::Album(album) => self.in_album(share.owner, *album),
            Scope::Tag(tag) => self.tagged(share.owner, *tag),
            Scope::Person(person) => self
                .person(*person)
                .map(|row| row.assets.clone())
                .unwrap_or_default(),
            Scope::Library(library) => self
                .root_folder(*library)
                .map(|root| self.photos_below(root).into_owned())
                .unwrap_or_default(),
            Scope::Folder(folder) => self.photos_below(*folder).into_owned(),
            Scope::Assets(assets) => assets.clone(),
            Scope::Collection(id) => self.members(Dir::Collection(*id)),
            Scope::Query(text) => match (self.live_set(Dir::Share(share.id)), share.owner) {
                (Some(found), _) => found.clone(),
                // Not a share yet: it is about to be made.
                (None, Owner::User(user)) => crate::organization::Query::parse(text)
                    .map(|query| crate::organization::query::evaluate(self, user, &query))
                    .unwrap_or_default(),
            },
        }
    }

    /// All photos in the shares of an owner.
    #[must_use]
    pub fn shared_assets(&self, owner: Owner) -> AssetSet {
        let mine = self.shares().filter(|share| share.owner == owner);
        mine.fold(AssetSet::new(), |mut all, share| {
            all |= &self.share_assets(share);
            all
        })
    }

    /// Whether a photo is in a share, as [`View::share_assets`] says: asked of the photo.
    #[must_use]
    pub fn is_in_share(&self, share: &Share, asset: AssetId) -> bool {
        match &share.scope {
            Scope::Album(album) => {
                let up = |id: &AlbumId| self.album(*id).and_then(|row| row.parent);
                let mut albums = self.albums_of(asset).into_iter();
                albums.any(|id| std::iter::successors(Some(id), up).any(|id| id == *album))
            }
            Scope::Tag(tag) => {
                let up = |id: &TagId| self.tag(*id).and_then(|row| row.parent);
                let mut tags = self.tags_of(asset).into_iter();
                tags.any(|id| std::iter::successors(Some(id), up).any(|id| id == *tag))
            }
            Scope::Person(person) => self.person(*person).is_some_and(|row| row.assets.contains(asset)),
            Scope::Library(library) => self
                .files_of(asset)
                .any(|file| self.library_of(file.folder) == *library),
            Scope::Folder(folder) => self.is_asset_below(asset, *folder),
            Scope::Assets(assets) => assets.contains(asset),
            Scope::Collection(id) => self.is_in(Dir::Collection(*id), asset),
            Scope::Query(_) => self
                .live_set(Dir::Share(share.id))
                .is_some_and(|found| found.contains(asset)),
        }
    }

    /// Whether a folder is another one or lies below it.
    #[must_use]
    pub fn is_below(&self, folder: FolderId, above: FolderId) -> bool {
        let up = |id: &FolderId| self.folder(*id).and_then(|row| row.parent);
        std::iter::successors(Some(folder), up).any(|id| id == above)
    }

    /// The first share of this album; what is shared cannot be deleted.
    #[must_use]
    pub fn share_of_album(&self, album: AlbumId) -> Option<&Share> {
        self.shares().find(|share| share.scope == Scope::Album(album))
    }

    /// The first share of this tag; what is shared cannot be deleted.
    #[must_use]
    pub fn share_of_tag(&self, tag: TagId) -> Option<&Share> {
        self.shares().find(|share| share.scope == Scope::Tag(tag))
    }

    /// The first share of this library or of a folder in it; what is shared is not removed.
    #[must_use]
    pub fn share_of_library(&self, library: LibraryId) -> Option<&Share> {
        self.shares().find(|share| match share.scope {
            Scope::Library(id) => id == library,
            Scope::Folder(folder) => self.library_of(folder) == library,
            Scope::Album(_)
            | Scope::Tag(_)
            | Scope::Person(_)
            | Scope::Collection(_)
            | Scope::Query(_)
            | Scope::Assets(_) => false,
        })
    }

    /// The first share of this collection; what is shared cannot be deleted.
    #[must_use]
    pub fn share_of_collection(&self, id: CollectionId) -> Option<&Share> {
        self.shares().find(|share| share.scope == Scope::Collection(id))
    }

    /// Whether a photo has a file in a folder or below it, as [`Scope::Folder`] asks.
    pub(super) fn is_asset_below(&self, asset: AssetId, folder: FolderId) -> bool {
        self.files_of(asset)
            .any(|file| self.is_below(file.folder, folder))
    }

    /// The files of a photo that are there; if none is, those that were.
    fn files_of(&self, asset: AssetId) -> impl Iterator<Item = &FileRow> {
        let files = self.asset(asset).map_or(&[][..], |row| &row.files);
        let rows = move || files.iter().filter_map(move |file| self.file(*file));
        let any = rows().any(FileRow::is_present);
        rows().filter(move |row| !any || row.is_present())
    }

    fn in_album(&self, owner: Owner, album: AlbumId) -> AssetSet {
        let mut found = self
            .album(album)
            .map(|row| row.assets.clone())
            .unwrap_or_default();
        for child in self.album_children(owner, Some(album)) {
            found |= &self.in_album(owner, child);
        }
        found
    }

    fn tagged(&self, owner: Owner, tag: TagId) -> AssetSet {
        let mut found = self.tag(tag).map(|row| row.assets()).unwrap_or_default();
        for child in self.tag_children(owner, Some(tag)) {
            found |= &self.tagged(owner, child);
        }
        found
    }
}
