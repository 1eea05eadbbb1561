//! `album create|add|remove|list|show|rename|move|delete`.

use super::Context;
use super::search::{Paged, show};
use super::tag::arrange;
use crate::assets::{EditArgs, flags, place, target};
use crate::cli::AlbumCommand;
use crate::client::Receipt;
use crate::exit::Failure;
use crate::output::columns;
use std::ffi::OsStr;

pub(super) async fn run(context: &Context, command: &AlbumCommand) -> Result<(), Failure> {
    match command {
        AlbumCommand::Create { path, dry_run } => {
            let body = (path, flags(&[("dry_run", *dry_run)]));
            let receipt: Receipt = context.client.call("Organization", "CreateAlbum", &body).await?;
            context.output.change(&receipt, *dry_run)
        }
        AlbumCommand::Add { album, edit } => change(context, "AddToAlbum", album, edit).await,
        AlbumCommand::Remove { album, edit } => change(context, "RemoveFromAlbum", album, edit).await,
        AlbumCommand::List => {
            let text: String = context.client.call("Organization", "ListAlbums", &()).await?;
            context
                .output
                .document(&text, |list| columns(list, &["path", "count"]))
        }
        AlbumCommand::Show { album } => {
            let paged = Paged {
                interface: "Organization",
                method: "ShowAlbum",
                sort: None,
                reverse: false,
                limit: None,
            };
            let found = paged.fetch(context, target("album", album)?).await?;
            show(context, &found)
        }
        AlbumCommand::Rename { album, name, dry_run } => {
            let body = (target("album", album)?, name, flags(&[("dry_run", *dry_run)]));
            arrange(context, "RenameAlbum", &body, *dry_run).await
        }
        AlbumCommand::Move {
            album,
            parent,
            dry_run,
        } => {
            let (album, parent) = (target("album", album)?, place("album", parent)?);
            let body = (album, parent, flags(&[("dry_run", *dry_run)]));
            arrange(context, "MoveAlbum", &body, *dry_run).await
        }
        AlbumCommand::Delete {
            album,
            recursive,
            dry_run,
        } => {
            let options = flags(&[("recursive", *recursive), ("dry_run", *dry_run)]);
            let body = (target("album", album)?, options);
            arrange(context, "DeleteAlbum", &body, *dry_run).await
        }
    }
}

async fn change(context: &Context, method: &str, album: &OsStr, edit: &EditArgs) -> Result<(), Failure> {
    let album = target("album", album)?;
    let assets = context.assets(&edit.which).await?;
    let body = (album, assets, edit.options());
    let receipt: Receipt = context.client.call("Organization", method, &body).await?;
    context.changed(&receipt, edit)
}
