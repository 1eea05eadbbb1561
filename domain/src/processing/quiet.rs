//! Quiet hours: a time of each day, by the clock on the wall.
//!
//! Each day's quiet begins and ends at an instant: where the clock is put
//! forward over one of them it is moved by as much, where it is put back the
//! first of the two counts. So a quiet time is never asked for twice in a night.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use std::fmt;
use std::str::FromStr;

/// From when to when, each day; over midnight if the end is earlier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct QuietHours {
    from: Time,
    to: Time,
}

/// What is no time of day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` are no quiet hours: write them as 22:00-07:00, two different times of day")]
pub struct QuietHoursError {
    /// What was written.
    pub text: String,
}

impl FromStr for QuietHours {
    type Err = QuietHoursError;

    /// Reads `22:00-07:00`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let time = |text: &str| {
            let (hour, minute) = text.trim().split_once(':')?;
            let number = |text: &str| {
                let is_number =
                    (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
                is_number.then(|| text.parse::<i8>().ok())?
            };
            Time::new(number(hour)?, number(minute)?, 0, 0).ok()
        };
        text.split_once('-')
            .and_then(|(from, to)| Some((time(from)?, time(to)?)))
            .filter(|(from, to)| from != to)
            .map(|(from, to)| Self { from, to })
            .ok_or_else(|| QuietHoursError {
                text: text.to_owned(),
            })
    }
}

impl fmt::Display for QuietHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to } = self;
        write!(
            f,
            "{:02}:{:02}-{:02}:{:02}",
            from.hour(),
            from.minute(),
            to.hour(),
            to.minute()
        )
    }
}

impl QuietHours {
    /// When the quiet ends that is now; `None` if it is not quiet.
    #[must_use]
    pub fn until(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        self.near(now, zone)
            .into_iter()
            .find(|(from, to)| (*from..*to).contains(&now))
            .map(|(_, to)| to)
    }

    /// When quiet begins next; `None` only at the end of the calendar.
    #[must_use]
    pub fn next(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        self.near(now, zone)
            .into_iter()
            .map(|(from, _)| from)
            .find(|from| *from > now)
    }

    /// The quiet times that begin from two days before to two days after.
    fn near(&self, now: Timestamp, zone: &TimeZone) -> Vec<(Timestamp, Timestamp)> {
        let today = now.to_zoned(zone.clone()).date();
        let at = |date: jiff::civil::Date, time| zone.to_timestamp(date.to_datetime(time)).ok();
        let quiet = |day: i64| {
            let date = today.checked_add(day.days()).ok()?;
            let end = if self.to > self.from {
                date
            } else {
                date.tomorrow().ok()?
            };
            Some((at(date, self.from)?, at(end, self.to)?))
        };
        (-2..=2).filter_map(quiet).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
    }

    #[test]
    fn what_is_no_two_times_is_refused() {
        for text in ["22:00-07:00", "0:00-6:30", " 22:00 - 07:00 "] {
            assert!(text.parse::<QuietHours>().is_ok(), "{text}");
        }
        for text in [
            "",
            "22:00",
            "22-7",
            "22:00-22:00",
            "24:00-07:00",
            "22:60-07:00",
            "22:00-+7:00",
            "222:00-07:00",
        ] {
            assert!(text.parse::<QuietHours>().is_err(), "{text}");
        }
        assert_eq!(
            "0:00-6:30".parse::<QuietHours>().unwrap().to_string(),
            "00:00-06:30"
        );
    }

    #[test]
    fn quiet_is_by_the_clock_on_the_wall_and_over_midnight() {
        let check = |hours: &str, now: &str, until: Option<&str>, next: &str| {
            let (hours, now): (QuietHours, Timestamp) = (hours.parse().unwrap(), now.parse().unwrap());
            let time = |text: &str| text.parse::<Timestamp>().unwrap();
            assert_eq!(hours.until(now, &berlin()), until.map(time), "{hours} at {now}");
            assert_eq!(
                hours.next(now, &berlin()),
                Some(time(next)),
                "{hours} after {now}"
            );
        };
        let night = "22:00-07:00";
        check(
            night,
            "2026-01-10T12:00:00+01:00",
            None,
            "2026-01-10T22:00:00+01:00",
        );
        check(
            night,
            "2026-01-10T22:00:00+01:00",
            Some("2026-01-11T07:00:00+01:00"),
            "2026-01-11T22:00:00+01:00",
        );
        check(
            night,
            "2026-01-11T06:59:59+01:00",
            Some("2026-01-11T07:00:00+01:00"),
            "2026-01-11T22:00:00+01:00",
        );
        check(
            night,
            "2026-01-11T07:00:00+01:00",
            None,
            "2026-01-11T22:00:00+01:00",
        );
        let noon = "12:00-13:30";
        check(
            noon,
            "2026-07-01T12:30:00+02:00",
            Some("2026-07-01T13:30:00+02:00"),
            "2026-07-02T12:00:00+02:00",
        );
        check(
            noon,
            "2026-07-01T00:30:00+02:00",
            None,
            "2026-07-01T12:00:00+02:00",
        );
    }

    #[test]
    fn a_night_in_which_the_clock_is_put_is_as_long_as_the_wall_says() {
        let hours = |text: &str| text.parse::<QuietHours>().unwrap();
        let length = |text: &str, from: &str| {
            let from: Timestamp = from.parse().unwrap();
            hours(text).until(from, &berlin()).unwrap().as_second() - from.as_second()
        };
        // Forward, from 02:00 to 03:00, on 29 March 2026; back, from 03:00 to 02:00, on 25 October.
        assert_eq!(length("22:00-07:00", "2026-03-28T22:00:00+01:00"), 8 * 3600);
        assert_eq!(length("22:00-07:00", "2026-10-24T22:00:00+02:00"), 10 * 3600);
        // 02:15 to 02:45 does not exist: it is moved by the hour.
        assert_eq!(length("02:15-02:45", "2026-03-29T03:15:00+02:00"), 1800);
        // 02:30 comes twice: the first ends it, and it does not come again.
        assert_eq!(length("01:00-02:30", "2026-10-25T01:00:00+02:00"), 5400);
        let second: Timestamp = "2026-10-25T02:10:00+01:00".parse().unwrap();
        assert_eq!(hours("01:00-02:30").until(second, &berlin()), None);
    }
}
