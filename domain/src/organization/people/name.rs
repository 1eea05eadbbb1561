//! Names of people: one line, not a path; `Ada/Grace` is one name.

use crate::kernel::name;
use crate::organization::PathError;
use std::fmt;

/// A person's name: 1 to 255 bytes, blanks round it dropped.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct PersonName(Box<str>);

impl PersonName {
    /// Reads a name.
    ///
    /// # Errors
    /// [`PathError`] for an empty name, `.`, `..`, a NUL, and more than 255 bytes.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let why = match text.trim() {
            "" => "it is empty",
            "." | ".." => "`.` and `..` cannot be names",
            name if name.len() > name::NAME_MAX => "a name may have 255 bytes at most",
            name if name.contains('\0') => "a name cannot contain a NUL byte",
            name => return Ok(Self(name.into())),
        };
        let text = text.to_owned();
        Err(PathError { text, why })
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
