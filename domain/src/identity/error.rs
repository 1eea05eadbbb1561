//! What identity refuses.

use super::Permission;
use crate::kernel::ErrorCode;

/// A refusal of identity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The actor may not do that.
    #[error("you may not {permission}: only the owner of this daemon may", permission = permission.as_str())]
    NotPermitted {
        /// What was asked.
        permission: Permission,
    },
    /// No user of that uid.
    #[error("uid {uid} is no user of this K-Photos")]
    UnknownUid {
        /// The caller's uid.
        uid: u32,
    },
}

impl IdentityError {
    /// The kind of refusal.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::NotPermitted { .. } | Self::UnknownUid { .. } => ErrorCode::NotPermitted,
        }
    }
}
