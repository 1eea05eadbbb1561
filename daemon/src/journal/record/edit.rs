//! Edits of fields: which field, and its value.
//!
//! A key is a word, or `{"favorite":1}` for what is each person's own, `{"face":2}` for one face; a value an object with one member, its kind. What values a field
//! may have is the domain's to say, and was said before the entry was made.

use super::people;
use super::wire::{self, mirrored};
use kphotos_domain::catalog::{FieldKey, FieldValue, Location};
use kphotos_domain::kernel::{Taken, UserId};
use kphotos_domain::organization::{FaceEdit, FaceId};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(remote = "FieldKey", rename_all = "snake_case")]
enum FieldKeyRecord {
    Title,
    Description,
    Rating,
    Label,
    /// Of this person.
    Favorite(#[serde(with = "wire")] UserId),
    Hidden,
    Location,
    Orientation,
    Taken,
    /// This face of the photo.
    Face(#[serde(with = "wire")] FaceId),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "FieldValue", rename_all = "snake_case")]
enum FieldValueRecord {
    Text(Box<str>),
    Rating(i8),
    Flag(bool),
    /// `null` is "nowhere".
    Location(#[serde(with = "wire")] Option<Location>),
    Orientation(u8),
    Taken(#[serde(with = "wire")] Taken),
    Face(#[serde(with = "people::boxed")] Box<FaceEdit>),
}

/// Fixed point, so that a place comes back as it was.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Location", deny_unknown_fields)]
struct LocationRecord {
    lat_e7: i32,
    lon_e7: i32,
    alt_cm: Option<i32>,
}

mirrored! {
    FieldKey: FieldKeyRecord,
    FieldValue: FieldValueRecord,
    Location: LocationRecord,
}
