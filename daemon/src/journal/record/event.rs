//! The mirrors of the events and of what travels in them; fields and names are the domain's, in lower case.
//!
//! An event that is added to the domain, or one that changes, does not compile until it is dealt with here. Names and fields may not change
//! once 0.1.0 is tagged: what reads old lines then is a mirror of its own.

use super::wire::{Wire, mirrored};
use super::{time, wire};
use kphotos_domain::catalog::{Evidence, FieldKey, FieldValue, MediaKind};
use kphotos_domain::event::{
    AlbumPlace, DateEdit, Event, FaceMoved, FileMoved, FileSeen, FileStamp, FolderSeen, Merge, PersonPlace,
    TagClash, TagPlace,
};
use kphotos_domain::identity::User;
use kphotos_domain::kernel::name::NameStyle;
use kphotos_domain::kernel::{
    AlbumId, AssetId, AssetSet, Checksum, FileId, FileSet, FolderId, JobId, LibraryId, MountId, Owner,
    PersonId, ShareId, ShotId, TagId, UserId,
};
use kphotos_domain::organization::{AlbumSetting, Collection, TagFate};
use kphotos_domain::processing::{AskedBy, Job, JobKind, JobState, Priority};
use kphotos_domain::sharing::{Scope, Share};
use kphotos_domain::sidecar::SidecarStamp;
use kphotos_domain::storage::{
    Library, LibraryState, Mount, MountAccess, MountOptions, MountViews, MtimeSource,
};
use kphotos_domain::view::Claim;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

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
    MountAdded {
        #[serde(with = "wire")]
        mount: Mount,
    },
    MountRemoved {
        #[serde(with = "wire")]
        mount: Mount,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "FolderSeen", deny_unknown_fields)]
struct FolderSeenRecord {
    #[serde(with = "wire")]
    id: FolderId,
    #[serde(with = "wire")]
    library: LibraryId,
    #[serde(with = "wire")]
    parent: Option<FolderId>,
    #[serde(with = "wire")]
    name: Box<[u8]>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "FileSeen", deny_unknown_fields)]
struct FileSeenRecord {
    #[serde(with = "wire")]
    id: FileId,
    #[serde(with = "wire")]
    asset: AssetId,
    #[serde(with = "wire")]
    shot: ShotId,
    #[serde(with = "wire")]
    folder: FolderId,
    #[serde(with = "wire")]
    name: Box<[u8]>,
    size: u64,
    #[serde(rename = "mtime", with = "time::nanos")]
    mtime_ns: i64,
    ino: u64,
    #[serde(with = "time::seconds")]
    added: i64,
    #[serde(with = "wire", default, skip_serializing_if = "Option::is_none")]
    kind: Option<MediaKind>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "FileStamp", deny_unknown_fields)]
struct FileStampRecord {
    #[serde(with = "wire")]
    id: FileId,
    size: u64,
    #[serde(rename = "mtime", with = "time::nanos")]
    mtime_ns: i64,
    ino: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "SidecarStamp", deny_unknown_fields)]
struct SidecarStampRecord {
    #[serde(with = "wire")]
    name: Box<[u8]>,
    size: u64,
    #[serde(rename = "mtime", with = "time::nanos")]
    mtime_ns: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "FileMoved", deny_unknown_fields)]
struct FileMovedRecord {
    #[serde(with = "wire")]
    id: FileId,
    #[serde(with = "wire")]
    folder: FolderId,
    #[serde(with = "wire")]
    name: Box<[u8]>,
    #[serde(with = "wire")]
    shot: ShotId,
}

/// `[asset, [before, after]]`: ten thousand of them are one line.
impl Wire for DateEdit {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        (self.asset, (self.before, self.after)).write(to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let (asset, (before, after)) = Wire::read(from)?;
        Ok(Self { asset, before, after })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "TagPlace", deny_unknown_fields)]
struct TagPlaceRecord {
    #[serde(with = "wire")]
    parent: Option<TagId>,
    name: Box<str>,
    #[serde(with = "wire")]
    fate: TagFate,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "TagFate", rename_all = "snake_case")]
enum TagFateRecord {
    Live,
    Deleted,
    /// Into this tag.
    Merged(#[serde(with = "wire")] TagId),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "AlbumPlace", deny_unknown_fields)]
struct AlbumPlaceRecord {
    #[serde(with = "wire")]
    parent: Option<AlbumId>,
    name: Box<str>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "User", deny_unknown_fields)]
struct UserRecord {
    #[serde(with = "wire")]
    id: UserId,
    name: Box<str>,
    uid: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Library", deny_unknown_fields)]
struct LibraryRecord {
    #[serde(with = "wire")]
    id: LibraryId,
    #[serde(with = "wire")]
    owner: Owner,
    name: Box<str>,
    #[serde(with = "wire")]
    root: Box<[u8]>,
    timezone: Box<str>,
    #[serde(with = "wire")]
    state: LibraryState,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Share", deny_unknown_fields)]
struct ShareRecord {
    #[serde(with = "wire")]
    id: ShareId,
    #[serde(with = "wire")]
    owner: Owner,
    name: Box<str>,
    #[serde(with = "wire")]
    scope: Scope,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Job", deny_unknown_fields)]
struct JobRecord {
    #[serde(with = "wire")]
    id: JobId,
    #[serde(with = "wire")]
    kind: JobKind,
    #[serde(with = "wire")]
    library: LibraryId,
    #[serde(with = "time::seconds")]
    enqueued: i64,
    #[serde(with = "wire")]
    state: JobState,
    #[serde(with = "wire")]
    priority: Priority,
    #[serde(with = "wire")]
    asked: AskedBy,
    #[serde(default, skip_serializing_if = "is_zero")]
    attempts: u32,
    #[serde(
        default,
        with = "time::seconds_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    not_before: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trouble: Option<Box<str>>,
    #[serde(
        default,
        with = "time::seconds_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    settled: Option<i64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Mount", deny_unknown_fields)]
struct MountRecord {
    #[serde(with = "wire")]
    id: MountId,
    #[serde(with = "wire")]
    owner: Owner,
    #[serde(with = "wire")]
    path: Box<[u8]>,
    #[serde(with = "wire")]
    options: MountOptions,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "MountOptions", deny_unknown_fields)]
struct MountOptionsRecord {
    #[serde(with = "wire")]
    access: MountAccess,
    #[serde(with = "wire")]
    views: MountViews,
    #[serde(with = "wire")]
    names: NameStyle,
    #[serde(with = "wire")]
    mtime: MtimeSource,
}

mirrored! {
    Event: EventRecord,
    FolderSeen: FolderSeenRecord,
    FileSeen: FileSeenRecord,
    FileStamp: FileStampRecord,
    FileMoved: FileMovedRecord,
    SidecarStamp: SidecarStampRecord,
    TagPlace: TagPlaceRecord,
    TagFate: TagFateRecord,
    AlbumPlace: AlbumPlaceRecord,
    User: UserRecord,
    Library: LibraryRecord,
    Share: ShareRecord,
    Job: JobRecord,
    Mount: MountRecord,
    MountOptions: MountOptionsRecord,
}
