//! The stable words in which every surface reports an error.
//!
//! Each context has an error enum of its own, whose variants map to one
//! [`ErrorCode`]; each edge (errno, D-Bus name, HTTP status, exit code) maps the
//! code once, in a match without a wildcard.

/// The kind of an error, as `contract.md` names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum ErrorCode {
    /// The thing named does not exist.
    NotFound,
    /// A thing of that name exists.
    AlreadyExists,
    /// The request makes no sense as it stands.
    Invalid,
    /// The state is not what the request supposes.
    Conflict,
    /// The caller may not do that.
    NotPermitted,
    /// Nothing can be written there.
    ReadOnly,
    /// K-Photos cannot do that for this thing.
    Unsupported,
    /// Try again later: something else is under way.
    Busy,
    /// Something that is needed does not answer.
    Unavailable,
    /// Stored or given data is damaged.
    Corrupt,
    /// A mistake of K-Photos itself.
    Internal,
}

impl ErrorCode {
    /// The stable text of the contract: `not-found`, `already-exists` …
    #[must_use]
    pub const fn as_str(self) -> &'static str {
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
        }
    }
}

/// An error that came through a port: what failed, in a person's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PortError {
    /// The kind.
    pub code: ErrorCode,
    /// What failed, which, how to mend; lowercase, no full stop.
    pub message: String,
}

impl PortError {
    /// An error of this kind with this text.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}
