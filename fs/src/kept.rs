//! Directories that are found when somebody looks: searches, `_all/`, `duplicates/`.
//!
//! The view keeps what they show only while somebody may remember it, which is while the
//! kernel holds the directory ([`crate::held`]). So an entry costs nothing for what
//! nobody looks at, and is exact for what somebody does.

use crate::inode::{Node, Top};
use kphotos_domain::view::{Dir, View};

/// Whether what a node shows is kept only while somebody holds it.
pub(crate) const fn is_kept(node: Node) -> bool {
    matches!(node, Node::Top(Top::Duplicates) | Node::Copies(_)) || watched(node).is_some()
}

/// What a node shows is kept from now on, if it is kept only while somebody holds it.
pub(crate) fn hold(view: &View, node: Node) {
    if matches!(node, Node::Top(Top::Duplicates) | Node::Copies(_)) {
        view.hold_duplicates();
    } else if let Some(dir) = watched(node) {
        view.hold(dir);
    }
}

/// The opposite.
pub(crate) fn let_go(view: &View, node: Node) {
    if matches!(node, Node::Top(Top::Duplicates) | Node::Copies(_)) {
        view.let_go_duplicates();
    } else if let Some(dir) = watched(node) {
        view.let_go(dir);
    }
}

/// The directory behind a node, if what it shows is kept only while somebody holds it.
const fn watched(node: Node) -> Option<Dir> {
    match node {
        Node::Search(search) => Some(Dir::Search(search)),
        Node::AllOf(tag) => Some(Dir::AllOf(tag)),
        Node::Root
        | Node::Top(_)
        | Node::Album(_)
        | Node::Tag(_)
        | Node::Year(_)
        | Node::YearOfMonths(_)
        | Node::Month(_)
        | Node::YearOfDays(_)
        | Node::Day(_)
        | Node::Folder(_)
        | Node::Share(_)
        | Node::Person(_)
        | Node::Shared(..)
        | Node::Collection(_)
        | Node::Copies(_)
        | Node::File(_)
        | Node::Sidecar(_)
        | Node::FolderFile(..)
        | Node::Marker => None,
    }
}
