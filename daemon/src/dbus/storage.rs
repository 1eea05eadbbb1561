//! `org.kphotos.Storage1`: libraries and mounts.

use super::caller::{Caller, Dict};
use super::options::Options;
use crate::surface::documents::{self, List, text};
use crate::surface::{AddLibrary, Refusal, Relocate, Services, add_library, add_mount, remove_mount, scan};
use crate::surface::{parse_access, parse_folder_files, parse_mtime, parse_names, parse_offline};
use crate::surface::{parse_sidecars, parse_stacks, parse_views};
use crate::surface::{relocate_library, remove_library};
use kphotos_domain::kernel::{ErrorCode, JobId, LibraryId, Revision, UserId};
use kphotos_domain::storage::{MountOptions, NewMount, StorageError};

pub(super) struct Storage(pub(super) Caller);

#[zbus::interface(name = "org.kphotos.Storage1", introspection_docs = false)]
impl Storage {
    #[zbus(out_args("library", "job", "revision", "summary"))]
    async fn add_library(&self, path: Vec<u8>, options: Dict) -> Result<(u32, u32, u64, String), Refusal> {
        self.0
            .run(move |services, user| add(services, user, path, options))
            .await
    }

    #[zbus(out_args("document"))]
    async fn list_libraries(&self) -> Result<String, Refusal> {
        self.0
            .run(|services, _| {
                let libraries = documents::libraries(services, &services.app.view());
                text(&List::whole(libraries))
            })
            .await
    }

    #[zbus(out_args("document"))]
    async fn list_skipped(&self, library: u32) -> Result<String, Refusal> {
        self.0
            .run(move |services, _| list_skipped(services, LibraryId::new(library)))
            .await
    }

    #[zbus(out_args("jobs"))]
    async fn scan(&self, libraries: Vec<u32>, paths: Vec<Vec<u8>>) -> Result<Vec<u32>, Refusal> {
        self.0
            .run(move |services, user| scan(services, user, &libraries, &paths, false))
            .await
    }

    #[zbus(out_args("jobs"))]
    async fn scan_accepting_missing(&self, libraries: Vec<u32>) -> Result<Vec<u32>, Refusal> {
        self.0
            .run(move |services, user| scan(services, user, &libraries, &[], true))
            .await
    }

    #[zbus(out_args("revision", "job", "summary"))]
    async fn relocate_library(
        &self,
        library: u32,
        path: Vec<u8>,
        options: Dict,
    ) -> Result<(u64, u32, String), Refusal> {
        self.0
            .run(move |services, user| {
                let mut options = Options::new(options);
                let (force, dry_run) = (options.flag("force")?, options.flag("dry_run")?);
                options.end()?;
                let library = LibraryId::new(library);
                let wanted = Relocate {
                    library,
                    path,
                    force,
                    dry_run,
                };
                let (receipt, job) = relocate_library(services, user, wanted)?;
                let revision = receipt.revision.map_or(0, Revision::number);
                Ok((revision, job.map_or(0, JobId::number), receipt.summary))
            })
            .await
    }

    #[zbus(out_args("revision", "summary"))]
    async fn remove_library(&self, library: u32, options: Dict) -> Result<(u64, String), Refusal> {
        self.0
            .run(move |services, user| {
                let mut options = Options::new(options);
                let dry_run = options.flag("dry_run")?;
                options.end()?;
                let receipt = remove_library(services, user, LibraryId::new(library), dry_run)?;
                Ok((receipt.revision.map_or(0, Revision::number), receipt.summary))
            })
            .await
    }

    #[zbus(out_args("mount", "revision", "summary", "note"))]
    async fn add_mount(&self, path: Vec<u8>, options: Dict) -> Result<(u32, u64, String, String), Refusal> {
        self.0
            .run(move |services, user| {
                let (options, dry_run) = mount_options(options)?;
                let path = path.into();
                let added = add_mount(services, user, &NewMount { path, options }, dry_run)?;
                let revision = added.receipt.revision.map_or(0, |revision| revision.number());
                let number = if dry_run { 0 } else { added.number.number() };
                let note = added.note.unwrap_or_default();
                Ok((number, revision, added.receipt.summary, note))
            })
            .await
    }

    #[zbus(out_args("revision", "summary", "note"))]
    async fn remove_mount(
        &self,
        mount: u32,
        path: Vec<u8>,
        options: Dict,
    ) -> Result<(u64, String, String), Refusal> {
        self.0
            .run(move |services, user| {
                let mut options = Options::new(options);
                let dry_run = options.flag("dry_run")?;
                options.end()?;
                let removed = remove_mount(services, user, mount, &path, dry_run)?;
                let revision = removed.receipt.revision.map_or(0, |revision| revision.number());
                Ok((
                    revision,
                    removed.receipt.summary,
                    removed.note.unwrap_or_default(),
                ))
            })
            .await
    }

    #[zbus(out_args("document"))]
    async fn list_mounts(&self) -> Result<String, Refusal> {
        self.0
            .run(|services, _| {
                let mounts = services.mounts.mounts();
                text(&List::whole(documents::mounts(&services.app.view(), mounts)))
            })
            .await
    }
}

/// `access`, `names`, `mtime`, `sidecars`, `stacks`, `offline` (s), `views`, `folder_files` (as); and whether it is a dry run.
fn mount_options(options: Dict) -> Result<(MountOptions, bool), Refusal> {
    let mut options = Options::new(options);
    let mut parsed = MountOptions::default();
    if let Some(text) = options.take::<String>("access")? {
        parsed.access = parse_access(&text).map_err(Refusal::invalid)?;
    }
    if let Some(names) = options.take::<Vec<String>>("views")? {
        parsed.views = parse_views(&names).map_err(Refusal::invalid)?;
    }
    if let Some(text) = options.take::<String>("names")? {
        parsed.names = parse_names(&text).map_err(Refusal::invalid)?;
    }
    if let Some(text) = options.take::<String>("mtime")? {
        parsed.mtime = parse_mtime(&text).map_err(Refusal::invalid)?;
    }
    if let Some(text) = options.take::<String>("sidecars")? {
        parsed.sidecars = parse_sidecars(&text).map_err(Refusal::invalid)?;
    }
    if let Some(text) = options.take::<String>("stacks")? {
        parsed.stacks = parse_stacks(&text).map_err(Refusal::invalid)?;
    }
    if let Some(words) = options.take::<Vec<String>>("folder_files")? {
        parsed.folder_files = parse_folder_files(&words).map_err(Refusal::invalid)?;
    }
    if let Some(text) = options.take::<String>("offline")? {
        parsed.offline = parse_offline(&text).map_err(Refusal::invalid)?;
    }
    let dry_run = options.flag("dry_run")?;
    options.end()?;
    Ok((parsed, dry_run))
}

fn list_skipped(services: &Services, id: LibraryId) -> Result<String, Refusal> {
    let view = services.app.view();
    let library = view.library(id).ok_or(StorageError::NoLibrary { library: id })?;
    let skips = services.skipped.get(id).ok_or_else(|| {
        let message = format!(
            "what is left out of {} is known when its scan is done; `kphotos job list` shows how far that is",
            library.name
        );
        Refusal::new(ErrorCode::Unavailable, message)
    })?;
    text(&documents::skips(library, &skips))
}

fn add(
    services: &Services,
    user: UserId,
    path: Vec<u8>,
    options: Dict,
) -> Result<(u32, u32, u64, String), Refusal> {
    let mut options = Options::new(options);
    let wanted = AddLibrary {
        path,
        name: options.take::<String>("name")?.map(String::into_boxed_str),
        timezone: options.take::<String>("timezone")?.map(String::into_boxed_str),
        dry_run: options.flag("dry_run")?,
    };
    options.end()?;
    let added = add_library(services, user, wanted)?;
    let (library, job) = added
        .made
        .map_or((0, 0), |(library, job)| (library.number(), job.number()));
    Ok((library, job, added.revision, added.summary))
}
