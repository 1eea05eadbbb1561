//! JPEG: the parts in its segments, as they lie there (JFIF; EXIF 2.32, 4.7; XMP specification part 3, JPEG).
//!
//! exiv2 reads these files; of them it is only asked what it does not say: the XMP packet's text, the IPTC block,
//! the lens of FLIR's thermal cameras, and whether a description is none: of a text of no bytes, as some cameras write,
//! exiv2 takes what lies at its place. An extended XMP packet, which exiv2 leaves alone, is put together from its pieces,
//! which may be in any order, if the main packet names it. Segments are walked up to the first scan. It refuses an
//! extended packet that lacks a piece or is longer than [`MAX_EXTENDED_BYTES`].

use super::{Found, iptc};
use crate::extract::fields::{clean, decode};
use crate::movie::bmff::{u16_at, u32_at};
use crate::tiff::Tiff;

const MAX_SEGMENTS: usize = 1024;
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
/// Behind it the packet's name of 32 letters, its length, and the piece's place in it (XMP specification part 3, 1.1.3.1).
const EXTENDED: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
/// Longer ones hold pictures.
const MAX_EXTENDED_BYTES: usize = 8 << 20;
const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";

/// Reads the segments; `None` if these bytes are no JPEG.
pub(super) fn read(bytes: &[u8]) -> Option<Found<'_>> {
    let mut rest = bytes.strip_prefix(&[0xff, 0xd8])?;
    let mut found = Found::default();
    let mut thermal: Vec<&[u8]> = Vec::new();
    let mut extended: Vec<&[u8]> = Vec::new();
    for _ in 0..MAX_SEGMENTS {
        let Some((marker, body, behind)) = segment(rest) else {
            break;
        };
        rest = behind;
        match marker {
            0xe1 => {
                let packet = body.strip_prefix(XMP).or_else(|| bare_packet(body));
                found.xmp = found.xmp.or(packet.map(Into::into));
                extended.extend(body.strip_prefix(EXTENDED));
                found.undescribed |= body.strip_prefix(b"Exif\0\0").is_some_and(undescribed);
                // `FLIR`, a NUL, 1, the number of this piece and that of the last.
                thermal.extend(body.strip_prefix(b"FLIR\0").and_then(|piece| piece.get(3..)));
            }
            0xed => {
                let resources = body.strip_prefix(PHOTOSHOP).unwrap_or_default();
                if found.iptc.is_none() {
                    found.iptc = iptc::in_resources(resources);
                    found.iptc_is_newer = iptc::is_newer(resources);
                }
            }
            0xda | 0xd9 => break,
            _ => {}
        }
    }
    found.texts.lens = lens(&thermal.concat());
    found.extended = found
        .xmp
        .as_deref()
        .and_then(|main| joined(named(main)?, &extended));
    Some(found)
}

/// The name of the extended packet in the main one: xmpNote:HasExtendedXMP, an attribute or an element.
fn named(packet: &[u8]) -> Option<&[u8]> {
    let property = b":HasExtendedXMP";
    let at = packet.windows(property.len()).position(|part| part == property)?;
    let behind = packet.get(at + property.len()..)?;
    let start = behind.iter().position(u8::is_ascii_hexdigit)?;
    let name = behind.get(start..start + 32)?;
    name.iter().all(u8::is_ascii_hexdigit).then_some(name)
}

/// The extended packet of this name, whole.
fn joined(name: &[u8], pieces: &[&[u8]]) -> Option<Vec<u8>> {
    let mut pieces: Vec<(usize, usize, &[u8])> = pieces
        .iter()
        .filter(|piece| piece.starts_with(name))
        .filter_map(|piece| Some((at(piece, 36)?, at(piece, 32)?, piece.get(40..)?)))
        .collect();
    pieces.sort_by_key(|(place, ..)| *place);
    let (_, length, _) = *pieces.first()?;
    let mut packet = Vec::new();
    for (place, of, body) in pieces {
        if place != packet.len() || of != length || packet.len() + body.len() > MAX_EXTENDED_BYTES {
            return None;
        }
        packet.extend(body);
    }
    (packet.len() == length).then_some(packet)
}

/// Whether there is a description of no bytes (ImageDescription).
fn undescribed(block: &[u8]) -> bool {
    let file = Tiff::of(block);
    let directory = file.and_then(|file| file.directory(file.first()?));
    let entry = directory.and_then(|directory| directory.find(0x10e));
    entry.is_some_and(|entry| entry.count == 0)
}

/// A packet under another header than the usual one.
fn bare_packet(body: &[u8]) -> Option<&[u8]> {
    let start = body.get(..256).unwrap_or(body);
    let at = start
        .windows(10)
        .position(|part| matches!(part, b"<?xpacket " | b"<x:xmpmeta"))?;
    (!body.starts_with(b"Exif\0")).then(|| body.get(at..)).flatten()
}

/// The first segment's marker and body, and what follows it.
fn segment(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let bytes = bytes.get(bytes.iter().take(64).position(|byte| *byte != 0xff)?..)?;
    let (marker, behind) = bytes.split_first()?;
    if matches!(marker, 0x01 | 0xd0..=0xd9) {
        return Some((*marker, &[], behind));
    }
    let length = usize::from(u16_at(behind, 0)?);
    Some((*marker, behind.get(2..length)?, behind.get(length..)?))
}

/// The lens in FLIR's own block: a list of records, of which 0x20 tells about the camera (as exiftool documents it).
fn lens(block: &[u8]) -> Option<String> {
    const CAMERA: u16 = 0x20;
    const LENS: std::ops::Range<usize> = 0x170..0x190;
    if !block.starts_with(b"FFF\0") {
        return None;
    }
    let (directory, count) = (at(block, 24)?, at(block, 28)?.min(256));
    (0..count).find_map(|index| {
        let record = directory.checked_add(index * 32)?;
        if u16_at(block, record)? != CAMERA {
            return None;
        }
        let body = block.get(at(block, record + 12)?..)?;
        let text = body.get(LENS)?.split(|byte| *byte == 0).next()?;
        clean(&decode(text))
    })
}

fn at(block: &[u8], place: usize) -> Option<usize> {
    usize::try_from(u32_at(block, place)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
        let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker][..], &length, body].concat()
    }

    fn file(segments: &[Vec<u8>]) -> Vec<u8> {
        [&[0xff, 0xd8][..], &segments.concat(), &[0xff, 0xda, 0, 2]].concat()
    }

    #[test]
    fn packets_are_found_under_the_usual_header_and_others() {
        let check = |body: &[u8], expect: Option<&[u8]>| {
            let file = file(&[segment(0xe0, b"JFIF\0"), segment(0xe1, body)]);
            assert_eq!(read(&file).unwrap().xmp.as_deref(), expect);
        };
        check(
            b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>",
            Some(b"<x:xmpmeta/>"),
        );
        check(
            b"XMP\0://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>",
            Some(b"<x:xmpmeta/>"),
        );
        check(b"Exif\0\0<x:xmpmeta/>", None);
        check(b"", None);
        assert!(read(b"\x89PNG").is_none());
    }

    #[test]
    fn an_extended_packet_counts_where_the_main_one_has_nothing() {
        crate::extract::prepare().unwrap();
        let name = "0123456789ABCDEF0123456789ABCDEF";
        let packet = |properties: &str| {
            format!(
                "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF \
                 xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' \
                 xmlns:xmpNote='http://ns.adobe.com/xmp/note/' xmlns:dc='http://purl.org/dc/elements/1.1/' \
                 xmlns:xmp='http://ns.adobe.com/xap/1.0/' {properties}</rdf:Description></rdf:RDF></x:xmpmeta>"
            )
        };
        let extended = packet(
            "xmp:Label='Red' xmp:Rating='2'><dc:subject><rdf:Bag><rdf:li>Sea</rdf:li></rdf:Bag></dc:subject>",
        );
        let number = |number: usize| u32::try_from(number).unwrap().to_be_bytes();
        let piece = |name: &str, range: std::ops::Range<usize>| {
            let head = [name.as_bytes(), &number(extended.len()), &number(range.start)].concat();
            segment(0xe1, &[EXTENDED, &head, &extended.as_bytes()[range]].concat())
        };
        let main = packet(&format!("xmp:Rating='5' xmpNote:HasExtendedXMP='{name}'>"));
        let main = segment(0xe1, &[XMP, main.as_bytes()].concat());
        let check = |pieces: &[Vec<u8>], expect: bool| {
            let frame = segment(0xc0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]);
            let segments = [std::slice::from_ref(&main), pieces, &[frame]].concat();
            let file = [file(&segments), vec![0xff, 0xd9]].concat();
            let facts = crate::extract::facts(&file, "jpg").unwrap();
            assert_eq!(facts.rating, Some(5));
            assert_eq!(
                (facts.label.is_some(), facts.tags.len()),
                (expect, usize::from(expect))
            );
        };
        let (half, end) = (100, extended.len());
        let other = "F".repeat(32);
        check(&[piece(name, half..end), piece(name, 0..half)], true);
        check(&[piece(&other, 0..half), piece(name, 0..end)], true);
        check(&[piece(&other, 0..end)], false);
        check(&[piece(name, 0..half)], false);
        check(&[piece(name, 0..half), piece(name, half - 1..end)], false);
        check(&[segment(0xe1, EXTENDED)], false);
    }

    #[test]
    fn a_description_of_no_bytes_is_none() {
        crate::extract::prepare().unwrap();
        let check = |count: u8, expect: Option<&str>| {
            let exif = [
                &b"Exif\0\0II*\0\x08\0\0\0\x01\0\x0e\x01\x02\0"[..],
                &[count, 0, 0, 0, 26, 0, 0, 0, 0, 0, 0, 0],
                b"Maker\0",
            ]
            .concat();
            let frame = segment(0xc0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]);
            let file = [file(&[segment(0xe1, &exif), frame]), vec![0xff, 0xd9]].concat();
            let facts = crate::extract::facts(&file, "jpg").unwrap();
            assert_eq!(facts.description.as_deref(), expect);
        };
        check(6, Some("Maker"));
        check(0, None);
    }

    #[test]
    fn a_thermal_cameras_lens_is_found_across_pieces() {
        let mut block = vec![0; 0x300];
        block[..4].copy_from_slice(b"FFF\0");
        block[27] = 64;
        block[31] = 1;
        block[65] = 0x20;
        block[64 + 14] = 1;
        block[0x100 + 0x170..][..4].copy_from_slice(b"FOL7");
        let piece =
            |number: u8, part: &[u8]| segment(0xe1, &[b"FLIR\0\x01", &[number, 1][..], part].concat());
        let file = file(&[piece(0, &block[..100]), piece(1, &block[100..])]);
        assert_eq!(read(&file).unwrap().texts.lens.as_deref(), Some("FOL7"));
        for end in 0..file.len() {
            let _ = read(&file[..end]);
        }
    }
}
