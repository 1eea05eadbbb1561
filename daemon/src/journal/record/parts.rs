//! The mirrors of what travels in events; see `event` for the rules.

use super::wire::{Wire, mirrored};
use super::{time, wire};
use kphotos_domain::catalog::{FieldKey, FieldValue, MediaKind};
use kphotos_domain::event::{
    AlbumPlace, Brought, DateEdit, FileMoved, FileSeen, FileStamp, FolderPlace, FolderSeen, KeptSidecar,
    TagPlace,
};
use kphotos_domain::identity::User;
use kphotos_domain::kernel::name::NameStyle;
use kphotos_domain::kernel::{
    AlbumId, AssetId, FileId, FolderId, JobId, LibraryId, MountId, Owner, PersonId, ShareId, ShotId, TagId,
    UserId,
};
use kphotos_domain::organization::TagFate;
use kphotos_domain::processing::{AskedBy, Job, JobKind, JobState, Priority};
use kphotos_domain::sharing::{Scope, Share};
use kphotos_domain::sidecar::SidecarStamp;
use kphotos_domain::storage::{
    Library, LibraryState, Mount, MountAccess, MountFolderFiles, MountOffline, MountOptions, MountSidecars,
    MountStacks, MountViews, MtimeSource,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Serialize, Deserialize)]
#[serde(remote = "FolderPlace", deny_unknown_fields)]
struct FolderPlaceRecord {
    #[serde(with = "wire")]
    parent: FolderId,
    #[serde(with = "wire")]
    name: Box<[u8]>,
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

#[derive(Serialize, Deserialize)]
#[serde(remote = "KeptSidecar", deny_unknown_fields)]
struct KeptSidecarRecord {
    #[serde(with = "wire")]
    asset: AssetId,
    #[serde(with = "wire")]
    file: FileId,
    #[serde(with = "wire")]
    folder: FolderId,
    #[serde(with = "wire")]
    name: Box<[u8]>,
    #[serde(with = "wire", default, skip_serializing_if = "Vec::is_empty")]
    values: Vec<(FieldKey, FieldValue)>,
    #[serde(with = "wire", default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<TagId>,
    #[serde(with = "wire", default, skip_serializing_if = "Vec::is_empty")]
    persons: Vec<PersonId>,
}

/// A list: whose, which field, before and after.
impl Wire for Brought {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let value = (self.before.clone(), self.after.clone());
        ((self.asset, self.key), value).write(to)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let ((asset, key), (before, after)) = Wire::read(from)?;
        Ok(Self {
            asset,
            key,
            before,
            after,
        })
    }
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
    #[serde(with = "wire", default, skip_serializing_if = "no_sidecars")]
    sidecars: MountSidecars,
    #[serde(with = "wire", default, skip_serializing_if = "whole_stacks")]
    stacks: MountStacks,
    #[serde(with = "wire", default, skip_serializing_if = "no_folder_files")]
    folder_files: MountFolderFiles,
    #[serde(with = "wire", default, skip_serializing_if = "shows_offline")]
    offline: MountOffline,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn no_folder_files(files: &MountFolderFiles) -> bool {
    files.is_empty()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn shows_offline(offline: &MountOffline) -> bool {
    *offline == MountOffline::Show
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn whole_stacks(stacks: &MountStacks) -> bool {
    *stacks == MountStacks::All
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn no_sidecars(sidecars: &MountSidecars) -> bool {
    *sidecars == MountSidecars::Off
}

mirrored! {
    FolderPlace: FolderPlaceRecord,
    FolderSeen: FolderSeenRecord,
    FileSeen: FileSeenRecord,
    FileStamp: FileStampRecord,
    FileMoved: FileMovedRecord,
    KeptSidecar: KeptSidecarRecord,
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
