//! Canon's CR3: boxes as in a movie, with EXIF in pieces (as LibRaw and exiftool document them).
//!
//! In `moov`, Canon's own box holds `CMT1`, `CMT2` and `CMT4`: the first directory, EXIF's and GPS's, each a TIFF by
//! itself. They are put together for exiv2, which by itself refuses files that are cut off behind the header. The size is
//! the first directory's, that of the whole picture; the XMP packet has a box of the file.

use super::Found;
use crate::movie::bmff::{Boxes, find};
use crate::movie::quicktime::XMP_UUID;
use crate::tiff::{Part, Tiff, rebuilt};

const CANON_UUID: [u8; 16] = *b"\x85\xc0\xb6\x87\x82\x0f\x11\xe0\x81\x11\xf4\xce\x46\x2b\x6a\x48";

/// Reads the boxes; `None` if these bytes are no CR3.
pub(super) fn read(bytes: &[u8]) -> Option<Found<'_>> {
    let first = Boxes::of(bytes).next()?;
    if first.kind != *b"ftyp" || !first.body.starts_with(b"crx ") {
        return None;
    }
    let mut found = Found {
        mime: Some("image/x-canon-cr3"),
        ..Found::default()
    };
    found.xmp = uuid(bytes, &XMP_UUID).map(Into::into);
    let Some(inside) = find(bytes, b"moov").and_then(|moov| uuid(moov, &CANON_UUID)) else {
        return Some(found);
    };
    let part = |kind: &[u8; 4]| -> Option<Part<'_>> {
        let file = Tiff::of(find(inside, kind)?)?;
        Some((file, file.directory(file.first()?)?))
    };
    if let Some(main) = part(b"CMT1") {
        let number = |tag: u64| {
            let value = main.0.value(main.1.find(tag)?)?;
            u32::try_from(value).ok().filter(|pixels| *pixels > 0)
        };
        found.size = number(0x100).zip(number(0x101));
        let (exif, gps) = (part(b"CMT2"), part(b"CMT4"));
        found.exif = rebuilt(&main, exif.as_ref(), gps.as_ref()).map(Into::into);
    }
    Some(found)
}

/// The body of the box with this name of 16 bytes.
fn uuid<'a>(bytes: &'a [u8], name: &[u8; 16]) -> Option<&'a [u8]> {
    Boxes::of(bytes)
        .filter(|found| found.kind == *b"uuid")
        .find_map(|found| found.body.strip_prefix(name.as_slice()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::movie::bmff::build::{boxed, parent};

    fn directory(entries: &[(u16, u16, u32, [u8; 4])], tail: &[u8]) -> Vec<u8> {
        let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
        let mut file = [b"II*\0\x08\0\0\0", &count[..]].concat();
        for (tag, kind, count, value) in entries {
            file.extend(tag.to_le_bytes());
            file.extend(kind.to_le_bytes());
            file.extend(count.to_le_bytes());
            file.extend(value);
        }
        file.extend([0; 4]);
        file.extend(tail);
        file
    }

    #[test]
    fn the_pieces_are_read_as_one() {
        let main = directory(
            &[
                (0x100, 3, 1, [0x70, 0x17, 0, 0]),
                (0x101, 3, 1, [0xa0, 0x0f, 0, 0]),
                (0x112, 3, 1, [6, 0, 0, 0]),
            ],
            b"",
        );
        let exif = directory(
            &[(0x8827, 3, 1, [200, 0, 0, 0]), (0x9003, 2, 20, [38, 0, 0, 0])],
            b"2018:02:21 12:08:56\0",
        );
        let canon = [&CANON_UUID[..], &boxed(b"CMT1", &main), &boxed(b"CMT2", &exif)].concat();
        let packet = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
                      <rdf:Description rdf:about='' xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmp:Rating='4'/></rdf:RDF></x:xmpmeta>";
        let file = [
            boxed(b"ftyp", b"crx \0\0\0\x01crx isom"),
            parent(b"moov", &[boxed(b"uuid", &canon)]),
            boxed(b"uuid", &[&XMP_UUID[..], packet.as_bytes()].concat()),
        ]
        .concat();
        crate::extract::prepare().unwrap();
        let facts = crate::extract::facts(&file, "cr3").unwrap();
        assert_eq!((facts.width, facts.height), (Some(6000), Some(4000)));
        assert_eq!(
            (facts.orientation, facts.iso, facts.rating),
            (Some(6), Some(200), Some(4))
        );
        assert_eq!(facts.taken.unwrap().local, "2018-02-21T12:08:56");
        for end in 0..file.len() {
            let _ = read(&file[..end]);
        }
    }
}
