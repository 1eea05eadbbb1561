//! A page of photos: sorted, limited, with the cursor of the next; and counts by date.

use super::caller::Dict;
use super::error::Refusal;
use super::selection::Options;
use kphotos_domain::kernel::{AssetId, AssetSet};
use kphotos_domain::organization::query::{self, By, Cursor, Sort};
use kphotos_domain::view::View;
use serde::Serialize;

/// Photos in one answer, unless told otherwise.
const LIMIT: u32 = 100;
const MOST: u32 = 10_000;

/// How a list of photos is asked for.
pub(super) struct PageOptions {
    limit: usize,
    sort: Sort,
    reverse: bool,
    after: Option<Cursor>,
}

impl PageOptions {
    /// Reads `limit` (u), `sort` (s), `reverse` (b), `after` (s).
    pub(super) fn parse(options: Dict) -> Result<Self, Refusal> {
        let mut options = Options::new(options);
        let limit = options.take::<u32>("limit")?.unwrap_or(LIMIT).clamp(1, MOST) as usize;
        let sort = match options.take::<String>("sort")? {
            Some(text) => Sort::parse(&text).ok_or_else(|| {
                Refusal::invalid(format!(
                    "`{text}` is no order: sort by taken, added, name or rating"
                ))
            })?,
            None => Sort::Taken,
        };
        let reverse = options.flag("reverse")?;
        let after = options.take::<String>("after")?;
        let after = after
            .map(|text| Cursor::parse(&text, sort, reverse))
            .transpose()?;
        options.end()?;
        Ok(Self {
            limit,
            sort,
            reverse,
            after,
        })
    }
}

/// A page, and the cursor of the next one.
pub(super) fn page(view: &View, found: &AssetSet, options: &PageOptions) -> (Vec<AssetId>, Option<String>) {
    let PageOptions {
        limit,
        sort,
        reverse,
        ref after,
    } = *options;
    let page = query::page(view, found, sort, reverse, limit, after.as_ref());
    (page.items, page.next.map(|cursor| cursor.to_string()))
}

/// How many photos there are of a date; `null`: without one.
#[derive(Serialize)]
pub(super) struct DateJson {
    date: Option<String>,
    count: u64,
}

/// How many of these photos there are by year, month or day.
pub(super) fn timeline(view: &View, found: &AssetSet, by: &str) -> Result<Vec<DateJson>, Refusal> {
    let by = By::parse(by)
        .ok_or_else(|| Refusal::invalid(format!("`{by}` is no span: count by year, month or day")))?;
    let dates = query::timeline(view, found, by);
    let dated: u64 = dates.iter().map(|(_, count)| count).sum();
    let mut items: Vec<DateJson> = dates
        .into_iter()
        .map(|(date, count)| DateJson {
            date: Some(date.to_string()),
            count,
        })
        .collect();
    let undated = found.len().saturating_sub(dated);
    if undated > 0 {
        items.push(DateJson {
            date: None,
            count: undated,
        });
    }
    Ok(items)
}
