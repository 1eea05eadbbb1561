//! A worker's record of a file, as facts of the domain; what makes no sense is left out.

use crate::parse::{FaceRecord, FactsRecord, MAX_TAGS, TakenRecord};
use kphotos_domain::catalog::{Camera, Exposure, Facts, LinkId, Location};
use kphotos_domain::kernel::{Taken, TakenSource};
use kphotos_domain::organization::{FaceBox, FaceKind, ReadFace, TagPath};
use std::sync::Arc;

/// The facts of a record.
pub(crate) fn facts(record: FactsRecord) -> Facts {
    let text = |text: Option<String>| text.map(String::into_boxed_str);
    let location = record.latitude.zip(record.longitude).and_then(|(lat, lon)| {
        Location::from_degrees(lat, lon, record.altitude)
            .or_else(|_| Location::from_degrees(lat, lon, None))
            .ok()
    });
    let camera = Camera {
        make: text(record.make),
        model: text(record.model),
        lens: text(record.lens),
        serial: text(record.serial),
    };
    let exposure = Exposure {
        iso: record.iso,
        f_number: record.f_number,
        time: record.exposure_seconds,
        focal_length: record.focal_mm,
    };
    let tag = |names: &Vec<String>| TagPath::from_names(names.iter().map(String::as_str)).ok();
    Facts {
        mime: text(record.mime),
        width: record.width,
        height: record.height,
        orientation: record.orientation.filter(|turn| (1..=8).contains(turn)),
        duration_ms: record.duration_ms.and_then(|ms| u32::try_from(ms).ok()),
        taken: record.taken.as_ref().and_then(taken),
        title: text(record.title),
        description: text(record.description),
        rating: record.rating.filter(|rating| (-1..=5).contains(rating)),
        label: text(record.label),
        location,
        camera: (camera != Camera::default()).then(|| Arc::new(camera)),
        exposure: (exposure != Exposure::default()).then(|| Box::new(exposure)),
        tag_paths: record.tags.iter().take(MAX_TAGS).filter_map(tag).collect(),
        tags: Vec::new(),
        face_reads: record.faces.into_iter().filter_map(face).collect(),
        faces: Vec::new(),
        person_names: record.persons.into_iter().map(String::into_boxed_str).collect(),
        persons: Vec::new(),
        content_id: record.content_id.as_deref().and_then(LinkId::of_content),
        burst_id: record.burst_id.as_deref().and_then(LinkId::of_burst),
        has_motion: record.motion.is_some(),
        unreadable: None,
        is_outdated: false,
    }
}

/// A face of a worker's record; one that has no box, or is of a kind that nobody knows, is none.
fn face(record: FaceRecord) -> Option<ReadFace> {
    Some(ReadFace {
        kind: FaceKind::parse(&record.kind).ok()?,
        at: FaceBox::new(record.x, record.y, record.w, record.h).ok()?,
        name: record.name.map(String::into_boxed_str),
    })
}

fn taken(record: &TakenRecord) -> Option<Taken> {
    let source = TakenSource::parse(&record.source).unwrap_or(TakenSource::Other);
    let mut taken = Taken::parse(&record.local, source).ok()?;
    taken.offset_minutes = record.offset_minutes;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::MAX_TEXT_BYTES;
    use kphotos_domain::catalog::{Field, FieldValue};
    use kphotos_domain::kernel::Precision;

    #[test]
    fn a_date_is_as_exact_as_its_record() {
        for (local, expect) in [
            ("2024-06-15T10:30:05", Precision::Second),
            ("2024-06-15", Precision::Day),
            ("1974-06", Precision::Month),
            ("1974", Precision::Year),
        ] {
            let record = TakenRecord {
                local: local.into(),
                offset_minutes: None,
                offset_source: None,
                source: "photoshop:DateCreated".into(),
            };
            let taken = taken(&record).unwrap();
            assert_eq!((taken.precision, taken.to_string().as_str()), (expect, local));
        }
    }

    #[test]
    fn a_text_that_was_cut_is_one_that_a_person_may_set_as_it_is() {
        let cut = "d".repeat(MAX_TEXT_BYTES + " …".len());
        assert!(FieldValue::Text(cut.into()).check(Field::Description).is_ok());
    }

    #[test]
    fn all_tags_that_a_worker_may_tell_are_taken() {
        let record = FactsRecord {
            tags: (0..MAX_TAGS).map(|number| vec![number.to_string()]).collect(),
            ..FactsRecord::default()
        };
        assert_eq!(facts(record).tag_paths.len(), MAX_TAGS);
    }

    #[test]
    fn a_record_becomes_facts_and_nonsense_is_left_out() {
        let record = FactsRecord {
            taken: Some(TakenRecord {
                local: "2024-06-15T10:30:05.250".into(),
                offset_minutes: Some(120),
                offset_source: None,
                source: "exif:DateTimeOriginal".into(),
            }),
            rating: Some(9),
            orientation: Some(0),
            latitude: Some(91.0),
            longitude: Some(0.0),
            model: Some("Pixel".into()),
            faces: [("Face", 0.5), ("Landmark", 0.5), ("Pet", 1.5), ("focus", 0.5)]
                .map(|(kind, x)| FaceRecord {
                    name: Some("Anna".into()),
                    kind: kind.into(),
                    x,
                    y: 0.5,
                    w: 0.1,
                    h: 0.1,
                })
                .into(),
            tags: vec![vec!["travel".into(), "a/b".into()], vec![String::new()]],
            ..FactsRecord::default()
        };
        let facts = facts(record);
        assert_eq!(facts.taken.unwrap().to_string(), "2024-06-15T10:30:05.25+02:00");
        assert_eq!(facts.taken.unwrap().source, TakenSource::ExifOriginal);
        assert_eq!(
            (facts.rating, facts.orientation, facts.location),
            (None, None, None)
        );
        assert_eq!(facts.tag_paths.len(), 1);
        let kinds: Vec<FaceKind> = facts.face_reads.iter().map(|face| face.kind).collect();
        assert_eq!(kinds, [FaceKind::Face, FaceKind::Focus]);
        assert!(facts.exposure.is_none() && facts.camera.is_some());
    }
}
