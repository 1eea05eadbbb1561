//! The picture in a TIFF structure: strips or tiles (TIFF 6.0; BigTIFF), also of the RAW formats made of it.
//!
//! A file has several pictures: previews, thumbnails, the sensor's data, in a chain of directories and in those hung
//! below them. The one with the most bytes is the picture; of equals the first. It refuses a picture that reaches beyond
//! the file and directories that lead in circles (they are counted).

/// The most directories that are looked at.
const MAX_DIRECTORIES: usize = 64;
/// The most entries of a directory.
const MAX_ENTRIES: u64 = 4096;
/// The most strips or tiles.
const MAX_PARTS: u64 = 1 << 19;

/// Strips or tiles of the largest picture.
pub(super) fn pieces(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let file = File::of(bytes)?;
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
        waiting.extend(directory.below.iter().rev());
        waiting.push(directory.next);
        let Some(pieces) = file.picture(&directory) else {
            continue;
        };
        let size = pieces.iter().map(|piece| piece.len()).sum();
        if best.as_ref().is_none_or(|(best, _)| size > *best) {
            best = Some((size, pieces));
        }
    }
    best.map(|(_, pieces)| pieces)
}

struct File<'a> {
    bytes: &'a [u8],
    little: bool,
    big: bool,
}

/// An entry: its type, its count and where its values are.
#[derive(Clone, Copy)]
struct Entry {
    kind: u64,
    count: u64,
    at: usize,
}

#[derive(Default)]
struct Directory {
    next: u64,
    below: Vec<u64>,
    offsets: Option<Entry>,
    lengths: Option<Entry>,
}

impl<'a> File<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let little = bytes.starts_with(b"II");
        let file = Self {
            bytes,
            little,
            big: false,
        };
        // Olympus and Panasonic have numbers of their own.
        match file.number(2, 2)? {
            42 | 0x4f52 | 0x5352 | 0x55 => Some(file),
            43 => Some(Self { big: true, ..file }),
            _ => None,
        }
    }

    fn number(&self, at: usize, width: usize) -> Option<u64> {
        let bytes = self.bytes.get(at..at.checked_add(width)?)?;
        let add = |all: u64, byte: &u8| all << 8 | u64::from(*byte);
        Some(if self.little {
            bytes.iter().rev().fold(0, add)
        } else {
            bytes.iter().fold(0, add)
        })
    }

    fn first(&self) -> Option<u64> {
        if self.big {
            self.number(8, 8)
        } else {
            self.number(4, 4)
        }
    }

    fn directory(&self, at: u64) -> Option<Directory> {
        let at = usize::try_from(at).ok()?;
        let (count_width, width, field) = if self.big { (8, 20, 8) } else { (2, 12, 4) };
        let count = self.number(at, count_width)?;
        if count > MAX_ENTRIES {
            return None;
        }
        let count = usize::try_from(count).ok()?;
        let mut directory = Directory::default();
        let start = at.checked_add(count_width)?;
        for place in (0..count).map(|index| start + index * width) {
            let tag = self.number(place, 2)?;
            let entry = self.entry(place, field)?;
            match tag {
                0x111 | 0x144 => directory.offsets = directory.offsets.or(Some(entry)),
                0x117 | 0x145 => directory.lengths = directory.lengths.or(Some(entry)),
                0x14a => directory.below = self.values(entry, 32).unwrap_or_default(),
                _ => {}
            }
        }
        directory.next = self.number(start + count * width, field).unwrap_or(0);
        Some(directory)
    }

    fn entry(&self, place: usize, field: usize) -> Option<Entry> {
        let kind = self.number(place + 2, 2)?;
        let count = self.number(place + 4, field)?;
        let value = place + 4 + field;
        let size = count.checked_mul(width_of(kind))?;
        let at = if size <= u64::try_from(field).ok()? {
            value
        } else {
            usize::try_from(self.number(value, field)?).ok()?
        };
        Some(Entry { kind, count, at })
    }

    fn values(&self, entry: Entry, most: u64) -> Option<Vec<u64>> {
        if entry.count > most {
            return None;
        }
        let width = usize::try_from(width_of(entry.kind)).ok()?;
        (0..usize::try_from(entry.count).ok()?)
            .map(|index| self.number(entry.at.checked_add(index * width)?, width))
            .collect()
    }

    fn picture(&self, directory: &Directory) -> Option<Vec<&'a [u8]>> {
        let offsets = self.values(directory.offsets?, MAX_PARTS)?;
        let lengths = self.values(directory.lengths?, MAX_PARTS)?;
        if offsets.len() != lengths.len() {
            return None;
        }
        let piece = |(offset, length): (u64, u64)| {
            let start = usize::try_from(offset).ok()?;
            self.bytes
                .get(start..start.checked_add(usize::try_from(length).ok()?)?)
        };
        offsets.into_iter().zip(lengths).map(piece).collect()
    }
}

/// Bytes of a value; of types that hold no places a byte.
fn width_of(kind: u64) -> u64 {
    match kind {
        3 => 2,
        4 | 13 => 4,
        16..=18 => 8,
        _ => 1,
    }
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
