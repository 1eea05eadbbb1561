//! When a photo was taken: wall time, the offset only where someone gave it.
//!
//! Sorting, grouping and filtering use the wall time. A time may be known to
//! the year, the month or the day only; then the finer date folders do not
//! show the photo, and nothing finer is made up.

use jiff::civil;
use std::fmt;

/// How exactly a time is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Precision {
    /// `1974`
    Year,
    /// `1974-06`
    Month,
    /// `1974-06-15`
    Day,
    /// `1974-06-15T10:30`
    Minute,
    /// `1974-06-15T10:30:05`, with a fraction where there is one.
    Second,
}

impl Precision {
    /// All of them, in their order.
    pub const ALL: [Self; 5] = [Self::Year, Self::Month, Self::Day, Self::Minute, Self::Second];
}

macro_rules! sources {
    ($($(#[$doc:meta])* $name:ident $text:literal),* $(,)?) => {
        /// Where a time was read; `taken_source` of the asset JSON.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum TakenSource { $($(#[$doc])* $name),* }

        impl TakenSource {
            /// All of them, in their order.
            pub const ALL: [Self; [$($text),*].len()] = [$(Self::$name),*];

            /// The stable text, for example `exif:DateTimeOriginal`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// The source of this text; `None` if there is none.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)* _ => None }
            }
        }
    };
}

sources! {
    /// A person or program set it through K-Photos.
    User "user",
    /// EXIF 0x9003.
    ExifOriginal "exif:DateTimeOriginal",
    /// EXIF 0x9004.
    ExifDigitized "exif:DateTimeDigitized",
    /// XMP `exif:DateTimeOriginal`.
    XmpOriginal "xmp-exif:DateTimeOriginal",
    /// XMP `exif:DateTimeDigitized`.
    XmpDigitized "xmp-exif:DateTimeDigitized",
    /// XMP `photoshop:DateCreated`.
    Photoshop "photoshop:DateCreated",
    /// IPTC 2:55 and 2:60.
    Iptc "iptc:DateCreated",
    /// IPTC 2:62 and 2:63.
    IptcDigital "iptc:DigitalCreationDate",
    /// XMP `xmp:CreateDate`.
    XmpCreate "xmp:CreateDate",
    /// The creation time of a movie's header.
    QuickTime "quicktime:CreateDate",
    /// Apple's and Android's creation date of a movie, wall time with its offset.
    QuickTimeCreation "quicktime:CreationDate",
    /// A movie's date in user data, item list or the maker's own place.
    QuickTimeContent "quicktime:ContentCreateDate",
    /// Matroska's `DateUTC`.
    Matroska "matroska:DateUTC",
    /// The date in an AVI file.
    Riff "riff:DateTimeOriginal",
    /// The text `Creation Time` of a PNG.
    Png "png:CreationTime",
    /// Some other tag that the reader knows.
    Other "other",
    /// The file's name: the last resort, where the file itself says nothing.
    FileName "name",
}

/// The first second of the year 1, and the one after the year 9999.
const YEAR_1: i64 = -62_135_596_800;
const YEAR_10000: i64 = 253_402_300_800;

/// When a photo was taken.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Taken {
    /// Wall time in seconds since 1970-01-01T00:00:00 of the same clock.
    pub local_seconds: i64,
    /// Nanoseconds after that second, below 1,000,000,000.
    pub nanos: u32,
    /// Minutes east of UTC, where known; never invented.
    pub offset_minutes: Option<i16>,
    /// How much of it is known.
    pub precision: Precision,
    /// Where it was read.
    pub source: TakenSource,
}

/// A text that is no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no date: expected for example 2024-06-15T10:30:00+02:00, 2024-06-15, 2024-06 or 1974")]
pub struct TakenError {
    /// What was given.
    pub text: String,
}

impl Taken {
    /// A time of this wall clock, exact to the second.
    #[must_use]
    pub fn new(local: civil::DateTime, offset_minutes: Option<i16>, source: TakenSource) -> Self {
        Self::with_precision(local, offset_minutes, Precision::Second, source)
    }

    fn with_precision(
        local: civil::DateTime,
        offset_minutes: Option<i16>,
        precision: Precision,
        source: TakenSource,
    ) -> Self {
        let epoch = civil::date(1970, 1, 1).to_datetime(civil::Time::midnight());
        let since = local.duration_since(epoch);
        let mut local_seconds = since.as_secs();
        let mut nanos = since.subsec_nanos();
        if nanos < 0 {
            local_seconds -= 1;
            nanos += 1_000_000_000;
        }
        Self {
            local_seconds,
            nanos: nanos.unsigned_abs(),
            offset_minutes,
            precision,
            source,
        }
    }

    /// Reads ISO 8601 from a year to a fraction of a second, with or without offset.
    ///
    /// # Errors
    /// [`TakenError`] if the text has another form or names no real day.
    pub fn parse(text: &str, source: TakenSource) -> Result<Self, TakenError> {
        parse(text.trim(), source).ok_or_else(|| TakenError {
            text: text.to_owned(),
        })
    }

    /// The wall time.
    #[must_use]
    pub fn local(&self) -> civil::DateTime {
        let epoch = civil::date(1970, 1, 1).to_datetime(civil::Time::midnight());
        let span = jiff::SignedDuration::new(self.local_seconds, self.nanos.cast_signed());
        epoch.saturating_add(span)
    }

    /// The same time on a clock that shows so many seconds more; `None` beyond
    /// the years 1 to 9999. A time known to the minute stays one: it loses the
    /// seconds.
    #[must_use]
    pub fn shifted(mut self, seconds: i64) -> Option<Self> {
        self.local_seconds = self.local_seconds.checked_add(seconds)?;
        if self.precision < Precision::Second {
            self.local_seconds -= self.local_seconds.rem_euclid(60);
        }
        (YEAR_1..YEAR_10000).contains(&self.local_seconds).then_some(self)
    }

    /// The finest date folder that shows this time.
    #[must_use]
    pub fn date_key(&self) -> DateKey {
        let local = self.local();
        let (month, day) = match self.precision {
            Precision::Year => (0, 0),
            Precision::Month => (local.month(), 0),
            Precision::Day | Precision::Minute | Precision::Second => (local.month(), local.day()),
        };
        DateKey::new(local.year(), month, day)
    }

    /// The same time, said to come from elsewhere.
    #[must_use]
    pub const fn with_source(mut self, source: TakenSource) -> Self {
        self.source = source;
        self
    }
}

/// ISO 8601, as exact as the time is known; the offset only if it is known.
impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.local();
        write!(f, "{:04}", local.year())?;
        if self.precision >= Precision::Month {
            write!(f, "-{:02}", local.month())?;
        }
        if self.precision >= Precision::Day {
            write!(f, "-{:02}", local.day())?;
        }
        if self.precision < Precision::Minute {
            return Ok(());
        }
        write!(f, "T{:02}:{:02}", local.hour(), local.minute())?;
        if self.precision == Precision::Second {
            write!(f, ":{:02}", local.second())?;
            if self.nanos != 0 {
                let digits = format!("{:09}", self.nanos);
                write!(f, ".{}", digits.trim_end_matches('0'))?;
            }
        }
        match self.offset_minutes {
            None => Ok(()),
            Some(0) => write!(f, "Z"),
            Some(minutes) => {
                let sign = if minutes < 0 { '-' } else { '+' };
                let minutes = minutes.unsigned_abs();
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

fn parse(text: &str, source: TakenSource) -> Option<Taken> {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let year = number(parts.next()?, 4)?;
    let month = parts
        .next()
        .map(|part| number(part, 2).ok_or(()))
        .transpose()
        .ok()?;
    let day = parts
        .next()
        .map(|part| number(part, 2).ok_or(()))
        .transpose()
        .ok()?;
    if parts.next().is_some() || (time.is_some() && day.is_none()) {
        return None;
    }
    let day_of = |m: i16, d: i16| civil::Date::new(year, i8::try_from(m).ok()?, i8::try_from(d).ok()?).ok();
    let date = day_of(month.unwrap_or(1), day.unwrap_or(1))?;
    let Some(time) = time else {
        let precision = match (month, day) {
            (None, _) => Precision::Year,
            (Some(_), None) => Precision::Month,
            (Some(_), Some(_)) => Precision::Day,
        };
        return Some(Taken::with_precision(
            date.to_datetime(civil::Time::midnight()),
            None,
            precision,
            source,
        ));
    };
    let (clock, offset_minutes) = split_offset(time)?;
    let precision = match clock.matches(':').count() {
        1 => Precision::Minute,
        2 => Precision::Second,
        _ => return None,
    };
    let time: civil::Time = clock.parse().ok()?;
    Some(Taken::with_precision(
        date.to_datetime(time),
        offset_minutes,
        precision,
        source,
    ))
}

fn number(text: &str, digits: usize) -> Option<i16> {
    (text.len() == digits && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// Cuts `Z`, `+02:00` or `-0330` off a clock time.
fn split_offset(time: &str) -> Option<(&str, Option<i16>)> {
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some((clock, Some(0)));
    }
    let Some(at) = time.find(['+', '-']) else {
        return Some((time, None));
    };
    Some((time.get(..at)?, Some(parse_offset(time.get(at..)?)?)))
}

/// `+02:00`, `-0330` or `+02` as minutes east of UTC.
pub(crate) fn parse_offset(text: &str) -> Option<i16> {
    let (sign, offset) = match text.split_at_checked(1)? {
        ("+", offset) => (1, offset),
        ("-", offset) => (-1, offset),
        _ => return None,
    };
    let (hours, minutes) = match offset.split_once(':') {
        Some((hours, minutes)) => (number(hours, 2)?, number(minutes, 2)?),
        None if offset.len() == 4 => (number(offset.get(..2)?, 2)?, number(offset.get(2..)?, 2)?),
        None => (number(offset, 2)?, 0),
    };
    (hours <= 15 && minutes <= 59).then_some(sign * (hours * 60 + minutes))
}

/// A year, a month or a day: `20240000`, `20240600`, `20240615`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DateKey(u32);

impl DateKey {
    /// The key of these numbers; month and day 0 where they are not known.
    #[must_use]
    pub fn new(year: i16, month: i8, day: i8) -> Self {
        let part = |n: i8| u32::from(n.unsigned_abs());
        Self(u32::from(year.unsigned_abs()) * 10_000 + part(month) * 100 + part(day))
    }

    /// The key of this packed number, as [`DateKey::number`] gave it.
    #[must_use]
    pub const fn from_number(number: u32) -> Self {
        Self(number)
    }

    /// `year * 10000 + month * 100 + day`.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> u32 {
        self.0 / 10_000
    }

    /// The month, 1 to 12; 0 for a year.
    #[must_use]
    pub const fn month(self) -> u32 {
        self.0 / 100 % 100
    }

    /// The day, 1 to 31; 0 for a year or a month.
    #[must_use]
    pub const fn day(self) -> u32 {
        self.0 % 100
    }

    /// The folder of its year.
    #[must_use]
    pub const fn to_year(self) -> Self {
        Self(self.0 / 10_000 * 10_000)
    }

    /// The folder of its month; a year's own key stays a year.
    #[must_use]
    pub const fn to_month(self) -> Self {
        Self(self.0 / 100 * 100)
    }

    /// This key and the coarser ones that contain it, finest first: one to three.
    pub fn with_coarser(self) -> impl Iterator<Item = Self> {
        let mut keys = [Some(self), Some(self.to_month()), Some(self.to_year())];
        if keys[1] == keys[0] {
            keys[1] = None;
        }
        if keys[2] == keys[0] || keys[2] == keys[1] {
            keys[2] = None;
        }
        keys.into_iter().flatten()
    }

    /// The keys that this one contains, itself included, as an inclusive range.
    #[must_use]
    pub const fn range(self) -> std::ops::RangeInclusive<Self> {
        let last = if self.month() == 0 {
            self.0 + 9_999
        } else if self.day() == 0 {
            self.0 + 99
        } else {
            self.0
        };
        self..=Self(last)
    }
}

/// The name of its folder: `2024`, `2024-06`, `2024-06-15`.
impl fmt::Display for DateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year())?;
        if self.month() > 0 {
            write!(f, "-{:02}", self.month())?;
        }
        if self.day() > 0 {
            write!(f, "-{:02}", self.day())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_shown_as_it_was_given() {
        for text in [
            "1974",
            "1974-06",
            "1974-06-15",
            "2024-06-15T10:30",
            "2024-06-15T10:30:05",
            "2024-06-15T10:30:05.25",
            "2024-06-15T10:30:05+02:00",
            "2024-06-15T10:30:05-03:30",
            "1969-12-31T23:59:59.5Z",
        ] {
            let taken = Taken::parse(text, TakenSource::User).unwrap();
            assert_eq!(taken.to_string(), text);
        }
    }

    #[test]
    fn a_text_that_is_no_time_is_refused() {
        for text in [
            "",
            "x",
            "74",
            "2024-13",
            "2024-02-30",
            "2024-06T10:00",
            "2024-06-15T25:00",
            "2024-6-1",
        ] {
            assert!(Taken::parse(text, TakenSource::User).is_err(), "{text}");
        }
    }

    #[test]
    fn a_date_key_lies_in_the_folders_that_show_it() {
        let day = Taken::parse("2024-06-15", TakenSource::User).unwrap().date_key();
        let names: Vec<String> = day.with_coarser().map(|key| key.to_string()).collect();
        assert_eq!(names, ["2024-06-15", "2024-06", "2024"]);
        let year = Taken::parse("1974", TakenSource::User).unwrap().date_key();
        assert_eq!(year.with_coarser().count(), 1);
        assert!(day.to_year().range().contains(&day) && day.to_month().range().contains(&day));
    }
}
