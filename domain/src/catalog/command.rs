//! Editing fields, and noting what parsers and hashers found.

use super::{CatalogError, Facts, Field, FieldKey, FieldValue, date_in_name};
use crate::command::{RecordChecksums, RecordFacts};
use crate::event::{ChangeSet, EntryKind, Event, FaceMoved};
use crate::kernel::{AssetId, AssetSet, FileId, Owner, Taken, TakenSource, UserId};
use crate::organization::plan::TagPlan;
use crate::organization::{PersonPlan, moved_faces, number_layers, resolve_people};
use crate::sidecar::{SidecarRead, layered};
use crate::view::View;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Edits fields of photos.
///
/// # Errors
/// A value out of range, an unknown asset, or no asset at all.
pub fn set_fields(
    view: &View,
    user: UserId,
    assets: &AssetSet,
    values: &[(Field, FieldValue)],
) -> Result<ChangeSet, CatalogError> {
    known(view, assets)?;
    let mut events = Vec::new();
    let mut changed = AssetSet::new();
    for (field, value) in values {
        value.check(*field)?;
        // Faces have no value that is set: `check` has refused it.
        if let Some(key) = field.key(user) {
            events.extend(edit(view, key, Some(value), assets, &mut changed));
        }
    }
    let names: Vec<&str> = values.iter().map(|(field, _)| field.as_str()).collect();
    Ok(edited(format!("{} set", names.join(", ")), events, &changed))
}

/// Drops edits, so that the files' own values show again.
///
/// # Errors
/// An unknown asset, or no asset at all.
pub fn clear_fields(
    view: &View,
    user: UserId,
    assets: &AssetSet,
    fields: &[Field],
) -> Result<ChangeSet, CatalogError> {
    known(view, assets)?;
    let mut events = Vec::new();
    let mut changed = AssetSet::new();
    for field in fields {
        let keys: BTreeSet<FieldKey> = match field.key(user) {
            Some(key) => [key].into(),
            None => face_keys(view, assets),
        };
        for key in keys {
            events.extend(edit(view, key, None, assets, &mut changed));
        }
    }
    let names: Vec<&str> = fields.iter().map(|field| field.as_str()).collect();
    Ok(edited(
        format!("edits of {} dropped", names.join(", ")),
        events,
        &changed,
    ))
}

/// The faces that are edited in any of these photos.
fn face_keys(view: &View, assets: &AssetSet) -> BTreeSet<FieldKey> {
    let edits = assets.iter().flat_map(|asset| view.face_edits(asset));
    edits.map(|(face, _)| FieldKey::Face(face)).collect()
}

/// Sets the date of photos.
///
/// # Errors
/// An unknown asset, or no asset at all.
pub fn set_date(view: &View, assets: &AssetSet, taken: Taken) -> Result<ChangeSet, CatalogError> {
    known(view, assets)?;
    let value = FieldValue::Taken(taken.with_source(TakenSource::User));
    let mut changed = AssetSet::new();
    let events = edit(view, FieldKey::Taken, Some(&value), assets, &mut changed);
    Ok(edited(
        format!("date set to {taken}"),
        events.into_iter().collect(),
        &changed,
    ))
}

/// The event that brings `key` to `after`, for those where it is something else.
fn edit(
    view: &View,
    key: FieldKey,
    after: Option<&FieldValue>,
    assets: &AssetSet,
    changed: &mut AssetSet,
) -> Option<Event> {
    let mut before: FxHashMap<Option<FieldValue>, AssetSet> = FxHashMap::default();
    for asset in assets.iter() {
        let now = view.edit(asset, key);
        if now != after {
            before.entry(now.cloned()).or_default().insert(asset);
        }
    }
    if before.is_empty() {
        return None;
    }
    let mut before: Vec<_> = before.into_iter().collect();
    before.sort_by_key(|(_, assets)| assets.first());
    for (_, assets) in &before {
        *changed |= assets;
    }
    Some(Event::FieldEdited {
        key,
        after: after.cloned(),
        before,
    })
}

pub(super) fn edited(what: String, events: Vec<Event>, changed: &AssetSet) -> ChangeSet {
    let count = changed.len();
    let photos = if count == 1 { "photo" } else { "photos" };
    ChangeSet::new(EntryKind::Edit, format!("{what}: {count} {photos}"), events).touching(count)
}

/// Notes what parsers read. Facts of a file that has changed since, or whose
/// sidecar has, are left out.
///
/// # Errors
/// None today; the signature is that of the other handlers.
pub fn record_facts(view: &View, owner: Owner, command: &RecordFacts) -> Result<ChangeSet, CatalogError> {
    let mut planner = TagPlan::new(view, owner);
    let mut people = PersonPlan::new(view, owner);
    let mut moved = Vec::new();
    let mut assets = AssetSet::new();
    let mut facts = Vec::with_capacity(command.facts.len());
    let mut layers = Vec::new();
    let sidecars: FxHashMap<FileId, &SidecarRead> = command
        .sidecars
        .iter()
        .map(|(file, read)| (*file, read))
        .collect();
    for (stamp, read) in &command.facts {
        let sidecar = sidecars.get(&stamp.id).copied();
        let Some(file) = view.file(stamp.id).filter(|file| file.is_as(stamp)) else {
            continue;
        };
        if view.sidecar_for(stamp.id) != sidecar.map(|read| &read.stamp) {
            continue;
        }
        let mut resolve = |read: &Facts| {
            let mut known = resolved(read, file.asset, &mut planner);
            resolve_people(&mut known, &mut people);
            known
        };
        let mut known = resolve(read);
        if known.taken.is_none() {
            known.taken = date_in_name(&file.name);
        }
        let sidecar = sidecar.map(|read| SidecarRead {
            facts: resolve(&read.facts),
            ..read.clone()
        });
        let mut layer = layered(view, stamp.id, &known, sidecar.as_ref());
        if let Some(layer) = &mut layer {
            number_layers(view, file.asset, &mut [&mut layer.embedded, &mut layer.sidecar]);
            known = Box::new(layer.embedded.overlaid(&layer.sidecar));
        } else {
            number_layers(view, file.asset, &mut [&mut *known]);
        }
        moved.extend(moved_faces(view, file.asset, &known));
        if layer.is_some() || view.has_sidecar(file.asset) {
            layers.push((file.asset, layer.map(Box::new)));
        }
        assets.insert(file.asset);
        facts.push((file.asset, known));
    }
    let mut events = planner.into_events();
    events.extend(people.into_events());
    if !moved.is_empty() {
        moved.sort_unstable_by_key(|face: &FaceMoved| (face.asset, face.face));
        events.push(Event::FacesMoved { moved });
    }
    let count = assets.len();
    if count > 0 {
        events.push(Event::FactsRecorded { assets });
    }
    let mut change = ChangeSet::new(EntryKind::Observation, format!("read {count} files"), events);
    change.facts = facts;
    change.layers = layers;
    Ok(change.touching(count))
}

/// These facts with the numbers of their tags in place of the paths.
fn resolved(read: &Facts, asset: AssetId, planner: &mut TagPlan<'_>) -> Box<Facts> {
    let mut known = Box::new(read.clone());
    known.tags = known
        .tag_paths
        .drain(..)
        .map(|path| planner.tag_of_file(&path, asset))
        .collect();
    known.tags.sort_unstable();
    known.tags.dedup();
    known
}

/// Notes whole-file hashes. Hashes of a file that has changed since are left out.
///
/// # Errors
/// None today; the signature is that of the other handlers.
pub fn record_checksums(view: &View, command: &RecordChecksums) -> Result<ChangeSet, CatalogError> {
    let mut checksums: Vec<_> = command
        .checksums
        .iter()
        .filter(|(stamp, sum)| {
            view.file(stamp.id)
                .is_some_and(|file| file.is_as(stamp) && file.checksum != Some(*sum))
        })
        .map(|(stamp, sum)| (stamp.id, *sum))
        .collect();
    checksums.sort_unstable_by_key(|(file, _)| *file);
    let count = checksums.len() as u64;
    let events = if count > 0 {
        vec![Event::ChecksumsRecorded { checksums }]
    } else {
        Vec::new()
    };
    Ok(ChangeSet::new(EntryKind::Observation, format!("hashed {count} files"), events).touching(count))
}

pub(super) fn known(view: &View, assets: &AssetSet) -> Result<(), CatalogError> {
    if assets.is_empty() {
        return Err(CatalogError::NoAssets);
    }
    match view.first_unknown(assets) {
        Some(asset) => Err(CatalogError::NoAsset { asset }),
        None => Ok(()),
    }
}
