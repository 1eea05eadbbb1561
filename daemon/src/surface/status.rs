//! How the daemon is: what it holds, what it does, what it cannot do here.

use super::Services;
use super::documents::{self, JobJson, LibraryJson, MountJson};
use kphotos_domain::view::View;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use utoipa::ToSchema;

/// How the daemon is.
#[derive(Serialize, ToSchema)]
#[schema(as = Status)]
pub(crate) struct StatusJson {
    version: String,
    /// `starting`, `ready` or `failed`: how the mounts are.
    state: &'static str,
    /// The journal's last entry.
    revision: u64,
    /// Photos that are shown.
    photos: u64,
    hidden: u64,
    missing: u64,
    tags: u64,
    albums: u64,
    shares: u64,
    libraries: Vec<LibraryJson>,
    mounts: Vec<MountJson>,
    /// Those that are not over.
    jobs: Vec<JobJson>,
    /// Where the HTTP interface listens; `null`: nowhere.
    http: Option<String>,
    /// What this daemon cannot do on this machine, each with its cure.
    limits: Vec<String>,
    /// The daemon's own folders, by what they are for.
    places: BTreeMap<&'static str, String>,
}

/// `failed` if any mount is, `starting` while any is, else `ready`.
pub(crate) fn state(services: &Services) -> &'static str {
    let mounts = services.mounts.mounts();
    let any = |wanted: &str| mounts.iter().any(|mount| mount.state.as_str() == wanted);
    if any("failed") {
        "failed"
    } else if any("starting") {
        "starting"
    } else {
        "ready"
    }
}

/// What this daemon cannot do: what was found at the start, and what went wrong since.
fn limits(services: &Services, view: &View) -> Vec<String> {
    let behind = services.app.store_failure().map(|error| {
        format!("the layer is left behind and every start has to catch up, though no edit is lost: {error}")
    });
    let watching = view.libraries().filter_map(|library| {
        let watching = services.watches.get(library.id)?;
        watching.limit(&library.name)
    });
    let unread = services.mounts.silent();
    let silent = view
        .libraries()
        .filter(|library| unread.contains(&library.id) || services.watches.is_silent(library.id));
    let silent = silent.map(|library| {
        format!(
            "{} does not answer: its photos can be looked for and not read until it does; see to its disk or server",
            library.name
        )
    });
    let found = services.limits.iter().cloned();
    found.chain(behind).chain(silent).chain(watching).collect()
}

/// The daemon's own folders, by name.
fn places(folders: &[PathBuf]) -> BTreeMap<&'static str, String> {
    let names = ["state", "cache", "runtime", "export"];
    let shown = folders.iter().map(|folder| folder.to_string_lossy().into_owned());
    names.into_iter().zip(shown).collect()
}

/// How the daemon is.
pub(crate) fn status(services: &Services) -> StatusJson {
    let mounts = services.mounts.mounts();
    let jobs = documents::jobs(services, false);
    let state = state(services);
    let view = services.app.view();
    let known = view.asset_count() as u64;
    StatusJson {
        version: services.version.to_string(),
        state,
        revision: view.revision().number(),
        photos: (view.present() - view.hidden()).len(),
        hidden: view.hidden().len(),
        missing: known.saturating_sub(view.present().len()),
        tags: view.tags().count() as u64,
        albums: view.albums().count() as u64,
        shares: view.shares().count() as u64,
        libraries: documents::libraries(services, &view),
        mounts: documents::mounts(&view, mounts),
        jobs,
        http: services.http.map(|address| address.to_string()),
        limits: limits(services, &view),
        places: places(&services.own_folders),
    }
}
