//! Mounts that show of a stack the cover alone: what was worked out for all photos is
//! left out for those behind a cover, and who came before it or went behind it appears
//! or vanishes.

use super::{Finder, Stale};
use crate::inode::Node;
use kphotos_domain::kernel::AssetSet;
use kphotos_domain::storage::MountStacks;
use kphotos_domain::view::Dir;

impl Finder<'_> {
    pub(super) fn covers(&mut self) {
        if self.tree.options().stacks == MountStacks::All {
            return;
        }
        let found = std::mem::take(&mut self.found);
        self.found = found.into_iter().filter_map(|one| self.uncovered(one)).collect();
        for node in self.held.dirs() {
            let Some(dir) = self.tree.stored(node) else {
                continue;
            };
            if self.tree.shows_covers_alone(node) {
                self.flipped_in(node, dir);
            }
        }
    }

    /// Whether a photo was behind a cover before the entry, and whether it is now.
    fn behind(&self, node: Node) -> (bool, bool) {
        let Some(row) = node.file().and_then(|file| self.view.file(file)) else {
            return (false, false);
        };
        let (delta, covered) = (self.delta, self.view.covered());
        // The file may have been shown by another photo, which became one with its own.
        let recast = delta
            .recast
            .iter()
            .find(|recast| Some(recast.file) == node.file());
        let before = recast.map_or(row.asset, |recast| recast.asset);
        let stayed = covered.contains(before) && !delta.covered.contains(before);
        let was = delta.uncovered.contains(before) || stayed;
        (was, covered.contains(row.asset))
    }

    /// What of this is so where covers alone are shown.
    fn uncovered(&self, one: Stale) -> Option<Stale> {
        let hides = |dir: Node| self.tree.shows_covers_alone(dir);
        Some(match one {
            Stale::Appeared { parent, node, .. } if hides(parent) && self.behind(node).1 => return None,
            Stale::Vanished { parent, node, .. } if hides(parent) && self.behind(node).0 => return None,
            Stale::Renamed { from, to, node } => {
                let (was, now) = self.behind(node);
                match (was && hides(from.0), now && hides(to.0)) {
                    (false, false) => Stale::Renamed { from, to, node },
                    (false, true) => Stale::Vanished {
                        parent: from.0,
                        name: from.1,
                        node,
                    },
                    (true, false) => Stale::Appeared {
                        parent: to.0,
                        name: to.1,
                        node,
                    },
                    (true, true) => return None,
                }
            }
            Stale::Attributes { node, mut places } => {
                self.keep_shown(node, &mut places);
                Stale::Attributes { node, places }
            }
            Stale::Content { node, mut places } => {
                self.keep_shown(node, &mut places);
                Stale::Content { node, places }
            }
            other @ (Stale::Appeared { .. }
            | Stale::Vanished { .. }
            | Stale::Members(_)
            | Stale::Forgotten { .. }
            | Stale::Touched(_)) => other,
        })
    }

    fn keep_shown(&self, node: Node, places: &mut Vec<(Node, String)>) {
        let (was, now) = self.behind(node);
        if was || now {
            places.retain(|(dir, _)| !self.tree.shows_covers_alone(*dir));
        }
    }

    /// Those in a directory who went behind a cover, or came before it, and were in it already.
    fn flipped_in(&mut self, parent: Node, dir: Dir) {
        let joined = self.delta.dirs.get(&dir).map(|change| &change.joined);
        let stayed = |assets: &AssetSet| -> AssetSet {
            let here = assets.iter().filter(|asset| {
                self.view.is_shown(*asset)
                    && self.view.is_in(dir, *asset)
                    && !joined.is_some_and(|joined| joined.contains(*asset))
            });
            here.collect()
        };
        let (gone, came) = (stayed(&self.delta.covered), stayed(&self.delta.uncovered));
        let named = |asset| {
            let file = self.view.lead_file(asset)?;
            Some((self.tree.label(dir, file)?, Node::File(file)))
        };
        let gone: Vec<_> = gone.iter().filter_map(named).collect();
        let came: Vec<_> = came.iter().filter_map(named).collect();
        for (name, node) in gone {
            self.found.push(Stale::Vanished { parent, name, node });
        }
        for (name, node) in came {
            self.found.push(Stale::Appeared { parent, name, node });
        }
    }
}
