//! Options of a call, `a{sv}`.
//!
//! Refused: an option that is not known, so that a misspelt one is not silently
//! ignored, and one of another type.

use super::caller::Dict;
use crate::surface::albums::AlbumPage;
use crate::surface::near::distance;
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

/// How a page of photos is asked for: `limit` (u), `sort` (s), `reverse` (b), `after` (s).
pub(super) struct PageAsked {
    limit: Option<u32>,
    sort: Option<String>,
    reverse: bool,
    after: Option<String>,
}

impl PageAsked {
    pub(super) fn parse(options: Dict) -> Result<Self, Refusal> {
        let mut options = Options::new(options);
        let asked = Self {
            limit: options.take::<u32>("limit")?,
            sort: options.take::<String>("sort")?,
            reverse: options.flag("reverse")?,
            after: options.take::<String>("after")?,
        };
        options.end()?;
        Ok(asked)
    }

    /// Of an album, which has an order of its own.
    pub(super) fn of_album(&self) -> AlbumPage<'_> {
        AlbumPage {
            limit: self.limit,
            sort: self.sort.as_deref(),
            reverse: self.reverse,
            after: self.after.as_deref(),
        }
    }
}

/// Takes how far photos that look alike may be apart.
pub(super) fn take_distance(options: &mut Dict) -> Result<u32, Refusal> {
    let mut own = Options::new(options.remove_entry("distance").into_iter().collect());
    distance(own.take::<u32>("distance")?)
}

/// A page in the order that is asked for.
pub(super) fn page_options(options: Dict) -> Result<PageOptions, Refusal> {
    let PageAsked {
        limit,
        sort,
        reverse,
        after,
    } = PageAsked::parse(options)?;
    PageOptions::new(limit, sort.as_deref(), reverse, after.as_deref())
}
