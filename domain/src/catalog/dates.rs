//! Moving the dates of photos, each from what it is: by a span, into a time
//! zone, from one zone to another.
//!
//! Only times can be moved: a photo without a date, or with one known to the day
//! at most, is left alone and counted.
//!
//! | change | wall time | offset | instant |
//! |---|---|---|---|
//! | shift | moved | kept | moved |
//! | zone | kept | the zone's at that wall time | follows |
//! | convert | the other zone's at that instant | the other zone's | kept |
//!
//! Where clocks are put forward or back, a wall time is skipped or comes twice.
//! One rule serves both: the offset from before the change holds, as that of a
//! camera whose clock nobody has set yet. An offset that a photo has is a fact
//! about its instant: `convert` goes by it, and by `from` where there is none.

use super::CatalogError;
use super::command::{edited, known};
use crate::event::{ChangeSet, DateEdit, Event};
use crate::kernel::port::Zones;
use crate::kernel::{AssetSet, Precision, Taken, TakenSource, parse_offset};
use crate::view::View;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use std::fmt;

/// How dates move.
#[derive(Clone, PartialEq, Debug)]
pub enum DateChange {
    /// The camera's clock was wrong by so much.
    Shift(Shift),
    /// The wall time is right, and was that of this zone.
    Zone(Zone),
    /// The camera's clock showed another zone's time.
    Convert {
        /// The zone that its clock showed.
        from: Zone,
        /// The zone that it should have shown.
        to: Zone,
    },
}

/// A span of time with a sign, in seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shift(i64);

impl Shift {
    /// Reads `+1h30m`, `-2d`, `+45s`.
    ///
    /// # Errors
    /// [`CatalogError::NoShift`].
    pub fn parse(text: &str) -> Result<Self, CatalogError> {
        let fail = || CatalogError::NoShift {
            text: text.to_owned(),
        };
        let (sign, mut rest) = match text.trim().split_at_checked(1) {
            Some(("+", rest)) => (1, rest),
            Some(("-", rest)) => (-1, rest),
            _ => return Err(fail()),
        };
        let (mut total, mut least) = (0i64, i64::MAX);
        while !rest.is_empty() {
            let end = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(fail)?;
            let (digits, unit) = rest.split_at(end);
            let seconds = match unit.chars().next() {
                Some('d') => 86_400,
                Some('h') => 3600,
                Some('m') => 60,
                Some('s') => 1,
                _ => return Err(fail()),
            };
            let part = digits
                .parse()
                .ok()
                .and_then(|count: i64| count.checked_mul(seconds));
            total = part
                .filter(|_| seconds < least)
                .and_then(|part| total.checked_add(part))
                .ok_or_else(fail)?;
            least = seconds;
            rest = unit.get(1..).unwrap_or_default();
        }
        if total == 0 {
            return Err(fail());
        }
        Ok(Self(sign * total))
    }
}

/// As [`Shift::parse`] reads it, largest units first.
impl fmt::Display for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0 < 0 { "-" } else { "+" })?;
        let mut left = self.0.unsigned_abs();
        for (seconds, unit) in [(86_400, 'd'), (3600, 'h'), (60, 'm'), (1, 's')] {
            let count = left / seconds;
            left %= seconds;
            if count > 0 {
                write!(f, "{count}{unit}")?;
            }
        }
        Ok(())
    }
}

/// A time zone, by the name it was given with.
#[derive(Clone, PartialEq, Debug)]
pub struct Zone {
    name: Box<str>,
    zone: TimeZone,
}

impl Zone {
    /// The zone of an IANA name, of an offset such as `+02:00`, or `Z`.
    ///
    /// # Errors
    /// [`CatalogError::NoZone`].
    pub fn parse(text: &str, zones: &dyn Zones) -> Result<Self, CatalogError> {
        let name = text.trim();
        let fixed = if matches!(name, "Z" | "z") {
            Some(0)
        } else {
            parse_offset(name)
        };
        let zone = match fixed {
            Some(minutes) => Offset::from_seconds(i32::from(minutes) * 60)
                .ok()
                .map(TimeZone::fixed),
            None => zones.zone(name),
        };
        let name = name.into();
        zone.map(|zone| Self { name, zone })
            .ok_or_else(|| CatalogError::NoZone {
                text: text.to_owned(),
            })
    }

    /// The offset of this wall time, in minutes, and whether the clock was set then.
    fn at(&self, taken: Taken) -> (i16, bool) {
        match self.zone.to_ambiguous_timestamp(taken.local()).offset() {
            AmbiguousOffset::Unambiguous { offset } => (minutes(offset), false),
            AmbiguousOffset::Gap { before, .. } | AmbiguousOffset::Fold { before, .. } => {
                (minutes(before), true)
            }
        }
    }
}

/// Minutes east of UTC; the local mean times of old are rounded.
fn minutes(offset: Offset) -> i16 {
    let seconds = offset.seconds();
    i16::try_from((seconds + 30).div_euclid(60)).unwrap_or(0)
}

/// A time after a change.
struct Moved {
    taken: Taken,
    clock_was_set: bool,
    by_own_offset: bool,
}

/// What was left as it was, and what is worth a word.
#[derive(Default)]
struct Left {
    timeless: u64,
    had_it: u64,
    clock_was_set: u64,
    by_own_offset: u64,
}

impl Left {
    fn words(&self) -> String {
        let parts: Vec<String> = [
            (self.timeless, "without a time left alone"),
            (self.had_it, "had it"),
            (
                self.clock_was_set,
                "in an hour when clocks were set, read as before it",
            ),
            (self.by_own_offset, "by the offset of their own"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
        if parts.is_empty() {
            String::new()
        } else {
            format!(" ({})", parts.join(", "))
        }
    }
}

impl DateChange {
    /// The time after the change; `None` off the calendar.
    fn of(&self, taken: Taken) -> Option<Moved> {
        let (mut clock_was_set, mut by_own_offset) = (false, false);
        let taken = match self {
            Self::Shift(Shift(seconds)) => taken.shifted(*seconds)?,
            Self::Zone(zone) => {
                let (offset, was_set) = zone.at(taken);
                clock_was_set = was_set;
                let offset_minutes = Some(offset);
                Taken {
                    offset_minutes,
                    ..taken
                }
            }
            Self::Convert { from, to } => {
                let from = if let Some(own) = taken.offset_minutes {
                    by_own_offset = true;
                    own
                } else {
                    let (offset, was_set) = from.at(taken);
                    clock_was_set = was_set;
                    offset
                };
                let instant = taken.local_seconds - i64::from(from) * 60;
                let timestamp = jiff::Timestamp::from_second(instant).ok()?;
                let offset = minutes(to.zone.to_offset(timestamp));
                let moved = taken.shifted(i64::from(offset - from) * 60)?;
                let offset_minutes = Some(offset);
                Taken {
                    offset_minutes,
                    ..moved
                }
            }
        };
        Some(Moved {
            taken,
            clock_was_set,
            by_own_offset,
        })
    }

    fn words(&self) -> String {
        match self {
            Self::Shift(shift) => format!("dates shifted by {shift}"),
            Self::Zone(zone) => format!("dates put into {}", zone.name),
            Self::Convert { from, to } => format!("dates converted from {} to {}", from.name, to.name),
        }
    }
}

/// Moves the dates of photos.
///
/// # Errors
/// An unknown asset, no asset at all, a date that would leave the calendar.
pub fn change_dates(view: &View, assets: &AssetSet, change: &DateChange) -> Result<ChangeSet, CatalogError> {
    known(view, assets)?;
    let (mut left, mut dates) = (Left::default(), Vec::new());
    for asset in assets.iter() {
        let Some(now) = view.taken(asset).filter(|now| now.precision >= Precision::Minute) else {
            left.timeless += 1;
            continue;
        };
        let off = || CatalogError::OffTheCalendar { asset, taken: now };
        let moved = change.of(now).ok_or_else(off)?;
        if moved.taken == now {
            left.had_it += 1;
            continue;
        }
        left.clock_was_set += u64::from(moved.clock_was_set);
        left.by_own_offset += u64::from(moved.by_own_offset);
        dates.push(DateEdit {
            asset,
            before: view.date_edit(asset),
            after: Some(moved.taken.with_source(TakenSource::User)),
        });
    }
    let changed: AssetSet = dates.iter().map(|edit| edit.asset).collect();
    let events = if dates.is_empty() {
        Vec::new()
    } else {
        vec![Event::DatesEdited { dates }]
    };
    let mut decision = edited(change.words(), events, &changed);
    decision.summary.push_str(&left.words());
    Ok(decision)
}
