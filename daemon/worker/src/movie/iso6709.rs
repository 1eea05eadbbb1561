//! Places as movies write them: `+52.5200+013.4050+034.5/` (ISO 6709, annex H).
//!
//! Degrees may have minutes and seconds run on: the digits before the point tell, 2, 4 or 6 for a latitude and one more
//! for a longitude. A third number is the altitude in metres; what follows is a reference system and not read.

/// Latitude, longitude and altitude of this text.
pub(crate) fn parse(text: &str) -> Option<(f64, f64, Option<f64>)> {
    let (latitude, rest) = signed(text.trim())?;
    let (longitude, rest) = signed(rest)?;
    let altitude = signed(rest).and_then(|(text, _)| text.parse().ok());
    Some((degrees(latitude, 2)?, degrees(longitude, 3)?, altitude))
}

/// A sign and what belongs to it: digits and a point.
fn signed(text: &str) -> Option<(&str, &str)> {
    let digits = text.strip_prefix(['+', '-'])?;
    let length = digits
        .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
        .unwrap_or(digits.len());
    (length > 0).then(|| text.split_at(length + 1))
}

fn degrees(text: &str, width: usize) -> Option<f64> {
    let (sign, digits) = text.split_at_checked(1)?;
    let whole = digits.find('.').unwrap_or(digits.len());
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<f64>().ok();
    let value = if whole <= width {
        digits.parse().ok()?
    } else if whole == width + 2 {
        part(0, width)? + part(width, digits.len())? / 60.0
    } else if whole == width + 4 {
        part(0, width)? + part(width, width + 2)? / 60.0 + part(width + 2, digits.len())? / 3600.0
    } else {
        return None;
    };
    Some(if sign == "-" { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_minutes_and_seconds_are_told_apart_by_their_digits() {
        let check =
            |text: &str, expect: Option<(f64, f64, Option<f64>)>| assert_eq!(parse(text), expect, "{text}");
        check("+52.5-013.25+034.5/", Some((52.5, -13.25, Some(34.5))));
        check("+5230-01315.0/", Some((52.5, -13.25, None)));
        check("-523000+0131500CRSWGS_84/", Some((-52.5, 13.25, None)));
        check("+27.5+086.5+8850/", Some((27.5, 86.5, Some(8850.0))));
        check("+0.0+9.5", Some((0.0, 9.5, None)));
        for text in [
            "",
            "+",
            "52.5+13.2",
            "+52.5",
            "+52.5+",
            "+1234567+1",
            "+1.2.3+4",
            "é",
        ] {
            check(text, None);
        }
    }
}
