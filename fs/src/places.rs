//! In how many albums and tags a photo is: for its link count.
//!
//! Nothing keeps that number, and asking a thousand tags for every photo of a
//! long listing takes longer than the listing. So where many photos are asked
//! for, albums and tags are gone through once for all of them; where a photo is
//! asked for alone, it is counted alone, until its neighbours follow. So are the tags found
//! that sidecars show.

use crate::handles::lock;
use kphotos_domain::kernel::{AssetId, AssetSet, Revision, TagId};
use kphotos_domain::view::View;
use rustc_hash::FxHashMap;
use std::sync::Mutex;

/// Photos that are counted together once some were counted alone.
const NEIGHBOURS: u32 = 8_192;
/// How many are counted alone first.
const ALONE: u32 = 16;

/// In how many albums and tags a photo is.
#[must_use]
pub fn places_of(view: &View, asset: AssetId) -> u32 {
    let tags = view.tags().filter(|(_, row)| row.has(asset)).count();
    let albums = view
        .albums()
        .filter(|(_, row)| row.assets.contains(asset))
        .count();
    u32::try_from(tags + albums).unwrap_or(u32::MAX)
}

/// The same for many photos, going once over albums and tags; those in none are left out.
#[must_use]
pub fn places_among(view: &View, assets: &AssetSet) -> FxHashMap<AssetId, u32> {
    let mut places = FxHashMap::default();
    let mut note = |members: &AssetSet| {
        for asset in members.iter() {
            *places.entry(asset).or_default() += 1;
        }
    };
    for (_, row) in view.tags() {
        let added = &row.added & assets;
        let embedded = &row.embedded & assets;
        note(&(&(&embedded - &row.suppressed) - &added));
        note(&added);
    }
    for (_, row) in view.albums() {
        note(&(&row.assets & assets));
    }
    places
}

/// Counts of the photos that were asked for last, as of one revision.
#[derive(Debug, Default)]
pub struct PlacesCache {
    last: Mutex<Neighbours>,
}

#[derive(Debug, Default)]
struct Neighbours {
    revision: Revision,
    block: u32,
    alone: u32,
    counts: Option<FxHashMap<AssetId, u32>>,
}

impl PlacesCache {
    /// In how many albums and tags a photo is.
    pub fn of(&self, view: &View, asset: AssetId) -> u32 {
        let mut last = lock(&self.last);
        let (revision, block) = (view.revision(), asset.number() / NEIGHBOURS);
        if (last.revision, last.block) != (revision, block) {
            *last = Neighbours {
                revision,
                block,
                ..Neighbours::default()
            };
        }
        if last.counts.is_none() {
            last.alone += 1;
            if last.alone <= ALONE {
                drop(last);
                return places_of(view, asset);
            }
            let first = block * NEIGHBOURS;
            let all: AssetSet = (first..first.saturating_add(NEIGHBOURS))
                .map(AssetId::new)
                .collect();
            last.counts = Some(places_among(view, &all));
        }
        let counts = last.counts.as_ref();
        counts.and_then(|counts| counts.get(&asset)).copied().unwrap_or(0)
    }
}

/// The tags of the photos that were asked for last, as of one revision: as with the
/// counts, those of many are found by going once over all tags.
#[derive(Debug, Default)]
pub struct TagsCache {
    last: Mutex<TaggedNeighbours>,
}

#[derive(Debug, Default)]
struct TaggedNeighbours {
    revision: Revision,
    block: u32,
    alone: u32,
    tags: Option<FxHashMap<AssetId, Vec<TagId>>>,
}

impl TagsCache {
    /// The tags that a photo carries.
    pub fn of(&self, view: &View, asset: AssetId) -> Vec<TagId> {
        let mut last = lock(&self.last);
        let (revision, block) = (view.revision(), asset.number() / NEIGHBOURS);
        if (last.revision, last.block) != (revision, block) {
            *last = TaggedNeighbours {
                revision,
                block,
                ..TaggedNeighbours::default()
            };
        }
        if last.tags.is_none() {
            last.alone += 1;
            if last.alone <= ALONE {
                drop(last);
                return view.tags_of(asset);
            }
            let first = block * NEIGHBOURS;
            let all: AssetSet = (first..first.saturating_add(NEIGHBOURS))
                .map(AssetId::new)
                .collect();
            let mut tags: FxHashMap<AssetId, Vec<TagId>> = FxHashMap::default();
            for (tag, row) in view.tags() {
                let embedded = &(&row.embedded & &all) - &row.suppressed;
                for asset in (&embedded | &(&row.added & &all)).iter() {
                    tags.entry(asset).or_default().push(tag);
                }
            }
            last.tags = Some(tags);
        }
        let tags = last.tags.as_ref();
        tags.and_then(|tags| tags.get(&asset))
            .cloned()
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kphotos_domain::testing::World;

    #[test]
    fn a_photo_has_the_same_count_alone_and_among_its_neighbours() {
        let world = World::new();
        let names: Vec<String> = (0..40).map(|at| format!("{at}.jpg")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        world.files(&names);
        world.tag("x", &names[10..30]);
        world.album("y", &names[20..]);
        world.read(names[25], None, &["x", "z"]);
        let (cache, tags) = (PlacesCache::default(), TagsCache::default());
        for _ in 0..2 {
            let view = world.app.view();
            for (asset, _) in view.assets() {
                assert_eq!(cache.of(&view, asset), places_of(&view, asset), "{asset}");
                assert_eq!(tags.of(&view, asset), view.tags_of(asset), "{asset}");
            }
            drop(view);
            world.tag("z", &names[..5]);
        }
    }
}
