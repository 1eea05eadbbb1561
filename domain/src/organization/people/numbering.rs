//! Which numbers the faces of a file get that was read (again).
//!
//! A face keeps the number of one that was in its place: of an edited one first,
//! so that an edit finds its face even where nothing else is known any more (the
//! store was lost, and all files are read again), then of one that was read
//! before. The pairs that overlap most are made first. What is left gets the
//! lowest numbers that nothing has, in the order of the file; so a file that is
//! read from scratch gets the same numbers each time.

use super::{FaceBox, FaceId, FaceKind};

/// The numbers of these boxes, in their order; `None`: there are more than numbers.
pub(crate) fn number_faces(
    read: &[(FaceKind, FaceBox)],
    edited: &[(FaceId, FaceKind, FaceBox)],
    before: &[(FaceId, FaceKind, FaceBox)],
) -> Vec<Option<FaceId>> {
    let mut numbers = vec![None; read.len()];
    let mut taken: Vec<FaceId> = Vec::new();
    for known in [edited, before] {
        pair(read, known, &mut numbers, &mut taken);
    }
    // An edit whose face is gone keeps its number: the face may come back.
    taken.extend(edited.iter().map(|(id, ..)| *id));
    taken.sort_unstable();
    taken.dedup();
    let mut free = (1..FaceId::FIRST_ADDED.number())
        .map(FaceId::new)
        .filter(|id| taken.binary_search(id).is_err());
    for number in numbers.iter_mut().filter(|number| number.is_none()) {
        *number = free.next();
    }
    numbers
}

/// Pairs boxes that are the same with what is known, those first that overlap most.
fn pair(
    read: &[(FaceKind, FaceBox)],
    known: &[(FaceId, FaceKind, FaceBox)],
    numbers: &mut [Option<FaceId>],
    taken: &mut Vec<FaceId>,
) {
    let mut pairs: Vec<(f64, usize, FaceId)> = Vec::new();
    for (at, (kind, place)) in read.iter().enumerate() {
        for (id, known_kind, known_place) in known {
            if kind == known_kind && place.is_same(known_place) {
                let (shared, covered) = place.overlap(known_place);
                #[expect(clippy::cast_precision_loss, reason = "compared, nothing else")]
                pairs.push((shared as f64 / covered.max(1) as f64, at, *id));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    for (_, at, id) in pairs {
        if let Some(number @ None) = numbers.get_mut(at)
            && !taken.contains(&id)
        {
            *number = Some(id);
            taken.push(id);
        }
    }
}
