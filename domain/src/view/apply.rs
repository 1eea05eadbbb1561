//! Applying entries: the only way the view changes.

use super::claims::folded_stem;
use super::delta::{Applied, Called, Delta, FolderDelta, Renamed};
use super::find::checksum_key;
use super::persist::Dirty;
use super::record::{AssetRow, FileRow, FolderRow, Mark, ShotRow, Used as _};
use super::{Claim, Dir, LibraryRow, View};
use crate::catalog::{Facts, FieldKey, FieldValue, MediaKind, media_kind};
use crate::event::{Entry, EntryKind, Event, FileMoved, FileSeen, FileStamp, FolderSeen};
use crate::kernel::name::NameStyle;
use crate::kernel::{AssetId, AssetSet, Checksum, FileId, FileSet, FolderId, Revision, ShotId, TagId, name};
use crate::storage::{FileState, Library, Mount};
use rustc_hash::FxHashMap;

/// What is collected while one entry is applied.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) delta: Delta,
    pub(super) dirty: Dirty,
}

impl Changes {
    pub(super) fn touch(&mut self, assets: &AssetSet) {
        self.delta.touched |= assets;
    }
}

impl View {
    /// Applies an entry. `facts` are those of its [`Event::FactsRecorded`]; on
    /// replay there are none, and the files are read again.
    pub fn apply(&mut self, revision: Revision, entry: &Entry, facts: &[(AssetId, Box<Facts>)]) -> Applied {
        let mut changes = Changes::default();
        let counters = self.next;
        for event in &entry.events {
            self.event(event, entry.at_ms / 1000, facts, &mut changes);
        }
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
            user: entry.actor.user(),
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

    fn event(&mut self, event: &Event, at: i64, facts: &[(AssetId, Box<Facts>)], changes: &mut Changes) {
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
                }
            }
            Event::FoldersSeen { folders } => {
                for folder in folders {
                    self.put_folder(folder);
                    changes.dirty.folders.insert(folder.id);
                }
            }
            Event::FilesRegistered { files } => {
                for file in files {
                    self.register(file, changes);
                }
            }
            Event::FilesChanged { files } => {
                for stamp in files {
                    self.rewrite(stamp, changes);
                }
            }
            Event::FilesMoved { files } => self.relocate(files, changes),
            Event::FilesGone { files } => self.set_state(files, FileState::Missing, changes),
            Event::FilesReturned { files } => self.set_state(files, FileState::Present, changes),
            Event::FactsRecorded { .. } => {
                for (asset, facts) in facts {
                    self.read(*asset, facts.clone(), changes);
                }
            }
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
            Event::TagCreated { .. }
            | Event::TagDeleted { .. }
            | Event::TagAssigned { .. }
            | Event::TagUnassigned { .. } => self.tag_event(event, changes),
            Event::AlbumCreated { .. }
            | Event::AlbumDeleted { .. }
            | Event::AlbumFilled { .. }
            | Event::AlbumEmptied { .. } => self.album_event(event, changes),
            Event::NamesClaimed { claims } => {
                for claim in claims {
                    self.claimed(*claim, changes);
                }
            }
            Event::FactsDoubted { assets } => {
                for asset in assets.iter() {
                    if let Some(row) = self.assets.get_mut(asset) {
                        row.stale = true;
                        changes.dirty.facts.insert(asset);
                    }
                }
            }
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

    pub(super) fn put_folder(&mut self, seen: &FolderSeen) {
        self.next.used(seen.id);
        let known = self.folders.get(seen.id);
        let children = known.map(|row| row.children.clone()).unwrap_or_default();
        let files = known.map(|row| row.files.clone()).unwrap_or_default();
        let (library, parent, name) = (seen.library, seen.parent, seen.name.clone());
        self.folders.insert(
            seen.id,
            FolderRow {
                library,
                parent,
                name,
                children,
                files,
            },
        );
        match parent {
            None => {
                if let Some(row) = self.libraries.get_mut(&library) {
                    row.root = Some(seen.id);
                }
            }
            Some(parent) => {
                if let Some(row) = self.folders.get_mut(parent)
                    && let Err(at) = row.children.binary_search(&seen.id)
                {
                    row.children.insert(at, seen.id);
                }
            }
        }
    }

    fn register(&mut self, seen: &FileSeen, changes: &mut Changes) {
        let (_, extension) = name::split_extension(&seen.name);
        let kind = media_kind(extension).map_or(MediaKind::Photo, |(kind, _)| kind);
        let row = FileRow {
            folder: seen.folder,
            name: seen.name.clone(),
            size: seen.size,
            mtime_ns: seen.mtime_ns,
            ino: seen.ino,
            asset: seen.asset,
            shot: seen.shot,
            kind,
            state: FileState::Present,
            changes: 0,
            added: seen.added,
            checksum: None,
        };
        self.put_file(seen.id, row);
        self.present.insert(seen.asset);
        changes.dirty.files.insert(seen.id);
        changes.delta.touched.insert(seen.asset);
        folder_change(&mut changes.delta, seen.folder)
            .joined
            .insert(seen.id);
    }

    /// Puts a file into its folder, asset and shot; the caller sees to `present`.
    pub(super) fn put_file(&mut self, id: FileId, row: FileRow) {
        self.next.used(id);
        self.next.used(row.asset);
        self.next.used(row.shot);
        if let Some(folder) = self.folders.get_mut(row.folder) {
            folder.files.insert(id);
        }
        if self.assets.get(row.asset).is_none() {
            self.assets.insert(row.asset, AssetRow::default());
        }
        if let Some(asset) = self.assets.get_mut(row.asset)
            && let Err(at) = asset.files.binary_search(&id)
        {
            asset.files.insert(at, id);
        }
        self.enter_shot(row.shot, id, row.folder, &row.name);
        self.files.insert(id, row);
    }

    fn enter_shot(&mut self, shot: ShotId, file: FileId, folder: FolderId, file_name: &[u8]) {
        let (stem, _) = name::split_extension(file_name);
        let stem: Box<str> = name::portable(stem).into();
        let folded = folded_stem(file_name);
        let stem_id = self.stems.intern(&folded);
        match self.shots.get_mut(shot) {
            Some(row) => {
                if row.stem_id != stem_id {
                    self.stems.remove(row.stem_id, shot);
                }
                if let Err(at) = row.files.binary_search(&file) {
                    row.files.insert(at, file);
                }
                (row.folder, row.stem, row.stem_id) = (folder, stem, stem_id);
                row.tricky = name::is_tricky(&folded);
            }
            None => {
                let tricky = name::is_tricky(&folded);
                self.shots.insert(
                    shot,
                    ShotRow {
                        folder,
                        stem,
                        stem_id,
                        tricky,
                        files: vec![file],
                    },
                );
            }
        }
        self.stems.add(stem_id, shot);
    }

    fn leave_shot(&mut self, shot: ShotId, file: FileId) {
        let Some(row) = self.shots.get_mut(shot) else {
            return;
        };
        row.files.retain(|other| *other != file);
        if row.files.is_empty() {
            let stem = row.stem_id;
            self.stems.remove(stem, shot);
        }
    }

    fn rewrite(&mut self, stamp: &FileStamp, changes: &mut Changes) {
        let Some(row) = self.files.get_mut(stamp.id) else {
            return;
        };
        row.size = stamp.size;
        row.mtime_ns = stamp.mtime_ns;
        row.ino = stamp.ino;
        row.changes = row.changes.saturating_add(1);
        row.checksum = None;
        let asset = row.asset;
        changes.dirty.files.insert(stamp.id);
        changes.delta.rewritten.insert(stamp.id);
        changes.delta.touched.insert(asset);
        // The old facts stay in sight until the new ones are read; a reader finds
        // the file by its stale mark.
        if let Some(row) = self.assets.get_mut(asset) {
            row.stale = true;
            changes.dirty.facts.insert(asset);
        }
    }

    /// Moves files. What all of them were called is asked before the first one
    /// goes: a shot that moves takes its new stem with its first file.
    fn relocate(&mut self, files: &[FileMoved], changes: &mut Changes) {
        for moved in files {
            changes.delta.renamed.extend(self.called(moved.id));
        }
        for moved in files {
            let Some(row) = self.files.get_mut(moved.id) else {
                continue;
            };
            self.next.used(moved.shot);
            let (asset, old_folder, old_shot) = (row.asset, row.folder, row.shot);
            row.folder = moved.folder;
            row.name = moved.name.clone();
            row.shot = moved.shot;
            if let Some(folder) = self.folders.get_mut(old_folder) {
                folder.files.remove(moved.id);
            }
            if old_shot != moved.shot {
                self.leave_shot(old_shot, moved.id);
            }
            if let Some(folder) = self.folders.get_mut(moved.folder) {
                folder.files.insert(moved.id);
            }
            self.enter_shot(moved.shot, moved.id, moved.folder, &moved.name);
            changes.dirty.files.insert(moved.id);
            changes.delta.touched.insert(asset);
        }
    }

    /// What a file is called now, and where.
    fn called(&self, file: FileId) -> Option<Renamed> {
        let row = self.file(file)?;
        let (asset, folder) = (row.asset, row.folder);
        let lead = self.lead_file(asset) == Some(file) && self.is_shown(asset);
        let dirs = if lead { self.dirs_of(asset) } else { Vec::new() };
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
            places,
            from,
        })
    }

    fn hashed(&mut self, file: FileId, checksum: &Checksum, changes: &mut Changes) {
        // One that has this content already keeps answering for it.
        let known = self.asset_by_checksum(checksum).is_some();
        let Some(row) = self.files.get_mut(file) else {
            return;
        };
        row.checksum = Some(*checksum);
        if !known {
            self.checksums.insert(checksum_key(checksum), row.asset);
        }
        changes.delta.touched.insert(row.asset);
        changes.dirty.files.insert(file);
    }

    fn claimed(&mut self, claim: Claim, changes: &mut Changes) {
        if let Some(stem) = self.shot(claim.shot).map(|shot| shot.stem_id) {
            self.claim_name(claim.dir, stem, claim.shot);
            changes.dirty.claims.insert(claim.dir);
        }
    }

    fn set_state(&mut self, files: &FileSet, state: FileState, changes: &mut Changes) {
        let mut assets = AssetSet::new();
        for file in files.iter() {
            let Some(row) = self.files.get_mut(file) else {
                continue;
            };
            if row.state == state {
                continue;
            }
            row.state = state;
            assets.insert(row.asset);
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
        let is_present = |asset: &AssetId| {
            let files = self.asset(*asset).map_or(&[][..], |row| &row.files);
            files
                .iter()
                .any(|file| self.file(*file).is_some_and(FileRow::is_present))
        };
        let there: AssetSet = assets.iter().filter(is_present).collect();
        let came = &there - &self.present;
        let went = &(&assets - &there) & &self.present;
        self.show(&(&came - &self.hidden), true, changes);
        self.show(&(&went - &self.hidden), false, changes);
        self.present |= &came;
        self.present -= &went;
        changes.touch(&assets);
    }

    /// Notes in the delta that photos appear in, or vanish from, all their directories.
    fn show(&self, assets: &AssetSet, on: bool, changes: &mut Changes) {
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
        for (tag, row) in &self.tags {
            note(Dir::Tag(*tag), &(&row.assets() & assets));
        }
        for (album, row) in &self.albums {
            note(Dir::Album(*album), &(&row.assets & assets));
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

    /// Takes facts that a store kept; the date is indexed by the caller.
    pub(super) fn load_facts(&mut self, asset: AssetId, mut facts: Box<Facts>) {
        self.share_camera(&mut facts);
        for tag in &facts.tags {
            if let Some(row) = self.tags.get_mut(tag) {
                row.embedded.insert(asset);
            }
        }
        if let Some(row) = self.assets.get_mut(asset) {
            row.facts = Some(facts);
        }
    }

    fn share_camera(&mut self, facts: &mut Facts) {
        let Some(camera) = &facts.camera else { return };
        match self.cameras.get(camera) {
            Some(known) => facts.camera = Some(known.clone()),
            None => {
                self.cameras.insert(camera.clone());
            }
        }
    }

    fn read(&mut self, asset: AssetId, mut facts: Box<Facts>, changes: &mut Changes) {
        facts.tag_paths = Vec::new();
        facts.tags.shrink_to_fit();
        self.share_camera(&mut facts);
        let one = AssetSet::one(asset);
        let shown = self.is_shown(asset);
        let old: Vec<TagId> = self
            .facts(asset)
            .map(|facts| facts.tags.clone())
            .unwrap_or_default();
        for tag in old.iter().filter(|tag| !facts.tags.contains(tag)) {
            let Some(row) = self.tags.get_mut(tag) else {
                continue;
            };
            row.embedded.remove(asset);
            if shown && !row.has(asset) {
                changes.delta.leave(Dir::Tag(*tag), &one);
            }
        }
        for tag in &facts.tags {
            let Some(row) = self.tags.get_mut(tag) else {
                continue;
            };
            let had = row.has(asset);
            row.embedded.insert(asset);
            if shown && !had && row.has(asset) {
                changes.delta.join(Dir::Tag(*tag), &one);
            }
        }
        self.with_date(asset, changes, |row| {
            row.facts = Some(facts);
            row.stale = false;
        });
        changes.dirty.facts.insert(asset);
        changes.delta.touched.insert(asset);
    }

    fn edit_field(
        &mut self,
        key: FieldKey,
        after: Option<&FieldValue>,
        assets: &AssetSet,
        changes: &mut Changes,
    ) {
        let put = |row: &mut AssetRow| {
            let mut edits = row.edits.take().unwrap_or_default();
            edits.set(key, after.cloned());
            row.edits = (!edits.is_empty()).then_some(edits);
        };
        for asset in assets.iter() {
            if key == FieldKey::Taken {
                self.with_date(asset, changes, put);
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
            if on {
                self.hidden |= &flip
            } else {
                self.hidden -= &flip
            }
        }
        changes.dirty.edits |= assets;
        changes.touch(assets);
    }
}

fn folder_change(delta: &mut Delta, folder: FolderId) -> &mut FolderDelta {
    delta.folders.entry(folder).or_default()
}
