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

use super::{FactsRef, Packer, Shared};
use crate::catalog::Facts;

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
    /// Nothing: another reader read it.
    Outdated,
}

/// Bytes of the fields of fixed length.
pub(super) const LENGTHS: [usize; Field::Title as usize] = [
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

    /// Whether another reader read these than the one there is.
    pub(in crate::view) fn is_outdated(&self) -> bool {
        marks(&self.0) & Field::Outdated.bit() != 0
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

pub(super) fn marks(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |marks| u32::from_le_bytes(*marks))
}

/// Where the fields before this one, of those with fixed lengths, end.
pub(super) fn end_before(bytes: &[u8], field: usize) -> usize {
    let marks = marks(bytes);
    let there = LENGTHS.iter().take(field).enumerate();
    MARKS
        + there
            .filter(|(at, _)| marks & (1 << at) != 0)
            .map(|(_, length)| length)
            .sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Camera, Exposure, LinkId, Location};
    use crate::kernel::{PersonId, Precision, TagId, Taken, TakenSource};
    use crate::organization::{FaceBox, FaceId, FaceKind, FileFace};
    use proptest::prelude::*;
    use std::sync::Arc;

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
            (content_id, burst_id, has_motion, is_outdated) in (link(), link(), any::<bool>(), any::<bool>()),
        ) -> Facts {
            Facts {
                mime, width, height, orientation, duration_ms, taken, title, description, rating, label,
                location: place.map(|(lat_e7, lon_e7, alt_cm)| Location { lat_e7, lon_e7, alt_cm }),
                camera: camera.map(|(make, model)| Arc::new(Camera { make, model, ..Camera::default() })),
                exposure: exposure.map(|(iso, f_number, time, focal_length)| {
                    Box::new(Exposure { iso, f_number, time, focal_length })
                }),
                tag_paths: Vec::new(), tags, unreadable, face_reads: Vec::new(), faces, person_names: Vec::new(), persons,
                content_id, burst_id, has_motion, is_outdated,
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
