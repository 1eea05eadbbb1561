//! `wait`: until the mounts answer, or no job is left; for a daemon that is
//! being started too.

use super::Context;
use super::job::Bar;
use crate::cli::WaitArgs;
use crate::client::{Client, FOR_EVER};
use crate::exit::{Failure, Kind};
use crate::output::{is_watched, items};
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a daemon that is being started may take until it can be asked, unless told otherwise.
const START: Duration = Duration::from_secs(10);
/// Between two tries to reach it. A socket that a crash left behind, or a folder
/// that is not made yet, gives no event that could be waited for.
const AGAIN: Duration = Duration::from_millis(50);

/// Connects to the daemon that any other command would speak to, waiting for one that is
/// not there yet: at the socket that was named, else where one is found.
///
/// # Errors
/// [`Kind::Unreachable`] if it is not there when the time is over.
pub(super) async fn connect(socket: Option<&Path>, args: &WaitArgs) -> Result<Client, Failure> {
    let patience = args.timeout.unwrap_or(START);
    let begun = Instant::now();
    loop {
        let left = patience.saturating_sub(begun.elapsed());
        let limit = args.timeout.map(|_| left);
        let tried = match socket {
            Some(socket) => Client::connect(socket, limit).await,
            None => super::found(limit).await,
        };
        match tried {
            Err(failure) if failure.kind == Kind::Unreachable && !left.is_zero() => {
                tokio::time::sleep(AGAIN.min(left)).await;
            }
            done => return done,
        }
    }
}

pub(super) async fn wait(context: &Context, args: &WaitArgs, since: Instant) -> Result<(), Failure> {
    let mode = if args.idle { "idle" } else { "ready" };
    let left = args
        .timeout
        .map(|timeout| timeout.saturating_sub(since.elapsed()));
    let limit = left.map_or(FOR_EVER, milliseconds);
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
