//! Where photos were taken, sorted by latitude: a circle is a belt of it, and of those in the belt each is measured.

use super::super::ast::Near;
use super::{Found, Part};
use crate::catalog::Location;
use crate::kernel::{AssetId, AssetSet};
use crate::view::View;

#[derive(Default)]
pub(super) struct Places {
    /// Latitude and longitude in 1e-7 degrees, by latitude.
    all: Vec<(i32, i32, AssetId)>,
}

impl Places {
    pub(super) fn find(&self, near: &Near) -> Found {
        let half = near.degrees() * 1e7;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "it saturates, at more than there are degrees"
        )]
        let half = half.ceil() as i32;
        let (south, north) = (near.lat_e7.saturating_sub(half), near.lat_e7.saturating_add(half));
        let from = self.all.partition_point(|(lat, ..)| *lat < south);
        let belt = self.all.get(from..).unwrap_or_default();
        let belt = belt.iter().take_while(|(lat, ..)| *lat <= north);
        let inside = belt.filter(|(lat, lon, _)| near.holds(*lat, *lon));
        let mut found: Vec<AssetId> = inside.map(|(.., asset)| *asset).collect();
        found.sort_unstable();
        Found {
            sure: found.into_iter().collect(),
            maybe: AssetSet::new(),
        }
    }
}

impl Part for Places {
    fn forget(&mut self, assets: &AssetSet) {
        self.all.retain(|(.., asset)| !assets.contains(*asset));
    }

    fn enter(&mut self, view: &View, assets: &AssetSet) {
        let place = |asset| {
            view.location(asset)
                .map(|Location { lat_e7, lon_e7, .. }| (lat_e7, lon_e7, asset))
        };
        self.all.extend(assets.iter().filter_map(place));
        // Stable, since what is sorted already is merged in one pass.
        self.all.sort();
    }

    fn settle(&mut self) {
        self.all.shrink_to_fit();
    }
}
