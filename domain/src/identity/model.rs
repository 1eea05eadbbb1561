//! Users and actors.

use super::Tool;
use crate::kernel::UserId;

/// A person who uses this K-Photos.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct User {
    /// The number.
    pub id: UserId,
    /// The login name.
    pub name: Box<str>,
    /// The uid on this machine.
    pub uid: u32,
}

/// On whose behalf a command runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Actor {
    /// A person.
    User(UserId),
    /// The daemon itself: scans, parsers, jobs. Observes; never edits.
    System,
    /// A file or a sidecar that this program wrote: brings edits, and asks for nothing.
    File(Tool),
}

impl Actor {
    /// The person whose world a command works in: the system works in user 1's,
    /// and so does what files bring.
    #[must_use]
    pub const fn user(self) -> UserId {
        match self {
            Self::User(user) => user,
            Self::System | Self::File(_) => UserId::new(1),
        }
    }

    /// The person who did it, if one did.
    #[must_use]
    pub const fn person(self) -> Option<UserId> {
        match self {
            Self::User(user) => Some(user),
            Self::System | Self::File(_) => None,
        }
    }
}
