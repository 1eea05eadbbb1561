//! `watch`: live changes, a JSON document a line, until it is interrupted.
//!
//! The first line has no kinds: it says from which revision on changes are told.

use super::Context;
use crate::exit::Failure;
use serde::Serialize;

#[derive(Serialize)]
struct Line<'a> {
    revision: u64,
    kinds: &'a [String],
    ids: &'a [u32],
}

pub(super) async fn watch(context: &Context) -> Result<(), Failure> {
    // Before the question, so that no change falls between the two.
    let mut changes = context.client.changes();
    let status: String = context.client.call("Manager", "Status", &()).await?;
    let status: serde_json::Value = serde_json::from_str(&status)?;
    let mut told = crate::output::field_of(&status, "revision").as_u64().unwrap_or(0);
    let line = |revision, kinds: &[String], ids: &[u32]| context.output.json(&Line { revision, kinds, ids });
    line(told, &[], &[])?;
    loop {
        let change = changes.next().await?;
        if change.revision > told {
            told = change.revision;
            line(change.revision, &change.kinds, &change.ids)?;
        }
    }
}
