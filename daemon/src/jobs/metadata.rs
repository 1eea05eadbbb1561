//! The metadata job: what files say of themselves, read by the workers.
//!
//! A file and the sidecar that names it best are read together: which of them says
//! what is decided by the domain, and only it decides whose the sidecar is.
//!
//! Two threads open files and hand their descriptors to the pool, 64 at a time;
//! the job's own thread records the answers, some hundred an entry. A file that
//! the parser refuses, or that costs a worker, is recorded as unreadable with
//! the reason: it stays browsable, and a person who retries the job has it read
//! again. What another reader read, which may have known less, is read again behind all
//! others. What was read before and was rewritten is an entry by the program that wrote
//! it, so what several wrote is recorded apart. Whether it was edited or replaced by another photo is judged when it is
//! recorded; where only its bytes can tell, they are hashed first. One that cannot be opened is left for
//! the next scan, or for another turn of this job where that may help.

use super::Progress;
use super::facts::facts;
use super::hash::{BUFFER, content_of, image_of, is_as};
use super::tried::Tried;
use super::work::may_heal;
use crate::near::Near;
use crate::parse::{Job, Outcome, Pool};
use crate::storage::Volume;
use kphotos_domain::app::{App, AppError};
use kphotos_domain::catalog::{Evidence, Facts, is_kept};
use kphotos_domain::command::{Command, DoubtedBytes, RecordFacts};
use kphotos_domain::event::FileStamp;
use kphotos_domain::identity::{Actor, Tool};
use kphotos_domain::kernel::{Checksum, FileId, LibraryId, name};
use kphotos_domain::sidecar::{SidecarRead, SidecarStamp};
use kphotos_domain::view::View;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// Files a request to the pool: what its protocol takes at once.
const REQUEST: usize = 64;
/// Files an entry: few enough that the writer lock is held for some milliseconds.
const RECORD: usize = 256;

/// Tag names an entry: each may make a tag, and a line of the journal has a limit.
const NAMES: usize = 20_000;
/// Bytes of texts an entry, for the same limit.
const TEXTS: usize = 4 << 20;

/// What a metadata job needs.
pub(super) struct Metadata<'a> {
    pub(super) app: &'a App,
    pub(super) near: &'a Near,
    pub(super) pool: &'a Pool,
    pub(super) volume: &'a dyn Volume,
    pub(super) library: LibraryId,
    pub(super) feeders: usize,
    pub(super) progress: &'a Progress,
    pub(super) stop: &'a (dyn Fn() -> bool + Sync),
}

/// What it did.
#[derive(Default)]
pub(super) struct Done {
    pub(super) read: u64,
    pub(super) unreadable: u64,
    pub(super) not_opened: u64,
    pub(super) stopped: bool,
    /// How many files failed that may be read another time, and why the last did.
    pub(super) trouble: Option<(u64, String)>,
}

/// Why a file was not read.
struct NotRead {
    why: String,
    heals: bool,
}

/// A file to be read, and the sidecar that names it best.
struct Wanted {
    stamp: FileStamp,
    path: Vec<u8>,
    sidecar: Option<(SidecarStamp, Vec<u8>)>,
}

/// What a file says, and what the sidecar that names it best does.
struct Both {
    facts: Box<Facts>,
    tool: Tool,
    sidecar: Option<(SidecarRead, Tool)>,
}
type Answer = (FileStamp, Result<Both, NotRead>);

impl Metadata<'_> {
    /// Reads every file of the library that was not read since it changed, and then what another reader read; `tried`
    /// is told what was tried in vain.
    pub(super) fn run(&self, tried: &mut Tried) -> Result<Done, AppError> {
        let mut done = Done::default();
        let mut so_far = 0;
        loop {
            let (files, waiting) = tried.next_to_read(&self.app.view(), self.library);
            if !files.is_empty() {
                self.progress.set(so_far, so_far + waiting);
                self.read_all(&files, &mut done)?;
                so_far += files.len() as u64;
            }
            done.stopped = (self.stop)();
            if files.is_empty() || done.stopped {
                tried.keep(&self.app.view().without_facts(self.library));
                return Ok(done);
            }
        }
    }

    fn read_all(&self, files: &[FileId], done: &mut Done) -> Result<(), AppError> {
        let next = AtomicUsize::new(0);
        let (answers, answered) = mpsc::sync_channel::<Vec<Answer>>(4);
        std::thread::scope(|scope| {
            for _ in 0..self.feeders {
                let answers = answers.clone();
                scope.spawn(|| self.feed(files, &next, answers));
            }
            drop(answers);
            let mut waiting: Vec<(FileStamp, Both)> = Vec::new();
            let (mut names, mut texts) = (0, 0);
            // Owned, so that an early end lets go of feeders that wait to be heard.
            for batch in answered {
                self.progress.add(batch.len() as u64);
                for (stamp, answer) in batch {
                    match answer {
                        Ok(both) => {
                            done.unreadable += u64::from(both.facts.unreadable.is_some());
                            let said = both.sidecar.iter().map(|(read, _)| &read.facts);
                            for facts in said.chain([&both.facts]) {
                                let paths = facts.tag_paths.iter();
                                names += paths.map(|path| path.names().count()).sum::<usize>();
                                texts += text_bytes(facts);
                            }
                            texts += known_bytes(&self.app.view(), stamp.id);
                            waiting.push((stamp, both));
                            if names >= NAMES || texts >= TEXTS {
                                (names, texts) = (0, 0);
                                self.record(&mut waiting, done)?;
                            }
                        }
                        // Broken off: the job stays pending, and reads it after the restart.
                        Err(_) if (self.stop)() => {}
                        Err(NotRead { why, heals }) => {
                            tracing::warn!(file = %stamp.id, why, "a file was not read; it is tried again");
                            if heals {
                                let before = done.trouble.take().map_or(0, |(count, _)| count);
                                done.trouble = Some((before + 1, why));
                            } else {
                                done.not_opened += 1;
                            }
                        }
                    }
                }
                if waiting.len() >= RECORD {
                    (names, texts) = (0, 0);
                    self.record(&mut waiting, done)?;
                }
            }
            self.record(&mut waiting, done)
        })
    }

    fn record(&self, waiting: &mut Vec<(FileStamp, Both)>, done: &mut Done) -> Result<(), AppError> {
        let mut by_tool: BTreeMap<Tool, RecordFacts> = BTreeMap::new();
        let mut bytes = self.bytes_of_doubtful(waiting).unwrap_or_else(|| {
            // Broken off: no file is judged by half of what could be known. Those are read again.
            let view = self.app.view();
            waiting.retain(|(stamp, _)| view.doubt(stamp.id).is_none());
            FxHashMap::default()
        });
        {
            let view = self.app.view();
            for (stamp, both) in waiting.drain(..) {
                let tool = rewritten_by(&view, stamp.id, &both);
                let reads = by_tool.entry(tool).or_insert_with(|| RecordFacts {
                    bytes: Vec::new(),
                    facts: Vec::new(),
                    sidecars: Vec::new(),
                    tool,
                });
                let sidecar = both.sidecar.map(|(sidecar, _)| (stamp.id, sidecar));
                reads.sidecars.extend(sidecar);
                let bytes = bytes.remove(&stamp.id).map(|bytes| (stamp.id, bytes));
                reads.bytes.extend(bytes);
                reads.facts.push((stamp, both.facts));
            }
        }
        for reads in by_tool.into_values() {
            let command = Command::RecordFacts(reads);
            done.read += self.app.execute(Actor::System, &command)?.touched;
        }
        Ok(())
    }

    /// What the bytes of files in doubt are, where that decides: of those that may have another photo's, all of
    /// them; of those that then seem to be another picture, the picture's before and now. `None` if it has to stop.
    fn bytes_of_doubtful(&self, waiting: &[(FileStamp, Both)]) -> Option<FxHashMap<FileId, DoubtedBytes>> {
        let mut all: FxHashMap<FileId, DoubtedBytes> = FxHashMap::default();
        let mut buffer = Vec::new();
        for stamp in self.perhaps_of_others(waiting) {
            buffer.resize(BUFFER, 0);
            all.entry(stamp.id).or_default().content = self.content_now(&stamp, &mut buffer);
        }
        if (self.stop)() {
            return None;
        }
        let doubtful: Vec<(FileStamp, Checksum)> = {
            let view = self.app.view();
            let before = |(stamp, both): &(FileStamp, Both)| {
                let doubt = view.doubt(stamp.id)?;
                let file = view.file(stamp.id)?;
                let content = file.checksum.or_else(|| all.get(&stamp.id)?.content);
                let now = Evidence::of_read(&both.facts);
                let seems_another = !is_kept(&view, file.asset, (&doubt.evidence, &now), content);
                Some((*stamp, doubt.checksum.filter(|_| seems_another)?))
            };
            waiting.iter().filter_map(before).collect()
        };
        let contents = doubtful.iter().map(|(_, before)| *before).collect();
        let known = self.near.images_of(&contents).unwrap_or_else(|error| {
            tracing::warn!(%error, "files that changed are not told by their pictures");
            FxHashMap::default()
        });
        for (stamp, content) in doubtful {
            if let Some(before) = known.get(&content)
                && let Some(now) = self.image_now(&stamp)
            {
                all.entry(stamp.id).or_default().images = Some([*before, now]);
            }
        }
        (!(self.stop)()).then_some(all)
    }

    /// Files in doubt, not hashed since, that may have the bytes of another photo: few, so that those are read
    /// whole here. They have the size of another that is known, or do not say when they were taken, so that
    /// nothing else tells them apart.
    fn perhaps_of_others(&self, waiting: &[(FileStamp, Both)]) -> Vec<FileStamp> {
        let view = self.app.view();
        let is_open = |stamp: &FileStamp| {
            let is_hashed = view.file(stamp.id).is_none_or(|row| row.checksum.is_some());
            !is_hashed && view.doubt(stamp.id).is_some_and(|doubt| doubt.checksum.is_some())
        };
        let open: Vec<&(FileStamp, Both)> = waiting.iter().filter(|(stamp, _)| is_open(stamp)).collect();
        if open.is_empty() {
            return Vec::new();
        }
        let sizes = view.known_sizes(&open.iter().map(|(stamp, _)| stamp.size).collect());
        let may_be = |(stamp, both): &&(FileStamp, Both)| {
            let is_as_large = sizes.get(&stamp.size).is_some_and(|only| *only != Some(stamp.id));
            is_as_large || Evidence::of_read(&both.facts).taken.is_none()
        };
        let some = open.into_iter().filter(|read| may_be(read));
        some.map(|(stamp, _)| *stamp).collect()
    }

    /// The hash of a file, if it is what was read.
    fn content_now(&self, stamp: &FileStamp, buffer: &mut [u8]) -> Option<Checksum> {
        let path = self.app.view().file_path(stamp.id)?.1;
        let mut file = self.volume.open(&path).ok()?;
        let content = content_of(&mut file, buffer, &mut |_| (self.stop)()).ok()?;
        is_as(&file, stamp).unwrap_or(false).then_some(content)
    }

    /// The picture in a file, if it is what was read.
    fn image_now(&self, stamp: &FileStamp) -> Option<Checksum> {
        let path = self.app.view().file_path(stamp.id)?.1;
        let file = self.volume.open(&path).ok()?;
        let again = file.try_clone().ok()?;
        let image = image_of(self.pool, file, &path, self.stop)??;
        is_as(&again, stamp).unwrap_or(false).then_some(image)
    }

    /// Takes batches until there are none, or it has to stop.
    fn feed(&self, files: &[FileId], next: &AtomicUsize, answers: mpsc::SyncSender<Vec<Answer>>) {
        while !(self.stop)() {
            let first = next.fetch_add(REQUEST, Ordering::Relaxed);
            let batch = files
                .get(first..files.len().min(first + REQUEST))
                .unwrap_or_default();
            if batch.is_empty() || answers.send(self.read(batch)).is_err() {
                return;
            }
        }
    }

    fn read(&self, batch: &[FileId]) -> Vec<Answer> {
        let wanted: Vec<Wanted> = {
            let view = self.app.view();
            let wanted = |file: &FileId| {
                let row = view.file(*file)?;
                let stamp = row.stamp(*file);
                let path = view.file_path(*file)?.1;
                let sidecar = view.sidecar_for(*file).map(|stamp| {
                    let folder = path.len() - row.name.len();
                    let beside = [path.get(..folder).unwrap_or_default(), &stamp.name].concat();
                    (stamp.clone(), beside)
                });
                Some(Wanted { stamp, path, sidecar })
            };
            batch.iter().filter_map(wanted).collect()
        };
        let mut jobs = Vec::with_capacity(wanted.len());
        // A file's ticket is twice its place, its sidecar's one more.
        let (mut own, mut beside): (Outcomes, Outcomes) = Default::default();
        let all = wanted.iter().zip((0..).step_by(2));
        for (Wanted { path, sidecar, .. }, ticket) in all {
            let sidecar = sidecar.as_ref().map(|(_, path)| (path, ticket + 1));
            for (path, ticket) in [Some((path, ticket)), sidecar].into_iter().flatten() {
                match self.volume.open(path) {
                    Ok(file) => {
                        let (_, ext) = name::split_extension(path);
                        let ext = String::from_utf8_lossy(ext).into_owned();
                        let file = file.into();
                        jobs.push(Job { ticket, file, ext });
                    }
                    Err(error) => {
                        let (why, heals) = (error.to_string(), may_heal(&error));
                        let outcomes = if ticket % 2 == 0 { &mut own } else { &mut beside };
                        outcomes.insert(ticket, Err(NotRead { why, heals }));
                    }
                }
            }
        }
        for (ticket, outcome) in self.pool.read(jobs, self.stop) {
            let outcomes = if ticket % 2 == 0 { &mut own } else { &mut beside };
            outcomes.insert(ticket, Ok(outcome));
        }
        let answer = |(Wanted { stamp, sidecar, .. }, ticket): (Wanted, u64)| {
            let (tool, read) = told_by(own.remove(&ticket)?);
            let read = read.and_then(facts_of);
            let sidecar = sidecar.and_then(|(stamp, _)| Some((stamp, beside.remove(&(ticket + 1))?)));
            let sidecar = sidecar
                .map(|(stamp, outcome)| {
                    let (tool, outcome) = told_by(outcome);
                    Ok((sidecar_of(stamp, outcome)?, tool))
                })
                .transpose();
            let both = |facts| {
                let sidecar = sidecar?;
                Ok(Both { facts, tool, sidecar })
            };
            Some((stamp, read.and_then(both)))
        };
        wanted
            .into_iter()
            .zip((0..).step_by(2))
            .filter_map(answer)
            .collect()
    }
}

/// What became of reading, by ticket.
type Outcomes = FxHashMap<u64, Result<Outcome, NotRead>>;

/// Which program an outcome says wrote what was read.
fn told_by(outcome: Result<Outcome, NotRead>) -> (Tool, Result<Outcome, NotRead>) {
    let tool = match &outcome {
        Ok(Outcome::Read(record)) => Tool::named_in(record.programs.iter().map(String::as_str)),
        Ok(Outcome::Failed { .. } | Outcome::Unreadable { .. } | Outcome::Unserved { .. }) | Err(_) => {
            Tool::Unknown
        }
    };
    (tool, outcome)
}

/// Which program rewrote what was read before: of the file if that has new bytes, else of
/// its sidecar. What is read for the first time nobody rewrote.
fn rewritten_by(view: &View, file: FileId, both: &Both) -> Tool {
    let row = view.file(file);
    if row.is_none_or(|row| view.facts(row.asset).is_none()) {
        return Tool::Unknown;
    }
    match &both.sidecar {
        _ if view.doubt(file).is_some() => both.tool,
        Some((_, tool)) => *tool,
        None => Tool::Unknown,
    }
}

/// Bytes of what facts say in words.
fn text_bytes(facts: &Facts) -> usize {
    let texts = [&facts.title, &facts.description, &facts.label];
    texts.into_iter().flatten().map(|text| text.len()).sum()
}

/// The same of what is known of a file's photo: it may go into the entry too.
fn known_bytes(view: &View, file: FileId) -> usize {
    let facts = view.file(file).and_then(|row| view.facts(row.asset));
    facts.map_or(0, |facts| {
        let texts = [facts.title(), facts.description(), facts.label()];
        texts.into_iter().flatten().map(str::len).sum()
    })
}

/// What was read of a sidecar. One that will not be readable another time costs
/// only itself: it says nothing, but why.
fn sidecar_of(stamp: SidecarStamp, outcome: Result<Outcome, NotRead>) -> Result<SidecarRead, NotRead> {
    let unreadable = |why: String| {
        Box::new(Facts {
            unreadable: Some(why.into()),
            ..Facts::default()
        })
    };
    let (for_extension, facts) = match outcome {
        Ok(Outcome::Read(mut record)) => {
            let for_extension = record.for_extension.take().map(Into::into);
            // The sidecar's own type is not the photo's.
            record.mime = None;
            let present = record.present.unwrap_or_default();
            let mut facts = facts(*record);
            // What is there and empty takes away what the file says.
            for (text, is_there) in [
                (&mut facts.title, present.title),
                (&mut facts.description, present.description),
                (&mut facts.label, present.label),
            ] {
                if is_there && text.is_none() {
                    *text = Some(Box::default());
                }
            }
            (for_extension, Box::new(facts))
        }
        Ok(outcome) => (None, facts_of(outcome)?),
        Err(NotRead { why, heals: false }) => (None, unreadable(why)),
        Err(not_read) => return Err(not_read),
    };
    Ok(SidecarRead {
        stamp,
        for_extension,
        facts,
    })
}

fn facts_of(outcome: Outcome) -> Result<Box<Facts>, NotRead> {
    match outcome {
        Outcome::Read(record) => Ok(Box::new(facts(*record))),
        Outcome::Failed { reason } | Outcome::Unreadable { reason } => Ok(Box::new(Facts {
            unreadable: Some(reason.into()),
            ..Facts::default()
        })),
        Outcome::Unserved { reason } => Err(NotRead {
            why: reason,
            heals: true,
        }),
    }
}
