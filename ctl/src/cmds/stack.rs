//! `stack list|create|split|cover`.

use super::Context;
use super::people::one;
use super::search::{Paged, groups};
use crate::assets::flags;
use crate::cli::{SplitArgs, StackCommand};
use crate::client::Receipt;
use crate::exit::Failure;
use crate::output::{clean, field_of, word};
use serde_json::Value;

pub(super) async fn run(context: &Context, command: &StackCommand) -> Result<(), Failure> {
    match command {
        StackCommand::List { query } => list(context, query.join(" ")).await,
        StackCommand::Create { edit } => {
            let body = (context.assets(&edit.which).await?, edit.options());
            let receipt: Receipt = context.client.call("Catalog", "CreateStack", &body).await?;
            context.changed(&receipt, edit)
        }
        StackCommand::Split(SplitArgs { which, dry_run }) => {
            let mut options = which.options();
            options.extend(flags(&[("dry_run", *dry_run)]));
            let body = (context.assets(which).await?, options);
            let receipt: Receipt = context.client.call("Catalog", "SplitStack", &body).await?;
            context.output.change(&receipt, *dry_run)
        }
        StackCommand::Cover { asset, dry_run } => {
            let body = (one(context, asset).await?, flags(&[("dry_run", *dry_run)]));
            let receipt: Receipt = context.client.call("Catalog", "SetStackCover", &body).await?;
            context.output.change(&receipt, *dry_run)
        }
    }
}

async fn list(context: &Context, query: String) -> Result<(), Failure> {
    let paged = Paged::whole("Catalog", "Stacks");
    let found = paged.fetch(context, query).await?;
    groups(context, &found, group, "no stacks")?;
    Ok(())
}

/// A stack: its cover, then its members, each with what ties it.
fn group(item: &Value) -> String {
    let name = clean(&word(field_of(item, "name")));
    let mut text = format!("{name}  cover {}\n", word(field_of(item, "cover")));
    let members = field_of(item, "members").as_array();
    for member in members.into_iter().flatten() {
        let [id, reason, kind, path] =
            ["id", "reason", "kind", "path"].map(|field| clean(&word(field_of(member, field))));
        text.push_str(&format!("  {id}  {reason}  {kind}  {path}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_says_who_is_in_it_and_why() {
        let item = serde_json::json!({"cover": 7, "name": "1.JPG", "members": [
            {"id": 7, "path": "/a/1.JPG", "kind": "photo", "reason": "stem"},
            {"id": 8, "path": "/a/1.CR2", "kind": "raw", "reason": "stem"},
        ]});
        let expect = "1.JPG  cover 7\n  7  stem  photo  /a/1.JPG\n  8  stem  raw  /a/1.CR2\n";
        assert_eq!(group(&item), expect);
    }
}
