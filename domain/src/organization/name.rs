//! What a collection can be called: a folder of this name exists in `collections/`.

use super::OrganizationError;
use crate::kernel::name::folder_name;

/// A collection's name: NFC, one part of a path, accepted by every system.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CollectionName(Box<str>);

impl CollectionName {
    /// Reads a name; blanks round it are dropped.
    ///
    /// # Errors
    /// [`OrganizationError::BadName`], as [`folder_name`] says.
    pub fn parse(text: &str) -> Result<Self, OrganizationError> {
        folder_name(text)
            .map(Self)
            .map_err(|why| OrganizationError::BadName {
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
