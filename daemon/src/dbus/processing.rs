//! `org.kphotos.Processing1`: jobs, and how far they are.

use super::caller::{Caller, Dict};
use super::options::Options;
use crate::surface::documents::{self, List, text};
use crate::surface::{Refusal, Services, start_job};
use kphotos_domain::command::Command;
use kphotos_domain::kernel::{JobId, LibraryId, Revision};
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
            .run(move |services, _| text(&documents::job(services, JobId::new(job))?))
            .await
    }

    #[zbus(out_args("job", "revision", "summary"))]
    async fn start_job(
        &self,
        kind: String,
        library: u32,
        options: Dict,
    ) -> Result<(u32, u64, String), Refusal> {
        self.0
            .run(move |services, user| {
                let mut options = Options::new(options);
                let priority = options.take::<String>("priority")?;
                options.end()?;
                let library = LibraryId::new(library);
                let (job, receipt) = start_job(services, user, &kind, library, priority.as_deref())?;
                let revision = receipt.revision.map_or(0, Revision::number);
                Ok((job.number(), revision, receipt.summary))
            })
            .await
    }

    #[zbus(out_args("revision", "summary"))]
    async fn pause_job(&self, job: u32) -> Result<(u64, String), Refusal> {
        order(&self.0, Command::PauseJob(JobId::new(job))).await
    }

    #[zbus(out_args("revision", "summary"))]
    async fn resume_job(&self, job: u32) -> Result<(u64, String), Refusal> {
        order(&self.0, Command::ResumeJob(JobId::new(job))).await
    }

    #[zbus(out_args("revision", "summary"))]
    async fn cancel_job(&self, job: u32) -> Result<(u64, String), Refusal> {
        order(&self.0, Command::CancelJob(JobId::new(job))).await
    }

    #[zbus(out_args("revision", "summary"))]
    async fn retry_job(&self, job: u32) -> Result<(u64, String), Refusal> {
        order(&self.0, Command::RetryJob(JobId::new(job))).await
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

/// Does a command on a job: its revision (0: nothing was to be done) and what it did.
pub(super) async fn order(caller: &Caller, command: Command) -> Result<(u64, String), Refusal> {
    let (revision, _, _, summary) = caller.execute(false, move |_| Ok(command)).await?;
    Ok((revision, summary))
}
