//! The small things that records are made of: ids, words, who, where.
//!
//! Ids and revisions are numbers; words are those of the domain's `as_str`. Refuses words that the domain does not know, and checksums
//! in capitals or with a prefix: a value has one form.

use super::wire::{self, Wire, mirrored, textual};
use kphotos_domain::catalog::MediaKind;
use kphotos_domain::event::EntryKind;
use kphotos_domain::identity::{Actor, Tool};
use kphotos_domain::kernel::name::NameStyle;
use kphotos_domain::kernel::{
    AlbumId, AssetId, AssetSet, Checksum, CollectionId, DateKey, FileId, FolderId, JobId, LibraryId, MountId,
    Owner, PersonId, Revision, SearchId, ShareId, ShotId, StackId, TagId, UserId,
};
use kphotos_domain::processing::{AskedBy, JobKind, JobState, Priority};
use kphotos_domain::sharing::Scope;
use kphotos_domain::storage::{
    LibraryState, MountAccess, MountFolderFiles, MountOffline, MountSidecars, MountStacks, MountViews,
    MtimeSource,
};
use kphotos_domain::view::{Claim, Dir};
use serde::de::{Deserializer, Error};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($id:ident),*) => {$(
        impl Wire for $id {
            fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                self.number().serialize(to)
            }

            fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                Deserialize::deserialize(from).map(Self::new)
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

textual! {
    EntryKind: |kind| kind.as_str(), EntryKind::parse, "edit, observation or irrevocable";
    Priority: |priority| priority.as_str(), Priority::parse, "low, normal or high";
    AskedBy: |asked| asked.as_str(), AskedBy::parse, "schedule, daemon or person";
    JobKind: |kind| kind.as_str(), JobKind::parse, "scan, metadata, hash or near";
    MountAccess: |access| access.to_string(), parse_access, "private, all or group: and a gid";
    MountViews: |views| views.to_string(), |text| MountViews::parse(text).ok(), "all, or names of views";
    NameStyle: |style| style.as_str(), NameStyle::parse, "portable or posix";
    MtimeSource: |source| source.as_str(), MtimeSource::parse, "taken or original";
    MountSidecars: |sidecars| sidecars.as_str(), MountSidecars::parse, "off or xmp";
    MountStacks: |stacks| stacks.as_str(), MountStacks::parse, "all or cover";
    MountFolderFiles: |files| files.to_string(), |text| MountFolderFiles::parse(text).ok(), "off, or directory, hidden";
    MountOffline: |offline| offline.as_str(), MountOffline::parse, "show or hide";
    MediaKind: |kind| kind.as_str(), MediaKind::parse, "photo, raw or video";
    LibraryState: |state| state.as_str(), parse_library_state, "online, offline or removed";
    Checksum: |sum| sum.hex(), |text| Checksum::parse(text).ok().filter(|sum| sum.hex() == text), "a checksum: 64 hex digits";
}

fn parse_access(text: &str) -> Option<MountAccess> {
    MountAccess::parse(text, |gid| gid.parse().ok()).filter(|access| access.to_string() == text)
}

fn parse_library_state(text: &str) -> Option<LibraryState> {
    [LibraryState::Online, LibraryState::Offline, LibraryState::Removed]
        .into_iter()
        .find(|state| state.as_str() == text)
}

/// A user's number, `"system"`, or `"file:"` and the name of a program.
impl Wire for Actor {
    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::User(user) => user.write(to),
            Self::System => to.serialize_str("system"),
            Self::File(tool) => to.collect_str(&format_args!("file:{}", tool.as_str())),
        }
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum ActorRecord {
            User(u32),
            Word(String),
        }
        match ActorRecord::deserialize(from) {
            Ok(ActorRecord::User(number)) => Ok(Self::User(UserId::new(number))),
            Ok(ActorRecord::Word(word)) if word == "system" => Ok(Self::System),
            Ok(ActorRecord::Word(word)) if word.starts_with("file:") => {
                let tool = word.strip_prefix("file:").and_then(Tool::parse);
                let unknown = || D::Error::custom("`file:` with the name of no program known here");
                tool.map(Self::File).ok_or_else(unknown)
            }
            Ok(ActorRecord::Word(_)) | Err(_) => Err(D::Error::custom(
                "an actor is neither a user's number, nor `system`, nor `file:` with a program",
            )),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Owner", rename_all = "snake_case")]
enum OwnerRecord {
    User(#[serde(with = "wire")] UserId),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Dir", rename_all = "snake_case")]
enum DirRecord {
    Album(#[serde(with = "wire")] AlbumId),
    Tag(#[serde(with = "wire")] TagId),
    Date(#[serde(with = "wire")] DateKey),
    Undated,
    Folder(#[serde(with = "wire")] FolderId),
    Favorites(#[serde(with = "wire")] UserId),
    Recent,
    Share(#[serde(with = "wire")] ShareId),
    Person(#[serde(with = "wire")] PersonId),
    Collection(#[serde(with = "wire")] CollectionId),
    /// Nothing is claimed there: never written.
    #[serde(skip)]
    AllOf(TagId),
    #[serde(skip)]
    Copies(AssetId),
    #[serde(skip)]
    Search(SearchId),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Scope", rename_all = "snake_case")]
enum ScopeRecord {
    Album(#[serde(with = "wire")] AlbumId),
    Tag(#[serde(with = "wire")] TagId),
    Person(#[serde(with = "wire")] PersonId),
    Library(#[serde(with = "wire")] LibraryId),
    Folder(#[serde(with = "wire")] FolderId),
    Query(Box<str>),
    Collection(#[serde(with = "wire")] CollectionId),
    Assets(#[serde(with = "wire")] AssetSet),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Claim", deny_unknown_fields)]
struct ClaimRecord {
    #[serde(with = "wire")]
    dir: Dir,
    #[serde(with = "wire")]
    shot: ShotId,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "JobState", rename_all = "snake_case", deny_unknown_fields)]
enum JobStateRecord {
    Pending,
    Paused,
    Done { summary: Box<str> },
    Failed { reason: Box<str> },
    Cancelled,
}

mirrored! {
    Owner: OwnerRecord,
    Dir: DirRecord,
    Scope: ScopeRecord,
    Claim: ClaimRecord,
    JobState: JobStateRecord,
}
