//! A world for tests: an app on fakes, and short ways to fill it.

use super::{FakeClock, FakeJournal, FakeStore, FakeZones};
use crate::app::{App, AppError, Receipt};
use crate::catalog::{Facts, Field, FieldValue, LinkId, StackChange};
use crate::command::{
    AlbumAssets, ChangeAlbum, ClearFields, Command, EditFace, NoteSidecars, RecordChecksums, RecordFacts,
    RegisterFiles, SetDate, SetFields, SetLibraryState, TagAssets, UpdateFiles,
};
use crate::event::FileStamp;
use crate::identity::{Actor, Tool, User};
use crate::kernel::{
    AssetId, AssetSet, Checksum, FileId, FileSet, FolderId, LibraryId, Revision, ShareId, Taken, TakenSource,
    UserId,
};
use crate::organization::{
    AlbumArrangement, AlbumChange, AlbumPath, AlbumRule, CollectionChange, CollectionName, NewAlbum,
    TagArrangement, TagPath,
};
use crate::organization::{FaceBox, FaceChange, FaceId, FaceKind, PeopleArrangement, PersonName, ReadFace};
use crate::sharing::{NewShare, Scope, ShareName};
use crate::sidecar::{SidecarRead, SidecarStamp};
use crate::storage::{FileSighting, FolderSighting, LibraryState, NewLibrary};
use std::sync::Arc;

/// An app on fakes, with user 1 and the library `/photos` (number 1).
pub struct World {
    /// The app.
    pub app: App,
    /// Its journal.
    pub journal: Arc<FakeJournal>,
    /// Its store.
    pub store: Arc<FakeStore>,
}

/// A sighting of `a/b/name.jpg`, with a size made of the path.
#[must_use]
pub fn sighting(path: &str) -> FileSighting {
    FileSighting {
        path: path.split('/').map(|part| part.as_bytes().into()).collect(),
        size: 1000 + path.len() as u64,
        mtime_ns: 1_600_000_000_000_000_000,
        ino: 7,
        kind: None,
    }
}

/// A face as a parser reads it: `X,Y,W,H`, and who it is.
#[must_use]
pub fn read_face((at, name): (&str, Option<&str>)) -> ReadFace {
    ReadFace {
        kind: FaceKind::Face,
        at: FaceBox::parse(at).unwrap(),
        name: name.map(Into::into),
    }
}

impl World {
    /// The user who acts in [`World::run`].
    pub const ME: Actor = Actor::User(UserId::new(1));

    /// An empty world with one user and one library.
    #[must_use]
    pub fn new() -> Self {
        let (journal, store) = (Arc::<FakeJournal>::default(), Arc::<FakeStore>::default());
        let world = Self::open(journal, store);
        let me = User {
            id: UserId::new(1),
            name: "me".into(),
            uid: 0,
        };
        world.observe(&Command::RegisterUser(me));
        let library = NewLibrary {
            name: None,
            root: b"/photos"[..].into(),
            timezone: "UTC".into(),
        };
        world.run(&Command::AddLibrary(library)).unwrap();
        world
    }

    /// The same world after a restart: with what was durable.
    #[must_use]
    pub fn restart(self) -> Self {
        self.journal.crash();
        Self::open(self.journal, self.store)
    }

    /// The same world after a restart that found the store gone.
    #[must_use]
    pub fn restart_without_store(self) -> Self {
        self.journal.crash();
        Self::open(self.journal, Arc::default())
    }

    fn open(journal: Arc<FakeJournal>, store: Arc<FakeStore>) -> Self {
        let opened = App::open(
            journal.clone(),
            store.clone(),
            Arc::<FakeClock>::default(),
            Arc::new(FakeZones),
        );
        let app = opened.unwrap_or_else(|error| panic!("{error}")).app;
        Self { app, journal, store }
    }

    /// Does a command as the user.
    ///
    /// # Errors
    /// Whatever the app refuses.
    pub fn run(&self, command: &Command) -> Result<Receipt, AppError> {
        self.app.execute(Self::ME, command)
    }

    /// Does a command as the system, which must succeed.
    pub fn observe(&self, command: &Command) -> Receipt {
        self.app
            .execute(Actor::System, command)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// Registers files of library 1.
    pub fn files(&self, paths: &[&str]) {
        let files = paths.iter().map(|path| sighting(path)).collect();
        self.observe(&Command::RegisterFiles(RegisterFiles {
            library: LibraryId::new(1),
            files,
        }));
    }

    /// The asset of a file of library 1.
    #[must_use]
    pub fn asset(&self, path: &str) -> AssetId {
        let view = self.app.view();
        let file = view
            .file_at(LibraryId::new(1), path.as_bytes())
            .unwrap_or_else(|| panic!("no {path}"));
        view.file(file).unwrap().asset
    }

    /// The assets of files of library 1.
    #[must_use]
    pub fn assets(&self, paths: &[&str]) -> AssetSet {
        paths.iter().map(|path| self.asset(path)).collect()
    }

    /// Notes what a parser read of a file: its date (or none) and tags.
    pub fn read(&self, path: &str, taken: Option<&str>, tags: &[&str]) {
        self.read_file(self.stamp(path).id, taken, tags);
    }

    /// The same of this file, whose path another may have by now.
    pub fn read_file(&self, file: FileId, taken: Option<&str>, tags: &[&str]) {
        let facts = Facts {
            taken: taken.map(|text| Taken::parse(text, TakenSource::ExifOriginal).unwrap()),
            tag_paths: tags.iter().map(|tag| TagPath::parse(tag).unwrap()).collect(),
            ..Facts::default()
        };
        self.know_file(file, facts);
    }

    /// Notes the faces that a parser read in a file, boxes and names, and who it
    /// says is in it without a box.
    pub fn read_faces(&self, path: &str, faces: &[(&str, Option<&str>)], persons: &[&str]) {
        self.read_faces_of(self.stamp(path).id, faces, persons);
    }

    /// The same of this file, whose path another may have by now.
    pub fn read_faces_of(&self, file: FileId, faces: &[(&str, Option<&str>)], persons: &[&str]) {
        let facts = Facts {
            face_reads: faces.iter().map(|face| read_face(*face)).collect(),
            person_names: persons.iter().map(|name| (*name).into()).collect(),
            ..Facts::default()
        };
        self.know_file(file, facts);
    }

    /// Changes a face of a file of library 1.
    ///
    /// # Errors
    /// Whatever the app refuses.
    pub fn face(&self, path: &str, change: FaceChange) -> Result<Receipt, AppError> {
        let asset = self.asset(path);
        self.run(&Command::EditFace(EditFace { asset, change }))
    }

    /// Names a face of a file of library 1; `None`: nobody's that is known.
    ///
    /// # Errors
    /// Whatever the app refuses.
    pub fn name_face(&self, path: &str, face: u16, name: Option<&str>) -> Result<Receipt, AppError> {
        let name = name.map(|name| PersonName::parse(name).unwrap());
        let face = FaceId::new(face);
        self.face(path, FaceChange::Name { face, name })
    }

    /// Rearranges people.
    ///
    /// # Errors
    /// Whatever the app refuses.
    pub fn arrange_people(&self, how: PeopleArrangement) -> Result<Receipt, AppError> {
        self.run(&Command::ArrangePeople(how))
    }

    /// Notes these facts of a file.
    pub fn know(&self, path: &str, facts: Facts) {
        self.know_file(self.stamp(path).id, facts);
    }

    /// Notes these facts of a file; a sidecar that names it best says nothing.
    pub fn know_file(&self, file: FileId, facts: Facts) {
        self.know_with(file, facts, None, Facts::default());
    }

    /// Notes these facts of a file, and those of the sidecar that names it best, if one does.
    pub fn know_with(&self, file: FileId, facts: Facts, for_extension: Option<&str>, said: Facts) {
        let stamp = self.stamp_of(file);
        let sidecar = self.app.view().sidecar_for(file).cloned();
        let read = |stamp| SidecarRead {
            stamp,
            for_extension: for_extension.map(Into::into),
            facts: Box::new(said),
        };
        self.observe(&Command::RecordFacts(RecordFacts {
            bytes: Vec::new(),
            facts: vec![(stamp, Box::new(facts))],
            sidecars: sidecar.map(read).map(|read| (file, read)).into_iter().collect(),
            tool: Tool::Exiftool,
        }));
    }

    /// Notes the ids that a file carries: of a Live Photo, of a burst.
    pub fn carry(&self, path: &str, content: Option<&str>, burst: Option<&str>) {
        self.know(
            path,
            Facts {
                content_id: content.and_then(LinkId::of_content),
                burst_id: burst.and_then(LinkId::of_burst),
                ..Facts::default()
            },
        );
    }

    /// Splits or joins stacks, or chooses a cover.
    ///
    /// # Errors
    /// What the domain refuses.
    pub fn stack(&self, change: StackChange) -> Result<Receipt, AppError> {
        self.run(&Command::ChangeStack(change))
    }

    /// Notes the hash of a file: that of the content of this number.
    pub fn hash(&self, path: &str, content: u8) {
        self.hash_stamped(self.stamp(path), content);
    }

    /// The same of a file of any library.
    pub fn hash_file(&self, file: FileId, content: u8) {
        self.hash_stamped(self.stamp_of(file), content);
    }

    /// Notes that a library went, or came.
    pub fn library_is(&self, library: LibraryId, state: LibraryState) {
        self.observe(&Command::SetLibraryState(SetLibraryState { library, state }));
    }

    fn hash_stamped(&self, stamp: FileStamp, content: u8) {
        let checksum = Checksum::new(*blake3::hash(&[content]).as_bytes());
        self.observe(&Command::RecordChecksums(RecordChecksums {
            pictures: Vec::new(),
            checksums: vec![(stamp, checksum)],
        }));
    }

    /// Notes that a file has new bytes: so many more than before.
    pub fn changed(&self, path: &str, more: u64) {
        let stamp = self.stamp(path);
        let (size, mtime_ns) = (stamp.size + more, stamp.mtime_ns + 1);
        let changed = vec![FileStamp {
            size,
            mtime_ns,
            ..stamp
        }];
        self.observe(&Command::UpdateFiles(UpdateFiles {
            changed,
            ..UpdateFiles::default()
        }));
    }

    /// Forgets missing files' photos, for good.
    ///
    /// # Errors
    /// Whatever the app refuses.
    pub fn forget(&self, paths: &[&str]) -> Result<Receipt, AppError> {
        self.run(&Command::ForgetAssets(self.assets(paths)))
    }

    /// Notes which sidecars of library 1 are there, each with its size, and in whose
    /// folder files are known: `a/IMG.xmp`.
    pub fn sidecars(&self, seen: &[(&str, u64)]) {
        for (path, size) in seen {
            let (folder, name) = self.place(path);
            let (name, size) = (name.into(), *size);
            let mtime_ns = 1_600_000_000_000_000_000;
            let stamp = SidecarStamp { name, size, mtime_ns };
            self.observe(&Command::NoteSidecars(NoteSidecars {
                folder,
                seen: vec![stamp],
                gone: Vec::new(),
            }));
        }
    }

    /// Notes that sidecars are gone.
    pub fn sidecars_gone(&self, paths: &[&str]) {
        for path in paths {
            let (folder, name) = self.place(path);
            self.observe(&Command::NoteSidecars(NoteSidecars {
                folder,
                seen: Vec::new(),
                gone: vec![name.into()],
            }));
        }
    }

    /// The folder of a path of library 1, and the name in it.
    fn place<'a>(&self, path: &'a str) -> (FolderId, &'a [u8]) {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let found = self.app.view().folder_at(LibraryId::new(1), folder.as_bytes());
        (found.unwrap_or_else(|| panic!("no {folder}")), name.as_bytes())
    }

    /// Sets a field of files of library 1.
    pub fn set(&self, field: Field, value: FieldValue, paths: &[&str]) -> Receipt {
        self.run(&Command::SetFields(SetFields {
            assets: self.assets(paths),
            values: vec![(field, value)],
        }))
        .unwrap()
    }

    /// Rates files of library 1.
    pub fn rate(&self, rating: i8, paths: &[&str]) -> Receipt {
        self.set(Field::Rating, FieldValue::Rating(rating), paths)
    }

    /// Hides files of library 1.
    pub fn hide(&self, paths: &[&str]) -> Receipt {
        self.set(Field::Hidden, FieldValue::Flag(true), paths)
    }

    /// Drops the edits of a field.
    pub fn clear(&self, field: Field, paths: &[&str]) -> Receipt {
        self.run(&Command::ClearFields(ClearFields {
            assets: self.assets(paths),
            fields: vec![field],
        }))
        .unwrap()
    }

    /// Sets the date of files of library 1.
    pub fn date(&self, taken: &str, paths: &[&str]) -> Receipt {
        self.run(&Command::SetDate(SetDate {
            assets: self.assets(paths),
            taken: Taken::parse(taken, TakenSource::User).unwrap(),
        }))
        .unwrap()
    }

    /// Notes that files are gone.
    pub fn gone(&self, paths: &[&str]) {
        let gone: FileSet = paths.iter().map(|path| self.stamp(path).id).collect();
        self.observe(&Command::UpdateFiles(UpdateFiles {
            gone,
            ..UpdateFiles::default()
        }));
    }

    /// Notes that files are back.
    pub fn returned(&self, paths: &[&str]) {
        let returned: FileSet = paths.iter().map(|path| self.stamp(path).id).collect();
        self.observe(&Command::UpdateFiles(UpdateFiles {
            returned,
            ..UpdateFiles::default()
        }));
    }

    /// Notes that files have other names now, in one report.
    pub fn moved(&self, pairs: &[(&str, &str)]) {
        let moved = pairs
            .iter()
            .map(|(from, to)| (self.stamp(from).id, sighting(to)))
            .collect();
        self.observe(&Command::UpdateFiles(UpdateFiles {
            moved,
            ..UpdateFiles::default()
        }));
    }

    /// Notes that folders have other paths now, in one report; what cannot be is left out.
    pub fn folders_moved(&self, pairs: &[(&str, &str)]) {
        let path = |path: &str| path.split('/').map(|name| name.as_bytes().into()).collect();
        let folders = {
            let view = self.app.view();
            let folder = |from: &str| view.folder_at(LibraryId::new(1), from.as_bytes());
            let sighting = |(from, to): &(&str, &str)| {
                let (folder, path) = (folder(from)?, path(to));
                Some(FolderSighting { folder, path })
            };
            pairs.iter().filter_map(sighting).collect()
        };
        self.observe(&Command::UpdateFiles(UpdateFiles {
            folders,
            ..UpdateFiles::default()
        }));
    }

    /// Takes back an edit; `None`: the last one that stands.
    ///
    /// # Errors
    /// Whatever the app refuses.
    pub fn undo(&self, revision: Option<Revision>) -> Result<Receipt, AppError> {
        self.run(&Command::Undo(revision))
    }

    /// What a file of library 1 is like.
    #[must_use]
    pub fn stamp(&self, path: &str) -> FileStamp {
        let view = self.app.view();
        let id = view
            .file_at(LibraryId::new(1), path.as_bytes())
            .unwrap_or_else(|| panic!("no {path}"));
        drop(view);
        self.stamp_of(id)
    }

    fn stamp_of(&self, id: FileId) -> FileStamp {
        let view = self.app.view();
        let row = view.file(id).unwrap();
        row.stamp(id)
    }

    /// Does the last undone edit again.
    ///
    /// # Errors
    /// Whatever the app refuses.
    pub fn redo(&self) -> Result<Receipt, AppError> {
        self.run(&Command::Redo)
    }

    /// Gives a tag to files of library 1.
    pub fn tag(&self, tag: &str, paths: &[&str]) -> Receipt {
        let tag = TagPath::parse(tag).unwrap();
        self.run(&Command::AddTag(TagAssets {
            tag,
            assets: self.assets(paths),
        }))
        .unwrap()
    }

    /// Takes a tag from files of library 1.
    pub fn untag(&self, tag: &str, paths: &[&str]) -> Receipt {
        let tag = TagPath::parse(tag).unwrap();
        self.run(&Command::RemoveTag(TagAssets {
            tag,
            assets: self.assets(paths),
        }))
        .unwrap()
    }

    /// Makes a share; its number is given from 1.
    ///
    /// # Errors
    /// Whatever the app refuses.
    pub fn share(&self, share: &str, scope: Scope) -> Result<Receipt, AppError> {
        let name = ShareName::parse(share).unwrap();
        self.run(&Command::CreateShare(NewShare { name, scope }))
    }

    /// Ends a share.
    pub fn revoke(&self, share: ShareId) -> Receipt {
        self.run(&Command::RevokeShare(share)).unwrap()
    }

    /// Rearranges tags.
    ///
    /// # Errors
    /// Whatever the app refuses.
    pub fn arrange(&self, how: TagArrangement) -> Result<Receipt, AppError> {
        self.run(&Command::ArrangeTags(how))
    }

    /// Rearranges albums.
    ///
    /// # Errors
    /// Whatever the app refuses.
    pub fn arrange_albums(&self, how: AlbumArrangement) -> Result<Receipt, AppError> {
        self.run(&Command::ArrangeAlbums(how))
    }

    /// Makes an album.
    ///
    /// # Errors
    /// Whatever the app refuses.
    pub fn make_album(&self, path: &AlbumPath, rule: Option<AlbumRule>) -> Result<Receipt, AppError> {
        let path = path.clone();
        self.run(&Command::CreateAlbum(NewAlbum { path, rule }))
    }

    /// Makes an album of what this finds.
    ///
    /// # Errors
    /// Whatever the app refuses.
    pub fn smart_album(&self, album: &str, rule: AlbumRule) -> Result<Receipt, AppError> {
        self.make_album(&AlbumPath::parse(album).unwrap(), Some(rule))
    }

    /// Sets the rule, the cover or the order of an album.
    ///
    /// # Errors
    /// Whatever the app refuses.
    pub fn change_album(&self, album: &str, change: AlbumChange) -> Result<Receipt, AppError> {
        let album = AlbumPath::parse(album).unwrap();
        let changes = vec![change];
        self.run(&Command::ChangeAlbum(ChangeAlbum { album, changes }))
    }

    /// Makes a collection.
    ///
    /// # Errors
    /// Whatever the app refuses.
    pub fn collection(&self, name: &str, query: &str) -> Result<Receipt, AppError> {
        let (name, query) = (CollectionName::parse(name)?, query.into());
        self.run(&Command::ChangeCollection(CollectionChange::Create {
            name,
            query,
        }))
    }

    /// Makes an album of files of library 1.
    pub fn album(&self, album: &str, paths: &[&str]) -> Receipt {
        let album = AlbumPath::parse(album).unwrap();
        self.make_album(&album, None).unwrap();
        self.run(&Command::AddToAlbum(AlbumAssets {
            album,
            assets: self.assets(paths),
        }))
        .unwrap()
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}
