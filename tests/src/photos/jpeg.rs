//! A baseline JPEG by hand: a mosaic of grey squares.
//!
//! 32 × 24 pixels are twelve blocks of 8 × 8, each of one grey level. A block of one level has only a DC
//! coefficient, and with a quantiser of 8 that coefficient *is* the level less 128, so the picture decodes
//! exactly. The first eight blocks are the bytes of the photo's number (no two pictures are equal), the others
//! are noise. Two Huffman tables are enough: the standard one for DC, and one with nothing but "end of block".
//! Source: ITU-T T.81, annexes B (markers), F (baseline coding), K (the DC table).

/// Width and height in pixels.
pub(super) const SIZE: (u32, u32) = (32, 24);

const BLOCKS: usize = 12;

/// Code and length in bits of each DC category, T.81 table K.3; a difference of two levels needs at most 8.
const DC_CODES: [(u32, u32); 9] = [
    (0b00, 2),
    (0b010, 3),
    (0b011, 3),
    (0b100, 3),
    (0b101, 3),
    (0b110, 3),
    (0b1110, 4),
    (0b1_1110, 5),
    (0b11_1110, 6),
];

/// The file: EXIF first, as Exif 2.32 section 4.5.5 wants it, then XMP, then the picture.
pub(super) fn file(number: u64, exif: &[u8], xmp: Option<&str>) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    segment(&mut file, 0xe1, &[b"Exif\0\0", exif]);
    if let Some(packet) = xmp {
        segment(
            &mut file,
            0xe1,
            &[b"http://ns.adobe.com/xap/1.0/\0", packet.as_bytes()],
        );
    }
    segment(&mut file, 0xdb, &[&[0], &[8; 64]]);
    let (width, height) = (SIZE.0 as u8, SIZE.1 as u8);
    segment(&mut file, 0xc0, &[&[8, 0, height, 0, width, 1, 1, 0x11, 0]]);
    segment(
        &mut file,
        0xc4,
        &[
            &[0x00],
            &[0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0],
            &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
        ],
    );
    segment(
        &mut file,
        0xc4,
        &[&[0x10], &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], &[0]],
    );
    segment(&mut file, 0xda, &[&[1, 1, 0x00, 0, 63, 0]]);
    file.extend(scan(&levels(number)));
    file.extend([0xff, 0xd9]);
    file
}

/// The grey level of each block, left to right, top to bottom.
pub(super) fn levels(number: u64) -> [u8; BLOCKS] {
    let mut levels = [0; BLOCKS];
    levels[..8].copy_from_slice(&number.to_le_bytes());
    levels[8..].copy_from_slice(&super::mix(number).to_le_bytes()[..4]);
    levels
}

fn segment(file: &mut Vec<u8>, marker: u8, parts: &[&[u8]]) {
    let length = 2 + parts.iter().map(|part| part.len()).sum::<usize>();
    file.extend([0xff, marker]);
    file.extend(
        u16::try_from(length)
            .expect("a segment holds at most 65,533 bytes")
            .to_be_bytes(),
    );
    for part in parts {
        file.extend(*part);
    }
}

/// The entropy-coded data: a DC difference and an end-of-block a block, padded with ones, FF stuffed.
fn scan(levels: &[u8]) -> Vec<u8> {
    let (mut bits, mut pending, mut scan) = (0_u32, 0_u32, Vec::new());
    let mut put = |value: u32, length: u32| {
        bits = (bits << length) | value;
        pending += length;
        while pending >= 8 {
            let byte = (bits >> (pending - 8)) as u8;
            scan.push(byte);
            if byte == 0xff {
                scan.push(0);
            }
            pending -= 8;
            bits &= (1 << pending) - 1;
        }
        pending
    };
    let (mut previous, mut left) = (0_i32, 0);
    for &level in levels {
        let coefficient = i32::from(level) - 128;
        let difference = coefficient - previous;
        previous = coefficient;
        let category = 32 - difference.unsigned_abs().leading_zeros();
        let (code, length) = DC_CODES[category as usize];
        put(code, length);
        let magnitude = if difference < 0 {
            difference - 1
        } else {
            difference
        };
        put(magnitude as u32 & ((1 << category) - 1), category);
        left = put(0, 1);
    }
    if left > 0 {
        put((1 << (8 - left)) - 1, 8 - left);
    }
    scan
}
