//! Dates as texts state them, in EXIF's form, XMP's and what lies between.
//!
//! A date may lack its time and its offset, but not its day; a year or a month alone is read by [`coarse`], for those whom
//! it is enough. It refuses days that are not in the calendar, all-zero dates, and the Macintosh epoch (1904-01-01, in any
//! zone), which are clocks that were never set.

/// A date as written: with or without a time of day, with or without an offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) date: (u16, u8, u8),
    pub(super) time: Option<(u8, u8, u8)>,
    /// Digits after the decimal point.
    pub(super) decimals: String,
    pub(super) offset_minutes: Option<i16>,
}

/// `2020-05-01`, with `T10:11[:12[.5]]` and `Z`, `+02:00` or `+0200` behind; `:`, `/` and `.` may part a date, a blank its
/// time. A date without its day is none.
pub(super) fn parse(text: &str) -> Option<Stamp> {
    let text = text.trim_matches(|letter: char| letter == '\0' || letter.is_whitespace());
    let (year, rest) = digits(text, 4)?;
    let (month, rest) = digits(rest.strip_prefix([':', '-', '/', '.'])?, 2)?;
    let (day, rest) = digits(rest.strip_prefix([':', '-', '/', '.'])?, 2)?;
    let date = (year, u8::try_from(month).ok()?, u8::try_from(day).ok()?);
    if !(1..=12).contains(&date.1) || date.2 == 0 || date.2 > days_in_month(date.0, date.1) || year == 0 {
        return None;
    }
    let rest = rest.trim_start_matches(['T', 't', ' ']);
    let (time, decimals, rest) = parse_time(rest)
        .map_or((None, String::new(), ""), |(time, decimals, rest)| {
            (Some(time), decimals, rest)
        });
    let stamp = Stamp {
        date,
        time,
        decimals,
        offset_minutes: parse_offset(rest),
    };
    (!is_macintosh_epoch(&stamp)).then_some(stamp)
}

/// Whether this is 1904-01-01T00:00 UTC, as it is or as the clocks of some zone show it. Which zone that was, a text does
/// not always say, and many had an odd offset then: so it is any time of those hours. Noon is what people say who know
/// the day alone, and is a date unless its own offset makes it the epoch.
fn is_macintosh_epoch(stamp: &Stamp) -> bool {
    const NOON: i64 = 12 * 60;
    let (year, month, day) = stamp.date;
    let days = day_number(year, month, day) - day_number(1904, 1, 1);
    let Some((hour, minute, _)) = stamp.time else {
        return matches!(days, -1 | 0);
    };
    let minutes = (days * 24 + i64::from(hour)) * 60 + i64::from(minute);
    if minutes.abs() == NOON {
        return stamp.offset_minutes.map(i64::from) == Some(minutes);
    }
    (-NOON..=i64::from(MOST_MINUTES)).contains(&minutes)
}

/// `1974-06` or `1974` and nothing behind it, as `YYYY-MM` or `YYYY` (XMP specification part 1, 8.2.1.1).
pub(super) fn coarse(text: &str) -> Option<String> {
    let (year, rest) = digits(text.trim(), 4)?;
    if year == 0 {
        return None;
    }
    if rest.is_empty() {
        return Some(format!("{year:04}"));
    }
    let (month, rest) = digits(rest.strip_prefix([':', '-', '/', '.'])?, 2)?;
    (rest.is_empty() && (1..=12).contains(&month)).then(|| format!("{year:04}-{month:02}"))
}

fn parse_time(text: &str) -> Option<((u8, u8, u8), String, &str)> {
    let (hour, rest) = digits(text, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2)?;
    let (second, rest) = match rest.strip_prefix(':').map(|rest| digits(rest, 2)) {
        Some(Some(found)) => found,
        Some(None) | None => (0, rest),
    };
    let (decimals, rest) = match rest.strip_prefix(['.', ',']) {
        Some(rest) => (
            decimals(rest),
            rest.trim_start_matches(|letter: char| letter.is_ascii_digit()),
        ),
        None => (String::new(), rest),
    };
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let time = (
        u8::try_from(hour).ok()?,
        u8::try_from(minute).ok()?,
        u8::try_from(second).ok()?,
    );
    Some((time, decimals, rest))
}

/// No zone is farther from UTC (the Line Islands).
const MOST_MINUTES: u16 = 14 * 60;

/// `Z`, `+02:00`, `-0530`.
pub(super) fn parse_offset(text: &str) -> Option<i16> {
    let text = text.trim_matches(|letter: char| letter == '\0' || letter.is_whitespace());
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, rest) = match text.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, text.strip_prefix('-')?),
    };
    let (hours, rest) = digits(rest, 2)?;
    let (minutes, rest) = digits(rest.strip_prefix(':').unwrap_or(rest), 2)?;
    if !rest.is_empty() || minutes > 59 || hours * 60 + minutes > MOST_MINUTES {
        return None;
    }
    Some(sign * i16::try_from(hours * 60 + minutes).ok()?)
}

/// At most nine leading digits.
pub(super) fn decimals(text: &str) -> String {
    text.trim()
        .chars()
        .take_while(char::is_ascii_digit)
        .take(9)
        .collect()
}

fn digits(text: &str, count: usize) -> Option<(u16, &str)> {
    let (head, rest) = text.split_at_checked(count)?;
    if !head.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((head.parse().ok()?, rest))
}

/// Days since the start of year 0, of the calendar as it is now.
pub(super) fn day_number(year: u16, month: u8, day: u8) -> i64 {
    let before = i64::from(year) - 1;
    let years = before * 365 + before / 4 - before / 100 + before / 400;
    let months: i64 = (1..month)
        .map(|month| i64::from(days_in_month(year, month)))
        .sum();
    years + months + i64::from(day)
}

fn days_in_month(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::time::of_text;

    fn check(given: &str, expect: Option<(&str, Option<i16>)>) {
        let found = of_text(given, "test");
        let found = found
            .as_ref()
            .map(|taken| (taken.local.as_str(), taken.offset_minutes));
        assert_eq!(found, expect, "{given}");
    }

    #[test]
    fn dates_are_read_in_the_forms_of_exif_and_xmp() {
        check("2020:05:01 10:11:12", Some(("2020-05-01T10:11:12", None)));
        check(
            "2020:05:01 10:11:12.25+02:00",
            Some(("2020-05-01T10:11:12.25", Some(120))),
        );
        check("2020-05-01T10:11:12Z", Some(("2020-05-01T10:11:12", Some(0))));
        check(
            "2020-05-01T10:11-05:30",
            Some(("2020-05-01T10:11:00", Some(-330))),
        );
        check("2020-02-29", Some(("2020-02-29", None)));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "0000:00:00 00:00:00",
            "    :  :     :  :  ",
            "2020",
            "2020-05",
            "2021-02-29",
            "2020:13:01 00:00:00",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn the_macintosh_epoch_is_no_date_in_whatever_zone_it_is_told() {
        for text in [
            "1904:01:01 00:00:00",
            "1904-01-01T00:00:00Z",
            "1904-01-01T00:00:00+05:00",
            "1904-01-01T05:00:00",
            "1904-01-01T05:00:00Z",
            "1904-01-01T05:30:00+05:30",
            "1904:01:01 14:00:00",
            "1904-01-01T12:00:00+12:00",
            // Local mean time: Paris.
            "1904:01:01 00:09:21+00:09",
            "1903:12:31 19:00:00",
            "1903-12-31T16:00:00-08:00",
            "1903-12-31T12:00:00-12:00",
            "1904:01:01",
            "1903-12-31",
        ] {
            check(text, None);
        }
        check("1904:01:01 12:00:00", Some(("1904-01-01T12:00:00", None)));
        check(
            "1904:01:01 12:00:00+01:00",
            Some(("1904-01-01T12:00:00", Some(60))),
        );
        check("1904:01:01 14:01:00", Some(("1904-01-01T14:01:00", None)));
        check("1903:12:31 11:59:59", Some(("1903-12-31T11:59:59", None)));
        check("1904:01:02 00:00:00", Some(("1904-01-02T00:00:00", None)));
        check("1903:12:30", Some(("1903-12-30", None)));
    }

    #[test]
    fn a_time_that_is_none_leaves_the_day() {
        check("2020:05:01 25:00:00", Some(("2020-05-01", None)));
        check("2020:05:01   :  :  ", Some(("2020-05-01", None)));
    }

    #[test]
    fn offsets_off_the_earth_are_none() {
        assert_eq!(parse_offset("+14:00"), Some(840));
        assert_eq!(parse_offset("+15:00"), None);
        assert_eq!(parse_offset("   :  "), None);
        assert_eq!(parse_offset("-00:00"), Some(0));
    }
}
