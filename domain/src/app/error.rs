//! Everything a command can be refused for.

use crate::catalog::CatalogError;
use crate::identity::IdentityError;
use crate::kernel::{ErrorCode, PortError, Revision};
use crate::organization::OrganizationError;
use crate::processing::ProcessingError;
use crate::sharing::SharingError;
use crate::storage::StorageError;

/// A refusal, by the context it comes from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppError {
    /// Who may do what.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// Libraries and files.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Assets and fields.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// Tags and albums.
    #[error(transparent)]
    Organization(#[from] OrganizationError),
    /// Shares.
    #[error(transparent)]
    Sharing(#[from] SharingError),
    /// Jobs.
    #[error(transparent)]
    Processing(#[from] ProcessingError),
    /// The journal or the store.
    #[error(transparent)]
    Port(#[from] PortError),
    /// No edit stands.
    #[error("there is nothing to undo")]
    NothingToUndo,
    /// The last change of this person was no undo.
    #[error("there is nothing to redo: nothing was undone since your last change")]
    NothingToRedo,
    /// No such entry.
    #[error("there is no revision {revision}; `kphotos history` lists them")]
    NoRevision {
        /// The number given.
        revision: Revision,
    },
    /// It was taken back before.
    #[error("revision {revision} was undone by {by}; `kphotos undo {by}` does it again")]
    UndoneAlready {
        /// The number given.
        revision: Revision,
        /// What took it back.
        by: Revision,
    },
    /// It is no edit.
    #[error("revision {revision} ({summary}) is no edit and cannot be undone")]
    NotUndoable {
        /// The number given.
        revision: Revision,
        /// What it did.
        summary: String,
    },
    /// Something else happened to what it renamed, moved, merged or deleted.
    #[error(
        "revision {revision} cannot be undone: `{what}` was renamed, moved, merged or deleted since; undo that first"
    )]
    Overtaken {
        /// The number given.
        revision: Revision,
        /// What was changed.
        what: String,
    },
    /// Everything it did was changed since.
    #[error("nothing of revision {revision} is left to undo: all of it was changed since")]
    NothingLeft {
        /// The number given.
        revision: Revision,
    },
}

impl AppError {
    /// The kind of refusal.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Identity(error) => error.code(),
            Self::Storage(error) => error.code(),
            Self::Catalog(error) => error.code(),
            Self::Organization(error) => error.code(),
            Self::Sharing(error) => error.code(),
            Self::Processing(error) => error.code(),
            Self::Port(error) => error.code,
            Self::NoRevision { .. } => ErrorCode::NotFound,
            Self::NothingToUndo
            | Self::NothingToRedo
            | Self::UndoneAlready { .. }
            | Self::Overtaken { .. }
            | Self::NothingLeft { .. } => ErrorCode::Conflict,
            Self::NotUndoable { .. } => ErrorCode::Unsupported,
        }
    }
}

/// Why the app could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The store cannot be used; the journal can. Open again with an empty store.
    #[error("the layer cannot be used and has to be rebuilt from the journal: {why}")]
    StoreUnusable {
        /// What is wrong with it.
        why: String,
    },
    /// The layer knows entries that the journal has lost. Entries are stored only
    /// once they are durable, so this is damage, and no guess is made.
    #[error(
        "the journal ends at revision {last}, the layer knows revision {stored}: the journal has lost its end; put it back from a backup, or move the layer away to go on without what is lost"
    )]
    JournalShort {
        /// What the layer stands for.
        stored: Revision,
        /// Where the journal ends.
        last: Revision,
    },
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(PortError),
}
