//! What is wrong with a query, and where.
//!
//! Places are byte offsets into the text as it was given, from 0, so that an
//! edge can point at them. Every mistake is the asker's to mend, so all share
//! one code; what is right but not built yet says so and is no empty answer.

use crate::kernel::ErrorCode;

/// A text that is no query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Something else stands where a part of the query was expected.
    #[error("at {at}: expected {expected}, found {}", shown(found))]
    Unexpected {
        /// Byte offset of what was found.
        at: usize,
        /// What was found; empty at the end of the text.
        found: Box<str>,
        /// What would have been right, with an example.
        expected: Box<str>,
    },
    /// A right term whose part of K-Photos does not exist yet.
    #[error("at {at}: `{what}` is not known here yet; known are {known}")]
    NotYet {
        /// Byte offset of the term.
        at: usize,
        /// `person:`, `is:duplicate` …
        what: Box<str>,
        /// What is known in its place.
        known: Box<str>,
    },
    /// More parentheses in each other than any person writes.
    #[error("at {at}: expected at most {limit} parentheses within each other")]
    TooDeep {
        /// Byte offset of the one too many.
        at: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// More text than any person writes.
    #[error("at {limit}: expected a query of at most {limit} bytes, found {length}")]
    TooLong {
        /// How long it is.
        length: usize,
        /// How long it may be.
        limit: usize,
    },
}

impl QueryError {
    pub(super) fn unexpected(at: usize, found: &str, expected: impl Into<Box<str>>) -> Self {
        let found = match found.char_indices().nth(40) {
            Some((end, _)) => format!("{}…", found.get(..end).unwrap_or_default()).into(),
            None => found.into(),
        };
        Self::Unexpected {
            at,
            found,
            expected: expected.into(),
        }
    }

    /// Byte offset of the mistake, from 0.
    #[must_use]
    pub const fn at(&self) -> usize {
        match self {
            Self::Unexpected { at, .. } | Self::NotYet { at, .. } | Self::TooDeep { at, .. } => *at,
            Self::TooLong { limit, .. } => *limit,
        }
    }

    /// The kind of refusal.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Unexpected { .. } | Self::NotYet { .. } | Self::TooDeep { .. } | Self::TooLong { .. } => {
                ErrorCode::Invalid
            }
        }
    }
}

fn shown(found: &str) -> String {
    if found.is_empty() {
        "the end".to_owned()
    } else {
        format!("\"{found}\"")
    }
}

/// A text that is no cursor of this list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no cursor of a list sorted so: begin without one")]
pub struct CursorError {
    /// What was given.
    pub text: Box<str>,
}

impl CursorError {
    /// The kind of refusal.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        ErrorCode::Invalid
    }
}
