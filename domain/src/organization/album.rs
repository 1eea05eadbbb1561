//! What an album is besides its photos: the rule that finds them, its cover, its order.
//!
//! A photo is in an album if the rule finds it or it was included, and it was not
//! excluded. A rule is live; inclusions and exclusions are decisions about single
//! photos and stay when the rule is another one, or none. A plain album is one
//! without a rule: all in it were included.
//!
//! An order by hand is a list. Photos that left stay in it and have their place
//! again when they are back; those that came since follow at the end, by number.

use super::query::{Sort, page};
use crate::kernel::{AlbumId, AssetId, CollectionId, FolderId};
use crate::view::{Dir, View};
use rustc_hash::FxHashMap;

/// What finds the photos of a smart album, now and later.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum AlbumRule {
    /// Those of a folder of a library and of all folders below it. It is bound to the
    /// folder's number, which it keeps where it is renamed or moved on the disk.
    Folder(FolderId),
    /// Those that a query finds for the owner.
    Query(Box<str>),
    /// Those of a collection.
    Collection(CollectionId),
}

impl AlbumRule {
    /// `folder`, `query`, `collection`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Folder(_) => "folder",
            Self::Query(_) => "query",
            Self::Collection(_) => "collection",
        }
    }
}

/// By what an album is sorted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OrderBy {
    /// By what lists of photos are sorted by too.
    Sort(Sort),
    /// By hand.
    Manual,
}

impl OrderBy {
    /// `taken`, `added`, `name`, `rating`, `manual`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sort(sort) => sort.as_str(),
            Self::Manual => "manual",
        }
    }

    /// The order of this text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "manual" => Some(Self::Manual),
            _ => Sort::parse(text).map(Self::Sort),
        }
    }
}

/// The order of an album.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AlbumOrder {
    /// By what.
    pub by: OrderBy,
    /// The other way round.
    pub reverse: bool,
    /// The order by hand, kept while another one is shown; each photo once. May
    /// have photos that are not in the album.
    pub placed: Vec<AssetId>,
}

impl Default for AlbumOrder {
    /// By the date, oldest first.
    fn default() -> Self {
        Self {
            by: OrderBy::Sort(Sort::Taken),
            reverse: false,
            placed: Vec::new(),
        }
    }
}

/// What is set of an album.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AlbumSettings {
    /// What finds its photos; `None`: a plain album.
    pub rule: Option<AlbumRule>,
    /// The photo that stands for it; `None`: the first in its order.
    pub cover: Option<AssetId>,
    /// Its order.
    pub order: AlbumOrder,
}

/// One thing that is set of an album, before and after.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AlbumSetting {
    /// What finds its photos.
    Rule {
        /// The rule before.
        before: Option<AlbumRule>,
        /// The rule now.
        after: Option<AlbumRule>,
    },
    /// What stands for it.
    Cover {
        /// The cover before.
        before: Option<AssetId>,
        /// The cover now.
        after: Option<AssetId>,
    },
    /// Its order.
    Order {
        /// The order before.
        before: AlbumOrder,
        /// The order now.
        after: AlbumOrder,
    },
}

impl AlbumSetting {
    /// The same the other way round.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Rule { before, after } => Self::Rule {
                before: after,
                after: before,
            },
            Self::Cover { before, after } => Self::Cover {
                before: after,
                after: before,
            },
            Self::Order { before, after } => Self::Order {
                before: after,
                after: before,
            },
        }
    }

    /// Whether an album is as this left it.
    #[must_use]
    pub fn stands_in(&self, settings: &AlbumSettings) -> bool {
        match self {
            Self::Rule { after, .. } => settings.rule == *after,
            Self::Cover { after, .. } => settings.cover == *after,
            Self::Order { after, .. } => settings.order == *after,
        }
    }
}

impl AlbumSettings {
    /// Takes a setting over.
    pub fn take(&mut self, setting: &AlbumSetting) {
        match setting {
            AlbumSetting::Rule { after, .. } => self.rule.clone_from(after),
            AlbumSetting::Cover { after, .. } => self.cover = *after,
            AlbumSetting::Order { after, .. } => self.order.clone_from(after),
        }
    }

    /// What leads from these to others: a setting for each that differs.
    #[must_use]
    pub fn to(&self, other: &Self) -> Vec<AlbumSetting> {
        let mut settings = Vec::new();
        if self.rule != other.rule {
            let (before, after) = (self.rule.clone(), other.rule.clone());
            settings.push(AlbumSetting::Rule { before, after });
        }
        if self.cover != other.cover {
            let (before, after) = (self.cover, other.cover);
            settings.push(AlbumSetting::Cover { before, after });
        }
        if self.order != other.order {
            let (before, after) = (self.order.clone(), other.order.clone());
            settings.push(AlbumSetting::Order { before, after });
        }
        settings
    }

    /// A photo is another one from now on: it has its cover and its place.
    pub fn becomes(&mut self, asset: AssetId, other: AssetId) {
        if self.cover == Some(asset) {
            self.cover = Some(other);
        }
        let placed = &mut self.order.placed;
        if placed.contains(&other) {
            placed.retain(|placed| *placed != asset);
        } else {
            let own = placed.iter_mut().filter(|placed| **placed == asset);
            own.for_each(|placed| *placed = other);
        }
    }
}

/// The photos that an album shows, in its order.
#[must_use]
pub fn in_order(view: &View, album: AlbumId) -> Vec<AssetId> {
    let Some(row) = view.album(album) else {
        return Vec::new();
    };
    let shown = view.members(Dir::Album(album));
    let order = &row.settings.order;
    match order.by {
        OrderBy::Sort(sort) => page(view, &shown, sort, order.reverse, usize::MAX, None).items,
        OrderBy::Manual => {
            let places: FxHashMap<AssetId, usize> = order
                .placed
                .iter()
                .enumerate()
                .map(|(place, asset)| (*asset, place))
                .collect();
            let mut photos: Vec<AssetId> = shown.iter().collect();
            photos.sort_by_key(|asset| (places.get(asset).copied().unwrap_or(usize::MAX), *asset));
            if order.reverse {
                photos.reverse();
            }
            photos
        }
    }
}

/// The photo that stands for an album: its cover if it is shown in it, else the first in its order.
#[must_use]
pub fn cover_of(view: &View, album: AlbumId) -> Option<AssetId> {
    let row = view.album(album)?;
    let is_shown = |asset: &AssetId| view.is_shown(*asset) && row.assets.contains(*asset);
    let chosen = row.settings.cover.filter(is_shown);
    chosen.or_else(|| match row.settings.order.by {
        OrderBy::Sort(sort) => {
            let shown = view.shown(&row.assets);
            let first = page(view, &shown, sort, row.settings.order.reverse, 1, None);
            first.items.first().copied()
        }
        OrderBy::Manual => in_order(view, album).first().copied(),
    })
}
