//! Group commit: how many fdatasync calls there are, and that none is saved that was needed.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use super::payload;
use super::sim::SimDisk;
use crate::journal::disk::{Disk, DiskFile};
use crate::journal::file::RealDisk;
use crate::journal::{Journal, JournalError, Options};

/// A disk that counts fdatasync, and on which each one can be held up.
struct Watched<D> {
    disk: D,
    watch: Arc<Watch>,
}

#[derive(Default)]
struct Watch {
    syncs: AtomicUsize,
    running: AtomicUsize,
    /// Each sync announces itself here and waits for the word, if there is a gate.
    gate: Mutex<Option<(Sender<()>, Receiver<()>)>>,
}

impl<D: Disk + 'static> Watched<D> {
    fn open(disk: D, options: &Options) -> (Journal, Arc<Watch>) {
        let watch = Arc::<Watch>::default();
        let disk = Self {
            disk,
            watch: Arc::clone(&watch),
        };
        let (journal, _) = Journal::open_on(Arc::new(disk), options, None).unwrap();
        watch.syncs.store(0, Ordering::SeqCst);
        (journal, watch)
    }

    fn file(&self, file: Arc<dyn DiskFile>) -> Arc<dyn DiskFile> {
        Arc::new(WatchedFile {
            file,
            watch: Arc::clone(&self.watch),
        })
    }
}

impl<D: Disk + 'static> Disk for Watched<D> {
    fn list(&self) -> io::Result<Vec<String>> {
        self.disk.list()
    }
    fn open(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        self.disk.open(name).map(|file| self.file(file))
    }
    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        self.disk.create(name).map(|file| self.file(file))
    }
    fn sync_dir(&self) -> io::Result<()> {
        self.disk.sync_dir()
    }
}

struct WatchedFile {
    file: Arc<dyn DiskFile>,
    watch: Arc<Watch>,
}

impl DiskFile for WatchedFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.file.write_at(bytes, offset)
    }
    fn set_len(&self, bytes: u64) -> io::Result<()> {
        self.file.set_len(bytes)
    }
    fn sync_data(&self) -> io::Result<()> {
        assert_eq!(
            self.watch.running.fetch_add(1, Ordering::SeqCst),
            0,
            "two at once"
        );
        self.watch.syncs.fetch_add(1, Ordering::SeqCst);
        if let Some((begun, go)) = &*self.watch.gate.lock().unwrap() {
            begun.send(()).unwrap();
            go.recv().unwrap();
        }
        let outcome = self.file.sync_data();
        self.watch.running.fetch_sub(1, Ordering::SeqCst);
        outcome
    }
    fn drop_cache(&self) {
        self.file.drop_cache();
    }
}

#[test]
fn a_single_thread_has_one_fdatasync_an_append() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, watch) = Watched::open(RealDisk::new(dir.path()).unwrap(), &Options::default());
    for n in 0..100 {
        let revision = journal.append(&payload(n, 10)).unwrap();
        journal.sync(revision).unwrap();
        journal.sync(revision).unwrap();
    }
    assert_eq!(watch.syncs.load(Ordering::SeqCst), 100);
}

#[test]
fn eight_threads_lose_nothing_and_sync_at_most_once_an_append() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options {
        segment_bytes: 20_000,
        ..Options::default()
    };
    let (journal, watch) = Watched::open(RealDisk::new(dir.path()).unwrap(), &options);
    thread::scope(|scope| {
        for thread in 0..8 {
            let journal = &journal;
            scope.spawn(move || {
                for n in 0..200 {
                    let revision = journal.append(&payload(thread * 1_000 + n, 10)).unwrap();
                    journal.sync(revision).unwrap();
                    assert!(journal.durable() >= revision);
                }
            });
        }
    });
    assert!(watch.syncs.load(Ordering::SeqCst) <= 1_600);
    drop(journal);
    let (journal, recovery) = Journal::open(dir.path(), options).unwrap();
    assert_eq!((recovery.last, recovery.torn_bytes), (1_600, 0));
    let mut next = [0; 8];
    for line in super::lines(&journal, 0) {
        let value: serde_json::Value = serde_json::from_slice(&line.payload).unwrap();
        let n = value["n"].as_u64().unwrap() as usize;
        assert_eq!(n % 1_000, next[n / 1_000], "each thread's lines are in its order");
        next[n / 1_000] += 1;
    }
    assert_eq!(next, [200; 8]);
}

#[test]
fn lines_that_are_written_before_a_sync_begins_share_it() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, watch) = Watched::open(RealDisk::new(dir.path()).unwrap(), &Options::default());
    let together = Barrier::new(8);
    thread::scope(|scope| {
        for thread in 0..8 {
            let (journal, together) = (&journal, &together);
            scope.spawn(move || {
                for n in 0..200 {
                    let revision = journal.append(&payload(thread * 1_000 + n, 10)).unwrap();
                    together.wait();
                    journal.sync(revision).unwrap();
                    together.wait();
                }
            });
        }
    });
    assert_eq!(
        (watch.syncs.load(Ordering::SeqCst), journal.durable()),
        (200, 1_600)
    );
}

#[test]
fn a_line_written_while_a_sync_runs_waits_for_the_next_one() {
    let (journal, watch) = Watched::open(SimDisk::new(), &Options::default());
    let ((begun, begins), (go, goes)) = (channel(), channel());
    *watch.gate.lock().unwrap() = Some((begun, goes));
    journal.append(b"{}").unwrap();
    thread::scope(|scope| {
        let first = scope.spawn(|| journal.sync(1));
        begins.recv().unwrap();
        let late: Vec<_> = (0..7)
            .map(|_| journal.append(b"{}").unwrap())
            .map(|revision| {
                scope.spawn({
                    let journal = &journal;
                    move || journal.sync(revision)
                })
            })
            .collect();
        go.send(()).unwrap();
        begins.recv().unwrap();
        first.join().unwrap().unwrap();
        assert_eq!(journal.durable(), 1);
        go.send(()).unwrap();
        late.into_iter()
            .for_each(|thread| thread.join().unwrap().unwrap());
    });
    assert_eq!((watch.syncs.load(Ordering::SeqCst), journal.durable()), (2, 8));
}

#[test]
fn all_that_wait_for_a_failed_fdatasync_are_told() {
    let disk = SimDisk::new();
    let (journal, watch) = Watched::open(Arc::clone(&disk), &Options::default());
    let ((begun, begins), (go, goes)) = (channel(), channel());
    *watch.gate.lock().unwrap() = Some((begun, goes));
    disk.faults.lock().unwrap().sync_data = true;
    for _ in 0..4 {
        journal.append(b"{}").unwrap();
    }
    thread::scope(|scope| {
        let waiting: Vec<_> = (1..=4)
            .map(|revision| {
                scope.spawn({
                    let journal = &journal;
                    move || journal.sync(revision)
                })
            })
            .collect();
        begins.recv().unwrap();
        go.send(()).unwrap();
        for thread in waiting {
            assert!(matches!(
                thread.join().unwrap(),
                Err(JournalError::Poisoned { .. })
            ));
        }
    });
    assert_eq!((watch.syncs.load(Ordering::SeqCst), journal.durable()), (1, 0));
}
