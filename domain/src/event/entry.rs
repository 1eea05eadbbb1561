//! The entries that events travel in.

use super::Event;
use crate::catalog::Facts;
use crate::identity::{Actor, Tool};
use crate::kernel::{AssetId, Revision};
use crate::sidecar::SidecarLayer;

/// What kind of entry this is; the table is in the module's docs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum EntryKind {
    /// A person's change, or another program's to a file: in history, can be taken back.
    Edit,
    /// What the daemon saw: not in history.
    Observation,
    /// In history, cannot be taken back.
    Irrevocable,
}

impl EntryKind {
    /// `edit`, `observation`, `irrevocable`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Observation => "observation",
            Self::Irrevocable => "irrevocable",
        }
    }

    /// The kind of this text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Edit, Self::Observation, Self::Irrevocable]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// What a handler decided; the app appends, applies and publishes it.
#[derive(Clone, PartialEq, Debug)]
pub struct ChangeSet {
    /// What kind of entry it makes.
    pub kind: EntryKind,
    /// What was done, for a person: `travel/italy: 300 photos (12 had it)`.
    pub summary: String,
    /// Which entry this takes back, if it does.
    pub undoes: Option<Revision>,
    /// What happens; empty: nothing is to be done and nothing is journalled.
    pub events: Vec<Event>,
    /// What parsers read, for the events [`Event::FactsRecorded`].
    pub facts: Vec<(AssetId, Box<Facts>)>,
    /// The layers of those of them that have a sidecar; `None`: it has none any more.
    pub layers: Vec<(AssetId, Option<Box<SidecarLayer>>)>,
    /// How many assets this touched.
    pub touched: u64,
    /// Which program's files brought it, where no actor asked for it.
    pub brought_by: Option<Tool>,
}

impl ChangeSet {
    /// A decision with these events.
    #[must_use]
    pub fn new(kind: EntryKind, summary: impl Into<String>, events: Vec<Event>) -> Self {
        Self {
            kind,
            summary: summary.into(),
            undoes: None,
            events,
            facts: Vec::new(),
            layers: Vec::new(),
            touched: 0,
            brought_by: None,
        }
    }

    /// The decision to do nothing, and why.
    #[must_use]
    pub fn none(summary: impl Into<String>) -> Self {
        Self::new(EntryKind::Observation, summary, Vec::new())
    }

    /// The same, touching this many assets.
    #[must_use]
    pub const fn touching(mut self, assets: u64) -> Self {
        self.touched = assets;
        self
    }
}

/// What the journal keeps of a command.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// When, in milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// Who.
    pub actor: Actor,
    /// The kind.
    pub kind: EntryKind,
    /// What was done, for a person.
    pub summary: String,
    /// Which entry this takes back, if it does.
    pub undoes: Option<Revision>,
    /// What happened.
    pub events: Vec<Event>,
}
