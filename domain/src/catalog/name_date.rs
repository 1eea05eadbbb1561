//! Dates in file names: what is left where a file itself says nothing.
//!
//! Phones, messengers and screenshot programs write the date into the name:
//! `IMG_20240615_103005.jpg`, `2024-06-15 10.30.05.png`, `IMG-20240615-WA0003.jpg`,
//! `Screenshot 2024-06-15 at 10.30.05 PM.png`. Such a date ranks below every other
//! source and says so ([`TakenSource::FileName`]). It is the wall time of the device
//! that made the name, so no offset goes with it; but for `PXL_…`, whose clock is
//! UTC by its maker's choice.
//!
//! Refuses what may as well be a counter: digits that run on, days that are in no
//! calendar, eight digits before 1970, any year after 2099. A date whose time makes no sense is a
//! date; a time alone is nothing.

use crate::kernel::{Precision, Taken, TakenSource};
use jiff::civil;
use std::ops::Range;

/// Years that eight digits may mean: from when cameras counted otherwise, to beyond ours.
const PACKED_YEARS: Range<i32> = 1970..2100;
/// Years that a date with its marks may mean: from the first photograph, since people
/// name their scans so.
const DASHED_YEARS: Range<i32> = 1826..2100;

/// The date that a file's own name says, if it says one.
#[must_use]
pub fn date_in_name(name: &[u8]) -> Option<Taken> {
    let is_utc = name
        .get(..4)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case(b"pxl_"));
    let starts = (0..name.len()).filter(|at| {
        let before = at.checked_sub(1).and_then(|at| name.get(at));
        !before.is_some_and(u8::is_ascii_digit)
    });
    let (date, rest) = starts
        .filter_map(|at| name.get(at..))
        .find_map(|rest| dashed(rest).or_else(|| packed(rest)))?;
    let Some((time, nanos)) = time_after(rest) else {
        let mut taken = Taken::new(
            date.to_datetime(civil::Time::midnight()),
            None,
            TakenSource::FileName,
        );
        taken.precision = Precision::Day;
        return Some(taken);
    };
    let offset = is_utc.then_some(0);
    let mut taken = Taken::new(date.to_datetime(time), offset, TakenSource::FileName);
    taken.nanos = nanos;
    Some(taken)
}

/// The number that exactly these many digits make, and what follows them.
fn digits(text: &[u8], count: usize) -> Option<(i32, &[u8])> {
    let (run, rest) = text.split_at_checked(count)?;
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| i32::from(byte - b'0'));
    let number = run
        .iter()
        .try_fold(0, |sum, byte| Some(sum * 10 + digit(byte)?))?;
    Some((number, rest))
}

/// How many digits a text starts with.
fn run_of(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn date(years: Range<i32>, year: i32, month: i32, day: i32) -> Option<civil::Date> {
    let part = |number: i32| i8::try_from(number).ok();
    let named = i16::try_from(year).ok().filter(|_| years.contains(&year))?;
    civil::Date::new(named, part(month)?, part(day)?).ok()
}

fn time(hour: i32, minute: i32, second: i32) -> Option<civil::Time> {
    let part = |number: i32| i8::try_from(number).ok();
    civil::Time::new(part(hour)?, part(minute)?, part(second)?, 0).ok()
}

/// `20240615`, followed by no digit, or by the six of a time or those and a fraction.
fn packed(text: &[u8]) -> Option<(civil::Date, &[u8])> {
    if !matches!(run_of(text), 8 | 14 | 17) {
        return None;
    }
    let (year, rest) = digits(text, 4)?;
    let (month, rest) = digits(rest, 2)?;
    let (day, rest) = digits(rest, 2)?;
    Some((date(PACKED_YEARS, year, month, day)?, rest))
}

/// `2024-06-15`, with `-`, `_` or `.` twice.
fn dashed(text: &[u8]) -> Option<(civil::Date, &[u8])> {
    let (year, rest) = digits(text, 4)?;
    let (mark, rest) = rest.split_first().filter(|(mark, _)| b"-_.".contains(mark))?;
    let (month, rest) = digits(rest, 2)?;
    let rest = rest.strip_prefix(&[*mark])?;
    let (day, rest) = digits(rest, 2)?;
    if run_of(rest) > 0 {
        return None;
    }
    Some((date(DASHED_YEARS, year, month, day)?, rest))
}

/// The time that follows a date, and its nanoseconds.
fn time_after(text: &[u8]) -> Option<(civil::Time, u32)> {
    let text = [&b" at "[..], b"_", b"-", b" ", b"T", b"."]
        .into_iter()
        .find_map(|mark| text.strip_prefix(mark))
        .unwrap_or(text);
    clock_packed(text).or_else(|| clock_dashed(text))
}

/// `103005`, or with thousandths `103005123`.
fn clock_packed(text: &[u8]) -> Option<(civil::Time, u32)> {
    let run = run_of(text);
    if run != 6 && run != 9 {
        return None;
    }
    let (hour, rest) = digits(text, 2)?;
    let (minute, rest) = digits(rest, 2)?;
    let (second, rest) = digits(rest, 2)?;
    let thousandths = if run == 9 { digits(rest, 3)?.0 } else { 0 };
    let nanos = u32::try_from(thousandths).ok()? * 1_000_000;
    Some((time(hour, minute, second)?, nanos))
}

/// `10.30.05`, `10-30-05`, `9.30.05 PM`.
fn clock_dashed(text: &[u8]) -> Option<(civil::Time, u32)> {
    let (hour, rest) = digits(text, run_of(text).min(2))?;
    let (mark, rest) = rest
        .split_first()
        .filter(|(mark, _)| b"-_.:h".contains(mark) && run_of(text) > 0)?;
    let (minute, rest) = digits(rest, 2)?;
    let again = if *mark == b'h' { b'm' } else { *mark };
    let rest = rest.strip_prefix(&[again])?;
    let (second, rest) = digits(rest, 2)?;
    if run_of(rest) > 0 {
        return None;
    }
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    // Screenshots of a Mac put a narrow no-break space before it.
    let rest = rest.strip_prefix("\u{202f}".as_bytes()).unwrap_or(rest);
    let half = rest.get(..2).unwrap_or_default().to_ascii_lowercase();
    let hour = match (&half[..], hour) {
        (b"pm", 1..=11) => hour + 12,
        (b"am", 12) => 0,
        _ => hour,
    };
    Some((time(hour, minute, second)?, 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(name: &str, expect: Option<&str>) {
        let found = date_in_name(name.as_bytes());
        assert_eq!(found.map(|taken| taken.to_string()).as_deref(), expect, "{name}");
        assert!(found.is_none_or(|taken| taken.source == TakenSource::FileName));
    }

    #[test]
    fn what_phones_messengers_and_screenshots_write_is_read() {
        for (name, expect) in [
            ("IMG_20240615_103005.jpg", "2024-06-15T10:30:05"),
            ("VID_20240615_103005_HSR_120.mp4", "2024-06-15T10:30:05"),
            ("20240615_103005.jpg", "2024-06-15T10:30:05"),
            ("20240615103005.jpg", "2024-06-15T10:30:05"),
            ("20240615_103005(0).jpg", "2024-06-15T10:30:05"),
            ("PXL_20240615_083005123.jpg", "2024-06-15T08:30:05.123Z"),
            ("PXL_20240615_083005123.MP.jpg", "2024-06-15T08:30:05.123Z"),
            ("IMG-20240615-WA0003.jpg", "2024-06-15"),
            (
                "WhatsApp Image 2024-06-15 at 10.30.05.jpeg",
                "2024-06-15T10:30:05",
            ),
            ("Screenshot_20240615-103005_Maps.png", "2024-06-15T10:30:05"),
            ("Screenshot 2024-06-15 at 9.30.05 PM.png", "2024-06-15T21:30:05"),
            (
                "Screenshot 2024-06-15 at 9.30.05\u{202f}PM.png",
                "2024-06-15T21:30:05",
            ),
            ("Screenshot 2024-06-15 at 12.30.05 am.png", "2024-06-15T00:30:05"),
            ("Screenshot_2024-06-15-10-30-05.png", "2024-06-15T10:30:05"),
            ("2024-06-15 10.30.05.jpg", "2024-06-15T10:30:05"),
            ("2024-06-15T103005.jpg", "2024-06-15T10:30:05"),
            ("signal-2024-06-15-103005.jpg", "2024-06-15T10:30:05"),
            ("2024_06_15 birthday.jpg", "2024-06-15"),
            ("party 2024.06.15.tif", "2024-06-15"),
            ("1931-05-02 wedding.tif", "1931-05-02"),
            ("2024-06-15_10h30m05.jpg", "2024-06-15T10:30:05"),
        ] {
            check(name, Some(expect));
        }
    }

    #[test]
    fn counters_and_days_of_no_calendar_are_no_dates() {
        for name in [
            "",
            "DSC_0001.JPG",
            "IMG_12345678.jpg",
            "20240230.jpg",
            "20241301.jpg",
            "19691231.jpg",
            "21000101.jpg",
            "202406151.jpg",
            "1718447405123.jpg",
            "10.30.05.jpg",
            "2024-06.jpg",
            "2024-06_15.jpg",
            "2024-06-153.jpg",
        ] {
            check(name, None);
        }
    }

    #[test]
    fn a_date_whose_time_makes_no_sense_is_a_date() {
        for name in ["20240615_993005.jpg", "2024-06-15 0042.jpg", "IMG_20240615_1.jpg"] {
            check(name, Some("2024-06-15"));
        }
    }

    proptest! {
        #[test]
        fn any_name_is_answered(name in prop::collection::vec(any::<u8>(), 0..40)) {
            let taken = date_in_name(&name);
            prop_assert!(taken.is_none_or(|taken| (1826..2100).contains(&taken.local().year())));
        }

        #[test]
        fn every_second_of_a_phone_comes_back(second in 0i64..4_102_444_800) {
            let taken = Taken { local_seconds: second, nanos: 0, offset_minutes: None, precision: Precision::Second, source: TakenSource::FileName };
            let local = taken.local();
            let name = format!("IMG_{:04}{:02}{:02}_{:02}{:02}{:02}.jpg", local.year(), local.month(), local.day(), local.hour(), local.minute(), local.second());
            prop_assert_eq!(date_in_name(name.as_bytes()), Some(taken));
        }
    }
}
