//! Which photos are tied to which, and what stacks that makes.
//!
//! Nothing of a stack is kept but what makes it: by which id which photos go, and which
//! ones a person joined; both follow from the rows, as dates do. Whether a photo is tied
//! to another is asked of the rows when somebody wants to know, at a cost that goes with
//! the photos of its shot and its ids: most have none. What ties whom, and what a person
//! has to say in it, is in `catalog::stack`.

use super::apply::Changes;
use super::record::{AssetRow, Used as _};
use super::{FactsRef, Few, FileRow, View};
use crate::catalog::{FieldKey, FieldValue, LinkId, MediaKind, StackEdit, StackReason, stack_of};
use crate::kernel::{AssetId, AssetSet, StackId};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// Which of a file's ids is meant.
type IdOf = fn(FactsRef<'_>) -> Option<LinkId>;
const CONTENT: IdOf = |facts| facts.content_id();
const BURST: IdOf = |facts| facts.burst_id();
/// Photos that an id ties at most. One that more carry is what some program writes into
/// everything, and ties nobody.
const MOST: usize = 500;

/// What finds the others of a stack.
#[derive(Default)]
pub(super) struct Stacks {
    /// Photos by the first bytes of an id that their files carry; checked against the rows.
    linked: FxHashMap<[u8; 8], Few<AssetId>>,
    /// Those that a person joined; only non-empty sets.
    joined: BTreeMap<StackId, AssetSet>,
}

/// By what one photo is entered.
pub(super) struct StackKeys {
    links: [Option<LinkId>; 2],
    joined: Option<StackId>,
}

fn key(id: &LinkId) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..] = *id.bytes();
    [a, b, c, d, e, f, g, h]
}

/// Stacks.
impl View {
    /// Where a person put a photo, if anywhere.
    #[must_use]
    pub fn stack_edit(&self, asset: AssetId) -> Option<StackEdit> {
        match self.edit(asset, FieldKey::Stack) {
            Some(FieldValue::Stack(edit)) => Some(*edit),
            _ => None,
        }
    }

    /// The photos that an edit of this one reaches, itself included: all of its stack but
    /// other pictures of its burst.
    #[must_use]
    pub fn stack(&self, asset: AssetId) -> AssetSet {
        self.reached(asset, StackReason::Stem)
    }

    /// All photos of its stack, also those of its burst, itself included.
    #[must_use]
    pub fn whole_stack(&self, asset: AssetId) -> AssetSet {
        self.reached(asset, StackReason::Burst)
    }

    /// Whether it is tied to any other photo.
    #[must_use]
    pub fn is_stacked(&self, asset: AssetId) -> bool {
        // What is cheap to ask first: this is asked of every photo.
        self.joined_with(asset).next().is_some()
            || self.others_of_burst(asset).next().is_some()
            || !self.tied(asset).is_empty()
    }

    /// What ties it to its stack; of several reasons the first of [`StackReason`].
    #[must_use]
    pub fn stack_reason(&self, asset: AssetId) -> Option<StackReason> {
        if self.joined_with(asset).next().is_some() {
            return Some(StackReason::Manual);
        }
        self.tied(asset).into_iter().map(|(_, reason)| reason).min()
    }

    /// Whether it moves: it has a movie in its own file, or is of a pair of a picture and a
    /// movie with one ContentIdentifier.
    #[must_use]
    pub fn is_live(&self, asset: AssetId) -> bool {
        self.facts(asset).is_some_and(FactsRef::has_motion) || !self.live_group(asset).is_empty()
    }

    /// Which of these stands for them.
    #[must_use]
    pub fn cover_of(&self, stack: &AssetSet) -> Option<AssetId> {
        let is_chosen = |asset| self.edit(asset, FieldKey::StackCover) == Some(&FieldValue::Flag(true));
        let rank = |asset: &AssetId| {
            let kind = self.kind(*asset).unwrap_or(MediaKind::Video);
            (!self.is_shown(*asset), !is_chosen(*asset), kind, *asset)
        };
        stack.iter().min_by_key(rank)
    }

    /// The covers of all stacks that any of these photos is in.
    #[must_use]
    pub fn covers(&self, assets: &AssetSet) -> AssetSet {
        let (mut covers, mut seen) = (AssetSet::new(), AssetSet::new());
        for asset in assets.iter() {
            if !seen.contains(asset) && self.is_stacked(asset) {
                let stack = self.whole_stack(asset);
                if stack.len() > 1 {
                    covers.extend(self.cover_of(&stack));
                }
                seen |= &stack;
            }
        }
        covers
    }

    /// Those to which ties lead, of reasons up to this one.
    ///
    /// Where they lead to photos of two stacks that a person made, by way of some that
    /// nobody put anywhere, those are with neither.
    fn reached(&self, asset: AssetId, last: StackReason) -> AssetSet {
        let label = |asset| stack_of(self.edit(asset, FieldKey::Stack));
        let all = self.closure(asset, last, |_| true);
        let mut labels: Vec<StackId> = all.iter().filter_map(label).collect();
        labels.sort_unstable();
        labels.dedup();
        match label(asset) {
            _ if labels.len() < 2 => all,
            Some(own) => all.iter().filter(|other| label(*other) == Some(own)).collect(),
            None => self.closure(asset, last, |other| label(other).is_none()),
        }
    }

    fn closure(&self, asset: AssetId, last: StackReason, follows: impl Fn(AssetId) -> bool) -> AssetSet {
        let mut found = AssetSet::one(asset);
        let mut open = vec![asset];
        let mut joined: Vec<StackId> = Vec::new();
        while let Some(one) = open.pop() {
            let tied = self.tied(one).into_iter();
            let tied = tied.filter(|(_, reason)| *reason <= last);
            let mut others: Vec<AssetId> = tied.map(|(other, _)| other).collect();
            // Each of those whom a person joined leads to the same ones.
            if let Some(stack) = stack_of(self.edit(one, FieldKey::Stack))
                && !joined.contains(&stack)
            {
                joined.push(stack);
                others.extend(self.joined_with(one));
            }
            for other in others.into_iter().filter(|other| follows(*other)) {
                if found.insert(other) {
                    open.push(other);
                }
            }
        }
        found
    }

    /// The others that a person joined with a photo.
    fn joined_with(&self, asset: AssetId) -> impl Iterator<Item = AssetId> {
        let stack = stack_of(self.edit(asset, FieldKey::Stack));
        let joined = stack.and_then(|id| self.stacks.joined.get(&id));
        let others = joined.into_iter().flat_map(AssetSet::iter);
        others.filter(move |other| *other != asset && self.present.contains(*other))
    }

    /// Those to which ids and names tie a photo itself, ascending, each with the first reason.
    fn tied(&self, asset: AssetId) -> Vec<(AssetId, StackReason)> {
        let mut tied = Vec::new();
        if self.is_closed(asset) {
            return tied;
        }
        let live = self.live_group(asset);
        let others = live.iter().copied().filter(|other| *other != asset);
        let others = others.filter(|other| self.may_be_tied(asset, *other));
        tied.extend(others.map(|other| (other, StackReason::ContentId)));
        self.tied_by_stem(asset, &live, &mut tied);
        let burst = self.others_of_burst(asset);
        tied.extend(burst.map(|other| (other, StackReason::Burst)));
        tied.sort_unstable();
        tied.dedup_by_key(|(other, _)| *other);
        tied
    }

    fn others_of_burst(&self, asset: AssetId) -> impl Iterator<Item = AssetId> {
        let burst = self.facts(asset).and_then(BURST);
        let all = burst
            .into_iter()
            .flat_map(move |id| self.linked(asset, id, BURST));
        all.filter(move |other| *other != asset && self.may_be_tied(asset, *other))
    }

    fn tied_by_stem(&self, asset: AssetId, live: &[AssetId], tied: &mut Vec<(AssetId, StackReason)>) {
        let files = self.asset(asset).map_or(&[][..], |row| &row.files);
        let lead = self.lead_file(asset);
        let is_there = |file: &FileRow, id| file.is_present() || Some(id) == lead;
        // A copy may lie beside the RAW, and the photo be shown by another one.
        let own = files.iter().filter_map(|id| Some((*id, self.file(*id)?)));
        for (_, file) in own.filter(|(id, file)| is_there(file, *id)) {
            let members = self.shot(file.shot).map_or(&[][..], |shot| &shot.files);
            for other in members.iter().filter_map(|member| self.file(*member)) {
                let fits = other.asset != asset
                    && other.kind != file.kind
                    && other.is_present()
                    && self.may_be_tied(asset, other.asset)
                    && self.fits_by_id((asset, file.kind, live), (other.asset, other.kind));
                if fits {
                    tied.push((other.asset, StackReason::Stem));
                }
            }
        }
    }

    /// Whether ids leave it to the stem: they do not differ, and neither has a partner of
    /// the other's kind.
    fn fits_by_id(
        &self,
        (asset, kind, live): (AssetId, MediaKind, &[AssetId]),
        (other, other_kind): (AssetId, MediaKind),
    ) -> bool {
        let id = |asset| self.facts(asset).and_then(CONTENT);
        let (own, others) = (id(asset), id(other));
        if own.is_some() && others.is_some() {
            return own == others;
        }
        let has = |group: &[AssetId], kind| group.iter().any(|one| self.kind(*one) == Some(kind));
        !has(live, other_kind) && (others.is_none() || !has(&self.live_group(other), kind))
    }

    /// The photos that have its ContentIdentifier, itself included, if a picture and a
    /// movie are among them; else none.
    fn live_group(&self, asset: AssetId) -> Vec<AssetId> {
        let Some(id) = self.facts(asset).and_then(CONTENT) else {
            return Vec::new();
        };
        if self.is_closed(asset) {
            return Vec::new();
        }
        let group: Vec<AssetId> = self.linked(asset, id, CONTENT).collect();
        let is_movie = |one: &AssetId| self.kind(*one) == Some(MediaKind::Video);
        let movies = group.iter().filter(|one| is_movie(one)).count();
        if movies == 0 || movies == group.len() {
            return Vec::new();
        }
        group
    }

    /// The photos of its owner that carry an id and were not split out, itself included.
    fn linked(&self, asset: AssetId, id: LinkId, of: IdOf) -> impl Iterator<Item = AssetId> {
        let all = self.stacks.linked.get(&key(&id)).map_or(&[][..], |few| few);
        let all = if all.len() > MOST { &[] } else { all };
        let owner = self.owner_of(asset);
        all.iter().copied().filter(move |other| {
            *other == asset
                || (self.present.contains(*other)
                    && self.facts(*other).and_then(of) == Some(id)
                    && self.owner_of(*other) == owner
                    && !self.is_closed(*other))
        })
    }

    /// Whether a person has not said otherwise.
    fn may_be_tied(&self, asset: AssetId, other: AssetId) -> bool {
        let label = |asset| self.stack_edit(asset).and_then(StackEdit::stack);
        let agree = match (label(asset), label(other)) {
            (Some(one), Some(other)) => one == other,
            (None, _) | (_, None) => true,
        };
        agree && !self.is_closed(asset) && !self.is_closed(other)
    }

    /// Whether a person split it out: ids and names tie it to nobody.
    fn is_closed(&self, asset: AssetId) -> bool {
        self.stack_edit(asset).is_some_and(|edit| !edit.is_open())
    }

    /// The ids by which a photo is found, as its file says them.
    pub(super) fn link_ids(&self, asset: AssetId) -> [Option<LinkId>; 2] {
        let facts = self.facts(asset);
        [facts.and_then(CONTENT), facts.and_then(BURST)]
    }

    /// By what a photo is entered: the ids, and the stack that a person put it into; `None`: by nothing.
    pub(super) fn stack_keys(&self, asset: AssetId) -> Option<StackKeys> {
        let keys = StackKeys {
            links: self.link_ids(asset),
            joined: stack_of(self.edit(asset, FieldKey::Stack)),
        };
        (keys.joined.is_some() || keys.links.iter().any(Option::is_some)).then_some(keys)
    }

    /// Enters a photo by its ids and the stack that a person put it into.
    pub(super) fn index_stack(&mut self, asset: AssetId) {
        let Some(keys) = self.stack_keys(asset) else {
            return;
        };
        for id in keys.links.into_iter().flatten() {
            self.stacks.linked.entry(key(&id)).or_default().insert(asset);
        }
        if let Some(stack) = keys.joined {
            self.next.used(stack);
            self.stacks.joined.entry(stack).or_default().insert(asset);
        }
    }

    /// The contrary: before its row changes in whatever way.
    pub(super) fn unindex_stack(&mut self, asset: AssetId) {
        let Some(keys) = self.stack_keys(asset) else {
            return;
        };
        for id in keys.links.into_iter().flatten() {
            if let Some(few) = self.stacks.linked.get_mut(&key(&id)) {
                few.remove(asset);
                if few.is_empty() {
                    self.stacks.linked.remove(&key(&id));
                }
            }
        }
        if let Some(stack) = keys.joined
            && let Some(set) = self.stacks.joined.get_mut(&stack)
        {
            set.remove(asset);
            if set.is_empty() {
                self.stacks.joined.remove(&stack);
            }
        }
    }

    /// Has everybody asked again who may be tied otherwise once a photo comes, goes or
    /// changes: those of its shots, those that go by its ids, and those of their shots;
    /// and whom a person joined with it.
    pub(super) fn ask_stack(&self, asset: AssetId, changes: &mut Changes) {
        self.ask_tied(asset, changes);
        self.ask_joined(stack_of(self.edit(asset, FieldKey::Stack)), changes);
    }

    /// The same of those whom a person joined.
    pub(super) fn ask_joined(&self, stack: Option<StackId>, changes: &mut Changes) {
        let joined = stack.and_then(|stack| self.stacks.joined.get(&stack));
        if let Some(joined) = joined.filter(|_| self.asks_stacks()) {
            changes.asked |= joined;
        }
    }

    /// The same of those whom ids and names may tie to it.
    fn ask_tied(&self, asset: AssetId, changes: &mut Changes) {
        if !self.asks_stacks() {
            return;
        }
        let mut around = AssetSet::one(asset);
        for id in self.link_ids(asset).into_iter().flatten() {
            let linked = self.stacks.linked.get(&key(&id));
            // Beyond that nobody is tied by it: the last one more or less changes nothing.
            let linked = linked.filter(|few| few.len() <= MOST + 1);
            around.extend(linked.into_iter().flat_map(|few| few.iter().copied()));
        }
        for one in around.iter() {
            let files = self.asset(one).map_or(&[][..], |row| &row.files);
            for file in files.iter().filter_map(|file| self.file(*file)) {
                changes.asked |= &self.assets_of(file.shot);
            }
        }
        changes.asked |= &around;
    }

    /// Changes where a person put photos.
    pub(super) fn edit_stacks(
        &mut self,
        assets: &AssetSet,
        changes: &mut Changes,
        put: impl Fn(&mut AssetRow),
    ) {
        let labels = |view: &Self| -> BTreeSet<StackId> {
            let label = |asset| stack_of(view.edit(asset, FieldKey::Stack));
            assets.iter().filter_map(label).collect()
        };
        for stack in labels(self) {
            self.ask_joined(Some(stack), changes);
        }
        for asset in assets.iter() {
            self.unindex_stack(asset);
            if let Some(row) = self.assets.get_mut(asset) {
                put(row);
            }
            self.index_stack(asset);
            self.ask_tied(asset, changes);
        }
        for stack in labels(self) {
            self.ask_joined(Some(stack), changes);
        }
    }
}
