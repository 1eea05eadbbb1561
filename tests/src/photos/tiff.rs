//! A TIFF structure from directories of values, in either byte order.
//!
//! EXIF is one, and so are most RAW formats. A directory is laid out as: its entries, then the values that do not
//! fit into an entry, each at an even offset, then its child directories. Nothing is read here, and nothing more
//! is written than the photos need. Source: TIFF 6.0, section 2.

use super::ByteOrder;

/// A value of a directory entry.
pub(super) enum Value {
    /// Type 1.
    Byte(Vec<u8>),
    /// Type 2; the closing NUL is added.
    Ascii(String),
    /// Type 3.
    Short(Vec<u16>),
    /// Type 4.
    Long(Vec<u32>),
    /// Type 5: numerator and denominator.
    Rational(Vec<(u32, u32)>),
    /// Type 7.
    Undefined(Vec<u8>),
    /// Type 4, the offset of these bytes, which are placed in the file.
    OffsetOf(Vec<u8>),
}

/// A directory to be written; entries may be added in any order.
pub(super) struct Ifd {
    entries: Vec<(u16, Content)>,
}

enum Content {
    Value(Value),
    Child(Ifd),
}

impl Ifd {
    pub(super) const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// Adds an entry; a tag is added once.
    pub(super) fn add(&mut self, tag: u16, value: Value) {
        self.entries.push((tag, Content::Value(value)));
    }

    /// Adds an entry that points to another directory.
    pub(super) fn child(&mut self, tag: u16, ifd: Self) {
        self.entries.push((tag, Content::Child(ifd)));
    }
}

/// The whole structure with its eight-byte header.
pub(super) fn file(order: ByteOrder, first: &Ifd) -> Vec<u8> {
    file_with_header(order, &[], first)
}

/// As [`file`], with bytes of a format's own (an even number) between the header and the first directory.
pub(super) fn file_with_header(order: ByteOrder, extra: &[u8], first: &Ifd) -> Vec<u8> {
    let writer = Writer { order };
    let start = 8 + extra.len() as u32;
    let mut file = match order {
        ByteOrder::Little => b"II".to_vec(),
        ByteOrder::Big => b"MM".to_vec(),
    };
    file.extend(writer.short(42));
    file.extend(writer.long(start));
    file.extend(extra);
    file.extend(writer.directory(first, start));
    file
}

struct Writer {
    order: ByteOrder,
}

impl Writer {
    fn short(&self, value: u16) -> [u8; 2] {
        match self.order {
            ByteOrder::Little => value.to_le_bytes(),
            ByteOrder::Big => value.to_be_bytes(),
        }
    }

    fn long(&self, value: u32) -> [u8; 4] {
        match self.order {
            ByteOrder::Little => value.to_le_bytes(),
            ByteOrder::Big => value.to_be_bytes(),
        }
    }

    /// The directory as it lies at offset `at` of the file.
    fn directory(&self, ifd: &Ifd, at: u32) -> Vec<u8> {
        let mut entries: Vec<_> = ifd.entries.iter().collect();
        entries.sort_by_key(|(tag, _)| *tag);
        let data_at = at + 2 + 12 * entries.len() as u32 + 4;
        let mut data = Vec::new();
        let mut directory = self.short(entries.len() as u16).to_vec();
        for (tag, content) in entries {
            let here = data_at + data.len() as u32;
            let (kind, count, bytes) = match content {
                Content::Child(child) => {
                    data.extend(self.directory(child, here));
                    (4, 1, self.long(here).to_vec())
                }
                Content::Value(Value::OffsetOf(bytes)) => {
                    data.extend(bytes);
                    (4, 1, self.long(here).to_vec())
                }
                Content::Value(value) => self.value(value),
            };
            directory.extend(self.short(*tag));
            directory.extend(self.short(kind));
            directory.extend(self.long(count));
            if bytes.len() <= 4 {
                directory.extend(&bytes);
                directory.extend(vec![0; 4 - bytes.len()]);
            } else {
                directory.extend(self.long(here));
                data.extend(bytes);
            }
            if data.len() % 2 == 1 {
                data.push(0);
            }
        }
        directory.extend(self.long(0));
        directory.extend(data);
        directory
    }

    /// Type, count and bytes of a value that is not an offset.
    fn value(&self, value: &Value) -> (u16, u32, Vec<u8>) {
        match value {
            Value::Byte(bytes) => (1, bytes.len() as u32, bytes.clone()),
            Value::Undefined(bytes) | Value::OffsetOf(bytes) => (7, bytes.len() as u32, bytes.clone()),
            Value::Ascii(text) => {
                let bytes = [text.as_bytes(), b"\0"].concat();
                (2, bytes.len() as u32, bytes)
            }
            Value::Short(values) => (
                3,
                values.len() as u32,
                values.iter().flat_map(|&v| self.short(v)).collect(),
            ),
            Value::Long(values) => (
                4,
                values.len() as u32,
                values.iter().flat_map(|&v| self.long(v)).collect(),
            ),
            Value::Rational(values) => {
                let bytes = values
                    .iter()
                    .flat_map(|&(n, d)| [self.long(n), self.long(d)])
                    .flatten()
                    .collect();
                (5, values.len() as u32, bytes)
            }
        }
    }
}
