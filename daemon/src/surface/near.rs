//! Near duplicates: photos that look alike, in groups.
//!
//! A group is listed with the best first: the one of the most pixels, then of the most bytes, then of the lowest number.
//! The others are what a person may want to be rid of, but those of the best one's own shot: RAW and JPEG
//! are one photo. What looks alike is not the same, so this says how far each is from its nearest neighbour; whether to
//! delete anything is the person's to say, and nothing here touches an original.

use super::asset_json::PathJson;
use super::{PageOptions, Refusal, Services, listed, matches};
use crate::surface::documents::List;
use kphotos_domain::catalog::near::{DEFAULT_DISTANCE, MAX_DISTANCE, NearGroup};
use kphotos_domain::kernel::{AssetId, AssetSet, ErrorCode, UserId};
use kphotos_domain::view::View;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Photos that look alike.
#[derive(Serialize, ToSchema)]
#[schema(as = NearDuplicates)]
pub(crate) struct NearGroupJson {
    /// The number of the best: of the most pixels, then bytes, then of the lowest number.
    asset: u32,
    /// The photos, the best first.
    photos: Vec<NearPhotoJson>,
}

/// A photo that looks like others.
#[derive(Serialize, ToSchema)]
#[schema(as = NearDuplicate)]
struct NearPhotoJson {
    /// The photo's number.
    id: u32,
    /// What it is called.
    name: Option<String>,
    #[serde(flatten)]
    path: PathJson,
    /// The library it lies in.
    library: Option<String>,
    /// Bytes.
    size: Option<u64>,
    /// Pixels across, as it is stored.
    width: Option<u32>,
    /// Pixels down, as it is stored.
    height: Option<u32>,
    /// In how many of 256 signs it differs from its nearest neighbour in the group, and 7 more if only what is left of one of them, trimmed, is like the other.
    distance: u32,
}

/// The distance that is asked for.
///
/// # Errors
/// It is too large.
pub(crate) fn distance(asked: Option<u32>) -> Result<u32, Refusal> {
    let distance = asked.unwrap_or(DEFAULT_DISTANCE);
    if distance > MAX_DISTANCE {
        return Err(Refusal::invalid(format!(
            "a distance of {distance} is too far: ask for 0 to {MAX_DISTANCE}, or for none, which is {DEFAULT_DISTANCE}"
        )));
    }
    Ok(distance)
}

/// A page of the groups among the photos that a query finds.
///
/// # Errors
/// The query is none, or what pictures look like cannot be read.
pub(crate) fn near_duplicates(
    services: &Services,
    user: UserId,
    query: &str,
    distance: u32,
    options: &PageOptions,
) -> Result<List<NearGroupJson>, Refusal> {
    let groups = ranked(services, user, query, distance)?;
    let view = services.app.view();
    let leads: AssetSet = groups.keys().copied().collect();
    let group = |lead: AssetId| {
        Some(NearGroupJson {
            asset: lead.number(),
            photos: groups
                .get(&lead)?
                .iter()
                .map(|member| photo(&view, *member))
                .collect(),
        })
    };
    Ok(listed(&view, &leads, options, group))
}

/// The paths of all photos in these groups but the best of each and those of its shot.
///
/// # Errors
/// As [`near_duplicates`].
pub(crate) fn near_extra_paths(
    services: &Services,
    user: UserId,
    query: &str,
    distance: u32,
) -> Result<Vec<Vec<u8>>, Refusal> {
    let groups = ranked(services, user, query, distance)?;
    let view = services.app.view();
    let path = |(asset, _): &(AssetId, u32)| view.original_path(view.lead_file(*asset)?);
    let extra = |(lead, members): (AssetId, Vec<(AssetId, u32)>)| {
        let is_other =
            |(asset, _): &&(AssetId, u32)| !view.is_one_shot(&[lead, *asset].into_iter().collect());
        members
            .iter()
            .filter(is_other)
            .filter_map(path)
            .collect::<Vec<_>>()
    };
    Ok(groups.into_iter().flat_map(extra).collect())
}

/// The groups with the best first, by the best.
fn ranked(
    services: &Services,
    user: UserId,
    query: &str,
    distance: u32,
) -> Result<BTreeMap<AssetId, Vec<(AssetId, u32)>>, Refusal> {
    let found = matches(&services.app.view(), user, query)?;
    let unavailable = |error: crate::near::NearError| Refusal::new(ErrorCode::Unavailable, error.to_string());
    let near = &services.near;
    let candidates = near.candidates(distance).map_err(unavailable)?;
    let groups = near.groups(&services.app, &candidates, &found, distance);
    let groups = groups.map_err(unavailable)?;
    let view = services.app.view();
    let by_best = |mut group: NearGroup| {
        group
            .members
            .sort_by_key(|(asset, _)| (Reverse(worth(&view, *asset)), *asset));
        Some((group.members.first()?.0, group.members))
    };
    Ok(groups.into_iter().filter_map(by_best).collect())
}

/// Pixels, then bytes.
fn worth(view: &View, asset: AssetId) -> (u64, u64) {
    let facts = view.facts(asset);
    let size = facts.and_then(|facts| facts.width().zip(facts.height()));
    let pixels = size.map_or(0, |(width, height)| u64::from(width) * u64::from(height));
    let file = view.lead_file(asset).and_then(|file| view.file(file));
    (pixels, file.map_or(0, |file| file.size))
}

fn photo(view: &View, (asset, distance): (AssetId, u32)) -> NearPhotoJson {
    let facts = view.facts(asset);
    let lead = view.lead_file(asset);
    let file = lead.and_then(|lead| view.file(lead));
    let library = file.and_then(|file| view.any_library(view.library_of(file.folder)));
    let path = lead.and_then(|lead| view.original_path(lead));
    NearPhotoJson {
        id: asset.number(),
        name: file.map(|file| String::from_utf8_lossy(&file.name).into_owned()),
        path: path.map_or_else(PathJson::default, |path| PathJson::new(&path)),
        library: library.map(|library| library.name.to_string()),
        size: file.map(|file| file.size),
        width: facts.and_then(|facts| facts.width()),
        height: facts.and_then(|facts| facts.height()),
        distance,
    }
}
