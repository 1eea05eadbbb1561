//! Applying entries: the only way the view changes.

use super::compact::Packed;
use super::delta::{Applied, Delta};
use super::persist::Dirty;
use super::record::{AssetRow, Mark, Used as _};
use super::row::sheaf_of;
use super::{Claim, LibraryRow, View};
use crate::catalog::{Facts, FieldKey, FieldValue};
use crate::event::{DateEdit, Entry, EntryKind, Event};
use crate::kernel::{AssetId, AssetSet, LibraryId, Revision, UserId};
use crate::sidecar::SidecarLayer;
use crate::storage::{FileState, Library, LibraryState, Mount};
use std::collections::BTreeSet;

/// What was read for an entry's [`Event::FactsRecorded`].
type ReadHere<'a> = (
    &'a [(AssetId, Box<Facts>)],
    &'a [(AssetId, Option<Box<SidecarLayer>>)],
);

/// What is collected while one entry is applied.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) delta: Delta,
    pub(super) dirty: Dirty,
    /// Photos that live sets have to ask again, beside those touched.
    pub(super) asked: AssetSet,
    /// Whether they have to ask all.
    pub(super) all_asked: bool,
    /// Libraries that went or came.
    pub(super) libraries: BTreeSet<LibraryId>,
    /// The entry's own number.
    pub(super) revision: Revision,
}

impl Changes {
    pub(super) fn touch(&mut self, assets: &AssetSet) {
        self.delta.touched |= assets;
    }
}

impl View {
    /// Applies an entry. `facts` and `layers` are those of its [`Event::FactsRecorded`]; on
    /// replay there are none, and the files are read again.
    pub fn apply(
        &mut self,
        revision: Revision,
        entry: &Entry,
        facts: &[(AssetId, Box<Facts>)],
        layers: &[(AssetId, Option<Box<SidecarLayer>>)],
    ) -> Applied {
        let mut changes = Changes {
            revision,
            ..Changes::default()
        };
        let counters = self.next;
        self.hear_of_shots(&entry.events);
        self.note_before(&entry.events, &mut changes);
        for event in &entry.events {
            self.event(event, entry.at_ms / 1000, (facts, layers), &mut changes);
        }
        let touched = changes.delta.touched.clone();
        self.renew_duplicates(&touched);
        self.renew_copies(&mut changes);
        self.renew(&mut changes);
        self.renew_counts(&changes.dirty.files, &changes.dirty.facts);
        self.revision = revision;
        if entry.kind == EntryKind::Edit {
            self.note_edit(revision, entry, &mut changes.dirty);
        }
        changes.dirty.counters |= self.next != counters;
        for asset in changes.delta.touched.iter() {
            if let Some(row) = self.assets.get_mut(asset) {
                row.revision = revision;
            }
        }
        changes.dirty.revisions |= &changes.delta.touched;
        self.settle(&mut changes.delta);
        let rows = self.rows(&changes.dirty);
        Applied {
            delta: changes.delta,
            rows,
        }
    }

    fn note_edit(&mut self, revision: Revision, entry: &Entry, dirty: &mut Dirty) {
        let mark = Mark {
            user: entry.actor.person().unwrap_or(UserId::new(0)),
            undoes: entry.undoes,
            undone_by: None,
        };
        self.marks.insert(revision, mark);
        dirty.marks.insert(revision);
        if let Some(undone) = entry.undoes
            && let Some(mark) = self.marks.get_mut(&undone)
        {
            mark.undone_by = Some(revision);
            dirty.marks.insert(undone);
        }
    }

    /// Says of each changed directory whether it was and is empty.
    fn settle(&self, delta: &mut Delta) {
        delta
            .dirs
            .retain(|_, change| !change.joined.is_empty() || !change.left.is_empty());
        for (dir, change) in &mut delta.dirs {
            let others = self.has_others(*dir, &change.joined);
            change.is_empty = change.joined.is_empty() && !others;
            change.was_empty = change.left.is_empty() && !others;
        }
        delta
            .folders
            .retain(|_, change| !change.joined.is_empty() || !change.left.is_empty());
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one arm an event: a table that is read as one"
    )]
    fn event(&mut self, event: &Event, at: i64, (facts, layers): ReadHere<'_>, changes: &mut Changes) {
        match event {
            Event::UserRegistered { user } => {
                self.users.insert(user.id, user.clone());
                changes.dirty.users.insert(user.id);
            }
            Event::LibraryAdded { library } => {
                changes.dirty.libraries.insert(library.id);
                self.put_library(library.clone());
            }
            Event::LibraryStateChanged { library, state } => {
                if let Some(row) = self.libraries.get_mut(library) {
                    row.library.state = *state;
                    changes.dirty.libraries.insert(*library);
                    changes.libraries.insert(*library);
                    changes.all_asked = true;
                }
            }
            Event::LibraryRelocated { library, after, .. } => {
                if let Some(row) = self.libraries.get_mut(library) {
                    row.library.root.clone_from(after);
                    row.library.state = LibraryState::Online;
                    changes.dirty.libraries.insert(*library);
                    changes.libraries.insert(*library);
                    changes.all_asked = true;
                }
            }
            Event::LibraryRemoved { library } => {
                if let Some(row) = self.libraries.get_mut(library) {
                    row.library.state = LibraryState::Removed;
                    changes.dirty.libraries.insert(*library);
                    changes.libraries.insert(*library);
                    changes.all_asked = true;
                }
            }
            Event::FoldersSeen { folders } => {
                for folder in folders {
                    self.put_folder(folder);
                    changes.dirty.folders.insert(folder.id);
                }
            }
            Event::FolderMoved { folder, after, .. } => self.move_folder(*folder, after, changes),
            Event::FilesRegistered { files } => {
                for file in files {
                    self.register(file, changes);
                }
            }
            Event::FilesChanged { files, evidence } => {
                for stamp in files {
                    let said = evidence.iter().find(|(file, _)| *file == stamp.id);
                    self.rewrite(stamp, said.map(|(_, evidence)| evidence), changes);
                }
            }
            Event::FilesJudged {
                kept,
                replaced,
                parted,
            } => self.judged(kept, replaced, parted, changes),
            Event::AssetsMerged { merges, tags } => self.merge(merges, tags, changes),
            Event::ContentsParted { partings, tags } => self.part_contents(partings, tags, changes),
            Event::AssetsForgotten { assets } => self.forget(assets, changes),
            Event::FilesMoved { files } => self.relocate(files, changes),
            Event::FilesGone { files } => self.set_state(files, FileState::Missing, changes),
            Event::FilesReturned { files } => self.set_state(files, FileState::Present, changes),
            Event::FactsRecorded { .. } => {
                for (asset, facts) in facts {
                    self.read(*asset, facts, changes);
                }
                for (asset, layer) in layers {
                    self.put_layer(*asset, layer.as_deref());
                    changes.dirty.layers.insert(*asset);
                }
            }
            // The values themselves are the facts'.
            Event::FieldsBrought { values } => {
                changes.touch(&values.iter().map(|value| value.asset).collect());
            }
            Event::TagBrought { gained, lost, .. } => changes.touch(&(gained | lost)),
            Event::FacesMoved { moved } => self.move_faces(moved, changes),
            Event::ChecksumsRecorded { checksums } => {
                for (file, checksum) in checksums {
                    self.hashed(*file, checksum, changes);
                }
            }
            Event::FieldEdited { key, after, before } => {
                for (_, assets) in before {
                    self.edit_field(*key, after.as_ref(), assets, changes);
                }
            }
            Event::DatesEdited { dates } => self.edit_dates(dates, changes),
            Event::TagCreated { .. }
            | Event::TagDeleted { .. }
            | Event::TagPlaced { .. }
            | Event::TagWorded { .. }
            | Event::TagAssigned { .. }
            | Event::TagUnassigned { .. } => self.tag_event(event, changes),
            Event::PersonCreated { .. } | Event::PersonPlaced { .. } | Event::PersonWorded { .. } => {
                self.person_event(event, changes);
            }
            Event::AlbumCreated { .. }
            | Event::AlbumDeleted { .. }
            | Event::AlbumPlaced { .. }
            | Event::AlbumFilled { .. }
            | Event::AlbumEmptied { .. }
            | Event::AlbumExcluded { .. }
            | Event::AlbumSet { .. } => self.album_event(event, changes),
            Event::CollectionSet { before, after } => {
                self.set_collection(before.as_ref(), after.as_ref(), changes);
            }
            Event::NamesClaimed { claims } => {
                for claim in claims {
                    self.claimed(*claim, changes);
                }
            }
            Event::ShareCreated { .. } | Event::ShareRevoked { .. } => self.share_event(event, changes),
            Event::FactsDoubted { assets } => {
                assets.iter().for_each(|asset| self.doubt_facts(asset, changes));
            }
            Event::SidecarsKept { kept } => kept.iter().for_each(|one| self.keep_sidecar(one, changes)),
            Event::SidecarsReplaced { assets } => {
                assets.iter().for_each(|asset| self.drop_kept(asset, changes));
            }
            Event::SidecarsSeen { folder, seen, gone } => self.see_sidecars(*folder, seen, gone, changes),
            Event::JobEnqueued { .. }
            | Event::JobUpdated { .. }
            | Event::JobSettled { .. }
            | Event::JobsForgotten { .. } => self.job_event(event, at, changes),
            Event::MountAdded { mount } => self.set_mount(mount, true, changes),
            Event::MountRemoved { mount } => self.set_mount(mount, false, changes),
        }
    }

    fn set_mount(&mut self, mount: &Mount, is_there: bool, changes: &mut Changes) {
        self.next.used(mount.id);
        if is_there {
            self.mounts.insert(mount.id, mount.clone());
        } else {
            self.mounts.remove(&mount.id);
        }
        changes.dirty.mounts.insert(mount.id);
    }

    pub(super) fn put_library(&mut self, library: Library) {
        self.next.used(library.id);
        let zone = self
            .zones
            .zone(&library.timezone)
            .unwrap_or(jiff::tz::TimeZone::UTC);
        let root = self.libraries.get(&library.id).and_then(|row| row.root);
        self.libraries
            .insert(library.id, LibraryRow { library, zone, root });
    }

    fn claimed(&mut self, claim: Claim, changes: &mut Changes) {
        if let Some(stem) = self.shot(claim.shot).map(|shot| shot.stem_id) {
            self.claim_name(claim.dir, stem, claim.shot);
            let sheaf = sheaf_of(self.stems.text(stem));
            changes.dirty.claims.entry(claim.dir).or_default().insert(sheaf);
        }
    }

    /// Takes what was read of a file.
    fn read(&mut self, asset: AssetId, facts: &Facts, changes: &mut Changes) {
        let one = AssetSet::one(asset);
        let old = self.facts(asset).map(|facts| self.led_to(facts.tags()));
        let new = self.led_to(facts.tags.iter().copied());
        let old = old.unwrap_or_default();
        for tag in old.difference(&new) {
            self.retag(*tag, &one, changes, |row| row.embedded -= &one);
        }
        for tag in new.difference(&old) {
            self.retag(*tag, &one, changes, |row| row.embedded |= &one);
        }
        let packed = Packed::new(facts, &mut self.shared);
        let links = self.link_ids(asset);
        let is_tied_anew = links != [facts.content_id, facts.burst_id];
        if is_tied_anew {
            self.ask_stack(asset, changes);
            self.unindex_stack(asset);
        }
        self.with_people(asset, changes, |view, changes| {
            view.with_date(asset, changes, |row| row.facts = Some(packed));
        });
        if is_tied_anew {
            self.index_stack(asset);
            self.ask_stack(asset, changes);
        }
        changes.dirty.facts.insert(asset);
        changes.delta.touched.insert(asset);
    }

    fn edit_dates(&mut self, dates: &[DateEdit], changes: &mut Changes) {
        for edit in dates {
            let after = edit.after.map(FieldValue::Taken);
            let one = AssetSet::one(edit.asset);
            self.edit_field(FieldKey::Taken, after.as_ref(), &one, changes);
        }
    }

    fn edit_field(
        &mut self,
        key: FieldKey,
        after: Option<&FieldValue>,
        assets: &AssetSet,
        changes: &mut Changes,
    ) {
        let revision = changes.revision;
        let put = |row: &mut AssetRow| {
            let mut edits = row.edits.take().unwrap_or_default();
            edits.set(key, after.cloned(), revision);
            row.edits = (!edits.is_empty()).then_some(edits);
        };
        if key == FieldKey::Stack {
            self.edit_stacks(assets, changes, put);
        }
        for asset in assets.iter().filter(|_| key != FieldKey::Stack) {
            if key == FieldKey::Taken {
                self.with_date(asset, changes, put);
            } else if matches!(key, FieldKey::Face(_)) {
                self.edit_people(asset, changes, put);
            } else if let Some(row) = self.assets.get_mut(asset) {
                put(row);
            }
        }
        if key == FieldKey::Hidden {
            let on = after == Some(&FieldValue::Flag(true));
            let flip = if on {
                assets - &self.hidden
            } else {
                assets & &self.hidden
            };
            self.show(&(&flip & &self.present), !on, changes);
            changes.delta.hide(&self.files_of_all(&flip), on);
            if on {
                self.hidden |= &flip
            } else {
                self.hidden -= &flip
            }
        }
        if let FieldKey::Favorite(user) = key {
            self.favor(user, after == Some(&FieldValue::Flag(true)), assets, changes);
        }
        changes.dirty.edits |= assets;
        changes.touch(assets);
    }
}
