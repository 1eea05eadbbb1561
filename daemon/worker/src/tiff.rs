//! TIFF's directories, classic and BigTIFF, also of the RAW formats made of them (TIFF 6.0; BigTIFF).
//!
//! [`Tiff`] reads entries in place and hands out values as numbers or as the bytes they are; [`rebuilt`] puts entries
//! of several directories down as one classic file without pictures, for a reader that knows no other.
//!
//! No count of the file's is used to allocate beyond [`MAX_ENTRIES`] and the caller's own limits. It refuses what lies
//! outside the file, silently.

/// The most entries of a directory.
const MAX_ENTRIES: u64 = 4096;
/// Longer values are not put into a file anew.
const MAX_VALUE_BYTES: usize = 1 << 20;
/// The most bytes of a file put together.
const MAX_REBUILT_BYTES: usize = 8 << 20;
/// Panasonic's number behind the byte order.
pub(crate) const PANASONIC: u64 = 0x55;

/// A file, or a block in the same form.
#[derive(Clone, Copy)]
pub(crate) struct Tiff<'a> {
    bytes: &'a [u8],
    little: bool,
    big: bool,
    /// The number behind the byte order.
    pub(crate) magic: u64,
}

/// An entry: its type, its count and where its values are.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) tag: u64,
    kind: u64,
    pub(crate) count: u64,
    at: usize,
}

/// The entries of a directory and where the next one is; 0 if there is none.
pub(crate) struct Directory {
    pub(crate) entries: Vec<Entry>,
    pub(crate) next: u64,
}

impl Directory {
    /// The first entry of this tag.
    pub(crate) fn find(&self, tag: u64) -> Option<Entry> {
        self.entries.iter().find(|entry| entry.tag == tag).copied()
    }
}

impl<'a> Tiff<'a> {
    /// A file by its first bytes.
    pub(crate) fn of(bytes: &'a [u8]) -> Option<Self> {
        let little = bytes.starts_with(b"II");
        if !little && !bytes.starts_with(b"MM") {
            return None;
        }
        let mut file = Self {
            bytes,
            little,
            big: false,
            magic: 0,
        };
        file.magic = file.number(2, 2)?;
        // Olympus and Panasonic have numbers of their own.
        match file.magic {
            42 | 0x4f52 | 0x5352 | PANASONIC => Some(file),
            43 => Some(Self { big: true, ..file }),
            _ => None,
        }
    }

    /// Whether it is a BigTIFF.
    pub(crate) fn is_big(&self) -> bool {
        self.big
    }

    pub(crate) fn number(&self, at: usize, width: usize) -> Option<u64> {
        let bytes = self.bytes.get(at..at.checked_add(width)?)?;
        let add = |all: u64, byte: &u8| all << 8 | u64::from(*byte);
        Some(if self.little {
            bytes.iter().rev().fold(0, add)
        } else {
            bytes.iter().fold(0, add)
        })
    }

    /// Where the first directory is.
    pub(crate) fn first(&self) -> Option<u64> {
        if self.big {
            self.number(8, 8)
        } else {
            self.number(4, 4)
        }
    }

    /// The directory at a place; `None` if it is not whole.
    pub(crate) fn directory(&self, at: u64) -> Option<Directory> {
        let at = usize::try_from(at).ok()?;
        let (count_width, width, field) = if self.big { (8, 20, 8) } else { (2, 12, 4) };
        let count = self.number(at, count_width)?;
        if count > MAX_ENTRIES {
            return None;
        }
        let count = usize::try_from(count).ok()?;
        let start = at.checked_add(count_width)?;
        let entries = (0..count).map(|index| self.entry(start.checked_add(index * width)?, field));
        // An entry whose values are nowhere is its own loss.
        let entries = entries.collect::<Option<Vec<_>>>()?;
        let behind = start.checked_add(count * width)?;
        Some(Directory {
            entries: entries.into_iter().flatten().collect(),
            next: self.number(behind, field).unwrap_or(0),
        })
    }

    /// `None` where the file ends, `Some(None)` for an entry that cannot be.
    #[expect(clippy::option_option, reason = "two ways of not being there")]
    fn entry(&self, place: usize, field: usize) -> Option<Option<Entry>> {
        let tag = self.number(place, 2)?;
        let kind = self.number(place + 2, 2)?;
        let count = self.number(place + 4, field)?;
        let value = place + 4 + field;
        let inside = self.number(value, field)?;
        let Some(size) = count.checked_mul(width_of(kind)) else {
            return Some(None);
        };
        let at = if size <= u64::try_from(field).ok()? {
            Some(value)
        } else {
            usize::try_from(inside).ok()
        };
        Some(at.map(|at| Entry { tag, kind, count, at }))
    }

    /// The values as numbers, if there are at most so many; of types that hold none, their bytes'.
    pub(crate) fn values(&self, entry: Entry, most: u64) -> Option<Vec<u64>> {
        if entry.count > most {
            return None;
        }
        let width = usize::try_from(width_of(entry.kind)).ok()?;
        (0..usize::try_from(entry.count).ok()?)
            .map(|index| self.number(entry.at.checked_add(index.checked_mul(width)?)?, width))
            .collect()
    }

    /// The first value as a number.
    pub(crate) fn value(&self, entry: Entry) -> Option<u64> {
        if entry.count == 0 {
            return None;
        }
        self.number(entry.at, usize::try_from(width_of(entry.kind)).ok()?)
    }

    /// The values as the bytes that they are.
    pub(crate) fn body(&self, entry: Entry) -> Option<&'a [u8]> {
        let length = usize::try_from(entry.count.checked_mul(width_of(entry.kind))?).ok()?;
        self.bytes.get(entry.at..entry.at.checked_add(length)?)
    }

    /// The file from a place on; `None` if that is at or beyond its end.
    pub(crate) fn rest(&self, offset: u64) -> Option<&'a [u8]> {
        let rest = self.bytes.get(usize::try_from(offset).ok()?..)?;
        (!rest.is_empty()).then_some(rest)
    }

    /// A piece of the file.
    pub(crate) fn piece(&self, offset: u64, length: u64) -> Option<&'a [u8]> {
        let start = usize::try_from(offset).ok()?;
        self.bytes
            .get(start..start.checked_add(usize::try_from(length).ok()?)?)
    }
}

/// Bytes of a value; of unknown types one.
fn width_of(kind: u64) -> u64 {
    match kind {
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16..=18 => 8,
        _ => 1,
    }
}

/// A directory and the file it is in.
pub(crate) type Part<'a> = (Tiff<'a>, Directory);

/// Tag, type, count and the bytes in the file; many may be the same ones, so they are not copied before it is known how
/// long all are together.
type Row<'a> = (u16, u16, u32, &'a [u8]);

/// One classic file of a first directory, EXIF's and that of GPS; without pictures, directories below and types that
/// classic files do not have. A part in another byte order than the first is left out.
pub(crate) fn rebuilt(main: &Part<'_>, exif: Option<&Part<'_>>, gps: Option<&Part<'_>>) -> Option<Vec<u8>> {
    const EXIF: u16 = 0x8769;
    const GPS: u16 = 0x8825;
    let little = main.0.little;
    let mut file = if little {
        b"II*\0\x08\0\0\0".to_vec()
    } else {
        b"MM\0*\0\0\0\x08".to_vec()
    };
    let parts = [(EXIF, exif), (GPS, gps)];
    let below: Vec<(u16, &Part<'_>)> = parts
        .into_iter()
        .filter_map(|(tag, part)| {
            part.filter(|part| part.0.little == little)
                .map(|part| (tag, part))
        })
        .collect();
    // The pointers are filled in when it is known where they lead.
    let mut rows = rows(main);
    rows.extend(below.iter().map(|(tag, _)| (*tag, 4, 1, [0; 4].as_slice())));
    let places = put(&mut file, little, rows)?;
    for (tag, part) in below {
        let start = u32::try_from(file.len()).ok()?;
        put(&mut file, little, self::rows(part))?;
        let place = places.iter().find(|(known, _)| *known == tag)?.1;
        file.get_mut(place..place + 4)?
            .copy_from_slice(&order32(start, little));
    }
    Some(file)
}

/// What is kept.
fn rows<'a>((file, directory): &Part<'a>) -> Vec<Row<'a>> {
    const LEFT_OUT: [u64; 9] = [0x111, 0x117, 0x144, 0x145, 0x14a, 0x201, 0x202, 0x8769, 0x8825];
    let row = |entry: &Entry| {
        let known = (1..=12).contains(&entry.kind) && !LEFT_OUT.contains(&entry.tag);
        let body = file
            .body(*entry)
            .filter(|body| known && body.len() <= MAX_VALUE_BYTES)?;
        Some((
            u16::try_from(entry.tag).ok()?,
            u16::try_from(entry.kind).ok()?,
            u32::try_from(entry.count).ok()?,
            body,
        ))
    };
    directory.entries.iter().filter_map(row).collect()
}

/// Appends a directory; where the values of its entries are.
fn put(file: &mut Vec<u8>, little: bool, mut rows: Vec<Row<'_>>) -> Option<Vec<(u16, usize)>> {
    rows.sort_by_key(|(tag, ..)| *tag);
    let order16 = |number: u16| {
        if little {
            number.to_le_bytes()
        } else {
            number.to_be_bytes()
        }
    };
    let mut places = Vec::new();
    let mut behind = Vec::new();
    let values_at = file.len() + 2 + rows.len() * 12 + 4;
    file.extend(order16(u16::try_from(rows.len()).ok()?));
    for (tag, kind, count, body) in rows {
        file.extend(order16(tag));
        file.extend(order16(kind));
        file.extend(order32(count, little));
        if body.len() <= 4 {
            places.push((tag, file.len()));
            file.extend(body);
            file.resize(file.len() + 4 - body.len(), 0);
        } else {
            let at = values_at + behind.len();
            if at + body.len() > MAX_REBUILT_BYTES {
                return None;
            }
            places.push((tag, at));
            file.extend(order32(u32::try_from(at).ok()?, little));
            behind.extend(body);
            if behind.len() % 2 == 1 {
                behind.push(0);
            }
        }
    }
    file.extend([0; 4]);
    file.append(&mut behind);
    Some(places)
}

fn order32(number: u32, little: bool) -> [u8; 4] {
    if little {
        number.to_le_bytes()
    } else {
        number.to_be_bytes()
    }
}

#[cfg(test)]
pub(crate) mod build {
    //! Files for tests.

    /// A BigTIFF in little-endian order with these entries of whole bytes (tag, type, count, up to 8 bytes).
    pub(crate) fn big(entries: &[(u16, u16, u64, &[u8])]) -> Vec<u8> {
        let mut file = b"II\x2b\0\x08\0\0\0\x10\0\0\0\0\0\0\0".to_vec();
        file.extend(u64::try_from(entries.len()).unwrap().to_le_bytes());
        for (tag, kind, count, value) in entries {
            file.extend(tag.to_le_bytes());
            file.extend(kind.to_le_bytes());
            file.extend(count.to_le_bytes());
            let mut value = value.to_vec();
            value.resize(8, 0);
            file.extend(value);
        }
        file.extend([0; 8]);
        file
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bigtiff_becomes_a_classic_one_with_the_same_values() {
        let bytes = build::big(&[
            (0x100, 3, 1, &[64, 0]),
            (0x10f, 2, 8, b"Example\0"),
            (0x111, 16, 1, &[9]),
        ]);
        let file = Tiff::of(&bytes).unwrap();
        assert!(file.is_big());
        let main = (file, file.directory(file.first().unwrap()).unwrap());
        let exif = (file, file.directory(file.first().unwrap()).unwrap());
        let again = rebuilt(&main, Some(&exif), None).unwrap();
        let classic = Tiff::of(&again).unwrap();
        assert!(!classic.is_big());
        let check = |directory: &Directory| {
            assert_eq!(
                directory.find(0x100).and_then(|entry| classic.value(entry)),
                Some(64)
            );
            let make = directory.find(0x10f).and_then(|entry| classic.body(entry));
            assert_eq!(make, Some(b"Example\0".as_slice()));
            assert!(directory.find(0x111).is_none());
        };
        let first = classic.directory(classic.first().unwrap()).unwrap();
        check(&first);
        let below = classic.value(first.find(0x8769).unwrap()).unwrap();
        check(&classic.directory(below).unwrap());
    }

    #[test]
    fn many_entries_of_one_long_value_are_not_copied_before_they_are_refused() {
        let bytes = vec![0; MAX_VALUE_BYTES];
        let count = u64::try_from(MAX_VALUE_BYTES).unwrap();
        let entry = |tag| Entry {
            tag,
            kind: 1,
            count,
            at: 0,
        };
        let file = Tiff {
            bytes: &bytes,
            little: true,
            big: true,
            magic: 43,
        };
        let directory = |most: u64| Directory {
            entries: (1..=most).map(entry).collect(),
            next: 0,
        };
        // Copied first, they would be 4 GiB.
        assert_eq!(rebuilt(&(file, directory(MAX_ENTRIES)), None, None), None);
        assert!(rebuilt(&(file, directory(2)), None, None).is_some());
    }

    #[test]
    fn what_is_not_there_is_none_wherever_the_file_ends() {
        let bytes = build::big(&[
            (0x10f, 2, u64::MAX, &[0xff; 8]),
            (0x110, 12, u64::MAX, &[0xff; 8]),
        ]);
        for end in 0..=bytes.len() {
            let Some(file) = Tiff::of(&bytes[..end]) else {
                continue;
            };
            let Some(directory) = file.first().and_then(|at| file.directory(at)) else {
                continue;
            };
            assert!(directory.entries.iter().all(|entry| file.body(*entry).is_none()));
            let whole = (file, directory);
            assert!(rebuilt(&whole, None, None).is_some());
        }
        assert!(Tiff::of(b"XX*\0").is_none());
    }
}
