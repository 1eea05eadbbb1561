//! Shares as documents, and finding one, and what it is to show, by what a person says.

use super::Refusal;
use super::asset_json::{PathJson, owner};
use super::selection::library_at;
use kphotos_domain::kernel::{AlbumId, FolderId, LibraryId, Owner, PersonId, ShareId, TagId, UserId};
use kphotos_domain::organization::{AlbumPath, OrganizationError, PersonName, TagPath, find_person};
use kphotos_domain::sharing::{Scope, Share, SharingError};
use kphotos_domain::view::View;
use serde::Serialize;
use utoipa::ToSchema;

/// A share.
#[derive(Serialize, ToSchema)]
#[schema(as = Share)]
pub(crate) struct ShareJson {
    id: u32,
    name: String,
    owner: String,
    scope: ScopeJson,
    /// Photos in it that are shown.
    count: u64,
}

/// What a share shows: its kind, and a field of that name.
#[derive(Serialize, ToSchema)]
#[schema(as = Scope)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum ScopeJson {
    Album {
        album: String,
    },
    Tag {
        tag: String,
    },
    Person {
        person: String,
    },
    Library {
        library: String,
    },
    Folder {
        folder: String,
        #[serde(flatten)]
        path: PathJson,
    },
    Query {
        query: String,
    },
    Collection {
        collection: String,
    },
    Assets,
}

/// A share as a document.
pub(crate) fn share(view: &View, share: &Share) -> ShareJson {
    ShareJson {
        id: share.id.number(),
        name: share.name.to_string(),
        owner: owner(view, share.owner),
        scope: scope(view, &share.scope),
        count: view.shown(&view.share_assets(share)).len(),
    }
}

fn scope(view: &View, scope: &Scope) -> ScopeJson {
    match scope {
        Scope::Album(id) => ScopeJson::Album {
            album: view.album_path(*id),
        },
        Scope::Tag(id) => ScopeJson::Tag {
            tag: view.tag_path(*id),
        },
        Scope::Person(id) => ScopeJson::Person {
            person: view
                .person(*id)
                .map(|row| row.name.to_string())
                .unwrap_or_default(),
        },
        Scope::Library(id) => ScopeJson::Library {
            library: view
                .library(*id)
                .map(|row| row.name.to_string())
                .unwrap_or_default(),
        },
        Scope::Folder(id) => {
            let path = folder_path(view, *id);
            ScopeJson::Folder {
                folder: String::from_utf8_lossy(&path).into_owned(),
                path: PathJson::new(&path),
            }
        }
        Scope::Query(text) => ScopeJson::Query {
            query: text.to_string(),
        },
        Scope::Collection(id) => ScopeJson::Collection {
            collection: view
                .collection(*id)
                .map(|one| one.name.to_string())
                .unwrap_or_default(),
        },
        Scope::Assets(_) => ScopeJson::Assets,
    }
}

/// The absolute path of a folder of a library.
pub(super) fn folder_path(view: &View, id: FolderId) -> Vec<u8> {
    let library = view.library(view.library_of(id));
    let mut path = library.map(|row| row.root.to_vec()).unwrap_or_default();
    let below = view.folder_path(id);
    if !below.is_empty() {
        path.push(b'/');
        path.extend(below);
    }
    path
}

/// The shares of a person, sorted by name.
pub(crate) fn shares(view: &View, user: UserId) -> Vec<ShareJson> {
    let mine = view.shares().filter(|share| share.owner == Owner::User(user));
    let mut shares: Vec<ShareJson> = mine.map(|one| share(view, one)).collect();
    shares.sort_by(|a, b| a.name.cmp(&b.name));
    shares
}

/// The share of a person with this number or, if that is 0, this name.
pub(crate) fn find<'v>(
    view: &'v View,
    user: UserId,
    (number, name): &(u32, String),
) -> Result<&'v Share, SharingError> {
    let id = if *number == 0 {
        view.share_named(Owner::User(user), name)
    } else {
        Some(ShareId::new(*number))
    };
    let share = id.and_then(|id| view.share(id));
    share
        .filter(|share| share.owner == Owner::User(user))
        .ok_or_else(|| SharingError::NoShare {
            name: if *number == 0 {
                name.clone()
            } else {
                number.to_string()
            },
        })
}

/// What a share is to show: of this kind, with this number or, if that is 0, this name.
///
/// # Errors
/// `not-found` for what is not there, `invalid` for a kind that is none.
pub(crate) fn named(
    view: &View,
    user: UserId,
    kind: &str,
    (number, name): &(u32, String),
) -> Result<Scope, Refusal> {
    let owner = Owner::User(user);
    let missing = |kind| SharingError::NoTarget {
        kind,
        what: name.clone(),
    };
    Ok(match kind {
        "album" if *number > 0 => Scope::Album(AlbumId::new(*number)),
        "album" => {
            let path = AlbumPath::parse(name).map_err(OrganizationError::from)?;
            let mut names = path.names();
            let found = names.try_fold(None, |above, name| view.album_child(owner, above, name).map(Some));
            Scope::Album(found.flatten().ok_or_else(|| missing("album"))?)
        }
        "tag" if *number > 0 => Scope::Tag(TagId::new(*number)),
        "tag" => {
            let path = TagPath::parse(name).map_err(OrganizationError::from)?;
            let mut names = path.names();
            let found = names.try_fold(None, |above, name| view.tag_child(owner, above, name).map(Some));
            Scope::Tag(found.flatten().ok_or_else(|| missing("tag"))?)
        }
        "person" if *number > 0 => Scope::Person(PersonId::new(*number)),
        "person" => {
            let name = PersonName::parse(name).map_err(OrganizationError::from)?;
            Scope::Person(find_person(view, owner, &name).ok_or_else(|| missing("person"))?)
        }
        "library" if *number > 0 => Scope::Library(LibraryId::new(*number)),
        "library" => {
            let mut libraries = view.libraries().filter(|library| library.owner == owner);
            let found = libraries.find(|library| *library.name == **name);
            Scope::Library(found.ok_or_else(|| missing("library"))?.id)
        }
        "folder" if *number > 0 => folder(view, FolderId::new(*number)),
        "query" => Scope::Query(name.as_str().into()),
        "collection" => {
            let found = super::albums::find_collection(view, user, &(*number, name.clone()));
            Scope::Collection(found.map_err(|_| missing("collection"))?.id)
        }
        _ => {
            return Err(Refusal::invalid(format!(
                "a share shows no `{kind}`: album, tag, person, library, folder, query, collection or assets"
            )));
        }
    })
}

/// The folder of a library at this absolute path.
pub(crate) fn folder_at(view: &View, path: &[u8]) -> Result<Scope, Refusal> {
    let found = library_at(view, path).and_then(|(library, below)| view.folder_at(library.id, below));
    let missing = || SharingError::NoFolder {
        what: String::from_utf8_lossy(path).into_owned(),
    };
    Ok(folder(view, found.ok_or_else(missing)?))
}

/// A folder; the root of a library is the library.
fn folder(view: &View, folder: FolderId) -> Scope {
    match view.folder(folder) {
        Some(row) if row.parent.is_none() => Scope::Library(row.library),
        Some(_) | None => Scope::Folder(folder),
    }
}
