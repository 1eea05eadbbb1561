//! The one door to exiv2's tags: what is a text, a list, a number.
//!
//! Texts lose surrounding blanks and NULs; a blank text is absent. Bytes that are not UTF-8 are read as windows-1252, of
//! which Latin-1 is a part, as most old cameras and IPTC writers meant them. Texts are cut at [`MAX_TEXT_BYTES`], which their
//! end tells, and lists at [`MAX_ITEMS`], because everything must fit one answer; no real list comes near.
//!
//! It refuses names that a file chose except where the caller listed them from the file itself.

use super::lists;
use crate::protocol::{MAX_TAGS, MAX_TEXT_BYTES};
use rexiv2::{Metadata, Rexiv2Error};

/// The most items of a list that are read: one more than a file may have tags, so that those are known to be too many.
pub(super) const MAX_ITEMS: usize = MAX_TAGS + 1;
/// exiv2 counts the *letters* of a plain text as items and repeats the text for each: longer ones are read
/// from the packet, or split where there is none.
const MAX_REPEATED_BYTES: usize = 8 << 10;

/// A file's tags, each kind from where it is read best; asked for a kind that has no source, there is none.
#[derive(Clone, Copy, Default)]
pub(super) struct Fields<'a> {
    /// `Exif.`
    pub(super) exif: Option<&'a Metadata>,
    /// `Xmp.`
    pub(super) xmp: Option<&'a Metadata>,
    /// The text of the packet that `xmp` is of, where it was found.
    pub(super) packet: Option<&'a str>,
    /// `Iptc.`
    pub(super) iptc: Option<&'a Metadata>,
    /// IPTC's datasets as they lie in the file, where they were found.
    pub(super) iptc_block: Option<&'a [u8]>,
    /// Whether IPTC was changed after XMP was written, and so goes before it.
    pub(super) iptc_is_newer: bool,
    /// Whether EXIF's description is none, whatever exiv2 says.
    pub(super) undescribed: bool,
}

impl Fields<'_> {
    fn source(&self, tag: &str) -> Option<&Metadata> {
        match tag.split('.').next()? {
            "Exif" => self.exif,
            "Xmp" => self.xmp,
            _ => self.iptc,
        }
    }

    /// A text, of an XMP language alternative the default one.
    pub(super) fn text(&self, tag: &str) -> Option<String> {
        // Asked for an IPTC dataset that is not there, the library may answer with its neighbour.
        let source = self.source(tag).filter(|source| source.has_tag(tag))?;
        let text = match source.get_tag_string(tag) {
            Ok(text) => text,
            Err(Rexiv2Error::Utf8(_)) => decode(&self.raw(tag)?),
            Err(Rexiv2Error::NoValue | Rexiv2Error::Internal(_)) => return None,
        };
        if tag.starts_with("Xmp.") && text.starts_with(LANGUAGE) {
            return clean(&in_default_language(source, tag, &text));
        }
        clean(&text)
    }

    /// The first of these tags that has a text.
    pub(super) fn first_text(&self, tags: &[&str]) -> Option<String> {
        tags.iter().find_map(|tag| self.text(tag))
    }

    /// The items of an XMP bag or sequence, of a repeated IPTC dataset, or the one text there is.
    pub(super) fn list(&self, tag: &str) -> Vec<String> {
        let items = match self.source(tag) {
            None => return Vec::new(),
            // Of a list with an item that has a language, only the items are there.
            Some(source) if !source.has_tag(tag) => numbered(source, tag),
            Some(source) => match source.get_tag_string(tag) {
                Ok(text) if text.len() > MAX_REPEATED_BYTES => {
                    let listed = self.packet.and_then(|packet| lists::items(packet, tag));
                    listed.unwrap_or_else(|| default_language(&text).split(", ").map(str::to_owned).collect())
                }
                Ok(text) => match source.get_tag_multiple_strings(tag) {
                    Ok(items) if items.iter().any(|item| *item != text) => items,
                    Ok(_) | Err(_) => vec![text],
                },
                Err(_) => items_of(&self.raw(tag).unwrap_or_default()),
            },
        };
        items
            .iter()
            .take(MAX_ITEMS)
            .filter_map(|item| clean(item))
            .collect()
    }

    /// The bytes of a tag.
    pub(super) fn raw(&self, tag: &str) -> Option<Vec<u8>> {
        // Asked for a tag that is not there, the library complains on standard error.
        let source = self.source(tag).filter(|source| source.has_tag(tag))?;
        source.get_tag_raw(tag).ok()
    }

    /// The first number of a tag: `1/320`, `3.2` or `8 8 8`.
    pub(super) fn number(&self, tag: &str) -> Option<f64> {
        self.numbers(tag).into_iter().next()
    }

    /// All numbers of a tag; empty if one of them is none.
    pub(super) fn numbers(&self, tag: &str) -> Vec<f64> {
        let Some(text) = self.text(tag) else {
            return Vec::new();
        };
        text.split_whitespace()
            .map(number)
            .collect::<Option<_>>()
            .unwrap_or_default()
    }

    /// The names of the file's XMP properties that start with one of these.
    pub(super) fn xmp_names(&self, prefixes: &[&str]) -> Vec<String> {
        let names = self.xmp.and_then(|source| source.get_xmp_tags().ok());
        names
            .unwrap_or_default()
            .into_iter()
            .filter(|name| prefixes.iter().any(|prefix| name.starts_with(prefix)))
            .take(MAX_ITEMS)
            .collect()
    }
}

/// The items of an XMP list that are properties of their own; exiv2 counts from 1.
fn numbered(source: &Metadata, tag: &str) -> Vec<String> {
    let item = |number: usize| {
        let name = format!("{tag}[{number}]");
        // Asked for a property that is not there, the library complains on standard error.
        let there = tag.starts_with("Xmp.") && source.has_tag(&name);
        there.then(|| source.get_tag_string(&name).ok()).flatten()
    };
    (1..=MAX_ITEMS).map_while(item).collect()
}

/// Repeated datasets that are not all UTF-8: the library gives their bytes in one, parted by four file separators.
fn items_of(bytes: &[u8]) -> Vec<String> {
    let mut items = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(4).position(|part| part == [0x1c; 4]) {
        items.push(decode(rest.get(..at).unwrap_or_default()));
        rest = rest.get(at + 4..).unwrap_or_default();
    }
    items.push(decode(rest));
    items
}

/// A decimal number or a fraction; nothing for infinities and divisions by zero.
pub(super) fn number(text: &str) -> Option<f64> {
    let value = match text.split_once('/') {
        Some((above, below)) => above.trim().parse::<f64>().ok()? / below.trim().parse::<f64>().ok()?,
        None => text.trim().parse().ok()?,
    };
    value.is_finite().then_some(value)
}

/// What windows-1252 has at 0x80 to 0x9f, where Latin-1 has nothing that is text; what it leaves open is as there.
/// Source: Unicode, MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1252.TXT.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// UTF-8, else windows-1252.
pub(crate) fn decode(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => decode_windows_1252(bytes),
    }
}

/// windows-1252, of which Latin-1 is a part.
pub(crate) fn decode_windows_1252(bytes: &[u8]) -> String {
    let letter = |byte: &u8| {
        let own = byte
            .checked_sub(0x80)
            .and_then(|at| WINDOWS_1252.get(usize::from(at)));
        own.copied().unwrap_or(char::from(*byte))
    };
    bytes.iter().map(letter).collect()
}

/// UTF-16, of either order, up to the first NUL: what Windows writes into its XP tags and EXIF into comments.
pub(crate) fn decode_utf16(bytes: &[u8], little_endian: bool) -> String {
    let units = bytes.chunks_exact(2).map(|pair| match pair {
        [first, second] if little_endian => u16::from_le_bytes([*first, *second]),
        [first, second] => u16::from_be_bytes([*first, *second]),
        _ => 0,
    });
    char::decode_utf16(units.take_while(|unit| *unit != 0))
        .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
        .filter(|letter| *letter != '\u{feff}')
        .collect()
}

/// Trimmed and of bounded length, as [`MAX_TEXT_BYTES`] says; nothing if blank.
pub(crate) fn clean(text: &str) -> Option<String> {
    let text = text.trim_matches(|letter: char| letter == '\0' || letter.is_whitespace());
    if text.len() > MAX_TEXT_BYTES {
        // The blank makes sure that it is longer, wherever the last letter ends.
        let start = text.get(..text.floor_char_boundary(MAX_TEXT_BYTES));
        return start.map(|start| format!("{start} …"));
    }
    (!text.is_empty()).then(|| text.to_owned())
}

/// What exiv2 puts before each text of a language alternative: this, the language and `" `.
const LANGUAGE: &str = "lang=\"";

/// The default text of a tag that begins as a language alternative does. A plain text may begin so as well, and any text
/// may have in it what parts two of an alternative: exiv2 knows which is which, where it is asked for the items.
fn in_default_language(source: &Metadata, tag: &str, text: &str) -> String {
    // Of either kind each item is a whole text.
    let items = if text.len() > MAX_REPEATED_BYTES {
        Vec::new()
    } else {
        source.get_tag_multiple_strings(tag).unwrap_or_default()
    };
    // Of an alternative without a default, the items are empty.
    let first = items.into_iter().next().filter(|item| !item.is_empty());
    first.unwrap_or_else(|| default_language(text).to_owned())
}

/// exiv2 writes a language alternative as `lang="x-default" Some text, lang="de" Ein Text`, the default one first.
fn default_language(text: &str) -> &str {
    let Some(rest) = text.strip_prefix(LANGUAGE) else {
        return text;
    };
    let Some((_, value)) = rest.split_once("\" ") else {
        return text;
    };
    value.split_once(", lang=\"").map_or(value, |(first, _)| first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_alternative_yields_its_default_text() {
        let check = |given: &str, expect: &str| assert_eq!(default_language(given), expect);
        check("plain, text", "plain, text");
        check("lang=\"x-default\" Sea, and sun", "Sea, and sun");
        check("lang=\"x-default\" Sea, lang=\"de\" Meer", "Sea");
    }

    #[test]
    fn a_text_that_looks_like_a_language_alternative_is_kept_whole() {
        crate::extract::prepare().unwrap();
        let read = |properties: &str| {
            let packet = format!(
                "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF \
                 xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' \
                 xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:xmp='http://ns.adobe.com/xap/1.0/'>{properties}\
                 </rdf:Description></rdf:RDF></x:xmpmeta>"
            );
            crate::extract::facts(packet.as_bytes(), "xmp").unwrap()
        };
        let title = |title: &str| read(&format!("<dc:title>{title}</dc:title>")).title.unwrap();
        let alternative = |items: &[(&str, &str)]| {
            let item =
                |(language, text): &(&str, &str)| format!("<rdf:li xml:lang='{language}'>{text}</rdf:li>");
            title(&format!(
                "<rdf:Alt>{}</rdf:Alt>",
                items.iter().map(item).collect::<String>()
            ))
        };
        let tricky = r#"lang="x" Sea, lang="de" Sun"#;
        assert_eq!(title(tricky), tricky);
        assert_eq!(alternative(&[("x-default", tricky)]), tricky);
        assert_eq!(alternative(&[("x-default", tricky), ("de", "Meer")]), tricky);
        assert_eq!(alternative(&[("de", "Meer"), ("x-default", tricky)]), tricky);
        assert_eq!(alternative(&[("de", "Meer")]), "Meer");
        let label = |label: &str| read(&format!("<xmp:Label>{label}</xmp:Label>")).label.unwrap();
        assert_eq!(label(tricky), tricky);
        let tag = read(r#"<dc:subject><rdf:Bag><rdf:li>lang="x" Sea</rdf:li></rdf:Bag></dc:subject>"#).tags;
        assert_eq!(tag, [[r#"lang="x" Sea"#]]);
    }

    #[test]
    fn items_that_are_not_all_utf8_are_each_decoded() {
        assert_eq!(items_of(b"Sea\x1c\x1c\x1c\x1cCaf\xe9"), ["Sea", "Caf\u{e9}"]);
        assert_eq!(items_of(b"Caf\xe9"), ["Caf\u{e9}"]);
    }

    #[test]
    fn blanks_and_nuls_are_no_text() {
        assert_eq!(clean(" \0\n "), None);
        assert_eq!(clean("  Canon\0\0"), Some("Canon".to_owned()));
    }

    #[test]
    fn a_text_that_is_cut_says_so_and_no_other_is_as_long() {
        for letter in ["a", "é", "€", "😀"] {
            let exact = letter.repeat(MAX_TEXT_BYTES / letter.len());
            assert_eq!(clean(&exact).as_ref(), Some(&exact));
            for before in 0..letter.len() {
                let cut = clean(&format!("{}{exact}{letter}", "b".repeat(before))).unwrap();
                assert!(cut.len() > MAX_TEXT_BYTES && cut.len() <= MAX_TEXT_BYTES + 4);
                assert!(cut.ends_with(&format!("{letter} …")));
            }
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_read_as_windows_1252() {
        assert_eq!(decode(b"Caf\xe9"), "Café");
        assert_eq!(
            decode(b"5 \x80 \x96 \x93Caf\xe9\x94 \x8e\x9f\xa0\xff"),
            "5 € – “Café” ŽŸ\u{a0}ÿ"
        );
        assert_eq!(decode(b"\x81\x9d"), "\u{81}\u{9d}");
        assert_eq!(decode("Café".as_bytes()), "Café");
    }

    #[test]
    fn fractions_without_a_value_are_no_numbers() {
        assert_eq!(number("1/4"), Some(0.25));
        assert_eq!(number("1/0"), None);
        assert_eq!(number("0/0"), None);
        assert_eq!(number("inf"), None);
    }
}
