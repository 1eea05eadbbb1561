//! Photos that became one with others, or were parted: each name by which one was shown
//! before is there still, for the same file, or is gone.
//!
//! The delta says who came into directories and who left them, as photos; but a photo
//! that takes the place of another may be shown by the very file that was there under
//! the very name. So what came and left is told here by files.

use super::{Finder, Members, Stale, Who};
use crate::inode::Node;
use kphotos_domain::kernel::{AssetId, AssetSet, FileId};
use kphotos_domain::view::Dir;
use rustc_hash::FxHashSet;

impl Finder<'_> {
    /// The photos of which `recast` tells, by the numbers they had.
    pub(super) fn recast_assets(&self) -> AssetSet {
        self.delta.recast.iter().map(|recast| recast.asset).collect()
    }

    /// Where files were shown by which photos were known that are others now.
    pub(super) fn recast_places(&self) -> FxHashSet<(Dir, FileId)> {
        let places = self.delta.recast.iter().flat_map(|recast| {
            let at = |(dir, _): &(Dir, bool)| (*dir, recast.file);
            recast.places.iter().map(at)
        });
        places.collect()
    }

    pub(super) fn recast(&mut self) {
        let delta = self.delta;
        let were_there = self.recast_places();
        for recast in &delta.recast {
            for (dir, was_plain) in &recast.places {
                for node in self.nodes(*dir) {
                    self.recast_at((node, *dir), recast.file, *was_plain);
                    self.led_by_another((node, *dir), recast.asset, recast.file, &were_there);
                }
            }
        }
    }

    /// The photo that is shown by a file in a directory, if one is.
    fn shown_by(&self, dir: Dir, file: FileId) -> Option<AssetId> {
        let asset = self.view.file(file)?.asset;
        let is_shown = self.view.is_shown_in(dir, asset);
        (is_shown && self.view.lead_file(asset) == Some(file)).then_some(asset)
    }

    fn recast_at(&mut self, (node, dir): (Node, Dir), file: FileId, was_plain: bool) {
        let style = self.tree.options().names;
        let Some(row) = self.view.file(file) else { return };
        let Some(plain) = self.view.name_then(file, was_plain, style) else {
            return;
        };
        let old = self.tree.aside(dir, plain, row.shot);
        let shown = self.shown_by(dir, file);
        let new = shown.and_then(|_| self.tree.label(dir, file));
        if let (Some(asset), Some(new)) = (shown, new.as_ref().filter(|new| **new == old)) {
            return self.left_out_at((node, dir), (asset, file), new);
        }
        self.moved((Some(node), Some(node)), &old, new.as_deref(), file);
    }

    /// A file that has its name still, and is shown by a photo that came for it: it may have been left out before, as one
    /// that was away is, or be left out now. Of those who stayed, `left_out` tells.
    fn left_out_at(&mut self, (parent, dir): (Node, Dir), (asset, file): (AssetId, FileId), name: &str) {
        let change = self.delta.dirs.get(&dir);
        if !change.is_some_and(|change| change.joined.contains(asset)) {
            return;
        }
        let (node, name) = (Node::File(file), name.to_owned());
        match self.left_out_of(parent, node) {
            (true, false) => self.found.push(Stale::Appeared { parent, name, node }),
            (false, true) => self.found.push(Stale::Vanished { parent, name, node }),
            (false, false) | (true, true) => {}
        }
    }

    /// A photo that stays in a directory and is shown by another file there, which was not.
    fn led_by_another(
        &mut self,
        (parent, dir): (Node, Dir),
        asset: AssetId,
        before: FileId,
        were_there: &FxHashSet<(Dir, FileId)>,
    ) {
        let Some(lead) = self.view.lead_file(asset).filter(|lead| *lead != before) else {
            return;
        };
        let change = self.delta.dirs.get(&dir);
        let is_told = change.is_some_and(|change| change.joined.contains(asset));
        if is_told || were_there.contains(&(dir, lead)) || self.shown_by(dir, lead) != Some(asset) {
            return;
        }
        let mut one = Members {
            parent,
            dir,
            came: true,
            who: Who::Files(vec![lead]),
        };
        self.found.extend(one.take_photos(&self.tree, 1));
    }
}
