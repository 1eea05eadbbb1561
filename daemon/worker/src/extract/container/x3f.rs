//! Sigma's X3F, which exiv2 does not know (as exiftool and LibRaw document it).
//!
//! The header has the size. A directory at the end, found by its place in the last four bytes, leads to the sections:
//! `PROP` is a list of names and values in UTF-16, and `IMA2` of later cameras is a JPEG with EXIF, which goes before.
//! The properties' TIME is the camera's clock counted from 1970, hence wall time. It refuses sections outside the file.

use super::Found;
use crate::extract::fields::{clean, decode_utf16, number};
use crate::movie::clock;
use crate::protocol::FactsRecord;

const MAX_ENTRIES: u32 = 256;

/// Reads header and sections; `None` if these bytes are no X3F.
pub(super) fn read(bytes: &[u8]) -> Option<Found<'_>> {
    bytes.strip_prefix(b"FOVb")?;
    let mut found = Found {
        mime: Some("image/x-sigma-x3f"),
        ..Found::default()
    };
    // From version 4 on the header has other fields before.
    let at = if u32_at(bytes, 4).is_some_and(|version| version >> 16 >= 4) {
        40
    } else {
        28
    };
    let pixels = |at: usize| u32_at(bytes, at).filter(|pixels| (1..1 << 20).contains(pixels));
    found.size = pixels(at).zip(pixels(at + 4));
    let turns = [(90, 6), (180, 3), (270, 8)];
    found.orientation = turns
        .into_iter()
        .find_map(|(degrees, turn)| (u32_at(bytes, at + 8) == Some(degrees)).then_some(turn));
    for (kind, section) in sections(bytes).unwrap_or_default() {
        match &kind {
            b"PROP" => properties(section, &mut found.texts).unwrap_or_default(),
            b"IMA2" if found.jpeg.is_none() => {
                found.jpeg = section.get(28..).filter(|body| body.starts_with(&[0xff, 0xd8]));
            }
            _ => {}
        }
    }
    Some(found)
}

type Section<'a> = ([u8; 4], &'a [u8]);

fn sections(bytes: &[u8]) -> Option<Vec<Section<'_>>> {
    let directory = bytes.get(place(bytes, bytes.len().checked_sub(4)?)?..)?;
    directory.strip_prefix(b"SECd")?;
    let count = usize::try_from(u32_at(directory, 8)?.min(MAX_ENTRIES)).ok()?;
    let section = |index: usize| {
        let entry = directory.get(12 + index * 12..)?;
        let (start, length) = (place(entry, 0)?, place(entry, 4)?);
        let body = bytes.get(start..start.checked_add(length)?)?;
        Some((entry.get(8..12)?.try_into().ok()?, body))
    };
    Some((0..count).filter_map(section).collect())
}

/// `SECp`, version, count, format, reserved, length in letters; pairs of places in letters; the letters.
fn properties(section: &[u8], facts: &mut FactsRecord) -> Option<()> {
    section.strip_prefix(b"SECp")?;
    let count = usize::try_from(u32_at(section, 8)?.min(MAX_ENTRIES)).ok()?;
    let letters = section.get(24 + count * 8..)?;
    let text = |at: usize| {
        let text = letters.get(place(section, at)?.checked_mul(2)?..)?;
        clean(&decode_utf16(text.get(..512).unwrap_or(text), true))
    };
    let positive = |text: &str| number(text).filter(|value| *value > 0.0);
    for index in 0..count {
        let at = 24 + index * 8;
        let (Some(name), Some(value)) = (text(at), text(at + 4)) else {
            continue;
        };
        match name.as_str() {
            "CAMMANUF" => facts.make = Some(value),
            "CAMMODEL" => facts.model = Some(value),
            "CAMSERIAL" => facts.serial = Some(value),
            "ISO" => facts.iso = value.parse().ok().filter(|iso| *iso > 0),
            "APERTURE" => facts.f_number = positive(&value),
            "SHUTTER" => facts.exposure_seconds = positive(&value),
            "FLENGTH" => facts.focal_mm = positive(&value),
            "TIME" => facts.taken = value.parse().ok().and_then(clock::of_sigma),
            _ => {}
        }
    }
    Some(())
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    four.try_into().ok().map(u32::from_le_bytes)
}

fn place(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32_at(bytes, at)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(pairs: &[(&str, &str)]) -> Vec<u8> {
        let words = |numbers: &[usize]| -> Vec<u8> {
            let word = |number: &usize| u32::try_from(*number).unwrap().to_le_bytes();
            numbers.iter().flat_map(word).collect()
        };
        let mut letters: Vec<u8> = Vec::new();
        let mut places = Vec::new();
        for text in pairs.iter().flat_map(|(name, value)| [name, value]) {
            places.push(letters.len() / 2);
            letters.extend(text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes));
        }
        let head = words(&[0x2_0000, pairs.len(), 0, 0, letters.len() / 2]);
        let section = [b"SECp".to_vec(), head, words(&places), letters].concat();
        let mut file = b"FOVb\0\0\x02\0".to_vec();
        file.resize(28, 0);
        file.extend(words(&[2268, 1512, 90]));
        let (start, length) = (file.len(), section.len());
        file.extend(section);
        let directory = file.len();
        file.extend([b"SECd".to_vec(), words(&[0x2_0000, 1, start, length])].concat());
        file.extend(b"PROP");
        file.extend(words(&[directory]));
        file
    }

    #[test]
    fn size_turn_and_properties_are_read() {
        let file = file(&[
            ("CAMMANUF", "SIGMA"),
            ("ISO", "100"),
            ("SHUTTER", "0.01"),
            ("FLENGTH", "0"),
        ]);
        let found = read(&file).unwrap();
        assert_eq!((found.size, found.orientation), (Some((2268, 1512)), Some(6)));
        assert_eq!(found.texts.make.as_deref(), Some("SIGMA"));
        assert_eq!(
            (
                found.texts.iso,
                found.texts.exposure_seconds,
                found.texts.focal_mm
            ),
            (Some(100), Some(0.01), None)
        );
        for end in 0..file.len() {
            let _ = read(&file[..end]);
        }
    }
}
