//! The view as rows, and rows as the view.

use super::find::checksum_key;
use super::record::{Counters, FileRow, Mark};
use super::row::{CHUNK, PACK, Row, SetKind};
use super::{Dir, View};
use crate::catalog::{Facts, FieldKey, FieldValue, UserLayer};
use crate::event::FolderSeen;
use crate::kernel::port::Zones;
use crate::kernel::{
    AlbumId, AssetId, AssetSet, FileId, FileSet, FolderId, JobId, LibraryId, MountId, Revision, ShareId,
    ShotId, TagId, UserId,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Which rows an entry makes stale.
#[derive(Default)]
pub(super) struct Dirty {
    pub(super) counters: bool,
    pub(super) users: BTreeSet<UserId>,
    pub(super) libraries: BTreeSet<LibraryId>,
    pub(super) folders: BTreeSet<FolderId>,
    pub(super) files: FileSet,
    pub(super) facts: AssetSet,
    pub(super) edits: AssetSet,
    pub(super) revisions: AssetSet,
    pub(super) tags: BTreeSet<TagId>,
    pub(super) tag_added: BTreeMap<TagId, AssetSet>,
    pub(super) tag_suppressed: BTreeMap<TagId, AssetSet>,
    pub(super) albums: BTreeSet<AlbumId>,
    pub(super) album_assets: BTreeMap<AlbumId, AssetSet>,
    pub(super) claims: BTreeSet<Dir>,
    pub(super) shares: BTreeSet<ShareId>,
    pub(super) jobs: BTreeSet<JobId>,
    pub(super) mounts: BTreeSet<MountId>,
    pub(super) marks: BTreeSet<Revision>,
}

impl Dirty {
    /// Notes whose place in a tag's sets changed.
    pub(super) fn tag(&mut self, tag: TagId, added: &AssetSet, suppressed: &AssetSet) {
        *self.tag_added.entry(tag).or_default() |= added;
        *self.tag_suppressed.entry(tag).or_default() |= suppressed;
    }

    /// Notes who came into an album or left it.
    pub(super) fn album(&mut self, album: AlbumId, assets: &AssetSet) {
        *self.album_assets.entry(album).or_default() |= assets;
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
                .filter_map(|id| self.library(*id))
                .cloned()
                .map(Row::Library),
        );
        rows.extend(dirty.folders.iter().filter_map(|id| self.folder_row(*id)));
        rows.extend(
            dirty
                .files
                .iter()
                .filter_map(|id| Some(Row::File(id, self.file(id)?.clone()))),
        );
        rows.extend(dirty.facts.iter().filter_map(|id| self.facts_row(id)));
        rows.extend(packs(&dirty.edits).map(|pack| Row::Edits(pack, self.edits_pack(pack))));
        rows.extend(packs(&dirty.revisions).map(|pack| Row::Revisions(pack, self.revisions_pack(pack))));
        self.organization_rows(dirty, &mut rows);
        rows.extend(
            dirty
                .claims
                .iter()
                .map(|dir| Row::Claims(*dir, self.claims_of(*dir))),
        );
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
        for id in &dirty.albums {
            let album = self
                .album(*id)
                .map(|row| (row.owner, row.parent, row.name.clone()));
            rows.push(Row::Album(*id, album));
        }
        for (id, assets) in &dirty.album_assets {
            let all = self.album(*id).map(|row| &row.assets);
            rows.extend(chunks(SetKind::Album(*id), all, assets));
        }
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

    /// Facts; a stale mark is a row without any, so that they are read again.
    fn facts_row(&self, asset: AssetId) -> Option<Row> {
        let row = self.asset(asset)?;
        let facts = if row.stale { None } else { row.facts.clone() };
        Some(Row::Facts(asset, facts))
    }

    fn edits_pack(&self, pack: u32) -> Vec<(AssetId, UserLayer)> {
        pack_range(pack)
            .filter_map(|id| Some((id, self.asset(id)?.edits.as_deref()?.clone())))
            .collect()
    }

    fn revisions_pack(&self, pack: u32) -> Vec<(AssetId, Revision)> {
        pack_range(pack)
            .filter_map(|id| Some((id, self.asset(id)?.revision)))
            .filter(|(_, revision)| revision.number() > 0)
            .collect()
    }

    fn marks_pack(&self, pack: u64) -> Vec<(Revision, Mark)> {
        let first = Revision::new(pack * u64::from(PACK));
        let end = Revision::new((pack + 1) * u64::from(PACK));
        self.marks
            .range(first..end)
            .map(|(revision, mark)| (*revision, *mark))
            .collect()
    }

    fn claims_of(&self, dir: Dir) -> Owners {
        let mut claims: Owners = self
            .claims
            .get(&dir)
            .into_iter()
            .flatten()
            .map(|(stem, shot)| (self.stems.text(*stem).into(), *shot))
            .collect();
        claims.sort_unstable();
        claims
    }
}

/// Folded stems and who keeps them plain.
type Owners = Vec<(Box<str>, ShotId)>;

/// Makes a view of rows, which may come in any order.
pub struct Loader {
    view: View,
    folders: Vec<FolderSeen>,
    files: Vec<(FileId, FileRow)>,
    facts: Vec<(AssetId, Box<Facts>)>,
    edits: Vec<(AssetId, UserLayer)>,
    revisions: Vec<(AssetId, Revision)>,
    sets: Vec<(SetKind, AssetSet)>,
    claims: Vec<(Dir, Owners)>,
}

impl Loader {
    /// A loader of no rows yet.
    #[must_use]
    pub fn new(zones: Arc<dyn Zones>) -> Self {
        Self {
            view: View::new(zones),
            folders: Vec::new(),
            files: Vec::new(),
            facts: Vec::new(),
            edits: Vec::new(),
            revisions: Vec::new(),
            sets: Vec::new(),
            claims: Vec::new(),
        }
    }

    /// Takes a row. What others refer to is kept at once, the rest until the end.
    pub fn row(&mut self, row: Row) {
        let view = &mut self.view;
        match row {
            Row::Counters(counters) => view.next = merge(view.next, counters),
            Row::User(user) => {
                view.users.insert(user.id, user);
            }
            Row::Library(library) => view.put_library(library),
            Row::Folder(folder) => self.folders.push(folder),
            Row::File(id, file) => self.files.push((id, file)),
            Row::Facts(id, Some(facts)) => self.facts.push((id, facts)),
            Row::Edits(_, edits) => self.edits.extend(edits),
            Row::Revisions(_, revisions) => self.revisions.extend(revisions),
            Row::Tag(id, Some(tag)) => view.load_tag(id, tag),
            Row::Album(id, Some((owner, parent, name))) => view.put_album(id, owner, parent, &name),
            Row::Share(_, Some(share)) => view.put_share(share),
            Row::Mount(id, Some(mount)) => {
                view.mounts.insert(id, mount);
            }
            Row::Facts(_, None)
            | Row::Tag(_, None)
            | Row::Album(_, None)
            | Row::Share(_, None)
            | Row::Job(_, None)
            | Row::Mount(_, None) => {}
            Row::Set(kind, _, assets) => self.sets.push((kind, assets)),
            Row::Claims(dir, claims) => self.claims.push((dir, claims)),
            Row::Job(id, Some(job)) => {
                view.jobs.insert(id, job);
            }
            Row::Marks(_, marks) => view.marks.extend(marks),
        }
    }

    /// The view of these rows, which stand for this revision.
    #[must_use]
    pub fn finish(mut self, revision: Revision) -> View {
        let view = &mut self.view;
        view.revision = revision;
        // Parents have lower numbers than their children.
        self.folders.sort_unstable_by_key(|folder| folder.id);
        self.folders.iter().for_each(|folder| view.put_folder(folder));
        self.files.sort_unstable_by_key(|(id, _)| *id);
        for (id, file) in self.files {
            if file.is_present() {
                view.present.insert(file.asset);
            }
            if let Some(checksum) = &file.checksum {
                view.checksums.entry(checksum_key(checksum)).or_insert(file.asset);
            }
            // Nobody watches yet: what it does to other names is told to no one.
            let _ = view.put_file(id, file);
        }
        for (id, facts) in self.facts {
            view.load_facts(id, facts);
        }
        for (id, edits) in self.edits {
            if edits.get(FieldKey::Hidden) == Some(&FieldValue::Flag(true)) {
                view.hidden.insert(id);
            }
            for (key, value) in edits.iter() {
                if let (FieldKey::Favorite(user), FieldValue::Flag(true)) = (key, value) {
                    view.favorites.entry(user).or_default().insert(id);
                }
            }
            if let Some(row) = view.assets.get_mut(id) {
                row.edits = Some(Box::new(edits));
            }
        }
        for (id, revision) in self.revisions {
            if let Some(row) = view.assets.get_mut(id) {
                row.revision = revision;
            }
        }
        for (kind, assets) in &self.sets {
            let set = match kind {
                SetKind::TagAdded(tag) => view.tags.get_mut(tag).map(|row| &mut row.added),
                SetKind::TagSuppressed(tag) => view.tags.get_mut(tag).map(|row| &mut row.suppressed),
                SetKind::Album(album) => view.albums.get_mut(album).map(|row| &mut row.assets),
            };
            if let Some(set) = set {
                *set |= assets;
            }
        }
        for (dir, claims) in self.claims {
            for (stem, shot) in claims {
                let stem = view.stems.intern(&stem);
                view.claim_name(dir, stem, shot);
            }
        }
        let all: Vec<AssetId> = view.assets.iter().map(|(id, _)| id).collect();
        all.into_iter().for_each(|asset| view.index_date(asset));
        view.renew_all();
        self.view
    }
}

fn merge(a: Counters, b: Counters) -> Counters {
    let (a, mut b) = (a.numbers(), b.numbers());
    for (b, a) in b.iter_mut().zip(a) {
        *b = a.max(*b);
    }
    Counters::from_numbers(b)
}

fn packs(assets: &AssetSet) -> impl Iterator<Item = u32> {
    let packs: BTreeSet<u32> = assets.iter().map(|asset| asset.number() / PACK).collect();
    packs.into_iter()
}

fn pack_range(pack: u32) -> impl Iterator<Item = AssetId> {
    (pack * PACK..(pack + 1).saturating_mul(PACK)).map(AssetId::new)
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
