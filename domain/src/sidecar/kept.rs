//! What sidecars said that are not beside their photos any more, for the journal.
//!
//! Facts are in no event: whoever has lost the layer reads the files again. What a sidecar said whose photo was moved
//! without it is in no file that would be read, and is written down as edits that would show the same. What no edit
//! could say (camera, exposure, ids of bursts) is left out: that is the file's own, and rarely a sidecar's alone.

use crate::catalog::{Facts, FieldKey, FieldValue, values_said};
use crate::event::{ChangeSet, EntryKind, Event, KeptSidecar};
use crate::kernel::{AssetId, AssetSet};
use crate::organization::{FaceEdit, FaceFate, FileFace};
use crate::view::View;

/// Writes down what the sidecars of these photos said, of those that are still [`View::sidecars_left`].
pub(crate) fn keep_sidecars(view: &View, assets: &AssetSet) -> ChangeSet {
    let left = assets.iter().filter(|asset| view.has_left_sidecar(*asset));
    let kept: Vec<KeptSidecar> = left.filter_map(|asset| kept(view, asset)).collect();
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

#[cfg(test)]
mod tests {
    use super::super::tests::{facts, file, read_all, said, sidecar, told};
    use super::*;
    use crate::command::Command;
    use crate::kernel::{PersonId, Taken, TakenSource};
    use crate::organization::{FaceBox, FaceKind, PersonFate, ReadFace};
    use crate::testing::World;

    #[test]
    fn what_a_sidecar_said_of_a_photo_that_left_it_outlives_the_layer() {
        let world = World::new();
        world.files(&["a/IMG.jpg", "a/other.jpg", "b/x.jpg"]);
        world.sidecars(&[("a/IMG.jpg.xmp", 1), ("a/other.jpg.xmp", 1)]);
        let says = || Facts {
            description: Some("two lines".into()),
            rating: Some(4),
            taken: Some(Taken::parse("2021-07-04T10:00:00", TakenSource::XmpOriginal).unwrap()),
            face_reads: vec![ReadFace {
                kind: FaceKind::Face,
                at: FaceBox::new(0.5, 0.5, 0.2, 0.2).unwrap(),
                name: Some("Anna".into()),
            }],
            person_names: vec!["Bea".into()],
            ..facts("said", &["trip"])
        };
        for path in ["a/IMG.jpg", "a/other.jpg", "b/x.jpg"] {
            world.know_with(file(&world, path), facts("own", &["own"]), None, says());
        }
        assert_eq!(left(&world), AssetSet::new());
        world.moved(&[("a/IMG.jpg", "b/IMG.jpg")]);
        let asset = world.asset("b/IMG.jpg");
        let shown = |world: &World| {
            let view = world.app.view();
            let people: Vec<PersonId> = view.people_of(asset);
            assert!(
                people
                    .iter()
                    .all(|id| view.person(*id).unwrap().fate == PersonFate::Live)
            );
            let (rating, description) = (view.rating(asset), view.description(asset).map(str::to_owned));
            let faces = view.faces(asset).len();
            (
                told(world, "b/IMG.jpg"),
                rating,
                description,
                view.taken(asset).map(|taken| taken.to_string()),
                people,
                faces,
            )
        };
        let before = shown(&world);
        assert_eq!(
            (&before.0, before.1, before.4.len(), before.5),
            (&said("said", &["own", "trip"]), Some(4), 2, 1)
        );
        assert_eq!(left(&world), AssetSet::one(asset));
        world.observe(&Command::KeepSidecars(left(&world)));
        assert_eq!(left(&world), AssetSet::new(), "once");
        let last = world.app.journal().last();
        world.observe(&Command::KeepSidecars(AssetSet::one(asset)));
        assert_eq!(world.app.journal().last(), last);
        world.sidecars_gone(&["a/IMG.jpg.xmp"]);
        let world = world.restart();
        assert_eq!((shown(&world), left(&world)), (before.clone(), AssetSet::new()));
        let world = world.restart_without_store();
        world.know("b/IMG.jpg", facts("own", &["own"]));
        assert_eq!(shown(&world), before);
        assert_eq!(
            sidecar(&world, "b/IMG.jpg"),
            Some(("a/IMG.jpg.xmp".into(), false))
        );
    }

    #[test]
    fn what_a_sidecar_said_stays_with_a_photo_that_is_there_by_another_file_alone() {
        let world = World::new();
        world.files(&["a/IMG.jpg", "b/x.jpg"]);
        world.sidecars(&[("a/IMG.jpg.xmp", 1)]);
        read_all(&world, None, "said", &["trip"]);
        let asset = world.asset("a/IMG.jpg");
        world.hash("a/IMG.jpg", 7);
        world.gone(&["a/IMG.jpg"]);
        world.sidecars_gone(&["a/IMG.jpg.xmp"]);
        world.files(&["c/IMG.jpg"]);
        world.know("c/IMG.jpg", facts("own", &["own"]));
        world.hash("c/IMG.jpg", 7);
        assert_eq!(world.asset("c/IMG.jpg"), asset);
        let again = |world: &World| {
            world.changed("c/IMG.jpg", 1);
            world.know("c/IMG.jpg", facts("own", &["own"]));
            told(world, "c/IMG.jpg")
        };
        assert_eq!(again(&world), said("said", &["own", "trip"]), "read anew");
        world.observe(&Command::KeepSidecars(left(&world)));
        let world = world.restart_without_store();
        assert_eq!(
            again(&world),
            said("said", &["own", "trip"]),
            "read anew without the layer"
        );
    }

    #[test]
    fn the_words_of_a_sidecar_become_part_of_what_the_photo_becomes_part_of() {
        let world = World::new();
        world.files(&["a/copy.jpg", "a/IMG.jpg", "b/x.jpg"]);
        world.sidecars(&[("a/IMG.jpg.xmp", 1)]);
        read_all(&world, None, "said", &["trip"]);
        world.moved(&[("a/IMG.jpg", "b/IMG.jpg")]);
        world.observe(&Command::KeepSidecars(left(&world)));
        world.hash("a/copy.jpg", 7);
        world.hash("b/IMG.jpg", 7);
        let asset = world.asset("a/copy.jpg");
        assert_eq!(world.asset("b/IMG.jpg"), asset);
        assert_eq!(told(&world, "b/IMG.jpg"), said("said", &["own", "trip"]));
        let world = world.restart_without_store();
        world.know("a/copy.jpg", facts("own", &["own"]));
        assert_eq!(told(&world, "b/IMG.jpg"), said("said", &["own", "trip"]));
    }

    #[test]
    fn a_photo_whose_sidecar_came_along_is_left_by_none() {
        let world = World::new();
        world.files(&["a/IMG.jpg", "b/x.jpg"]);
        world.sidecars(&[("a/IMG.jpg.xmp", 1)]);
        read_all(&world, None, "said", &[]);
        world.moved(&[("a/IMG.jpg", "b/IMG.jpg")]);
        world.sidecars_gone(&["a/IMG.jpg.xmp"]);
        world.sidecars(&[("b/IMG.jpg.xmp", 1)]);
        assert!(left(&world).is_empty(), "it is still to be read");
        read_all(&world, None, "said", &[]);
        assert!(left(&world).is_empty());
        assert_eq!(sidecar(&world, "b/IMG.jpg"), Some(("b/IMG.jpg.xmp".into(), true)));
    }

    /// The photos whose sidecars' words are in no journal.
    fn left(world: &World) -> AssetSet {
        world.app.view().sidecars_left()
    }

    /// A photo whose sidecar stayed behind in `a`, and is gone; the journal has what it said.
    fn left_behind() -> (World, AssetId) {
        let world = World::new();
        world.files(&["a/IMG.jpg", "b/x.jpg", "c/x.jpg"]);
        world.sidecars(&[("a/IMG.jpg.xmp", 1)]);
        read_all(&world, None, "old", &["trip"]);
        world.moved(&[("a/IMG.jpg", "b/IMG.jpg")]);
        world.observe(&Command::KeepSidecars(left(&world)));
        world.sidecars_gone(&["a/IMG.jpg.xmp"]);
        let asset = world.asset("b/IMG.jpg");
        (world, asset)
    }

    #[test]
    fn the_last_of_several_sidecars_that_were_left_is_what_the_journal_knows() {
        let (world, _) = left_behind();
        world.sidecars(&[("b/IMG.jpg.xmp", 2)]);
        read_all(&world, None, "new", &[]);
        world.moved(&[("b/IMG.jpg", "c/IMG.jpg")]);
        world.observe(&Command::KeepSidecars(left(&world)));
        world.sidecars_gone(&["b/IMG.jpg.xmp"]);
        read_all(&world, None, "", &[]);
        assert_eq!(told(&world, "c/IMG.jpg"), said("new", &["own"]));
        let world = world.restart_without_store();
        read_all(&world, None, "", &[]);
        assert_eq!(told(&world, "c/IMG.jpg"), said("new", &["own"]));
    }

    #[test]
    fn a_sidecar_that_was_taken_away_beside_its_photo_does_not_bring_an_older_one_back() {
        let (world, _) = left_behind();
        world.sidecars(&[("b/IMG.jpg.xmp", 2)]);
        read_all(&world, None, "new", &[]);
        world.sidecars_gone(&["b/IMG.jpg.xmp"]);
        read_all(&world, None, "", &[]);
        assert_eq!(told(&world, "b/IMG.jpg"), said("own", &["own"]));
        let world = world.restart_without_store();
        read_all(&world, None, "", &[]);
        assert_eq!(told(&world, "b/IMG.jpg"), said("own", &["own"]));
    }

    #[test]
    fn what_stays_of_a_sidecar_is_both_photos_where_a_copy_is_edited() {
        let (world, asset) = left_behind();
        world.hash("b/IMG.jpg", 1);
        world.files(&["d/copy.jpg"]);
        world.hash("d/copy.jpg", 1);
        let photo = |title: &str| super::super::tests::facts(title, &["own"]);
        world.changed("b/IMG.jpg", 10);
        world.know("b/IMG.jpg", photo("own"));
        let edited = world.asset("b/IMG.jpg");
        assert_ne!(edited, asset);
        let check = |world: &World| {
            for path in ["b/IMG.jpg", "d/copy.jpg"] {
                assert_eq!(told(world, path), said("old", &["own", "trip"]), "{path}");
            }
        };
        read_all(&world, None, "", &[]);
        check(&world);
        world.observe(&Command::KeepSidecars(left(&world)));
        let world = world.restart_without_store();
        read_all(&world, None, "", &[]);
        check(&world);
    }

    #[test]
    fn what_stays_of_a_sidecar_is_both_photos_where_a_content_comes_back() {
        let (world, _) = left_behind();
        world.hash("b/IMG.jpg", 1);
        world.changed("b/IMG.jpg", 10);
        world.know("b/IMG.jpg", facts("own", &["own"]));
        world.hash("b/IMG.jpg", 2);
        world.files(&["d/original.jpg"]);
        world.know("d/original.jpg", facts("own", &["own"]));
        world.hash("d/original.jpg", 1);
        let check = |world: &World| {
            read_all(world, None, "", &[]);
            for path in ["b/IMG.jpg", "d/original.jpg"] {
                assert_eq!(told(world, path), said("old", &["own", "trip"]), "{path}");
            }
        };
        check(&world);
        check(&world.restart());
    }

    #[test]
    fn a_sidecar_of_ones_own_counts_more_than_what_the_journal_has_of_another() {
        for is_parted_first in [false, true] {
            let (world, _) = left_behind();
            world.hash("b/IMG.jpg", 1);
            world.files(&["d/copy.jpg"]);
            world.hash("d/copy.jpg", 1);
            if is_parted_first {
                world.changed("b/IMG.jpg", 10);
                world.know("b/IMG.jpg", facts("own", &["own"]));
            }
            // The file is edited, and gets a sidecar; it goes away without it, and then that is thrown away.
            world.sidecars(&[("b/IMG.jpg.xmp", 2)]);
            world.changed("b/IMG.jpg", 20);
            read_all(&world, None, "new", &[]);
            assert_eq!(told(&world, "b/IMG.jpg").0, "new");
            world.moved(&[("b/IMG.jpg", "c/IMG.jpg")]);
            world.observe(&Command::KeepSidecars(left(&world)));
            world.sidecars_gone(&["b/IMG.jpg.xmp"]);
            let check = |world: &World| {
                read_all(world, None, "", &[]);
                let titles = ["c/IMG.jpg", "d/copy.jpg"].map(|path| told(world, path).0);
                assert_eq!(titles, ["new", "old"], "{is_parted_first}");
            };
            check(&world);
            check(&world.restart_without_store());
        }
    }

    #[test]
    fn who_becomes_one_with_a_copy_that_was_read_keeps_what_stays_of_a_sidecar() {
        let (world, asset) = left_behind();
        world.hash("b/IMG.jpg", 1);
        world.files(&["d/copy.jpg"]);
        world.know("d/copy.jpg", facts("own", &["own"]));
        // It is to be read again when the copy, which was read, becomes part of it.
        world.changed("b/IMG.jpg", 0);
        world.hash("b/IMG.jpg", 1);
        world.hash("d/copy.jpg", 1);
        assert_eq!(world.asset("d/copy.jpg"), asset);
        read_all(&world, None, "", &[]);
        assert_eq!(told(&world, "b/IMG.jpg"), said("old", &["own", "trip"]));
    }

    #[test]
    fn nobody_reads_again_what_is_in_no_file() {
        let (world, asset) = left_behind();
        let outdated = |title: &str| Facts {
            is_outdated: true,
            ..facts(title, &["own"])
        };
        world.sidecars(&[("b/IMG.jpg.xmp", 2)]);
        world.know_with(file(&world, "b/IMG.jpg"), outdated("own"), None, outdated("new"));
        world.moved(&[("b/IMG.jpg", "c/IMG.jpg")]);
        let again = |world: &World| {
            let unread = world.app.view().without_facts(crate::kernel::LibraryId::new(1));
            unread.contains(&file(world, "c/IMG.jpg"))
        };
        assert!(again(&world));
        world.know("c/IMG.jpg", facts("own", &["own"]));
        assert!(!again(&world), "its sidecar is not there to be read");
        assert_eq!(world.app.view().title(asset), Some("new"));
    }
}
