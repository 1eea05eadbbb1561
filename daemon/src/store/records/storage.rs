//! Libraries, files, jobs and mounts.
//!
//! The enums have a byte each; the numbers may not be given to another variant once 0.1.0 is tagged. Libraries and jobs are written by
//! functions, not as records: their id is in the key.

use crate::store::codec::{Reader, Stored, choice, put_bytes, record};
use kphotos_domain::catalog::MediaKind;
use kphotos_domain::kernel::name::NameStyle;
use kphotos_domain::kernel::{Checksum, JobId, LibraryId, MountId, Owner};
use kphotos_domain::processing::{AskedBy, Job, JobKind, JobState, Priority};
use kphotos_domain::storage::{
    FileState, Library, LibraryState, Mount, MountAccess, MountFolderFiles, MountOffline, MountOptions,
    MountSidecars, MountStacks, MountViews, MtimeSource,
};
use kphotos_domain::view::{FileRow, SmallBytes};

choice! {
    NameStyle { Portable = 0, Posix = 1 }
    MtimeSource { Taken = 0, Original = 1 }
    MountSidecars { Off = 0, Xmp = 1 }
    MountStacks { All = 0, Cover = 1 }
    MountOffline { Show = 0, Hide = 1 }
    MediaKind { Photo = 0, Raw = 1, Video = 2 }
    FileState { Present = 0, Missing = 1 }
    LibraryState { Online = 0, Offline = 1, Removed = 2 }
    JobKind { Scan = 0, Metadata = 1, Hash = 2, Near = 3 }
    Priority { Low = 0, Normal = 1, High = 2 }
    AskedBy { Schedule = 0, Daemon = 1, Person = 2 }
}

record! {
    MountOptions { access, views, names, mtime, sidecars, stacks, folder_files, offline }
    MountValue { owner, path, options }
    FileRow { folder, name, size, mtime_ns, ino, asset, shot, kind, state, changes, added, checksum }
}

impl Stored for SmallBytes {
    fn put(&self, out: &mut Vec<u8>) {
        put_bytes(self, out);
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        from.bytes().map(Into::into)
    }
}

/// The 32 raw bytes.
impl Stored for Checksum {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.bytes());
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        from.take(32)?.first_chunk().copied().map(Self::new)
    }
}

impl Stored for JobState {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Pending => out.push(0),
            Self::Done { summary } => (1u8, summary.clone()).put(out),
            Self::Failed { reason } => (2u8, reason.clone()).put(out),
            Self::Cancelled => out.push(3),
            Self::Paused => out.push(4),
        }
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Some(match from.byte()? {
            0 => Self::Pending,
            1 => Self::Done {
                summary: Stored::get(from)?,
            },
            2 => Self::Failed {
                reason: Stored::get(from)?,
            },
            3 => Self::Cancelled,
            4 => Self::Paused,
            _ => return None,
        })
    }
}

/// A mount without its number, which is in the key.
#[derive(Clone)]
pub(super) struct MountValue {
    owner: Owner,
    path: Box<[u8]>,
    options: MountOptions,
}

impl MountValue {
    pub(super) fn of(mount: &Mount) -> Self {
        let Mount {
            id: _,
            owner,
            path,
            options,
        } = mount.clone();
        Self { owner, path, options }
    }

    pub(super) fn into_mount(self, id: MountId) -> Mount {
        let Self { owner, path, options } = self;
        Mount {
            id,
            owner,
            path,
            options,
        }
    }
}

/// A byte for the kind of access, and the gid of a group.
impl Stored for MountAccess {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Private => out.push(0),
            Self::Group(gid) => (1u8, *gid).put(out),
            Self::All => out.push(2),
        }
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Some(match from.byte()? {
            0 => Self::Private,
            1 => Self::Group(Stored::get(from)?),
            2 => Self::All,
            _ => return None,
        })
    }
}

/// As the text that people write: the names are what lasts.
impl Stored for MountViews {
    fn put(&self, out: &mut Vec<u8>) {
        Box::<str>::from(self.to_string()).put(out);
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Self::parse(&Box::<str>::get(from)?).ok()
    }
}

/// As the text that people write too.
impl Stored for MountFolderFiles {
    fn put(&self, out: &mut Vec<u8>) {
        Box::<str>::from(self.to_string()).put(out);
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Self::parse(&Box::<str>::get(from)?).ok()
    }
}

pub(super) fn put_library(library: &Library, out: &mut Vec<u8>) {
    let Library {
        id: _,
        owner,
        name,
        root,
        timezone,
        state,
    } = library;
    owner.put(out);
    name.put(out);
    root.put(out);
    timezone.put(out);
    state.put(out);
}

pub(super) fn get_library(id: LibraryId, from: &mut Reader<'_>) -> Option<Library> {
    Some(Library {
        id,
        owner: Stored::get(from)?,
        name: Stored::get(from)?,
        root: Stored::get(from)?,
        timezone: Stored::get(from)?,
        state: Stored::get(from)?,
    })
}

pub(super) fn put_job(job: &Job, out: &mut Vec<u8>) {
    let Job {
        id: _,
        kind,
        library,
        enqueued,
        state,
        priority,
        asked,
        attempts,
        not_before,
        trouble,
        settled,
    } = job;
    kind.put(out);
    library.put(out);
    enqueued.put(out);
    state.put(out);
    priority.put(out);
    asked.put(out);
    attempts.put(out);
    not_before.put(out);
    trouble.put(out);
    settled.put(out);
}

pub(super) fn get_job(id: JobId, from: &mut Reader<'_>) -> Option<Job> {
    Some(Job {
        id,
        kind: Stored::get(from)?,
        library: Stored::get(from)?,
        enqueued: Stored::get(from)?,
        state: Stored::get(from)?,
        priority: Stored::get(from)?,
        asked: Stored::get(from)?,
        attempts: Stored::get(from)?,
        not_before: Stored::get(from)?,
        trouble: Stored::get(from)?,
        settled: Stored::get(from)?,
    })
}
