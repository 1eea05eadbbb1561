//! What is to be made visible, by directory.
//!
//! Opposite operations cancel while they wait. Directories from which a folder
//! goes come first, since a command waits for that; then those with up to 1,000
//! waiting operations, turn by turn; longer ones only when no short one is left.
//! A directory with more than 5,000 is shown as touched, once: what a watcher
//! would do with so many events is to read it anew anyway.

use crate::inode::Node;
use crate::stale::Stale;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, VecDeque};

/// Directories with more than this wait for shorter ones.
const LONG: usize = 1000;
/// Directories with more than this are only touched.
const MOST: usize = 5000;

/// One operation in a directory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Deed {
    Appear {
        name: String,
        node: Node,
    },
    Vanish {
        name: String,
        node: Node,
    },
    Rename {
        old: String,
        to: Node,
        new: String,
        node: Node,
    },
    Touch {
        name: String,
        node: Node,
        content: bool,
    },
    TouchAll,
}

#[derive(Default)]
struct Lane {
    deeds: BTreeMap<u64, Deed>,
    /// The last deed that is about a name.
    last: FxHashMap<String, u64>,
    next: u64,
    /// How many of the deeds take a folder from its place.
    moves: usize,
    collapsed: bool,
    is_long: bool,
}

/// The lanes of all directories.
#[derive(Default)]
pub(super) struct Queue {
    lanes: FxHashMap<Node, Lane>,
    short: VecDeque<Node>,
    long: VecDeque<Node>,
    /// Those of all lanes.
    moves: usize,
}

impl Queue {
    pub(super) fn push(&mut self, stale: &Stale) {
        match stale {
            Stale::Appeared { parent, name, node } => {
                let (name, node) = (name.clone(), *node);
                self.add(*parent, Deed::Appear { name, node });
            }
            Stale::Vanished { parent, name, node } => {
                let (name, node) = (name.clone(), *node);
                self.add(*parent, Deed::Vanish { name, node });
            }
            Stale::Renamed { from, to, node } => {
                let (old, new) = (from.1.clone(), to.1.clone());
                let (to, node) = (to.0, *node);
                self.add(from.0, Deed::Rename { old, to, new, node });
            }
            Stale::Attributes { node, places } | Stale::Content { node, places } => {
                let content = matches!(stale, Stale::Content { .. });
                for (parent, name) in places {
                    let (name, node) = (name.clone(), *node);
                    self.add(*parent, Deed::Touch { name, node, content });
                }
            }
            Stale::Members(_) | Stale::Touched(_) | Stale::Forgotten { .. } => {}
        }
    }

    fn add(&mut self, dir: Node, deed: Deed) {
        let lane = self.lanes.entry(dir).or_insert_with(|| {
            self.short.push_back(dir);
            Lane::default()
        });
        self.moves -= lane.moves;
        lane.add(dir, deed);
        if lane.deeds.len() > MOST {
            *lane = Lane {
                collapsed: true,
                ..Lane::default()
            };
        }
        self.moves += lane.moves;
        let is_long = lane.deeds.len() > LONG;
        if is_long && !lane.is_long {
            lane.is_long = true;
            self.short.retain(|other| *other != dir);
            self.long.push_back(dir);
        } else if lane.collapsed && !self.short.contains(&dir) {
            self.long.retain(|other| *other != dir);
            self.short.push_back(dir);
        }
    }

    /// The next directory and up to `most` of its operations, in order.
    pub(super) fn take(&mut self, most: usize) -> Option<(Node, Vec<Deed>)> {
        loop {
            let dir = self.next()?;
            let Some(lane) = self.lanes.get_mut(&dir) else {
                continue;
            };
            self.moves -= lane.moves;
            let deeds = lane.take(most);
            self.moves += lane.moves;
            if lane.deeds.is_empty() {
                self.lanes.remove(&dir);
            } else if lane.is_long && lane.deeds.len() > LONG {
                self.long.push_back(dir);
            } else {
                lane.is_long = false;
                self.short.push_back(dir);
            }
            if !deeds.is_empty() {
                return Some((dir, deeds));
            }
        }
    }

    /// The directory whose turn it is, taken off its list.
    fn next(&mut self) -> Option<Node> {
        let has_moves = |(dir, lane): (&Node, &Lane)| (lane.moves > 0).then_some(*dir);
        let moving = self.has_moves().then(|| self.lanes.iter().find_map(has_moves));
        let Some(dir) = moving.flatten() else {
            return self.short.pop_front().or_else(|| self.long.pop_front());
        };
        self.short.retain(|other| *other != dir);
        self.long.retain(|other| *other != dir);
        Some(dir)
    }

    /// Whether a folder waits to be taken from its place.
    pub(super) fn has_moves(&self) -> bool {
        self.moves > 0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lanes
            .values()
            .all(|lane| lane.deeds.is_empty() && !lane.collapsed)
    }
}

impl Lane {
    fn take(&mut self, most: usize) -> Vec<Deed> {
        if std::mem::take(&mut self.collapsed) {
            return vec![Deed::TouchAll];
        }
        let mut taken = Vec::new();
        while taken.len() < most
            && let Some((seq, deed)) = self.deeds.pop_first()
        {
            self.moves -= usize::from(deed.is_move());
            for name in [Some(deed.name()), deed.new_name()].into_iter().flatten() {
                if self.last.get(name) == Some(&seq) {
                    self.last.remove(name);
                }
            }
            taken.push(deed);
        }
        taken
    }

    fn add(&mut self, dir: Node, deed: Deed) {
        if self.collapsed {
            return;
        }
        let last = self.last.get(deed.name()).copied();
        let waiting = last.and_then(|seq| Some((seq, self.deeds.get(&seq)?)));
        if let Some((seq, waiting)) = waiting {
            if waiting.cancels(&deed) {
                self.forget(seq);
                return;
            }
            match (waiting, &deed) {
                // Whoever sees it appear reads its attributes then.
                (Deed::Appear { .. } | Deed::Rename { .. }, Deed::Touch { content: false, .. }) => return,
                (Deed::Touch { .. }, Deed::Vanish { .. }) => self.forget(seq),
                (Deed::Touch { content, .. }, Deed::Touch { content: new, .. }) => {
                    if *content || !*new {
                        return;
                    }
                    self.forget(seq);
                }
                _ => {}
            }
        }
        let seq = self.next;
        self.next += 1;
        self.last.insert(deed.name().to_owned(), seq);
        if let Deed::Rename { to, new, .. } = &deed
            && *to == dir
        {
            self.last.insert(new.clone(), seq);
        }
        self.moves += usize::from(deed.is_move());
        self.deeds.insert(seq, deed);
    }

    fn forget(&mut self, seq: u64) {
        let deed = self.deeds.remove(&seq);
        self.moves -= usize::from(deed.is_some_and(|deed| deed.is_move()));
        self.last.retain(|_, other| *other != seq);
    }
}

impl Deed {
    fn name(&self) -> &str {
        match self {
            Self::Appear { name, .. } | Self::Vanish { name, .. } | Self::Touch { name, .. } => name,
            Self::Rename { old, .. } => old,
            Self::TouchAll => "",
        }
    }

    fn new_name(&self) -> Option<&str> {
        match self {
            Self::Rename { new, .. } => Some(new),
            Self::Appear { .. } | Self::Vanish { .. } | Self::Touch { .. } | Self::TouchAll => None,
        }
    }

    /// Whether it takes a folder from its place, perhaps to another.
    pub(super) const fn is_move(&self) -> bool {
        match self {
            Self::Vanish { node, .. } | Self::Rename { node, .. } => !node.is_file(),
            Self::Appear { .. } | Self::Touch { .. } | Self::TouchAll => false,
        }
    }

    /// Whether the two together are nothing.
    fn cancels(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Appear { name, node }, Self::Vanish { name: n, node: o })
            | (Self::Vanish { name, node }, Self::Appear { name: n, node: o }) => name == n && node == o,
            (
                Self::Rename { old, new, node, .. },
                Self::Rename {
                    old: o,
                    new: n,
                    node: m,
                    ..
                },
            ) => old == n && new == o && node == m,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kphotos_domain::kernel::{AlbumId, FileId};

    const HERE: Node = Node::Album(AlbumId::new(1));
    const THERE: Node = Node::Album(AlbumId::new(2));

    fn photo(number: u32) -> Node {
        Node::File(FileId::new(number))
    }

    fn came(parent: Node, number: u32) -> Stale {
        let (name, node) = (format!("{number}.jpg"), photo(number));
        Stale::Appeared { parent, name, node }
    }

    fn went(parent: Node, number: u32) -> Stale {
        let (name, node) = (format!("{number}.jpg"), photo(number));
        Stale::Vanished { parent, name, node }
    }

    fn touched(number: u32) -> Stale {
        Stale::Attributes {
            node: photo(number),
            places: vec![(HERE, format!("{number}.jpg"))],
        }
    }

    fn check(given: &[Stale], expect: &[(Node, usize)]) {
        let mut queue = Queue::default();
        given.iter().for_each(|stale| queue.push(stale));
        let mut taken = Vec::new();
        while let Some((dir, deeds)) = queue.take(64) {
            taken.push((dir, deeds.len()));
        }
        assert_eq!(taken, expect, "{given:?}");
        assert!(queue.is_empty());
    }

    #[test]
    fn opposite_operations_cancel() {
        check(&[came(HERE, 1), went(HERE, 1)], &[]);
        check(&[went(HERE, 1), came(HERE, 1)], &[]);
        check(&[came(HERE, 1), went(HERE, 1), came(HERE, 1)], &[(HERE, 1)]);
        check(&[came(HERE, 1), went(THERE, 1)], &[(HERE, 1), (THERE, 1)]);
        let rename = |old: &str, new: &str| Stale::Renamed {
            from: (HERE, old.into()),
            to: (HERE, new.into()),
            node: photo(1),
        };
        check(&[rename("a", "b"), rename("b", "a")], &[]);
        check(&[rename("a", "b"), rename("b", "c")], &[(HERE, 2)]);
    }

    #[test]
    fn a_touch_is_part_of_what_is_shown_anyway() {
        check(&[came(HERE, 1), touched(1)], &[(HERE, 1)]);
        check(&[touched(1), touched(1)], &[(HERE, 1)]);
        check(&[touched(1), went(HERE, 1)], &[(HERE, 1)]);
        check(&[came(HERE, 1), touched(1), went(HERE, 1)], &[]);
    }

    #[test]
    fn long_directories_wait_for_short_ones() {
        let mut queue = Queue::default();
        (0..1500).for_each(|number| queue.push(&came(HERE, number)));
        queue.push(&came(THERE, 1));
        assert_eq!(queue.take(64).map(|(dir, _)| dir), Some(THERE));
        assert_eq!(
            queue.take(64).map(|(dir, deeds)| (dir, deeds.len())),
            Some((HERE, 64))
        );
        queue.push(&came(THERE, 2));
        assert_eq!(queue.take(64).map(|(dir, _)| dir), Some(THERE));
        let mut rest = 0;
        while let Some((_, deeds)) = queue.take(64) {
            rest += deeds.len();
        }
        assert_eq!(rest, 1500 - 64);
    }

    #[test]
    fn where_a_folder_goes_comes_first_whatever_waits_there() {
        let moved = |old: &str, new: &str| Stale::Renamed {
            from: (HERE, old.into()),
            to: (HERE, new.into()),
            node: Node::Album(AlbumId::new(3)),
        };
        let mut queue = Queue::default();
        queue.push(&came(THERE, 1));
        (0..1500).for_each(|number| queue.push(&came(HERE, number)));
        assert!(!queue.has_moves());
        queue.push(&moved("a", "b"));
        let mut turns = 0;
        while queue.has_moves() {
            turns += 1;
            assert_eq!(queue.take(64).map(|(dir, _)| dir), Some(HERE));
        }
        assert_eq!(turns, 1500 / 64 + 1);
        queue.push(&moved("a", "b"));
        queue.push(&moved("b", "a"));
        assert!(!queue.has_moves(), "there and back is nothing");
        assert_eq!(queue.take(64).map(|(dir, _)| dir), Some(THERE));
        assert!(queue.take(64).is_none() && queue.is_empty());
        queue.push(&moved("a", "b"));
        (0..20_000).for_each(|number| queue.push(&came(HERE, number)));
        assert!(!queue.has_moves(), "too much is not told one by one");
    }

    #[test]
    fn a_directory_with_too_much_to_tell_is_touched_once() {
        let mut queue = Queue::default();
        (0..20_000).for_each(|number| queue.push(&came(HERE, number)));
        assert_eq!(queue.take(64), Some((HERE, vec![Deed::TouchAll])));
        assert!(queue.is_empty() && queue.take(64).is_none());
        queue.push(&came(HERE, 1));
        assert_eq!(queue.take(64).map(|(_, deeds)| deeds.len()), Some(1));
    }
}
