//! Editing fields, and noting what parsers and hashers found.

use super::{CatalogError, Facts, Field, FieldKey, FieldValue, date_in_name};
use crate::command::{RecordChecksums, RecordFacts};
use crate::event::{ChangeSet, EntryKind, Event, FaceMoved};
use crate::kernel::{AssetId, AssetSet, Owner, Taken, TakenSource, UserId};
use crate::organization::plan::TagPlan;
use crate::organization::{FileFace, PersonName, PersonPlan, number_faces};
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

/// Notes what parsers read. Facts of a file that has changed since are left out.
///
/// # Errors
/// None today; the signature is that of the other handlers.
pub fn record_facts(view: &View, owner: Owner, command: &RecordFacts) -> Result<ChangeSet, CatalogError> {
    let mut planner = TagPlan::new(view, owner);
    let mut people = PersonPlan::new(view, owner);
    let mut moved = Vec::new();
    let mut assets = AssetSet::new();
    let mut facts = Vec::with_capacity(command.facts.len());
    for (stamp, read) in &command.facts {
        let Some(file) = view.file(stamp.id).filter(|file| file.is_as(stamp)) else {
            continue;
        };
        let mut known: Box<Facts> = read.clone();
        known.tags = known
            .tag_paths
            .drain(..)
            .map(|path| planner.tag_of_file(&path, file.asset))
            .collect();
        known.tags.sort_unstable();
        known.tags.dedup();
        resolve_faces(view, file.asset, &mut known, &mut people);
        moved.extend(moved_faces(view, file.asset, &known));
        if known.taken.is_none() {
            known.taken = date_in_name(&file.name);
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
    Ok(change.touching(count))
}

/// Numbers the faces that were read, and finds out who is in the picture.
///
/// Who is named without a box and has one too is named by that face alone, so that
/// an edit of the face decides.
fn resolve_faces(view: &View, asset: AssetId, known: &mut Facts, people: &mut PersonPlan<'_>) {
    if known.face_reads.is_empty() && known.person_names.is_empty() {
        return;
    }
    let reads = std::mem::take(&mut known.face_reads);
    let boxes: Vec<_> = reads.iter().map(|face| (face.kind, face.at)).collect();
    let edited: Vec<_> = view
        .face_edits(asset)
        .filter(|(id, _)| !id.is_added())
        .map(|(id, edit)| (id, edit.kind, edit.at))
        .collect();
    let before: Vec<_> = view
        .file_faces(asset)
        .map(|face| (face.id, face.kind, face.at))
        .collect();
    let numbers = number_faces(&boxes, &edited, &before);
    let mut person_of = |name: &str| {
        let name = PersonName::parse(name).ok()?;
        Some(people.person_of_file(&name))
    };
    for (face, id) in reads.into_iter().zip(numbers) {
        let Some(id) = id else { continue };
        let named = face.name.filter(|_| face.kind.may_be_somebody());
        let person = named.and_then(|name| person_of(&name));
        let (kind, at) = (face.kind, face.at);
        known.faces.push(FileFace { id, kind, at, person });
    }
    known.faces.sort_unstable_by_key(|face| face.id);
    let names = std::mem::take(&mut known.person_names);
    let mut persons: Vec<_> = names.iter().filter_map(|name| person_of(name)).collect();
    persons.retain(|person| known.faces.iter().all(|face| face.person != Some(*person)));
    persons.sort_unstable();
    persons.dedup();
    known.persons = persons;
}

/// The faces that were edited and lie elsewhere than the edit says.
fn moved_faces<'a>(
    view: &'a View,
    asset: AssetId,
    known: &'a Facts,
) -> impl Iterator<Item = FaceMoved> + use<'a> {
    known.faces.iter().filter_map(move |face| {
        let edit = view.face_edit(asset, face.id)?;
        let (face, at) = (face.id, face.at);
        (edit.at != at).then_some(FaceMoved { asset, face, at })
    })
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
