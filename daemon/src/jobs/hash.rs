//! The hash job: BLAKE3 over whole files, on a thread of its own in the idle I/O
//! class and at the lowest CPU priority, which ends with the job: a thread without
//! rights cannot raise its priority again.
//!
//! A file whose size or time is not what it was when it was last seen, before
//! or after the reading, is left for the next scan: a hash is recorded of what
//! the scan saw, or not at all.
//!
//! While a file is at hand, and its pages are in memory, a worker hashes its picture without the metadata
//! ([`crate::near`]): by that a photo is known again that is missing and was rewritten and moved in one go. What is not known of
//! files that were hashed before is made up for at the job's end.
//!
//! Files that may be what is missing (of the size of a missing photo's file, or changed in
//! place) come first, and right after a scan without waiting for an idle moment: so edits
//! are back within seconds where a photo was moved to another library, or restored.

#![expect(
    unsafe_code,
    reason = "the I/O class and priority of a thread have no safe form in std"
)]

use super::Progress;
use super::near::Looking;
use super::tried::Tried;
use super::work::{StartPool, may_heal};
use crate::near::{Image, Near};
use crate::parse::{Hashed, Job, Pool, Stop};
use crate::storage::Volume;
use kphotos_domain::app::{App, AppError};
use kphotos_domain::command::{Command, RecordChecksums};
use kphotos_domain::event::FileStamp;
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::{Checksum, ErrorCode, FileId, FileSet, LibraryId, PortError, name};
use rustc_hash::{FxHashMap, FxHashSet};
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Bytes read at once.
pub(super) const BUFFER: usize = 1 << 20;
/// Files an entry, and how long they may wait for it.
const RECORD: usize = 1000;
const PATIENCE: Duration = Duration::from_secs(2);

/// Up to so many files are no reason to start parsers.
const FEW: usize = 64;

/// How long files may be hashed right after a scan; the rest is the hash job's.
const AT_ONCE: Duration = Duration::from_secs(20);

/// What a hash job needs.
pub(super) struct Hash<'a> {
    pub(super) app: &'a App,
    pub(super) near: &'a Near,
    /// The parsers that are there.
    pub(super) pool: &'a Pool,
    pub(super) start_pool: &'a StartPool,
    pub(super) looking: &'a Looking,
    pub(super) volume: &'a dyn Volume,
    pub(super) library: LibraryId,
    pub(super) progress: &'a Progress,
    pub(super) stop: &'a (dyn Fn() -> bool + Sync),
}

/// What it did.
#[derive(Default)]
pub(super) struct Done {
    pub(super) hashed: u64,
    /// How many files are left that no other turn of this job would hash.
    pub(super) left: u64,
    pub(super) stopped: bool,
    /// How many files failed that may be read another time, and why the last did.
    pub(super) trouble: Option<(u64, String)>,
}

impl Hash<'_> {
    /// Hashes files that may be what is missing, for as long as that takes few seconds.
    pub(super) fn recognise(&self) -> Result<Done, AppError> {
        let files = self.app.view().to_be_recognised(self.library);
        let mut done = Done::default();
        self.hash_all(&files, self.pool, Some(Instant::now() + AT_ONCE), &mut done)?;
        Ok(done)
    }

    /// Hashes every file of the library that was not hashed since it changed; `tried` is told what was tried in vain.
    pub(super) fn run(&self, tried: &mut Tried) -> Result<Done, AppError> {
        let no_thread = |why: &dyn std::fmt::Display| {
            AppError::Port(PortError::new(
                ErrorCode::Unavailable,
                format!("there is no thread to hash on: {why}"),
            ))
        };
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().name("hash".into());
            let hashing = thread
                .spawn_scoped(scope, || {
                    // Parsers started from here inherit it.
                    give_others_precedence();
                    let files = self.in_order(tried);
                    let open = self.near.without_image(self.app, self.library);
                    let open = open.unwrap_or_else(|error| {
                        tracing::warn!(%error, "pictures are not told apart by their data");
                        Vec::new()
                    });
                    if files.len() + open.len() <= FEW {
                        return self.hash_and_make_up(&files, tried, &open, self.pool);
                    }
                    match (self.start_pool)() {
                        Ok(own) => {
                            let own = Arc::new(own);
                            self.looking.put(Some(own.clone()));
                            let done = self.hash_and_make_up(&files, tried, &open, &own);
                            self.looking.put(None);
                            done
                        }
                        Err(error) => {
                            tracing::warn!(%error, "no parsers of its own: the job uses those that are there");
                            self.hash_and_make_up(&files, tried, &open, self.pool)
                        }
                    }
                })
                .map_err(|error| no_thread(&error))?;
            hashing.join().unwrap_or_else(|_| Err(no_thread(&"it panicked")))
        })
    }

    /// What is to be hashed, and was not tried as it is: first what may be missing.
    fn in_order(&self, tried: &mut Tried) -> Vec<FileId> {
        let view = self.app.view();
        let mut files = view.to_be_recognised(self.library);
        let first: FileSet = files.iter().copied().collect();
        let rest = view.without_checksum(self.library);
        files.extend(rest.into_iter().filter(|file| !first.contains(*file)));
        tried.untried(&view, files, usize::MAX)
    }

    fn hash_and_make_up(
        &self,
        files: &[FileId],
        tried: &mut Tried,
        open: &[FileId],
        pool: &Pool,
    ) -> Result<Done, AppError> {
        let mut done = Done::default();
        self.hash_all(files, pool, None, &mut done)?;
        done.stopped = done.stopped || !self.make_up(open, pool);
        // What changed while it was hashed, or after.
        while !done.stopped {
            let again = self.in_order(tried);
            if again.is_empty() {
                break;
            }
            self.hash_all(&again, pool, None, &mut done)?;
        }
        let left = self.app.view().without_checksum(self.library);
        let in_trouble = done.trouble.as_ref().map_or(0, |(count, _)| *count);
        done.left = (left.len() as u64).saturating_sub(in_trouble);
        tried.keep(&left);
        Ok(done)
    }

    /// Hashes the pictures of files that were hashed without; whether it came through. What fails is tried again by the
    /// next job.
    fn make_up(&self, open: &[FileId], pool: &Pool) -> bool {
        let mut images = Vec::new();
        let mut is_through = true;
        for id in open.iter().copied() {
            if (self.stop)() {
                is_through = false;
                break;
            }
            let content = self.app.view().file(id).and_then(|row| row.checksum);
            if let (Ok(Some((_, stamp, file))), Some(content)) = (self.open(id), content)
                && let Some(image) = self.image(pool, &stamp, file, &name_of(self.app, id))
            {
                images.push((content, image));
            }
            if images.len() >= RECORD {
                self.note(&mut images);
            }
        }
        self.note(&mut images);
        is_through
    }

    fn note(&self, images: &mut Vec<Image>) {
        if let Err(error) = self.near.add_images(images) {
            tracing::warn!(%error, "pictures are not told apart by their data");
        }
        images.clear();
    }

    /// Hashes these, those that are left at the end of this time excepted.
    fn hash_all(
        &self,
        files: &[FileId],
        pool: &Pool,
        until: Option<Instant>,
        done: &mut Done,
    ) -> Result<(), AppError> {
        let bytes = {
            let view = self.app.view();
            files
                .iter()
                .filter_map(|file| view.file(*file))
                .map(|row| row.size)
                .sum()
        };
        self.progress.set(0, bytes);
        let mut buffer = vec![0; BUFFER];
        let (mut waiting, mut missing) = (Vec::new(), Missing::default());
        let mut since = Instant::now();
        for file in files.iter().copied() {
            if until.is_some_and(|until| Instant::now() > until) {
                break;
            }
            if (self.stop)() {
                done.stopped = true;
                break;
            }
            match self.hash(file, pool, &mut buffer) {
                Ok(Some(sum)) => waiting.push(sum),
                // It changed, and is another pass's when a scan has seen it.
                Ok(None) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                    done.stopped = true;
                    break;
                }
                Err(error) => {
                    tracing::warn!(file = %file, %error, "a file was not hashed; it is tried again");
                    if may_heal(&error) {
                        let before = done.trouble.take().map_or(0, |(count, _)| count);
                        done.trouble = Some((before + 1, error.to_string()));
                    }
                }
            }
            if waiting.len() >= RECORD || since.elapsed() > PATIENCE {
                self.record(&mut waiting, &mut missing, done)?;
                since = Instant::now();
            }
        }
        self.record(&mut waiting, &mut missing, done)
    }

    fn record(
        &self,
        waiting: &mut Vec<HashedFile>,
        missing: &mut Missing,
        done: &mut Done,
    ) -> Result<(), AppError> {
        let hashed = std::mem::take(waiting);
        if !hashed.is_empty() {
            let mut images: Vec<Image> = hashed
                .iter()
                .filter_map(|file| Some((file.content, file.image?)))
                .collect();
            let pictures = self.missing_alike(&hashed, missing);
            self.note(&mut images);
            let checksums = hashed.iter().map(|file| (file.stamp, file.content)).collect();
            let command = Command::RecordChecksums(RecordChecksums { checksums, pictures });
            done.hashed += self.app.execute(Actor::System, &command)?.touched;
        }
        Ok(())
    }

    /// Of these files, which missing contents have the same picture.
    fn missing_alike(&self, hashed: &[HashedFile], missing: &mut Missing) -> Vec<(FileId, Vec<Checksum>)> {
        let known = |file: &HashedFile| Some((file.stamp.id, file.image??));
        let shown: Vec<(FileId, Checksum)> = hashed.iter().filter_map(known).collect();
        if !shown.is_empty() {
            self.look_for_missing(missing);
        }
        let of = |(id, image): (FileId, Checksum)| Some((id, missing.by_image.get(&image)?.clone()));
        shown.into_iter().filter_map(of).collect()
    }

    /// All image hashes are read for it, so only where something is missing that was not before.
    fn look_for_missing(&self, missing: &mut Missing) {
        let contents: FxHashSet<Checksum> = self.app.view().missing_contents().into_iter().collect();
        if contents.is_subset(&missing.contents) {
            return;
        }
        let images = self.near.images_of(&contents).unwrap_or_else(|error| {
            tracing::warn!(%error, "what is missing is not looked for by its pictures");
            FxHashMap::default()
        });
        missing.by_image.clear();
        for (content, image) in images {
            missing.by_image.entry(image).or_default().push(content);
        }
        missing.contents = contents;
    }

    /// A file to be read, if it is what was seen.
    fn open(&self, id: FileId) -> io::Result<Option<(File, FileStamp, File)>> {
        let seen = {
            let view = self.app.view();
            view.file(id).zip(view.file_path(id)).map(|(row, (_, path))| {
                let stamp = row.stamp(id);
                (stamp, path)
            })
        };
        let Some((stamp, path)) = seen else {
            return Ok(None);
        };
        let file = self.volume.open(&path)?;
        let again = file.try_clone()?;
        Ok(is_as(&file, &stamp)?.then_some((file, stamp, again)))
    }

    /// The hash of a file; `None` if it is not what was seen.
    fn hash(&self, id: FileId, pool: &Pool, buffer: &mut [u8]) -> io::Result<Option<HashedFile>> {
        let Some((mut file, stamp, again)) = self.open(id)? else {
            return Ok(None);
        };
        let content = content_of(&mut file, buffer, &mut |read| {
            self.progress.add(read);
            (self.stop)()
        })?;
        let image = match stamp.size {
            0 => None,
            _ => self.image(pool, &stamp, again, &name_of(self.app, id)),
        };
        Ok(is_as(&file, &stamp)?.then_some(HashedFile {
            stamp,
            content,
            image,
        }))
    }

    /// The hash of a file's picture, or that there is none; `None`: it is not known.
    fn image(&self, pool: &Pool, stamp: &FileStamp, file: File, name: &[u8]) -> Option<Option<Checksum>> {
        let again = file.try_clone().ok()?;
        image_of(pool, file, name, self.stop).filter(|_| is_as(&again, stamp).unwrap_or(false))
    }
}

/// What was missing when it was looked for last, and what of it has which picture. Some may be found by now.
#[derive(Default)]
struct Missing {
    contents: FxHashSet<Checksum>,
    by_image: FxHashMap<Checksum, Vec<Checksum>>,
}

/// A file that was hashed, and its picture where that is known.
struct HashedFile {
    stamp: FileStamp,
    content: Checksum,
    image: Option<Option<Checksum>>,
}

fn name_of(app: &App, id: FileId) -> Box<[u8]> {
    app.view()
        .file(id)
        .map(|row| Box::from(&*row.name))
        .unwrap_or_default()
}

/// The hash of a file from where it stands. `read` is told of each part, and may end it with [`io::ErrorKind::Interrupted`].
pub(super) fn content_of(
    file: &mut File,
    buffer: &mut [u8],
    read: &mut dyn FnMut(u64) -> bool,
) -> io::Result<Checksum> {
    let mut hasher = blake3::Hasher::new();
    loop {
        let part = file.read(buffer)?;
        if part == 0 {
            return Ok(Checksum::new(*hasher.finalize().as_bytes()));
        }
        hasher.update(buffer.get(..part).unwrap_or_default());
        if read(part as u64) {
            return Err(io::ErrorKind::Interrupted.into());
        }
    }
}

/// The hash of a file's picture, or that there is none; `None`: the parsers could not say.
pub(super) fn image_of(pool: &Pool, file: File, name: &[u8], stop: Stop<'_>) -> Option<Option<Checksum>> {
    let ext = String::from_utf8_lossy(name::split_extension(name).1).into_owned();
    let job = Job {
        ticket: 0,
        file: file.into(),
        ext,
    };
    match pool.image_hash(vec![job], stop).pop()?.1 {
        Hashed::Known(hash) => Some(Some(Checksum::new(hash))),
        Hashed::Impossible | Hashed::Unreadable { .. } => Some(None),
        Hashed::Unserved { .. } => None,
    }
}

pub(super) fn is_as(file: &File, stamp: &FileStamp) -> io::Result<bool> {
    let now = file.metadata()?;
    let mtime_ns = now
        .mtime()
        .saturating_mul(1_000_000_000)
        .saturating_add(now.mtime_nsec());
    Ok(now.len() == stamp.size && mtime_ns == stamp.mtime_ns)
}

const IOPRIO_WHO_PROCESS: libc::c_int = 1;
const IOPRIO_CLASS_IDLE: libc::c_int = 3 << 13;
const LOWEST_PRIORITY: libc::c_int = 19;

/// Puts the calling thread behind all others, for disk and processor. Where the
/// kernel refuses, it hashes all the same. Source: ioprio_set(2), setpriority(2):
/// on Linux both are a thread's own.
pub(super) fn give_others_precedence() {
    // SAFETY: the calls take numbers only; 0 names the calling thread.
    unsafe {
        libc::syscall(libc::SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_CLASS_IDLE);
        libc::setpriority(libc::PRIO_PROCESS, 0, LOWEST_PRIORITY);
    }
}
