//! From committed entries to what clients are told: the signal `Changed`, an
//! event of the stream.
//!
//! The app tells [`Announcer`] of every entry; each connection has a receiver
//! of its own and sends what it gets in its own time. A client that reads too
//! slowly misses entries and is then told once, with the kind `all`, to read
//! again: nobody waits for it.

use kphotos_domain::app::Committed;
use kphotos_domain::event::Event;
use kphotos_domain::kernel::AssetSet;
use kphotos_domain::kernel::port::Subscriber;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::broadcast::{self, error::RecvError};

/// Entries that a client may be behind.
const BACKLOG: usize = 256;
/// Ids that one signal may carry.
const MOST_IDS: u64 = 10_000;

/// What one entry changed, as clients are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) revision: u64,
    /// `assets`, `tags`, `albums`, `libraries`, `jobs`, `users`; `all`: read everything again.
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
}

impl Announcer {
    /// An announcer that nobody listens to yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            sender: broadcast::Sender::new(BACKLOG),
        }
    }

    pub(crate) fn listen(&self) -> Announcements {
        Announcements {
            receiver: self.sender.subscribe(),
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
    /// The next change; `None` once the announcer is gone.
    pub(crate) async fn next(&mut self) -> Option<Arc<Change>> {
        match self.receiver.recv().await {
            Ok(change) => Some(change),
            Err(RecvError::Closed) => None,
            Err(RecvError::Lagged(_)) => {
                let latest = self.receiver.recv().await.ok()?;
                Some(Arc::new(Change {
                    revision: latest.revision,
                    kinds: vec!["all"],
                    ids: Vec::new(),
                }))
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
    let mut kinds: BTreeSet<&'static str> = committed.entry.events.iter().filter_map(kind).collect();
    if !assets.is_empty() {
        kinds.insert("assets");
    }
    if assets.len() > MOST_IDS {
        kinds.insert("all");
        assets = AssetSet::new();
    }
    Change {
        revision: committed.revision.number(),
        kinds: kinds.into_iter().collect(),
        ids: assets
            .iter()
            .map(kphotos_domain::kernel::AssetId::number)
            .collect(),
    }
}

const fn kind(event: &Event) -> Option<&'static str> {
    match event {
        Event::UserRegistered { .. } => Some("users"),
        Event::LibraryAdded { .. } | Event::LibraryStateChanged { .. } | Event::FoldersSeen { .. } => {
            Some("libraries")
        }
        Event::FilesRegistered { .. }
        | Event::FilesChanged { .. }
        | Event::FilesMoved { .. }
        | Event::FilesGone { .. }
        | Event::FilesReturned { .. }
        | Event::FactsRecorded { .. }
        | Event::ChecksumsRecorded { .. }
        | Event::FieldEdited { .. } => Some("assets"),
        Event::TagCreated { .. }
        | Event::TagDeleted { .. }
        | Event::TagAssigned { .. }
        | Event::TagUnassigned { .. } => Some("tags"),
        Event::AlbumCreated { .. }
        | Event::AlbumDeleted { .. }
        | Event::AlbumFilled { .. }
        | Event::AlbumEmptied { .. } => Some("albums"),
        Event::JobEnqueued { .. }
        | Event::JobSettled { .. }
        | Event::JobUpdated { .. }
        | Event::JobsForgotten { .. } => Some("jobs"),
        Event::NamesClaimed { .. } | Event::FactsDoubted { .. } => None,
    }
}
