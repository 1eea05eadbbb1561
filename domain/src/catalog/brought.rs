//! What another program changed of photos by rewriting their files or sidecars.
//!
//! | what is read | what it is |
//! |---|---|
//! | a photo for the first time, with its sidecar or without | an observation |
//! | a file with new bytes that shows the same picture; a sidecar that comes to a photo that was read without, that was read before, or that is gone | an edit by that file, if the photo shows something else by it |
//! | the same after either could not be read, or by another file of the photo | an observation: nobody can say what was changed |
//! | a photo of which another reader read, its file and sidecar as they were | an observation: nobody changed anything |
//!
//! Compared is what shows: a value above which a person's edit stands is not changed.
//! A face is the same while it has its number and its place; one that lies elsewhere by more is
//! another. Who is named without a face is not compared.

use super::{Facts, FieldKey, FieldValue};
use crate::event::{Brought, Event};
use crate::kernel::{AssetId, AssetSet, FileId, TagId};
use crate::organization::plan::TagPlan;
use crate::organization::{FaceEdit, FaceFate, FileFace, PersonPlan};
use crate::sidecar::SidecarLayer;
use crate::view::{FactsRef, View};
use std::collections::{BTreeMap, BTreeSet};

/// The fields that files say.
const KEYS: [FieldKey; 7] = [
    FieldKey::Title,
    FieldKey::Description,
    FieldKey::Rating,
    FieldKey::Label,
    FieldKey::Location,
    FieldKey::Orientation,
    FieldKey::Taken,
];

fn text(text: Option<&str>) -> Option<FieldValue> {
    let text = text.filter(|text| !text.is_empty());
    text.map(|text| FieldValue::Text(text.into()))
}

/// What facts show of a field where no edit stands above them.
pub(crate) fn shown_by(facts: FactsRef<'_>, key: FieldKey) -> Option<FieldValue> {
    match key {
        FieldKey::Title => text(facts.title()),
        FieldKey::Description => text(facts.description()),
        FieldKey::Label => text(facts.label()),
        FieldKey::Rating => facts.rating().map(FieldValue::Rating),
        FieldKey::Location => facts.location().map(|place| FieldValue::Location(Some(place))),
        FieldKey::Orientation => facts.orientation().map(FieldValue::Orientation),
        FieldKey::Taken => facts.taken().map(FieldValue::Taken),
        FieldKey::Favorite(_)
        | FieldKey::Hidden
        | FieldKey::Stack
        | FieldKey::StackCover
        | FieldKey::Face(_) => None,
    }
}

fn said(facts: &Facts, key: FieldKey) -> Option<FieldValue> {
    match key {
        FieldKey::Title => text(facts.title.as_deref()),
        FieldKey::Description => text(facts.description.as_deref()),
        FieldKey::Label => text(facts.label.as_deref()),
        FieldKey::Rating => facts.rating.map(FieldValue::Rating),
        FieldKey::Location => facts.location.map(|place| FieldValue::Location(Some(place))),
        FieldKey::Orientation => facts.orientation.map(FieldValue::Orientation),
        FieldKey::Taken => facts.taken.map(FieldValue::Taken),
        FieldKey::Favorite(_)
        | FieldKey::Hidden
        | FieldKey::Stack
        | FieldKey::StackCover
        | FieldKey::Face(_) => None,
    }
}

/// The values of fields that facts state.
pub(crate) fn values_said(facts: &Facts) -> Vec<(FieldKey, FieldValue)> {
    let keys = KEYS.into_iter();
    keys.filter_map(|key| Some((key, said(facts, key)?))).collect()
}

/// Collects what reads bring.
pub(super) struct Bringing<'a> {
    view: &'a View,
    values: Vec<Brought>,
    tags: BTreeMap<TagId, (AssetSet, AssetSet)>,
    fields: BTreeSet<&'static str>,
    photos: AssetSet,
}

impl<'a> Bringing<'a> {
    pub(super) fn new(view: &'a View) -> Self {
        Self {
            view,
            values: Vec::new(),
            tags: BTreeMap::new(),
            fields: BTreeSet::new(),
            photos: AssetSet::new(),
        }
    }

    /// Whether what is read now of a photo is what was read of it before, rewritten.
    fn is_rewritten(&self, file: FileId, asset: AssetId, layer: Option<&SidecarLayer>) -> bool {
        if self.view.is_read_again(file) {
            return false;
        }
        let is_read = |layer: &SidecarLayer| layer.sidecar.unreadable.is_none();
        match (self.view.sidecar_layer(asset), layer) {
            (None, None) => self.view.doubt(file).is_some(),
            (Some(old), Some(new)) => {
                old.file == new.file && old.name == new.name && is_read(&old) && is_read(new)
            }
            // Gone, and not another file's by now.
            (Some(old), None) => {
                let is_gone = self.view.sidecar_named(old.folder, &old.name).is_none();
                old.file == file && is_read(&old) && is_gone
            }
            // It came to a photo of which this file alone was read.
            (None, Some(new)) => new.file == file && is_read(new),
        }
    }

    /// Compares what a photo shows with what it will; tags are resolved by the plan.
    pub(super) fn compare(
        &mut self,
        file: FileId,
        asset: AssetId,
        (known, layer): (&Facts, Option<&SidecarLayer>),
        (plan, people): (&TagPlan<'_>, &PersonPlan<'_>),
    ) {
        let Some(before) = self.view.facts(asset) else {
            return;
        };
        if before.unreadable().is_some()
            || known.unreadable.is_some()
            || !self.is_rewritten(file, asset, layer)
        {
            return;
        }
        for key in KEYS {
            let (before, after) = (shown_by(before, key), said(known, key));
            if before != after && self.view.edit(asset, key).is_none() {
                self.note(asset, key.field().as_str());
                self.values.push(Brought {
                    asset,
                    key,
                    before,
                    after,
                });
            }
        }
        let meant = |words: &mut dyn Iterator<Item = TagId>| -> BTreeSet<TagId> {
            let tags = words.map(|word| plan.last(word));
            tags.filter(|tag| plan.is_live(*tag)).collect()
        };
        let had = meant(&mut before.tags());
        let has = meant(&mut known.tags.iter().copied());
        for tag in had.symmetric_difference(&has) {
            let row = self.view.any_tag(*tag);
            if row.is_some_and(|row| row.added.contains(asset) || row.suppressed.contains(asset)) {
                continue;
            }
            self.note(asset, "tags");
            let (gained, lost) = self.tags.entry(*tag).or_default();
            let set = if has.contains(tag) { gained } else { lost };
            set.insert(asset);
        }
        self.compare_faces(asset, known, people);
    }

    /// Compares the faces that a photo's files have with those that they will have; persons are resolved by
    /// the plan.
    fn compare_faces(&mut self, asset: AssetId, known: &Facts, people: &PersonPlan<'_>) {
        let shown = |face: &FileFace| {
            let person = face.person.map(|person| people.last(person));
            let person = person.filter(|person| people.is_live(*person));
            let (at, kind, fate) = (face.at, face.kind, FaceFate::Named(person));
            FaceEdit { at, kind, fate }
        };
        let before: Vec<FileFace> = self.view.file_faces(asset).collect();
        let among = |face: &FileFace, faces: &[FileFace]| {
            let mut faces = faces.iter();
            faces
                .find(|other| other.id == face.id && other.kind == face.kind && other.at.is_same(&face.at))
                .copied()
        };
        let new = known.faces.iter().filter(|face| among(face, &before).is_none());
        let pairs = before
            .iter()
            .map(|face| (Some(*face), among(face, &known.faces)))
            .chain(new.map(|face| (None, Some(*face))));
        for (before, after) in pairs {
            let (before, after) = (before.as_ref(), after.as_ref());
            let Some(id) = before.or(after).map(|face| face.id) else {
                continue;
            };
            let key = FieldKey::Face(id);
            let who = |face: Option<&FileFace>| face.map(|face| shown(face).fate);
            if who(before) != who(after) && self.view.edit(asset, key).is_none() {
                self.note(asset, key.field().as_str());
                let value = |face: Option<&FileFace>| face.map(|face| FieldValue::face(shown(face)));
                let (before, after) = (value(before), value(after));
                self.values.push(Brought {
                    asset,
                    key,
                    before,
                    after,
                });
            }
        }
    }

    fn note(&mut self, asset: AssetId, field: &'static str) {
        self.photos.insert(asset);
        self.fields.insert(field);
    }

    /// What was brought, in words; `None`: nothing.
    pub(super) fn summary(&self) -> Option<String> {
        let first = self.photos.first()?;
        let path = self
            .view
            .lead_file(first)
            .and_then(|file| self.view.file_path(file));
        let path = path.map(|(_, path)| String::from_utf8_lossy(&path).into_owned());
        let fields: Vec<&str> = self.fields.iter().copied().collect();
        let others = match self.photos.len() - 1 {
            0 => String::new(),
            1 => " and 1 other photo".to_owned(),
            others => format!(" and {others} other photos"),
        };
        Some(format!(
            "{} of {}{others} changed in the files",
            fields.join(", "),
            path.unwrap_or_default()
        ))
    }

    pub(super) fn into_events(mut self) -> Vec<Event> {
        let mut events = Vec::new();
        self.values.sort_by_key(|value| (value.asset, value.key));
        if !self.values.is_empty() {
            let values = self.values;
            events.push(Event::FieldsBrought { values });
        }
        let tags = self.tags.into_iter();
        events.extend(tags.map(|(tag, (gained, lost))| Event::TagBrought { tag, gained, lost }));
        events
    }
}
