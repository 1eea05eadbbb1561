//! What a file is, told by its first bytes: for files whose name does not tell.
//!
//! Cameras, phones and old archives leave pictures as `IMG_1234` or `scan.001`. Of such a
//! file a scan reads a few bytes; of one with an extension it reads none, and a wrong
//! extension is the reader's to find out. Only marks that no other kind of file has
//! by chance: two bytes are not enough. Most raw formats are TIFF inside and count as a
//! photo until they are read.
//!
//! Sources: the formats' own specifications; for `ftyp` the registered brands (mp4ra.org).

use super::MediaKind;
use crate::kernel::name;

/// How many bytes [`kind_by_content`] looks at, at most.
pub const SIGNATURE_BYTES: usize = 32;

/// Whether a name says nothing of what the file is: it has no extension, or a number of
/// up to three digits. Hidden files are no one's photos.
#[must_use]
pub fn is_unnamed(own_name: &[u8]) -> bool {
    let (_, extension) = name::split_extension(own_name);
    let is_number = extension.len() <= 3 && extension.iter().all(u8::is_ascii_digit);
    is_number && !own_name.starts_with(b".") && !own_name.ends_with(b".")
}

/// Where a mark stands, the mark, and what it is the mark of.
type Mark = (usize, &'static [u8], MediaKind);

const MARKS: &[Mark] = &[
    (0, b"\xff\xd8\xff", MediaKind::Photo),
    (0, b"\x89PNG\r\n\x1a\n", MediaKind::Photo),
    (0, b"GIF87a", MediaKind::Photo),
    (0, b"GIF89a", MediaKind::Photo),
    (0, b"8BPS\0\x01", MediaKind::Photo),
    // JPEG XL and JPEG 2000 in their containers.
    (0, b"\0\0\0\x0cJXL \r\n\x87\n", MediaKind::Photo),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", MediaKind::Photo),
    (8, b"CR\x02\0", MediaKind::Raw),
    (0, b"IIRO\x08\0\0\0", MediaKind::Raw),
    (0, b"IIRS\x08\0\0\0", MediaKind::Raw),
    (0, b"IIU\0", MediaKind::Raw),
    (0, b"FUJIFILMCCD-RAW ", MediaKind::Raw),
    (0, b"II*\0", MediaKind::Photo),
    (0, b"MM\0*", MediaKind::Photo),
    // Matroska and WebM, ASF, MPEG.
    (0, b"\x1a\x45\xdf\xa3", MediaKind::Video),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", MediaKind::Video),
    (0, b"\0\0\x01\xba", MediaKind::Video),
    (0, b"\0\0\x01\xb3", MediaKind::Video),
    // QuickTime before there was `ftyp`.
    (4, b"moov", MediaKind::Video),
    (4, b"mdat", MediaKind::Video),
    (4, b"wide", MediaKind::Video),
];

/// What follows `ftyp`, sorted by what it is the mark of.
const BRANDS: &[(&[u8], MediaKind)] = &[
    (b"heic", MediaKind::Photo),
    (b"heix", MediaKind::Photo),
    (b"heim", MediaKind::Photo),
    (b"heis", MediaKind::Photo),
    (b"mif1", MediaKind::Photo),
    (b"avif", MediaKind::Photo),
    (b"crx ", MediaKind::Raw),
    (b"qt  ", MediaKind::Video),
    (b"iso", MediaKind::Video),
    (b"mp4", MediaKind::Video),
    (b"avc1", MediaKind::Video),
    (b"M4V", MediaKind::Video),
    (b"MSNV", MediaKind::Video),
    (b"3gp", MediaKind::Video),
    (b"3g2", MediaKind::Video),
    (b"hevc", MediaKind::Video),
];

/// What a file that begins like this is; `None`: no picture or movie that is known.
#[must_use]
pub fn kind_by_content(head: &[u8]) -> Option<MediaKind> {
    let is_at = |at: usize, mark: &[u8]| head.get(at..).is_some_and(|rest| rest.starts_with(mark));
    if is_at(4, b"ftyp") {
        let brand = BRANDS.iter().find(|(brand, _)| is_at(8, brand));
        return brand.map(|(_, kind)| *kind);
    }
    if is_at(0, b"RIFF") {
        return match head.get(8..12)? {
            b"WEBP" => Some(MediaKind::Photo),
            b"AVI " => Some(MediaKind::Video),
            _ => None,
        };
    }
    MARKS
        .iter()
        .find(|(at, mark, _)| is_at(*at, mark))
        .map(|(_, _, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_or_movie_is_known_by_its_first_bytes_and_nothing_else_is() {
        for (head, kind) in [
            (&b"\xff\xd8\xff\xe0\0\x10JFIF"[..], Some(MediaKind::Photo)),
            (b"\x89PNG\r\n\x1a\n\0\0", Some(MediaKind::Photo)),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Some(MediaKind::Photo)),
            (b"RIFF\x10\0\0\0AVI LIST", Some(MediaKind::Video)),
            (b"RIFF\x10\0\0\0WAVEfmt ", None),
            (b"\0\0\0\x18ftypheic\0\0\0\0", Some(MediaKind::Photo)),
            (b"\0\0\0\x18ftypcrx \0\0\0\0", Some(MediaKind::Raw)),
            (b"\0\0\0\x18ftypisom\0\0\0\0", Some(MediaKind::Video)),
            (b"\0\0\0\x18ftypM4A \0\0\0\0", None),
            (b"II*\0\x10\0\0\0CR\x02\0", Some(MediaKind::Raw)),
            (b"MM\0*\0\0\0\x08", Some(MediaKind::Photo)),
            (b"\0\0\0\x08wide\0\0", Some(MediaKind::Video)),
            (b"\x7fELF\x02\x01\x01", None),
            (b"BM", None),
            (b"", None),
            (b"\xff\xd8", None),
        ] {
            assert_eq!(kind_by_content(head), kind, "{}", String::from_utf8_lossy(head));
        }
        for (at, mark, _) in MARKS {
            assert!(at + mark.len() <= SIGNATURE_BYTES);
        }
    }

    #[test]
    fn a_name_without_extension_says_nothing_and_a_number_neither() {
        for (name, expect) in [
            ("IMG_1234", true),
            ("scan.001", true),
            ("scan.1234", false),
            ("a.jpg", false),
            ("notes.txt", false),
            (".hidden", false),
            ("end.", false),
        ] {
            assert_eq!(is_unnamed(name.as_bytes()), expect, "{name}");
        }
    }
}
