//! `org.kphotos.Processing1`: jobs, and how far they are.

use super::caller::{Caller, Dict};
use super::options::Options;
use crate::surface::Refusal;
use crate::surface::Services;
use crate::surface::documents::{self, List, text};
use kphotos_domain::kernel::JobId;
use kphotos_domain::processing::ProcessingError;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use zbus::Connection;

pub(super) struct Processing(pub(super) Caller);

#[zbus::interface(name = "org.kphotos.Processing1", introspection_docs = false)]
impl Processing {
    #[zbus(out_args("document"))]
    async fn list_jobs(&self, options: Dict) -> Result<String, Refusal> {
        self.0
            .run(move |services, _| {
                let mut options = Options::new(options);
                let all = options.flag("all")?;
                options.end()?;
                text(&List::whole(documents::jobs(services, all)))
            })
            .await
    }

    #[zbus(out_args("document"))]
    async fn show_job(&self, job: u32) -> Result<String, Refusal> {
        self.0
            .run(move |services, _| {
                let running = services.jobs.progress();
                let view = services.app.view();
                let id = JobId::new(job);
                let job = view.job(id).ok_or(ProcessingError::NoJob { job: id })?;
                let progress = running.iter().find(|progress| progress.job == id);
                text(&documents::job(&view, job, progress))
            })
            .await
    }

    #[zbus(out_args("sequence", "document"))]
    async fn watch(
        &self,
        #[zbus(connection)] connection: &Connection,
        after: u64,
        timeout_ms: u64,
    ) -> Result<(u64, String), Refusal> {
        let timeout = (timeout_ms != u64::MAX).then(|| Duration::from_millis(timeout_ms));
        let seen = Arc::new(AtomicU64::new(after));
        let latest = seen.clone();
        let moved = move |services: &Services, slice| {
            latest.store(services.jobs.watch(after, slice), Ordering::Relaxed);
            Ok(latest.load(Ordering::Relaxed) != after)
        };
        self.0.wait(connection, timeout, moved).await?;
        let sequence = seen.load(Ordering::Relaxed);
        let document = self
            .0
            .run(|services, _| text(&List::whole(documents::jobs(services, false))))
            .await?;
        Ok((sequence, document))
    }
}
