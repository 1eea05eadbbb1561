//! What containers of pictures say that exiv2 0.27 does not read from them.
//!
//! [`read`] gives, by format, the size, the turn, the EXIF block, the XMP packet, the IPTC block and words of its own.
//! Where exiv2 reads a part too, `extract` says which of both is believed. Each format has its file; boxes are walked by
//! [`crate::movie::bmff`], directories by [`crate::tiff`], under their limits. Compressed parts are unpacked up to
//! [`MAX_PART_BYTES`] ([`packed`]). It refuses parts in pieces and everything else silently.

mod cr3;
mod gif;
mod heif;
pub(super) mod iptc;
mod jpeg;
mod jxl;
mod packed;
mod png;
mod raw;
mod tiff;
mod webp;
mod x3f;

use std::borrow::Cow;

pub(crate) use self::heif::pieces as heif_pieces;
use crate::protocol::FactsRecord;

/// Parts longer than this are not handed on.
const MAX_PART_BYTES: usize = 16 << 20;

/// What a container says.
#[derive(Default)]
pub(crate) struct Found<'a> {
    pub(crate) mime: Option<&'static str>,
    /// As stored, and known better than by exiv2; a file that has it is read even where exiv2 refuses it.
    pub(crate) size: Option<(u32, u32)>,
    /// As stored, for files that exiv2 reads and of which it tells none.
    pub(crate) spare_size: Option<(u32, u32)>,
    /// For files whose EXIF says none.
    pub(crate) orientation: Option<u8>,
    /// A TIFF structure.
    pub(crate) exif: Option<Cow<'a, [u8]>>,
    pub(crate) xmp: Option<Cow<'a, [u8]>>,
    /// A second packet, which counts where the first has nothing.
    pub(crate) extended: Option<Vec<u8>>,
    /// IPTC's datasets.
    pub(crate) iptc: Option<&'a [u8]>,
    /// Whether the datasets are not those of which XMP was written.
    pub(crate) iptc_is_newer: bool,
    /// Whether EXIF has a description of no bytes.
    pub(crate) undescribed: bool,
    /// A JPEG with metadata of its own.
    pub(crate) jpeg: Option<&'a [u8]>,
    /// Words outside EXIF and XMP, which go before.
    pub(crate) texts: FactsRecord,
}

/// Reads a container; empty of a format that is not known here.
pub(crate) fn read(bytes: &[u8]) -> Found<'_> {
    let readers = [
        heif::read,
        jxl::read,
        gif::read,
        png::read,
        jpeg::read,
        tiff::read,
        webp::read,
        cr3::read,
        x3f::read,
        raw::read,
        os2_bitmap,
    ];
    let mut found = readers.iter().find_map(|read| read(bytes)).unwrap_or_default();
    let bounded = |part: &Cow<'_, [u8]>| part.len() <= MAX_PART_BYTES;
    found.exif = found.exif.filter(bounded);
    found.xmp = found.xmp.filter(bounded);
    found
}

/// The 12-byte header of OS/2 1.x: width and height of 16 bits.
fn os2_bitmap(bytes: &[u8]) -> Option<Found<'_>> {
    if !bytes.starts_with(b"BM") || bytes.get(14..18)? != [12, 0, 0, 0] {
        return None;
    }
    let pixels = |at: usize| match bytes.get(at..at + 2)? {
        [low, high] => Some(u32::from(u16::from_le_bytes([*low, *high]))),
        _ => None,
    };
    Some(Found {
        size: pixels(18)
            .zip(pixels(20))
            .filter(|(width, height)| *width > 0 && *height > 0),
        ..Found::default()
    })
}

/// An EXIF part in a box: the offset of the TIFF structure behind it, mostly 0 (ISO/IEC 23008-12, A.2.1).
fn exif(part: &[u8]) -> Option<&[u8]> {
    let offset = usize::try_from(crate::movie::bmff::u32_at(part, 0)?).ok()?;
    let part = part.get(offset.checked_add(4)?..)?;
    (part.starts_with(b"II*\0") || part.starts_with(b"MM\0*")).then_some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_header_of_os2_is_read() {
        let bitmap = [b"BM".as_slice(), &[0; 12], &[12, 0, 0, 0, 0xc7, 1, 0x55, 1]].concat();
        assert_eq!(read(&bitmap).size, Some((455, 341)));
        assert_eq!(read(bitmap.get(..20).unwrap()).size, None);
    }

    #[test]
    fn an_exif_part_is_found_behind_its_offset() {
        assert_eq!(exif(b"\0\0\0\0II*\0x"), Some(b"II*\0x".as_slice()));
        assert_eq!(exif(b"\0\0\0\x06Exif\0\0MM\0*x"), Some(b"MM\0*x".as_slice()));
        assert_eq!(exif(b"\xff\xff\xff\xffII*\0"), None);
    }
}
