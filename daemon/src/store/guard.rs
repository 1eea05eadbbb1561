//! The one way into sled: every call is made through [`guarded`].
//!
//! sled 0.34 asserts and unwraps on damaged files and on failed writes. A panic is caught here and becomes a text, so that it ends the
//! store and not the daemon. What sled left half done is dropped, never used again: the caller poisons itself.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Why a call into sled failed.
#[derive(Debug)]
pub(super) enum Fault {
    /// sled said so.
    Error(sled::Error),
    /// sled panicked with this text.
    Panic(String),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Error(error) => write!(f, "{error}"),
            Self::Panic(text) => write!(f, "sled stopped: {text}"),
        }
    }
}

/// Calls into sled; a panic becomes a [`Fault`].
pub(super) fn guarded<T>(call: impl FnOnce() -> sled::Result<T>) -> Result<T, Fault> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => result.map_err(Fault::Error),
        Err(panic) => {
            let text = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no reason given");
            Err(Fault::Panic(text.to_owned()))
        }
    }
}
