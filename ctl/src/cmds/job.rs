//! `job list|show|watch`, and following jobs with a progress bar.
//!
//! The daemon tells each step when it happens ([`follow`] asks for the step
//! after the one it knows); a bar is drawn on a terminal only.

use super::Context;
use crate::assets::flags;
use crate::cli::JobCommand;
use crate::client::FOR_EVER;
use crate::exit::{Failure, Kind};
use crate::output::{field_of, is_watched, items, remark, word};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

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
    }
}

/// A job in a line: `4 hash photos: running, 30 %`.
pub(super) fn line(job: &Value) -> String {
    let get = |name: &str| crate::output::clean(&word(field_of(job, name)));
    let done = field_of(job, "done").as_u64();
    let total = field_of(job, "total").as_u64().filter(|total| *total > 0);
    let how_far = match (done, total) {
        (Some(done), Some(total)) => format!(", {} %", u128::from(done) * 100 / u128::from(total)),
        (Some(done), None) => format!(", {done}"),
        _ => String::new(),
    };
    let message = get("message");
    let message = if message.is_empty() {
        message
    } else {
        format!(", {message}")
    };
    format!(
        "{} {} {}: {}{how_far}{message}",
        get("id"),
        get("kind"),
        get("library"),
        get("state")
    )
}

/// Waits until these jobs (or, without any, all there are) are over, and says how they ended.
///
/// # Errors
/// That one failed.
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
        let mut left = items(&list).iter().filter(|job| is_meant(job)).peekable();
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
        .find(|job| field_of(job, "state") == "failed")
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
                (Some(_), true) => "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta} left",
                (Some(_), false) => "{msg} {wide_bar} {human_pos}/{human_len} {per_sec} {eta} left",
                (None, _) => "{msg} {spinner} {human_pos} so far, {per_sec}",
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                self.0.set_style(style);
            }
            self.0.set_length(total.unwrap_or(0));
            self.0.set_message(name(job));
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
    }
}
