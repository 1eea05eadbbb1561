//! Executing a command for a person, or saying what it would do.

use super::{Refusal, Services};
use kphotos_domain::app::Receipt;
use kphotos_domain::command::Command;
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::UserId;

/// Does a command, or with `dry_run` says what it would do.
///
/// # Errors
/// The refusal of the command.
pub(crate) fn perform(
    services: &Services,
    user: UserId,
    command: &Command,
    dry_run: bool,
) -> Result<Receipt, Refusal> {
    let actor = Actor::User(user);
    Ok(if dry_run {
        services.app.preview(actor, command)?
    } else {
        services.app.execute(actor, command)?
    })
}
