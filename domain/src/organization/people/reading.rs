//! What reading a file, and its sidecar, makes of faces and people.
//!
//! The two are layers of one photo: a face of the sidecar in the place of one that
//! the file has is the same face and has its number, and what the sidecar says of it
//! counts. Who is named without a box and has one too is named by that face alone,
//! so that an edit of the face decides.

use super::plan::PersonPlan;
use super::{FaceBox, FaceId, FaceKind, FileFace, PersonName, number_faces};
use crate::catalog::Facts;
use crate::event::FaceMoved;
use crate::kernel::{AssetId, PersonId};
use crate::view::View;

/// Until a face has one.
const NO_NUMBER: FaceId = FaceId::new(0);

/// Finds out who is in a picture; the faces have no numbers yet.
pub(crate) fn resolve_people(known: &mut Facts, people: &mut PersonPlan<'_>) {
    let mut person_of = |name: &str| {
        let name = PersonName::parse(name).ok()?;
        Some(people.person_of_file(&name))
    };
    for face in std::mem::take(&mut known.face_reads) {
        let named = face.name.filter(|_| face.kind.may_be_somebody());
        let person = named.and_then(|name| person_of(&name));
        let (id, kind, at) = (NO_NUMBER, face.kind, face.at);
        known.faces.push(FileFace { id, kind, at, person });
    }
    let names = std::mem::take(&mut known.person_names);
    known.persons = names.iter().filter_map(|name| person_of(name)).collect();
    unbox(&mut known.persons, &known.faces);
}

/// Leaves those of whom there is no face, sorted, each once.
pub(crate) fn unbox(persons: &mut Vec<PersonId>, faces: &[FileFace]) {
    persons.retain(|person| faces.iter().all(|face| face.person != Some(*person)));
    persons.sort_unstable();
    persons.dedup();
}

/// A face of the photo, by whichever layers say it.
struct Seen {
    kind: FaceKind,
    at: FaceBox,
    /// The layer, and the place in it.
    said: Vec<(usize, usize)>,
}

/// Numbers the faces of a photo's layers, the lowest layer first.
pub(crate) fn number_layers(view: &View, asset: AssetId, layers: &mut [&mut Facts]) {
    let mut seen: Vec<Seen> = Vec::new();
    for (layer, facts) in layers.iter().enumerate() {
        let below = seen.len();
        for (place, face) in facts.faces.iter().enumerate() {
            let overlap = |one: &Seen| {
                let is_free = one.said.iter().all(|(other, _)| *other != layer);
                let is_same = is_free && one.kind == face.kind && one.at.is_same(&face.at);
                is_same.then(|| one.at.overlap(&face.at).0)
            };
            let there = seen.iter_mut().take(below);
            let there = there.filter_map(|one| Some((overlap(one)?, one)));
            match there.max_by_key(|(overlap, _)| *overlap) {
                Some((_, one)) => {
                    one.at = face.at;
                    one.said.push((layer, place));
                }
                None => seen.push(Seen {
                    kind: face.kind,
                    at: face.at,
                    said: vec![(layer, place)],
                }),
            }
        }
    }
    if seen.is_empty() {
        return;
    }
    let boxes: Vec<_> = seen.iter().map(|one| (one.kind, one.at)).collect();
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
    for (one, number) in seen.iter().zip(numbers) {
        for (layer, place) in &one.said {
            let face = layers
                .get_mut(*layer)
                .and_then(|facts| facts.faces.get_mut(*place));
            if let Some(face) = face {
                face.id = number.unwrap_or(NO_NUMBER);
            }
        }
    }
    for facts in layers {
        facts.faces.retain(|face| face.id != NO_NUMBER);
        facts.faces.sort_unstable_by_key(|face| face.id);
    }
}

/// The faces of two layers as one: what the upper one says of a face counts, but
/// for who it is where it does not say that.
pub(crate) fn united(below: &[FileFace], above: &[FileFace]) -> Vec<FileFace> {
    let own = |id: FaceId| below.iter().find(|face| face.id == id);
    let named = |face: &FileFace| FileFace {
        person: face.person.or_else(|| own(face.id)?.person),
        ..*face
    };
    let mut faces: Vec<FileFace> = above.iter().map(named).collect();
    let is_covered = |id: FaceId| above.iter().any(|face| face.id == id);
    faces.extend(below.iter().filter(|face| !is_covered(face.id)));
    faces.sort_unstable_by_key(|face| face.id);
    faces
}

/// The faces that were edited and lie elsewhere than the edit says.
pub(crate) fn moved_faces(view: &View, asset: AssetId, known: &Facts) -> impl Iterator<Item = FaceMoved> {
    let moved = move |face: &FileFace| {
        let edit = view.face_edit(asset, face.id)?;
        let (face, at) = (face.id, face.at);
        (edit.at != at).then_some(FaceMoved { asset, face, at })
    };
    known.faces.iter().filter_map(moved)
}
