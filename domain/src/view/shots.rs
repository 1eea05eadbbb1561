//! Applying where files are: into which shot they come, and what they are called by it.
//!
//! A file that comes, moves or goes may give another shot another name in query
//! directories: plain while its stem is one shot's, suffixed otherwise. Which
//! ones is told, at a cost of nothing for a stem that is one shot's.

use super::apply::Changes;
use super::claims::folded_stem;
use super::delta::{Called, Renamed};
use super::names::Stems;
use super::record::{AssetRow, FileRow, FolderRow, ShotRow, Used as _};
use super::table::Table;
use super::{Dir, Few, View};
use crate::catalog::date_in_name;
use crate::event::FileMoved;
use crate::kernel::name::NameStyle;
use crate::kernel::{AssetId, AssetSet, FileId, FolderId, ShotId, TakenSource};

/// Shots that shared a stem with one that came or went, as [`Delta::restemmed`] has them.
pub(super) type Restemmed = [Option<(ShotId, bool)>; 2];

impl View {
    /// Puts a file into its folder, asset and shot; the caller sees to `present`.
    pub(super) fn put_file(&mut self, id: FileId, row: FileRow) -> Restemmed {
        self.next.used(id);
        self.next.used(row.asset);
        self.next.used(row.shot);
        self.files.insert(id, row);
        self.tie_file(id)
    }

    /// Enters a file in its folder, asset and shot.
    pub(super) fn tie_file(&mut self, id: FileId) -> Restemmed {
        let Some(row) = self.files.get(id) else {
            return [None, None];
        };
        let (folder, asset, shot) = (row.folder, row.asset, row.shot);
        let stem = folded_stem(&row.name);
        enter_folder_and_asset(&mut self.folders, &mut self.assets, (id, folder, asset));
        enter_shot(&mut self.shots, &mut self.stems, (shot, id, folder), &stem)
    }

    pub(super) fn leave_shot(&mut self, shot: ShotId, file: FileId) -> Option<(ShotId, bool)> {
        let row = self.shots.get_mut(shot)?;
        row.files.remove(file);
        if !row.files.is_empty() {
            return None;
        }
        let stem = row.stem_id;
        self.stems.remove(stem, shot).map(|other| (other, false))
    }

    /// Moves files. What all of them were called is asked before the first one
    /// goes: a shot that moves takes its new stem with its first file.
    pub(super) fn relocate(&mut self, files: &[FileMoved], changes: &mut Changes) {
        for moved in files {
            changes.delta.renamed.extend(self.called(moved.id));
            self.note_moved_copy(moved.id, changes);
        }
        for moved in files {
            let Some(row) = self.files.get_mut(moved.id) else {
                continue;
            };
            self.next.used(moved.shot);
            let (asset, old_folder, old_shot) = (row.asset, row.folder, row.shot);
            row.folder = moved.folder;
            let old_name = std::mem::replace(&mut row.name, (*moved.name).into());
            row.shot = moved.shot;
            if let Some(folder) = self.folders.get_mut(old_folder) {
                folder.files.remove(moved.id);
            }
            self.ask_shot(old_shot, changes);
            let mut restemmed = Vec::new();
            if old_shot != moved.shot {
                restemmed.extend(self.leave_shot(old_shot, moved.id));
            }
            if let Some(folder) = self.folders.get_mut(moved.folder) {
                folder.files.insert(moved.id);
            }
            let (shots, stems) = (&mut self.shots, &mut self.stems);
            let file = (moved.shot, moved.id, moved.folder);
            let entered = enter_shot(shots, stems, file, &folded_stem(&moved.name));
            restemmed.extend(entered.into_iter().flatten());
            for (shot, was_plain) in restemmed {
                changes.delta.restem(shot, was_plain);
            }
            self.ask_shot(moved.shot, changes);
            changes.dirty.files.insert(moved.id);
            changes.delta.touched.insert(asset);
            if self.lead_file(asset) == Some(moved.id) {
                self.doubt_date(asset, &moved.name, changes);
            }
            self.doubt_stem(old_folder, &old_name, changes);
            self.doubt_stem(moved.folder, &moved.name, changes);
        }
    }

    /// Has a photo read again whose date came from its name, or may come from its
    /// new one: where the file itself says when, a rename changes nothing.
    pub(super) fn doubt_date(&mut self, asset: AssetId, name: &[u8], changes: &mut Changes) {
        let Some(facts) = self.facts(asset) else { return };
        let said = facts.taken();
        let is_by_name = said.is_none_or(|taken| taken.source == TakenSource::FileName);
        if !is_by_name || said == date_in_name(name) {
            return;
        }
        self.doubt_facts(asset, changes);
    }

    /// A copy that moves may take a plain name with it that the lead file had by it, see
    /// `names`: how the photo is called is noted before.
    fn note_moved_copy(&self, file: FileId, changes: &mut Changes) {
        let Some(asset) = self.file(file).map(|row| row.asset) else {
            return;
        };
        let has_several = self.asset(asset).is_some_and(|row| row.files.len() > 1);
        if has_several && self.lead_file(asset) != Some(file) && self.present.contains(asset) {
            let one = AssetSet::one(asset);
            let dirs = self.dirs_of(asset).into_iter();
            let shown = dirs.filter(|dir| self.is_shown_in(*dir, asset));
            let places = shown.map(|dir| (dir, one.clone()));
            self.note_recast(&places.collect(), changes);
        }
    }

    /// What a file is called now, and where.
    fn called(&self, file: FileId) -> Option<Renamed> {
        let row = self.file(file)?;
        let (asset, shot, folder) = (row.asset, row.shot, row.folder);
        let is_lead = self.lead_file(asset) == Some(file) && self.present.contains(asset);
        let mut dirs = if is_lead { self.dirs_of(asset) } else { Vec::new() };
        dirs.retain(|dir| self.is_shown_in(*dir, asset));
        let copies = self.shown_copies(asset);
        if copies.is_some_and(|copies| copies.files.contains(&file)) {
            dirs.push(Dir::Copies(asset));
        }
        let called = |dir| {
            let portable = self.styled_name_in(dir, file, NameStyle::Portable)?;
            let posix = self.styled_name_in(dir, file, NameStyle::Posix);
            let posix = posix.filter(|posix| *posix != portable);
            Some(Called { portable, posix })
        };
        let named = |dir| called(dir).map(|name| (dir, name));
        let places = dirs.into_iter().filter_map(named).collect();
        let from = (folder, called(Dir::Folder(folder))?);
        Some(Renamed {
            file,
            asset,
            shot,
            places,
            from,
        })
    }
}

/// Enters a file in its folder, if that is there, and its asset.
pub(super) fn enter_folder_and_asset(
    folders: &mut Table<FolderId, FolderRow>,
    assets: &mut Table<AssetId, AssetRow>,
    (file, folder, asset): (FileId, FolderId, AssetId),
) {
    if let Some(folder) = folders.get_mut(folder) {
        folder.files.insert(file);
    }
    assets.change(asset, |row| row.files.insert(file));
}

/// Enters a file in its shot, and the shot by what it is called then.
pub(super) fn enter_shot(
    shots: &mut Table<ShotId, ShotRow>,
    stems: &mut Stems,
    (shot, file, folder): (ShotId, FileId, FolderId),
    stem: &str,
) -> Restemmed {
    let mut alone_again = None;
    let stem_id = stems.intern(stem);
    match shots.get_mut(shot) {
        Some(row) => {
            if row.stem_id != stem_id {
                alone_again = stems.remove(row.stem_id, shot);
            }
            row.files.insert(file);
            (row.folder, row.stem_id) = (folder, stem_id);
        }
        None => {
            let files = Few::one(file);
            shots.insert(
                shot,
                ShotRow {
                    folder,
                    stem_id,
                    files,
                },
            );
        }
    }
    let alone_before = stems.add(stem_id, shot);
    [
        alone_again.map(|other| (other, false)),
        alone_before.map(|other| (other, true)),
    ]
}
