//! The directories that are always there: the root's, and those of `dates/`.
//!
//! No entity is behind them, so nothing of the view is asked. A view that is
//! not built is not listed here.

use super::Entry;
use crate::inode::{Node, Top};

const ROOT: [Top; 7] = [
    Top::Albums,
    Top::Dates,
    Top::Favorites,
    Top::Library,
    Top::Recent,
    Top::Shares,
    Top::Tags,
];
const DATES: [Top; 4] = [Top::ByDay, Top::ByMonth, Top::ByYear, Top::Undated];

fn tops(dir: Node) -> &'static [Top] {
    if dir == Node::Root { &ROOT } else { &DATES }
}

/// The directories of the root or of `dates/`.
pub(super) fn list(dir: Node) -> Vec<Entry> {
    tops(dir)
        .iter()
        .map(|top| Entry::new(top.name(), Node::Top(*top)))
        .collect()
}

/// The directory of this name in the root or in `dates/`.
pub(super) fn lookup(dir: Node, name: &str) -> Option<Node> {
    tops(dir)
        .iter()
        .find(|top| top.name() == name)
        .map(|top| Node::Top(*top))
}
