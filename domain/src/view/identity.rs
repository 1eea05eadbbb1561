//! Applying what is found out about identity: files judged, assets that become one,
//! assets that are forgotten.
//!
//! An event says what was decided; nothing is decided here, so that a replay, which has
//! no facts, comes to the same.

use super::View;
use super::apply::Changes;
use super::compact::Packed;
use super::recast::Carry;
use super::record::Doubt;
use crate::catalog::{Evidence, FieldKey, UserLayer};
use crate::event::{Clash, FileStamp, Merge, TagClash};
use crate::kernel::{AssetId, AssetSet, Checksum, FileId, FileSet, FolderId};
use crate::organization::{number_layers, unite_faces, united};
use crate::storage::FileState;
use std::collections::BTreeMap;

impl View {
    /// A file has new bytes: it is in doubt from now on, if it is not yet.
    pub(super) fn rewrite(&mut self, stamp: &FileStamp, evidence: Option<&Evidence>, changes: &mut Changes) {
        let Some(row) = self.files.get_mut(stamp.id) else {
            return;
        };
        let doubt = Doubt {
            size: row.size,
            mtime_ns: row.mtime_ns,
            ino: row.ino,
            checksum: row.checksum,
            evidence: evidence.cloned().unwrap_or_default(),
        };
        self.doubts.entry(stamp.id).or_insert(doubt);
        row.size = stamp.size;
        row.mtime_ns = stamp.mtime_ns;
        row.ino = stamp.ino;
        row.changes = row.changes.saturating_add(1);
        row.checksum = None;
        let asset = row.asset;
        changes.dirty.files.insert(stamp.id);
        changes.dirty.doubts.insert(stamp.id);
        changes.delta.rewritten.insert(stamp.id);
        changes.delta.touched.insert(asset);
        if self.lead_file(asset) == Some(stamp.id) {
            self.doubt_facts(asset, changes);
        }
    }

    /// What is known of an asset is to be read again. The old facts stay in sight until
    /// then; a reader finds the file by the mark.
    pub(super) fn doubt_facts(&mut self, asset: AssetId, changes: &mut Changes) {
        if let Some(row) = self.assets.get_mut(asset) {
            row.facts.iter_mut().for_each(Packed::set_stale);
            changes.dirty.facts.insert(asset);
        }
    }

    pub(super) fn judged(
        &mut self,
        kept: &FileSet,
        replaced: &FileSet,
        parted: &[(FileId, AssetId)],
        changes: &mut Changes,
    ) {
        for id in kept.iter() {
            self.kept(id, changes);
        }
        if !parted.is_empty() {
            self.part_files(parted, changes);
        }
        for id in replaced.iter() {
            let Some(doubt) = self.settled(id, changes) else {
                continue;
            };
            if let Some(row) = self.files.get_mut(id) {
                (row.size, row.mtime_ns, row.ino) = (doubt.size, doubt.mtime_ns, doubt.ino);
                row.checksum = doubt.checksum;
                changes.dirty.files.insert(id);
                let asset = row.asset;
                // What is known of the asset is of this file as it was.
                if self.lead_file(asset) == Some(id)
                    && !doubt.evidence.is_none()
                    && let Some(row) = self.assets.get_mut(asset)
                {
                    row.facts.iter_mut().for_each(Packed::set_sound);
                    changes.dirty.facts.insert(asset);
                }
            }
        }
        self.set_state(replaced, FileState::Missing, changes);
    }

    /// A file is in doubt no longer.
    pub(super) fn settled(&mut self, file: FileId, changes: &mut Changes) -> Option<Doubt> {
        changes.dirty.doubts.insert(file);
        self.doubts.remove(&file)
    }

    fn kept(&mut self, id: FileId, changes: &mut Changes) {
        let doubt = self.settled(id, changes);
        let Some(row) = self.files.get(id) else { return };
        let (asset, now) = (row.asset, row.checksum);
        if let Some(former) = doubt.and_then(|doubt| doubt.checksum)
            && now != Some(former)
        {
            self.remember(asset, former, changes);
        }
        if let Some(now) = now {
            self.enter_content(asset, &now);
        }
        changes.delta.touched.insert(asset);
    }

    /// An asset was this content, and is it for ever.
    pub(super) fn remember(&mut self, asset: AssetId, former: Checksum, changes: &mut Changes) {
        let formers = self.formers.entry(asset).or_default();
        if !formers.contains(&former) {
            formers.push(former);
            changes.dirty.formers.insert(asset);
            self.enter_content(asset, &former);
        }
    }

    pub(super) fn merge(&mut self, merges: &[Merge], clashes: &[TagClash], changes: &mut Changes) {
        let from: AssetSet = merges.iter().map(|merge| merge.from).collect();
        let all = &from | &merges.iter().map(|merge| merge.into).collect();
        // Of which file what is known of each survivor is.
        let mut sources: BTreeMap<AssetId, FileId> = BTreeMap::new();
        for merge in merges {
            sources.extend(self.lead_file(merge.into).map(|lead| (merge.into, lead)));
        }
        let leads: Vec<Option<FileId>> = merges.iter().map(|merge| self.lead_file(merge.from)).collect();
        self.recast(&all, changes, |view, changes| {
            all.iter().for_each(|asset| view.ask_stack(asset, changes));
            all.iter().for_each(|asset| view.unindex(asset));
            let (mut read, mut lost) = (Vec::new(), from.clone());
            for (merge, lead) in merges.iter().zip(leads) {
                if view.merge_rows(merge, changes) {
                    read.push((merge.from, merge.into));
                    lost.insert(merge.into);
                    sources.extend(lead.map(|lead| (merge.into, lead)));
                }
            }
            let read = Carry::over(read).given_up(&lost);
            for row in view.tags.values_mut() {
                read.apply(&mut row.embedded);
            }
            view.carry(
                &Carry::over(merges.iter().map(|merge| (merge.from, merge.into))),
                changes,
            );
            for clash in clashes {
                view.settle_clash(clash, changes);
            }
            let survivors: AssetSet = merges.iter().map(|merge| merge.into).collect();
            survivors.iter().for_each(|asset| view.renumber_faces(asset));
            all.iter().for_each(|asset| view.index(asset));
            all.iter().for_each(|asset| view.ask_stack(asset, changes));
            view.renew_present(&all);
        });
        for (asset, source) in sources {
            self.led_anew(asset, source, changes);
        }
    }

    /// Makes one row of two; true if the survivor takes what the other's file says.
    fn merge_rows(&mut self, merge: &Merge, changes: &mut Changes) -> bool {
        let Merge { into, from, clashes } = merge;
        let Some(old) = self.assets.get(*from).cloned() else {
            return false;
        };
        for file in old.files.iter() {
            if let Some(row) = self.files.get_mut(*file) {
                row.asset = *into;
                changes.dirty.files.insert(*file);
            }
        }
        let is_read = old.is_read();
        let stays = [*into, *from].map(|asset| self.is_layer_to_stay(asset));
        let Some(row) = self.assets.get_mut(*into) else {
            return false;
        };
        for file in old.files.iter() {
            row.files.insert(*file);
        }
        // What a sidecar said is not lost because the other file has none.
        let has_more = self.layers.contains_key(from) && !self.layers.contains_key(into);
        let is_better = (is_read && (has_more || !row.is_read())) || row.facts.is_none();
        let takes_facts = is_better && old.facts.is_some();
        if takes_facts {
            row.facts = old.facts;
        }
        let layer = self.layers.remove(from);
        // What is left of a sidecar stays, on either side: a replay, which has no facts, comes to the same. What lies
        // beside a file is read again.
        let is_anew = match (takes_facts, layer) {
            (true, Some(layer)) if !stays[0] => {
                self.layers.insert(*into, layer);
                false
            }
            (true, None) if !stays[0] => {
                self.layers.remove(into);
                false
            }
            (true, _) => true,
            (false, Some(layer)) if stays[1] && !self.layers.contains_key(into) => {
                self.layers.insert(*into, layer);
                true
            }
            (false, _) => false,
        };
        if let Some(theirs) = old.edits {
            let mut edits = row.edits.take().unwrap_or_default();
            unite_layers(&mut edits, &theirs, clashes);
            row.edits = Some(edits);
        }
        self.assets.remove(*from);
        self.aliases.insert(*from, *into);
        let formers = self.formers.remove(from).unwrap_or_default();
        for former in formers {
            self.remember(*into, former, changes);
        }
        for asset in [*into, *from] {
            changes.dirty.edits.insert(asset);
            changes.dirty.facts.insert(asset);
            changes.dirty.layers.insert(asset);
            changes.dirty.formers.insert(asset);
        }
        changes.dirty.aliases.insert(*from);
        if is_anew {
            self.doubt_facts(*into, changes);
        }
        takes_facts
    }

    /// Takes a photo out of what is found by its values.
    pub(super) fn unindex(&mut self, asset: AssetId) {
        self.unindex_date(asset);
        self.unindex_people(asset);
        self.unindex_stack(asset);
    }

    pub(super) fn index(&mut self, asset: AssetId) {
        self.index_date(asset);
        self.index_people(asset);
        self.index_stack(asset);
    }

    /// The faces of a photo that others became part of get the numbers by which its
    /// edits know them now.
    pub(super) fn renumber_faces(&mut self, asset: AssetId) {
        let Some(known) = self.facts(asset).map(|facts| facts.to_facts()) else {
            return;
        };
        if known.faces.is_empty() || self.face_edits(asset).next().is_none() {
            return;
        }
        let mut known = known;
        if let Some(mut layer) = self.sidecar_layer(asset) {
            number_layers(self, asset, &mut [&mut layer.embedded, &mut layer.sidecar]);
            known.faces = united(&layer.embedded.faces, &layer.sidecar.faces);
            self.put_layer(asset, Some(&layer));
        } else {
            number_layers(self, asset, &mut [&mut known]);
        }
        let mut packed = Packed::new(&known, &mut self.shared);
        if let Some(row) = self.assets.get_mut(asset) {
            if !row.is_read() {
                packed.set_stale();
            }
            row.facts = Some(packed);
        }
    }

    pub(super) fn settle_clash(&mut self, clash: &TagClash, changes: &mut Changes) {
        let Some(row) = self.tags.get_mut(&clash.tag) else {
            return;
        };
        let lost = if clash.given {
            &mut row.suppressed
        } else {
            &mut row.added
        };
        lost.remove(clash.asset);
        let one = AssetSet::one(clash.asset);
        changes.dirty.tag(clash.tag, &one, &one);
    }

    /// Another file may speak for an asset now than the one of which something is known:
    /// unless the two are the same to the byte, what it says is to be read.
    pub(super) fn led_anew(&mut self, asset: AssetId, before: FileId, changes: &mut Changes) {
        if self.is_like_lead(before, asset) {
            self.doubt_foreign_date(asset, changes);
        } else {
            self.doubt_facts(asset, changes);
        }
    }

    /// A date may be of the name of another file.
    fn doubt_foreign_date(&mut self, asset: AssetId, changes: &mut Changes) {
        let lead = self.lead_file(asset).and_then(|file| self.file(file));
        if let Some(name) = lead.map(|row| row.name.clone()) {
            self.doubt_date(asset, &name, changes);
        }
    }

    /// Brings up to date which of these have a file that is there.
    pub(super) fn renew_present(&mut self, assets: &AssetSet) {
        for asset in assets.iter() {
            let files = self.asset(asset).map_or(&[][..], |row| &row.files);
            let is_there = |file: &FileId| self.is_there(*file);
            if files.iter().any(is_there) {
                self.present.insert(asset);
            } else {
                self.present.remove(asset);
            }
        }
    }

    /// Drops missing assets with all that was made of them.
    pub(super) fn forget(&mut self, assets: &AssetSet, changes: &mut Changes) {
        self.recast(assets, changes, |view, changes| {
            let how = Carry::over([]).given_up(assets);
            view.carry(&how, changes);
            for row in view.tags.values_mut() {
                how.apply(&mut row.embedded);
            }
            for asset in assets.iter() {
                view.ask_stack(asset, changes);
                view.unindex(asset);
                let files = view.assets.get(asset).map(|row| row.files.clone());
                for file in files.iter().flat_map(|files| files.iter()) {
                    view.forget_file(*file, changes);
                }
                view.assets.remove(asset);
                view.layers.remove(&asset);
                changes.dirty.layers.insert(asset);
                view.formers.remove(&asset);
                changes.dirty.edits.insert(asset);
                changes.dirty.facts.insert(asset);
                changes.dirty.formers.insert(asset);
            }
            view.present -= assets;
        });
    }

    fn forget_file(&mut self, id: FileId, changes: &mut Changes) {
        let Some(row) = self.files.get(id) else { return };
        let (folder, shot): (FolderId, _) = (row.folder, row.shot);
        if let Some(folder) = self.folders.get_mut(folder) {
            folder.files.remove(id);
        }
        self.ask_shot(shot, changes);
        if let Some((shot, was_plain)) = self.leave_shot(shot, id) {
            changes.delta.restem(shot, was_plain);
        }
        self.files.remove(id);
        self.settled(id, changes);
        changes.dirty.files.insert(id);
    }
}

/// Puts edits beside others; where both have one and they differ, the clash says which is kept.
pub(super) fn unite_layers(ours: &mut UserLayer, theirs: &UserLayer, clashes: &[Clash]) {
    unite_faces(ours, theirs);
    for (key, value, revision) in theirs.dated() {
        if matches!(key, FieldKey::Face(_)) {
            continue;
        }
        let clash = clashes.iter().find(|clash| clash.key == key);
        let revision = match (clash, ours.edited(key)) {
            (Some(clash), Some(_)) if clash.kept != *value => continue,
            (None, Some(own)) => own.max(revision),
            (Some(_), Some(_)) | (_, None) => revision,
        };
        ours.set(key, Some(value.clone()), revision);
    }
}
