//! The fields a person can edit, their values, and the sparse layer of edits.

use super::error::CatalogError;
use crate::kernel::{Revision, Taken, UserId};
use crate::organization::{FaceEdit, FaceId};

/// A place: fixed point, so that equal places are equal and hash alike.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Location {
    /// Latitude in 1e-7 degrees, north positive.
    pub lat_e7: i32,
    /// Longitude in 1e-7 degrees, east positive.
    pub lon_e7: i32,
    /// Altitude in centimetres above the sea, where known.
    pub alt_cm: Option<i32>,
}

impl Location {
    /// The place of these degrees and metres.
    ///
    /// # Errors
    /// [`CatalogError::OffTheGlobe`] beyond ±90, ±180 or 20,000 km of height.
    pub fn from_degrees(lat: f64, lon: f64, alt: Option<f64>) -> Result<Self, CatalogError> {
        let off = || CatalogError::OffTheGlobe {
            text: format!("{lat},{lon}"),
        };
        let fixed = |value: f64, scale: f64, limit: f64| -> Option<i32> {
            (value.is_finite() && value.abs() <= limit).then(|| {
                #[expect(clippy::cast_possible_truncation, reason = "bounded by `limit`, which fits")]
                let number = (value * scale).round() as i32;
                number
            })
        };
        Ok(Self {
            lat_e7: fixed(lat, 1e7, 90.0).ok_or_else(off)?,
            lon_e7: fixed(lon, 1e7, 180.0).ok_or_else(off)?,
            alt_cm: alt
                .map(|alt| fixed(alt, 100.0, 2e7).ok_or_else(off))
                .transpose()?,
        })
    }

    /// Degrees north.
    #[must_use]
    pub fn lat(&self) -> f64 {
        f64::from(self.lat_e7) / 1e7
    }

    /// Degrees east.
    #[must_use]
    pub fn lon(&self) -> f64 {
        f64::from(self.lon_e7) / 1e7
    }

    /// Metres above the sea.
    #[must_use]
    pub fn alt(&self) -> Option<f64> {
        self.alt_cm.map(|cm| f64::from(cm) / 100.0)
    }
}

/// A field by its name, without saying whose.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Field {
    /// Title.
    Title,
    /// Description.
    Description,
    /// Rating.
    Rating,
    /// Colour label.
    Label,
    /// Favourite of the person who asks.
    Favorite,
    /// Hidden.
    Hidden,
    /// Place.
    Location,
    /// Orientation.
    Orientation,
    /// Date.
    Taken,
    /// Faces, each edited by itself.
    Faces,
}

impl Field {
    /// All, in the order they are shown.
    pub const ALL: [Self; 10] = [
        Self::Title,
        Self::Description,
        Self::Rating,
        Self::Label,
        Self::Favorite,
        Self::Hidden,
        Self::Location,
        Self::Orientation,
        Self::Taken,
        Self::Faces,
    ];

    /// The name on every surface: `title`, `taken` …
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Description => "description",
            Self::Rating => "rating",
            Self::Label => "label",
            Self::Favorite => "favorite",
            Self::Hidden => "hidden",
            Self::Location => "location",
            Self::Orientation => "orientation",
            Self::Taken => "taken",
            Self::Faces => "faces",
        }
    }

    /// The field of this name; `date` stands for `taken`.
    ///
    /// # Errors
    /// [`CatalogError::UnknownField`] with the names there are.
    pub fn parse(text: &str) -> Result<Self, CatalogError> {
        let wanted = if text == "date" { "taken" } else { text };
        Self::ALL
            .into_iter()
            .find(|field| field.as_str() == wanted)
            .ok_or_else(|| CatalogError::UnknownField {
                name: text.to_owned(),
            })
    }

    /// The key under which an edit by this person is kept; `None` for faces, of
    /// which each has its own.
    #[must_use]
    pub const fn key(self, user: UserId) -> Option<FieldKey> {
        Some(match self {
            Self::Title => FieldKey::Title,
            Self::Description => FieldKey::Description,
            Self::Rating => FieldKey::Rating,
            Self::Label => FieldKey::Label,
            Self::Favorite => FieldKey::Favorite(user),
            Self::Hidden => FieldKey::Hidden,
            Self::Location => FieldKey::Location,
            Self::Orientation => FieldKey::Orientation,
            Self::Taken => FieldKey::Taken,
            Self::Faces => return None,
        })
    }
}

/// Where an edit is kept: the field, and whose where it is each person's own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FieldKey {
    /// Title.
    Title,
    /// Description.
    Description,
    /// Rating.
    Rating,
    /// Colour label.
    Label,
    /// Favourite of this person.
    Favorite(UserId),
    /// Hidden.
    Hidden,
    /// Place.
    Location,
    /// Orientation.
    Orientation,
    /// Date.
    Taken,
    /// One face of the photo.
    Face(FaceId),
}

impl FieldKey {
    /// The field, without whose it is.
    #[must_use]
    pub const fn field(self) -> Field {
        match self {
            Self::Title => Field::Title,
            Self::Description => Field::Description,
            Self::Rating => Field::Rating,
            Self::Label => Field::Label,
            Self::Favorite(_) => Field::Favorite,
            Self::Hidden => Field::Hidden,
            Self::Location => Field::Location,
            Self::Orientation => Field::Orientation,
            Self::Taken => Field::Taken,
            Self::Face(_) => Field::Faces,
        }
    }
}

/// Bytes that a text may have: what fits into an extended attribute, with room.
pub(super) const TEXT_MAX: usize = 32 << 10;

/// An edited value.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum FieldValue {
    /// Title, description, label.
    Text(Box<str>),
    /// -1 to 5.
    Rating(i8),
    /// Favourite, hidden.
    Flag(bool),
    /// A place, or "nowhere" (hides the file's own).
    Location(Option<Location>),
    /// 1 to 8.
    Orientation(u8),
    /// A date.
    Taken(Taken),
    /// What was made of a face.
    Face(Box<FaceEdit>),
}

impl FieldValue {
    /// The value of a face's edit.
    #[must_use]
    pub fn face(edit: FaceEdit) -> Self {
        Self::Face(Box::new(edit))
    }

    /// The edit of a face, if it is one.
    #[must_use]
    pub fn as_face(&self) -> Option<FaceEdit> {
        if let Self::Face(edit) = self {
            Some(**edit)
        } else {
            None
        }
    }

    /// Whether the value is one that this field may have.
    ///
    /// # Errors
    /// The [`CatalogError`] that names field and value.
    pub fn check(&self, field: Field) -> Result<(), CatalogError> {
        match (field, self) {
            (_, Self::Text(text)) if text.len() > TEXT_MAX => Err(CatalogError::TooLong {
                field: field.as_str(),
                bytes: text.len(),
            }),
            (Field::Title | Field::Description | Field::Label, Self::Text(_))
            | (Field::Favorite | Field::Hidden, Self::Flag(_))
            | (Field::Location, Self::Location(_))
            | (Field::Taken, Self::Taken(_)) => Ok(()),
            (Field::Rating, Self::Rating(rating)) if (-1..=5).contains(rating) => Ok(()),
            (Field::Rating, Self::Rating(rating)) => Err(CatalogError::RatingOutOfRange { rating: *rating }),
            (Field::Orientation, Self::Orientation(turn)) if (1..=8).contains(turn) => Ok(()),
            (Field::Orientation, Self::Orientation(turn)) => {
                Err(CatalogError::OrientationOutOfRange { orientation: *turn })
            }
            _ => Err(CatalogError::WrongKind {
                field: field.as_str(),
            }),
        }
    }
}

/// The edits of one asset, sorted by key; most assets have none.
///
/// Each knows the entry that made it: where two assets turn out to be one, the later
/// edit of a field is kept.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct UserLayer {
    values: Vec<(FieldKey, FieldValue, Revision)>,
}

impl UserLayer {
    fn find(&self, key: FieldKey) -> Result<usize, usize> {
        self.values.binary_search_by_key(&key, |(key, _, _)| *key)
    }

    /// The edit of this field, if there is one.
    #[must_use]
    pub fn get(&self, key: FieldKey) -> Option<&FieldValue> {
        self.values.get(self.find(key).ok()?).map(|(_, value, _)| value)
    }

    /// The entry that made the edit of this field, if there is one.
    #[must_use]
    pub fn edited(&self, key: FieldKey) -> Option<Revision> {
        self.values
            .get(self.find(key).ok()?)
            .map(|(_, _, revision)| *revision)
    }

    /// Puts an edit, made by this entry, or drops it.
    pub fn set(&mut self, key: FieldKey, value: Option<FieldValue>, revision: Revision) {
        match (self.find(key), value) {
            (Ok(at), Some(value)) => {
                if let Some(slot) = self.values.get_mut(at) {
                    *slot = (key, value, revision);
                }
            }
            (Err(at), Some(value)) => self.values.insert(at, (key, value, revision)),
            (Ok(at), None) => {
                self.values.remove(at);
            }
            (Err(_), None) => {}
        }
    }

    /// The edits, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (FieldKey, &FieldValue)> {
        self.values.iter().map(|(key, value, _)| (*key, value))
    }

    /// The edits, sorted by key, each with the entry that made it.
    pub fn dated(&self) -> impl Iterator<Item = (FieldKey, &FieldValue, Revision)> {
        self.values
            .iter()
            .map(|(key, value, revision)| (*key, value, *revision))
    }

    /// Whether nothing is edited.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

impl FromIterator<(FieldKey, FieldValue, Revision)> for UserLayer {
    fn from_iter<I: IntoIterator<Item = (FieldKey, FieldValue, Revision)>>(values: I) -> Self {
        let mut layer = Self::default();
        for (key, value, revision) in values {
            layer.set(key, Some(value), revision);
        }
        layer
    }
}
