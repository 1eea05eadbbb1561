//! Taking an edit back: the inverse of its events, as far as nobody has
//! changed the same thing since.
//!
//! A later edit of the same field of the same photo stands: it is left alone
//! and counted in the summary. Taking back an undo does the edit again.

use super::{App, AppError};
use crate::event::{ChangeSet, Entry, EntryKind, Event};
use crate::kernel::{AlbumId, AssetSet, Revision, TagId, UserId};
use crate::view::View;
use rustc_hash::{FxHashMap, FxHashSet};

impl App {
    pub(super) fn decide_undo(&self, user: UserId, wanted: Option<Revision>) -> Result<ChangeSet, AppError> {
        let revision = match wanted {
            Some(revision) => revision,
            None => self.last_standing(user).ok_or(AppError::NothingToUndo)?,
        };
        let mark = self.view().mark(revision).copied();
        if let Some(by) = mark.and_then(|mark| mark.undone_by) {
            return Err(AppError::UndoneAlready { revision, by });
        }
        let entry = self.entry(revision)?.ok_or(AppError::NoRevision { revision })?;
        match entry.kind {
            EntryKind::Edit => {}
            EntryKind::Observation | EntryKind::Irrevocable => {
                return Err(AppError::NotUndoable {
                    revision,
                    summary: entry.summary,
                });
            }
        }
        let view = self.view();
        let mut undoing = Undoing::new(&view);
        entry.events.iter().rev().for_each(|event| undoing.event(event));
        let left = undoing.left_alone.len();
        let mut summary = format!("undone: {}", entry.summary);
        if left > 0 {
            summary.push_str(&format!(" ({left} changed since, left as they are)"));
        }
        let touched = undoing.touched.len();
        let mut change = ChangeSet::new(EntryKind::Edit, summary, undoing.events).touching(touched);
        change.undoes = Some(revision);
        if change.events.is_empty() {
            return Err(AppError::NothingLeft { revision });
        }
        Ok(change)
    }

    /// The last edit of this person that stands and is no undo itself.
    fn last_standing(&self, user: UserId) -> Option<Revision> {
        let view = self.view();
        view.marks()
            .rev()
            .find(|(_, mark)| mark.user == user && mark.undoes.is_none() && mark.undone_by.is_none())
            .map(|(revision, _)| revision)
    }

    /// The entry of this revision, from the journal.
    ///
    /// # Errors
    /// If the journal cannot be read.
    pub fn entry(&self, revision: Revision) -> Result<Option<Entry>, AppError> {
        let mut found = None;
        if revision.number() == 0 || revision > self.journal.last() {
            return Ok(None);
        }
        self.journal
            .replay(Revision::new(revision.number() - 1), &mut |at, entry| {
                if at == revision {
                    found = Some(entry);
                }
                false
            })?;
        Ok(found)
    }
}

struct Undoing<'a> {
    view: &'a View,
    events: Vec<Event>,
    touched: AssetSet,
    left_alone: AssetSet,
    /// What the events so far take out, so that an emptied tag can go too.
    tags_emptied: FxHashMap<TagId, AssetSet>,
    tags_gone: FxHashSet<TagId>,
    albums_emptied: FxHashMap<AlbumId, AssetSet>,
    albums_gone: FxHashSet<AlbumId>,
}

impl<'a> Undoing<'a> {
    fn new(view: &'a View) -> Self {
        Self {
            view,
            events: Vec::new(),
            touched: AssetSet::new(),
            left_alone: AssetSet::new(),
            tags_emptied: FxHashMap::default(),
            tags_gone: FxHashSet::default(),
            albums_emptied: FxHashMap::default(),
            albums_gone: FxHashSet::default(),
        }
    }

    fn event(&mut self, event: &Event) {
        match event {
            Event::FieldEdited { key, after, before } => {
                for (old, assets) in before {
                    let as_left =
                        |asset: &crate::kernel::AssetId| self.view.edit(*asset, *key) == after.as_ref();
                    let now: AssetSet = assets.iter().filter(as_left).collect();
                    self.left_alone |= &(assets - &now);
                    if !now.is_empty() {
                        self.touched |= &now;
                        let before = vec![(after.clone(), now)];
                        self.events.push(Event::FieldEdited {
                            key: *key,
                            after: old.clone(),
                            before,
                        });
                    }
                }
            }
            Event::TagAssigned { tag, added, restored } => {
                let Some(row) = self.view.tag(*tag) else { return };
                let removed = added & &row.added;
                let suppressed = &(restored & &row.embedded) - &row.suppressed;
                self.tags_emptied.entry(*tag).or_default().extend(removed.iter());
                self.touch(&(added | restored), &(&removed | &suppressed));
                if !removed.is_empty() || !suppressed.is_empty() {
                    self.events.push(Event::TagUnassigned {
                        tag: *tag,
                        removed,
                        suppressed,
                    });
                }
            }
            Event::TagUnassigned {
                tag,
                removed,
                suppressed,
            } => {
                let Some(row) = self.view.tag(*tag) else { return };
                let added = removed - &row.assets();
                let restored = suppressed & &row.suppressed;
                self.touch(&(removed | suppressed), &(&added | &restored));
                if !added.is_empty() || !restored.is_empty() {
                    self.events.push(Event::TagAssigned {
                        tag: *tag,
                        added,
                        restored,
                    });
                }
            }
            Event::AlbumFilled { album, assets } => {
                let Some(row) = self.view.album(*album) else {
                    return;
                };
                let out = assets & &row.assets;
                self.albums_emptied.entry(*album).or_default().extend(out.iter());
                self.touch(assets, &out);
                if !out.is_empty() {
                    self.events.push(Event::AlbumEmptied {
                        album: *album,
                        assets: out,
                    });
                }
            }
            Event::AlbumEmptied { album, assets } => {
                let Some(row) = self.view.album(*album) else {
                    return;
                };
                let back = assets - &row.assets;
                self.touch(assets, &back);
                if !back.is_empty() {
                    self.events.push(Event::AlbumFilled {
                        album: *album,
                        assets: back,
                    });
                }
            }
            Event::TagCreated { .. }
            | Event::TagDeleted { .. }
            | Event::AlbumCreated { .. }
            | Event::AlbumDeleted { .. } => self.existence(event),
            Event::UserRegistered { .. }
            | Event::LibraryAdded { .. }
            | Event::LibraryStateChanged { .. }
            | Event::FoldersSeen { .. }
            | Event::FilesRegistered { .. }
            | Event::FilesChanged { .. }
            | Event::FilesMoved { .. }
            | Event::FilesGone { .. }
            | Event::FilesReturned { .. }
            | Event::FactsRecorded { .. }
            | Event::ChecksumsRecorded { .. }
            | Event::NamesClaimed { .. }
            | Event::JobEnqueued { .. }
            | Event::JobSettled { .. } => {}
        }
    }

    fn touch(&mut self, wanted: &AssetSet, done: &AssetSet) {
        self.touched |= done;
        self.left_alone |= &(wanted - done);
    }

    /// Makes again what was deleted, and deletes what was made if nothing is in it.
    fn existence(&mut self, event: &Event) {
        match event.clone() {
            Event::TagCreated {
                tag,
                owner,
                parent,
                name,
            } => {
                let Some(row) = self.view.tag(tag) else { return };
                let emptied = self.tags_emptied.get(&tag).cloned().unwrap_or_default();
                let bare = (&row.added - &emptied).is_empty() && row.embedded.is_empty();
                let childless = self
                    .view
                    .tag_children(owner, Some(tag))
                    .all(|child| self.tags_gone.contains(&child));
                if bare && childless {
                    self.tags_gone.insert(tag);
                    self.events.push(Event::TagDeleted {
                        tag,
                        owner,
                        parent,
                        name,
                    });
                }
            }
            Event::TagDeleted {
                tag,
                owner,
                parent,
                name,
            } => {
                if self.view.tag(tag).is_none() && self.view.tag_child(owner, parent, &name).is_none() {
                    self.events.push(Event::TagCreated {
                        tag,
                        owner,
                        parent,
                        name,
                    });
                }
            }
            Event::AlbumCreated {
                album,
                owner,
                parent,
                name,
            } => {
                let Some(row) = self.view.album(album) else { return };
                let emptied = self.albums_emptied.get(&album).cloned().unwrap_or_default();
                let bare = (&row.assets - &emptied).is_empty();
                let mut children = self.view.album_children(owner, Some(album));
                if bare && children.all(|child| self.albums_gone.contains(&child)) {
                    self.albums_gone.insert(album);
                    self.events.push(Event::AlbumDeleted {
                        album,
                        owner,
                        parent,
                        name,
                    });
                }
            }
            Event::AlbumDeleted {
                album,
                owner,
                parent,
                name,
            } => {
                if self.view.album(album).is_none() && self.view.album_child(owner, parent, &name).is_none() {
                    self.events.push(Event::AlbumCreated {
                        album,
                        owner,
                        parent,
                        name,
                    });
                }
            }
            _ => {}
        }
    }
}
