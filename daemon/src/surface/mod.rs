//! What the surfaces share: D-Bus and HTTP say the same things in the same words.
//!
//! A surface parses what it is asked into values, once; what is meant
//! ([`Selection`], `PageOptions`), what is answered (`asset_json`,
//! `documents`, `albums`, `history`), what is refused ([`Refusal`]) and what is announced
//! ([`Announcer`]) is here, so that it cannot differ. What only a running daemon
//! knows comes through [`Services`]. Nothing here knows a protocol, but that
//! [`Selection`] says how it looks on D-Bus.

pub(crate) mod albums;
pub(crate) mod asset_json;
mod changes;
mod copies;
pub(crate) mod documents;
pub(crate) mod duplicates;
mod elsewhere;
pub(crate) mod history;
mod job_json;
mod jobs;
pub(crate) mod layers;
mod libraries;
mod mount_options;
mod mounting;
pub(crate) mod near;
mod not_read;
mod page;
pub(crate) mod people;
mod perform;
mod refusal;
mod selection;
mod services;
pub(crate) mod shares;
pub(crate) mod stacks;
mod status;

pub use changes::Announcer;
pub(crate) use changes::{Announcements, Change, since};
pub(crate) use copies::{folder_in_mount, resolve_in_mount};
pub(crate) use elsewhere::{Relocate, recognise, relocate_library, remove_library};
pub(crate) use jobs::start_job;
pub(crate) use libraries::{AddLibrary, add_library, scan};
pub use mount_options::{parse_access, parse_folder_files, parse_mtime, parse_names, parse_offline};
pub use mount_options::{parse_sidecars, parse_stacks, parse_views};
pub(crate) use mounting::{add_mount, remove_mount};
pub(crate) use page::{DateJson, PageOptions, listed, photos, timeline};
pub(crate) use perform::perform;
pub use refusal::Refusal;
pub use selection::Selection;
pub(crate) use selection::{find_tag, library_at, matches, stacks};
pub use services::{
    AddedMount, JobControl, JobProgress, Mount, MountControl, MountState, ProgressUnit, RemovedMount,
    RootControl, Services,
};
pub(crate) use status::{StatusJson, state, status};
