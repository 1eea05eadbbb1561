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

use crate::catalog::{Camera, Exposure, Facts, LinkId, Location};
use crate::kernel::{PersonId, Precision, TagId, Taken, TakenSource};
use crate::organization::{FaceBox, FaceId, FaceKind, FileFace};
use rustc_hash::FxHashMap;
use std::hash::Hash;
use std::sync::Arc;

/// The marks, in the order of the fields; the first have fixed lengths.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
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
const FACE: usize = 2 + 1 + 4 * 4 + 4;
/// Bytes of the marks.
const MARKS: usize = 4;

impl Field {
    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// What many photos have in common; nothing is ever taken out.
#[derive(Default)]
pub(in crate::view) struct Shared {
    cameras: Interned<Arc<Camera>>,
    mimes: Interned<Box<str>>,
}

impl Shared {
    /// What took photos whose facts have this number.
    pub(in crate::view) fn camera(&self, number: u32) -> Option<&Arc<Camera>> {
        self.cameras.get(number)
    }
}

struct Interned<T> {
    all: Vec<T>,
    numbers: FxHashMap<T, u32>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            numbers: FxHashMap::default(),
        }
    }
}

impl<T: Clone + Eq + Hash> Interned<T> {
    fn number(&mut self, thing: &T) -> u32 {
        if let Some(number) = self.numbers.get(thing) {
            return *number;
        }
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.push(thing.clone());
        self.numbers.insert(thing.clone(), number);
        number
    }

    fn get(&self, number: u32) -> Option<&T> {
        self.all.get(number as usize)
    }
}

/// The facts of one asset; read through [`FactsRef`].
#[derive(Clone)]
pub(in crate::view) struct Packed(Box<[u8]>);

/// The facts of an asset, as they lie in the view: a method a field of [`Facts`].
#[derive(Clone, Copy)]
pub struct FactsRef<'a> {
    bytes: &'a [u8],
    shared: &'a Shared,
}

/// Bytes that fields are put into, in their order.
struct Packer {
    marks: u32,
    bytes: Vec<u8>,
}

impl Packer {
    fn put(&mut self, field: Field, bytes: Option<&[u8]>) {
        if let Some(bytes) = bytes {
            self.marks |= field.bit();
            self.bytes.extend_from_slice(bytes);
        }
    }

    fn number(&mut self, field: Field, number: Option<u32>) {
        self.put(
            field,
            number.map(u32::to_le_bytes).as_ref().map(<[u8; 4]>::as_slice),
        );
    }

    /// A number by the two bytes that it comes back from, else as it is.
    fn real(
        &mut self,
        (short, exact): (Field, Field),
        number: Option<f64>,
        shortened: impl Fn(f64) -> f64,
        back: impl Fn(u16) -> f64,
    ) {
        let Some(number) = number else { return };
        match whole(shortened(number)).filter(|short| back(*short).to_bits() == number.to_bits()) {
            Some(whole) => self.put(short, Some(&whole.to_le_bytes())),
            None => self.put(exact, Some(&number.to_bits().to_le_bytes())),
        }
    }

    fn text(&mut self, field: Field, text: Option<&str>) {
        if let Some(text) = text {
            self.length(field, text.len());
            self.bytes.extend_from_slice(text.as_bytes());
        }
    }

    fn length(&mut self, field: Field, length: usize) {
        // No line of the journal, and so no text, is as long as four gigabytes.
        self.number(field, Some(u32::try_from(length).unwrap_or(u32::MAX)));
    }
}

/// The nearest whole number of 16 bits, if there is one.
fn whole(number: f64) -> Option<u16> {
    let number = number.round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "in range, as was asked just before"
    )]
    (number >= 0.0 && number <= f64::from(u16::MAX)).then_some(number as u16)
}

fn tenths(number: u16) -> f64 {
    f64::from(number) / 10.0
}

fn part(number: u16) -> f64 {
    1.0 / f64::from(number)
}

impl Packed {
    /// These facts, but for what is to be resolved: `tag_paths`, `face_reads`, `person_names`.
    pub(in crate::view) fn new(facts: &Facts, shared: &mut Shared) -> Self {
        let mut to = Packer {
            marks: 0,
            bytes: vec![0; MARKS],
        };
        if let Some(taken) = &facts.taken {
            let [a, b, c, d, e, f, g, h] = taken.local_seconds.to_le_bytes();
            let fixed = [a, b, c, d, e, f, g, h, taken.precision as u8, taken.source as u8];
            to.put(Field::Taken, Some(&fixed));
            to.number(Field::TakenNanos, (taken.nanos != 0).then_some(taken.nanos));
            let offset = taken.offset_minutes.map(i16::to_le_bytes);
            to.put(Field::TakenOffset, offset.as_ref().map(<[u8; 2]>::as_slice));
        }
        let rating = facts.rating.map(i8::to_le_bytes);
        to.put(Field::Rating, rating.as_ref().map(<[u8; 1]>::as_slice));
        let orientation = facts.orientation.map(u8::to_le_bytes);
        to.put(Field::Orientation, orientation.as_ref().map(<[u8; 1]>::as_slice));
        if let Some(place) = facts.location {
            to.number(Field::Location, Some(place.lat_e7.cast_unsigned()));
            to.bytes.extend_from_slice(&place.lon_e7.to_le_bytes());
            to.number(Field::Altitude, place.alt_cm.map(i32::cast_unsigned));
        }
        to.number(Field::Width, facts.width);
        to.number(Field::Height, facts.height);
        to.number(Field::Duration, facts.duration_ms);
        let camera = facts.camera.as_ref();
        to.number(Field::Camera, camera.map(|camera| shared.cameras.number(camera)));
        let mime = facts.mime.as_ref();
        to.number(Field::Mime, mime.map(|mime| shared.mimes.number(mime)));
        if let Some(exposure) = &facts.exposure {
            to.put(Field::Exposure, Some(&[]));
            to.number(Field::Iso, exposure.iso);
            let aperture = (Field::Aperture, Field::ApertureExact);
            to.real(aperture, exposure.f_number, |number| number * 10.0, tenths);
            let time = (Field::Time, Field::TimeExact);
            to.real(time, exposure.time, |number| 1.0 / number, part);
            let focal = (Field::Focal, Field::FocalExact);
            to.real(focal, exposure.focal_length, |number| number * 10.0, tenths);
        }
        let content = facts.content_id.as_ref();
        to.put(Field::ContentId, content.map(|id| &id.bytes()[..]));
        let burst = facts.burst_id.as_ref();
        to.put(Field::BurstId, burst.map(|id| &id.bytes()[..]));
        to.put(Field::Motion, facts.has_motion.then_some(&[]));
        to.text(Field::Title, facts.title.as_deref());
        to.text(Field::Description, facts.description.as_deref());
        to.text(Field::Label, facts.label.as_deref());
        to.text(Field::Unreadable, facts.unreadable.as_deref());
        if !facts.tags.is_empty() {
            to.length(Field::Tags, facts.tags.len() * 4);
            let tags = facts.tags.iter().flat_map(|tag| tag.number().to_le_bytes());
            to.bytes.extend(tags);
        }
        if !facts.faces.is_empty() {
            to.length(Field::Faces, facts.faces.len() * FACE);
            facts.faces.iter().for_each(|face| pack_face(face, &mut to.bytes));
        }
        if !facts.persons.is_empty() {
            to.length(Field::Persons, facts.persons.len() * 4);
            let persons = facts
                .persons
                .iter()
                .flat_map(|person| person.number().to_le_bytes());
            to.bytes.extend(persons);
        }
        let mut packed = Self(to.bytes.into_boxed_slice());
        packed.set_marks(to.marks);
        packed
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

    fn set_marks(&mut self, marks: u32) {
        if let Some(place) = self.0.first_chunk_mut() {
            *place = marks.to_le_bytes();
        }
    }
}

fn marks(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |marks| u32::from_le_bytes(*marks))
}

fn pack_face(face: &FileFace, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&face.id.number().to_le_bytes());
    bytes.push(face.kind as u8);
    for part in [face.at.x, face.at.y, face.at.w, face.at.h] {
        bytes.extend_from_slice(&part.to_le_bytes());
    }
    let person = face.person.map_or(0, PersonId::number);
    bytes.extend_from_slice(&person.to_le_bytes());
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
    /// Where the fields before this one, of those with fixed lengths, end.
    fn end_before(self, field: usize) -> usize {
        let marks = marks(self.bytes);
        let there = LENGTHS.iter().take(field).enumerate();
        MARKS
            + there
                .filter(|(at, _)| marks & (1 << at) != 0)
                .map(|(_, length)| length)
                .sum::<usize>()
    }

    fn has(self, field: Field) -> bool {
        marks(self.bytes) & field.bit() != 0
    }

    /// The first bytes of a field of fixed length.
    fn fixed<const N: usize>(self, field: Field) -> Option<[u8; N]> {
        if !self.has(field) {
            return None;
        }
        self.bytes
            .get(self.end_before(field as usize)..)?
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
        let mut rest = self.bytes.get(self.end_before(LENGTHS.len())..)?;
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
