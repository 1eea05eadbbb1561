//! `dates/`: years, months and days, as sibling views.
//!
//! A photo is shown as finely as its date is known: one that is known to the
//! month is in `by-year` and `by-month`, not in `by-day`. A folder without a
//! photo to show is not there.

use super::photos::NONE_TAKEN;
use super::{Entry, Tree, photos};
use crate::inode::{Node, Top};
use kphotos_domain::kernel::{AssetSet, DateKey};
use std::ops::RangeInclusive;

/// The folder that a date belongs in; `None` if it is not known that finely.
type Cut = fn(DateKey) -> Option<DateKey>;

/// What the folders in a directory of folders are: which dates, cut to what, as which nodes.
struct Level {
    range: RangeInclusive<DateKey>,
    cut: Cut,
    node: fn(DateKey) -> Node,
}

fn year(key: DateKey) -> Option<DateKey> {
    Some(key.to_year())
}

fn year_with_months(key: DateKey) -> Option<DateKey> {
    (key.month() > 0).then(|| key.to_year())
}

fn year_with_days(key: DateKey) -> Option<DateKey> {
    (key.day() > 0).then(|| key.to_year())
}

fn month(key: DateKey) -> Option<DateKey> {
    (key.month() > 0).then(|| key.to_month())
}

fn day(key: DateKey) -> Option<DateKey> {
    (key.day() > 0).then_some(key)
}

fn level(dir: Node) -> Option<Level> {
    let all = || DateKey::from_number(0)..=DateKey::from_number(u32::MAX);
    let of = |range, cut: Cut, node: fn(DateKey) -> Node| Some(Level { range, cut, node });
    match dir {
        Node::Top(Top::ByYear) => of(all(), year, Node::Year),
        Node::Top(Top::ByMonth) => of(all(), year_with_months, Node::YearOfMonths),
        Node::YearOfMonths(key) => of(key.range(), month, Node::Month),
        Node::Top(Top::ByDay) => of(all(), year_with_days, Node::YearOfDays),
        Node::YearOfDays(key) => of(key.range(), day, Node::Day),
        Node::Root
        | Node::Top(_)
        | Node::Album(_)
        | Node::Tag(_)
        | Node::Year(_)
        | Node::Month(_)
        | Node::Day(_)
        | Node::Folder(_)
        | Node::Share(_)
        | Node::Person(_)
        | Node::Shared(..)
        | Node::Collection(_)
        | Node::AllOf(_)
        | Node::Copies(_)
        | Node::Search(_)
        | Node::File(_)
        | Node::Sidecar(_)
        | Node::FolderFile(..)
        | Node::Marker => None,
    }
}

/// The folders of a level that have something to show, ascending, each once.
fn keys(tree: &Tree<'_>, level: &Level) -> Vec<DateKey> {
    let mut keys = Vec::new();
    for (key, assets) in tree.view.dates_within(level.range.clone()) {
        if let Some(key) = (level.cut)(key)
            && keys.last() != Some(&key)
            && shows(tree, assets)
        {
            keys.push(key);
        }
    }
    keys
}

fn shows(tree: &Tree<'_>, assets: &AssetSet) -> bool {
    assets.iter().any(|asset| tree.shows_photo(asset))
}

/// The folders or the photos of a directory of dates.
pub(super) fn list(tree: &Tree<'_>, dir: Node) -> Vec<Entry> {
    if let Some(level) = level(dir) {
        let keys = keys(tree, &level);
        return keys
            .into_iter()
            .map(|key| Entry::new(key.to_string(), (level.node)(key)))
            .collect();
    }
    let mut entries = Vec::new();
    if let Some(stored) = tree.stored(dir) {
        photos::list(tree, stored, NONE_TAKEN, &mut entries);
    }
    entries
}

/// The folder or the photo of this name in a directory of dates.
pub(super) fn lookup(tree: &Tree<'_>, dir: Node, wanted: &str) -> Option<Node> {
    let Some(level) = level(dir) else {
        return photos::find(tree, tree.stored(dir)?, wanted, NONE_TAKEN).map(Node::File);
    };
    let key = parse(wanted).filter(|key| level.range.contains(key))?;
    let node = (level.node)(key);
    (exists(tree, node) && tree.parent(node) == Some(dir)).then_some(node)
}

/// `2024`, `2024-06` or `2024-06-15`, written just so.
fn parse(name: &str) -> Option<DateKey> {
    let mut parts = name.split('-').map(|part| part.parse::<u32>().ok());
    let year = parts.next()??;
    let month = parts.next().unwrap_or(Some(0))?;
    let day = parts.next().unwrap_or(Some(0))?;
    if year > 9_999 || month > 99 || day > 99 {
        return None;
    }
    let key = DateKey::from_number(year * 10_000 + month * 100 + day);
    (key.to_string() == name).then_some(key)
}

/// Whether a date's folder has something to show.
pub(super) fn exists(tree: &Tree<'_>, node: Node) -> bool {
    let (key, cut): (_, Cut) = match node {
        Node::Year(key) => (key, year),
        Node::YearOfMonths(key) => (key, year_with_months),
        Node::Month(key) => (key, month),
        Node::YearOfDays(key) => (key, year_with_days),
        Node::Day(key) => (key, day),
        Node::Root
        | Node::Top(_)
        | Node::Album(_)
        | Node::Tag(_)
        | Node::Folder(_)
        | Node::Share(_)
        | Node::Person(_)
        | Node::Shared(..)
        | Node::Collection(_)
        | Node::AllOf(_)
        | Node::Copies(_)
        | Node::Search(_)
        | Node::File(_)
        | Node::Sidecar(_)
        | Node::FolderFile(..)
        | Node::Marker => {
            return false;
        }
    };
    tree.view
        .dates_within(key.range())
        .any(|(finest, assets)| cut(finest) == Some(key) && shows(tree, assets))
}

/// How many folders are in a directory of dates.
pub(super) fn subdirectories(tree: &Tree<'_>, dir: Node) -> usize {
    level(dir).map_or(0, |level| keys(tree, &level).len())
}
