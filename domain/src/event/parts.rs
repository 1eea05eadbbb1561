//! What travels in events: who became what, and where things are before and after.

use crate::catalog::{FieldKey, FieldValue, MediaKind};
use crate::kernel::{
    AlbumId, AssetId, Checksum, FileId, FolderId, LibraryId, PersonId, ShotId, TagId, Taken,
};
use crate::organization::{FaceBox, FaceId, PersonFate, TagFate};

/// One asset becomes part of another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Merge {
    /// The number that stays.
    pub into: AssetId,
    /// The higher one, which leads there from now on.
    pub from: AssetId,
    /// The fields that both had edited, differently.
    pub clashes: Vec<Clash>,
}

/// A content is another asset's from now on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parting {
    /// Which.
    pub content: Checksum,
    /// Whose it is.
    pub into: AssetId,
    /// Whose it was, and who shows another one now.
    pub from: AssetId,
    /// Files of that one that are gone, and were this content: they go along.
    pub files: Vec<FileId>,
    /// The fields that both had edited, differently.
    pub clashes: Vec<Clash>,
}

/// A field that two assets had edited before one got the edits of the other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Clash {
    /// Which field.
    pub key: FieldKey,
    /// The later edit, or the flag that is set: it is the field's from now on.
    pub kept: FieldValue,
    /// The other.
    pub dropped: FieldValue,
}

/// A tag that one asset was given and that was taken from another before one got the edits of the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TagClash {
    /// The one that has both edits.
    pub asset: AssetId,
    /// The tag.
    pub tag: TagId,
    /// Whether it keeps the tag.
    pub given: bool,
}

/// The edit of one photo's date, before and after; `None`: none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DateEdit {
    /// Whose.
    pub asset: AssetId,
    /// The edit before.
    pub before: Option<Taken>,
    /// The edit now.
    pub after: Option<Taken>,
}

/// What a photo showed before its file or sidecar was rewritten, and what it shows since.
#[derive(Clone, PartialEq, Debug)]
pub struct Brought {
    /// Whose.
    pub asset: AssetId,
    /// Which field; no edit stands above it.
    pub key: FieldKey,
    /// What it showed; `None`: nothing.
    pub before: Option<FieldValue>,
    /// What it shows.
    pub after: Option<FieldValue>,
}

/// What a sidecar said that is not beside its photo any more.
#[derive(Clone, PartialEq, Debug)]
pub struct KeptSidecar {
    /// Of which photo.
    pub asset: AssetId,
    /// Whose it was.
    pub file: FileId,
    /// The folder it was last seen in.
    pub folder: FolderId,
    /// Its name there.
    pub name: Box<[u8]>,
    /// Its values and its faces, as edits that would show the same.
    pub values: Vec<(FieldKey, FieldValue)>,
    /// Its tags.
    pub tags: Vec<TagId>,
    /// Those whom it named without a face.
    pub persons: Vec<PersonId>,
}

/// Where an edited face of a file lies by now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FaceMoved {
    /// Of which photo.
    pub asset: AssetId,
    /// Which face.
    pub face: FaceId,
    /// Where.
    pub at: FaceBox,
}

/// Where a tag is in the tree of tags, if it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TagPlace {
    /// Below which tag.
    pub parent: Option<TagId>,
    /// Its own name.
    pub name: Box<str>,
    /// What became of it.
    pub fate: TagFate,
}

/// What a person is called, and what became of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PersonPlace {
    /// The name.
    pub name: Box<str>,
    /// What became of the person.
    pub fate: PersonFate,
}

/// Where an album is in the tree of albums.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AlbumPlace {
    /// Below which album.
    pub parent: Option<AlbumId>,
    /// Its own name.
    pub name: Box<str>,
}

/// Where a folder of a library is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FolderPlace {
    /// The folder it lies in.
    pub parent: FolderId,
    /// Its own name, the bytes of the file system.
    pub name: Box<[u8]>,
}

/// A folder of a library, seen for the first time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FolderSeen {
    /// Its number.
    pub id: FolderId,
    /// The library.
    pub library: LibraryId,
    /// The folder it lies in; `None` for the library's root.
    pub parent: Option<FolderId>,
    /// Its own name, the bytes of the file system; empty for the root.
    pub name: Box<[u8]>,
}

/// A file, seen for the first time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileSeen {
    /// Its number.
    pub id: FileId,
    /// The asset it holds.
    pub asset: AssetId,
    /// The shot it belongs to.
    pub shot: ShotId,
    /// The folder it lies in.
    pub folder: FolderId,
    /// Its own name, the bytes of the file system.
    pub name: Box<[u8]>,
    /// Bytes.
    pub size: u64,
    /// Modification time, nanoseconds since 1970 UTC.
    pub mtime_ns: i64,
    /// Inode number: a hint, never identity.
    pub ino: u64,
    /// Seconds since 1970 UTC when it was first seen.
    pub added: i64,
    /// What it is, where its name does not tell.
    pub kind: Option<MediaKind>,
}

/// What a file is like now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileStamp {
    /// Its number.
    pub id: FileId,
    /// Bytes.
    pub size: u64,
    /// Modification time, nanoseconds since 1970 UTC.
    pub mtime_ns: i64,
    /// Inode number: a hint, never identity.
    pub ino: u64,
}

/// Where a file is now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileMoved {
    /// Its number.
    pub id: FileId,
    /// The folder it lies in now.
    pub folder: FolderId,
    /// Its name now.
    pub name: Box<[u8]>,
    /// The shot it belongs to now.
    pub shot: ShotId,
}
