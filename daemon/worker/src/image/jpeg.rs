//! The parts of a JPEG that make the picture (ITU-T T.81, annex B).

use super::MAX_PIECES;

/// Tables, headers and scans up to the first end of image. One that is cut off within a scan ends there.
pub(super) fn pieces(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut pieces = Vec::new();
    let mut at = 2;
    while pieces.len() <= MAX_PIECES {
        // Any number of fill bytes may stand before a marker.
        while bytes.get(at..at + 2) == Some(&[0xff, 0xff]) {
            at += 1;
        }
        let (0xff, marker) = (*bytes.get(at)?, *bytes.get(at + 1)?) else {
            return None;
        };
        if marker == 0xd9 {
            return Some(pieces);
        }
        // Markers without a body.
        if matches!(marker, 0x01 | 0xd0..=0xd7) {
            at += 2;
            continue;
        }
        let length = usize::from(crate::movie::bmff::u16_at(bytes, at + 2)?);
        let end = at + 2 + length;
        let segment = bytes.get(at..end).filter(|_| length >= 2)?;
        match marker {
            0xc0..=0xcf | 0xdb..=0xdf => pieces.push(segment),
            0xda => {
                let scan = bytes.get(end..)?;
                let length = scan_length(scan);
                pieces.extend([segment, scan.get(..length)?]);
                at = end + length;
                if at == bytes.len() {
                    return Some(pieces);
                }
                continue;
            }
            // APPn, comments and what is reserved.
            _ => {}
        }
        at = end;
    }
    None
}

/// Up to the next marker that is neither a stuffed 0xff nor a restart.
fn scan_length(scan: &[u8]) -> usize {
    let mut at = 0;
    while let Some(next) = scan
        .get(at..)
        .and_then(|rest| rest.iter().position(|byte| *byte == 0xff))
    {
        at += next;
        match scan.get(at + 1) {
            Some(0 | 0xd0..=0xd7) => at += 2,
            Some(_) => return at,
            None => break,
        }
    }
    scan.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOI: &[u8] = &[0xff, 0xd8];
    const TABLE: &[u8] = &[0xff, 0xdb, 0, 4, 1, 2];
    const SCAN: &[u8] = &[0xff, 0xda, 0, 3, 9, 7, 0xff, 0, 8, 0xff, 0xd3, 6];
    const EOI: &[u8] = &[0xff, 0xd9];
    const NOTE: &[u8] = &[0xff, 0xe1, 0, 4, b'h', b'i'];

    fn of(parts: &[&[u8]]) -> Option<Vec<u8>> {
        pieces(&parts.concat()).map(|pieces| pieces.concat())
    }

    #[test]
    fn notes_and_what_follows_the_end_are_left_out() {
        let picture = Some([TABLE, SCAN].concat());
        assert_eq!(of(&[SOI, TABLE, SCAN, EOI]), picture);
        assert_eq!(
            of(&[SOI, NOTE, TABLE, &[0xff], NOTE, SCAN, EOI, b"movie"]),
            picture
        );
        assert_eq!(of(&[SOI, TABLE, SCAN]), picture, "cut off in a scan");
        assert_eq!(
            of(&[SOI, TABLE, SCAN, TABLE, SCAN, EOI]),
            Some([TABLE, SCAN, TABLE, SCAN].concat())
        );
    }

    #[test]
    fn what_is_no_jpeg_has_no_pieces() {
        assert_eq!(of(&[SOI, b"text"]), None);
        assert_eq!(of(&[SOI, &[0xff, 0xe1, 0, 0]]), None);
        assert_eq!(of(&[SOI, &[0xff, 0xe1, 0xff, 0xff]]), None);
    }
}
