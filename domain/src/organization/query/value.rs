//! Values of keys: dates, numbers with units, places; both ways.
//!
//! Numbers are whole: apertures and focal lengths in tenths, sizes in bytes,
//! durations in seconds. So equal means equal, and what is shown reads back.

use super::ast::{DateEnd, DateOf, DateSpan, Near, NumberKey, NumberSpan};
use super::lex::Separator;
use crate::catalog::Location;
use crate::kernel::{DateKey, Precision, Taken, TakenSource};

/// No number in a query is larger: whole numbers that every JSON reader holds.
const MAX: i64 = (1 << 53) - 1;

/// Where a value is wrong (bytes into it) and what was expected there.
pub(super) type Wrong = (usize, &'static str);

const DATE: &str = "a date such as 2024, 2024-06 or 2024-06-15";

pub(super) fn date_key(text: &str) -> Option<DateKey> {
    let taken = Taken::parse(text, TakenSource::User).ok()?;
    let plain = taken.precision <= Precision::Day && text.trim() == text;
    plain.then(|| taken.date_key())
}

/// The days that a value of `date:` or `added:` names.
pub(super) fn dates(of: DateOf, separator: Separator, text: &str) -> Result<DateSpan, Wrong> {
    let (separator, text, skipped) = compared(separator, text);
    let key = |text: &str, at: usize| date_key(text).ok_or((skipped + at, DATE));
    let (from, to) = match separator {
        Separator::AtLeast => (Some(DateEnd::With(key(text, 0)?)), None),
        Separator::AtMost => (None, Some(DateEnd::With(key(text, 0)?))),
        Separator::Above => (Some(DateEnd::Without(key(text, 0)?)), None),
        Separator::Below => (None, Some(DateEnd::Without(key(text, 0)?))),
        Separator::Is => {
            let (from, to) = ends(text, "..");
            let end = |end: Option<(usize, &str)>| {
                end.map(|(at, text)| key(text, at).map(DateEnd::With)).transpose()
            };
            (end(from)?, end(to)?)
        }
    };
    let span = DateSpan { from, to };
    let (first, last) = span.numbers();
    if first > last {
        return Err((skipped, "the earlier date before the later one"));
    }
    if from.is_none() && to.is_none() {
        let what = match of {
            DateOf::Taken => "a date such as 2024 or 2024-06..2024-08",
            DateOf::Added => "a date such as 2024.. or 2024-06-15",
        };
        return Err((skipped, what));
    }
    Ok(span)
}

/// The comparison that a value may begin with (`rating:>=4`), the value after it,
/// and how many bytes were skipped.
fn compared(separator: Separator, text: &str) -> (Separator, &str, usize) {
    if separator != Separator::Is {
        return (separator, text, 0);
    }
    for (sign, meant) in [
        (">=", Separator::AtLeast),
        ("<=", Separator::AtMost),
        (">", Separator::Above),
        ("<", Separator::Below),
    ] {
        if let Some(rest) = text.strip_prefix(sign) {
            return (meant, rest, sign.len());
        }
    }
    (separator, text, 0)
}

type End<'a> = Option<(usize, &'a str)>;

/// The ends of `a..b`, `a..`, `..b`, `a+` or `a`, each with its place.
fn ends<'a>(text: &'a str, between: &str) -> (End<'a>, End<'a>) {
    if let Some((from, to)) = text.split_once(between) {
        let to_at = from.len() + between.len();
        let from = (!from.is_empty()).then_some((0, from));
        return (from, (!to.is_empty()).then_some((to_at, to)));
    }
    match text.strip_suffix('+') {
        Some(from) => (Some((0, from)), None),
        None => (Some((0, text)), Some((0, text))),
    }
}

impl NumberKey {
    const fn expected(self) -> &'static str {
        match self {
            Self::Rating => "a rating from -1 to 5 such as 4, 4+, 2..4 or ..2",
            Self::Iso => "an ISO speed such as 100, 800+ or 100..400",
            Self::Aperture => "an aperture such as 2.8, ..2 or 1.4..2.8",
            Self::Focal => "a focal length in mm such as 50, 200+ or 24..35",
            Self::Width | Self::Height => "pixels such as 4000, 4000+ or 100..600",
            Self::Size => "a size such as 10MB+, ..500kB or 1MB..1.5GB",
            Self::Duration => "a duration such as 30, 1m+, 10s..90s or 1h30m",
        }
    }

    /// Units and what they count; the first one shown is the largest that fits.
    const fn units(self) -> &'static [(&'static str, i64)] {
        match self {
            Self::Rating | Self::Iso => &[],
            Self::Aperture => &[("", 10)],
            Self::Focal => &[("", 10), ("mm", 10)],
            Self::Width | Self::Height => &[("px", 1)],
            Self::Size => &[
                ("TB", 1_000_000_000_000),
                ("GB", 1_000_000_000),
                ("MB", 1_000_000),
                ("kB", 1000),
                ("B", 1),
                ("TiB", 1 << 40),
                ("GiB", 1 << 30),
                ("MiB", 1 << 20),
                ("KiB", 1 << 10),
            ],
            Self::Duration => &[("h", 3600), ("m", 60), ("min", 60), ("s", 1)],
        }
    }

    const fn limits(self) -> (i64, i64) {
        match self {
            Self::Rating => (-1, 5),
            Self::Iso
            | Self::Aperture
            | Self::Focal
            | Self::Width
            | Self::Height
            | Self::Size
            | Self::Duration => (0, MAX),
        }
    }
}

/// The numbers that a value names.
pub(super) fn numbers(key: NumberKey, separator: Separator, text: &str) -> Result<NumberSpan, Wrong> {
    let (separator, text, skipped) = compared(separator, text);
    let (least, most) = key.limits();
    let wrong = |at: usize| (skipped + at, key.expected());
    let number = |text: &str, at: usize| read(key, text).ok_or_else(|| wrong(at));
    let (from, to) = match separator {
        Separator::AtLeast => (Some(number(text, 0)?), None),
        Separator::AtMost => (None, Some(number(text, 0)?)),
        Separator::Above => (Some(number(text, 0)? + 1), None),
        Separator::Below => (None, Some(number(text, 0)? - 1)),
        Separator::Is => {
            let (from, to) = ends(text, "..");
            let end = |end: End<'_>| end.map(|(at, text)| number(text, at)).transpose();
            (end(from)?, end(to)?)
        }
    };
    if from.is_none() && to.is_none() {
        return Err(wrong(0));
    }
    if from.into_iter().chain(to).any(|end| end < least || end > most) {
        return Err(wrong(0));
    }
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        return Err((skipped, "the smaller number before the larger one"));
    }
    Ok(NumberSpan { from, to })
}

/// One number, or several with units (`1h30m`).
fn read(key: NumberKey, text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut sum = 0i64;
    let mut parts = 0;
    while parts == 0 || !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (number, after) = rest.split_at_checked(digits)?;
        let letters = after
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(after.len());
        let (unit, next) = after.split_at_checked(letters)?;
        if parts > 0 && (unit.is_empty() || key != NumberKey::Duration) {
            return None;
        }
        sum = sum.checked_add(scaled(key, number, scale(key, unit)?)?)?;
        rest = next;
        parts += 1;
    }
    (sum <= MAX).then_some(if negative { -sum } else { sum })
}

fn scale(key: NumberKey, unit: &str) -> Option<i64> {
    let known = key
        .units()
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(unit));
    match known {
        Some((_, scale)) => Some(*scale),
        None if unit.is_empty() => Some(1),
        None => None,
    }
}

/// A decimal number times a scale; what is finer than a whole is refused, but
/// for tenths, which are rounded.
fn scaled(key: NumberKey, number: &str, scale: i64) -> Option<i64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let dotless = number.contains('.') && fraction.is_empty();
    if whole.is_empty() || whole.len() > 16 || fraction.len() > 9 || dotless || !digits(fraction) {
        return None;
    }
    let ten = 10i128.pow(u32::try_from(fraction.len()).ok()?);
    let all: i128 = format!("{whole}{fraction}").parse().ok()?;
    let product = all * i128::from(scale);
    let rounds = matches!(key, NumberKey::Aperture | NumberKey::Focal);
    if product % ten != 0 && !rounds {
        return None;
    }
    i64::try_from((product + ten / 2) / ten)
        .ok()
        .filter(|number| *number <= MAX)
}

/// How a number is shown: with the largest unit of which it is a whole multiple.
pub(super) fn amount(key: NumberKey, number: i64) -> String {
    match key {
        NumberKey::Aperture | NumberKey::Focal if number % 10 == 0 => (number / 10).to_string(),
        NumberKey::Aperture | NumberKey::Focal => format!("{}.{}", number / 10, number % 10),
        NumberKey::Rating | NumberKey::Iso | NumberKey::Width | NumberKey::Height => number.to_string(),
        NumberKey::Size | NumberKey::Duration => {
            let fits = |(_, scale): &&(&str, i64)| number != 0 && number % scale == 0;
            match key.units().iter().find(fits) {
                Some((unit, scale)) => format!("{}{unit}", number / scale),
                None => number.to_string(),
            }
        }
    }
}

const PLACE: &str = "latitude, longitude and distance such as 52.52,13.40,5km";

/// The circle that a value of `near:` names.
pub(super) fn near(text: &str) -> Result<Near, Wrong> {
    let mut parts = text.split(',');
    let (Some(lat), Some(lon), distance, None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err((0, PLACE));
    };
    let degrees = |text: &str, at: usize| text.trim().parse::<f64>().map_err(|_| (at, PLACE));
    let (lat_at, lon_at) = (0, lat.len() + 1);
    let (north, east) = (degrees(lat, lat_at)?, degrees(lon, lon_at)?);
    let off = "latitude from -90 to 90 and longitude from -180 to 180";
    let place = Location::from_degrees(north, east, None).map_err(|_| (0, off))?;
    let metres = match distance {
        None => 1000,
        Some(text) => metres(text.trim()).ok_or((
            lon_at + lon.len() + 1,
            "a distance such as 500m or 5km, at most 20,100 km",
        ))?,
    };
    Ok(Near {
        lat_e7: place.lat_e7,
        lon_e7: place.lon_e7,
        metres,
    })
}

fn metres(text: &str) -> Option<u32> {
    let letters = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(letters)?;
    let scale = match unit.to_ascii_lowercase().as_str() {
        "m" => 1.0,
        "km" => 1000.0,
        "mi" => 1609.344,
        _ => return None,
    };
    let metres = number.parse::<f64>().ok()? * scale;
    if !metres.is_finite()
        || !(0.0..=20_100_000.0).contains(&metres)
        || !number.starts_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within 0 and 20,100,000"
    )]
    let whole = metres.round() as u32;
    Some(whole)
}
