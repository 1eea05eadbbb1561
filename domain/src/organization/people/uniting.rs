//! Edits of faces of two photos that turn out to be one.
//!
//! The two numbered the same faces each by itself, so a number of one may be another
//! face's number in the other. An edit finds its face by where that is: of two edits in
//! one place the later counts, and what has no place there keeps its number, or gets a
//! free one where the number is taken. The survivor's faces are numbered after that, as
//! those of a file that is read again are ([`super::number_layers`]).

use super::{FaceEdit, FaceId};
use crate::catalog::{FieldKey, FieldValue, UserLayer};
use crate::event::Clash;
use crate::kernel::Revision;

type Edited = (FaceId, FaceEdit, Revision);

fn faces_of(layer: &UserLayer) -> Vec<Edited> {
    let edits = layer.dated().filter_map(|(key, value, revision)| {
        if let FieldKey::Face(id) = key {
            Some((id, value.as_face()?, revision))
        } else {
            None
        }
    });
    edits.collect()
}

/// Puts the edits of another photo's faces beside those of this; says which are dropped.
/// Made of edits alone, so that a replay, which has no facts, comes to the same.
pub(crate) fn unite_faces(layer: &mut UserLayer, other: &UserLayer) -> Vec<Clash> {
    let (ours, theirs) = (faces_of(layer), faces_of(other));
    let mut used: Vec<FaceId> = ours.iter().map(|(id, ..)| *id).collect();
    let mut met: Vec<FaceId> = Vec::new();
    let mut clashes = Vec::new();
    // Those that keep their number come before those that look for one.
    let mut homeless = Vec::new();
    for (id, edit, revision) in theirs {
        let is_same = |(own_id, own, _): &&Edited| {
            own_id.is_added() == id.is_added()
                && own.kind == edit.kind
                && own.at.is_same(&edit.at)
                && !met.contains(own_id)
        };
        let own = ours.iter().filter(is_same);
        let own = own.max_by_key(|(own_id, own, _)| (own.at.overlap(&edit.at).0, std::cmp::Reverse(*own_id)));
        let Some((own_id, own, own_revision)) = own else {
            homeless.push((id, edit, revision));
            continue;
        };
        met.push(*own_id);
        let key = FieldKey::Face(*own_id);
        let is_later = revision > *own_revision;
        let (kept, dropped) = if is_later { (edit, *own) } else { (*own, edit) };
        layer.set(key, Some(FieldValue::face(kept)), revision.max(*own_revision));
        if kept.fate != dropped.fate {
            let (kept, dropped) = (FieldValue::face(kept), FieldValue::face(dropped));
            clashes.push(Clash { key, kept, dropped });
        }
    }
    let (free, taken): (Vec<Edited>, Vec<Edited>) =
        homeless.into_iter().partition(|(id, ..)| !used.contains(id));
    used.extend(free.iter().map(|(id, ..)| *id));
    for (id, edit, revision) in free {
        layer.set(FieldKey::Face(id), Some(FieldValue::face(edit)), revision);
    }
    for (id, edit, revision) in taken {
        let first = if id.is_added() {
            FaceId::FIRST_ADDED
        } else {
            FaceId::new(1)
        };
        let next = (first.number()..=u16::MAX).map(FaceId::new);
        if let Some(id) = next
            .filter(|next| next.is_added() == id.is_added())
            .find(|next| !used.contains(next))
        {
            used.push(id);
            layer.set(FieldKey::Face(id), Some(FieldValue::face(edit)), revision);
        }
    }
    clashes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::PersonId;
    use crate::organization::{FaceBox, FaceFate, FaceKind};

    fn layer(edits: &[(u16, &str, FaceFate, u64)]) -> UserLayer {
        let mut layer = UserLayer::default();
        for (id, at, fate, revision) in edits {
            let (at, kind, fate) = (FaceBox::parse(at).unwrap(), FaceKind::Face, *fate);
            let value = FieldValue::face(FaceEdit { at, kind, fate });
            layer.set(
                FieldKey::Face(FaceId::new(*id)),
                Some(value),
                Revision::new(*revision),
            );
        }
        layer
    }

    const LEFT: &str = "0.2,0.5,0.2,0.2";
    const RIGHT: &str = "0.8,0.5,0.2,0.2";
    const ANNA: FaceFate = FaceFate::Named(Some(PersonId::new(1)));
    const BEA: FaceFate = FaceFate::Named(Some(PersonId::new(2)));

    #[test]
    fn an_edit_goes_to_its_face_and_not_to_its_number() {
        let mut ours = layer(&[(1, LEFT, ANNA, 1)]);
        let theirs = layer(&[(1, RIGHT, BEA, 2), (2, LEFT, ANNA, 3)]);
        assert_eq!(unite_faces(&mut ours, &theirs), []);
        assert_eq!(ours, layer(&[(1, LEFT, ANNA, 3), (2, RIGHT, BEA, 2)]));
    }

    #[test]
    fn of_two_edits_of_a_face_the_later_counts_and_the_other_is_told() {
        for (own, other) in [(1, 2), (2, 1)] {
            let mut ours = layer(&[(3, LEFT, ANNA, own)]);
            let clashes = unite_faces(&mut ours, &layer(&[(1, LEFT, FaceFate::Rejected, other)]));
            let kept = if own > other { ANNA } else { FaceFate::Rejected };
            assert_eq!(ours, layer(&[(3, LEFT, kept, 2)]));
            let dropped = clashes[0].dropped.as_face().unwrap().fate;
            assert!(dropped != kept && clashes.len() == 1, "{clashes:?}");
        }
    }

    #[test]
    fn faces_added_in_both_are_both_there() {
        let added = FaceFate::Added(None);
        let mut ours = layer(&[(1001, LEFT, added, 1)]);
        unite_faces(
            &mut ours,
            &layer(&[(1001, RIGHT, added, 2), (1002, LEFT, added, 2)]),
        );
        assert_eq!(ours, layer(&[(1001, LEFT, added, 2), (1002, RIGHT, added, 2)]));
    }
}
