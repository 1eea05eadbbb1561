//! Editing fields, and noting what parsers and hashers found.

use super::brought::Bringing;
use super::judge::{Judge, Judged, Verdict};
use super::unite::{Unite, not_kept};
use super::{CatalogError, Evidence, Facts, Field, FieldKey, FieldValue, date_in_name};
use crate::command::{DoubtedBytes, RecordChecksums, RecordFacts};
use crate::event::{ChangeSet, EntryKind, Event, FaceMoved};
use crate::kernel::{AssetId, AssetSet, Checksum, FileId, FileSet, Owner, Taken, TakenSource, UserId};
use crate::organization::plan::TagPlan;
use crate::organization::{self, PersonPlan, number_layers, resolve_people};
use crate::sidecar::{SidecarLayer, SidecarRead, layered};
use crate::view::{FileRow, View};
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
pub(super) fn edit(
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

/// Notes what parsers read. Facts of a file that has changed since, or whose sidecar
/// has, are left out, and so are those of a copy of what is known already, unless it has
/// a sidecar. Files in doubt are judged by it.
///
/// # Errors
/// None today; the signature is that of the other handlers.
pub fn record_facts(
    view: &View,
    owner: Owner,
    command: &RecordFacts,
    now: i64,
) -> Result<ChangeSet, CatalogError> {
    let mut judge = Judge::new(view);
    let mut reads = sources(view, command, &mut judge);
    let judged = judge.decided(now);
    let mut plans = Plans {
        tags: TagPlan::new(view, owner),
        people: PersonPlan::new(view, owner),
    };
    let mut moved_faces = Vec::new();
    let mut brought = Bringing::new(view);
    let mut assets = AssetSet::new();
    let mut facts = Vec::with_capacity(reads.len());
    let mut layers: Vec<(AssetId, Option<Box<SidecarLayer>>)> = Vec::new();
    let (mut heard, mut replaced) = (AssetSet::new(), AssetSet::new());
    // Of several files of one photo the lowest is heard first.
    reads.sort_by_key(|read| read.id);
    for read in reads {
        let moved = judged.asset_of(read.id);
        let asset = moved.unwrap_or(read.file.asset);
        let (known, layer) = read.taken_in(view, &judged, &mut plans);
        // A copy adds what its own sidecar says, if no lower file has one, and no more.
        let adds = layer.as_ref().is_some_and(|layer| read.is_its_sidecar(layer));
        if moved.is_none() && !view.speaks_for(read.id, asset) && (!adds || heard.contains(asset)) {
            continue;
        }
        if let Some(known) = read.better_before(view).filter(|_| !assets.contains(asset)) {
            assets.insert(asset);
            facts.push((asset, known));
            continue;
        }
        if adds {
            heard.insert(asset);
        }
        // Who parts begins with what stays of the sidecar of the photo that it was.
        if replaces_kept(view, judged.edited_as(read.id, read.file.asset), layer.as_ref()) {
            replaced.insert(asset);
        }
        if moved.is_none() {
            let plans = (&plans.tags, &plans.people);
            brought.compare(read.id, asset, (&known, layer.as_ref()), plans);
        }
        let edited = judged.edited_as(read.id, read.file.asset);
        moved_faces
            .extend(organization::moved_faces(view, edited, &known).map(|face| FaceMoved { asset, ..face }));
        if layer.is_some() || view.has_sidecar(asset) {
            layers.push((asset, layer.map(Box::new)));
        }
        assets.insert(asset);
        facts.push((asset, known));
    }
    let mut events = plans.tags.into_events();
    events.extend(plans.people.into_events());
    events.extend(judged.events);
    if !moved_faces.is_empty() {
        moved_faces.sort_unstable_by_key(|face: &FaceMoved| (face.asset, face.face));
        let moved = moved_faces;
        events.push(Event::FacesMoved { moved });
    }
    let count = assets.len();
    if !replaced.is_empty() {
        let assets = replaced;
        events.push(Event::SidecarsReplaced { assets });
    }
    if count > 0 {
        events.push(Event::FactsRecorded { assets });
    }
    let by_files = brought.summary();
    events.extend(brought.into_events());
    events.extend(judged.merged);
    let kept = not_kept(&events);
    let mut change = match by_files {
        Some(summary) => ChangeSet::new(EntryKind::Edit, format!("{summary}{kept}"), events),
        None => ChangeSet::new(
            EntryKind::Observation,
            format!("read {count} files{kept}"),
            events,
        ),
    };
    change.brought_by = (change.kind == EntryKind::Edit).then_some(command.tool);
    change.facts = facts;
    change.layers = layers;
    Ok(change.touching(count))
}

/// Whether the journal has what a sidecar of a photo said, and this is of another.
fn replaces_kept(view: &View, asset: AssetId, layer: Option<&SidecarLayer>) -> bool {
    view.is_sidecar_journalled(asset) && !layer.is_some_and(|layer| layer.is_journalled)
}

/// The reads that say something of a photo; what is in doubt is judged by them.
fn sources<'a>(view: &'a View, command: &'a RecordFacts, judge: &mut Judge<'_>) -> Vec<Read<'a>> {
    let mut reads: Vec<Read<'a>> = Vec::new();
    let sidecars: FxHashMap<FileId, &SidecarRead> = command
        .sidecars
        .iter()
        .map(|(file, read)| (*file, read))
        .collect();
    let bytes: FxHashMap<FileId, DoubtedBytes> = command.bytes.iter().copied().collect();
    for (stamp, facts) in &command.facts {
        let sidecar = sidecars.get(&stamp.id).copied();
        let Some(file) = view.file(stamp.id).filter(|file| file.is_as(stamp)) else {
            continue;
        };
        if view.sidecar_for(stamp.id) != sidecar.map(|read| &read.stamp) {
            continue;
        }
        let is_source = match view.doubt(stamp.id) {
            Some(doubt) => {
                let (mut before, mut now) = (doubt.evidence.clone(), Evidence::of_read(facts));
                let DoubtedBytes { content, images } = bytes.get(&stamp.id).copied().unwrap_or_default();
                if let Some([image_before, image_now]) = images {
                    (before.image, now.image) = (Some(image_before), Some(image_now));
                }
                let content = file.checksum.or(content);
                judge.judge(stamp.id, file, (&before, &now), content) != Verdict::Open
            }
            None => view.is_source(stamp.id, file.asset),
        };
        if is_source {
            let id = stamp.id;
            reads.push(Read {
                id,
                file,
                facts,
                sidecar,
            });
        }
    }
    reads
}

/// The tags and the people that reading files makes.
struct Plans<'a> {
    tags: TagPlan<'a>,
    people: PersonPlan<'a>,
}

impl Plans<'_> {
    /// These facts with the numbers of their tags and persons in place of paths and
    /// names; their faces are not numbered yet.
    fn resolved(&mut self, read: &Facts, asset: AssetId) -> Box<Facts> {
        let mut known = Box::new(read.clone());
        known.tags = known
            .tag_paths
            .drain(..)
            .map(|path| self.tags.tag_of_file(&path, asset))
            .collect();
        known.tags.sort_unstable();
        known.tags.dedup();
        resolve_people(&mut known, &mut self.people);
        known
    }
}

/// What was read of one file, and of the sidecar that names it.
struct Read<'a> {
    id: FileId,
    file: &'a FileRow,
    facts: &'a Facts,
    sidecar: Option<&'a SidecarRead>,
}

impl Read<'_> {
    /// Whether a layer is of the sidecar that was read with the file, and no other's that stays.
    fn is_its_sidecar(&self, layer: &SidecarLayer) -> bool {
        let is_it = |read: &SidecarRead| read.stamp.name == layer.name && self.file.folder == layer.folder;
        self.sidecar.is_some_and(is_it)
    }

    /// What is known of a photo, where another reader could read its file and this one cannot.
    fn better_before(&self, view: &View) -> Option<Box<Facts>> {
        let known = view
            .facts(self.file.asset)
            .filter(|_| view.is_read_again(self.id))?;
        let is_worse = self.facts.unreadable.is_some() && known.unreadable().is_none();
        is_worse.then(|| {
            let is_outdated = false;
            Box::new(Facts {
                is_outdated,
                ..known.to_facts()
            })
        })
    }

    /// What it makes of its asset's facts, and of the layers they are made of.
    fn taken_in(
        &self,
        view: &View,
        judged: &Judged,
        plans: &mut Plans<'_>,
    ) -> (Box<Facts>, Option<SidecarLayer>) {
        let edited = judged.edited_as(self.id, self.file.asset);
        let mut known = plans.resolved(self.facts, edited);
        if known.taken.is_none() {
            known.taken = date_in_name(&self.file.name);
        }
        let sidecar = self.sidecar.map(|read| SidecarRead {
            facts: plans.resolved(&read.facts, edited),
            ..read.clone()
        });
        let layer = match judged.file_of(self.id) {
            None => layered(view, self.id, &known, sidecar.as_ref()),
            // Of an asset of its own from now on: its own sidecar's, or, of a copy that was edited, what stays with the
            // photo that it was.
            Some(file) => sidecar
                .filter(|read| view.sidecar_belongs(&read.stamp.name, self.id, read.for_extension.as_deref()))
                .map(|read| SidecarLayer {
                    file,
                    folder: self.file.folder,
                    name: read.stamp.name.clone(),
                    embedded: (*known).clone(),
                    sidecar: *read.facts,
                    is_journalled: false,
                })
                .or_else(|| {
                    let stays = view.layer_to_stay(self.file.asset);
                    stays
                        .filter(|_| edited == self.file.asset)
                        .map(|layer| SidecarLayer {
                            embedded: (*known).clone(),
                            ..layer
                        })
                }),
        };
        let Some(mut layer) = layer else {
            number_layers(view, edited, &mut [&mut *known]);
            return (known, None);
        };
        number_layers(view, edited, &mut [&mut layer.embedded, &mut layer.sidecar]);
        let known = Box::new(layer.embedded.overlaid(&layer.sidecar));
        (known, Some(layer))
    }
}

/// Notes whole-file hashes, and what follows: files whose bytes are those from before are
/// in doubt no longer, and assets that are the same content become one; so do a missing one and
/// a file of the same picture that nobody knew. Hashes of a file that has changed since are
/// left out.
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
    checksums.dedup_by_key(|(file, _)| *file);
    let count = checksums.len() as u64;
    let mut unite = Unite::new(view);
    let mut kept = FileSet::new();
    // Those whose photo shows another content, which came while they were gone.
    let mut parted: Vec<(FileId, AssetId)> = Vec::new();
    let mut numbers = view.next().asset().number()..;
    let pictures: FxHashMap<FileId, &[Checksum]> = command
        .pictures
        .iter()
        .map(|(file, contents)| (*file, &**contents))
        .collect();
    for (id, checksum) in &checksums {
        let Some(file) = view.file(*id) else { continue };
        match view.doubt(*id) {
            None if file.size > 0 => unite.is_content(file.asset, *checksum),
            None => {}
            Some(doubt) if doubt.checksum == Some(*checksum) => {
                let is_other = |other: FileId| other != *id && view.is_there(other);
                if view.shows_another_in(file.asset, Some(*checksum), is_other) {
                    parted.extend(numbers.next().map(|number| (*id, AssetId::new(number))));
                } else {
                    kept.insert(*id);
                }
            }
            // Whose content that is depends on what the file will say.
            Some(_) => {}
        }
    }
    // What is there to the byte is no longer missing.
    for (id, checksum) in &checksums {
        let file = view
            .file(*id)
            .filter(|file| file.size > 0 && view.doubt(*id).is_none());
        if let Some((file, contents)) = file.zip(pictures.get(id)) {
            unite.shows(file, *checksum, contents);
        }
    }
    let mut events = Vec::new();
    if count > 0 {
        events.push(Event::ChecksumsRecorded { checksums });
    }
    if !kept.is_empty() || !parted.is_empty() {
        let replaced = FileSet::new();
        events.push(Event::FilesJudged {
            kept,
            replaced,
            parted,
        });
    }
    events.extend(unite.into_events());
    let summary = format!("hashed {count} files{}", not_kept(&events));
    Ok(ChangeSet::new(EntryKind::Observation, summary, events).touching(count))
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
