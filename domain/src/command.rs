//! What can be asked for: the closed enum of commands, over all contexts.
//!
//! A command is imperative and already parsed: texts became values at the edge.

use crate::catalog::{DateChange, Facts, Field, FieldValue, StackChange};
use crate::event::FileStamp;
use crate::identity::{Tool, User};
use crate::kernel::{
    AssetId, AssetSet, Checksum, FileId, FileSet, FolderId, JobId, LibraryId, MountId, Revision, ShareId,
    Taken,
};
use crate::organization::{
    AlbumArrangement, AlbumChange, AlbumPath, CollectionChange, NewAlbum, TagArrangement, TagPath,
};
use crate::organization::{FaceChange, PeopleArrangement};
use crate::processing::{AskedBy, JobKind, Outcome, Priority};
use crate::sharing::NewShare;
use crate::sidecar::{SidecarRead, SidecarStamp};
use crate::storage::{FileSighting, FolderSighting, LibraryState, NewLibrary, NewMount};

/// Something to be done; see [`crate::app::App::execute`].
#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    /// Make a user known.
    RegisterUser(User),
    /// Add a folder of originals.
    AddLibrary(NewLibrary),
    /// Say where a library lies now.
    RelocateLibrary(RelocateLibrary),
    /// Let a folder of originals be a library no more.
    RemoveLibrary(LibraryId),
    /// Note that a library's root is there or not.
    SetLibraryState(SetLibraryState),
    /// Note files that a scan saw for the first time.
    RegisterFiles(RegisterFiles),
    /// Note files that changed, moved, went or came back.
    UpdateFiles(UpdateFiles),
    /// Note sidecars that came, changed or went.
    NoteSidecars(NoteSidecars),
    /// Write down what sidecars said that stayed behind when their photos were moved.
    KeepSidecars(AssetSet),
    /// Note what parsers read.
    RecordFacts(RecordFacts),
    /// Note whole-file hashes.
    RecordChecksums(RecordChecksums),
    /// Forget assets of which no file is left, and what was made of them.
    ForgetAssets(AssetSet),
    /// Edit fields.
    SetFields(SetFields),
    /// Drop edits: the file's own values show again.
    ClearFields(ClearFields),
    /// Set the date.
    SetDate(SetDate),
    /// Move dates, each from what it is.
    ChangeDates(ChangeDates),
    /// Edit fields and tags at once: all of it, or nothing.
    EditAssets(EditAssets),
    /// Split or join stacks, or choose a cover.
    ChangeStack(StackChange),
    /// Give a tag.
    AddTag(TagAssets),
    /// Take a tag away.
    RemoveTag(TagAssets),
    /// Rearrange the tree of tags.
    ArrangeTags(TagArrangement),
    /// Rearrange the tree of albums.
    ArrangeAlbums(AlbumArrangement),
    /// Change a face of a photo.
    EditFace(EditFace),
    /// Rename people, or make several one.
    ArrangePeople(PeopleArrangement),
    /// Make an album.
    CreateAlbum(NewAlbum),
    /// Put photos into an album, or include them in a smart one.
    AddToAlbum(AlbumAssets),
    /// Take photos out of an album, wherever they came from.
    RemoveFromAlbum(AlbumAssets),
    /// Exclude photos from a smart album.
    ExcludeFromAlbum(AlbumAssets),
    /// Set the rule, the cover or the order of an album.
    ChangeAlbum(ChangeAlbum),
    /// Make, change or delete a collection.
    ChangeCollection(CollectionChange),
    /// Make a share.
    CreateShare(NewShare),
    /// End a share, for good.
    RevokeShare(ShareId),
    /// Take an edit back; `None`: the actor's last one that stands.
    Undo(Option<Revision>),
    /// Do the actor's last undone edit again.
    Redo,
    /// Ask for a job.
    EnqueueJob(EnqueueJob),
    /// Note how a job's turn ended.
    SettleJob(SettleJob),
    /// Hold a job.
    PauseJob(JobId),
    /// Let a paused job go on.
    ResumeJob(JobId),
    /// End a job.
    CancelJob(JobId),
    /// Run a job again.
    RetryJob(JobId),
    /// Show the tree at one more place.
    AddMount(NewMount),
    /// Show it there no more.
    RemoveMount(MountId),
}

/// See [`Command::SetLibraryState`].
#[derive(Clone, PartialEq, Debug)]
pub struct SetLibraryState {
    /// The library.
    pub library: LibraryId,
    /// How it is.
    pub state: LibraryState,
}

/// See [`Command::RelocateLibrary`].
#[derive(Clone, PartialEq, Debug)]
pub struct RelocateLibrary {
    /// The library.
    pub library: LibraryId,
    /// Absolute path of its root now, no trailing slash.
    pub root: Box<[u8]>,
}

/// See [`Command::RegisterFiles`].
#[derive(Clone, PartialEq, Debug)]
pub struct RegisterFiles {
    /// The library.
    pub library: LibraryId,
    /// Sorted by path; a few thousand at most.
    pub files: Vec<FileSighting>,
}

/// See [`Command::UpdateFiles`].
#[derive(Clone, PartialEq, Debug, Default)]
pub struct UpdateFiles {
    /// Known folders at new places of their library, with all in them
    /// ([`crate::storage::moved_folders`] finds them). They move before any file does.
    pub folders: Vec<FolderSighting>,
    /// New bytes under the old path.
    pub changed: Vec<FileStamp>,
    /// Known files at new places of their library.
    pub moved: Vec<(FileId, FileSighting)>,
    /// No longer there.
    pub gone: FileSet,
    /// There again, unchanged.
    pub returned: FileSet,
    /// Still there as far as is known, but to be [`Self::gone`] by a command that follows: what returns is judged
    /// without them.
    pub leaving: FileSet,
}

/// See [`Command::NoteSidecars`].
#[derive(Clone, PartialEq, Debug)]
pub struct NoteSidecars {
    /// The folder they lie in.
    pub folder: FolderId,
    /// Those that are there as they were not before; a few thousand at most.
    pub seen: Vec<SidecarStamp>,
    /// Their names that are no longer there.
    pub gone: Vec<Box<[u8]>>,
}

/// See [`Command::RecordFacts`].
#[derive(Clone, PartialEq, Debug)]
pub struct RecordFacts {
    /// What was read of which file, and the stamp the file had then: facts of
    /// a file that changed meanwhile are dropped.
    pub facts: Vec<(FileStamp, Box<Facts>)>,
    /// What was read of the sidecars that name these files best ([`crate::view::View::sidecar_for`]):
    /// facts of a file of which such a sidecar is not here, or changed meanwhile, are dropped too.
    pub sidecars: Vec<(FileId, SidecarRead)>,
    /// Of some files in doubt, what their bytes are.
    pub bytes: Vec<(FileId, DoubtedBytes)>,
    /// Which program wrote what was read before and is read anew.
    pub tool: Tool,
}

/// What the bytes of a file in doubt are, as far as that is known.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct DoubtedBytes {
    /// The hash of all that is there now.
    pub content: Option<Checksum>,
    /// The hashes of the picture's data, before and now.
    pub images: Option<[Checksum; 2]>,
}

/// See [`Command::RecordChecksums`].
#[derive(Clone, PartialEq, Debug, Default)]
pub struct RecordChecksums {
    /// The hashes, and the stamps the files had.
    pub checksums: Vec<(FileStamp, Checksum)>,
    /// Of some of these files, contents of missing photos that have the same picture's data
    /// ([`crate::view::View::missing_contents`]).
    pub pictures: Vec<(FileId, Vec<Checksum>)>,
}

/// See [`Command::SetFields`].
#[derive(Clone, PartialEq, Debug)]
pub struct SetFields {
    /// Whose.
    pub assets: AssetSet,
    /// The new values; each field once.
    pub values: Vec<(Field, FieldValue)>,
}

/// See [`Command::ClearFields`].
#[derive(Clone, PartialEq, Debug)]
pub struct ClearFields {
    /// Whose.
    pub assets: AssetSet,
    /// Which.
    pub fields: Vec<Field>,
}

/// See [`Command::SetDate`].
#[derive(Clone, PartialEq, Debug)]
pub struct SetDate {
    /// Whose.
    pub assets: AssetSet,
    /// When.
    pub taken: Taken,
}

/// See [`Command::ChangeDates`].
#[derive(Clone, PartialEq, Debug)]
pub struct ChangeDates {
    /// Whose.
    pub assets: AssetSet,
    /// How.
    pub change: DateChange,
}

/// See [`Command::EditAssets`].
#[derive(Clone, PartialEq, Debug)]
pub struct EditAssets {
    /// Whose.
    pub assets: AssetSet,
    /// The new values, each field once; `None` drops the edit.
    pub values: Vec<(Field, Option<FieldValue>)>,
    /// Tags to give.
    pub add: Vec<TagPath>,
    /// Tags to take away.
    pub remove: Vec<TagPath>,
    /// Refuse unless this asset stands at one of these revisions.
    pub expected: Option<(AssetId, Vec<Revision>)>,
}

/// See [`Command::AddTag`] and [`Command::RemoveTag`].
#[derive(Clone, PartialEq, Debug)]
pub struct TagAssets {
    /// Which tag.
    pub tag: TagPath,
    /// Whose.
    pub assets: AssetSet,
}

/// See [`Command::EditFace`].
#[derive(Clone, PartialEq, Debug)]
pub struct EditFace {
    /// Of which photo; its shot is left alone.
    pub asset: AssetId,
    /// What.
    pub change: FaceChange,
}

/// See [`Command::ChangeAlbum`].
#[derive(Clone, PartialEq, Debug)]
pub struct ChangeAlbum {
    /// Which album.
    pub album: AlbumPath,
    /// How: all of it, or nothing.
    pub changes: Vec<AlbumChange>,
}

/// See [`Command::AddToAlbum`], [`Command::RemoveFromAlbum`] and [`Command::ExcludeFromAlbum`].
#[derive(Clone, PartialEq, Debug)]
pub struct AlbumAssets {
    /// Which album.
    pub album: AlbumPath,
    /// Which photos.
    pub assets: AssetSet,
}

/// See [`Command::EnqueueJob`].
#[derive(Clone, PartialEq, Debug)]
pub struct EnqueueJob {
    /// What.
    pub kind: JobKind,
    /// Where.
    pub library: LibraryId,
    /// On whose account.
    pub asked: AskedBy,
    /// How urgent; `None`: as such a job is.
    pub priority: Option<Priority>,
}

/// See [`Command::SettleJob`].
#[derive(Clone, PartialEq, Debug)]
pub struct SettleJob {
    /// Which.
    pub job: JobId,
    /// How it ended.
    pub outcome: Outcome,
}
