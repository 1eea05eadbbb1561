//! Ports in memory.

use crate::event::Entry;
use crate::kernel::port::{Clock, Journal, Store, Zones};
use crate::kernel::{ErrorCode, PortError, Revision};
use crate::view::{Row, SetKind};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

/// A journal in memory that counts its flushes and can be told to fail.
#[derive(Default)]
pub struct FakeJournal {
    entries: Mutex<Vec<Entry>>,
    durable: AtomicU64,
    syncs: AtomicU64,
    appends_left: Mutex<Option<u64>>,
    sync_broken: AtomicBool,
}

impl FakeJournal {
    /// How often it was flushed.
    pub fn syncs(&self) -> u64 {
        self.syncs.load(Ordering::SeqCst)
    }

    /// Lets this many appends succeed, then none.
    pub fn fail_after(&self, appends: u64) {
        *self.appends_left.lock().unwrap() = Some(appends);
    }

    /// Makes every flush fail from now on.
    pub fn break_sync(&self) {
        self.sync_broken.store(true, Ordering::SeqCst);
    }

    /// Drops what was not flushed, as a power cut does.
    pub fn crash(&self) {
        let durable = usize::try_from(self.durable.load(Ordering::SeqCst)).unwrap();
        self.entries.lock().unwrap().truncate(durable);
    }
}

impl Journal for FakeJournal {
    fn append(&self, entry: &Entry) -> Result<Revision, PortError> {
        if let Some(left) = self.appends_left.lock().unwrap().as_mut() {
            *left = left
                .checked_sub(1)
                .ok_or_else(|| PortError::new(ErrorCode::Unavailable, "disk full"))?;
        }
        let mut entries = self.entries.lock().unwrap();
        entries.push(entry.clone());
        Ok(Revision::new(entries.len() as u64))
    }

    fn sync(&self, revision: Revision) -> Result<(), PortError> {
        let last = self.entries.lock().unwrap().len() as u64;
        assert!(
            revision.number() <= last,
            "sync of an entry that was not appended"
        );
        if self.sync_broken.load(Ordering::SeqCst) && revision > self.durable() {
            return Err(PortError::new(ErrorCode::Unavailable, "the disk failed"));
        }
        self.syncs.fetch_add(1, Ordering::SeqCst);
        self.durable.fetch_max(last, Ordering::SeqCst);
        Ok(())
    }

    fn last(&self) -> Revision {
        Revision::new(self.entries.lock().unwrap().len() as u64)
    }

    fn durable(&self) -> Revision {
        Revision::new(self.durable.load(Ordering::SeqCst))
    }

    fn replay(
        &self,
        after: Revision,
        each: &mut dyn FnMut(Revision, Entry) -> bool,
    ) -> Result<(), PortError> {
        let entries = self.entries.lock().unwrap().clone();
        let first = usize::try_from(after.number()).unwrap();
        for (at, entry) in entries.into_iter().enumerate().skip(first) {
            if !each(Revision::new(at as u64 + 1), entry) {
                break;
            }
        }
        Ok(())
    }
}

/// A store in memory: the last row of each key.
#[derive(Default)]
pub struct FakeStore {
    state: Mutex<(Revision, BTreeMap<String, Row>)>,
    broken: AtomicBool,
}

impl FakeStore {
    /// Makes the next writes fail, or work again.
    pub fn set_broken(&self, broken: bool) {
        self.broken.store(broken, Ordering::SeqCst);
    }

    fn key(row: &Row) -> String {
        match row {
            Row::Counters(_) => "counters".into(),
            Row::User(user) => format!("user {}", user.id),
            Row::Library(library) => format!("library {}", library.id),
            Row::Folder(folder) => format!("folder {}", folder.id),
            Row::Files(pack, _) => format!("files {pack}"),
            Row::Facts(pack, _) => format!("facts {pack}"),
            Row::Sidecars(id, _) => format!("sidecars {id}"),
            Row::Layers(pack, _) => format!("layers {pack}"),
            Row::Edits(pack, _) => format!("edits {pack}"),
            Row::Revisions(pack, _) => format!("revisions {pack}"),
            Row::Aliases(pack, _) => format!("aliases {pack}"),
            Row::Formers(pack, _) => format!("formers {pack}"),
            Row::Doubts(pack, _) => format!("doubts {pack}"),
            Row::Tag(id, _) => format!("tag {id}"),
            Row::Person(id, _) => format!("person {id}"),
            Row::Album(id, _) => format!("album {id}"),
            Row::Set(SetKind::TagAdded(id), chunk, _) => format!("tag added {id} {chunk}"),
            Row::Set(SetKind::TagSuppressed(id), chunk, _) => format!("tag suppressed {id} {chunk}"),
            Row::Set(SetKind::Album(id), chunk, _) => format!("album set {id} {chunk}"),
            Row::Set(SetKind::AlbumExcluded(id), chunk, _) => format!("album excluded {id} {chunk}"),
            Row::Collection(id, _) => format!("collection {id}"),
            Row::Claims(dir, sheaf, _) => format!("claims {dir:?} {sheaf}"),
            Row::Share(id, _) => format!("share {id}"),
            Row::Job(id, _) => format!("job {id}"),
            Row::Mount(id, _) => format!("mount {id}"),
            Row::Marks(pack, _) => format!("marks {pack}"),
        }
    }
}

impl Store for FakeStore {
    fn write(&self, revision: Revision, rows: Vec<Row>) -> Result<(), PortError> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(PortError::new(ErrorCode::Unavailable, "disk full"));
        }
        let mut state = self.state.lock().unwrap();
        state.0 = revision;
        for row in rows {
            state.1.insert(Self::key(&row), row);
        }
        Ok(())
    }

    fn applied(&self) -> Result<Revision, PortError> {
        Ok(self.state.lock().unwrap().0)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "it stands for an adapter, and those have threads"
    )]
    fn load(&self, each: &(dyn Fn(Row) + Sync)) -> Result<(), PortError> {
        let mut some: Vec<Row> = self.state.lock().unwrap().1.values().cloned().collect();
        let others = some.split_off(some.len() / 2);
        // As a real one may: from several threads, and not in the order of the keys.
        std::thread::scope(|scope| {
            scope.spawn(|| some.into_iter().for_each(each));
            others.into_iter().rev().for_each(each);
        });
        Ok(())
    }
}

/// A clock that moves one second each time it is asked.
#[derive(Default)]
pub struct FakeClock(AtomicI64);

impl Clock for FakeClock {
    fn now(&self) -> jiff::Timestamp {
        let second = 1_700_000_000 + self.0.fetch_add(1, Ordering::SeqCst);
        jiff::Timestamp::from_second(second).unwrap()
    }
}

/// A world of three zones: UTC, Europe/Berlin and Asia/Tokyo.
#[derive(Default)]
pub struct FakeZones;

impl Zones for FakeZones {
    fn zone(&self, name: &str) -> Option<jiff::tz::TimeZone> {
        let rule = match name {
            "Europe/Berlin" => "CET-1CEST,M3.5.0,M10.5.0/3",
            "Asia/Tokyo" => "JST-9",
            "UTC" => "UTC0",
            _ => return None,
        };
        jiff::tz::TimeZone::posix(rule).ok()
    }
}
