//! The values: what is stored of a row beside its key.
//!
//! A value is one byte, the version of its form (0 until 0.1.0 is tagged; a form that changes gets the next number and the old one stays
//! readable), the fields in the order of the records here, and the check of `check`. What the key says is not said again.
//! The version of the state row is that of the schema as a whole: a layer whose rows are cut otherwise (0 had a row a file) is refused by it.
//! Refuses, as `None`, a version that it does not know and bytes that are not wholly a value.

mod album;
mod catalog;
mod organization;
mod people;
mod sharing;
mod sidecar;
mod storage;

use super::codec::{Reader, Stored, record};
use super::keys::Key;
use kphotos_domain::event::FolderSeen;
use kphotos_domain::identity::User;
use kphotos_domain::kernel::{
    AlbumId, AssetId, CollectionId, FileId, FolderId, JobId, LibraryId, MountId, Owner, PersonId, Revision,
    ShareId, ShotId, StackId, TagId, UserId,
};
use kphotos_domain::view::{Counters, Mark, Row};

/// The version of the forms that are written, but for two.
const VERSION: u8 = 0;
/// That of facts and layers: those of version 0 do not say which reader it was, nor what is in the journal.
const READ_VERSION: u8 = 1;
/// The version of the state row, and so of the schema.
const STATE_VERSION: u8 = 3;

macro_rules! ids {
    ($($id:ident),*) => {$(
        impl Stored for $id {
            fn put(&self, out: &mut Vec<u8>) {
                self.number().put(out);
            }

            fn get(from: &mut Reader<'_>) -> Option<Self> {
                Stored::get(from).map(Self::new)
            }
        }
    )*};
}

ids!(
    AlbumId,
    AssetId,
    CollectionId,
    FileId,
    FolderId,
    JobId,
    LibraryId,
    MountId,
    PersonId,
    Revision,
    ShareId,
    ShotId,
    StackId,
    TagId,
    UserId
);

/// A byte for the kind of owner, and its number.
impl Stored for Owner {
    fn put(&self, out: &mut Vec<u8>) {
        let Self::User(user) = self;
        out.push(0);
        user.put(out);
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        match from.byte()? {
            0 => UserId::get(from).map(Self::User),
            _ => None,
        }
    }
}

impl Stored for Counters {
    fn put(&self, out: &mut Vec<u8>) {
        self.numbers().iter().for_each(|number| number.put(out));
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        let mut numbers = Self::default().numbers();
        for number in &mut numbers {
            *number = u32::get(from)?;
        }
        Some(Self::from_numbers(numbers))
    }
}

/// What the store says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct State {
    /// The revision that the rows stand for.
    pub(super) revision: Revision,
    /// How many rows there are, this one not counted.
    pub(super) rows: u64,
    /// The wrapping sum of their checks.
    pub(super) sum: u64,
}

record! {
    Mark { user, undoes, undone_by }
    State { revision, rows, sum }
}

/// The value of a row, its check not yet appended.
pub(super) fn encode(row: &Row) -> Vec<u8> {
    let mut out = vec![version(row)];
    let to = &mut out;
    match row {
        Row::Counters(counters) => counters.put(to),
        Row::User(User { id: _, name, uid }) => {
            name.put(to);
            uid.put(to);
        }
        Row::Library(library) => storage::put_library(library, to),
        Row::Folder(FolderSeen {
            id: _,
            library,
            parent,
            name,
        }) => {
            library.put(to);
            parent.put(to);
            name.put(to);
        }
        Row::Files(_, files) => files.put(to),
        Row::Facts(_, facts) => catalog::put_facts(facts, to),
        Row::Sidecars(_, sidecars) => sidecars.put(to),
        Row::Layers(_, layers) => sidecar::put_layers(layers, to),
        Row::Edits(_, edits) => edits.put(to),
        Row::Revisions(_, revisions) => revisions.put(to),
        Row::Aliases(_, aliases) => aliases.put(to),
        Row::Formers(_, formers) => formers.put(to),
        Row::Doubts(_, doubts) => doubts.put(to),
        Row::Tag(_, tag) => tag.put(to),
        Row::Person(_, person) => person.put(to),
        Row::Album(_, album) => album.put(to),
        Row::Set(_, _, assets) => assets.put(to),
        Row::Claims(_, _, shots) => shots.put(to),
        Row::Collection(_, collection) => album::put_collection(collection.as_ref(), to),
        Row::Share(_, share) => sharing::put_share(share.as_ref(), to),
        Row::Job(_, job) => {
            job.is_some().put(to);
            job.iter().for_each(|job| storage::put_job(job, to));
        }
        Row::Mount(_, mount) => mount.as_ref().map(storage::MountValue::of).put(to),
        Row::Marks(_, marks) => marks.put(to),
    }
    out
}

const fn version(row: &Row) -> u8 {
    if matches!(row, Row::Facts(..) | Row::Layers(..)) {
        READ_VERSION
    } else {
        VERSION
    }
}

/// The value of the state row.
pub(super) fn encode_state(state: &State) -> Vec<u8> {
    let mut out = vec![STATE_VERSION];
    state.put(&mut out);
    out
}

/// The row of a key and a value.
pub(super) fn decode(key: Key, value: &[u8]) -> Option<Row> {
    let mut reader = Reader::new(value);
    let version = reader.byte()?;
    if version != VERSION && !(version == READ_VERSION && matches!(key, Key::Facts(_) | Key::Layers(_))) {
        return None;
    }
    let from = &mut reader;
    let row = match key {
        Key::State => return None,
        Key::Counters => Row::Counters(Stored::get(from)?),
        Key::User(id) => Row::User(User {
            id,
            name: Stored::get(from)?,
            uid: Stored::get(from)?,
        }),
        Key::Library(id) => Row::Library(storage::get_library(id, from)?),
        Key::Folder(id) => Row::Folder(FolderSeen {
            id,
            library: Stored::get(from)?,
            parent: Stored::get(from)?,
            name: Stored::get(from)?,
        }),
        Key::Files(pack) => Row::Files(pack, Stored::get(from)?),
        Key::Facts(pack) => Row::Facts(pack, catalog::get_facts(from, version == READ_VERSION)?),
        Key::Sidecars(id) => Row::Sidecars(id, Stored::get(from)?),
        Key::Layers(pack) => Row::Layers(pack, sidecar::get_layers(from, version == READ_VERSION)?),
        Key::Edits(pack) => Row::Edits(pack, Stored::get(from)?),
        Key::Revisions(pack) => Row::Revisions(pack, Stored::get(from)?),
        Key::Aliases(pack) => Row::Aliases(pack, Stored::get(from)?),
        Key::Formers(pack) => Row::Formers(pack, Stored::get(from)?),
        Key::Doubts(pack) => Row::Doubts(pack, Stored::get(from)?),
        Key::Tag(id) => Row::Tag(id, Stored::get(from)?),
        Key::Person(id) => Row::Person(id, Stored::get(from)?),
        Key::Album(id) => Row::Album(id, Stored::get(from)?),
        Key::Set(kind, chunk) => Row::Set(kind, chunk, Stored::get(from)?),
        Key::Claims(dir, sheaf) => Row::Claims(dir, sheaf, Stored::get(from)?),
        Key::Collection(id) => Row::Collection(id, album::get_collection(id, from)?),
        Key::Share(id) => Row::Share(id, sharing::get_share(id, from)?),
        Key::Job(id) => Row::Job(
            id,
            if bool::get(from)? {
                Some(storage::get_job(id, from)?)
            } else {
                None
            },
        ),
        Key::Mount(id) => {
            let value = Option::<storage::MountValue>::get(from)?;
            Row::Mount(id, value.map(|value| value.into_mount(id)))
        }
        Key::Marks(pack) => Row::Marks(pack, Stored::get(from)?),
    };
    reader.end()?;
    Some(row)
}

/// The state of its value.
pub(super) fn decode_state(value: &[u8]) -> Option<State> {
    let mut reader = known(value, STATE_VERSION)?;
    let state = State::get(&mut reader)?;
    reader.end()?;
    Some(state)
}

/// What follows the version, if it is this one.
fn known(value: &[u8], version: u8) -> Option<Reader<'_>> {
    let mut reader = Reader::new(value);
    (reader.byte()? == version).then_some(reader)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kphotos_domain::catalog::{Facts, FieldKey, FieldValue, MediaKind, StackEdit};
    use kphotos_domain::event::{PersonPlace, TagPlace};
    use kphotos_domain::organization::{FaceBox, FaceEdit, FaceFate, FaceId, FaceKind, PersonFate, TagFate};
    use kphotos_domain::sidecar::{SidecarLayer, SidecarStamp};
    use kphotos_domain::storage::FileState;
    use kphotos_domain::testing::every_row;
    use kphotos_domain::view::{FileRow, PersonAtRest, TagAtRest};

    #[test]
    fn every_row_comes_back_from_its_key_and_value() {
        for row in every_row() {
            let (key, value) = (Key::of(&row), encode(&row));
            assert_eq!(Key::parse(&key.bytes()), Some(key));
            assert_eq!(decode(key, &value), Some(row));
        }
    }

    #[test]
    fn a_value_that_is_cut_longer_or_of_another_version_is_refused() {
        for row in every_row() {
            let (key, value) = (Key::of(&row), encode(&row));
            for end in 0..value.len() {
                assert_eq!(decode(key, &value[..end]), None, "{row:?} cut at {end}");
            }
            assert_eq!(decode(key, &[&value[..], &[0]].concat()), None);
            let later = value[0] + 1;
            assert_eq!(decode(key, &[&[later], &value[1..]].concat()), None);
        }
    }

    fn check(row: &Row, key: &str, value: &str) {
        let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
        assert_eq!(hex(&Key::of(row).bytes()), key, "{row:?}");
        assert_eq!(hex(&encode(row)), value, "{row:?}");
    }

    #[test]
    fn the_stored_forms_of_faces_and_people_are_the_golden_ones() {
        let face = FaceEdit {
            at: FaceBox {
                x: 571_429,
                y: 600_000,
                w: 1,
                h: 1_000_000,
            },
            kind: FaceKind::Pet,
            fate: FaceFate::Added(Some(PersonId::new(6))),
        };
        let edits = [(
            FieldKey::Face(FaceId::new(1001)),
            FieldValue::face(face),
            Revision::new(300),
        )]
        .into_iter()
        .collect();
        check(
            &Row::Edits(1, vec![(AssetId::new(257), edits)]),
            "4500000001",
            "000181020109e90706a5f022c0cf2401c0843d01020106ac02",
        );
        let person = PersonAtRest {
            owner: Owner::User(UserId::new(1)),
            place: PersonPlace {
                name: "Bo".into(),
                fate: PersonFate::Merged(PersonId::new(5)),
            },
            words: vec!["b".into()],
        };
        check(
            &Row::Person(PersonId::new(6), person),
            "7000000006",
            "00000102426f0205010162",
        );
        let sidecar = SidecarStamp {
            name: b"a.xmp"[..].into(),
            size: 300,
            mtime_ns: -1,
        };
        check(
            &Row::Sidecars(FolderId::new(2), vec![sidecar.clone()]),
            "5800000002",
            "000105612e786d70ac0201",
        );
        let layer = SidecarLayer {
            file: FileId::new(9),
            folder: FolderId::new(2),
            name: sidecar.name,
            // The byte for the reader is that of another one, whichever there is.
            embedded: Facts {
                is_outdated: true,
                ..Facts::default()
            },
            sidecar: Facts {
                rating: Some(5),
                is_outdated: true,
                ..Facts::default()
            },
            is_journalled: false,
        };
        let row = Row::Layers(0, vec![(AssetId::new(9), layer)]);
        // As version 0 had it.
        let old = "0001090205612e786d700001090000000000000000000000000000000000000000000001090000000000000000010a000000000000000000000000";
        let old = data_encoding::HEXLOWER.decode(old.as_bytes()).unwrap();
        assert_eq!(decode(Key::Layers(0), &old).as_ref(), Some(&row));
        check(
            &row,
            "5900000000",
            "0101090205612e786d7000000109000000000000000000000000000000000000000000000001090000000000000000010a00000000000000000000000000",
        );
    }

    #[test]
    fn the_stored_forms_of_stacks_are_the_golden_ones() {
        let revision = Revision::new(300);
        let layer = |edits: Vec<(FieldKey, FieldValue, Revision)>| edits.into_iter().collect();
        let alone = layer(vec![(
            FieldKey::Stack,
            FieldValue::Stack(StackEdit::Alone),
            revision,
        )]);
        let joined = layer(vec![
            (
                FieldKey::Stack,
                FieldValue::Stack(StackEdit::In(StackId::new(300))),
                revision,
            ),
            (FieldKey::StackCover, FieldValue::Flag(true), revision),
        ]);
        let only = layer(vec![(
            FieldKey::Stack,
            FieldValue::Stack(StackEdit::Only(StackId::new(3))),
            revision,
        )]);
        check(
            &Row::Edits(
                1,
                vec![
                    (AssetId::new(257), alone),
                    (AssetId::new(258), joined),
                    (AssetId::new(259), only),
                ],
            ),
            "4500000001",
            "00038102010a07ac028202020a08ac02ac020b0201ac028302010a0903ac02",
        );
    }

    #[test]
    fn the_stored_forms_are_the_golden_ones() {
        let file = FileRow {
            folder: FolderId::new(2),
            name: b"a.cr2"[..].into(),
            size: 300,
            mtime_ns: -1,
            ino: 7,
            asset: AssetId::new(9),
            shot: ShotId::new(8),
            kind: MediaKind::Raw,
            state: FileState::Present,
            changes: 0,
            added: 1,
            checksum: None,
        };
        check(
            &Row::Files(0, vec![(FileId::new(9), file)]),
            "4600000000",
            "0001090205612e637232ac02010709080100000100",
        );
        let edits = [(FieldKey::Title, FieldValue::Text("x".into()), Revision::new(300))]
            .into_iter()
            .collect();
        check(
            &Row::Edits(1, vec![(AssetId::new(257), edits)]),
            "4500000001",
            "000181020100000178ac02",
        );
        let tag = TagAtRest {
            owner: Owner::User(UserId::new(1)),
            place: TagPlace {
                parent: Some(TagId::new(3)),
                name: "it".into(),
                fate: TagFate::Merged(TagId::new(5)),
            },
            words: vec![(None, "i".into())],
        };
        check(
            &Row::Tag(TagId::new(4), Some(tag)),
            "5400000004",
            "000100010103026974020501000169",
        );
    }
}
