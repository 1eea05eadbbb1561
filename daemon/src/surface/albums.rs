//! Albums and collections as documents, pages of an album in its own order, and
//! what a person says of a rule, an order or a collection.

use super::Refusal;
use super::asset_json::{AssetJson, PathJson, owner};
use super::documents::{List, NodeJson, album_node};
use super::page::{PageOptions, page};
use super::selection::{find_album, stacks};
use super::shares::{folder_at, folder_path, named};
use kphotos_domain::kernel::{AlbumId, AssetId, AssetSet, CollectionId, Owner, UserId};
use kphotos_domain::organization::{
    AlbumPath, AlbumRule, Collection, OrderBy, OrganizationError, Place, cover_of, in_order,
};
use kphotos_domain::sharing::Scope;
use kphotos_domain::view::{Dir, View};
use serde::Serialize;
use utoipa::ToSchema;

/// An album.
#[derive(Serialize, ToSchema)]
#[schema(as = Album)]
pub(crate) struct AlbumJson {
    #[serde(flatten)]
    node: NodeJson,
    /// What finds its photos; `null`: those that were put into it alone.
    rule: Option<RuleJson>,
    /// The photo that stands for it: the one that was chosen, else the first.
    cover: Option<u32>,
    order: OrderJson,
    /// Photos that were put into it, shown or not.
    included: u64,
    /// Photos that are not in it whatever its rule finds.
    excluded: u64,
}

/// What finds the photos of an album: its kind, and a field of that name.
#[derive(Serialize, ToSchema)]
#[schema(as = AlbumRule)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum RuleJson {
    Folder {
        /// Absolute
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
}

/// The order of an album.
#[derive(Serialize, ToSchema)]
#[schema(as = AlbumOrder)]
struct OrderJson {
    /// `taken`, `added`, `name`, `rating` or `manual`
    by: &'static str,
    reverse: bool,
}

/// A collection.
#[derive(Serialize, ToSchema)]
#[schema(as = Collection)]
pub(crate) struct CollectionJson {
    id: u32,
    name: String,
    owner: String,
    query: String,
    /// Photos that it finds.
    count: u64,
}

/// An album as a document.
pub(crate) fn album(view: &View, id: AlbumId) -> Option<AlbumJson> {
    let (row, node) = (view.album(id)?, album_node(view, id)?);
    Some(AlbumJson {
        node,
        rule: row.settings.rule.as_ref().map(|rule| rule_json(view, rule)),
        cover: cover_of(view, id).map(AssetId::number),
        order: OrderJson {
            by: row.settings.order.by.as_str(),
            reverse: row.settings.order.reverse,
        },
        included: row.included.len(),
        excluded: row.excluded.len(),
    })
}

fn rule_json(view: &View, rule: &AlbumRule) -> RuleJson {
    match rule {
        AlbumRule::Folder(id) => {
            let path = folder_path(view, *id);
            RuleJson::Folder {
                folder: String::from_utf8_lossy(&path).into_owned(),
                path: PathJson::new(&path),
            }
        }
        AlbumRule::Query(text) => RuleJson::Query {
            query: text.to_string(),
        },
        AlbumRule::Collection(id) => RuleJson::Collection {
            collection: view
                .collection(*id)
                .map(|one| one.name.to_string())
                .unwrap_or_default(),
        },
    }
}

/// The albums of a person, sorted by path.
pub(crate) fn albums(view: &View, user: UserId) -> List<AlbumJson> {
    let mine = view.albums().filter(|(_, row)| row.owner == Owner::User(user));
    let mut albums: Vec<AlbumJson> = mine.filter_map(|(id, _)| album(view, id)).collect();
    albums.sort_by(|a, b| a.node.path().cmp(b.node.path()));
    List::whole(albums)
}

/// A collection as a document.
pub(crate) fn collection(view: &View, collection: &Collection) -> CollectionJson {
    CollectionJson {
        id: collection.id.number(),
        name: collection.name.to_string(),
        owner: owner(view, collection.owner),
        query: collection.query.to_string(),
        count: view.members(Dir::Collection(collection.id)).len(),
    }
}

/// The collections of a person, sorted by name.
pub(crate) fn collections(view: &View, user: UserId) -> List<CollectionJson> {
    let mine = view.collections().filter(|one| one.owner == Owner::User(user));
    let mut all: Vec<CollectionJson> = mine.map(|one| collection(view, one)).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    List::whole(all)
}

/// The collection of a person with this number or, if that is 0, this name.
pub(crate) fn find_collection<'v>(
    view: &'v View,
    user: UserId,
    (number, name): &(u32, String),
) -> Result<&'v Collection, OrganizationError> {
    let id = if *number == 0 {
        view.collection_named(Owner::User(user), name)
    } else {
        Some(CollectionId::new(*number))
    };
    let found = id.and_then(|id| view.collection(id));
    found
        .filter(|one| one.owner == Owner::User(user))
        .ok_or_else(|| OrganizationError::NoCollection {
            name: if *number == 0 {
                name.clone()
            } else {
                number.to_string()
            },
        })
}

/// The album of this path.
pub(crate) fn known_album(view: &View, user: UserId, path: &AlbumPath) -> Result<AlbumId, OrganizationError> {
    find_album(view, user, path).ok_or_else(|| OrganizationError::NoAlbum {
        path: path.to_string(),
    })
}

/// The rule of this kind: a folder by its number or its absolute path, a query, a
/// collection by its number or its name.
pub(crate) fn rule(
    view: &View,
    user: UserId,
    kind: &str,
    what: &(u32, String),
    folder: &[u8],
) -> Result<AlbumRule, Refusal> {
    let scope = match kind {
        "folder" if what.0 == 0 => folder_at(view, folder)?,
        "folder" | "query" => named(view, user, kind, what)?,
        "collection" => Scope::Collection(find_collection(view, user, what)?.id),
        _ => {
            return Err(Refusal::invalid(format!(
                "no `{kind}` finds the photos of an album: folder, query or collection"
            )));
        }
    };
    Ok(match scope {
        Scope::Library(library) => {
            let root = view.root_folder(library);
            let what = || library.to_string();
            AlbumRule::Folder(root.ok_or_else(|| OrganizationError::NoFolder { what: what() })?)
        }
        Scope::Folder(folder) => AlbumRule::Folder(folder),
        Scope::Collection(collection) => AlbumRule::Collection(collection),
        Scope::Query(text) => AlbumRule::Query(text),
        Scope::Album(_) | Scope::Tag(_) | Scope::Person(_) | Scope::Assets(_) => {
            return Err(Refusal::invalid(
                "an album is made of a folder, a query or a collection",
            ));
        }
    })
}

/// By what an album is sorted, in words.
pub(crate) fn order_by(text: &str) -> Result<OrderBy, Refusal> {
    OrderBy::parse(text).ok_or_else(|| {
        Refusal::invalid(format!(
            "`{text}` is no order of an album: sort by taken, added, name, rating or manual"
        ))
    })
}

/// A place in the order of an album, in words; `beside` for `before` and `after`.
pub(crate) fn place(at: &str, beside: Option<AssetId>) -> Result<Place, Refusal> {
    match (at, beside) {
        ("first", None) => Ok(Place::First),
        ("last", None) => Ok(Place::Last),
        ("before", Some(asset)) => Ok(Place::Before(asset)),
        ("after", Some(asset)) => Ok(Place::After(asset)),
        ("before" | "after", None) => Err(Refusal::invalid(format!(
            "`{at}` which photo? Name one that is in the album"
        ))),
        _ => Err(Refusal::invalid(format!(
            "`{at}` is no place: first, last, or before or after one photo"
        ))),
    }
}

/// These photos and the others of their shots that are in an album, which go where they go.
pub(crate) fn with_stacks(view: &View, album: AlbumId, assets: &[AssetId]) -> Vec<AssetId> {
    let is_in = |asset: &AssetId| view.is_in(Dir::Album(album), *asset);
    let mut all: Vec<AssetId> = Vec::new();
    for asset in assets {
        let rest = stacks(view, &AssetSet::one(*asset));
        all.push(*asset);
        all.extend(rest.iter().filter(|other| other != asset && is_in(other)));
    }
    all
}

/// How a page of an album is asked for: as any page of photos, but without an order
/// it is in the album's.
#[derive(Default)]
pub(crate) struct AlbumPage<'a> {
    /// So many at most.
    pub(crate) limit: Option<u32>,
    /// Another order.
    pub(crate) sort: Option<&'a str>,
    /// The other way round than the order says.
    pub(crate) reverse: bool,
    /// `next` of the page before.
    pub(crate) after: Option<&'a str>,
}

/// A page of the photos that an album shows.
pub(crate) fn album_page(
    view: &View,
    user: UserId,
    album: AlbumId,
    asked: &AlbumPage<'_>,
) -> Result<List<AssetJson>, Refusal> {
    let shown = view.members(Dir::Album(album));
    let order = view.album(album).map(|row| row.settings.order.clone());
    let order = order.unwrap_or_default();
    let (assets, next) = match (asked.sort, order.by) {
        (None, OrderBy::Manual) => by_hand(in_order(view, album), asked)?,
        (None, OrderBy::Sort(sort)) => {
            let reverse = order.reverse != asked.reverse;
            let options = PageOptions::new(asked.limit, Some(sort.as_str()), reverse, asked.after)?;
            page(view, &shown, &options)
        }
        (Some(_), _) => {
            let options = PageOptions::new(asked.limit, asked.sort, asked.reverse, asked.after)?;
            page(view, &shown, &options)
        }
    };
    let items = assets
        .into_iter()
        .filter_map(|id| AssetJson::new(view, user, id))
        .collect();
    Ok(List {
        items,
        total: Some(shown.len()),
        next,
    })
}

/// A page of an order by hand. The cursor is `manual-PLACE-ASSET` of the last photo:
/// where that photo is now, the next page begins after it, else at its place.
fn by_hand(
    mut order: Vec<AssetId>,
    asked: &AlbumPage<'_>,
) -> Result<(Vec<AssetId>, Option<String>), Refusal> {
    if asked.reverse {
        order.reverse();
    }
    let limit = PageOptions::new(asked.limit, None, false, None)?.limit;
    let first = match asked.after {
        None => 0,
        Some(text) => {
            let parts = text.strip_prefix("manual-").and_then(|rest| rest.split_once('-'));
            let numbers = parts.and_then(|(place, asset)| Some((place.parse().ok()?, asset.parse().ok()?)));
            let (place, asset): (usize, u32) =
                numbers.ok_or_else(|| Refusal::invalid(format!("`{text}` is no cursor of this list")))?;
            let found = order.iter().position(|id| id.number() == asset);
            found.map_or(place, |at| at + 1)
        }
    };
    let items: Vec<AssetId> = order.iter().skip(first).take(limit).copied().collect();
    let place = first + items.len();
    let last = items.last().filter(|_| place < order.len());
    let next = last.map(|asset| format!("manual-{place}-{asset}"));
    Ok((items, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_an_order_by_hand_goes_on_after_its_last_photo_wherever_that_is() {
        let order = |numbers: &[u32]| numbers.iter().copied().map(AssetId::new).collect::<Vec<_>>();
        let check = |all: &[u32], after: Option<&str>, expect: &[u32], next: Option<&str>| {
            let asked = AlbumPage {
                limit: Some(2),
                after,
                ..AlbumPage::default()
            };
            let (items, cursor) = by_hand(order(all), &asked).unwrap();
            assert_eq!((items, cursor.as_deref()), (order(expect), next));
        };
        check(&[5, 3, 9, 1], None, &[5, 3], Some("manual-2-3"));
        check(&[5, 3, 9, 1], Some("manual-2-3"), &[9, 1], None);
        check(&[3, 5, 9, 1], Some("manual-2-3"), &[5, 9], Some("manual-3-9"));
        check(&[5, 9, 1], Some("manual-2-3"), &[1], None);
        let asked = AlbumPage {
            after: Some("taken-up-1-a"),
            ..AlbumPage::default()
        };
        assert!(by_hand(order(&[1]), &asked).is_err());
    }

    #[test]
    fn a_place_is_named_with_a_photo_only_where_it_is_beside_one() {
        let one = Some(AssetId::new(1));
        assert_eq!(place("first", None).unwrap(), Place::First);
        assert_eq!(place("after", one).unwrap(), Place::After(AssetId::new(1)));
        for (at, beside) in [("first", one), ("before", None), ("middle", None)] {
            assert!(place(at, beside).is_err(), "{at}");
        }
    }
}
