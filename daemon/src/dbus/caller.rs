//! Who calls, and the one bridge from async to the domain.
//!
//! On the daemon's own socket each client has a connection of its own, so who
//! calls is known when its objects are made: the uid that the kernel reports for
//! the socket's other end. On a bus all share one, and [`super::gate`] says for
//! each call whose it is ([`CALLING`]). The uid is mapped to a user at every call,
//! not once: users come and go. A uid that is no user's may do nothing here.
//!
//! The domain is synchronous. [`Caller::run`] wraps a whole call into one
//! `spawn_blocking`; nothing else in this adapter leaves the async threads.

use super::options::EditOptions;
use crate::surface::documents::{JobJson, told_jobs};
use crate::surface::{Refusal, Selection, Services, perform, stacks};
use kphotos_domain::app::Receipt;
use kphotos_domain::command::Command;
use kphotos_domain::event::EntryKind;
use kphotos_domain::identity::IdentityError;
use kphotos_domain::kernel::{AssetSet, UserId};
use kphotos_domain::view::View;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use zbus::Connection;
use zbus::wire::OwnedVariant;

/// `a{sv}`: options by name.
pub(super) type Dict = HashMap<String, OwnedVariant>;

/// What a change answers: revision (0: nothing was to be done), photos touched,
/// whether it can be undone, what was done.
pub(super) type Done = (u64, u64, bool, String);

/// How long one blocking wait may take: as long as it may delay the daemon's end.
const SLICE: Duration = Duration::from_millis(500);

tokio::task_local! {
    /// The uid of whoever calls, while a call that came over a bus is answered.
    pub(super) static CALLING: u32;
}

/// No user has this uid: setreuid(2) takes it for "leave it".
const NOBODY: u32 = u32::MAX;

/// The client at the other end of a connection, or whoever calls over a bus.
#[derive(Clone)]
pub(super) struct Caller {
    services: Arc<Services>,
    /// `None`: over a bus.
    uid: Option<u32>,
}

impl Caller {
    pub(super) fn new(services: Arc<Services>, uid: u32) -> Self {
        let uid = Some(uid);
        Self { services, uid }
    }

    /// Whoever calls over a bus.
    pub(super) const fn on_bus(services: Arc<Services>) -> Self {
        let uid = None;
        Self { services, uid }
    }

    pub(super) fn services(&self) -> &Services {
        &self.services
    }

    pub(super) fn uid(&self) -> u32 {
        self.uid
            .or_else(|| CALLING.try_with(|uid| *uid).ok())
            .unwrap_or(NOBODY)
    }

    /// The user whom this uid stands for.
    pub(super) fn user(&self) -> Result<UserId, Refusal> {
        user_of(&self.services, self.uid())
    }

    /// Does a call of a known user on a thread that may block.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        call: impl FnOnce(&Services, UserId) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        // The other thread does not know who is calling.
        let caller = Self::new(self.services.clone(), self.uid());
        let done = tokio::task::spawn_blocking(move || {
            let user = caller.user()?;
            call(&caller.services, user)
        });
        done.await.unwrap_or_else(|error| Err(Refusal::internal(&error)))
    }

    /// The jobs that are objects, as they are now; none for a stranger.
    pub(super) async fn told_jobs(&self) -> Vec<JobJson> {
        if self.uid.is_some() && self.user().is_err() {
            return Vec::new();
        }
        let services = self.services.clone();
        let told = tokio::task::spawn_blocking(move || told_jobs(&services));
        told.await.unwrap_or_default()
    }

    /// Executes a command, or says what it would do.
    pub(super) async fn execute(
        &self,
        dry_run: bool,
        command: impl FnOnce(&View) -> Result<Command, Refusal> + Send + 'static,
    ) -> Result<Done, Refusal> {
        self.run(move |services, user| {
            let command = command(&services.app.view())?;
            Ok(done(perform(services, user, &command, dry_run)?))
        })
        .await
    }

    /// Executes a command on the photos that `selection` names.
    pub(super) async fn edit(
        &self,
        selection: Selection,
        options: Dict,
        command: impl FnOnce(&View, AssetSet) -> Result<Command, Refusal> + Send + 'static,
    ) -> Result<Done, Refusal> {
        self.run(move |services, user| {
            let options = EditOptions::parse(options)?;
            let command = {
                let view = services.app.view();
                let assets = selection.resolve(&view, user, options.recursive)?;
                let assets = if options.only {
                    assets
                } else {
                    stacks(&view, &assets)
                };
                command(&view, assets)?
            };
            Ok(done(perform(services, user, &command, options.dry_run)?))
        })
        .await
    }

    /// Waits in slices until `reached` says so, the time is over, or the client is gone.
    /// A `reached` that says no before its slice is over is asked again only after it.
    pub(super) async fn wait(
        &self,
        connection: &Connection,
        timeout: Option<Duration>,
        reached: impl Fn(&Services, Duration) -> Result<bool, Refusal> + Clone + Send + 'static,
    ) -> Result<bool, Refusal> {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        loop {
            let left = deadline.map_or(SLICE, |end| end.saturating_duration_since(Instant::now()));
            let reached = reached.clone();
            let slice = left.min(SLICE);
            let asked = tokio::time::Instant::now();
            if self.run(move |services, _| reached(services, slice)).await? {
                return Ok(true);
            }
            if left.is_zero() || connection.is_closed() {
                return Ok(false);
            }
            tokio::time::sleep_until(asked + slice).await;
        }
    }
}

/// The user whom a uid stands for.
pub(super) fn user_of(services: &Services, uid: u32) -> Result<UserId, Refusal> {
    let view = services.app.view();
    view.user_by_uid(uid)
        .map(|user| user.id)
        .ok_or_else(|| IdentityError::UnknownUid { uid }.into())
}

/// A receipt as it travels.
pub(super) fn done(receipt: Receipt) -> Done {
    let revision = receipt.revision.map_or(0, |revision| revision.number());
    let undoable = receipt.kind == EntryKind::Edit && revision > 0;
    (revision, receipt.touched, undoable, receipt.summary)
}
