//! `tag add|remove|list|rename|move|merge|synonym|delete`.

use super::Context;
use crate::assets::{EditArgs, flags};
use crate::cli::{SynonymCommand, TagCommand};
use crate::client::Receipt;
use crate::exit::Failure;
use crate::output::columns;
use serde::Serialize;
use std::ffi::OsStr;
use zbus::wire::DynamicType;

pub(super) async fn run(context: &Context, command: &TagCommand) -> Result<(), Failure> {
    match command {
        TagCommand::Add { tag, edit } => change(context, "AddTag", tag, edit).await,
        TagCommand::Remove { tag, edit } => change(context, "RemoveTag", tag, edit).await,
        TagCommand::List => {
            let text: String = context.client.call("Organization", "ListTags", &()).await?;
            context
                .output
                .document(&text, |list| columns(list, &["path", "count"]))
        }
        TagCommand::Rename { tag, name, dry_run } => {
            let body = (
                context.target("tag", tag).await?,
                name,
                flags(&[("dry_run", *dry_run)]),
            );
            arrange(context, "RenameTag", &body, *dry_run).await
        }
        TagCommand::Move { tag, parent, dry_run } => {
            let (tag, parent) = (
                context.target("tag", tag).await?,
                context.place("tag", parent).await?,
            );
            let body = (tag, parent, flags(&[("dry_run", *dry_run)]));
            arrange(context, "MoveTag", &body, *dry_run).await
        }
        TagCommand::Merge { tags, dry_run } => {
            let mut tags: Vec<(u32, String)> = context.targets("tag", tags).await?;
            let into = tags.pop().unwrap_or_default();
            let body = (tags, into, flags(&[("dry_run", *dry_run)]));
            arrange(context, "MergeTags", &body, *dry_run).await
        }
        TagCommand::Synonym(command) => synonym(context, command).await,
        TagCommand::Delete {
            tag,
            recursive,
            dry_run,
        } => {
            let options = flags(&[("recursive", *recursive), ("dry_run", *dry_run)]);
            let body = (context.target("tag", tag).await?, options);
            arrange(context, "DeleteTag", &body, *dry_run).await
        }
    }
}

async fn synonym(context: &Context, command: &SynonymCommand) -> Result<(), Failure> {
    let (method, tag, word, dry_run) = match command {
        SynonymCommand::Add { tag, word, dry_run } => ("AddSynonym", tag, word, *dry_run),
        SynonymCommand::Remove { tag, word, dry_run } => ("RemoveSynonym", tag, word, *dry_run),
        SynonymCommand::List { tag } => {
            let body = (context.target("tag", tag).await?,);
            let text: String = context.client.call("Organization", "ListSynonyms", &body).await?;
            return context.output.document(&text, |list| columns(list, &["path"]));
        }
    };
    let body = (
        context.target("tag", tag).await?,
        word,
        flags(&[("dry_run", dry_run)]),
    );
    arrange(context, method, &body, dry_run).await
}

/// Changes a tree, and says what that did.
pub(super) async fn arrange(
    context: &Context,
    method: &str,
    body: &(impl Serialize + DynamicType + Sync),
    dry_run: bool,
) -> Result<(), Failure> {
    let receipt: Receipt = context.client.call("Organization", method, body).await?;
    context.output.change(&receipt, dry_run)
}

async fn change(context: &Context, method: &str, tag: &OsStr, edit: &EditArgs) -> Result<(), Failure> {
    let tag = context.target("tag", tag).await?;
    let assets = context.assets(&edit.which).await?;
    let body = (tag, assets, edit.options());
    let receipt: Receipt = context.client.call("Organization", method, &body).await?;
    context.changed(&receipt, edit)
}
