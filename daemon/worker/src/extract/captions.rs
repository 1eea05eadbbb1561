//! Title, description, rating and label: words and marks that people gave a picture.
//!
//! The first source that has something wins, in the order of the mapping that each function lists. A rating outside
//! -1..=5 is none of that source's, and the next is asked. IPTC goes before XMP only where it is known to be newer.
//!
//! `photoshop:Urgency` is not read as a label. In most files it is an editor's urgency (IPTC 2:10: 1 most, 5 normal, 8
//! least); programs that put a colour there do not agree on the order (digiKam's 2 is orange, Photo Mechanic's 2 is its
//! second class, of a colour that its user chooses), and both write a property of their own along, which is read.
//! Nor is `digiKam:PickLabel`: it is neither a label nor a rating.

use super::fields::{Fields, clean, decode, decode_utf16};
use crate::protocol::FactsRecord;

/// Bytes of the longest letter in UTF-8: a text that has no room for one more may be cut.
const LONGEST_LETTER: usize = 4;

/// Fills title, description, rating and label.
pub(super) fn read(fields: &Fields<'_>, facts: &mut FactsRecord) {
    // A text that IPTC has no room for stands whole in XMP. It is cut where its bytes end, which may be within a letter.
    let newer = |dataset: &str, room: usize, property: &str| {
        let own = fields.text(dataset).filter(|_| fields.iptc_is_newer)?;
        let bytes = fields.raw(dataset)?;
        let is_cut = |whole: &String| {
            let start = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
            bytes.len() + LONGEST_LETTER > room
                && bytes.len() < start.len() + LONGEST_LETTER
                && whole.starts_with(start)
        };
        (!fields.text(property).as_ref().is_some_and(is_cut)).then_some(own)
    };
    facts.title = newer("Iptc.Application2.ObjectName", 64, "Xmp.dc.title")
        .or_else(|| fields.first_text(&["Xmp.dc.title", "Iptc.Application2.ObjectName"]))
        .or_else(|| windows_text(fields, "Exif.Image.XPTitle"));
    let exif = fields.text("Exif.Image.ImageDescription");
    facts.description = exif
        .filter(|_| !fields.undescribed)
        .or_else(|| newer("Iptc.Application2.Caption", 2000, "Xmp.dc.description"))
        .or_else(|| {
            fields.first_text(&[
                "Xmp.dc.description",
                "Iptc.Application2.Caption",
                "Xmp.acdsee.notes",
                "Xmp.tiff.ImageDescription",
            ])
        })
        .or_else(|| {
            fields
                .raw("Exif.Photo.UserComment")
                .and_then(|bytes| user_comment(&bytes))
        });
    facts.rating = rating(fields);
    facts.label = label(fields);
}

/// A text that Windows stores as UTF-16 bytes.
pub(super) fn windows_text(fields: &Fields<'_>, tag: &str) -> Option<String> {
    clean(&decode_utf16(&fields.raw(tag)?, true))
}

/// The EXIF comment: 8 bytes that name the character set, then the text (EXIF 2.32, UserComment).
fn user_comment(bytes: &[u8]) -> Option<String> {
    let (charset, text) = bytes.split_at_checked(8)?;
    match charset {
        b"UNICODE\0" => {
            // The byte order is the file's or not, depending on the writer. Latin letters tell: their high byte is 0.
            let zeros = |parity: usize| {
                text.iter()
                    .skip(parity)
                    .step_by(2)
                    .filter(|byte| **byte == 0)
                    .count()
            };
            let little_endian = if text.starts_with(&[0xff, 0xfe]) {
                true
            } else if text.starts_with(&[0xfe, 0xff]) {
                false
            } else {
                zeros(1) >= zeros(0)
            };
            clean(&decode_utf16(text, little_endian))
        }
        b"ASCII\0\0\0" | b"\0\0\0\0\0\0\0\0" => {
            let end = text.iter().position(|byte| *byte == 0).unwrap_or(text.len());
            clean(&decode(text.get(..end)?))
        }
        // JIS and unknown sets are not guessed.
        _ => None,
    }
}

fn rating(fields: &Fields<'_>) -> Option<i8> {
    let stars = |tag: &str| fields.number(tag).and_then(stars);
    stars("Xmp.xmp.Rating")
        .or_else(|| stars("Xmp.acdsee.rating"))
        .or_else(|| {
            fields
                .number("Xmp.MicrosoftPhoto.Rating")
                .and_then(stars_of_percent)
        })
        .or_else(|| stars("Exif.Image.Rating"))
}

/// The stars that a number stands for, -1 to 5.
pub(crate) fn stars(value: f64) -> Option<i8> {
    [-1i8, 0, 1, 2, 3, 4, 5]
        .into_iter()
        .find(|stars| (f64::from(*stars) - value).abs() < 0.5)
}

/// Windows' percentages: 1, 25, 50, 75 and 99 are one to five stars, 0 is none.
fn stars_of_percent(value: f64) -> Option<i8> {
    [(0.0, 0), (12.0, 1), (37.0, 2), (62.0, 3), (87.0, 4), (100.0, 5)]
        .into_iter()
        .find(|(most, _)| (0.0..=*most).contains(&value))
        .map(|(_, stars)| stars)
}

fn label(fields: &Fields<'_>) -> Option<String> {
    let named = |tag: &str, names: &[&str]| {
        let number = fields.list(tag).first()?.parse::<usize>().ok()?;
        names
            .get(number)
            .filter(|name| !name.is_empty())
            .map(|name| (*name).to_owned())
    };
    fields
        .text("Xmp.xmp.Label")
        .or_else(|| {
            let colours = [
                "", "Red", "Orange", "Yellow", "Green", "Blue", "Magenta", "Gray", "Black", "White",
            ];
            named("Xmp.digiKam.ColorLabel", &colours)
        })
        .or_else(|| {
            named(
                "Xmp.darktable.colorlabels",
                &["Red", "Yellow", "Green", "Blue", "Purple"],
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_outside_their_range_are_none() {
        let check = |given: f64, expect: Option<i8>| assert_eq!(stars(given), expect, "{given}");
        check(-1.0, Some(-1));
        check(0.0, Some(0));
        check(4.0, Some(4));
        check(6.0, None);
        check(99.0, None);
    }

    #[test]
    fn an_editors_urgency_and_a_pick_are_no_label() {
        crate::extract::prepare().unwrap();
        let check = |properties: &str, expect: Option<&str>| {
            let packet = format!(
                "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF \
                 xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' \
                 xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' \
                 xmlns:digiKam='http://www.digikam.org/ns/1.0/' {properties}/></rdf:RDF></x:xmpmeta>"
            );
            let facts = crate::extract::facts(packet.as_bytes(), "xmp").unwrap();
            assert_eq!(facts.label.as_deref(), expect, "{properties}");
            assert_eq!(facts.rating, None, "{properties}");
        };
        check("photoshop:Urgency='5'", None);
        check("photoshop:Urgency='1' digiKam:PickLabel='3'", None);
        check("photoshop:Urgency='2' xmp:Label='Winner alt'", Some("Winner alt"));
        check("photoshop:Urgency='9' digiKam:ColorLabel='9'", Some("White"));
    }

    #[test]
    fn percentages_become_stars() {
        let check = |given: f64, expect: Option<i8>| assert_eq!(stars_of_percent(given), expect, "{given}");
        check(0.0, Some(0));
        check(1.0, Some(1));
        check(25.0, Some(2));
        check(50.0, Some(3));
        check(75.0, Some(4));
        check(99.0, Some(5));
        check(101.0, None);
    }

    #[test]
    fn comments_are_read_in_the_character_set_they_name() {
        let check = |given: &[u8], expect: Option<&str>| assert_eq!(user_comment(given).as_deref(), expect);
        check(b"ASCII\0\0\0hello\0\0", Some("hello"));
        check(b"UNICODE\0h\0i\0", Some("hi"));
        check(b"UNICODE\0\0h\0i", Some("hi"));
        check(b"JIS\0\0\0\0\0abc", None);
        check(b"short", None);
    }
}
