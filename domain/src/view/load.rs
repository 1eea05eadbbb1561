//! Rows as the view: what a start waits for.
//!
//! Files, facts, edits and revisions go into the view as they come; what refers to
//! others (a file to its folder, a chunk to its tag) is tied at the end, when all are there.
//!
//! At a million photos most of this is waiting for memory, which two processors do
//! better than one: facts are packed by the threads that read them, and files and
//! assets are tied by two.

use super::claims::folded_stem;
use super::compact::{Packed, Packer};
use super::persist::Owners;
use super::record::Counters;
use super::row::{Row, SetKind};
use super::shots::{enter_folder_and_asset, enter_shot};
use super::{Dir, View};
use crate::catalog::{Facts, FieldKey, FieldValue, UserLayer};
use crate::event::FolderSeen;
use crate::kernel::port::Zones;
use crate::kernel::{AssetId, AssetSet, DateKey, PersonId, Revision, TagId};
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// Makes a view of rows, which may come in any order and from several threads. Where
/// the counters come first, room for all is made at once.
pub struct Loader(Mutex<Loading>);

struct Loading {
    view: View,
    folders: Vec<FolderSeen>,
    sets: Vec<(SetKind, AssetSet)>,
    claims: Vec<(Dir, Owners)>,
}

impl Loader {
    /// A loader of no rows yet.
    #[must_use]
    pub fn new(zones: Arc<dyn Zones>) -> Self {
        Self(Mutex::new(Loading {
            view: View::new(zones),
            folders: Vec::new(),
            sets: Vec::new(),
            claims: Vec::new(),
        }))
    }

    /// Takes a row. Facts, most of what there is, are packed before others have to wait.
    pub fn row(&self, row: Row) {
        // Who panicked in it ends the load: nobody sees what it was doing.
        let loading = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Row::Facts(_, facts) = row {
            let packed = pack(&facts);
            loading().facts(&facts, packed);
        } else {
            loading().row(row);
        }
    }

    /// The view of these rows, which stand for this revision.
    #[must_use]
    pub fn finish(self, revision: Revision) -> View {
        let loading = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        loading.finish(revision)
    }
}

impl Loading {
    fn facts(&mut self, facts: &[(AssetId, Facts)], packed: Vec<Packed>) {
        for ((id, facts), mut packed) in facts.iter().zip(packed) {
            packed.share(facts, &mut self.view.shared);
            self.view.assets.change(*id, |row| row.facts = Some(packed));
        }
    }

    fn row(&mut self, row: Row) {
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
            Row::Facts(_, facts) => self.facts(&facts, pack(&facts)),
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

    fn finish(mut self, revision: Revision) -> View {
        let view = &mut self.view;
        view.revision = revision;
        self.folders.iter().for_each(|folder| view.put_folder(folder));
        // One that moved may lie in one that was seen after it.
        for folder in &self.folders {
            if let Some(parent) = folder.parent {
                view.adopt(parent, folder.id);
            }
        }
        view.tie_files();
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
        view.tie_assets();
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

    /// Ties files to their folders, assets and shots.
    fn tie_files(&mut self) {
        let Self {
            files,
            shots,
            stems,
            folders,
            assets,
            present,
            ..
        } = self;
        let to_shots = || {
            for (id, file) in files.iter() {
                // Nobody watches yet: what it does to other names is told to no one.
                let _ = enter_shot(
                    shots,
                    stems,
                    (file.shot, id, file.folder),
                    &folded_stem(&file.name),
                );
            }
        };
        let to_others = || {
            for (id, file) in files.iter() {
                if file.is_present() {
                    present.insert(file.asset);
                }
                enter_folder_and_asset(folders, assets, (id, file.folder, file.asset));
            }
        };
        both(to_shots, to_others);
    }

    /// Ties assets to their tags, their people, their dates and their contents; one without
    /// files is none.
    fn tie_assets(&mut self) {
        let end = self.assets.end();
        for id in (0..end).map(AssetId::new) {
            if self.assets.get(id).is_some_and(|row| row.files.is_empty()) {
                self.assets.remove(id);
            }
        }
        let (mut low, mut high) = (Ties::default(), Ties::default());
        both(|| low = self.ties(0..end / 2), || high = self.ties(end / 2..end));
        for ties in [low, high] {
            self.tie(ties);
        }
        for id in (0..end).map(AssetId::new) {
            self.enter_contents(id);
        }
    }

    /// What the assets of these numbers are tied to.
    fn ties(&self, numbers: Range<u32>) -> Ties {
        let mut ties = Ties::default();
        for id in numbers.map(AssetId::new) {
            let Some(row) = self.assets.get(id) else { continue };
            if let Some(facts) = &row.facts {
                for word in facts.read(&self.shared).tags() {
                    ties.words.entry(word).or_default().insert(id);
                }
            }
            for person in self.people_of(id) {
                ties.people.entry(person).or_default().insert(id);
            }
            match self.place_in_time(id) {
                Some(Some(key)) => {
                    ties.dates.entry(key).or_default().insert(id);
                }
                Some(None) => {
                    ties.undated.insert(id);
                }
                None => {}
            }
            if self.stack_keys(id).is_some() {
                ties.stacked.push(id);
            }
        }
        ties
    }

    fn tie(&mut self, ties: Ties) {
        for (word, assets) in ties.words {
            let mut led_to = Some(word);
            while let Some(tag) = led_to.and_then(|tag| self.tags.get_mut(&tag)) {
                tag.embedded |= &assets;
                led_to = tag.merged_into();
            }
        }
        for (person, assets) in ties.people {
            if let Some(row) = self.people.get_mut(&person) {
                row.assets |= &assets;
            }
        }
        for (key, assets) in ties.dates {
            *self.dates.entry(key).or_default() |= &assets;
        }
        self.undated |= &ties.undated;
        ties.stacked.into_iter().for_each(|asset| self.index_stack(asset));
    }
}

/// Who is tied to what, of some assets.
#[derive(Default)]
struct Ties {
    /// By the tags that files name.
    words: FxHashMap<TagId, AssetSet>,
    people: FxHashMap<PersonId, AssetSet>,
    dates: FxHashMap<DateKey, AssetSet>,
    undated: AssetSet,
    stacked: Vec<AssetId>,
}

/// Does both, at the same time where the system has a thread for it.
#[expect(
    clippy::disallowed_methods,
    reason = "who starts waits for this; the thread does no more than the caller would and ends with the call"
)]
fn both(mut one: impl FnMut() + Send, other: impl FnOnce()) {
    let is_done = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("load".to_owned());
        let is_begun = thread.spawn_scoped(scope, &mut one).is_ok();
        other();
        is_begun
    });
    if !is_done {
        one();
    }
}

fn pack(facts: &[(AssetId, Facts)]) -> Vec<Packed> {
    let mut packer = Packer::new();
    facts.iter().map(|(_, facts)| packer.pack(facts)).collect()
}

fn merge(a: Counters, b: Counters) -> Counters {
    let (a, mut b) = (a.numbers(), b.numbers());
    for (b, a) in b.iter_mut().zip(a) {
        *b = a.max(*b);
    }
    Counters::from_numbers(b)
}
