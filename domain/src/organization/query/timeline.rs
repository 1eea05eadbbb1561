//! How many photos there are of each year, month or day.
//!
//! Photos without a date are in none; a photo known to the year only is counted
//! under its year, whatever is asked for, as the date folders do.

use crate::kernel::{AssetSet, DateKey};
use crate::view::View;

/// What a timeline counts by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// Years.
    Year,
    /// Months.
    Month,
    /// Days.
    Day,
}

impl By {
    /// `year`, `month`, `day`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
        }
    }

    /// What is counted by, of this text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Year, Self::Month, Self::Day]
            .into_iter()
            .find(|by| by.as_str() == text)
    }

    const fn of(self, key: DateKey) -> DateKey {
        match self {
            Self::Year => key.to_year(),
            Self::Month => key.to_month(),
            Self::Day => key,
        }
    }
}

/// The dates of a set with how many of its photos they have; ascending, none empty.
#[must_use]
pub fn timeline(view: &View, set: &AssetSet, by: By) -> Vec<(DateKey, u64)> {
    let mut counts: Vec<(DateKey, u64)> = Vec::new();
    for (key, assets) in view.dates() {
        let count = assets.bitmap().intersection_len(set.bitmap());
        if count == 0 {
            continue;
        }
        let key = by.of(key);
        match counts.last_mut() {
            Some((last, sum)) if *last == key => *sum += count,
            _ => counts.push((key, count)),
        }
    }
    counts
}
