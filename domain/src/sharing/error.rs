//! What sharing refuses.

use crate::kernel::{AssetId, ErrorCode};
use crate::organization::QueryError;

/// A refusal of sharing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SharingError {
    /// A text that cannot be a share's name.
    #[error("`{name}` is no name for a share: {why}")]
    BadName {
        /// What was given.
        name: String,
        /// What is wrong with it, and how to mend it.
        why: String,
    },
    /// The name is taken.
    #[error("there is a share `{name}` already; `kphotos share revoke {name}` ends it")]
    Exists {
        /// What was named.
        name: String,
    },
    /// No such share.
    #[error("there is no share `{name}`; `kphotos share list` lists them")]
    NoShare {
        /// What was named.
        name: String,
    },
    /// What should be shared is not there.
    #[error("there is no {kind} `{what}` to share; `kphotos {} list` lists them", if *.kind == "person" { "people" } else { .kind })]
    NoTarget {
        /// `album`, `tag`, `person`, `library` or `collection`.
        kind: &'static str,
        /// What was named.
        what: String,
    },
    /// The folder is in no library.
    #[error("`{what}` is no folder of a library; `kphotos library scan` looks for new ones")]
    NoFolder {
        /// What was named.
        what: String,
    },
    /// No such asset.
    #[error("there is no asset {asset}; `kphotos search` lists those there are")]
    NoAsset {
        /// The number given.
        asset: AssetId,
    },
    /// Nothing to share.
    #[error("no photo was named")]
    NoAssets,
    /// The query does not read.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The query asks for what is shared.
    #[error("a share cannot be made of `is:shared`: it would refer to itself; name what it should show")]
    SelfReference,
    /// The album, tag, person or collection, or something of the library, is shown by a share.
    #[error(
        "the {kind} `{what}` is shared as `{share}` and cannot be {}; `kphotos share revoke {share}` ends the share",
        if *kind == "library" { "removed" } else { "deleted" }
    )]
    Shared {
        /// `album`, `tag`, `person`, `collection` or `library`.
        kind: &'static str,
        /// Its path, or the person's name.
        what: String,
        /// The share's name.
        share: String,
    },
    /// More shares than numbers.
    #[error("there were {limit} shares already, and no number is left for another")]
    TooMany {
        /// How many there can be.
        limit: u32,
    },
}

impl SharingError {
    /// The kind of refusal.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::BadName { .. } | Self::NoAssets | Self::SelfReference => ErrorCode::Invalid,
            Self::Query(error) => error.code(),
            Self::Exists { .. } => ErrorCode::AlreadyExists,
            Self::NoShare { .. } | Self::NoTarget { .. } | Self::NoFolder { .. } | Self::NoAsset { .. } => {
                ErrorCode::NotFound
            }
            Self::Shared { .. } => ErrorCode::Conflict,
            Self::TooMany { .. } => ErrorCode::Unsupported,
        }
    }
}
