//! `org.kphotos.Organization1`: tags and albums.
//!
//! A tag or an album is named by `(number, path)`: the number if it is not 0,
//! for a caller who holds its folder in a mount, else the path.

use super::caller::{Caller, Dict};
use super::options::{Options, page_options};
use crate::surface::Refusal;
use crate::surface::Selection;
use crate::surface::asset_json::AssetJson;
use crate::surface::documents::{self, List, by_path, text};
use crate::surface::{find_album, page};
use kphotos_domain::command::{AlbumAssets, Command, TagAssets};
use kphotos_domain::kernel::{AlbumId, Owner, TagId};
use kphotos_domain::organization::{AlbumPath, OrganizationError, TagPath};
use kphotos_domain::view::View;

pub(super) struct Organization(pub(super) Caller);

/// `(us)`: a number, or 0 and a path.
type Target = (u32, String);

#[zbus::interface(name = "org.kphotos.Organization1", introspection_docs = false)]
impl Organization {
    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn add_tag(
        &self,
        tag: Target,
        assets: Selection,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        self.0
            .edit(assets, options, move |view, assets| {
                let tag = tag_path(view, &tag)?;
                Ok(Command::AddTag(TagAssets { tag, assets }))
            })
            .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn remove_tag(
        &self,
        tag: Target,
        assets: Selection,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        self.0
            .edit(assets, options, move |view, assets| {
                let tag = tag_path(view, &tag)?;
                Ok(Command::RemoveTag(TagAssets { tag, assets }))
            })
            .await
    }

    #[zbus(out_args("document"))]
    async fn list_tags(&self) -> Result<String, Refusal> {
        self.0
            .run(|services, user| {
                let view = services.app.view();
                let mine = view.tags().filter(|(_, row)| row.owner == Owner::User(user));
                text(&by_path(mine.filter_map(|(id, _)| documents::tag(&view, id))))
            })
            .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn create_album(&self, path: String, options: Dict) -> Result<(u64, u64, bool, String), Refusal> {
        let mut options = Options::new(options);
        let dry_run = options.flag("dry_run")?;
        options.end()?;
        let path = AlbumPath::parse(&path).map_err(OrganizationError::from)?;
        self.0
            .execute(dry_run, move |_| Ok(Command::CreateAlbum(path)))
            .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn add_to_album(
        &self,
        album: Target,
        assets: Selection,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        self.0
            .edit(assets, options, move |view, assets| {
                let album = album_path(view, &album)?;
                Ok(Command::AddToAlbum(AlbumAssets { album, assets }))
            })
            .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn remove_from_album(
        &self,
        album: Target,
        assets: Selection,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        self.0
            .edit(assets, options, move |view, assets| {
                let album = album_path(view, &album)?;
                Ok(Command::RemoveFromAlbum(AlbumAssets { album, assets }))
            })
            .await
    }

    #[zbus(out_args("document"))]
    async fn list_albums(&self) -> Result<String, Refusal> {
        self.0
            .run(|services, user| {
                let view = services.app.view();
                let mine = view.albums().filter(|(_, row)| row.owner == Owner::User(user));
                text(&by_path(mine.filter_map(|(id, _)| documents::album(&view, id))))
            })
            .await
    }

    #[zbus(out_args("document"))]
    async fn show_album(&self, album: Target, options: Dict) -> Result<String, Refusal> {
        self.0
            .run(move |services, user| {
                let options = page_options(options)?;
                let view = services.app.view();
                let path = album_path(&view, &album)?;
                let row = find_album(&view, user, &path).and_then(|id| view.album(id));
                let row = row.ok_or_else(|| OrganizationError::NoAlbum {
                    path: path.to_string(),
                })?;
                let shown = &(&row.assets & view.present()) - view.hidden();
                let (assets, next) = page(&view, &shown, &options);
                let items = assets
                    .into_iter()
                    .filter_map(|id| AssetJson::new(&view, user, id))
                    .collect();
                text(&List {
                    items,
                    total: Some(shown.len()),
                    next,
                })
            })
            .await
    }
}

fn tag_path(view: &View, (number, path): &Target) -> Result<TagPath, Refusal> {
    if *number == 0 {
        return TagPath::parse(path).map_err(|error| OrganizationError::from(error).into());
    }
    let up = |tag: &TagId| view.tag(*tag).and_then(|row| row.parent);
    let mut names: Vec<&str> = std::iter::successors(Some(TagId::new(*number)), up)
        .filter_map(|tag| view.tag(tag).map(|row| &*row.name))
        .collect();
    names.reverse();
    let path = number.to_string();
    TagPath::from_names(names).map_err(|_| OrganizationError::NoTag { path }.into())
}

fn album_path(view: &View, (number, path): &Target) -> Result<AlbumPath, Refusal> {
    if *number == 0 {
        return AlbumPath::parse(path).map_err(|error| OrganizationError::from(error).into());
    }
    let up = |album: &AlbumId| view.album(*album).and_then(|row| row.parent);
    let mut names: Vec<&str> = std::iter::successors(Some(AlbumId::new(*number)), up)
        .filter_map(|album| view.album(album).map(|row| &*row.name))
        .collect();
    names.reverse();
    let path = number.to_string();
    AlbumPath::from_names(names).map_err(|_| OrganizationError::NoAlbum { path }.into())
}
