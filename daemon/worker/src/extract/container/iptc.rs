//! IPTC's block (IIM 4.2), of which exiv2 0.27 loses one thing: whether a time has an offset.
//!
//! `HHMMSS±HHMM` is the form of times; many writers leave the offset out, and exiv2 shows those as +00:00. [`has_offset`]
//! tells which it is. [`in_resources`] finds the block among Photoshop's image resources. Only short datasets of the
//! second record are looked at.
//!
//! A program that writes IPTC and XMP puts the block's MD5 beside it. Where that is another block's, a program that
//! knows IPTC alone came after: IPTC is newer ([`is_newer`]; MWG guidelines 2.0, as exiftool has them). Without a digest XMP
//! counts.

use crate::movie::bmff::{u16_at, u32_at};

const MAX_ENTRIES: usize = 4096;
/// The resource that is an IPTC block.
const BLOCK: u16 = 0x0404;
/// The resource that is its digest.
const DIGEST: u16 = 0x0425;

/// Whether the time of this dataset (2:60 created, 2:63 digitised) states an offset.
pub(in crate::extract) fn has_offset(block: &[u8], dataset: u8) -> bool {
    let mut rest = block;
    for _ in 0..MAX_ENTRIES {
        let Some((entry, behind)) = entry(rest) else {
            return false;
        };
        rest = behind;
        if let ([0x1c, 2, number], body) = entry
            && number == dataset
        {
            return body.get(6).is_some_and(|sign| matches!(sign, b'+' | b'-')) || body.get(6) == Some(&b'Z');
        }
    }
    false
}

type Entry<'a> = ([u8; 3], &'a [u8]);

/// The first dataset: its marks and body; and what follows it.
fn entry(bytes: &[u8]) -> Option<(Entry<'_>, &[u8])> {
    let marks: [u8; 3] = bytes.get(..3)?.try_into().ok()?;
    let length = u16_at(bytes, 3)?;
    // Longer bodies have a length of their length.
    if marks[0] != 0x1c || length > 0x7fff {
        return None;
    }
    let end = 5 + usize::from(length);
    Some(((marks, bytes.get(5..end)?), bytes.get(end..)?))
}

/// Whether the block among these resources has another digest than the one that stands beside it.
pub(super) fn is_newer(resources: &[u8]) -> bool {
    let digest = resource(resources, DIGEST).filter(|digest| digest.len() == 16);
    in_resources(resources)
        .zip(digest)
        .is_some_and(|(block, digest)| md5::compute(block).0 != digest)
}

/// The block among image resources.
pub(super) fn in_resources(resources: &[u8]) -> Option<&[u8]> {
    resource(resources, BLOCK)
}

/// A resource among others (Adobe Photoshop File Formats Specification, Image Resource Blocks).
fn resource(mut rest: &[u8], wanted: u16) -> Option<&[u8]> {
    for _ in 0..MAX_ENTRIES {
        let kind = u16_at(rest.strip_prefix(b"8BIM")?, 0)?;
        let name = usize::from(*rest.get(6)?) + 1;
        let at = 6 + name + name % 2;
        let length = usize::try_from(u32_at(rest, at)?).ok()?;
        let end = at.checked_add(4)?.checked_add(length)?;
        let body = rest.get(at + 4..end)?;
        if kind == wanted {
            return Some(body);
        }
        rest = rest.get(end + length % 2..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(kind: u16, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        let pad = &[0][..body.len() % 2];
        [b"8BIM", &kind.to_be_bytes()[..], &[0, 0], &length, body, pad].concat()
    }

    #[test]
    fn a_time_with_an_offset_is_told_from_one_without() {
        let block = |time: &[u8]| {
            let length = u16::try_from(time.len()).unwrap().to_be_bytes();
            let title = b"\x1c\x02\x05\0\x03abc";
            [title, &[0x1c, 2, 60][..], &length, time].concat()
        };
        let check = |time: &[u8], expect: bool| {
            let file = [written(0x03ed, b"odd"), written(BLOCK, &block(time))].concat();
            assert_eq!(has_offset(in_resources(&file).unwrap(), 60), expect);
            for end in 0..file.len() {
                in_resources(&file[..end]).map(|block| has_offset(block, 60));
            }
        };
        check(b"113220+0000", true);
        check(b"113220-0700", true);
        check(b"113220", false);
        check(b"", false);
        assert!(!has_offset(b"\x1c\x02\x3c\xff\xff113220+0000", 60));
    }

    /// What stands beside a block as its digest.
    type Digest = fn(&[u8]) -> Vec<u8>;

    #[test]
    fn iptc_is_newer_than_xmp_where_its_digest_is_another_blocks() {
        crate::extract::prepare().unwrap();
        let text = |number: u8, text: &[u8]| {
            let length = u16::try_from(text.len()).unwrap().to_be_bytes();
            [&[0x1c, 2, number][..], &length, text].concat()
        };
        let packet = "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF \
             xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' \
             xmlns:dc='http://purl.org/dc/elements/1.1/' dc:title='TITLE' dc:description='XMP words'/>\
             </rdf:RDF></x:xmpmeta>";
        let segment = |marker: u8, body: &[u8]| {
            let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
            [&[0xff, marker][..], &length, body].concat()
        };
        let read = |own: &[u8], title: &str, digest: Option<Digest>| {
            let block = [text(5, own), text(120, b"IPTC words")].concat();
            let packet = packet.replace("TITLE", title);
            let digest = digest
                .map(|digest| written(DIGEST, &digest(&block)))
                .unwrap_or_default();
            let resources = [b"Photoshop 3.0\0", &written(BLOCK, &block)[..], &digest].concat();
            let file = [
                vec![0xff, 0xd8],
                segment(0xe1, packet.as_bytes()),
                segment(0xed, &resources),
                segment(0xc0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]),
                vec![0xff, 0xda, 0, 2, 0xff, 0xd9],
            ];
            let facts = crate::extract::facts(&file.concat(), "jpg").unwrap();
            [facts.title.unwrap(), facts.description.unwrap()]
        };
        let check = |digest: Option<Digest>, expect: &str| {
            let found = read(b"IPTC title", "XMP title", digest);
            assert_eq!(found, [format!("{expect} title"), format!("{expect} words")]);
        };
        check(None, "XMP");
        check(Some(|block| md5::compute(block).to_vec()), "XMP");
        check(Some(|_| md5::compute(b"as it was before").to_vec()), "IPTC");
        check(Some(|_| b"no digest".to_vec()), "XMP");
        let long = "A title that does not fit into the sixty-four bytes that IPTC has for one";
        // Also where it is cut within a letter.
        let accents = "é".repeat(61);
        for long in [long, &accents] {
            for end in 61..=64 {
                let found = read(&long.as_bytes()[..end], long, Some(|_| vec![0; 16]));
                assert_eq!(found, [long, "IPTC words"], "{end}");
            }
        }
    }
}
