//! Shares and what they show.

use super::ShareName;
use crate::kernel::{AlbumId, AssetSet, CollectionId, FolderId, LibraryId, Owner, PersonId, ShareId, TagId};

/// A part of a person's photos, under a name, for others to see.
#[derive(Clone, PartialEq, Debug)]
pub struct Share {
    /// The number.
    pub id: ShareId,
    /// Who shares.
    pub owner: Owner,
    /// Its name: a portable folder name, see [`ShareName`].
    pub name: Box<str>,
    /// What is shown.
    pub scope: Scope,
}

/// What a share shows, now and from now on.
#[derive(Clone, PartialEq, Debug)]
pub enum Scope {
    /// An album, with the albums in it.
    Album(AlbumId),
    /// A tag, with the tags in it.
    Tag(TagId),
    /// The photos that a person is in.
    Person(PersonId),
    /// A library, folders as they lie.
    Library(LibraryId),
    /// A folder of a library, with the folders in it.
    Folder(FolderId),
    /// What a query finds for the owner.
    Query(Box<str>),
    /// What a collection finds.
    Collection(CollectionId),
    /// These photos.
    Assets(AssetSet),
}

/// A share to be made.
#[derive(Clone, PartialEq, Debug)]
pub struct NewShare {
    /// Its name.
    pub name: ShareName,
    /// What is shown.
    pub scope: Scope,
}

impl Scope {
    /// `album`, `tag`, `person`, `library`, `folder`, `query`, `collection`, `assets`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Album(_) => "album",
            Self::Tag(_) => "tag",
            Self::Person(_) => "person",
            Self::Library(_) => "library",
            Self::Folder(_) => "folder",
            Self::Query(_) => "query",
            Self::Collection(_) => "collection",
            Self::Assets(_) => "assets",
        }
    }
}
