//! PNG: the texts that the specification names (PNG 3, 11.3.3) and the `eXIf` chunk.
//!
//! Title, Description and Creation Time are read, from `tEXt` and from `iTXt` that is not compressed. They
//! stand behind EXIF and XMP. A Comment is mostly a program's own words, and XMP itself is exiv2's.

use super::Found;
use crate::extract::fields::{clean, decode};
use crate::extract::time;

const MAX_CHUNKS: usize = 4096;
const MAX_TEXT_BYTES: usize = 64 << 10;

/// Reads the chunks; `None` if these bytes are no PNG.
pub(super) fn read(bytes: &[u8]) -> Option<Found<'_>> {
    let mut rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let mut found = Found::default();
    for _ in 0..MAX_CHUNKS {
        let Some((kind, body, behind)) = chunk(rest) else {
            break;
        };
        rest = behind;
        let text = match kind {
            b"eXIf" => {
                found.exif = Some(body);
                None
            }
            b"tEXt" => body.get(..MAX_TEXT_BYTES).or(Some(body)).and_then(plain),
            b"iTXt" => body.get(..MAX_TEXT_BYTES).or(Some(body)).and_then(international),
            _ => None,
        };
        let Some((name, text)) = text else { continue };
        let slot = match name {
            b"Title" => &mut found.texts.title,
            b"Description" => &mut found.texts.description,
            b"Creation Time" => {
                found.texts.taken = found
                    .texts
                    .taken
                    .or_else(|| time::of_text(&text, "png:CreationTime"));
                continue;
            }
            _ => continue,
        };
        *slot = slot.take().or_else(|| clean(&text));
    }
    Some(found)
}

/// Kind and body of the first chunk, and what follows it.
fn chunk(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let length = usize::try_from(crate::movie::bmff::u32_at(bytes, 0)?).ok()?;
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

/// Latin-1 by the specification; UTF-8 by many writers.
fn plain(body: &[u8]) -> Option<(&[u8], String)> {
    let (name, text) = name(body)?;
    Some((name, decode(text)))
}

/// Name, two bytes of compression, a language, the name in that language, the text.
fn international(body: &[u8]) -> Option<(&[u8], String)> {
    let (name, rest) = name(body)?;
    let rest = rest.strip_prefix(&[0, 0])?;
    let mut parts = rest.splitn(3, |byte| *byte == 0);
    let text = parts.nth(2)?;
    Some((name, decode(text)))
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
            chunk(b"iTXt", b"Title\0\x01\0\0\0compressed"),
            chunk(b"tEXt", b"Creation Time\x002018:12:14 00:42:19"),
            chunk(b"eXIf", b"II*\0"),
        ];
        let file = [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat()].concat();
        let found = read(&file).unwrap();
        assert_eq!(found.texts.title.as_deref(), Some("Café"));
        assert_eq!(found.texts.description.as_deref(), Some("Größe"));
        assert_eq!(found.texts.taken.unwrap().local, "2018-12-14T00:42:19");
        assert_eq!(found.exif, Some(b"II*\0".as_slice()));
        for at in 0..file.len() {
            let _ = read(file.get(..at).unwrap());
        }
    }
}
