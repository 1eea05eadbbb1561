//! `history`, `undo`, `redo`: what was changed, taking it back, doing it again.

use super::Context;
use crate::assets::flags;
use crate::cli::{HistoryArgs, UndoArgs};
use crate::client::{Receipt, Selection};
use crate::exit::Failure;
use crate::output::{field_of, items, table, word};
use serde_json::Value;
use zbus::wire::Variant;

pub(super) async fn history(context: &Context, args: &HistoryArgs) -> Result<(), Failure> {
    let assets = if args.which.is_empty() {
        Selection::default()
    } else {
        context.assets(&args.which).await?
    };
    let mut options = args.which.options();
    options.insert("limit", Variant::from(args.limit));
    if let Some(before) = args.before {
        options.insert("before", Variant::from(before));
    }
    let text: String = context
        .client
        .call("Manager", "History", &(assets, options))
        .await?;
    context.output.document(&text, human)
}

fn human(list: &Value) -> String {
    let row = |item: &Value| {
        let get = |name: &str| word(field_of(item, name));
        let at = get("at").replace('T', " ").replace('Z', " UTC");
        let at = at
            .split_once('.')
            .map_or(at.clone(), |(whole, _)| format!("{whole} UTC"));
        let mark = match (get("undoes"), get("undone_by")) {
            (what, by) if !what.is_empty() && !by.is_empty() => format!(" [undoes {what}, undone by {by}]"),
            (what, _) if !what.is_empty() => format!(" [undoes {what}]"),
            (_, by) if !by.is_empty() => format!(" [undone by {by}]"),
            _ => String::new(),
        };
        vec![
            get("revision"),
            at,
            get("actor"),
            format!("{}{mark}", get("summary")),
        ]
    };
    table(&items(list).iter().map(row).collect::<Vec<_>>())
}

pub(super) async fn undo(context: &Context, args: &UndoArgs) -> Result<(), Failure> {
    let body = (args.revision.unwrap_or(0), flags(&[("dry_run", args.dry_run)]));
    let receipt: Receipt = context.client.call("Manager", "Undo", &body).await?;
    context.output.change(&receipt, args.dry_run)
}

pub(super) async fn redo(context: &Context, dry_run: bool) -> Result<(), Failure> {
    let body = (flags(&[("dry_run", dry_run)]),);
    let receipt: Receipt = context.client.call("Manager", "Redo", &body).await?;
    context.output.change(&receipt, dry_run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_that_was_taken_back_says_by_what() {
        let list = serde_json::json!({"items": [
            {"revision": 9, "at": "2024-06-15T10:30:06Z", "actor": "me", "summary": "done again: x", "undoes": 8, "undone_by": null},
            {"revision": 8, "at": "2024-06-15T10:30:05.25Z", "actor": "me", "summary": "undone: x", "undoes": 7, "undone_by": 9},
            {"revision": 7, "at": "2024-06-15T10:30:00Z", "actor": "me", "summary": "x", "undoes": null, "undone_by": 8},
        ]});
        let expect = "9  2024-06-15 10:30:06 UTC  me  done again: x [undoes 8]\n\
                      8  2024-06-15 10:30:05 UTC  me  undone: x [undoes 7, undone by 9]\n\
                      7  2024-06-15 10:30:00 UTC  me  x [undone by 8]\n";
        assert_eq!(human(&list), expect);
    }
}
