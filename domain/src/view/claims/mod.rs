//! Which claims a decision has to carry: found before it is journalled, so that
//! the journal says who keeps a plain name, whatever code replays it. Who has a name is for `owners`.

mod owners;

pub(super) use owners::KeptOwners;

use super::names::Claim;
use super::{Dir, FactsRef, TagRow, View};
use crate::catalog::{FieldKey, FieldValue};
use crate::event::{ChangeSet, Event, FileMoved, FileSeen};
use crate::kernel::{AlbumId, AssetId, AssetSet, FileId, FolderId, ShotId, TagId, Taken, name};
use crate::organization::{AlbumSetting, TagFate};
use owners::Owners;
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// The claims that these changes make necessary.
pub(crate) fn claims(view: &View, change: &ChangeSet) -> Vec<Claim> {
    let mut finder = Finder {
        view,
        moved: FxHashMap::default(),
        stems: FxHashMap::default(),
        seen: FxHashMap::default(),
        made: FxHashSet::default(),
        owners: FxHashMap::default(),
        merged: FxHashMap::default(),
        smart: FxHashMap::default(),
        united: FxHashMap::default(),
        groups: FxHashMap::default(),
        newcomers: FxHashMap::default(),
        claims: Vec::new(),
    };
    for event in &change.events {
        if let Event::FilesMoved { files } = event {
            finder.note_moves(files);
        }
        if let Event::TagPlaced { tag, after, .. } = event
            && let TagFate::Merged(into) = after.fate
        {
            finder.merged.insert(*tag, into);
        }
        if let Event::AssetsMerged { merges, .. } = event {
            finder.note_groups(merges.iter().map(|merge| (merge.into, merge.from)));
        }
        if let Event::ContentsParted { partings, .. } = event {
            finder.note_groups(partings.iter().map(|parting| (parting.into, parting.from)));
        }
        finder.note_newcomers(event);
        if let Event::AlbumSet {
            album,
            setting: AlbumSetting::Rule { after, .. },
        } = event
        {
            finder.smart.insert(*album, after.is_some());
        }
        if let Event::AlbumDeleted { album, .. } = event {
            finder.smart.remove(album);
        }
    }
    for event in &change.events {
        finder.event(event, change);
    }
    finder.keep_owners();
    finder.claims
}

struct Finder<'a> {
    view: &'a View,
    /// Where these very changes take files, and into which shots.
    moved: FxHashMap<FileId, (FolderId, ShotId)>,
    /// The stems that they give to shots: a claim is kept under its owner's stem
    /// as it is after them, so an owner that loses the stem must not get one.
    stems: FxHashMap<ShotId, String>,
    /// The first shot of a stem that joins a dir by these very changes.
    seen: FxHashMap<(Dir, String), ShotId>,
    /// The claims below: ten thousand photos of three cameras make thousands.
    made: FxHashSet<Claim>,
    /// What is known of who has a stem in the dirs that photos join.
    owners: FxHashMap<Dir, Owners>,
    /// Albums whose rule these very changes give, change or take: whether they have one after.
    smart: FxHashMap<AlbumId, bool>,
    /// Tags that these very changes merge into others.
    merged: FxHashMap<TagId, TagId>,
    /// The photos that tags get by that.
    united: FxHashMap<TagId, AssetSet>,
    /// Photos that these very changes make one, or of which one gets the places of the other, by each of them.
    groups: FxHashMap<AssetId, Rc<AssetSet>>,
    /// Photos that these very changes make, each with its shot and the shot's stem.
    newcomers: FxHashMap<AssetId, (ShotId, String)>,
    claims: Vec<Claim>,
}

impl Finder<'_> {
    #[expect(
        clippy::too_many_lines,
        reason = "one arm an event: a table that is read as one"
    )]
    fn event(&mut self, event: &Event, change: &ChangeSet) {
        match event {
            Event::FilesRegistered { files } => {
                for file in files {
                    self.joins(Dir::Folder(file.folder), file.shot, &folded_stem(&file.name));
                }
            }
            Event::FilesMoved { files } => {
                for file in files {
                    self.moves(
                        file.id,
                        Dir::Folder(file.folder),
                        file.shot,
                        &folded_stem(&file.name),
                    );
                }
            }
            Event::FactsRecorded { .. } => {
                for (asset, facts) in &change.facts {
                    for tag in &facts.tags {
                        self.asset_joins(Dir::Tag(self.counts_for(*tag)), *asset);
                    }
                    if self.view.edit(*asset, FieldKey::Taken).is_none() {
                        self.takes_date(*asset, facts.taken);
                    }
                }
            }
            Event::FieldEdited {
                key: FieldKey::Taken,
                after,
                before,
            } => {
                let assets = before.iter().flat_map(|(_, assets)| assets.iter());
                self.edits_date(after.as_ref(), assets);
            }
            Event::DatesEdited { dates } => {
                for edit in dates {
                    let read = || self.view.facts(edit.asset).and_then(FactsRef::taken);
                    self.takes_date(edit.asset, edit.after.or_else(read));
                }
            }
            Event::TagAssigned { tag, added, restored } => {
                self.assets_join(Dir::Tag(*tag), added);
                self.assets_join(Dir::Tag(*tag), restored);
            }
            Event::TagPlaced { tag, after, .. } => self.places(*tag, after.fate),
            Event::AlbumFilled { album, assets } => self.fills(*album, assets),
            Event::AlbumSet { album, .. } => self.sets(*album),
            Event::AssetsMerged { .. } | Event::ContentsParted { .. } => self.merges(),
            Event::UserRegistered { .. }
            | Event::LibraryAdded { .. }
            | Event::LibraryStateChanged { .. }
            | Event::LibraryRelocated { .. }
            | Event::LibraryRemoved { .. }
            | Event::FoldersSeen { .. }
            | Event::FolderMoved { .. }
            | Event::FilesChanged { .. }
            | Event::FilesJudged { .. }
            | Event::AssetsForgotten { .. }
            | Event::FilesGone { .. }
            | Event::FilesReturned { .. }
            | Event::ChecksumsRecorded { .. }
            | Event::FieldEdited { .. }
            | Event::TagCreated { .. }
            | Event::TagDeleted { .. }
            | Event::TagWorded { .. }
            | Event::TagUnassigned { .. }
            | Event::FieldsBrought { .. }
            | Event::TagBrought { .. }
            | Event::FacesMoved { .. }
            | Event::PersonCreated { .. }
            | Event::PersonPlaced { .. }
            | Event::PersonWorded { .. }
            | Event::AlbumCreated { .. }
            | Event::AlbumDeleted { .. }
            | Event::AlbumPlaced { .. }
            | Event::AlbumEmptied { .. }
            | Event::AlbumExcluded { .. }
            | Event::CollectionSet { .. }
            | Event::NamesClaimed { .. }
            | Event::ShareCreated { .. }
            | Event::ShareRevoked { .. }
            | Event::JobEnqueued { .. }
            | Event::JobSettled { .. }
            | Event::JobUpdated { .. }
            | Event::JobsForgotten { .. }
            | Event::FactsDoubted { .. }
            | Event::SidecarsSeen { .. }
            | Event::SidecarsKept { .. }
            | Event::SidecarsReplaced { .. }
            | Event::MountAdded { .. }
            | Event::MountRemoved { .. } => {}
        }
    }

    /// Whether an album has a rule after these changes: then it has no claims.
    fn is_smart(&self, album: AlbumId) -> bool {
        let now = self.smart.get(&album).copied();
        now.unwrap_or_else(|| self.view.is_smart(album))
    }

    /// Whether an album loses its rule by these changes: nobody has a plain name in
    /// it yet but by older claims, and all who stay join anew.
    fn becomes_plain(&self, album: AlbumId) -> bool {
        self.smart.get(&album) == Some(&false) && self.view.is_smart(album)
    }

    fn is_new(&self, dir: Dir) -> bool {
        matches!(dir, Dir::Album(album) if self.becomes_plain(album))
    }

    /// Photos are put into an album.
    fn fills(&mut self, album: AlbumId, assets: &AssetSet) {
        if !self.is_smart(album) {
            self.assets_join(Dir::Album(album), assets);
        }
    }

    /// Something is set of an album: perhaps its rule is taken.
    fn sets(&mut self, album: AlbumId) {
        if self.becomes_plain(album) {
            let included = self.view.album(album).map(|row| row.included.clone());
            self.assets_join(Dir::Album(album), &included.unwrap_or_default());
        }
    }

    /// The date of photos is edited, or its edit dropped.
    fn edits_date(&mut self, after: Option<&FieldValue>, assets: impl Iterator<Item = AssetId>) {
        for asset in assets {
            let taken = match after {
                Some(FieldValue::Taken(taken)) => Some(*taken),
                _ => self.view.facts(asset).and_then(FactsRef::taken),
            };
            self.takes_date(asset, taken);
        }
    }

    fn note_moves(&mut self, files: &[FileMoved]) {
        for file in files {
            self.moved.insert(file.id, (file.folder, file.shot));
            self.stems.insert(file.shot, folded_stem(&file.name));
        }
    }

    fn moves(&mut self, file: FileId, folder: Dir, shot: ShotId, stem: &str) {
        self.joins(folder, shot, stem);
        let Some(asset) = self.view.file(file).map(|row| row.asset) else {
            return;
        };
        for dir in self.view.stored_dirs_of(asset) {
            self.joins(dir, shot, stem);
        }
    }

    /// A tag gets the photos of one that is merged into it, and a tag that is
    /// back those that are led to it.
    fn places(&mut self, tag: TagId, fate: TagFate) {
        let own = self.view.any_tag(tag).map(TagRow::assets).unwrap_or_default();
        let mut all = self.united.get(&tag).cloned().unwrap_or_default();
        all |= &own;
        match fate {
            TagFate::Live => self.assets_join(Dir::Tag(tag), &all),
            TagFate::Deleted => {}
            TagFate::Merged(into) => {
                *self.united.entry(into).or_default() |= &all;
                self.assets_join(Dir::Tag(into), &all);
            }
        }
    }

    /// The tag in whose folder a photo comes, after these changes.
    fn counts_for(&self, tag: TagId) -> TagId {
        let last = self.view.tag_chain(tag).last().unwrap_or(tag);
        self.merged.get(&last).copied().unwrap_or(last)
    }

    fn takes_date(&mut self, asset: AssetId, taken: Option<Taken>) {
        match taken {
            Some(taken) => {
                for key in taken.date_key().with_coarser() {
                    self.asset_joins(Dir::Date(key), asset);
                }
            }
            None => self.asset_joins(Dir::Undated, asset),
        }
    }

    fn assets_join(&mut self, dir: Dir, assets: &AssetSet) {
        for asset in assets.iter() {
            self.asset_joins(dir, asset);
        }
    }

    fn asset_joins(&mut self, dir: Dir, asset: AssetId) {
        if self.view.is_in(dir, asset) && !self.is_new(dir) {
            return;
        }
        self.files_join(dir, asset);
    }

    /// Every file of a photo may be the one it is shown by some day: also those that come
    /// to it by these very changes, after its own.
    fn files_join(&mut self, dir: Dir, asset: AssetId) {
        self.own_files_join(dir, asset);
        if let Some(group) = self.groups.get(&asset).cloned() {
            for other in group.iter().filter(|other| *other != asset) {
                self.own_files_join(dir, other);
            }
        }
    }

    fn own_files_join(&mut self, dir: Dir, asset: AssetId) {
        let view = self.view;
        if let Some((shot, stem)) = self.newcomers.get(&asset).cloned() {
            self.joins(dir, shot, &stem);
        }
        let files = view.asset(asset).map_or(&[][..], |row| &row.files);
        for file in files.iter().filter_map(|file| view.file(*file)) {
            let Some(shot) = view.shot(file.shot) else {
                continue;
            };
            // Most stems are one shot's: nothing can clash, and nothing has to be looked up.
            if view.stems.shots(shot.stem_id).len() > 1 {
                self.joins(dir, file.shot, view.stems.text(shot.stem_id));
            }
        }
    }

    fn note_newcomers(&mut self, event: &Event) {
        if let Event::FilesJudged { parted, .. } = event {
            for (file, asset) in parted {
                if let Some(row) = self.view.file(*file) {
                    self.newcomers.insert(*asset, (row.shot, folded_stem(&row.name)));
                }
            }
        }
        if let Event::FilesRegistered { files } = event {
            let made = |file: &FileSeen| (file.asset, (file.shot, folded_stem(&file.name)));
            self.newcomers.extend(files.iter().map(made));
        }
    }

    /// Notes which photos become one by these changes, or get the places of another.
    fn note_groups(&mut self, pairs: impl Iterator<Item = (AssetId, AssetId)>) {
        let mut groups: FxHashMap<AssetId, AssetSet> = FxHashMap::default();
        for (into, from) in pairs {
            let group = groups.entry(into).or_insert_with(|| AssetSet::one(into));
            group.insert(from);
        }
        for mut group in groups.into_values() {
            for asset in group.clone().iter() {
                if let Some(known) = self.groups.get(&asset) {
                    group |= known;
                }
            }
            let group = Rc::new(group);
            for asset in group.iter() {
                self.groups.insert(asset, group.clone());
            }
        }
    }

    /// The files of each come into the directories of all that it is one with now.
    fn merges(&mut self) {
        let all = self.groups.keys().copied().collect();
        for (dir, assets) in self.view.places(&all) {
            if !self.view.is_query(dir) {
                // Those that are in it first: their names stay.
                let own: Vec<AssetId> = assets.iter().collect();
                own.iter().for_each(|asset| self.own_files_join(dir, *asset));
                own.iter().for_each(|asset| self.files_join(dir, *asset));
            }
        }
    }

    fn joins(&mut self, dir: Dir, shot: ShotId, stem: &str) {
        if name::is_tricky(stem) {
            return;
        }
        if let Some(first) = self.seen.get(&(dir, stem.to_owned())) {
            let claim = Claim { dir, shot: *first };
            if *first != shot && !self.made.contains(&claim) && !self.is_claimed(dir, stem) {
                self.claim(claim);
            }
            return;
        }
        self.seen.insert((dir, stem.to_owned()), shot);
        if self.is_claimed(dir, stem) {
            return;
        }
        if let Some(owner) = self.owner_in(dir, stem).filter(|owner| *owner != shot) {
            self.claim(Claim { dir, shot: owner });
            self.seen.insert((dir, stem.to_owned()), owner);
        }
    }

    fn claim(&mut self, claim: Claim) {
        self.made.insert(claim);
        self.claims.push(claim);
    }

    fn is_claimed(&self, dir: Dir, stem: &str) -> bool {
        self.view
            .stems
            .id(stem)
            .is_some_and(|id| self.view.keeper(dir, id).is_some())
    }
}

/// The stem of a file name, portable and folded.
pub(super) fn folded_stem(file_name: &[u8]) -> String {
    let (stem, _) = name::split_extension(file_name);
    name::fold(&name::portable(stem))
}
