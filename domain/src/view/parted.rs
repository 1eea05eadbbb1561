//! Applying what parts photos: files that become photos of their own, and contents that
//! become those of others. Both begin with a copy of every edit.

use super::View;
use super::apply::Changes;
use super::identity::unite_layers;
use super::recast::{Carry, Shared};
use super::record::{FileRow, TagRow, Used as _};
use crate::event::{Parting, TagClash};
use crate::kernel::{AssetId, AssetSet, Checksum, FileId};
use std::rc::Rc;

impl View {
    /// Edited copies become photos of their own, with a copy of every edit; and so do files that come back, in whose
    /// place another version was shared.
    pub(super) fn part_files(&mut self, parted: &[(FileId, AssetId)], changes: &mut Changes) {
        let old = |view: &Self, file| view.file(file).map(|row: &FileRow| row.asset);
        let pairs: Vec<(FileId, AssetId, AssetId)> = parted
            .iter()
            .filter_map(|(file, new)| Some((*file, old(self, *file)?, *new)))
            .collect();
        let all: AssetSet = pairs.iter().flat_map(|(_, old, new)| [*old, *new]).collect();
        self.recast(&all, changes, |view, changes| {
            all.iter().for_each(|asset| view.ask_stack(asset, changes));
            all.iter().for_each(|asset| view.unindex(asset));
            for (file, old, new) in &pairs {
                view.settled(*file, changes);
                view.next.used(*new);
                if let Some(row) = view.files.get_mut(*file) {
                    row.asset = *new;
                    // It is hashed once more, so that it meets others of its new content.
                    row.checksum = None;
                }
                changes.dirty.files.insert(*file);
                let edits = view.assets.get(*old).and_then(|row| row.edits.clone());
                if let Some(row) = view.assets.get_mut(*old) {
                    row.files.remove(*file);
                }
                view.assets.change(*new, |row| {
                    row.files.insert(*file);
                    row.edits = edits;
                });
                changes.dirty.edits.insert(*new);
                view.part_layers(*file, (*old, *new), changes);
            }
            let (edited, came_back): (Vec<_>, Vec<_>) =
                pairs.iter().partition(|(file, ..)| view.is_there(*file));
            let places = |pairs: Vec<&(FileId, AssetId, AssetId)>| {
                Carry::copied(pairs.into_iter().map(|(_, old, new)| (*old, *new)))
            };
            view.carry(&places(edited), changes);
            if !came_back.is_empty() {
                let shared = Rc::new(Shared::of(view));
                view.carry(&places(came_back).unshared(&shared), changes);
            }
            all.iter().for_each(|asset| view.index(asset));
            all.iter().for_each(|asset| view.ask_stack(asset, changes));
            view.renew_present(&all);
        });
    }

    /// A sidecar goes with its file: what it said of the photo that stays is read again. What its file left is both
    /// photos'.
    fn part_layers(&mut self, file: FileId, (old, new): (AssetId, AssetId), changes: &mut Changes) {
        if self.is_layer_to_stay(old) {
            self.copy_layer(old, new, changes);
        } else if self.layers.get(&old).is_some_and(|layer| layer.is_of(file)) {
            self.layers.remove(&old);
            changes.dirty.layers.insert(old);
            self.doubt_facts(old, changes);
        }
    }

    /// Photos are contents that others were, and get what was made of these, but no place that a share shows by name:
    /// who shared a picture of which he had cut something off did not share the whole one.
    pub(super) fn part_contents(
        &mut self,
        partings: &[Parting],
        clashes: &[TagClash],
        changes: &mut Changes,
    ) {
        let all: AssetSet = partings
            .iter()
            .flat_map(|parting| [parting.from, parting.into])
            .collect();
        self.recast(&all, changes, |view, changes| {
            all.iter().for_each(|asset| view.ask_stack(asset, changes));
            all.iter().for_each(|asset| view.unindex(asset));
            for parting in partings {
                view.part_content(parting, changes);
                view.forget_former(parting.from, &parting.content, changes);
            }
            let shared = Rc::new(Shared::of(view));
            for pairs in in_rounds(partings) {
                view.carry(&Carry::copied(pairs).unshared(&shared), changes);
            }
            for clash in clashes {
                let has_it = |row: &TagRow| row.added.contains(clash.asset);
                let is_given = clash.given && shared.has_tag(clash.tag);
                // Given to the other alone, it was not carried.
                if !is_given || view.tag(clash.tag).is_some_and(has_it) {
                    view.settle_clash(clash, changes);
                }
            }
            partings
                .iter()
                .for_each(|parting| view.renumber_faces(parting.into));
            all.iter().for_each(|asset| view.index(asset));
            all.iter().for_each(|asset| view.ask_stack(asset, changes));
            view.renew_present(&all);
        });
    }

    /// Takes over edits, and the files that are gone.
    fn part_content(&mut self, parting: &Parting, changes: &mut Changes) {
        let Parting {
            content,
            into,
            from,
            files,
            clashes,
        } = parting;
        for file in files {
            if let Some(row) = self.files.get_mut(*file) {
                row.asset = *into;
                changes.dirty.files.insert(*file);
            }
            if let Some(row) = self.assets.get_mut(*from) {
                row.files.remove(*file);
            }
        }
        let theirs = self.assets.get(*from).and_then(|row| row.edits.clone());
        self.assets.change(*into, |row| {
            files.iter().for_each(|file| row.files.insert(*file));
            if let Some(theirs) = theirs {
                let mut edits = row.edits.take().unwrap_or_default();
                unite_layers(&mut edits, &theirs, clashes);
                row.edits = Some(edits);
            }
        });
        self.enter_content(*into, content);
        self.copy_layer(*from, *into, changes);
        changes.dirty.layers.insert(*into);
        changes.dirty.edits.insert(*into);
        changes.dirty.facts.insert(*into);
    }

    /// An asset is not what it was.
    fn forget_former(&mut self, asset: AssetId, content: &Checksum, changes: &mut Changes) {
        if let Some(formers) = self.formers.get_mut(&asset) {
            formers.retain(|former| former != content);
            if formers.is_empty() {
                self.formers.remove(&asset);
            }
            changes.dirty.formers.insert(asset);
        }
    }
}

/// Who gets the places of whom, in as few rounds as there may be: who gets some, and then gives them on, is in two.
fn in_rounds(partings: &[Parting]) -> Vec<Vec<(AssetId, AssetId)>> {
    let mut rounds: Vec<Vec<(AssetId, AssetId)>> = vec![Vec::new()];
    let mut got = AssetSet::new();
    for parting in partings {
        if got.contains(parting.from) {
            rounds.push(Vec::new());
            got = AssetSet::new();
        }
        got.insert(parting.into);
        if let Some(round) = rounds.last_mut() {
            round.push((parting.from, parting.into));
        }
    }
    rounds
}
