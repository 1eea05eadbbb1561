//! `org.kphotos.Job1`, an object a job, and `org.freedesktop.DBus.ObjectManager`
//! that lists them.
//!
//! An object is there from the asking for a job until ten later ones are over
//! ([`crate::surface::documents::told_jobs`]); all jobs that are remembered are in
//! `Processing1.ListJobs`. D-Bus has no null: a text that is absent is empty, a
//! number 0, and the time left -1.
//!
//! The manager is our own, not zbus's, because that one tells everybody on a bus.

use super::OBJECT_PATH;
use super::caller::Caller;
use super::processing::order;
use crate::surface::Refusal;
use crate::surface::documents::{self, JobJson};
use kphotos_domain::command::Command;
use kphotos_domain::kernel::JobId;
use std::collections::HashMap;
use zbus::object_server::SignalEmitter;
use zbus::wire::{OwnedVariant, Variant};
use zbus::{ObjectPath, OwnedObjectPath};

/// The name of the interface.
pub(super) const JOB: &str = "org.kphotos.Job1";

/// The path of a job's object.
pub(super) fn job_path(job: u32) -> String {
    format!("{OBJECT_PATH}/job/{job}")
}

/// A job.
pub(super) struct JobObject {
    pub(super) caller: Caller,
    pub(super) job: JobId,
}

impl JobObject {
    /// The job as it is now; a forgotten one has an object for a moment still.
    fn now(&self) -> Option<JobJson> {
        documents::job(self.caller.services(), self.job).ok()
    }

    fn text(&self, of: impl Fn(JobJson) -> Option<String>) -> String {
        self.now().and_then(of).unwrap_or_default()
    }
}

#[zbus::interface(name = "org.kphotos.Job1", introspection_docs = false)]
impl JobObject {
    #[zbus(out_args("revision", "summary"))]
    async fn pause(&self) -> Result<(u64, String), Refusal> {
        order(&self.caller, Command::PauseJob(self.job)).await
    }

    #[zbus(out_args("revision", "summary"))]
    async fn resume(&self) -> Result<(u64, String), Refusal> {
        order(&self.caller, Command::ResumeJob(self.job)).await
    }

    #[zbus(out_args("revision", "summary"))]
    async fn cancel(&self) -> Result<(u64, String), Refusal> {
        order(&self.caller, Command::CancelJob(self.job)).await
    }

    #[zbus(out_args("revision", "summary"))]
    async fn retry(&self) -> Result<(u64, String), Refusal> {
        order(&self.caller, Command::RetryJob(self.job)).await
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn id(&self) -> u32 {
        self.job.number()
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn kind(&self) -> String {
        self.text(|job| Some(job.kind.to_owned()))
    }

    #[zbus(property)]
    fn library(&self) -> String {
        self.text(|job| job.library)
    }

    #[zbus(property)]
    fn state(&self) -> String {
        self.text(|job| Some(job.state.to_owned()))
    }

    #[zbus(property)]
    fn priority(&self) -> String {
        self.text(|job| Some(job.priority.to_owned()))
    }

    #[zbus(property)]
    fn asked_by(&self) -> String {
        self.text(|job| Some(job.asked.to_owned()))
    }

    #[zbus(property)]
    fn done(&self) -> u64 {
        self.now().and_then(|job| job.done).unwrap_or(0)
    }

    #[zbus(property)]
    fn total(&self) -> u64 {
        self.now().and_then(|job| job.total).unwrap_or(0)
    }

    #[zbus(property)]
    fn unit(&self) -> String {
        self.text(|job| job.unit.map(str::to_owned))
    }

    #[zbus(property)]
    fn rate(&self) -> f64 {
        self.now().and_then(|job| job.rate).unwrap_or(0.0)
    }

    #[zbus(property)]
    fn eta_seconds(&self) -> i64 {
        self.now().map_or(-1, |job| eta(&job))
    }

    #[zbus(property)]
    fn message(&self) -> String {
        self.text(|job| job.message)
    }

    #[zbus(property)]
    fn attempts(&self) -> u32 {
        self.now().map_or(0, |job| job.attempts)
    }

    #[zbus(property)]
    fn next_attempt(&self) -> String {
        self.text(|job| job.next_attempt)
    }

    #[zbus(property)]
    fn enqueued(&self) -> String {
        self.text(|job| job.enqueued)
    }

    #[zbus(property)]
    fn settled(&self) -> String {
        self.text(|job| job.settled)
    }
}

fn eta(job: &JobJson) -> i64 {
    job.eta_seconds
        .and_then(|left| i64::try_from(left).ok())
        .unwrap_or(-1)
}

/// The properties of [`JobObject`], by name.
pub(super) fn properties(job: &JobJson) -> Vec<(&'static str, Variant<'static>)> {
    let text = |text: &Option<String>| Variant::from(text.clone().unwrap_or_default());
    let word = |word: &str| Variant::from(word.to_owned());
    vec![
        ("Id", job.id.into()),
        ("Kind", word(job.kind)),
        ("Library", text(&job.library)),
        ("State", word(job.state)),
        ("Priority", word(job.priority)),
        ("AskedBy", word(job.asked)),
        ("Done", job.done.unwrap_or(0).into()),
        ("Total", job.total.unwrap_or(0).into()),
        ("Unit", word(job.unit.unwrap_or_default())),
        ("Rate", job.rate.unwrap_or(0.0).into()),
        ("EtaSeconds", eta(job).into()),
        ("Message", text(&job.message)),
        ("Attempts", job.attempts.into()),
        ("NextAttempt", text(&job.next_attempt)),
        ("Enqueued", text(&job.enqueued)),
        ("Settled", text(&job.settled)),
    ]
}

/// `a{sv}` by interface.
type Interfaces = HashMap<String, HashMap<String, OwnedVariant>>;

/// Lists the jobs' objects.
pub(super) struct ObjectManager(pub(super) Caller);

#[zbus::interface(name = "org.freedesktop.DBus.ObjectManager", introspection_docs = false)]
impl ObjectManager {
    #[zbus(out_args("objpath_interfaces_and_properties"))]
    async fn get_managed_objects(&self) -> Result<HashMap<OwnedObjectPath, Interfaces>, Refusal> {
        self.0
            .run(|services, _| {
                let object = |job: JobJson| {
                    let path = OwnedObjectPath::try_from(job_path(job.id));
                    let path = path.map_err(|error| Refusal::internal(&error))?;
                    let owned = |(name, value): (&str, Variant<'static>)| {
                        let value =
                            OwnedVariant::try_from(value).map_err(|error| Refusal::internal(&error))?;
                        Ok((name.to_owned(), value))
                    };
                    let values: Result<_, Refusal> = properties(&job).into_iter().map(owned).collect();
                    Ok((path, HashMap::from([(JOB.to_owned(), values?)])))
                };
                documents::told_jobs(services).into_iter().map(object).collect()
            })
            .await
    }

    #[zbus(signal)]
    pub(super) async fn interfaces_added(
        emitter: &SignalEmitter<'_>,
        object_path: ObjectPath<'_>,
        interfaces_and_properties: HashMap<&str, HashMap<&str, Variant<'_>>>,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    pub(super) async fn interfaces_removed(
        emitter: &SignalEmitter<'_>,
        object_path: ObjectPath<'_>,
        interfaces: &[&str],
    ) -> zbus::Result<()>;
}
