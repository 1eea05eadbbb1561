//! Who may do what: one table.
//!
//! Today there is one user; the table already asks for each command, so that
//! more users change this file and no handler.

use super::{Actor, IdentityError};
use crate::command::Command;
use crate::kernel::UserId;

/// What a command needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Permission {
    /// Change fields, tags, albums; undo.
    Edit,
    /// Make shares and end them.
    Share,
    /// Add libraries and mounts, start jobs.
    Administer,
    /// Tell what a scan or a parser saw.
    Observe,
}

impl Permission {
    /// In words, after "you may not".
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Edit => "edit here",
            Self::Share => "share photos here",
            Self::Administer => "administer this K-Photos",
            Self::Observe => "report what the scanner saw",
        }
    }
}

/// What this command needs.
#[must_use]
pub(super) const fn needed(command: &Command) -> Permission {
    match command {
        Command::SetFields(_)
        | Command::ClearFields(_)
        | Command::SetDate(_)
        | Command::EditAssets(_)
        | Command::ForgetAssets(_)
        | Command::ChangeStack(_)
        | Command::AddTag(_)
        | Command::RemoveTag(_)
        | Command::ArrangeTags(_)
        | Command::ArrangeAlbums(_)
        | Command::EditFace(_)
        | Command::ArrangePeople(_)
        | Command::CreateAlbum(_)
        | Command::AddToAlbum(_)
        | Command::RemoveFromAlbum(_)
        | Command::ExcludeFromAlbum(_)
        | Command::ChangeAlbum(_)
        | Command::ChangeCollection(_)
        | Command::ChangeDates(_)
        | Command::Undo(_)
        | Command::Redo => Permission::Edit,
        Command::CreateShare(_) | Command::RevokeShare(_) => Permission::Share,
        Command::AddLibrary(_)
        | Command::RelocateLibrary(_)
        | Command::RemoveLibrary(_)
        | Command::EnqueueJob(_)
        | Command::PauseJob(_)
        | Command::ResumeJob(_)
        | Command::CancelJob(_)
        | Command::RetryJob(_)
        | Command::RegisterUser(_)
        | Command::AddMount(_)
        | Command::RemoveMount(_) => Permission::Administer,
        Command::RegisterFiles(_)
        | Command::UpdateFiles(_)
        | Command::NoteSidecars(_)
        | Command::KeepSidecars(_)
        | Command::RecordFacts(_)
        | Command::RecordChecksums(_)
        | Command::SetLibraryState(_)
        | Command::SettleJob(_) => Permission::Observe,
    }
}

/// Allows the command or refuses it.
///
/// # Errors
/// [`IdentityError::NotPermitted`] with what was missing.
pub fn authorize(actor: Actor, command: &Command) -> Result<(), IdentityError> {
    let permission = needed(command);
    let allowed = match (actor, permission) {
        (Actor::System, Permission::Observe | Permission::Administer) => true,
        (Actor::System, Permission::Edit | Permission::Share)
        | (Actor::User(_), Permission::Observe)
        | (Actor::File(_), _) => false,
        (Actor::User(user), Permission::Edit | Permission::Share | Permission::Administer) => {
            user == UserId::new(1)
        }
    };
    if allowed {
        Ok(())
    } else {
        Err(IdentityError::NotPermitted { permission })
    }
}
