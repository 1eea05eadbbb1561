//! `tag add|remove|list`.

use super::Context;
use crate::assets::{EditArgs, target};
use crate::cli::TagCommand;
use crate::client::Receipt;
use crate::exit::Failure;
use crate::output::columns;
use std::ffi::OsStr;

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
    }
}

async fn change(context: &Context, method: &str, tag: &OsStr, edit: &EditArgs) -> Result<(), Failure> {
    let tag = target("tag", tag)?;
    let assets = context.assets(&edit.which).await?;
    let body = (tag, assets, edit.options());
    let receipt: Receipt = context.client.call("Organization", method, &body).await?;
    context.changed(&receipt, edit)
}
