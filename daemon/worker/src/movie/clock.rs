//! The clocks of movies: seconds since 1904 in QuickTime's headers, nanoseconds since 2001 in Matroska's; both are UTC.
//!
//! QuickTime is of 1991: a header date before [`FIRST_YEAR`] is a clock that was never set, hence no date. Writers that
//! count from 1970 by mistake are known and recognised by that: read rightly, their dates are before 1990.

use crate::protocol::TakenRecord;

/// Dates before this year's start are no dates.
const FIRST_YEAR: i64 = 1990;
/// Seconds from 1904-01-01 to 1970-01-01.
const MACINTOSH_EPOCH: i64 = 2_082_844_800;
/// Seconds from 1970-01-01 to 2001-01-01.
const MATROSKA_EPOCH: i64 = 978_307_200;

/// The time of a QuickTime or MP4 header.
pub(super) fn of_quicktime(since_1904: u64) -> Option<TakenRecord> {
    let since_1904 = i64::try_from(since_1904).ok()?;
    let source = "quicktime:CreateDate";
    utc(since_1904.checked_sub(MACINTOSH_EPOCH)?, 0, source).or_else(|| {
        let by_mistake = Some(since_1904).filter(|seconds| *seconds < MACINTOSH_EPOCH);
        utc(by_mistake?, 0, source)
    })
}

/// The wall time of Sigma's RAW files, which count it from 1970 as if it were UTC. The first such camera is of 2002; an
/// earlier date is a clock that was never set.
pub(crate) fn of_sigma(seconds: i64) -> Option<TakenRecord> {
    const FIRST_CAMERA: i64 = 1_009_843_200;
    let taken = utc(
        Some(seconds).filter(|seconds| *seconds >= FIRST_CAMERA)?,
        0,
        "x3f:TIME",
    )?;
    Some(TakenRecord {
        offset_minutes: None,
        ..taken
    })
}

/// The offset in a camcorder's date: a sign, hours in four bits and half an hour. Empty where no zone is set, and in
/// summer time, since it is not known whether its hour is counted.
pub(super) fn zone_of_camcorder(zone: u8) -> String {
    const SUMMER: u8 = 0x40;
    if zone & SUMMER != 0 {
        return String::new();
    }
    let sign = if zone & 0x20 == 0 { '+' } else { '-' };
    let minutes = if zone & 1 == 0 { 0 } else { 30 };
    format!("{sign}{:02}:{minutes:02}", zone >> 1 & 0x0f)
}

/// The time of a Matroska header.
pub(super) fn of_matroska(nanoseconds_since_2001: i64) -> Option<TakenRecord> {
    let seconds = nanoseconds_since_2001.div_euclid(1_000_000_000);
    let nanoseconds = nanoseconds_since_2001.rem_euclid(1_000_000_000);
    utc(
        seconds.checked_add(MATROSKA_EPOCH)?,
        nanoseconds,
        "matroska:DateUTC",
    )
}

fn utc(since_1970: i64, nanoseconds: i64, source: &str) -> Option<TakenRecord> {
    let (year, month, day) = civil(since_1970.div_euclid(86_400))?;
    let second = since_1970.rem_euclid(86_400);
    let mut local = format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}",
        second / 3600,
        second / 60 % 60,
        second % 60
    );
    if nanoseconds != 0 {
        local.push_str(format!(".{nanoseconds:09}").trim_end_matches('0'));
    }
    Some(TakenRecord {
        local,
        offset_minutes: Some(0),
        offset_source: None,
        source: source.to_owned(),
    })
}

/// The day that is this many days after 1970-01-01, from [`FIRST_YEAR`] to 9999.
fn civil(days: i64) -> Option<(i64, i64, i64)> {
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    // Days from year 1 to the start of this one, in the calendar as it is now.
    let before = |year: i64| {
        let past = year - 1;
        past * 365 + past / 4 - past / 100 + past / 400
    };
    let days = days.checked_add(before(1970))?;
    let mut year = (days / 366).checked_add(1)?;
    if !(1..=9999).contains(&year) {
        return None;
    }
    while before(year + 1) <= days {
        year += 1;
    }
    let mut day = days - before(year);
    let february = if leap(year) { 29 } else { 28 };
    for (month, length) in (1..).zip([31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
        if day < length {
            return (FIRST_YEAR..=9999)
                .contains(&year)
                .then_some((year, month, day + 1));
        }
        day -= length;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_dates_are_utc_and_unset_clocks_are_none() {
        let check = |since_1904: u64, expect: Option<&str>| {
            let found = of_quicktime(since_1904);
            assert_eq!(
                found.as_ref().map(|taken| taken.local.as_str()),
                expect,
                "{since_1904}"
            );
            assert!(found.is_none_or(|taken| taken.offset_minutes == Some(0)));
        };
        check(0xda37_ab60, Some("2020-01-05T15:04:00"));
        check(2_082_844_800 + 951_782_399, Some("2000-02-28T23:59:59"));
        check(2_082_844_800 + 951_825_600, Some("2000-02-29T12:00:00"));
        check(1_218_238_815, Some("2008-08-08T23:40:15")); // counted from 1970
        check(u64::from(u32::MAX), Some("2040-02-06T06:28:15"));
        for unset in [
            0,
            1,
            86_400,
            2_082_844_800,
            2_082_844_800 + 315_532_800,
            u64::MAX,
            u64::MAX / 2,
        ] {
            check(unset, None);
        }
    }

    #[test]
    fn matroska_counts_nanoseconds_from_2001() {
        let local = |since| of_matroska(since).map(|taken| taken.local);
        assert_eq!(local(0).as_deref(), Some("2001-01-01T00:00:00"));
        assert_eq!(local(-500_000_000).as_deref(), Some("2000-12-31T23:59:59.5"));
        assert_eq!(local(i64::MIN), None);
    }
}
