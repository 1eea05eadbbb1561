//! Which programs say that they wrote a file or a sidecar.
//!
//! The toolkit in the packet's `x:xmptk` is the last writer's, so it comes first; most are libraries and name no program.
//! Then what programs put in by themselves: the last agent of xmpMM:History, xmp:CreatorTool, EXIF Software. darktable
//! names itself nowhere in its sidecars: its own properties tell.

use super::fields::Fields;

/// How far a packet is looked for in a file in which none was found, and the toolkit in a packet.
const NEAR: usize = 256 << 10;

/// Longer texts are no program's name.
const MOST_BYTES: usize = 200;

/// What the fields name; the last writer first.
pub(super) fn named(fields: &Fields<'_>) -> Vec<String> {
    let mut named: Vec<String> = Vec::new();
    // exiv2 counts from 1; a history has no gaps.
    let agent = |at: u32| fields.text(&format!("Xmp.xmpMM.History[{at}]/stEvt:softwareAgent"));
    let agents = (1..=1000).map_while(|at| {
        let is_there = fields
            .text(&format!("Xmp.xmpMM.History[{at}]/stEvt:action"))
            .is_some();
        let agent = agent(at);
        (is_there || agent.is_some()).then_some(agent)
    });
    named.extend(agents.flatten().last());
    named.extend(fields.text("Xmp.xmp.CreatorTool"));
    named.extend(fields.text("Exif.Image.Software"));
    named.extend(fields.text("Xmp.tiff.Software"));
    if fields.text("Xmp.darktable.xmp_version").is_some() {
        named.push("darktable".to_owned());
    }
    named.retain(|name| name.len() <= MOST_BYTES);
    named
}

/// The toolkit that wrote the packet in these bytes.
pub(super) fn toolkit(bytes: &[u8]) -> Option<String> {
    let near = bytes.get(..NEAR).unwrap_or(bytes);
    let name = b"x:xmptk=";
    let at = near.windows(name.len()).position(|part| part == name)?;
    let (quote, text) = near.get(at + name.len()..)?.split_first()?;
    let end = text.iter().take(MOST_BYTES).position(|byte| byte == quote)?;
    let text = String::from_utf8_lossy(text.get(..end)?).into_owned();
    (matches!(quote, b'"' | b'\'') && !text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_wrote_a_packet_at_the_end_of_a_long_file_comes_first() {
        crate::extract::prepare().unwrap();
        let chunk = |kind: &[u8; 4], body: &[u8]| {
            let length = u32::try_from(body.len()).unwrap().to_le_bytes();
            [kind, &length[..], body, &[0][..body.len() % 2]].concat()
        };
        let packet = b"<x:xmpmeta xmlns:x='adobe:ns:meta/' x:xmptk='Image::ExifTool 12.57'><rdf:RDF \
            xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' \
            xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmp:CreatorTool='digiKam-8.1.0'/></rdf:RDF></x:xmpmeta>";
        let chunks = [
            chunk(b"VP8X", &[0x04, 0, 0, 0, 15, 0, 0, 15, 0, 0]),
            chunk(b"VP8 ", &vec![0; NEAR]),
            chunk(b"XMP ", packet),
        ]
        .concat();
        let file = [b"WEBP".to_vec(), chunks].concat();
        let facts = crate::extract::facts(&chunk(b"RIFF", &file), "webp").unwrap();
        assert_eq!(facts.programs, ["Image::ExifTool 12.57", "digiKam-8.1.0"]);
    }

    #[test]
    fn the_toolkit_is_that_of_the_packet() {
        for (bytes, expect) in [
            (
                &b"<x:xmpmeta xmlns:x='adobe:ns:meta/' x:xmptk='Image::ExifTool 12.57'>"[..],
                Some("Image::ExifTool 12.57"),
            ),
            (
                b"\xff\xe1 <x:xmpmeta x:xmptk=\"XMP Core 4.4.0-Exiv2\">",
                Some("XMP Core 4.4.0-Exiv2"),
            ),
            (b"x:xmptk=\"\"", None),
            (b"x:xmptk=\"never ends", None),
            (b"x:xmptk=", None),
            (b"", None),
        ] {
            assert_eq!(toolkit(bytes).as_deref(), expect);
        }
        let far = [vec![b' '; NEAR], b"x:xmptk='a'".to_vec()].concat();
        assert_eq!(toolkit(&far), None);
    }
}
