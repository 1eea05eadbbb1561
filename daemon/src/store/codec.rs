//! How values become bytes: numbers as varints, the rest by hand.
//!
//! No serde: a record's form is what its file in `records` says, nothing derived from the shape of a living type, and a million files have
//! to load in about two seconds. Unsigned numbers are LEB128 (7 bits a byte, low first, high bit: more follows), signed ones zigzag
//! before that; bytes and texts have their length before them; an option is a byte 0, or 1 and the value; a list is its length and the items.
//! Refuses (as `None`) what ends early, text that is not UTF-8, numbers that do not fit, and anything after the end.

use std::sync::Arc;

/// Items that a list makes room for before the first is read.
pub(super) const RESERVED: usize = 256;

/// What is stored as bytes.
pub(super) trait Stored: Sized {
    /// Writes it.
    fn put(&self, out: &mut Vec<u8>);
    /// Reads it; `None` if these bytes are none.
    fn get(from: &mut Reader<'_>) -> Option<Self>;
}

/// Bytes that are read from the front.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn take(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(head)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        let (head, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*head)
    }

    /// Bytes with their length before them.
    pub(super) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::get(self)?;
        self.take(length)
    }

    /// How many items follow. Every item has a byte at least: a length that lies takes no memory.
    pub(super) fn length(&mut self) -> Option<usize> {
        usize::get(self).filter(|length| *length <= self.0.len())
    }

    /// `Some` if nothing is left.
    pub(super) fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

/// Writes bytes with their length before them.
pub(super) fn put_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    bytes.len().put(out);
    out.extend_from_slice(bytes);
}

impl Stored for u64 {
    fn put(&self, out: &mut Vec<u8>) {
        let mut rest = *self;
        while rest >= 0x80 {
            out.push(rest.to_le_bytes()[0] | 0x80);
            rest >>= 7;
        }
        out.push(rest.to_le_bytes()[0]);
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = from.byte()?;
            let bits = Self::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return None;
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

impl Stored for i64 {
    fn put(&self, out: &mut Vec<u8>) {
        ((self << 1) ^ (self >> 63)).cast_unsigned().put(out);
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        let number = u64::get(from)?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }
}

macro_rules! narrow {
    ($($type:ty as $wide:ty),*) => {$(
        impl Stored for $type {
            fn put(&self, out: &mut Vec<u8>) {
                <$wide>::from(*self).put(out);
            }

            fn get(from: &mut Reader<'_>) -> Option<Self> {
                <$wide>::get(from)?.try_into().ok()
            }
        }
    )*};
}

narrow!(u32 as u64, i32 as i64, i16 as i64, i8 as i64);

impl Stored for usize {
    fn put(&self, out: &mut Vec<u8>) {
        // No machine has longer pointers.
        u64::try_from(*self).unwrap_or(u64::MAX).put(out);
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        u64::get(from)?.try_into().ok()
    }
}

impl Stored for u8 {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(*self);
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        from.byte()
    }
}

impl Stored for bool {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        match from.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

/// The bits, so that every number comes back as it was.
impl Stored for f64 {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_bits().to_be_bytes());
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        let bits = from.take(8)?.first_chunk()?;
        Some(Self::from_bits(u64::from_be_bytes(*bits)))
    }
}

impl Stored for Box<[u8]> {
    fn put(&self, out: &mut Vec<u8>) {
        put_bytes(self, out);
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        from.bytes().map(Into::into)
    }
}

impl Stored for Box<str> {
    fn put(&self, out: &mut Vec<u8>) {
        put_bytes(self.as_bytes(), out);
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        std::str::from_utf8(from.bytes()?).ok().map(Into::into)
    }
}

impl<T: Stored> Stored for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        if bool::get(from)? {
            T::get(from).map(Some)
        } else {
            Some(None)
        }
    }
}

impl<T: Stored> Stored for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        self.iter().for_each(|item| item.put(out));
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        let length = from.length()?;
        let mut items = Self::with_capacity(length.min(RESERVED));
        for _ in 0..length {
            items.push(T::get(from)?);
        }
        Some(items)
    }
}

impl<A: Stored, B: Stored> Stored for (A, B) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Some((A::get(from)?, B::get(from)?))
    }
}

impl<A: Stored, B: Stored, C: Stored> Stored for (A, B, C) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
        self.2.put(out);
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Some((A::get(from)?, B::get(from)?, C::get(from)?))
    }
}

macro_rules! pointers {
    ($($pointer:ident),*) => {$(
        impl<T: Stored> Stored for $pointer<T> {
            fn put(&self, out: &mut Vec<u8>) {
                (**self).put(out);
            }

            fn get(from: &mut Reader<'_>) -> Option<Self> {
                T::get(from).map(Self::new)
            }
        }
    )*};
}

pointers!(Box, Arc);

/// A record: its fields in this order. A field that is added to the type does not compile until it is dealt with here.
macro_rules! record {
    ($($type:ident { $($field:ident),* $(,)? })*) => {$(
        impl $crate::store::codec::Stored for $type {
            fn put(&self, out: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($crate::store::codec::Stored::put($field, out);)*
            }

            fn get(from: &mut $crate::store::codec::Reader<'_>) -> Option<Self> {
                Some(Self { $($field: $crate::store::codec::Stored::get(from)?),* })
            }
        }
    )*};
}

/// A choice without data: one byte.
macro_rules! choice {
    ($($type:ident { $($variant:ident = $byte:literal),* $(,)? })*) => {$(
        impl $crate::store::codec::Stored for $type {
            fn put(&self, out: &mut Vec<u8>) {
                out.push(match self { $(Self::$variant => $byte),* });
            }

            fn get(from: &mut $crate::store::codec::Reader<'_>) -> Option<Self> {
                match from.byte()? {
                    $($byte => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    )*};
}

pub(super) use {choice, record};

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: Stored + PartialEq + std::fmt::Debug>(value: T, bytes: &[u8]) {
        let mut out = Vec::new();
        value.put(&mut out);
        assert_eq!(out, bytes, "{value:?}");
        let mut reader = Reader::new(bytes);
        assert_eq!(T::get(&mut reader), Some(value));
        assert_eq!(reader.end(), Some(()));
        for end in 0..bytes.len() {
            assert_eq!(T::get(&mut Reader::new(&bytes[..end])), None, "cut at {end}");
        }
    }

    #[test]
    fn values_have_one_form_and_come_back() {
        check(0u64, &[0]);
        check(127u64, &[127]);
        check(128u64, &[0x80, 1]);
        check(u64::MAX, &[255, 255, 255, 255, 255, 255, 255, 255, 255, 1]);
        check(-1i64, &[1]);
        check(i64::MIN, &[255, 255, 255, 255, 255, 255, 255, 255, 255, 1]);
        check(i64::MAX, &[254, 255, 255, 255, 255, 255, 255, 255, 255, 1]);
        check(300u32, &[0xac, 2]);
        check(-2i8, &[3]);
        check(true, &[1]);
        check(2.0f64, &[0x40, 0, 0, 0, 0, 0, 0, 0]);
        check(Box::<str>::from("é"), &[2, 0xc3, 0xa9]);
        check(Some(vec![1u32, 2]), &[1, 2, 1, 2]);
        check((None::<u32>, false, 1u8), &[0, 0, 1]);
    }

    #[test]
    fn what_is_no_value_is_refused() {
        assert_eq!(u64::get(&mut Reader::new(&[255; 11])), None);
        assert_eq!(u32::get(&mut Reader::new(&[255, 255, 255, 255, 127])), None);
        assert_eq!(bool::get(&mut Reader::new(&[2])), None);
        assert_eq!(Box::<str>::get(&mut Reader::new(&[1, 255])), None);
        let long = [255, 255, 255, 255, 255, 255, 255, 255, 255, 1];
        assert_eq!(Vec::<u32>::get(&mut Reader::new(&long)), None);
    }
}
