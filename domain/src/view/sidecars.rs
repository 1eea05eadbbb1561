//! Sidecars in the view: which there are, whose they are, and what they said.
//!
//! A folder has its list only if it has any, and a photo its two layers only if
//! it has both: who has no sidecars pays nothing. Names alone say which files a
//! sidecar may belong to; those are read again whenever the sidecar, or a file of
//! its stem, comes, changes or goes.

use super::apply::Changes;
use super::compact::{FactsRef, Packed};
use super::record::{AssetRow, FileRow};
use super::{SmallBytes, View};
use crate::catalog::Facts;
use crate::event::KeptSidecar;
use crate::kernel::{AssetId, AssetSet, FileId, FolderId, LibraryId, TagId, name};
use crate::sidecar::{Fit, Member, SidecarLayer, SidecarStamp, Unbound, base_of, bound, fit, said_again};

/// The layers of a photo with a sidecar.
pub(super) struct LayerRow {
    file: FileId,
    folder: FolderId,
    name: SmallBytes,
    embedded: Packed,
    sidecar: Packed,
    /// Whether the journal has it.
    is_journalled: bool,
}

impl LayerRow {
    /// Whether the sidecar is this file's.
    pub(super) fn is_of(&self, file: FileId) -> bool {
        self.file == file
    }
}

/// Sidecars and their layers.
impl View {
    /// The sidecars of a folder, sorted by name.
    #[must_use]
    pub fn sidecars_in(&self, folder: FolderId) -> &[SidecarStamp] {
        self.sidecars.get(&folder).map_or(&[], Vec::as_slice)
    }

    /// The sidecar of this name in a folder.
    #[must_use]
    pub fn sidecar_named(&self, folder: FolderId, own_name: &[u8]) -> Option<&SidecarStamp> {
        let all = self.sidecars_in(folder);
        let at = all.binary_search_by(|one| (*one.name).cmp(own_name)).ok()?;
        all.get(at)
    }

    /// The folders of a library that hold sidecars, ascending.
    #[must_use]
    pub fn sidecar_folders(&self, library: LibraryId) -> Vec<FolderId> {
        let folders = self.sidecars.keys().copied();
        let mut folders: Vec<_> = folders.filter(|id| self.library_of(*id) == library).collect();
        folders.sort_unstable();
        folders
    }

    /// The sidecar that names a file best; whether it belongs to it, only its content may say.
    #[must_use]
    pub fn sidecar_for(&self, file: FileId) -> Option<&SidecarStamp> {
        let row = self.file(file)?;
        let all = self.sidecars_in(row.folder);
        if all.is_empty() {
            return None;
        }
        let (stem, _) = name::split_extension(&row.name);
        let start = [stem, b"."].concat();
        let from = all.partition_point(|one| *one.name < *start);
        let candidates = all
            .get(from..)?
            .iter()
            .take_while(|one| one.name.starts_with(&start));
        candidates
            .filter_map(|one| Some((fit(&one.name, &row.name)?, !one.name.ends_with(b".xmp"), one)))
            .min_by_key(|(fit, is_odd, one)| (*fit, *is_odd, &one.name))
            .map(|(_, _, one)| one)
    }

    /// Whether the sidecar of this name in a file's folder belongs to the file, given whose it says it is.
    #[must_use]
    pub fn sidecar_belongs(&self, sidecar: &[u8], file: FileId, for_extension: Option<&str>) -> bool {
        let Some(row) = self.file(file) else { return false };
        let alike = |wanted: Fit| {
            let named = self.named_by(row.folder, sidecar).into_iter();
            let wanted = named.filter(move |(_, fit)| *fit == wanted);
            wanted.map(|(id, _)| (id, self.file(id)))
        };
        match fit(sidecar, &row.name) {
            None => false,
            Some(Fit::Whole) => true,
            Some(Fit::WholeAnyCase) => {
                alike(Fit::Whole).count() == 0 && alike(Fit::WholeAnyCase).count() == 1
            }
            Some(Fit::Stem) => {
                let ids: Vec<FileId> = alike(Fit::Stem).map(|(id, _)| id).collect();
                let member = |(_, row): (FileId, Option<_>)| {
                    let row: &FileRow = row?;
                    let (extension, kind) = (name::split_extension(&row.name).1, row.kind);
                    Some(Member { extension, kind })
                };
                let members: Vec<Member<'_>> = alike(Fit::Stem).filter_map(member).collect();
                bound(&members, for_extension).and_then(|at| ids.get(at)) == Some(&file)
            }
        }
    }

    /// The present files of a folder that a sidecar of this name names, and how.
    fn named_by(&self, folder: FolderId, sidecar: &[u8]) -> Vec<(FileId, Fit)> {
        let Some(base) = base_of(sidecar) else {
            return Vec::new();
        };
        let (stem, _) = name::split_extension(base);
        let mut files = self.files_of_stem(folder, base);
        if stem != base {
            files.extend(self.files_of_stem(folder, stem));
        }
        files.sort_unstable();
        let fits = |id: FileId| Some((id, fit(sidecar, &self.file(id)?.name)?));
        files.into_iter().filter_map(fits).collect()
    }

    /// The present files of exactly this stem in a folder.
    fn files_of_stem(&self, folder: FolderId, stem: &[u8]) -> Vec<FileId> {
        let Some(stem_id) = self.stems.id(&name::fold(&name::portable(stem))) else {
            return Vec::new();
        };
        let shots = self.stems.shots(stem_id).iter();
        let shots = shots
            .filter_map(|shot| self.shot(*shot))
            .filter(|row| row.folder == folder);
        let is_meant = |id: &FileId| {
            let row = self.file(*id);
            row.is_some_and(|row| row.is_present() && name::split_extension(&row.name).0 == stem)
        };
        shots
            .flat_map(|shot| shot.files.iter().copied())
            .filter(is_meant)
            .collect()
    }

    /// Whether a sidecar says something of a photo, or tried to.
    #[must_use]
    pub fn has_sidecar(&self, asset: AssetId) -> bool {
        self.layers.contains_key(&asset)
    }

    /// What a photo's file itself says; `None` until read.
    #[must_use]
    pub fn embedded_facts(&self, asset: AssetId) -> Option<FactsRef<'_>> {
        let layer = self.layers.get(&asset);
        layer.map_or_else(
            || self.facts(asset),
            |layer| Some(layer.embedded.read(&self.shared)),
        )
    }

    /// What a photo's sidecar says, if it has one.
    #[must_use]
    pub fn sidecar_facts(&self, asset: AssetId) -> Option<FactsRef<'_>> {
        Some(self.layers.get(&asset)?.sidecar.read(&self.shared))
    }

    /// The path of a photo's sidecar below the library's root, and whether it is
    /// there beside the photo; else it is where it was seen last.
    #[must_use]
    pub fn sidecar_path(&self, asset: AssetId) -> Option<(Vec<u8>, bool)> {
        let layer = self.layers.get(&asset)?;
        let mut path = self.folder_path(layer.folder);
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(&layer.name);
        let is_there = self.sidecar_named(layer.folder, &layer.name).is_some();
        Some((
            path,
            is_there && !self.is_away(layer.file, layer.folder, &layer.name),
        ))
    }

    /// The folder in which a photo's sidecar was seen last, if it has one.
    #[must_use]
    pub fn sidecar_folder(&self, asset: AssetId) -> Option<FolderId> {
        Some(self.layers.get(&asset)?.folder)
    }

    /// The files that a sidecar of this name in a folder may be of, by its name alone.
    #[must_use]
    pub fn files_named_by(&self, folder: FolderId, sidecar: &[u8]) -> Vec<FileId> {
        let named = self.named_by(folder, sidecar).into_iter();
        named.map(|(file, _)| file).collect()
    }

    /// The layers of a photo with a sidecar, for whoever reads one of its files.
    #[must_use]
    pub fn sidecar_layer(&self, asset: AssetId) -> Option<SidecarLayer> {
        let layer = self.layers.get(&asset)?;
        Some(SidecarLayer {
            file: layer.file,
            folder: layer.folder,
            name: (*layer.name).into(),
            embedded: layer.embedded.read(&self.shared).to_facts(),
            sidecar: layer.sidecar.read(&self.shared).to_facts(),
            is_journalled: layer.is_journalled,
        })
    }

    /// Whether the file of this layer is at a place where its sidecar, as it is called, would not be its own.
    #[must_use]
    pub fn is_sidecar_elsewhere(&self, layer: &SidecarLayer) -> bool {
        self.is_away(layer.file, layer.folder, &layer.name)
    }

    /// A file that is gone left its sidecar too: its photo may be there by another.
    fn is_away(&self, file: FileId, folder: FolderId, sidecar: &[u8]) -> bool {
        self.file(file)
            .is_none_or(|row| !row.is_present() || row.folder != folder || fit(sidecar, &row.name).is_none())
    }

    /// The photos that are there without their sidecars, of whose words the journal knows nothing; those are left out
    /// of which a file has another sidecar, which is still to be read. Ascending.
    #[must_use]
    pub fn sidecars_left(&self) -> AssetSet {
        let layers = self
            .layers
            .iter()
            .filter(|(asset, layer)| self.is_left(**asset, layer));
        layers.map(|(asset, _)| *asset).collect()
    }

    /// Whether a photo is one of [`Self::sidecars_left`].
    pub(crate) fn has_left_sidecar(&self, asset: AssetId) -> bool {
        self.layers
            .get(&asset)
            .is_some_and(|layer| self.is_left(asset, layer))
    }

    fn is_left(&self, asset: AssetId, layer: &LayerRow) -> bool {
        let is_read = self.asset(asset).is_some_and(AssetRow::is_read);
        let has_none = |lead| is_read || self.sidecar_for(lead).is_none();
        !layer.is_journalled
            && self.present().contains(asset)
            && self.is_away(layer.file, layer.folder, &layer.name)
            && self.lead_file(asset).is_some_and(has_none)
    }

    /// Whether the journal has what a photo's sidecar said.
    #[must_use]
    pub fn is_sidecar_journalled(&self, asset: AssetId) -> bool {
        self.layers.get(&asset).is_some_and(|layer| layer.is_journalled)
    }

    /// Whether what a photo's sidecar said is to stay, since its file left it.
    pub(super) fn is_layer_to_stay(&self, asset: AssetId) -> bool {
        let layer = self.layers.get(&asset);
        layer.is_some_and(|layer| layer.is_journalled || self.is_away(layer.file, layer.folder, &layer.name))
    }

    /// What a photo's sidecar said, where that is to stay, also with who parts from the photo.
    pub(crate) fn layer_to_stay(&self, asset: AssetId) -> Option<SidecarLayer> {
        let stays = self.is_layer_to_stay(asset);
        self.sidecar_layer(asset).filter(|_| stays)
    }

    /// The journal's word for a sidecar no longer counts: the photo has another.
    pub(super) fn drop_kept(&mut self, asset: AssetId, changes: &mut Changes) {
        if self.is_sidecar_journalled(asset) {
            self.layers.remove(&asset);
            changes.dirty.layers.insert(asset);
            self.doubt_facts(asset, changes);
        }
    }

    /// A photo begins with what the sidecar of another said, where that is to stay.
    pub(super) fn copy_layer(&mut self, from: AssetId, to: AssetId, changes: &mut Changes) {
        if !self.layers.contains_key(&to)
            && let Some(layer) = self.layer_to_stay(from)
        {
            self.put_layer(to, Some(&layer));
            changes.dirty.layers.insert(to);
            self.doubt_facts(to, changes);
        }
    }

    /// The journal has what a sidecar said. Who replays it has nothing else of it.
    pub(super) fn keep_sidecar(&mut self, kept: &KeptSidecar, changes: &mut Changes) {
        if self.asset(kept.asset).is_none() {
            return;
        }
        changes.dirty.layers.insert(kept.asset);
        // One that was written down before is what a replay has of an older sidecar.
        let layer = self.layers.get_mut(&kept.asset);
        if let Some(layer) = layer.filter(|layer| !layer.is_journalled) {
            layer.is_journalled = true;
            return;
        }
        let layer = SidecarLayer {
            file: kept.file,
            folder: kept.folder,
            name: kept.name.clone(),
            embedded: Facts::default(),
            sidecar: said_again(kept),
            is_journalled: true,
        };
        self.put_layer(kept.asset, Some(&layer));
        self.doubt_facts(kept.asset, changes);
    }

    /// The tags that these facts mean.
    #[must_use]
    pub fn tags_meant(&self, facts: FactsRef<'_>) -> Vec<TagId> {
        let mut tags: Vec<TagId> = self.led_to(facts.tags()).into_iter().collect();
        tags.retain(|tag| self.tag(*tag).is_some());
        tags.sort_unstable();
        tags
    }

    /// The sidecars of a library that say nothing of any photo, by path below its
    /// root, and why. Those that are still to be read are left out.
    #[must_use]
    pub fn unbound_sidecars(&self, library: LibraryId) -> Vec<(Vec<u8>, Unbound)> {
        let mut found = Vec::new();
        for folder in self.sidecar_folders(library) {
            let path = self.folder_path(folder);
            for one in self.sidecars_in(folder) {
                if let Some(why) = self.unbound(folder, &one.name) {
                    let parts = [path.as_slice(), &one.name];
                    let path = parts.into_iter().filter(|part| !part.is_empty());
                    found.push((path.collect::<Vec<_>>().join(&b'/'), why));
                }
            }
        }
        found
    }

    fn unbound(&self, folder: FolderId, sidecar: &[u8]) -> Option<Unbound> {
        let named = self.named_by(folder, sidecar);
        if named.is_empty() {
            return Some(Unbound::Orphan);
        }
        let asset = |id: FileId| self.file(id).map(|row| row.asset);
        for (id, _) in &named {
            let layer = self.layers.get(&asset(*id)?);
            if let Some(layer) = layer.filter(|row| row.folder == folder && *row.name == *sidecar) {
                let facts = layer.sidecar.read(&self.shared);
                return facts.unreadable().map(|why| Unbound::Unreadable(why.into()));
            }
        }
        let is_read = |id: FileId| {
            asset(id)
                .and_then(|id| self.asset(id))
                .is_some_and(|row| row.is_read())
        };
        if !named.iter().all(|(id, _)| is_read(*id)) {
            return None;
        }
        let is_best = |id: FileId| self.sidecar_for(id).is_some_and(|best| *best.name == *sidecar);
        let wanted = named.iter().any(|(id, _)| is_best(*id));
        Some(if wanted {
            Unbound::Ambiguous
        } else {
            Unbound::Overridden
        })
    }

    /// Takes note of sidecars that came, changed or went.
    pub(super) fn see_sidecars(
        &mut self,
        folder: FolderId,
        seen: &[SidecarStamp],
        gone: &[Box<[u8]>],
        changes: &mut Changes,
    ) {
        let list = self.sidecars.entry(folder).or_default();
        if !gone.is_empty() {
            let gone: std::collections::BTreeSet<&[u8]> = gone.iter().map(|name| &**name).collect();
            list.retain(|one| !gone.contains(&*one.name));
        }
        for stamp in seen {
            match list.binary_search_by(|one| one.name.cmp(&stamp.name)) {
                Ok(at) => {
                    if let Some(known) = list.get_mut(at) {
                        known.clone_from(stamp);
                    }
                }
                Err(at) => list.insert(at, stamp.clone()),
            }
        }
        if list.is_empty() {
            self.sidecars.remove(&folder);
        }
        changes.dirty.sidecars.insert(folder);
        for name in seen.iter().map(|stamp| &stamp.name).chain(gone) {
            for (file, _) in self.named_by(folder, name) {
                self.doubt_file(file, changes);
            }
        }
    }

    /// Has the files of a stem read again whose sidecar may be another one, because a
    /// file of that stem came to a folder or left it.
    pub(super) fn doubt_stem(&mut self, folder: FolderId, own_name: &[u8], changes: &mut Changes) {
        if !self.sidecars.contains_key(&folder) && self.layers.is_empty() {
            return;
        }
        for file in self.files_of_stem(folder, name::split_extension(own_name).0) {
            let layered = |file| {
                let layer = self.layers.get(&self.file(file)?.asset)?;
                Some(!self.is_away(layer.file, layer.folder, &layer.name))
            };
            if self.sidecar_for(file).is_some() || layered(file) == Some(true) {
                self.doubt_file(file, changes);
            }
        }
    }

    fn doubt_file(&mut self, file: FileId, changes: &mut Changes) {
        let Some(asset) = self.file(file).map(|row| row.asset) else {
            return;
        };
        self.doubt_facts(asset, changes);
    }

    /// Takes the layers of a photo; `None`: it has no sidecar.
    pub(super) fn put_layer(&mut self, asset: AssetId, layer: Option<&SidecarLayer>) {
        let Some(layer) = layer else {
            self.layers.remove(&asset);
            return;
        };
        let row = LayerRow {
            file: layer.file,
            folder: layer.folder,
            name: (*layer.name).into(),
            embedded: Packed::new(&layer.embedded, &mut self.shared),
            sidecar: Packed::new(&layer.sidecar, &mut self.shared),
            is_journalled: layer.is_journalled,
        };
        self.layers.insert(asset, Box::new(row));
    }
}
