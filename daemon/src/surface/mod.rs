//! What the surfaces share: D-Bus and HTTP say the same things in the same words.
//!
//! A surface parses what it is asked into values, once; what is meant
//! ([`Selection`], [`PageOptions`]), what is answered (`asset_json`,
//! `documents`, `history`), what is refused ([`Refusal`]) and what is announced
//! ([`Announcer`]) is here, so that it cannot differ. What only a running daemon
//! knows comes through [`Services`]. Nothing here knows a protocol, but that
//! [`Selection`] says how it looks on D-Bus.

pub(crate) mod asset_json;
mod changes;
pub(crate) mod documents;
pub(crate) mod history;
mod job_json;
pub(crate) mod layers;
mod page;
mod perform;
mod refusal;
mod selection;
mod services;

pub(crate) use changes::Announcements;
pub use changes::Announcer;
pub(crate) use page::{PageOptions, page, timeline};
pub(crate) use perform::perform;
pub use refusal::Refusal;
pub use selection::Selection;
pub(crate) use selection::{library_at, matches, stacks};
pub use services::{JobControl, JobProgress, Mount, MountState, MountStatus, ProgressUnit, Services};
