//! Folders of dates, which are there while they have a photo to show.

use super::Finder;
use crate::inode::{Node, Top};
use kphotos_domain::kernel::{AssetSet, DateKey};
use kphotos_domain::view::{Dir, DirDelta};
use rustc_hash::FxHashSet;
use std::collections::{BTreeMap, BTreeSet};

/// Dates whose folders came (true) or went.
type Flipped = BTreeMap<DateKey, bool>;

impl Finder<'_> {
    pub(super) fn dates(&mut self) {
        let flipped = self.flipped_dates();
        for (key, is_there) in &flipped {
            let Some(node) = self.own_node(Dir::Date(*key)) else {
                continue;
            };
            self.directory(*is_there, folder_above(*key), key.to_string(), node);
        }
        self.years(&flipped);
    }

    fn flipped_dates(&self) -> Flipped {
        let changes = self.delta.dirs.iter().filter_map(|(dir, change)| {
            let Dir::Date(key) = dir else { return None };
            Some((*key, change))
        });
        if !self.hides_or_hid() {
            let flipped = changes.filter(|(_, change)| change.was_empty != change.is_empty);
            return flipped.map(|(key, change)| (key, change.was_empty)).collect();
        }
        let mut keys: BTreeSet<DateKey> = changes.map(|(key, _)| key).collect();
        let photos = self.flipped_photos();
        let all = DateKey::from_number(0)..=DateKey::from_number(u32::MAX);
        for (key, set) in self.view.dates_within(all) {
            if !set.is_disjoint(&photos) {
                keys.extend(key.with_coarser());
            }
        }
        keys.retain(|key| self.held.has(folder_above(*key)) || self.held.has(level_above(*key)));
        let flips = |key: DateKey| {
            let (before, now) = self.had_and_has(key);
            (before != now).then_some((key, now))
        };
        keys.into_iter().filter_map(flips).collect()
    }

    /// Whether a date had a photo to show before the entry, and whether it has one now, where
    /// what is away is left out.
    fn had_and_has(&self, key: DateKey) -> (bool, bool) {
        let dir = Dir::Date(key);
        let now = self.view.members(dir);
        let has = now.iter().any(|asset| self.tree.shows_photo(asset));
        let had = |assets: &AssetSet| assets.iter().any(|asset| !self.was_photo_away(asset));
        let before = match self.delta.dirs.get(&dir) {
            Some(DirDelta { joined, left, .. }) => had(left) || had(&(&now - joined)),
            None => had(&now),
        };
        (before, has)
    }

    /// `by-month/2024` and `by-day/2024` appear with the first month or day in them.
    fn years(&mut self, flipped: &Flipped) {
        for (top, node, is_level) in [
            (
                Top::ByMonth,
                Node::YearOfMonths as fn(DateKey) -> Node,
                is_month as fn(DateKey) -> bool,
            ),
            (Top::ByDay, Node::YearOfDays, is_day),
        ] {
            if !self.held.has(Node::Top(top)) {
                continue;
            }
            let mut years: BTreeMap<DateKey, Vec<(DateKey, bool)>> = BTreeMap::new();
            for (key, is_there) in flipped.iter().filter(|(key, _)| is_level(**key)) {
                years.entry(key.to_year()).or_default().push((*key, *is_there));
            }
            for (year, changes) in years {
                let now = self.level_of(year, is_level);
                let here = |key: &DateKey| changes.iter().any(|(other, _)| other == key);
                let before = now.iter().any(|key| !here(key)) || changes.iter().any(|(_, came)| !came);
                if before == now.is_empty() {
                    self.directory(!before, Node::Top(top), year.to_string(), node(year));
                }
            }
        }
    }

    /// The months or days of a year that show something.
    fn level_of(&self, year: DateKey, is_level: fn(DateKey) -> bool) -> FxHashSet<DateKey> {
        let within = self.view.dates_within(year.range());
        let shown = within.filter(|(_, set)| set.iter().any(|asset| self.tree.shows_photo(asset)));
        shown
            .flat_map(|(key, _)| key.with_coarser())
            .filter(|key| is_level(*key))
            .collect()
    }
}

/// The folder that a date's folder is in.
fn folder_above(key: DateKey) -> Node {
    if key.day() > 0 {
        Node::YearOfDays(key.to_year())
    } else if key.month() > 0 {
        Node::YearOfMonths(key.to_year())
    } else {
        Node::Top(Top::ByYear)
    }
}

/// The folder that this one is in.
fn level_above(key: DateKey) -> Node {
    if key.day() > 0 {
        Node::Top(Top::ByDay)
    } else if key.month() > 0 {
        Node::Top(Top::ByMonth)
    } else {
        Node::Top(Top::ByYear)
    }
}

fn is_month(key: DateKey) -> bool {
    key.month() > 0 && key.day() == 0
}

fn is_day(key: DateKey) -> bool {
    key.day() > 0
}
