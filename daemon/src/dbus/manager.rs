//! `org.kphotos.Manager1`: the daemon itself, waiting, history, undo.

use super::caller::{Caller, Dict};
use super::options::Options;
use crate::surface::Refusal;
use crate::surface::Selection;
use crate::surface::documents::text;
use crate::surface::history::history;
use crate::surface::{MountState, Services, state, status};
use kphotos_domain::command::Command;
use kphotos_domain::kernel::{ErrorCode, Revision, UserId};
use std::time::Duration;
use zbus::Connection;
use zbus::object_server::SignalEmitter;

/// Entries of the history in one answer, unless told otherwise.
const HISTORY: u32 = 50;
const MOST_HISTORY: u32 = 10_000;

pub(super) struct Manager(pub(super) Caller);

#[zbus::interface(name = "org.kphotos.Manager1", introspection_docs = false)]
impl Manager {
    #[zbus(out_args("document"))]
    async fn status(&self) -> Result<String, Refusal> {
        self.0.run(|services, _| text(&status(services))).await
    }

    #[zbus(out_args("path"))]
    async fn get_mount_point(&self, #[zbus(connection)] connection: &Connection) -> Result<Vec<u8>, Refusal> {
        // One that answers is enough, whatever became of others.
        let ready = |services: &Services, slice| {
            let mounts = services.mounts.mounts();
            let any = mounts.iter().any(|mount| mount.state == MountState::Ready);
            Ok(any || services.mounts.wait_ready(slice)?)
        };
        if !self.0.wait(connection, None, ready).await? {
            let message = "the mount does not answer; `kphotos mount list` says how it is";
            return Err(Refusal::new(ErrorCode::Unavailable, message));
        }
        self.0.run(mount_point).await
    }

    #[zbus(out_args("reached"))]
    async fn wait(
        &self,
        #[zbus(connection)] connection: &Connection,
        mode: String,
        timeout_ms: u64,
    ) -> Result<bool, Refusal> {
        let timeout = (timeout_ms != u64::MAX).then(|| Duration::from_millis(timeout_ms));
        match mode.as_str() {
            "ready" => {
                let ready = |services: &Services, slice| Ok(services.mounts.wait_ready(slice)?);
                self.0.wait(connection, timeout, ready).await
            }
            "idle" => {
                let idle = |services: &Services, slice| Ok(services.jobs.wait_idle(slice));
                self.0.wait(connection, timeout, idle).await
            }
            _ => Err(Refusal::invalid(format!(
                "there is no `{mode}` to wait for: wait for `ready` or `idle`"
            ))),
        }
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn undo(&self, revision: u64, options: Dict) -> Result<(u64, u64, bool, String), Refusal> {
        let mut options = Options::new(options);
        let dry_run = options.flag("dry_run")?;
        options.end()?;
        let wanted = (revision > 0).then(|| Revision::new(revision));
        self.0.execute(dry_run, move |_| Ok(Command::Undo(wanted))).await
    }

    #[zbus(out_args("document"))]
    async fn history(&self, assets: Selection, options: Dict) -> Result<String, Refusal> {
        self.0
            .run(move |services, user| {
                let mut options = Options::new(options);
                let limit = options
                    .take::<u32>("limit")?
                    .unwrap_or(HISTORY)
                    .clamp(1, MOST_HISTORY);
                let before = options.take::<u64>("before")?;
                let recursive = options.flag("recursive")?;
                options.end()?;
                let about = if assets.is_empty() {
                    None
                } else {
                    Some(assets.resolve(&services.app.view(), user, recursive)?)
                };
                text(&history(&services.app, about.as_ref(), before, limit as usize)?)
            })
            .await
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn version(&self) -> String {
        self.0.services().version.to_string()
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn state(&self) -> String {
        state(self.0.services()).to_owned()
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn revision(&self) -> u64 {
        self.0.services().app.view().revision().number()
    }

    #[zbus(signal)]
    pub(super) async fn changed(
        emitter: &SignalEmitter<'_>,
        revision: u64,
        kinds: &[&str],
        ids: &[u32],
    ) -> zbus::Result<()>;
}

fn mount_point(services: &Services, user: UserId) -> Result<Vec<u8>, Refusal> {
    let mounts = services.mounts.mounts();
    mounts
        .into_iter()
        .find(|mount| mount.viewer == user && mount.state == MountState::Ready)
        .map(|mount| mount.path)
        .ok_or_else(|| Refusal::not_found("no mount shows your photos; `kphotosd --mount DIR` makes one"))
}
