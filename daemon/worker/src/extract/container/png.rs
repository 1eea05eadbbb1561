//! PNG: the size, the texts that the specification names (PNG 3, 11.3.3), the `eXIf` chunk, and what stands in texts by
//! convention.
//!
//! Title, Description and Creation Time (of RFC 1123, as the specification would have it, or of any usual form) are
//! read, from `tEXt`, `zTXt` and `iTXt`. They stand behind EXIF and XMP. A Comment is mostly a program's own words. XMP is
//! the `iTXt` named for it; and ImageMagick, and what came of it, writes EXIF and XMP as texts of hexadecimal digits ("Raw
//! profile type"), whose stated length is not always right.
//!
//! The size counts of a file that is whole up to its end chunk: exiv2 refuses such a one for a broken text. What is cut
//! short is left to be refused.

use std::borrow::Cow;

use super::{Found, packed};
use crate::extract::fields::{clean, decode};
use crate::extract::time;
use crate::movie::bmff::u32_at;

const MAX_CHUNKS: usize = 4096;
/// The most bytes of a text that are looked at: more than are told of any.
const MAX_TEXT_BYTES: usize = 64 << 10;
const CREATION: &str = "png:CreationTime";
const XMP: &[u8] = b"XML:com.adobe.xmp";

/// The texts that are looked at.
const WANTED: [&[u8]; 7] = [
    XMP,
    b"Raw profile type exif",
    b"Raw profile type APP1",
    b"Raw profile type xmp",
    b"Title",
    b"Description",
    b"Creation Time",
];

/// Reads the chunks; `None` if these bytes are no PNG.
pub(super) fn read(bytes: &[u8]) -> Option<Found<'_>> {
    let mut rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let mut found = Found::default();
    let mut size = None;
    let mut unpacked = 0;
    for _ in 0..MAX_CHUNKS {
        let Some((kind, body, behind)) = chunk(rest) else {
            break;
        };
        rest = behind;
        match kind {
            b"IHDR" => {
                let pixels = |at: usize| u32_at(body, at).filter(|pixels| (1..1 << 31).contains(pixels));
                size = pixels(0).zip(pixels(4));
            }
            b"IEND" => {
                found.size = size;
                break;
            }
            b"eXIf" => found.exif = Some(body.into()),
            b"tEXt" | b"zTXt" | b"iTXt" => {
                if let Some((name, text)) = text(kind, body, &mut unpacked) {
                    take(&mut found, name, text);
                }
            }
            _ => {}
        }
    }
    Some(found)
}

/// Puts a text where it belongs.
fn take<'a>(found: &mut Found<'a>, name: &[u8], text: Cow<'a, [u8]>) {
    match name {
        XMP => found.xmp = found.xmp.take().or(Some(text)),
        b"Raw profile type exif" | b"Raw profile type APP1" => {
            let block = profile(&text).unwrap_or_default();
            let exif = block.strip_prefix(b"Exif\0\0").unwrap_or(&block);
            if found.exif.is_none() && (exif.starts_with(b"II*\0") || exif.starts_with(b"MM\0*")) {
                found.exif = Some(Cow::Owned(exif.to_vec()));
            }
        }
        b"Raw profile type xmp" => found.xmp = found.xmp.take().or(profile(&text).map(Cow::Owned)),
        b"Title" | b"Description" | b"Creation Time" => {
            let text = decode(start(&text));
            match name {
                b"Title" => found.texts.title = found.texts.title.take().or_else(|| clean(&text)),
                b"Description" => {
                    found.texts.description = found.texts.description.take().or_else(|| clean(&text));
                }
                _ => {
                    let dated =
                        || time::of_text(&text, CREATION).or_else(|| time::of_rfc_1123(&text, CREATION));
                    found.texts.taken = found.texts.taken.take().or_else(dated);
                }
            }
        }
        _ => {}
    }
}

/// As much of a text as is read, without the half of a letter.
fn start(text: &[u8]) -> &[u8] {
    let Some(start) = text.get(..MAX_TEXT_BYTES) else {
        return text;
    };
    let whole = match std::str::from_utf8(start) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        Ok(_) | Err(_) => start.len(),
    };
    start.get(..whole).unwrap_or(start)
}

/// A line feed, a name, a length, then hexadecimal digits in lines.
fn profile(text: &[u8]) -> Option<Vec<u8>> {
    let digits = text
        .strip_prefix(b"\n")?
        .splitn(3, |byte| *byte == b'\n')
        .nth(2)?;
    let mut halves = digits.iter().filter_map(|byte| char::from(*byte).to_digit(16));
    let mut block = Vec::with_capacity(digits.len() / 2);
    while let (Some(high), Some(low)) = (halves.next(), halves.next()) {
        block.push(u8::try_from(high << 4 | low).ok()?);
    }
    Some(block)
}

/// Kind and body of the first chunk, and what follows it.
fn chunk(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let length = usize::try_from(u32_at(bytes, 0)?).ok()?;
    let kind = bytes.get(4..8)?.try_into().ok()?;
    let end = length.checked_add(8)?;
    Some((
        kind,
        bytes.get(8..end)?,
        bytes.get(end.checked_add(4)?..).unwrap_or_default(),
    ))
}

fn name(body: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = body.iter().take(80).position(|byte| *byte == 0)?;
    Some((body.get(..end)?, body.get(end + 1..)?))
}

/// The name and the bytes of a text that is wanted, unpacked if not too many were. `tEXt` is Latin-1 by the specification; UTF-8 by many writers.
fn text<'a>(kind: &[u8; 4], body: &'a [u8], unpacked: &mut usize) -> Option<(&'a [u8], Cow<'a, [u8]>)> {
    let (name, rest) = name(body).filter(|(name, _)| WANTED.contains(name))?;
    let mut unpack = |packed: &[u8]| {
        *unpacked += 1;
        (*unpacked <= packed::MAX_PARTS).then(|| packed::zlib(packed))?
    };
    let text = match kind {
        b"tEXt" => rest.into(),
        b"zTXt" => unpack(rest.strip_prefix(&[0])?)?.into(),
        // Two bytes of compression, a language, the name in that language, the text.
        _ => {
            let (method, rest) = rest.split_first_chunk::<2>()?;
            let text = rest.splitn(3, |byte| *byte == 0).nth(2)?;
            match method {
                [0, _] => text.into(),
                [1, 0] => unpack(text)?.into(),
                _ => return None,
            }
        }
    };
    Some((name, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&length[..], kind, body, &[0; 4]].concat()
    }

    #[test]
    fn the_named_texts_and_the_exif_chunk_are_read() {
        let chunks = [
            chunk(b"tEXt", b"Title\0Caf\xe9"),
            chunk(b"tEXt", b"Comment\0made by"),
            chunk(b"iTXt", "Description\0\0\0de\0Beschreibung\0Größe".as_bytes()),
            chunk(b"iTXt", b"Title\0\x01\0\0\0broken"),
            chunk(b"tEXt", b"Creation Time\x002018:12:14 00:42:19"),
            chunk(b"eXIf", b"II*\0"),
        ];
        let file = [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat()].concat();
        let found = read(&file).unwrap();
        assert_eq!(found.texts.title.as_deref(), Some("Café"));
        assert_eq!(found.texts.description.as_deref(), Some("Größe"));
        assert_eq!(found.texts.taken.unwrap().local, "2018-12-14T00:42:19");
        assert_eq!(found.exif.as_deref(), Some(b"II*\0".as_slice()));
        for at in 0..file.len() {
            let _ = read(file.get(..at).unwrap());
        }
    }

    #[test]
    fn a_long_text_is_read_in_its_own_letters() {
        let body = ["Description\0\0\0\0\0a", &"é".repeat(MAX_TEXT_BYTES)].concat();
        let file = [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"iTXt", body.as_bytes())].concat();
        let found = read(&file).unwrap().texts.description.unwrap();
        assert!(found.starts_with("aéé") && found.ends_with("é …"));
    }

    #[test]
    fn a_time_is_stated_as_mails_do_or_as_usual() {
        let check = |text: &str, expect: Option<(&str, Option<i16>)>| {
            let body = [b"Creation Time\0", text.as_bytes()].concat();
            let file = [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"tEXt", &body)].concat();
            let taken = read(&file).unwrap().texts.taken;
            let found = taken.as_ref().map(|taken| (&*taken.local, taken.offset_minutes));
            assert_eq!(found, expect, "{text}");
        };
        check(
            "Fri, 14 Dec 2018 00:42:19 +0130",
            Some(("2018-12-14T00:42:19", Some(90))),
        );
        check(
            " 4 Jun 2020 10:11:12 GMT\n",
            Some(("2020-06-04T10:11:12", Some(0))),
        );
        check("2018-12-14T00:42:19", Some(("2018-12-14T00:42:19", None)));
        check("14 Dec 2018 00:42:19 +2359", Some(("2018-12-14T00:42:19", None)));
        for zone in ["CET", "-0000", "EST"] {
            check(
                &format!("14 Dec 2018 00:42:19 {zone}"),
                Some(("2018-12-14T00:42:19", None)),
            );
        }
        check(
            "Thu, 14 Dec 2018 00:42:19 GMT\0",
            Some(("2018-12-14T00:42:19", Some(0))),
        );
        check("14 Dec 2018", None);
        check("1 Jan 0000 00:00:00 GMT", None);
        check("Fri, 32 Dec 2018 00:42:19 GMT", None);
        check("last summer", None);
    }

    #[test]
    fn no_more_texts_are_unpacked_than_are_wanted() {
        let stored = [0x78, 0x01, 0x01, 1, 0, 0xfe, 0xff, b'a'];
        let check = |name: &[u8], before: usize, expect: Option<&str>| {
            let broken = chunk(b"zTXt", &[name, b"\0\0nothing"].concat()).repeat(before);
            let last = chunk(b"zTXt", &[b"Title\0\0", &stored[..]].concat());
            let file = [b"\x89PNG\r\n\x1a\n".to_vec(), broken, last].concat();
            assert_eq!(read(&file).unwrap().texts.title.as_deref(), expect);
        };
        check(b"Comment", 1000, Some("a"));
        check(b"Description", packed::MAX_PARTS - 1, Some("a"));
        check(b"Description", packed::MAX_PARTS, None);
    }

    #[test]
    fn compressed_texts_and_profiles_in_digits_are_read() {
        // Stored by zlib as it is: length, its complement, the bytes, a check sum that nobody asks for.
        let stored = |text: &[u8]| {
            let length = u16::try_from(text.len()).unwrap();
            let lengths = [length.to_le_bytes(), (!length).to_le_bytes()].concat();
            [&[0x78, 0x01, 0x01][..], &lengths, text].concat()
        };
        let digits = b"\nexif\n      99\n457869660000\n49492a0078\n";
        let chunks = [
            chunk(b"IHDR", &[0, 0, 0, 55, 0, 0, 0, 74, 8, 2, 0, 0, 0]),
            chunk(b"zTXt", &[b"Title\0\0".to_vec(), stored(b"packed")].concat()),
            chunk(
                b"zTXt",
                &[b"Raw profile type exif\0\0".to_vec(), stored(digits)].concat(),
            ),
            chunk(b"iTXt", &[XMP, b"\0\x01\0\0\0", &stored(b"<x/>")].concat()),
        ];
        let cut = [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat()].concat();
        let file = [cut.clone(), chunk(b"IEND", b"")].concat();
        assert_eq!(read(&cut).unwrap().size, None);
        let found = read(&file).unwrap();
        assert_eq!(found.size, Some((55, 74)));
        assert_eq!(found.texts.title.as_deref(), Some("packed"));
        assert_eq!(found.exif.as_deref(), Some(b"II*\0x".as_slice()));
        assert_eq!(found.xmp.as_deref(), Some(b"<x/>".as_slice()));
        for at in 0..file.len() {
            let _ = read(file.get(..at).unwrap());
        }
    }
}
