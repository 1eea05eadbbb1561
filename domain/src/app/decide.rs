//! Which handler decides which command.

use super::edit::edit_assets;
use super::led::led;
use super::{App, AppError};
use crate::command::Command;
use crate::event::{ChangeSet, EntryKind, Event};
use crate::identity::Actor;
use crate::kernel::Owner;
use crate::{catalog, organization, processing, sharing, sidecar, storage};

impl App {
    /// Decides; changes nothing. Whatever decided it, what is shared stays, and what
    /// albums stand on.
    pub(super) fn decide(&self, actor: Actor, command: &Command) -> Result<ChangeSet, AppError> {
        let change = self.handle(actor, command)?;
        sharing::keep_shared(&self.view(), &change.events)?;
        organization::keep_rules(&self.view(), &change.events)?;
        Ok(change)
    }

    fn handle(&self, actor: Actor, command: &Command) -> Result<ChangeSet, AppError> {
        let user = actor.user();
        let owner = Owner::User(user);
        let now = self.clock.now().as_second();
        if let Command::Undo(revision) = command {
            return self.decide_undo(user, *revision);
        }
        if *command == Command::Redo {
            return self.decide_redo(user);
        }
        let view = &*self.view();
        Ok(match &*led(view, command) {
            Command::RegisterUser(user) => {
                if view.users().any(|known| known == user) {
                    ChangeSet::none("known already")
                } else {
                    let event = Event::UserRegistered { user: user.clone() };
                    ChangeSet::new(EntryKind::Irrevocable, format!("user {}", user.name), vec![event])
                }
            }
            Command::AddLibrary(new) => storage::add_library(view, owner, new)?,
            Command::RelocateLibrary(c) => storage::relocate_library(view, owner, c.library, &c.root)?,
            Command::RemoveLibrary(library) => storage::remove_library(view, owner, *library)?,
            Command::SetLibraryState(c) => storage::set_library_state(view, c.library, c.state)?,
            Command::RegisterFiles(c) => storage::register_files(view, c.library, &c.files, now)?,
            Command::UpdateFiles(c) => storage::update_files(view, c)?,
            Command::NoteSidecars(c) => sidecar::note_sidecars(view, c)?,
            Command::KeepSidecars(assets) => sidecar::keep_sidecars(view, assets),
            Command::RecordFacts(c) => catalog::record_facts(view, owner, c, now)?,
            Command::RecordChecksums(c) => catalog::record_checksums(view, c)?,
            Command::ForgetAssets(assets) => catalog::forget_assets(view, assets)?,
            Command::SetFields(c) => catalog::set_fields(view, user, &c.assets, &c.values)?,
            Command::ClearFields(c) => catalog::clear_fields(view, user, &c.assets, &c.fields)?,
            Command::SetDate(c) => catalog::set_date(view, &c.assets, c.taken)?,
            Command::ChangeDates(c) => catalog::change_dates(view, &c.assets, &c.change)?,
            Command::EditAssets(c) => edit_assets(view, user, c)?,
            Command::ChangeStack(change) => catalog::change_stack(view, change)?,
            Command::AddTag(c) => organization::add_tag(view, owner, &c.tag, &c.assets)?,
            Command::RemoveTag(c) => organization::remove_tag(view, owner, &c.tag, &c.assets)?,
            Command::ArrangeTags(how) => organization::arrange_tags(view, owner, how)?,
            Command::ArrangeAlbums(how) => organization::arrange_album(view, owner, how)?,
            Command::EditFace(c) => organization::edit_face(view, owner, c.asset, &c.change)?,
            Command::ArrangePeople(how) => organization::arrange_people(view, owner, how)?,
            Command::CreateAlbum(new) => organization::create_album(view, owner, new)?,
            Command::AddToAlbum(c) => organization::include_in_album(view, owner, &c.album, &c.assets)?,
            Command::RemoveFromAlbum(c) => organization::remove_from_album(view, owner, &c.album, &c.assets)?,
            Command::ExcludeFromAlbum(c) => {
                organization::exclude_from_album(view, owner, &c.album, &c.assets)?
            }
            Command::ChangeAlbum(c) => organization::change_album(view, owner, &c.album, &c.changes)?,
            Command::ChangeCollection(change) => organization::change_collection(view, owner, change)?,
            Command::CreateShare(new) => sharing::create_share(view, owner, new)?,
            Command::RevokeShare(share) => sharing::revoke_share(view, owner, *share)?,
            Command::EnqueueJob(c) => processing::enqueue_job(view, c, now)?,
            Command::SettleJob(c) => processing::settle_job(view, c.job, &c.outcome, now)?,
            Command::PauseJob(job) => processing::pause_job(view, *job)?,
            Command::ResumeJob(job) => processing::resume_job(view, *job)?,
            Command::CancelJob(job) => processing::cancel_job(view, *job, now)?,
            Command::RetryJob(job) => processing::retry_job(view, *job, now)?,
            Command::AddMount(new) => storage::add_mount(view, owner, new)?,
            Command::RemoveMount(mount) => storage::remove_mount(view, *mount)?,
            Command::Undo(_) | Command::Redo => ChangeSet::none("decided above"),
        })
    }
}
