//! The language of queries: reading it, answering it, sorting and grouping the answer.
//!
//! ```text
//! query = [ any ]                      the empty query: everything present and not hidden
//! any   = all { "OR" all }
//! all   = not { [ "AND" ] not }        juxtaposition is AND and binds closer than OR
//! not   = { "NOT" | "-" } ( "(" any ")" | term )
//! term  = text | key ( ":" | "=" | ">=" | ">" | "<=" | "<" ) [ "=" ] value
//! text  = word | "phrase" | 'phrase'   a quote mark within is written twice
//! ```
//!
//! | term | means |
//! |---|---|
//! | `beach`, `"two words"` | the text is part of a file's name, the title, the description, a tag's path or the name of a person in the picture |
//! | `name: title: description: camera: lens:` | the text is part of it; with `=` (`name:=a.jpg`) it is all of it |
//! | `path:2024/rome`, `path:/2024/` | part of the path below the library; with `/` in front it begins there |
//! | `ext: label: library:` | it is that, whole |
//! | `tag:a/b`, `album:a/b` | that one or one below it; with `=` (`tag:=a/b`) itself only |
//! | `person:anna` | a person of that name, of which that is a word (`Anna Meier`), or whom files call so; with `=` not those of which it is a word |
//! | `collection:best` | what the collection of that name finds |
//! | `date: added:` | `2024`, `2024-06..2024-08`, `2024..`, `..2024-06-15`; also `>=` `>` `<=` `<` |
//! | `before:2020-05`, `after:2019` | before the month begins, after the year is over |
//! | `rating: iso: f: focal: width: height: size: duration:` | `4`, `4+`, `2..4`, `..2`; also `>=` `>` `<=` `<` |
//! | `near:52.52,13.40,5km` | taken within that distance (1 km unless given) |
//! | `type:` `is:` `has:` | one of the words that a mistake lists |
//!
//! Words are parts, not beginnings: in names such as `DSC_0042_beach` a person
//! looks for what stands in the middle. All texts are compared case-folded. `∕`
//! (U+2215) stands for `/`, and `=` for `:`, so that a query can be a file name.
//!
//! A date known to the year only answers a range that holds the whole year. What
//! a photo does not say matches no term about it: `rating:..2` finds no unrated
//! photo, `-has:rating` does. Aperture and focal length compare to one decimal,
//! durations to the second, sizes to the byte (MB are 1,000,000, MiB 1,048,576).
//!
//! Hidden photos are found only by queries with `is:hidden`, missing ones only
//! with `is:missing` (not below a `NOT`; for each side of an outermost `OR`).
//!
//! Refuses: unknown keys and values with their place and what is known; terms of
//! contexts that do not exist yet (`collection:`, `is:duplicate` …); 64 KiB of text.

mod ast;
mod error;
mod evaluate;
mod index;
mod lex;
mod matching;
mod parse;
#[cfg(test)]
mod properties;
mod sort;
#[cfg(test)]
mod tests;
mod timeline;
mod value;

pub use error::{CursorError, QueryError};
pub use evaluate::{evaluate, evaluate_within, narrow};
pub(crate) use index::Index;
pub use sort::{Cursor, Page, Sort, page};
pub use timeline::{By, timeline};

use ast::Node;
use std::fmt;

/// A query, read and understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Query {
    root: Node,
}

impl Query {
    /// Reads a query; see the module for the grammar.
    ///
    /// # Errors
    /// [`QueryError`] with the place of the first mistake and what was expected.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        parse::parse(text).map(|root| Self { root })
    }

    /// The query that finds what both find.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let root = Node::and(vec![self.root, other.root]);
        Self { root }
    }

    /// Whether its answer depends on what is shared (`is:shared`).
    #[must_use]
    pub fn asks_what_is_shared(&self) -> bool {
        self.root
            .has(|term| matches!(term, ast::Term::Is(ast::Is::Shared)))
    }

    /// Whether its answer depends on what is in albums (`album:`).
    #[must_use]
    pub fn asks_for_albums(&self) -> bool {
        self.root.has(|term| matches!(term, ast::Term::Album { .. }))
    }

    /// Whether its answer depends on what collections find (`collection:`).
    #[must_use]
    pub fn asks_for_collections(&self) -> bool {
        self.root.has(|term| matches!(term, ast::Term::Collection(_)))
    }

    /// Whether it asks for everything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.root.is_everything()
    }
}

/// Canonical text: it reads back as the same query.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.fmt(f)
    }
}
