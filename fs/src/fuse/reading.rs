//! The requests that touch originals: who answers them, and what is said if nobody does.
//!
//! Each is handed to its library's lane ([`crate::later`]) together with its reply; whoever
//! has the reply last answers. What is opened too late is closed where it was opened, since
//! to close a file can take as long as to open it. A file that is passed to the kernel is
//! read without anybody here: only those of local disks are, because a reader whom the
//! kernel keeps waiting is told nothing.

use super::errno;
use crate::bytes::{Candidate, Original};
use crate::errno::FsError;
use crate::filesystem::{Filesystem, Readable};
use crate::handles::{Backings, Handles, Way};
use crate::later::{Answer, Lane, Lanes};
use crate::originals::Space;
use fuser::{BackingId, FileHandle, FopenFlags, ReplyAttr, ReplyData, ReplyEntry, ReplyOpen, ReplyStatfs};
use kphotos_domain::kernel::{FileId, LibraryId};
use std::cell::RefCell;
use std::fs::File;
use std::sync::Arc;
use std::time::Duration;
use std::vec::IntoIter;

/// How long a file system may take to say how large it is: a file manager asks with every
/// window, and another library may answer.
const SPACE_PATIENCE: Duration = Duration::from_secs(5);

thread_local! {
    /// What this thread has read last, as large as the largest read so far, which is a megabyte at most: for each read the system would
    /// give fresh pages, and take them back.
    static PIECE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// What is open, and who reads it.
pub(super) struct Reading {
    fs: Arc<Filesystem>,
    lanes: Arc<Lanes>,
    files: Handles<OpenFile>,
    backings: Backings<BackingId>,
}

struct OpenFile {
    /// Whose way is kept in [`Backings`]; the marker has none.
    file: Option<FileId>,
    source: Source,
}

enum Source {
    /// In memory.
    Bytes(Arc<[u8]>),
    /// The kernel reads; kept so that the backing file stays registered.
    Passed(#[expect(dead_code, reason = "held, never read")] Arc<BackingId>),
    /// The daemon reads; whether that may take for ever was asked when it was opened, since nobody
    /// knows it any more once the library is given up.
    Plain {
        file: File,
        library: LibraryId,
        may_hang: bool,
    },
}

/// An open that is to be answered, and what else may be opened for it.
struct Opening {
    reply: ReplyOpen,
    left: IntoIter<Candidate>,
    /// Why the one that was asked for could not be opened.
    why: Option<FsError>,
}

impl Reading {
    pub(super) fn new(fs: Arc<Filesystem>, lanes: Arc<Lanes>) -> Self {
        Self {
            fs,
            lanes,
            files: Handles::default(),
            backings: Backings::default(),
        }
    }

    /// Whether somebody has a file open.
    pub(super) fn is_open(&self, file: FileId) -> bool {
        self.backings.is_open(file)
    }

    /// Passes no file to the kernel.
    pub(super) fn turn_passing_off(&self) {
        self.backings.turn_off();
    }

    pub(super) fn open(self: &Arc<Self>, readable: Result<Readable, FsError>, reply: ReplyOpen) {
        match readable {
            Ok(Readable::File(file)) => self.open_file(file, reply),
            Ok(Readable::Sidecar(file)) => self.open_sidecar(file, reply),
            Ok(Readable::Text(bytes)) => {
                let source = Source::Bytes(bytes);
                let handle = self.files.open(OpenFile { file: None, source });
                // Whoever opens it next may get other bytes.
                reply.opened(FileHandle(handle), FopenFlags::FOPEN_DIRECT_IO);
            }
            Ok(Readable::Marker) => {
                let source = Source::Bytes(self.fs.marker());
                let handle = self.files.open(OpenFile { file: None, source });
                reply.opened(FileHandle(handle), FopenFlags::FOPEN_KEEP_CACHE);
            }
            Err(error) => reply.error(errno(&error)),
        }
    }

    fn open_file(self: &Arc<Self>, file: FileId, reply: ReplyOpen) {
        if let Some(backing) = self.backings.join(file) {
            return self.passed(file, backing, reply);
        }
        match self.fs.candidates(file) {
            Ok(candidates) => {
                let left = candidates.into_iter();
                self.open_next(
                    file,
                    Opening {
                        reply,
                        left,
                        why: None,
                    },
                );
            }
            Err(error) => reply.error(errno(&error)),
        }
    }

    /// Opens the next of those that may be opened; says why the first could not be if none is left.
    fn open_next(self: &Arc<Self>, file: FileId, mut opening: Opening) {
        let Some(candidate) = opening.left.next() else {
            let error = opening.why.unwrap_or(FsError::NotFound);
            tracing::debug!("file {} cannot be opened: {error}", file.number());
            return opening.reply.error(errno(&error));
        };
        let is_first = opening.why.is_none();
        let (lane, may_hang) = (
            Lane::Files(candidate.library),
            self.fs.may_hang(candidate.library),
        );
        let this = self.clone();
        let refuse = move |opening| this.open_next(file, failed(opening, FsError::Silent));
        let this = self.clone();
        let work = move |answer: &Answer<Opening>| {
            let opened = this.fs.open_candidate(&candidate);
            let Some(opening) = answer.take() else {
                return;
            };
            match opened {
                Ok(original) => this.opened(file, &candidate, original, may_hang, opening.reply),
                Err(error) => this.open_next(file, failed(opening, error)),
            }
        };
        if is_first && !may_hang {
            self.lanes.ask_here(lane, opening, refuse, work);
        } else {
            self.lanes.ask(lane, opening, refuse, work);
        }
    }

    /// A copy is read by the daemon: a handle that the kernel reads it by would be joined by whoever opens
    /// the file itself later.
    fn opened(
        &self,
        file: FileId,
        candidate: &Candidate,
        original: Original,
        may_hang: bool,
        reply: ReplyOpen,
    ) {
        let (library, is_other) = (candidate.library, candidate.is_other);
        let way = if may_hang || is_other {
            self.backings.enter_plain(file)
        } else {
            self.backings.enter(file, || reply.open_backing(&original.file))
        };
        match way {
            Way::Passed(backing) => self.passed(file, backing, reply),
            Way::Plain => {
                let flags = if !original.is_size_known {
                    // Past the size that the kernel knows, only direct reads go on.
                    FopenFlags::FOPEN_DIRECT_IO
                } else if original.is_current {
                    FopenFlags::FOPEN_KEEP_CACHE
                } else {
                    FopenFlags::empty()
                };
                let source = Source::Plain {
                    file: original.file,
                    library,
                    may_hang,
                };
                let file = Some(file);
                let handle = self.files.open(OpenFile { file, source });
                reply.opened(FileHandle(handle), flags);
            }
        }
    }

    /// Answers with a file that is passed; a handle of it was counted.
    fn passed(&self, file: FileId, backing: Arc<BackingId>, reply: ReplyOpen) {
        let source = Source::Passed(backing.clone());
        let file = Some(file);
        let handle = self.files.open(OpenFile { file, source });
        reply.opened_passthrough(FileHandle(handle), FopenFlags::empty(), &backing);
    }

    /// Whoever opened it reads what it said then; the kernel keeps nothing of it, since
    /// whoever opens it next may get other bytes.
    fn open_sidecar(self: &Arc<Self>, file: FileId, reply: ReplyOpen) {
        let this = self.clone();
        let refuse = |reply: ReplyOpen| reply.error(errno(&FsError::Silent));
        self.lanes
            .ask(self.fs.sidecar_lane(file), reply, refuse, move |answer| {
                let made = this.fs.sidecar(file);
                match (made, answer.take()) {
                    (Ok(made), Some(reply)) => {
                        let source = Source::Bytes(made.bytes);
                        let handle = this.files.open(OpenFile { file: None, source });
                        reply.opened(FileHandle(handle), FopenFlags::FOPEN_DIRECT_IO);
                    }
                    (Err(error), Some(reply)) => reply.error(errno(&error)),
                    (_, None) => {}
                }
            });
    }

    pub(super) fn read(&self, handle: u64, offset: u64, size: u32, reply: ReplyData) {
        let Some(open) = self.files.get(handle) else {
            return reply.error(errno(&FsError::BadHandle));
        };
        let (library, may_hang) = match &open.source {
            Source::Plain {
                library, may_hang, ..
            } => (*library, *may_hang),
            Source::Bytes(bytes) => {
                let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
                let to = from.saturating_add(size as usize).min(bytes.len());
                return reply.data(bytes.get(from..to).unwrap_or_default());
            }
            Source::Passed(_) => return reply.error(errno(&FsError::BadHandle)),
        };
        let refuse = |reply: ReplyData| reply.error(errno(&FsError::Silent));
        let work = move |answer: &Answer<ReplyData>| {
            let Source::Plain { file, .. } = &open.source else {
                return;
            };
            PIECE.with_borrow_mut(|piece| {
                let size = size as usize;
                if piece.len() < size {
                    piece.resize(size, 0);
                }
                let into = piece.get_mut(..size).unwrap_or_default();
                let read = Filesystem::read(file, offset, into);
                match (read, answer.take()) {
                    (Ok(length), Some(reply)) => reply.data(into.get(..length).unwrap_or_default()),
                    (Err(error), Some(reply)) => reply.error(errno(&error)),
                    (_, None) => {}
                }
            });
        };
        let lane = Lane::Files(library);
        if may_hang {
            self.lanes.ask(lane, reply, refuse, work);
        } else {
            self.lanes.ask_here(lane, reply, refuse, work);
        }
    }

    pub(super) fn release(&self, handle: u64) {
        let Some(open) = self.files.close(handle) else {
            return;
        };
        let file = open.file;
        match &open.source {
            Source::Plain {
                library,
                may_hang: true,
                ..
            } => {
                self.lanes.let_go(Lane::Files(*library), move || drop(open));
            }
            Source::Plain { .. } | Source::Bytes(_) | Source::Passed(_) => drop(open),
        }
        if let Some(file) = file {
            self.backings.leave(file);
        }
    }

    /// How large the file system of the first library is that answers.
    pub(super) fn statfs(self: &Arc<Self>, behind: Result<Vec<LibraryId>, FsError>, reply: ReplyStatfs) {
        match behind {
            Ok(libraries) => self.statfs_of(libraries.into_iter(), None, reply),
            Err(error) => reply.error(errno(&error)),
        }
    }

    fn statfs_of(self: &Arc<Self>, mut left: IntoIter<LibraryId>, why: Option<FsError>, reply: ReplyStatfs) {
        let Some(library) = left.next() else {
            return match why {
                None => reply_space(Space::default(), reply),
                Some(error) => reply.error(errno(&error)),
            };
        };
        let this = self.clone();
        let refuse = move |(reply, left)| this.statfs_of(left, Some(FsError::Silent), reply);
        let this = self.clone();
        let work = move |answer: &Answer<(ReplyStatfs, IntoIter<LibraryId>)>| {
            let space = this.fs.space(library);
            match (space, answer.take()) {
                (Ok(space), Some((reply, _))) => reply_space(space, reply),
                (Err(error), Some((reply, left))) => this.statfs_of(left, Some(error), reply),
                (_, None) => {}
            }
        };
        let (lane, is_first) = (Lane::Space(library), why.is_none());
        if is_first && !self.fs.may_hang(library) {
            self.lanes.ask_here(lane, (reply, left), refuse, work);
        } else {
            self.lanes
                .ask_within(SPACE_PATIENCE, lane, (reply, left), refuse, work);
        }
    }

    /// Has something answered by the threads of a lane; `say` gets what was found out.
    pub(super) fn answer<R: Replies, T: 'static>(
        &self,
        lane: Lane,
        reply: R,
        ask: impl FnOnce(&Filesystem) -> Result<T, FsError> + Send + 'static,
        say: impl FnOnce(&Filesystem, Result<T, FsError>, R) + Send + 'static,
    ) {
        let fs = self.fs.clone();
        let refuse = |reply: R| reply.refuse(&FsError::Silent);
        self.lanes.ask(lane, reply, refuse, move |answer| {
            let found = ask(&fs);
            if let Some(reply) = answer.take() {
                say(&fs, found, reply);
            }
        });
    }
}

/// A reply that can be an error.
pub(super) trait Replies: Send + 'static {
    fn refuse(self, error: &FsError);
}

impl Replies for ReplyEntry {
    fn refuse(self, error: &FsError) {
        self.error(errno(error));
    }
}

impl Replies for ReplyAttr {
    fn refuse(self, error: &FsError) {
        self.error(errno(error));
    }
}

/// Nothing can be written here, so nothing is free; GIO takes that for "unknown".
fn reply_space(space: Space, reply: ReplyStatfs) {
    let block = space.block_size.max(512);
    reply.statfs(space.blocks, 0, 0, space.files, 0, block, 255, block);
}

fn failed(opening: Opening, error: FsError) -> Opening {
    let why = opening.why.or(Some(error));
    Opening { why, ..opening }
}
