//! Faces and people: boxes, kinds, what was made of a face, what became of a person.
//!
//! A box is four whole numbers, millionths of the stored picture: centre, width, height. An edit of a face is
//! `{"at":[…],"kind":"Face","fate":{"named":6}}`; who it is may be `null`, nobody that is known.

use super::wire::{self, Wire, mirrored, textual};
use kphotos_domain::event::{FaceMoved, PersonPlace};
use kphotos_domain::kernel::{AssetId, PersonId};
use kphotos_domain::organization::{FaceBox, FaceEdit, FaceFate, FaceId, FaceKind, PersonFate};
use serde::de::Deserializer;
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

impl Wire for FaceId {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.number().serialize(to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Deserialize::deserialize(from).map(Self::new)
    }
}

impl Wire for FaceBox {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        [self.x, self.y, self.w, self.h].serialize(to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let [x, y, w, h] = Deserialize::deserialize(from)?;
        Ok(Self { x, y, w, h })
    }
}

textual! {
    FaceKind: |kind| kind.as_str(), |text| FaceKind::ALL.into_iter().find(|kind| kind.as_str() == text), "Face, Pet, Focus or BarCode";
}

/// An edit of a face, in the box in which it travels.
pub(super) mod boxed {
    use super::{Deserializer, FaceEdit, Serializer, Wire as _};

    pub(in crate::journal::record) fn serialize<S: Serializer>(
        edit: &FaceEdit,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        edit.write(to)
    }

    pub(in crate::journal::record) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Box<FaceEdit>, D::Error> {
        FaceEdit::read(from).map(Box::new)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "FaceEdit", deny_unknown_fields)]
struct FaceEditRecord {
    #[serde(with = "wire")]
    at: FaceBox,
    #[serde(with = "wire")]
    kind: FaceKind,
    #[serde(with = "wire")]
    fate: FaceFate,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "FaceFate", rename_all = "snake_case")]
enum FaceFateRecord {
    Named(#[serde(with = "wire")] Option<PersonId>),
    Rejected,
    Added(#[serde(with = "wire")] Option<PersonId>),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "FaceMoved", deny_unknown_fields)]
struct FaceMovedRecord {
    #[serde(with = "wire")]
    asset: AssetId,
    #[serde(with = "wire")]
    face: FaceId,
    #[serde(with = "wire")]
    at: FaceBox,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "PersonPlace", deny_unknown_fields)]
struct PersonPlaceRecord {
    name: Box<str>,
    #[serde(with = "wire")]
    fate: PersonFate,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "PersonFate", rename_all = "snake_case")]
enum PersonFateRecord {
    Live,
    Deleted,
    /// Into this person.
    Merged(#[serde(with = "wire")] PersonId),
}

mirrored! {
    FaceEdit: FaceEditRecord,
    FaceFate: FaceFateRecord,
    FaceMoved: FaceMovedRecord,
    PersonPlace: PersonPlaceRecord,
    PersonFate: PersonFateRecord,
}
