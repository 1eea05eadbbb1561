//! The directories whose members keep their names.

use crate::kernel::{AlbumId, DateKey, FolderId, TagId};

/// A stored directory.
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
}
