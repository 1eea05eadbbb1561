//! `share create|list|show|revoke`.

use super::Context;
use super::search::{Paged, show};
use crate::assets::{AssetArgs, flags, folder};
use crate::cli::{ShareArgs, ShareCommand};
use crate::client::{Receipt, Selection};
use crate::exit::Failure;
use crate::output::{field_of, items, table, word};
use serde_json::Value;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;

pub(super) async fn run(context: &Context, command: &ShareCommand) -> Result<(), Failure> {
    match command {
        ShareCommand::Create(args) => create(context, args).await,
        ShareCommand::List => {
            let text: String = context.client.call("Sharing", "ListShares", &()).await?;
            context.output.document(&text, human)
        }
        ShareCommand::Show { share } => {
            let paged = Paged::whole("Sharing", "ShowShare");
            let found = paged
                .fetch(context, context.target("share", share).await?)
                .await?;
            show(context, &found)
        }
        ShareCommand::Revoke { share, dry_run } => {
            let body = (
                context.target("share", share).await?,
                flags(&[("dry_run", *dry_run)]),
            );
            let receipt: Receipt = context.client.call("Sharing", "RevokeShare", &body).await?;
            context.output.change(&receipt, *dry_run)
        }
    }
}

/// What is to be shown, as the contract's `CreateShare` takes it.
pub(super) struct Scope {
    pub(super) kind: &'static str,
    pub(super) what: (u32, String),
    pub(super) assets: Selection,
}

impl Scope {
    pub(super) fn named(kind: &'static str, what: (u32, String)) -> Self {
        let assets = Selection::default();
        Self { kind, what, assets }
    }
}

async fn create(context: &Context, args: &ShareArgs) -> Result<(), Failure> {
    let Scope { kind, what, assets } = scope(context, args).await?;
    let options = flags(&[
        ("recursive", args.recursive),
        ("only", args.only),
        ("dry_run", args.dry_run),
    ]);
    let body = (args.name.as_str(), kind, what, assets, options);
    let receipt: Receipt = context.client.call("Sharing", "CreateShare", &body).await?;
    context.output.change(&receipt, args.dry_run)
}

async fn scope(context: &Context, args: &ShareArgs) -> Result<Scope, Failure> {
    if let Some(album) = &args.album {
        return Ok(Scope::named("album", context.target("album", album).await?));
    }
    if let Some(tag) = &args.tag {
        return Ok(Scope::named("tag", context.target("tag", tag).await?));
    }
    if let Some(person) = &args.person {
        return Ok(Scope::named("person", context.target("person", person).await?));
    }
    if let Some(library) = &args.library {
        return library_of(context, library).await;
    }
    if let Some(folder) = &args.folder {
        return folder_at(context, folder).await;
    }
    if let Some(query) = &args.query {
        return Ok(Scope::named("query", (0, query.clone())));
    }
    if let Some(collection) = &args.collection {
        return Ok(Scope::named(
            "collection",
            context.target("collection", collection).await?,
        ));
    }
    let which = AssetArgs {
        assets: args.assets.clone(),
        query: Vec::new(),
        recursive: args.recursive,
        null: args.null,
    };
    let assets = context.assets(&which).await?;
    let (kind, what) = ("assets", (0, String::new()));
    Ok(Scope { kind, what, assets })
}

/// A library: a number, its folder in a mount, or its name.
async fn library_of(context: &Context, given: &OsStr) -> Result<Scope, Failure> {
    if let Some(number) = number(given) {
        return Ok(Scope::named("library", (number, String::new())));
    }
    if folder(&context.client, Path::new(given)).await?.is_some() {
        return Ok(Scope::named("folder", context.target("folder", given).await?));
    }
    Ok(Scope::named("library", context.target("library", given).await?))
}

fn number(given: &OsStr) -> Option<u32> {
    given.to_str()?.parse().ok()
}

/// A folder: its folder in a mount, or its path.
pub(super) async fn folder_at(context: &Context, given: &OsStr) -> Result<Scope, Failure> {
    let path = Path::new(given);
    if folder(&context.client, path).await?.is_some() {
        return Ok(Scope::named("folder", context.target("folder", given).await?));
    }
    let absolute = path.canonicalize().or_else(|_| std::path::absolute(path));
    let absolute = absolute
        .map_err(|error| Failure::usage(format!("`{}` is no path: {error}", given.to_string_lossy())))?;
    let assets = Selection {
        paths: vec![absolute.into_os_string().into_vec()],
        ..Selection::default()
    };
    let (kind, what) = ("folder", (0, String::new()));
    Ok(Scope { kind, what, assets })
}

/// A line a share: its name, what it shows, how many photos that is.
fn human(list: &Value) -> String {
    let row = |share: &Value| {
        let scope = field_of(share, "scope");
        let kind = word(field_of(scope, "kind"));
        let what = word(field_of(scope, &kind));
        let shows = format!("{kind} {what}").trim_end().to_owned();
        vec![
            word(field_of(share, "name")),
            shows,
            word(field_of(share, "count")),
        ]
    };
    table(&items(list).iter().map(row).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_list_says_what_each_share_shows() {
        let list = json!({"items": [
            {"name": "Italy", "scope": {"kind": "album", "album": "travel/italy"}, "count": 3},
            {"name": "some", "scope": {"kind": "assets"}, "count": 12},
        ]});
        assert_eq!(
            human(&list),
            "Italy  album travel/italy  3\nsome   assets              12\n"
        );
    }

    #[test]
    fn a_library_is_named_by_number_or_name() {
        for (given, expected) in [("2", Some(2)), ("Pictures", None), ("2024 May", None)] {
            assert_eq!(number(OsStr::new(given)), expected, "{given}");
        }
    }
}
