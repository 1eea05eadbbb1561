//! What happened: the closed enum of events, and the entries they travel in.
//!
//! A command handler returns a [`ChangeSet`]; the app makes an [`Entry`] of it,
//! which is what the journal keeps. Events carry what is needed to take them
//! back (the value before), and only what really changed: tagging a photo that
//! has the tag is no event.
//!
//! Three kinds of entries (see [`EntryKind`]):
//!
//! | kind | example | in history | undo |
//! |---|---|---|---|
//! | edit | `tag add`, `set`, `date shift`, `album move`; a sidecar was rewritten | yes | yes |
//! | observation | files seen, facts read, assets merged, jobs | no | no |
//! | irrevocable | library added, relocated or removed, mount added or removed, user registered, share revoked, assets forgotten | yes | no |
//!
//! Facts (what a parser read) do not travel in events: the journal notes whose
//! facts were read, the store holds them, and where the store is lost they are
//! read again. Where another program changed what a photo shows, by writing its file or
//! sidecar, the entry has the values before and after all the same: it is an edit by
//! that file ([`crate::identity::Actor::File`]), and can be taken back without the facts.
//!
//! Reading order: this file (the events), then `parts` (what travels in them), `entry`.

mod entry;
mod parts;

pub use entry::{ChangeSet, Entry, EntryKind};
pub use parts::{
    AlbumPlace, Brought, Clash, DateEdit, FaceMoved, FileMoved, FileSeen, FileStamp, FolderPlace, FolderSeen,
    KeptSidecar, Merge, Parting, PersonPlace, TagClash, TagPlace,
};

use crate::catalog::{Evidence, FieldKey, FieldValue};
use crate::identity::User;
use crate::kernel::{
    AlbumId, AssetId, AssetSet, Checksum, FileId, FileSet, FolderId, JobId, LibraryId, Owner, PersonId, TagId,
};
use crate::organization::{AlbumSetting, Collection};
use crate::processing::{Job, JobState};
use crate::sharing::Share;
use crate::sidecar::SidecarStamp;
use crate::storage::{Library, LibraryState, Mount};
use crate::view::Claim;

/// Something that happened; see the module for the rules.
#[derive(Clone, PartialEq, Debug)]
pub enum Event {
    /// A user is known from now on.
    UserRegistered {
        /// The user.
        user: User,
    },
    /// A library was added.
    LibraryAdded {
        /// The library.
        library: Library,
    },
    /// A library's root was found or not.
    LibraryStateChanged {
        /// The library.
        library: LibraryId,
        /// How it is now.
        state: LibraryState,
    },
    /// A library lies at another place now; what it holds is the same.
    LibraryRelocated {
        /// The library.
        library: LibraryId,
        /// Its root until now.
        before: Box<[u8]>,
        /// Its root from now on.
        after: Box<[u8]>,
    },
    /// A library is none any more. Its files went by the events before this one.
    LibraryRemoved {
        /// The library.
        library: LibraryId,
    },
    /// Folders were seen for the first time.
    FoldersSeen {
        /// Parents before children.
        folders: Vec<FolderSeen>,
    },
    /// A folder was renamed or moved inside its library, with all in it. It may be in the
    /// place of one that moves by a later event of the same entry.
    FolderMoved {
        /// The folder.
        folder: FolderId,
        /// Where it was.
        before: FolderPlace,
        /// Where it is.
        after: FolderPlace,
    },
    /// Files were seen for the first time; each is an asset of its own until hashed.
    FilesRegistered {
        /// Sorted by path.
        files: Vec<FileSeen>,
    },
    /// Files have new bytes under the old path: their facts and checksums are to be read again.
    FilesChanged {
        /// What they are like now.
        files: Vec<FileStamp>,
        /// What they said of their pictures before, ascending; those that were not read
        /// and those that said nothing are left out.
        evidence: Vec<(FileId, Evidence)>,
    },
    /// It is known what files with new bytes show now.
    FilesJudged {
        /// The same picture: their assets stay, and are the content from before too.
        kept: FileSet,
        /// Another one: what was there is gone, as it was before, with every edit; what is
        /// there now is registered under another number.
        replaced: FileSet,
        /// The same picture, while its asset has other files that stayed as they were:
        /// these files are assets of their own from now on, with a copy of every edit.
        parted: Vec<(FileId, AssetId)>,
    },
    /// Assets are the same content: they are one from now on.
    AssetsMerged {
        /// Which, ascending by the one that stays.
        merges: Vec<Merge>,
        /// Tags that some were given and that were taken from others.
        tags: Vec<TagClash>,
    },
    /// Contents came back while the photos that they once were show others: the assets of the files that came are
    /// these contents from now on, and have a copy of every edit; but they come into no list of photos, album or tag
    /// that a share shows.
    ContentsParted {
        /// Which.
        partings: Vec<Parting>,
        /// Tags that one was given and that were taken from the other.
        tags: Vec<TagClash>,
    },
    /// Assets of which nothing is left are no longer remembered, nor what was made of them.
    AssetsForgotten {
        /// Which.
        assets: AssetSet,
    },
    /// Files were renamed or moved inside their library.
    FilesMoved {
        /// Where they are now.
        files: Vec<FileMoved>,
    },
    /// Files are no longer there; their assets keep every edit.
    FilesGone {
        /// Which.
        files: FileSet,
    },
    /// Files that were gone are back, unchanged.
    FilesReturned {
        /// Which.
        files: FileSet,
    },
    /// What the files of these assets say was read (the facts are not here).
    FactsRecorded {
        /// Whose.
        assets: AssetSet,
    },
    /// By what files and sidecars say since they were rewritten, photos show other values.
    FieldsBrought {
        /// Which, ascending.
        values: Vec<Brought>,
    },
    /// By what files and sidecars say since they were rewritten, photos have a tag, or have it no more.
    TagBrought {
        /// The tag.
        tag: TagId,
        /// Those that did not have it.
        gained: AssetSet,
        /// Those that had it.
        lost: AssetSet,
    },
    /// Faces that were edited lie elsewhere in their files by now: edits find them there.
    FacesMoved {
        /// Which, and where to, ascending.
        moved: Vec<FaceMoved>,
    },
    /// Whole files were hashed.
    ChecksumsRecorded {
        /// Which, ascending.
        checksums: Vec<(FileId, Checksum)>,
    },
    /// A field was edited, or its edit dropped.
    FieldEdited {
        /// Which field.
        key: FieldKey,
        /// The edit now; `None`: dropped.
        after: Option<FieldValue>,
        /// The edits before, with those that had them; together all that changed.
        before: Vec<(Option<FieldValue>, AssetSet)>,
    },
    /// Dates were edited, each its own way.
    DatesEdited {
        /// What became of each, ascending by asset.
        dates: Vec<DateEdit>,
    },
    /// A tag exists from now on.
    TagCreated {
        /// The tag.
        tag: TagId,
        /// In whose world.
        owner: Owner,
        /// Below which tag.
        parent: Option<TagId>,
        /// Its own name, without the parents'.
        name: Box<str>,
    },
    /// A tag without photos and children is gone.
    TagDeleted {
        /// The tag.
        tag: TagId,
        /// In whose world.
        owner: Owner,
        /// Below which tag.
        parent: Option<TagId>,
        /// Its own name.
        name: Box<str>,
    },
    /// A tag was renamed, moved, merged, deleted, or is back.
    TagPlaced {
        /// The tag.
        tag: TagId,
        /// Where it was.
        before: TagPlace,
        /// Where it is.
        after: TagPlace,
    },
    /// What files mean by a word below a tag: a synonym came, went or changed.
    TagWorded {
        /// In whose world.
        owner: Owner,
        /// Below which tag.
        parent: Option<TagId>,
        /// The word.
        name: Box<str>,
        /// Which tag it stood for.
        before: Option<TagId>,
        /// Which it stands for.
        after: Option<TagId>,
    },
    /// Photos got a tag.
    TagAssigned {
        /// The tag.
        tag: TagId,
        /// Those that did not have it.
        added: AssetSet,
        /// Those whose file has it and an edit had suppressed it.
        restored: AssetSet,
    },
    /// Photos lost a tag.
    TagUnassigned {
        /// The tag.
        tag: TagId,
        /// Those that had it by an edit.
        removed: AssetSet,
        /// Those whose file has it: suppressed from now on.
        suppressed: AssetSet,
    },
    /// A person is known from now on.
    PersonCreated {
        /// The person.
        person: PersonId,
        /// In whose world.
        owner: Owner,
        /// The name.
        name: Box<str>,
    },
    /// A person was renamed, merged, is no more, or is back.
    PersonPlaced {
        /// The person.
        person: PersonId,
        /// The name, and what became of them, before.
        before: PersonPlace,
        /// The same now.
        after: PersonPlace,
    },
    /// Whom files mean by a name: it came to stand for a person, or for another.
    PersonWorded {
        /// In whose world.
        owner: Owner,
        /// The name.
        name: Box<str>,
        /// For whom it stood.
        before: Option<PersonId>,
        /// For whom it stands.
        after: Option<PersonId>,
    },
    /// An album exists from now on.
    AlbumCreated {
        /// The album.
        album: AlbumId,
        /// In whose world.
        owner: Owner,
        /// Below which album.
        parent: Option<AlbumId>,
        /// Its own name.
        name: Box<str>,
    },
    /// An album without photos and children is gone.
    AlbumDeleted {
        /// The album.
        album: AlbumId,
        /// In whose world.
        owner: Owner,
        /// Below which album.
        parent: Option<AlbumId>,
        /// Its own name.
        name: Box<str>,
    },
    /// An album was renamed or moved.
    AlbumPlaced {
        /// The album.
        album: AlbumId,
        /// Where it was.
        before: AlbumPlace,
        /// Where it is.
        after: AlbumPlace,
    },
    /// Photos came into an album.
    AlbumFilled {
        /// The album.
        album: AlbumId,
        /// Those that were not in it.
        assets: AssetSet,
    },
    /// Photos left an album.
    AlbumEmptied {
        /// The album.
        album: AlbumId,
        /// Those that were in it.
        assets: AssetSet,
    },
    /// Photos are not in an album whatever its rule finds, or may be in it again.
    AlbumExcluded {
        /// The album.
        album: AlbumId,
        /// Those that were not excluded, and are now.
        excluded: AssetSet,
        /// Those that were excluded, and are not now.
        readmitted: AssetSet,
    },
    /// The rule, the cover or the order of an album is another one.
    AlbumSet {
        /// The album.
        album: AlbumId,
        /// Which, before and after.
        setting: AlbumSetting,
    },
    /// A collection was made, changed or deleted.
    CollectionSet {
        /// The collection before; `None`: there was none.
        before: Option<Collection>,
        /// The collection now; `None`: there is none.
        after: Option<Collection>,
    },
    /// Who keeps the plain name in folders where names clash.
    NamesClaimed {
        /// The claims.
        claims: Vec<Claim>,
    },
    /// A share exists from now on.
    ShareCreated {
        /// The share.
        share: Share,
    },
    /// A share is no more.
    ShareRevoked {
        /// The share as it was.
        share: Share,
    },
    /// A job was asked for.
    JobEnqueued {
        /// The job.
        job: Job,
    },
    /// A job ended.
    JobSettled {
        /// The job.
        job: JobId,
        /// How.
        state: JobState,
    },
    /// A job was held, let go, tried in vain, asked for again: it is like this from now on.
    JobUpdated {
        /// The job.
        job: Job,
    },
    /// Jobs that are over are no longer remembered.
    JobsForgotten {
        /// Which.
        jobs: Vec<JobId>,
    },
    /// What is known of the files of these assets is to be read again.
    FactsDoubted {
        /// Whose.
        assets: AssetSet,
    },
    /// Sidecars came to a folder, changed or went: the files that they name are to be read again.
    SidecarsSeen {
        /// The folder they lie in.
        folder: FolderId,
        /// Those that are there as they were not before.
        seen: Vec<SidecarStamp>,
        /// The names of those that are gone.
        gone: Vec<Box<[u8]>>,
    },
    /// Sidecars stayed behind, or are gone, while their photos are elsewhere: what they said, so that it is not lost
    /// where the layer is.
    SidecarsKept {
        /// What they said, ascending.
        kept: Vec<KeptSidecar>,
    },
    /// What was kept of sidecars no longer counts: their photos have others by now.
    SidecarsReplaced {
        /// Whose.
        assets: AssetSet,
    },
    /// The tree is shown at one more place.
    MountAdded {
        /// The mount.
        mount: Mount,
    },
    /// It is shown there no more.
    MountRemoved {
        /// The mount, as it was.
        mount: Mount,
    },
}
