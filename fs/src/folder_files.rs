//! What the kernel was told that `.directory` and `.hidden` say, where a mount has them.
//!
//! Whether such a file is there, and what it says, follows from many things: who is in
//! a directory, who is whose cover, how both are called. So nobody works out of an entry
//! what it changed: what was told last is remembered, for directories that were asked and
//! are held, and compared ([`crate::stale`]). That is written down by who tells first,
//! and from then on by who tells of changes alone, so that no change is missed by an
//! answer that was quicker.
//!
//! The time of such a file is when it was first asked for since the mount began, or when
//! what it says changed: KIO reads one again only if it is newer. Source: KIO
//! `kcoredirlister.cpp` (`cachedDotHiddenForDir`). The directory then has that time too, as where
//! a file was written anew: KIO shows another icon only of a folder that is another one (`KFileItem::cmp`).

use crate::attr::Time;
use crate::handles::lock;
use crate::inode::Node;
use crate::tree::Tree;
use kphotos_domain::storage::MountFolderFile;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

/// What was told of the files of all directories that were asked.
#[derive(Debug, Default)]
pub struct FolderFiles {
    told: Mutex<FxHashMap<Node, Folder>>,
}

#[derive(Debug, Default)]
struct Folder {
    files: [Told; MountFolderFile::ALL.len()],
    /// When one of them last was another one; `None`: not since it was asked.
    changed: Option<Time>,
}

#[derive(Clone, Debug, Default)]
struct Told {
    /// `None`: it is not there.
    says: Option<Arc<str>>,
    since: Time,
}

/// A file that says something else now, or came or went.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Change {
    pub(crate) dir: Node,
    pub(crate) file: MountFolderFile,
    pub(crate) before: Option<Arc<str>>,
    pub(crate) now: Option<Arc<str>>,
}

impl FolderFiles {
    /// The kernel is about to be told what there is in a directory.
    pub fn note(&self, tree: &Tree<'_>, dir: Node) {
        if tree.options().folder_files.is_empty() || tree.stored(dir).is_none() {
            return;
        }
        lock(&self.told).entry(dir).or_insert_with(|| {
            let since = now();
            let files = MountFolderFile::ALL.map(|file| Told {
                says: tree.folder_file(dir, file).map(Arc::from),
                since,
            });
            Folder { files, changed: None }
        });
    }

    /// Since when a file says this.
    #[must_use]
    pub fn since(&self, dir: Node, file: MountFolderFile, says: &str) -> Time {
        let told = lock(&self.told);
        let known = told.get(&dir).and_then(|told| told.files.get(index(file)));
        match known.filter(|known| known.says.as_deref() == Some(says)) {
            Some(known) => known.since,
            None => now(),
        }
    }

    /// When one of a directory's files changed, came or went; `None`: not since it was asked.
    #[must_use]
    pub fn changed(&self, dir: Node) -> Option<Time> {
        lock(&self.told).get(&dir)?.changed
    }

    /// The kernel holds a directory no more.
    pub fn forget(&self, dir: Node) {
        lock(&self.told).remove(&dir);
    }

    /// What is told otherwise from now on, of the directories of which `is_affected` says that it
    /// may be; those that are not held are forgotten.
    pub(crate) fn renew(
        &self,
        tree: &Tree<'_>,
        is_held: &dyn Fn(Node) -> bool,
        is_affected: &dyn Fn(Node) -> bool,
    ) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut all = lock(&self.told);
        all.retain(|dir, _| is_held(*dir));
        for (dir, told) in all.iter_mut().filter(|(dir, _)| is_affected(**dir)) {
            let Folder { files, changed } = told;
            for (file, told) in MountFolderFile::ALL.into_iter().zip(files) {
                let says: Option<Arc<str>> = tree.folder_file(*dir, file).map(Arc::from);
                if says == told.says {
                    continue;
                }
                let since = now().max(after(told.since));
                *changed = Some(since);
                let before = std::mem::replace(
                    told,
                    Told {
                        says: says.clone(),
                        since,
                    },
                )
                .says;
                changes.push(Change {
                    dir: *dir,
                    file,
                    before,
                    now: says,
                });
            }
        }
        changes.sort_unstable_by_key(|change| (change.dir, change.file));
        changes
    }
}

const fn index(file: MountFolderFile) -> usize {
    match file {
        MountFolderFile::Directory => 0,
        MountFolderFile::Hidden => 1,
    }
}

fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time {
        seconds: i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        nanos: since.subsec_nanos(),
    }
}

/// A time that who counts whole milliseconds takes for a later one.
const fn after(time: Time) -> Time {
    let nanos = time.nanos + 1_000_000;
    Time {
        seconds: time.seconds.saturating_add((nanos / 1_000_000_000) as i64),
        nanos: nanos % 1_000_000_000,
    }
}
