//! Placeholder.
pub mod parse;
