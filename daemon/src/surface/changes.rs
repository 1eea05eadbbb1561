//! From committed entries to what clients are told: the signal `Changed`, an
//! event of the stream.
//!
//! The app tells [`Announcer`] of every entry; each connection has a receiver
//! of its own and sends what it gets in its own time. A client that reads too
//! slowly misses entries and is then told once, with the kind `all`, to read
//! again: nobody waits for it. One that comes back names the last entry it knows,
//! and is told from the journal what it missed ([`since`]).

use kphotos_domain::app::{App, Committed};
use kphotos_domain::event::{Entry, Event};
use kphotos_domain::kernel::port::Subscriber;
use kphotos_domain::kernel::{AssetId, AssetSet, FileId, Revision};
use kphotos_domain::view::{Dir, View};
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::broadcast::{self, error::RecvError};
use utoipa::ToSchema;

/// Entries that a client may be behind.
const BACKLOG: usize = 256;
/// Ids that one signal may carry.
const MOST_IDS: u64 = 10_000;
/// Ids in all that a client is told again.
const MOST_IDS_AGAIN: usize = 100_000;

/// What one entry changed, as clients are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Change {
    /// The entry.
    pub(crate) revision: u64,
    /// `assets`, `tags`, `albums`, `collections`, `libraries`, `mounts`, `shares`, `jobs`, `users`; `all`: read everything again.
    pub(crate) kinds: Vec<&'static str>,
    /// Assets, ascending; empty with `all`.
    pub(crate) ids: Vec<u32>,
}

/// Hands entries to whoever listens; subscribe it to the app.
pub struct Announcer {
    sender: broadcast::Sender<Arc<Change>>,
}

/// One client's share of the announcements.
pub(crate) struct Announcements {
    receiver: broadcast::Receiver<Arc<Change>>,
    /// Entries were missed, and the client was not told yet.
    behind: bool,
}

impl Announcer {
    /// An announcer that nobody listens to yet.
    #[must_use]
    pub fn new() -> Self {
        Self::with_backlog(BACKLOG)
    }

    fn with_backlog(entries: usize) -> Self {
        Self {
            sender: broadcast::Sender::new(entries),
        }
    }

    pub(crate) fn listen(&self) -> Announcements {
        Announcements {
            receiver: self.sender.subscribe(),
            behind: false,
        }
    }
}

impl Default for Announcer {
    fn default() -> Self {
        Self::new()
    }
}

impl Subscriber for Announcer {
    fn committed(&self, committed: &Committed) {
        if self.sender.receiver_count() > 0 {
            // Nobody listening any more is no failure.
            let _ = self.sender.send(Arc::new(change(committed)));
        }
    }
}

impl Announcements {
    /// The next change; `None` once the announcer is gone. May be dropped while it waits:
    /// what it learnt is told by the next call.
    pub(crate) async fn next(&mut self) -> Option<Arc<Change>> {
        loop {
            match self.receiver.recv().await {
                Ok(change) if self.behind => {
                    self.behind = false;
                    return Some(Arc::new(Change::all(change.revision)));
                }
                Ok(change) => return Some(change),
                // Also again before the oldest that is left could be taken.
                Err(RecvError::Lagged(_)) => self.behind = true,
                Err(RecvError::Closed) => return None,
            }
        }
    }
}

fn change(committed: &Committed) -> Change {
    let delta = &committed.delta;
    let mut assets = delta.touched.clone();
    for dir in delta.dirs.values() {
        assets |= &dir.joined;
        assets |= &dir.left;
    }
    // The delta knows whose files they are.
    let mut change = told(committed.revision, &committed.entry, assets, &|_| None);
    // Who comes by a rule or a query comes with an entry about something else.
    for dir in delta.dirs.keys() {
        let kind = match dir {
            Dir::Album(_) => "albums",
            Dir::Collection(_) => "collections",
            Dir::Person(_) => "people",
            Dir::Tag(_)
            | Dir::Date(_)
            | Dir::Undated
            | Dir::Folder(_)
            | Dir::Favorites(_)
            | Dir::Recent
            | Dir::Share(_)
            | Dir::AllOf(_)
            | Dir::Copies(_)
            | Dir::Search(_) => continue,
        };
        if let Err(at) = change.kinds.binary_search(&kind) {
            change.kinds.insert(at, kind);
        }
    }
    change
}

/// What was committed after a revision and is durable, oldest first, and up to
/// where; more than `most` entries, too many photos, or what cannot be known, is one `all`.
pub(crate) fn since(app: &App, after: u64, most: u64) -> (u64, Vec<Change>) {
    let last = app.journal().durable().number();
    let all = || vec![Change::all(last)];
    match last.checked_sub(after) {
        Some(0) => return (last, Vec::new()),
        Some(missed) if missed <= most => {}
        // Revisions that this journal never had: it is another one.
        Some(_) | None => return (last, all()),
    }
    let (mut changes, mut ids) = (Vec::new(), 0);
    let read = app
        .journal()
        .replay(Revision::new(after), &mut |revision, entry| {
            if revision.number() <= last {
                // For one entry at a time: a command waits for it.
                let view = app.view();
                let asset_of = |file| view.file(file).map(|row| row.asset);
                let change = told(revision, &entry, moved_along(&view, &entry), &asset_of);
                ids += change.ids.len();
                changes.push(change);
            }
            revision.number() < last && ids <= MOST_IDS_AGAIN
        });
    match read {
        Ok(()) if ids <= MOST_IDS_AGAIN => (last, changes),
        Ok(()) => (last, all()),
        Err(error) => {
            tracing::warn!(%error, "the journal could not be read for a client that came back");
            (last, all())
        }
    }
}

impl Change {
    /// Read everything again.
    fn all(revision: u64) -> Self {
        Self {
            revision,
            kinds: vec!["all"],
            ids: Vec::new(),
        }
    }
}

fn told(
    revision: Revision,
    entry: &Entry,
    mut assets: AssetSet,
    asset_of: &dyn Fn(FileId) -> Option<AssetId>,
) -> Change {
    for event in &entry.events {
        add_assets(event, asset_of, &mut assets);
    }
    let mut kinds: BTreeSet<&'static str> = entry.events.iter().filter_map(kind).collect();
    if !assets.is_empty() {
        kinds.insert("assets");
    }
    if assets.len() > MOST_IDS {
        kinds.insert("all");
        assets = AssetSet::new();
    }
    Change {
        revision: revision.number(),
        kinds: kinds.into_iter().collect(),
        ids: assets.iter().map(AssetId::number).collect(),
    }
}

/// The photos in folders that moved, as far as they are there now.
fn moved_along(view: &View, entry: &Entry) -> AssetSet {
    let mut assets = AssetSet::new();
    for event in &entry.events {
        if let Event::FolderMoved { folder, .. } = event {
            assets |= &view.photos_below(*folder);
        }
    }
    assets
}

/// The photos that an event is about; `asset_of` says whose a file is.
pub(super) fn add_assets(event: &Event, asset_of: &dyn Fn(FileId) -> Option<AssetId>, assets: &mut AssetSet) {
    let mut add = |set: &AssetSet| *assets |= set;
    let of = |files: &mut dyn Iterator<Item = FileId>| files.filter_map(asset_of).collect::<AssetSet>();
    match event {
        Event::FieldEdited { before, .. } => before.iter().for_each(|(_, set)| add(set)),
        Event::DatesEdited { dates } => add(&dates.iter().map(|edit| edit.asset).collect()),
        Event::FieldsBrought { values } => add(&values.iter().map(|value| value.asset).collect()),
        Event::TagBrought { gained, lost, .. } => add(&(gained | lost)),
        Event::FacesMoved { moved } => add(&moved.iter().map(|face| face.asset).collect()),
        Event::TagAssigned { added, restored, .. } => add(&(added | restored)),
        Event::TagUnassigned {
            removed, suppressed, ..
        } => add(&(removed | suppressed)),
        Event::AlbumExcluded {
            excluded, readmitted, ..
        } => add(&(excluded | readmitted)),
        Event::AlbumFilled { assets, .. }
        | Event::AlbumEmptied { assets, .. }
        | Event::FactsRecorded { assets } => add(assets),
        Event::FilesRegistered { files } => add(&files.iter().map(|file| file.asset).collect()),
        Event::FilesChanged { files, .. } => add(&of(&mut files.iter().map(|file| file.id))),
        Event::FilesJudged {
            kept,
            replaced,
            parted,
        } => {
            add(&of(&mut kept.iter().chain(replaced.iter())));
            add(&parted.iter().map(|(_, asset)| *asset).collect());
        }
        Event::AssetsMerged { merges, .. } => {
            add(&merges.iter().flat_map(|merge| [merge.into, merge.from]).collect());
        }
        Event::ContentsParted { partings, .. } => {
            add(&partings
                .iter()
                .flat_map(|parting| [parting.into, parting.from])
                .collect());
        }
        Event::AssetsForgotten { assets } => add(assets),
        Event::FilesMoved { files } => add(&of(&mut files.iter().map(|file| file.id))),
        Event::FilesGone { files } | Event::FilesReturned { files } => add(&of(&mut files.iter())),
        Event::ChecksumsRecorded { checksums } => add(&of(&mut checksums.iter().map(|(file, _)| *file))),
        Event::UserRegistered { .. }
        | Event::LibraryAdded { .. }
        | Event::LibraryStateChanged { .. }
        | Event::LibraryRelocated { .. }
        | Event::LibraryRemoved { .. }
        | Event::FoldersSeen { .. }
        | Event::FolderMoved { .. }
        | Event::TagCreated { .. }
        | Event::TagDeleted { .. }
        | Event::TagPlaced { .. }
        | Event::TagWorded { .. }
        | Event::PersonCreated { .. }
        | Event::PersonPlaced { .. }
        | Event::PersonWorded { .. }
        | Event::AlbumCreated { .. }
        | Event::AlbumDeleted { .. }
        | Event::AlbumPlaced { .. }
        | Event::AlbumSet { .. }
        | Event::CollectionSet { .. }
        | Event::NamesClaimed { .. }
        | Event::JobEnqueued { .. }
        | Event::JobSettled { .. }
        | Event::JobUpdated { .. }
        | Event::JobsForgotten { .. }
        | Event::FactsDoubted { .. }
        | Event::SidecarsSeen { .. }
        | Event::SidecarsKept { .. }
        | Event::SidecarsReplaced { .. }
        | Event::MountAdded { .. }
        | Event::MountRemoved { .. }
        | Event::ShareCreated { .. }
        | Event::ShareRevoked { .. } => {}
    }
}

const fn kind(event: &Event) -> Option<&'static str> {
    match event {
        Event::UserRegistered { .. } => Some("users"),
        Event::LibraryAdded { .. }
        | Event::LibraryStateChanged { .. }
        | Event::LibraryRelocated { .. }
        | Event::LibraryRemoved { .. }
        | Event::FoldersSeen { .. }
        | Event::FolderMoved { .. } => Some("libraries"),
        Event::FilesRegistered { .. }
        | Event::FilesChanged { .. }
        | Event::FilesJudged { .. }
        | Event::AssetsMerged { .. }
        | Event::ContentsParted { .. }
        | Event::AssetsForgotten { .. }
        | Event::FilesMoved { .. }
        | Event::FilesGone { .. }
        | Event::FilesReturned { .. }
        | Event::FactsRecorded { .. }
        | Event::ChecksumsRecorded { .. }
        | Event::FieldEdited { .. }
        | Event::FieldsBrought { .. }
        | Event::FacesMoved { .. }
        | Event::DatesEdited { .. } => Some("assets"),
        Event::PersonCreated { .. } | Event::PersonPlaced { .. } | Event::PersonWorded { .. } => {
            Some("people")
        }
        Event::TagCreated { .. }
        | Event::TagDeleted { .. }
        | Event::TagPlaced { .. }
        | Event::TagWorded { .. }
        | Event::TagAssigned { .. }
        | Event::TagBrought { .. }
        | Event::TagUnassigned { .. } => Some("tags"),
        Event::AlbumCreated { .. }
        | Event::AlbumDeleted { .. }
        | Event::AlbumPlaced { .. }
        | Event::AlbumFilled { .. }
        | Event::AlbumEmptied { .. }
        | Event::AlbumExcluded { .. }
        | Event::AlbumSet { .. } => Some("albums"),
        Event::CollectionSet { .. } => Some("collections"),
        Event::ShareCreated { .. } | Event::ShareRevoked { .. } => Some("shares"),
        Event::JobEnqueued { .. }
        | Event::JobSettled { .. }
        | Event::JobUpdated { .. }
        | Event::JobsForgotten { .. } => Some("jobs"),
        Event::MountAdded { .. } | Event::MountRemoved { .. } => Some("mounts"),
        Event::NamesClaimed { .. }
        | Event::FactsDoubted { .. }
        | Event::SidecarsSeen { .. }
        | Event::SidecarsKept { .. }
        | Event::SidecarsReplaced { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(revision: u64) -> Arc<Change> {
        Arc::new(Change {
            revision,
            kinds: vec!["tags"],
            ids: Vec::new(),
        })
    }

    #[tokio::test]
    async fn who_is_behind_is_told_once_to_read_again() {
        let announcer = Announcer::with_backlog(4);
        let mut announcements = announcer.listen();
        for revision in 1..=10 {
            announcer.sender.send(entry(revision)).unwrap();
        }
        assert_eq!(*announcements.next().await.unwrap(), Change::all(7));
        for revision in 8..=10 {
            assert_eq!(announcements.next().await, Some(entry(revision)));
        }
        drop(announcer);
        assert_eq!(announcements.next().await, None);
    }

    #[tokio::test]
    async fn who_is_left_behind_at_every_step_hears_of_the_last_entry() {
        // With room for one, the oldest entry is replaced while it is reached for.
        let announcer = Announcer::with_backlog(1);
        let mut announcements = announcer.listen();
        let last = 200_000;
        let sender = std::thread::spawn(move || {
            for revision in 1..=last {
                announcer.sender.send(entry(revision)).unwrap();
            }
            announcer
        });
        let (mut told, mut missed) = (0, false);
        while told < last {
            let change = announcements.next().await.unwrap();
            assert!(change.revision > told);
            assert!(change.revision == told + 1 || change.kinds == ["all"]);
            missed |= change.revision > told + 1;
            told = change.revision;
        }
        assert!(missed);
        sender.join().unwrap();
    }
}
