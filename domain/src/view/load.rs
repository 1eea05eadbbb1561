//! Rows as the view: what a start waits for.
//!
//! Files, facts, edits and revisions go into the view as they come; what refers to
//! others (a file to its folder, a chunk to its tag) is tied at the end, in one pass
//! over the files and one over the assets. So nothing is held twice.

use super::compact::Packed;
use super::persist::Owners;
use super::record::Counters;
use super::row::{Row, SetKind};
use super::{Dir, View};
use crate::catalog::{Facts, FieldKey, FieldValue, UserLayer};
use crate::event::FolderSeen;
use crate::kernel::port::Zones;
use crate::kernel::{AssetId, AssetSet, FileId, Revision};
use std::sync::Arc;

/// Makes a view of rows, which may come in any order. Where the counters come
/// first, room for all is made at once.
pub struct Loader {
    view: View,
    folders: Vec<FolderSeen>,
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
            sets: Vec::new(),
            claims: Vec::new(),
        }
    }

    /// Takes a row.
    pub fn row(&mut self, row: Row) {
        let view = &mut self.view;
        match row {
            Row::Counters(counters) => {
                view.next = merge(view.next, counters);
                view.reserve(counters);
            }
            Row::User(user) => {
                view.users.insert(user.id, user);
            }
            Row::Library(library) => view.put_library(library),
            Row::Folder(folder) => self.folders.push(folder),
            Row::Files(_, files) => {
                for (id, file) in files {
                    view.files.insert(id, file);
                }
            }
            Row::Facts(_, facts) => {
                for (id, facts) in facts {
                    view.load_facts(id, &facts);
                }
            }
            Row::Sidecars(folder, sidecars) => {
                if !sidecars.is_empty() {
                    view.sidecars.insert(folder, sidecars);
                }
            }
            Row::Layers(_, layers) => {
                for (id, layer) in layers {
                    view.put_layer(id, Some(&layer));
                }
            }
            Row::Edits(_, edits) => {
                for (id, edits) in edits {
                    view.load_edits(id, edits);
                }
            }
            Row::Revisions(_, revisions) => {
                for (id, revision) in revisions {
                    view.assets.change(id, |row| row.revision = revision);
                }
            }
            Row::Aliases(_, aliases) => view.aliases.extend(aliases),
            Row::Formers(_, formers) => view.formers.extend(formers),
            Row::Doubts(_, doubts) => view.doubts.extend(doubts),
            Row::Tag(id, Some(tag)) => view.load_tag(id, tag),
            Row::Person(id, person) => view.load_person(id, person),
            Row::Album(id, Some(album)) => view.load_album(id, album),
            Row::Collection(_, Some(collection)) => view.put_collection(collection),
            Row::Share(_, Some(share)) => view.put_share(share),
            Row::Mount(id, Some(mount)) => {
                view.mounts.insert(id, mount);
            }
            Row::Tag(_, None)
            | Row::Album(_, None)
            | Row::Share(_, None)
            | Row::Collection(_, None)
            | Row::Job(_, None)
            | Row::Mount(_, None) => {}
            Row::Set(kind, _, assets) => self.sets.push((kind, assets)),
            Row::Claims(dir, _, claims) => self.claims.push((dir, claims)),
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
        self.folders.iter().for_each(|folder| view.put_folder(folder));
        // One that moved may lie in one that was seen after it.
        for folder in &self.folders {
            if let Some(parent) = folder.parent {
                view.adopt(parent, folder.id);
            }
        }
        for number in 0..view.files.end() {
            view.load_file(FileId::new(number));
        }
        for (kind, assets) in &self.sets {
            let set = match kind {
                SetKind::TagAdded(tag) => view.tags.get_mut(tag).map(|row| &mut row.added),
                SetKind::TagSuppressed(tag) => view.tags.get_mut(tag).map(|row| &mut row.suppressed),
                SetKind::Album(album) => view.albums.get_mut(album).map(|row| &mut row.included),
                SetKind::AlbumExcluded(album) => view.albums.get_mut(album).map(|row| &mut row.excluded),
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
        for number in 0..view.assets.end() {
            view.load_asset(AssetId::new(number));
        }
        let copied = view.assets.iter().filter(|(_, row)| row.files.len() > 1);
        let copied: AssetSet = copied.map(|(id, _)| id).collect();
        view.renew_duplicates(&copied);
        view.renew_all();
        self.view
    }
}

impl View {
    /// Makes room for as many rows as were ever handed out.
    fn reserve(&mut self, counters: Counters) {
        self.files.reserve(counters.file());
        self.assets.reserve(counters.asset());
        self.shots.reserve(counters.shot());
    }

    fn load_facts(&mut self, asset: AssetId, facts: &Facts) {
        let packed = Packed::new(facts, &mut self.shared);
        self.assets.change(asset, |row| row.facts = Some(packed));
    }

    fn load_edits(&mut self, asset: AssetId, edits: UserLayer) {
        if edits.get(FieldKey::Hidden) == Some(&FieldValue::Flag(true)) {
            self.hidden.insert(asset);
        }
        for (key, value) in edits.iter() {
            if let (FieldKey::Favorite(user), FieldValue::Flag(true)) = (key, value) {
                self.favorites.entry(user).or_default().insert(asset);
            }
        }
        self.assets.change(asset, |row| row.edits = Some(Box::new(edits)));
    }

    /// Ties a file to its folder, asset and shot.
    fn load_file(&mut self, id: FileId) {
        let Some(row) = self.files.get(id) else { return };
        let (asset, is_present) = (row.asset, row.is_present());
        if is_present {
            self.present.insert(asset);
        }
        // Nobody watches yet: what it does to other names is told to no one.
        let _ = self.tie_file(id);
    }

    /// Ties an asset to its tags, its people and its date; one without files is none.
    fn load_asset(&mut self, id: AssetId) {
        let Some(row) = self.assets.get(id) else { return };
        if row.files.is_empty() {
            self.assets.remove(id);
            return;
        }
        if let Some(facts) = &row.facts {
            for word in facts.read(&self.shared).tags() {
                let mut led_to = Some(word);
                while let Some(tag) = led_to.and_then(|tag| self.tags.get_mut(&tag)) {
                    tag.embedded.insert(id);
                    led_to = tag.merged_into();
                }
            }
        }
        self.load_people_of(id);
        self.index_stack(id);
        self.index_date(id);
        self.enter_contents(id);
    }
}

fn merge(a: Counters, b: Counters) -> Counters {
    let (a, mut b) = (a.numbers(), b.numbers());
    for (b, a) in b.iter_mut().zip(a) {
        *b = a.max(*b);
    }
    Counters::from_numbers(b)
}
