//! The D-Bus name of a refusal: `org.kphotos.Error.NotFound` and so on.
//!
//! One table from [`ErrorCode`] to the name, without a wildcard.

use crate::surface::Refusal;
use kphotos_domain::kernel::ErrorCode;
use zbus::message::{Header, Message};
use zbus::names::ErrorName;

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

impl zbus::DBusError for Refusal {
    fn create_reply(&self, call: &Header<'_>) -> zbus::Result<Message> {
        Message::error(call, self.name()).build(&(self.message(),))
    }

    fn name(&self) -> ErrorName<'_> {
        ErrorName::from_static_str_unchecked(error_name(self.code()))
    }

    fn description(&self) -> Option<&str> {
        Some(self.message())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
