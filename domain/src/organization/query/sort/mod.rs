//! The first photos of a set, in an order, a page at a time.
//!
//! Nothing is sorted whole, and a page of a large set does not look at all of it
//! (`first`). Orders are ascending (oldest, first by name, lowest), or all the
//! other way round; photos without the value come last either way, and equal
//! ones by number, so that every photo is on one page exactly.
//!
//! A [`Cursor`] holds the key and number of the last photo of a page, so that
//! photos that come or go between two pages do not shift the next one.

mod first;

use super::error::CursorError;
use crate::kernel::{AssetId, AssetSet, name};
use crate::view::View;
use first::First;
use std::cmp::Ordering;
use std::fmt;

/// Up to so many are looked at, each: half a millisecond.
const FEW_SORTED: u64 = if cfg!(test) { 3 } else { 4_096 };

/// What a list is sorted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    /// When it was taken, by the wall clock.
    Taken,
    /// When its file was first seen.
    Added,
    /// Its name as query directories show it, case-folded.
    Name,
    /// Its rating.
    Rating,
}

impl Sort {
    const ALL: [Self; 4] = [Self::Taken, Self::Added, Self::Name, Self::Rating];

    /// `taken`, `added`, `name`, `rating`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Added => "added",
            Self::Name => "name",
            Self::Rating => "rating",
        }
    }

    /// The order of this text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == text)
    }

    fn value(self, view: &View, asset: AssetId) -> Value {
        let number = |number: Option<i64>| number.map_or(Value::Absent, |number| Value::Number(number, 0));
        match self {
            Self::Taken => view.taken(asset).map_or(Value::Absent, |taken| {
                Value::Number(taken.local_seconds, taken.nanos)
            }),
            Self::Added => number(view.added(asset).map(i64::from)),
            Self::Name => view
                .query_name(asset)
                .map_or(Value::Absent, |shown| Value::Text(name::fold(&shown).into())),
            Self::Rating => number(view.rating(asset).map(i64::from)),
        }
    }
}

/// What photos are compared by; within one order all are of one kind, or absent.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Value {
    Number(i64, u32),
    Text(Box<str>),
    Absent,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Key {
    value: Value,
    reverse: bool,
    id: AssetId,
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        let absent = |key: &Self| key.value == Value::Absent;
        let values = match (absent(self), absent(other)) {
            (false, false) if self.reverse => other.value.cmp(&self.value),
            (false, false) => self.value.cmp(&other.value),
            (a, b) => a.cmp(&b),
        };
        values.then(self.id.cmp(&other.id))
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Where a page ended; opaque to everyone else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cursor {
    sort: Sort,
    key: Key,
}

impl Cursor {
    /// Reads a cursor that a page of the same order gave.
    ///
    /// # Errors
    /// [`CursorError`] if it is none, or of another order.
    pub fn parse(text: &str, sort: Sort, reverse: bool) -> Result<Self, CursorError> {
        read(text)
            .filter(|cursor| cursor.sort == sort && cursor.key.reverse == reverse)
            .ok_or_else(|| CursorError { text: text.into() })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let direction = if self.key.reverse { "down" } else { "up" };
        write!(f, "{}-{direction}-{}-", self.sort.as_str(), self.key.id)?;
        match &self.key.value {
            Value::Number(number, nanos) => write!(f, "n{number}.{nanos}"),
            Value::Text(text) => write!(f, "t{text}"),
            Value::Absent => f.write_str("a"),
        }
    }
}

fn read(text: &str) -> Option<Cursor> {
    let mut parts = text.splitn(4, '-');
    let sort = Sort::parse(parts.next()?)?;
    let reverse = match parts.next()? {
        "up" => false,
        "down" => true,
        _ => return None,
    };
    let id = AssetId::new(parts.next()?.parse().ok()?);
    let value = parts.next()?;
    let value = match (value.get(..1)?, value.get(1..)?) {
        ("n", number) => {
            let (number, nanos) = number.split_once('.')?;
            Value::Number(number.parse().ok()?, nanos.parse().ok()?)
        }
        ("t", text) => Value::Text(text.into()),
        ("a", "") => Value::Absent,
        _ => return None,
    };
    let key = Key { value, reverse, id };
    Some(Cursor { sort, key })
}

/// A part of a sorted list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// The photos, sorted.
    pub items: Vec<AssetId>,
    /// Where the next page begins; `None`: this was the last.
    pub next: Option<Cursor>,
}

/// The first `limit` photos of a set in this order, after a cursor's place.
#[must_use]
pub fn page(
    view: &View,
    set: &AssetSet,
    sort: Sort,
    reverse: bool,
    limit: usize,
    after: Option<&Cursor>,
) -> Page {
    // One more tells whether this page is the last.
    let mut first = First::new(view, sort, reverse, limit.saturating_add(1), after);
    if set.len() <= FEW_SORTED {
        first.offer_all(set);
    } else {
        first.walk(set);
    }
    let mut keys = first.heap.into_sorted_vec();
    let more = keys.len() > limit;
    keys.truncate(limit);
    let next = keys.last().filter(|_| more).map(|key| Cursor {
        sort,
        key: key.clone(),
    });
    let items = keys.into_iter().map(|key| key.id).collect();
    Page { items, next }
}

/// A whole set in this order, by comparing each with each: what pages put together must be.
#[cfg(test)]
pub(super) fn sorted(view: &View, set: &AssetSet, sort: Sort, reverse: bool) -> Vec<AssetId> {
    let key = |id| Key {
        value: sort.value(view, id),
        reverse,
        id,
    };
    let mut keys: Vec<Key> = set.iter().map(key).collect();
    keys.sort();
    keys.into_iter().map(|key| key.id).collect()
}
