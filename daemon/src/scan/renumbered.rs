//! Files of which size and time are what they were, and the inode is another.
//!
//! Either a program saved them anew and set the time back (`exiftool -P`), or another file that looks the same was moved
//! there, or the file system gives other numbers: a restored backup, another device, some network file systems. The last
//! is told by the others: where numbers stay, few files have another one.

use kphotos_domain::event::FileStamp;
use kphotos_domain::storage::FileSighting;

/// So many files with other numbers say nothing of the file system.
const FEW_RENUMBERED: u64 = 4;
/// More are kept of no scan.
const MOST_RENUMBERED: usize = 4096;
/// Of so many files one may have another number where numbers stay.
const RARELY: u64 = 16;

/// What a walk saw of them.
#[derive(Default)]
pub(super) struct Renumbered {
    /// Those that have the number they had.
    as_before: u64,
    count: u64,
    /// The first of them.
    some: Vec<(FileStamp, FileSighting)>,
}

impl Renumbered {
    pub(super) fn saw_as_before(&mut self) {
        self.as_before += 1;
    }

    pub(super) fn add(&mut self, stamp: FileStamp, sighting: FileSighting) {
        self.count += 1;
        if self.some.len() < MOST_RENUMBERED {
            self.some.push((stamp, sighting));
        }
    }

    /// Those that are other files now, where numbers tell.
    pub(super) fn take(&mut self) -> Vec<(FileStamp, FileSighting)> {
        let is_rare = self.count <= FEW_RENUMBERED.max(self.as_before / RARELY);
        let all = std::mem::take(&mut self.some);
        if is_rare && self.count == all.len() as u64 {
            all
        } else {
            Vec::new()
        }
    }
}
