//! The view as rows: what of it an entry made stale in the store.

use super::record::{Doubt, FileRow, Mark};
use super::row::{AlbumAtRest, CHUNK, PACK, ROW_PACK, Row, SetKind, sheaf_of};
use super::{Dir, View};
use crate::catalog::{Facts, UserLayer};
use crate::event::FolderSeen;
use crate::kernel::{
    AlbumId, AssetId, AssetSet, Checksum, CollectionId, FileId, FileSet, FolderId, Id, IdSet, JobId,
    LibraryId, MountId, PersonId, Revision, ShareId, ShotId, TagId, UserId,
};
use crate::sidecar::SidecarLayer;
use std::collections::{BTreeMap, BTreeSet};

/// Which rows an entry makes stale.
#[derive(Default)]
pub(super) struct Dirty {
    pub(super) counters: bool,
    pub(super) users: BTreeSet<UserId>,
    pub(super) libraries: BTreeSet<LibraryId>,
    pub(super) folders: BTreeSet<FolderId>,
    pub(super) sidecars: BTreeSet<FolderId>,
    pub(super) files: FileSet,
    pub(super) facts: AssetSet,
    pub(super) layers: AssetSet,
    pub(super) edits: AssetSet,
    pub(super) revisions: AssetSet,
    pub(super) tags: BTreeSet<TagId>,
    pub(super) tag_added: BTreeMap<TagId, AssetSet>,
    pub(super) tag_suppressed: BTreeMap<TagId, AssetSet>,
    pub(super) people: BTreeSet<PersonId>,
    pub(super) albums: BTreeSet<AlbumId>,
    pub(super) album_assets: BTreeMap<AlbumId, AssetSet>,
    pub(super) album_excluded: BTreeMap<AlbumId, AssetSet>,
    pub(super) collections: BTreeSet<CollectionId>,
    pub(super) claims: BTreeMap<Dir, BTreeSet<u16>>,
    pub(super) shares: BTreeSet<ShareId>,
    pub(super) jobs: BTreeSet<JobId>,
    pub(super) mounts: BTreeSet<MountId>,
    pub(super) aliases: AssetSet,
    pub(super) formers: AssetSet,
    pub(super) doubts: FileSet,
    pub(super) marks: BTreeSet<Revision>,
}

impl Dirty {
    /// Notes whose place in a tag's sets changed.
    pub(super) fn tag(&mut self, tag: TagId, added: &AssetSet, suppressed: &AssetSet) {
        *self.tag_added.entry(tag).or_default() |= added;
        *self.tag_suppressed.entry(tag).or_default() |= suppressed;
    }

    /// Notes who was put into an album or taken out.
    pub(super) fn album(&mut self, album: AlbumId, assets: &AssetSet) {
        *self.album_assets.entry(album).or_default() |= assets;
    }

    /// Notes who was excluded from an album or readmitted.
    pub(super) fn excluded(&mut self, album: AlbumId, assets: &AssetSet) {
        *self.album_excluded.entry(album).or_default() |= assets;
    }
}

impl View {
    /// The rows that these marks call for, as they are now.
    pub(super) fn rows(&self, dirty: &Dirty) -> Vec<Row> {
        let mut rows = Vec::new();
        if dirty.counters {
            rows.push(Row::Counters(self.next));
        }
        rows.extend(
            dirty
                .users
                .iter()
                .filter_map(|id| self.users.get(id))
                .cloned()
                .map(Row::User),
        );
        rows.extend(
            dirty
                .libraries
                .iter()
                .filter_map(|id| self.any_library(*id))
                .cloned()
                .map(Row::Library),
        );
        rows.extend(dirty.folders.iter().filter_map(|id| self.folder_row(*id)));
        rows.extend(packs(&dirty.files, ROW_PACK).map(|pack| Row::Files(pack, self.files_pack(pack))));
        rows.extend(packs(&dirty.facts, ROW_PACK).map(|pack| Row::Facts(pack, self.facts_pack(pack))));
        rows.extend(
            dirty
                .sidecars
                .iter()
                .map(|id| Row::Sidecars(*id, self.sidecars_in(*id).to_vec())),
        );
        rows.extend(packs(&dirty.layers, ROW_PACK).map(|pack| Row::Layers(pack, self.layers_pack(pack))));
        rows.extend(packs(&dirty.edits, PACK).map(|pack| Row::Edits(pack, self.edits_pack(pack))));
        rows.extend(
            packs(&dirty.revisions, PACK).map(|pack| Row::Revisions(pack, self.revisions_pack(pack))),
        );
        self.organization_rows(dirty, &mut rows);
        rows.extend(packs(&dirty.aliases, PACK).map(|pack| Row::Aliases(pack, self.aliases_pack(pack))));
        rows.extend(packs(&dirty.formers, ROW_PACK).map(|pack| Row::Formers(pack, self.formers_pack(pack))));
        rows.extend(packs(&dirty.doubts, ROW_PACK).map(|pack| Row::Doubts(pack, self.doubts_pack(pack))));
        for (dir, sheaves) in &dirty.claims {
            let sheaves = self.claims_of(*dir, sheaves).into_iter();
            rows.extend(sheaves.map(|(sheaf, claims)| Row::Claims(*dir, sheaf, claims)));
        }
        rows.extend(
            dirty
                .shares
                .iter()
                .map(|id| Row::Share(*id, self.share(*id).cloned())),
        );
        rows.extend(dirty.jobs.iter().map(|id| Row::Job(*id, self.job(*id).cloned())));
        let mount = |id: &MountId| Row::Mount(*id, self.mount(*id).cloned());
        rows.extend(dirty.mounts.iter().map(mount));
        let packs: BTreeSet<u64> = dirty
            .marks
            .iter()
            .map(|revision| revision.number() / u64::from(PACK))
            .collect();
        rows.extend(
            packs
                .into_iter()
                .map(|pack| Row::Marks(pack, self.marks_pack(pack))),
        );
        rows
    }

    fn organization_rows(&self, dirty: &Dirty, rows: &mut Vec<Row>) {
        for id in &dirty.tags {
            rows.push(Row::Tag(*id, self.tag_at_rest(*id)));
        }
        for (id, assets) in &dirty.tag_added {
            let all = self.any_tag(*id).map(|row| &row.added);
            rows.extend(chunks(SetKind::TagAdded(*id), all, assets));
        }
        for (id, assets) in &dirty.tag_suppressed {
            let all = self.any_tag(*id).map(|row| &row.suppressed);
            rows.extend(chunks(SetKind::TagSuppressed(*id), all, assets));
        }
        let person = |id: &PersonId| Some(Row::Person(*id, self.person_at_rest(*id)?));
        rows.extend(dirty.people.iter().filter_map(person));
        for id in &dirty.albums {
            let album = self.album(*id).map(|row| AlbumAtRest {
                owner: row.owner,
                place: row.place(),
                settings: row.settings.clone(),
            });
            rows.push(Row::Album(*id, album));
        }
        for (id, assets) in &dirty.album_assets {
            let all = self.album(*id).map(|row| &row.included);
            rows.extend(chunks(SetKind::Album(*id), all, assets));
        }
        for (id, assets) in &dirty.album_excluded {
            let all = self.album(*id).map(|row| &row.excluded);
            rows.extend(chunks(SetKind::AlbumExcluded(*id), all, assets));
        }
        let collection = |id: &CollectionId| Row::Collection(*id, self.collection(*id).cloned());
        rows.extend(dirty.collections.iter().map(collection));
    }

    fn folder_row(&self, id: FolderId) -> Option<Row> {
        let row = self.folder(id)?;
        let (library, parent, name) = (row.library, row.parent, row.name.clone());
        Some(Row::Folder(FolderSeen {
            id,
            library,
            parent,
            name,
        }))
    }

    fn files_pack(&self, pack: u32) -> Vec<(FileId, FileRow)> {
        pack_range(pack, ROW_PACK)
            .filter_map(|id| Some((id, self.file(id)?.clone())))
            .collect()
    }

    /// Facts; an asset with a stale mark has none, so that they are read again.
    fn facts_pack(&self, pack: u32) -> Vec<(AssetId, Facts)> {
        pack_range(pack, ROW_PACK)
            .filter_map(|id| {
                let packed = self.asset(id)?.facts.as_ref()?;
                (!packed.is_stale()).then(|| (id, packed.read(&self.shared).to_facts()))
            })
            .collect()
    }

    fn layers_pack(&self, pack: u32) -> Vec<(AssetId, SidecarLayer)> {
        pack_range(pack, ROW_PACK)
            .filter_map(|id| Some((id, self.sidecar_layer(id)?)))
            .collect()
    }

    fn edits_pack(&self, pack: u32) -> Vec<(AssetId, UserLayer)> {
        pack_range(pack, PACK)
            .filter_map(|id| Some((id, self.asset(id)?.edits.as_deref()?.clone())))
            .collect()
    }

    fn revisions_pack(&self, pack: u32) -> Vec<(AssetId, Revision)> {
        pack_range(pack, PACK)
            .filter_map(|id| Some((id, self.asset(id)?.revision)))
            .filter(|(_, revision)| revision.number() > 0)
            .collect()
    }

    fn aliases_pack(&self, pack: u32) -> Vec<(AssetId, AssetId)> {
        let range = self.aliases.range(range_of::<AssetId>(pack, PACK));
        range.map(|(from, into)| (*from, *into)).collect()
    }

    fn formers_pack(&self, pack: u32) -> Vec<(AssetId, Vec<Checksum>)> {
        let range = self.formers.range(range_of::<AssetId>(pack, ROW_PACK));
        range.map(|(asset, formers)| (*asset, formers.clone())).collect()
    }

    fn doubts_pack(&self, pack: u32) -> Vec<(FileId, Doubt)> {
        let range = self.doubts.range(range_of::<FileId>(pack, ROW_PACK));
        range.map(|(file, doubt)| (*file, doubt.clone())).collect()
    }

    fn marks_pack(&self, pack: u64) -> Vec<(Revision, Mark)> {
        let first = Revision::new(pack * u64::from(PACK));
        let end = Revision::new((pack + 1) * u64::from(PACK));
        self.marks
            .range(first..end)
            .map(|(revision, mark)| (*revision, *mark))
            .collect()
    }

    /// These sheaves of the claims in a dir, each sorted.
    fn claims_of(&self, dir: Dir, sheaves: &BTreeSet<u16>) -> BTreeMap<u16, Owners> {
        let mut found: BTreeMap<u16, Owners> = sheaves.iter().map(|sheaf| (*sheaf, Owners::new())).collect();
        for (stem, shot) in self.claims.get(&dir).into_iter().flatten() {
            let text = self.stems.text(*stem);
            if let Some(claims) = found.get_mut(&sheaf_of(text)) {
                claims.push((text.into(), *shot));
            }
        }
        found.values_mut().for_each(|claims| claims.sort_unstable());
        found
    }
}

/// Folded stems and who keeps them plain.
pub(super) type Owners = Vec<(Box<str>, ShotId)>;

/// The packs of this size that hold any of these.
fn packs<I: Id>(ids: &IdSet<I>, size: u32) -> impl Iterator<Item = u32> {
    let packs: BTreeSet<u32> = ids.iter().map(|id| id.number() / size).collect();
    packs.into_iter()
}

/// The numbers of a pack.
fn pack_range<I: Id>(pack: u32, size: u32) -> impl Iterator<Item = I> {
    (pack * size..(pack + 1).saturating_mul(size)).map(I::new)
}

/// The same from its first to its last.
fn range_of<I: Id>(pack: u32, size: u32) -> std::ops::RangeInclusive<I> {
    let first = pack * size;
    I::new(first)..=I::new(first.saturating_add(size - 1))
}

/// The chunks of a set that hold any of `dirty`, as they are now.
fn chunks(kind: SetKind, all: Option<&AssetSet>, dirty: &AssetSet) -> Vec<Row> {
    let numbers: BTreeSet<u32> = dirty.iter().map(|asset| asset.number() / CHUNK).collect();
    let chunk = |number: u32| {
        let first = number * CHUNK;
        let wanted = first..=first + (CHUNK - 1);
        let bits = all
            .map(|all| all.bitmap().range(wanted).collect())
            .unwrap_or_default();
        Row::Set(kind, number, AssetSet::from_bitmap(bits))
    };
    numbers.into_iter().map(chunk).collect()
}
