//! RAW formats with directories of their own: Fujifilm's RAF and Canon's CRW. exiv2 reads both; of them it is only asked
//! what it tells otherwise or not at all.
//!
//! A RAF's size is that of the picture in its own list (tag 0x0111, as exiftool and LibRaw document it), where exiv2
//! tells that of the preview. Its EXIF is that of the JPEG in it, by a place and a length in the header, and so is what
//! programs write: XMP, which exiv2 does not look for, goes with the file's own, and IPTC fills what is left. A CRW may have
//! an XMP packet in the trailer that Canon's programs append.

use super::{Found, jpeg};
use crate::movie::bmff::{u16_at, u32_at};

const CROPPED: u16 = 0x0111;
const MAX_ENTRIES: u32 = 256;
/// How far from the end a trailer is looked for.
const MAX_TRAILER_BYTES: usize = 1 << 20;
const TRAILER: &[u8] = b"CANON OPTIONAL DATA\0";

/// Reads the lists; `None` if these bytes are neither.
pub(super) fn read(bytes: &[u8]) -> Option<Found<'_>> {
    if bytes.starts_with(b"FUJIFILMCCD-RAW ") {
        let preview = preview(bytes);
        return Some(Found {
            size: cropped(bytes),
            xmp: preview.and_then(jpeg::read).and_then(|found| found.xmp),
            jpeg: preview,
            ..Found::default()
        });
    }
    (bytes.get(6..14)? == b"HEAPCCDR").then(|| Found {
        xmp: trailer(bytes).map(Into::into),
        ..Found::default()
    })
}

/// The JPEG that the header of a RAF leads to.
fn preview(bytes: &[u8]) -> Option<&[u8]> {
    let place = |at: usize| usize::try_from(u32_at(bytes, at)?).ok();
    let start = place(84)?;
    let preview = bytes.get(start..start.checked_add(place(88)?)?)?;
    preview.starts_with(&[0xff, 0xd8]).then_some(preview)
}

fn cropped(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = usize::try_from(u32_at(bytes, 92)?).ok()?;
    let count = u32_at(bytes, at)?.min(MAX_ENTRIES);
    at = at.checked_add(4)?;
    for _ in 0..count {
        let (tag, length) = (u16_at(bytes, at)?, u16_at(bytes, at + 2)?);
        at = at.checked_add(4)?;
        if tag == CROPPED {
            let (height, width) = (u16_at(bytes, at)?, u16_at(bytes, at + 2)?);
            return (width > 0 && height > 0).then(|| (width.into(), height.into()));
        }
        at = at.checked_add(length.into())?;
    }
    None
}

fn trailer(bytes: &[u8]) -> Option<&[u8]> {
    // The last 64 bytes name the trailer and have its length.
    let footer = bytes.get(bytes.len().checked_sub(64)?..)?;
    footer.starts_with(TRAILER).then_some(())?;
    let end = bytes.get(bytes.len().saturating_sub(MAX_TRAILER_BYTES)..)?;
    let start = end.windows(10).position(|part| part == b"<?xpacket ")?;
    let packet = end.get(start..)?;
    let close = b"<?xpacket end=";
    let length = packet.windows(close.len()).position(|part| part == close)?;
    packet.get(..length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rafs_size_is_that_of_its_list() {
        let mut file = b"FUJIFILMCCD-RAW ".to_vec();
        file.resize(92, 0);
        file.extend(100u32.to_be_bytes());
        file.resize(100, 0);
        file.extend([0, 0, 0, 2, 1, 0, 0, 2, 9, 9, 1, 0x11, 0, 4, 5, 0x90, 0x10, 0xa0]);
        assert_eq!(read(&file).unwrap().size, Some((4256, 1424)));
        for end in 0..file.len() {
            assert_eq!(read(&file[..end]).and_then(|found| found.size), None);
        }
    }

    #[test]
    fn the_packet_of_a_raf_is_that_of_its_jpeg() {
        let body = [b"http://ns.adobe.com/xap/1.0/\0".as_slice(), b"<x:xmpmeta/>"].concat();
        let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
        let preview = [&[0xff, 0xd8, 0xff, 0xe1][..], &length, &body, &[0xff, 0xd9]].concat();
        let mut file = b"FUJIFILMCCD-RAW ".to_vec();
        file.resize(84, 0);
        file.extend(100u32.to_be_bytes());
        file.extend(u32::try_from(preview.len()).unwrap().to_be_bytes());
        file.resize(100, 0);
        file.extend(preview);
        assert_eq!(
            read(&file).unwrap().xmp.as_deref(),
            Some(b"<x:xmpmeta/>".as_slice())
        );
        for end in 0..file.len() {
            assert!(read(&file[..end]).is_none_or(|found| found.xmp.is_none()));
        }
    }

    #[test]
    fn a_packet_in_canons_trailer_is_found() {
        let mut file = b"II\x1a\0\0\0HEAPCCDR".to_vec();
        file.extend(b"data<?xpacket begin=''?><x:xmpmeta/><?xpacket end='w'?>");
        file.extend(TRAILER);
        file.resize(file.len() + 44, 0);
        let found = read(&file).unwrap().xmp;
        assert_eq!(
            found.as_deref(),
            Some(b"<?xpacket begin=''?><x:xmpmeta/>".as_slice())
        );
        for end in 0..file.len() {
            assert!(read(&file[..end]).is_none_or(|found| found.xmp.is_none()));
        }
    }
}
