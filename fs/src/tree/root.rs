//! The directories that are always there: the root's, and those of `dates/`.
//!
//! No entity is behind them, so nothing of the view is asked. A view that is
//! not built is not listed here, one that the mount does not show is not there. The
//! root also has the marker, by which a copy of the tree is recognised.

use super::Entry;
use crate::inode::{Node, Top};
use crate::options::TreeOptions;

const ROOT: [Top; 11] = [
    Top::Albums,
    Top::Collections,
    Top::Dates,
    Top::Duplicates,
    Top::Favorites,
    Top::Library,
    Top::People,
    Top::Recent,
    Top::Search,
    Top::Shares,
    Top::Tags,
];
const DATES: [Top; 4] = [Top::ByDay, Top::ByMonth, Top::ByYear, Top::Undated];

fn tops(dir: Node) -> &'static [Top] {
    if dir == Node::Root { &ROOT } else { &DATES }
}

/// The name of the marker.
pub(super) const MARKER: &str = ".kphotos";

/// The directories of the root or of `dates/`; at the root the marker, too.
pub(super) fn list(options: &TreeOptions, dir: Node) -> Vec<Entry> {
    let tops = tops(dir)
        .iter()
        .map(|top| Entry::new(top.name(), Node::Top(*top)));
    let marker = (dir == Node::Root).then(|| Entry::new(MARKER, Node::Marker));
    let all = tops.chain(marker);
    all.filter(|entry| options.shows(entry.node)).collect()
}

/// What has this name in the root or in `dates/`.
pub(super) fn lookup(options: &TreeOptions, dir: Node, name: &str) -> Option<Node> {
    let entries = list(options, dir);
    let found = entries.into_iter().find(|entry| *entry.name == *name);
    found.map(|entry| entry.node)
}
