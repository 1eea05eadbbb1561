//! The thread that sees whether each library's root is there.
//!
//! A root is looked at by its path and compared with the folder that was opened: our
//! own descriptor, or clone, keeps a file system alive that is mounted nowhere any more,
//! so no event tells of its end. The kernel tells of each mount and unmount (a poll of
//! `/proc/self/mountinfo`, proc_pid_mountinfo(5)); where it does not (a folder
//! that is renamed, a mount in another namespace), a look every two seconds does.
//!
//! A root may hang: whoever looks at it waits then as long as its file system likes. So each is
//! looked at by another thread, and one that does not answer is not waited for longer than a
//! moment, nor looked at again before it has; the library is *silent* until then, and what is
//! known of it stays as it is.
//!
//! While a library is offline, or another folder is at its path, some of its files are looked for besides: a disk may be
//! filled after it was mounted. A root that left: the library is offline, and its clone is let go, so that
//! the disk is free. A root that came, or is another folder now: a scan is asked for,
//! which finds out whether it is the library.

use super::Inner;
use super::report::Gap;
use super::wake::Source;
use crate::scan::holds_known;
use crate::storage::{RootId, Volume};
use kphotos_domain::command::{Command, SetLibraryState};
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::LibraryId;
use kphotos_domain::processing::AskedBy;
use kphotos_domain::storage::{Library, LibraryState};
use rustc_hash::FxHashMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How often roots are looked at where nothing tells.
const LOOK: Duration = Duration::from_secs(2);
/// How long a root with known files in it waits for another scan, if one did not take it for the library.
const AGAIN: Duration = Duration::from_secs(10);
/// How often libraries are scanned in which changes may be missed.
const RESCAN: Duration = Duration::from_secs(15 * 60);

/// How long a look at a root is waited for.
const ANSWER: Duration = Duration::from_millis(500);
/// How long it may take before the library counts as silent.
const SILENT: Duration = Duration::from_secs(5);

/// What was last done about a library.
#[derive(Default)]
struct Noted {
    /// A look at its root that has not come back, and when it began.
    looking: Option<(Instant, Receiver<Seen>)>,
    /// The folder of which a scan was asked for last.
    tried: Option<RootId>,
    /// When a scan was asked for last because known files are in it.
    asked: Option<Instant>,
    /// Since when changes may be missed, or when it was scanned for that last.
    gap_since: Option<Instant>,
}

/// A root as it was seen: what is at its path, and the folder that was opened.
struct Seen {
    there: io::Result<Option<RootId>>,
    open: Option<Option<RootId>>,
    /// Whether known files are below what is at its path, where that is not what was opened.
    holds_known: bool,
}

impl Inner {
    pub(super) fn look_at_roots(self: &Arc<Self>) {
        let [_, wake] = &self.wakes;
        let mounts = File::open("/proc/self/mountinfo").ok();
        let others: Vec<_> = mounts.iter().map(|file| Source::Urgent(file.as_fd())).collect();
        let mut noted: FxHashMap<LibraryId, Noted> = FxHashMap::default();
        while !self.is_stopping() {
            self.look(&mut noted);
            if let Err(error) = wake.wait(&others, Some(LOOK)) {
                tracing::error!(%error, "waiting for mounts failed");
                std::thread::sleep(LOOK);
            }
        }
    }

    fn look(&self, noted: &mut FxHashMap<LibraryId, Noted>) {
        let libraries: Vec<Library> = self.parts.app.view().libraries().cloned().collect();
        for watched in self.all() {
            if !libraries.iter().any(|library| watched.is_of(library)) {
                self.end(watched.id);
            }
        }
        noted.retain(|id, _| libraries.iter().any(|library| library.id == *id));
        for library in &libraries {
            let noted = noted.entry(library.id).or_default();
            self.look_at(library, noted);
            self.look_after_gap(library.id, noted);
        }
    }

    fn look_at(&self, library: &Library, noted: &mut Noted) {
        let Some(seen) = self.seen(library, noted) else {
            return;
        };
        let Seen {
            there,
            open,
            holds_known,
        } = seen;
        let there = match there {
            Ok(there) => there,
            // It is there as far as anybody knows.
            Err(_) => return,
        };
        // It may have been opened anew while it was looked at.
        if open.is_some() != self.parts.volumes.get(library.id).is_some() {
            return;
        }
        match open {
            Some(None) => {}
            Some(Some(open)) if there == Some(open) => {
                noted.tried = there;
                noted.asked = None;
            }
            Some(Some(_)) => {
                let turn = self.parts.turns.of(library.id);
                // A scan finds out by itself; then it is looked at again.
                let Ok(_turn) = turn.try_lock() else { return };
                let why = if there.is_some() {
                    "another folder is mounted at its path"
                } else {
                    "its folder is not there"
                };
                self.lost(library.id, why);
                noted.tried = None;
                self.try_root(library, (there, holds_known), noted);
            }
            None => self.try_root(library, (there, holds_known), noted),
        }
    }

    /// Looks at a root; `None`: it has not answered yet.
    fn seen(&self, library: &Library, noted: &mut Noted) -> Option<Seen> {
        let watches = &self.parts.watches;
        let (began, looking) = match noted.looking.take() {
            Some(looking) => looking,
            None => (Instant::now(), self.look_aside(library)?),
        };
        let is_new = began.elapsed() < ANSWER;
        let wait = if is_new { ANSWER } else { Duration::ZERO };
        match looking.recv_timeout(wait) {
            Ok(seen) => {
                watches.put_silent(library.id, false);
                Some(seen)
            }
            Err(RecvTimeoutError::Timeout) => {
                watches.put_silent(library.id, began.elapsed() >= SILENT);
                noted.looking = Some((began, looking));
                None
            }
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    /// Has another thread look at a root.
    fn look_aside(&self, library: &Library) -> Option<Receiver<Seen>> {
        let (sender, receiver) = channel();
        let (id, path, volume) = (
            library.id,
            library.root.clone(),
            self.parts.volumes.get(library.id),
        );
        let app = self.parts.app.clone();
        let look = move || {
            let there = root_at(&path);
            let open = volume.map(|volume| Volume::root_id(&*volume));
            let holds_known = match &there {
                Ok(Some(there)) if open != Some(Some(*there)) => holds_known(&app, id, &path),
                Ok(_) | Err(_) => false,
            };
            let seen = Seen {
                there,
                open,
                holds_known,
            };
            // Nobody waits at the end of the daemon.
            let _nobody = sender.send(seen);
        };
        let thread = std::thread::Builder::new().name("watch-root".into());
        thread.spawn(look).ok().map(|_| receiver)
    }

    /// Has a root scanned that was not tried yet, or that was filled since.
    fn try_root(&self, library: &Library, (there, holds_known): (Option<RootId>, bool), noted: &mut Noted) {
        let is_new = there.is_some() && there != noted.tried;
        noted.tried = there;
        let has_rested = noted.asked.is_none_or(|at| at.elapsed() >= AGAIN);
        // A scan that runs may have seen it before, and would answer for this one.
        let is_free = self.parts.turns.of(library.id).try_lock().is_ok();
        if holds_known && has_rested && is_free {
            noted.asked = Some(Instant::now());
            self.ask_for_scan(library.id);
        } else if is_new {
            self.ask_for_scan(library.id);
        }
    }

    /// Has a library scanned now and then in which changes may be missed.
    fn look_after_gap(&self, library: LibraryId, noted: &mut Noted) {
        let watching = self.parts.watches.get(library);
        if watching.is_none_or(|watching| matches!(watching.gap, None | Some(Gap::Off))) {
            noted.gap_since = None;
            return;
        }
        let since = *noted.gap_since.get_or_insert_with(Instant::now);
        if since.elapsed() >= RESCAN {
            noted.gap_since = Some(Instant::now());
            self.ask(library, AskedBy::Schedule);
        }
    }

    /// A library's root is not there any more. Called in its turn.
    pub(super) fn lost(&self, library: LibraryId, why: &str) {
        tracing::warn!(%library, why, "a library is offline");
        self.end(library);
        self.parts.volumes.detach(library);
        let state = LibraryState::Offline;
        let command = Command::SetLibraryState(SetLibraryState { library, state });
        if let Err(error) = self.parts.app.execute(Actor::System, &command) {
            tracing::error!(%error, "that a library is offline could not be recorded");
        }
    }
}

/// Which folder is at a path; `None`: none.
///
/// # Errors
/// Where nobody can tell.
fn root_at(path: &[u8]) -> io::Result<Option<RootId>> {
    match Path::new(OsStr::from_bytes(path)).metadata() {
        Ok(found) if found.is_dir() => {
            let (dev, ino) = (found.dev(), found.ino());
            Ok(Some(RootId { dev, ino }))
        }
        Ok(_) => Ok(None),
        Err(error) => match error.raw_os_error() {
            Some(
                libc::ENOENT
                | libc::ENOTDIR
                | libc::ENOTCONN
                | libc::ESTALE
                | libc::EIO
                | libc::ENODEV
                | libc::ENXIO
                | libc::EHOSTDOWN,
            ) => Ok(None),
            _ => Err(error),
        },
    }
}
