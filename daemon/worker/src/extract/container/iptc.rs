//! IPTC's block (IIM 4.2), of which exiv2 0.27 loses one thing: whether a time has an offset.
//!
//! `HHMMSS±HHMM` is the form of times; many writers leave the offset out, and exiv2 shows those as +00:00. [`has_offset`]
//! tells which it is. [`in_resources`] finds the block among Photoshop's image resources. Only short datasets of the
//! second record are looked at.

use crate::movie::bmff::{u16_at, u32_at};

const MAX_ENTRIES: usize = 4096;
/// The resource that is an IPTC block.
const BLOCK: u16 = 0x0404;

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

/// The block among image resources (Adobe Photoshop File Formats Specification, Image Resource Blocks).
pub(super) fn in_resources(mut rest: &[u8]) -> Option<&[u8]> {
    for _ in 0..MAX_ENTRIES {
        let kind = u16_at(rest.strip_prefix(b"8BIM")?, 0)?;
        let name = usize::from(*rest.get(6)?) + 1;
        let at = 6 + name + name % 2;
        let length = usize::try_from(u32_at(rest, at)?).ok()?;
        let end = at.checked_add(4)?.checked_add(length)?;
        let body = rest.get(at + 4..end)?;
        if kind == BLOCK {
            return Some(body);
        }
        rest = rest.get(end + length % 2..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(kind: u16, body: &[u8]) -> Vec<u8> {
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
            let file = [resource(0x03ed, b"odd"), resource(BLOCK, &block(time))].concat();
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
}
