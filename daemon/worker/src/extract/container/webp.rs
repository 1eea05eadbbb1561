//! WebP: the XMP packet's text (WebP Container Specification). Everything else is exiv2's.
//!
//! The chunk is called `XMP ` by the specification, and with a NUL for the blank by some writers.

use super::Found;

const MAX_CHUNKS: usize = 4096;

/// Reads the chunks; `None` if these bytes are no WebP.
pub(super) fn read(bytes: &[u8]) -> Option<Found<'_>> {
    if !bytes.starts_with(b"RIFF") || bytes.get(8..12)? != b"WEBP" {
        return None;
    }
    Some(Found {
        xmp: packet(bytes.get(12..)?).map(Into::into),
        ..Found::default()
    })
}

fn packet(mut rest: &[u8]) -> Option<&[u8]> {
    for _ in 0..MAX_CHUNKS {
        let length = u32::from_le_bytes(rest.get(4..8)?.try_into().ok()?);
        let end = usize::try_from(length).ok()?.checked_add(8)?;
        let body = rest.get(8..end)?;
        if rest.starts_with(b"XMP ") || rest.starts_with(b"XMP\0") {
            return Some(body);
        }
        rest = rest.get(end + end % 2..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packet_is_found_behind_chunks_of_odd_length() {
        let file = b"RIFF\0\0\0\0WEBPICCP\x03\0\0\0odd\0XMP \x04\0\0\0<x/>";
        assert_eq!(read(file).unwrap().xmp.as_deref(), Some(b"<x/>".as_slice()));
        for end in 12..file.len() {
            assert!(read(&file[..end]).unwrap().xmp.is_none());
        }
        let file = b"RIFF\0\0\0\0WEBPXMP\0\x04\0\0\0<x/>";
        assert_eq!(read(file).unwrap().xmp.as_deref(), Some(b"<x/>".as_slice()));
        assert!(read(b"RIFF\0\0\0\0AVI ").is_none());
    }
}
