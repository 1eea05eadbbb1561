//! Facts and edits: what files say and what people made of it.
//!
//! The enums have a byte each; the numbers may not be given to another variant once 0.1.0 is tagged.

use crate::parse::READER;
use crate::store::codec::{RESERVED, Reader, Stored, choice, record};
use kphotos_domain::catalog::{
    Camera, Evidence, Exposure, Facts, FieldKey, FieldValue, LinkId, Location, StackEdit, UserLayer,
};
use kphotos_domain::kernel::{AssetId, Precision, Revision, Taken, TakenSource, UserId};
use kphotos_domain::organization::TagPath;
use kphotos_domain::view::Doubt;
use std::sync::Arc;

choice! {
    Precision { Year = 0, Month = 1, Day = 2, Minute = 3, Second = 4 }
    TakenSource {
        User = 0,
        ExifOriginal = 1,
        ExifDigitized = 2,
        XmpOriginal = 3,
        XmpDigitized = 4,
        Photoshop = 5,
        Iptc = 6,
        IptcDigital = 7,
        XmpCreate = 8,
        QuickTime = 9,
        Other = 10,
        QuickTimeCreation = 11,
        QuickTimeContent = 12,
        Matroska = 13,
        Riff = 14,
        Png = 15,
        FileName = 16,
    }
}

record! {
    Taken { local_seconds, nanos, offset_minutes, precision, source }
    Location { lat_e7, lon_e7, alt_cm }
    Camera { make, model, lens, serial }
    Exposure { iso, f_number, time, focal_length }
    Evidence { taken, make, model, serial, document, image }
    Doubt { size, mtime_ns, ino, checksum, evidence }
}

/// A pack of facts: its cameras, each once, then the assets, ascending, each with the place of its camera among them.
pub(super) fn put_facts(pack: &[(AssetId, Facts)], out: &mut Vec<u8>) {
    let mut cameras: Vec<&Camera> = Vec::new();
    let places: Vec<Option<usize>> = pack
        .iter()
        .map(|(_, facts)| {
            let camera = facts.camera.as_deref()?;
            Some(place_of(&mut cameras, camera))
        })
        .collect();
    cameras.len().put(out);
    cameras.iter().for_each(|camera| camera.put(out));
    pack.len().put(out);
    for ((asset, facts), place) in pack.iter().zip(places) {
        asset.put(out);
        put_one(facts, place, out);
    }
}

/// Where a camera is, or is put.
fn place_of<'a>(cameras: &mut Vec<&'a Camera>, camera: &'a Camera) -> usize {
    let known = cameras
        .iter()
        .position(|known| std::ptr::eq(*known, camera) || *known == camera);
    known.unwrap_or_else(|| {
        cameras.push(camera);
        cameras.len() - 1
    })
}

/// Those of version 0 do not `say` which reader it was: another one.
pub(super) fn get_facts(from: &mut Reader<'_>, say: bool) -> Option<Vec<(AssetId, Facts)>> {
    let cameras = Vec::<Arc<Camera>>::get(from)?;
    let length = from.length()?;
    let mut pack = Vec::with_capacity(length.min(RESERVED));
    for _ in 0..length {
        pack.push((AssetId::get(from)?, get_one(&cameras, from, say)?));
    }
    Some(pack)
}

/// The fields in this order; one that is added does not compile until it is dealt with here.
fn put_one(facts: &Facts, place: Option<usize>, out: &mut Vec<u8>) {
    let Facts {
        mime,
        width,
        height,
        orientation,
        duration_ms,
        taken,
        title,
        description,
        rating,
        label,
        location,
        camera: _,
        exposure,
        tag_paths,
        tags,
        // Resolved before they are stored.
        face_reads: _,
        faces,
        person_names: _,
        persons,
        content_id,
        burst_id,
        has_motion,
        unreadable,
        is_outdated,
    } = facts;
    mime.put(out);
    width.put(out);
    height.put(out);
    orientation.put(out);
    duration_ms.put(out);
    taken.put(out);
    title.put(out);
    description.put(out);
    rating.put(out);
    label.put(out);
    location.put(out);
    place.put(out);
    exposure.put(out);
    tag_paths.put(out);
    tags.put(out);
    faces.put(out);
    persons.put(out);
    content_id.put(out);
    burst_id.put(out);
    has_motion.put(out);
    unreadable.put(out);
    // Nobody asks which of the older ones it was.
    let reader = if *is_outdated { 0 } else { READER };
    reader.put(out);
}

fn get_one(cameras: &[Arc<Camera>], from: &mut Reader<'_>, say: bool) -> Option<Facts> {
    Some(Facts {
        mime: Stored::get(from)?,
        width: Stored::get(from)?,
        height: Stored::get(from)?,
        orientation: Stored::get(from)?,
        duration_ms: Stored::get(from)?,
        taken: Stored::get(from)?,
        title: Stored::get(from)?,
        description: Stored::get(from)?,
        rating: Stored::get(from)?,
        label: Stored::get(from)?,
        location: Stored::get(from)?,
        camera: match Option::<usize>::get(from)? {
            Some(place) => Some(cameras.get(place)?.clone()),
            None => None,
        },
        exposure: Stored::get(from)?,
        tag_paths: Stored::get(from)?,
        tags: Stored::get(from)?,
        face_reads: Vec::new(),
        faces: Stored::get(from)?,
        person_names: Vec::new(),
        persons: Stored::get(from)?,
        content_id: Stored::get(from)?,
        burst_id: Stored::get(from)?,
        has_motion: Stored::get(from)?,
        unreadable: Stored::get(from)?,
        is_outdated: !say || u32::get(from)? != READER,
    })
}

/// Its 16 bytes.
impl Stored for LinkId {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.bytes());
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        from.take(16)?.first_chunk().copied().map(Self::new)
    }
}

/// The names, root first.
impl Stored for TagPath {
    fn put(&self, out: &mut Vec<u8>) {
        let names: Vec<Box<str>> = self.names().map(Into::into).collect();
        names.put(out);
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        let names = Vec::<Box<str>>::get(from)?;
        Self::from_names(names.iter().map(|name| &**name)).ok()
    }
}

/// A byte for the field; then the person, where it is each person's own.
impl Stored for FieldKey {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(match self {
            Self::Title => 0,
            Self::Description => 1,
            Self::Rating => 2,
            Self::Label => 3,
            Self::Favorite(_) => 4,
            Self::Hidden => 5,
            Self::Location => 6,
            Self::Orientation => 7,
            Self::Taken => 8,
            Self::Face(_) => 9,
            Self::Stack => 10,
            Self::StackCover => 11,
        });
        if let Self::Face(face) = self {
            face.put(out);
        }
        if let Self::Favorite(user) = self {
            user.put(out);
        }
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Some(match from.byte()? {
            0 => Self::Title,
            1 => Self::Description,
            2 => Self::Rating,
            3 => Self::Label,
            4 => Self::Favorite(UserId::get(from)?),
            5 => Self::Hidden,
            6 => Self::Location,
            7 => Self::Orientation,
            8 => Self::Taken,
            9 => Self::Face(Stored::get(from)?),
            10 => Self::Stack,
            11 => Self::StackCover,
            _ => return None,
        })
    }
}

/// A byte for the kind of value, and the value.
impl Stored for FieldValue {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Text(text) => (0u8, text.clone()).put(out),
            Self::Rating(rating) => (1u8, *rating).put(out),
            Self::Flag(flag) => (2u8, *flag).put(out),
            Self::Location(place) => (3u8, *place).put(out),
            Self::Orientation(turn) => (4u8, *turn).put(out),
            Self::Taken(taken) => (5u8, *taken).put(out),
            Self::Face(edit) => (6u8, edit.clone()).put(out),
            Self::Stack(StackEdit::Alone) => 7u8.put(out),
            Self::Stack(StackEdit::In(stack)) => (8u8, *stack).put(out),
            Self::Stack(StackEdit::Only(stack)) => (9u8, *stack).put(out),
        }
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Some(match from.byte()? {
            0 => Self::Text(Stored::get(from)?),
            1 => Self::Rating(Stored::get(from)?),
            2 => Self::Flag(Stored::get(from)?),
            3 => Self::Location(Stored::get(from)?),
            4 => Self::Orientation(Stored::get(from)?),
            5 => Self::Taken(Stored::get(from)?),
            6 => Self::Face(Stored::get(from)?),
            7 => Self::Stack(StackEdit::Alone),
            8 => Self::Stack(StackEdit::In(Stored::get(from)?)),
            9 => Self::Stack(StackEdit::Only(Stored::get(from)?)),
            _ => return None,
        })
    }
}

/// The edits, sorted by key, each with the revision that made it.
impl Stored for UserLayer {
    fn put(&self, out: &mut Vec<u8>) {
        self.iter().count().put(out);
        for (key, value, revision) in self.dated() {
            key.put(out);
            value.put(out);
            revision.put(out);
        }
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        let edits = Vec::<((FieldKey, FieldValue), Revision)>::get(from)?;
        let flat = |((key, value), revision)| (key, value, revision);
        Some(edits.into_iter().map(flat).collect())
    }
}
