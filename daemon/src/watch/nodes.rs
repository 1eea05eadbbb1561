//! Which folder a watch is on: a tree by number, in which a renamed folder takes all
//! below it along.
//!
//! A folder costs about 100 bytes here (its name, its parent's number, a place in two
//! hash tables) and about a kilobyte in the kernel, which also keeps its inode in memory.

use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash as _, Hasher as _};

/// The watched folders of a library.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    root: Option<i32>,
    nodes: FxHashMap<i32, Node>,
    /// By a hash of parent and name: names are kept once.
    by_place: FxHashMap<u64, i32>,
}

#[derive(Debug)]
struct Node {
    parent: i32,
    name: Box<[u8]>,
}

/// Folders deeper than this are none: a loop in the tree ends here.
const DEEPEST: usize = 4096;

impl Nodes {
    /// How many folders are watched.
    pub(super) fn len(&self) -> usize {
        self.nodes.len() + usize::from(self.root.is_some())
    }

    /// Whether this watch is on the library's root.
    pub(super) fn is_root(&self, watch: i32) -> bool {
        self.root == Some(watch)
    }

    /// Notes the watch on the folder at this path; a path whose parent is not watched is not noted.
    pub(super) fn put(&mut self, path: &[u8], watch: i32) -> bool {
        let Some(at) = path.iter().rposition(|byte| *byte == b'/') else {
            if path.is_empty() {
                self.root = Some(watch);
                return true;
            }
            return self.put_in(b"", path, watch);
        };
        let (parent, name) = path.split_at(at);
        self.put_in(parent, name.get(1..).unwrap_or_default(), watch)
    }

    fn put_in(&mut self, parent: &[u8], name: &[u8], watch: i32) -> bool {
        let Some(parent) = self.at(parent).filter(|_| !self.is_root(watch)) else {
            return false;
        };
        self.unplace(watch);
        self.by_place.insert(place(parent, name), watch);
        self.nodes.insert(
            watch,
            Node {
                parent,
                name: name.into(),
            },
        );
        true
    }

    /// The watch on the folder at this path.
    pub(super) fn at(&self, path: &[u8]) -> Option<i32> {
        let mut names = path.split(|byte| *byte == b'/').filter(|name| !name.is_empty());
        names.try_fold(self.root?, |parent, name| self.child(parent, name))
    }

    fn child(&self, parent: i32, name: &[u8]) -> Option<i32> {
        let watch = *self.by_place.get(&place(parent, name))?;
        let node = self.nodes.get(&watch)?;
        (node.parent == parent && *node.name == *name).then_some(watch)
    }

    /// The path of a watched folder.
    pub(super) fn path(&self, watch: i32) -> Option<Vec<u8>> {
        let mut names: Vec<&[u8]> = Vec::new();
        let mut at = watch;
        while !self.is_root(at) {
            let node = self.nodes.get(&at).filter(|_| names.len() < DEEPEST)?;
            names.push(&node.name);
            at = node.parent;
        }
        names.reverse();
        Some(names.join(&b'/'))
    }

    /// A folder has another place: it, with all below it.
    pub(super) fn rename(&mut self, from: (i32, &[u8]), to: (i32, &[u8])) {
        let Some(watch) = self.child(from.0, from.1) else {
            return;
        };
        self.unplace(watch);
        self.by_place.insert(place(to.0, to.1), watch);
        let (parent, name) = (to.0, to.1.into());
        self.nodes.insert(watch, Node { parent, name });
    }

    /// Forgets a watch.
    pub(super) fn remove(&mut self, watch: i32) {
        if self.is_root(watch) {
            self.root = None;
        }
        self.unplace(watch);
        self.nodes.remove(&watch);
    }

    /// The watches on a folder and all below it.
    pub(super) fn below(&self, parent: i32, name: &[u8]) -> Vec<i32> {
        let Some(top) = self.child(parent, name) else {
            return Vec::new();
        };
        let up = |watch: &i32| self.nodes.get(watch).map(|node| node.parent);
        let is_below = |watch: &&i32| {
            std::iter::successors(Some(**watch), up)
                .take(DEEPEST)
                .any(|at| at == top)
        };
        self.nodes.keys().filter(is_below).copied().collect()
    }

    /// Its place may be another's by now.
    fn unplace(&mut self, watch: i32) {
        if let Some(node) = self.nodes.get(&watch) {
            let key = place(node.parent, &node.name);
            if self.by_place.get(&key) == Some(&watch) {
                self.by_place.remove(&key);
            }
        }
    }

    /// About how many bytes all this takes.
    #[cfg(test)]
    fn bytes(&self) -> usize {
        let names: usize = self
            .nodes
            .values()
            .map(|node| node.name.len().next_multiple_of(16) + 8)
            .sum();
        // A table is at most 7/8 full, and has a byte of control a place.
        let table = |capacity: usize, entry: usize| capacity * 8 / 7 * (entry + 1);
        names
            + table(self.nodes.capacity(), size_of::<(i32, Node)>())
            + table(self.by_place.capacity(), size_of::<(u64, i32)>())
    }
}

fn place(parent: i32, name: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    (parent, name).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(paths: &[(&str, i32)]) -> Nodes {
        let mut nodes = Nodes::default();
        for (path, watch) in paths {
            assert!(nodes.put(path.as_bytes(), *watch), "{path}");
        }
        nodes
    }

    #[test]
    fn a_renamed_folder_takes_those_below_along() {
        let mut nodes = nodes(&[("", 1), ("a", 2), ("a/b", 3), ("c", 4)]);
        nodes.rename((1, b"a"), (4, b"z"));
        assert_eq!(nodes.path(3).unwrap(), b"c/z/b");
        assert_eq!((nodes.at(b"c/z/b"), nodes.at(b"a")), (Some(3), None));
        let mut below = nodes.below(4, b"z");
        below.sort_unstable();
        assert_eq!(below, [2, 3]);
    }

    #[test]
    fn a_folder_made_anew_has_the_place_though_the_old_one_goes_later() {
        let mut nodes = nodes(&[("", 1), ("a", 2), ("a", 5)]);
        nodes.remove(2);
        assert_eq!(nodes.at(b"a"), Some(5));
        assert_eq!(nodes.len(), 2);
    }

    #[test]
    fn what_has_no_watched_parent_is_not_noted() {
        let mut nodes = nodes(&[("", 1)]);
        assert!(!nodes.put(b"a/b", 3));
        assert_eq!((nodes.path(3), nodes.path(1)), (None, Some(Vec::new())));
    }

    #[test]
    fn a_hundred_thousand_folders_take_some_megabytes() {
        let mut nodes = nodes(&[("", 1)]);
        for number in 0..100_000i32 {
            let path = format!("2024-06-{number:05} a day");
            nodes.put(path.as_bytes(), number + 2);
        }
        let each = nodes.bytes() / nodes.len();
        println!("a watched folder takes about {each} bytes");
        assert!(each < 200, "{each}");
    }
}
