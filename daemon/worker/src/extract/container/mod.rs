//! What containers of pictures say that exiv2 0.27 does not read from them.
//!
//! [`read`] gives the stored size of HEIF, AVIF and JPEG XL files, the turn that their boxes state, their EXIF and XMP
//! parts and GIF's XMP, the texts of a PNG, and the size of OS/2 bitmaps. Each format has its file; boxes are walked by
//! [`crate::movie::bmff`] under its limits. It refuses compressed parts, parts in pieces, and everything else silently.

mod gif;
mod heif;
mod jxl;
mod png;

pub(crate) use self::heif::pieces as heif_pieces;
use crate::protocol::FactsRecord;

/// Parts longer than this are not handed on.
const MAX_PART_BYTES: usize = 16 << 20;

/// What a container says.
#[derive(Default)]
pub(super) struct Found<'a> {
    pub(super) mime: Option<&'static str>,
    /// As stored, and known better than by EXIF.
    pub(super) size: Option<(u32, u32)>,
    /// For files whose EXIF says none.
    pub(super) orientation: Option<u8>,
    /// A TIFF structure.
    pub(super) exif: Option<&'a [u8]>,
    pub(super) xmp: Option<&'a [u8]>,
    /// Words outside EXIF and XMP, which go before.
    pub(super) texts: FactsRecord,
}

/// Reads a container; empty of a format that is not known here.
pub(super) fn read(bytes: &[u8]) -> Found<'_> {
    let mut found = heif::read(bytes)
        .or_else(|| jxl::read(bytes))
        .or_else(|| gif::read(bytes))
        .or_else(|| png::read(bytes))
        .or_else(|| os2_bitmap(bytes))
        .unwrap_or_default();
    let bounded = |part: &&[u8]| part.len() <= MAX_PART_BYTES;
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
fn tiff(part: &[u8]) -> Option<&[u8]> {
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
    fn broken_containers_are_survived_and_state_no_empty_size() {
        let known = |bytes: &[u8]| {
            let found = read(bytes);
            found.size.is_some() || found.exif.is_some() || found.xmp.is_some() || found.mime.is_some()
        };
        let mut seeds = crate::breaking::corpus(known);
        seeds.push([b"BM".as_slice(), &[0; 12], &[12, 0, 0, 0, 0xc7, 1, 0x55, 1]].concat());
        crate::breaking::each(&seeds, 20_000, |bytes| {
            let found = read(bytes);
            assert!(found.size.is_none_or(|(width, height)| width > 0 && height > 0));
            assert!(found.orientation.is_none_or(|turn| (1..=8).contains(&turn)));
        });
    }

    #[test]
    fn an_exif_part_is_found_behind_its_offset() {
        assert_eq!(tiff(b"\0\0\0\0II*\0x"), Some(b"II*\0x".as_slice()));
        assert_eq!(tiff(b"\0\0\0\x06Exif\0\0MM\0*x"), Some(b"MM\0*x".as_slice()));
        assert_eq!(tiff(b"\xff\xff\xff\xffII*\0"), None);
    }
}
