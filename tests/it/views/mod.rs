//! The views that are made when somebody looks.
//!
//! `search`: folders that are queries. `tags`: `_all/`, a tag with all that is below it. `duplicates`: files of one
//! content.

mod duplicates;
mod search;
mod tags;
