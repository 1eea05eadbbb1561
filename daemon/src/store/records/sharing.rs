//! Shares.
//!
//! A revoked one is a byte 0, any other a byte 1 and its fields; the scope is a byte for its kind and what it names. The numbers of the
//! kinds may not be given to another once 0.1.0 is tagged.

use crate::store::codec::{Reader, Stored};
use kphotos_domain::kernel::ShareId;
use kphotos_domain::sharing::{Scope, Share};

impl Stored for Scope {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Album(id) => {
                out.push(0);
                id.put(out);
            }
            Self::Tag(id) => {
                out.push(1);
                id.put(out);
            }
            Self::Library(id) => {
                out.push(2);
                id.put(out);
            }
            Self::Folder(id) => {
                out.push(3);
                id.put(out);
            }
            Self::Query(text) => {
                out.push(4);
                text.put(out);
            }
            Self::Assets(assets) => {
                out.push(5);
                assets.put(out);
            }
            Self::Person(id) => {
                out.push(7);
                id.put(out);
            }
            Self::Collection(id) => {
                out.push(6);
                id.put(out);
            }
        }
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Some(match from.byte()? {
            0 => Self::Album(Stored::get(from)?),
            1 => Self::Tag(Stored::get(from)?),
            2 => Self::Library(Stored::get(from)?),
            3 => Self::Folder(Stored::get(from)?),
            4 => Self::Query(Stored::get(from)?),
            5 => Self::Assets(Stored::get(from)?),
            7 => Self::Person(Stored::get(from)?),
            6 => Self::Collection(Stored::get(from)?),
            _ => return None,
        })
    }
}

pub(super) fn put_share(share: Option<&Share>, out: &mut Vec<u8>) {
    let Some(Share {
        id: _,
        owner,
        name,
        scope,
    }) = share
    else {
        return out.push(0);
    };
    out.push(1);
    owner.put(out);
    name.put(out);
    scope.put(out);
}

pub(super) fn get_share(id: ShareId, from: &mut Reader<'_>) -> Option<Option<Share>> {
    Some(match from.byte()? {
        0 => None,
        1 => Some(Share {
            id,
            owner: Stored::get(from)?,
            name: Stored::get(from)?,
            scope: Stored::get(from)?,
        }),
        _ => return None,
    })
}
