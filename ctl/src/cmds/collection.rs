//! `collection create|list|show|update|delete`.

use super::Context;
use super::search::{Paged, show};
use super::tag::arrange;
use crate::assets::flags;
use crate::cli::CollectionCommand;
use crate::exit::Failure;
use crate::output::columns;
use zbus::wire::Variant;

pub(super) async fn run(context: &Context, command: &CollectionCommand) -> Result<(), Failure> {
    match command {
        CollectionCommand::Create { name, query, dry_run } => {
            let body = (name.as_str(), query.join(" "), flags(&[("dry_run", *dry_run)]));
            arrange(context, "CreateCollection", &body, *dry_run).await
        }
        CollectionCommand::List => {
            let text: String = context
                .client
                .call("Organization", "ListCollections", &())
                .await?;
            context
                .output
                .document(&text, |list| columns(list, &["name", "query", "count"]))
        }
        CollectionCommand::Show { collection, limit } => {
            let paged = Paged {
                interface: "Organization",
                method: "ShowCollection",
                sort: None,
                reverse: false,
                limit: *limit,
                distance: None,
            };
            let found = paged
                .fetch(context, context.target("collection", collection).await?)
                .await?;
            show(context, &found)
        }
        CollectionCommand::Update {
            collection,
            query,
            name,
            dry_run,
        } => {
            let mut options = flags(&[("dry_run", *dry_run)]);
            if !query.is_empty() {
                options.insert("query", Variant::from(query.join(" ")));
            }
            if let Some(name) = name {
                options.insert("name", Variant::from(name.clone()));
            }
            let body = (context.target("collection", collection).await?, options);
            arrange(context, "UpdateCollection", &body, *dry_run).await
        }
        CollectionCommand::Delete { collection, dry_run } => {
            let body = (
                context.target("collection", collection).await?,
                flags(&[("dry_run", *dry_run)]),
            );
            arrange(context, "DeleteCollection", &body, *dry_run).await
        }
    }
}
