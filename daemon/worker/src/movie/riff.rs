//! AVI: chunks of a RIFF file (Microsoft, AVI RIFF File Reference).
//!
//! Read are the main header (`avih`), the date that cameras put beside it (`IDIT`) and the `INFO` list. A chunk is four
//! letters, a little-endian length and a body; lengths are never believed. The date is wall time without an offset, in
//! the form of C's `asctime` or with the numbers in order.

use super::texts::Texts;
use crate::extract::fields::decode;
use crate::extract::time;
use crate::protocol::FactsRecord;

const MAX_CHUNKS: usize = 256;

/// Reads an AVI file; `None` if it is none.
pub(super) fn read(bytes: &[u8], texts: &mut Texts) -> Option<FactsRecord> {
    if bytes.get(..4)? != b"RIFF" || bytes.get(8..12)? != b"AVI " {
        return None;
    }
    let mut facts = FactsRecord {
        mime: Some("video/x-msvideo".to_owned()),
        ..FactsRecord::default()
    };
    for (kind, body) in chunks(bytes.get(12..)?) {
        match (kind, body.get(..4)) {
            (b"LIST", Some(b"hdrl")) => header(body.get(4..)?, &mut facts),
            (b"LIST", Some(b"INFO")) => {
                for (kind, body) in chunks(body.get(4..)?) {
                    let name = format!("info/{}", String::from_utf8_lossy(kind));
                    texts.add(name, &decode(body.get(..64 << 10).unwrap_or(body)));
                }
            }
            // The pictures: what follows is their index.
            (b"LIST", Some(b"movi")) if facts.taken.is_some() => break,
            _ => {}
        }
    }
    Some(facts)
}

fn header(body: &[u8], facts: &mut FactsRecord) {
    for (kind, body) in chunks(body) {
        match kind {
            b"avih" => {
                let frames = u32_at(body, 16).unwrap_or_default();
                let microseconds = u64::from(u32_at(body, 0).unwrap_or_default()) * u64::from(frames);
                facts.duration_ms = Some((microseconds + 500) / 1000).filter(|duration| *duration > 0);
                let positive = |at| u32_at(body, at).filter(|pixels| *pixels > 0);
                if let Some((width, height)) = positive(32).zip(positive(36)) {
                    facts.width = Some(width);
                    facts.height = Some(height);
                }
            }
            b"IDIT" => {
                facts.taken = time::of_text(
                    &date(&decode(body.get(..64).unwrap_or(body))),
                    "riff:DateTimeOriginal",
                )
            }
            _ => {}
        }
    }
}

/// `Tue Oct 27 12:14:00 2009` put in order; anything else as it stands.
fn date(text: &str) -> String {
    let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let words: Vec<&str> = text.trim_matches(['\0', '\n', ' ']).split_whitespace().collect();
    let [_, month, day, time, year] = *words.as_slice() else {
        return text.to_owned();
    };
    match months.iter().position(|name| month.eq_ignore_ascii_case(name)) {
        Some(month) => format!("{year}-{:02}-{day:0>2}T{time}", month + 1),
        None => text.to_owned(),
    }
}

fn chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (kind, behind) = rest.split_at_checked(4)?;
        let length = usize::try_from(u32_at(behind, 0)?).ok()?;
        let behind = behind.get(4..)?;
        let body = behind.get(..length).unwrap_or(behind);
        // Bodies of odd length are padded.
        rest = behind.get(length.checked_add(length % 2)?..).unwrap_or_default();
        Some((kind, body))
    })
    .take(MAX_CHUNKS)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(
        bytes.get(at..at.checked_add(4)?)?.try_into().ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len()).unwrap();
        [kind, &length.to_le_bytes()[..], body, &vec![0; body.len() % 2]].concat()
    }

    #[test]
    fn size_duration_date_and_title_of_an_avi_are_read() {
        let mut main = vec![0; 40];
        main[..4].copy_from_slice(&40_000u32.to_le_bytes());
        main[16..20].copy_from_slice(&50u32.to_le_bytes());
        main[32..34].copy_from_slice(&[0x80, 2]);
        main[36..38].copy_from_slice(&[0xe0, 1]);
        let header = [
            b"hdrl".to_vec(),
            chunk(b"avih", &main),
            chunk(b"IDIT", b"Tue Oct 27 12:14:00 2009\n\0\0"),
        ];
        let info = [b"INFO".to_vec(), chunk(b"INAM", b"Sea")];
        let body = [
            b"AVI ".to_vec(),
            chunk(b"LIST", &header.concat()),
            chunk(b"LIST", &info.concat()),
        ];
        let mut texts = Texts::default();
        let facts = read(&chunk(b"RIFF", &body.concat()), &mut texts).unwrap();
        assert_eq!(
            (facts.width, facts.height, facts.duration_ms),
            (Some(640), Some(480), Some(2000))
        );
        let taken = facts.taken.unwrap();
        assert_eq!(
            (taken.local.as_str(), taken.offset_minutes),
            ("2009-10-27T12:14:00", None)
        );
        assert_eq!(texts.get("info/INAM"), Some("Sea"));
        assert!(read(b"RIFF\0\0\0\0WAVE", &mut texts).is_none());
    }

    #[test]
    fn dates_are_taken_in_both_orders() {
        assert_eq!(date("MON MAY  3 01:02:03 2010"), "2010-05-03T01:02:03");
        assert_eq!(date("2010:05:03 01:02:03"), "2010:05:03 01:02:03");
    }
}
