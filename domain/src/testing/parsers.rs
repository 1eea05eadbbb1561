//! The domain's parsers as functions of bytes alone, for those who try to break them.
//!
//! Each takes any bytes, must come back in bounded time without a panic, and asserts what
//! has to hold of an answer: what is shown is read again as the same, a mistake has its
//! place in the text, a portable name stays what it is. `tests/fuzz` has a target for each;
//! the test `broken` runs the same functions over the same seeds and thousands of
//! mutations of them.

use crate::catalog::{Field, Shift, Zone, date_in_name, kind_by_content, media_kind};
use crate::event::EntryKind;
use crate::identity::Tool;
use crate::kernel::name::{NAME_MAX, NameStyle, exact, fold, folder_name, join, portable, split_extension};
use crate::kernel::name::{split_suffix, suffix};
use crate::kernel::{Checksum, Taken, TakenSource, UserId};
use crate::organization::query::{Cursor, Sort, evaluate};
use crate::organization::{
    AlbumPath, CollectionName, FaceBox, FaceKind, PersonName, Query, QueryError, TagPath,
};
use crate::processing::QuietHours;
use crate::sharing::ShareName;
use crate::sidecar::{base_of, fit};
use crate::storage::{MountAccess, MountViews, ignored_by};
use crate::testing::FakeZones;
use crate::view::View;
use std::fmt::{Debug, Display};
use std::sync::Arc;

/// A parser.
pub type Parser = fn(&[u8]);

/// All of them, by the names of their targets.
pub const ALL: [(&str, Parser); 4] = [
    ("queries", queries),
    ("dates", dates),
    ("names", names),
    ("values", values),
];

/// Queries: read, and asked of an empty library; and the cursors of their pages.
pub fn queries(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match Query::parse(&text) {
        Ok(query) => {
            let found = evaluate(&View::new(Arc::new(FakeZones)), UserId::new(1), &query);
            assert!(found.is_empty(), "{text}");
        }
        Err(
            QueryError::Unexpected { at, .. }
            | QueryError::NotYet { at, .. }
            | QueryError::TooDeep { at, .. },
        ) => assert!(text.is_char_boundary(at), "{at} of {text:?}"),
        Err(QueryError::TooLong { length, limit }) => assert!(length > limit),
    }
    for sort in ["taken", "added", "name", "rating"]
        .into_iter()
        .filter_map(Sort::parse)
    {
        shown_again(&text, |text| Cursor::parse(text, sort, false));
    }
}

/// Dates, shifts, zones, quiet hours, and dates in names.
pub fn dates(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let taken = |text: &str| Taken::parse(text, TakenSource::ExifOriginal);
    shown_again(&text, taken);
    shown_again(&text, Shift::parse);
    shown_again(&text, str::parse::<QuietHours>);
    let _ = Zone::parse(&text, &FakeZones);
    let named = date_in_name(bytes);
    for taken in taken(&text).ok().into_iter().chain(named) {
        let (local, key) = (taken.local(), taken.date_key());
        assert!((1..=9999).contains(&local.year()), "{taken}");
        assert_eq!(i64::from(key.year()), i64::from(local.year()), "{taken}");
        let later = taken.shifted(5400);
        assert!(
            later.is_none_or(|later| later.shifted(-5400).is_some()),
            "{taken}"
        );
    }
}

/// Names of files and folders, as every system accepts them.
pub fn names(bytes: &[u8]) {
    let name = portable(bytes);
    assert!(
        name.len() <= NAME_MAX && name.is_empty() == bytes.is_empty(),
        "{name:?}"
    );
    assert_eq!(portable(name.as_bytes()), name, "of {bytes:?}");
    assert_eq!(fold(&fold(&name)), fold(&name));
    assert!(exact(bytes).is_none_or(|text| text.as_bytes() == bytes));
    let text = String::from_utf8_lossy(bytes);
    if let Ok(folder) = folder_name(&text) {
        assert_eq!(folder_name(&folder).as_deref(), Ok(&*folder));
    }
    let (stem, extension) = split_extension(bytes);
    assert!(stem.len() + extension.len() <= bytes.len());
    let (stem, extension) = (String::from_utf8_lossy(stem), String::from_utf8_lossy(extension));
    if let Some((plain, shot)) = split_suffix(&stem) {
        assert_eq!(format!("{plain}{}", suffix(shot)), stem);
    }
    if extension.len() < 64 {
        assert!(join(&stem, "~0000", &extension).len() <= NAME_MAX);
    }
    let halves = bytes.split_at(bytes.len() / 2);
    let _ = (ignored_by(bytes, true), base_of(bytes), fit(halves.0, halves.1));
    let _ = (kind_by_content(bytes), media_kind(bytes));
}

/// Paths of tags and albums, names of people and shares, boxes, and words of the settings.
pub fn values(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    shown_again(&text, TagPath::parse);
    shown_again(&text, AlbumPath::parse);
    shown_again(&text, PersonName::parse);
    let _ = CollectionName::parse(&text);
    shown_again(&text, ShareName::parse);
    shown_again(&text, FaceBox::parse);
    shown_again(&text, Checksum::parse);
    shown_again(&text, |text| {
        MountViews::parse(text).map_err(|name| format!("`{name}`"))
    });
    let access = |text: &str| MountAccess::parse(text, |group| group.parse().ok()).ok_or("none");
    shown_again(&text, access);
    let words = [
        Field::parse(&text).ok().map(Field::as_str),
        FaceKind::parse(&text).ok().map(FaceKind::as_str),
        NameStyle::parse(&text).map(NameStyle::as_str),
        EntryKind::parse(&text).map(EntryKind::as_str),
        Tool::parse(&text).map(Tool::as_str),
    ];
    for word in words.into_iter().flatten() {
        assert!(
            word.eq_ignore_ascii_case(&text) || text == "date",
            "{word} of {text:?}"
        );
    }
    let _ = Tool::named_in([&*text]);
}

/// What is read is shown such that it is read as the same again.
fn shown_again<T, E>(text: &str, parse: impl Fn(&str) -> Result<T, E>)
where
    T: Display + PartialEq + Debug,
    E: Debug,
{
    let Ok(read) = parse(text) else { return };
    let shown = read.to_string();
    match parse(&shown) {
        Ok(again) => assert_eq!(read, again, "{text:?} shown as {shown:?}"),
        Err(error) => panic!("{text:?} shown as {shown:?}: {error:?}"),
    }
}
