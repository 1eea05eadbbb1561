//! The picture in a TIFF structure: strips or tiles (TIFF 6.0; BigTIFF), also of the RAW formats made of it.
//!
//! A file has several pictures: previews, thumbnails, the sensor's data, in a chain of directories and in those hung
//! below them. The one with the most bytes is the picture; of equals the first. It refuses a picture that reaches beyond
//! the file and directories that lead in circles (they are counted). The walk itself is [`crate::tiff`]'s.
//!
//! Panasonic's RW2 has 0xffffffff for the place of its strip, and the place in a tag of its own (0x0118, RawDataOffset, as
//! exiftool documents it). The length that it tells is often that of the data unpacked: they end with the file then.

use crate::tiff::{Directory, PANASONIC, Tiff};

/// The most directories that are looked at.
const MAX_DIRECTORIES: usize = 64;
/// The most strips or tiles.
const MAX_PARTS: u64 = 1 << 19;
/// Panasonic's RawDataOffset.
const RAW_DATA: u64 = 0x118;

/// Strips or tiles of the largest picture.
pub(super) fn pieces(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let file = Tiff::of(bytes)?;
    let mut waiting = vec![file.first()?];
    let mut seen = Vec::new();
    let mut best: Option<(usize, Vec<&[u8]>)> = None;
    while let Some(at) = waiting.pop() {
        if at == 0 || seen.contains(&at) || seen.len() >= MAX_DIRECTORIES {
            continue;
        }
        seen.push(at);
        let Some(directory) = file.directory(at) else {
            continue;
        };
        let below = directory.find(0x14a).and_then(|entry| file.values(entry, 32));
        waiting.extend(below.unwrap_or_default().into_iter().rev());
        waiting.push(directory.next);
        let Some(pieces) = picture(&file, &directory) else {
            continue;
        };
        let size = pieces.iter().map(|piece| piece.len()).sum();
        if best.as_ref().is_none_or(|(best, _)| size > *best) {
            best = Some((size, pieces));
        }
    }
    best.map(|(_, pieces)| pieces)
}

fn picture<'a>(file: &Tiff<'a>, directory: &Directory) -> Option<Vec<&'a [u8]>> {
    let values = |tags: [u64; 2]| {
        let entry = directory.entries.iter().find(|entry| tags.contains(&entry.tag))?;
        file.values(*entry, MAX_PARTS)
    };
    let (offsets, lengths) = (values([0x111, 0x144])?, values([0x117, 0x145])?);
    if offsets.len() != lengths.len() {
        return None;
    }
    if file.magic == PANASONIC
        && let ([0xffff_ffff], [length]) = (offsets.as_slice(), lengths.as_slice())
    {
        let data = file.rest(file.value(directory.find(RAW_DATA)?)?)?;
        let length = usize::try_from(*length).ok()?;
        return Some(vec![data.get(..length).unwrap_or(data)]);
    }
    let each = offsets.into_iter().zip(lengths);
    each.map(|(offset, length)| file.piece(offset, length)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(tag: u16, count: u32, value: u32) -> Vec<u8> {
        [
            &tag.to_le_bytes()[..],
            &4u16.to_le_bytes(),
            &count.to_le_bytes(),
            &value.to_le_bytes(),
        ]
        .concat()
    }

    /// Directory at 8 with these entries, and behind it this next one and these bytes.
    fn file(entries: &[Vec<u8>], next: u32, tail: &[u8]) -> Vec<u8> {
        let count = u16::try_from(entries.len()).unwrap();
        [
            b"II*\0\x08\0\0\0",
            &count.to_le_bytes()[..],
            &entries.concat(),
            &next.to_le_bytes(),
            tail,
        ]
        .concat()
    }

    #[test]
    fn the_strips_of_the_largest_picture_are_taken() {
        let one = file(&[entry(0x111, 1, 38), entry(0x117, 1, 4)], 0, b"\0\0\0\0");
        assert_eq!(one.len(), 42);
        assert_eq!(pieces(&one).unwrap().concat(), [0; 4]);
        // A second directory at 42, with a larger one.
        let second = [
            &2u16.to_le_bytes()[..],
            &entry(0x111, 1, 72),
            &entry(0x117, 1, 6),
            &[0; 4],
            b"larger",
        ]
        .concat();
        let two = file(
            &[entry(0x111, 1, 38), entry(0x117, 1, 4)],
            42,
            &[b"tiny", &second[..]].concat(),
        );
        assert_eq!(pieces(&two).unwrap().concat(), b"larger");
    }

    #[test]
    fn panasonics_data_are_where_its_own_tag_says_up_to_the_end_of_the_file() {
        let panasonic = |place: u32, length: u32, tail: &[u8]| {
            let entries = [
                entry(0x111, 1, u32::MAX),
                entry(0x117, 1, length),
                entry(0x118, 1, place),
            ];
            let mut file = file(&entries, 0, tail);
            file[2] = 0x55;
            file
        };
        let check = |file: Vec<u8>, expect: Option<&[u8]>| {
            assert_eq!(pieces(&file).map(|pieces| pieces.concat()).as_deref(), expect);
        };
        check(panasonic(50, 3, b"rawer"), Some(b"raw"));
        check(panasonic(52, 4096, b"..raw"), Some(b"raw"));
        check(panasonic(500, 3, b"raw"), None);
        let mut other = panasonic(50, 3, b"raw");
        other[2] = 42;
        check(other, None);
    }

    #[test]
    fn circles_and_places_beyond_the_end_yield_nothing() {
        assert_eq!(pieces(&file(&[], 8, b"")), None);
        assert_eq!(
            pieces(&file(&[entry(0x111, 1, 38), entry(0x117, 1, 400)], 0, b"")),
            None
        );
        assert_eq!(
            pieces(&file(
                &[entry(0x111, u32::MAX, 38), entry(0x117, u32::MAX, 4)],
                0,
                b""
            )),
            None
        );
        assert_eq!(pieces(b"II*\0"), None);
    }
}
