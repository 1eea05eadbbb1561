//! Which photos shares show.

use super::View;
use super::record::FileRow;
use crate::kernel::{AlbumId, AssetId, AssetSet, FolderId, Owner, TagId};
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
                .map(|root| self.below(root))
                .unwrap_or_default(),
            Scope::Folder(folder) => self.below(*folder),
            Scope::Assets(assets) => assets.clone(),
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
            Scope::Folder(folder) => self
                .files_of(asset)
                .any(|file| self.is_below(file.folder, *folder)),
            Scope::Assets(assets) => assets.contains(asset),
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

    /// The photos of which a file is present in a folder or below it.
    fn below(&self, folder: FolderId) -> AssetSet {
        let mut found = self.members(Dir::Folder(folder));
        for child in self.folder(folder).map_or(&[][..], |row| &row.children) {
            found |= &self.below(*child);
        }
        found
    }
}
