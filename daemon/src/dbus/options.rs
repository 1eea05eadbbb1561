//! Options of a call, `a{sv}`.
//!
//! Refused: an option that is not known, so that a misspelt one is not silently
//! ignored, and one of another type.

use super::caller::Dict;
use crate::surface::{PageOptions, Refusal};
use zbus::wire::OwnedVariant;

/// Options of a call, each taken once.
pub(super) struct Options(Dict);

impl Options {
    pub(super) const fn new(options: Dict) -> Self {
        Self(options)
    }

    /// The value of this option, if it was given.
    pub(super) fn take<T: TryFrom<OwnedVariant>>(&mut self, name: &str) -> Result<Option<T>, Refusal> {
        let Some(value) = self.0.remove(name) else {
            return Ok(None);
        };
        let signature = value.value_signature().to_string();
        T::try_from(value)
            .map(Some)
            .map_err(|_| Refusal::invalid(format!("the option `{name}` cannot be of type `{signature}`")))
    }

    /// Whether this option was given and is true.
    pub(super) fn flag(&mut self, name: &str) -> Result<bool, Refusal> {
        Ok(self.take::<bool>(name)?.unwrap_or(false))
    }

    /// Refuses what was not taken.
    pub(super) fn end(self) -> Result<(), Refusal> {
        match self.0.keys().min() {
            None => Ok(()),
            Some(name) => Err(Refusal::invalid(format!("there is no option `{name}` here"))),
        }
    }
}

/// The options of every change of photos.
pub(super) struct EditOptions {
    /// Folders stand for all below them.
    pub(super) recursive: bool,
    /// Not the rest of the stack.
    pub(super) only: bool,
    /// Say what would change.
    pub(super) dry_run: bool,
}

impl EditOptions {
    pub(super) fn parse(options: Dict) -> Result<Self, Refusal> {
        let mut options = Options::new(options);
        let parsed = Self {
            recursive: options.flag("recursive")?,
            only: options.flag("only")?,
            dry_run: options.flag("dry_run")?,
        };
        options.end()?;
        Ok(parsed)
    }
}

/// Reads `limit` (u), `sort` (s), `reverse` (b), `after` (s).
pub(super) fn page_options(options: Dict) -> Result<PageOptions, Refusal> {
    let mut options = Options::new(options);
    let limit = options.take::<u32>("limit")?;
    let sort = options.take::<String>("sort")?;
    let reverse = options.flag("reverse")?;
    let after = options.take::<String>("after")?;
    options.end()?;
    PageOptions::new(limit, sort.as_deref(), reverse, after.as_deref())
}
