//! XMP sidecars: a file that is one packet, in whatever encoding its writer chose.
//!
//! Told by the extension `xmp` or by how it begins. exiv2 reads UTF-8 and leaves out some of the rest, so the text is
//! brought to UTF-8 first: UTF-16 by its mark or its zeros, windows-1252 where an XML declaration names it or Latin-1,
//! which is a part of it, or the bytes are no UTF-8. The declaration goes; a bare `rdf:RDF` is wrapped.
//!
//! Comments say nothing, wherever they are, and go before anything is looked for.
//!
//! In a sidecar what is *empty* counts too: a list of tags without items means that there are none. [`present`] tells
//! which groups of properties a packet has, whatever is in them. It refuses more than 16 MiB, text that is no XML or ends
//! early, and document types, whose entities could grow without bound.

use rexiv2::Metadata;

use super::fields::{decode, decode_utf16, decode_windows_1252};
use super::programs;
use crate::protocol::{FactsRecord, PresentRecord};

pub(super) const MAX_BYTES: usize = 16 << 20;

/// What a sidecar states; `None` if this is none.
pub(crate) fn read(bytes: &[u8], ext: &str) -> Option<Result<FactsRecord, String>> {
    let start = bytes.get(..64).unwrap_or(bytes);
    let begins = |text: &[u8]| start.starts_with(text);
    if !(ext.eq_ignore_ascii_case("xmp") || begins(b"<?xpacket") || begins(b"<x:xmpmeta")) {
        return None;
    }
    if bytes.len() > MAX_BYTES {
        return Some(Err("a sidecar of more than 16 MiB".to_owned()));
    }
    let text = without_comments(&text(bytes));
    if text.contains("<!DOCTYPE") || text.contains("<!ENTITY") {
        return Some(Err("not readable as XMP: it declares a document type".to_owned()));
    }
    let no_packet = || match is_whole(&text) {
        true if text.contains("<rdf:RDF") => Ok(FactsRecord::default()),
        true => Err("not readable as XMP".to_owned()),
        false => Err("not readable as XMP: its end is missing".to_owned()),
    };
    let packet = super::part(&text, None).filter(|_| is_whole(&text));
    let read = packet.map_or_else(no_packet, Ok);
    Some(read.map(|mut facts| {
        facts.programs.splice(..0, programs::toolkit(text.as_bytes()));
        FactsRecord {
            mime: Some("application/rdf+xml".to_owned()),
            present: Some(present(&text)),
            ..facts
        }
    }))
}

/// The text without its comments (XML 1.0, 2.5); one that does not end takes the rest along. In CDATA and processing
/// instructions there are none.
fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, markup) = rest.split_at(at);
        kept.push_str(before);
        let end = ["<!--", "<![CDATA[", "<?"]
            .into_iter()
            .zip(["-->", "]]>", "?>"])
            .find(|(open, _)| markup.starts_with(open));
        let length = end.map_or(1, |(open, close)| {
            let inside = markup.get(open.len()..).unwrap_or_default();
            let end = inside.find(close).map(|end| open.len() + end + close.len());
            end.unwrap_or(markup.len())
        });
        let (piece, behind) = markup.split_at(length);
        if !piece.starts_with("<!--") {
            kept.push_str(piece);
        }
        rest = behind;
    }
    kept.push_str(rest);
    kept
}

/// Whether the outermost element is closed: exiv2 takes a file that is cut short, as
/// one is that a program is just writing, for one that states nothing.
fn is_whole(text: &str) -> bool {
    let mut elements = text.split('<').skip(1);
    let Some(open) = elements.find(|part| part.starts_with(|letter: char| letter.is_alphabetic())) else {
        return false;
    };
    let ends_name = |letter: char| letter.is_whitespace() || matches!(letter, '>' | '/');
    let name = open.split(ends_name).next().unwrap_or_default();
    open.trim_end().ends_with("/>") || text.contains(&format!("</{name}"))
}

/// The packet in UTF-8, without declaration.
pub(crate) fn text(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => decode_utf16(rest, true),
        [0xfe, 0xff, rest @ ..] => decode_utf16(rest, false),
        [b'<', 0, ..] => decode_utf16(bytes, true),
        [0, b'<', ..] => decode_utf16(bytes, false),
        _ if is_single_byte(bytes) => decode_windows_1252(bytes),
        _ => decode(bytes),
    };
    let mut text = text.trim_matches(['\u{feff}', '\0', ' ', '\n', '\r', '\t']);
    if text.starts_with("<?xml ")
        && let Some((_, rest)) = text.split_once("?>")
    {
        text = rest.trim_start();
    }
    if text.starts_with("<rdf:RDF") {
        return format!("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">{text}</x:xmpmeta>");
    }
    text.to_owned()
}

/// Whether an XML declaration names windows-1252 or Latin-1.
pub(super) fn is_single_byte(bytes: &[u8]) -> bool {
    let declaration = bytes.get(..200).unwrap_or(bytes).to_ascii_lowercase();
    let declaration = declaration.split(|byte| *byte == b'>').next().unwrap_or_default();
    let names = |name: &[u8]| declaration.windows(name.len()).any(|part| part == name);
    declaration.starts_with(b"<?xml ") && (names(b"iso-8859-1") || names(b"latin1") || names(b"windows-1252"))
}

/// Which groups of properties are there. By exiv2's list, and by the names in the text: exiv2 leaves out empty lists.
fn present(text: &str) -> PresentRecord {
    let metadata = Metadata::new_from_buffer(text.as_bytes()).ok();
    let has = |properties: &[&str]| {
        properties.iter().any(|property| {
            let known = metadata
                .as_ref()
                .is_some_and(|metadata| metadata.has_tag(&format!("Xmp.{property}")));
            known || empty(text, &property.replace('.', ":"))
        })
    };
    PresentRecord {
        tags: has(&[
            "dc.subject",
            "digiKam.TagsList",
            "lr.hierarchicalSubject",
            "lr.HierarchicalSubject",
            "MicrosoftPhoto.LastKeywordXMP",
            "mediapro.CatalogSets",
            "acdsee.categories",
        ]),
        title: has(&["dc.title"]),
        description: has(&["dc.description", "tiff.ImageDescription", "acdsee.notes"]),
        rating: has(&["xmp.Rating", "acdsee.rating", "MicrosoftPhoto.Rating"]),
        label: has(&["xmp.Label", "digiKam.ColorLabel", "darktable.colorlabels"]),
    }
}

/// Whether the text has this property with nothing in it but perhaps an empty list.
fn empty(text: &str, property: &str) -> bool {
    text.match_indices(property).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let behind = text.get(at + property.len()..).unwrap_or_default().trim_start();
        if before.ends_with(char::is_whitespace) {
            return behind.starts_with("=\"\"") || behind.starts_with("=''");
        }
        if !before.ends_with('<') {
            return false;
        }
        if behind.starts_with("/>") {
            return true;
        }
        let inside = behind.split_once('>').map_or("", |(_, inside)| inside);
        let inside = inside
            .split_once(&format!("</{property}"))
            .map_or("x", |(inside, _)| inside);
        // What is left is lists that are closed at once.
        !inside.contains("rdf:li")
            && !inside.split('<').skip(1).any(|piece| {
                piece
                    .split_once('>')
                    .is_none_or(|(_, text)| !text.trim().is_empty())
            })
            && inside.split('<').next().is_none_or(|text| text.trim().is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(properties: &str) -> String {
        format!(
            r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
            xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:digiKam="http://www.digikam.org/ns/1.0/"
            xmlns:exif="http://ns.adobe.com/exif/1.0/">{properties}</rdf:Description></rdf:RDF></x:xmpmeta>"#
        )
    }

    fn read(bytes: &[u8]) -> FactsRecord {
        crate::extract::prepare().unwrap();
        super::read(bytes, "XMP").unwrap().unwrap()
    }

    #[test]
    fn a_sidecar_is_read_in_every_encoding() {
        let text = packet("<dc:title>Caf\u{e9}</dc:title>");
        let check = |bytes: &[u8]| assert_eq!(read(bytes).title.as_deref(), Some("Caf\u{e9}"));
        let utf16 = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<_>>();
        let bytes_of = |text: &str| -> Vec<u8> {
            let byte = |letter| u8::try_from(u32::from(letter)).unwrap();
            text.chars().map(byte).collect()
        };
        let latin1 = bytes_of(&text);
        check(text.as_bytes());
        check(format!("\u{feff}{text}").as_bytes());
        check(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{text}").as_bytes());
        check(&[&[0xff, 0xfe][..], &utf16(u16::to_le_bytes)].concat());
        check(&[&[0xfe, 0xff][..], &utf16(u16::to_be_bytes)].concat());
        check(&utf16(u16::to_le_bytes));
        check(&latin1);
        check(&[b"<?xml version='1.0' encoding='ISO-8859-1'?>".as_slice(), &latin1].concat());
        let declared = "<?xml version='1.0' encoding='windows-1252'?>";
        let euros = bytes_of(&[declared, &packet("<dc:title>5 \u{80}</dc:title>")].concat());
        assert_eq!(read(&euros).title.as_deref(), Some("5 \u{20ac}"));
    }

    #[test]
    fn a_date_in_exifs_form_and_tags_in_any_kind_of_list_are_read() {
        let facts = read(
            packet(
                "<exif:DateTimeOriginal>2020:05:01 10:11:12</exif:DateTimeOriginal><dc:subject><rdf:Seq>\
                 <rdf:li>sea</rdf:li><rdf:li>sun</rdf:li></rdf:Seq></dc:subject>\
                 <digiKam:TagsList><rdf:Bag><rdf:li>a/b</rdf:li></rdf:Bag></digiKam:TagsList>",
            )
            .as_bytes(),
        );
        assert_eq!(facts.taken.unwrap().local, "2020-05-01T10:11:12");
        assert_eq!(facts.tags, [vec!["a", "b"], vec!["sea"], vec!["sun"]]);
    }

    #[test]
    fn what_is_there_but_empty_is_told_from_what_is_not_there() {
        let check = |properties: &str, tags: bool, title: bool| {
            let present = read(packet(properties).as_bytes()).present.unwrap();
            assert_eq!((present.tags, present.title), (tags, title), "{properties}");
        };
        check("<xmp:Rating>3</xmp:Rating>", false, false);
        check(
            "<xmp:Rating>3</xmp:Rating><dc:subject><rdf:Bag/></dc:subject>",
            true,
            false,
        );
        check(
            "<xmp:Rating>3</xmp:Rating><dc:subject> <rdf:Bag>\n</rdf:Bag> </dc:subject>",
            true,
            false,
        );
        check("<xmp:Rating>3</xmp:Rating><digiKam:TagsList/>", true, false);
        check(
            "<dc:subject><rdf:Bag><rdf:li>a</rdf:li></rdf:Bag></dc:subject><dc:title></dc:title>",
            true,
            true,
        );
        check(
            "<xmp:Rating>3</xmp:Rating><xmp:Label>dc:subject</xmp:Label>",
            false,
            false,
        );
    }

    #[test]
    fn what_is_in_a_comment_is_neither_there_nor_empty() {
        let check = |properties: &str, tags: bool, label: bool| {
            let facts = read(packet(properties).as_bytes());
            let present = facts.present.unwrap();
            assert_eq!((facts.rating, present.rating), (Some(3), true), "{properties}");
            assert_eq!((present.tags, present.label), (tags, label), "{properties}");
        };
        check("<xmp:Rating>3</xmp:Rating><!-- <xmp:Label/> -->", false, false);
        check(
            "<!-- <xmp:Rating/> --><xmp:Rating><!-- was 2 -->3</xmp:Rating>",
            false,
            false,
        );
        check(
            "<xmp:Rating>3</xmp:Rating><xmp:Label><!-- Red --></xmp:Label>",
            false,
            true,
        );
        check(
            "<xmp:Rating>3</xmp:Rating><dc:subject><rdf:Bag><!-- <rdf:li>sea</rdf:li> --></rdf:Bag></dc:subject>",
            true,
            false,
        );
        check(
            "<!-- <dc:subject><rdf:Bag/></dc:subject> <!DOCTYPE a> --><xmp:Rating>3</xmp:Rating>",
            false,
            false,
        );
        let title = |text: &str| read(packet(&format!("<dc:title>{text}</dc:title>")).as_bytes()).title;
        assert_eq!(title("Sea<!-- no --> &amp; sun").as_deref(), Some("Sea & sun"));
        assert_eq!(title("<![CDATA[a <!-- b -->]]>").as_deref(), Some("a <!-- b -->"));
        let open = packet("<xmp:Rating>3</xmp:Rating><!-- ");
        assert!(super::read(open.as_bytes(), "xmp").unwrap().is_err());
    }

    #[test]
    fn comments_go_and_nothing_else() {
        let check = |given: &str, expect: &str| assert_eq!(without_comments(given), expect);
        for same in [
            "",
            "a < b",
            "<a>b</a>",
            "<?a <!-- b --> ?>",
            "<![CDATA[<!-- b -->]]>",
            "<!DOCTYPE a>",
        ] {
            check(same, same);
        }
        check("a<!-- b -->c<!---->d", "acd");
        check("<a><!-- <b> --></a>", "<a></a>");
        check("<!-- <![CDATA[ -->a<!-- ]]> -->", "a");
        check("a<!-- b", "a");
        check("a<!--", "a");
        check("<![CDATA[ <!-- b", "<![CDATA[ <!-- b");
    }

    #[test]
    fn a_packet_that_ends_early_or_has_entities_is_refused_and_an_empty_one_is_not() {
        crate::extract::prepare().unwrap();
        let text = packet("<xmp:Rating>3</xmp:Rating>");
        let check = |text: &str, expect: &str| {
            let error = super::read(text.as_bytes(), "xmp").unwrap().unwrap_err();
            assert!(error.contains(expect), "{error}");
        };
        check(&text[..text.len() - 20], "end is missing");
        check("<x:xmp", "end is missing");
        check("", "end is missing");
        check("<html></html>", "not readable as XMP");
        check(
            &format!("<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"ha\">]>{text}"),
            "document type",
        );
        let rdf = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"/>";
        for empty in [packet(""), rdf.to_owned()] {
            assert_eq!(read(empty.as_bytes()).rating, None, "{empty}");
        }
    }

    #[test]
    fn whose_a_sidecar_is_it_may_say_itself() {
        let text = packet("<xmp:Rating>3</xmp:Rating>").replace(
            "rdf:about=\"\"",
            "rdf:about=\"\" xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\" photoshop:SidecarForExtension=\"CR2\"",
        );
        assert_eq!(read(text.as_bytes()).for_extension.as_deref(), Some("CR2"));
    }

    #[test]
    fn what_is_no_packet_is_refused() {
        crate::extract::prepare().unwrap();
        assert!(super::read(b"hello", "xmp").unwrap().is_err());
        assert!(super::read(b"\xff\xd8\xff", "jpg").is_none());
    }
}
