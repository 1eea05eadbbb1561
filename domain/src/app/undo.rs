//! Taking an edit back: the inverse of its events, as far as nobody has
//! changed the same thing since.
//!
//! A later edit of the same field of the same photo stands: it is left alone
//! and counted in the summary. Taking back an undo does the edit again; from
//! then on that entry stands for the edit, under either number.
//!
//! Redo goes the way back that undo came, one edit a time, until a new edit is
//! made: then there is nothing to redo.

use super::inverse::{Graves, Inverse};
use super::{App, AppError};
use crate::event::{ChangeSet, Entry, EntryKind};
use crate::kernel::{Owner, Revision, UserId};
use crate::view::{Mark, View};

const UNDONE: &str = "undone: ";
const AGAIN: &str = "done again: ";

/// Whether an entry takes an edit back, and does not do one again.
fn is_undo(view: &View, mark: &Mark) -> bool {
    let undone = |mark: &Mark| mark.undoes.and_then(|of| view.mark(of)).copied();
    std::iter::successors(Some(*mark), undone).count() % 2 == 0
}

/// The entry by which an edit stands now: itself, or what did it again.
fn standing(view: &View, mut revision: Revision) -> Result<Revision, AppError> {
    let undone_by = |revision| view.mark(revision).and_then(|mark| mark.undone_by);
    while let Some(by) = undone_by(revision) {
        revision = undone_by(by).ok_or(AppError::UndoneAlready { revision, by })?;
    }
    Ok(revision)
}

impl App {
    pub(super) fn decide_undo(&self, user: UserId, wanted: Option<Revision>) -> Result<ChangeSet, AppError> {
        let revision = match wanted {
            Some(revision) => revision,
            None => self.last_standing(user).ok_or(AppError::NothingToUndo)?,
        };
        let revision = standing(&self.view(), revision)?;
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
        let mut undoing = Inverse::of(&entry, &view, Owner::User(user), Graves::default());
        if undoing.is_orphaned {
            let graves = self.graves_after(&view, revision)?;
            undoing = Inverse::of(&entry, &view, Owner::User(user), graves);
        }
        if let Some(what) = undoing.overtaken {
            return Err(AppError::Overtaken { revision, what });
        }
        let left = undoing.left_alone.len();
        let mut summary = match entry.summary.strip_prefix(UNDONE) {
            Some(edit) => format!("{AGAIN}{edit}"),
            None => format!(
                "{UNDONE}{}",
                entry.summary.strip_prefix(AGAIN).unwrap_or(&entry.summary)
            ),
        };
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

    pub(super) fn decide_redo(&self, user: UserId) -> Result<ChangeSet, AppError> {
        let undo = self.last_undo(user).ok_or(AppError::NothingToRedo)?;
        self.decide_undo(user, Some(undo))
    }

    /// The last undo of this person that stands, unless an edit was made since;
    /// what was done again is no such edit.
    fn last_undo(&self, user: UserId) -> Option<Revision> {
        let view = self.view();
        view.marks()
            .rev()
            .filter(|(_, mark)| mark.user == user)
            .take_while(|(_, mark)| mark.undoes.is_some())
            .find(|(_, mark)| mark.undone_by.is_none() && is_undo(&view, mark))
            .map(|(revision, _)| revision)
    }

    /// The last edit of this person that stands; an undo is none, a redo is one.
    fn last_standing(&self, user: UserId) -> Option<Revision> {
        let view = self.view();
        view.marks()
            .rev()
            .find(|(_, mark)| mark.user == user && mark.undone_by.is_none() && !is_undo(&view, mark))
            .map(|(revision, _)| revision)
    }

    /// What undoing left bare after this revision, and took away.
    fn graves_after(&self, view: &View, revision: Revision) -> Result<Graves, AppError> {
        let mut graves = Graves::default();
        self.journal.replay(revision, &mut |at, entry| {
            graves.note(&entry, view.mark(at).is_some_and(|mark| is_undo(view, mark)));
            true
        })?;
        Ok(graves)
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
