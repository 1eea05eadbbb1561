//! Times as ISO 8601 in UTC: when an entry was made (milliseconds), when a file was changed (nanoseconds), when something was first seen
//! (seconds). And the dates of photos, which are wall times.
//!
//! Refuses what is beyond the calendar (years -9999 to 9999), on writing too.

use super::wire::{Wire, textual};
use jiff::Timestamp;
use kphotos_domain::kernel::{DateKey, Precision, Taken, TakenSource};
use serde::de::{Deserializer, Error};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

/// A time of one precision, as a module for `#[serde(with = "…")]`.
macro_rules! times {
    ($($(#[$doc:meta])* $name:ident $digits:literal $from:expr, $to:expr;)*) => {$(
        $(#[$doc])*
        pub(super) mod $name {
            use super::Timestamp;
            use serde::de::{Deserialize, Deserializer, Error};
            use serde::ser::{Error as _, Serializer};

            pub(crate) fn serialize<S: Serializer>(number: &i64, to: S) -> Result<S::Ok, S::Error> {
                let from: fn(i64) -> Result<Timestamp, jiff::Error> = $from;
                let time = from(*number).map_err(S::Error::custom)?;
                to.collect_str(&format_args!("{time:.*}", $digits))
            }

            pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
                let time: Timestamp = text
                    .parse()
                    .map_err(|error| D::Error::custom(format_args!("`{text}` is no time: {error}")))?;
                let to: fn(Timestamp) -> Option<i64> = $to;
                to(time).ok_or_else(|| D::Error::custom(format_args!("`{text}` is a time out of range")))
            }
        }
    )*};
}

times! {
    /// `2026-11-22T12:00:00.123Z`
    millis 3 Timestamp::from_millisecond, |time| Some(time.as_millisecond());
    /// `2026-11-22T12:00:00Z`
    seconds 0 Timestamp::from_second, |time| Some(time.as_second());
    /// `2026-11-22T12:00:00.123456789Z`
    nanos 9 |number| Timestamp::from_nanosecond(number.into()), |time| time.as_nanosecond().try_into().ok();
}

/// A time that may be missing, to the second.
pub(super) mod seconds_or_none {
    use serde::de::{Deserialize, Deserializer};
    use serde::ser::{Serialize, Serializer};

    #[derive(serde::Serialize, serde::Deserialize)]
    struct SecondsRecord(#[serde(with = "super::seconds")] i64);

    #[expect(clippy::ref_option, reason = "the form that serde asks for")]
    pub(crate) fn serialize<S: Serializer>(time: &Option<i64>, to: S) -> Result<S::Ok, S::Error> {
        time.map(SecondsRecord).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
        Ok(Option::<SecondsRecord>::deserialize(from)?.map(|SecondsRecord(time)| time))
    }
}

textual! {
    TakenSource: |source| source.as_str(), TakenSource::parse, "a source such as exif:DateTimeOriginal";
    Precision: |precision| precision_text(*precision), parse_precision, "year, month, day, minute or second";
    DateKey: |key| key.to_string(), parse_key, "a date such as 2024, 2024-06 or 2024-06-15";
}

const fn precision_text(precision: Precision) -> &'static str {
    match precision {
        Precision::Year => "year",
        Precision::Month => "month",
        Precision::Day => "day",
        Precision::Minute => "minute",
        Precision::Second => "second",
    }
}

fn parse_precision(text: &str) -> Option<Precision> {
    use Precision::{Day, Minute, Month, Second, Year};
    [Year, Month, Day, Minute, Second]
        .into_iter()
        .find(|precision| precision_text(*precision) == text)
}

/// Reads what a key shows, and nothing else.
fn parse_key(text: &str) -> Option<DateKey> {
    let mut number = 0u32;
    let mut parts = text.split('-');
    for scale in [10_000, 100, 1] {
        let part: u32 = parts.next().map_or(Some(0), |part| part.parse().ok())?;
        number = number.checked_add(part.checked_mul(scale)?)?;
    }
    let key = DateKey::from_number(number);
    (key.to_string() == text).then_some(key)
}

/// What ISO 8601 says of it; the numbers themselves where that would not say all.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum TakenRecord {
    Text(TextRecord),
    Numbers(NumbersRecord),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TextRecord {
    time: String,
    #[serde(with = "super::wire")]
    source: TakenSource,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NumbersRecord {
    local_seconds: i64,
    nanos: u32,
    offset_minutes: Option<i16>,
    #[serde(with = "super::wire")]
    precision: Precision,
    #[serde(with = "super::wire")]
    source: TakenSource,
}

impl Wire for Taken {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let (time, source) = (self.to_string(), self.source);
        if Self::parse(&time, source).as_ref() == Ok(self) {
            return TextRecord { time, source }.serialize(to);
        }
        let Self {
            local_seconds,
            nanos,
            offset_minutes,
            precision,
            source,
        } = *self;
        let numbers = NumbersRecord {
            local_seconds,
            nanos,
            offset_minutes,
            precision,
            source,
        };
        numbers.serialize(to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let record = TakenRecord::deserialize(from).map_err(|_| {
            D::Error::custom("a date of a photo has neither `time` and `source` nor its numbers")
        })?;
        match record {
            TakenRecord::Text(TextRecord { time, source }) => {
                Self::parse(&time, source).map_err(D::Error::custom)
            }
            TakenRecord::Numbers(numbers) => Ok(Self {
                local_seconds: numbers.local_seconds,
                nanos: numbers.nanos,
                offset_minutes: numbers.offset_minutes,
                precision: numbers.precision,
                source: numbers.source,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::wire;
    use super::*;

    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    #[serde(transparent)]
    struct Date(#[serde(with = "wire")] Taken);

    #[test]
    fn a_date_that_its_text_does_not_say_is_written_in_numbers() {
        let check = |taken: Taken, json: &str| {
            assert_eq!(serde_json::to_string(&Date(taken)).unwrap(), json);
            assert_eq!(serde_json::from_str::<Date>(json).unwrap(), Date(taken));
        };
        let taken = Taken::parse("2024-06-15T10:30:05.25-03:30", TakenSource::User).unwrap();
        check(
            taken,
            r#"{"time":"2024-06-15T10:30:05.25-03:30","source":"user"}"#,
        );
        let odd = Taken {
            precision: Precision::Year,
            ..taken
        };
        check(
            odd,
            r#"{"local_seconds":1718447405,"nanos":250000000,"offset_minutes":-210,"precision":"year","source":"user"}"#,
        );
        check(
            Taken {
                local_seconds: i64::MIN,
                offset_minutes: Some(0),
                ..odd
            },
            r#"{"local_seconds":-9223372036854775808,"nanos":250000000,"offset_minutes":0,"precision":"year","source":"user"}"#,
        );
    }

    #[test]
    fn a_date_key_has_one_text() {
        for number in [20_240_000, 20_240_600, 20_240_615, 0, 10_101] {
            let key = DateKey::from_number(number);
            assert_eq!(parse_key(&key.to_string()), Some(key));
        }
        for text in ["", "24", "2024-6", "2024-06-15-1", "2024-00", "+2024"] {
            assert_eq!(parse_key(text), None, "{text}");
        }
    }
}
