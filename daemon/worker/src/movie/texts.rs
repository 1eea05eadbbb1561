//! The words of a movie, gathered under names: `keys/make`, `udta/©xyz`, `tag/TITLE`.
//!
//! Every container has its own way to say title, place or camera; each reader gathers what it meets under the name of
//! the source, and [`Texts::first`] picks by order. Texts are cleaned as everywhere ([`clean`]), the first of a name
//! wins, and after [`MAX_TEXTS`] no more are taken.

use crate::extract::fields::clean;

const MAX_TEXTS: usize = 512;

/// Texts by name, in the order found.
#[derive(Default)]
pub(super) struct Texts {
    found: Vec<(String, String)>,
}

impl Texts {
    /// Takes a text, unless it is blank or the name is taken.
    pub(super) fn add(&mut self, name: String, text: &str) {
        if self.found.len() < MAX_TEXTS
            && self.get(&name).is_none()
            && let Some(text) = clean(text)
        {
            self.found.push((name, text));
        }
    }

    /// The text of a name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.found
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, text)| text.as_str())
    }

    /// The text of the first of these names that has one.
    pub(super) fn first<'t>(&'t self, names: &[&str]) -> Option<&'t str> {
        names.iter().find_map(|name| self.get(name))
    }

    /// What `read` makes of the first of these names' texts that it makes something of.
    pub(super) fn find<T>(&self, names: &[&str], read: impl Fn(&str) -> Option<T>) -> Option<T> {
        names.iter().find_map(|name| read(self.get(name)?))
    }
}
