//! XMP files of other programs: what a sidecar states, whatever its encoding.
//!
//! exiv2 takes a sidecar for a picture of its own, fills EXIF and IPTC from it and
//! loses time offsets in doing so; it also takes UTF-8 alone. So the text is made
//! UTF-8 first and read as a bare packet. Whoever writes the file while it is read
//! leaves a torn one, which exiv2 takes for an empty one: it has to be whole.
//!
//! It refuses what no sidecar is: more than [`MAX_BYTES`], document types (and so
//! entities, which could grow without bound), and text without XMP in it.

use super::packet;
use crate::protocol::FactsRecord;

/// Far more than any program writes: the largest known hold retouching masks of some megabytes.
const MAX_BYTES: usize = 16 << 20;

/// What a sidecar states.
///
/// # Errors
/// It is none, or not whole; the text says why.
pub(crate) fn facts(bytes: &[u8]) -> Result<FactsRecord, String> {
    if bytes.len() > MAX_BYTES {
        return Err(format!("larger than a sidecar may be ({} MiB)", MAX_BYTES >> 20));
    }
    let text = text(bytes).ok_or("not readable as XMP: it is no text")?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.contains("<!DOCTYPE") || text.contains("<!ENTITY") {
        return Err("not readable as XMP: it declares a document type".to_owned());
    }
    // The declaration names the encoding that the text had.
    let text = match text.strip_prefix("<?xml ") {
        Some(rest) => rest.split_once("?>").map_or("", |(_, rest)| rest).trim_start(),
        None => text,
    };
    if !is_whole(text) {
        return Err("not readable as XMP: its end is missing".to_owned());
    }
    match packet(text.as_bytes()) {
        Some(facts) => Ok(facts),
        None if text.contains(":RDF") => Ok(FactsRecord::default()),
        None => Err("not readable as XMP".to_owned()),
    }
}

/// Whether the outermost element is closed.
fn is_whole(text: &str) -> bool {
    let Some(open) = text
        .split('<')
        .find(|part| part.contains(":xmpmeta") || part.contains(":RDF"))
    else {
        return false;
    };
    let name = open
        .split(|letter: char| letter.is_whitespace() || letter == '>' || letter == '/')
        .next();
    let name = name.unwrap_or_default();
    open.trim_end().ends_with("/>") || text.contains(&format!("</{name}>"))
}

/// The text: UTF-8, or UTF-16 or UTF-32 told by their mark or by the zeros round the first `<`.
fn text(bytes: &[u8]) -> Option<String> {
    let wide = |big: bool, bytes: &[u8]| {
        let units = bytes.as_chunks::<2>().0.iter();
        let units = units.map(|pair| {
            if big {
                u16::from_be_bytes(*pair)
            } else {
                u16::from_le_bytes(*pair)
            }
        });
        char::decode_utf16(units).collect::<Result<String, _>>().ok()
    };
    let widest = |big: bool, bytes: &[u8]| {
        let units = bytes.as_chunks::<4>().0.iter();
        let units = units.map(|four| {
            if big {
                u32::from_be_bytes(*four)
            } else {
                u32::from_le_bytes(*four)
            }
        });
        units.map(char::from_u32).collect::<Option<String>>()
    };
    match bytes {
        [0xff, 0xfe, 0, 0, rest @ ..] => widest(false, rest),
        [0, 0, 0xfe, 0xff, rest @ ..] => widest(true, rest),
        [b'<', 0, 0, 0, ..] => widest(false, bytes),
        [0, 0, 0, b'<', ..] => widest(true, bytes),
        [0xff, 0xfe, rest @ ..] => wide(false, rest),
        [0xfe, 0xff, rest @ ..] => wide(true, rest),
        [b'<', 0, ..] => wide(false, bytes),
        [0, b'<', ..] => wide(true, bytes),
        _ => String::from_utf8(bytes.to_vec()).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATED: &str = r#"<?xml version="1.0" encoding="UTF-8"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
        xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
        xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmp:Rating="4" photoshop:SidecarForExtension="CR2"
        exif:DateTimeOriginal="2024-06-15T10:30:05.25+02:00"/></rdf:RDF></x:xmpmeta>"#;

    #[test]
    fn a_sidecar_is_read_in_every_encoding_that_xml_has() {
        super::super::prepare().unwrap();
        let expect = facts(RATED.as_bytes()).unwrap();
        assert_eq!(
            (expect.rating, expect.for_extension.as_deref()),
            (Some(4), Some("CR2"))
        );
        let taken = expect.taken.clone().unwrap();
        assert_eq!(
            (taken.local.as_str(), taken.offset_minutes),
            ("2024-06-15T10:30:05.25", Some(120))
        );
        let units: Vec<u16> = RATED.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let widest: Vec<u8> = RATED
            .chars()
            .flat_map(|letter| u32::from(letter).to_be_bytes())
            .collect();
        let marked = |mark: &[u8], text: &[u8]| [mark, text].concat();
        for text in [
            marked(b"\xef\xbb\xbf", RATED.as_bytes()),
            marked(b"\xff\xfe", &little),
            marked(b"\xfe\xff", &big),
            little,
            big,
            widest,
        ] {
            assert_eq!(facts(&text).as_ref(), Ok(&expect));
        }
    }

    #[test]
    fn what_is_no_whole_sidecar_is_refused_with_the_reason() {
        super::super::prepare().unwrap();
        fn check(bytes: &[u8], expect: &str) {
            let error = facts(bytes).unwrap_err();
            assert!(error.contains(expect), "{error}");
        }
        let laughs = RATED.replace("<x:xmpmeta", "<!DOCTYPE x [<!ENTITY a \"ha\">]><x:xmpmeta");
        check(laughs.as_bytes(), "document type");
        check(&RATED.as_bytes()[..RATED.len() - 20], "end is missing");
        check(b"<x:xmp", "end is missing");
        check(b"", "end is missing");
        check(b"\xff\xd8\xff\xe0", "no text");
        check(&vec![b' '; MAX_BYTES + 1], "larger");
        let empty = r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>"#;
        assert_eq!(facts(empty.as_bytes()), Ok(FactsRecord::default()));
    }
}
