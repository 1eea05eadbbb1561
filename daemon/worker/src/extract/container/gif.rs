//! GIF: the XMP packet in an application extension (XMP specification part 3, GIF).
//!
//! Blocks are walked up to [`MAX_BLOCKS`]; the packet lies bare behind its name and ends before the fixed trailer that
//! lets old readers skip it.

use super::Found;

/// Blocks of at most 255 bytes that are looked at.
const MAX_BLOCKS: usize = 100_000;
const NAME: &[u8] = b"\x0bXMP DataXMP";
/// The trailer's first bytes.
const TRAILER: &[u8] = &[0x01, 0xff, 0xfe, 0xfd];

/// Finds the packet; `None` if these bytes are no GIF.
pub(super) fn read(bytes: &[u8]) -> Option<Found<'_>> {
    if !bytes.starts_with(b"GIF8") {
        return None;
    }
    Some(Found {
        xmp: packet(bytes).map(Into::into),
        ..Found::default()
    })
}

/// The bytes of a colour table, by its flags.
fn table(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 6 << (flags & 7) }
}

fn packet(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes.get(13 + table(*bytes.get(10)?)..)?;
    let mut left = MAX_BLOCKS;
    loop {
        rest = match *rest {
            [0x21, 0xff, ref inside @ ..] if inside.starts_with(NAME) => {
                let packet = inside.get(NAME.len()..)?;
                let packet = packet.get(..super::MAX_PART_BYTES).unwrap_or(packet);
                let end = packet
                    .windows(TRAILER.len())
                    .position(|window| window == TRAILER)?;
                return packet.get(..end);
            }
            [0x21, _, ref blocks @ ..] => skip(blocks, &mut left)?,
            [0x2c, _, _, _, _, _, _, _, _, flags, ref picture @ ..] => {
                skip(picture.get(table(flags) + 1..)?, &mut left)?
            }
            _ => return None,
        };
    }
}

/// What follows a chain of blocks.
fn skip<'a>(mut rest: &'a [u8], left: &mut usize) -> Option<&'a [u8]> {
    loop {
        *left = left.checked_sub(1)?;
        let (length, behind) = rest.split_first()?;
        rest = behind.get(usize::from(*length)..)?;
        if *length == 0 {
            return Some(rest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packet_is_found_behind_pictures_and_other_extensions() {
        let start = [b"GIF89a".as_slice(), &[1, 0, 1, 0, 0x80, 0, 0], &[0; 6]].concat();
        let comment = b"\x21\xfe\x02hi\0".to_vec();
        let picture = [&[0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0][..], &[2, 1, 7, 0]].concat();
        let xmp = [b"\x21\xff\x0bXMP DataXMP<x/>".as_slice(), TRAILER, &[0]].concat();
        let whole = [start, comment, picture, xmp, b";".to_vec()].concat();
        assert_eq!(read(&whole).unwrap().xmp.as_deref(), Some(b"<x/>".as_slice()));
        for at in 0..whole.len() - 6 {
            assert!(read(whole.get(..at).unwrap()).is_none_or(|found| found.xmp.is_none()));
        }
    }
}
