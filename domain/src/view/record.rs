//! The rows of the view.

use super::compact::{Few, Packed, SmallBytes};
use super::names::StemId;
use crate::catalog::{Evidence, MediaKind, UserLayer};
use crate::event::{AlbumPlace, FileStamp, PersonPlace, TagPlace};
use crate::kernel::{
    AlbumId, AssetId, AssetSet, Checksum, CollectionId, FileId, FileSet, FolderId, JobId, LibraryId, MountId,
    Owner, PersonId, Revision, ShareId, ShotId, StackId, TagId, UserId,
};
use crate::organization::{AlbumSettings, PersonFate, TagFate};
use crate::storage::FileState;

/// A folder of a library.
#[derive(Clone, Debug)]
pub struct FolderRow {
    /// The library.
    pub library: LibraryId,
    /// The folder it lies in; `None` for the root.
    pub parent: Option<FolderId>,
    /// Its name, the bytes of the file system; empty for the root.
    pub name: Box<[u8]>,
    /// Folders in it, ascending.
    pub children: Vec<FolderId>,
    /// Files in it, those that are gone too.
    pub files: FileSet,
}

/// A file of an asset.
#[derive(Clone, PartialEq, Debug)]
pub struct FileRow {
    /// The folder it lies in.
    pub folder: FolderId,
    /// Its name, the bytes of the file system.
    pub name: SmallBytes,
    /// Bytes.
    pub size: u64,
    /// Modification time, nanoseconds since 1970 UTC.
    pub mtime_ns: i64,
    /// Inode number: a hint, never identity.
    pub ino: u64,
    /// The asset it holds.
    pub asset: AssetId,
    /// The shot it belongs to.
    pub shot: ShotId,
    /// What its extension says.
    pub kind: MediaKind,
    /// Whether it is there.
    pub state: FileState,
    /// How often its bytes changed in place.
    pub changes: u32,
    /// Seconds since 1970 UTC when it was first seen; of a million files four bytes count.
    pub added: u32,
    /// Hash of the whole file, once known.
    pub checksum: Option<Checksum>,
}

impl FileRow {
    /// What the file of this number, whose row it is, is like.
    #[must_use]
    pub const fn stamp(&self, id: FileId) -> FileStamp {
        FileStamp {
            id,
            size: self.size,
            mtime_ns: self.mtime_ns,
            ino: self.ino,
        }
    }

    /// Whether the file is still what it was when this stamp was taken.
    #[must_use]
    pub const fn is_as(&self, stamp: &FileStamp) -> bool {
        self.size == stamp.size && self.mtime_ns == stamp.mtime_ns
    }
}

/// What a file was like that has new bytes, until it is known which picture it shows now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Doubt {
    /// Bytes that it had.
    pub size: u64,
    /// Modification time that it had, nanoseconds since 1970 UTC.
    pub mtime_ns: i64,
    /// Inode number that it had.
    pub ino: u64,
    /// Hash of what it held, where it was known.
    pub checksum: Option<Checksum>,
    /// What it said of its picture.
    pub evidence: Evidence,
}

/// An asset.
#[derive(Clone, Default)]
pub struct AssetRow {
    /// Its files, ascending.
    pub files: Few<FileId>,
    /// What a file says of it; `None` until read; see [`super::View::facts`].
    pub(super) facts: Option<Packed>,
    /// What people made of it; `None` if nothing.
    pub edits: Option<Box<UserLayer>>,
    /// Last entry that changed an effective value.
    pub revision: Revision,
}

impl AssetRow {
    /// Whether what a file of it says was read since it last changed.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.facts.as_ref().is_some_and(|facts| !facts.is_stale())
    }

    /// Whether that was read by another reader than the one there is.
    #[must_use]
    pub fn is_outdated(&self) -> bool {
        self.facts.as_ref().is_some_and(Packed::is_outdated)
    }
}

/// A shot: files that share folder and stem.
#[derive(Clone, Debug)]
pub struct ShotRow {
    /// The folder.
    pub folder: FolderId,
    /// The stem of its files, portable and folded, interned.
    pub(super) stem_id: StemId,
    /// Its files, ascending; all have the same stem to the byte.
    pub files: Few<FileId>,
}

/// A word of files, and of people, for a tag: a name below a tag.
pub type Word = (Option<TagId>, Box<str>);

/// A tag.
#[derive(Clone, Debug)]
pub struct TagRow {
    /// In whose world.
    pub owner: Owner,
    /// Below which tag.
    pub parent: Option<TagId>,
    /// Its own name.
    pub name: Box<str>,
    /// Given to these by edits.
    pub added: AssetSet,
    /// What became of it.
    pub fate: TagFate,
    /// What else it is called, besides its place.
    pub words: Vec<Word>,
    /// The files of these have it, or a tag that was merged into it.
    pub embedded: AssetSet,
    /// The files of these have it and an edit took it away.
    pub suppressed: AssetSet,
}

impl TagRow {
    /// Where it is.
    #[must_use]
    pub fn place(&self) -> TagPlace {
        TagPlace {
            parent: self.parent,
            name: self.name.clone(),
            fate: self.fate,
        }
    }

    /// Whether it is in the tree.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.fate == TagFate::Live
    }

    /// The tag into which it was merged.
    #[must_use]
    pub const fn merged_into(&self) -> Option<TagId> {
        match self.fate {
            TagFate::Merged(into) => Some(into),
            TagFate::Live | TagFate::Deleted => None,
        }
    }

    /// All that have it, shown or not.
    #[must_use]
    pub fn assets(&self) -> AssetSet {
        &(&self.embedded - &self.suppressed) | &self.added
    }

    /// Whether this photo has it.
    #[must_use]
    pub fn has(&self, asset: AssetId) -> bool {
        self.added.contains(asset) || (self.embedded.contains(asset) && !self.suppressed.contains(asset))
    }
}

/// A person.
#[derive(Clone, Debug)]
pub struct PersonRow {
    /// In whose world.
    pub owner: Owner,
    /// The name.
    pub name: Box<str>,
    /// What became of them.
    pub fate: PersonFate,
    /// By which names files mean them, besides their own.
    pub words: Vec<Box<str>>,
    /// All that they are in, shown or not; none of one who is not there.
    pub assets: AssetSet,
}

impl PersonRow {
    /// What they are called, and what became of them.
    #[must_use]
    pub fn place(&self) -> PersonPlace {
        PersonPlace {
            name: self.name.clone(),
            fate: self.fate,
        }
    }

    /// Whether there is one.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.fate == PersonFate::Live
    }
}

/// An album.
#[derive(Clone, Debug)]
pub struct AlbumRow {
    /// In whose world.
    pub owner: Owner,
    /// Below which album.
    pub parent: Option<AlbumId>,
    /// Its own name.
    pub name: Box<str>,
    /// All in it, shown or not: (found ∪ included) − excluded.
    pub assets: AssetSet,
    /// Those that were put into it.
    pub included: AssetSet,
    /// Those that are not in it whatever its rule finds; none is included.
    pub excluded: AssetSet,
    /// Rule, cover and order.
    pub settings: AlbumSettings,
}

impl AlbumRow {
    /// What of these is in it, and what is not.
    pub(super) fn admits(&self, found: &AssetSet) -> AssetSet {
        &(found | &self.included) - &self.excluded
    }

    /// A photo is another one from now on (its content turned out to be that of
    /// the other): its membership, its place and its being the cover go over.
    /// What was included is included; excluded is only what was not.
    pub fn becomes(&mut self, asset: AssetId, other: AssetId) {
        for set in [&mut self.assets, &mut self.included, &mut self.excluded] {
            if set.remove(asset) {
                set.insert(other);
            }
        }
        self.excluded -= &self.included;
        self.settings.becomes(asset, other);
    }

    /// Where it is.
    #[must_use]
    pub fn place(&self) -> AlbumPlace {
        AlbumPlace {
            parent: self.parent,
            name: self.name.clone(),
        }
    }
}

/// What undo has to know of an edit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark {
    /// Who made it; 0: no person, but a file that another program wrote.
    pub user: UserId,
    /// Which entry it took back, if it did.
    pub undoes: Option<Revision>,
    /// Which entry took it back, if one did.
    pub undone_by: Option<Revision>,
}

macro_rules! counters {
    ($($field:ident $type:ident),*) => {
        /// The numbers that come next; none is handed out twice.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct Counters { $($field: u32),* }

        impl Default for Counters {
            fn default() -> Self {
                Self { $($field: 1),* }
            }
        }

        impl Counters {
            $(
                #[doc = concat!("The next ", stringify!($type), ".")]
                #[must_use]
                pub const fn $field(&self) -> $type {
                    $type::new(self.$field)
                }
            )*

            /// The numbers, in the order of the fields.
            #[must_use]
            pub const fn numbers(&self) -> [u32; [$(stringify!($field)),*].len()] {
                [$(self.$field),*]
            }

            /// Counters of these numbers, as [`Self::numbers`] gave them.
            #[must_use]
            pub const fn from_numbers(numbers: [u32; [$(stringify!($field)),*].len()]) -> Self {
                let [$($field),*] = numbers;
                Self { $($field),* }
            }
        }

        $(
            impl Used<$type> for Counters {
                fn used(&mut self, id: $type) {
                    self.$field = self.$field.max(id.number().saturating_add(1));
                }
            }
        )*
    };
}

counters!(library LibraryId, folder FolderId, file FileId, asset AssetId, shot ShotId, tag TagId, album AlbumId, job JobId, mount MountId, share ShareId, collection CollectionId, person PersonId, stack StackId);

/// Notes that a number was handed out.
pub(super) trait Used<I> {
    fn used(&mut self, id: I);
}
