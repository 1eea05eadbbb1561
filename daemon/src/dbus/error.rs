//! What a D-Bus call is refused with: `org.kphotos.Error.NotFound` and so on.
//!
//! One table from [`ErrorCode`] to the name of the error, without a wildcard.
//! The text is the domain's own, except for `internal`: there a neutral line
//! goes out and the chain goes to the log.

use kphotos_domain::app::AppError;
use kphotos_domain::catalog::CatalogError;
use kphotos_domain::identity::IdentityError;
use kphotos_domain::kernel::{ErrorCode, PortError};
use kphotos_domain::organization::OrganizationError;
use kphotos_domain::organization::query::{CursorError, QueryError};
use kphotos_domain::processing::ProcessingError;
use kphotos_domain::storage::StorageError;
use std::fmt;
use zbus::message::{Header, Message};
use zbus::names::ErrorName;

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
    pub(super) fn internal(chain: &dyn fmt::Display) -> Self {
        tracing::error!(error = %chain, "a D-Bus call failed");
        Self {
            code: ErrorCode::Internal,
            message: "K-Photos failed at this; the daemon's log says more".to_owned(),
        }
    }

    /// The caller asked for something that makes no sense.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Invalid, message)
    }

    /// Something named is not there.
    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::NotFound, message)
    }

    /// The kind.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        self.code
    }
}

/// The D-Bus name of an error of this kind.
#[must_use]
pub const fn error_name(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::NotFound => "org.kphotos.Error.NotFound",
        ErrorCode::AlreadyExists => "org.kphotos.Error.AlreadyExists",
        ErrorCode::Invalid => "org.kphotos.Error.Invalid",
        ErrorCode::Conflict => "org.kphotos.Error.Conflict",
        ErrorCode::NotPermitted => "org.kphotos.Error.NotPermitted",
        ErrorCode::ReadOnly => "org.kphotos.Error.ReadOnly",
        ErrorCode::Unsupported => "org.kphotos.Error.Unsupported",
        ErrorCode::Busy => "org.kphotos.Error.Busy",
        ErrorCode::Unavailable => "org.kphotos.Error.Unavailable",
        ErrorCode::Corrupt => "org.kphotos.Error.Corrupt",
        ErrorCode::Internal => "org.kphotos.Error.Internal",
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl zbus::DBusError for Refusal {
    fn create_reply(&self, call: &Header<'_>) -> zbus::Result<Message> {
        Message::error(call, self.name()).build(&(&self.message,))
    }

    fn name(&self) -> ErrorName<'_> {
        ErrorName::from_static_str_unchecked(error_name(self.code))
    }

    fn description(&self) -> Option<&str> {
        Some(&self.message)
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

    #[test]
    fn the_name_of_an_error_says_its_code_in_camel_case() {
        for code in [
            ErrorCode::NotFound,
            ErrorCode::AlreadyExists,
            ErrorCode::NotPermitted,
            ErrorCode::ReadOnly,
        ] {
            let camel: String = code
                .as_str()
                .split('-')
                .map(|word| word[..1].to_uppercase() + &word[1..])
                .collect();
            assert_eq!(error_name(code), format!("org.kphotos.Error.{camel}"));
        }
    }
}
