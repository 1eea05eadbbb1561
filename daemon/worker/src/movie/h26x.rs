//! What pictures say in their own streams: the size in the sequence headers of MPEG-2, H.264 and HEVC, and what
//! camcorders write beside an H.264 picture (AVCHD).
//!
//! H.264 and HEVC streams are units behind `00 00 01` (ITU-T H.264 7.3, H.265 7.3). The size is the coded one less what is
//! cropped. Camcorders put their date and maker into a message for users (MDPM, as exiftool documents it): packs of a
//! number and four bytes. It refuses sizes of nothing and numbers that do not end.

use super::clock;
use crate::extract::time;
use crate::protocol::FactsRecord;

/// Longer units are pictures.
const MAX_UNIT_BYTES: usize = 4096;
/// Sides beyond are no picture's.
const MAX_SIDE: u32 = 1 << 16;
/// The name of the camcorders' message, and the word behind it.
const MDPM: &[u8] = b"\x17\xee\x8c\x60\xf8\x4d\x11\xd9\x8c\xd6\x08\x00\x20\x0c\x9a\x66MDPM";

/// Which coding a stream is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Mpeg2,
    H264,
    Hevc,
}

/// Reads the start of a stream; nothing that it does not say.
pub(super) fn read(coding: Coding, stream: &[u8]) -> FactsRecord {
    let mut facts = FactsRecord::default();
    for unit in units(stream) {
        let Some((first, body)) = unit.split_first() else {
            continue;
        };
        let size = match (coding, *first) {
            (Coding::Mpeg2, 0xb3) => mpeg2_size(body),
            (Coding::H264, header) if header & 0x9f == 7 => h264_size(&plain(body)),
            (Coding::H264, header) if header & 0x9f == 6 => {
                camcorder(&plain(body), &mut facts);
                None
            }
            (Coding::Hevc, header) if header >> 1 == 33 => {
                body.get(1..).and_then(|body| hevc_size(&plain(body)))
            }
            _ => None,
        };
        if facts.width.is_none()
            && let Some((width, height)) = size
        {
            facts.width = Some(width);
            facts.height = Some(height);
        }
    }
    facts
}

/// What stands between start codes.
fn units(mut rest: &[u8]) -> impl Iterator<Item = &[u8]> {
    let start = |bytes: &[u8]| bytes.windows(3).position(|part| part == [0, 0, 1]);
    rest = start(rest).and_then(|at| rest.get(at + 3..)).unwrap_or_default();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = start(rest);
        let unit = rest.get(..end.unwrap_or(rest.len()))?;
        rest = end.and_then(|end| rest.get(end + 3..)).unwrap_or_default();
        Some(unit)
    })
}

/// A unit without the bytes that keep it from looking like a start code.
fn plain(unit: &[u8]) -> Vec<u8> {
    let unit = unit.get(..MAX_UNIT_BYTES).unwrap_or(unit);
    let mut plain: Vec<u8> = Vec::with_capacity(unit.len());
    let mut zeros = 0;
    for byte in unit {
        if zeros >= 2 && *byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
        plain.push(*byte);
    }
    plain
}

fn sized(width: u32, height: u32) -> Option<(u32, u32)> {
    let side = 1..=MAX_SIDE;
    (side.contains(&width) && side.contains(&height)).then_some((width, height))
}

/// 12 bits each (ISO/IEC 13818-2, 6.2.2.1); the extension's further bits are those of pictures that are no video's.
fn mpeg2_size(body: &[u8]) -> Option<(u32, u32)> {
    let mut bits = Bits { bytes: body, at: 0 };
    sized(bits.take(12)?, bits.take(12)?)
}

fn h264_size(body: &[u8]) -> Option<(u32, u32)> {
    let mut bits = Bits { bytes: body, at: 0 };
    let profile = bits.take(8)?;
    bits.take(16)?;
    bits.golomb()?;
    let mut chroma = 1;
    if matches!(
        profile,
        100 | 110 | 122 | 244 | 44 | 83 | 86 | 118 | 128 | 138 | 139 | 134 | 135
    ) {
        chroma = bits.golomb()?;
        if chroma == 3 {
            bits.take(1)?;
        }
        bits.golomb()?;
        bits.golomb()?;
        bits.take(1)?;
        if bits.take(1)? == 1 {
            for list in 0..if chroma == 3 { 12 } else { 8 } {
                scaling_list(&mut bits, if list < 6 { 16 } else { 64 })?;
            }
        }
    }
    bits.golomb()?;
    match bits.golomb()? {
        0 => {
            bits.golomb()?;
        }
        1 => {
            bits.take(1)?;
            bits.golomb()?;
            bits.golomb()?;
            for _ in 0..bits.golomb()?.min(255) {
                bits.golomb()?;
            }
        }
        _ => {}
    }
    bits.golomb()?;
    bits.take(1)?;
    let width = bits.golomb()?.checked_add(1)?.checked_mul(16)?;
    let units = bits.golomb()?.checked_add(1)?.checked_mul(16)?;
    let frames_only = bits.take(1)?;
    let height = units.checked_mul(2 - frames_only)?;
    if frames_only == 0 {
        bits.take(1)?;
    }
    bits.take(1)?;
    let (across, down) = match chroma {
        1 => (2, 2),
        2 => (2, 1),
        _ => (1, 1),
    };
    cropped(&mut bits, (width, height), (across, down * (2 - frames_only)))
}

/// Its flag, and how many units go at each side.
fn cropped(bits: &mut Bits<'_>, size: (u32, u32), unit: (u32, u32)) -> Option<(u32, u32)> {
    let (mut width, mut height) = size;
    if bits.take(1)? == 1 {
        let (left, right, top, bottom) = (bits.golomb()?, bits.golomb()?, bits.golomb()?, bits.golomb()?);
        width = width.checked_sub(left.checked_add(right)?.checked_mul(unit.0)?)?;
        height = height.checked_sub(top.checked_add(bottom)?.checked_mul(unit.1)?)?;
    }
    sized(width, height)
}

fn scaling_list(bits: &mut Bits<'_>, length: u32) -> Option<()> {
    if bits.take(1)? == 0 {
        return Some(());
    }
    let (mut last, mut next) = (8i64, 8i64);
    for _ in 0..length {
        if next != 0 {
            let code = i64::from(bits.golomb()?);
            let delta = if code % 2 == 1 {
                (code + 1) / 2
            } else {
                -(code / 2)
            };
            next = (last + delta).rem_euclid(256);
        }
        last = if next == 0 { last } else { next };
    }
    Some(())
}

fn hevc_size(body: &[u8]) -> Option<(u32, u32)> {
    let mut bits = Bits { bytes: body, at: 0 };
    bits.take(4)?;
    let layers = bits.take(3)?;
    // Nesting; then profile, tier and level of the whole, 96 bits.
    bits.take(1)?;
    for _ in 0..3 {
        bits.take(32)?;
    }
    let flags: Vec<(u32, u32)> = (0..layers)
        .map(|_| Some((bits.take(1)?, bits.take(1)?)))
        .collect::<Option<_>>()?;
    if layers > 0 {
        bits.take(2 * (8 - layers))?;
    }
    for (profile, level) in flags {
        if profile == 1 {
            bits.take(32)?;
            bits.take(32)?;
            bits.take(24)?;
        }
        if level == 1 {
            bits.take(8)?;
        }
    }
    bits.golomb()?;
    let chroma = bits.golomb()?;
    if chroma == 3 {
        bits.take(1)?;
    }
    let size = (bits.golomb()?, bits.golomb()?);
    let unit = match chroma {
        1 => (2, 2),
        2 => (2, 1),
        _ => (1, 1),
    };
    cropped(&mut bits, size, unit)
}

/// The messages of a unit: kind, length, body (H.264 7.3.2.3.1); the camcorders' is one for users, kind 5.
fn camcorder(mut rest: &[u8], facts: &mut FactsRecord) {
    fn number(rest: &mut &[u8]) -> Option<usize> {
        let mut all = 0;
        loop {
            let (byte, behind) = rest.split_first()?;
            *rest = behind;
            all += usize::from(*byte);
            if *byte != 0xff {
                return Some(all);
            }
        }
    }
    while let (Some(kind), Some(length)) = (number(&mut rest), number(&mut rest)) {
        let body = rest.get(..length).unwrap_or(rest);
        if kind == 5
            && let Some(packs) = body.strip_prefix(MDPM).and_then(|packs| packs.get(1..))
        {
            read_packs(packs, facts);
        }
        rest = rest.get(length..).unwrap_or_default();
    }
}

fn read_packs(packs: &[u8], facts: &mut FactsRecord) {
    let pack = |number: u8| {
        packs
            .chunks_exact(5)
            .find_map(|pack| pack.strip_prefix(&[number]))
    };
    if let (Some([zone, century, year, month]), Some([day, hour, minute, second])) = (pack(0x18), pack(0x19))
    {
        let text = format!(
            "{century:02x}{year:02x}-{month:02x}-{day:02x}T{hour:02x}:{minute:02x}:{second:02x}{}",
            clock::zone_of_camcorder(*zone)
        );
        facts.taken = facts
            .taken
            .take()
            .or_else(|| time::of_text(&text, "h264:DateTimeOriginal"));
    }
    let maker = match pack(0xe0) {
        Some([0x01, 0x03, ..]) => "Panasonic",
        Some([0x01, 0x08, ..]) => "Sony",
        Some([0x10, 0x11, ..]) => "Canon",
        Some([0x11, 0x04, ..]) => "JVC",
        _ => return,
    };
    facts.make = Some(maker.to_owned());
}

/// Bits from the highest of each byte down.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    /// A number of at most 32 bits.
    fn take(&mut self, count: u32) -> Option<u32> {
        let mut value = 0u32;
        for _ in 0..count {
            let byte = *self.bytes.get(self.at / 8)?;
            value = value << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }

    /// Exponential Golomb code: as many zeros as bits follow the first one.
    fn golomb(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while self.take(1)? == 0 {
            zeros += 1;
        }
        if zeros > 31 {
            return None;
        }
        let rest = self.take(zeros)?;
        (1u32 << zeros).checked_add(rest)?.checked_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A unit's bits: numbers with their width, and Golomb codes with none.
    fn bits(fields: &[(u32, u32)]) -> Vec<u8> {
        let mut text = String::new();
        for (width, value) in fields {
            let number = if *width == 0 { value + 1 } else { *value };
            let digits = format!("{number:b}");
            let zeros = if *width == 0 {
                digits.len() - 1
            } else {
                usize::try_from(*width).unwrap() - digits.len()
            };
            text.push_str(&"0".repeat(zeros));
            text.push_str(&digits);
        }
        text.push('1');
        let whole = text.len().div_ceil(8) * 8;
        let text = format!("{text:0<whole$}");
        let byte = |at: usize| u8::from_str_radix(&text[at..at + 8], 2).unwrap();
        (0..whole).step_by(8).map(byte).collect()
    }

    fn check(coding: Coding, header: &[u8], body: &[u8], expect: Option<(u32, u32)>) {
        let stream = [b"\0\0\0\x01\x09\x10\0\0\0\x01", header, body, b"\0\0\x01\0"].concat();
        let facts = read(coding, &stream);
        assert_eq!(facts.width.zip(facts.height), expect, "{coding:?}");
        for end in 0..stream.len() {
            let _ = read(coding, &stream[..end]);
        }
    }

    #[test]
    fn sizes_are_read_in_every_coding() {
        check(
            Coding::Mpeg2,
            &[0xb3],
            &[0x2d, 0x02, 0x40, 0x33],
            Some((720, 576)),
        );
        // Baseline, 80 by 45 blocks in frames, nothing cropped.
        let plain = [
            (8, 66),
            (16, 0),
            (0, 0),
            (0, 0),
            (0, 2),
            (0, 1),
            (1, 0),
            (0, 79),
            (0, 44),
            (1, 1),
            (1, 0),
            (1, 0),
        ];
        check(Coding::H264, &[0x67], &bits(&plain), Some((1280, 720)));
        // High, fields, 1920 by 1088 less 8 lines below.
        let high = [
            (8, 100),
            (16, 0),
            (0, 0),
            (0, 1),
            (0, 0),
            (0, 0),
            (1, 0),
            (1, 0),
            (0, 0),
            (0, 2),
            (0, 1),
            (1, 0),
            (0, 119),
            (0, 33),
            (1, 0),
            (1, 0),
            (1, 0),
            (1, 1),
            (0, 0),
            (0, 0),
            (0, 0),
            (0, 2),
        ];
        check(Coding::H264, &[0x27], &bits(&high), Some((1920, 1080)));
        let hevc = [
            (4, 0),
            (3, 0),
            (1, 0),
            (32, 1 << 20),
            (32, 1 << 20),
            (32, 1 << 20),
            (0, 0),
            (0, 1),
            (0, 1920),
            (0, 1088),
            (1, 1),
            (0, 0),
            (0, 0),
            (0, 0),
            (0, 4),
        ];
        check(Coding::Hevc, &[0x42, 0x01], &bits(&hevc), Some((1920, 1080)));
        check(Coding::H264, &[0x67], &[0; 40], None);
        check(Coding::Hevc, &[0x42, 0x01], &[0; 40], None);
    }

    #[test]
    fn a_camcorders_date_zone_and_maker_are_read() {
        let packs = b"\x03\x18\x02\x20\x08\x12\x19\x31\x23\x16\x24\xe0\x10\x11\x30\x00";
        let body = [MDPM, packs].concat();
        let length = u8::try_from(body.len()).unwrap();
        let stream = [&[0, 0, 1, 6, 0, 1, 9, 5, length][..], &body, &[0x80]].concat();
        let facts = read(Coding::H264, &stream);
        let taken = facts.taken.unwrap();
        assert_eq!(taken.local, "2008-12-31T23:16:24");
        assert_eq!(taken.offset_minutes, Some(60));
        assert_eq!(facts.make.as_deref(), Some("Canon"));
    }
}
