//! How the program ends: every failure is one kind, and every kind one exit code.
//!
//! | exit | meaning |
//! |---|---|
//! | 0 | done |
//! | 1 | failed |
//! | 2 | usage, a bad query too |
//! | 3 | not found |
//! | 4 | not permitted |
//! | 5 | conflict, something that exists already too |
//! | 6 | the daemon cannot be reached |

use std::io;
use std::process::ExitCode;

/// The kind of a failure: the contract's stable words, and the one of its own
/// that only a client has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    NotFound,
    AlreadyExists,
    Invalid,
    Conflict,
    NotPermitted,
    ReadOnly,
    Unsupported,
    Busy,
    Unavailable,
    Corrupt,
    Internal,
    Unreachable,
}

impl Kind {
    const ALL: [Self; 12] = [
        Self::NotFound,
        Self::AlreadyExists,
        Self::Invalid,
        Self::Conflict,
        Self::NotPermitted,
        Self::ReadOnly,
        Self::Unsupported,
        Self::Busy,
        Self::Unavailable,
        Self::Corrupt,
        Self::Internal,
        Self::Unreachable,
    ];

    /// The stable word, as `--json` shows it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::AlreadyExists => "already-exists",
            Self::Invalid => "invalid",
            Self::Conflict => "conflict",
            Self::NotPermitted => "not-permitted",
            Self::ReadOnly => "read-only",
            Self::Unsupported => "unsupported",
            Self::Busy => "busy",
            Self::Unavailable => "unavailable",
            Self::Corrupt => "corrupt",
            Self::Internal => "internal",
            Self::Unreachable => "unreachable",
        }
    }

    /// The exit code: the one table.
    pub(crate) const fn exit(self) -> u8 {
        match self {
            Self::Invalid => 2,
            Self::NotFound => 3,
            Self::NotPermitted => 4,
            Self::Conflict | Self::AlreadyExists => 5,
            Self::Unreachable => 6,
            Self::ReadOnly
            | Self::Unsupported
            | Self::Busy
            | Self::Unavailable
            | Self::Corrupt
            | Self::Internal => 1,
        }
    }

    /// The kind of a D-Bus error's name: `org.kphotos.Error.NotFound`.
    pub(crate) fn of_dbus(name: &str) -> Self {
        let known = |kind: &Self| {
            let word = name.strip_prefix("org.kphotos.Error.").unwrap_or_default();
            word.bytes()
                .filter(u8::is_ascii_alphabetic)
                .map(|byte| byte.to_ascii_lowercase())
                .eq(kind.as_str().bytes().filter(u8::is_ascii_alphabetic))
        };
        Self::ALL.into_iter().find(known).unwrap_or(Self::Internal)
    }
}

/// Why the program did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    /// What, which, how to mend it; empty: whoever reads has gone, nothing is to be said.
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { kind, message }
    }

    /// The command line makes no sense.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, message)
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.kind.exit())
    }
}

/// Writing to stdout failed.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::new(Kind::Unavailable, "");
        }
        Self::new(
            Kind::Unavailable,
            format!("the output could not be written: {error}"),
        )
    }
}

/// A document of the daemon could not be read.
impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        let message = format!(
            "the daemon's answer is of another version: {error}; use the `kphotos` that came with it"
        );
        Self::new(Kind::Internal, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_failure_has_the_exit_code_of_the_contract() {
        let check = |name: &str, exit: u8| {
            let kind = Kind::of_dbus(&format!("org.kphotos.Error.{name}"));
            assert_eq!(kind.exit(), exit, "{name}");
        };
        check("NotFound", 3);
        check("AlreadyExists", 5);
        check("Invalid", 2);
        check("Conflict", 5);
        check("NotPermitted", 4);
        check("ReadOnly", 1);
        check("Unsupported", 1);
        check("Busy", 1);
        check("Unavailable", 1);
        check("Corrupt", 1);
        check("Internal", 1);
        check("Newer", 1);
        assert_eq!(Kind::Unreachable.exit(), 6);
    }

    #[test]
    fn a_dbus_name_gives_its_own_kind_back() {
        assert_eq!(
            Kind::of_dbus("org.kphotos.Error.AlreadyExists"),
            Kind::AlreadyExists
        );
        assert_eq!(
            Kind::of_dbus("org.freedesktop.DBus.Error.UnknownMethod"),
            Kind::Internal
        );
        assert_eq!(Kind::of_dbus(""), Kind::Internal);
    }
}
