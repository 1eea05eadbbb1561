//! Pages of photos: the parameters, and the list.

use super::problem::Problem;
use crate::surface::PageOptions;
use crate::surface::albums::AlbumPage;
use crate::surface::near::distance;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// What photos are sorted by; those without the value come last.
#[derive(Deserialize, ToSchema, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub(super) enum SortBy {
    Taken,
    Added,
    Name,
    Rating,
}

impl SortBy {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Added => "added",
            Self::Name => "name",
            Self::Rating => "rating",
        }
    }
}

/// Which page of which photos.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchQuery {
    /// What to look for, as in `kphotos search`; without it everything that is not hidden
    pub(super) query: Option<String>,
    /// So many at most [default: 100]
    #[param(minimum = 1, maximum = 10000)]
    limit: Option<u32>,
    /// The order [default: taken]
    #[param(inline)]
    sort: Option<SortBy>,
    /// The other way round
    reverse: Option<bool>,
    /// `next` of the page before
    cursor: Option<String>,
}

/// Which page of which photos that look alike.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct NearQuery {
    /// Among which photos, as in `kphotos search`; without it all that are not hidden
    pub(super) query: Option<String>,
    /// In how many of 256 signs neighbours may differ, in 7 fewer if one is trimmed [default: 30]
    #[param(minimum = 0, maximum = 35)]
    distance: Option<u32>,
    /// So many at most [default: 100]
    #[param(minimum = 1, maximum = 10000)]
    limit: Option<u32>,
    /// The order, by the best of each group [default: taken]
    #[param(inline)]
    sort: Option<SortBy>,
    /// The other way round
    reverse: Option<bool>,
    /// `next` of the page before
    cursor: Option<String>,
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// So many at most [default: 100]
    #[param(minimum = 1, maximum = 10000)]
    limit: Option<u32>,
    /// The order [default: taken]
    #[param(inline)]
    sort: Option<SortBy>,
    /// The other way round
    reverse: Option<bool>,
    /// `next` of the page before
    cursor: Option<String>,
}

impl SearchQuery {
    pub(super) fn page(&self) -> Result<PageOptions, Problem> {
        options(self.limit, self.sort, self.reverse, self.cursor.as_deref())
    }
}

impl NearQuery {
    pub(super) fn page(&self) -> Result<PageOptions, Problem> {
        options(self.limit, self.sort, self.reverse, self.cursor.as_deref())
    }

    pub(super) fn distance(&self) -> Result<u32, Problem> {
        Ok(distance(self.distance)?)
    }
}

impl PageQuery {
    /// Of an album, which has an order of its own.
    pub(super) fn of_album(&self) -> Result<AlbumPage<'_>, Problem> {
        Ok(AlbumPage {
            limit: self.limit.map(|limit| within(limit, 10_000)).transpose()?,
            sort: self.sort.map(SortBy::as_str),
            reverse: self.reverse.unwrap_or(false),
            after: self.cursor.as_deref(),
        })
    }

    pub(super) fn page(&self) -> Result<PageOptions, Problem> {
        options(self.limit, self.sort, self.reverse, self.cursor.as_deref())
    }
}

fn options(
    limit: Option<u32>,
    sort: Option<SortBy>,
    reverse: Option<bool>,
    cursor: Option<&str>,
) -> Result<PageOptions, Problem> {
    let limit = limit.map(|limit| within(limit, 10_000)).transpose()?;
    let sort = sort.map(SortBy::as_str);
    Ok(PageOptions::new(limit, sort, reverse.unwrap_or(false), cursor)?)
}

/// A limit from 1 to this.
pub(super) fn within(limit: u32, most: u32) -> Result<u32, Problem> {
    if (1..=most).contains(&limit) {
        Ok(limit)
    } else {
        Err(Problem::invalid(format!("`limit` goes from 1 to {most}")))
    }
}
