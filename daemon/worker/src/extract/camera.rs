//! The camera and how it was set: make, model, lens, serial, exposure; and which way up the picture is.
//!
//! EXIF first, then what XMP repeats of it, then the few maker notes that hold what EXIF has no tag for. Numbers of zero
//! or less are cameras' way of saying "unknown" and are absent; so is an orientation outside 1..=8.

use super::fields::Fields;
use crate::protocol::FactsRecord;

/// Fills orientation, make, model, lens, serial, iso, f-number, exposure and focal length.
pub(super) fn read(fields: &Fields<'_>, facts: &mut FactsRecord) {
    facts.orientation = ["Exif.Image.Orientation", "Xmp.tiff.Orientation"]
        .into_iter()
        .find_map(|tag| whole(fields.number(tag)?))
        .and_then(|value| u8::try_from(value).ok())
        .filter(|value| (1..=8).contains(value));
    // Some programs put the tags of the first directory into EXIF's, where exiv2 has no names for them.
    facts.make = fields.first_text(&["Exif.Image.Make", "Exif.Photo.0x010f", "Xmp.tiff.Make"]);
    facts.model = fields.first_text(&[
        "Exif.Image.Model",
        "Exif.Photo.0x0110",
        "Exif.Image.UniqueCameraModel",
        "Xmp.tiff.Model",
    ]);
    facts.lens = fields.first_text(&[
        "Exif.Photo.LensModel",
        "Xmp.exifEX.LensModel",
        "Xmp.aux.Lens",
        "Exif.Canon.LensModel",
    ]);
    facts.serial = fields.first_text(&[
        "Exif.Photo.BodySerialNumber",
        "Exif.Image.CameraSerialNumber",
        "Xmp.exifEX.BodySerialNumber",
        "Xmp.aux.SerialNumber",
        "Exif.Nikon3.SerialNumber",
    ]);
    let positive = |tags: &[&str]| {
        tags.iter()
            .find_map(|tag| fields.number(tag).filter(|value| *value > 0.0))
    };
    facts.iso = iso(fields);
    facts.f_number = positive(&["Exif.Photo.FNumber", "Exif.Image.FNumber", "Xmp.exif.FNumber"]);
    facts.exposure_seconds = positive(&[
        "Exif.Photo.ExposureTime",
        "Exif.Image.ExposureTime",
        "Xmp.exif.ExposureTime",
    ]);
    facts.focal_mm = positive(&[
        "Exif.Photo.FocalLength",
        "Exif.Image.FocalLength",
        "Xmp.exif.FocalLength",
    ]);
}

/// Sony's own word on the size of the picture, height first, where the directories tell the sensor's.
pub(super) fn sony_size(fields: &Fields<'_>, facts: &mut FactsRecord) {
    for tag in ["Exif.Sony1.FullImageSize", "Exif.Sony2.FullImageSize"] {
        if let [height, width] = fields.numbers(tag).as_slice()
            && let (Some(width), Some(height)) = (whole(*width), whole(*height))
            && width > 0
            && height > 0
        {
            facts.width = Some(width);
            facts.height = Some(height);
        }
    }
}

/// The classic tag holds 16 bits; cameras beyond write 65535 there and the value into the newer ones (EXIF 2.3).
fn iso(fields: &Fields<'_>) -> Option<u32> {
    let tags = [
        "Exif.Photo.ISOSpeedRatings",
        "Exif.Photo.RecommendedExposureIndex",
        "Exif.Photo.StandardOutputSensitivity",
        "Exif.Photo.ISOSpeed",
        "Exif.Image.ISOSpeedRatings",
    ];
    let classic = tags
        .into_iter()
        .find_map(|tag| whole(fields.number(tag)?).filter(|iso| *iso > 0 && *iso != 65_535));
    classic.or_else(|| {
        let listed = ["Xmp.exifEX.PhotographicSensitivity", "Xmp.exif.ISOSpeedRatings"];
        listed
            .into_iter()
            .find_map(|tag| fields.list(tag).first()?.parse().ok().filter(|iso| *iso > 0))
    })
}

fn whole(value: f64) -> Option<u32> {
    if value.fract() != 0.0 || !(0.0..=f64::from(u32::MAX)).contains(&value) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be a whole u32 above"
    )]
    Some(value as u32)
}
