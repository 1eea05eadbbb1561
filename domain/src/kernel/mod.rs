//! What every context speaks: ids handed out once, sets of them, content
//! checksums, wall time, the stable error codes, and the ports.
//!
//! Invariants: an id is never reused; a [`Revision`] is the sequence number of
//! a journal entry and grows by one; a [`Taken`] never carries an offset that
//! nobody gave.

mod checksum;
mod error;
mod id;
pub mod name;
pub mod port;
mod set;
mod time;

pub use checksum::{Checksum, ChecksumError};
pub use error::{ErrorCode, PortError};
pub use id::{
    AlbumId, AssetId, CollectionId, FileId, FolderId, Id, JobId, LibraryId, MountId, Owner, PersonId,
    Revision, SearchId, ShareId, ShotId, StackId, TagId, UserId,
};
pub use set::{IdSet, Marks};
pub(crate) use time::parse_offset;
pub use time::{DateKey, Precision, Taken, TakenError, TakenSource};

/// A set of assets.
pub type AssetSet = IdSet<AssetId>;
/// A set of files.
pub type FileSet = IdSet<FileId>;
