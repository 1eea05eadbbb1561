//! Facts read from the form that `packed` describes.

use super::Shared;
use super::packed::{FACE, Field, LENGTHS, end_before, marks, part, tenths};
use crate::catalog::{Camera, Exposure, Facts, LinkId, Location};
use crate::kernel::{PersonId, Precision, TagId, Taken, TakenSource};
use crate::organization::{FaceBox, FaceId, FaceKind, FileFace};
use std::sync::Arc;

/// The facts of an asset, as they lie in the view: a method a field of [`Facts`].
#[derive(Clone, Copy)]
pub struct FactsRef<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) shared: &'a Shared,
}

impl<'a> FactsRef<'a> {
    fn has(self, field: Field) -> bool {
        marks(self.bytes) & field.bit() != 0
    }

    /// The first bytes of a field of fixed length.
    fn fixed<const N: usize>(self, field: Field) -> Option<[u8; N]> {
        if !self.has(field) {
            return None;
        }
        self.bytes
            .get(end_before(self.bytes, field as usize)..)?
            .first_chunk()
            .copied()
    }

    fn number(self, field: Field) -> Option<u32> {
        self.fixed(field).map(u32::from_le_bytes)
    }

    fn real(self, (short, exact): (Field, Field), back: impl Fn(u16) -> f64) -> Option<f64> {
        let short = self.fixed(short).map(|bytes| back(u16::from_le_bytes(bytes)));
        short.or_else(|| Some(f64::from_bits(u64::from_le_bytes(self.fixed(exact)?))))
    }

    /// The bytes of a field with its length before it.
    fn variable(self, wanted: Field) -> Option<&'a [u8]> {
        if !self.has(wanted) {
            return None;
        }
        let mut rest = self.bytes.get(end_before(self.bytes, LENGTHS.len())..)?;
        for field in [
            Field::Title,
            Field::Description,
            Field::Label,
            Field::Unreadable,
            Field::Tags,
            Field::Faces,
            Field::Persons,
        ] {
            if self.has(field) {
                let (length, after) = rest.split_first_chunk()?;
                let (bytes, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
                if field == wanted {
                    return Some(bytes);
                }
                rest = after;
            }
        }
        None
    }

    fn text(self, field: Field) -> Option<&'a str> {
        std::str::from_utf8(self.variable(field)?).ok()
    }

    /// MIME type, where the reader knows better than the extension.
    #[must_use]
    pub fn mime(self) -> Option<&'a str> {
        let number = self.number(Field::Mime)?;
        self.shared.mimes.get(number).map(|mime| &**mime)
    }

    /// Pixels, as stored (before orientation).
    #[must_use]
    pub fn width(self) -> Option<u32> {
        self.number(Field::Width)
    }

    /// Pixels, as stored (before orientation).
    #[must_use]
    pub fn height(self) -> Option<u32> {
        self.number(Field::Height)
    }

    /// EXIF orientation, 1 to 8.
    #[must_use]
    pub fn orientation(self) -> Option<u8> {
        self.fixed(Field::Orientation).map(u8::from_le_bytes)
    }

    /// Milliseconds of a movie.
    #[must_use]
    pub fn duration_ms(self) -> Option<u32> {
        self.number(Field::Duration)
    }

    /// When it was taken.
    #[must_use]
    pub fn taken(self) -> Option<Taken> {
        let [a, b, c, d, e, f, g, h, precision, source] = self.fixed(Field::Taken)?;
        Some(Taken {
            local_seconds: i64::from_le_bytes([a, b, c, d, e, f, g, h]),
            nanos: self.number(Field::TakenNanos).unwrap_or(0),
            offset_minutes: self.fixed(Field::TakenOffset).map(i16::from_le_bytes),
            precision: *Precision::ALL.get(usize::from(precision))?,
            source: *TakenSource::ALL.get(usize::from(source))?,
        })
    }

    /// Title.
    #[must_use]
    pub fn title(self) -> Option<&'a str> {
        self.text(Field::Title)
    }

    /// Description.
    #[must_use]
    pub fn description(self) -> Option<&'a str> {
        self.text(Field::Description)
    }

    /// -1 (rejected) to 5.
    #[must_use]
    pub fn rating(self) -> Option<i8> {
        self.fixed(Field::Rating).map(i8::from_le_bytes)
    }

    /// Colour label.
    #[must_use]
    pub fn label(self) -> Option<&'a str> {
        self.text(Field::Label)
    }

    /// Where it was taken.
    #[must_use]
    pub fn location(self) -> Option<Location> {
        let [a, b, c, d, e, f, g, h] = self.fixed(Field::Location)?;
        Some(Location {
            lat_e7: i32::from_le_bytes([a, b, c, d]),
            lon_e7: i32::from_le_bytes([e, f, g, h]),
            alt_cm: self.number(Field::Altitude).map(u32::cast_signed),
        })
    }

    /// What took it.
    #[must_use]
    pub fn camera(self) -> Option<&'a Arc<Camera>> {
        self.shared.camera(self.camera_number()?)
    }

    /// The number of what took it: equal cameras have one.
    #[must_use]
    pub fn camera_number(self) -> Option<u32> {
        self.number(Field::Camera)
    }

    /// How it was exposed.
    #[must_use]
    pub fn exposure(self) -> Option<Exposure> {
        self.has(Field::Exposure).then(|| Exposure {
            iso: self.number(Field::Iso),
            f_number: self.real((Field::Aperture, Field::ApertureExact), tenths),
            time: self.real((Field::Time, Field::TimeExact), part),
            focal_length: self.real((Field::Focal, Field::FocalExact), tenths),
        })
    }

    /// The tags that its paths are, sorted.
    pub fn tags(self) -> impl Iterator<Item = TagId> + 'a {
        let bytes = self.variable(Field::Tags).unwrap_or_default();
        let tag = |number: &[u8; 4]| TagId::new(u32::from_le_bytes(*number));
        bytes.as_chunks().0.iter().map(tag)
    }

    /// The faces in it, by number.
    pub fn faces(self) -> impl Iterator<Item = FileFace> + use<'a> {
        let bytes = self.variable(Field::Faces).unwrap_or_default();
        bytes.as_chunks().0.iter().filter_map(unpack_face)
    }

    /// The persons in it of whom there is no face, sorted.
    pub fn persons(self) -> impl Iterator<Item = PersonId> + use<'a> {
        let bytes = self.variable(Field::Persons).unwrap_or_default();
        let person = |number: &[u8; 4]| PersonId::new(u32::from_le_bytes(*number));
        bytes.as_chunks().0.iter().map(person)
    }

    /// Apple's ContentIdentifier.
    #[must_use]
    pub fn content_id(self) -> Option<LinkId> {
        self.fixed(Field::ContentId).map(LinkId::new)
    }

    /// Apple's BurstUUID, Google's burst id.
    #[must_use]
    pub fn burst_id(self) -> Option<LinkId> {
        self.fixed(Field::BurstId).map(LinkId::new)
    }

    /// Whether there is a movie in the picture's own file.
    #[must_use]
    pub fn has_motion(self) -> bool {
        self.has(Field::Motion)
    }

    /// Whether another reader read this than the one there is.
    #[must_use]
    pub fn is_outdated(self) -> bool {
        self.has(Field::Outdated)
    }

    /// Why the file could not be read, if it could not.
    #[must_use]
    pub fn unreadable(self) -> Option<&'a str> {
        self.text(Field::Unreadable)
    }

    /// All of them.
    #[must_use]
    pub fn to_facts(self) -> Facts {
        Facts {
            mime: self.mime().map(Into::into),
            width: self.width(),
            height: self.height(),
            orientation: self.orientation(),
            duration_ms: self.duration_ms(),
            taken: self.taken(),
            title: self.title().map(Into::into),
            description: self.description().map(Into::into),
            rating: self.rating(),
            label: self.label().map(Into::into),
            location: self.location(),
            camera: self.camera().cloned(),
            exposure: self.exposure().map(Box::new),
            tag_paths: Vec::new(),
            tags: self.tags().collect(),
            face_reads: Vec::new(),
            faces: self.faces().collect(),
            person_names: Vec::new(),
            persons: self.persons().collect(),
            content_id: self.content_id(),
            burst_id: self.burst_id(),
            has_motion: self.has_motion(),
            is_outdated: self.is_outdated(),
            unreadable: self.unreadable().map(Into::into),
        }
    }
}

impl std::fmt::Debug for FactsRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.to_facts().fmt(f)
    }
}

fn unpack_face(bytes: &[u8; FACE]) -> Option<FileFace> {
    let (id, rest) = bytes.split_first_chunk()?;
    let (kind, rest) = rest.split_first()?;
    let (numbers, _) = rest.as_chunks();
    let [x, y, w, h, person] = *numbers else {
        return None;
    };
    let [x, y, w, h, person] = [x, y, w, h, person].map(u32::from_le_bytes);
    Some(FileFace {
        id: FaceId::new(u16::from_le_bytes(*id)),
        kind: *FaceKind::ALL.get(usize::from(*kind))?,
        at: FaceBox { x, y, w, h },
        person: (person != 0).then(|| PersonId::new(person)),
    })
}
