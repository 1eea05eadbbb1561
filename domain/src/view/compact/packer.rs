//! Facts into the form that `packed` describes.

use super::packed::{FACE, Field, MARKS, Packed, part, tenths};
use crate::catalog::Facts;
use crate::kernel::PersonId;
use crate::organization::FileFace;

/// Bytes that one has room for; most facts have less.
const ROOM: usize = 512;
/// Where a number of the tables is still to be written: that of nothing.
const UNNUMBERED: u32 = u32::MAX;

/// Packs facts, one after the other in the same memory, so that each takes what it needs in one piece.
pub(in crate::view) struct Packer {
    marks: u32,
    bytes: Vec<u8>,
}

impl Packer {
    pub(in crate::view) fn new() -> Self {
        Self {
            marks: 0,
            bytes: Vec::with_capacity(ROOM),
        }
    }

    /// These facts, but for what is to be resolved: `tag_paths`, `face_reads`, `person_names`. What many share has no
    /// number yet: see [`Packed::share`].
    pub(in crate::view) fn pack(&mut self, facts: &Facts) -> Packed {
        self.marks = 0;
        self.bytes.clear();
        self.bytes.extend_from_slice(&[0; MARKS]);
        self.fixed(facts);
        self.text(Field::Title, facts.title.as_deref());
        self.text(Field::Description, facts.description.as_deref());
        self.text(Field::Label, facts.label.as_deref());
        self.text(Field::Unreadable, facts.unreadable.as_deref());
        self.lists(facts);
        let mut packed = Packed(self.bytes.as_slice().into());
        packed.set_marks(self.marks);
        packed
    }

    /// The fields whose lengths are known.
    fn fixed(&mut self, facts: &Facts) {
        if let Some(taken) = &facts.taken {
            let [a, b, c, d, e, f, g, h] = taken.local_seconds.to_le_bytes();
            let fixed = [a, b, c, d, e, f, g, h, taken.precision as u8, taken.source as u8];
            self.put(Field::Taken, Some(&fixed));
            self.number(Field::TakenNanos, (taken.nanos != 0).then_some(taken.nanos));
            let offset = taken.offset_minutes.map(i16::to_le_bytes);
            self.put(Field::TakenOffset, offset.as_ref().map(<[u8; 2]>::as_slice));
        }
        let rating = facts.rating.map(i8::to_le_bytes);
        self.put(Field::Rating, rating.as_ref().map(<[u8; 1]>::as_slice));
        let orientation = facts.orientation.map(u8::to_le_bytes);
        self.put(Field::Orientation, orientation.as_ref().map(<[u8; 1]>::as_slice));
        if let Some(place) = facts.location {
            self.number(Field::Location, Some(place.lat_e7.cast_unsigned()));
            self.bytes.extend_from_slice(&place.lon_e7.to_le_bytes());
            self.number(Field::Altitude, place.alt_cm.map(i32::cast_unsigned));
        }
        self.number(Field::Width, facts.width);
        self.number(Field::Height, facts.height);
        self.number(Field::Duration, facts.duration_ms);
        self.number(Field::Camera, facts.camera.is_some().then_some(UNNUMBERED));
        self.number(Field::Mime, facts.mime.is_some().then_some(UNNUMBERED));
        if let Some(exposure) = &facts.exposure {
            self.put(Field::Exposure, Some(&[]));
            self.number(Field::Iso, exposure.iso);
            let aperture = (Field::Aperture, Field::ApertureExact);
            self.real(aperture, exposure.f_number, |number| number * 10.0, tenths);
            let time = (Field::Time, Field::TimeExact);
            self.real(time, exposure.time, |number| 1.0 / number, part);
            let focal = (Field::Focal, Field::FocalExact);
            self.real(focal, exposure.focal_length, |number| number * 10.0, tenths);
        }
        let content = facts.content_id.as_ref();
        self.put(Field::ContentId, content.map(|id| &id.bytes()[..]));
        let burst = facts.burst_id.as_ref();
        self.put(Field::BurstId, burst.map(|id| &id.bytes()[..]));
        self.put(Field::Motion, facts.has_motion.then_some(&[]));
        self.put(Field::Outdated, facts.is_outdated.then_some(&[]));
    }

    fn lists(&mut self, facts: &Facts) {
        if !facts.tags.is_empty() {
            self.length(Field::Tags, facts.tags.len() * 4);
            let tags = facts.tags.iter().flat_map(|tag| tag.number().to_le_bytes());
            self.bytes.extend(tags);
        }
        if !facts.faces.is_empty() {
            self.length(Field::Faces, facts.faces.len() * FACE);
            facts
                .faces
                .iter()
                .for_each(|face| pack_face(face, &mut self.bytes));
        }
        if !facts.persons.is_empty() {
            self.length(Field::Persons, facts.persons.len() * 4);
            let persons = facts
                .persons
                .iter()
                .flat_map(|person| person.number().to_le_bytes());
            self.bytes.extend(persons);
        }
    }

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

fn pack_face(face: &FileFace, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&face.id.number().to_le_bytes());
    bytes.push(face.kind as u8);
    for part in [face.at.x, face.at.y, face.at.w, face.at.h] {
        bytes.extend_from_slice(&part.to_le_bytes());
    }
    let person = face.person.map_or(0, PersonId::number);
    bytes.extend_from_slice(&person.to_le_bytes());
}
