//! What sidecars said that are not beside their photos any more, for the journal.
//!
//! Facts are in no event: whoever has lost the layer reads the files again. What a sidecar said whose photo was moved
//! without it is in no file that would be read, and is written down as edits that would show the same.

use crate::catalog::{Facts, FieldKey, FieldValue, values_said};
use crate::event::{ChangeSet, EntryKind, Event, KeptSidecar};
use crate::kernel::{AssetId, AssetSet};
use crate::organization::{FaceEdit, FaceFate, FileFace};
use crate::view::View;

/// Writes down what the sidecars of these photos said, if it is still [`View::sidecars_left`].
pub(crate) fn keep_sidecars(view: &View, assets: &AssetSet) -> ChangeSet {
    let left = view.sidecars_left();
    let kept: Vec<KeptSidecar> = (assets & &left)
        .iter()
        .filter_map(|asset| kept(view, asset))
        .collect();
    let count = kept.len() as u64;
    if kept.is_empty() {
        return ChangeSet::none("no sidecar is away from its photo");
    }
    let summary = format!("what {count} sidecars said is kept: their photos are elsewhere");
    ChangeSet::new(
        EntryKind::Observation,
        summary,
        vec![Event::SidecarsKept { kept }],
    )
    .touching(count)
}

fn kept(view: &View, asset: AssetId) -> Option<KeptSidecar> {
    let layer = view.sidecar_layer(asset)?;
    let said = layer.sidecar;
    let mut values = values_said(&said);
    let face = |face: &FileFace| {
        let (at, kind, fate) = (face.at, face.kind, FaceFate::Named(face.person));
        (
            FieldKey::Face(face.id),
            FieldValue::Face(Box::new(FaceEdit { at, kind, fate })),
        )
    };
    values.extend(said.faces.iter().map(face));
    Some(KeptSidecar {
        asset,
        file: layer.file,
        folder: layer.folder,
        name: layer.name,
        values,
        tags: said.tags,
        persons: said.persons,
    })
}

/// The facts that a sidecar said, as far as they were kept.
pub(crate) fn said_again(kept: &KeptSidecar) -> Facts {
    let mut said = Facts {
        tags: kept.tags.clone(),
        persons: kept.persons.clone(),
        ..Facts::default()
    };
    for (key, value) in &kept.values {
        match (key, value) {
            (FieldKey::Title, FieldValue::Text(text)) => said.title = Some(text.clone()),
            (FieldKey::Description, FieldValue::Text(text)) => said.description = Some(text.clone()),
            (FieldKey::Label, FieldValue::Text(text)) => said.label = Some(text.clone()),
            (FieldKey::Rating, FieldValue::Rating(rating)) => said.rating = Some(*rating),
            (FieldKey::Orientation, FieldValue::Orientation(turn)) => said.orientation = Some(*turn),
            (FieldKey::Location, FieldValue::Location(place)) => said.location = *place,
            (FieldKey::Taken, FieldValue::Taken(taken)) => said.taken = Some(*taken),
            (FieldKey::Face(id), FieldValue::Face(edit)) => {
                if let FaceFate::Named(person) = edit.fate {
                    let (id, kind, at) = (*id, edit.kind, edit.at);
                    said.faces.push(FileFace { id, kind, at, person });
                }
            }
            // Of no other is a word kept.
            _ => {}
        }
    }
    said
}
