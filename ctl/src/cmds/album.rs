//! `album create|add|remove|include|exclude|bind|cover|order|list|show|rename|move|delete`.

use super::Context;
use super::search::{Paged, show};
use super::share::{Scope, folder_at};
use super::tag::arrange;
use crate::assets::{AssetArgs, EditArgs, flags};
use crate::cli::{AlbumCommand, OrderArgs, RuleArgs};
use crate::client::{Receipt, Selection};
use crate::exit::Failure;
use crate::output::{field_of, items, remark, table, word};
use serde_json::Value;
use std::ffi::OsStr;

pub(super) async fn run(context: &Context, command: &AlbumCommand) -> Result<(), Failure> {
    match command {
        AlbumCommand::Create { path, rule, dry_run } => create(context, path, rule, *dry_run).await,
        AlbumCommand::Add { album, edit } => change(context, "AddToAlbum", album, edit).await,
        AlbumCommand::Remove { album, edit } => change(context, "RemoveFromAlbum", album, edit).await,
        AlbumCommand::Include { album, edit } => change(context, "AddToAlbum", album, edit).await,
        AlbumCommand::Exclude { album, edit } => change(context, "ExcludeFromAlbum", album, edit).await,
        AlbumCommand::Bind {
            album,
            rule,
            none: _,
            dry_run,
        } => {
            // Without a rule it is `--none`: one of them is there.
            let scope = scope(context, rule)
                .await?
                .unwrap_or_else(|| Scope::named("none", (0, String::new())));
            let (kind, what, folder) = parts(scope);
            let options = flags(&[("dry_run", *dry_run)]);
            let body = (context.target("album", album).await?, kind, what, folder, options);
            arrange(context, "BindAlbum", &body, *dry_run).await
        }
        AlbumCommand::Cover {
            album,
            asset,
            none: _,
            dry_run,
        } => {
            let cover = match asset {
                Some(asset) => context.assets(&one(asset)).await?,
                None => Selection::default(),
            };
            let album = context.target("album", album).await?;
            let body = (album, cover, flags(&[("dry_run", *dry_run)]));
            arrange(context, "SetAlbumCover", &body, *dry_run).await
        }
        AlbumCommand::Order(args) => order(context, args).await,
        AlbumCommand::List => {
            let text: String = context.client.call("Organization", "ListAlbums", &()).await?;
            context.output.document(&text, human)
        }
        AlbumCommand::Show { album } => show_one(context, album).await,
        AlbumCommand::Rename { album, name, dry_run } => {
            let album = context.target("album", album).await?;
            let body = (album, name, flags(&[("dry_run", *dry_run)]));
            arrange(context, "RenameAlbum", &body, *dry_run).await
        }
        AlbumCommand::Move {
            album,
            parent,
            dry_run,
        } => {
            let (album, parent) = (
                context.target("album", album).await?,
                context.place("album", parent).await?,
            );
            let body = (album, parent, flags(&[("dry_run", *dry_run)]));
            arrange(context, "MoveAlbum", &body, *dry_run).await
        }
        AlbumCommand::Delete {
            album,
            recursive,
            dry_run,
        } => {
            let options = flags(&[("recursive", *recursive), ("dry_run", *dry_run)]);
            let body = (context.target("album", album).await?, options);
            arrange(context, "DeleteAlbum", &body, *dry_run).await
        }
    }
}

async fn show_one(context: &Context, album: &OsStr) -> Result<(), Failure> {
    let paged = Paged::whole("Organization", "ShowAlbum");
    let album = context.target("album", album).await?;
    let found = paged.fetch(context, album).await?;
    show(context, &found)?;
    if !context.output.json {
        remark(context.output, &said(field_of(found.list(), "album")));
    }
    Ok(())
}

async fn create(context: &Context, path: &str, rule: &RuleArgs, dry_run: bool) -> Result<(), Failure> {
    let options = flags(&[("dry_run", dry_run)]);
    match scope(context, rule).await? {
        None => arrange(context, "CreateAlbum", &(path, options), dry_run).await,
        Some(scope) => {
            let (kind, what, folder) = parts(scope);
            let body = (path, kind, what, folder, options);
            arrange(context, "CreateSmartAlbum", &body, dry_run).await
        }
    }
}

/// What finds the photos, if anything is said.
async fn scope(context: &Context, rule: &RuleArgs) -> Result<Option<Scope>, Failure> {
    if let Some(folder) = &rule.folder {
        return folder_at(context, folder).await.map(Some);
    }
    if let Some(query) = &rule.query {
        return Ok(Some(Scope::named("query", (0, query.clone()))));
    }
    match &rule.collection {
        Some(collection) => Ok(Some(Scope::named(
            "collection",
            context.target("collection", collection).await?,
        ))),
        None => Ok(None),
    }
}

/// A rule as the contract's `CreateSmartAlbum` and `BindAlbum` take it.
fn parts(scope: Scope) -> (&'static str, (u32, String), Vec<u8>) {
    let folder = scope.assets.paths.into_iter().next().unwrap_or_default();
    (scope.kind, scope.what, folder)
}

fn one(asset: &OsStr) -> AssetArgs {
    AssetArgs {
        assets: vec![asset.to_owned()],
        ..AssetArgs::default()
    }
}

async fn order(context: &Context, args: &OrderArgs) -> Result<(), Failure> {
    let album = context.target("album", &args.album).await?;
    if let Some(by) = &args.by {
        let body = (
            album,
            by.as_str(),
            args.reverse,
            flags(&[("dry_run", args.dry_run)]),
        );
        return arrange(context, "OrderAlbum", &body, args.dry_run).await;
    }
    let (at, beside) = match (&args.before, &args.after) {
        (Some(asset), _) => ("before", context.assets(&one(asset)).await?),
        (None, Some(asset)) => ("after", context.assets(&one(asset)).await?),
        (None, None) if args.first => ("first", Selection::default()),
        (None, None) => ("last", Selection::default()),
    };
    let options = flags(&[
        ("recursive", args.recursive),
        ("only", args.only),
        ("dry_run", args.dry_run),
    ]);
    let assets = in_order(context, &args.which()).await?;
    let body = (album, assets, at, beside, options);
    arrange(context, "PlaceInAlbum", &body, args.dry_run).await
}

/// The photos as they are named, one after the other: numbers and paths travel apart,
/// so where there are both each is asked for its number.
async fn in_order(context: &Context, which: &AssetArgs) -> Result<Selection, Failure> {
    let all = context.assets(which).await?;
    let kinds = [all.ids.is_empty(), all.paths.is_empty(), all.checksums.is_empty()];
    if kinds.iter().filter(|empty| !**empty).count() < 2 {
        return Ok(all);
    }
    let mut ids = Vec::new();
    for asset in &which.assets {
        let which = AssetArgs {
            assets: vec![asset.clone()],
            query: Vec::new(),
            ..*which
        };
        let body = (context.assets(&which).await?, which.options());
        let found: Vec<u32> = context.client.call("Catalog", "Resolve", &body).await?;
        ids.extend(found);
    }
    Ok(Selection {
        ids,
        ..Selection::default()
    })
}

/// A line an album: its path, how many photos are in it, what finds them.
fn human(list: &Value) -> String {
    let row = |album: &Value| {
        vec![
            word(field_of(album, "path")),
            word(field_of(album, "count")),
            rule(album),
        ]
    };
    table(&items(list).iter().map(row).collect::<Vec<_>>())
}

/// `query rating:4+`; empty for a plain album.
fn rule(album: &Value) -> String {
    let rule = field_of(album, "rule");
    if rule.is_null() {
        return String::new();
    }
    let kind = word(field_of(rule, "kind"));
    format!("{kind} {}", word(field_of(rule, &kind)))
}

/// What there is to say of an album besides its photos.
fn said(album: &Value) -> String {
    let order = field_of(album, "order");
    let round = if field_of(order, "reverse").as_bool() == Some(true) {
        ", reversed"
    } else {
        ""
    };
    let mut said = format!("sorted by {}{round}", word(field_of(order, "by")));
    let rule = rule(album);
    if !rule.is_empty() {
        let (included, excluded) = (
            word(field_of(album, "included")),
            word(field_of(album, "excluded")),
        );
        said = format!("{rule}, {included} included, {excluded} excluded; {said}");
    }
    said
}

async fn change(context: &Context, method: &str, album: &OsStr, edit: &EditArgs) -> Result<(), Failure> {
    let album = context.target("album", album).await?;
    let assets = context.assets(&edit.which).await?;
    let body = (album, assets, edit.options());
    let receipt: Receipt = context.client.call("Organization", method, &body).await?;
    context.changed(&receipt, edit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_list_says_what_finds_the_photos() {
        let list = json!({"items": [
            {"path": "best", "rule": {"kind": "query", "query": "rating:4+"}, "count": 3},
            {"path": "trip", "rule": null, "count": 12},
        ]});
        assert_eq!(human(&list), "best  3   query rating:4+\ntrip  12\n");
    }

    #[test]
    fn an_album_says_how_it_is_sorted_and_what_was_decided_by_hand() {
        let order = json!({"by": "manual", "reverse": false});
        let plain = json!({"rule": null, "order": order});
        assert_eq!(said(&plain), "sorted by manual");
        let smart = json!({
            "rule": {"kind": "collection", "collection": "best"},
            "order": {"by": "taken", "reverse": true}, "included": 1, "excluded": 2,
        });
        assert_eq!(
            said(&smart),
            "collection best, 1 included, 2 excluded; sorted by taken, reversed"
        );
    }
}
