//! The events that take an entry's events back.
//!
//! The entry is walked backwards. What changed since is left alone. A tag or an
//! album that the entry made goes with its last photo and child; one that it
//! deleted is made again under its old number, unless its name has been given to
//! another meanwhile: then that one takes its place, for its children too. What it
//! lay in is made again with it, if that went only because an undo left it bare
//! (`graves`). What was renamed, moved, merged or deleted goes back wholly or, if something else
//! happened to it since, the whole entry stands; so does what is set of an album, and
//! a collection (`albums`). What another program wrote into a file is taken back by an
//! edit above it (`brought`).

mod albums;
mod brought;
mod graves;
mod people;

pub(super) use graves::Graves;

use super::led::event_led;
use crate::catalog::FieldKey;
use crate::event::{AlbumPlace, DateEdit, Entry, Event, TagPlace};
use crate::kernel::{AlbumId, AssetId, AssetSet, Owner, TagId};
use crate::organization::plan::TagPlan;
use crate::organization::{AlbumSettings, TagFate};
use crate::organization::{FaceEdit, FaceId, PersonPlan};
use crate::sharing::{Scope, Share};
use crate::view::View;
use rustc_hash::{FxHashMap, FxHashSet};

pub(super) struct Inverse<'a> {
    pub(super) view: &'a View,
    /// The people as the events so far leave them.
    pub(super) people: PersonPlan<'a>,
    /// Edits of faces as the events so far leave them.
    pub(super) faces: FxHashMap<(AssetId, FaceId), Option<FaceEdit>>,
    /// The tree of tags as the events so far leave it.
    plan: TagPlan<'a>,
    /// What cannot go back because something else is in its place since.
    pub(super) overtaken: Option<String>,
    /// What the events so far take tags away by suppressing.
    suppressed: FxHashMap<TagId, AssetSet>,
    /// Albums that the events so far put elsewhere.
    put: FxHashMap<AlbumId, AlbumPlace>,
    /// What is set of albums after the events so far, where those set it.
    settings: FxHashMap<AlbumId, AlbumSettings>,
    /// Who may be in albums again by the events so far.
    readmitted: FxHashMap<AlbumId, AssetSet>,
    pub(super) events: Vec<Event>,
    pub(super) touched: AssetSet,
    pub(super) left_alone: AssetSet,
    tags: Fate<TagId>,
    albums: Fate<AlbumId>,
    /// What undoing left bare since the entry, and took away.
    graves: Graves,
    /// Whether something was not made again because what it lay in is not there.
    pub(super) is_orphaned: bool,
}

/// What the events so far make of tags (or albums) that the view does not show yet.
struct Fate<I> {
    /// What they take out, so that an emptied one can go too.
    emptied: FxHashMap<I, AssetSet>,
    gone: FxHashSet<I>,
    made: FxHashSet<I>,
    /// Which stands for one that is not made again because its name is taken.
    stands_for: FxHashMap<I, I>,
}

impl<I: Copy + Eq + std::hash::Hash> Fate<I> {
    fn new() -> Self {
        Self {
            emptied: FxHashMap::default(),
            gone: FxHashSet::default(),
            made: FxHashSet::default(),
            stands_for: FxHashMap::default(),
        }
    }

    fn now(&self, id: I) -> I {
        self.stands_for.get(&id).copied().unwrap_or(id)
    }

    fn would_be_bare(&self, id: I, members: &AssetSet) -> bool {
        match self.emptied.get(&id) {
            Some(emptied) => (members - emptied).is_empty(),
            None => members.is_empty(),
        }
    }
}

impl<'a> Inverse<'a> {
    /// What takes this entry back, in the world as it is now.
    pub(super) fn of(entry: &Entry, view: &'a View, owner: Owner, graves: Graves) -> Self {
        let mut inverse = Self {
            view,
            people: PersonPlan::new(view, owner),
            faces: FxHashMap::default(),
            plan: TagPlan::new(view, owner),
            overtaken: None,
            suppressed: FxHashMap::default(),
            put: FxHashMap::default(),
            settings: FxHashMap::default(),
            readmitted: FxHashMap::default(),
            events: Vec::new(),
            touched: AssetSet::new(),
            left_alone: AssetSet::new(),
            tags: Fate::new(),
            albums: Fate::new(),
            graves,
            is_orphaned: false,
        };
        let led = |event| event_led(view, event);
        entry
            .events
            .iter()
            .rev()
            .map(led)
            .for_each(|event| inverse.event(&event));
        inverse
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one arm an event: a table that is read as one"
    )]
    fn event(&mut self, event: &Event) {
        match event {
            Event::FieldEdited {
                key: FieldKey::Face(face),
                after,
                before,
            } => self.faces_again(*face, after.as_ref(), before),
            Event::FieldEdited { key, after, before } => {
                for (old, assets) in before {
                    let as_left = |asset: &AssetId| self.view.edit(*asset, *key) == after.as_ref();
                    let now: AssetSet = assets.iter().filter(as_left).collect();
                    self.touch(assets, &now);
                    if !now.is_empty() {
                        self.events.push(Event::FieldEdited {
                            key: *key,
                            after: old.clone(),
                            before: vec![(after.clone(), now)],
                        });
                    }
                }
            }
            Event::DatesEdited { dates } => self.dates(dates),
            Event::FieldsBrought { values } => self.unbring(values),
            Event::TagBrought { tag, gained, lost } => self.unbring_tag(*tag, gained, lost),
            Event::TagAssigned { .. }
            | Event::TagUnassigned { .. }
            | Event::TagCreated { .. }
            | Event::TagDeleted { .. } => self.tag(event),
            Event::TagPlaced { tag, before, after } => self.place_tag(*tag, before, after),
            Event::TagWorded {
                owner,
                parent,
                name,
                before,
                after,
            } => {
                let is_there = |tag: &TagId| self.plan.place(*tag).is_some();
                if self.plan.word(*parent, name) == *after && before.as_ref().is_none_or(is_there) {
                    self.add_tag_event(Event::TagWorded {
                        owner: *owner,
                        parent: *parent,
                        name: name.clone(),
                        before: *after,
                        after: *before,
                    });
                }
            }
            Event::PersonCreated { .. } | Event::PersonPlaced { .. } | Event::PersonWorded { .. } => {
                self.person(event);
            }
            Event::AlbumPlaced { album, before, after } => self.place_album(*album, before, after),
            Event::AlbumFilled { .. }
            | Event::AlbumEmptied { .. }
            | Event::AlbumCreated { .. }
            | Event::AlbumDeleted { .. } => self.album(event),
            Event::AlbumExcluded {
                album,
                excluded,
                readmitted,
            } => self.exclude(*album, readmitted, excluded),
            Event::AlbumSet { album, setting } => self.set_album(*album, setting),
            Event::CollectionSet { before, after } => {
                self.set_collection(after.as_ref(), before.as_ref());
            }
            Event::ShareCreated { share } => {
                if let Some(share) = self.view.share(share.id) {
                    let share = share.clone();
                    self.events.push(Event::ShareRevoked { share });
                }
            }
            Event::ShareRevoked { share } => self.share_again(share),
            Event::UserRegistered { .. }
            | Event::LibraryAdded { .. }
            | Event::LibraryStateChanged { .. }
            | Event::LibraryRelocated { .. }
            | Event::LibraryRemoved { .. }
            | Event::FoldersSeen { .. }
            | Event::FolderMoved { .. }
            | Event::FilesRegistered { .. }
            | Event::FilesChanged { .. }
            | Event::FilesJudged { .. }
            | Event::AssetsMerged { .. }
            | Event::ContentsParted { .. }
            | Event::AssetsForgotten { .. }
            | Event::FilesMoved { .. }
            | Event::FilesGone { .. }
            | Event::FilesReturned { .. }
            | Event::FactsRecorded { .. }
            | Event::FacesMoved { .. }
            | Event::ChecksumsRecorded { .. }
            | Event::NamesClaimed { .. }
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

    /// Makes a share again whose making was taken back, if its name is free and
    /// there still is what it showed.
    fn share_again(&mut self, share: &Share) {
        let is_there = match &share.scope {
            Scope::Album(album) => self.view.album(*album).is_some(),
            Scope::Tag(tag) => self.view.tag(*tag).is_some(),
            Scope::Person(person) => self.view.person(*person).is_some(),
            Scope::Library(library) => self.view.library(*library).is_some(),
            Scope::Folder(folder) => self.view.library(self.view.library_of(*folder)).is_some(),
            Scope::Collection(id) => self.view.collection(*id).is_some(),
            Scope::Query(_) | Scope::Assets(_) => true,
        };
        if is_there && self.view.share_named(share.owner, &share.name).is_none() {
            let share = share.clone();
            self.events.push(Event::ShareCreated { share });
        }
    }

    fn dates(&mut self, dates: &[DateEdit]) {
        let as_left = |edit: &DateEdit| self.view.date_edit(edit.asset) == edit.after;
        let swapped = |edit: &DateEdit| DateEdit {
            asset: edit.asset,
            before: edit.after,
            after: edit.before,
        };
        let wanted = dates.iter().map(|edit| edit.asset).collect();
        let dates: Vec<DateEdit> = dates.iter().filter(|edit| as_left(edit)).map(swapped).collect();
        let now = dates.iter().map(|edit| edit.asset).collect();
        self.touch(&wanted, &now);
        if !dates.is_empty() {
            self.events.push(Event::DatesEdited { dates });
        }
    }

    pub(super) fn touch(&mut self, wanted: &AssetSet, done: &AssetSet) {
        self.touched |= done;
        self.left_alone |= &(wanted - done);
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the caller sends the events of tags alone"
    )]
    fn tag(&mut self, event: &Event) {
        match event {
            Event::TagAssigned { tag, added, restored } => self.unassign(*tag, added, restored),
            Event::TagUnassigned {
                tag,
                removed,
                suppressed,
            } => self.assign(self.tags.now(*tag), removed, suppressed),
            Event::TagCreated {
                tag,
                owner,
                parent,
                name,
            } => {
                let Some(row) = self.view.tag(*tag).filter(|_| self.plan.is_live(*tag)) else {
                    return;
                };
                let bare = self.tags.would_be_bare(*tag, &row.added) && !self.is_read(*tag, &row.embedded);
                let as_made = self
                    .plan
                    .place(*tag)
                    .is_some_and(|place| place.parent == *parent && place.name == *name);
                if bare && as_made && !self.plan.is_meant(*tag) && self.plan.children(*tag).is_empty() {
                    self.tags.gone.insert(*tag);
                    self.add_tag_event(Event::TagDeleted {
                        tag: *tag,
                        owner: *owner,
                        parent: *parent,
                        name: name.clone(),
                    });
                }
            }
            Event::TagDeleted {
                tag,
                owner,
                parent,
                name,
            } => {
                if self.plan.place(*tag).is_some() {
                    return;
                }
                let parent = parent.map(|parent| self.tag_now(parent));
                if !parent.is_none_or(|parent| self.plan.is_live(parent)) {
                    self.is_orphaned = true;
                    return;
                }
                let word = self.plan.word(parent, name).map(|of| self.plan.last(of));
                if let Some(other) = self.plan.child(parent, name).or(word) {
                    self.tags.stands_for.insert(*tag, other);
                    return;
                }
                self.tags.made.insert(*tag);
                self.add_tag_event(Event::TagCreated {
                    tag: *tag,
                    owner: *owner,
                    parent,
                    name: name.clone(),
                });
            }
            _ => {}
        }
    }

    fn add_tag_event(&mut self, event: Event) {
        self.plan.note(&event);
        self.events.push(event);
    }

    /// Puts a tag back to where it was, if it is still where it was put then.
    fn place_tag(&mut self, tag: TagId, before: &TagPlace, after: &TagPlace) {
        let overtaken = match before.fate {
            _ if self.plan.place(tag).as_ref() != Some(after) => true,
            TagFate::Live => !self.can_live(tag, before),
            TagFate::Deleted => {
                // A tag that was given back stays as long as somebody uses it.
                if !self.is_bare(tag) {
                    return;
                }
                false
            }
            TagFate::Merged(into) => self.plan.last(into) == tag || !self.plan.children(tag).is_empty(),
        };
        if overtaken {
            self.overtaken.get_or_insert_with(|| self.plan.path(tag));
            return;
        }
        self.add_tag_event(Event::TagPlaced {
            tag,
            before: after.clone(),
            after: before.clone(),
        });
    }

    /// Whether the place is free for a tag, in the tree and not below itself.
    fn can_live(&self, tag: TagId, place: &TagPlace) -> bool {
        let (parent, plan) = (place.parent, &self.plan);
        let above = parent.is_none_or(|parent| plan.is_live(parent) && !plan.is_below(parent, tag));
        let is_own = |other: TagId| other == tag;
        // What is merged into it, or deleted, gives way.
        let word = plan.word(parent, &place.name).map(|of| plan.last(of));
        above
            && plan.child(parent, &place.name).is_none_or(is_own)
            && word.is_none_or(|of| of == tag || plan.last(tag) == of)
    }

    /// Whether nobody has the tag after the events so far, and nothing is below it.
    fn is_bare(&self, tag: TagId) -> bool {
        let Some(row) = self.view.any_tag(tag) else {
            return true;
        };
        let suppressed = self.suppressed.get(&tag).cloned().unwrap_or_default();
        let read = &(&row.embedded - &row.suppressed) - &suppressed;
        let bare = self.tags.would_be_bare(tag, &row.added) && !self.is_read(tag, &read);
        bare && self.plan.children(tag).is_empty()
    }

    /// Whether files of any of these photos lead to the tag after the events so far.
    fn is_read(&self, tag: TagId, photos: &AssetSet) -> bool {
        photos.iter().any(|asset| {
            let facts = self.view.facts(asset);
            facts.is_some_and(|facts| facts.tags().any(|word| self.plan.leads(word, tag)))
        })
    }

    fn unassign(&mut self, tag: TagId, added: &AssetSet, restored: &AssetSet) {
        let wanted = added | restored;
        if !self.plan.is_live(tag) {
            return self.touch(&wanted, &AssetSet::new());
        }
        // Also where no file has it at the moment: the next events may lead one to it.
        let (removed, suppressed) = match self.view.any_tag(tag) {
            Some(row) => (added & &row.added, restored - &row.suppressed),
            None => (AssetSet::new(), restored.clone()),
        };
        *self.tags.emptied.entry(tag).or_default() |= &removed;
        *self.suppressed.entry(tag).or_default() |= &suppressed;
        self.touch(&wanted, &(&removed | &suppressed));
        if !removed.is_empty() || !suppressed.is_empty() {
            self.events.push(Event::TagUnassigned {
                tag,
                removed,
                suppressed,
            });
        }
    }

    fn assign(&mut self, tag: TagId, removed: &AssetSet, suppressed: &AssetSet) {
        let wanted = removed | suppressed;
        let row = self.view.any_tag(tag).filter(|_| self.plan.is_live(tag));
        let (added, restored) = match row {
            // Whose file has it too was given it all the same.
            Some(row) => (removed - &row.added, suppressed & &row.suppressed),
            // Made again just now: nobody has it, and no file can.
            None if self.tags.made.contains(&tag) => (removed.clone(), AssetSet::new()),
            None => return self.touch(&wanted, &AssetSet::new()),
        };
        self.touch(&wanted, &(&added | &restored));
        if !added.is_empty() || !restored.is_empty() {
            self.events.push(Event::TagAssigned { tag, added, restored });
        }
    }
}
