//! Starting a job for a person, the same from every surface.

use super::{Refusal, Services};
use kphotos_domain::app::Receipt;
use kphotos_domain::command::{Command, EnqueueJob};
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::{JobId, LibraryId, UserId};
use kphotos_domain::processing::{AskedBy, JobKind, Priority};

/// Starts a job, or hastens the one that is under way: the job, and what was done.
///
/// # Errors
/// A kind or a priority that is none, or what the domain refuses.
pub(crate) fn start_job(
    services: &Services,
    user: UserId,
    kind: &str,
    library: LibraryId,
    priority: Option<&str>,
) -> Result<(JobId, Receipt), Refusal> {
    let kind = JobKind::parse(kind).ok_or_else(|| {
        Refusal::invalid(format!(
            "there is no job `{kind}`: start scan, metadata, hash or near"
        ))
    })?;
    let priority = priority
        .map(|text| {
            Priority::parse(text)
                .ok_or_else(|| Refusal::invalid(format!("`{text}` is no priority: low, normal or high")))
        })
        .transpose()?;
    let command = Command::EnqueueJob(EnqueueJob {
        kind,
        library,
        asked: AskedBy::Person,
        priority,
    });
    let receipt = services.app.execute(Actor::User(user), &command)?;
    let view = services.app.view();
    // It may be over by now; then it is the last of its kind.
    let last = || {
        view.jobs()
            .filter(|job| job.kind == kind && job.library == library)
            .last()
    };
    let job = view.pending_job(kind, library).or_else(last);
    let job = job.map(|job| job.id);
    let job = job.ok_or_else(|| Refusal::internal(&"a job was asked for and is not there"))?;
    Ok((job, receipt))
}
