//! What organization refuses.

use super::path::PathError;
use crate::kernel::{AssetId, ErrorCode};

/// A refusal of organization.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrganizationError {
    /// A text that is no path.
    #[error(transparent)]
    Path(#[from] PathError),
    /// No such tag.
    #[error("there is no tag `{path}`; `kphotos tag list` lists them")]
    NoTag {
        /// What was named.
        path: String,
    },
    /// No such album.
    #[error("there is no album `{path}`; `kphotos album create` makes one, `kphotos album list` lists them")]
    NoAlbum {
        /// What was named.
        path: String,
    },
    /// The album exists.
    #[error("there is an album `{path}` already")]
    AlbumExists {
        /// What was named.
        path: String,
    },
    /// A tag is to be given and taken at once.
    #[error("`{path}` is to be given and taken away at once: name it on one side")]
    GivenAndTaken {
        /// What was named.
        path: String,
    },
    /// No such asset.
    #[error("there is no asset {asset}; `kphotos search` lists those there are")]
    NoAsset {
        /// The number given.
        asset: AssetId,
    },
    /// Nothing to work on.
    #[error("no photo was named")]
    NoAssets,
}

impl OrganizationError {
    /// The kind of refusal.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Path(_) | Self::GivenAndTaken { .. } | Self::NoAssets => ErrorCode::Invalid,
            Self::NoTag { .. } | Self::NoAlbum { .. } | Self::NoAsset { .. } => ErrorCode::NotFound,
            Self::AlbumExists { .. } => ErrorCode::AlreadyExists,
        }
    }
}
