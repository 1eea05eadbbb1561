//! A disk in memory that forgets what was not synced and fails on command.
//!
//! A file has two contents: what programs see and what the platter has. A crash keeps the platter's and, of what was not synced, a beginning of any
//! length, then zeros or nothing, as ext4 does. A failed sync marks pages clean as Linux does: they stay readable, and no later sync writes them.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

use super::super::disk::{Disk, DiskFile};

#[derive(Default)]
struct Content {
    seen: Vec<u8>,
    platter: Vec<u8>,
    /// The directory entry was synced.
    entry: bool,
    /// A sync failed: what is not on the platter will never get there.
    lost: bool,
}

/// What is to go wrong next; each is used up once.
#[derive(Default)]
pub(super) struct Faults {
    /// The next write writes this many bytes only; an error when it is 0.
    pub(super) short_write: Option<usize>,
    pub(super) set_len: bool,
    pub(super) sync_data: bool,
    pub(super) sync_dir: bool,
    pub(super) create: bool,
}

/// How a crash treats what was not synced.
#[derive(Debug, Clone, Copy)]
pub(super) struct Crash {
    /// How much of it reached the platter, in 1/255.
    pub(super) kept: u8,
    /// The length had reached the platter: the rest is zeros.
    pub(super) zeros: bool,
    /// Entries that were not synced are gone.
    pub(super) forget_entries: bool,
}

#[derive(Default)]
pub(super) struct SimDisk {
    files: Mutex<BTreeMap<String, Content>>,
    pub(super) faults: Mutex<Faults>,
    counts: Mutex<BTreeMap<String, usize>>,
}

impl SimDisk {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// How often something was done: `sync_data`, `sync_dir`, `write_at`, or creation of a file by its name.
    pub(super) fn count(&self, what: &str) -> usize {
        self.counts.lock().unwrap().get(what).copied().unwrap_or(0)
    }

    pub(super) fn crash(&self, crash: Crash) {
        let mut files = self.files.lock().unwrap();
        files.retain(|_, content| content.entry || !crash.forget_entries);
        for content in files.values_mut() {
            if content.platter.len() > content.seen.len() {
                // A cut that was not synced did not happen.
                content.seen = content.platter.clone();
            }
            let synced = content.platter.len();
            let loose = content.seen.len() - synced;
            let kept = if content.lost {
                0
            } else {
                loose * usize::from(crash.kept) / 255
            };
            let mut left = content.seen[..synced + kept].to_vec();
            if crash.zeros {
                left.resize(content.seen.len(), 0);
            }
            *content = Content {
                platter: left.clone(),
                seen: left,
                entry: true,
                lost: false,
            };
        }
    }

    /// All bytes of a file as programs see them.
    pub(super) fn bytes(&self, name: &str) -> Vec<u8> {
        self.files.lock().unwrap()[name].seen.clone()
    }

    /// Appends bytes to a file behind the journal's back; makes the file.
    pub(super) fn add(&self, name: &str, bytes: &[u8]) {
        let mut files = self.files.lock().unwrap();
        let content = files.entry(name.to_owned()).or_default();
        content.seen.extend_from_slice(bytes);
        (content.platter, content.entry) = (content.seen.clone(), true);
    }

    pub(super) fn remove(&self, name: &str) {
        self.files.lock().unwrap().remove(name);
    }

    fn tally(&self, what: &str) {
        *self.counts.lock().unwrap().entry(what.to_owned()).or_default() += 1;
    }

    fn fault(&self, pick: impl Fn(&mut Faults) -> &mut bool) -> io::Result<()> {
        if std::mem::take(pick(&mut self.faults.lock().unwrap())) {
            return Err(io::Error::other("simulated"));
        }
        Ok(())
    }
}

impl Disk for Arc<SimDisk> {
    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.files.lock().unwrap().keys().cloned().collect())
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        if !self.files.lock().unwrap().contains_key(name) {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok(Arc::new(SimFile {
            disk: Arc::clone(self),
            name: name.to_owned(),
        }))
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        self.fault(|faults| &mut faults.create)?;
        self.tally(name);
        if self.files.lock().unwrap().contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.files
            .lock()
            .unwrap()
            .insert(name.to_owned(), Content::default());
        self.open(name)
    }

    fn sync_dir(&self) -> io::Result<()> {
        self.tally("sync_dir");
        self.fault(|faults| &mut faults.sync_dir)?;
        self.files
            .lock()
            .unwrap()
            .values_mut()
            .for_each(|content| content.entry = true);
        Ok(())
    }
}

struct SimFile {
    disk: Arc<SimDisk>,
    name: String,
}

impl SimFile {
    fn with<T>(&self, act: impl FnOnce(&mut Content) -> T) -> T {
        act(self.disk.files.lock().unwrap().get_mut(&self.name).unwrap())
    }
}

impl DiskFile for SimFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        Ok(self.with(|content| {
            let rest = content.seen.get(offset as usize..).unwrap_or_default();
            let bytes = rest.len().min(buffer.len());
            buffer[..bytes].copy_from_slice(&rest[..bytes]);
            bytes
        }))
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.disk.tally("write_at");
        let short = self.disk.faults.lock().unwrap().short_write.take();
        let bytes = &bytes[..short.unwrap_or(bytes.len()).min(bytes.len())];
        if short == Some(0) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.with(|content| {
            let end = offset as usize + bytes.len();
            if content.seen.len() < end {
                content.seen.resize(end, 0);
            }
            content.seen[offset as usize..end].copy_from_slice(bytes);
        });
        Ok(bytes.len())
    }

    fn set_len(&self, bytes: u64) -> io::Result<()> {
        self.disk.fault(|faults| &mut faults.set_len)?;
        self.with(|content| content.seen.resize(bytes as usize, 0));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        self.disk.tally("sync_data");
        if let Err(error) = self.disk.fault(|faults| &mut faults.sync_data) {
            self.with(|content| content.lost = true);
            return Err(error);
        }
        self.with(|content| {
            if content.lost {
                // The length is metadata and gets there; the pages are clean and do not.
                content.platter.resize(content.seen.len(), 0);
            } else {
                content.platter = content.seen.clone();
            }
        });
        Ok(())
    }

    fn drop_cache(&self) {
        self.with(|content| {
            if std::mem::take(&mut content.lost) {
                content.seen = content.platter.clone();
            }
        });
    }
}
