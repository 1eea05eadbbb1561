//! The mirror of the events (of what travels in them: `parts`); fields and names are the domain's, in lower case.
//!
//! An event that is added to the domain, or one that changes, does not compile until it is dealt with here. Names and fields may not change
//! once 0.1.0 is tagged: what reads old lines then is a mirror of its own.

use super::wire;
use super::wire::mirrored;
use kphotos_domain::catalog::{Evidence, FieldKey, FieldValue};
use kphotos_domain::event::{
    AlbumPlace, Brought, DateEdit, Event, FaceMoved, FileMoved, FileSeen, FileStamp, FolderPlace, FolderSeen,
    KeptSidecar, Merge, Parting, PersonPlace, TagClash, TagPlace,
};
use kphotos_domain::identity::User;
use kphotos_domain::kernel::{
    AlbumId, AssetId, AssetSet, Checksum, FileId, FileSet, FolderId, JobId, LibraryId, Owner, PersonId, TagId,
};
use kphotos_domain::organization::{AlbumSetting, Collection};
use kphotos_domain::processing::{Job, JobState};
use kphotos_domain::sharing::Share;
use kphotos_domain::sidecar::SidecarStamp;
use kphotos_domain::storage::{Library, LibraryState, Mount};
use kphotos_domain::view::Claim;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(remote = "Event", rename_all = "snake_case", deny_unknown_fields)]
enum EventRecord {
    UserRegistered {
        #[serde(with = "wire")]
        user: User,
    },
    LibraryAdded {
        #[serde(with = "wire")]
        library: Library,
    },
    LibraryStateChanged {
        #[serde(with = "wire")]
        library: LibraryId,
        #[serde(with = "wire")]
        state: LibraryState,
    },
    LibraryRelocated {
        #[serde(with = "wire")]
        library: LibraryId,
        #[serde(with = "wire")]
        before: Box<[u8]>,
        #[serde(with = "wire")]
        after: Box<[u8]>,
    },
    LibraryRemoved {
        #[serde(with = "wire")]
        library: LibraryId,
    },
    FoldersSeen {
        #[serde(with = "wire")]
        folders: Vec<FolderSeen>,
    },
    FolderMoved {
        #[serde(with = "wire")]
        folder: FolderId,
        #[serde(with = "wire")]
        before: FolderPlace,
        #[serde(with = "wire")]
        after: FolderPlace,
    },
    FilesRegistered {
        #[serde(with = "wire")]
        files: Vec<FileSeen>,
    },
    FilesChanged {
        #[serde(with = "wire")]
        files: Vec<FileStamp>,
        #[serde(with = "wire", default, skip_serializing_if = "Vec::is_empty")]
        evidence: Vec<(FileId, Evidence)>,
    },
    FilesJudged {
        #[serde(with = "wire")]
        kept: FileSet,
        #[serde(with = "wire")]
        replaced: FileSet,
        #[serde(with = "wire")]
        parted: Vec<(FileId, AssetId)>,
    },
    AssetsMerged {
        #[serde(with = "wire")]
        merges: Vec<Merge>,
        #[serde(with = "wire", default, skip_serializing_if = "Vec::is_empty")]
        tags: Vec<TagClash>,
    },
    ContentsParted {
        #[serde(with = "wire")]
        partings: Vec<Parting>,
        #[serde(with = "wire", default, skip_serializing_if = "Vec::is_empty")]
        tags: Vec<TagClash>,
    },
    AssetsForgotten {
        #[serde(with = "wire")]
        assets: AssetSet,
    },
    FilesMoved {
        #[serde(with = "wire")]
        files: Vec<FileMoved>,
    },
    FilesGone {
        #[serde(with = "wire")]
        files: FileSet,
    },
    FilesReturned {
        #[serde(with = "wire")]
        files: FileSet,
    },
    FactsRecorded {
        #[serde(with = "wire")]
        assets: AssetSet,
    },
    FieldsBrought {
        #[serde(with = "wire")]
        values: Vec<Brought>,
    },
    TagBrought {
        #[serde(with = "wire")]
        tag: TagId,
        #[serde(with = "wire")]
        gained: AssetSet,
        #[serde(with = "wire")]
        lost: AssetSet,
    },
    FacesMoved {
        #[serde(with = "wire")]
        moved: Vec<FaceMoved>,
    },
    ChecksumsRecorded {
        #[serde(with = "wire")]
        checksums: Vec<(FileId, Checksum)>,
    },
    FieldEdited {
        #[serde(with = "wire")]
        key: FieldKey,
        #[serde(with = "wire")]
        after: Option<FieldValue>,
        #[serde(with = "wire")]
        before: Vec<(Option<FieldValue>, AssetSet)>,
    },
    DatesEdited {
        #[serde(with = "wire")]
        dates: Vec<DateEdit>,
    },
    TagCreated {
        #[serde(with = "wire")]
        tag: TagId,
        #[serde(with = "wire")]
        owner: Owner,
        #[serde(with = "wire")]
        parent: Option<TagId>,
        name: Box<str>,
    },
    TagDeleted {
        #[serde(with = "wire")]
        tag: TagId,
        #[serde(with = "wire")]
        owner: Owner,
        #[serde(with = "wire")]
        parent: Option<TagId>,
        name: Box<str>,
    },
    TagPlaced {
        #[serde(with = "wire")]
        tag: TagId,
        #[serde(with = "wire")]
        before: TagPlace,
        #[serde(with = "wire")]
        after: TagPlace,
    },
    TagWorded {
        #[serde(with = "wire")]
        owner: Owner,
        #[serde(with = "wire")]
        parent: Option<TagId>,
        name: Box<str>,
        #[serde(with = "wire")]
        before: Option<TagId>,
        #[serde(with = "wire")]
        after: Option<TagId>,
    },
    TagAssigned {
        #[serde(with = "wire")]
        tag: TagId,
        #[serde(with = "wire")]
        added: AssetSet,
        #[serde(with = "wire")]
        restored: AssetSet,
    },
    TagUnassigned {
        #[serde(with = "wire")]
        tag: TagId,
        #[serde(with = "wire")]
        removed: AssetSet,
        #[serde(with = "wire")]
        suppressed: AssetSet,
    },
    PersonCreated {
        #[serde(with = "wire")]
        person: PersonId,
        #[serde(with = "wire")]
        owner: Owner,
        name: Box<str>,
    },
    PersonPlaced {
        #[serde(with = "wire")]
        person: PersonId,
        #[serde(with = "wire")]
        before: PersonPlace,
        #[serde(with = "wire")]
        after: PersonPlace,
    },
    PersonWorded {
        #[serde(with = "wire")]
        owner: Owner,
        name: Box<str>,
        #[serde(with = "wire")]
        before: Option<PersonId>,
        #[serde(with = "wire")]
        after: Option<PersonId>,
    },
    AlbumCreated {
        #[serde(with = "wire")]
        album: AlbumId,
        #[serde(with = "wire")]
        owner: Owner,
        #[serde(with = "wire")]
        parent: Option<AlbumId>,
        name: Box<str>,
    },
    AlbumDeleted {
        #[serde(with = "wire")]
        album: AlbumId,
        #[serde(with = "wire")]
        owner: Owner,
        #[serde(with = "wire")]
        parent: Option<AlbumId>,
        name: Box<str>,
    },
    AlbumPlaced {
        #[serde(with = "wire")]
        album: AlbumId,
        #[serde(with = "wire")]
        before: AlbumPlace,
        #[serde(with = "wire")]
        after: AlbumPlace,
    },
    AlbumFilled {
        #[serde(with = "wire")]
        album: AlbumId,
        #[serde(with = "wire")]
        assets: AssetSet,
    },
    AlbumEmptied {
        #[serde(with = "wire")]
        album: AlbumId,
        #[serde(with = "wire")]
        assets: AssetSet,
    },
    AlbumExcluded {
        #[serde(with = "wire")]
        album: AlbumId,
        #[serde(with = "wire")]
        excluded: AssetSet,
        #[serde(with = "wire")]
        readmitted: AssetSet,
    },
    AlbumSet {
        #[serde(with = "wire")]
        album: AlbumId,
        #[serde(with = "wire")]
        setting: AlbumSetting,
    },
    CollectionSet {
        #[serde(with = "wire")]
        before: Option<Collection>,
        #[serde(with = "wire")]
        after: Option<Collection>,
    },
    NamesClaimed {
        #[serde(with = "wire")]
        claims: Vec<Claim>,
    },
    ShareCreated {
        #[serde(with = "wire")]
        share: Share,
    },
    ShareRevoked {
        #[serde(with = "wire")]
        share: Share,
    },
    JobEnqueued {
        #[serde(with = "wire")]
        job: Job,
    },
    JobSettled {
        #[serde(with = "wire")]
        job: JobId,
        #[serde(with = "wire")]
        state: JobState,
    },
    JobUpdated {
        #[serde(with = "wire")]
        job: Job,
    },
    JobsForgotten {
        #[serde(with = "wire")]
        jobs: Vec<JobId>,
    },
    FactsDoubted {
        #[serde(with = "wire")]
        assets: AssetSet,
    },
    SidecarsSeen {
        #[serde(with = "wire")]
        folder: FolderId,
        #[serde(with = "wire")]
        seen: Vec<SidecarStamp>,
        #[serde(with = "wire")]
        gone: Vec<Box<[u8]>>,
    },
    SidecarsKept {
        #[serde(with = "wire")]
        kept: Vec<KeptSidecar>,
    },
    SidecarsReplaced {
        #[serde(with = "wire")]
        assets: AssetSet,
    },
    MountAdded {
        #[serde(with = "wire")]
        mount: Mount,
    },
    MountRemoved {
        #[serde(with = "wire")]
        mount: Mount,
    },
}

mirrored! {
    Event: EventRecord,
}
