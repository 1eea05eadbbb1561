//! Who stands behind the cover of a stack, for mounts that show covers alone.
//!
//! The set is made when it is first asked for, so that nobody else pays for it; from
//! then on each entry asks those it touched, those who may be tied otherwise by it, and
//! who is in a stack with any of them.

use super::View;
use super::apply::Changes;
use crate::kernel::AssetSet;

impl View {
    /// The photos that are in a stack and are not its cover.
    #[must_use]
    pub fn covered(&self) -> &AssetSet {
        self.covered.get_or_init(|| self.behind_covers(&self.present))
    }

    /// Whether anything is derived of who is with whom.
    pub(super) fn asks_stacks(&self) -> bool {
        self.is_asking() || self.covered.get().is_some() || self.index.asks_stacks()
    }

    /// Those behind the covers of the stacks of these photos. One that is missing is in
    /// nobody's stack, though it would find others.
    fn behind_covers(&self, assets: &AssetSet) -> AssetSet {
        let (mut behind, mut seen) = (AssetSet::new(), AssetSet::new());
        for asset in (assets & &self.present).iter() {
            if seen.contains(asset) || !self.is_stacked(asset) {
                continue;
            }
            let stack = self.whole_stack(asset);
            seen |= &stack;
            if stack.len() > 1
                && let Some(cover) = self.cover_of(&stack)
            {
                behind |= &(&stack - &AssetSet::one(cover));
            }
        }
        behind
    }

    /// Asks again whose stack an entry may have changed.
    pub(super) fn renew_covered(&mut self, changes: &mut Changes) {
        let Some(mut kept) = self.covered.take() else {
            return;
        };
        let mut around = &changes.asked | &changes.delta.touched;
        for shot in changes.delta.restemmed.keys() {
            around |= &self.assets_of(*shot);
        }
        for asset in around.clone().iter().filter(|asset| self.is_stacked(*asset)) {
            around |= &self.whole_stack(asset);
        }
        let (before, now) = (&kept & &around, self.behind_covers(&around));
        changes.delta.covered = &now - &before;
        changes.delta.uncovered = &before - &now;
        kept -= &changes.delta.uncovered;
        kept |= &changes.delta.covered;
        // Nobody else has it: the view is being changed.
        let _kept = self.covered.set(kept);
    }
}
