//! What a call is refused with, whichever surface it came by: a stable code,
//! and a text for a person.
//!
//! The text is the domain's own, except for `internal`: there a neutral line
//! goes out and the chain goes to the log. Each surface has a table from the
//! code to what it answers.

use kphotos_domain::app::AppError;
use kphotos_domain::catalog::CatalogError;
use kphotos_domain::identity::IdentityError;
use kphotos_domain::kernel::{ErrorCode, PortError};
use kphotos_domain::organization::OrganizationError;
use kphotos_domain::organization::query::{CursorError, QueryError};
use kphotos_domain::processing::ProcessingError;
use kphotos_domain::sharing::SharingError;
use kphotos_domain::storage::StorageError;
use std::fmt;

/// A refusal on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    code: ErrorCode,
    message: String,
}

impl Refusal {
    /// A refusal of this kind with this text: what, which, how to mend it.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let message = message.into();
        if code == ErrorCode::Internal {
            return Self::internal(&message);
        }
        Self { code, message }
    }

    /// A mistake of K-Photos: the text is logged, not sent.
    pub(crate) fn internal(chain: &dyn fmt::Display) -> Self {
        tracing::error!(error = %chain, "a call failed");
        Self {
            code: ErrorCode::Internal,
            message: "K-Photos failed at this; the daemon's log says more".to_owned(),
        }
    }

    /// The caller asked for something that makes no sense.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Invalid, message)
    }

    /// Something named is not there.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::NotFound, message)
    }

    /// What, which, how to mend it.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The kind.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        self.code
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

macro_rules! refusals {
    ($($error:ty),*) => {$(
        impl From<$error> for Refusal {
            fn from(error: $error) -> Self {
                Self::new(error.code(), error.to_string())
            }
        }
    )*};
}

refusals!(
    AppError,
    CatalogError,
    CursorError,
    QueryError,
    IdentityError,
    OrganizationError,
    ProcessingError,
    SharingError,
    StorageError
);

impl From<PortError> for Refusal {
    fn from(error: PortError) -> Self {
        Self::new(error.code, error.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_internal_failure_keeps_its_chain_to_itself() {
        let refusal = Refusal::from(PortError::new(ErrorCode::Internal, "index 7 of /secret"));
        assert!(!refusal.to_string().contains("secret"));
    }
}
