//! Faces and people.
//!
//! A box is four numbers, millionths of the stored picture; the bytes of kinds and fates may not be given to another once 0.1.0 is tagged.

use crate::store::codec::{Reader, Stored, choice, record};
use kphotos_domain::event::PersonPlace;
use kphotos_domain::kernel::PersonId;
use kphotos_domain::organization::{FaceBox, FaceEdit, FaceFate, FaceId, FaceKind, FileFace, PersonFate};
use kphotos_domain::view::PersonAtRest;

choice! {
    FaceKind { Face = 0, Pet = 1, Focus = 2, BarCode = 3 }
}

record! {
    FaceBox { x, y, w, h }
    FileFace { id, kind, at, person }
    FaceEdit { at, kind, fate }
    PersonPlace { name, fate }
    PersonAtRest { owner, place, words }
}

impl Stored for FaceId {
    fn put(&self, out: &mut Vec<u8>) {
        u32::from(self.number()).put(out);
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        u32::get(from)?.try_into().ok().map(Self::new)
    }
}

/// A byte for what was made of it; then who it is, where an edit says that.
impl Stored for FaceFate {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Named(person) => (0u8, *person).put(out),
            Self::Rejected => out.push(1),
            Self::Added(person) => (2u8, *person).put(out),
        }
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Some(match from.byte()? {
            0 => Self::Named(Stored::get(from)?),
            1 => Self::Rejected,
            2 => Self::Added(Stored::get(from)?),
            _ => return None,
        })
    }
}

/// A byte for the kind of fate, and the other person if there is one.
impl Stored for PersonFate {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Live => out.push(0),
            Self::Deleted => out.push(1),
            Self::Merged(into) => (2u8, *into).put(out),
        }
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        match from.byte()? {
            0 => Some(Self::Live),
            1 => Some(Self::Deleted),
            2 => PersonId::get(from).map(Self::Merged),
            _ => None,
        }
    }
}
