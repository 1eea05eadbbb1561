//! `wait`: until the mounts answer, or no job is left.

use super::Context;
use super::job::Bar;
use crate::cli::WaitArgs;
use crate::client::FOR_EVER;
use crate::exit::{Failure, Kind};
use crate::output::{is_watched, items};
use serde_json::{Value, json};
use std::time::Duration;

pub(super) async fn wait(context: &Context, args: &WaitArgs) -> Result<(), Failure> {
    let mode = if args.idle { "idle" } else { "ready" };
    let limit = args.timeout.map_or(FOR_EVER, milliseconds);
    let body = (mode, limit);
    let reached = context.client.call::<bool>("Manager", "Wait", &body);
    let reached = if args.idle && is_watched(context.output) {
        tokio::select! {
            reached = reached => reached?,
            failed = draw(context) => return failed.and(Ok(())),
        }
    } else {
        reached.await?
    };
    if !reached {
        let seconds = args.timeout.unwrap_or_default().as_secs_f64();
        let (what, cure) = if args.idle {
            ("work is left", "`kphotos job list` shows it")
        } else {
            ("not every mount answers", "`kphotos mount list` shows which")
        };
        return Err(Failure::new(
            Kind::Busy,
            format!("{what} after {seconds} s; {cure}"),
        ));
    }
    if context.output.json {
        return context.output.json(&json!({ "reached": mode }));
    }
    Ok(())
}

/// Draws how far jobs are; ends only by a failure.
async fn draw(context: &Context) -> Result<std::convert::Infallible, Failure> {
    let mut bar = Bar::new();
    let mut after = 0u64;
    loop {
        let (next, text): (u64, String) = context
            .client
            .call("Processing", "Watch", &(after, FOR_EVER))
            .await?;
        after = next;
        let list: Value = serde_json::from_str(&text)?;
        bar.show(items(&list).iter());
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(FOR_EVER)
}
