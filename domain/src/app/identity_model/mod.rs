//! Random lives of files against a simple model of whose edits are whose.
//!
//! Files are registered, renamed, moved to another library, copied, deleted, restored,
//! edited in place, touched, overwritten by other pictures, and rewritten and moved in one
//! go, libraries go and come back with other inode numbers, while hashes and facts arrive
//! late and in any order, with edits and undo between. The model keeps lists and
//! searches them. After each step the world says the same as the model of every file; in
//! the end everything is read and hashed, and each content that is there is one photo with
//! the edits that the model says. The journal alone makes the same world again, and so do
//! the rows.
//!
//! What the model leaves out, tests by hand see to: tags that files carry, and what undo
//! takes back of photos that became one.
//!
//! Here is what the model knows of files; `contents` is what becomes of photos as contents become known, `edits` and
//! `steps` say what is done, `checks` what must hold.

mod checks;
mod contents;
mod edits;
mod steps;

use checks::told;

use crate::catalog::{Camera, Facts, Field, FieldKey, FieldValue};
use crate::command::{
    AlbumAssets, ClearFields, Command, DoubtedBytes, RecordChecksums, RecordFacts, RegisterFiles, SetFields,
    SetLibraryState, TagAssets, UpdateFiles,
};
use crate::event::FileStamp;
use crate::identity::Tool;
use crate::kernel::{AssetId, AssetSet, Checksum, FileId, LibraryId, Taken, TakenSource, UserId};
use crate::organization::{AlbumPath, NewAlbum, TagPath};
use crate::storage::{FileSighting, LibraryState, NewLibrary};
use crate::testing::World;
use crate::view::{Dir, View};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A picture, and how it is saved.
type Content = (u8, u8);
/// Which pictures say nothing of themselves.
const SILENT: u8 = 3;
const PICTURES: u8 = 5;
const VARIANTS: u8 = 3;
const NAMES: [&str; 6] = [
    "a/IMG_1.JPG",
    "a/IMG_2.JPG",
    "b/IMG_1.JPG",
    "IMG_1.jpg",
    "c/x.jpg",
    "IMG_1.CR2",
];
const TAGS: [&str; 3] = ["beach", "travel/italy", "family"];
const ALBUMS: [&str; 2] = ["one", "two"];

fn checksum((picture, variant): Content) -> Checksum {
    Checksum::new(*blake3::hash(&[picture, variant]).as_bytes())
}

/// The hash of the picture's data: two of the variants differ in metadata only, the third was
/// developed anew.
fn image((picture, variant): Content) -> Checksum {
    Checksum::new(*blake3::hash(&[picture, variant / 2, 0]).as_bytes())
}

/// Which content that is.
fn content_of(sum: &Checksum) -> Content {
    let all = (0..PICTURES).flat_map(|picture| (0..VARIANTS).map(move |variant| (picture, variant)));
    all.into_iter()
        .find(|content| checksum(*content) == *sum)
        .unwrap()
}

/// One of the variants has its clock set right.
fn facts((picture, variant): Content) -> Facts {
    if picture >= SILENT {
        return Facts::default();
    }
    Facts {
        taken: Taken::parse(
            &format!("2024-06-1{picture}T1{}:00:00", variant % 2),
            TakenSource::ExifOriginal,
        )
        .ok(),
        camera: Some(Arc::new(Camera {
            make: Some("Canon".into()),
            ..Camera::default()
        })),
        ..Facts::default()
    }
}

/// What people made of a photo.
#[derive(Clone, Default, PartialEq, Debug)]
struct Made {
    /// The title, and which step gave it.
    title: Option<(String, usize)>,
    is_hidden: bool,
    is_favorite: bool,
    tags: BTreeSet<&'static str>,
    albums: BTreeSet<&'static str>,
}

impl Made {
    fn unite(&mut self, other: Self) {
        let Self {
            title,
            is_hidden,
            is_favorite,
            tags,
            albums,
        } = other;
        let at = |title: &Option<(String, usize)>| title.as_ref().map(|(_, step)| *step);
        if at(&title) > at(&self.title) {
            self.title = title;
        }
        self.is_hidden |= is_hidden;
        self.is_favorite |= is_favorite;
        self.tags.extend(tags);
        self.albums.extend(albums);
    }
}

#[derive(Clone, Default, Debug)]
struct Photo {
    made: Made,
    formers: BTreeSet<Content>,
}

#[derive(Clone, Debug)]
struct File {
    photo: AssetId,
    content: Content,
    is_there: bool,
    is_hashed: bool,
    doubt: Option<Doubt>,
}

#[derive(Clone, Debug)]
struct Doubt {
    former: Content,
    was_hashed: bool,
    is_known: bool,
}

/// Whether a file is a content, or was until it got into doubt.
fn held(file: &File, content: Content) -> bool {
    match &file.doubt {
        Some(doubt) => doubt.was_hashed && doubt.former == content,
        None => file.is_hashed && file.content == content,
    }
}

/// The world and its model.
struct Life {
    world: World,
    photos: BTreeMap<AssetId, Photo>,
    files: BTreeMap<FileId, File>,
    aliases: BTreeMap<AssetId, AssetId>,
    step: usize,
}

impl Life {
    fn new() -> Self {
        let world = World::new();
        let library = NewLibrary {
            name: None,
            root: b"/backup"[..].into(),
            timezone: "UTC".into(),
        };
        world.run(&Command::AddLibrary(library)).unwrap();
        for album in ALBUMS {
            let path = AlbumPath::parse(album).unwrap();
            world
                .run(&Command::CreateAlbum(NewAlbum { path, rule: None }))
                .unwrap();
        }
        let (photos, files) = (BTreeMap::new(), BTreeMap::new());
        Self {
            world,
            photos,
            files,
            aliases: BTreeMap::new(),
            step: 0,
        }
    }

    fn sighting(&self, path: &str, content: Content) -> FileSighting {
        FileSighting {
            path: path.split('/').map(|part| part.as_bytes().into()).collect(),
            kind: None,
            size: 1000 + u64::from(content.0),
            mtime_ns: i64::try_from(self.step).unwrap() * 1_000_000_000,
            ino: 7,
        }
    }

    fn stamp(&self, id: FileId) -> FileStamp {
        let view = self.world.app.view();
        let row = view.file(id).unwrap();
        row.stamp(id)
    }

    fn place(&self, id: FileId) -> (LibraryId, String) {
        let (library, path) = self.world.app.view().file_path(id).unwrap();
        (library, String::from_utf8(path).unwrap())
    }

    fn is_free(&self, library: LibraryId, path: &str) -> bool {
        let there = self.files.iter().filter(|(_, file)| file.is_there);
        there
            .into_iter()
            .all(|(id, _)| self.place(*id) != (library, path.to_owned()))
    }

    fn nth(&self, at: usize, wanted: impl Fn(&File) -> bool) -> Option<FileId> {
        let fits: Vec<FileId> = self
            .files
            .iter()
            .filter(|(_, file)| wanted(file))
            .map(|(id, _)| *id)
            .collect();
        fits.get(at % fits.len().max(1)).copied()
    }

    fn register(&mut self, library: LibraryId, path: &str, content: Content) {
        if !self.is_free(library, path) {
            return;
        }
        let files = vec![self.sighting(path, content)];
        let next = (
            self.world.app.view().next().file(),
            self.world.app.view().next().asset(),
        );
        self.world
            .observe(&Command::RegisterFiles(RegisterFiles { library, files }));
        self.add(next, content);
    }

    fn add(&mut self, (file, photo): (FileId, AssetId), content: Content) {
        self.photos.insert(photo, Photo::default());
        let file_row = File {
            photo,
            content,
            is_there: true,
            is_hashed: false,
            doubt: None,
        };
        self.files.insert(file, file_row);
    }

    fn update(&self, command: UpdateFiles) {
        self.world.observe(&Command::UpdateFiles(command));
    }

    fn delete(&mut self, id: FileId) {
        let gone = std::iter::once(id).collect();
        self.update(UpdateFiles {
            gone,
            ..UpdateFiles::default()
        });
        self.files.get_mut(&id).unwrap().is_there = false;
    }

    fn rewrite(&mut self, id: FileId, content: Content) {
        let stamp = FileStamp {
            size: 1000 + u64::from(content.0),
            mtime_ns: 1 + i64::try_from(self.step).unwrap() * 1_000_000_000,
            ..self.stamp(id)
        };
        self.update(UpdateFiles {
            changed: vec![stamp],
            ..UpdateFiles::default()
        });
        let evidence = self.world.app.view().doubt(id).unwrap().evidence.clone();
        let file = self.files.get_mut(&id).unwrap();
        let (former, was_hashed) = (file.content, file.is_hashed);
        (file.content, file.is_hashed) = (content, false);
        if file.doubt.is_none() {
            let is_known = !evidence.is_none();
            assert_eq!(
                evidence.taken.filter(|_| is_known),
                facts(former).taken.filter(|_| is_known)
            );
            file.doubt = Some(Doubt {
                former,
                was_hashed,
                is_known,
            });
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_becomes_of_files_edits_stay_with_their_content(
        steps in prop::collection::vec((0..33u8, 0..12usize, 0..12usize), 1..70)
    ) {
        let mut life = Life::new();
        for (operation, at, choice) in steps {
            life.step(operation, at, choice);
            life.check();
        }
        life.settle();
        life.check();
        life.check_contents();
        let expected = told(&life.world.app.view());
        life.world = life.world.restart();
        prop_assert_eq!(&told(&life.world.app.view()), &expected, "with the store");
        life.check_contents();
        life.world = life.world.restart_without_store();
        prop_assert_eq!(&told(&life.world.app.view()), &expected, "without the store");
        life.check_contents();
    }
}
