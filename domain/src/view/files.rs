//! Applying what becomes of files: they are registered, hashed, gone and back.

use super::apply::Changes;
use super::delta::{Delta, FolderDelta};
use super::record::FileRow;
use super::{Dir, View};
use crate::catalog::{MediaKind, media_kind};
use crate::event::FileSeen;
use crate::kernel::{AssetId, AssetSet, Checksum, FileId, FileSet, FolderId, name};
use crate::sharing::Scope;
use crate::storage::FileState;
use rustc_hash::FxHashMap;

impl View {
    pub(super) fn register(&mut self, seen: &FileSeen, changes: &mut Changes) {
        let (_, extension) = name::split_extension(&seen.name);
        let named = media_kind(extension).map(|(kind, _)| kind);
        let kind = named.or(seen.kind).unwrap_or(MediaKind::Photo);
        let row = FileRow {
            folder: seen.folder,
            name: (*seen.name).into(),
            size: seen.size,
            mtime_ns: seen.mtime_ns,
            ino: seen.ino,
            asset: seen.asset,
            shot: seen.shot,
            kind,
            state: FileState::Present,
            changes: 0,
            added: u32::try_from(seen.added.max(0)).unwrap_or(u32::MAX),
            checksum: None,
        };
        for (shot, was_plain) in self.put_file(seen.id, row).into_iter().flatten() {
            changes.delta.restem(shot, was_plain);
        }
        self.ask_shot(seen.shot, changes);
        self.doubt_stem(seen.folder, &seen.name, changes);
        self.present.insert(seen.asset);
        changes.dirty.files.insert(seen.id);
        changes.delta.touched.insert(seen.asset);
        folder_change(&mut changes.delta, seen.folder)
            .joined
            .insert(seen.id);
    }

    pub(super) fn hashed(&mut self, file: FileId, checksum: &Checksum, changes: &mut Changes) {
        let Some(row) = self.files.get_mut(file) else {
            return;
        };
        let (asset, before) = (row.asset, row.checksum.replace(*checksum));
        changes.delta.touched.insert(asset);
        changes.dirty.files.insert(file);
        if self.doubt(file).is_some() {
            return;
        }
        if let Some(before) = before {
            self.remember(asset, before, changes);
        }
        self.enter_content(asset, checksum);
    }

    pub(super) fn set_state(&mut self, files: &FileSet, state: FileState, changes: &mut Changes) {
        let mut assets = AssetSet::new();
        let (mut shots, mut places) = (Vec::new(), Vec::new());
        let leads = self.leads_of(files);
        for file in files.iter() {
            let Some(row) = self.files.get_mut(file) else {
                continue;
            };
            if row.state == state {
                continue;
            }
            row.state = state;
            assets.insert(row.asset);
            shots.push(row.shot);
            places.push((row.folder, row.name.clone()));
            let folder = folder_change(&mut changes.delta, row.folder);
            let (to, from) = match state {
                FileState::Present => (&mut folder.joined, &mut folder.left),
                FileState::Missing => (&mut folder.left, &mut folder.joined),
            };
            if !from.remove(file) {
                to.insert(file);
            }
            changes.dirty.files.insert(file);
        }
        for shot in shots {
            self.ask_shot(shot, changes);
        }
        for (folder, own_name) in places {
            self.doubt_stem(folder, &own_name, changes);
        }
        let is_present = |asset: &AssetId| {
            let files = self.asset(*asset).map_or(&[][..], |row| &row.files);
            files.iter().any(|file| self.is_there(*file))
        };
        let there: AssetSet = assets.iter().filter(is_present).collect();
        let came = &there - &self.present;
        let went = &(&assets - &there) & &self.present;
        self.show(&(&came - &self.hidden), true, changes);
        self.show(&(&went - &self.hidden), false, changes);
        self.present |= &came;
        self.present -= &went;
        changes.touch(&assets);
        for (asset, lead) in leads {
            self.led_anew(asset, lead, changes);
        }
    }

    /// The lead files of those assets of these files that have several.
    fn leads_of(&self, files: &FileSet) -> Vec<(AssetId, FileId)> {
        let lead = |file: FileId| {
            let asset = self.file(file)?.asset;
            let has_several = self.asset(asset)?.files.len() > 1;
            Some((asset, self.lead_file(asset).filter(|_| has_several)?))
        };
        let mut leads: Vec<(AssetId, FileId)> = files.iter().filter_map(lead).collect();
        leads.dedup_by_key(|(asset, _)| *asset);
        leads
    }

    /// Notes in the delta that photos appear in, or vanish from, all their directories.
    pub(super) fn show(&self, assets: &AssetSet, on: bool, changes: &mut Changes) {
        if assets.is_empty() {
            return;
        }
        let mut note = |dir, set: &AssetSet| {
            if !set.is_empty() {
                if on {
                    changes.delta.join(dir, set)
                } else {
                    changes.delta.leave(dir, set)
                }
            }
        };
        for (tag, row) in self.tags.iter().filter(|(_, row)| row.is_live()) {
            note(Dir::Tag(*tag), &(&row.assets() & assets));
        }
        for (person, row) in &self.people {
            note(Dir::Person(*person), &(&row.assets & assets));
        }
        for (album, row) in &self.albums {
            note(Dir::Album(*album), &(&row.assets & assets));
        }
        for (user, set) in &self.favorites {
            note(Dir::Favorites(*user), &(set & assets));
        }
        for share in self.shares() {
            if let Scope::Assets(set) = &share.scope {
                note(Dir::Share(share.id), &(set & assets));
            }
        }
        let mut by_dir: FxHashMap<Dir, AssetSet> = FxHashMap::default();
        for asset in assets.iter() {
            for dir in self.date_dirs(asset) {
                by_dir.entry(dir).or_default().insert(asset);
            }
        }
        for (dir, set) in &by_dir {
            note(*dir, set);
        }
    }
}

pub(super) fn folder_change(delta: &mut Delta, folder: FolderId) -> &mut FolderDelta {
    delta.folders.entry(folder).or_default()
}
