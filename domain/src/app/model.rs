//! Random operations on a world: names never clash, lead back to their photos and
//! change for no other photo's sake; what queries find is kept current; all of it
//! is the same after a restart, with the store and without.

use super::model_checks::{
    Recorder, check_deltas, check_live, check_names, check_stacks, query_dirs, recast, shown, told,
};
use super::tests::{album_dir, into, tag_dir, without};
use crate::catalog::{DateChange, Facts, Field, FieldValue, LinkId, Shift, StackChange};
use crate::command::{ChangeDates, ClearFields, Command, EditFace, UpdateFiles};
use crate::kernel::{
    AlbumId, AssetId, AssetSet, FileId, FileSet, FolderId, LibraryId, PersonId, TagId, Taken, TakenSource,
};
use crate::organization::{
    AlbumArrangement, AlbumPath, FaceBox, FaceChange, FaceId, FaceKind, PeopleArrangement, PersonName,
    TagArrangement, TagPath,
};
use crate::sharing::Scope;
use crate::testing::{World, read_face};
use crate::view::View;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

const POOL: [&str; 12] = [
    "x/IMG_1.JPG",
    "x/IMG_1.CR2",
    "x/img_1.jpg",
    "y/IMG_1.JPG",
    "y/IMG_1.CR2",
    "y/IMG_1~0001.JPG",
    "z/IMG_1.JPG",
    "z/other.jpg",
    "z/OTHER.JPG",
    "z/what?.jpg",
    "z/what*.jpg",
    "IMG_1.mp4",
];
pub(super) const TAGS: [&str; 4] = ["beach", "travel", "travel/italy", "Travel/Rome"];
const NAMES: [&str; 5] = ["beach", "sea", "italy", "Rome", "travel"];
const DATES: [&str; 4] = ["2024-06-15", "2024-06-16T10:00:00", "2024", "1974-06"];

const PEOPLE: [&str; 4] = ["Anna", "Bea", "anna", "Cato Bea"];
/// Boxes that overlap from one reading to the next, and some that do not.
const READ_FACES: [&[(&str, Option<&str>)]; 6] = [
    &[("0.2,0.2,0.2,0.2", Some("Anna"))],
    &[
        ("0.25,0.2,0.2,0.2", Some("Anna")),
        ("0.7,0.7,0.2,0.2", Some("Bea")),
    ],
    &[("0.3,0.2,0.2,0.2", None), ("0.72,0.7,0.2,0.2", Some("anna"))],
    &[("0.7,0.7,0.2,0.2", None), ("0.2,0.2,0.2,0.2", Some("Cato Bea"))],
    &[("0.5,0.5,0.1,0.1", Some("Bea"))],
    &[],
];

fn face_change(operation: u8, at: usize, choice: usize) -> FaceChange {
    let name = (at > 2).then(|| PersonName::parse(PEOPLE[at % 4]).unwrap());
    let number = [1, 2, 3, 1001, 1002][choice % 5];
    let face = FaceId::new(number);
    match (operation, choice) {
        (42, _) => FaceChange::Add {
            at: FaceBox::parse(["0.2,0.2,0.2,0.2", "0.9,0.9,0.1,0.1"][choice % 2]).unwrap(),
            kind: FaceKind::Face,
            name,
        },
        (43, _) => FaceChange::Name { face, name },
        (_, 0..8) => FaceChange::Reject { face },
        _ => FaceChange::Remove { face },
    }
}

/// What sidecars say.
const SAID: [&[&str]; 4] = [&["beach"], &["sea", "travel/italy"], &[], &["travel/Oslo"]];

const QUERIES: [&str; 21] = [
    "type:live OR is:stacked",
    "person:anna",
    "has:faces -person:=bea",
    "cato",
    "beach",
    "tag:travel",
    "tag:=travel/italy -is:favorite",
    "album:travel",
    "is:favorite",
    "is:stacked",
    "name:img_1",
    "name:~000",
    "path:/x/",
    "date:2024",
    "is:edited",
    "-has:tags",
    "is:undated OR date:1974",
    "type:raw OR is:hidden",
    "is:missing",
    "ext:jpg -tag:beach",
    "has:sidecar",
];
fn rearrange(operation: u8, from: &str, to: &str, name: Box<str>) -> Command {
    let (tag, into) = (TagPath::parse(from).unwrap(), TagPath::parse(to).unwrap());
    let (album, other) = (AlbumPath::parse(from).unwrap(), AlbumPath::parse(to).unwrap());
    let is_top = from == to;
    let tags = |how| Command::ArrangeTags(how);
    match operation {
        19 => tags(TagArrangement::Rename { tag, name }),
        20 => {
            let to = (!is_top).then_some(into);
            tags(TagArrangement::Move { tag, to })
        }
        21 => {
            let from = vec![tag, TagPath::parse(&name).unwrap()];
            tags(TagArrangement::Merge { from, into })
        }
        22 => {
            let recursive = name.len() > 4;
            tags(TagArrangement::Delete { tag, recursive })
        }
        23 => {
            let word = TagPath::parse(&name).unwrap();
            tags(TagArrangement::AddSynonym { tag, word })
        }
        _ => Command::ArrangeAlbums(match name.len() {
            3 => AlbumArrangement::Delete {
                album,
                recursive: true,
            },
            4 => AlbumArrangement::Move {
                album,
                to: (!is_top).then_some(other),
            },
            _ => AlbumArrangement::Rename { album, name },
        }),
    }
}

/// Replays random operations on a world.
pub(super) struct Life {
    pub(super) world: World,
    /// What was read of each photo last.
    read: BTreeMap<AssetId, Facts>,
    /// What the sidecar of each said last.
    said: BTreeMap<AssetId, Facts>,
    has_sidecars: bool,
    has_hashes: bool,
}

/// Facts of a picture that shows some of the people.
fn showing(choice: usize) -> Facts {
    let faces = READ_FACES[choice % READ_FACES.len()].iter();
    Facts {
        face_reads: faces.map(|face| read_face(*face)).collect(),
        ..Facts::default()
    }
}

/// Facts with this date and these tags.
fn facts(date: Option<&str>, tags: &[&str]) -> Facts {
    Facts {
        taken: date.map(|text| Taken::parse(text, TakenSource::ExifOriginal).unwrap()),
        tag_paths: tags.iter().map(|tag| TagPath::parse(tag).unwrap()).collect(),
        ..Facts::default()
    }
}

impl Life {
    fn path(&self, at: usize) -> Option<String> {
        let view = self.world.app.view();
        let (id, _) = view.files().nth(at % view.files().count().max(1))?;
        Some(String::from_utf8(view.file_path(id)?.1).unwrap())
    }

    fn is_free(&self, path: &str) -> bool {
        self.world
            .app
            .view()
            .file_at(LibraryId::new(1), path.as_bytes())
            .is_none()
    }

    /// Does one operation; says which photos got another name by it.
    #[expect(
        clippy::too_many_lines,
        reason = "one arm an operation: a table that is read as one"
    )]
    fn step(&mut self, operation: u8, at: usize, choice: usize) -> AssetSet {
        let world = &self.world;
        let Some(path) = self.path(at) else {
            world.files(&[POOL[choice]]);
            return AssetSet::new();
        };
        let paths = [path.as_str()];
        let (tag, date) = (TAGS[choice % TAGS.len()], DATES[choice % DATES.len()]);
        match operation {
            0 | 1 => world.files(&[POOL[choice], POOL[(choice + 1) % POOL.len()]]),
            2 | 3 => {
                let date = (choice != 0).then_some(date);
                let tags = if choice.is_multiple_of(3) {
                    vec![]
                } else {
                    vec![tag]
                };
                let ids = ["content-a", "content-b", "content-c"];
                let id = |at: usize| ids.get(at).copied();
                let facts = Facts {
                    content_id: id(at % 4).and_then(LinkId::of_content),
                    burst_id: id(choice % 5).and_then(LinkId::of_burst),
                    has_motion: choice == 7,
                    ..facts(date, &tags)
                };
                self.know(&path, facts, at);
            }
            // In a world with sidecars nobody is merged: what is known then, tests by hand see to.
            47..=49 if !self.has_sidecars => {
                self.has_hashes = true;
                let (date, tags) = (Some(DATES[choice % 3]), vec![TAGS[choice % 3]]);
                if world.app.view().doubts().next().is_none() {
                    let face_reads = showing(choice % 3).face_reads;
                    let facts = Facts {
                        face_reads,
                        ..facts(date, &tags)
                    };
                    self.know(&path, facts, at);
                }
                self.world.hash(&path, u8::try_from(choice % 3).unwrap());
            }
            50 if !self.has_sidecars => {
                self.has_hashes = true;
                self.world.changed(&path, 1);
            }
            51 if !self.has_sidecars => drop(world.forget(&paths)),
            57..=58 => {
                let at = |from: usize| ["x", "y", "z", "x/y", "n", "Z", "y/n/z"][from % 7];
                world.folders_moved(&[(at(choice), at(choice / 2 + 1)), (at(choice + 1), at(choice))]);
            }
            4 => drop(world.tag(tag, &paths)),
            5 if tag_dir(world, tag).is_some() => drop(world.untag(tag, &paths)),
            6 if album_dir(world, tag).is_none() => drop(world.album(tag, &paths)),
            6 => into(world, tag, &paths),
            7 if album_dir(world, tag).is_some() => without(world, tag, &paths),
            8 => drop(world.date(date, &paths)),
            9 => drop(world.clear(Field::Taken, &paths)),
            10 => drop(world.hide(&paths)),
            11 => drop(world.clear(Field::Hidden, &paths)),
            12 => world.gone(&paths),
            13 => world.returned(&paths),
            14 if self.is_free(POOL[choice]) => {
                let moved = world.assets(&paths);
                world.moved(&[(&path, POOL[choice])]);
                return moved;
            }
            17 => {
                let pairs = [
                    (path.clone(), POOL[choice]),
                    (self.path(at + 1).unwrap(), POOL[(choice + 1) % 12]),
                ];
                if pairs[0].0 != pairs[1].0 && pairs.iter().all(|(_, to)| self.is_free(to)) {
                    let moved = world.assets(&[&pairs[0].0, &pairs[1].0]);
                    world.moved(&[(&pairs[0].0, pairs[0].1), (&pairs[1].0, pairs[1].1)]);
                    return moved;
                }
            }
            40 | 41 => {
                let facts = Facts {
                    person_names: (choice > 8).then(|| PEOPLE[at % 4].into()).into_iter().collect(),
                    ..showing(choice)
                };
                self.know(&path, facts, at);
            }
            42..=44 => {
                let asset = world.asset(&path);
                let change = face_change(operation, at, choice);
                self.checked(&Command::EditFace(EditFace { asset, change }));
            }
            45 => {
                let name = |at: usize| PersonName::parse(PEOPLE[at % 4]).unwrap();
                let (person, other) = (name(at), name(choice));
                self.checked(&Command::ArrangePeople(if choice.is_multiple_of(2) {
                    PeopleArrangement::Rename { person, name: other }
                } else {
                    let from = vec![person];
                    PeopleArrangement::Merge { from, into: other }
                }));
            }
            46 => drop(world.clear(Field::Faces, &paths)),
            26 => drop(world.set(
                Field::Favorite,
                FieldValue::Flag(!choice.is_multiple_of(3)),
                &paths,
            )),
            27 | 28 => {
                let query = QUERIES[(at + choice * 5) % QUERIES.len()];
                drop(world.share(&format!("s{at}"), Scope::Query(query.into())));
            }
            29 => {
                let number = u32::try_from(choice).unwrap();
                let scope = match choice % 6 {
                    5 => Scope::Person(PersonId::new(number / 3)),
                    0 => Scope::Assets(world.assets(&paths)),
                    1 => Scope::Folder(FolderId::new(number)),
                    2 => Scope::Library(LibraryId::new(1)),
                    3 => Scope::Tag(TagId::new(number)),
                    _ => Scope::Album(AlbumId::new(number / 4)),
                };
                drop(world.share(&format!("s{at}"), scope));
            }
            30 => {
                let share = world.app.view().shares().next().map(|share| share.id);
                if let Some(share) = share {
                    world.revoke(share);
                }
            }
            38 if !self.has_hashes => {
                self.has_sidecars = true;
                let stem = path.rsplit_once('.').unwrap().0;
                let named = if choice.is_multiple_of(2) { &path } else { stem };
                world.sidecars(&[(&format!("{named}.xmp"), u64::try_from(choice).unwrap())]);
            }
            39 => {
                let view = world.app.view();
                let sidecar = view.sidecar_for(world.stamp(&path).id);
                let name = sidecar.map(|one| String::from_utf8(one.name.to_vec()).unwrap());
                drop(view);
                if let Some(name) = name {
                    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                    let path = format!("{folder}/{name}");
                    world.sidecars_gone(&[path.trim_start_matches('/')]);
                }
            }
            52 => self.checked(&Command::ChangeStack(StackChange::Split(world.assets(&paths)))),
            53 | 54 => {
                let others = [choice, at].map(|at| self.path(at)).into_iter().flatten();
                let mut assets = world.assets(&paths);
                others.for_each(|other| assets |= &world.assets(&[&other]));
                let assets = if at.is_multiple_of(2) {
                    assets
                } else {
                    world.app.view().stack(world.asset(&path))
                };
                self.checked(&Command::ChangeStack(StackChange::Join(assets)));
            }
            55 => {
                let asset = world.asset(&path);
                self.checked(&Command::ChangeStack(StackChange::Cover(asset)));
            }
            56 => {
                let fields = vec![Field::Stack, Field::StackCover];
                let assets = world.assets(&paths);
                self.checked(&Command::ClearFields(ClearFields { assets, fields }));
            }
            15 => drop(world.undo(None)),
            16 => {
                let last = world.app.view().marks().next_back().map(|(revision, _)| revision);
                drop(world.undo(last));
            }
            18 => drop(world.redo()),
            19..=24 => {
                let to = TAGS[at % TAGS.len()];
                let name: Box<str> = NAMES[at % NAMES.len()].into();
                self.checked(&rearrange(operation, tag, to, name));
            }
            25 => {
                let shift = ["+1h30m", "-2d", "+25s"][choice % 3];
                let change = DateChange::Shift(Shift::parse(shift).unwrap());
                let assets = world.assets(&paths);
                self.checked(&Command::ChangeDates(ChangeDates { assets, change }));
            }
            31..=37 => self.sets(operation, &path, at, choice),
            _ => {}
        }
        AssetSet::new()
    }

    /// What is in doubt is judged, and what is not known is read.
    fn settle(&mut self) {
        if self.has_sidecars {
            return;
        }
        let doubts: Vec<FileId> = self.world.app.view().doubts().map(|(file, _)| file).collect();
        for file in doubts {
            self.world.observe(&Command::UpdateFiles(UpdateFiles {
                returned: FileSet::one(file),
                ..UpdateFiles::default()
            }));
            let asset = self.world.app.view().file(file).unwrap().asset;
            let state = |view: &View| view.file(file).unwrap().state;
            let before = state(&self.world.app.view());
            self.world.read_file(file, Some(DATES[0]), &[]);
            let view = self.world.app.view();
            if state(&view) == before && view.doubt(file).is_none() {
                self.read.remove(&asset);
            }
        }
        // Of photos that became one, and whose facts are doubtful, anything may be known.
        let open: Vec<AssetId> = {
            let view = self.world.app.view();
            let is_open = |id: &AssetId| {
                let row = view.asset(*id).unwrap();
                view.facts(*id).is_some()
                    && (!row.is_read() || row.files.len() > 1 || !self.read.contains_key(id))
            };
            let all = view.assets().map(|(asset, _)| asset);
            all.filter(is_open).collect()
        };
        for asset in open {
            let lead = self.world.app.view().lead_file(asset).unwrap();
            self.world.read_file(lead, Some(DATES[1]), &[TAGS[0]]);
            self.read.insert(asset, facts(Some(DATES[1]), &[TAGS[0]]));
        }
    }

    /// Photos that became part of others, or are forgotten, are read no more.
    fn forget_gone(&mut self) {
        let view = self.world.app.view();
        self.read.retain(|asset, _| view.facts(*asset).is_some());
    }

    /// Does a command if it is allowed; undo restores the view exactly, and redo does it again.
    pub(super) fn checked(&self, command: &Command) {
        let world = &self.world;
        let view = || told(&world.app.view());
        let before = view();
        let refused = world.app.preview(World::ME, command).is_err();
        let Ok(done) = world.run(command) else {
            assert!(refused);
            return assert_eq!(view(), before, "{command:?} was refused");
        };
        if done.revision.is_none() {
            return;
        }
        let after = view();
        world.app.view().assert_counts();
        world.undo(None).unwrap();
        assert_eq!(view(), before, "{command:?} undone");
        world.redo().unwrap();
        assert_eq!(view(), after, "{command:?} done again");
        assert!(world.redo().is_err());
    }

    /// A file is read, and the sidecar that names it best, if one does; notes what is
    /// known of its photo then.
    fn know(&mut self, path: &str, facts: Facts, at: usize) {
        let said = Facts {
            face_reads: showing(at).face_reads,
            ..self::facts(None, SAID[at % SAID.len()])
        };
        let world = &self.world;
        let file = world.stamp(path).id;
        let state = |view: &View| view.file(file).unwrap().state;
        let before = state(&world.app.view());
        world.know_with(file, facts.clone(), None, said.clone());
        let view = world.app.view();
        let asset = view.file(file).unwrap().asset;
        if view.sidecar_path(asset).is_some_and(|(_, is_there)| is_there) {
            self.said.insert(asset, said);
        }
        // Otherwise it was found to be another picture's now, or is not judged yet.
        let is_known = state(&view) == before && view.doubt(file).is_none();
        if is_known && view.lead_file(asset) == Some(file) && view.asset(asset).unwrap().is_read() {
            self.read.insert(asset, facts);
        }
    }

    /// After the store was lost, files are read again; what a person edited is there.
    fn read_again(&self) {
        for (asset, facts) in &self.read {
            let file = self.world.app.view().lead_file(*asset).unwrap();
            let said = self.said.get(asset).cloned().unwrap_or_default();
            self.world.know_with(file, facts.clone(), None, said);
        }
    }

    /// Brings a sidecar to every file that left it: what one said that is elsewhere, the store alone knows.
    fn bring_sidecars(&self) {
        for asset in self.read.keys() {
            let view = self.world.app.view();
            if view.sidecar_path(*asset).is_none_or(|(_, is_there)| is_there) {
                continue;
            }
            let path = view.file_path(view.lead_file(*asset).unwrap()).unwrap().1;
            drop(view);
            let path = format!("{}.xmp", String::from_utf8(path).unwrap());
            self.world.sidecars(&[(&path, 100)]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 240, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_world_is_the_same_after_a_restart_with_the_store_and_without(
        steps in prop::collection::vec((0..59u8, 0..12usize, 0..12usize), 1..60)
    ) {
        let mut life = Life { world: World::new(), read: BTreeMap::new(), said: BTreeMap::new(), has_sidecars: false, has_hashes: false };
        let recorder = Arc::<Recorder>::default();
        life.world.app.subscribe(recorder.clone());
        let (mut before, mut took_back) = (BTreeMap::new(), false);
        let mut found_before = BTreeMap::new();
        for (operation, at, choice) in steps {
            took_back |= matches!(operation, 15 | 16 | 18 | 38 | 39);
            let renamed = life.step(operation, at, choice);
            let view = life.world.app.view();
            check_names(&view);
            check_live(&view);
            check_stacks(&view);
            let found = query_dirs(&view);
            let deltas = std::mem::take(&mut *recorder.0.lock().unwrap());
            check_deltas(&found_before, &found, &view, &deltas);
            found_before = found;
            let now = shown(&view);
            let renamed = &renamed | &recast(&view, &deltas);
            for ((dir, asset, file), name) in &now {
                if let Some(old) = before.get(&(dir.clone(), *asset, *file)) && !renamed.contains(*asset) {
                    prop_assert_eq!(name, old, "another's coming or going renamed {} in {}", asset, dir);
                }
            }
            before = now;
        }
        // A file that was read by a name which undo took away has a tag of its own when it is read again,
        // and of a sidecar that came or went nothing is known before.
        life.settle();
        life.forget_gone();
        let read = told(&life.world.app.view());
        life.bring_sidecars();
        life.read_again();
        let expected = told(&life.world.app.view());
        prop_assert!(took_back || expected == read, "reading again changed {read:?}\nto {expected:?}");
        life.world = life.world.restart();
        prop_assert_eq!(&told(&life.world.app.view()), &expected, "with the store");
        life.world = life.world.restart_without_store();
        life.read_again();
        prop_assert_eq!(&told(&life.world.app.view()), &expected, "without the store");
    }
}
