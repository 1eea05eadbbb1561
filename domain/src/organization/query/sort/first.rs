//! The first of many photos, without looking at all.
//!
//! The best keys so far are in a heap. The photos are offered in groups that lie in the order already: days, ratings,
//! spans of seconds, stems. Before each group stands the best that it or any later one can have; when that is worse than
//! the worst in a full heap, the walk is over. So a page costs what the groups cost that it comes from, and the set alone
//! where all are of one rating.
//!
//! A stem is the beginning of the names of its photos, so stems are walked by their texts; backwards, a name may be higher
//! than those of later stems and of a stem that is its own beginning, so those are looked up at the end. A walk by
//! names that finds little (movies at the end of the alphabet, of a million pictures before) gives up and looks at the set.

use super::super::ast::NumberKey;
use super::super::index::{Facet, SPAN, lowest};
use super::{Cursor, Key, Sort, Value};
use crate::kernel::{AssetId, AssetSet, DateKey};
use crate::view::View;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BinaryHeap;

/// After so many files a walk by names gives up: some milliseconds.
const PATIENCE: usize = if cfg!(test) { 8 } else { 40_000 };
/// Bytes of a stem that are at the start of its names in any case; behind, names are cut.
const SURE_BYTES: usize = 128;

/// The best keys of those that were offered.
pub(super) struct First<'a> {
    view: &'a View,
    sort: Sort,
    reverse: bool,
    wanted: usize,
    after: Option<&'a Key>,
    pub(super) heap: BinaryHeap<Key>,
}

impl<'a> First<'a> {
    pub(super) fn new(
        view: &'a View,
        sort: Sort,
        reverse: bool,
        wanted: usize,
        after: Option<&'a Cursor>,
    ) -> Self {
        Self {
            view,
            sort,
            reverse,
            wanted,
            after: after.map(|cursor| &cursor.key),
            heap: BinaryHeap::new(),
        }
    }

    /// Looks at each.
    pub(super) fn offer_all(&mut self, set: &AssetSet) {
        set.iter().for_each(|id| self.offer(id));
    }

    /// Looks at as many as it takes.
    pub(super) fn walk(&mut self, set: &AssetSet) {
        match self.sort {
            Sort::Taken => self.walk_dates(set),
            Sort::Added => self.walk_facet(set, Facet::Since),
            Sort::Rating => self.walk_facet(set, Facet::Number(NumberKey::Rating)),
            Sort::Name => {
                if self.walk_stems(set).is_none() {
                    self.heap.clear();
                    self.offer_all(set);
                }
            }
        }
    }

    fn offer(&mut self, id: AssetId) {
        let value = self.sort.value(self.view, id);
        self.put(value, id);
    }

    fn put(&mut self, value: Value, id: AssetId) {
        let reverse = self.reverse;
        let key = Key { value, reverse, id };
        if self.after.is_some_and(|after| key <= *after) {
            return;
        }
        if self.heap.len() < self.wanted {
            self.heap.push(key);
        } else if let Some(mut last) = self.heap.peek_mut()
            && key < *last
        {
            *last = key;
        }
    }

    /// The worst of the best, once there are enough.
    fn worst(&self) -> Option<&Key> {
        self.heap.peek().filter(|_| self.heap.len() >= self.wanted)
    }

    /// Whether nobody with this value or a later one can be among the first.
    fn is_done(&self, best: Value) -> bool {
        let (reverse, id) = (self.reverse, AssetId::new(0));
        let best = Key {
            value: best,
            reverse,
            id,
        };
        self.worst().is_some_and(|worst| *worst < best)
    }

    /// Whether all with this value or an earlier one are on the pages before.
    fn is_past(&self, last: Value) -> bool {
        let (reverse, id) = (self.reverse, AssetId::new(u32::MAX));
        let last = Key {
            value: last,
            reverse,
            id,
        };
        self.after.is_some_and(|after| last <= *after)
    }

    /// Those of one value, ascending: the first of them are the best.
    fn offer_equal(&mut self, value: &Value, set: &AssetSet) {
        for id in set.iter() {
            let (value, reverse) = (value.clone(), self.reverse);
            let key = Key { value, reverse, id };
            if self.worst().is_some_and(|worst| *worst < key) {
                return;
            }
            self.put(key.value, id);
        }
    }

    fn walk_dates(&mut self, set: &AssetSet) {
        let dates: Vec<(DateKey, &AssetSet)> = self.view.dates().collect();
        let years: Vec<&[(DateKey, &AssetSet)]> = dates.chunk_by(|a, b| a.0.year() == b.0.year()).collect();
        for year in in_order(&years, self.reverse) {
            // What is known to the year or month only may stand anywhere in it.
            let (coarse, days): (Vec<_>, Vec<_>) = year.iter().partition(|(key, _)| key.day() == 0);
            let whole = year.first().map(|(key, _)| key.to_year());
            if whole.is_some_and(|key| self.is_done_at(key)) {
                return;
            }
            coarse
                .iter()
                .for_each(|(_, group)| self.offer_all(&(*group & set)));
            for (key, group) in in_order(&days, self.reverse) {
                if self.is_done_at(*key) {
                    return;
                }
                if !self.is_past(bound(*key, !self.reverse)) {
                    self.offer_all(&(*group & set));
                }
            }
        }
        if !self.is_done(Value::Absent) {
            let mut rest = set.clone();
            dates.iter().for_each(|(_, group)| rest -= *group);
            self.offer_equal(&Value::Absent, &rest);
        }
    }

    fn is_done_at(&self, key: DateKey) -> bool {
        self.is_done(bound(key, self.reverse))
    }

    fn walk_facet(&mut self, set: &AssetSet, facet: Facet) {
        let view = self.view;
        view.indexes().by(view, facet, |current| {
            let stale = &current.stale & set;
            self.offer_all(&stale);
            let sound = set - &stale;
            let groups: Vec<(&u64, &AssetSet)> = current.part.sets().iter().collect();
            for (key, group) in in_order(&groups, self.reverse) {
                let (low, high) = if facet == Facet::Since {
                    let low = i64::try_from(*key * SPAN).unwrap_or(i64::MAX);
                    (low, low.saturating_add(SPAN.cast_signed() - 1))
                } else {
                    (lowest(**key), lowest(**key + 1) - 1)
                };
                let (best, last) = if self.reverse { (high, low) } else { (low, high) };
                let value = |number| Value::Number(number, 0);
                if self.is_done(value(best)) {
                    return;
                }
                let group = *group & &sound;
                if low == high && **key != 0 {
                    self.offer_equal(&value(low), &group);
                } else if !self.is_past(value(last)) {
                    self.offer_all(&group);
                }
            }
            if !self.is_done(Value::Absent) {
                let mut rest = sound;
                groups.iter().for_each(|(_, group)| rest -= *group);
                self.offer_equal(&Value::Absent, &rest);
            }
        });
    }

    /// `None`: it gave up.
    fn walk_stems(&mut self, set: &AssetSet) -> Option<()> {
        let view = self.view;
        let mut patience = PATIENCE;
        let end = view.indexes().by_stem(view, |order| {
            for stem in in_order(order, self.reverse) {
                let text = view.stem(*stem);
                let start = text
                    .get(..text.floor_char_boundary(SURE_BYTES))
                    .unwrap_or_default();
                let is_over = match self.worst().map(|worst| &worst.value) {
                    Some(Value::Text(worst)) if self.reverse => start < &**worst && !worst.starts_with(start),
                    Some(Value::Text(worst)) => &**worst < start,
                    Some(Value::Number(..) | Value::Absent) | None => false,
                };
                if is_over {
                    return Some(Some(text));
                }
                patience = patience.checked_sub(self.offer_stem(*stem, set))?;
            }
            Some(None)
        })?;
        // Backwards, those whose stem is the beginning of the worst name stand before it: `a.jpg` is above `a-1.jpg`.
        let worst = self.worst().map(|worst| worst.value.clone());
        if let (Some(end), Some(Value::Text(worst)), true) = (end, worst, self.reverse) {
            let starts = worst.char_indices().filter_map(|(at, _)| worst.get(..at));
            for stem in starts
                .filter(|start| *start < end)
                .filter_map(|start| view.stem_of(start))
            {
                self.offer_stem(stem, set);
            }
        }
        Some(())
    }

    /// Offers the photos that are called after a stem; how many files it looked at, or one.
    fn offer_stem(&mut self, stem: u32, set: &AssetSet) -> usize {
        let mut looked = 1;
        for file in self.view.files_called(stem) {
            looked += 1;
            let asset = self.view.file(file).map(|row| row.asset);
            if let Some(asset) = asset.filter(|asset| set.contains(*asset))
                && self.view.lead_file(asset) == Some(file)
            {
                self.offer(asset);
            }
        }
        looked
    }
}

/// These, or the other way round.
fn in_order<T>(all: &[T], reverse: bool) -> impl Iterator<Item = &T> {
    let last = all.len().saturating_sub(1);
    (0..all.len()).filter_map(move |at| all.get(if reverse { last - at } else { at }))
}

/// The first moment that a date may be, or the last.
fn bound(key: DateKey, last: bool) -> Value {
    let part = |number: u32, least: i8| i8::try_from(number).map_or(least, |number| number.max(least));
    let date = i16::try_from(key.year()).ok().and_then(|year| {
        let date = Date::new(year, part(key.month(), 1), part(key.day(), 1)).ok()?;
        Some(match (last, key.month(), key.day()) {
            (false, ..) | (true, 1.., 1..) => date,
            (true, 0, _) => date.last_of_year(),
            (true, _, _) => date.last_of_month(),
        })
    });
    let second = date.and_then(|date| {
        let time = if last {
            date.at(23, 59, 59, 0)
        } else {
            date.at(0, 0, 0, 0)
        };
        Some(TimeZone::UTC.to_timestamp(time).ok()?.as_second())
    });
    match (second, last) {
        (Some(second), false) => Value::Number(second, 0),
        (Some(second), true) => Value::Number(second, u32::MAX),
        // No calendar has it: it may be anywhere.
        (None, false) => Value::Number(i64::MIN, 0),
        (None, true) => Value::Number(i64::MAX, u32::MAX),
    }
}
