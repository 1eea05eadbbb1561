//! Boxes: the building stone of QuickTime, MP4, 3GP, HEIF and JPEG XL files (ISO/IEC 14496-12, 4.2).
//!
//! A box is a length, four letters and a body, which may be boxes again. [`Boxes`] walks one level of a slice: it reads
//! the headers alone, so a body that nobody looks into costs no page of a mapped file. It never copies and never
//! believes a length: a box that claims more than there is ends where its parent ends and is the last one.
//!
//! It refuses nothing and stops early instead: at a length shorter than its own header, and after [`MAX_BOXES`].

/// The most boxes that one level yields; no real file comes near.
pub(crate) const MAX_BOXES: u32 = 8192;

/// Four letters that name a box.
pub(crate) type Kind = [u8; 4];

/// A box in a slice.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Boxed<'a> {
    pub(crate) kind: Kind,
    pub(crate) body: &'a [u8],
}

/// The boxes of one level, in the order of the file.
pub(crate) struct Boxes<'a> {
    rest: &'a [u8],
    left: u32,
}

impl<'a> Boxes<'a> {
    /// The boxes that this slice is made of.
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            left: MAX_BOXES,
        }
    }

    /// What follows the box that came last.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Boxes<'a> {
    type Item = Boxed<'a>;

    fn next(&mut self) -> Option<Boxed<'a>> {
        self.left = self.left.checked_sub(1)?;
        let rest = std::mem::take(&mut self.rest);
        let kind = rest.get(4..8)?.try_into().ok()?;
        let (header, length) = match u32_at(rest, 0)? {
            0 => (8, rest.len()),
            1 => (16, usize::try_from(u64_at(rest, 8)?).unwrap_or(usize::MAX)),
            short => (8, usize::try_from(short).unwrap_or(usize::MAX)),
        };
        let length = length.min(rest.len());
        let body = rest.get(header..length)?;
        self.rest = rest.get(length..).unwrap_or_default();
        Some(Boxed { kind, body })
    }
}

/// The body of the first box of this kind.
pub(crate) fn find<'a>(bytes: &'a [u8], kind: &Kind) -> Option<&'a [u8]> {
    Boxes::of(bytes)
        .find(|found| found.kind == *kind)
        .map(|found| found.body)
}

/// The body of the box that this path leads to, the first of its kind on each level.
pub(crate) fn descend<'a>(bytes: &'a [u8], path: &[&Kind]) -> Option<&'a [u8]> {
    path.iter().try_fold(bytes, |bytes, kind| find(bytes, kind))
}

/// The boxes of a `meta` box: ISO puts version and flags before them, QuickTime does not.
pub(crate) fn meta(body: &[u8]) -> &[u8] {
    if body.get(4..8) == Some(b"hdlr") {
        body
    } else {
        body.get(4..).unwrap_or_default()
    }
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

/// A big-endian number at a place.
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    array(bytes, at).map(u16::from_be_bytes)
}

/// A big-endian number at a place.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_be_bytes)
}

/// A big-endian number at a place.
pub(crate) fn i32_at(bytes: &[u8], at: usize) -> Option<i32> {
    array(bytes, at).map(i32::from_be_bytes)
}

/// A big-endian number at a place.
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    array(bytes, at).map(u64::from_be_bytes)
}

#[cfg(test)]
pub(crate) mod build {
    //! Boxes for tests.

    /// A box around this body.
    pub(crate) fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 8).unwrap();
        [length.to_be_bytes().as_slice(), kind, body].concat()
    }

    /// A box around boxes.
    pub(crate) fn parent(kind: &[u8; 4], children: &[Vec<u8>]) -> Vec<u8> {
        boxed(kind, &children.concat())
    }
}

#[cfg(test)]
mod tests {
    use super::build::{boxed, parent};
    use super::*;

    fn kinds(bytes: &[u8]) -> Vec<(String, usize)> {
        Boxes::of(bytes)
            .map(|found| {
                (
                    String::from_utf8_lossy(&found.kind).into_owned(),
                    found.body.len(),
                )
            })
            .collect()
    }

    fn check(bytes: &[u8], expect: &[(&str, usize)]) {
        let expect: Vec<_> = expect
            .iter()
            .map(|(kind, len)| ((*kind).to_owned(), *len))
            .collect();
        assert_eq!(kinds(bytes), expect);
    }

    #[test]
    fn boxes_are_found_with_short_long_and_open_lengths() {
        check(
            &[boxed(b"free", b""), boxed(b"mdat", b"abc")].concat(),
            &[("free", 0), ("mdat", 3)],
        );
        let long = [
            &1u32.to_be_bytes()[..],
            b"mdat",
            &18u64.to_be_bytes(),
            b"ab",
            &boxed(b"moov", b""),
        ]
        .concat();
        check(&long, &[("mdat", 2), ("moov", 0)]);
        check(b"\0\0\0\0mdatabcdef", &[("mdat", 6)]);
    }

    #[test]
    fn a_length_that_lies_ends_the_walk() {
        check(b"\xff\xff\xff\xffmdatab", &[("mdat", 2)]);
        check(
            b"\0\0\0\x01mdat\xff\xff\xff\xff\xff\xff\xff\xffab",
            &[("mdat", 2)],
        );
        check(b"\0\0\0\x07mdatab", &[]);
        check(b"\0\0\0\x01mdat\0\0\0\0\0\0\0\x0fab", &[]);
        check(b"\0\0\0", &[]);
    }

    #[test]
    fn a_flood_of_boxes_is_cut_off() {
        assert_eq!(kinds(&boxed(b"free", b"").repeat(10_000)).len(), 8192);
    }

    #[test]
    fn paths_and_both_kinds_of_meta_are_followed() {
        let inner = boxed(b"hdlr", b"x");
        let file = parent(b"moov", &[parent(b"udta", &[boxed(b"meta", &inner)])]);
        let body = descend(&file, &[b"moov", b"udta", b"meta"]).unwrap();
        assert_eq!(meta(body), inner);
        assert_eq!(meta(&[b"\0\0\0\0".as_slice(), &inner].concat()), inner);
        assert!(descend(&file, &[b"moov", b"trak"]).is_none());
    }
}
