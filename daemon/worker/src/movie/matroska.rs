//! Matroska and WebM (RFC 9559): `Info`, `Tracks` and `Tags` of the segment.
//!
//! They lie before the first cluster, or where the seek head points; so a long recording costs a few pages. Size is
//! that of the first picture track as stored, orientation the roll of its projection in quarter turns, the date is UTC.
//! Tags of the whole file are gathered, not those of a track or chapter.

use super::clock;
use super::ebml::{Elements, find, float, signed, unsigned};
use super::texts::Texts;
use crate::extract::fields::decode;
use crate::protocol::FactsRecord;

const EBML: u32 = 0x1A45_DFA3;
const DOC_TYPE: u32 = 0x4282;
const SEGMENT: u32 = 0x1853_8067;
const SEEK_HEAD: u32 = 0x114D_9B74;
const SEEK: u32 = 0x4DBB;
const SEEK_ID: u32 = 0x53AB;
const SEEK_POSITION: u32 = 0x53AC;
const CLUSTER: u32 = 0x1F43_B675;
const INFO: u32 = 0x1549_A966;
const TRACKS: u32 = 0x1654_AE6B;
const TAGS: u32 = 0x1254_C367;

/// Reads a Matroska or WebM file; `None` if it is none.
pub(super) fn read(bytes: &[u8], texts: &mut Texts) -> Option<FactsRecord> {
    let mut top = Elements::of(bytes);
    let header = top.next().filter(|found| found.id == EBML)?;
    let mime = match find(header.body, DOC_TYPE)? {
        b"webm" => "video/webm",
        b"matroska" => "video/x-matroska",
        _ => return None,
    };
    let mut facts = FactsRecord {
        mime: Some(mime.to_owned()),
        ..FactsRecord::default()
    };
    let segment = top.find(|found| found.id == SEGMENT)?.body;
    let mut wanted = vec![INFO, TRACKS, TAGS];
    let mut elsewhere = Vec::new();
    for part in Elements::of(segment).take_while(|found| found.id != CLUSTER) {
        if part.id == SEEK_HEAD {
            elsewhere = places(part.body);
        } else if wanted.contains(&part.id) {
            wanted.retain(|id| *id != part.id);
            read_part(part.id, part.body, &mut facts, texts);
        }
    }
    for (id, at) in elsewhere {
        let part = segment.get(at..).and_then(|rest| Elements::of(rest).next());
        if let Some(part) = part.filter(|part| part.id == id && wanted.contains(&id)) {
            wanted.retain(|id| *id != part.id);
            read_part(id, part.body, &mut facts, texts);
        }
    }
    Some(facts)
}

/// What the seek head points to: an element's number, and its place in the segment.
fn places(body: &[u8]) -> Vec<(u32, usize)> {
    let place = |seek: &[u8]| {
        let id = u32::try_from(unsigned(find(seek, SEEK_ID)?)?).ok()?;
        Some((id, usize::try_from(unsigned(find(seek, SEEK_POSITION)?)?).ok()?))
    };
    let seeks = Elements::of(body).filter(|found| found.id == SEEK).take(64);
    seeks.filter_map(|seek| place(seek.body)).collect()
}

fn read_part(id: u32, body: &[u8], facts: &mut FactsRecord, texts: &mut Texts) {
    match id {
        INFO => info(body, facts, texts),
        TRACKS => tracks(body, facts),
        _ => tags(body, texts),
    }
}

fn info(body: &[u8], facts: &mut FactsRecord, texts: &mut Texts) {
    let scale = find(body, 0x2A_D7B1).and_then(unsigned).unwrap_or(1_000_000);
    facts.duration_ms = find(body, 0x4489)
        .and_then(float)
        .map(|ticks| ticks * to_float(scale) / 1e6)
        .and_then(milliseconds);
    facts.taken = find(body, 0x4461).and_then(signed).and_then(clock::of_matroska);
    if let Some(title) = find(body, 0x7BA9) {
        texts.add(
            "info/title".to_owned(),
            &decode(title.get(..64 << 10).unwrap_or(title)),
        );
    }
}

#[expect(clippy::cast_precision_loss, reason = "a time scale is far below 2^53")]
const fn to_float(scale: u64) -> f64 {
    scale as f64
}

fn milliseconds(value: f64) -> Option<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be in range"
    )]
    (1.0..1e15).contains(&value).then_some(value.round() as u64)
}

fn tracks(body: &[u8], facts: &mut FactsRecord) {
    let picture = Elements::of(body)
        .filter(|found| found.id == 0xAE)
        .take(64)
        .find(|track| find(track.body, 0x83).and_then(unsigned) == Some(1))
        .and_then(|track| find(track.body, 0xE0));
    let Some(video) = picture else { return };
    let pixels = |id| {
        let value = u32::try_from(find(video, id).and_then(unsigned)?).ok()?;
        (value > 0).then_some(value)
    };
    if let Some((width, height)) = pixels(0xB0).zip(pixels(0xBA)) {
        facts.width = Some(width);
        facts.height = Some(height);
    }
    // ProjectionPoseRoll: degrees against the clock by which the picture is to be turned.
    let roll = find(video, 0x7670)
        .and_then(|projection| find(projection, 0x7675))
        .and_then(float);
    facts.orientation = roll.and_then(|roll| {
        let turns = [
            (0.0, 1),
            (90.0, 8),
            (180.0, 3),
            (-180.0, 3),
            (-90.0, 6),
            (270.0, 6),
        ];
        turns
            .into_iter()
            .find(|(degrees, _): &(f64, u8)| (degrees - roll).abs() < 0.5)
            .map(|(_, orientation)| orientation)
    });
}

fn tags(body: &[u8], texts: &mut Texts) {
    for tag in Elements::of(body).filter(|found| found.id == 0x7373).take(256) {
        // TargetTypeValue 50 is the movie; with a track's, edition's, chapter's or attachment's number it is a part.
        let of_a_part = find(tag.body, 0x63C0).is_some_and(|targets| {
            Elements::of(targets).any(|found| {
                matches!(found.id, 0x63C5 | 0x63C9 | 0x63C4 | 0x63C6)
                    && unsigned(found.body).is_some_and(|part| part != 0)
            })
        });
        if of_a_part {
            continue;
        }
        for simple in Elements::of(tag.body)
            .filter(|found| found.id == 0x67C8)
            .take(256)
        {
            if let (Some(name), Some(text)) = (find(simple.body, 0x45A3), find(simple.body, 0x4487)) {
                let name = decode(name.get(..256).unwrap_or(name)).to_ascii_lowercase();
                texts.add(
                    format!("tag/{name}"),
                    &decode(text.get(..64 << 10).unwrap_or(text)),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ebml::build::element;
    use super::*;

    fn file(parts: &[Vec<u8>]) -> Vec<u8> {
        let header = element(EBML, &element(DOC_TYPE, b"webm"));
        [header, element(SEGMENT, &parts.concat())].concat()
    }

    fn information() -> Vec<u8> {
        let parts = [
            element(0x2A_D7B1, &1_000_000u32.to_be_bytes()),
            element(0x4489, &90_000f32.to_be_bytes()),
            element(0x4461, &3_600_000_000_000i64.to_be_bytes()),
            element(0x7BA9, b"Sea"),
        ];
        element(INFO, &parts.concat())
    }

    fn picture() -> Vec<u8> {
        let roll = element(0x7670, &element(0x7675, &(-90f32).to_be_bytes()));
        let video = [element(0xB0, &[2, 0x80]), element(0xBA, &[1, 0xe0]), roll].concat();
        element(
            TRACKS,
            &element(0xAE, &[element(0x83, &[1]), element(0xE0, &video)].concat()),
        )
    }

    fn tag(name: &[u8], text: &[u8], targets: &[u8]) -> Vec<u8> {
        let simple = element(0x67C8, &[element(0x45A3, name), element(0x4487, text)].concat());
        element(0x7373, &[element(0x63C0, targets), simple].concat())
    }

    #[test]
    fn what_lies_before_the_first_cluster_is_read() {
        let mut texts = Texts::default();
        let facts = read(
            &file(&[information(), picture(), element(CLUSTER, &[0; 9])]),
            &mut texts,
        )
        .unwrap();
        assert_eq!(facts.mime.as_deref(), Some("video/webm"));
        assert_eq!(
            (facts.width, facts.height, facts.orientation),
            (Some(640), Some(480), Some(6))
        );
        assert_eq!(facts.duration_ms, Some(90_000));
        assert_eq!(facts.taken.unwrap().local, "2001-01-01T01:00:00");
        assert_eq!(texts.get("info/title"), Some("Sea"));
    }

    #[test]
    fn what_lies_behind_the_clusters_is_found_by_the_seek_head_alone() {
        let cluster = element(CLUSTER, &[0; 100]);
        let tags = [
            tag(b"LOCATION", b"+1+2/", b""),
            tag(b"TITLE", b"Track", &element(0x63C5, &[7])),
        ]
        .concat();
        let seek = |at: u32| {
            let seek = [
                element(SEEK_ID, &TAGS.to_be_bytes()),
                element(SEEK_POSITION, &at.to_be_bytes()),
            ]
            .concat();
            element(SEEK_HEAD, &element(SEEK, &seek))
        };
        let before = u32::try_from(seek(0).len() + cluster.len()).unwrap();
        let whole = |at| file(&[seek(at), cluster.clone(), element(TAGS, &tags)]);
        let mut texts = Texts::default();
        read(&whole(before), &mut texts).unwrap();
        assert_eq!(
            (texts.get("tag/location"), texts.get("tag/title")),
            (Some("+1+2/"), None)
        );
        let mut texts = Texts::default();
        read(&whole(before + 1), &mut texts).unwrap();
        assert_eq!(texts.get("tag/location"), None);
    }

    #[test]
    fn other_documents_are_none() {
        let mut texts = Texts::default();
        assert!(read(&element(EBML, &element(DOC_TYPE, b"other")), &mut texts).is_none());
        assert!(read(b"", &mut texts).is_none());
    }
}
