//! Bytes that are mostly few: names and stems.
//!
//! The length of those in place is told by the zeros after them; what has a zero
//! itself, as no file name does, is kept apart.

use std::ops::Deref;

/// As many as fit beside the byte that says that they are in place.
const IN_PLACE: usize = 23;

/// Bytes; up to 23 of them take no memory beyond these 24.
#[derive(Clone)]
pub struct SmallBytes(Kept);

#[derive(Clone)]
enum Kept {
    InPlace([u8; IN_PLACE]),
    Apart(Box<[u8]>),
}

impl Deref for SmallBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Kept::InPlace(bytes) => {
                let end = bytes.iter().position(|byte| *byte == 0);
                bytes.get(..end.unwrap_or(IN_PLACE)).unwrap_or_default()
            }
            Kept::Apart(bytes) => bytes,
        }
    }
}

impl From<&[u8]> for SmallBytes {
    fn from(bytes: &[u8]) -> Self {
        let mut place = [0; IN_PLACE];
        match place.get_mut(..bytes.len()) {
            Some(start) if !bytes.contains(&0) => {
                start.copy_from_slice(bytes);
                Self(Kept::InPlace(place))
            }
            _ => Self(Kept::Apart(bytes.into())),
        }
    }
}

impl Default for SmallBytes {
    fn default() -> Self {
        Self(Kept::InPlace([0; IN_PLACE]))
    }
}

impl PartialEq for SmallBytes {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for SmallBytes {}

impl std::fmt::Debug for SmallBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "b\"{}\"", self.escape_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_whatever_they_are() {
        assert_eq!(size_of::<Option<SmallBytes>>(), 24);
        let check = |bytes: &[u8]| {
            let small = SmallBytes::from(bytes);
            assert_eq!(*small, *bytes);
            assert_eq!(small, SmallBytes::from(bytes));
        };
        check(b"");
        check(b"\0");
        check(b"a\0b");
        check(b"\0\0\0");
        check(b"IMG_0001.JPG");
        check(&[b'x'; IN_PLACE]);
        check(&[b'x'; IN_PLACE + 1]);
        check(&[0; 300]);
        assert_ne!(SmallBytes::from(&b"a"[..]), SmallBytes::from(&b"a\0"[..]));
        assert_eq!(*SmallBytes::default(), *b"");
    }
}
