//! Compressed parts: zlib in PNG (RFC 1950), Brotli in JPEG XL (RFC 7932).
//!
//! What comes out is bounded, however little goes in. It refuses a part that is broken or would be longer; a zlib check
//! sum that is wrong or missing is not held against a text that is whole.

use std::io::Read as _;

use super::MAX_PART_BYTES;

/// The most parts of a file that are unpacked: each may be the work of [`MAX_PART_BYTES`].
pub(super) const MAX_PARTS: usize = 16;

/// Unpacks a zlib stream.
pub(super) fn zlib(bytes: &[u8]) -> Option<Vec<u8>> {
    let deflated = bytes.get(2..)?;
    miniz_oxide::inflate::decompress_to_vec_with_limit(deflated, MAX_PART_BYTES).ok()
}

/// Unpacks a Brotli stream.
pub(super) fn brotli(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut part = Vec::new();
    let most = u64::try_from(MAX_PART_BYTES).ok()? + 1;
    let read = brotli_decompressor::Decompressor::new(bytes, 4096)
        .take(most)
        .read_to_end(&mut part);
    (read.is_ok() && part.len() <= MAX_PART_BYTES).then_some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_grow_without_bound_is_refused() {
        // A stream of zeros a thousandth as long as what comes out.
        let zeros = vec![0; MAX_PART_BYTES + 1];
        let packed = [
            &[0x78, 0x01][..],
            &miniz_oxide::deflate::compress_to_vec(&zeros, 6),
        ]
        .concat();
        assert!(packed.len() < 32 << 10);
        assert_eq!(zlib(&packed), None);
        let short = [
            &[0x78, 0x01][..],
            &miniz_oxide::deflate::compress_to_vec(&zeros[1..], 6),
        ]
        .concat();
        assert_eq!(zlib(&short).map(|part| part.len()), Some(MAX_PART_BYTES));
    }

    #[test]
    fn what_is_broken_is_refused() {
        assert_eq!(zlib(b"x"), None);
        assert_eq!(zlib(b"x\x9cnothing"), None);
        assert_eq!(brotli(b"\xff\xff\xff\xff"), None);
        assert_eq!(brotli(b""), None);
    }
}
