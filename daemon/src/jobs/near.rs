//! The near job: looks at pictures that nobody looked at, then compares them with all.
//!
//! It is for idle moments: its threads, and the parsers that they start for themselves, are in the idle I/O class and of
//! the lowest CPU priority. A few pictures, such as just came, are looked at by the parsers that are there. A picture is looked at while its file is what was hashed, or left for the
//! next scan; one that cannot be decoded is noted as such and not tried again, unless a person starts the job.
//! Comparing is of all libraries; broken off, it begins again with what was looked at.

use super::Progress;
use super::hash::{give_others_precedence, is_as};
use super::work::{StartPool, may_heal};
use crate::near::{Look as Looked, Near, NearError, Seen};
use crate::parse::{self, Job, ParseError, Pool};
use crate::storage::Volume;
use kphotos_domain::app::App;
use kphotos_domain::catalog::near::{PictureHash, Trims};
use kphotos_domain::event::FileStamp;
use kphotos_domain::kernel::{AssetId, Checksum, LibraryId, name};
use std::fmt;
use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

/// Files a request: each may take a second, and the job gives way between two requests.
const REQUEST: usize = 8;

/// Up to so many pictures are no reason to start parsers.
const FEW: usize = 64;

/// The parsers that a job started, so that they can be broken off.
#[derive(Default)]
pub(super) struct Looking(Mutex<Option<Arc<Pool>>>);

impl Looking {
    /// Breaks off what they do.
    pub(super) fn close(&self) {
        if let Some(pool) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            pool.close();
        }
    }

    pub(super) fn put(&self, pool: Option<Arc<Pool>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = pool;
    }
}

/// What a near job needs.
pub(super) struct Look<'a> {
    pub(super) app: &'a App,
    pub(super) near: &'a Near,
    /// The parsers that are there.
    pub(super) pool: &'a Pool,
    pub(super) start_pool: &'a StartPool,
    pub(super) looking: &'a Looking,
    pub(super) volume: &'a dyn Volume,
    pub(super) library: LibraryId,
    /// Whether to try again what could not be decoded.
    pub(super) again: bool,
    pub(super) progress: &'a Progress,
    pub(super) stop: &'a (dyn Fn() -> bool + Sync),
}

/// Why it could not be done.
#[derive(Debug, thiserror::Error)]
pub(super) enum LookError {
    /// The cache fails.
    #[error(transparent)]
    Store(#[from] NearError),
    /// There are no parsers.
    #[error(transparent)]
    Parsers(#[from] ParseError),
}

/// What it did.
#[derive(Default)]
pub(super) struct Done {
    looked: u64,
    plain: u64,
    undecoded: u64,
    left: u64,
    pub(super) stopped: bool,
    /// How many files failed that may be read another time, and why the last did.
    pub(super) trouble: Option<(u64, String)>,
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} pictures looked at", self.looked)?;
        for (count, what) in [
            (self.plain, "too even to compare"),
            (self.undecoded, "could not be decoded"),
            (self.left, "left for the next scan"),
        ] {
            if count > 0 {
                write!(f, ", {count} {what}")?;
            }
        }
        Ok(())
    }
}

/// A picture to look at.
struct Wanted {
    stamp: FileStamp,
    path: Vec<u8>,
    content: Checksum,
}

/// What became of a picture.
enum Answer {
    Seen(Box<Looked>),
    /// Its file is not what was hashed, or not there.
    Left,
    /// It may be read another time.
    Trouble(String),
}

impl Look<'_> {
    /// Looks at every picture of the library that nobody looked at, and compares.
    pub(super) fn run(&self) -> Result<Done, LookError> {
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().name("near".into());
            let job = || {
                // Threads and parsers started from here inherit it.
                give_others_precedence();
                self.look_and_compare()
            };
            let no_thread = || {
                LookError::Parsers(ParseError::Refused {
                    reason: "there is no thread to run it on".to_owned(),
                })
            };
            let looking = thread.spawn_scoped(scope, job).map_err(|_| no_thread())?;
            looking.join().unwrap_or_else(|_| Err(no_thread()))
        })
    }

    fn look_and_compare(&self) -> Result<Done, LookError> {
        let mut done = Done::default();
        let unseen = self.near.unseen(self.app, self.library, self.again)?;
        self.progress.set(0, unseen.len() as u64);
        if (1..=FEW).contains(&unseen.len()) {
            self.look_at(&unseen, self.pool, &mut done)?;
        } else if !unseen.is_empty() {
            let pool = Arc::new((self.start_pool)()?);
            self.looking.put(Some(pool.clone()));
            let looked = self.look_at(&unseen, &pool, &mut done);
            self.looking.put(None);
            looked?;
        }
        if !(self.stop)() && self.near.compare(self.stop)?.is_some() {
            return Ok(done);
        }
        done.stopped = true;
        Ok(done)
    }

    fn look_at(&self, unseen: &[AssetId], pool: &Pool, done: &mut Done) -> Result<(), LookError> {
        self.near.open_looks()?;
        let next = AtomicUsize::new(0);
        let (answers, answered) = mpsc::sync_channel::<Vec<Answer>>(4);
        std::thread::scope(|scope| {
            for _ in 0..pool.workers() {
                let answers = answers.clone();
                scope.spawn(|| self.feed(unseen, &next, pool, answers));
            }
            drop(answers);
            // Owned, so that an early end lets go of feeders that wait to be heard.
            for batch in answered {
                self.progress.add(batch.len() as u64);
                let mut new = Vec::with_capacity(batch.len());
                for answer in batch {
                    match answer {
                        Answer::Seen(look) => {
                            let count = match look.seen {
                                Seen::Signs(..) => &mut done.looked,
                                Seen::Plain => &mut done.plain,
                                Seen::Undecoded => &mut done.undecoded,
                            };
                            *count += 1;
                            new.push(*look);
                        }
                        Answer::Left => done.left += 1,
                        // Broken off: the job stays pending, and looks at it after the restart.
                        Answer::Trouble(_) if (self.stop)() => {}
                        Answer::Trouble(why) => {
                            let before = done.trouble.take().map_or(0, |(count, _)| count);
                            done.trouble = Some((before + 1, why));
                        }
                    }
                }
                self.near.add(&new)?;
            }
            Ok(())
        })
    }

    /// Takes batches until there are none, or it has to stop.
    fn feed(
        &self,
        unseen: &[AssetId],
        next: &AtomicUsize,
        pool: &Pool,
        answers: mpsc::SyncSender<Vec<Answer>>,
    ) {
        while !(self.stop)() {
            let first = next.fetch_add(REQUEST, Ordering::Relaxed);
            let batch = unseen
                .get(first..unseen.len().min(first + REQUEST))
                .unwrap_or_default();
            if batch.is_empty() || answers.send(self.look(batch, pool)).is_err() {
                return;
            }
        }
    }

    fn look(&self, batch: &[AssetId], pool: &Pool) -> Vec<Answer> {
        let mut answers = Vec::with_capacity(batch.len());
        let (mut jobs, mut asked) = (Vec::new(), Vec::new());
        for (asset, ticket) in batch.iter().zip(0..) {
            let opened = match self.wanted(*asset) {
                Some(wanted) => self.open(&wanted).map(|files| files.zip(Some(wanted))),
                None => Ok(None),
            };
            match opened {
                Ok(Some(((file, again), wanted))) => {
                    let (_, ext) = name::split_extension(&wanted.path);
                    let ext = String::from_utf8_lossy(ext).into_owned();
                    let file = file.into();
                    jobs.push(Job { ticket, file, ext });
                    asked.push((wanted, again));
                }
                Ok(None) => answers.push(Answer::Left),
                Err(error) if may_heal(&error) => answers.push(Answer::Trouble(error.to_string())),
                Err(_) => answers.push(Answer::Left),
            }
        }
        let looked = pool.look(jobs, self.stop).into_iter().zip(asked);
        answers.extend(looked.map(|((_, looked), (wanted, file))| seen(&wanted, &file, looked)));
        answers
    }

    /// What a photo looks like by now; `None` if it cannot be compared any more.
    fn wanted(&self, asset: AssetId) -> Option<Wanted> {
        let view = self.app.view();
        let (file, content) = view.picture(asset)?;
        let row = view.file(file)?;
        let stamp = row.stamp(file);
        let (_, path) = view.file_path(file)?;
        Some(Wanted { stamp, path, content })
    }

    /// The file, twice, if it is what was hashed.
    fn open(&self, wanted: &Wanted) -> io::Result<Option<(File, File)>> {
        let file = self.volume.open(&wanted.path)?;
        let again = file.try_clone()?;
        Ok(is_as(&file, &wanted.stamp)?.then_some((file, again)))
    }
}

fn seen(wanted: &Wanted, file: &File, looked: parse::Looked) -> Answer {
    match is_as(file, &wanted.stamp) {
        Ok(true) => {}
        Ok(false) => return Answer::Left,
        Err(error) => return Answer::Trouble(error.to_string()),
    }
    let seen = match looked {
        parse::Looked::Signs(looks) => {
            let mut hashes = looks
                .iter()
                .map(|rows| PictureHash::of_signs(|u, v| rows.get(v).is_some_and(|row| row >> u & 1 == 1)));
            let whole = hashes.next();
            let trims = <Trims>::try_from(hashes.collect::<Vec<_>>());
            let Some((whole, trims)) = whole.zip(trims.ok()) else {
                let reason = format!("the parser tells {} looks of it", looks.len());
                return Answer::Trouble(reason);
            };
            Seen::Signs(whole, trims)
        }
        parse::Looked::Plain => Seen::Plain,
        parse::Looked::Undecoded { reason } => {
            let path = String::from_utf8_lossy(&wanted.path);
            tracing::debug!(file = %wanted.stamp.id, %path, reason, "a picture is not compared");
            Seen::Undecoded
        }
        parse::Looked::Unserved { reason } => return Answer::Trouble(reason),
    };
    let content = wanted.content;
    Answer::Seen(Box::new(Looked { content, seen }))
}
