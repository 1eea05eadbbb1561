//! TIFF and what is made of it: BigTIFF, which exiv2 0.27 refuses; and of the rest what it leaves out or tells wrongly.
//!
//! Of a BigTIFF the tags are put down anew as a classic file for exiv2 ([`crate::tiff::rebuilt`]). Of all, the XMP
//! packet's text and the IPTC block; the size of the first directory where exiv2 tells none (Canon's CR2 without EXIF
//! size); and of Panasonic's RW2 the picture inside its borders, where exiv2 tells the sensor.

use super::{Found, iptc};
use crate::tiff::{Directory, PANASONIC, Tiff, rebuilt};

/// NewSubfileType: 0 is the picture, 1 a smaller one.
const KIND: u64 = 0xfe;
const BELOW: u64 = 0x14a;
const WIDTH: u64 = 0x100;
const HEIGHT: u64 = 0x101;
const XMP: u64 = 700;
const IPTC: u64 = 0x83bb;
const RESOURCES: u64 = 0x8649;
const EXIF: u64 = 0x8769;
const GPS: u64 = 0x8825;

/// Reads the first directory; `None` if these bytes are no TIFF.
pub(super) fn read(bytes: &[u8]) -> Option<Found<'_>> {
    let file = Tiff::of(bytes)?;
    let main = file.directory(file.first()?)?;
    let number = |tag: u64| main.find(tag).and_then(|entry| file.value(entry));
    let body = |tag: u64| main.find(tag).and_then(|entry| file.body(entry));
    let mut found = Found {
        xmp: body(XMP).map(Into::into),
        iptc: body(IPTC).or_else(|| body(RESOURCES).and_then(iptc::in_resources)),
        ..Found::default()
    };
    let size_of = |directory: &Directory| {
        let number = |tag: u64| directory.find(tag).and_then(|entry| file.value(entry));
        pixels(number(WIDTH)).zip(pixels(number(HEIGHT)))
    };
    if file.is_big() {
        found.mime = Some("image/tiff");
        found.size = primary(&file, &main).and_then(|below| size_of(&below));
        found.size = found.size.or_else(|| size_of(&main));
        let below = |tag: u64| Some((file, file.directory(number(tag)?)?));
        let (exif, gps) = (below(EXIF), below(GPS));
        let main: (Tiff<'_>, Directory) = (file, main);
        found.exif = rebuilt(&main, exif.as_ref(), gps.as_ref()).map(Into::into);
        return Some(found);
    }
    if file.magic == PANASONIC {
        // The sensor's borders: top, left, bottom, right.
        let inside = |low: u64, high: u64| pixels(number(high)?.checked_sub(number(low)?));
        found.size = inside(5, 7).zip(inside(4, 6));
    } else {
        found.spare_size = size_of(&main);
    }
    Some(found)
}

/// The directory below the first that is the picture, where the first says that it is a smaller one (DNG, SubIFDs).
fn primary(file: &Tiff<'_>, main: &Directory) -> Option<Directory> {
    let kind = |directory: &Directory| directory.find(KIND).and_then(|entry| file.value(entry));
    kind(main).filter(|kind| *kind != 0)?;
    let below = file.values(main.find(BELOW)?, 32)?;
    below
        .into_iter()
        .filter_map(|at| file.directory(at))
        .find(|below| kind(below).unwrap_or(0) == 0)
}

fn pixels(number: Option<u64>) -> Option<u32> {
    u32::try_from(number?).ok().filter(|pixels| *pixels > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tiff::build;

    #[test]
    fn a_bigtiff_tells_its_size_and_its_tags() {
        let file = build::big(&[
            (0x100, 4, 1, &[64]),
            (0x101, 16, 1, &[48]),
            (0x10f, 2, 5, b"Maker"),
            (0x2bc, 1, 4, b"<x/>"),
        ]);
        let found = read(&file).unwrap();
        assert_eq!(found.size, Some((64, 48)));
        assert_eq!(found.xmp.as_deref(), Some(b"<x/>".as_slice()));
        for end in 0..file.len() {
            let _ = read(&file[..end]);
        }
        crate::extract::prepare().unwrap();
        let facts = crate::extract::facts(&file, "tif").unwrap();
        assert_eq!(facts.make.as_deref(), Some("Maker"));
        assert_eq!((facts.width, facts.height), (Some(64), Some(48)));
        assert_eq!(facts.mime.as_deref(), Some("image/tiff"));
    }
}
