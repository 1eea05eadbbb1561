//! Elements: the building stone of Matroska and WebM (RFC 8794).
//!
//! An element is a number of 1 to 4 bytes, a length of 1 to 8, and a body. [`Elements`] walks one level of a slice as
//! [`super::bmff::Boxes`] does: headers only, no copies, and lengths are never believed. An element of unknown length,
//! as live recordings have, reaches to the end of its parent and is the last one of it.
//!
//! It refuses nothing and stops early instead: at bytes that are no header, and after [`MAX_ELEMENTS`].

/// The most elements that one level yields.
const MAX_ELEMENTS: u32 = 8192;

/// An element in a slice.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'a> {
    /// With its length marker, as the specification writes it: `0x1A45DFA3`.
    pub(super) id: u32,
    pub(super) body: &'a [u8],
}

/// The elements of one level, in the order of the file.
pub(super) struct Elements<'a> {
    rest: &'a [u8],
    left: u32,
}

impl<'a> Elements<'a> {
    /// The elements that this slice is made of.
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            left: MAX_ELEMENTS,
        }
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        self.left = self.left.checked_sub(1)?;
        let rest = std::mem::take(&mut self.rest);
        let (id, rest) = number(rest, 4)?;
        let (length, rest) = number(rest, 8)?;
        let length = match length.value() {
            Some(length) => usize::try_from(length).unwrap_or(usize::MAX).min(rest.len()),
            None => rest.len(),
        };
        let (body, rest) = rest.split_at_checked(length)?;
        self.rest = rest;
        Some(Element {
            id: u32::try_from(id.raw).ok()?,
            body,
        })
    }
}

/// A number of variable length.
struct Number {
    /// With its marker.
    raw: u64,
    bytes: u32,
}

impl Number {
    /// Without its marker; `None` if all bits are set, which is "unknown".
    fn value(&self) -> Option<u64> {
        let mask = u64::MAX >> (64 - 7 * self.bytes);
        let value = self.raw & mask;
        (value != mask).then_some(value)
    }
}

fn number(bytes: &[u8], most: u32) -> Option<(Number, &[u8])> {
    let count = bytes.first()?.leading_zeros() + 1;
    if count > most {
        return None;
    }
    let (head, rest) = bytes.split_at_checked(usize::try_from(count).ok()?)?;
    let raw = head.iter().fold(0u64, |raw, byte| raw << 8 | u64::from(*byte));
    Some((Number { raw, bytes: count }, rest))
}

/// The body of the first element of this number.
pub(super) fn find(bytes: &[u8], id: u32) -> Option<&[u8]> {
    Elements::of(bytes)
        .find(|found| found.id == id)
        .map(|found| found.body)
}

/// A body read as an unsigned number; empty is 0.
pub(super) fn unsigned(body: &[u8]) -> Option<u64> {
    (body.len() <= 8).then(|| {
        body.iter()
            .fold(0u64, |value, byte| value << 8 | u64::from(*byte))
    })
}

/// A body read as a signed number of 8 bytes, the form of a date.
pub(super) fn signed(body: &[u8]) -> Option<i64> {
    body.try_into().ok().map(i64::from_be_bytes)
}

/// A body read as a fraction of 4 or 8 bytes.
pub(super) fn float(body: &[u8]) -> Option<f64> {
    let short = || body.try_into().ok().map(f32::from_be_bytes).map(f64::from);
    let value = body.try_into().ok().map(f64::from_be_bytes).or_else(short)?;
    value.is_finite().then_some(value)
}

#[cfg(test)]
pub(super) mod build {
    //! Elements for tests.

    /// An element around this body, its length in 4 bytes.
    pub(in super::super) fn element(id: u32, body: &[u8]) -> Vec<u8> {
        let id = id.to_be_bytes();
        let id = &id[id.iter().position(|byte| *byte != 0).unwrap()..];
        let length = u32::try_from(body.len()).unwrap() | 0x1000_0000;
        [id, &length.to_be_bytes(), body].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::build::element;
    use super::*;

    #[test]
    fn elements_are_walked_and_lengths_are_never_believed() {
        let check = |bytes: &[u8], expect: &[(u32, usize)]| {
            let found: Vec<_> = Elements::of(bytes)
                .map(|found| (found.id, found.body.len()))
                .collect();
            assert_eq!(found, expect);
        };
        check(
            &[element(0xA3, b"ab"), element(0x4489, b"")].concat(),
            &[(0xA3, 2), (0x4489, 0)],
        );
        check(b"\xa3\x82ab\xa3\x81c", &[(0xA3, 2), (0xA3, 1)]);
        check(b"\xa3\xffabc", &[(0xA3, 3)]);
        check(b"\xa3\x01\xff\xff\xff\xff\xff\xff\xffab", &[(0xA3, 2)]);
        check(b"\xa3\x88ab", &[(0xA3, 2)]);
        check(b"\x00\x81a", &[]);
        check(b"\xa3\x00", &[]);
        assert_eq!(Elements::of(&b"\xec\x80".repeat(10_000)).count(), 8192);
    }

    #[test]
    fn numbers_are_read_in_every_width() {
        assert_eq!(
            (unsigned(b""), unsigned(b"\x01\x00"), unsigned(&[1; 9])),
            (Some(0), Some(256), None)
        );
        assert_eq!(
            (float(&1.5f32.to_be_bytes()), float(&2.5f64.to_be_bytes())),
            (Some(1.5), Some(2.5))
        );
        assert_eq!(
            (float(b""), float(&f64::NAN.to_be_bytes()), signed(b"ab")),
            (None, None, None)
        );
    }
}
