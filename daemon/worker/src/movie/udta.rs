//! Where QuickTime and MP4 files keep words: item lists, user data, and one camera maker's XML.
//!
//! - **keys** (QuickTime File Format, Metadata): `meta` with `keys` that name and `ilst` that says, used by Apple and
//!   Android; `com.apple.quicktime.` is left off the names here, `com.android.` stays.
//! - **item list** (iTunes): `meta` with an `ilst` alone; names are four letters.
//! - **user data**: boxes of `udta`; with `©` they hold international texts, without they are 3GPP's (TS 26.244) or
//!   a maker's own.
//! - **XML** of Sony's cameras (`NonRealTimeMeta`), of which date and device are read.
//!
//! The letter `©` is byte 0xA9 in the file.

use super::bmff::{Boxes, Kind, find, i32_at, meta, u16_at, u32_at};
use super::texts::Texts;
use crate::extract::fields::decode;

/// The most keys that are read.
const MAX_KEYS: usize = 512;
/// Sony's XML is some kilobytes.
const MAX_XML_BYTES: usize = 64 << 10;

/// Gathers from the body of a `meta` box.
pub(super) fn read_meta(body: &[u8], texts: &mut Texts) {
    let inside = meta(body);
    let names = find(inside, b"keys").map(keys);
    for item in find(inside, b"ilst").into_iter().flat_map(Boxes::of) {
        let Some(text) = find(item.body, b"data").and_then(data) else {
            continue;
        };
        let name = match &names {
            Some(names) => usize::try_from(u32::from_be_bytes(item.kind))
                .ok()
                .and_then(|number| names.get(number.checked_sub(1)?).cloned()),
            None => Some(format!("ilst/{}", letters(&item.kind))),
        };
        if let Some(name) = name {
            texts.add(name, &text);
        }
    }
    if let Some(xml) = find(inside, b"xml ").and_then(|body| body.get(4..)) {
        read_xml(&decode(xml.get(..MAX_XML_BYTES).unwrap_or(xml)), texts);
    }
}

/// Gathers from the body of `udta`.
pub(super) fn read(udta: &[u8], texts: &mut Texts) {
    for found in Boxes::of(udta) {
        let name = || format!("udta/{}", letters(&found.kind));
        match &found.kind {
            b"meta" => read_meta(found.body, texts),
            [0xa9, ..] => texts.add(name(), &international(found.body).unwrap_or_default()),
            b"titl" | b"dscp" | b"manu" | b"modl" => {
                // Version and flags, a language, then the text.
                texts.add(name(), &text(found.body.get(6..).unwrap_or_default()));
            }
            b"date" => texts.add(name(), &decode(found.body)),
            b"loci" => texts.add(name(), &place(found.body).unwrap_or_default()),
            _ => {}
        }
    }
}

fn letters(kind: &Kind) -> String {
    kind.iter().map(|byte| char::from(*byte)).collect()
}

/// The names in `keys`: version and flags, a count, then length, namespace and name each.
fn keys(body: &[u8]) -> Vec<String> {
    let entries = Boxes::of(body.get(8..).unwrap_or_default()).take(MAX_KEYS);
    entries
        .map(|entry| {
            let name = decode(entry.body.get(..256).unwrap_or(entry.body)).to_ascii_lowercase();
            let name = name.strip_prefix("com.apple.quicktime.").unwrap_or(&name);
            format!("keys/{name}")
        })
        .collect()
}

/// A value: its type, a locale, and the bytes (QuickTime File Format, well-known types).
fn data(body: &[u8]) -> Option<String> {
    let value = body.get(8..)?;
    let number = |bytes: &[u8]| {
        let start = if *bytes.first()? & 0x80 == 0 { 0i64 } else { -1 };
        (bytes.len() <= 8).then(|| bytes.iter().fold(start, |all, byte| all << 8 | i64::from(*byte)))
    };
    match u32_at(body, 0)? & 0x00ff_ffff {
        1 => Some(decode(bounded(value))),
        2 => Some(utf16(bounded(value))),
        21 => Some(number(value)?.to_string()),
        22 if value.len() < 8 => {
            let value = value.iter().fold(0u64, |all, byte| all << 8 | u64::from(*byte));
            Some(value.to_string())
        }
        23 => Some(f32::from_be_bytes(value.try_into().ok()?).to_string()),
        24 => Some(f64::from_be_bytes(value.try_into().ok()?).to_string()),
        _ => None,
    }
}

/// A length, a language and a text; of several languages the first.
fn international(body: &[u8]) -> Option<String> {
    let length = usize::from(u16_at(body, 0)?);
    let rest = body.get(4..)?;
    Some(text(rest.get(..length).unwrap_or(rest)))
}

/// UTF-16 with a byte order mark, else UTF-8 or windows-1252, up to the first NUL.
fn text(bytes: &[u8]) -> String {
    let bytes = bounded(bytes);
    if bytes.starts_with(&[0xfe, 0xff]) {
        return utf16(bytes);
    }
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    decode(bytes.get(..end).unwrap_or(bytes))
}

fn utf16(bytes: &[u8]) -> String {
    crate::extract::fields::decode_utf16(bytes, false)
}

/// No more than a text may have.
fn bounded(bytes: &[u8]) -> &[u8] {
    bytes.get(..64 << 10).unwrap_or(bytes)
}

/// 3GPP's place (TS 26.244, 8.11): a name, a role, longitude, latitude, altitude in 16.16; as ISO 6709.
fn place(body: &[u8]) -> Option<String> {
    let name = body.get(6..)?;
    let behind = if name.starts_with(&[0xfe, 0xff]) {
        let end = name.chunks_exact(2).position(|unit| unit == [0, 0])?;
        name.get(end * 2 + 2..)?
    } else {
        name.get(name.iter().position(|byte| *byte == 0)? + 1..)?
    };
    let degrees = |at: usize| i32_at(behind, at).map(|value| f64::from(value) / 65_536.0);
    let (longitude, latitude, altitude) = (degrees(1)?, degrees(5)?, degrees(9)?);
    Some(format!("{latitude:+010.6}{longitude:+011.6}{altitude:+.2}/"))
}

fn read_xml(xml: &str, texts: &mut Texts) {
    let attribute = |element: &str, name: &str| {
        let (_, rest) = xml.split_once(&format!("<{element} "))?;
        let (inside, _) = rest.split_once('>')?;
        let (_, value) = inside.split_once(&format!("{name}=\""))?;
        value.split_once('"').map(|(value, _)| value.to_owned())
    };
    let wanted = [
        ("xml/date", "CreationDate", "value"),
        ("xml/make", "Device", "manufacturer"),
        ("xml/model", "Device", "modelName"),
        ("xml/serial", "Device", "serialNo"),
        ("xml/lens", "Lens", "modelName"),
    ];
    for (name, element, of) in wanted {
        texts.add(name.to_owned(), &attribute(element, of).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::super::bmff::build::{boxed, parent};
    use super::*;

    fn value(kind: u8, bytes: &[u8]) -> Vec<u8> {
        boxed(b"data", &[&[0, 0, 0, kind, 0, 0, 0, 0], bytes].concat())
    }

    fn check(read: impl Fn(&mut Texts), expect: &[(&str, Option<&str>)]) {
        let mut texts = Texts::default();
        read(&mut texts);
        for (name, expect) in expect {
            assert_eq!(texts.get(name), *expect, "{name}");
        }
    }

    #[test]
    fn keys_name_what_the_list_says() {
        let keys = [
            &[0, 0, 0, 0, 0, 0, 0, 3][..],
            &boxed(b"mdta", b"com.apple.quicktime.make"),
            &boxed(b"mdta", b"com.android.model"),
            &boxed(b"mdta", b"com.apple.quicktime.rating.user"),
        ];
        let items = [
            boxed(&[0, 0, 0, 1], &value(1, b"Apple")),
            boxed(&[0, 0, 0, 2], &value(2, b"\0P\0x")),
            boxed(&[0, 0, 0, 3], &value(23, &4f32.to_be_bytes())),
            boxed(&[0, 0, 0, 4], &value(1, b"nameless")),
            boxed(&[0, 0, 0, 0], &value(1, b"nameless")),
        ];
        let inside = [
            boxed(b"hdlr", b""),
            boxed(b"keys", &keys.concat()),
            parent(b"ilst", &items),
        ]
        .concat();
        let expect = [
            ("keys/make", Some("Apple")),
            ("keys/com.android.model", Some("Px")),
            ("keys/rating.user", Some("4")),
        ];
        check(|texts| read_meta(&inside, texts), &expect);
        check(
            |texts| read_meta(&[&[0; 4][..], &inside].concat(), texts),
            &expect,
        );
    }

    #[test]
    fn numbers_of_every_width_become_texts() {
        let check = |kind: u8, bytes: &[u8], expect: Option<&str>| {
            let body = [&[0, 0, 0, kind, 0, 0, 0, 0], bytes].concat();
            assert_eq!(data(&body).as_deref(), expect);
        };
        check(21, &[0xff], Some("-1"));
        check(21, &[1, 0], Some("256"));
        check(21, &[], None);
        check(22, &[0xff], Some("255"));
        check(24, &2.5f64.to_be_bytes(), Some("2.5"));
        check(13, b"jpeg", None);
        assert_eq!(data(b"\0\0"), None);
    }

    #[test]
    fn user_data_is_read_in_the_forms_of_quicktime_and_3gpp() {
        let place = [
            &[0; 6][..],
            b"Home\0\0",
            &(-90i32 << 16).to_be_bytes(),
            &(45i32 << 16).to_be_bytes(),
            &[0; 4],
        ];
        let user = [
            boxed(b"\xa9xyz", b"\0\x10\x15\xc7+52.5000+013.4/"),
            boxed(b"titl", b"\0\0\0\0\x15\xc7\xfe\xff\0S\0e\0a\0\0"),
            boxed(b"loci", &place.concat()),
            boxed(b"date", b"2018-02-07T10:15:08-0500"),
            boxed(b"\xa9mak", b"\0\xffxx"),
        ];
        check(
            |texts| super::read(&user.concat(), texts),
            &[
                ("udta/\u{a9}xyz", Some("+52.5000+013.4/")),
                ("udta/titl", Some("Sea")),
                ("udta/loci", Some("+45.000000-090.000000+0.00/")),
                ("udta/date", Some("2018-02-07T10:15:08-0500")),
                ("udta/\u{a9}mak", None),
            ],
        );
    }

    #[test]
    fn the_xml_of_sony_cameras_names_date_and_device() {
        let xml = b"\0\0\0\0<NonRealTimeMeta><CreationDate value=\"2021-05-01T10:11:12+09:00\"/>\
                    <Device manufacturer=\"Sony\" modelName=\"ILCE-7M3\" serialNo=\"12\"/></NonRealTimeMeta>";
        check(
            |texts| read_meta(&[boxed(b"hdlr", b""), boxed(b"xml ", xml)].concat(), texts),
            &[
                ("xml/date", Some("2021-05-01T10:11:12+09:00")),
                ("xml/model", Some("ILCE-7M3")),
                ("xml/lens", None),
            ],
        );
    }
}
