//! The hash of a picture without its metadata: equal before and after a program rewrites EXIF, XMP, IPTC or comments,
//! another one when a pixel changes.
//!
//! [`hash`] is BLAKE3 of the format's name and the bytes that decode to the picture, in the order of the file:
//!
//! | format | what is hashed |
//! |---|---|
//! | JPEG | tables, frame and scan headers, scans up to the first end of image; no APPn, no comments, nothing behind |
//! | PNG | IHDR, PLTE, tRNS, the data of IDAT, and an animation's frames |
//! | WebP | VP8, VP8L, ALPH, ANIM, ANMF |
//! | JPEG XL | the codestream, bare or in boxes, with the same result |
//! | TIFF, DNG, NEF, ARW, CR2, PEF, ORF … | strips or tiles of the directory that has the most bytes of them |
//! | RW2 | the sensor's data from its place to the end of the file |
//! | HEIF, AVIF | the data of the primary item, or of the items it is put together from |
//! | MP4, MOV, 3GP, CR3 | the bodies of all `mdat` boxes, wherever `moov` is: whole, not sample by sample |
//!
//! Colour profiles count as metadata. Nothing is decoded, so a picture compressed anew, even without loss, is another.
//! The file is a mapped slice of which pieces are listed and then hashed one after another; no length of the file's is
//! used to allocate. It refuses, as `None`, formats not in the table, files whose picture reaches beyond their end where
//! that can be told, and files made of more pieces than [`MAX_PIECES`].

mod jpeg;
mod tiff;

use crate::extract::heif_pieces;
use crate::movie::bmff::{Boxes, MAX_BOXES};

/// The most pieces of one picture.
const MAX_PIECES: usize = 1 << 20;

/// The hash, or `None` where the format does not allow one.
pub(crate) fn hash(bytes: &[u8]) -> Option<[u8; 32]> {
    let (format, pieces) = pieces(bytes)?;
    let length: usize = pieces
        .iter()
        .try_fold(0usize, |all, piece| all.checked_add(piece.len()))?;
    // Pieces that overlap could make a small file cost hours.
    if pieces.len() > MAX_PIECES || length == 0 || length > bytes.len() {
        return None;
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update(format.as_bytes());
    for piece in pieces {
        hasher.update(piece);
    }
    Some(hasher.finalize().into())
}

/// The format's name and what there is of the picture.
fn pieces(bytes: &[u8]) -> Option<(&'static str, Vec<&[u8]>)> {
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        return Some(("jpeg", jpeg::pieces(bytes)?));
    }
    if let Some(chunks) = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n") {
        return Some(("png", png(chunks)?));
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some(("webp", webp(bytes.get(12..)?)?));
    }
    if bytes.starts_with(&[0xff, 0x0a]) {
        return Some(("jxl", vec![bytes]));
    }
    if bytes.get(4..8) == Some(b"JXL ") {
        return Some(("jxl", jxl(bytes)?));
    }
    if bytes.starts_with(b"II") || bytes.starts_with(b"MM") {
        return Some(("tiff", tiff::pieces(bytes)?));
    }
    if let Some(pieces) = heif_pieces(bytes) {
        return Some(("heif", pieces));
    }
    let boxed = [b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"];
    let first = bytes.get(4..8)?;
    boxed
        .iter()
        .any(|kind| *kind == first)
        .then(|| media(bytes))
        .flatten()
        .map(|pieces| ("mp4", pieces))
}

/// Of chunks by length, kind, body and check sum.
fn png(mut rest: &[u8]) -> Option<Vec<&[u8]>> {
    let mut pieces = Vec::new();
    while pieces.len() <= MAX_PIECES {
        let length = usize::try_from(crate::movie::bmff::u32_at(rest, 0)?).ok()?;
        let end = length.checked_add(8)?;
        let (kind, body) = (rest.get(4..8)?, rest.get(8..end)?);
        match kind {
            // Writers part the data as they like.
            b"IDAT" => pieces.push(body),
            b"IHDR" | b"PLTE" | b"tRNS" | b"acTL" | b"fcTL" | b"fdAT" => pieces.push(rest.get(4..end)?),
            b"IEND" => return Some(pieces),
            _ => {}
        }
        rest = rest.get(end.checked_add(4)?..)?;
    }
    None
}

/// Of chunks by kind, length and body, padded to even.
fn webp(mut rest: &[u8]) -> Option<Vec<&[u8]>> {
    let mut pieces = Vec::new();
    while rest.len() >= 8 && pieces.len() <= MAX_PIECES {
        let length = u32::from_le_bytes(rest.get(4..8)?.try_into().ok()?);
        let end = usize::try_from(length).ok()?.checked_add(8)?;
        let chunk = rest.get(..end)?;
        if matches!(rest.get(..4)?, b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ANMF") {
            pieces.push(chunk);
        }
        rest = rest.get(end + end % 2..).unwrap_or_default();
    }
    Some(pieces)
}

fn jxl(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut pieces = Vec::new();
    for part in whole_boxes(bytes)? {
        match &part.0 {
            b"jxlc" => pieces.push(part.1),
            b"jxlp" => pieces.push(part.1.get(4..)?),
            _ => {}
        }
    }
    Some(pieces)
}

fn media(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let boxes = whole_boxes(bytes)?;
    // Without a header nothing says what the data are.
    boxes.iter().any(|(kind, _)| kind == b"moov").then_some(())?;
    Some(
        boxes
            .into_iter()
            .filter(|(kind, _)| kind == b"mdat")
            .map(|(_, body)| body)
            .collect(),
    )
}

/// All outermost boxes, unless there are more than are walked.
fn whole_boxes(bytes: &[u8]) -> Option<Vec<([u8; 4], &[u8])>> {
    let boxes: Vec<_> = Boxes::of(bytes).map(|found| (found.kind, found.body)).collect();
    (boxes.len() < usize::try_from(MAX_BOXES).ok()?).then_some(boxes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::movie::bmff::build::boxed;

    fn chunk(kind: &[u8], body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&length[..], kind, body, b"crc!"].concat()
    }

    fn same(one: &[u8], other: &[u8], expect: bool) {
        let (one, other) = (hash(one), hash(other));
        assert!(one.is_some() && other.is_some());
        assert_eq!(one == other, expect);
    }

    #[test]
    fn texts_in_a_png_and_the_parting_of_its_data_do_not_count() {
        let png = |parts: &[Vec<u8>]| [b"\x89PNG\r\n\x1a\n".to_vec(), parts.concat()].concat();
        let (head, end) = (chunk(b"IHDR", &[1; 13]), chunk(b"IEND", b""));
        let plain = png(&[head.clone(), chunk(b"IDAT", b"pixels"), end.clone()]);
        let text = [
            head.clone(),
            chunk(b"tEXt", b"a\0b"),
            chunk(b"IDAT", b"pix"),
            chunk(b"IDAT", b"els"),
            end.clone(),
        ];
        same(&plain, &png(&text), true);
        same(
            &plain,
            &png(&[head.clone(), chunk(b"IDAT", b"pixelt"), end]),
            false,
        );
        assert_eq!(
            hash(&png(&[head, chunk(b"IDAT", b"pixels")])),
            None,
            "without its end"
        );
    }

    #[test]
    fn a_webp_is_its_streams() {
        let webp = |parts: &[(&[u8], &[u8])]| {
            let chunk = |(kind, body): &(&[u8], &[u8])| {
                let length = u32::try_from(body.len()).unwrap().to_le_bytes();
                [kind, &length[..], body, &[0][..body.len() % 2]].concat()
            };
            [
                b"RIFF\0\0\0\0WEBP".to_vec(),
                parts.iter().flat_map(chunk).collect(),
            ]
            .concat()
        };
        let plain = webp(&[(b"VP8 ", b"pixel")]);
        same(
            &plain,
            &webp(&[(b"VP8X", b"0123456789"), (b"VP8 ", b"pixel"), (b"XMP ", b"abc")]),
            true,
        );
        same(&plain, &webp(&[(b"VP8 ", b"pixem")]), false);
    }

    #[test]
    fn a_jpeg_xl_is_its_codestream_however_it_is_kept() {
        let bare = [0xff, 0x0a, 1, 2, 3, 4];
        let start = boxed(b"JXL ", b"\r\n\x87\n");
        same(&bare, &[start.clone(), boxed(b"jxlc", &bare)].concat(), true);
        let parted = [
            boxed(b"jxlp", &[0, 0, 0, 0, 0xff, 0x0a, 1]),
            boxed(b"Exif", b"0000"),
            boxed(b"jxlp", &[0x80, 0, 0, 1, 2, 3, 4]),
        ];
        same(&bare, &[start, parted.concat()].concat(), true);
    }

    #[test]
    fn a_movie_is_its_data_wherever_its_header_is() {
        let movie = |parts: &[(&[u8; 4], &[u8])]| {
            let parts: Vec<_> = parts.iter().map(|(kind, body)| boxed(kind, body)).collect();
            [boxed(b"ftyp", b"isom\0\0\0\0"), parts.concat()].concat()
        };
        let plain = movie(&[(b"moov", b"1"), (b"mdat", b"frames")]);
        same(&plain, &movie(&[(b"mdat", b"frames"), (b"moov", b"other")]), true);
        same(&plain, &movie(&[(b"mdat", b"framez"), (b"moov", b"1")]), false);
        assert_eq!(hash(&movie(&[(b"mdat", b"frames")])), None);
    }

    #[test]
    fn what_has_no_hash_has_none() {
        for bytes in [
            &b""[..],
            b"GIF89a......",
            b"BM............",
            b"\x1a\x45\xdf\xa3",
            b"hello, world",
        ] {
            assert_eq!(hash(bytes), None);
        }
    }

    /// A copy of the file with more and other metadata; `None` where exiftool is missing or does not write the format.
    fn rewritten(name: &std::path::Path) -> Option<Vec<u8>> {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join(name.file_name()?);
        std::fs::copy(name, &copy).ok()?;
        let words = "many words ".repeat(900);
        let status = std::process::Command::new("exiftool")
            .args([
                "-q",
                "-q",
                "-m",
                "-overwrite_original",
                "-xmp-dc:subject=rewritten",
                "-exif:usercomment=x",
            ])
            .arg(format!("-xmp-dc:description={words}"))
            .arg(&copy)
            .status()
            .ok()?;
        status.success().then(|| std::fs::read(copy).ok()).flatten()
    }

    #[test]
    fn metadata_rewritten_and_grown_by_exiftool_leaves_the_hash() {
        let beside = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/dev");
        let place = std::env::var_os("KPHOTOS_CORPUS").map_or(beside, Into::into);
        let Ok(list) = std::fs::read_to_string(place.join("MANIFEST.csv")) else {
            eprintln!("skipped: corpus not found");
            return;
        };
        let mut counts = std::collections::BTreeMap::<String, (usize, usize)>::new();
        for name in list.lines().filter_map(|line| line.split(',').next()) {
            let path = place.join(name);
            let Ok(bytes) = std::fs::read(&path) else { continue };
            let Some((format, _)) = pieces(&bytes) else {
                continue;
            };
            let ext = path.extension().unwrap_or_default().to_string_lossy();
            let count = counts.entry(format!("{format} {}", ext.to_lowercase()));
            let count = count.or_default();
            // Some of each format and extension: exiftool takes a third of a second a file.
            if name.starts_with("corrupt/") || count.0 >= 3 || hash(&bytes).is_none() {
                continue;
            }
            let Some(other) = rewritten(&path).filter(|other| *other != bytes) else {
                continue;
            };
            count.0 += 1;
            if hash(&other) == hash(&bytes) {
                count.1 += 1;
            } else {
                eprintln!("another hash after rewriting: {name}");
            }
        }
        eprintln!("rewritten, of them with the same hash: {counts:?}");
        assert!(counts.values().all(|(all, same)| all == same));
    }
}
