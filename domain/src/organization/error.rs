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
    /// Another tag is called so.
    #[error("there is a tag `{path}` already; `kphotos tag merge {tag} {path}` makes the two one")]
    TagExists {
        /// The one that is there.
        path: String,
        /// The one that was to be called so.
        tag: String,
    },
    /// A word stands for another tag.
    #[error("`{word}` stands for the tag `{of}`; `kphotos tag synonym remove {of} {word}` frees it")]
    IsSynonym {
        /// The word.
        word: String,
        /// What it stands for.
        of: String,
    },
    /// A word does not stand for a tag.
    #[error("`{word}` is no synonym of `{tag}`; `kphotos tag synonym list {tag}` lists them")]
    NoSynonym {
        /// The word.
        word: String,
        /// The tag.
        tag: String,
    },
    /// A name with a slash.
    #[error("`{name}` is no name: it has a slash; rename takes the new name alone, move puts it elsewhere")]
    SlashInName {
        /// What was given.
        name: String,
    },
    /// Something would come below itself.
    #[error("`{tag}` cannot come into `{into}`, which is or lies below it")]
    BelowItself {
        /// What was to move.
        tag: String,
        /// Where to.
        into: String,
    },
    /// Something has others below it.
    #[error("`{path}` has {count} {what} below it; -r deletes them too")]
    HasChildren {
        /// What was to go.
        path: String,
        /// What is below it.
        what: &'static str,
        /// How many.
        count: usize,
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
            Self::Path(_) | Self::GivenAndTaken { .. } | Self::NoAssets | Self::SlashInName { .. } => {
                ErrorCode::Invalid
            }
            Self::NoTag { .. } | Self::NoAlbum { .. } | Self::NoAsset { .. } | Self::NoSynonym { .. } => {
                ErrorCode::NotFound
            }
            Self::AlbumExists { .. } | Self::TagExists { .. } => ErrorCode::AlreadyExists,
            Self::IsSynonym { .. } | Self::BelowItself { .. } | Self::HasChildren { .. } => {
                ErrorCode::Conflict
            }
        }
    }
}
