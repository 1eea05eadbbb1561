//! Where a picture was taken: EXIF's GPS tags, else XMP's exif:GPS properties.
//!
//! It refuses a coordinate without its hemisphere, one out of range, and 0,0, which is what receivers without a fix
//! write. A latitude of 0 alone is the equator. Latitude and longitude come together or not at all.

use super::fields::{Fields, number};
use crate::protocol::FactsRecord;

/// Fills latitude, longitude and altitude.
pub(super) fn read(fields: &Fields<'_>, facts: &mut FactsRecord) {
    if let Some((latitude, longitude)) = exif_position(fields).or_else(|| xmp_position(fields)) {
        facts.latitude = Some(latitude);
        facts.longitude = Some(longitude);
    }
    facts.altitude = altitude(fields, "Exif.GPSInfo.GPSAltitude", "Exif.GPSInfo.GPSAltitudeRef")
        .or_else(|| altitude(fields, "Xmp.exif.GPSAltitude", "Xmp.exif.GPSAltitudeRef"));
}

fn exif_position(fields: &Fields<'_>) -> Option<(f64, f64)> {
    let degrees = |tag: &str, reference: &str| {
        let sign = hemisphere(&fields.text(reference)?)?;
        sexagesimal(&fields.numbers(tag)).map(|degrees| sign * degrees)
    };
    let latitude = degrees("Exif.GPSInfo.GPSLatitude", "Exif.GPSInfo.GPSLatitudeRef")?;
    let longitude = degrees("Exif.GPSInfo.GPSLongitude", "Exif.GPSInfo.GPSLongitudeRef")?;
    plausible(latitude, longitude)
}

fn xmp_position(fields: &Fields<'_>) -> Option<(f64, f64)> {
    let degrees = |tag: &str| fields.text(tag).and_then(|text| xmp_degrees(&text));
    plausible(
        degrees("Xmp.exif.GPSLatitude")?,
        degrees("Xmp.exif.GPSLongitude")?,
    )
}

/// The position, unless it is off the earth or 0,0.
pub(crate) fn plausible(latitude: f64, longitude: f64) -> Option<(f64, f64)> {
    let on_earth = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    let nowhere = latitude == 0.0 && longitude == 0.0;
    (on_earth && !nowhere).then_some((latitude, longitude))
}

fn hemisphere(reference: &str) -> Option<f64> {
    match reference.trim().chars().next()?.to_ascii_uppercase() {
        'N' | 'E' => Some(1.0),
        'S' | 'W' => Some(-1.0),
        _ => None,
    }
}

/// Degrees, minutes, seconds; the latter two may be missing.
fn sexagesimal(parts: &[f64]) -> Option<f64> {
    match parts {
        [degrees] => Some(*degrees),
        [degrees, minutes] => Some(degrees + minutes / 60.0),
        [degrees, minutes, seconds] => Some(degrees + minutes / 60.0 + seconds / 3600.0),
        _ => None,
    }
}

/// `52,27.58N`, `52,27,30N` (XMP specification part 2, GPSCoordinate), or signed decimal degrees.
fn xmp_degrees(text: &str) -> Option<f64> {
    let text = text.trim();
    let Some(sign) = text
        .chars()
        .last()
        .and_then(|letter| hemisphere(letter.encode_utf8(&mut [0; 4])))
    else {
        return number(text);
    };
    let digits = text.get(..text.len().checked_sub(1)?)?;
    let parts: Option<Vec<f64>> = digits.split(',').map(number).collect();
    sexagesimal(&parts?).map(|degrees| sign * degrees)
}

fn altitude(fields: &Fields<'_>, tag: &str, reference: &str) -> Option<f64> {
    let metres = fields.number(tag)?;
    let below = fields.text(reference).is_some_and(|text| text.starts_with('1'));
    Some(if below { -metres.abs() } else { metres })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xmp_coordinates_are_read_in_all_three_forms() {
        let check = |given: &str, expect: Option<f64>| match (xmp_degrees(given), expect) {
            (Some(found), Some(expect)) => assert!((found - expect).abs() < 1e-9, "{given}: {found}"),
            (found, expect) => assert_eq!(found, expect, "{given}"),
        };
        check("52,30.0N", Some(52.5));
        check("52,15,36S", Some(-52.26));
        check("-13.25", Some(-13.25));
        check("52,xN", None);
        check("", None);
    }

    #[test]
    fn null_island_and_places_off_the_earth_are_no_places() {
        assert_eq!(plausible(0.0, 0.0), None);
        assert_eq!(plausible(0.0, 9.5), Some((0.0, 9.5)));
        assert_eq!(plausible(91.0, 0.0), None);
    }
}
