//! Facts as the view keeps them: one piece of memory with what there is.
//!
//! First four bytes of marks, one a field: whether it is there. Then the fields
//! that are, in the order of the marks, little-endian; texts and the lists of tags, faces and persons
//! come last, since their lengths vary. A field's place is the sum of the lengths
//! before it: a dozen additions, and no text is copied. What many photos share,
//! cameras and MIME types, is in a table, and here is its number.
//!
//! Apertures, exposure times and focal lengths are mostly short decimals or parts
//! of a second: those that come back to the bit from two bytes are kept so.

use super::{Packer, Shared};
use crate::catalog::{Camera, Exposure, Facts, LinkId, Location};
use crate::kernel::{PersonId, Precision, TagId, Taken, TakenSource};
use crate::organization::{FaceBox, FaceId, FaceKind, FileFace};
use std::sync::Arc;

/// The marks, in the order of the fields; the first have fixed lengths.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// Seconds, precision, source.
    Taken,
    TakenNanos,
    TakenOffset,
    Rating,
    Orientation,
    Location,
    Altitude,
    Width,
    Height,
    Duration,
    Camera,
    Mime,
    /// Nothing but that there is one.
    Exposure,
    Iso,
    /// Tenths.
    Aperture,
    ApertureExact,
    /// The second's part.
    Time,
    TimeExact,
    /// Tenths.
    Focal,
    FocalExact,
    ContentId,
    BurstId,
    Title,
    Description,
    Label,
    Unreadable,
    Tags,
    Faces,
    Persons,
    /// Nothing but that there is a movie in it.
    Motion,
    /// Nothing: the file was rewritten since.
    Stale,
}

/// Bytes of the fields of fixed length.
const LENGTHS: [usize; Field::Title as usize] = [
    10, 4, 2, 1, 1, 8, 4, 4, 4, 4, 4, 4, 0, 4, 2, 8, 2, 8, 2, 8, 16, 16,
];
/// Bytes of one face: number, kind, box, and the person's number or 0.
pub(super) const FACE: usize = 2 + 1 + 4 * 4 + 4;
/// Bytes of the marks.
pub(super) const MARKS: usize = 4;

impl Field {
    pub(super) const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// The facts of one asset; read through [`FactsRef`].
#[derive(Clone)]
pub(in crate::view) struct Packed(pub(super) Box<[u8]>);

/// The facts of an asset, as they lie in the view: a method a field of [`Facts`].
#[derive(Clone, Copy)]
pub struct FactsRef<'a> {
    bytes: &'a [u8],
    shared: &'a Shared,
}

pub(super) fn tenths(number: u16) -> f64 {
    f64::from(number) / 10.0
}

pub(super) fn part(number: u16) -> f64 {
    1.0 / f64::from(number)
}

impl Packed {
    /// These facts, but for what is to be resolved: `tag_paths`, `face_reads`, `person_names`.
    pub(in crate::view) fn new(facts: &Facts, shared: &mut Shared) -> Self {
        let mut packed = Packer::new().pack(facts);
        packed.share(facts, shared);
        packed
    }

    /// Notes the numbers of what these facts, of which it was packed, have in common with others.
    pub(in crate::view) fn share(&mut self, facts: &Facts, shared: &mut Shared) {
        if let Some(camera) = &facts.camera {
            self.set_number(Field::Camera, shared.cameras.number(camera));
        }
        if let Some(mime) = &facts.mime {
            self.set_number(Field::Mime, shared.mimes.number(mime));
        }
    }

    fn set_number(&mut self, field: Field, number: u32) {
        let place = end_before(&self.0, field as usize);
        if let Some(bytes) = self.0.get_mut(place..).and_then(<[u8]>::first_chunk_mut) {
            *bytes = number.to_le_bytes();
        }
    }

    /// Whether the file was rewritten since these were read.
    pub(in crate::view) fn is_stale(&self) -> bool {
        marks(&self.0) & Field::Stale.bit() != 0
    }

    /// Notes that the file was rewritten.
    pub(in crate::view) fn set_stale(&mut self) {
        self.set_marks(marks(&self.0) | Field::Stale.bit());
    }

    /// Notes that the file is again what it was when these were read.
    pub(in crate::view) fn set_sound(&mut self) {
        self.set_marks(marks(&self.0) & !Field::Stale.bit());
    }

    pub(in crate::view) const fn read<'a>(&'a self, shared: &'a Shared) -> FactsRef<'a> {
        FactsRef {
            bytes: &self.0,
            shared,
        }
    }

    pub(super) fn set_marks(&mut self, marks: u32) {
        if let Some(place) = self.0.first_chunk_mut() {
            *place = marks.to_le_bytes();
        }
    }
}

fn marks(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |marks| u32::from_le_bytes(*marks))
}

/// Where the fields before this one, of those with fixed lengths, end.
fn end_before(bytes: &[u8], field: usize) -> usize {
    let marks = marks(bytes);
    let there = LENGTHS.iter().take(field).enumerate();
    MARKS
        + there
            .filter(|(at, _)| marks & (1 << at) != 0)
            .map(|(_, length)| length)
            .sum::<usize>()
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
            unreadable: self.unreadable().map(Into::into),
        }
    }
}

impl std::fmt::Debug for FactsRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.to_facts().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text() -> impl Strategy<Value = Option<Box<str>>> {
        prop::option::of("[a-é\\x00]{0,40}".prop_map(|text| text.into_boxed_str()))
    }

    /// Numbers as cameras write them, and any others.
    fn real() -> impl Strategy<Value = Option<f64>> {
        let short = (0u32..70_000).prop_map(|number| f64::from(number) / 10.0);
        let part = (0u32..70_000).prop_map(|number| 1.0 / f64::from(number));
        let any = any::<f64>().prop_filter("comparable", |number| !number.is_nan());
        prop::option::of(prop_oneof![short, part, any])
    }

    fn taken() -> impl Strategy<Value = Option<Taken>> {
        let nanos = prop_oneof![Just(0), 0u32..1_000_000_000];
        let sort = (
            prop::sample::select(&Precision::ALL[..]),
            prop::sample::select(&TakenSource::ALL[..]),
        );
        prop::option::of((any::<i64>(), nanos, any::<Option<i16>>(), sort).prop_map(
            |(local_seconds, nanos, offset_minutes, (precision, source))| Taken {
                local_seconds,
                nanos,
                offset_minutes,
                precision,
                source,
            },
        ))
    }

    fn face() -> impl Strategy<Value = FileFace> {
        let kind = prop::sample::select(&FaceKind::ALL[..]);
        let (id, person) = (any::<u16>(), prop::option::of(1u32..));
        let at = any::<(u32, u32, u32, u32)>().prop_map(|(x, y, w, h)| FaceBox { x, y, w, h });
        (id, kind, at, person).prop_map(|(id, kind, at, person)| FileFace {
            id: FaceId::new(id),
            kind,
            at,
            person: person.map(PersonId::new),
        })
    }

    fn link() -> impl Strategy<Value = Option<LinkId>> {
        prop::option::of(any::<[u8; 16]>().prop_map(LinkId::new))
    }

    prop_compose! {
        fn facts()(
            (mime, title, description, label, unreadable) in (text(), text(), text(), text(), text()),
            (width, height, duration_ms, orientation, rating) in any::<(Option<u32>, Option<u32>, Option<u32>, Option<u8>, Option<i8>)>(),
            taken in taken(),
            place in any::<Option<(i32, i32, Option<i32>)>>(),
            camera in prop::option::of((text(), text())),
            exposure in prop::option::of((any::<Option<u32>>(), real(), real(), real())),
            tags in prop::collection::vec(any::<u32>().prop_map(TagId::new), 0..4),
            faces in prop::collection::vec(face(), 0..3),
            persons in prop::collection::vec(any::<u32>().prop_map(PersonId::new), 0..3),
            (content_id, burst_id, has_motion) in (link(), link(), any::<bool>()),
        ) -> Facts {
            Facts {
                mime, width, height, orientation, duration_ms, taken, title, description, rating, label,
                location: place.map(|(lat_e7, lon_e7, alt_cm)| Location { lat_e7, lon_e7, alt_cm }),
                camera: camera.map(|(make, model)| Arc::new(Camera { make, model, ..Camera::default() })),
                exposure: exposure.map(|(iso, f_number, time, focal_length)| {
                    Box::new(Exposure { iso, f_number, time, focal_length })
                }),
                tag_paths: Vec::new(), tags, unreadable, face_reads: Vec::new(), faces, person_names: Vec::new(), persons,
                content_id, burst_id, has_motion,
            }
        }
    }

    proptest! {
        #[test]
        fn facts_come_back_as_they_were(all in prop::collection::vec(facts(), 1..4)) {
            let mut shared = Shared::default();
            let packed: Vec<Packed> = all.iter().map(|facts| Packed::new(facts, &mut shared)).collect();
            for (facts, mut packed) in all.iter().zip(packed) {
                prop_assert_eq!(&packed.read(&shared).to_facts(), facts);
                prop_assert!(!packed.is_stale());
                packed.set_stale();
                prop_assert!(packed.is_stale());
                packed.set_sound();
                prop_assert!(!packed.is_stale());
                packed.set_stale();
                prop_assert_eq!(&packed.read(&shared).to_facts(), facts);
            }
        }
    }

    #[test]
    fn those_of_a_usual_photo_are_a_few_dozen_bytes() {
        let exposure = Exposure {
            iso: Some(100),
            f_number: Some(2.8),
            time: Some(1.0 / 250.0),
            focal_length: Some(50.0),
        };
        let facts = Facts {
            mime: Some("image/jpeg".into()),
            width: Some(6000),
            height: Some(4000),
            orientation: Some(1),
            taken: Taken::parse("2024-06-15T10:30:05", TakenSource::ExifOriginal).ok(),
            camera: Some(Arc::default()),
            exposure: Some(Box::new(exposure)),
            ..Facts::default()
        };
        assert_eq!(Packed::new(&facts, &mut Shared::default()).0.len(), 41);
    }
}
