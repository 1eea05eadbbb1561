//! The scanner: what is in a library, what is new, changed, moved, gone, back.
//!
//! One walk, folder by folder in the order of names, so that the members of a
//! shot are registered together. It reads directories and stamps (size,
//! modification time, inode number), and asks only for the stamps of photos and
//! videos. Of a file's bytes it reads the first few, and only where the name does not tell
//! what it is.
//!
//! A new library is browsable at once: sightings are registered a thousand at a
//! time while the walk goes on. In a library that is known, new files wait for
//! the end of the walk, because one of them may be a known file that moved:
//! equal inode, size and time (or, where inode numbers changed, equal size, time
//! and name), and no longer at its old place. So edits follow a photo that is
//! moved over another, and a path that is used again gives no photo the edits of
//! the one that was there before.
//!
//! A file is as it was if size and time are, and the inode number. Where that alone is another,
//! the others tell: if theirs stayed, the file was saved anew with its time set back, and is read again;
//! if many have other numbers, it is another device, and nothing is concluded (`renumbered`). What was written in
//! place with as many bytes and its time set back is not noticed.
//!
//! A folder of which every file moved alike moved itself: it keeps its number, see
//! [`kphotos_domain::storage::moved_folders`].
//!
//! A scan of some folders ([`Scope`]) follows the same rules for what it looks at; a
//! file that left them for a folder that is not looked at is missing until that is: by
//! the same marks a file that is missing is found again at another place.
//! [`FolderWatch`] hears of a folder before it is listed, so that what happens in it
//! later is not missed, and says which files are being written: those stay as they were.
//!
//! It refuses to believe that much is gone. A root that is absent or empty, or in
//! which none of 16 or more known files is to be found, here or elsewhere, is
//! *offline*, and nothing changes: another disk is mounted there. More than 20 % (and
//! 1,000 files) gone, and not known to be elsewhere, is *suspect*: what is new, changed or moved is noted, and nothing
//! is taken for gone until a person says that it is so. A folder that cannot be read
//! keeps what it had.
//!
//! Sidecars are no photos: of them a folder's list is noted, once its files are.
//!
//! Nothing is left out in silence: [`SkipLists`] has what, and why.

mod error;
mod folders;
mod renumbered;
mod sample;
mod scope;
mod settle;
mod sidecars;
mod skipped;
mod turns;
mod walk;

pub use error::ScanError;
pub(crate) use sample::holds_known;
pub use sample::looks_right;
pub use scope::{Part, Scope};
pub use skipped::{Skip, SkipLists, SkipReason, Skips};
pub use turns::Turns;
pub(crate) use walk::concerns;

use crate::jobs::Progress;
use crate::storage::Volume;
use kphotos_domain::app::App;
use kphotos_domain::command::{Command, SetLibraryState};
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::LibraryId;
use kphotos_domain::storage::LibraryState;
use std::fmt;

/// How many files one entry of the journal registers or updates.
const BATCH: usize = 1000;

/// What a scan needs.
pub struct Scan<'a> {
    /// Where it reports.
    pub app: &'a App,
    /// What it walks.
    pub volume: &'a dyn Volume,
    /// Which library that is.
    pub library: LibraryId,
    /// What of it.
    pub scope: &'a Scope,
    /// Whether the root is the very one that was online before, so that a library
    /// of which nothing is left is believed to be so.
    pub is_same_root: bool,
    /// Who watches the folders.
    pub watch: &'a dyn FolderWatch,
    /// Whether a person said that files are gone on purpose.
    pub accept_missing: bool,
    /// Where it says what it left out.
    pub skipped: &'a SkipLists,
    /// Where it says how far it is.
    pub progress: &'a Progress,
    /// Says that it has to stop; what it found so far stays.
    pub stop: &'a dyn Fn() -> bool,
}

/// Who watches the folders that a scan looks at.
pub trait FolderWatch: Send + Sync {
    /// This folder is about to be listed: what happens in it from now on is to be noticed.
    fn enter(&self, volume: &dyn Volume, folder: &[u8]);

    /// Whether somebody is writing this file, so that it is better left for later.
    fn is_in_writing(&self, file: &[u8]) -> bool;
}

/// Nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl FolderWatch for Unwatched {
    fn enter(&self, _: &dyn Volume, _: &[u8]) {}

    fn is_in_writing(&self, _: &[u8]) -> bool {
        false
    }
}

/// What a scan found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Found {
    /// Photos and videos that are there.
    pub files: u64,
    /// Folders walked.
    pub folders: u64,
    /// Seen for the first time.
    pub new: u64,
    /// New bytes under the old path.
    pub changed: u64,
    /// Known files at a new place.
    pub moved: u64,
    /// No longer there.
    pub gone: u64,
    /// There again.
    pub returned: u64,
    /// Folders that could not be read.
    pub unreadable_folders: u64,
    /// Files that are no photo or video, what is left out by rule, links; not the unreadable folders.
    pub skipped: u64,
}

impl Scan<'_> {
    /// Scans.
    ///
    /// # Errors
    /// [`ScanError`]: offline, suspect, stopped, or a command that was refused.
    pub fn run(&self) -> Result<Found, ScanError> {
        // Where nothing is as it was, only a look at everything tells why.
        if *self.scope != Scope::Library && !looks_right(self.app, self.volume, self.library) {
            let scope = &Scope::Library;
            return Self { scope, ..*self }.walk_and_settle();
        }
        self.walk_and_settle()
    }

    fn walk_and_settle(&self) -> Result<Found, ScanError> {
        let walked = walk::walk(self).and_then(|mut walked| {
            let sorted = settle::sort(self, &mut walked);
            sample::check(self, &walked, &sorted)?;
            Ok((walked, sorted))
        });
        let (mut walked, sorted) = match walked {
            Ok(found) => found,
            Err(ScanError::Offline { why }) => {
                self.set_state(LibraryState::Offline)?;
                return Err(ScanError::Offline { why });
            }
            Err(error) => return Err(error),
        };
        self.set_state(LibraryState::Online)?;
        let skips = std::mem::take(&mut walked.skips);
        walked.found.skipped = skips.total() - walked.found.unreadable_folders;
        self.skipped.put_of(self.library, self.scope, skips);
        settle::settle(self, walked, sorted)
    }

    fn set_state(&self, state: LibraryState) -> Result<(), ScanError> {
        let command = SetLibraryState {
            library: self.library,
            state,
        };
        self.app
            .execute(Actor::System, &Command::SetLibraryState(command))?;
        Ok(())
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} files in {} folders", self.files, self.folders)?;
        let counts = [
            (self.new, "new"),
            (self.changed, "changed"),
            (self.moved, "moved"),
            (self.gone, "gone"),
            (self.returned, "back"),
            (self.skipped, "skipped"),
            (self.unreadable_folders, "folders could not be read"),
        ];
        for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, ", {count} {what}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod folder_tests;
#[cfg(test)]
mod gone_tests;
#[cfg(test)]
mod sidecar_tests;
#[cfg(test)]
mod tests;
