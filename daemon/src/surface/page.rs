//! A page of photos: sorted, limited, with the cursor of the next; and counts by date.

use super::Refusal;
use super::asset_json::AssetJson;
use super::documents::List;
use kphotos_domain::kernel::{AssetId, AssetSet, UserId};
use kphotos_domain::organization::query::{self, By, Cursor, Sort};
use kphotos_domain::view::View;
use serde::Serialize;
use utoipa::ToSchema;

/// Photos in one answer, unless told otherwise.
const LIMIT: u32 = 100;
const MOST: u32 = 10_000;

/// How a list of photos is asked for.
pub(crate) struct PageOptions {
    /// So many at most.
    pub(crate) limit: usize,
    /// In this order.
    pub(crate) sort: Sort,
    /// The other way round.
    pub(crate) reverse: bool,
    /// Those after this place.
    pub(crate) after: Option<Cursor>,
}

impl PageOptions {
    /// As texts ask for it; what is `None` is as a person expects it.
    pub(crate) fn new(
        limit: Option<u32>,
        sort: Option<&str>,
        reverse: bool,
        after: Option<&str>,
    ) -> Result<Self, Refusal> {
        let sort = match sort {
            Some(text) => Sort::parse(text).ok_or_else(|| {
                Refusal::invalid(format!(
                    "`{text}` is no order: sort by taken, added, name or rating"
                ))
            })?,
            None => Sort::Taken,
        };
        let after = after.map(|text| Cursor::parse(text, sort, reverse)).transpose()?;
        Ok(Self {
            limit: limit.unwrap_or(LIMIT).clamp(1, MOST) as usize,
            sort,
            reverse,
            after,
        })
    }
}

/// A page, and the cursor of the next one.
pub(crate) fn page(view: &View, found: &AssetSet, options: &PageOptions) -> (Vec<AssetId>, Option<String>) {
    let PageOptions {
        limit,
        sort,
        reverse,
        ref after,
    } = *options;
    let page = query::page(view, found, sort, reverse, limit, after.as_ref());
    (page.items, page.next.map(|cursor| cursor.to_string()))
}

/// A page of a list that has an item a photo; who has none is left out.
pub(crate) fn listed<T>(
    view: &View,
    found: &AssetSet,
    options: &PageOptions,
    item: impl FnMut(AssetId) -> Option<T>,
) -> List<T> {
    let (assets, next) = page(view, found, options);
    List {
        items: assets.into_iter().filter_map(item).collect(),
        total: Some(found.len()),
        next,
    }
}

/// A page of these photos.
pub(crate) fn photos(view: &View, user: UserId, found: &AssetSet, options: &PageOptions) -> List<AssetJson> {
    listed(view, found, options, |id| AssetJson::new(view, user, id))
}

/// How many photos there are of a date; `null`: without one.
#[derive(Serialize, ToSchema)]
#[schema(as = Date)]
pub(crate) struct DateJson {
    date: Option<String>,
    count: u64,
}

/// How many of these photos there are by year, month or day.
pub(crate) fn timeline(view: &View, found: &AssetSet, by: &str) -> Result<Vec<DateJson>, Refusal> {
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
