//! The metadata job: what files say of themselves, read by the workers.
//!
//! Two threads open files and hand their descriptors to the pool, 64 at a time;
//! the job's own thread records the answers, some hundred an entry. A file that
//! the parser refuses, or that costs a worker, is recorded as unreadable with
//! the reason: it stays browsable, and a person who retries the job has it read
//! again. One that cannot be opened is left for the next scan, or for another turn
//! of this job where that may help.

use super::Progress;
use super::work::may_heal;
use crate::parse::{FaceRecord, FactsRecord, Job, Outcome, Pool, TakenRecord};
use crate::storage::Volume;
use kphotos_domain::app::{App, AppError};
use kphotos_domain::catalog::{Camera, Exposure, Facts, Location};
use kphotos_domain::command::{Command, RecordFacts};
use kphotos_domain::event::FileStamp;
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::{FileId, LibraryId, Precision, Taken, TakenSource, name};
use kphotos_domain::organization::{FaceBox, FaceKind, ReadFace, TagPath};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

/// Files a request to the pool: what its protocol takes at once.
const REQUEST: usize = 64;
/// Files an entry: few enough that the writer lock is held for some milliseconds.
const RECORD: usize = 256;

/// Tags taken of one file: more are no person's work.
const MOST_TAGS: usize = 256;
/// Tag names an entry: each may make a tag, and a line of the journal has a limit.
const NAMES: usize = 20_000;

/// What a metadata job needs.
pub(super) struct Metadata<'a> {
    pub(super) app: &'a App,
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

/// A file to be read.
struct Wanted {
    stamp: FileStamp,
    path: Vec<u8>,
}

type Answer = (FileStamp, Result<Box<Facts>, NotRead>);

impl Metadata<'_> {
    /// Reads every file of the library that was not read since it changed.
    pub(super) fn run(&self) -> Result<Done, AppError> {
        let mut done = Done::default();
        let mut tried = BTreeSet::new();
        loop {
            // While it reads, a person may ask for unreadable files to be read again.
            let mut files = self.app.view().without_facts(self.library);
            files.retain(|file| tried.insert(*file));
            if !files.is_empty() {
                self.read_all(&files, &mut done)?;
            }
            done.stopped = (self.stop)();
            if files.is_empty() || done.stopped {
                return Ok(done);
            }
        }
    }

    fn read_all(&self, files: &[FileId], done: &mut Done) -> Result<(), AppError> {
        self.progress.set(0, files.len() as u64);
        let next = AtomicUsize::new(0);
        let (answers, answered) = mpsc::sync_channel::<Vec<Answer>>(4);
        std::thread::scope(|scope| {
            for _ in 0..self.feeders {
                let answers = answers.clone();
                scope.spawn(|| self.feed(files, &next, answers));
            }
            drop(answers);
            let mut waiting: Vec<(FileStamp, Box<Facts>)> = Vec::new();
            let mut names = 0;
            // Owned, so that an early end lets go of feeders that wait to be heard.
            for batch in answered {
                self.progress.add(batch.len() as u64);
                for (stamp, answer) in batch {
                    match answer {
                        Ok(facts) => {
                            done.unreadable += u64::from(facts.unreadable.is_some());
                            names += facts
                                .tag_paths
                                .iter()
                                .map(|path| path.names().count())
                                .sum::<usize>();
                            waiting.push((stamp, facts));
                            if names >= NAMES {
                                names = 0;
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
                    names = 0;
                    self.record(&mut waiting, done)?;
                }
            }
            self.record(&mut waiting, done)
        })
    }

    fn record(&self, waiting: &mut Vec<(FileStamp, Box<Facts>)>, done: &mut Done) -> Result<(), AppError> {
        let facts = std::mem::take(waiting);
        if !facts.is_empty() {
            let command = Command::RecordFacts(RecordFacts { facts });
            done.read += self.app.execute(Actor::System, &command)?.touched;
        }
        Ok(())
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
                let stamp = FileStamp {
                    id: *file,
                    size: row.size,
                    mtime_ns: row.mtime_ns,
                    ino: row.ino,
                };
                Some(Wanted {
                    stamp,
                    path: view.file_path(*file)?.1,
                })
            };
            batch.iter().filter_map(wanted).collect()
        };
        let mut answers = Vec::with_capacity(wanted.len());
        let mut jobs = Vec::with_capacity(wanted.len());
        let mut stamps = Vec::with_capacity(wanted.len());
        for Wanted { stamp, path } in wanted {
            match self.volume.open(&path) {
                Ok(file) => {
                    let (_, ext) = name::split_extension(&path);
                    let ext = String::from_utf8_lossy(ext).into_owned();
                    jobs.push(Job {
                        ticket: stamps.len() as u64,
                        file: file.into(),
                        ext,
                    });
                    stamps.push(stamp);
                }
                Err(error) => {
                    let (why, heals) = (error.to_string(), may_heal(&error));
                    answers.push((stamp, Err(NotRead { why, heals })));
                }
            }
        }
        for (ticket, outcome) in self.pool.read(jobs) {
            let stamp = usize::try_from(ticket).ok().and_then(|at| stamps.get(at));
            if let Some(stamp) = stamp {
                answers.push((*stamp, facts_of(outcome)));
            }
        }
        answers
    }
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

/// The domain's facts of a worker's record; what makes no sense is left out.
fn facts(record: FactsRecord) -> Facts {
    let text = |text: Option<String>| text.map(String::into_boxed_str);
    let location = record.latitude.zip(record.longitude).and_then(|(lat, lon)| {
        Location::from_degrees(lat, lon, record.altitude)
            .or_else(|_| Location::from_degrees(lat, lon, None))
            .ok()
    });
    let camera = Camera {
        make: text(record.make),
        model: text(record.model),
        lens: text(record.lens),
        serial: text(record.serial),
    };
    let exposure = Exposure {
        iso: record.iso,
        f_number: record.f_number,
        time: record.exposure_seconds,
        focal_length: record.focal_mm,
    };
    let tag = |names: &Vec<String>| TagPath::from_names(names.iter().map(String::as_str)).ok();
    Facts {
        mime: text(record.mime),
        width: record.width,
        height: record.height,
        orientation: record.orientation.filter(|turn| (1..=8).contains(turn)),
        duration_ms: record.duration_ms.and_then(|ms| u32::try_from(ms).ok()),
        taken: record.taken.as_ref().and_then(taken),
        title: text(record.title),
        description: text(record.description),
        rating: record.rating.filter(|rating| (-1..=5).contains(rating)),
        label: text(record.label),
        location,
        camera: (camera != Camera::default()).then(|| Arc::new(camera)),
        exposure: (exposure != Exposure::default()).then(|| Box::new(exposure)),
        tag_paths: record.tags.iter().take(MOST_TAGS).filter_map(tag).collect(),
        tags: Vec::new(),
        face_reads: record.faces.into_iter().filter_map(face).collect(),
        faces: Vec::new(),
        person_names: record.persons.into_iter().map(String::into_boxed_str).collect(),
        persons: Vec::new(),
        unreadable: None,
    }
}

/// A face of a worker's record; one that has no box, or is of a kind that nobody knows, is none.
fn face(record: FaceRecord) -> Option<ReadFace> {
    Some(ReadFace {
        kind: FaceKind::parse(&record.kind).ok()?,
        at: FaceBox::new(record.x, record.y, record.w, record.h).ok()?,
        name: record.name.map(String::into_boxed_str),
    })
}

fn taken(record: &TakenRecord) -> Option<Taken> {
    let source = TakenSource::parse(&record.source).unwrap_or(TakenSource::Other);
    let mut taken = Taken::parse(&record.local, source).ok()?;
    taken.offset_minutes = record.offset_minutes;
    if record.date_only {
        taken.precision = Precision::Day;
    }
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_becomes_facts_and_nonsense_is_left_out() {
        let record = FactsRecord {
            taken: Some(TakenRecord {
                local: "2024-06-15T10:30:05.250".into(),
                offset_minutes: Some(120),
                source: "exif:DateTimeOriginal".into(),
                date_only: false,
            }),
            rating: Some(9),
            orientation: Some(0),
            latitude: Some(91.0),
            longitude: Some(0.0),
            model: Some("Pixel".into()),
            faces: [("Face", 0.5), ("Landmark", 0.5), ("Pet", 1.5), ("focus", 0.5)]
                .map(|(kind, x)| FaceRecord {
                    name: Some("Anna".into()),
                    kind: kind.into(),
                    x,
                    y: 0.5,
                    w: 0.1,
                    h: 0.1,
                })
                .into(),
            tags: vec![vec!["travel".into(), "a/b".into()], vec![String::new()]],
            ..FactsRecord::default()
        };
        let facts = facts(record);
        assert_eq!(facts.taken.unwrap().to_string(), "2024-06-15T10:30:05.25+02:00");
        assert_eq!(facts.taken.unwrap().source, TakenSource::ExifOriginal);
        assert_eq!(
            (facts.rating, facts.orientation, facts.location),
            (None, None, None)
        );
        assert_eq!(facts.tag_paths.len(), 1);
        let kinds: Vec<FaceKind> = facts.face_reads.iter().map(|face| face.kind).collect();
        assert_eq!(kinds, [FaceKind::Face, FaceKind::Focus]);
        assert!(facts.exposure.is_none() && facts.camera.is_some());
    }
}
