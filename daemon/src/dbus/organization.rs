//! `org.kphotos.Organization1`: tags, albums, people and faces.
//!
//! A tag or an album is named by `(number, path)`: the number if it is not 0,
//! for a caller who holds its folder in a mount, else the path.

use super::caller::{Caller, Dict, Done};
use super::options::{Options, page_options};
use super::people;
use crate::surface::Refusal;
use crate::surface::Selection;
use crate::surface::asset_json::AssetJson;
use crate::surface::documents::{self, List, by_path, text};
use crate::surface::{find_album, page};
use kphotos_domain::command::{AlbumAssets, Command, TagAssets};
use kphotos_domain::kernel::{AlbumId, Owner, TagId};
use kphotos_domain::organization::{
    AlbumArrangement, AlbumPath, OrganizationError, TagArrangement, TagPath, find_tag,
};
use kphotos_domain::view::View;
use serde::Serialize;

pub(super) struct Organization(pub(super) Caller);

/// `(us)`: a number, or 0 and a path.
pub(super) type Target = (u32, String);

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

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn rename_tag(
        &self,
        tag: Target,
        name: String,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        self.arrange_tags(options, move |view, _| {
            let (tag, name) = (tag_path(view, &tag)?, name.into());
            Ok(TagArrangement::Rename { tag, name })
        })
        .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn move_tag(
        &self,
        tag: Target,
        parent: Target,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        self.arrange_tags(options, move |view, _| {
            let tag = tag_path(view, &tag)?;
            let to = below(&parent).then(|| tag_path(view, &parent)).transpose()?;
            Ok(TagArrangement::Move { tag, to })
        })
        .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn merge_tags(
        &self,
        tags: Vec<Target>,
        into: Target,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        self.arrange_tags(options, move |view, _| {
            let from: Result<Vec<TagPath>, Refusal> = tags.iter().map(|tag| tag_path(view, tag)).collect();
            let (from, into) = (from?, tag_path(view, &into)?);
            Ok(TagArrangement::Merge { from, into })
        })
        .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn delete_tag(&self, tag: Target, options: Dict) -> Result<(u64, u64, bool, String), Refusal> {
        self.arrange_tags(options, move |view, recursive| {
            let tag = tag_path(view, &tag)?;
            Ok(TagArrangement::Delete { tag, recursive })
        })
        .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn add_synonym(
        &self,
        tag: Target,
        word: String,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        self.arrange_tags(options, move |view, _| {
            let (tag, word) = (tag_path(view, &tag)?, word_path(&word)?);
            Ok(TagArrangement::AddSynonym { tag, word })
        })
        .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn remove_synonym(
        &self,
        tag: Target,
        word: String,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        self.arrange_tags(options, move |view, _| {
            let (tag, word) = (tag_path(view, &tag)?, word_path(&word)?);
            Ok(TagArrangement::RemoveSynonym { tag, word })
        })
        .await
    }

    #[zbus(out_args("document"))]
    async fn list_people(&self) -> Result<String, Refusal> {
        people::list(&self.0).await
    }

    #[zbus(out_args("document"))]
    async fn show_person(&self, person: Target, options: Dict) -> Result<String, Refusal> {
        people::show(&self.0, person, options).await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn rename_person(
        &self,
        person: Target,
        name: String,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        people::rename(&self.0, person, name, options).await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn merge_people(
        &self,
        people: Vec<Target>,
        into: Target,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        people::merge(&self.0, people, into, options).await
    }

    #[zbus(out_args("document"))]
    async fn list_faces(&self, assets: Selection, options: Dict) -> Result<String, Refusal> {
        people::list_faces(&self.0, assets, options).await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn add_face(
        &self,
        asset: Selection,
        at: (f64, f64, f64, f64),
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        people::add_face(&self.0, asset, at, options).await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn name_face(
        &self,
        asset: Selection,
        face: u16,
        name: String,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        people::name_face(&self.0, asset, face, name, options).await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn reject_face(
        &self,
        asset: Selection,
        face: u16,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        people::reject_face(&self.0, asset, face, options).await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn remove_face(
        &self,
        asset: Selection,
        face: u16,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        people::remove_face(&self.0, asset, face, options).await
    }

    #[zbus(out_args("document"))]
    async fn list_synonyms(&self, tag: Target) -> Result<String, Refusal> {
        self.0
            .run(move |services, user| {
                let view = services.app.view();
                let path = tag_path(&view, &tag)?;
                let missing = || OrganizationError::NoTag {
                    path: path.to_string(),
                };
                let tag = find_tag(&view, Owner::User(user), &path).ok_or_else(missing)?;
                let json = |path| SynonymJson { path };
                let items = view.tag_synonyms(tag).into_iter().map(json).collect();
                text(&List::whole(items))
            })
            .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn rename_album(
        &self,
        album: Target,
        name: String,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        self.arrange_albums(options, move |view, _| {
            let (album, name) = (album_path(view, &album)?, name.into());
            Ok(AlbumArrangement::Rename { album, name })
        })
        .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn move_album(
        &self,
        album: Target,
        parent: Target,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        self.arrange_albums(options, move |view, _| {
            let album = album_path(view, &album)?;
            let to = below(&parent).then(|| album_path(view, &parent)).transpose()?;
            Ok(AlbumArrangement::Move { album, to })
        })
        .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn delete_album(&self, album: Target, options: Dict) -> Result<(u64, u64, bool, String), Refusal> {
        self.arrange_albums(options, move |view, recursive| {
            let album = album_path(view, &album)?;
            Ok(AlbumArrangement::Delete { album, recursive })
        })
        .await
    }
}

/// The tree of tags, and of albums.
impl Organization {
    async fn arrange_tags(
        &self,
        options: Dict,
        how: impl FnOnce(&View, bool) -> Result<TagArrangement, Refusal> + Send + 'static,
    ) -> Result<Done, Refusal> {
        let (recursive, dry_run) = arrangement_options(options)?;
        self.0
            .execute(dry_run, move |view| {
                Ok(Command::ArrangeTags(how(view, recursive)?))
            })
            .await
    }

    async fn arrange_albums(
        &self,
        options: Dict,
        how: impl FnOnce(&View, bool) -> Result<AlbumArrangement, Refusal> + Send + 'static,
    ) -> Result<Done, Refusal> {
        let (recursive, dry_run) = arrangement_options(options)?;
        self.0
            .execute(dry_run, move |view| {
                Ok(Command::ArrangeAlbums(how(view, recursive)?))
            })
            .await
    }
}

/// Whether a place is below something: `/` and the empty path are the top.
fn below((number, path): &Target) -> bool {
    *number != 0 || !matches!(path.trim(), "" | "/")
}

fn word_path(word: &str) -> Result<TagPath, Refusal> {
    TagPath::parse(word).map_err(|error| OrganizationError::from(error).into())
}

#[derive(Serialize)]
struct SynonymJson {
    path: String,
}

/// Whether those below are meant too, and whether nothing is to be changed.
fn arrangement_options(options: Dict) -> Result<(bool, bool), Refusal> {
    let mut options = Options::new(options);
    let flags = (options.flag("recursive")?, options.flag("dry_run")?);
    options.end()?;
    Ok(flags)
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
