//! What the store keeps: rows that make the view again.
//!
//! | row | key | about |
//! |---|---|---|
//! | `Counters` | – | the numbers that come next |
//! | `User`, `Library`, `Folder` | id | one each |
//! | `Files` | file / 32 | path, size, asset, shot, checksum of 32 files |
//! | `Facts` | asset / 32 | what a parser read of 32 assets |
//! | `Sidecars` | folder | the sidecars in it |
//! | `Layers` | asset / 32 | what the file and what the sidecar says, of those of 32 assets that have one |
//! | `Edits` | asset / 256 | the user layers of 256 assets |
//! | `Revisions` | asset / 256 | their revisions |
//! | `Aliases` | asset / 256 | which of 256 numbers lead to lower ones |
//! | `Formers` | asset / 32 | what of 32 assets was another content before |
//! | `Doubts` | file / 32 | which of 32 files have new bytes, and what they were |
//! | `Tag` | id | name, parent, fate, synonyms; `None`: gone for good |
//! | `Album` | id | name, parent, rule, cover, order; `None`: gone for good |
//! | `Collection` | id | name and query; `None`: gone for good |
//! | `Person` | id | name, fate and synonyms |
//! | `Job` | id | one; `None`: forgotten |
//! | `Set` | (kind, id, asset / 65536) | members, a bitmap chunk; of an album those that were included or excluded: what a rule finds is found again |
//! | `Claims` | (dir, sheaf) | who keeps plain names there, of stems that are one but for the last two letters |
//! | `Share` | id | name and scope; `None`: revoked |
//! | `Mount` | id | one each; `None`: removed |
//! | `Marks` | revision / 256 | what undo has to know |
//!
//! Few rows, each of some kilobytes: what a database does for a row costs more than
//! the bytes in it. A pack is made of the view, so it is always whole.

use super::Dir;
use super::record::{Counters, Doubt, FileRow, Mark, Word};
use crate::catalog::{Facts, UserLayer};
use crate::event::{AlbumPlace, FolderSeen, PersonPlace, TagPlace};
use crate::identity::User;
use crate::kernel::{
    AlbumId, AssetId, AssetSet, Checksum, CollectionId, FileId, FolderId, JobId, MountId, Owner, PersonId,
    Revision, ShareId, ShotId, TagId,
};
use crate::organization::{AlbumSettings, Collection};
use crate::processing::Job;
use crate::sharing::Share;
use crate::sidecar::{SidecarLayer, SidecarStamp};
use crate::storage::{Library, Mount};

/// Assets (and marks) in one packed row of edits or revisions, which are short.
pub const PACK: u32 = 256;
/// Files, or assets with what was read of them, in one packed row: two to
/// four kilobytes, which is what a change of one of them has to write.
pub const ROW_PACK: u32 = 32;
/// Assets in one bitmap chunk.
pub const CHUNK: u32 = 65_536;

/// In which sheaf of claims a folded stem is: by all but its last two letters, so that a hundred shots of a camera in a
/// row are in one. Stored, so it may not change. Source: FNV-1a (32 bits, both halves xored together),
/// <http://www.isthe.com/chongo/tech/comp/fnv/>.
pub(super) fn sheaf_of(stem: &str) -> u16 {
    let end = stem.char_indices().rev().nth(1).map_or(0, |(at, _)| at);
    let start = stem.get(..end).unwrap_or_default();
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let hash = start.bytes().fold(0x811c_9dc5, step);
    let [a, b, c, d] = hash.to_be_bytes();
    u16::from_be_bytes([a ^ c, b ^ d])
}

/// One row of the store; a row replaces the one of the same key.
#[derive(Clone, PartialEq, Debug)]
pub enum Row {
    /// The numbers that come next.
    Counters(Counters),
    /// A user.
    User(User),
    /// A library.
    Library(Library),
    /// A folder.
    Folder(FolderSeen),
    /// The files `pack * 32 ..`, those that are gone too, ascending.
    Files(u32, Vec<(FileId, FileRow)>),
    /// What a parser read of assets `pack * 32 ..`, ascending; those to be read (again) are left out.
    Facts(u32, Vec<(AssetId, Facts)>),
    /// The sidecars of a folder, sorted by name; empty: none.
    Sidecars(FolderId, Vec<SidecarStamp>),
    /// Files' own facts and their sidecars' of assets `pack * 32 ..`, ascending; assets without a sidecar are left out.
    Layers(u32, Vec<(AssetId, SidecarLayer)>),
    /// The user layers of assets `pack * 256 ..`; assets without edits are left out.
    Edits(u32, Vec<(AssetId, UserLayer)>),
    /// The revisions of assets `pack * 256 ..`; 0 is left out.
    Revisions(u32, Vec<(AssetId, Revision)>),
    /// The aliases `pack * 256 ..`, ascending, and where they lead.
    Aliases(u32, Vec<(AssetId, AssetId)>),
    /// What assets `pack * 32 ..` were before files of them were edited in place.
    Formers(u32, Vec<(AssetId, Vec<Checksum>)>),
    /// The files `pack * 32 ..` that are in doubt.
    Doubts(u32, Vec<(FileId, Doubt)>),
    /// A tag; `None`: there is none any more.
    Tag(TagId, Option<TagAtRest>),
    /// A person, whatever became of them.
    Person(PersonId, PersonAtRest),
    /// An album; `None`: deleted.
    Album(AlbumId, Option<AlbumAtRest>),
    /// A chunk of a set: assets `chunk * 65536 ..`; empty: none.
    Set(SetKind, u32, AssetSet),
    /// Who keeps plain names in a dir: the folded stems, sorted, and the shots. A
    /// shot keeps its claim when it is renamed, so its own stem would not do.
    ///
    /// A sheaf of them, by the stem: names are handed out in sequence, so a batch of photos changes a few small
    /// sheaves, where the claims of a year of a large library are hundreds of kilobytes.
    Claims(Dir, u16, Vec<(Box<str>, ShotId)>),
    /// A share; `None`: revoked.
    Share(ShareId, Option<Share>),
    /// A collection; `None`: deleted.
    Collection(CollectionId, Option<Collection>),
    /// A job; `None`: forgotten.
    Job(JobId, Option<Job>),
    /// A mount that a command added; `None`: removed.
    Mount(MountId, Option<Mount>),
    /// What undo knows of revisions `pack * 256 ..`.
    Marks(u64, Vec<(Revision, Mark)>),
}

/// A tag without its photos.
#[derive(Clone, PartialEq, Debug)]
pub struct TagAtRest {
    /// In whose world.
    pub owner: Owner,
    /// Where it is, or was.
    pub place: TagPlace,
    /// What else it is called.
    pub words: Vec<Word>,
}

/// A person without their photos, which follow from facts and edits.
#[derive(Clone, PartialEq, Debug)]
pub struct PersonAtRest {
    /// In whose world.
    pub owner: Owner,
    /// What they are called, or were, and what became of them.
    pub place: PersonPlace,
    /// By which names files mean them, besides their own.
    pub words: Vec<Box<str>>,
}

/// An album without its photos.
#[derive(Clone, PartialEq, Debug)]
pub struct AlbumAtRest {
    /// In whose world.
    pub owner: Owner,
    /// Where it is.
    pub place: AlbumPlace,
    /// Rule, cover and order.
    pub settings: AlbumSettings,
}

/// Which set a chunk belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SetKind {
    /// The tag was given to these.
    TagAdded(TagId),
    /// The tag was taken from these.
    TagSuppressed(TagId),
    /// These were put into the album.
    Album(AlbumId),
    /// These are not in the album whatever its rule finds.
    AlbumExcluded(AlbumId),
}

#[cfg(test)]
mod tests {
    use super::sheaf_of;

    #[test]
    fn a_sheaf_is_of_stems_that_are_one_but_for_two_letters_and_stays_the_same() {
        let hundred = (0..100).map(|number| sheaf_of(&format!("img_42{number:02}")));
        assert!(hundred.clone().all(|sheaf| sheaf == sheaf_of("img_4200")));
        assert_ne!(sheaf_of("img_4200"), sheaf_of("img_4300"));
        for (stem, sheaf) in [("", 0x1cd9), ("ab", 0x1cd9), ("\u{df}\u{e9}x", 13705)] {
            assert_eq!(sheaf_of(stem), sheaf, "{stem}");
        }
    }
}
