//! JPEG XL: the size and turn in the first bits of the codestream (ISO/IEC 18181-1, D.2 and D.3), the parts in boxes.
//!
//! A file is a bare codestream or boxes round one, whole in `jxlc` or in numbered pieces `jxlp`. EXIF and XMP may
//! be compressed each by itself: a box `brob` begins with the kind that it stands for, and Brotli follows (18181-2).

use std::borrow::Cow;

use super::{Found, packed};
use crate::movie::bmff::Boxes;

const BARE: [u8; 2] = [0xff, 0x0a];

/// Reads the headers; `None` if these bytes are no JPEG XL.
pub(super) fn read(bytes: &[u8]) -> Option<Found<'_>> {
    let mut found = Found {
        mime: Some("image/jxl"),
        ..Found::default()
    };
    let mut unpacked = 0;
    let mut stream = bytes.starts_with(&BARE).then_some(bytes);
    if stream.is_none() {
        if bytes.get(4..8)? != b"JXL " {
            return None;
        }
        for part in Boxes::of(bytes) {
            match &part.kind {
                b"jxlc" => stream = stream.or(Some(part.body)),
                // The first piece, behind its number; the last has its highest bit set.
                b"jxlp"
                    if part
                        .body
                        .get(..4)
                        .is_some_and(|number| matches!(number, [0 | 0x80, 0, 0, 0])) =>
                {
                    stream = stream.or(part.body.get(4..));
                }
                b"brob" => {
                    let Some((kind, body)) = part.body.split_first_chunk() else {
                        continue;
                    };
                    let wanted = match kind {
                        b"Exif" => found.exif.is_none(),
                        b"xml " => found.xmp.is_none(),
                        _ => false,
                    };
                    unpacked += usize::from(wanted);
                    if wanted
                        && unpacked <= packed::MAX_PARTS
                        && let Some(body) = packed::brotli(body)
                    {
                        found.part(kind, Cow::Owned(body));
                    }
                }
                kind => found.part(kind, Cow::Borrowed(part.body)),
            }
        }
    }
    if let Some(header) = stream.and_then(|stream| stream.strip_prefix(&BARE)) {
        let mut bits = Bits { bytes: header, at: 0 };
        found.size = size(&mut bits);
        found.orientation = found.size.and_then(|_| orientation(&mut bits));
    }
    Some(found)
}

impl<'a> Found<'a> {
    /// Takes the first part of a kind.
    fn part(&mut self, kind: &[u8; 4], body: Cow<'a, [u8]>) {
        match kind {
            b"Exif" if self.exif.is_none() => {
                self.exif = match body {
                    Cow::Borrowed(body) => super::exif(body).map(Cow::Borrowed),
                    Cow::Owned(body) => super::exif(&body).map(|part| Cow::Owned(part.to_vec())),
                };
            }
            b"xml " if self.xmp.is_none() => self.xmp = Some(body),
            _ => {}
        }
    }
}

/// Bits from the lowest of each byte up.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<u32> {
        let mut value = 0;
        for place in 0..count {
            let byte = *self.bytes.get(self.at / 8)?;
            value |= u32::from(byte >> (self.at % 8) & 1) << place;
            self.at += 1;
        }
        Some(value)
    }

    /// A side of the picture.
    fn side(&mut self, small: bool) -> Option<u32> {
        if small {
            return Some((self.take(5)? + 1) * 8);
        }
        let width = [9, 13, 18, 30];
        let width = *width.get(usize::try_from(self.take(2)?).ok()?)?;
        Some(self.take(width)? + 1)
    }
}

fn size(bits: &mut Bits<'_>) -> Option<(u32, u32)> {
    let small = bits.take(1)? == 1;
    let height = bits.side(small)?;
    let (above, below) = match bits.take(3)? {
        0 => return Some((bits.side(small)?, height)),
        1 => (1, 1),
        2 => (12, 10),
        3 => (4, 3),
        4 => (3, 2),
        5 => (16, 9),
        6 => (5, 4),
        _ => (2, 1),
    };
    let width = u64::from(height) * above / below;
    u32::try_from(width)
        .ok()
        .filter(|width| *width > 0)
        .map(|width| (width, height))
}

/// `None` where the header has the defaults.
fn orientation(bits: &mut Bits<'_>) -> Option<u8> {
    let all_default = bits.take(1)? == 1;
    if all_default || bits.take(1)? == 0 {
        return None;
    }
    u8::try_from(bits.take(3)? + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::movie::bmff::build::boxed;

    /// The fields as (width, value), packed from the lowest bit up.
    fn stream(fields: &[(usize, u32)]) -> Vec<u8> {
        let bits: Vec<bool> = fields
            .iter()
            .flat_map(|(width, value)| (0..*width).map(move |place| value >> place & 1 == 1))
            .collect();
        let bytes = bits
            .chunks(8)
            .map(|byte| byte.iter().rev().fold(0, |all, bit| all << 1 | u8::from(*bit)));
        BARE.into_iter().chain(bytes).collect()
    }

    #[test]
    fn parts_are_read_plain_and_compressed() {
        // Brotli may store bytes as they are: a header, and an empty last block.
        let stored = |body: &[u8]| {
            let length = u32::try_from(body.len() - 1).unwrap() << 4 | 1 << 20;
            [&length.to_le_bytes()[..3], body, &[3]].concat()
        };
        let after = |broken: usize| {
            let boxes = [
                boxed(b"JXL ", b"\r\n\x87\n"),
                boxed(b"brob", b"Exif\xff\xff\xff\xff").repeat(broken),
                boxed(b"brob", &[b"xml ".to_vec(), stored(b"<x/>")].concat()),
            ];
            read(&boxes.concat()).unwrap().xmp.is_some()
        };
        assert!(after(packed::MAX_PARTS - 1));
        assert!(!after(packed::MAX_PARTS));
        let file = [
            boxed(b"JXL ", b"\r\n\x87\n"),
            boxed(b"brob", &[b"xml ".to_vec(), stored(b"<x/>")].concat()),
            boxed(b"Exif", b"\0\0\0\0II*\0x"),
        ]
        .concat();
        let found = read(&file).unwrap();
        assert_eq!(found.exif.as_deref(), Some(b"II*\0x".as_slice()));
        assert_eq!(found.xmp.as_deref(), Some(b"<x/>".as_slice()));
        for end in 0..file.len() {
            let _ = read(&file[..end]);
        }
    }

    #[test]
    fn size_and_turn_are_the_first_bits() {
        let check = |fields: &[(usize, u32)], size: Option<(u32, u32)>, turn: Option<u8>| {
            let bare = stream(fields);
            let found = read(&bare).unwrap();
            assert_eq!((found.size, found.orientation), (size, turn));
            let boxes = [
                boxed(b"JXL ", b"\r\n\x87\n"),
                boxed(b"jxlp", &[&[0x80, 0, 0, 0][..], &bare].concat()),
            ];
            assert_eq!(read(&boxes.concat()).unwrap().size, size);
        };
        check(&[(1, 1), (5, 3), (3, 1), (1, 1)], Some((32, 32)), None);
        check(
            &[
                (1, 0),
                (2, 1),
                (13, 1687),
                (3, 0),
                (2, 1),
                (13, 2999),
                (1, 0),
                (1, 1),
                (3, 5),
            ],
            Some((3000, 1688)),
            Some(6),
        );
        check(
            &[(1, 0), (2, 0), (9, 89), (3, 5), (1, 0), (1, 0)],
            Some((160, 90)),
            None,
        );
        check(&[(1, 0), (2, 3)], None, None);
        assert!(read(b"\xff\xd8\xff\xe0....").is_none());
    }
}
