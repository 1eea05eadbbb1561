//! Ids: numbers handed out once and never reused, one type a thing.
//!
//! They are 32 bits wide so that sets of them are roaring bitmaps; the high
//! water marks live in the view and in the store, so that a number is not
//! handed out again after its thing is gone.

use std::fmt;

/// What every id can do; implemented by the id types of this module only.
pub trait Id: Copy + Eq + Ord + std::hash::Hash + fmt::Debug {
    /// The id of this number.
    fn new(number: u32) -> Self;
    /// The number.
    fn number(self) -> u32;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(u32);

        impl $name {
            /// The id of this number.
            #[must_use]
            pub const fn new(number: u32) -> Self {
                Self(number)
            }

            /// The number.
            #[must_use]
            pub const fn number(self) -> u32 {
                self.0
            }
        }

        impl Id for $name {
            fn new(number: u32) -> Self {
                Self(number)
            }

            fn number(self) -> u32 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// An asset: content within an owner's world.
    AssetId,
    /// A file of an asset; also its inode number in every mount.
    FileId,
    /// A shot: the files of one stem in one folder that belong together.
    ShotId,
    /// A library: a folder of originals, with an owner.
    LibraryId,
    /// A folder inside a library.
    FolderId,
    /// A tag.
    TagId,
    /// An album.
    AlbumId,
    /// A person in photos: who faces are of.
    PersonId,
    /// A user; 1 is who runs a user-mode daemon.
    UserId,
    /// A job.
    JobId,
    /// A mount that a command added.
    MountId,
    /// A share; never above 2^24 - 1, so that it fits into an inode number beside another id.
    ShareId,
    /// A collection.
    CollectionId,
    /// A stack that a person made.
    StackId,
}

/// A search that somebody is in, below `search/` of a mount: a number of 48 bits that is
/// never given twice, and stands for nothing after a restart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SearchId(u64);

impl SearchId {
    /// The search of this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// Who a record belongs to: the world in which its names are unique.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Owner {
    /// A person.
    User(UserId),
}

/// The journal's sequence number: 0 is "before the first entry".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Revision(u64);

impl Revision {
    /// The revision of this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The one after this.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
