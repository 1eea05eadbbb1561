//! What is read from a maker note by hand: Apple's ContentIdentifier and BurstUUID.
//!
//! A live photo is a picture and a movie that carry the same identifier: the picture in tag 0x0011 of its maker note, a
//! big-endian TIFF directory after the 14 bytes `Apple iOS\0\0\x01MM`, with offsets from the note's start. exiv2 0.27
//! does not know the note. The pictures of a burst carry the same text in tag 0x000b. Anything else about it, or anything out of bounds, yields nothing.

/// The tag that a live photo's picture shares with its movie.
pub(crate) const CONTENT_IDENTIFIER: u16 = 0x0011;
/// The tag that the pictures of a burst share.
pub(crate) const BURST: u16 = 0x000b;
const ASCII: u16 = 2;
const DIRECTORY: usize = 14;

/// The identifier under this tag of a maker note, if it is Apple's and has one.
pub(crate) fn identifier(note: &[u8], tag: u16) -> Option<String> {
    if !note.starts_with(b"Apple iOS\0") || note.get(12..DIRECTORY)? != b"MM" {
        return None;
    }
    let entries = usize::from(u16_at(note, DIRECTORY)?);
    (0..entries).find_map(|index| {
        let entry = DIRECTORY + 2 + index * 12;
        if u16_at(note, entry)? != tag || u16_at(note, entry + 2)? != ASCII {
            return None;
        }
        let length = u32_at(note, entry + 4)?;
        let start = if length <= 4 {
            entry + 8
        } else {
            u32_at(note, entry + 8)?
        };
        let text = std::str::from_utf8(note.get(start..start.checked_add(length)?)?).ok()?;
        super::fields::clean(text)
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes
        .get(at..at.checked_add(2)?)?
        .try_into()
        .ok()
        .map(u16::from_be_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    let value = bytes
        .get(at..at.checked_add(4)?)?
        .try_into()
        .ok()
        .map(u32::from_be_bytes)?;
    usize::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(entry: &[u8], tail: &[u8]) -> Vec<u8> {
        [b"Apple iOS\0\0\x01MM\0\x01".as_slice(), entry, tail].concat()
    }

    #[test]
    fn the_identifier_is_found_behind_the_directory() {
        let entry = [0, 0x11, 0, 2, 0, 0, 0, 6, 0, 0, 0, 28];
        assert_eq!(
            identifier(&note(&entry, b"AB-12\0"), CONTENT_IDENTIFIER).as_deref(),
            Some("AB-12")
        );
        assert_eq!(identifier(&note(&entry, b"AB-12\0"), BURST), None);
    }

    #[test]
    fn offsets_out_of_bounds_yield_nothing() {
        let entry = [0, 0x11, 0, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        assert_eq!(identifier(&note(&entry, b"AB-12\0"), CONTENT_IDENTIFIER), None);
        assert_eq!(
            identifier(b"Apple iOS\0\0\x01MM\xff\xff", CONTENT_IDENTIFIER),
            None
        );
        assert_eq!(identifier(b"Nikon", CONTENT_IDENTIFIER), None);
    }
}
