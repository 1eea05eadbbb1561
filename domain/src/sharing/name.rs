//! What a share can be called: a folder of this name exists wherever it is shown.

use super::SharingError;
use crate::kernel::name::folder_name;
use std::fmt;

/// A share's name: NFC, one part of a path, accepted by every system.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ShareName(Box<str>);

impl ShareName {
    /// Reads a name; blanks round it are dropped.
    ///
    /// # Errors
    /// [`SharingError::BadName`] for an empty one, `.`, `..`, one over 255 bytes,
    /// and one that Windows or a path refuses, with one that would do.
    pub fn parse(text: &str) -> Result<Self, SharingError> {
        folder_name(text).map(Self).map_err(|why| SharingError::BadName {
            name: text.to_owned(),
            why,
        })
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ShareName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_that_every_system_can_have_as_a_folder() {
        let check = |text: &str, name: Option<&str>| {
            let read = ShareName::parse(text).ok();
            assert_eq!(read.as_ref().map(ShareName::as_str), name, "{text:?}");
        };
        check(" Italy ", Some("Italy"));
        check("cafe\u{301}", Some("caf\u{e9}"));
        for text in ["", " ", ".", "..", "a/b", "what?", "con", "dot.", "a\0"] {
            check(text, None);
        }
        check(&"x".repeat(256), None);
        let error = ShareName::parse("a/b").unwrap_err().to_string();
        assert!(error.contains("`a_b` would do"), "{error}");
    }
}
