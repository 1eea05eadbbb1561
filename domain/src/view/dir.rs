//! The directories that show photos.
//!
//! In *stored* ones a photo keeps its name, whatever comes beside it: claims see
//! to that. *Query directories* show what a question finds, under names that are
//! plain only while their stem is unique in the whole view.

use crate::kernel::{
    AlbumId, AssetId, CollectionId, DateKey, FolderId, PersonId, SearchId, ShareId, TagId, UserId,
};

/// A directory that shows photos.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Dir {
    /// An album.
    Album(AlbumId),
    /// A tag: the photos that carry it itself.
    Tag(TagId),
    /// A year, a month or a day.
    Date(DateKey),
    /// Photos that were read and have no date.
    Undated,
    /// A folder of a library; its members are files, not assets.
    Folder(FolderId),
    /// A query directory: the favourites of a person.
    Favorites(UserId),
    /// A query directory: the newest photos.
    Recent,
    /// A query directory: a share of what a query finds, or of photos named one by one.
    Share(ShareId),
    /// A query directory: the photos that a person is in.
    Person(PersonId),
    /// A query directory: a collection.
    Collection(CollectionId),
    /// A query directory: the photos that carry a tag or one below it.
    AllOf(TagId),
    /// A query directory of files: those of a photo that are the same to the byte.
    Copies(AssetId),
    /// A query directory: a search, which shows what it finds also if that is hidden.
    Search(SearchId),
}

impl Dir {
    /// Whether it is a query directory by its kind; an album is one while it has a
    /// rule, see [`super::View::is_query`].
    #[must_use]
    pub const fn is_query(self) -> bool {
        match self {
            Self::Favorites(_)
            | Self::Recent
            | Self::Share(_)
            | Self::Person(_)
            | Self::Collection(_)
            | Self::AllOf(_)
            | Self::Copies(_)
            | Self::Search(_) => true,
            Self::Album(_) | Self::Tag(_) | Self::Date(_) | Self::Undated | Self::Folder(_) => false,
        }
    }

    /// Whether what it shows is found when somebody looks, and kept only while somebody
    /// may remember it.
    #[must_use]
    pub const fn is_watched(self) -> bool {
        matches!(self, Self::AllOf(_) | Self::Search(_))
    }

    /// Whether it is a folder of a library, which shows files and not photos.
    #[must_use]
    pub const fn is_folder(self) -> bool {
        matches!(self, Self::Folder(_))
    }
}
