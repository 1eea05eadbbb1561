//! `org.kphotos.Organization1`: tags, albums, collections, people and faces.
//!
//! A tag, an album or a collection is named by `(number, path)`: the number if it is
//! not 0, for a caller who holds its folder in a mount, else the path (or the name).

use super::caller::{Caller, Dict, Done, done};
use super::options::{EditOptions, Options, PageAsked, page_options};
use super::people;
use super::targets::{
    Target, album_path, arrangement_options, below, one_photo, set_album, tag_path, word_path,
};
use crate::surface::albums::{self, AlbumJson, CollectionJson};
use crate::surface::asset_json::AssetJson;
use crate::surface::documents::{self, List, tags_by_path, text};
use crate::surface::{Refusal, Selection, perform, photos};
use kphotos_domain::command::{AlbumAssets, Command, TagAssets};
use kphotos_domain::kernel::{Owner, UserId};
use kphotos_domain::organization::{
    AlbumArrangement, AlbumChange, AlbumPath, CollectionChange, CollectionName, NewAlbum, OrganizationError,
    TagArrangement, TagPath, find_tag,
};
use kphotos_domain::view::{Dir, View};
use serde::Serialize;

pub(super) struct Organization(pub(super) Caller);

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
                text(&tags_by_path(
                    mine.filter_map(|(id, _)| documents::tag(&view, id)),
                ))
            })
            .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn create_album(&self, path: String, options: Dict) -> Result<(u64, u64, bool, String), Refusal> {
        let path = AlbumPath::parse(&path).map_err(OrganizationError::from)?;
        self.change(options, move |_, _| Ok(Command::CreateAlbum(path.into())))
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
                text(&albums::albums(&view, user))
            })
            .await
    }

    #[zbus(out_args("document"))]
    async fn show_album(&self, album: Target, options: Dict) -> Result<String, Refusal> {
        self.0
            .run(move |services, user| {
                let asked = PageAsked::parse(options)?;
                let view = services.app.view();
                let id = albums::known_album(&view, user, &album_path(&view, &album)?)?;
                let photos = albums::album_page(&view, user, id, &asked.of_album())?;
                let album = albums::album(&view, id);
                text(&ShownAlbum { album, photos })
            })
            .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn create_smart_album(
        &self,
        path: String,
        kind: String,
        what: Target,
        folder: Vec<u8>,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        let path = AlbumPath::parse(&path).map_err(OrganizationError::from)?;
        self.change(options, move |view, user| {
            let rule = Some(albums::rule(view, user, &kind, &what, &folder)?);
            Ok(Command::CreateAlbum(NewAlbum { path, rule }))
        })
        .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn bind_album(
        &self,
        album: Target,
        kind: String,
        what: Target,
        folder: Vec<u8>,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        self.change(options, move |view, user| {
            let rule = match kind.as_str() {
                "none" => None,
                kind => Some(albums::rule(view, user, kind, &what, &folder)?),
            };
            set_album(view, &album, AlbumChange::Bind(rule))
        })
        .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn exclude_from_album(
        &self,
        album: Target,
        assets: Selection,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        self.0
            .edit(assets, options, move |view, assets| {
                let album = album_path(view, &album)?;
                Ok(Command::ExcludeFromAlbum(AlbumAssets { album, assets }))
            })
            .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn set_album_cover(
        &self,
        album: Target,
        asset: Selection,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        self.change(options, move |view, user| {
            let cover = if asset.is_empty() {
                None
            } else {
                Some(one_photo(&asset, view, user)?)
            };
            set_album(view, &album, AlbumChange::Cover(cover))
        })
        .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn order_album(
        &self,
        album: Target,
        by: String,
        reverse: bool,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        let by = albums::order_by(&by)?;
        self.change(options, move |view, _| {
            set_album(view, &album, AlbumChange::Sort { by, reverse })
        })
        .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn place_in_album(
        &self,
        album: Target,
        assets: Selection,
        at: String,
        beside: Selection,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        let options = EditOptions::parse(options)?;
        self.0
            .run(move |services, user| {
                let command = {
                    let view = services.app.view();
                    let id = albums::known_album(&view, user, &album_path(&view, &album)?)?;
                    let mut named = assets.in_order(&view, user, options.recursive)?;
                    if !options.only {
                        named = albums::with_stacks(&view, id, &named);
                    }
                    let beside = match beside.is_empty() {
                        true => None,
                        false => Some(one_photo(&beside, &view, user)?),
                    };
                    let (assets, at) = (named, albums::place(&at, beside)?);
                    set_album(&view, &album, AlbumChange::Place { assets, at })?
                };
                Ok(done(perform(services, user, &command, options.dry_run)?))
            })
            .await
    }

    #[zbus(out_args("document"))]
    async fn list_collections(&self) -> Result<String, Refusal> {
        self.0
            .run(|services, user| text(&albums::collections(&services.app.view(), user)))
            .await
    }

    #[zbus(out_args("document"))]
    async fn show_collection(&self, collection: Target, options: Dict) -> Result<String, Refusal> {
        self.0
            .run(move |services, user| {
                let options = page_options(options)?;
                let view = services.app.view();
                let found = albums::find_collection(&view, user, &collection)?;
                let shown = view.members(Dir::Collection(found.id));
                let photos = photos(&view, user, &shown, &options);
                let collection = albums::collection(&view, found);
                text(&ShownCollection { collection, photos })
            })
            .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn create_collection(
        &self,
        name: String,
        query: String,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        let (name, query) = (CollectionName::parse(&name)?, query.into());
        self.change(options, move |_, _| {
            Ok(Command::ChangeCollection(CollectionChange::Create {
                name,
                query,
            }))
        })
        .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn update_collection(
        &self,
        collection: Target,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        let mut options = Options::new(options);
        let name = options.take::<String>("name")?;
        let name = name.map(|name| CollectionName::parse(&name)).transpose()?;
        let query = options.take::<String>("query")?.map(Into::into);
        let dry_run = options.flag("dry_run")?;
        options.end()?;
        self.0
            .run(move |services, user| {
                let id = albums::find_collection(&services.app.view(), user, &collection)?.id;
                let command = Command::ChangeCollection(CollectionChange::Update { id, name, query });
                Ok(done(perform(services, user, &command, dry_run)?))
            })
            .await
    }

    #[zbus(out_args("revision", "touched", "undoable", "summary"))]
    async fn delete_collection(
        &self,
        collection: Target,
        options: Dict,
    ) -> Result<(u64, u64, bool, String), Refusal> {
        self.change(options, move |view, user| {
            let id = albums::find_collection(view, user, &collection)?.id;
            Ok(Command::ChangeCollection(CollectionChange::Delete { id }))
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

/// An album and a page of its photos.
#[derive(Serialize)]
struct ShownAlbum {
    album: Option<AlbumJson>,
    #[serde(flatten)]
    photos: List<AssetJson>,
}

/// A collection and a page of its photos.
#[derive(Serialize)]
struct ShownCollection {
    collection: CollectionJson,
    #[serde(flatten)]
    photos: List<AssetJson>,
}

/// What the methods have in common.
impl Organization {
    /// Does a command whose only option is `dry_run`.
    async fn change(
        &self,
        options: Dict,
        command: impl FnOnce(&View, UserId) -> Result<Command, Refusal> + Send + 'static,
    ) -> Result<Done, Refusal> {
        let mut options = Options::new(options);
        let dry_run = options.flag("dry_run")?;
        options.end()?;
        self.0
            .run(move |services, user| {
                let command = command(&services.app.view(), user)?;
                Ok(done(perform(services, user, &command, dry_run)?))
            })
            .await
    }

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

#[derive(Serialize)]
struct SynonymJson {
    path: String,
}
