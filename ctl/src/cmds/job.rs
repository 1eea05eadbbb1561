//! `job list|show|watch|start|pause|resume|cancel|retry`, and following jobs with a
//! progress bar.
//!
//! The daemon tells each step when it happens ([`follow`] asks for the step
//! after the one it knows); a bar is drawn on a terminal only. How fast a job is,
//! and how long it still takes, the daemon says: it saw it begin.

use super::{Context, library};
use crate::assets::flags;
use crate::cli::{JobCommand, JobKind, Jobs, Priority};
use crate::client::FOR_EVER;
use crate::exit::{Failure, Kind};
use crate::output::{field_of, is_watched, items, remark, word};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::ffi::OsStr;
use zbus::wire::Variant;

pub(super) async fn run(context: &Context, command: &JobCommand) -> Result<(), Failure> {
    match command {
        JobCommand::List { all } => {
            let text: String = context
                .client
                .call("Processing", "ListJobs", &flags(&[("all", *all)]))
                .await?;
            context.output.document(&text, |list| {
                items(list).iter().map(|job| line(job) + "\n").collect()
            })
        }
        JobCommand::Show { job } => {
            let text: String = context.client.call("Processing", "ShowJob", job).await?;
            context.output.document(&text, |job| line(job) + "\n")
        }
        JobCommand::Watch { jobs } => {
            for job in jobs {
                let _known: String = context.client.call("Processing", "ShowJob", job).await?;
            }
            follow(context, (!jobs.is_empty()).then_some(jobs)).await
        }
        JobCommand::Start {
            kind,
            library,
            priority,
        } => start(context, *kind, library, *priority).await,
        JobCommand::Pause(which) => order(context, "PauseJob", "resume", which).await,
        JobCommand::Resume(which) => order(context, "ResumeJob", "watch", which).await,
        JobCommand::Cancel(which) => order(context, "CancelJob", "retry", which).await,
        JobCommand::Retry(which) => order(context, "RetryJob", "watch", which).await,
    }
}

async fn start(
    context: &Context,
    kind: JobKind,
    library: &OsStr,
    priority: Option<Priority>,
) -> Result<(), Failure> {
    let library = library::number(context, library).await?;
    let mut options = flags(&[]);
    if let Some(priority) = priority {
        options.insert("priority", Variant::from(priority.as_str()));
    }
    let body = (kind.as_str(), library, options);
    let (job, revision, summary): (u32, u64, String) =
        context.client.call("Processing", "StartJob", &body).await?;
    let output = context.output;
    if output.json {
        return output.json(&json!({ "job": job, "revision": some(revision), "summary": summary }));
    }
    if output.quiet {
        return Ok(());
    }
    output.line(&format!("{summary} {job} · kphotos job watch {job}"))
}

/// Orders something of each of these jobs, and says what may be done next. Each is
/// ordered, also if one before it refused; the first refusal is the failure.
async fn order(context: &Context, method: &str, next: &str, which: &Jobs) -> Result<(), Failure> {
    let mut done = Vec::new();
    let mut refused = None;
    for job in &which.jobs {
        let answer = context.client.call("Processing", method, job).await;
        let (revision, summary): (u64, String) = match answer {
            Ok(answer) => answer,
            Err(failure) => {
                refused = refused.or(Some(failure));
                continue;
            }
        };
        if !context.output.json && !context.output.quiet {
            let then = if revision == 0 {
                "nothing to change".to_owned()
            } else {
                format!("kphotos job {next} {job}")
            };
            context.output.line(&format!("{summary} · {then}"))?;
        }
        done.push(json!({ "job": job, "revision": some(revision), "summary": summary }));
    }
    if let Some(failure) = refused {
        return Err(failure);
    }
    if context.output.json {
        let total = done.len();
        return context
            .output
            .json(&json!({ "items": done, "total": total, "next": null }));
    }
    Ok(())
}

fn some(revision: u64) -> Option<u64> {
    (revision > 0).then_some(revision)
}

/// A job in a line: `4 hash photos: running, 30 %, 12.5 MB/s, 2 min left`.
pub(super) fn line(job: &Value) -> String {
    let get = |name: &str| crate::output::clean(&word(field_of(job, name)));
    let done = field_of(job, "done").as_u64();
    let total = field_of(job, "total").as_u64().filter(|total| *total > 0);
    let how_far = match (done, total) {
        (Some(done), Some(total)) => format!(", {} %", u128::from(done) * 100 / u128::from(total)),
        (Some(done), None) => format!(", {done}"),
        _ => String::new(),
    };
    let mut parts = format!("{}{how_far}", get("state"));
    let next = get("next_attempt");
    let next = (!next.is_empty()).then(|| format!("next at {next}"));
    let message = Some(get("message")).filter(|message| !message.is_empty());
    for part in [pace(job), message, next].into_iter().flatten() {
        parts.push_str(", ");
        parts.push_str(&part);
    }
    format!("{} {} {}: {parts}", get("id"), get("kind"), get("library"))
}

/// How fast a job is and how long it still takes, as far as that is known: `12.5 MB/s, 2 min left`.
fn pace(job: &Value) -> Option<String> {
    let rate = field_of(job, "rate").as_f64()?;
    let (rate, unit) = match field_of(job, "unit") == "bytes" {
        true => (rate / 1e6, "MB/s"),
        false => (rate, "files/s"),
    };
    let left = field_of(job, "eta_seconds")
        .as_u64()
        .map(|seconds| match seconds {
            0..60 => format!(", {seconds} s left"),
            60..3600 => format!(", {} min left", seconds.div_ceil(60)),
            _ => format!(", {} h {} min left", seconds / 3600, seconds % 3600 / 60),
        });
    let digits = usize::from(rate < 100.0);
    Some(format!("{rate:.digits$} {unit}{}", left.unwrap_or_default()))
}

/// Whether a job that is not over goes on by itself, now or when its turn comes.
fn moves(job: &Value) -> bool {
    let waits = field_of(job, "state") == "paused" || field_of(job, "held") == true;
    !waits && field_of(job, "next_attempt").is_null()
}

/// Waits until these jobs (or, without any, all there are) are over or do not go on
/// by themselves, and says how they stand.
///
/// # Errors
/// That one failed, is paused, waits after a failure, or for a library that does not answer.
pub(super) async fn follow(context: &Context, jobs: Option<&[u32]>) -> Result<(), Failure> {
    until_over(context, |job| {
        let id = field_of(job, "id").as_u64();
        jobs.is_none_or(|jobs| jobs.iter().any(|job| Some(u64::from(*job)) == id))
    })
    .await?;
    ended(context, jobs.unwrap_or_default()).await
}

/// Waits, behind a progress bar, until none of the jobs that are meant is left.
pub(super) async fn until_over(context: &Context, is_meant: impl Fn(&Value) -> bool) -> Result<(), Failure> {
    let mut bar = is_watched(context.output).then(Bar::new);
    let mut after = 0u64;
    loop {
        let (next, text): (u64, String) = context
            .client
            .call("Processing", "Watch", &(after, FOR_EVER))
            .await?;
        after = next;
        let list: Value = serde_json::from_str(&text)?;
        let mut left = items(&list)
            .iter()
            .filter(|job| is_meant(job) && moves(job))
            .peekable();
        if left.peek().is_none() {
            return Ok(());
        }
        if let Some(bar) = &mut bar {
            bar.show(left);
        }
    }
}

async fn ended(context: &Context, jobs: &[u32]) -> Result<(), Failure> {
    let mut documents = Vec::new();
    for job in jobs {
        let text: String = context.client.call("Processing", "ShowJob", job).await?;
        documents.push(serde_json::from_str::<Value>(&text)?);
    }
    let failed = documents
        .iter()
        .find(|job| field_of(job, "state") == "failed" || !moves(job))
        .map(line);
    if context.output.json && failed.is_none() {
        let total = documents.len();
        return context
            .output
            .json(&json!({ "items": documents, "total": total, "next": null }));
    }
    for job in &documents {
        remark(context.output, &line(job));
    }
    failed.map_or(Ok(()), |job| {
        Err(Failure::new(Kind::Unavailable, format!("job {job}")))
    })
}

/// A bar for the job that runs; gone when dropped.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new() -> Self {
        Self(ProgressBar::new_spinner())
    }

    /// Shows how far the first of these is that runs.
    pub(super) fn show<'a>(&mut self, jobs: impl Iterator<Item = &'a Value>) {
        let mut waiting = None;
        for job in jobs {
            let Some(done) = field_of(job, "done").as_u64() else {
                waiting = waiting.or(Some(job));
                continue;
            };
            let total = field_of(job, "total").as_u64().filter(|total| *total > 0);
            let template = match (total, field_of(job, "unit") == "bytes") {
                (Some(_), true) => "{msg} {wide_bar} {bytes}/{total_bytes} {prefix}",
                (Some(_), false) => "{msg} {wide_bar} {pos}/{len} {prefix}",
                (None, _) => "{msg} {pos} {prefix}",
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                self.0.set_style(style);
            }
            self.0.set_length(total.unwrap_or(0));
            self.0.set_message(name(job));
            self.0.set_prefix(pace(job).unwrap_or_default());
            self.0.set_position(done);
            return;
        }
        if let Some(job) = waiting {
            self.0.set_message(format!("{} waits", name(job)));
            self.0.tick();
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn name(job: &Value) -> String {
    let get = |name: &str| crate::output::clean(&word(field_of(job, name)));
    format!("{} {}", get("kind"), get("library"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_says_how_far_it_is() {
        let check = |job: Value, expect: &str| assert_eq!(line(&job), expect);
        check(
            json!({"id": 4, "kind": "hash", "library": "p", "state": "running", "done": 3, "total": 9, "message": null}),
            "4 hash p: running, 33 %",
        );
        check(
            json!({"id": 4, "kind": "scan", "library": "p", "state": "done", "done": null, "message": "12 new"}),
            "4 scan p: done, 12 new",
        );
        check(
            json!({"id": 4, "kind": "scan", "library": "p", "state": "running", "done": 7, "total": 0}),
            "4 scan p: running, 7",
        );
        check(
            json!({"id": 4, "kind": "hash", "library": "p", "state": "running", "done": 5, "total": 10,
                "unit": "bytes", "rate": 12_500_000.0, "eta_seconds": 61, "message": "hashing"}),
            "4 hash p: running, 50 %, 12.5 MB/s, 2 min left, hashing",
        );
        check(
            json!({"id": 4, "kind": "scan", "library": "p", "state": "running", "done": 5, "total": 0,
                "unit": "files", "rate": 1234.5, "eta_seconds": null}),
            "4 scan p: running, 5, 1234 files/s",
        );
        check(
            json!({"id": 4, "kind": "scan", "library": "p", "state": "pending", "message": "p is offline",
                "next_attempt": "2026-01-10T12:00:00Z"}),
            "4 scan p: pending, p is offline, next at 2026-01-10T12:00:00Z",
        );
    }
}
