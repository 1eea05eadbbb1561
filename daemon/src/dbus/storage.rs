//! `org.kphotos.Storage1`: libraries and mounts.

use super::caller::{Caller, Dict};
use super::options::Options;
use crate::surface::documents::{self, List, text};
use crate::surface::{AddLibrary, Refusal, Services, add_library, scan};
use kphotos_domain::kernel::{ErrorCode, LibraryId, UserId};
use kphotos_domain::storage::StorageError;

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
                let libraries = documents::libraries(&services.app.view(), &services.skipped);
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
