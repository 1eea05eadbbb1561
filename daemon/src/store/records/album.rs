//! What is set of albums, and collections.
//!
//! A rule is a byte for its kind and what it names, an order a byte for what it goes by. The numbers of the kinds may not be given to
//! another once 0.1.0 is tagged.

use crate::store::codec::{Reader, Stored, record};
use kphotos_domain::event::AlbumPlace;
use kphotos_domain::kernel::CollectionId;
use kphotos_domain::organization::query::Sort;
use kphotos_domain::organization::{AlbumOrder, AlbumRule, AlbumSettings, Collection, OrderBy};
use kphotos_domain::view::AlbumAtRest;

record! {
    AlbumPlace { parent, name }
    AlbumOrder { by, reverse, placed }
    AlbumSettings { rule, cover, order }
    AlbumAtRest { owner, place, settings }
}

impl Stored for OrderBy {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(match self {
            Self::Manual => 0,
            Self::Sort(Sort::Taken) => 1,
            Self::Sort(Sort::Added) => 2,
            Self::Sort(Sort::Name) => 3,
            Self::Sort(Sort::Rating) => 4,
        });
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Some(match from.byte()? {
            0 => Self::Manual,
            1 => Self::Sort(Sort::Taken),
            2 => Self::Sort(Sort::Added),
            3 => Self::Sort(Sort::Name),
            4 => Self::Sort(Sort::Rating),
            _ => return None,
        })
    }
}

impl Stored for AlbumRule {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Folder(id) => {
                out.push(0);
                id.put(out);
            }
            Self::Query(text) => {
                out.push(1);
                text.put(out);
            }
            Self::Collection(id) => {
                out.push(2);
                id.put(out);
            }
        }
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Some(match from.byte()? {
            0 => Self::Folder(Stored::get(from)?),
            1 => Self::Query(Stored::get(from)?),
            2 => Self::Collection(Stored::get(from)?),
            _ => return None,
        })
    }
}

pub(super) fn put_collection(collection: Option<&Collection>, out: &mut Vec<u8>) {
    let Some(Collection {
        id: _,
        owner,
        name,
        query,
    }) = collection
    else {
        return out.push(0);
    };
    out.push(1);
    owner.put(out);
    name.put(out);
    query.put(out);
}

pub(super) fn get_collection(id: CollectionId, from: &mut Reader<'_>) -> Option<Option<Collection>> {
    Some(match from.byte()? {
        0 => None,
        1 => Some(Collection {
            id,
            owner: Stored::get(from)?,
            name: Stored::get(from)?,
            query: Stored::get(from)?,
        }),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kphotos_domain::kernel::AssetId;

    #[test]
    fn what_is_set_of_an_album_has_the_golden_form() {
        let settings = AlbumSettings {
            rule: Some(AlbumRule::Query("x".into())),
            cover: Some(AssetId::new(9)),
            order: AlbumOrder {
                by: OrderBy::Manual,
                reverse: true,
                placed: vec![AssetId::new(300), AssetId::new(1)],
            },
        };
        let mut out = Vec::new();
        settings.put(&mut out);
        let expect = [1, 1, 1, b'x', 1, 9, 0, 1, 2, 0xac, 2, 1];
        assert_eq!(out, expect);
    }
}
