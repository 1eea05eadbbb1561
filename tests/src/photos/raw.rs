//! RAW files as far as tests need them: a TIFF structure with the camera's metadata and one uncompressed strip.
//!
//! Readers tell the formats apart by header (`CR` for Canon's), by DNGVersion, or by name and maker, so each
//! kind has just that. No converter could develop them, and none is asked to.
//! Sources: TIFF 6.0; DNG 1.4; Laurent Clévy, "Inside the Canon RAW format version 2".

use super::tiff::{self, Ifd, Value};
use super::{ByteOrder, Photo, jpeg};

/// A RAW format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawKind {
    /// Adobe's, `.DNG`.
    Dng,
    /// Canon's, `.CR2`; always little-endian.
    Cr2,
    /// Nikon's, `.NEF`.
    Nef,
}

impl RawKind {
    /// The usual ending of a name, without the dot: `CR2`.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Dng => "DNG",
            Self::Cr2 => "CR2",
            Self::Nef => "NEF",
        }
    }
}

pub(super) fn file(photo: &Photo, kind: RawKind) -> Vec<u8> {
    let mut first = Ifd::new();
    let (width, height) = Photo::SIZE;
    first.add(0x00fe, Value::Long(vec![0]));
    first.add(0x0100, Value::Long(vec![width]));
    first.add(0x0101, Value::Long(vec![height]));
    first.add(0x0102, Value::Short(vec![8]));
    first.add(0x0103, Value::Short(vec![1]));
    first.add(0x0106, Value::Short(vec![1]));
    first.add(0x0111, Value::OffsetOf(strip(photo.number)));
    first.add(0x0115, Value::Short(vec![1]));
    first.add(0x0116, Value::Long(vec![height]));
    first.add(0x0117, Value::Long(vec![width * height]));
    if let Some(packet) = photo.xmp() {
        first.add(0x02bc, Value::Byte(packet.into_bytes()));
    }
    if kind == RawKind::Dng {
        first.add(0xc612, Value::Byte(vec![1, 4, 0, 0]));
        first.add(0xc614, Value::Ascii(photo.model.clone()));
    }
    let first = photo.exif(first);
    match kind {
        RawKind::Dng | RawKind::Nef => tiff::file(photo.byte_order, &first),
        RawKind::Cr2 => tiff::file_with_header(ByteOrder::Little, b"CR\x02\0\0\0\0\0", &first),
    }
}

/// The same mosaic as in the JPEG, a byte a pixel.
fn strip(number: u64) -> Vec<u8> {
    let levels = jpeg::levels(number);
    let (width, height) = Photo::SIZE;
    let block = |x: u32, y: u32| levels[(y / 8 * (width / 8) + x / 8) as usize];
    (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .map(|(x, y)| block(x, y))
        .collect()
}
